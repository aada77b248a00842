//! `.diff`

use lifetracks_engine::arrow::datatypes::Schema;

use super::{Action, Argument, Collect, Collected, Command, Next, Section, identifier, literal};
use crate::failure::{Failure, Result};
use crate::shell::Shell;
use crate::text::visible;

pub(super) const COMMAND: Command = Command {
    name: "diff",
    aliases: &[],
    section: Section::Query,
    usage: ".diff BEFORE AFTER [key=COLUMN[,COLUMN]]",
    help: "Compares two tables or results (.diff _1 _): a row for each cell that differs, or without a key for each row.",
    argument: Argument::Table,
    run: Action::Do(run),
};

fn run(_: &mut Shell, argument: &str) -> Result<Next> {
    let words: Vec<&str> = argument.split_whitespace().collect();
    let (before, after, keys) = match words[..] {
        [before, after] => (before, after, Vec::new()),
        [before, after, key] if key.starts_with("key=") => {
            (before, after, key["key=".len()..].split(',').map(str::to_owned).collect())
        }
        _ => return Err(Failure::usage("two tables are compared").with_help(COMMAND.usage)),
    };
    let tables = Tables { before: name(before), after: name(after), keys };
    let columns = |table: &str| format!("SELECT * FROM {table} LIMIT 0");
    let (first, second) = (columns(&tables.before), columns(&tables.after));
    Ok(collect(first, move |_, old| {
        Ok(collect(second, move |_, new| tables.compare(&old.schema, &new.schema).map(Next::Query)))
    }))
}

fn collect(sql: String, then: impl FnOnce(&mut Shell, Collected) -> Result<Next> + 'static) -> Next {
    Next::Collect(Collect { sql, limit: 0, then: Box::new(then) })
}

/// A table's name, whose parts may be quoted already.
fn name(written: &str) -> String {
    if written.contains('"') {
        written.to_owned()
    } else {
        written.split('.').map(identifier).collect::<Vec<_>>().join(".")
    }
}

struct Tables {
    before: String,
    after: String,
    keys: Vec<String>,
}

impl Tables {
    fn compare(&self, old: &Schema, new: &Schema) -> Result<String> {
        for key in &self.keys {
            if old.field_with_name(key).is_err() || new.field_with_name(key).is_err() {
                let message = format!("there is no column {} in both", visible(key));
                return Err(Failure::usage(message).with_help(COMMAND.usage));
            }
        }
        let shared: Vec<&str> = old
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .filter(|name| new.field_with_name(name).is_ok())
            .collect();
        if shared.is_empty() {
            return Err(Failure::usage("the two have no column in common"));
        }
        Ok(if self.keys.is_empty() { self.rows(&shared) } else { self.cells(&shared) })
    }

    /// Rows that only one of them has, as often as it has more of them.
    fn rows(&self, shared: &[&str]) -> String {
        let columns = shared.iter().map(|column| identifier(column)).collect::<Vec<_>>().join(", ");
        let (before, after) = (&self.before, &self.after);
        format!(
            "SELECT CASE WHEN sum(side) > 0 THEN 'added' ELSE 'removed' END AS change, abs(sum(side)) AS rows, {columns} \
             FROM (SELECT {columns}, 1 AS side FROM {after} UNION ALL SELECT {columns}, -1 AS side FROM {before}) \
             GROUP BY {columns} HAVING sum(side) <> 0 ORDER BY {columns}, change"
        )
    }

    /// Cells that differ, and rows that only one of them has.
    fn cells(&self, shared: &[&str]) -> String {
        let is_key = |column: &str| self.keys.iter().any(|key| key == column);
        let keys: Vec<String> = self.keys.iter().map(|key| identifier(key)).collect();
        let on: Vec<String> =
            keys.iter().map(|key| format!("a.{key} IS NOT DISTINCT FROM b.{key}")).collect();
        let kept: Vec<String> =
            keys.iter().map(|key| format!("coalesce(a.{key}, b.{key}) AS {key}")).collect();
        let (on, kept) = (on.join(" AND "), kept.join(", "));
        let (before, after) = (&self.before, &self.after);
        let all = |table: &str| format!("(SELECT *, true AS is_there FROM {table})");
        let joined = format!("{} a FULL JOIN {} b ON {on}", all(before), all(after));
        let mut parts = vec![format!(
            "SELECT {kept}, CASE WHEN a.is_there IS NULL THEN 'added' ELSE 'removed' END AS change, \
             NULL AS \"column\", NULL AS before, NULL AS after FROM {joined} \
             WHERE a.is_there IS NULL OR b.is_there IS NULL"
        )];
        for column in shared.iter().filter(|column| !is_key(column)) {
            let (quoted, text) = (identifier(column), literal(column));
            parts.push(format!(
                "SELECT {kept}, 'changed', {text}, CAST(a.{quoted} AS VARCHAR), CAST(b.{quoted} AS VARCHAR) \
                 FROM {joined} WHERE a.is_there AND b.is_there AND a.{quoted} IS DISTINCT FROM b.{quoted}"
            ));
        }
        let order = keys.join(", ");
        format!("SELECT * FROM ({}) ORDER BY {order}, change, \"column\"", parts.join(" UNION ALL "))
    }
}
