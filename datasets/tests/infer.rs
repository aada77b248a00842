//! Drafted layouts read the files they were drafted from, row for row.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use lifetracks_datasets::twin::{TwinOptions, generate};
use lifetracks_datasets::{CheckReport, Definitions, Draft, Layout, check, infer};
use proptest::prelude::*;
use tempfile::TempDir;

/// A draft must be a layout that resolves and rejects nothing.
fn prove(path: &Path, draft: &Draft, definitions: &Definitions) -> (Layout, CheckReport) {
    let layout = Layout::parse("layouts/draft.toml", &draft.layout)
        .unwrap_or_else(|error| panic!("{error}\n{}", draft.layout));
    layout.resolve(definitions).unwrap_or_else(|error| panic!("{error}\n{}", draft.layout));
    let report = check(File::open(path).unwrap(), "f", &layout, definitions)
        .unwrap_or_else(|error| panic!("{error}\n{}", draft.layout));
    assert_eq!(report.counts.rejected, 0, "{:?}\n{}", report.rejects, draft.layout);
    (layout, report)
}

fn write(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spells_2019.csv");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn the_extracts_of_the_twin_are_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let options = TwinOptions { scale: 0.0005, seed: 7, first_school_year: 2009, last_school_year: 2013 };
    generate(&options, folder.path()).unwrap();
    let definitions = Definitions::builtin();
    let mut files = 0;
    for layout in definitions.layouts().iter().filter(|layout| layout.name.starts_with("ms_")) {
        let (agency, kind) = layout.name.trim_start_matches("ms_").split_once('_').unwrap();
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder.path().join(agency)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name.trim_end_matches(|end: char| end == '_' || end.is_ascii_digit()) != kind {
                continue;
            }
            for table in [Some(layout.table.as_str()), None] {
                let draft = infer(&path, table, &definitions).unwrap();
                let (drafted, report) = prove(&path, &draft, &definitions);
                assert_eq!(drafted.table, layout.table, "{agency}/{name}\n{}", draft.layout);
                let rows = fs::read_to_string(&path).unwrap().lines().count() as u64 - 1;
                assert_eq!(report.counts.loaded, rows);
                if let Ok(shown) = std::env::var("SHOW_DRAFTS") {
                    fs::write(Path::new(&shown).join(format!("{agency}_{name}.toml")), &draft.layout)
                        .unwrap();
                }
            }
            files += 1;
        }
    }
    assert!(files >= 12, "{files} files");
}
