//! `.links`

use super::table_named::defined_table;
use super::{Action, Argument, Command, Next, Section, literal, page_of};
use crate::failure::Result;
use crate::page::Page;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "links",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".links [TABLE]",
    help: "Shows how tables join, as conditions to copy behind ON.",
    argument: Argument::Table,
    run: Action::Do(run),
};

/// The kind of links between the rows of a person.
const PERSONS: &str = "person";

/// Without a table, the links between persons are one line: there is one for each pair of tables.
const ALL: &str = "\
    SELECT table_name, to_table, kind, condition, description FROM lifetracks.links WHERE kind = 'reference' \
    UNION ALL SELECT 'any table of persons', 'any other', 'person', 'USING (person_id)', \
        concat('Rows of the same person: ', string_agg(DISTINCT table_name, ', ' ORDER BY table_name), '.') \
        FROM lifetracks.links WHERE kind = 'person'";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        let from = format!("({ALL}) ORDER BY kind DESC, table_name, to_table, condition");
        return Ok(shown(shell, "table_name, to_table, condition, description", &from));
    }
    let table = defined_table(shell, argument)?;
    let from = format!(
        "lifetracks.links WHERE table_name = {} \
         ORDER BY CASE kind WHEN 'reference' THEN 1 WHEN 'referenced by' THEN 2 ELSE 3 END, to_table, condition",
        literal(&table)
    );
    Ok(shown(shell, "to_table, kind, condition, description", &from))
}

/// The links: rows for programs; on a screen a page, on which a condition is never cut.
fn shown(shell: &Shell, columns: &str, from: &str) -> Next {
    let columns = if shell.is_for_programs() { columns } else { "kind, condition, description" };
    page_of(shell, format!("SELECT {columns} FROM {from}"), page)
}

/// Conditions kind by kind, each with what it means below it.
fn page(page: &mut Page, rows: &[Vec<Option<String>>]) {
    let mut last = None;
    for row in rows {
        let [Some(kind), Some(condition), description] = row.as_slice() else { continue };
        if last != Some(kind) {
            last = Some(kind);
            page.heading(match kind.as_str() {
                "reference" => "Refers to",
                "referenced by" => "Is referred to by",
                _ => "Rows of the same person",
            });
        }
        // Every link of persons means the same.
        let is_plain = kind == PERSONS && condition.contains(" = ");
        let description = description.as_deref().filter(|_| !is_plain).unwrap_or_default();
        page.entry(condition, description);
    }
    page.gap();
    page.paragraph("Written behind ON; USING (person_id) does for two tables of persons.");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;

    #[test]
    fn a_condition_is_one_line_however_long() {
        let condition = "a.person_id = b.person_id AND ".repeat(5) + "a.school_year = b.school_year";
        let row = |kind: &str, condition: &str| {
            vec![Some(kind.to_owned()), Some(condition.to_owned()), Some("What it means.".to_owned())]
        };
        let mut shown = Page::new(Some(80), Theme::PLAIN);
        page(&mut shown, &[row("reference", &condition), row("person", "a.person_id = c.person_id")]);
        let text = shown.finish();
        assert!(text.lines().any(|line| line.trim() == condition), "{text}");
        assert_eq!(text.matches("What it means.").count(), 1, "{text}");
    }
}
