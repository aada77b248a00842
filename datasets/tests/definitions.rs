//! The definitions hold together: the built-in files as they are, and folders that a site adds.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::io;
use std::path::Path;

use arrow::datatypes::DataType;
use lifetracks_datasets::{CheckRule, Definitions, Privacy, Role, Severity, TableKind};
use tempfile::TempDir;

const CODE_HEADER: &str = "code,label,valid_from,valid_to,source\n";

const TABLE: &str = r#"name = "visit"
description = "One row per home visit."
kind = "person"
owner = "MDH"
key = ["person_id", "visit_date"]
order = ["person_id"]
source = "A county health department"

[[column]]
name = "person_id"
type = "int64"
nullable = false
role = "identifier"
privacy = "pseudonym"
description = "The child."
source = "LifeTracks identity vault"

[[column]]
name = "visit_date"
type = "date"
nullable = false
role = "date"
privacy = "confidential"
description = "Day of the visit."
source = "Visit log"

[[column]]
name = "purpose"
type = "utf8"
nullable = true
role = "code"
privacy = "confidential"
code_set = "purpose"
description = "Why the nurse came. NULL: not written down."
source = "Visit log"
"#;

const LAYOUT: &str = r#"name = "county_visit"
table = "visit"
agency = "MDH"
description = "The visit log of a county."
source = "A county health department"
format = "csv"

[[column]]
from = "CHILD"
to = "person_id"
identity = "MDH"

[[column]]
from = "DAY"
to = "visit_date"
"#;

/// Writes a definition folder with these files.
fn folder(files: &[(&str, &str)]) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    for (name, text) in files {
        let (subfolder, _) = name.split_once('/').unwrap_or_default();
        fs::create_dir_all(folder.path().join(subfolder))?;
        fs::write(folder.path().join(name), text)?;
    }
    Ok(folder)
}

fn load(files: &[(&str, &str)]) -> Result<Definitions, Box<dyn Error>> {
    Ok(Definitions::builtin().with_folder(folder(files)?.path())?)
}

/// The error of a folder with this one file, without the folder's own path.
fn sentence(name: &str, text: &str) -> io::Result<String> {
    let folder = folder(&[(name, text)])?;
    let result = Definitions::builtin().with_folder(folder.path());
    let sentence = result.err().map_or_else(|| "no error".to_owned(), |error| error.to_string());
    Ok(sentence.replace(&format!("{}/", folder.path().display()), ""))
}

#[test]
fn the_built_in_files_have_no_fault() {
    assert_eq!(Definitions::builtin().problems(), []);
}

#[test]
fn every_canonical_table_is_there() {
    let definitions = Definitions::builtin();
    let names: Vec<&str> = definitions.tables().iter().map(|table| table.name.as_str()).collect();
    let expected = [
        "adult_education",
        "assessment_result",
        "benefit_spell",
        "calendar",
        "corrections_spell",
        "cpi",
        "diploma",
        "early_learning",
        "employer_quarter",
        "k12_attendance",
        "k12_course_section",
        "k12_discipline",
        "k12_enrollment",
        "k12_person_status",
        "migrant_qualifying_move",
        "min_wage",
        "person",
        "person_xwalk",
        "postsec_award",
        "postsec_course",
        "postsec_enrollment",
        "published_measure",
        "rehab_case",
        "school_directory",
        "ui_wage",
        "wioa_participant",
    ];
    assert_eq!(names, expected);
    assert!(definitions.table("k12_enrolment").is_none());
}

#[test]
fn every_list_is_sorted_and_every_name_is_unique() {
    let definitions = Definitions::builtin();
    let lists: [Vec<&str>; 4] = [
        definitions.tables().iter().map(|table| table.name.as_str()).collect(),
        definitions.layouts().iter().map(|layout| layout.name.as_str()).collect(),
        definitions.code_sets().iter().map(|set| set.name.as_str()).collect(),
        definitions.maps().iter().map(|map| map.name.as_str()).collect(),
    ];
    for names in lists {
        assert!(names.is_sorted_by(|left, right| left < right), "{names:?}");
        assert!(names.iter().all(|name| is_snake_case(name)), "{names:?}");
    }
}

#[test]
fn every_column_says_what_it_is() {
    let definitions = Definitions::builtin();
    for table in definitions.tables() {
        let schema = table.schema();
        assert_eq!(schema.fields().len(), table.columns.len());
        for (column, field) in table.columns.iter().zip(schema.fields()) {
            let place = format!("{}.{}", table.name, column.name);
            assert!(is_snake_case(&column.name), "{place}");
            assert_eq!(field.data_type(), &column.data_type, "{place}");
            assert_eq!(field.is_nullable(), column.nullable, "{place}");
            assert!(column.description.ends_with('.'), "{place}: {}", column.description);
            assert!(!column.source.is_empty(), "{place}");
            let says_null = column.description.contains("NULL");
            assert!(says_null, "{place} does not say what NULL means");
            if let Some(set) = &column.code_set {
                assert!(definitions.code_set(set).is_some(), "{place} names the code set {set}");
            }
            let quantity = matches!(column.data_type, DataType::Float64 | DataType::Decimal128(..));
            assert!(!quantity || column.role == Role::Measure, "{place}");
        }
    }
}

