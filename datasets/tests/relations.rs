//! The shipped relations are whole, and what they repeat of the methods agrees with them.

use std::fs;

use lifetracks_datasets::{Definitions, MethodRule};

#[test]
fn every_relation_reads_tables_that_are_defined_and_says_what_its_columns_hold() {
    let definitions = Definitions::builtin();
    assert!(definitions.relations().len() >= 13, "{}", definitions.relations().len());
    for relation in definitions.relations() {
        for table in relation.tables.iter().chain(&relation.optional) {
            assert!(definitions.table(table).is_some(), "{} reads {table}", relation.name);
            assert!(
                relation.sql.contains(&format!("main.{table}")),
                "{} does not read {table}",
                relation.name
            );
        }
        assert!(relation.example.starts_with(&relation.name), "{}", relation.name);
        for column in &relation.columns {
            assert!(column.description.contains("NULL"), "{}.{}", relation.name, column.name);
        }
    }
}

#[test]
fn early_warning_flags_have_the_thresholds_of_their_method() {
    let definitions = Definitions::builtin();
    let MethodRule::EarlyWarning(rule) = &definitions.method("early-warning").unwrap().rule else {
        unreachable!("early-warning is a method of flags")
    };
    let relation = definitions.relation("ews_flags").unwrap();
    let default = |name: &str| {
        let parameter = relation.parameters.iter().find(|parameter| parameter.name == name).unwrap();
        parameter.default.clone().unwrap()
    };
    assert_eq!(default("absent_percent"), rule.absent_percent.to_string());
    assert_eq!(default("minimum_days"), rule.minimum_days.to_string());
    assert_eq!(default("incidents"), rule.incidents.to_string());
    assert_eq!(default("course_failures"), rule.course_failures.to_string());
    assert_eq!(default("failing_grades"), rule.failing_grades.join(","));
}

#[test]
fn a_bad_relation_is_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("relations")).unwrap();
    let head = "name = \"ours\"\ndescription = \"One row.\"\nsource = \"Us\"\nexample = \"ours(1)\"\ntables = []\n\
                sql = \"SELECT $year AS year\"\n";
    let column = "[[column]]\nname = \"year\"\ndescription = \"The year. Never NULL.\"\n";
    let year = "[[parameter]]\nname = \"year\"\ntype = \"integer\"\ndescription = \"A year.\"\n";
    let with = |text: &str| {
        fs::write(folder.path().join("relations/ours.toml"), format!("{head}{text}{column}")).unwrap();
        Definitions::builtin().with_folder(folder.path())
    };
    assert!(with(year).unwrap().relation("ours").is_some());
    let other = year.replace("\"year\"", "\"other\"");
    for (text, expected) in [
        (format!("{year}{other}"), "does not use the parameter $other"),
        (
            format!("{year}default = \"$later\"\n"),
            "the default of year is $later, which is no earlier parameter",
        ),
        (
            format!("[span]\ntable = \"t\"\ncolumn = \"c\"\nfirst = \"a\"\nlast = \"b\"\n{year}"),
            "names the parameter a, which is not there",
        ),
        (year.replace("integer", "decimal"), "unknown variant `decimal`"),
    ] {
        let error = with(&text).unwrap_err().to_string();
        assert!(error.contains("ours.toml") && error.contains(expected), "{error}");
    }
}
