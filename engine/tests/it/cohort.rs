//! Graduation and dropout on a synthetic state: every method against the planted truth, person by person; wrong use; a
//! method of one's own; plans and memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lifetracks_engine::twin::{TwinOptions, generate};
use lifetracks_engine::{Engine, LoadRequest, Options};

use crate::support::{Lake, options, table};

const FIRST: i32 = 2010;
const LAST: i32 = 2024;
/// The first cohort that files from the first year on give back whole: those who repeated grade 9 before are of earlier
/// ones.
const WHOLE: i32 = FIRST + 6;

const EXTRACTS: [(&str, &str); 5] = [
    ("schools", "ms_mde_schools"),
    ("calendar_", "ms_mde_calendar"),
    ("enrollment_", "ms_mde_enrollment"),
    ("diploma_", "ms_mde_diploma"),
    ("key", "twin_key"),
];

/// The definitions with which a lake of made-up people keeps the numbers of the truth files.
fn key() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/oracle/definitions")
}

/// One state for all tests here; nobody changes it.
pub(crate) static STATE: LazyLock<Lake> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let twin = folder.path().join("twin");
    let options = Options { definitions: vec![key()], ..options(folder.path()) };
    let state = TwinOptions {
        scale: 0.004,
        seed: 11,
        first_school_year: FIRST,
        last_school_year: LAST,
        ..TwinOptions::default()
    };
    generate(&state, &twin).unwrap();
    // The column MSIS_ID of the truth about persons.
    let persons = std::fs::read_to_string(twin.join("truth/person.csv")).unwrap();
    let mut numbers: Vec<&str> = persons.lines().filter_map(|line| line.split(',').nth(1)).collect();
    numbers.retain(|number| !number.is_empty());
    std::fs::write(twin.join("mde/key.csv"), numbers.join("\n")).unwrap();
    let engine = Engine::create(&options).unwrap();
    for (start, layout) in EXTRACTS {
        let request =
            LoadRequest { files: files(&twin, start), layout: layout.to_owned(), ..LoadRequest::default() };
        let report = engine.load(&request).unwrap();
        assert_eq!(report.rejected, 0, "{layout}");
    }
    Lake { folder, engine }
});

fn files(twin: &Path, start: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(twin.join("mde")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.file_name().unwrap().to_str().unwrap().starts_with(start)).collect();
    files.sort();
    files
}

/// The cells of a result's rows, joined by commas.
fn rows(lake: &Lake, sql: &str) -> Vec<String> {
    let table = lake.query(sql);
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    lines.map(|line| line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(",")).collect()
}

/// What the truth says: person, cohort, method, years, status, share, district and school.
fn truth() -> BTreeSet<String> {
    let text = std::fs::read_to_string(STATE.folder.path().join("twin/truth/status.csv")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        let [person, cohort, method, years, den, num, status, _, weight, district, school] = cells[..] else {
            panic!("{line}")
        };
        let weight: f64 = weight.parse().unwrap();
        let is = |flag: &str| flag == "1";
        let row = format!(
            "{person},{cohort},{method},{years},{},{},{status},{weight:.6},{district},{district}{school}",
            is(den),
            is(num)
        );
        (cohort.parse::<i32>().unwrap() >= WHOLE).then_some(row)
    };
    text.lines().skip(1).filter_map(row).collect()
}

#[test]
fn every_method_gives_the_planted_status_of_every_person() {
    let years = [(4, LAST), (5, LAST - 1), (6, LAST - 2)];
    let mut found = BTreeSet::new();
    for (years, last) in years {
        let sql = format!(
            "select student_number, cohort_year, method, years, in_den, in_num, status, \
             cast(weight as decimal(8,6)), district_id, school_id \
             from grad_cohort({WHOLE}, {last}, years => {years}, method => '*') join twin_key using (person_id)"
        );
        found.extend(rows(&STATE, &sql));
    }
    let truth = truth();
    assert!(truth.len() > 5_000, "{}", truth.len());
    let missing: Vec<&String> = truth.difference(&found).take(5).collect();
    let extra: Vec<&String> = found.difference(&truth).take(5).collect();
    assert_eq!((missing, extra), (vec![], vec![]));
    let methods: BTreeSet<&str> = truth.iter().filter_map(|row| row.split(',').nth(2)).collect();
    assert_eq!(methods.len(), 7);
}

