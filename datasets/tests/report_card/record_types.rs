//! The kinds of records: what their codes stand for, and what their values count.

use std::ops::RangeInclusive;

/// One kind of record in a file.
#[derive(Debug, Clone)]
pub(crate) struct RecordType {
    pub(crate) code: String,
    /// Fields 5 and 6 of the file.
    pub(crate) subject: &'static str,
    pub(crate) level: String,
    /// What the canonical rows say.
    pub(crate) canonical_subject: &'static str,
    pub(crate) grade: Option<String>,
    pub(crate) measures: &'static [&'static str],
    pub(crate) scale: Scale,
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Percent,
    Points,
    Rubric,
    CurveEquivalent,
    Composite,
}

impl Scale {
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Percent => "fraction",
            Self::Points => "scale_score",
            Self::Rubric => "rubric_score",
            Self::CurveEquivalent => "normal_curve_equivalent",
            Self::Composite => "act_composite",
        }
    }

    /// The measures of which it usually is the scale.
    fn measures(self) -> &'static [&'static str] {
        match self {
            Self::Percent => &["basic_and_above", "proficient_and_above"],
            Self::Points => &["mean_scale_score"],
            Self::Rubric => &["mean_rubric_score"],
            Self::CurveEquivalent => &["mean_normal_curve_equivalent"],
            Self::Composite => &["mean_composite"],
        }
    }

    /// The least and the largest value, in tenths.
    pub(crate) fn tenths(self) -> (i32, i32) {
        match self {
            Self::Percent => (0, 1000),
            Self::Points => (1000, 4999),
            Self::Rubric => (0, 40),
            Self::CurveEquivalent => (10, 990),
            Self::Composite => (10, 360),
        }
    }

    /// The canonical value of so many tenths.
    pub(crate) fn value(self, tenths: i32) -> f64 {
        let divisor = if self == Self::Percent { 1000.0 } else { 10.0 };
        f64::from(tenths) / divisor
    }
}

const SUBJECTS: [&str; 3] = ["READ", "LANG", "MATH"];

/// A type for each level and subject: codes go up by four.
fn by_level(first: u32, levels: impl Iterator<Item = u32>, scale: Scale, prefix: &str) -> Vec<RecordType> {
    let pairs = levels.flat_map(|level| SUBJECTS.map(|subject| (level, subject)));
    let record_type = |(at, (level, subject)): (u32, (u32, &'static str))| RecordType {
        code: (first + 4 * at).to_string(),
        subject,
        level: format!("{prefix}{level}"),
        canonical_subject: subject,
        grade: Some(if prefix == "GR" { format!("{level:02}") } else { format!("{prefix}{level}") }),
        measures: scale.measures(),
        scale,
    };
    (0..).zip(pairs).map(record_type).collect()
}

pub(crate) fn curriculum(first: u32, levels: RangeInclusive<u32>, prefix: &str) -> Vec<RecordType> {
    by_level(first, levels, Scale::Percent, prefix)
}

/// Grades 5 and 8; the codes leave room for the grades between them.
pub(crate) fn norm_referenced() -> Vec<RecordType> {
    let grade = |first, grade| by_level(first, std::iter::once(grade), Scale::CurveEquivalent, "GR");
    [grade(527, 5), grade(563, 8)].concat()
}

/// A type of which the description gives no more than code, subject and level.
pub(crate) fn plain(code: &str, subject: &'static str, level: &str, scale: Scale) -> RecordType {
    RecordType {
        code: code.to_owned(),
        subject,
        level: level.to_owned(),
        canonical_subject: subject,
        grade: Some(level.to_owned()).filter(|level| !level.is_empty()),
        measures: scale.measures(),
        scale,
    }
}

pub(crate) fn writing(code: &str, level: &str, grade: &str) -> RecordType {
    RecordType {
        canonical_subject: "WRIT",
        grade: Some(grade.to_owned()),
        measures: &["scoring_2_and_above", "scoring_3_and_above"],
        ..plain(code, "", level, Scale::Percent)
    }
}

pub(crate) fn subject_area() -> Vec<RecordType> {
    vec![
        plain("303", "ALG1", "", Scale::Points),
        plain("307", "BIOL", "", Scale::Points),
        plain("311", "HIST", "", Scale::Points),
        plain("315", "ENGL", "RLC", Scale::Points),
        plain("319", "ENGL", "NAR", Scale::Rubric),
        plain("323", "ENGL", "INF", Scale::Rubric),
    ]
}

pub(crate) fn literacy() -> Vec<RecordType> {
    let section = |code, subject| plain(code, subject, "", Scale::Points);
    vec![
        section("327", "READ"),
        section("331", "MATH"),
        section("335", "WRIT"),
        section("338", "COMP"),
        RecordType { measures: &["percent_passing_first_time"], ..plain("339", "PASS", "", Scale::Percent) },
    ]
}
