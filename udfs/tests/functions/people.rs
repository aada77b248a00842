//! A few hundred persons with wages, enrollment and diplomas, and what programs make of them, each under a name.

use std::sync::Arc;

use datafusion::datasource::ViewTable;
use datafusion::logical_expr::{JoinType, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::{SessionConfig, SessionContext, col};
use lifetracks_datasets::{Carry, Definitions, MethodRule, MonthDay, OpenEnd, PanelUnit};
use lifetracks_udfs::{
    CALENDAR, CohortYears, DIPLOMA, DropoutStatus, ENROLLMENT, Followed, GradCohort, Jobs, LoadedRule, Panel,
    PanelSource, PersonMerge, Program, SpellSource, Unit, asof_match,
};

use crate::session::{run, session};

/// Persons of the tables.
pub(crate) const PERSONS: usize = 240;

/// Rows of the table about districts, which is larger than what is made of persons.
const LARGE: usize = 4_000;

/// The tables; the text columns are views, as the lake's are.
fn tables() -> [(&'static str, String); 9] {
    let text = |sql: &str| format!("arrow_cast({sql}, 'Utf8View')");
    [
        (
            "cohort",
            format!(
                "SELECT value AS person_id, DATE '2022-05-20' + CAST(value % 90 AS INT) AS index_date, {} AS district \
                 FROM generate_series(1, {PERSONS}) WHERE value % 4 = 0",
                text("CAST(value % 7 AS VARCHAR)")
            ),
        ),
        (
            "wage",
            format!(
                "SELECT value / 10 + 1 AS person_id, CAST(8088 + value % 10 / 2 * 2 AS INT) AS quarter_index, \
                 CAST(value % 613 AS DECIMAL(12, 2)) AS wages, {} AS employer_account, {} AS reporting_unit \
                 FROM generate_series(0, {}) ORDER BY value",
                text("CAST(value % 17 AS VARCHAR)"),
                text("CAST(value % 3 AS VARCHAR)"),
                PERSONS * 10 - 1
            ),
        ),
        (
            "wage_loaded",
            "SELECT CAST(value AS INT) AS period, CAST(NULL AS DATE) AS last_day FROM generate_series(8086, 8096)".to_owned(),
        ),
        (
            "employer",
            format!(
                "SELECT {} AS employer_account, {} AS reporting_unit, CAST(8088 AS INT) AS quarter_index, {} AS naics \
                 FROM generate_series(0, 50)",
                text("CAST(value % 17 AS VARCHAR)"),
                text("CAST(value % 3 AS VARCHAR)"),
                text("CAST(11 + value % 4 AS VARCHAR)")
            ),
        ),
        (
            "price",
            "SELECT CAST(value AS INT) AS year, CAST(13 AS INT) AS month, CAST(200 + value % 10 AS DOUBLE) AS value FROM generate_series(2020, 2026)".to_owned(),
        ),
        (
            "enrollment",
            format!(
                "SELECT value / 4 + 1 AS person_id, make_date(2018 + CAST(value % 4 AS INT), 8, 10) AS entry_date, \
                 CASE WHEN value % 5 = 0 THEN make_date(2019 + CAST(value % 4 AS INT), 3, 1) ELSE make_date(2019 + CAST(value % 4 AS INT), 5, 25) END AS exit_date, \
                 CAST(2019 + value % 4 AS INT) AS school_year, {} AS district_id, {} AS school_id, {} AS grade, {} AS exit_code, \
                 value % 2 = 0 AS exit_documented, DATE '2003-09-01' AS birth_date FROM generate_series(0, {}) ORDER BY value",
                text("'0100'"),
                text("CAST(value % 5 AS VARCHAR)"),
                text("CASE value % 4 WHEN 0 THEN '09' WHEN 1 THEN '10' WHEN 2 THEN '11' ELSE '12' END"),
                text("CASE WHEN value % 5 = 0 THEN '13' END"),
                PERSONS * 4 - 1
            ),
        ),
        (
            "diploma",
            format!(
                "SELECT value AS person_id, DATE '2022-05-20' AS award_date, {} AS diploma_type FROM generate_series(1, {PERSONS}) WHERE value % 3 > 0",
                text("'00806'")
            ),
        ),
        (
            "calendar",
            format!(
                "SELECT {} AS school_id, CAST(2022 AS INT) AS school_year, DATE '2021-08-09' AS first_day, DATE '2022-05-24' AS last_day FROM generate_series(0, 4)",
                text("CAST(value AS VARCHAR)")
            ),
        ),
        (
            "large",
            format!("SELECT {} AS district, value AS number FROM generate_series(1, {LARGE})", text("CAST(value % 7 AS VARCHAR)")),
        ),
    ]
}

/// A session with the tables, with a view for each program, and with two for joins by the nearest moment.
pub(crate) async fn people() -> SessionContext {
    let context = session(SessionConfig::new().with_target_partitions(2)).unwrap();
    for (name, sql) in tables() {
        run(&context, &format!("CREATE TABLE {name} AS {sql}")).await.unwrap();
    }
    for (name, program, persons, references) in programs() {
        let (persons, references) = (scans(&context, persons).await, scans(&context, references).await);
        let plan = PersonMerge::plan(program, persons, references).unwrap();
        context.register_table(name, Arc::new(ViewTable::new(plan, None))).unwrap();
    }
    for (name, join_type, is_strict) in
        [("at_index", JoinType::Left, false), ("before_index", JoinType::Inner, true)]
    {
        let plan = nearest(&context, join_type, is_strict).await;
        context.register_table(name, Arc::new(ViewTable::new(plan, None))).unwrap();
    }
    context
}

/// The last enrollment up to the index date, or before it in the school whose name is the district's.
async fn nearest(context: &SessionContext, join_type: JoinType, is_strict: bool) -> LogicalPlan {
    let queries = [
        "SELECT * FROM cohort",
        "SELECT person_id AS student, entry_date, exit_date, school_id, grade FROM enrollment",
    ];
    let mut sides = scans(context, queries.map(str::to_owned).into()).await.into_iter();
    let (left, right) = (sides.next().unwrap(), sides.next().unwrap());
    let mut conditions = vec![col("person_id").eq(col("student"))];
    if is_strict {
        conditions.extend([col("index_date").gt(col("entry_date")), col("district").eq(col("school_id"))]);
    } else {
        conditions.push(col("index_date").gt_eq(col("entry_date")));
    }
    let join = LogicalPlanBuilder::from(left).join_on(right, join_type, [asof_match(conditions)]);
    join.unwrap().build().unwrap()
}

async fn scans(context: &SessionContext, queries: Vec<String>) -> Vec<LogicalPlan> {
    let mut plans = Vec::new();
    for sql in queries {
        plans.push(context.state().create_logical_plan(&sql).await.unwrap());
    }
    plans
}

/// A program with its name, and the queries of its inputs and references.
pub(crate) type Asked = (&'static str, Arc<dyn Program>, Vec<String>, Vec<String>);

/// Every program.
pub(crate) fn programs() -> Vec<Asked> {
    let all =
        |tables: &[&str]| tables.iter().map(|table| format!("SELECT * FROM {table}")).collect::<Vec<_>>();
    let columns = |columns: &[&str], table: &str| format!("SELECT {} FROM {table}", columns.join(", "));
    let students = || vec![columns(&ENROLLMENT, "enrollment"), columns(&DIPLOMA, "diploma")];
    let persons = "SELECT person_id FROM cohort".to_owned();
    let of_cohort = std::iter::once(persons).chain(all(&["wage"])).collect();
    let spells = "SELECT person_id, entry_date AS start_date, exit_date AS end_date, school_id AS school FROM enrollment";
    vec![
        (
            "followed",
            Arc::new(panel("wages", of_wages())),
            all(&["cohort", "wage"]),
            all(&["wage_loaded", "employer", "price"]),
        ),
        (
            "enrolled",
            Arc::new(panel("enrollment", of_spells())),
            vec!["SELECT * FROM cohort".to_owned(), spells.to_owned()],
            vec!["SELECT DATE '2018-07-01' AS from_day, DATE '2024-06-30' AS to_day".to_owned()],
        ),
        ("job", Arc::new(jobs(false)), all(&["wage"]), all(&["wage_loaded", "employer"])),
        ("own_job", Arc::new(jobs(true)), of_cohort, all(&["wage_loaded", "employer"])),
        ("graduate", Arc::new(grad_cohort()), students(), vec![columns(&CALENDAR, "calendar")]),
        ("dropout", Arc::new(dropout_status()), students(), vec![columns(&CALENDAR, "calendar")]),
    ]
}

fn unit(unit: PanelUnit) -> Unit {
    let terms = ["08-01", "01-01", "06-01"].map(|day| MonthDay::try_from(day.to_owned()).unwrap());
    Unit::new(unit, &terms, 7).unwrap()
}

fn loaded() -> LoadedRule {
    LoadedRule::Periods { unit: unit(PanelUnit::Quarter), tail_days: Some(31) }
}

fn of_wages() -> (Unit, LoadedRule, Followed) {
    let followed = Followed::Wages { base_year: Some(2022), has_industry: true, has_negative: true };
    (unit(PanelUnit::Quarter), loaded(), followed)
}

fn of_spells() -> (Unit, LoadedRule, Followed) {
    use datafusion::arrow::datatypes::{DataType, Field};
    let source = SpellSource {
        state: "k12".to_owned(),
        open_ends: OpenEnd::OneDay,
        flag: Some("enrolled".to_owned()),
        days: Some("days".to_owned()),
        count: None,
        carried: vec![Field::new("school", DataType::Utf8View, true)],
        carry: Carry::Last,
    };
    let followed = Followed::Spells { sources: vec![source], idle: Some("idle".to_owned()) };
    (unit(PanelUnit::SchoolYear), LoadedRule::Days, followed)
}

/// A panel of four periods.
fn panel(of: &str, (unit, loaded, followed): (Unit, LoadedRule, Followed)) -> Panel {
    use datafusion::arrow::datatypes::{DataType, Field, Schema};
    let cohort = Schema::new(vec![
        Field::new("person_id", DataType::Int64, true),
        Field::new("index_date", DataType::Date32, true),
        Field::new("district", DataType::Utf8View, true)
            .with_metadata([("role".to_owned(), "place".to_owned())].into()),
    ]);
    Panel {
        of: of.to_owned(),
        cohort: Arc::new(cohort),
        unit,
        relative: (-1, 2),
        sources: vec![PanelSource { table: of.to_owned(), agencies: vec!["mdes".to_owned()], loaded }],
        has_links: false,
        followed,
    }
}

fn jobs(has_cohort: bool) -> Jobs {
    Jobs { loaded: loaded(), has_industry: true, has_cohort }
}

fn grad_cohort() -> GradCohort {
    let definitions = Definitions::builtin();
    let rules = definitions.methods().iter().filter_map(|method| match &method.rule {
        MethodRule::Cohort(rule) => Some((method.name.clone(), rule.clone())),
        _ => None,
    });
    GradCohort::new(
        CohortYears { first: 2021, last: 2023, years: 4, last_loaded: Some(2022) },
        rules.collect(),
    )
}

fn dropout_status() -> DropoutStatus {
    let definitions = Definitions::builtin();
    let rules = definitions.methods().iter().filter_map(|method| match &method.rule {
        MethodRule::EventDropout(rule) => Some((method.name.clone(), rule.clone())),
        _ => None,
    });
    DropoutStatus::new((2020, 2021), rules.collect())
}
