//! The shapes of a column's values: what they look like without what they say.

use std::collections::BTreeMap;

/// The most shapes that are told apart, and the most parts of one.
const MOST_SHAPES: usize = 48;
const MOST_PARTS: usize = 10;

/// How often each shape was seen.
#[derive(Debug, Default)]
pub(super) struct Shapes {
    counts: BTreeMap<String, u64>,
    others: u64,
    /// The shape of the last value and how often it was seen in a row.
    last: String,
    run: u64,
    next: String,
}

impl Shapes {
    /// Takes one value.
    pub(super) fn take(&mut self, value: &str) {
        self.next.clear();
        write(value, &mut self.next);
        if self.next == self.last {
            self.run += 1;
            return;
        }
        self.flush();
        std::mem::swap(&mut self.last, &mut self.next);
        self.run = 1;
    }

    fn flush(&mut self) {
        if self.run == 0 {
            return;
        }
        if let Some(count) = self.counts.get_mut(&self.last) {
            *count += self.run;
        } else if self.counts.len() < MOST_SHAPES {
            self.counts.insert(self.last.clone(), self.run);
        } else {
            self.others += self.run;
        }
        self.run = 0;
    }

    /// The most frequent shapes, and whether there are more than these.
    pub(super) fn most_frequent(&mut self, shown: usize) -> (Vec<String>, bool) {
        self.flush();
        let mut sorted: Vec<(&String, u64)> =
            self.counts.iter().map(|(shape, count)| (shape, *count)).collect();
        sorted.sort_by(|left, right| right.1.cmp(&left.1).then(left.0.cmp(right.0)));
        let more = sorted.len() > shown || self.others > 0;
        (sorted.into_iter().take(shown).map(|(shape, _)| shape.clone()).collect(), more)
    }
}

/// `9` for a digit, `A` for a capital, `a` for any other letter; ASCII marks stand for themselves, everything else is `?`.
/// A run longer than three is written with its length: `9(9)`.
fn write(value: &str, shape: &mut String) {
    let mut characters = value.chars().map(class).peekable();
    let mut parts = 0;
    while let Some(class) = characters.next() {
        let mut length = 1;
        while characters.next_if_eq(&class).is_some() {
            length += 1;
        }
        parts += 1;
        if parts > MOST_PARTS {
            shape.push_str("..");
            return;
        }
        if length > 3 {
            shape.push(class);
            shape.extend(["(", &length.to_string(), ")"]);
        } else {
            shape.extend(std::iter::repeat_n(class, length));
        }
    }
}

fn class(character: char) -> char {
    match character {
        _ if character.is_numeric() => '9',
        _ if character.is_uppercase() => 'A',
        _ if character.is_alphabetic() => 'a',
        ' '..='~' => character,
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(value: &str) -> String {
        let mut shape = String::new();
        write(value, &mut shape);
        shape
    }

    #[test]
    fn a_shape_keeps_no_letter_and_no_digit() {
        assert_eq!(shape("123456789"), "9(9)");
        assert_eq!(shape("ABC-12"), "AAA-99");
        assert_eq!(shape("Pe\u{f1}a\u{1b}"), "Aaaa?");
        assert_eq!(shape("1a2b3c4d5e6f7g8h9i"), "9a9a9a9a9a..");
        assert_eq!(shape(""), "");
    }

    #[test]
    fn the_most_frequent_shapes_come_first() {
        let mut shapes = Shapes::default();
        for value in ["1", "x", "2", "3", "y-"] {
            shapes.take(value);
        }
        assert_eq!(shapes.most_frequent(2), (vec!["9".to_owned(), "a".to_owned()], true));
        assert!(!shapes.most_frequent(3).1);
        for length in 0..100 {
            shapes.take(&"1-".repeat(length % 8).repeat(length / 8));
            shapes.take(&"z".repeat(length));
        }
        assert!(shapes.most_frequent(1).1);
    }
}
