//! The cases of `cases.txt`: a text with `|` for the cursor, and below it what Tab offers there.
//!
//! An offer is written as it is inserted, and behind two spaces may stand what it is said to be. The offers are all there
//! are, unless a line `...` says that more follow; `-` says that there is none. `⏎` stands for a new line.

use std::collections::BTreeMap;

use super::{Candidate, complete};
use crate::names::{Column, Function, Link, Names, Parameter, Saved, Setting, Table, Value, Values};

const CASES: &str = include_str!("cases.txt");

fn column(written: &str) -> Column {
    let mut parts = written.split(':').map(str::to_owned);
    Column {
        name: parts.next().unwrap_or_default(),
        note: parts.next().unwrap_or_default(),
        code_set: parts.next(),
    }
}

fn table(name: &str, columns: &str) -> Table {
    let columns = columns.split(' ').filter(|written| !written.is_empty()).map(column).collect();
    Table { name: name.to_owned(), note: format!("the {name}s"), columns: Some(columns) }
}

fn values(written: &[(&str, &str)]) -> Vec<Value> {
    let value =
        |(value, label): &(&str, &str)| Value { value: (*value).to_owned(), label: (*label).to_owned() };
    written.iter().map(value).collect()
}

fn function(name: &str, note: &str, parameters: Vec<Parameter>, columns: Option<&str>) -> Function {
    Function {
        name: name.to_owned(),
        gives_rows: columns.is_some() || name.starts_with("read_") || name == "cohort",
        syntax: format!("{name}(..)"),
        note: note.to_owned(),
        parameters,
        columns: columns.map(|columns| columns.split(' ').map(column).collect()),
    }
}

fn parameter(name: &str, values: Values) -> Parameter {
    Parameter { name: name.to_owned(), note: format!("the {name}"), values }
}

fn functions() -> Vec<Function> {
    let methods = Values::OneOf(values(&[("fed-essa", "Federal"), ("ms-mde-2018", "State")]));
    let sets = Values::OneOf(values(&[("grade", "2 codes"), ("subgroup", "3 codes")]));
    let maps = Values::OneOf(values(&[("diploma_class", "4 rows"), ("grade_ord", "9 rows")]));
    let levels = Values::OneOf(values(&[("school", ""), ("state", "")]));
    vec![
        function(
            "cohort",
            "Members",
            vec![parameter("name", Values::Cohort), parameter("version", Values::Any)],
            None,
        ),
        function("count", "Counts", Vec::new(), None),
        function(
            "crosswalk",
            "The other code",
            vec![parameter("map", maps), parameter("code", Values::Any)],
            None,
        ),
        function(
            "grad_cohort",
            "A graduating cohort",
            vec![parameter("cohort_year", Values::Any), parameter("method", methods)],
            Some("person_id:bigint status:Why:cohort_status in_den"),
        ),
        function(
            "label",
            "What a code means",
            vec![parameter("code_set", sets), parameter("code", Values::Any)],
            None,
        ),
        function(
            "mobility",
            "Moves",
            vec![parameter("year", Values::Any), parameter("level", levels)],
            Some("year level"),
        ),
        function("rate", "A share", Vec::new(), None),
        function("read_csv", "Reads files", vec![parameter("path", Values::File(&[".toml"]))], None),
        function("school_year", "The year", Vec::new(), None),
        function("sum", "Adds up", Vec::new(), None),
    ]
}

fn settings() -> Vec<Setting> {
    let setting = |name: &str, values: &'static [&'static str]| Setting {
        name: name.to_owned(),
        note: "what it does".to_owned(),
        values,
    };
    let ours = [
        setting("lifetracks.checked_reads", &["false", "true"]),
        setting("lifetracks.school_year_start", &[]),
    ];
    let many =
        (1..=30).map(|number| setting(&format!("datafusion.optimizer.rule_{number}"), &["false", "true"]));
    ours.into_iter().chain(many).collect()
}

fn saved() -> Vec<Saved> {
    let parameters = values(&[("year", "number"), ("district", "text")]);
    vec![
        Saved { name: "diplomas".to_owned(), note: "How many".to_owned(), parameters },
        Saved { name: "wages".to_owned(), note: String::new(), parameters: Vec::new() },
    ]
}

