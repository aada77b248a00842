//! The names that completion knows: asked from the engine at the first Tab, forgotten after a change.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use futures::StreamExt;
use lifetracks_engine::{Engine, Outcome};
use tokio::runtime::Runtime;

use crate::render::Cells;

const LAKE_COLUMNS: &str = "SELECT table_name, column_name FROM lifetracks.columns";
const METADATA_COLUMNS: &str = "SELECT concat(table_schema, '.', table_name), column_name \
     FROM information_schema.columns WHERE table_schema = 'lifetracks'";
const TABLES: &str = "SELECT table_name, table_name AS again FROM information_schema.tables \
     WHERE table_schema NOT IN ('lifetracks', 'information_schema')";
const FUNCTIONS: &str = "SELECT name, name AS again FROM lifetracks.functions WHERE kind <> 'table'";
const RELATION_COLUMNS: &str = "SELECT name, unnest(string_to_array(columns, ', ')) \
     FROM lifetracks.functions WHERE kind = 'table'";
const COHORTS: &str = "SELECT name, name AS again FROM lifetracks.cohorts";

/// Names in the lake and the session.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Tables, in order.
    pub(crate) tables: Vec<String>,
    /// Table and column, in the order of the tables' columns.
    pub(crate) columns: Vec<(String, String)>,
    /// Functions that give values.
    pub(crate) functions: Vec<String>,
    /// Functions that give rows, in order; their columns are among those of the tables.
    pub(crate) relations: Vec<String>,
    /// Cohorts that the lake keeps.
    pub(crate) cohorts: Vec<String>,
}

/// Looks names up when they are first needed.
pub(crate) struct Catalogue {
    engine: Engine,
    runtime: Rc<Runtime>,
    names: RefCell<Rc<OnceCell<Names>>>,
}

impl Catalogue {
    /// A catalogue that asks nothing yet.
    pub(crate) fn new(engine: Engine, runtime: Rc<Runtime>) -> Self {
        Self { engine, runtime, names: RefCell::default() }
    }

    /// Forgets the names: a statement may have changed them.
    pub(crate) fn forget(&self) {
        self.names.replace(Rc::default());
    }

    /// Gives the names to `look`. A lookup that fails gives none: Tab must never end in an error.
    ///
    /// Not to be called while a statement runs.
    pub(crate) fn with_names<T>(&self, look: impl FnOnce(&Names) -> T) -> T {
        let names = Rc::clone(&self.names.borrow());
        look(names.get_or_init(|| self.runtime.block_on(self.ask())))
    }

    async fn ask(&self) -> Names {
        let mut columns = self.first_two(LAKE_COLUMNS).await;
        columns.extend(self.first_two(METADATA_COLUMNS).await);
        let tables = self.first_two(TABLES).await.into_iter().map(|(table, _)| table);
        let tables = tables.chain(columns.iter().map(|(table, _)| table.clone()));
        let tables = sorted(tables);
        let functions = self.first_two(FUNCTIONS).await;
        let relations = self.first_two(RELATION_COLUMNS).await;
        columns.extend(relations.iter().cloned());
        Names {
            tables,
            relations: sorted(relations.into_iter().map(|(relation, _)| relation)),
            functions: sorted(functions.into_iter().map(|(function, _)| function)),
            cohorts: sorted(self.first_two(COHORTS).await.into_iter().map(|(cohort, _)| cohort)),
            columns,
        }
    }

    /// The first two columns of a query's rows.
    async fn first_two(&self, sql: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let Ok(run) = self.engine.run(sql) else {
            return pairs;
        };
        let mut run = std::pin::pin!(run);
        while let Some(Ok(outcome)) = run.next().await {
            let Outcome::Rows(rows) = outcome else { continue };
            let mut rows = std::pin::pin!(rows);
            while let Some(Ok(batch)) = rows.next().await {
                let Ok(cells) = Cells::try_new(&batch) else {
                    continue;
                };
                for row in 0..batch.num_rows() {
                    let mut row = cells.row(row).unwrap_or_default().into_iter().flatten();
                    pairs.extend(row.next().zip(row.next()));
                }
            }
        }
        pairs
    }
}

fn sorted(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut names: Vec<String> = names.collect();
    names.sort();
    names.dedup();
    names
}
