//! Every kind of chart as it is seen, and what is said where one cannot be drawn.

use std::sync::Arc;

use lifetracks_engine::arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array};

use super::{SCREEN, chart, districts, drawn, moves, numbers, refused, steps, texts, whole, years};
use crate::chart::Screen;
use crate::terminal::Theme;

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
