//! Whatever the values and the terminal: no line is wider than the screen, and no value moves the cursor.

use std::sync::Arc;

use lifetracks_engine::arrow::array::{ArrayRef, Int64Array, StringArray};
use lifetracks_engine::arrow::record_batch::RecordBatch;
use proptest::prelude::*;

use super::{Columns, Ending, Look, Shape, View, format_named};
use crate::text::{clipped, width, wrapped};

/// Text with wide, combining, joining and control characters in it.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z ]{0,12}",
        Just("学校".to_owned()),
        Just("e\u{301}".to_owned()),
        Just("👩\u{200d}👧\u{200d}👦".to_owned()),
        Just("☂\u{fe0f}".to_owned()),
        Just("\u{1b}[2J\r\n\t\u{7}".to_owned()),
        Just("\u{202e}abc".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

fn batch(texts: &[String], numbers: &[i64], columns: usize) -> RecordBatch {
    let rows = texts.len().min(numbers.len());
    let column = |index: usize| -> (String, ArrayRef) {
        if index % 3 == 1 {
            return (format!("n{index}"), Arc::new(Int64Array::from(numbers[..rows].to_vec())));
        }
        let name = texts.get(index).map_or("t", String::as_str);
        let values = (0..rows).map(|row| (row != index).then(|| texts[row].as_str()));
        (format!("{name}{index}"), Arc::new(values.collect::<StringArray>()))
    };
    RecordBatch::try_from_iter((0..columns).map(column)).unwrap()
}

fn rendered(format: &str, batch: &RecordBatch, shape: Shape, rows: usize, screen: usize) -> String {
    let look = Look { shape, ..Look::default() };
    let view = View { rows, footer: true, look, ..View::default() };
    let schema = batch.schema();
    let columns = Columns { schema: &schema, roles: &[] };
    let mut render = (format_named(format).unwrap().open)(&columns, &view);
    let mut out = Vec::new();
    render.begin(&mut out).unwrap();
    render.batch(batch, &mut out).unwrap();
    render.end(&Ending { width: Some(screen), ..Ending::default() }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_line_of_a_table_is_wider_than_the_screen(
        texts in prop::collection::vec(text(), 1..6),
        numbers in prop::collection::vec(any::<i64>(), 1..6),
        columns in 1_usize..9,
        rows in 0_usize..6,
        screen in 12_usize..100,
        columns_as_lines in any::<bool>(),
    ) {
        let batch = batch(&texts, &numbers, columns);
        let shape = if columns_as_lines { Shape::Columns } else { Shape::Rows };
        for format in ["table", "psql"] {
            let text = rendered(format, &batch, shape, rows, screen);
            for line in text.lines() {
                prop_assert!(width(line) <= screen, "{screen}: {} {line:?}", width(line));
                prop_assert!(!line.contains(|part: char| part.is_control() || part == '\u{202e}'), "{line:?}");
            }
        }
    }

    #[test]
    fn every_line_of_a_drawn_table_is_of_one_width(
        texts in prop::collection::vec(text(), 1..6),
        numbers in prop::collection::vec(any::<i64>(), 1..6),
        columns in 1_usize..5,
        screen in 30_usize..200,
    ) {
        let batch = batch(&texts, &numbers, columns);
        let text = rendered("table", &batch, Shape::Rows, 40, screen);
        let lines = text.lines().filter(|line| line.starts_with(['│', '┌', '├', '└']));
        let widths: std::collections::BTreeSet<_> = lines.map(width).collect();
        prop_assert!(widths.len() == 1, "{text}");
    }

    #[test]
    fn cut_and_broken_text_fits_and_broken_text_is_whole(text in text(), limit in 2_usize..30) {
        prop_assert!(width(&clipped(&text, limit)) <= limit);
        let lines = wrapped(&text, limit);
        prop_assert!(lines.iter().all(|line| width(line) <= limit), "{lines:?}");
        let letters = |text: &str| text.split_whitespace().collect::<String>();
        prop_assert_eq!(letters(&lines.concat()), letters(&text));
    }
}
