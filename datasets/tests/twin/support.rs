//! Reading a twin back: files, rows and columns by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use chrono::NaiveDate;
use lifetracks_datasets::twin::{TwinOptions, TwinSummary, generate};
use tempfile::TempDir;

/// One twin for the tests that only read.
pub(crate) static TWIN: LazyLock<(TempDir, TwinSummary)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let options = TwinOptions { scale: 0.005, ..TwinOptions::demo() };
    let summary = generate(&options, folder.path()).unwrap();
    (folder, summary)
});

pub(crate) type Row = BTreeMap<String, String>;

pub(crate) fn small(seed: u64) -> TwinOptions {
    TwinOptions {
        scale: 0.0005,
        seed,
        first_school_year: 2018,
        last_school_year: 2023,
        ..TwinOptions::default()
    }
}

/// All files below a folder, sorted.
pub(crate) fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The text of a file, unpacked where it is packed, in the encoding it is written in.
pub(crate) fn text(path: &Path) -> String {
    let mut bytes = fs::read(path).unwrap();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let packed = std::mem::take(&mut bytes);
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned())
}

pub(crate) fn hash(folder: &Path) -> String {
    let mut hasher = blake3::Hasher::new();
    for path in files(folder) {
        hasher.update(path.strip_prefix(folder).unwrap().to_string_lossy().as_bytes());
        hasher.update(&fs::read(&path).unwrap());
    }
    hasher.finalize().to_hex().to_string()
}

/// The file of a table, or its files of all years.
pub(crate) fn paths(table: &str) -> Vec<PathBuf> {
    let root = TWIN.0.path();
    let found: Vec<PathBuf> =
        TWIN.1.files.iter().filter(|file| file.table == table).map(|file| root.join(file.path())).collect();
    assert!(!found.is_empty(), "no file of {table}");
    found
}

/// The rows of a table by column name.
pub(crate) fn rows(table: &str) -> Vec<Row> {
    let read = |path: PathBuf| {
        let text = text(&path);
        csv::Reader::from_reader(text.as_bytes()).into_deserialize().map(Result::unwrap).collect::<Vec<Row>>()
    };
    paths(table).into_iter().flat_map(read).collect()
}

/// Some columns of a large table.
pub(crate) fn columns<const N: usize>(table: &str, names: [&str; N]) -> Vec<[String; N]> {
    let mut found = Vec::new();
    for path in paths(table) {
        let mut reader = csv::Reader::from_path(path).unwrap();
        let header = reader.headers().unwrap().clone();
        let places = names.map(|name| header.iter().position(|found| found == name).unwrap());
        for record in reader.records() {
            let record = record.unwrap();
            found.push(places.map(|place| record[place].to_owned()));
        }
    }
    found
}

pub(crate) fn american(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%m/%d/%Y").unwrap()
}

pub(crate) fn iso(text: &str) -> NaiveDate {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").unwrap()
}

pub(crate) fn set(table: &str, column: &str) -> BTreeSet<String> {
    columns(table, [column]).into_iter().flatten().collect()
}

pub(crate) fn total(names: &str, section: &str) -> f64 {
    let counts = TWIN.1.counts.iter().filter(|count| count.section == section && count.name == names);
    counts.map(|count| count.count as f64).sum()
}
