//! Expressions that differ by a cast alone stand beside each other.

use crate::support::Lake;

const VALUES: &str = "(VALUES (1, 10), (2, 20)) v(x, y)";

#[test]
fn aggregates_of_a_column_and_of_its_cast_stand_in_one_select() {
    let lake = Lake::new();
    for (columns, expected) in [
        ("sum(cast(x AS double)) AS a, sum(x) AS b", "3.0 | 3"),
        ("avg(x) AS a, avg(cast(x AS decimal(10, 2))) AS b, avg(x::int) AS c", "1.5 | 1.500000 | 1.5"),
        ("count(DISTINCT cast(x AS varchar)) AS a, count(DISTINCT x) AS b", "2   | 2"),
        ("sum(cast(x AS double)) / sum(x) AS a, sum(y) AS b", "1.0 | 30"),
    ] {
        let table = lake.query(&format!("SELECT {columns} FROM {VALUES}"));
        let words = |text: &str| text.split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let row = table.lines().nth(3).unwrap();
        assert_eq!(words(row.trim_matches('|')), words(expected), "{columns}\n{table}");
    }
}

#[test]
fn a_column_without_a_name_is_called_as_it_is_written() {
    let lake = Lake::new();
    let table = lake.query(&format!("SELECT sum(cast(x AS double)), sum(x) FROM {VALUES}"));
    assert!(table.contains("| sum(CAST(x AS DOUBLE)) |"), "{table}");
    let windows = lake.query(&format!(
        "SELECT x, x::double, sum(x::double) OVER (ORDER BY x) AS a, sum(x) OVER (ORDER BY x) AS b FROM {VALUES} \
         ORDER BY x, sum(x::double) OVER (ORDER BY x)"
    ));
    assert!(windows.contains("| x::DOUBLE |"), "{windows}");
    let having = format!(
        "SELECT sum(x) AS a FROM {VALUES} HAVING sum(cast(x AS double)) > 1 ORDER BY sum(cast(x AS double))"
    );
    assert_eq!(lake.value(&having), "3");
}

#[test]
fn groups_of_a_column_and_of_its_cast_stand_in_one_select() {
    let lake = Lake::new();
    for by in ["x, cast(x AS double)", "x, z"] {
        let sql =
            format!("SELECT x, cast(x AS double) AS z, count(*) FROM {VALUES} GROUP BY {by} ORDER BY x");
        let table = lake.query(&sql);
        assert!(table.contains("| 1 | 1.0 | 1        |"), "{table}");
    }
    let star = lake.query(&format!("SELECT *, cast(x AS double) FROM {VALUES}"));
    assert!(star.contains("| CAST(x AS DOUBLE) |"), "{star}");
    let share = lake.query(&format!("SELECT sum(x), sum(cast(x AS double)) / count(*) FROM {VALUES}"));
    assert!(share.contains("| sum(CAST(x AS DOUBLE)) / count(*) |"), "{share}");
}

#[test]
fn the_same_expression_twice_has_a_number_the_second_time() {
    let lake = Lake::new();
    let table = lake.query(&format!("SELECT sum(x), sum(x) FROM {VALUES}"));
    assert!(table.contains("| sum(x) | sum(x)_2 |"), "{table}");
    let error = lake.error(&format!("SELECT * FROM (SELECT sum(x), sum(x) FROM {VALUES})"));
    assert_eq!(error.message(), "two columns have the same name, sum(v.x)");
}

#[test]
fn parentheses_and_literals_stand_in_a_heading_as_they_are_written() {
    let lake = Lake::new();
    let table =
        lake.query(&format!("SELECT (x - 1) * 10, count(*) FROM {VALUES} GROUP BY 1 ORDER BY (x - 1) * 10"));
    assert!(table.contains("| (x - 1) * 10 | count(*) |"), "{table}");
    let table = lake.query("SELECT (1 + 2) * 3, 1 + 2 * 3, DATE '2022-01-31' + INTERVAL '1 month'");
    assert!(
        table.contains("| (1 + 2) * 3 | 1 + 2 * 3 | DATE '2022-01-31' + INTERVAL '1 month' |"),
        "{table}"
    );
}

#[test]
fn a_name_that_as_gives_is_never_written_another_way() {
    let lake = Lake::new();
    for name in ["Int64(7)", "Utf8(\"\"x\"\")"] {
        for rest in ["", " ORDER BY 1 LIMIT 1", " UNION ALL SELECT 2"] {
            let table = lake.query(&format!("SELECT 1 AS \"{name}\"{rest}"));
            assert!(table.contains(&format!("| {} |", name.replace("\"\"", "\""))), "{table}");
        }
    }
    let table = lake.query("SELECT 7, 'a\")b'");
    assert!(table.contains("| 7 ") && table.contains("| 'a\")b' |"), "{table}");
}

#[test]
fn describe_calls_columns_as_the_result_does() {
    let lake = Lake::new();
    let table = lake.query("DESCRIBE SELECT 1, 2 AS \"Int64(2)\"");
    assert!(table.contains("| 1 ") && table.contains("| Int64(2) "), "{table}");
}
