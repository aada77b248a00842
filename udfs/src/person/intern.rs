//! Texts that come again and again, such as school numbers, as small numbers.

use std::collections::HashMap;

/// A text of [`Names`].
pub(crate) type Name = u32;

/// Each text once, numbered in the order of first appearance.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: HashMap<Box<str>, Name>,
    texts: Vec<Box<str>>,
    last: Option<Name>,
}

impl Names {
    /// The number of a text.
    pub(crate) fn number(&mut self, text: &str) -> Name {
        if let Some(last) = self.last.filter(|last| self.text(*last) == text) {
            return last;
        }
        let number = self.numbers.get(text).copied().unwrap_or_else(|| self.add(text));
        self.last = Some(number);
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

#[cfg(test)]
mod tests {
    use super::*;

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
