//! One set of rows in every format, and what only the table does.

use std::sync::Arc;
use std::time::Duration;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int32Array, Int64Array, ListArray,
    StringArray,
};
use lifetracks_engine::arrow::datatypes::Int32Type;
use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Columns, RENDERERS, View, format_named};

fn rows() -> RecordBatch {
    let wages =
        Decimal128Array::from(vec![Some(123_456), None, Some(-5)]).with_precision_and_scale(12, 2).unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("school_year", Arc::new(Int32Array::from(vec![2021, 2022, 2023]))),
        ("n", Arc::new(Int64Array::from(vec![Some(12_345), Some(7), None]))),
        ("name", Arc::new(StringArray::from(vec![Some("学校 \"A\", |b|"), Some(""), None]))),
        ("wages", Arc::new(wages)),
        ("share", Arc::new(Float64Array::from(vec![Some(0.5), Some(f64::NAN), None]))),
        ("day", Arc::new(Date32Array::from(vec![Some(18_000), None, Some(0)]))),
        ("linked", Arc::new(BooleanArray::from(vec![Some(true), Some(false), None]))),
        (
            "path",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(vec![
                Some(vec![Some(1), None]),
                Some(vec![]),
                None,
            ])),
        ),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

fn rendered(format: &str, batches: &[RecordBatch], view: View) -> String {
    let mut roles = vec![None; batches[0].num_columns()];
    if let Ok(wages) = batches[0].schema().index_of("wages") {
        roles[wages] = Some(Role::Measure);
    }
    let schema = batches[0].schema();
    let columns = Columns { schema: &schema, roles: &roles };
    let mut out = Vec::new();
    let mut render = (format_named(format).unwrap().open)(&columns, &view);
    render.begin(&mut out).unwrap();
    for batch in batches {
        render.batch(batch, &mut out).unwrap();
    }
    render.end(Some(Duration::from_millis(420)), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

const SCREEN: View = View { width: None, rows: 40, theme: crate::terminal::Theme::PLAIN, footer: true };

#[test]
fn the_same_rows_in_every_format() {
    let batch = rows();
    let batches = [batch.slice(0, 2), batch.slice(2, 1)];
    let all: Vec<String> = RENDERERS
        .iter()
        .map(|format| format!("# {}\n{}", format.name, rendered(format.name, &batches, SCREEN)))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_empty_result_still_has_its_columns() {
    let empty = [rows().slice(0, 0).project(&[0, 1]).unwrap()];
    let all: Vec<String> = RENDERERS
        .iter()
        .map(|format| format!("# {}\n{}", format.name, rendered(format.name, &empty, SCREEN)))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

fn numbers(from: i64, to: i64) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(from..=to));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

#[test]
fn a_long_result_shows_its_first_and_last_rows_however_it_is_cut_into_batches() {
    let view = View { rows: 5, ..SCREEN };
    let whole = rendered("table", &[numbers(1, 2000)], view);
    let pieces = [numbers(1, 2), numbers(3, 1998), numbers(1999, 1999), numbers(2000, 2000)];
    assert_eq!(rendered("table", &pieces, view), whole);
    insta::assert_snapshot!(whole, @r#"
┌────────┐
│      n │
│ bigint │
├────────┤
│      1 │
│      2 │
│      3 │
│      · │
│  1,999 │
│  2,000 │
└────────┘
2,000 rows (5 shown) · 1 column · 0.42 s
"#);
}

#[test]
fn exactly_as_many_rows_as_are_shown_hide_none() {
    let view = View { rows: 5, ..SCREEN };
    let text = rendered("table", &[numbers(1, 5)], view);
    assert!(!text.contains('·') || text.contains("5 rows · 1 column"), "{text}");
    assert!(!text.contains("shown"), "{text}");
}

#[test]
fn programs_get_every_row_and_column() {
    let narrow = View { width: Some(10), rows: 2, ..SCREEN };
    for format in RENDERERS.iter().filter(|format| format.name != "table") {
        let batch = [rows()];
        assert_eq!(rendered(format.name, &batch, narrow), rendered(format.name, &batch, SCREEN));
    }
}

#[test]
fn a_narrow_terminal_loses_columns_from_the_middle() {
    let narrow = View { width: Some(60), ..SCREEN };
    let text = rendered("table", &[rows()], narrow);
    let width = |line: &str| unicode_width::UnicodeWidthStr::width(line);
    assert!(text.lines().filter(|line| line.starts_with('│')).all(|line| width(line) <= 60), "{text}");
    insta::assert_snapshot!(text, @r#"
┌─────────────┬────────┬───┬─────────┬───────────┐
│ school_year │      n │ … │ linked  │ path      │
│     integer │ bigint │ … │ boolean │ integer[] │
├─────────────┼────────┼───┼─────────┼───────────┤
│        2021 │ 12,345 │ … │ true    │ [1, NULL] │
│        2022 │      7 │ … │ false   │ []        │
│        2023 │   NULL │ … │ NULL    │ NULL      │
└─────────────┴────────┴───┴─────────┴───────────┘
3 rows · 8 columns (4 shown; .mode jsonl shows all) · 0.42 s
"#);
}

#[test]
fn control_characters_do_not_reach_the_screen() {
    let column: ArrayRef = Arc::new(StringArray::from(vec!["\u{1b}]52;c;x\u{7}\u{1b}[2J"]));
    let batch = RecordBatch::try_from_iter([("a\u{1b}[1m", column)]).unwrap();
    let text = rendered("table", &[batch], SCREEN);
    assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
}
