//! The merge against a plain loop, in batches of any size.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, AsArray, Date32Array, Int64Array, RecordBatch, StringArray, UInt32Array,
};
use datafusion::arrow::compute::concat_batches;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use datafusion::physical_expr::expressions::Column;
use proptest::prelude::*;

use super::keys::Side;
use super::matched::Source;
use super::merge::{Merge, Rules, Step};

/// A row of a side: person, day, kind.
type Row = (Option<i64>, Option<i32>, Option<&'static str>);

/// The rows of one side in the order of persons; a row's number is its place here.
fn side_rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    let person = prop_oneof![1 => Just(None), 9 => (0_i64..12).prop_map(Some)];
    let day = prop_oneof![1 => Just(None), 7 => (0..9).prop_map(Some)];
    let kind = proptest::sample::select(&[None, Some("a"), Some("b")][..]);
    proptest::collection::vec((person, day, kind), 0..most).prop_map(|mut rows| {
        rows.sort_by_key(|row| row.0);
        rows
    })
}

fn schema() -> SchemaRef {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    Arc::new(Schema::new(vec![
        field("person_id", DataType::Int64),
        field("day", DataType::Date32),
        field("kind", DataType::Utf8),
        field("number", DataType::UInt32),
    ]))
}

fn batch(rows: &[Row]) -> RecordBatch {
    let persons: Int64Array = rows.iter().map(|row| row.0).collect();
    let days: Date32Array = rows.iter().map(|row| row.1).collect();
    let kinds: StringArray = rows.iter().map(|row| row.2).collect();
    let numbers: UInt32Array = (0..).take(rows.len()).map(Some).collect();
    let columns =
        vec![Arc::new(persons) as _, Arc::new(days) as _, Arc::new(kinds) as _, Arc::new(numbers) as _];
    RecordBatch::try_new(schema(), columns).unwrap()
}

fn cut(rows: &[Row], size: usize) -> impl Iterator<Item = RecordBatch> {
    let all = batch(rows);
    (0..rows.len()).step_by(size).map(move |start| all.slice(start, size.min(all.num_rows() - start)))
}

fn rules((is_reversed, is_strict, keeps_alone, has_kind): (bool, bool, bool, bool)) -> Rules {
    let side = || Side {
        person: 0,
        time: Arc::new(Column::new("day", 1)),
        equal: if has_kind { vec![Arc::new(Column::new("kind", 2))] } else { Vec::new() },
    };
    Rules { left: side(), right: side(), is_reversed, is_strict, keeps_alone }
}

/// The numbers of the rows that belong together, by the merge.
fn merged(left: &[Row], right: &[Row], size: (usize, usize), rules: &Rules) -> Vec<(u32, Option<u32>)> {
    let given = Arc::new(Schema::new(vec![
        Field::new("left", DataType::UInt32, true),
        Field::new("right", DataType::UInt32, true),
    ]));
    let sources = vec![Source::Left(3), Source::Right(3)];
    let mut merge = Merge::new(rules, (&schema(), &schema()), (sources, Arc::clone(&given))).unwrap();
    let (mut left, mut right) = (cut(left, size.0), cut(right, size.1));
    let mut found = Vec::new();
    loop {
        match merge.step().unwrap() {
            Step::NeedLeft => match left.next() {
                Some(batch) => merge.open_left(batch).unwrap(),
                None => break,
            },
            Step::NeedRight => merge.open_right(right.next()).unwrap(),
            Step::Rows(batch) => found.push(batch),
            Step::Done => break,
        }
    }
    let found = concat_batches(&given, &found).unwrap();
    let column = |index: usize| found.column(index).as_primitive::<UInt32Type>().clone();
    let (left, right) = (column(0), column(1));
    (0..found.num_rows())
        .map(|row| (left.value(row), right.is_valid(row).then(|| right.value(row))))
        .collect()
}

/// The same by looking at every pair.
fn plain(left: &[Row], right: &[Row], rules: &Rules) -> Vec<(u32, Option<u32>)> {
    let partner = |row: &Row| {
        let (person, day) = (row.0?, row.1?);
        let matches = |other: &Row| {
            let distance = other.1.map(|other| if rules.is_reversed { other - day } else { day - other });
            let is_near =
                distance.is_some_and(|distance| distance > 0 || (distance == 0 && !rules.is_strict));
            let is_same = rules.left.equal.is_empty() || (row.2.is_some() && row.2 == other.2);
            other.0 == Some(person) && is_near && is_same
        };
        let matching = (0..).zip(right).filter(|(_, other)| matches(other));
        matching.max_by_key(|(_, other)| other.1.map(|day| if rules.is_reversed { -day } else { day }))
    };
    let pairs = (0..).zip(left).map(|(number, row)| (number, partner(row).map(|(number, _)| number)));
    pairs.filter(|(_, partner)| rules.keeps_alone || partner.is_some()).collect()
}

proptest! {
    #[test]
    fn the_merge_finds_what_a_plain_loop_finds(
        left in side_rows(80),
        right in side_rows(80),
        kind in any::<(bool, bool, bool, bool)>(),
    ) {
        let rules = rules(kind);
        let expected = plain(&left, &right, &rules);
        for size in [(1, 1), (1, 7), (2, 1), (2, 2), (7, 2), (8_192, 1), (1, 8_192), (8_192, 8_192)] {
            prop_assert_eq!(&merged(&left, &right, size, &rules), &expected, "batches of {:?}", size);
        }
    }
}

#[test]
fn few_rows_on_the_left_do_not_keep_the_right_side() {
    let right: Vec<Row> = (0..4_000).map(|number| (Some(number / 2), Some(1), None)).collect();
    let left: Vec<Row> = (0..20).map(|number| (Some(number * 100), Some(1), None)).collect();
    let rules = rules((false, false, false, false));
    assert_eq!(merged(&left, &right, (8_192, 10), &rules), plain(&left, &right, &rules));
    let mut merge =
        Merge::new(&rules, (&schema(), &schema()), ((0..4).map(Source::Right).collect(), schema())).unwrap();
    merge.open_left(batch(&left)).unwrap();
    let mut most = 0;
    let mut parts = cut(&right, 10);
    loop {
        match merge.step().unwrap() {
            Step::NeedRight => merge.open_right(parts.next()).unwrap(),
            Step::Rows(_) => {}
            Step::NeedLeft | Step::Done => break,
        }
        most = most.max(merge.kept());
    }
    assert!(most <= 17, "{most}");
}

#[test]
fn an_input_in_another_order_is_an_error() {
    let rules = rules((false, false, true, false));
    let mut merge =
        Merge::new(&rules, (&schema(), &schema()), (Vec::new(), Arc::new(Schema::empty()))).unwrap();
    let error = merge.open_left(batch(&[(Some(2), None, None), (Some(1), None, None)])).unwrap_err();
    assert!(error.to_string().contains("sorted by person_id"), "{error}");
}
