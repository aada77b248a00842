//! A number of a chart, or why there is none.

/// One value of a column of numbers. Only [`Amount::Known`] is drawn: what is not known is never zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    /// A finite number.
    Known(f64),
    /// NULL.
    Missing,
    /// A mark stands in its place, such as `*` or `<10`, or a flag beside it says that it is not published.
    Suppressed,
    /// An infinity or NaN.
    Infinite,
}

impl Amount {
    /// The number, where there is one.
    pub(super) fn known(self) -> Option<f64> {
        match self {
            Self::Known(number) => Some(number),
            Self::Missing | Self::Suppressed | Self::Infinite => None,
        }
    }

    /// What stands in place of a number.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Known(_) => "",
            Self::Missing => "NULL",
            Self::Suppressed => "suppressed",
            Self::Infinite => "not finite",
        }
    }

    /// The amount of a number.
    pub(super) fn of(number: Option<f64>) -> Self {
        match number {
            Some(number) if number.is_finite() => Self::Known(number),
            Some(_) => Self::Infinite,
            None => Self::Missing,
        }
    }

    /// The amount that text holds; `None` for text that is neither a number nor a mark of suppression.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let number = text.trim_end_matches('%').replace(',', "");
        if text.is_empty() {
            return Some(Self::Missing);
        }
        if number.starts_with(|first: char| first.is_ascii_digit() || "+-.".contains(first))
            && let Ok(number) = number.parse()
        {
            return Some(Self::of(Some(number)));
        }
        let bounded = text.contains(['<', '>', '≤', '≥']);
        let is_mark = bounded || !text.chars().any(char::is_alphanumeric);
        is_mark.then_some(Self::Suppressed)
    }
}

/// How many of the amounts are not drawn, as sentences for the caption.
pub(super) fn gaps(amounts: impl Iterator<Item = Amount>) -> Option<String> {
    let kinds = [Amount::Missing, Amount::Suppressed, Amount::Infinite];
    let mut counts = [0_u64; 3];
    for amount in amounts {
        if let Some(index) = kinds.iter().position(|kind| *kind == amount) {
            counts[index] += 1;
        }
    }
    let total: u64 = counts.iter().sum();
    let said: Vec<_> = kinds.iter().zip(counts).filter(|(_, count)| *count > 0).collect();
    let said: Vec<_> = said.iter().map(|(kind, count)| format!("{count} {}", kind.word())).collect();
    let verb = if total == 1 { "is a gap" } else { "are gaps" };
    (total > 0).then(|| format!("{} {verb}, not zero", said.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_may_hold_numbers_and_marks_of_suppression() {
        for (text, expected) in [
            ("12", Some(Amount::Known(12.0))),
            ("1,234.5", Some(Amount::Known(1234.5))),
            ("81.3%", Some(Amount::Known(81.3))),
            ("-3", Some(Amount::Known(-3.0))),
            ("*", Some(Amount::Suppressed)),
            ("-", Some(Amount::Suppressed)),
            ("<", Some(Amount::Suppressed)),
            ("n<10", Some(Amount::Suppressed)),
            (">95%", Some(Amount::Suppressed)),
            ("", Some(Amount::Missing)),
            ("inf", None),
            ("graduate", None),
        ] {
            assert_eq!(Amount::parse(text), expected, "{text}");
        }
    }

    #[test]
    fn gaps_are_counted_by_their_reason() {
        let amounts = [Amount::Missing, Amount::Suppressed, Amount::Known(0.0), Amount::Missing];
        assert_eq!(gaps(amounts.into_iter()).unwrap(), "2 NULL, 1 suppressed are gaps, not zero");
        assert_eq!(gaps([Amount::Missing].into_iter()).unwrap(), "1 NULL is a gap, not zero");
        assert_eq!(gaps([Amount::Known(1.0)].into_iter()), None);
    }
}
