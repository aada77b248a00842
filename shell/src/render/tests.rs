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

use super::{Columns, Ending, Look, Numbers, RENDERERS, Shape, View, format_named};

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

/// A result as a format writes it onto a terminal of a width.
fn rendered_at(width: Option<usize>, format: &str, batches: &[RecordBatch], view: &View) -> String {
    let mut roles = vec![None; batches[0].num_columns()];
    if let Ok(wages) = batches[0].schema().index_of("wages") {
        roles[wages] = Some(Role::Measure);
    }
    let schema = batches[0].schema();
    let columns = Columns { schema: &schema, roles: &roles };
    let mut out = Vec::new();
    let mut render = (format_named(format).unwrap().open)(&columns, view);
    render.begin(&mut out).unwrap();
    for batch in batches {
        render.batch(batch, &mut out).unwrap();
    }
    let ending = Ending { elapsed: Some(Duration::from_millis(420)), read: None, width };
    render.end(&ending, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rendered(format: &str, batches: &[RecordBatch], view: &View) -> String {
    rendered_at(None, format, batches, view)
}

fn screen() -> View {
    View { rows: 40, footer: true, ..View::default() }
}

fn looking(change: impl FnOnce(&mut Look)) -> View {
    let mut view = screen();
    change(&mut view.look);
    view
}

#[test]
fn the_same_rows_in_every_format() {
    let batch = rows();
    let batches = [batch.slice(0, 2), batch.slice(2, 1)];
    let all: Vec<String> = RENDERERS
        .iter()
        .map(|format| format!("# {}\n{}", format.name, rendered(format.name, &batches, &screen())))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn an_empty_result_still_has_its_columns() {
    let empty = [rows().slice(0, 0).project(&[0, 1]).unwrap()];
    let all: Vec<String> = RENDERERS
        .iter()
        .map(|format| format!("# {}\n{}", format.name, rendered(format.name, &empty, &screen())))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

fn numbers(from: i64, to: i64) -> RecordBatch {
    let column: ArrayRef = Arc::new(Int64Array::from_iter_values(from..=to));
    RecordBatch::try_from_iter([("n", column)]).unwrap()
}

#[test]
fn a_long_result_shows_its_first_and_last_rows_however_it_is_cut_into_batches() {
    let view = View { rows: 5, ..screen() };
    let whole = rendered("table", &[numbers(1, 2000)], &view);
    let pieces = [numbers(1, 2), numbers(3, 1998), numbers(1999, 1999), numbers(2000, 2000)];
    assert_eq!(rendered("table", &pieces, &view), whole);
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
    let view = View { rows: 5, ..screen() };
    let text = rendered("table", &[numbers(1, 5)], &view);
    assert!(!text.contains('·') || text.contains("5 rows · 1 column"), "{text}");
    assert!(!text.contains("shown"), "{text}");
}

#[test]
fn programs_get_every_row_and_column() {
    let narrow = View { rows: 2, ..screen() };
    for format in RENDERERS.iter().filter(|format| !["table", "psql", "trash"].contains(&format.name)) {
        let batch = [rows()];
        let whole = rendered(format.name, &batch, &screen());
        assert_eq!(rendered_at(Some(10), format.name, &batch, &narrow), whole, "{}", format.name);
    }
}

#[test]
fn a_narrow_terminal_loses_columns_from_the_middle() {
    let text = rendered_at(Some(60), "table", &[rows()], &screen());
    insta::assert_snapshot!(text, @r#"
┌─────────────┬────────┬───┬─────────┬───────────┐
│ school_year │      n │ … │ linked  │ path      │
│     integer │ bigint │ … │ boolean │ integer[] │
├─────────────┼────────┼───┼─────────┼───────────┤
│        2021 │ 12,345 │ … │ true    │ [1, NULL] │
│        2022 │      7 │ … │ false   │ []        │
│        2023 │   NULL │ … │ NULL    │ NULL      │
└─────────────┴────────┴───┴─────────┴───────────┘
3 rows · 8 columns · 0.42 s
(4 of 8 columns; .last or .mode line)
"#);
}

#[test]
fn control_characters_do_not_reach_the_screen() {
    let column: ArrayRef = Arc::new(StringArray::from(vec!["\u{1b}]52;c;x\u{7}\u{1b}[2J"]));
    let batch = [RecordBatch::try_from_iter([("a\u{1b}[1m", column)]).unwrap()];
    for format in ["table", "psql", "line", "html", "latex"] {
        let text = rendered(format, &batch, &screen());
        assert!(!text.contains('\u{1b}') && !text.contains('\u{7}'), "{text}");
    }
    let view = looking(|look| look.shape = Shape::Columns);
    assert!(!rendered("table", &batch, &view).contains('\u{1b}'));
}

#[test]
fn few_rows_have_their_long_texts_broken_and_many_have_them_cut() {
    let text = "The quick brown fox jumps over the lazy dog and goes on to the next field";
    let columns: [(&str, ArrayRef); 2] = [
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("description", Arc::new(StringArray::from(vec![text, "short"]))),
    ];
    let batch = [RecordBatch::try_from_iter(columns).unwrap()];
    insta::assert_snapshot!(rendered_at(Some(40), "table", &batch, &screen()), @r#"
┌────────┬─────────────────────────────┐
│     id │ description                 │
│ bigint │ varchar                     │
├────────┼─────────────────────────────┤
│      1 │ The quick brown fox jumps   │
│        │ over the lazy dog and goes  │
│        │ on to the next field        │
│      2 │ short                       │
└────────┴─────────────────────────────┘
2 rows · 2 columns · 0.42 s
"#);
    let few = View { rows: 2, ..screen() };
    insta::assert_snapshot!(rendered_at(Some(40), "table", &batch, &few), @r#"
┌────────┬─────────────────────────────┐
│     id │ description                 │
│ bigint │ varchar                     │
├────────┼─────────────────────────────┤
│      1 │ The quick brown fox jumps … │
│      2 │ short                       │
└────────┴─────────────────────────────┘
2 rows · 2 columns · 0.42 s
"#);
}

#[test]
fn a_pivoted_table_has_a_row_for_each_column() {
    let view = looking(|look| look.shape = Shape::Columns);
    insta::assert_snapshot!(rendered("table", &[rows()], &view), @r#"
┌─────────────┬───────────────┬───────────────┬───────┬────────────┐
│ column      │ type          │ row 1         │ row 2 │ row 3      │
├─────────────┼───────────────┼───────────────┼───────┼────────────┤
│ school_year │ integer       │ 2021          │ 2022  │ 2023       │
│ n           │ bigint        │ 12,345        │ 7     │ NULL       │
│ name        │ varchar       │ 学校 "A", |b| │       │ NULL       │
│ wages       │ decimal(12,2) │ 1,234.56      │ NULL  │ -0.05      │
│ share       │ double        │ 0.5           │ NaN   │ NULL       │
│ day         │ date          │ 2019-04-14    │ NULL  │ 1970-01-01 │
│ linked      │ boolean       │ true          │ false │ NULL       │
│ path        │ integer[]     │ [1, NULL]     │ []    │ NULL       │
└─────────────┴───────────────┴───────────────┴───────┴────────────┘
3 rows · 8 columns · 0.42 s
"#);
    let view = View { rows: 3, ..view };
    insta::assert_snapshot!(rendered("table", &[numbers(1, 1000)], &view), @r#"
┌────────┬────────┬───────┬───────┬───┬──────────┐
│ column │ type   │ row 1 │ row 2 │ · │ row 1000 │
├────────┼────────┼───────┼───────┼───┼──────────┤
│ n      │ bigint │ 1     │ 2     │ · │ 1,000    │
└────────┴────────┴───────┴───────┴───┴──────────┘
1,000 rows (3 shown) · 1 column · 0.42 s
"#);
}

#[test]
fn a_whole_table_that_is_too_wide_becomes_lines() {
    let view = looking(|look| look.shape = Shape::Whole);
    let text = rendered_at(Some(60), "table", &[rows().slice(0, 2)], &view);
    insta::assert_snapshot!(text, @r#"
school_year = 2021
          n = 12,345
       name = 学校 "A", |b|
      wages = 1,234.56
      share = 0.5
        day = 2019-04-14
     linked = true
       path = [1, NULL]

school_year = 2022
          n = 7
       name = 
      wages = NULL
      share = NaN
        day = NULL
     linked = false
       path = []
2 rows · 8 columns · 0.42 s
"#);
    let batch = [rows().project(&[0, 1]).unwrap()];
    assert_eq!(rendered_at(Some(60), "table", &batch, &view), rendered("table", &batch, &screen()));
}

#[test]
fn a_table_looks_as_it_is_wanted() {
    let batch = [rows().project(&[0, 1, 3]).unwrap()];
    let view = looking(|look| {
        look.types = false;
        look.null = Some("-".to_owned());
        look.numbers = Numbers::Si;
        look.widths = vec![0, 8];
    });
    insta::assert_snapshot!(rendered("table", &batch, &view), @r#"
┌─────────────┬──────────┬────────┐
│ school_year │        n │  wages │
├─────────────┼──────────┼────────┤
│        2021 │   12.3 k │ 1.23 k │
│        2022 │        7 │      - │
│        2023 │        - │  -0.05 │
└─────────────┴──────────┴────────┘
3 rows · 3 columns · 0.42 s
"#);
    let view = looking(|look| look.numbers = Numbers::Plain);
    assert!(rendered("table", &batch, &view).contains("  12345 │"));
}

#[test]
fn what_stands_for_null_can_be_chosen() {
    let batch = [rows().project(&[1, 3]).unwrap()];
    let view = looking(|look| look.null = Some("NA".to_owned()));
    assert_eq!(rendered("csv", &batch, &view), "n,wages\n12345,1234.56\n7,NA\nNA,-0.05\n");
    assert!(rendered("tsv", &batch, &view).contains("7\tNA\n"));
    assert!(rendered("markdown", &batch, &view).contains("| 7 | NA |"));
    assert!(rendered("html", &batch, &view).contains("<td class=\"n\">NA</td>"));
    assert!(rendered("insert", &batch, &view).contains("(7, NULL)"));
}

#[test]
fn formats_of_lines_can_go_without_their_header() {
    let batch = [rows().project(&[0]).unwrap()];
    let view = looking(|look| look.headers = false);
    for format in ["csv", "tsv", "list", "quote"] {
        assert_eq!(rendered(format, &batch, &view), "2021\n2022\n2023\n", "{format}");
    }
}

#[test]
fn a_list_has_the_separator_that_is_wanted_and_an_insert_its_table() {
    let batch = [rows().slice(0, 1).project(&[0, 2]).unwrap()];
    let view = looking(|look| {
        look.separator = " ; ".to_owned();
        look.table = "Work.grads".to_owned();
    });
    assert_eq!(rendered("list", &batch, &view), "school_year ; name\n2021 ; 学校 \"A\", |b|\n");
    assert_eq!(
        rendered("insert", &batch, &view),
        "INSERT INTO \"Work\".grads (school_year, name) VALUES (2021, '学校 \"A\", |b|');\n"
    );
}

#[test]
fn a_restricted_result_says_so_where_there_is_a_place_for_words() {
    let batch = rows().project(&[0]).unwrap();
    let mark = ("lifetracks.classification".to_owned(), "restricted: not for release".to_owned());
    let schema = batch.schema().as_ref().clone().with_metadata([mark].into());
    let batch = [batch.with_schema(Arc::new(schema)).unwrap()];
    for format in ["table", "psql", "markdown", "html", "latex"] {
        let text = rendered(format, &batch, &screen());
        assert!(text.contains("restricted: not for release"), "{text}");
    }
    for format in ["csv", "tsv", "json", "jsonl", "list", "insert", "quote"] {
        assert!(!rendered(format, &batch, &screen()).contains("restricted"), "{format}");
    }
}

#[test]
fn a_document_of_its_own_is_a_whole_page() {
    let view = View { document: Some("grads <2021>".to_owned()), ..screen() };
    let text = rendered("html", &[numbers(1, 1)], &view);
    assert!(text.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"), "{text}");
    assert!(
        text.contains("<title>grads &lt;2021&gt;</title>") && text.ends_with("</body>\n</html>\n"),
        "{text}"
    );
}
