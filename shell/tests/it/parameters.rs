//! `$name` in statements: values from the command line, from `.param` and from files.

use crate::transcript::{lifetracks, ran};

fn run(args: &[&str]) -> (i32, String, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("values.txt"), "# years\nyear=2021\n\n$district = Hinds County\n")
        .unwrap();
    ran(lifetracks(folder.path()).arg("--csv").args(args))
}

#[test]
fn values_come_from_the_command_line() {
    let sql = "select $year + 1 as next, $name as name, $day as day, $nothing is null as unknown limit $n";
    let values = ["--param", "year=2022", "--param", "name=O'Brien; drop", "--param", "day=2022-05-31"];
    let more = ["--param", "nothing=null", "--param", "n=1", "-c", sql];
    let (code, out, err) = run(&[values.as_slice(), &more].concat());
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "next,name,day,unknown\n2023,O'Brien; drop,2022-05-31,true\n");
}

#[test]
fn a_value_of_a_table_function_is_a_parameter_too() {
    let sql = "select count(*) as n from generate_series(1, $last)";
    assert_eq!(run(&["--param", "last=5", "-c", sql]).1, "n\n5\n");
}

#[test]
fn values_are_set_listed_loaded_and_taken_away() {
    let script = ".param set year 2022\n.param set text 'it''s'\n.param\nselect $year as y, $text as t;\n\
                  .param load values.txt\nselect $year as y, $district as d;\n.param unset text\nselect $text;";
    let (code, out, err) = run(&["-c", script]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "$text  text     'it''s'\n$year  number   2022\ny,t\n2022,it's\ny,d\n2021,Hinds County\n"
    );
    assert!(err.starts_with("Read 2 parameters.\nerror: $text has no value\n"), "{err}");
    assert!(err.contains("help: give it one with `.param set text VALUE` or --param text=VALUE"), "{err}");
    assert!(err.contains("(known: $district, $year)"), "{err}");
}

#[test]
fn a_parameter_without_a_name_or_a_value_is_refused() {
    let (code, _, err) = run(&["-c", ".param set year"]);
    assert_eq!(code, 2);
    assert!(err.contains("a parameter needs a name and a value"), "{err}");
    let (code, _, err) = run(&["--param", "year", "-c", "select 1"]);
    assert_eq!(code, 2);
    assert!(err.contains("write a name and its value, such as year=2022"), "{err}");
}

#[test]
fn a_cohort_takes_no_parameters() {
    let sql = "create cohort c index d as select person_id, d from t where year = $year";
    let (code, _, err) = run(&["--param", "year=2022", "-c", sql]);
    assert_eq!(code, 1);
    assert!(err.contains("it takes no parameters") && err.contains("in the place of $year"), "{err}");
}

#[test]
fn a_statement_that_takes_too_long_ends_with_4() {
    let slow = "select count(*) from generate_series(1, 1000000000000)";
    let (code, _, err) = run(&["--timeout", "300ms", "-c", slow]);
    assert_eq!(code, 4);
    assert!(err.contains("the statement took longer than 0.30 s"), "{err}");
}
