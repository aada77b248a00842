//! Small pieces of text shown to people: durations, counts, and text made safe for a terminal.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

/// A duration as `0.42 s`, or `3 min 05 s` past two minutes.
pub(crate) fn seconds(elapsed: Duration) -> String {
    let whole = elapsed.as_secs();
    if whole >= 120 {
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    if whole >= 10 {
        return format!("{:.1} s", elapsed.as_secs_f64());
    }
    format!("{:.2} s", elapsed.as_secs_f64())
}

/// A number with three digits and a unit: `1.23 M`. Text that is no finite number, or needs no unit, stays as it is.
pub(crate) fn abbreviated(number: &str) -> Cow<'_, str> {
    const UNITS: [&str; 5] = ["k", "M", "G", "T", "P"];
    let Some(value) = number.parse::<f64>().ok().filter(|value| value.is_finite() && value.abs() >= 999.5)
    else {
        return Cow::Borrowed(number);
    };
    let mut amount = value;
    let mut name = "";
    for unit in UNITS {
        if amount.abs() < 999.5 {
            break;
        }
        amount /= 1000.0;
        name = unit;
    }
    let digits = match amount.abs() {
        small if small < 9.995 => 2,
        small if small < 99.95 => 1,
        _ => 0,
    };
    Cow::Owned(format!("{amount:.digits$} {name}"))
}

/// A count with its noun: `1 row`, `1,234 rows`.
pub(crate) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(&count.to_string()))
}

/// A count in three digits or so.
pub(crate) fn short(count: u64) -> String {
    match count {
        0..10_000 => grouped(&count.to_string()).into_owned(),
        10_000..1_000_000 => format!("{:.0} k", (count as f64 / 1e3).floor()),
        1_000_000..1_000_000_000 => format!("{:.1} M", count as f64 / 1e6),
        _ => format!("{:.1} G", count as f64 / 1e9),
    }
}

/// An amount of memory or of a file, in units of a thousand.
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} B"),
        1_000..1_000_000 => format!("{} kB", count / 1_000),
        1_000_000..1_000_000_000 => format!("{} MB", count / 1_000_000),
        _ => format!("{:.1} GB", count as f64 / 1e9),
    }
}

/// A number's text with separators between thousands; text that is no plain number stays as it is.
pub(crate) fn grouped(number: &str) -> Cow<'_, str> {
    let (sign, rest) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = rest.split_at(rest.find('.').unwrap_or(rest.len()));
    let plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() < 4 || !plain(whole) || !plain(fraction.strip_prefix('.').unwrap_or_default()) {
        return Cow::Borrowed(number);
    }
    let mut text = String::with_capacity(number.len() + whole.len() / 3);
    text.push_str(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text.push_str(fraction);
    Cow::Owned(text)
}

/// Text without characters that could move the cursor, recolour the screen or reorder what is read.
///
/// Control characters and direction overrides become `\n`, `\t` or `\u{..}`.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hazard) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '\n' => safe.push_str("\\n"),
            '\r' => safe.push_str("\\r"),
            '\t' => safe.push_str("\\t"),
            hazard if is_hazard(hazard) => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "\\u{{{:x}}}", u32::from(hazard));
            }
            other => safe.push(other),
        }
    }
    Cow::Owned(safe)
}

/// Control characters, and the direction marks of Unicode's bidirectional algorithm (Annex 9).
fn is_hazard(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// How many terminal columns a text takes.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to `limit` terminal columns, ending in `…` when something was cut.
pub(crate) fn clipped(text: &str, limit: usize) -> Cow<'_, str> {
    if text.len() <= limit || width(text) <= limit {
        return Cow::Borrowed(text);
    }
    let fits = &text[..fitting(text, limit.saturating_sub(1))];
    let mark = if limit > 0 { "…" } else { "" };
    Cow::Owned(format!("{fits}{mark}"))
}

