//! `.describe`

use std::fmt::Write as _;

use lifetracks_engine::arrow::datatypes::Schema;
use lifetracks_engine::{Role, sql_type};

use super::{Action, Argument, Collect, Command, Next, Section, literal, new_page, role_name};
use crate::failure::Result;
use crate::render::Look;
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "describe",
    aliases: &[".schema", "\\d"],
    section: Section::Catalogue,
    usage: ".describe [TABLE]",
    help: "Lists the columns of a table, view, result or function in FROM: type, NULLs, extremes, role, codes, meaning.",
    argument: Argument::Table,
    run: Action::Do(run),
};

const EVERY_COLUMN: &str =
    "SELECT table_name, column_name, data_type, nullable, role, code_set FROM lifetracks.columns";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Ok(Next::Query(EVERY_COLUMN.to_owned()));
    }
    let mut tables = shell.engine.definitions().tables().iter();
    let Some(table) = tables.find(|table| table.name.eq_ignore_ascii_case(argument)) else {
        return Ok(function_or_query(argument));
    };
    let title = table.name.clone();
    let key = format!("{}, a row is named by {}", table.owner, table.key.join(", "));
    let description = table.description.clone();
    if shell.is_for_programs() {
        return Ok(Next::Query(of_table(&title, FACTS)));
    }
    let sql = of_table(&title, ON_SCREEN);
    let mut page = new_page(shell);
    page.title(&title, &key);
    page.paragraph(&description);
    shell.print(&page.finish())?;
    shell.output.look_once = Some(Look { least: LEAST.to_vec(), ..shell.output.look.clone() });
    Ok(Next::Query(sql))
}

/// What is known of a column.
const FACTS: &str =
    "column_name, data_type, null_percent, smallest, largest, distinct_values, role, code_set, description";

/// The same in fewer columns, so that a screen leaves none out.
const ON_SCREEN: &str = "\
    column_name, data_type AS type, null_percent AS \"null %\", \
    nullif(concat_ws(', ', CASE WHEN smallest = largest THEN smallest ELSE smallest || ' .. ' || largest END, \
    distinct_values || ' different'), '') AS \"values\", concat_ws(' ', role, code_set) AS role, description";

/// The widths of [`ON_SCREEN`]: names and types stay whole, what they mean is broken into lines.
const LEAST: [usize; 6] = [usize::MAX, usize::MAX, 4, 8, 8, 10];

/// The columns of a table of the lake, from its logs: no data file is read.
fn of_table(table: &str, columns: &str) -> String {
    let table = literal(table);
    format!(
        "SELECT {columns} FROM (SELECT c.place, c.column_name, c.data_type, \
         CASE WHEN s.rows > 0 THEN round(100.0 * s.nulls / s.rows, 1) END AS null_percent, \
         {} AS smallest, {} AS largest, \
         s.distinct_values, c.role, c.code_set, c.description \
         FROM (SELECT *, row_number() OVER () AS place FROM lifetracks.columns) c LEFT JOIN lifetracks.column_statistics s \
         ON s.table_name = c.table_name AND s.column_name = c.column_name \
         WHERE c.table_name = {table}) ORDER BY place",
        extreme("s.smallest"),
        extreme("s.largest")
    )
}

/// A smallest or largest value as the logs know it: none where there is no value, and a word where nobody may see it or
/// the logs do not say. They keep no text of more than 32 bytes.
fn extreme(column: &str) -> String {
    format!(
        "CASE WHEN s.rows IS NULL OR s.rows = s.nulls THEN NULL \
         WHEN c.privacy IS DISTINCT FROM 'public' THEN '(hidden)' ELSE coalesce({column}, '(unknown)') END"
    )
}

/// What the manual says of a function's columns, or what a query of something else gives.
fn function_or_query(name: &str) -> Next {
    let columns = format!(
        "SELECT name AS column_name, text AS description FROM lifetracks.manual \
         WHERE function = {} AND part = 'column' ORDER BY place",
        literal(&name.to_lowercase())
    );
    let name = name.to_owned();
    Next::Collect(Collect {
        sql: columns.clone(),
        limit: 1,
        then: Box::new(move |_, found| {
            Ok(if found.rows > 0 { Next::Query(columns) } else { of_query(&name) })
        }),
    })
}

/// The columns of anything that FROM takes.
fn of_query(from: &str) -> Next {
    Next::Collect(Collect {
        sql: format!("SELECT * FROM {from} LIMIT 0"),
        limit: 0,
        then: Box::new(|_, found| Ok(Next::Query(of_columns(&found.schema, &found.roles)))),
    })
}

/// SQL whose rows are these columns.
fn of_columns(schema: &Schema, roles: &[Option<Role>]) -> String {
    let mut sql = String::from("SELECT * FROM (VALUES ");
    for (place, field) in schema.fields().iter().enumerate() {
        let role = roles
            .get(place)
            .copied()
            .flatten()
            .map_or_else(|| "NULL".to_owned(), |role| literal(role_name(role)));
        // Writing to a string cannot fail.
        let _ = write!(
            sql,
            "{}({}, {}, {}, {role})",
            if place > 0 { ", " } else { "" },
            literal(field.name()),
            literal(&sql_type(field.data_type())),
            field.is_nullable(),
        );
    }
    sql.push_str(") AS t(column_name, data_type, nullable, role)");
    sql
}
