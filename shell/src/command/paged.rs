//! Pages and other text that commands show where results go.

use std::io::Write as _;

use super::Next;
use super::collect::{Collect, Then};
use crate::failure::Result;
use crate::page::Page;
use crate::shell::Shell;

/// Rows that a page is made of; no page is so long.
pub(super) const PAGE_ROWS: usize = 100_000;

/// Shows the rows of `sql` as a page, or as rows where programs read.
pub(super) fn page_of(shell: &Shell, sql: String, write: fn(&mut Page, &[Vec<Option<String>>])) -> Next {
    if shell.is_for_programs() {
        return Next::Query(sql);
    }
    let then: Then = Box::new(move |shell, collected| {
        let mut page = new_page(shell);
        write(&mut page, &collected.texts()?);
        show_page(shell, page)?;
        Ok(Next::Done)
    });
    Next::Collect(Collect { sql, limit: PAGE_ROWS, then })
}

/// An empty page as wide as what results are written to.
pub(super) fn new_page(shell: &Shell) -> Page {
    Page::new(shell.output.width(), shell.theme())
}

/// Shows a page where results go, in a pager where it is longer than the screen.
pub(super) fn show_page(shell: &mut Shell, page: Page) -> Result<()> {
    show_text(shell, &page.finish())
}

/// Shows text where results go, as [`show_page`] does. A file that takes no text takes none.
pub(super) fn show_text(shell: &mut Shell, text: &str) -> Result<()> {
    if shell.output.is_whole() {
        return shell.print(text);
    }
    shell.output.begin(!shell.is_for_programs(), shell.settings.safe);
    let written = shell.output.write_all(text.as_bytes());
    let ended = shell.output.end(written.is_ok());
    written?;
    shell.tell_held(ended?)?;
    shell.record(|recording| recording.text(text));
    Ok(())
}
