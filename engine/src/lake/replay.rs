//! A table's history told by its commits alone: what `verify` holds against what the engine reads.
//!
//! The engine opens a table through checkpoints where there are some; a damaged one must not change what is read.

use std::collections::BTreeMap;

use datafusion::arrow::datatypes::Schema;
use deltalake::kernel::engine::arrow_conversion::TryIntoArrow;
use deltalake::kernel::{Add, StructType};
use serde_json::{Deserializer, Value};

use super::table::{DataFile, Shape, TableVersion, data_file, shape};

/// The commits of a table, one after the other.
#[derive(Debug)]
pub(crate) struct Replay {
    table: String,
    shape: Option<Shape>,
    active: BTreeMap<String, DataFile>,
    /// The files of the versions that are kept.
    kept: BTreeMap<String, DataFile>,
}

impl Replay {
    /// Before the first commit.
    pub(crate) fn new(table: &str) -> Self {
        Self { table: table.to_owned(), shape: None, active: BTreeMap::new(), kept: BTreeMap::new() }
    }

    /// Applies the next commit; `None` if it cannot be read.
    pub(crate) fn apply(&mut self, commit: &[u8]) -> Option<()> {
        for action in Deserializer::from_slice(commit).into_iter::<Value>() {
            let Value::Object(action) = action.ok()? else { return None };
            for (kind, content) in action {
                match kind.as_str() {
                    "add" => {
                        let file = data_file(serde_json::from_value::<Add>(content).ok()?);
                        self.active.insert(file.path.clone(), file);
                    }
                    "remove" => {
                        self.active.remove(content["path"].as_str()?);
                    }
                    "metaData" => self.shape = Some(self.described(&content)?),
                    _ => {}
                }
            }
        }
        Some(())
    }

    fn described(&self, metadata: &Value) -> Option<Shape> {
        let columns: StructType = serde_json::from_str(metadata["schemaString"].as_str()?).ok()?;
        let schema: Schema = (&columns).try_into_arrow().ok()?;
        let configuration = serde_json::from_value(metadata["configuration"].clone()).ok()?;
        Some(shape(&self.table, schema, &configuration))
    }

    /// Takes the files of the version reached as files that must be there.
    pub(crate) fn keep(&mut self) {
        self.kept.extend(self.active.iter().map(|(path, file)| (path.clone(), file.clone())));
    }

    /// The data files of every version that was kept.
    pub(crate) fn files(&self) -> impl Iterator<Item = &DataFile> {
        self.kept.values()
    }

    /// Whether the engine sees the same table.
    pub(crate) fn is(&self, seen: &TableVersion) -> bool {
        let same = |(left, right): (&DataFile, &DataFile)| {
            let facts = |file: &DataFile| file.statistics.as_deref().map(serde_json::from_str::<Value>);
            let known = |file: &DataFile| facts(file).and_then(Result::ok);
            known(left) == known(right)
                && (&left.path, left.size, left.range, left.persons, &left.hash)
                    == (&right.path, right.size, right.range, right.persons, &right.hash)
        };
        let mut files: Vec<&DataFile> = seen.files.iter().collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        self.shape.as_ref() == Some(&seen.shape)
            && self.active.len() == files.len()
            && self.active.values().zip(files).all(same)
    }
}