/// The text in pieces of at most `limit` terminal columns, broken at spaces where there are any.
pub(crate) fn wrapped(text: &str, limit: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut rest = text;
    while width(rest) > limit {
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let fits = fitting(rest, limit).max(first);
        // A space right behind the line counts too.
        let window = if rest[fits..].starts_with(' ') { fits + 1 } else { fits };
        let end = rest[..window].rfind(' ').filter(|space| !rest[..*space].trim().is_empty()).unwrap_or(fits);
        lines.push(rest[..end].trim_end());
        rest = if end == window { &rest[end..] } else { rest[end..].trim_start() };
    }
    if lines.is_empty() || !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// Bytes of the longest start of the text that takes at most `limit` terminal columns.
///
/// Widths are those of whole starts: one character may change the width of another.
fn fitting(text: &str, limit: usize) -> usize {
    let ends = text.char_indices().map(|(index, character)| index + character.len_utf8());
    let mut fits = 0;
    for end in ends {
        if end <= limit || width(&text[..end]) <= limit {
            fits = end;
        } else if end > fits + LONGEST_CLUSTER {
            break;
        }
    }
    fits
}

/// Bytes after which no further character can make a text narrower again.
const LONGEST_CLUSTER: usize = 64;
/// The first sentence of a text, without its full stop; a text of one line that has no end is one.
pub(crate) fn first_sentence(text: &str) -> &str {
    let line = text.trim().lines().next().unwrap_or_default();
    let end = line.find(". ").unwrap_or(line.len());
    line[..end].trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_keep_the_digits_that_matter() {
        assert_eq!(seconds(Duration::from_millis(423)), "0.42 s");
        assert_eq!(seconds(Duration::from_millis(12_340)), "12.3 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }

    #[test]
    fn large_counts_are_short() {
        assert_eq!([9_999, 12_345, 12_345_678].map(short), ["9,999", "12 k", "12.3 M"]);
        assert_eq!([999, 38_400_000, 1_250_000_000].map(bytes), ["999 B", "38 MB", "1.2 GB"]);
    }

    #[test]
    fn only_plain_numbers_are_grouped() {
        for (number, expected) in [
            ("0", "0"),
            ("999", "999"),
            ("1000", "1,000"),
            ("-1234567.5", "-1,234,567.5"),
            ("1e21", "1e21"),
            ("NaN", "NaN"),
            ("12345e3", "12345e3"),
            ("1234.5e7", "1234.5e7"),
        ] {
            assert_eq!(grouped(number), expected);
        }
    }

    #[test]
    fn one_row_two_rows() {
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(1234, "row"), "1,234 rows");
    }

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(visible("a\u{1b}[2Jb"), "a\\u{1b}[2Jb");
        assert_eq!(visible("a\nb\u{202e}c"), "a\\nb\\u{202e}c");
        assert_eq!(visible("ñ 学校"), "ñ 学校");
    }

    #[test]
    fn a_first_sentence_ends_at_its_full_stop() {
        assert_eq!(first_sentence("One row per day. Never NULL.\nMore."), "One row per day");
        assert_eq!(first_sentence("Cut at 0.5 of it."), "Cut at 0.5 of it");
    }

    #[test]
    fn clipping_counts_terminal_columns() {
        assert_eq!(clipped("abcdef", 6), "abcdef");
        assert_eq!(clipped("abcdefg", 6), "abcde…");
        assert_eq!(clipped("学校学校", 5), "学校…");
        assert_eq!(clipped("学校学校", 4), "学…");
        assert_eq!(clipped("ab", 1), "…");
        assert_eq!(clipped("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn long_text_is_broken_at_spaces_where_it_has_any() {
        assert_eq!(wrapped("the quick brown fox", 9), ["the quick", "brown fox"]);
        assert_eq!(wrapped("a verylongword here", 6), ["a", "verylo", "ngword", "here"]);
        assert_eq!(wrapped("学校学校", 4), ["学校", "学校"]);
        assert_eq!(wrapped("学", 1), ["学"]);
        assert_eq!(wrapped("", 5), [""]);
    }

    #[test]
    fn abbreviated_numbers_have_three_digits() {
        for (number, expected) in [
            ("999", "999"),
            ("1234", "1.23 k"),
            ("-12345678.9", "-12.3 M"),
            ("999999", "1.00 M"),
            ("NaN", "NaN"),
            ("0.5", "0.5"),
        ] {
            assert_eq!(abbreviated(number), expected);
        }
    }
}
