//! A table's history told by its commits alone: what `verify` holds against what the engine reads, and what a checked
//! read takes instead.
//!
//! The engine opens a table through checkpoints where there are some; a damaged one must not change what is read.

use std::collections::{BTreeMap, BTreeSet};

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
    /// Every file that any of the commits named.
    ever: BTreeMap<String, DataFile>,
    kept: BTreeSet<String>,
}

impl Replay {
    /// Before the first commit.
    pub(crate) fn new(table: &str) -> Self {
        Self {
            table: table.to_owned(),
            shape: None,
            active: BTreeMap::new(),
            ever: BTreeMap::new(),
            kept: BTreeSet::new(),
        }
    }

    /// Applies the next commit; `None` if it cannot be read.
    pub(crate) fn apply(&mut self, commit: &[u8]) -> Option<()> {
        for action in Deserializer::from_slice(commit).into_iter::<Value>() {
            let Value::Object(action) = action.ok()? else { return None };
            for (kind, content) in action {
                match kind.as_str() {
                    "add" => {
                        let file = data_file(serde_json::from_value::<Add>(content).ok()?);
                        self.ever.insert(file.path.clone(), file.clone());
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

    /// Says that the present version is one that must stay readable: its files must be there.
    pub(crate) fn keep(&mut self) {
        self.kept.extend(self.active.keys().cloned());
    }

    /// Every data file that any version so far had, and whether it must be there.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&DataFile, bool)> {
        self.ever.values().map(|file| (file, self.kept.contains(&file.path)))
    }

    /// The table as the commits have it; `None` if none of them says what it is.
    pub(crate) fn into_version(self, delta_version: u64) -> Option<TableVersion> {
        let mut files: Vec<DataFile> = self.active.into_values().collect();
        files.sort_by(|left, right| (left.range, &left.path).cmp(&(right.range, &right.path)));
        Some(TableVersion { shape: self.shape?, delta_version, files })
    }

    /// Whether the engine sees the same table.
    pub(crate) fn is(&self, seen: &TableVersion) -> bool {
        let mut files: Vec<&DataFile> = seen.files.iter().collect();
        files.sort_by(|left, right| left.path.cmp(&right.path));
        self.shape.as_ref() == Some(&seen.shape)
            && self.active.len() == files.len()
            && self.active.values().zip(files).all(|(told, seen)| is_same(told, seen))
    }
}

/// Whether two files are the same, however their statistics are written.
fn is_same(left: &DataFile, right: &DataFile) -> bool {
    let facts = |file: &DataFile| file.statistics.as_deref().map(serde_json::from_str::<Value>);
    let known = |file: &DataFile| facts(file).and_then(Result::ok);
    let rest = |file: &DataFile| DataFile { statistics: None, ..file.clone() };
    known(left) == known(right) && rest(left) == rest(right)
}
