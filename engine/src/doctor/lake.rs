//! The lake itself: its files, what killed loads left, what its periods and its last load say.

use std::collections::BTreeMap;
use std::path::Path;

use lifetracks_datasets::Definitions;

use super::words::{counted, size};
use super::{Diagnosis, DoctorReport, Health, disk};
use crate::cohort::{Light, REGISTRY, Registry};
use crate::coverage::{TableCoverage, Thresholds, alarms, gaps};
use crate::error::Result;
use crate::lake::{LAKE_LOG, Lake, TableUsage, TableVersion};
use crate::load::{self, read_findings};

/// Lines of one kind that are written out; more are counted.
const MOST_LINES: usize = 5;

/// A lake and what it is held against.
pub(super) struct Patient<'a> {
    pub(super) lake: &'a Lake,
    pub(super) definitions: &'a Definitions,
    pub(super) thresholds: &'a Thresholds,
}

impl Patient<'_> {
    /// Looks at everything; what cannot be looked at is a line of its own.
    pub(super) async fn examine(&self, report: &mut DoctorReport) {
        report.diagnoses.push(self.version());
        let bytes = match self.tables(report).await {
            Ok(bytes) => bytes,
            Err(error) => {
                report.diagnoses.push(Diagnosis::failed("tables", &error));
                0
            }
        };
        if let Err(error) = self.cohorts(report).await {
            report.diagnoses.push(Diagnosis::failed("cohorts", &error));
        }
        self.disk(bytes, report);
        if let Err(error) = self.periods(report).await {
            report.diagnoses.push(Diagnosis::failed("coverage", &error));
        }
        if let Err(error) = self.last_load(report).await {
            report.diagnoses.push(Diagnosis::failed("last load", &error));
        }
    }

    fn version(&self) -> Diagnosis {
        let place = self.lake.location().display();
        let last = self.lake.log().entries.last();
        let when = last.map_or(String::new(), |entry| {
            format!(", committed {} UTC", entry.committed_at.format("%Y-%m-%d %H:%M:%S"))
        });
        Diagnosis::ok("lake", format!("{place}, lake version {}{when}", self.lake.version()))
    }

    /// The tables of the newest version, and files that no version names; returns the bytes of the newest version.
    async fn tables(&self, report: &mut DoctorReport) -> Result<u64> {
        let usage = self.lake.usage(self.lake.oldest()).await?;
        let mut bytes = 0;
        for name in self.lake.pins(self.lake.version()).into_keys() {
            let (Some(table), Some(used)) =
                (self.lake.table(&name, self.lake.version()).await?, usage.get(&name))
            else {
                let advice = "restore the lake from a copy";
                report.diagnoses.push(Diagnosis::error(
                    format!("table {name}"),
                    "its log is missing",
                    advice,
                ));
                continue;
            };
            let held: u64 = table.files.iter().map(|file| file.size).sum();
            bytes += held;
            report.diagnoses.push(of_table(&table, used, held));
        }
        report.diagnoses.push(leftovers(&usage));
        Ok(bytes)
    }

    /// The cohorts that are kept, and those that are not what their definition would give now.
    async fn cohorts(&self, report: &mut DoctorReport) -> Result<()> {
        let version = self.lake.version();
        let Some(table) = self.lake.table(REGISTRY, version).await? else {
            return Ok(());
        };
        let registry = Registry::of(self.lake.location(), &table).await?;
        let light = Light { lake: self.lake, registry: &registry, version };
        let live = registry.all_live();
        report
            .diagnoses
            .push(Diagnosis::ok("cohorts", format!("{} kept", counted(live.len() as u64, "cohort"))));
        for cohort in live {
            if let Some(because) = light.stale_because(cohort) {
                let found = format!("{} is not up to date: {because}", cohort.name);
                let advice = format!("REFRESH COHORT {}", cohort.name);
                report.diagnoses.push(Diagnosis::warning("cohorts", found, advice));
            }
        }
        Ok(())
    }

    fn disk(&self, bytes: u64, report: &mut DoctorReport) {
        let Some(folder) = self.lake.location().local_folder() else {
            return;
        };
        report.diagnoses.push(staging(&folder.join(load::STAGING)));
        let Some(free) = disk::free(folder) else {
            return;
        };
        let found = format!("{} free", size(free));
        report.diagnoses.push(if free < bytes {
            let advice =
                "a load may write every file anew: make room, or `lifetracks vacuum` old versions away";
            Diagnosis::warning(
                "disk",
                format!("{found}, less than the newest version's {}", size(bytes)),
                advice,
            )
        } else {
            Diagnosis::ok("disk", found)
        });
    }

    async fn periods(&self, report: &mut DoctorReport) -> Result<()> {
        let mut absent = Vec::new();
        let mut changed = Vec::new();
        let mut covered = 0;
        for table in self.definitions.tables().iter().filter(|table| table.period.is_some()) {
            let Some(version) = self.lake.table(&table.name, self.lake.version()).await? else { continue };
            let facts = TableCoverage::read(self.lake.location(), &version, table).await?;
            let limits = self.thresholds.of(&table.name);
            covered += facts.coverage.groups.len() as u64;
            absent.extend(gaps(&facts, &limits).into_iter().map(|gap| (gap.severity, gap.sentence())));
            changed
                .extend(alarms(&facts, &limits).into_iter().map(|alarm| (alarm.severity, alarm.sentence())));
        }
        if absent.is_empty() {
            report.diagnoses.push(Diagnosis::ok(
                "coverage",
                format!("{}, none absent in between", counted(covered, "period")),
            ));
        }
        let told = |subject: &str, advice: &str, lines: Vec<_>, table: &str| {
            let more = lines.len().saturating_sub(MOST_LINES);
            let mut told: Vec<Diagnosis> = lines
                .into_iter()
                .take(MOST_LINES)
                .map(|(severity, sentence): (_, String)| Diagnosis {
                    advice: Some(advice.to_owned()),
                    ..Diagnosis::new(subject, Health::from(severity), sentence)
                })
                .collect();
            if more > 0 {
                let found = format!("and {more} more");
                told.push(Diagnosis::warning(subject, found, format!("SELECT * FROM lifetracks.{table}")));
            }
            told
        };
        let load = "load the period's file, or take the gap into account";
        let look = "compare with the agency's own counts before using the period";
        report.diagnoses.extend(told("coverage", load, absent, "coverage_gaps"));
        report.diagnoses.extend(told("change", look, changed, "alarms"));
        Ok(())
    }

    /// What the newest load refused and what its checks found.
    async fn last_load(&self, report: &mut DoctorReport) -> Result<()> {
        let loads = self.lake.log().entries.iter().filter(|entry| entry.operation == "load");
        let Some(last) = loads.max_by_key(|entry| entry.lake_version) else {
            report.diagnoses.push(Diagnosis::ok("last load", "nothing has been loaded yet"));
            return Ok(());
        };
        let found = format!(
            "version {}, {}: {} loaded, {} refused",
            last.lake_version,
            last.table,
            counted(last.loaded, "row"),
            counted(last.rejected, "row")
        );
        report.diagnoses.push(Diagnosis::ok("last load", found));
        let findings = read_findings(self.lake).await?;
        let findings: Vec<_> =
            findings.into_iter().filter(|entry| entry.lake_version == last.lake_version).collect();
        let more = findings.len().saturating_sub(MOST_LINES);
        for entry in findings.iter().take(MOST_LINES) {
            let finding = &entry.finding;
            let column =
                finding.column.as_deref().map_or(String::new(), |column| format!(", column {column}"));
            let found = format!(
                "{}{column}: {}, first at {}:{}",
                finding.rule,
                counted(finding.rows, "row"),
                finding.file,
                finding.first_line
            );
            let advice = "look at the rows with `check`, and ask the agency for a correction";
            report.diagnoses.push(Diagnosis {
                advice: (Health::from(finding.severity) != Health::Ok).then(|| advice.to_owned()),
                ..Diagnosis::new("last load", finding.severity.into(), found)
            });
        }
        if more > 0 {
            let advice = "SELECT * FROM lifetracks.findings";
            report.diagnoses.push(Diagnosis::warning(
                "last load",
                format!("and {more} more findings"),
                advice,
            ));
        }
        Ok(())
    }
}

