//! Planted defects: each is listed with its line, the corrections undo those that replace a row, and a check of the
//! file finds exactly what the list says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use lifetracks_datasets::twin::{TwinError, TwinOptions, generate};
use lifetracks_datasets::{Definitions, Request, convert, parts};

use crate::support::{files, hash, small};

fn spoiled(share: f64) -> TwinOptions {
    TwinOptions { defects: share, scale: 0.001, ..small(3) }
}

/// File, line, column, kind and rule of every defect.
fn listed(folder: &Path) -> Vec<(String, u64, String, String, String)> {
    let mut reader = csv::Reader::from_path(folder.join("truth/defects.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn lines(path: &Path) -> Vec<String> {
    fs::read_to_string(path).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn without_defects_nothing_differs_and_no_list_is_there() {
    let (clean, again) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    generate(&small(3), clean.path()).unwrap();
    generate(&TwinOptions { defects: 0.0, ..small(3) }, again.path()).unwrap();
    assert_eq!(hash(clean.path()), hash(again.path()));
    assert!(!clean.path().join("truth/defects.csv").exists());
    let error = generate(&TwinOptions { defects: 0.5, ..small(3) }, clean.path()).unwrap_err();
    assert!(matches!(error, TwinError::Defects { .. }));
}

#[test]
fn whoever_undoes_the_list_has_the_clean_files() {
    let (clean, dirty) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    generate(&spoiled(0.0), clean.path()).unwrap();
    generate(&spoiled(0.05), dirty.path()).unwrap();
    let mut by_file: BTreeMap<String, BTreeMap<u64, String>> = BTreeMap::new();
    let mut kinds = BTreeSet::new();
    for (file, line, _, kind, _) in listed(dirty.path()) {
        kinds.insert(kind.clone());
        by_file.entry(file).or_default().insert(line, kind);
    }
    assert_eq!(kinds.len(), 11, "{kinds:?}");
    let beside = [
        "exact_duplicate",
        "conflicting_duplicate",
        "mistyped_number",
        "unknown_school",
        "overlapping_spell",
    ];
    for path in files(clean.path()) {
        let name = path.strip_prefix(clean.path()).unwrap().to_string_lossy().into_owned();
        let Some(planted) = by_file.remove(&name) else {
            if name != "truth/summary.csv" {
                assert_eq!(fs::read(&path).unwrap(), fs::read(dirty.path().join(&name)).unwrap(), "{name}");
            }
            continue;
        };
        let (folder, file) = name.split_once('/').unwrap();
        let corrections = dirty.path().join(folder).join(format!("correction_{file}"));
        let mut true_rows = if corrections.exists() { lines(&corrections) } else { Vec::new() }.into_iter();
        true_rows.next();
        let mut undone = Vec::new();
        for (place, row) in (1..).zip(lines(&dirty.path().join(&name))) {
            match planted.get(&place) {
                None => undone.push(row),
                Some(kind) if beside.contains(&kind.as_str()) => {}
                Some(_) => undone.push(true_rows.next().unwrap()),
            }
        }
        assert_eq!(true_rows.next(), None, "{name}");
        assert!(undone == lines(&path), "{name}");
    }
    assert!(by_file.is_empty(), "{by_file:?}");
}

#[test]
fn a_conversion_rejects_the_listed_rows_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    generate(&spoiled(0.05), folder.path()).unwrap();
    let rejecting = ["not_a_date", "not_a_number", "ragged_row", "missing_required"];
    let mut expected: BTreeMap<String, BTreeSet<(u64, Option<String>, String)>> = BTreeMap::new();
    for (file, line, column, _, rule) in listed(folder.path()) {
        let rows = expected.entry(file).or_default();
        if rejecting.contains(&rule.as_str()) {
            rows.insert((line, Some(column).filter(|column| !column.is_empty()), rule));
        }
    }
    let definitions = Definitions::builtin();
    for (file, rows) in expected {
        let (agency, name) = file.split_once('/').unwrap();
        let table = name.rsplit_once('_').unwrap().0;
        let layout = definitions.layout(&format!("ms_{agency}_{table}")).unwrap();
        let parts = parts(&folder.path().join(&file), layout).unwrap();
        let request = Request { part: &parts[0], layout, definitions: &definitions, year: None, threads: 1 };
        let mut found = BTreeSet::new();
        convert(&request, &mut |chunk| {
            let rejects = chunk.rejects.into_iter();
            found.extend(rejects.map(|reject| (reject.line, reject.column, reject.rule.to_owned())));
            Ok(())
        })
        .unwrap();
        assert_eq!(found, rows, "{file}");
    }
}
