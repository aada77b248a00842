//! Results that no chart is made for: none may break one, and what is left out is said.

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::files::assert_well_formed;
use super::{SCREEN, chart, drawn, numbers, texts, whole};
use crate::chart::{FileFormat, KINDS, Screen};
use crate::terminal::Theme;

#[test]
fn what_is_left_out_is_counted() {
    let names: Vec<_> = (0..10_000).map(|index| format!("school {index}")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let counts: Vec<_> = (0..10_000).collect();
    let text = drawn("", vec![("school", texts(&names)), ("n", whole(&counts))]);
    assert!(text.contains("the first 40 values of school are drawn, 9,960 more are not"), "{text}");
    let years = vec![2020; 10_000];
    let text = drawn(
        "line by=school",
        vec![("year", whole(&years)), ("school", texts(&names)), ("n", whole(&counts))],
    );
    assert!(text.contains("the first 8 series are drawn, 9,992 more are not"), "{text}");
}

fn extreme() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![
        Just(None),
        any::<f64>().prop_map(Some),
        (-100..100_i32).prop_map(|value| Some(f64::from(value))),
        Just(Some(0.0)),
        Just(Some(f64::MAX)),
        Just(Some(f64::INFINITY)),
    ]
}

proptest! {
    #[test]
    fn no_result_and_no_screen_breaks_a_chart(
        rows in prop::collection::vec((extreme(), "[ab学]{0,3}", 0..3_i64, extreme()), 0..12),
        kind in 0..=KINDS.len(),
        stacked in any::<bool>(),
        width in 0..90_usize,
        height in 0..20_usize,
    ) {
        let survival: Vec<_> = rows.iter().map(|row| row.0).collect();
        let counts: Vec<_> = rows.iter().map(|row| row.3).collect();
        let names: Vec<_> = rows.iter().map(|row| row.1.as_str()).collect();
        let years: Vec<_> = rows.iter().map(|row| 2019 + row.2).collect();
        let columns = vec![
            ("name", texts(&names)),
            ("from_year", whole(&years)),
            ("survival", numbers(&survival)),
            ("n", numbers(&counts)),
        ];
        let kind = KINDS.get(kind).map_or("", |kind| kind.name);
        let argument = format!("{kind} {}", if stacked { "stacked" } else { "" });
        if let Ok(chart) = chart(&argument, columns) {
            let text = chart.text(&Screen { width, height, ascii: stacked, theme: Theme::PLAIN });
            let widest = text.lines().map(unicode_width::UnicodeWidthStr::width).max().unwrap_or(0);
            assert!(widest <= width.clamp(20, 160).max(40), "{text}");
            assert_well_formed(&String::from_utf8(chart.file(FileFormat::Svg).unwrap()).unwrap());
        }
    }
}

#[test]
fn an_empty_result_and_one_of_nulls_say_so() {
    for kind in ["bar", "line", "scatter x=n y=m", "histogram", "sparkline", "survival", "flow"] {
        for rows in [0, 1, 3] {
            let names: Vec<_> = ["a", "b", "c"][..rows].to_vec();
            let columns = vec![
                ("from", texts(&names)),
                ("to", texts(&names)),
                ("n", numbers(&vec![None; rows])),
                ("m", numbers(&vec![None; rows])),
            ];
            let chart = chart(&format!("{kind} title=t"), columns).unwrap();
            let text = chart.text(&SCREEN);
            let says = text.contains("NULL") || text.contains("cannot be drawn");
            assert!(rows == 0 || says, "{kind} {rows}\n{text}");
            assert!(chart.file(FileFormat::Svg).is_ok() && !chart.summary().is_empty());
        }
    }
}
