//! What a layout as a whole must be before any definition is looked at: keys that are there, and fit each other.

use regex::Regex;

use super::Layout;
use super::written::{Format, Written};
use crate::DefinitionError;
use crate::convert::DELETE;

/// The longest record of fixed width, in characters; a longer one would not be read.
const LONGEST_RECORD: usize = 1 << 20;

impl Layout {
    /// Whether a line of the file names the columns, or stands there instead of a record.
    pub(super) fn has_header(&self) -> bool {
        let whole = &self.whole;
        whole.header.unwrap_or_else(|| whole.header_line.is_some() || self.format() != Format::FixedWidth)
    }

    /// The characters of a record of fixed width: the fewest, and the most.
    pub(super) fn record_lengths(&self) -> (usize, usize) {
        let kinds = self.whole.records.iter().flat_map(|records| &records.kinds);
        let places = self.whole.fields.values().chain(kinds.flat_map(|kind| kind.fields.values()));
        let end =
            places.map(|[start, width]| start.saturating_add(*width).saturating_sub(1)).max().unwrap_or(0);
        let most = self.whole.record_length.unwrap_or(end);
        (self.whole.min_record_length.unwrap_or(most), most)
    }

    /// Missing keys, keys that do not fit the format, and marks that cannot mark.
    pub(super) fn check_whole(&self) -> Result<(), DefinitionError> {
        let whole = &self.whole;
        for (key, is_there) in [("table", whole.table.is_some()), ("agency", whole.agency.is_some())] {
            if !is_there {
                return Err(self.own.fault(format!("missing field `{key}`; add it.")));
            }
        }
        if let Some(key) = self.own.useless_key(self.format()) {
            let sentence = format!("a file of this format has no use for {key}; take it away.");
            return Err(self.own.fault(sentence));
        }
        if !(0.0..=1.0).contains(&self.max_reject_share) {
            return Err(self.own.fault("max_reject_share must be a share between 0 and 1; correct it."));
        }
        if whole.member.as_ref().is_some_and(|member| Regex::new(member).is_err()) {
            return Err(self.own.fault("member is no regular expression; correct it."));
        }
        self.check_marks()?;
        for variant in &whole.variants {
            let useless = match self.format() {
                Format::FixedWidth => variant.delimiter.is_some() || variant.columns.is_some(),
                Format::Csv => variant.record_length.is_some() || !variant.fields.is_empty(),
                Format::Xlsx | Format::Xls => variant.encoding.is_some() || variant.delimiter.is_some(),
            };
            if useless {
                return Err(variant.fault(
                    "the variant has a key that a file of this format has no use for; take it away.",
                ));
            }
        }
        for position in (0..whole.variants.len()).map(Some).chain([None]) {
            let layout = position.map_or_else(|| self.clone(), |position| self.with_variant(position));
            layout.check_header()?;
            layout.check_fields()?;
        }
        Ok(())
    }

    fn check_marks(&self) -> Result<(), DefinitionError> {
        let is_mark = |mark: char| mark.is_ascii() && !['\n', '\r', '\0', DELETE].contains(&mark);
        let quotes: Vec<char> = self.whole.quote.as_deref().unwrap_or("\"").chars().collect();
        let delimiters = self.whole.variants.iter().filter_map(|variant| variant.delimiter);
        for delimiter in delimiters.chain([self.whole.delimiter.unwrap_or(',')]) {
            if !is_mark(delimiter) || !quotes.iter().all(|quote| is_mark(*quote)) || quotes.len() > 1 {
                let sentence = "delimiter must be one ASCII character, and quote one or none; correct them.";
                return Err(self.own.fault(sentence));
            }
            if quotes.first() == Some(&delimiter) {
                let sentence = "delimiter and quote are the same character; change one.";
                return Err(self.own.fault(sentence));
            }
        }
        Ok(())
    }

    fn check_header(&self) -> Result<(), DefinitionError> {
        let whole = &self.whole;
        if whole.header_line == Some(0) {
            return Err(self.own.fault("header_line counts from 1; correct it."));
        }
        if !self.has_header() && whole.header_line.is_some() {
            let sentence = "there is a header_line although the file has no header; take one of them away.";
            return Err(self.own.fault(sentence));
        }
        if self.has_header() && self.own.columns.is_some() {
            let sentence = "columns are for a file without a header; add header = false, or take them away.";
            return Err(self.own.fault(sentence));
        }
        let mut columns: Vec<&String> = whole.columns.iter().flatten().collect();
        columns.sort_unstable();
        match columns.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => {
                Err(self.own.fault(format!("columns holds {:?} twice; give each its name.", pair[0])))
            }
            None => Ok(()),
        }
    }

    fn check_fields(&self) -> Result<(), DefinitionError> {
        if self.format() != Format::FixedWidth {
            return Ok(());
        }
        let (fewest, most) = self.record_lengths();
        if self.whole.fields.is_empty() {
            return Err(self.own.fault("fixed width needs [fields], name = [start, width]; add them."));
        }
        if most == 0 || most > LONGEST_RECORD || fewest > most {
            let sentence = format!(
                "record_length must be between 1 and {LONGEST_RECORD}, and min_record_length no longer; correct them."
            );
            return Err(self.own.fault(sentence));
        }
        let check = |written: &Written, (name, [start, width]): (&String, &[usize; 2])| {
            let end = start.checked_add(*width);
            if *start == 0 || *width == 0 || end.is_none_or(|end| end - 1 > most) {
                let sentence = format!(
                    "field {name:?} does not stand within a record of {most} characters; its place is [start counted from 1, width]."
                );
                return Err(written.fault(sentence));
            }
            Ok(())
        };
        let kinds = self.whole.records.iter().flat_map(|records| &records.kinds);
        let mut fields = self.whole.fields.iter().chain(kinds.flat_map(|kind| &kind.fields));
        fields.try_for_each(|field| check(&self.own, field))
    }
}
