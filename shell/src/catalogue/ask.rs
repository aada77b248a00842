//! Asks the engine, and waits for the answer on a thread that has nothing else to do.

use std::pin::pin;

use futures::StreamExt;
use futures::executor::block_on;
use lifetracks_engine::{Engine, Outcome, sql_type};

use crate::names::Column;
use crate::render::Cells;

/// The rows of a query as text; none where it fails: Tab must never end in an error.
pub(super) fn rows(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    block_on(async {
        let mut found = Vec::new();
        let Ok(run) = engine.run(sql) else { return found };
        let mut run = pin!(run);
        while let Some(outcome) = run.next().await {
            let Ok(Outcome::Rows(rows)) = outcome else { continue };
            let mut rows = pin!(rows);
            while let Some(batch) = rows.next().await {
                let Ok(batch) = batch else { continue };
                let Ok(cells) = Cells::try_new(&batch) else { continue };
                let row = |index| cells.row(index).unwrap_or_default();
                let text =
                    |cells: Vec<Option<String>>| cells.into_iter().map(Option::unwrap_or_default).collect();
                found.extend((0..batch.num_rows()).map(|index| text(row(index))));
            }
        }
        found
    })
}

/// The columns of a query, which is planned and gives no row; `None` where it cannot be planned.
pub(super) fn columns(engine: &Engine, query: &str) -> Option<Vec<Column>> {
    let sql = format!("SELECT * FROM ({query}) LIMIT 0");
    block_on(async {
        let mut found = None;
        // A run that is dropped before its end costs the engine its threads, so this one is read to the end.
        let mut run = pin!(engine.run(&sql).ok()?);
        while let Some(outcome) = run.next().await {
            let Ok(Outcome::Rows(rows)) = outcome else { continue };
            let fields = rows.schema.fields().iter();
            let column = fields.map(|field| Column {
                name: field.name().clone(),
                note: sql_type(field.data_type()),
                code_set: None,
            });
            found = Some(column.collect());
            let mut rows = pin!(rows);
            while rows.next().await.is_some() {}
        }
        found
    })
}
