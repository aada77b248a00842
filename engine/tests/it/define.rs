//! What statements that change the session say: what they did, and nothing else.

use crate::support::Lake;

#[test]
fn what_is_not_there_is_not_said_to_be_dropped() {
    let lake = Lake::new();
    assert_eq!(lake.query("DROP VIEW IF EXISTS nope"), "There is no view nope of this session.");
    assert_eq!(lake.query("DROP TABLE IF EXISTS nope"), "There is no table nope of this session.");
    assert_eq!(lake.query("CREATE VIEW v AS SELECT 1 AS x; DROP VIEW IF EXISTS v"), "View v dropped.");
    assert_eq!(lake.query("CREATE TABLE t AS SELECT 1 AS x; DROP TABLE t"), "Table t dropped.");
}

#[test]
fn a_table_that_is_there_is_not_said_to_be_created() {
    let lake = Lake::new();
    let made = "CREATE TABLE IF NOT EXISTS t AS SELECT 1 AS x";
    assert_eq!(lake.query(made), "Table t created for this session.");
    assert_eq!(lake.query(made), "t is there already, and stays as it is.");
    assert_eq!(lake.query("CREATE OR REPLACE TABLE t AS SELECT 2 AS x"), "Table t created for this session.");
    assert_eq!(lake.value("SELECT x FROM t"), "2");
}

#[test]
fn a_setting_that_is_reset_is_said_to_be() {
    let lake = Lake::new();
    let told = lake.query("RESET datafusion.execution.batch_size");
    assert_eq!(told, "datafusion.execution.batch_size is reset.");
}
