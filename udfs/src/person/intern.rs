//! Texts that come again and again, such as school numbers, as small numbers.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, StringViewArray};

/// A text of [`Names`].
pub(crate) type Name = u32;

/// Places for texts that were met lately.
const RECENT: usize = 256;

/// The longest text that a view holds in itself.
const INLINE: u32 = 12;

/// Each text once, numbered in the order of first appearance.
#[derive(Debug)]
pub(crate) struct Names {
    numbers: HashMap<Box<str>, Name>,
    texts: Vec<Box<str>>,
    /// Short texts met lately as views, which are equal when the texts are.
    recent: Box<[Option<(u128, Name)>; RECENT]>,
}

impl Default for Names {
    fn default() -> Self {
        Self { numbers: HashMap::new(), texts: Vec::new(), recent: Box::new([None; RECENT]) }
    }
}

impl Names {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Name {
        self.numbers.get(text).copied().unwrap_or_else(|| self.add(text))
    }

    /// The number of a text that was met before.
    pub(crate) fn known(&self, text: &str) -> Option<Name> {
        self.numbers.get(text).copied()
    }

    /// The number of a row's text; a NULL is the empty text.
    pub(crate) fn number_at(&mut self, column: &StringViewArray, row: usize) -> Name {
        if column.is_null(row) {
            return self.number("");
        }
        let Some(view) = column.views().get(row).copied().filter(|view| length(*view) <= INLINE) else {
            return self.number(column.value(row));
        };
        let place = place(view);
        if let Some((_, number)) = self.recent[place].filter(|(known, _)| *known == view) {
            return number;
        }
        let number = self.number(column.value(row));
        self.recent[place] = Some((view, number));
        number
    }

    /// The text of a number.
    pub(crate) fn text(&self, number: Name) -> &str {
        self.texts.get(number as usize).map_or("", |text| text)
    }

    /// How many texts there are; their numbers are below.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    fn add(&mut self, text: &str) -> Name {
        let number = Name::try_from(self.texts.len()).unwrap_or(Name::MAX);
        self.texts.push(text.into());
        self.numbers.insert(text.into(), number);
        number
    }
}

/// The length of a view's text: its low 32 bits.
fn length(view: u128) -> u32 {
    u32::try_from(view & u128::from(u32::MAX)).unwrap_or(u32::MAX)
}

/// The place of a view among the recent ones: a few bits that depend on all of it.
fn place(view: u128) -> usize {
    const MIX: u64 = 0x9E37_79B9_7F4A_7C15;
    let low = u64::try_from(view & u128::from(u64::MAX)).unwrap_or(0);
    let high = u64::try_from(view >> 64).unwrap_or(0);
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(MIX);
    usize::try_from(mixed >> 56).unwrap_or(0) % RECENT
}

/// A text of [`Codes`]: a short one as its view, so that nothing is looked up; a longer one by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Code([u8; 16]);

/// The length that marks a number.
const NUMBERED: u32 = u32::MAX;

/// Texts that are told apart and rarely read, most of them short.
#[derive(Debug, Default)]
pub(crate) struct Codes {
    long: Names,
}

impl Codes {
    /// The code of a row's text; a NULL is the empty text.
    pub(crate) fn code_at(&mut self, column: &StringViewArray, row: usize) -> Code {
        match column.views().get(row).copied().filter(|_| column.is_valid(row)) {
            None => Code::default(),
            Some(view) if length(view) <= INLINE => Code(view.to_le_bytes()),
            Some(_) => {
                let number = self.long.number_at(column, row);
                let (mark, number) = (NUMBERED.to_le_bytes(), number.to_le_bytes());
                let mut code = [0; 16];
                code[..4].copy_from_slice(&mark);
                code[4..8].copy_from_slice(&number);
                Code(code)
            }
        }
    }

    /// The text of a code.
    pub(crate) fn text<'a>(&'a self, code: &'a Code) -> &'a str {
        let [a, b, c, d, text @ ..] = &code.0;
        let length = u32::from_le_bytes([*a, *b, *c, *d]);
        if length == NUMBERED {
            let [a, b, c, d, ..] = *text;
            return self.long.text(u32::from_le_bytes([a, b, c, d]));
        }
        let length = usize::try_from(length).unwrap_or(0);
        text.get(..length).and_then(|text| std::str::from_utf8(text).ok()).unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_short_and_long_texts_are_read_again() {
        let texts = [
            Some("0000000011"),
            Some("a longer name than a view holds"),
            None,
            Some("ñ"),
            Some("0000000011"),
        ];
        let column: StringViewArray = texts.iter().copied().collect();
        let mut codes = Codes::default();
        let found: Vec<Code> = (0..texts.len()).map(|row| codes.code_at(&column, row)).collect();
        let read: Vec<&str> = found.iter().map(|code| codes.text(code)).collect();
        assert_eq!(read, texts.map(Option::unwrap_or_default));
        assert!(found[0] == found[4] && found[0] != found[1]);
    }

    #[test]
    fn short_and_long_texts_of_a_column_have_their_numbers() {
        let texts: Vec<Option<String>> = (0..2_000)
            .map(|row| match row % 5 {
                0 => None,
                1 => Some(String::new()),
                2 => Some(format!("{:0>7}", row % 700)),
                3 => Some("a school whose number is longer than a view".to_owned() + &(row % 7).to_string()),
                _ => Some("T1".to_owned()),
            })
            .collect();
        let column: StringViewArray = texts.iter().map(Option::as_deref).collect();
        let mut names = Names::default();
        for (row, text) in texts.iter().enumerate() {
            let number = names.number_at(&column, row);
            assert_eq!(names.text(number), text.as_deref().unwrap_or(""));
        }
    }

    #[test]
    fn a_text_has_one_number() {
        let mut names = Names::default();
        assert_eq!(
            [names.number("b"), names.number("a"), names.number("b"), names.number("a")],
            [0, 1, 0, 1]
        );
        assert_eq!((names.text(1), names.len()), ("a", 2));
    }
}
