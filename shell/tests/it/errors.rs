//! What a reader is told when SQL is wrong: the sentence, the place in the statement, what to do next.

use std::fmt::Write as _;
use std::path::Path;

use crate::transcript::{lifetracks, ran};

/// Tables of the session; the lake has one table, diploma.
const TABLES: &str = "\
    create table enrolled as select cast(person_id as bigint) as person_id, cast(school_year as int) as school_year, \
    district_id, cast(entry_date as date) as entry_date from (values (1, 2021, '0100', '2020-08-06'), \
    (2, 2022, '0200', '2021-08-05')) t(person_id, school_year, district_id, entry_date); \
    create table wage as select 1 as person_id, 7 as quarter_index, cast(10 as decimal(10, 2)) as wages; \
    create view seniors as select * from enrolled where school_year = 2021; \
    create function add_one(x int) returns int return x + 1;";

/// Statements that are wrong, each in one way.
const STATEMENTS: &[&str] = &[
    // Words that are misspelt, missing or in the wrong place.
    "select 1 from enrolled wher x",
    "selct 1",
    "select 1 frm t",
    "select * form enrolled",
    "select * from enrolled e whre school_year = 2021",
    "select * from enrolled limt 5",
    "select * from enrolled e jion diploma d on e.person_id = d.person_id",
    "select * from enrolled e left jion diploma d on e.person_id = d.person_id",
    "select distnct school_year from enrolled",
    "create veiw v as select 1",
    "select school_year from enrolled order school_year",
    "select count(*) from enrolled group school_year",
    "select count(*) over (partition school_year) from enrolled",
    "select * from enrolled order by school_year where school_year = 2021",
    "select person_id from",
    "select person_id from enrolled,",
    "select person_id from enrolled where school_year = 2021 and",
    "select 1 2",
    "select case when 1 = 1 then 2 from enrolled",
    "select count((1 + 2) from enrolled",
    "select * from (select 1",
    "select 1 )",
    "select count(distinct) from enrolled",
    "select 'abc",
    "select \"abc",
    "select 1 /* never closed",
    // Calls.
    "select sum(district_id) from enrolled",
    "select avg(district_id) from enrolled",
    "select sum(person_id > 1) from enrolled",
    "select sqrt(district_id) from enrolled",
    "select round('a')",
    "select min() from enrolled",
    "select upper(1, 2)",
    "select ntile() over () from enrolled",
    "select rate(1)",
    "select rate('a', 'b')",
    "select add_one('a')",
    "select sum(*) from enrolled",
    "select date_part('year', school_year) from enrolled",
    "select extract(year from school_year) from enrolled",
    "select date_part(entry_date, 'year') from enrolled",
    "select date_trunc('month', school_year) from enrolled",
    "select date_bin(5, entry_date) from enrolled",
    "select round(school_year, district_id) from enrolled",
    "select round(district_id, 1) from enrolled",
    "select substr(district_id, 'a') from enrolled",
    "select substr(person_id, 1, 4) from enrolled",
    "select substr(district_id) from enrolled",
    "select lpad(district_id, 'x', '0') from enrolled",
    "select split_part(district_id, '-', district_id) from enrolled",
    "select regexp_like(person_id, 'a') from enrolled",
    "select position('a' in school_year) from enrolled",
    "select power(school_year, 'a') from enrolled",
    "select corr(school_year, district_id) from enrolled",
    "select percentile_cont(0.5) within group (order by district_id) from enrolled",
    "select coalesce(school_year, entry_date) from enrolled",
    "select greatest(school_year, entry_date) from enrolled",
    "select nullif(entry_date, 2021) from enrolled",
    "select date_part('year', district_id) from enrolled",
    "select to_date(district_id, 5) from enrolled",
    "select 7 // 2",
    "select 7 div 2",
    "select label(school_year, 'grade') from enrolled",
    "select days_overlap(entry_date, entry_date, school_year, entry_date) from enrolled",
    "select draw('a', 'b', 'c', 'd') from enrolled",
    "select school_year(5)",
    "select substring('a')",
    "select grad_cohrt(2021)",
    "select * from grad_cohrt(2021)",
    "select grad_cohort(2021)",
    "select * from upper('a')",
    "select uper('a')",
    "select add_on(1)",
    "select row_number() from enrolled",
    // Types and constants.
    "select * from enrolled where school_year = 'abc'",
    "select * from enrolled where 'abc' < school_year",
    "select * from enrolled where school_year in (2021, 'abc')",
    "select * from enrolled where school_year between '2020' and 'b'",
    "select * from enrolled where entry_date > '2020-13-01'",
    "select * from enrolled where entry_date > 5",
    "select * from enrolled where school_year = date '2020-01-01'",
    "select date '2020-02-31'",
    "select '2020-02-31'::date",
    "select timestamp '2020-99-99'",
    "select wages > 'much' from wage",
    "select coalesce(1, 'a')",
    "select school_year + 'x' from enrolled",
    "select school_year + '5' from enrolled",
    "select date '2020-01-01' + 'x'",
    "select true = 1",
    "select true + 1",
    "select not 1",
    "select * from enrolled where district_id",
    "select * from enrolled where entry_date and true",
    "select * from enrolled where district_id like 5",
    "select cast(1 as foo)",
    "select cast(1 as intger)",
    "select interval 'x'",
    "select cast(district_id as date) from enrolled",
    "select 1 / 0",
    // Names.
    "select scool_year from enrolled",
    "select wages from enrolled",
    "select zzz from enrolled",
    "select e.wages from enrolled e",
    "select a.* from enrolled e join diploma on e.person_id = diploma.person_id",
    "select a.district_id from enrolled e join diploma on e.person_id = diploma.person_id",
    "select person_id from enrolled e join diploma d on e.person_id = d.person_id",
    "select * from lifetracks.tabels",
    "select * from lifetrack.tables",
    "select * from layouts",
    "select * from enroled",
    "select * from k12_enrollment",
    "select * from grad_cohort",
    "select * from 'x.csv'",
    "select * from x.parquet",
    "describe enroled",
    // Clauses and sub-queries.
    "select school_year, count(*) from enrolled where count(*) > 1 group by school_year",
    "select school_year from enrolled where row_number() over () = 1",
    "select school_year from enrolled group by school_year having person_id > 1",
    "select school_year, count(*) from enrolled",
    "select sum(count(*)) from enrolled",
    "select * from enrolled union select 1",
    "select 1 limit 'a'",
    "select 1 limit -1",
    "select 1 as a order by b",
    "select * from enrolled order by 9",
    "select (select person_id from enrolled)",
    "select 1 in (select 1, 2)",
    "select * from (select 1 as a, 2 as a)",
    "select * from (select count(*), count(*) from enrolled)",
    "select * from (select sum(cast(person_id as double)), sum(cast(person_id as double)) from enrolled)",
    "select 1 from enrolled e, enrolled e",
    "values (1), (1, 2)",
    "select sum(person_id) over w from enrolled",
    // What SQL does not change.
    "drop table diploma",
    "drop table seniors",
    "drop view nothing",
    "create table diploma as select 1 as a",
    "insert into diploma values (1)",
    "update diploma set zzz = 1",
    "delete from diploma where zzz = 1",
    "truncate table diploma",
    "alter table diploma add column x int",
    "copy diploma to 'x.csv'",
    "copy (select zzz from diploma) to 'x.csv' stored as csv",
    "prepare p as select $1",
    "prepare p(int) as select * from enrolled where school_year = $1",
    "execute p(5)",
    "deallocate p",
    "use other",
];