fn of_table(table: &TableVersion, used: &TableUsage, bytes: u64) -> Diagnosis {
    let subject = format!("table {}", table.shape.name);
    let rows = table.rows().map_or_else(|| "unknown rows".to_owned(), |rows| counted(rows, "row"));
    let found = format!("{rows} in {}, {}", counted(table.files.len() as u64, "file"), size(bytes));
    match used.missing(&table.files) {
        0 => Diagnosis::ok(subject, found),
        missing => Diagnosis::error(
            subject,
            format!("{found}; {missing} of the files are missing or cut short"),
            "`lifetracks verify` names them; restore them from a copy of the lake",
        ),
    }
}

/// Files that no lake version names.
fn leftovers(usage: &BTreeMap<String, TableUsage>) -> Diagnosis {
    let files = usage.iter().filter(|(table, _)| *table != LAKE_LOG).flat_map(|(_, used)| used.unnamed());
    let (count, bytes) = files.fold((0, 0), |(count, bytes), (_, size)| (count + 1, bytes + size));
    match count {
        0 => Diagnosis::ok("orphans", "every data file belongs to a lake version"),
        count => Diagnosis::warning(
            "orphans",
            format!("{} of no lake version, {}", counted(count, "data file"), size(bytes)),
            "interrupted loads left them; `lifetracks vacuum` removes them",
        ),
    }
}

/// Folders of loads that did not come to their end.
fn staging(folder: &Path) -> Diagnosis {
    let (mut left, mut busy) = (0, 0);
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.path().is_dir()) {
        if load::is_stale(&entry.path()) {
            left += 1;
        } else {
            busy += 1;
        }
    }
    match (left, busy) {
        (0, 0) => Diagnosis::ok("staging", "nothing is left over"),
        (0, _) => Diagnosis::ok("staging", "a load is running"),
        (left, _) => Diagnosis::warning(
            "staging",
            format!("{} left by a load that was cut off", counted(left, "folder")),
            "the next load removes them",
        ),
    }
}
