//! `.tables`

use std::fmt::Write as _;

use super::last::kept_results;
use super::{
    Action, Argument, Collect, Command, Next, PAGE_ROWS, Section, literal, matching, new_page, show_page,
};
use crate::boxes::{Line, Shelf, side_by_side};
use crate::export::Kept;
use crate::shell::Shell;
use crate::text::grouped;

pub(super) const COMMAND: Command = Command {
    name: "tables",
    aliases: &["\\dt", ".datasets"],
    section: Section::Catalogue,
    usage: ".tables [PATTERN]",
    help: "Shows the tables agency by agency with their rows and columns, and the cohorts, views and kept results.",
    argument: Argument::Table,
    run: Action::Show(show),
};

/// Tables that are defined, loaded or not; then cohorts, as FROM takes them; then what the session has made.
const EVERYTHING: &str = "\
    SELECT t.table_name, t.kind, t.owner, t.rows, c.columns, t.description \
        FROM lifetracks.tables t JOIN (SELECT table_name, count(*) AS columns FROM lifetracks.columns GROUP BY table_name) c \
        ON c.table_name = t.table_name \
    UNION ALL SELECT concat('cohort(''', name, ''')'), 'cohort', author, members, CAST(NULL AS BIGINT), \
        concat('Version ', version, ', made from lake version ', lake_version, '.') FROM lifetracks.cohorts \
    UNION ALL SELECT v.table_name, lower(v.table_type), NULL, NULL, NULL, NULL FROM information_schema.tables v \
        WHERE v.table_schema = 'main' AND v.table_name NOT IN (SELECT table_name FROM lifetracks.tables)";

fn show(shell: &Shell, argument: &str) -> Next {
    let filter = matching("table_name", argument);
    let sql = format!(
        "SELECT table_name, kind, owner, rows, columns, description FROM ({EVERYTHING}{}){filter} ORDER BY table_name",
        kept(shell)
    );
    let Some(width) = shell.output.width().filter(|_| !shell.is_for_programs()) else {
        return Next::Query(sql);
    };
    Next::Collect(Collect {
        sql,
        limit: PAGE_ROWS,
        then: Box::new(move |shell, found| {
            let (shelves, absent) = shelves(&found.texts()?);
            let mut page = new_page(shell);
            page.laid_out(&side_by_side(&shelves, width, shell.theme()));
            if !absent.is_empty() {
                page.paragraph(&format!("Not loaded: {}.", absent.join(", ")));
            }
            page.paragraph(".describe TABLE shows the columns of one, .links TABLE what it joins with.");
            show_page(shell, page)?;
            Ok(Next::Done)
        }),
    })
}

/// The results that are kept, as further rows of [`EVERYTHING`].
fn kept(shell: &Shell) -> String {
    let mut sql = String::new();
    for (place, Kept { table, rows }) in kept_results(shell).into_iter().enumerate() {
        let rows = rows.map_or_else(|| "NULL".to_owned(), |rows| rows.to_string());
        let description = if place == 0 { "The last result." } else { "An earlier result." };
        // Writing to a string cannot fail.
        let _ = write!(
            sql,
            " UNION ALL SELECT {}, 'result', NULL, CAST({rows} AS BIGINT), NULL, {}",
            literal(&table),
            literal(description)
        );
    }
    sql
}

/// One shelf per agency in the order of their names, then cohorts and what the session made; and the tables that
/// are not loaded.
fn shelves(rows: &[Vec<Option<String>>]) -> (Vec<Shelf>, Vec<String>) {
    let mut shelves: Vec<Shelf> = Vec::new();
    let mut absent = Vec::new();
    for row in rows {
        let [Some(name), Some(kind), owner, count, columns, _] = row.as_slice() else { continue };
        let is_of_lake = owner.is_some() && kind != "cohort";
        if is_of_lake && count.is_none() {
            absent.push(name.clone());
            continue;
        }
        let title = match (owner, kind.as_str()) {
            (Some(_), "cohort") => "Cohorts",
            (Some(owner), _) => owner,
            (None, _) => "This session",
        };
        let number = |cell: &Option<String>| {
            cell.as_deref().map(|text| grouped(text).into_owned()).unwrap_or_default()
        };
        let line = Line { name: name.clone(), numbers: [number(count), number(columns)] };
        match shelves.iter_mut().find(|shelf| shelf.title == title) {
            Some(shelf) => shelf.lines.push(line),
            None => shelves.push(Shelf { title: title.to_owned(), is_last: !is_of_lake, lines: vec![line] }),
        }
    }
    shelves.sort_by(|left, right| (left.is_last, &left.title).cmp(&(right.is_last, &right.title)));
    (shelves, absent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agencies_come_first_and_tables_without_rows_are_listed_apart() {
        let row = |cells: [&str; 5]| -> Vec<Option<String>> {
            let cells = cells.iter().map(|cell| (!cell.is_empty()).then(|| (*cell).to_owned()));
            cells.chain([None]).collect()
        };
        let rows = [
            row(["a_view", "view", "", "", ""]),
            row(["cohort('c')", "cohort", "me", "3", ""]),
            row(["diploma", "person", "MDE", "1644", "6"]),
            row(["cpi", "reference", "BLS", "", "4"]),
            row(["calendar", "reference", "MDE", "413", "9"]),
        ];
        let (shelves, absent) = shelves(&rows);
        let titles: Vec<&str> = shelves.iter().map(|shelf| shelf.title.as_str()).collect();
        assert_eq!(titles, ["MDE", "Cohorts", "This session"]);
        assert_eq!(shelves[0].lines.len(), 2);
        assert_eq!(shelves[0].lines[0].numbers, ["1,644", "6"]);
        assert_eq!(absent, ["cpi"]);
    }
}
