//! Verify: every file of the newest lake version is there and holds the bytes its log says.

use crate::error::Result;
use crate::lake::{LAKE_LOG, Lake, TableVersion, folder};

/// A file that is not what the lake's log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The table.
    pub table: String,
    /// The file, below the lake's folder.
    pub file: String,
    /// What is wrong with it.
    pub what: String,
}

/// What `verify` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyReport {
    /// The lake version that was looked at.
    pub lake_version: u64,
    /// Tables looked at.
    pub tables: usize,
    /// Files looked at.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// What is wrong; empty when all is well.
    pub defects: Vec<Defect>,
}

/// Reads and hashes every file of a lake's newest version.
pub(crate) async fn verify(lake: &Lake) -> Result<VerifyReport> {
    let version = lake.version();
    let mut report = VerifyReport { lake_version: version, ..VerifyReport::default() };
    let log = TableVersion::open(lake.location(), LAKE_LOG, None).await?;
    for name in lake.pins(version).into_keys() {
        match lake.table(&name, version).await {
            Ok(Some(table)) => verify_table(lake, &table, &mut report).await?,
            Ok(None) => report.defects.push(defect(&name, &folder(&name), "the table's log is missing")),
            Err(error) => report.defects.push(defect(&name, &folder(&name), error.message())),
        }
    }
    if let Some(log) = log {
        verify_table(lake, &log, &mut report).await?;
    }
    Ok(report)
}

fn defect(table: &str, file: &str, what: &str) -> Defect {
    Defect { table: table.to_owned(), file: file.to_owned(), what: what.to_owned() }
}

async fn verify_table(lake: &Lake, table: &TableVersion, report: &mut VerifyReport) -> Result<()> {
    report.tables += 1;
    let name = &table.shape.name;
    for file in &table.files {
        let path = format!("{}{}", folder(name), file.path);
        report.files += 1;
        let bytes = match lake.location().read(&path).await {
            Ok(Some(bytes)) => bytes,
            Ok(None) => {
                report.defects.push(defect(name, &path, "the file is missing"));
                continue;
            }
            Err(error) => {
                report.defects.push(defect(name, &path, error.message()));
                continue;
            }
        };
        report.bytes += bytes.len() as u64;
        let same = file.hash.as_deref() == Some(blake3::hash(&bytes).to_hex().as_str());
        if !same {
            report.defects.push(defect(name, &path, "the file's bytes are not those that were written"));
        }
    }
    Ok(())
}