#[test]
fn person_tables_start_with_a_pseudonym_and_publish_nothing_about_a_person() {
    let definitions = Definitions::builtin();
    for table in definitions.tables().iter().filter(|table| table.kind == TableKind::Person) {
        let first = &table.columns[0];
        assert_eq!(
            (first.name.as_str(), &first.data_type),
            ("person_id", &DataType::Int64),
            "{}",
            table.name
        );
        assert_eq!((first.privacy, first.role), (Privacy::Pseudonym, Role::Identifier), "{}", table.name);
        let public = table.columns.iter().filter(|column| column.privacy == Privacy::Public);
        let public: Vec<&str> = public.map(|column| column.name.as_str()).collect();
        let expected: &[&str] = if table.name == "person_xwalk" { &["agency"] } else { &[] };
        assert_eq!(public, expected, "{}", table.name);
    }
}

#[test]
fn key_and_order_are_columns() {
    for table in Definitions::builtin().tables() {
        for name in table.key.iter().chain(&table.order) {
            let column = table.column(name).unwrap_or_else(|| panic!("{}.{name}", table.name));
            let of_a_published_figure = table.kind == TableKind::Reference && table.key.contains(name);
            assert!(!column.nullable || of_a_published_figure, "{}.{name}", table.name);
        }
        let unique: BTreeSet<&String> = table.key.iter().collect();
        assert_eq!(unique.len(), table.key.len(), "{}", table.name);
    }
}

#[test]
fn every_check_says_what_it_is_and_how_bad_a_breach_is() {
    for table in Definitions::builtin().tables() {
        for check in &table.checks {
            let place = format!("{}.{}", table.name, check.name);
            assert!(is_snake_case(&check.name), "{place}");
            assert!(check.description.ends_with('.') && !check.source.is_empty(), "{place}");
            let is_certain = check.is_of_one_row() || check.severity != Severity::Error;
            assert!(is_certain, "{place} would blame a row for what another row or table lacks");
            if let CheckRule::Overlap { within, .. } = &check.rule {
                assert_eq!(within.first(), table.key.first(), "{place}");
            }
        }
    }
}

#[test]
fn no_spell_ends_before_it_starts() {
    let definitions = Definitions::builtin();
    let spells = [
        ("adult_education", "entry_date", "exit_date"),
        ("benefit_spell", "start_date", "end_date"),
        ("corrections_spell", "admission_date", "release_date"),
        ("early_learning", "start_date", "end_date"),
        ("k12_enrollment", "entry_date", "exit_date"),
        ("k12_person_status", "start_date", "end_date"),
        ("rehab_case", "application_date", "exit_date"),
        ("wioa_participant", "entry_date", "exit_date"),
    ];
    for (name, start, end) in spells {
        let table = definitions.table(name).unwrap();
        let order = CheckRule::Order { first: start.to_owned(), second: end.to_owned() };
        let rejects = |rule: &CheckRule| *rule == order;
        let found = table.checks.iter().find(|check| rejects(&check.rule)).map(|check| check.severity);
        assert_eq!(found, Some(Severity::Error), "{name}");
        let overlaps =
            |rule: &CheckRule| matches!(rule, CheckRule::Overlap { start: first, .. } if first == start);
        assert!(table.checks.iter().any(|check| overlaps(&check.rule)), "{name}");
    }
}

#[test]
fn rows_belong_to_a_period_unless_they_hold_for_all_time() {
    let definitions = Definitions::builtin();
    let timeless = definitions.tables().iter().filter(|table| table.period.is_none());
    let names: Vec<&str> = timeless.map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["min_wage", "person", "person_xwalk", "school_directory"]);
    let published = definitions.table("published_measure").unwrap().period.as_ref().unwrap();
    assert_eq!(published.source.as_deref(), Some("source"));
}

#[test]
fn every_layout_fits_its_table() {
    let definitions = Definitions::builtin();
    for layout in definitions.layouts() {
        let result = layout.resolve(&definitions).map_err(|error| error.to_string());
        assert_eq!(result, Ok(()), "{}", layout.name);
        assert!(!layout.source.is_empty(), "{}", layout.name);
    }
}

#[test]
fn a_folder_adds_a_table_a_layout_and_a_code_set() {
    let codes = format!("{CODE_HEADER}R,Routine,,,Visit log\n");
    let files =
        [("tables/visit.toml", TABLE), ("layouts/county_visit.toml", LAYOUT), ("codes/purpose.csv", &codes)];
    let definitions = load(&files).unwrap();
    assert_eq!(definitions.table("visit").unwrap().columns.len(), 3);
    assert_eq!(definitions.layout("county_visit").unwrap().table, "visit");
    assert_eq!(definitions.code_set("purpose").unwrap().label("R", None), Some("Routine"));
    assert_eq!(definitions.tables().len(), Definitions::builtin().tables().len() + 1);
    assert!(definitions.tables().is_sorted_by(|left, right| left.name < right.name));
}

