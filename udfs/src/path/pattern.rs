//! Patterns of events: `(?1).*(?t<=P90D)(?2)`, ClickHouse's notation, with lengths of time of ISO 8601 too.

use datafusion::common::plan_err;
use datafusion::error::Result;

use super::events::Event;
use super::moment::{Scale, Span};

/// A part of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// `(?2)`: an event in which this condition, counted from 0, holds.
    Condition(u32),
    /// `.`: any one event.
    One,
    /// `.*`: any number of events.
    Any,
    /// `(?t<=90)`: the time since the event before.
    Time(Compare, Span),
}

impl Part {
    /// Whether it is a certain number of events.
    pub(super) fn is_fixed(self) -> bool {
        matches!(self, Self::Condition(_) | Self::One)
    }

    /// Whether an event fits, where it is one.
    pub(super) fn fits(self, event: &Event) -> bool {
        match self {
            Self::Condition(place) => event.held >> place & 1 == 1,
            _ => true,
        }
    }
}

/// How a length of time is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Compare {
    AtMost,
    Less,
    AtLeast,
    More,
    Equal,
}

impl Compare {
    /// Longer signs first, because `<` starts `<=`.
    const SIGNS: [(&'static str, Self); 5] = [
        ("<=", Self::AtMost),
        ("<", Self::Less),
        (">=", Self::AtLeast),
        (">", Self::More),
        ("==", Self::Equal),
    ];

    /// Whether `moment` compares so with the moment that lies the length of time after the event before.
    pub(super) fn holds(self, moment: i64, after: i64) -> bool {
        match self {
            Self::AtMost => moment <= after,
            Self::Less => moment < after,
            Self::AtLeast => moment >= after,
            Self::More => moment > after,
            Self::Equal => moment == after,
        }
    }

    /// Whether later events may still satisfy it.
    pub(super) fn may_come_true(self) -> bool {
        matches!(self, Self::AtLeast | Self::More | Self::Equal)
    }
}

/// A pattern, which may start at any event: its first part is `.*`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    pub(super) parts: Vec<Part>,
    /// The conditions that stand in it, the first one in the lowest bit.
    pub(super) conditions: u32,
}

impl Pattern {
    /// Reads a pattern over so many conditions.
    ///
    /// Errors: what stands in it is none; with the place, counted from 1.
    pub(super) fn parse(text: &str, scale: Scale, conditions: usize) -> Result<Self> {
        let mut pattern = Self { parts: vec![Part::Any], conditions: 0 };
        let mut rest = text;
        while !rest.is_empty() {
            let place = text[..text.len() - rest.len()].chars().count() + 1;
            if let Some(after) = rest.strip_prefix(".*") {
                pattern.parts.push(Part::Any);
                rest = after;
            } else if let Some(after) = rest.strip_prefix('.') {
                pattern.parts.push(Part::One);
                rest = after;
            } else if let Some((inside, after)) =
                rest.strip_prefix("(?").and_then(|rest| rest.split_once(')'))
            {
                pattern.push(inside, scale, conditions, place)?;
                rest = after;
            } else {
                return plan_err!(
                    "the pattern '{text}' cannot be read from character {place} on; its parts are (?1), ., .* and (?t<=P90D)."
                );
            }
        }
        Ok(pattern)
    }

    /// Whether it asks for times.
    pub(super) fn has_time(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Time(..)))
    }

    fn push(&mut self, inside: &str, scale: Scale, conditions: usize, place: usize) -> Result<()> {
        let Some(time) = inside.strip_prefix('t') else {
            let number =
                inside.parse::<u32>().ok().filter(|number| (1..=conditions).contains(&(*number as usize)));
            let Some(number) = number else {
                return plan_err!(
                    "(?{inside}) at character {place} of the pattern names no condition; there are (?1) to (?{conditions})."
                );
            };
            self.conditions |= 1 << (number - 1);
            self.parts.push(Part::Condition(number - 1));
            return Ok(());
        };
        if matches!(self.parts.last(), Some(Part::Time(..))) {
            return plan_err!(
                "(?{inside}) at character {place} of the pattern follows another time; an event or .* must stand between them."
            );
        }
        let compared = Compare::SIGNS
            .iter()
            .find_map(|(sign, compare)| Some((*compare, time.strip_prefix(sign)?.trim())));
        let span = compared.map(|(compare, length)| {
            Ok::<_, datafusion::error::DataFusionError>((compare, length_of(length, scale)?))
        });
        let Some((compare, Some(span))) = span.transpose()? else {
            return plan_err!(
                "(?{inside}) at character {place} of the pattern is no time; write (?t<=P6M), (?t<90), (?t>=P1Y), (?t>30) or (?t==P1D)."
            );
        };
        self.parts.push(Part::Time(compare, span));
        Ok(())
    }
}

