//! Charts of small results as they are seen, and what no result may do to them.

use std::sync::Arc;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, StringArray,
};
use lifetracks_engine::arrow::record_batch::RecordBatch;
use proptest::prelude::{Just, Strategy, any, prop, prop_oneof, proptest};

use super::{Chart, ChartSpec, FileFormat, Screen};
use crate::failure::Result;
use crate::render::Columns;
use crate::terminal::Theme;

const SCREEN: Screen = Screen { width: 80, height: 12, ascii: false, theme: Theme::PLAIN };

fn numbers(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn whole(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    let value = |text: &&str| (!text.is_empty()).then(|| (*text).to_owned());
    Arc::new(StringArray::from(values.iter().map(value).collect::<Vec<_>>()))
}

fn chart(argument: &str, columns: Vec<(&str, ArrayRef)>) -> Result<Chart> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let roles: Vec<Option<Role>> = vec![None; batch.num_columns()];
    let (spec, _) = ChartSpec::parse(argument).unwrap();
    let rows = batch.num_rows() as u64;
    let schema = batch.schema();
    Chart::from_batches(&spec, &Columns { schema: &schema, roles: &roles }, &[batch], rows)
}

fn drawn(argument: &str, columns: Vec<(&str, ArrayRef)>) -> String {
    chart(argument, columns).unwrap().text(&SCREEN)
}

fn refused(argument: &str, columns: Vec<(&str, ArrayRef)>) -> String {
    let failure = chart(argument, columns).unwrap_err();
    format!("{}; {}", failure.message, failure.help.unwrap_or_default())
}

fn districts() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("district", texts(&["Adams", "Adams", "Brook", "Brook", "", "Creek 学校"])),
        ("subgroup", texts(&["ED", "NED", "ED", "NED", "ED", "ED"])),
        ("graduation_rate", numbers(&[Some(0.8), Some(1.0), Some(0.612), None, Some(0.0), Some(0.07)])),
    ]
}

fn years() -> Vec<(&'static str, ArrayRef)> {
    let rates = [0.71, 0.74, 0.79, 0.82, 0.80, 0.88].map(Some).into_iter().chain([0.9, 0.88, 0.86].map(Some));
    let mut rates: Vec<_> = rates.chain([None, Some(0.8), Some(0.82)]).collect();
    rates.truncate(12);
    vec![
        ("school_year", whole(&[2018, 2019, 2020, 2021, 2022, 2023, 2018, 2019, 2020, 2021, 2022, 2023])),
        ("district", texts(&[["Adams"; 6], ["Brook"; 6]].concat())),
        ("rate", numbers(&rates)),
    ]
}

fn steps() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("step[t]", whole(&[1, 2, 4, 7, 8])),
        ("at_risk", whole(&[100, 90, 80, 70, 60])),
        ("survival", numbers(&[Some(0.95), Some(0.9), Some(0.7), Some(0.55), Some(0.5)])),
        ("low", numbers(&[Some(0.9), Some(0.82), Some(0.6), Some(0.42), Some(0.37)])),
        ("high", numbers(&[Some(0.98), Some(0.95), Some(0.8), Some(0.68), Some(0.63)])),
    ]
}

fn moves() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("from_state", texts(&["ninth grade", "ninth grade", "ninth grade", "tenth grade", "tenth grade"])),
        ("to_state", texts(&["graduated", "left", "", "graduated", "left"])),
        ("n", Arc::new(Int64Array::from(vec![Some(812), Some(88), Some(100), Some(40), None]))),
    ]
}