#[test]
fn a_folder_replaces_by_name_and_the_last_one_wins() {
    let girl = format!("{CODE_HEADER}F,Girl,,,A\n");
    let woman = format!("\u{feff}{CODE_HEADER}F,Woman,,,B\n");
    let definitions = load(&[("codes/sex.csv", &girl)]).unwrap();
    assert_eq!(definitions.code_set("sex").unwrap().label("F", None), Some("Girl"));
    let second = folder(&[("codes/sex.csv", &woman)]).unwrap();
    let definitions = definitions.with_folder(second.path()).unwrap();
    assert_eq!(definitions.code_set("sex").unwrap().label("F", None), Some("Woman"));
    assert_eq!(definitions.code_set("sex").unwrap().label("M", None), None);
    assert_eq!(definitions.code_sets().len(), Definitions::builtin().code_sets().len());
}

#[test]
fn a_bad_file_is_one_sentence_with_its_place() {
    let unknown = TABLE.replace("owner =", "owned_by =");
    let found = sentence("tables/visit.toml", &unknown).unwrap();
    assert!(found.starts_with("tables/visit.toml, line 4: unknown field"), "{found}");
    let unknown = LAYOUT.replace("agency =", "agencies =");
    let found = sentence("layouts/county_visit.toml", &unknown).unwrap();
    assert!(found.starts_with("layouts/county_visit.toml, line 3: unknown field"), "{found}");
    let twice = format!("{CODE_HEADER}R,Routine,,,A\nR,Other,,,A\n");
    let expected = "codes/purpose.csv, line 3: code \"R\" is valid twice on the same day, here and on line 2; \
                    end one interval before the other starts.";
    assert_eq!(sentence("codes/purpose.csv", &twice).unwrap(), expected);
    let several = "from,to,rule,source\nA,1,one,s\nA,2,one,s\n";
    let found = sentence("maps/x.csv", several).unwrap();
    assert!(found.starts_with("maps/x.csv, line 3: \"A\" has several targets"), "{found}");
}

#[test]
fn a_name_that_no_file_has_is_suggested() {
    let text = TABLE.replace("code_set = \"purpose\"", "code_set = \"msis_exits\"");
    let found = sentence("tables/visit.toml", &text).unwrap();
    let expected = "names the code set \"msis_exits\", which is not there; did you mean \"msis_exit\"?";
    assert!(found.contains(expected), "{found}");
    let check = "[[check]]\nname = \"known\"\nseverity = \"warning\"\ndescription = \"d\"\nsource = \"s\"\n\
                 reference = { columns = [\"person_id\"], table = \"persons\", to = [\"person_id\"] }\n";
    let text = TABLE.replace("code_set = \"purpose\"", "code_set = \"sex\"") + check;
    let found = sentence("tables/visit.toml", &text).unwrap();
    let expected = "check \"known\" of table \"visit\" refers to the table \"persons\", which is not there; did you mean \"person\"?";
    assert!(found.contains(expected), "{found}");
    let text = text.replace("\"persons\", to = [\"person_id\"]", "\"person\", to = [\"sex\"]");
    let found = sentence("tables/visit.toml", &text).unwrap();
    assert!(
        found.contains("compares \"person_id\" (Int64) with \"sex\" of table \"person\" (Utf8)"),
        "{found}"
    );
    let found = sentence("layouts/county_visit.toml", LAYOUT).unwrap();
    assert!(found.starts_with("layouts/county_visit.toml") && found.contains("visit"), "{found}");
    let found = sentence("tables/visits.toml", TABLE).unwrap();
    let expected = "tables/visits.toml: the definition is named \"visit\"; give the file the same name.";
    assert_eq!(found, expected);
}

#[test]
fn a_folder_that_is_none_is_refused() {
    let error = Definitions::builtin().with_folder(Path::new("/no/such/folder")).unwrap_err();
    let expected = "/no/such/folder: there is no tables, layouts, codes, maps, methods, relations or panels folder in it; \
                    name the folder that holds them.";
    assert_eq!(error.to_string(), expected);
    assert!(load(&[("notes/x.csv", "")]).is_err());
    let found = sentence("codes/sex.txt", "").unwrap();
    let expected =
        "codes/sex.txt: only .csv files are read from this folder; rename the file or move it away.";
    assert_eq!(found, expected);
    let one = format!("{CODE_HEADER}A,B,,,C\n");
    assert!(load(&[("codes/.hidden", ""), ("codes/one.csv", &one)]).is_ok());
    let error = load(&[("methods/own.toml", "")]).unwrap_err().to_string();
    assert!(error.contains("the method has no name; add one."), "{error}");
}

fn is_snake_case(name: &str) -> bool {
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
    name.starts_with(|letter: char| letter.is_ascii_lowercase()) && name.chars().all(allowed)
}
