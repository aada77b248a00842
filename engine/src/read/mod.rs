//! Files as tables: `read_csv`, `read_parquet` and `read_xlsx`, beneath the allowed folders only.

mod arguments;
mod csv;
mod folders;
mod parquet;
mod xlsx;

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::catalog::default_table_source::provider_as_source;
use datafusion::error::Result;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::FunctionArg;

pub(crate) use folders::AllowedFolders;

use crate::catalog::external;
use crate::error::{Error, ErrorKind};
use arguments::Arguments;
use folders::SourceFile;

/// A file that cannot be read as asked. The message names the file, the physical line (counted from 1, the
/// header included) and the column, never a value.
fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Query, message)
}

/// Plans a call of one of the functions here; `None` when `function` is another one.
pub(crate) fn plan(
    function: &str,
    arguments: &[FunctionArg],
    folders: &AllowedFolders,
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let Some(reader) = READERS.iter().find(|reader| reader.name == function) else {
        return Ok(None);
    };
    let arguments = Arguments::parse(reader.name, reader.options, arguments, context)?;
    let files = folders.files(&arguments.path).map_err(external)?;
    let provider = (reader.open)(&files, &arguments).map_err(external)?;
    let plan = LogicalPlanBuilder::scan(reader.name, provider_as_source(provider), None)?.build()?;
    Ok(Some(plan))
}

/// Whether a function is one of those here.
pub(crate) fn is_function(name: &str) -> bool {
    READERS.iter().any(|reader| reader.name == name)
}

/// The names of the functions here.
pub(crate) fn functions() -> impl Iterator<Item = &'static str> {
    READERS.iter().map(|reader| reader.name)
}

type Open = fn(&[SourceFile], &Arguments) -> crate::Result<Arc<dyn TableProvider>>;

/// A function that reads files. Its first argument is the path; the options have names.
struct Reader {
    name: &'static str,
    options: &'static [&'static str],
    open: Open,
}

const READERS: &[Reader] = &[
    Reader { name: "read_csv", options: csv::OPTIONS, open: csv::open },
    Reader { name: "read_parquet", options: &[], open: parquet::open },
    Reader { name: "read_xlsx", options: xlsx::OPTIONS, open: xlsx::open },
];

/// The header of a file as column names: trimmed, `column_3` where the third is empty, no name twice.
fn column_names<'a>(header: impl Iterator<Item = &'a str>, file: &SourceFile) -> crate::Result<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    for (index, name) in header.enumerate() {
        let name = match name.trim() {
            "" => numbered_name(index),
            name => name.to_owned(),
        };
        if let Some(first) = names.iter().position(|other| *other == name) {
            // The name is not shown: in a file without a header it is a person's value.
            let message = format!(
                "{file} has two columns of the same name, the {} and the {}",
                ordinal(first + 1),
                ordinal(index + 1)
            );
            return Err(wrong(message).with_help("rename one of them in the file, or say header => false"));
        }
        names.push(name);
    }
    Ok(names)
}

/// The name of a column, counted from 0, that the file does not name.
fn numbered_name(index: usize) -> String {
    format!("column_{}", index + 1)
}

fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, rest) if rest != 11 => "st",
        (2, rest) if rest != 12 => "nd",
        (3, rest) if rest != 13 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod workbook_tests;