/// Estimates from counts are those of the truth, for the state and every district.
#[test]
fn estimates_from_counts_are_the_planted_ones() {
    let text = std::fs::read_to_string(STATE.folder.path().join("twin/truth/method_rates.csv")).unwrap();
    let mut truth = BTreeSet::new();
    for line in text.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [method, year, _, district, _, _, rate] = cells[..] else { panic!("{line}") };
        if ["afgr", "cpi"].contains(&method) && !rate.is_empty() {
            let rate: f64 = rate.parse().unwrap();
            truth.insert(format!("{method},{year},{district},{rate:.6}"));
        }
    }
    let found: BTreeSet<String> = rows(
        &STATE,
        &format!(
            "select method, school_year, coalesce(district_id, ''), cast(rate as decimal(9,6)) \
             from grad_estimate({FIRST}, {LAST}, method => '*') where rate is not null"
        ),
    )
    .into_iter()
    .collect();
    assert!(truth.len() > 100, "{}", truth.len());
    let missing: Vec<&String> = truth.difference(&found).take(5).collect();
    let extra: Vec<&String> = found.difference(&truth).take(5).collect();
    assert_eq!((missing, extra), (vec![], vec![]));
}

#[test]
fn all_methods_at_once_are_each_method_alone() {
    let at_once = |method: &str| {
        format!("select * from grad_cohort({WHOLE}, {LAST}, method => '*') where method = '{method}'")
    };
    for method in rows(&STATE, "select name from lifetracks.methods where kind = 'cohort' order by name") {
        let alone = format!("select * from grad_cohort({WHOLE}, {LAST}, method => '{method}')");
        let both = [(alone.clone(), at_once(&method)), (at_once(&method), alone)];
        for (left, right) in both {
            assert_eq!(
                STATE.value(&format!("select count(*) from ({left} except {right})")),
                "0",
                "{method}"
            );
        }
    }
}

#[test]
fn schools_add_up_to_districts_and_districts_to_the_state() {
    let sum = |level: &str| {
        format!(
            "select round(sum(n), 6), round(sum(g), 6) from (select sum(weight) filter (where in_den) as n, \
             sum(weight) filter (where in_num) as g from grad_cohort({WHOLE}, {LAST}, method => '*') group by {level})"
        )
    };
    let state = STATE.query(&sum("method"));
    assert_eq!(STATE.query(&sum("method, district_id")), state);
    assert_eq!(STATE.query(&sum("method, district_id, school_id")), state);
    let shares = format!(
        "select count(*) from (select 1 from grad_cohort({WHOLE}, {LAST}, method => '*') \
         group by person_id, cohort_year, method having abs(sum(weight) - 1) > 1e-9)"
    );
    assert_eq!(STATE.value(&shares), "0");
    let elsewhere = format!(
        "select count(*) from grad_cohort({WHOLE}, {LAST}, method => '*') where school_id not like district_id || '%'"
    );
    assert_eq!(STATE.value(&elsewhere), "0");
}

#[test]
fn the_members_of_an_event_rate_are_those_of_the_count_day() {
    let members = |from: &str| {
        format!(
            "select school_year, grade, district_id, school_id, count(*) from {from} group by all order by 1, 2, 3, 4"
        )
    };
    let (first, last) = (FIRST + 1, LAST - 1);
    let judged = members(&format!("dropout_status({first}, {last}) where in_den"));
    let counted = members(&format!("membership({first}, {last}) where grade between '07' and '12'"));
    assert_eq!(STATE.query(&judged), STATE.query(&counted));
}

