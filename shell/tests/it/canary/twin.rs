//! The extracts of a synthetic state, with the number in the identifier columns that their layouts name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use lifetracks_engine::{Engine, Options};

use super::extract::EXTRACTS;
use super::{Case, FORMS, walk, workbook};

/// Rows of each extract that are loaded.
const ROWS: usize = 12;
/// The layout of fixed width.
const FIXED: &str = "ms_mdes_wage_bls";

/// Loads an extract of every layout with identifiers and makes loads of it fail; the tables that were loaded.
pub(super) fn load_and_fail(case: &mut Case) -> BTreeSet<String> {
    let twin =
        ["twin", "twin", "--scale", "0.002", "--seed", "1", "--first-year", "2020", "--last-year", "2021"];
    assert!(case.command(&twin).status().unwrap().success());
    load_fixed_width(case);
    let files = extracts(case);
    let known = Engine::open(&Options::default()).unwrap();
    let mut tables = BTreeSet::new();
    for layout in known.definitions().layouts().iter().filter(|layout| !layout.identities().is_empty()) {
        let elsewhere = [FIXED, workbook::LAYOUT].contains(&layout.name.as_str());
        if elsewhere || EXTRACTS.iter().any(|extract| extract.layout == layout.name) {
            continue;
        }
        let Some((name, lines)) = files.get(&layout.name) else {
            println!("no file of layout {} is tried", layout.name);
            continue;
        };
        let columns = identifier_columns(&layout.name);
        assert!(!columns.is_empty(), "{}", layout.name);
        let good = spoilt(lines, |column| columns.contains(&column.to_owned()));
        let bad = spoilt(lines, |_| true);
        let (good_name, bad_name) = (format!("twin_{name}"), format!("bad_{name}"));
        case.write(&good_name, &good);
        case.write(&bad_name, &bad);
        let load = |file: &str| -> Vec<String> {
            ["load", &layout.table, file, "--layout", &layout.name, "--lake", "lake"]
                .map(str::to_owned)
                .into()
        };
        let good = [load(&good_name), vec!["--max-reject-share".to_owned(), "1".to_owned()]].concat();
        let good: Vec<&str> = good.iter().map(String::as_str).collect();
        let output = case.command(&good).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{good:?}: {errors}");
        case.errors += &String::from_utf8_lossy(&output.stdout);
        case.errors += &errors;
        tables.insert(layout.table.clone());
        // A file of nothing but identifiers has no cell that could be wrong.
        let bad = load(&bad_name);
        let bad: Vec<&str> = bad.iter().map(String::as_str).collect();
        if lines[0].split(',').count() > columns.len() {
            case.fails(&bad);
            case.fails(&["check", &bad_name, "--layout", &layout.name]);
        }
    }
    tables
}

/// Wages of fixed width, whose first nine characters are the number.
fn load_fixed_width(case: &mut Case) {
    let text = std::fs::read_to_string(case.path("twin/mdes/bls_wage_2021.txt")).unwrap();
    let lines: Vec<String> =
        text.lines().take(ROWS).map(|line| format!("987654320{}\n", &line[9..])).collect();
    case.write("bls_wage_2021.txt", &lines.concat());
    case.write("bad_bls.txt", &lines.concat().replace("2021", "98765"));
    let load = |file| ["load", "ui_wage", file, "--layout", FIXED, "--lake", "lake"];
    assert!(case.command(&load("bls_wage_2021.txt")).status().unwrap().success());
    case.fails(&load("bad_bls.txt"));
}

/// The comma-separated extracts by layout: name, header and first rows. Compressed ones are unpacked.
fn extracts(case: &Case) -> BTreeMap<String, (String, Vec<String>)> {
    let mut files = BTreeMap::new();
    for path in walk(&case.path("twin")) {
        let agency = path.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let Some((stem, kind)) = name.split_once('.') else { continue };
        let bytes = match kind {
            "csv" => std::fs::read(&path).unwrap(),
            "csv.gz" => Command::new("gzip").arg("-dc").arg(&path).output().unwrap().stdout,
            _ => continue,
        };
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<String> = text.lines().take(1 + ROWS).map(str::to_owned).collect();
        let table = stem.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
        // A year without such a row says nothing; another year's file may have some.
        if lines.len() > 1 {
            files.insert(format!("ms_{agency}_{table}"), (format!("{agency}_{stem}.csv"), lines));
        }
    }
    files
}

/// The columns of the file that a layout takes for identifiers, as its file says.
fn identifier_columns(layout: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../datasets/layouts/{layout}.toml"));
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("[[column]]").skip(1).filter(|block| block.contains("\nidentity = "));
    let from = blocks.filter_map(|block| block.lines().find_map(|line| line.strip_prefix("from = ")));
    from.map(|name| name.trim_matches('"').to_owned()).collect()
}

/// The lines with the number in every cell of the columns that `which` chooses.
fn spoilt(lines: &[String], which: impl Fn(&str) -> bool) -> String {
    let columns: Vec<bool> = lines[0].split(',').map(&which).collect();
    let mut text = lines[0].clone() + "\n";
    for (number, line) in lines[1..].iter().enumerate() {
        let cells = line.split(',').zip(&columns);
        let form = FORMS[number % FORMS.len()];
        let cells: Vec<&str> = cells.map(|(cell, is_spoilt)| if *is_spoilt { form } else { cell }).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}