/// Words of the layers below.
const WORDS_BELOW: &[&str] = &[
    "DataFusion",
    "datafusion",
    "oercion",
    "oerce",
    "Arrow",
    "Error during",
    "Execution error",
    "Utf8",
    "Int32",
    "Int64",
    "Float64",
    "Date32",
    "Boolean",
    "ParserError",
    "caused by",
    "Signature",
    "No function matches",
];

/// Each statement with what it is told.
fn told(folder: &Path) -> Vec<(&'static str, String)> {
    let rows = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n1,0100,004,05/20/2022,00806\n";
    std::fs::write(folder.join("diploma.csv"), rows).unwrap();
    let load = ["load", "diploma", "diploma.csv", "--layout", "ms_mde_diploma", "--lake", "l"];
    let (code, _, err) = ran(lifetracks(folder).args(load));
    assert_eq!(code, 0, "{err}");
    let mut command = lifetracks(folder);
    command.args(["l", "-q", "--csv", "--on-error", "continue", "-c", TABLES]);
    for statement in STATEMENTS {
        command.args(["-c", statement]);
    }
    let (_, _, err) = ran(&mut command);
    let errors: Vec<String> = format!("\n{err}").split("\nerror: ").skip(1).map(str::to_owned).collect();
    assert_eq!(errors.len(), STATEMENTS.len(), "a statement is no error:\n{err}");
    STATEMENTS.iter().copied().zip(errors).collect()
}

#[test]
fn a_wrong_statement_is_told_in_the_words_of_sql() {
    let folder = tempfile::tempdir().unwrap();
    let told = told(folder.path());
    let mut page = String::new();
    for (statement, error) in &told {
        for word in WORDS_BELOW {
            assert!(!error.contains(word), "{statement}\n{error}");
        }
        writeln!(page, "{statement}\n  error: {}\n", error.trim_end().replace('\n', "\n  ")).unwrap();
    }
    insta::assert_snapshot!("errors", page);
}

/// A value of the data is in no error, not even one that equals a text of the statement.
#[test]
fn a_value_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let script = "create table t as select * from (values ('987654320'), ('x')) v(a); \
                  select cast(a as date) from t";
    let (code, _, err) = ran(lifetracks(folder.path()).args(["--csv", "-c", script]));
    assert_eq!(code, 1);
    assert!(err.contains("a value cannot be cast to date"), "{err}");
    assert!(!err.contains("987654320"), "{err}");
}
