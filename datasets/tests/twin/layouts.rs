//! Every file of the twin is read by its layout: no row is rejected, no code is unknown, no check of a row fails.

use std::path::Path;

use lifetracks_datasets::{CheckReport, Definitions, Request, check, parts};

use crate::support::TWIN;

/// Tables of the twin whose layout is not called as they are.
const OTHER_NAMES: [(&str, &str); 1] = [("mdes/bls_wage", "ms_mdes_wage_bls")];

fn layout_of(table: &str) -> String {
    let other = OTHER_NAMES.iter().find(|(name, _)| *name == table);
    other.map_or_else(|| format!("ms_{}", table.replace('/', "_")), |(_, layout)| (*layout).to_owned())
}

fn checked(definitions: &Definitions, path: &Path, layout: &str) -> CheckReport {
    let layout = definitions.layout(layout).unwrap();
    let parts = parts(path, layout).unwrap();
    assert_eq!(parts.len(), 1, "{}", path.display());
    let request = Request { part: &parts[0], layout, definitions, year: None, threads: 1 };
    check(&request).unwrap()
}

#[test]
fn every_extract_has_a_layout_that_reads_all_of_it() {
    let definitions = Definitions::builtin();
    let (folder, summary) = &*TWIN;
    let extracts = summary.files.iter().filter(|file| !file.table.starts_with("truth/"));
    for file in extracts {
        let report = checked(&definitions, &folder.path().join(file.path()), &layout_of(&file.table));
        let name = file.path();
        assert_eq!(report.counts.rows_in, file.rows, "{name}");
        assert_eq!((report.counts.rejected, report.rejects.len()), (0, 0), "{name}: {:?}", report.rejects);
        assert!(report.findings.is_empty(), "{name}: {:?}", report.findings);
    }
}

#[test]
fn codes_changed_over_the_years_and_the_layouts_know_it() {
    let definitions = Definitions::builtin();
    let folder = tempfile::tempdir().unwrap();
    let options = lifetracks_datasets::twin::TwinOptions {
        scale: 0.001,
        first_school_year: 2008,
        last_school_year: 2013,
        ..lifetracks_datasets::twin::TwinOptions::default()
    };
    let summary = lifetracks_datasets::twin::generate(&options, folder.path()).unwrap();
    for table in ["mde/student", "mde/status", "mde/assessment"] {
        for file in summary.files.iter().filter(|file| file.table == table) {
            let report = checked(&definitions, &folder.path().join(file.path()), &layout_of(table));
            assert_eq!(report.counts.loaded, file.rows, "{}", file.path());
            let findings: Vec<_> =
                report.findings.iter().filter(|finding| finding.rule == "unknown_code").collect();
            assert!(findings.is_empty(), "{}: {findings:?}", file.path());
        }
    }
}
