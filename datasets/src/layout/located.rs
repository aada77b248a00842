//! Parts of a layout file that know where they stand, so that an error can name file and line after files were merged.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer};
use toml::Spanned;

use crate::DefinitionError;

/// A part of a layout file, and its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Located<T> {
    /// Where it starts, in bytes.
    offset: usize,
    file: String,
    line: u64,
    item: T,
}

impl<T> Located<T> {
    /// Notes the file, and the line from where the lines of the file start.
    pub(super) fn locate(&mut self, file: &str, line_starts: &[usize]) {
        file.clone_into(&mut self.file);
        self.line = line_starts.partition_point(|start| *start <= self.offset) as u64;
    }

    /// Another item at this place.
    pub(super) fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        let Self { offset, file, line, item } = self;
        Located { offset, file, line, item: change(item) }
    }

    /// An error at this place.
    pub(super) fn fault(&self, sentence: impl Into<String>) -> DefinitionError {
        DefinitionError::at_line(&self.file, self.line, sentence)
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.item
    }
}

impl<T> DerefMut for Located<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.item
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<T>::deserialize(deserializer)?;
        Ok(Self { offset: spanned.span().start, file: String::new(), line: 1, item: spanned.into_inner() })
    }
}
