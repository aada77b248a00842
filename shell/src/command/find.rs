//! `.find`

use super::{Action, Argument, Command, Next, Section, matching, page_of};
use crate::failure::{Failure, Result};
use crate::page::Page;
use crate::shell::Shell;
use crate::text::counted;

pub(super) const COMMAND: Command = Command {
    name: "find",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".find PATTERN",
    help: "Looks for words in tables, columns, codes, functions, methods, cohorts and layouts, and says where they are.",
    argument: Argument::Other,
    run: Action::Do(run),
};

/// All that has a name and a meaning, in the order of the answer.
const EVERYTHING: &str = "\
    SELECT 1 AS place, 'table' AS kind, table_name AS name, description AS meaning FROM lifetracks.tables \
    UNION ALL SELECT 2, 'column', concat(table_name, '.', column_name), \
        concat_ws(' ', description, CASE WHEN ceds IS NOT NULL THEN concat('CEDS: ', ceds, '.') END) FROM lifetracks.columns \
    UNION ALL SELECT 3, 'code', concat(code_set, ' ', code), label FROM lifetracks.codes \
    UNION ALL SELECT 4, 'function', name, description FROM lifetracks.functions \
    UNION ALL SELECT 5, 'method', name, concat(title, ', ', owner, '. ', description) FROM lifetracks.methods \
    UNION ALL SELECT 6, 'cohort', name, sql FROM lifetracks.cohorts \
    UNION ALL SELECT 7, 'layout', name, description FROM lifetracks.layouts";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Err(Failure::usage("there is nothing to look for")
            .with_help("write a word, such as .find dropout, or a pattern, such as .find *_date"));
    }
    let filter = matching("concat(name, ' ', meaning)", argument);
    let sql = format!(
        "SELECT kind, name, split_part(meaning, '. ', 1) AS meaning FROM ({EVERYTHING}) \
         {filter} ORDER BY place, name"
    );
    Ok(page_of(shell, sql, page))
}

/// All that was found, kind by kind: nothing is left out of the middle.
fn page(page: &mut Page, rows: &[Vec<Option<String>>]) {
    let mut last = None;
    for row in rows {
        let [kind, name, meaning] = row.as_slice() else { continue };
        if last != Some(kind) {
            last = Some(kind);
            let kind = kind.as_deref().unwrap_or_default();
            let count = rows.iter().filter(|row| row[0].as_deref() == Some(kind)).count();
            page.gap();
            page.title(&counted(count as u64, kind), "");
        }
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        page.entry(&text(name), &text(meaning));
    }
    page.gap();
    page.paragraph(if rows.is_empty() {
        "Nothing has that in its name or in what it means. A part of a word is enough, such as .find grad; .tables, \
         .codes, .functions and .methods list what there is."
    } else {
        ".describe TABLE, .codes SET, .manual FUNCTION and .methods NAME say more."
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;

    fn shown(rows: &[[&str; 3]]) -> String {
        let cells = |row: &[&str; 3]| row.iter().map(|cell| Some((*cell).to_owned())).collect();
        let mut shown = Page::new(None, Theme::PLAIN);
        page(&mut shown, &rows.iter().map(cells).collect::<Vec<_>>());
        shown.finish()
    }

    #[test]
    fn what_is_found_is_counted_kind_by_kind() {
        let text = shown(&[
            ["table", "diploma", "One row per diploma"],
            ["code", "exit GR", "Graduated"],
            ["code", "exit C1", "Completer"],
        ]);
        assert!(text.starts_with("1 table\n  diploma"), "{text}");
        assert!(text.contains("\n\n2 codes\n  exit GR"), "{text}");
    }

    #[test]
    fn nothing_found_is_said_with_what_to_do() {
        let text = shown(&[]);
        assert!(text.starts_with("Nothing has that in its name") && text.contains(".find grad"), "{text}");
    }
}