/// A whole number, or a length of time as `P1Y6M`, `P90D`, `P2W`, `PT36H`; `None` for another text.
fn length_of(text: &str, scale: Scale) -> Result<Option<Span>> {
    if let Ok(number) = text.parse::<u32>() {
        return Ok(Some(Span::from_number(i64::from(number), scale)));
    }
    let Some(written) = text.strip_prefix('P') else { return Ok(None) };
    let (date, time) = written.split_once('T').unwrap_or((written, ""));
    let (date, time) = (numbers(date, "YMWD"), numbers(time, "HMS"));
    let (Some(date), Some(time)) = (date, time) else { return Ok(None) };
    if date.is_empty() && time.is_empty() {
        return Ok(None);
    }
    let sum = |parts: &[(char, i64)], unit: &dyn Fn(char) -> i64| {
        parts.iter().map(|(name, number)| number.saturating_mul(unit(*name))).fold(0, i64::saturating_add)
    };
    let months = sum(&date, &|name| match name {
        'Y' => 12,
        'M' => 1,
        _ => 0,
    });
    let days = sum(&date, &|name| match name {
        'W' => 7,
        'D' => 1,
        _ => 0,
    });
    let seconds = sum(&time, &|name| match name {
        'H' => 3_600,
        'M' => 60,
        _ => 1,
    });
    let Ok(months) = i32::try_from(months) else { return Ok(None) };
    Span::from_parts(months, days, seconds.saturating_mul(1_000_000), text, scale).map(Some)
}

/// Numbers with units, each unit once and in the order of `units`; `None` for another text.
fn numbers(text: &str, units: &str) -> Option<Vec<(char, i64)>> {
    let mut found = Vec::new();
    let (mut rest, mut units) = (text, units);
    while !rest.is_empty() {
        let end = rest.find(|character: char| !character.is_ascii_digit())?;
        let unit = rest[end..].chars().next()?;
        let place = units.find(unit)?;
        found.push((unit, i64::from(rest[..end].parse::<u32>().ok()?)));
        (rest, units) = (&rest[end + 1..], &units[place + 1..]);
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parts(text: &str, scale: Scale) -> Vec<Part> {
        Pattern::parse(text, scale, 3).unwrap().parts[1..].to_vec()
    }

    fn after(text: &str, scale: Scale) -> i64 {
        let Part::Time(_, span) = parts(text, scale)[0] else { panic!("{text} has no time") };
        span.after(0)
    }

    #[test]
    fn a_pattern_has_parts() {
        let days = Span::from_number(90, Scale::Day);
        assert_eq!(
            parts("(?1).*(?t<=90)(?3).", Scale::Day),
            [Part::Condition(0), Part::Any, Part::Time(Compare::AtMost, days), Part::Condition(2), Part::One]
        );
        assert_eq!(Pattern::parse("(?1)(?3)", Scale::Day, 3).unwrap().conditions, 0b101);
        assert_eq!(parts("", Scale::Day), []);
    }

    #[test]
    fn lengths_of_time_are_those_of_iso_8601() {
        assert_eq!(after("(?t<=P90D)", Scale::Day), 90);
        assert_eq!(after("(?t<P2W)", Scale::Day), 14);
        assert_eq!(after("(?t>P1Y2M3D)", Scale::Day), 365 + 31 + 28 + 3);
        assert_eq!(after("(?t>=PT36H)", Scale::Microsecond), 36 * 3_600_000_000);
        assert_eq!(after("(?t==PT1H1M1S)", Scale::Microsecond), 3_661_000_000);
        assert_eq!(after("(?t==5)", Scale::Microsecond), 5_000_000);
        assert_eq!(after("(?t<=7)", Scale::Number), 7);
    }

    #[test]
    fn what_is_no_pattern_is_told_with_its_place() {
        let refused = |text| Pattern::parse(text, Scale::Day, 2).unwrap_err().to_string();
        assert!(refused("(?1)x").contains("from character 5 on"));
        assert!(refused("(?1").contains("from character 1 on"));
        assert!(refused("(?3)").contains("there are (?1) to (?2)"));
        assert!(refused("(?0)").contains("names no condition"));
        assert!(refused(".(?t<=P)").contains("at character 2"));
        assert!(refused("(?t~5)").contains("is no time"));
        assert!(refused("(?t<=P1D1Y)").contains("is no time"));
        assert!(refused("(?1)(?t<5)(?t>3)").contains("follows another time"));
        assert!(refused("(?t<=PT1H)").contains("no whole number of days"));
        assert!(
            Pattern::parse("(?t<=P1M)", Scale::Number, 1).unwrap_err().to_string().contains("whole numbers")
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[(?)t<=>.*P0-9DMYWTHS ñ]{0,20}") {
            let _ = Pattern::parse(&text, Scale::Day, 2);
        }
    }
}