#[test]
fn wrong_use_is_one_sentence_with_a_suggestion() {
    for (sql, message, help) in [
        (
            "grad_cohort(2020, method => 'ms-mde-2081')",
            "there is no method ms-mde-2081",
            "did you mean 'ms-mde-2018'?",
        ),
        (
            "grad_cohort(2020, method => 'afgr')",
            "the method afgr is not one of grad_cohort",
            "no row per person",
        ),
        (
            "grad_cohort(2020, method => 'nces-event')",
            "is not one of grad_cohort",
            "dropout_status(year, method => 'nces-event')",
        ),
        (
            "grad_cohort(2011)",
            "no data for the cohort of 2011: its grade 09 was in school year 2008, and k12_enrollment begins with 2010",
            "from 2013 to 2024",
        ),
        (
            "grad_cohort(2025)",
            "the 4 years of the cohort of 2025 end on 2025-07-31, and k12_enrollment is loaded to school year 2024",
            "from 2013 to 2024",
        ),
        (
            "grad_cohort(2024, years => 5, method => 'fed-essa')",
            "the 5 years of the cohort of 2024 end on 2025-07-31",
            "from 2013 to 2023",
        ),
        (
            "grad_cohort(2020, years => 5)",
            "the method ms-mde-2018 has no rate of 5 years",
            "lifetracks.methods",
        ),
        ("grad_cohort(2020, years => 11, method => 'fed-essa')", "has no rate of 11 years", "4 to 10 years"),
        (
            "grad_cohort(2020, years => 3, method => '*')",
            "no method has a rate of 3 years",
            "lifetracks.methods",
        ),
        ("grad_cohort(2020, 2018)", "2018 comes first", "write grad_cohort(2022)"),
        ("grad_cohort()", "grad_cohort needs a year", "write grad_cohort(2022)"),
        (
            "grad_cohort('2019-20')",
            "is no whole number (a school year is its ENDING year",
            "write grad_cohort(2022)",
        ),
        ("grad_cohort(2020, methd => 'x')", "grad_cohort has no option methd", "did you mean method?"),
        (
            "grad_cohort(2020, as_of => 1)",
            "reads the table k12_enrollment, which was not there yet in that version",
            "lifetracks.versions",
        ),
        ("grad_cohort(2020, 2021, 2022)", "at most 2 values", "write grad_cohort(2022)"),
        (
            "dropout_status(2024)",
            "known when the next one is loaded, and k12_enrollment is loaded to 2024",
            "from 2011 to 2023",
        ),
        ("dropout_status(2010)", "need the year before", "from 2011 to 2023"),
        (
            "dropout_status(2020, method => 'fed-essa')",
            "is not one of dropout_status",
            "grad_cohort(year, method => 'fed-essa')",
        ),
        (
            "membership(2030)",
            "membership has no answer for 2030: k12_enrollment is loaded from 2010 to 2024",
            "from 2010 to 2024",
        ),
    ] {
        let error = STATE.error(&format!("select * from {sql}"));
        assert!(error.message().contains(message), "{sql}: {error:?}");
        assert!(error.help().is_some_and(|found| found.contains(help)), "{sql}: {error:?}");
        assert!(error.span().is_some(), "{sql}: {error:?}");
    }
    let empty = Lake::new();
    let error = empty.error("select count(*) from main.postsec_award");
    assert!(error.message().contains("postsec_award"), "{error:?}");
    let error = empty.error("select * from grad_cohort(2020)");
    assert!(error.message().contains("reads the table k12_enrollment, which is not loaded"), "{error:?}");
}

#[test]
fn a_site_adds_a_method_as_a_file_and_gets_a_new_rate() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("methods")).unwrap();
    let file = "name = \"ours\"\nextends = \"fed-essa\"\ntitle = \"Ours\"\nowner = \"Us\"\nsource = \"A board decision\"\n\
                [exit]\nequivalency_program = \"leaves\"\ndropout = \"leaves\"\n[school]\nrule = \"longest\"\n";
    std::fs::write(folder.path().join("methods/ours.toml"), file).unwrap();
    let options =
        Options { definitions: vec![key(), folder.path().to_owned()], ..options(STATE.folder.path()) };
    let engine = Engine::open(&options).unwrap();
    let counted = |method: &str| {
        let sql = format!(
            "select count(*) filter (where in_den), count(*) filter (where in_num) from grad_cohort(2020, method => '{method}')"
        );
        table(&engine, &sql).unwrap()
    };
    assert_ne!(counted("ours"), counted("fed-essa"));
    let methods = table(&engine, "select owner from lifetracks.methods where name = 'ours'").unwrap();
    assert!(methods.contains("Us"), "{methods}");
    let all = table(&engine, "select count(distinct method) from grad_cohort(2020, method => '*')").unwrap();
    assert!(all.contains("| 8 "), "{all}");
}

#[test]
fn a_cohort_is_planned_as_scans_and_one_operator() {
    let plan = STATE.query(&format!("explain select * from grad_cohort({WHOLE}, {LAST}, method => '*')"));
    let physical: String = plan.lines().skip_while(|line| !line.contains("physical_plan")).collect();
    assert!(physical.contains("GradCohortExec: cohorts=2016..=2024"), "{plan}");
    assert_eq!(physical.matches("DataSourceExec").count(), 2, "{plan}");
    assert!(physical.contains("output_partitioning=Range"), "{plan}");
    for other in ["Sort", "Repartition", "Join", "Filter", "Coalesce", "Aggregate"] {
        assert!(
            !physical.contains(&format!("{other}Exec")) && !physical.contains(&format!("{other}Preserving")),
            "{other}: {plan}"
        );
    }
    // A join by person goes on range by range.
    let joined =
        STATE.query("explain select count(*) from grad_cohort(2020) join twin_key using (person_id)");
    assert!(!joined.contains("RepartitionExec") && !joined.contains("SortExec"), "{joined}");
}

