//! `.sample`

use super::{Action, Argument, Collect, Command, Next, Section};
use crate::failure::{Failure, Result};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "sample",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".sample TABLE|_ [ROWS] [SEED]",
    help: "Shows some rows drawn by lot, 10 unless said; the same seed draws the same rows.",
    argument: Argument::Table,
    run: Action::Do(run),
};

const ROWS: u64 = 10;
const SEED: u64 = 1;

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    let mut words = argument.split_whitespace();
    let Some(from) = words.next() else {
        return Err(Failure::usage("there is nothing to draw from")
            .with_help("write a table, such as .sample diploma, or _ for the last result"));
    };
    let rows = number(words.next(), ROWS)?;
    let seed = number(words.next(), SEED)?;
    if let Some(more) = words.next() {
        return Err(Failure::usage(format!("{more} is one word too many")).with_help(COMMAND.usage));
    }
    let mut tables = shell.engine.definitions().tables().iter();
    if let Some(table) = tables.find(|table| table.name.eq_ignore_ascii_case(from)) {
        return Ok(Next::Query(drawn(from, &table.key, rows, seed)));
    }
    let from = from.to_owned();
    Ok(Next::Collect(Collect {
        sql: format!("SELECT * FROM {from} LIMIT 0"),
        limit: 0,
        then: Box::new(move |_, found| {
            let flat = found.schema.fields().iter().filter(|field| !field.data_type().is_nested());
            let names: Vec<String> = flat.map(|field| field.name().clone()).collect();
            Ok(Next::Query(drawn(&from, &names, rows, seed)))
        }),
    }))
}

/// Rows in the order of their lots, which hang on the values of these columns and on the seed alone.
fn drawn(from: &str, columns: &[String], rows: u64, seed: u64) -> String {
    let columns: Vec<String> =
        columns.iter().map(|column| format!(", \"{}\"", column.replace('"', "\"\""))).collect();
    format!("SELECT * FROM {from} ORDER BY draw({seed}{}) LIMIT {rows}", columns.concat())
}

fn number(word: Option<&str>, otherwise: u64) -> Result<u64> {
    let Some(word) = word else { return Ok(otherwise) };
    word.parse().map_err(|_| {
        Failure::usage(format!("{word} is no count of rows and no seed")).with_help(COMMAND.usage)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_hang_on_the_key_and_the_seed() {
        let sql = drawn("diploma", &["person_id".to_owned(), "award_date".to_owned()], 3, 7);
        assert_eq!(sql, "SELECT * FROM diploma ORDER BY draw(7, \"person_id\", \"award_date\") LIMIT 3");
        assert_eq!(number(None, 10).unwrap(), 10);
        assert!(number(Some("-1"), 10).is_err());
    }
}
