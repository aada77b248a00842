//! What SQL may change: the session's own views, tables and functions; the lake is changed by `load` alone.

use datafusion::catalog::SchemaProvider;
use datafusion::common::TableReference;
use datafusion::error::Result;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, TableType};
use datafusion::sql::parser::{ExplainStatement, Statement as Parsed};
use datafusion::sql::sqlparser::ast::Statement;

use crate::catalog::{LakeSchema, external};
use crate::error::{Error, ErrorKind};

const LOAD_ONLY: &str = "the lake is changed by `lifetracks load` only";

/// Refuses a statement that changes rows, writes a file or is kept for later, before anybody looks at its columns.
pub(crate) fn refuse_changes(statement: &Parsed) -> Result<()> {
    let statement = match statement {
        Parsed::Statement(statement) => statement.as_ref(),
        Parsed::Explain(ExplainStatement { statement, .. }) => return refuse_changes(statement),
        Parsed::CopyTo(_) => return Err(external(copy())),
        _ => return Ok(()),
    };
    let what = match statement {
        Statement::Insert(_) => "INSERT",
        Statement::Update(_) => "UPDATE",
        Statement::Delete(_) => "DELETE",
        Statement::Merge(_) => "MERGE",
        Statement::Truncate(_) => "TRUNCATE",
        Statement::AlterTable(_) => "ALTER TABLE",
        Statement::Copy { .. } => return Err(external(copy())),
        Statement::Prepare { .. } => return Err(external(prepared("PREPARE"))),
        Statement::Execute { .. } => return Err(external(prepared("EXECUTE"))),
        Statement::Deallocate { .. } => return Err(external(prepared("DEALLOCATE"))),
        _ => return Ok(()),
    };
    let help = "CREATE TABLE .. AS SELECT makes a table of the session, changed as you like";
    Err(external(refused(format!("{what} is not available: {LOAD_ONLY}")).with_help(help)))
}

fn copy() -> Error {
    refused("COPY is not available: no statement writes a file").with_help(
        "at the prompt `.export FILE` writes the last result and `.once FILE` the next one; \
         in scripts it is `lifetracks -c '..' -o FILE`",
    )
}

/// The error of a statement about statements that are kept with `$1` in them.
fn prepared(what: &str) -> Error {
    Error::new(ErrorKind::Query, format!("{what} is not available: a statement is run when it is written"))
        .with_help(
            "write $name where a value stands, give it one with `.param set name VALUE`, and run it as it is",
        )
}

/// Refuses a plan that writes to the lake or to a path that SQL names, and one that makes or drops what it cannot.
pub(crate) fn refuse_writes(plan: &LogicalPlan, main: &LakeSchema) -> Result<()> {
    let checked = match plan {
        LogicalPlan::Dml(_) => Err(refused(LOAD_ONLY)),
        LogicalPlan::Copy(_) => Err(copy()),
        LogicalPlan::Ddl(ddl) => check(ddl, main),
        _ => Ok(()),
    };
    checked.map_err(external)
}

fn check(ddl: &DdlStatement, main: &LakeSchema) -> crate::Result<()> {
    match ddl {
        DdlStatement::CreateFunction(_) | DdlStatement::DropFunction(_) => Ok(()),
        DdlStatement::CreateView(view) => refuse_lake_name(&view.name, main, "view"),
        DdlStatement::CreateMemoryTable(table) => refuse_lake_name(&table.name, main, "table"),
        DdlStatement::DropView(view) => check_drop(&view.name, view.if_exists, TableType::View, main),
        DdlStatement::DropTable(table) => check_drop(&table.name, table.if_exists, TableType::Base, main),
        _ => Err(refused(
            "this statement is not available; CREATE VIEW, CREATE TABLE .. AS, CREATE FUNCTION and CREATE COHORT are",
        )),
    }
}

fn refused(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Refused, message)
}

fn refuse_lake_name(name: &TableReference, main: &LakeSchema, what: &str) -> crate::Result<()> {
    if !is_of_the_lake(name, main) {
        return Ok(());
    }
    Err(refused(format!("{} is a table of the lake", name.table()))
        .with_help(format!("give the {what} another name")))
}

fn is_of_the_lake(name: &TableReference, main: &LakeSchema) -> bool {
    !main.is_of_the_session(name.table()) && main.table_exist(name.table())
}

fn check_drop(
    name: &TableReference,
    if_exists: bool,
    wanted: TableType,
    main: &LakeSchema,
) -> crate::Result<()> {
    if is_of_the_lake(name, main) {
        let message = format!("{} is a table of the lake, and SQL drops none of those", name.table());
        return Err(refused(message).with_help(LOAD_ONLY));
    }
    let (what, other) = match wanted {
        TableType::View => ("view", "table"),
        _ => ("table", "view"),
    };
    match main.of_the_session(name.table()) {
        Some(found) if found.table_type() == wanted => Ok(()),
        Some(_) => {
            Err(Error::new(ErrorKind::Query, format!("{} is a {other} of this session", name.table()))
                .with_help(format!("write DROP {} {}", other.to_uppercase(), name.table())))
        }
        None if if_exists => Ok(()),
        None => {
            Err(Error::new(ErrorKind::Query, format!("there is no {what} {} of this session", name.table())))
        }
    }
}