#[test]
fn batches_and_threads_change_nothing() {
    let sql = format!(
        "select method, cohort_year, status, reason_code, school_id, count(*), cast(sum(weight) as decimal(12,6)) \
         from grad_cohort({WHOLE}, {LAST}, method => '*') group by all order by 1, 2, 3, 4, 5"
    );
    let expected = STATE.query(&sql);
    for (batch, threads) in [(1, 2), (7, 2), (8192, 1), (100, 3)] {
        let options =
            Options { definitions: vec![key()], threads: Some(threads), ..options(STATE.folder.path()) };
        let engine = Engine::open(&options).unwrap();
        // The result is sorted in batches of the usual size.
        let unsorted = sql.split(" order by").next().unwrap();
        let text = format!(
            "set datafusion.execution.batch_size = {batch}; create table small as {unsorted}; \
             set datafusion.execution.batch_size = 8192; select * from small order by 1, 2, 3, 4, 5"
        );
        assert_eq!(table(&engine, &text).unwrap(), expected, "{batch} {threads}");
    }
}

#[test]
fn memory_does_not_grow_with_the_number_of_cohorts() {
    // What remains is the sum by method and cohort, and its order.
    let options =
        Options { definitions: vec![key()], memory_limit: Some(32 << 20), ..options(STATE.folder.path()) };
    let engine = Engine::open(&options).unwrap();
    let sql = format!(
        "select method, cohort_year, rate(in_num, in_den, weight), count(*) from grad_cohort({WHOLE}, {LAST}, method => '*') group by all order by 1, 2"
    );
    assert_eq!(table(&engine, &sql).unwrap(), STATE.query(&sql));
}

#[test]
fn the_examples_of_functions_in_from_run() {
    let of_students = ["grad_cohort", "dropout_status", "membership", "promotion", "subgroups"];
    let examples = rows(&STATE, "select name, syntax from lifetracks.functions where kind = 'table'");
    assert!(of_students.iter().all(|name| examples.iter().any(|row| row.starts_with(&format!("{name},")))));
    for function in lifetracks_udfs::docs() {
        if of_students.contains(&function.name.as_str()) {
            assert!(!rows(&STATE, &function.sql_example).is_empty(), "{}", function.sql_example);
        }
    }
    // A name in WITH, and a view of the session, come before a shipped relation.
    let own = STATE.value("with subgroups as (select 7 as n) select n from subgroups");
    assert_eq!(own, "7");
    let everyone = "select count(*) from subgroups where subgroup = 'ALL'";
    assert_eq!(STATE.value(everyone), STATE.value("select count(distinct person_id) from k12_enrollment"));
}

#[test]
fn relations_inside_relations_are_asked_for_the_same_version() {
    let version = STATE.value("select max(lake_version) from lifetracks.versions");
    for relation in
        ["subgroups(as_of => V)", "promotion(2020, as_of => V)", "grad_estimate(2020, as_of => V)"]
    {
        let count =
            |version: &str| STATE.value(&format!("select count(*) from {}", relation.replace('V', version)));
        assert_eq!(count(&version), count(&format!("'{}-01-01'", 2090)), "{relation}");
    }
    // Before the diplomas were loaded the relation says what it lacks; a table it can do without is empty.
    let first =
        STATE.value("select min(lake_version) from lifetracks.versions where table_name = 'k12_enrollment'");
    let error = STATE.error(&format!("select * from grad_estimate(2020, as_of => {first})"));
    assert!(error.message().contains("diploma, which was not there yet"), "{error:?}");
    STATE.query(&format!("select count(*) from subgroups(as_of => {first})"));
}

#[test]
fn what_would_have_been_answered_before_the_last_load() {
    let version = STATE.value("select max(lake_version) from lifetracks.versions");
    let now = STATE.query("select status, count(*) from grad_cohort(2020) group by all order by 1");
    let as_of =
        format!("select status, count(*) from grad_cohort(2020, as_of => {version}) group by all order by 1");
    assert_eq!(STATE.query(&as_of), now);
    let error = STATE.error("select * from grad_cohort(2020, as_of => '2001-01-01')");
    assert!(error.message().contains("the lake is younger"), "{error:?}");
}