#[test]
fn bars_of_one_series_have_their_values() {
    let columns = vec![
        ("subgroup", texts(&["ALL", "ED", "EL", "SWD", ""])),
        (
            "n",
            Arc::new(Int64Array::from(vec![Some(12_345), Some(6_000), Some(31), None, Some(0)])) as ArrayRef,
        ),
    ];
    insta::assert_snapshot!(drawn("", columns), @r#"
n by subgroup
ALL    ██████████████████████████████████████████████████████████████████ 12,345
ED     ████████████████████████████████▏ 6,000
EL     ▏ 31
SWD    NULL
(NULL) 0
1 NULL is a gap, not zero
"#);
}

#[test]
fn bars_of_several_series_have_letters_and_a_legend() {
    insta::assert_snapshot!(drawn("bar", districts()), @r#"
graduation_rate by district and subgroup
A ED   B NED
Adams      A ████████████████████████████████████████████████ 80.0%
           B ████████████████████████████████████████████████████████████ 100.0%
Brook      A ████████████████████████████████████▊ 61.2%
           B NULL
(NULL)     A 0.0%
           B no row
Creek 学校 A ████▎ 7.0%
           B no row
1 NULL is a gap, not zero
"#);
}

#[test]
fn bars_stand_on_each_other() {
    let columns = || {
        vec![
            ("year", whole(&[2020, 2020, 2020, 2021, 2021, 2021])),
            ("state", texts(&["college", "work", "neither", "college", "work", "neither"])),
            ("n", whole(&[50, 30, 20, 80, 60, 60])),
        ]
    };
    insta::assert_snapshot!(drawn("stacked", columns()), @r#"
n by year and state
A college   B work   C neither
2020 AAAAAAAAAAAAAAAAAABBBBBBBBBBCCCCCCCC 100
2021 AAAAAAAAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCCCCCC 200
"#);
    insta::assert_snapshot!(drawn("bar percent", columns()), @r#"
n by year and state
A college   B work   C neither
2020 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBCCCCCCCCCCCCCC 100%
2021 AAAAAAAAAAAAAAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCCCCCC 100%
"#);
}

#[test]
fn negative_bars_go_to_the_left() {
    let columns = vec![
        ("county", texts(&["Ada", "Bow", "Cay"])),
        ("change", numbers(&[Some(-40.0), Some(12.5), Some(80.0)])),
    ];
    insta::assert_snapshot!(drawn("", columns), @r#"
change by county
Ada ███████████████████████ -40.0
Bow                        ███████▍ 12.5
Cay                        ███████████████████████████████████████████████ 80.0
"#);
}

#[test]
fn suppressed_values_are_no_bars() {
    let columns = vec![
        ("school", texts(&["North", "South", "East", "West"])),
        ("shown", texts(&["81.3", "*", "<10", "40"])),
    ];
    insta::assert_snapshot!(drawn("", columns), @r#"
shown by school
North ███████████████████████████████████████████████████████████████ 81.3
South suppressed
East  suppressed
West  ███████████████████████████████ 40.0
2 suppressed are gaps, not zero
"#);
    let columns = vec![
        ("school", texts(&["North", "South"])),
        ("n", whole(&[20, 0])),
        ("n_suppressed", Arc::new(BooleanArray::from(vec![Some(false), Some(true)])) as ArrayRef),
    ];
    let text = drawn("bar y=n", columns);
    assert!(text.contains("South suppressed") && text.contains("1 suppressed is a gap"), "{text}");
}

#[test]
fn lines_of_several_series_have_letters_and_gaps() {
    insta::assert_snapshot!(drawn("", years()), @r#"
rate by school_year and district
A Adams   B Brook
90% ┤B⠑⠒⠒⠢⠤⠤⢄⣀⣀⡀
    │          ⠈⠉⠉⠑B⠒⠢⠤⠤⠤⢄⣀⣀⣀                                                ⡠A
    │                        ⠉⠉⠉⠉⠒B                                       ⡠⠔⠉
85% ┤                                                                 ⢀⡠⠔⠉
    │                                           ⣀A⡀                ⢀⡠⠒⠁      ⢀B
    │                                   ⣀⣀⠤⠤⠒⠒⠉⠉  ⠈⠉⠉⠑⠒⠒⠢⠤⠤⢄⣀⣀⡀ ⢀⣠⣒⣁⡠⠤⠤⠔⠒⠒⠊⠉⠉⠁
80% ┤                            ⣀A⠤⠒⠒⠉⠉                      ⠈⠉*⠁
    │                       ⣀⠤⠔⠊⠉
75% ┤                  ⣀⠤⠔⠊⠉
    │           ⢀⣀⡠A⠔⠊⠉
    │   ⢀⣀⡠⠤⠔⠒⠊⠉⠁
70% ┤A⠊⠉⠁
    └┬─────────────┬──────────────┬──────────────┬──────────────┬─────────────┬
    2018         2019           2020           2021           2022         2023
* stands where several series meet
1 NULL is a gap, not zero
"#);
}

#[test]
fn a_line_of_dates_is_marked_by_months_or_years() {
    let days: Vec<i32> = (0..30).map(|month| 17_897 + month * 30).collect();
    let wages: Vec<_> = (0..30).map(|month| Some(4_000.0 + f64::from(month * month) * 5.0)).collect();
    let columns = vec![("day", Arc::new(Date32Array::from(days)) as ArrayRef), ("wages", numbers(&wages))];
    insta::assert_snapshot!(drawn("", columns), @r#"
wages by day
9,000 ┤
      │                                                                       ⢀
8,000 ┤                                                                    ⣀⠔⠊⠁
      │                                                                ⣀⠤⠒⠉
7,000 ┤                                                            ⣀⠤⠒⠉
      │                                                       ⣀⠤⠔⠊⠉
      │                                                  ⢀⡠⠔⠊⠉
6,000 ┤                                             ⢀⡠⠤⠒⠉⠁
      │                                      ⢀⣀⡠⠔⠒⠊⠉⠁
5,000 ┤                               ⣀⣀⡠⠤⠔⠊⠉⠁
      │                     ⣀⣀⡠⠤⠤⠒⠒⠊⠉⠉
4,000 ┤⣀⣀⣀⣀⣀⣀⣀⣀⣀⠤⠤⠤⠤⠤⠒⠒⠒⠒⠊⠉⠉
      └┬──────────────┬──────────────┬──────────────┬──────────────┬───────────
      2019-01      2019-07        2020-01        2020-07        2021-01
"#);
}

#[test]
fn points_of_two_numbers() {
    let score: Vec<_> = (0..40).map(|index| Some(f64::from(index * 37 % 100))).collect();
    let wage: Vec<_> = (0..40).map(|index| Some(f64::from(index * 61 % 90) * 1000.0)).collect();
    let columns = vec![("score", numbers(&score)), ("wage", numbers(&wage))];
    insta::assert_snapshot!(drawn("", columns), @r#"
wage against score
100,000 ┤
        │                 •       •
 80,000 ┤  •       •                                                     •
        │    •                                            •       •
 60,000 ┤                          •      •       •         •       •      •
        │                                    •      •
        │            •       •       •
 40,000 ┤     •        •       •       •                            •       •
        │       •                                            •                •
 20,000 ┤                                              •       •       •
        │                       •       •      •
      0 ┤•      •       •                 •      •       •
        └┬─────────────┬─────────────┬─────────────┬─────────────┬─────────────
         0            20            40            60            80
"#);
}

#[test]
fn a_histogram_says_its_bins() {
    let values: Vec<_> = (0..300).map(|index| Some(f64::from(index * index % 997))).collect();
    insta::assert_snapshot!(drawn("", vec![("wages", numbers(&values))]), @r#"
distribution of wages
    0 –   200 █████████████████████████████████████████████████████████████ 63
  200 –   400 ███████████████████████████████████████████████████████████████ 65
  400 –   600 ███████████████████████████████████████████████████▍ 53
  600 –   800 ███████████████████████████████████████████████████████████████ 65
  800 – 1,000 ████████████████████████████████████████████████████▍ 54
5 bins of 200 each (width by Freedman and Diaconis, rounded up)
"#);
}

#[test]
fn sparklines_share_a_scale_and_places() {
    insta::assert_snapshot!(drawn("sparkline", years()), @r#"
rate by school_year and district
Adams 71% ▁▂▄▅▄▇ 88%
Brook 90% █▇▇ ▄▅ 82%
▁ is 71%, █ is 90%, in every row
1 NULL is a gap, not zero
"#);
}

#[test]
fn a_survival_curve_goes_down_in_steps_from_one() {
    insta::assert_snapshot!(drawn("", steps()), @r#"
survival by step[t]
100% ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠧⠴⠤⠦⠴⠤⠦⠴⠤⡆⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄⠠ ⠄
     │         ⠂⠐ ⠂⠐ ⠂⠐ ⠓⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⢲
 80% ┤                  ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⠁⠈ ⢹ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐ ⠂⠐
     │                                    ⠸⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⠤⢤ ⡀⢀ ⡀⢀ ⡀⢀
 60% ┤                                    ⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢀ ⡀⢸
     │                                                               ⠘⠒⠒⠒⠒⠒⠒⠒⠒⢲
     │                                                               ⢀ ⡀⢀ ⡀⢀ ⡀⢈
 40% ┤
     │
 20% ┤
     │
  0% ┤
     └┬────────┬────────┬────────┬────────┬────────┬────────┬────────┬────────┬
      0        1        2        3        4        5        6        7        8
"#);
}

#[test]
fn a_flow_says_where_everyone_is() {
    insta::assert_snapshot!(drawn("", moves()), @r#"
n, from_state to to_state
ninth grade  1,000
├─ graduated  812  81% █████████████████████████████████████████████████████████
├─ left        88   9% ██████▏
└─ (NULL)     100  10% ███████
tenth grade  at least 40
├─ graduated   40      ██▊
└─ left      NULL
1 NULL is a gap, not zero
"#);
}

#[test]
fn ascii_has_the_same_shape() {
    let screen = Screen { ascii: true, ..SCREEN };
    let text = |columns| chart("", columns).unwrap().text(&screen);
    let (lines, bars) = (text(years()), text(districts()));
    assert!(lines.is_ascii() && bars.is_ascii() && text(moves()).is_ascii());
    insta::assert_snapshot!(lines, @r#"
rate by school_year and district
A Adams   B Brook
90% +B:-----....
    |          ''':B-----....                                                .A
    |                        ''''-B                                       .-'
85% +                                                                 ..-'
    |                                           .A.                ..-'      .B
    |                                   ..----''  ''':-----.... ..-|.-----:'''
80% +                            .A---''                      ''*'
    |                       .--:'
75% +                  .--:'
    |           ...A-:'
    |   ...---:''
70% +A:''
    ++-------------+--------------+--------------+--------------+-------------+
    2018         2019           2020           2021           2022         2023
* stands where several series meet
1 NULL is a gap, not zero
"#);
    insta::assert_snapshot!(bars, @r#"
graduation_rate by district and subgroup
A ED   B NED
Adams      A ################################################ 80.0%
           B ############################################################ 100.0%
Brook      A ####################################= 61.2%
           B NULL
(NULL)     A 0.0%
           B no row
Creek ???? A ####. 7.0%
           B no row
1 NULL is a gap, not zero
"#);
}

#[test]
fn colours_change_no_character() {
    let colored = Screen { theme: Theme::new(true), ..SCREEN };
    let chart = chart("", years()).unwrap();
    let text = chart.text(&colored);
    assert!(text.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&text).to_string(), chart.text(&SCREEN));
}

#[test]
fn what_does_not_fit_is_said_in_a_sentence() {
    let twice =
        vec![("year", whole(&[2020, 2020])), ("district", texts(&["Adams", "Adams"])), ("n", whole(&[1, 2]))];
    let sentences = [
        refused("y=q", districts()),
        refused("y=subgroup", districts()),
        refused("bar by=graduation_rat", districts()),
        refused("scatter x=district", districts()),
        refused("histogram y=graduation_rate by=subgroup", districts()),
        refused("line x=school_year by=rate y=district", years()),
        refused("line", vec![("year", whole(&[2020, 2020])), ("n", whole(&[1, 2]))]),
        refused("line by=district", twice),
        refused("bar x=district by=district", years()),
        refused("", vec![("a", texts(&["b"]))]),
        refused("flow", vec![("a", texts(&["b"])), ("n", whole(&[1]))]),
        refused("survival", vec![("t", whole(&[1])), ("survival", whole(&[250]))]),
    ];
    insta::assert_snapshot!(sentences.join("\n"), @r#"
there is no column q; there are: district, subgroup, graduation_rate; 
y must be a number: subgroup is text; choose another column with y=
there is no column graduation_rat; there are: district, subgroup, graduation_rate; did you mean graduation_rate?
x must be a number or a date: district is neither; bar draws categories
a histogram draws all rows together: by=subgroup does not fit; filter the query, or draw line or bar
y must be a number: district is text; choose another column with y=
several rows have the same year: a chart draws one value in one place; tell them apart with by=COLUMN, or group them in the query; charts add nothing up
several rows have the same year and district: a chart draws one value in one place; keep one of them in the query, or group them in the query; charts add nothing up
x and by are the same column: district; choose another column with x= or by=
there is no column of numbers to draw; count or measure something, as in select status, count(*) .. group by status
a flow needs two columns of states; choose them with from= and to=, and the count with n=
survival is no share: its values are not from 0 to 1, or to 100; line draws any number along a time
"#);
}

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

#[test]
fn svg_is_read_aloud_and_has_text() {
    for columns in [districts(), years(), steps(), moves()] {
        let chart = chart("title='A <b> & c'", columns).unwrap();
        let text = String::from_utf8(chart.file(FileFormat::Svg).unwrap()).unwrap();
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""), "{text}");
        assert!(text.contains("<title>A &lt;b&gt; &amp; c</title>"), "{text}");
        assert!(text.contains(&format!("<desc>{}</desc>", chart.summary())), "{text}");
        assert!(text.contains("<text ") && text.contains("sans-serif"), "{text}");
        assert_well_formed(&text);
    }
}

/// Every element is closed in its turn, and no text holds a bare `<` or `&`.
fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let entity = |rest: &str| {
            ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| rest.starts_with(name))
        };
        assert!(tag.split('&').skip(1).chain(after.split('&').skip(1)).all(entity), "{part}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn png_has_its_size_and_its_words() {
    let chart = chart("", moves()).unwrap();
    let bytes = chart.file(FileFormat::Png).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    assert_eq!(bytes[16..24], [1600_u32.to_be_bytes(), 1000_u32.to_be_bytes()].concat());
    let summary = chart.summary();
    assert!(bytes.windows(summary.len()).any(|part| part == summary.as_bytes()));
    assert_eq!(&bytes[bytes.len() - 8..bytes.len() - 4], b"IEND");
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
        kind in 0..=super::KINDS.len(),
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
        let kind = super::KINDS.get(kind).map_or("", |kind| kind.name);
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
            assert!(chart.file(FileFormat::Png).is_ok() && !chart.summary().is_empty());
        }
    }
}