fn names() -> Names {
    let link = |table: &str, to_table: &str, columns: &[&str]| {
        let columns: Vec<String> = columns.iter().map(|column| (*column).to_owned()).collect();
        Link { table: table.to_owned(), columns: columns.clone(), to_table: to_table.to_owned(), to: columns }
    };
    let planned = [
        ("SELECT * FROM _", "answer:bigint"),
        ("select count(*) from diploma", "count(*):bigint"),
        ("WITH c AS (select 1 as x) SELECT * FROM (select x + 1, 2 from c)", "planned:bigint"),
    ];
    let codes = [
        ("cohort_status", values(&[("graduate", "Graduate"), ("dropout", "Dropped out")])),
        ("diploma", values(&[("RH", "Regular diploma"), ("OC", "Occupational diploma"), ("O'B", "Quoted")])),
        (
            "subgroup",
            values(&[("ED", "economically disadvantaged"), ("ELL", "English learner"), ("ALL", "everyone")]),
        ),
        ("grade", values(&[("9", "Grade 9"), ("10", "Grade 10")])),
    ];
    Names {
        tables: vec![
            Table { name: "_".to_owned(), note: "of this session".to_owned(), columns: None },
            table("Odd Name", "Größe:double"),
            table("attendance", "person_id:bigint school_id:varchar school_year:integer days:integer"),
            table(
                "diploma",
                "person_id:bigint award_date:date diploma_type:varchar:diploma school_id:varchar",
            ),
            table(
                "enrollment",
                "person_id:bigint school_id:varchar school_year:integer grade:tinyint:grade order:varchar",
            ),
            table("lifetracks.tables", "table_name:varchar rows:bigint"),
            table("status", "person_id:bigint subgroup:varchar:subgroup"),
            table("ui_wage", "person_id:bigint wages:double quarter:integer"),
        ],
        functions: functions(),
        codes: codes.into_iter().map(|(set, codes)| (set.to_owned(), codes)).collect(),
        parameters: values(&[("day", "date"), ("year", "number"), ("years", "number")]),
        settings: settings(),
        queries: saved(),
        cohorts: values(&[("class2021", "80 members"), ("class2022", "90 members")]),
        keys: vec!["person_id".to_owned(), "school_id".to_owned()],
        links: vec![link("attendance", "enrollment", &["person_id", "school_id", "school_year"])],
        planned: planned
            .into_iter()
            .map(|(query, columns)| (query.to_owned(), Some(columns.split(' ').map(column).collect())))
            .collect::<BTreeMap<_, _>>(),
    }
}

/// A text with what is expected of it.
struct Case<'a> {
    line: usize,
    text: &'a str,
    expected: Vec<&'a str>,
}

fn cases() -> Vec<Case<'static>> {
    let mut cases: Vec<Case<'static>> = Vec::new();
    for (number, line) in CASES.lines().enumerate() {
        match line.strip_prefix("    ") {
            Some(expected) => cases.last_mut().unwrap().expected.push(expected),
            None if line.is_empty() || line.starts_with('#') => {}
            None => cases.push(Case { line: number + 1, text: line, expected: Vec::new() }),
        }
    }
    cases
}

/// What is wrong with the offers of a case.
fn fault(case: &Case<'_>, names: &Names) -> Option<String> {
    let text = case.text.replace('⏎', "\n");
    let cursor = text.find('|')?;
    let offers = complete(&text.replacen('|', "", 1), cursor, names).candidates;
    let has_more = case.expected.last() == Some(&"...");
    let expected = &case.expected[..case.expected.len() - usize::from(has_more)];
    let expected = if expected == ["-"] { &[] } else { expected };
    let fits = |(written, offer): (&&str, &Candidate)| match written.split_once("  ") {
        Some((insert, note)) => insert == offer.insert.trim_end() && note.trim() == offer.note,
        None => written.trim_end() == offer.insert.trim_end(),
    };
    let is_right = (offers.len() == expected.len() || has_more && offers.len() > expected.len())
        && expected.iter().zip(&offers).all(fits);
    let shown: Vec<_> =
        offers.iter().take(12).map(|offer| format!("    {}  {}", offer.insert, offer.note)).collect();
    (!is_right).then(|| format!("cases.txt:{}: {}\n{}", case.line, case.text, shown.join("\n")))
}

#[test]
fn every_case_offers_what_it_says() {
    let (cases, names) = (cases(), names());
    assert!(cases.len() >= 190, "only {} cases were found", cases.len());
    assert!(cases.iter().all(|case| case.text.contains('|') && !case.expected.is_empty()));
    let faults: Vec<_> = cases.iter().filter_map(|case| fault(case, &names)).collect();
    assert!(
        faults.is_empty(),
        "{} of {} cases offer something else:\n{}",
        faults.len(),
        cases.len(),
        faults.join("\n")
    );
}

#[test]
fn any_cursor_in_any_case_is_survived() {
    let names = names();
    for case in cases() {
        let text = case.text.replace('⏎', "\n").replacen('|', "", 1);
        for cursor in (0..=text.len()).filter(|cursor| text.is_char_boundary(*cursor)) {
            let completion = complete(&text, cursor, &names);
            assert!(completion.start <= cursor, "cases.txt:{}: at {cursor}", case.line);
        }
    }
}

#[test]
fn what_only_the_engine_knows_is_asked_for() {
    let questions = |text: &str| complete(text, text.len(), &names()).questions;
    assert_eq!(
        questions("select q. from (select days + 1 from attendance) q where q."),
        ["select days + 1 from attendance"]
    );
    assert_eq!(
        questions("select * from cohort('class2021') c where c."),
        ["SELECT * FROM cohort('class2021')"]
    );
    assert_eq!(
        questions("with c as (select 1 as x) select * from (select x + 2 from c) d where d."),
        ["WITH c as (select 1 as x) SELECT * FROM (select x + 2 from c)"]
    );
    assert!(questions("select person_id from diploma where ").is_empty());
}
