//! `.functions`

use super::{Action, Argument, Command, Next, Section, matching, page_of};
use crate::page::Page;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "functions",
    aliases: &["\\df"],
    section: Section::Catalogue,
    usage: ".functions [PATTERN]",
    help: "Lists the functions by family; with a pattern, also those that SQL has anyway.",
    argument: Argument::Function,
    run: Action::Show(show),
};

fn show(shell: &Shell, argument: &str) -> Next {
    let (own, filter) = match argument {
        "" => (" WHERE function IN (SELECT f.name FROM lifetracks.functions f)", String::new()),
        pattern => ("", matching("concat(name, ' ', description)", pattern)),
    };
    // Every function with its usual call and its first sentence.
    let functions = format!(
        "SELECT family, function AS name, kind, \
         max(CASE WHEN place = 1 AND part = 'syntax' THEN text END) AS syntax, \
         split_part(max(CASE WHEN part = 'description' THEN text END), '. ', 1) AS description \
         FROM lifetracks.manual{own} GROUP BY family, function, kind"
    );
    let sql = format!(
        "SELECT family, name, kind, syntax, description FROM ({functions}){filter} ORDER BY family, name"
    );
    page_of(shell, sql, page)
}

fn page(page: &mut Page, rows: &[Vec<Option<String>>]) {
    let mut family = None;
    for row in rows {
        let [of, name, _, syntax, description] = row.as_slice() else { continue };
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        if family != Some(of) {
            family = Some(of);
            let heading = text(of);
            page.heading(if heading.is_empty() { "Of this session" } else { &heading });
        }
        let call = syntax.as_ref().or(name.as_ref());
        page.entry(&call.cloned().unwrap_or_default(), &text(description).replace('\n', " "));
    }
    page.gap();
    page.paragraph(if rows.is_empty() {
        "No function has that in its name or its first sentence. .functions lists those of LifeTracks."
    } else {
        ".manual NAME explains one. .functions PATTERN looks among those that SQL has anyway, too."
    });
}
