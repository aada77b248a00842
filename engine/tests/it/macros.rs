//! Functions that a researcher makes: called, shown, pruning, replaced, dropped, and refused.

use lifetracks_engine::ErrorKind;

use crate::support::Lake;

const DIPLOMAS: &str = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n\
    A1,0100,004,05/20/2022,00806\n\
    A2,0100,004,05/20/2023,00801\n";

#[test]
fn a_function_is_its_expression() {
    let lake = Lake::new();
    lake.load("ms_mde_diploma", &[("diploma.csv", DIPLOMAS)]).unwrap();
    assert_eq!(
        lake.query("create function plus(x int, Y bigint) returns bigint return x + y * 2"),
        "Function plus created for this session."
    );
    assert_eq!(lake.value("select plus(1, 2)"), "5");
    assert_eq!(lake.value("select arrow_typeof(plus(1::smallint, 2))"), "Int64");
    assert_eq!(lake.value("select plus(null, 2) is null"), "true");
    lake.query("create function half(int) returns double return $1 / 2.0");
    assert_eq!(lake.value("select half(3) + half(plus(1, 2)::int)"), "4.0");
    // Of the other functions, and before anything prunes.
    lake.query("create function class(day date) returns int return school_year(day)");
    lake.query("create function is_of(day date, year int) returns boolean return class(day) = year");
    let plan = lake.query("explain select * from diploma where is_of(award_date, 2022)");
    assert!(plan.contains("2021-07-01") && !plan.contains("is_of("), "{plan}");
    assert_eq!(lake.value("select count(*) from diploma where is_of(award_date, 2022)"), "1");
    assert_eq!(
        lake.value(
            "select class(award_date) as c from diploma group by class(award_date) order by c limit 1"
        ),
        "2022"
    );
    assert_eq!(lake.value("select sum(plus(1, 2)) from diploma having sum(plus(1, 2)) > 3"), "10");
    let shown = "select syntax from lifetracks.functions where name = 'plus'";
    assert_eq!(lake.value(shown), "plus(x integer, Y bigint)");
    // What was made of a function stays when it changes.
    lake.query("create or replace function class(day date) returns int return 1");
    assert_eq!(lake.value("select count(*) from diploma where is_of(award_date, 2022)"), "1");
    assert_eq!(lake.value("select max(class(award_date)) from diploma"), "1");
    assert_eq!(lake.query("drop function plus"), "Function plus dropped.");
    assert!(lake.error("select plus(1, 2)").message().contains("no function plus()"));
    assert_eq!(lake.query("drop function if exists plus"), "There is no function plus of this session.");
    // A cohort cannot be made with it: next year's session has none.
    let error = lake.error("create cohort a index award_date as select person_id, award_date from diploma where class(award_date) = 1");
    assert!(error.message().contains("cannot read class, a function of this session"), "{error}");
}

#[test]
fn what_is_no_function_is_refused_in_a_sentence() {
    let lake = Lake::new();
    lake.query("create function mine(x int) returns int return x");
    for (sql, message) in [
        ("create function mine(x int) returns int return x", "there is a function mine() already"),
        (
            "create or replace function upper(x varchar) returns varchar return x",
            "upper() is a function of the program",
        ),
        ("create function rate(x int) returns int return x", "rate() is a function of the program"),
        ("create function row_number() returns int return 1", "row_number() is a function of the program"),
        ("create function f(x int) returns int return sum(x)", "an aggregate"),
        ("create function f(x int) returns int return row_number() over (order by x)", "a window function"),
        ("create function f(x int) returns int return (select x)", "a sub-query"),
        ("create function f(x int) returns boolean return x in (select 1)", "a sub-query"),
        ("create or replace function mine(x int) returns int return mine(x)", "itself"),
        ("create function f(x int) returns int return f(x)", "no function f()"),
        ("create function f(x int) returns int return $2", "a place for an argument that it does not have"),
        ("create function f(x int) returns int return y", "y"),
        ("create function f(x int) return x", "needs the type of the result"),
        ("create function f(x int) returns int as 'x'", "needs the type of the result"),
        ("create function f(x int default 1) returns int return x", "needs the type of the result"),
        ("create function f(x int) returns int language sql return x", "needs the type of the result"),
        ("drop function upper", "there is no function upper() of this session"),
        ("drop function nothing", "there is no function nothing() of this session"),
        ("select mine('a')", "mine() does not take varchar for integer"),
        ("select mine(1, 2)", "mine() takes 1 argument, and here are 2"),
    ] {
        let error = lake.error(sql);
        assert!(error.message().contains(message), "{sql}: {error:?}");
        assert_ne!(error.kind(), ErrorKind::Internal, "{sql}: {error:?}");
    }
    assert_eq!(lake.value("select upper('a')"), "A");
}
