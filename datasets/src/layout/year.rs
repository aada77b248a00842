//! `[years]` and `[[variant]]` of a layout: which year a file is of, and what was different in that year.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use super::Layout;
use super::written::Place;
use crate::DefinitionError;
use crate::convert::Encoding;

/// Which years the files are of.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Years {
    /// The regular expression whose first group is the year in a file's name.
    pub(super) from_name: Option<String>,
    /// The first and the last year of such files; open when absent.
    pub(super) first: Option<i32>,
    pub(super) last: Option<i32>,
}

/// What was different in some years.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Variant {
    /// The first and the last of the years; open when absent.
    first: Option<i32>,
    last: Option<i32>,
    pub(super) description: String,
    /// Column of the file in the layout -> its name in these years.
    #[serde(default)]
    pub(super) rename: BTreeMap<String, String>,
    /// Columns of the file that these years lack.
    #[serde(default)]
    pub(super) absent: Vec<String>,
    /// Columns of the file that only these years have, and that are not loaded.
    #[serde(default)]
    pub(super) ignored: Vec<String>,
    /// Canonical column -> map of these years.
    #[serde(default)]
    pub(super) maps: BTreeMap<String, String>,
    /// Fixed width: where fields stand in these years.
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Place>,
    pub(super) columns: Option<Vec<String>>,
    pub(super) encoding: Option<Encoding>,
    pub(super) delimiter: Option<char>,
    pub(super) header_line: Option<u64>,
    pub(super) record_length: Option<usize>,
    pub(super) min_record_length: Option<usize>,
}

impl Years {
    /// What these years do not say is taken from `base`.
    pub(super) fn over(mut self, base: &Self) -> Self {
        self.from_name = self.from_name.or_else(|| base.from_name.clone());
        self.first = self.first.or(base.first);
        self.last = self.last.or(base.last);
        self
    }
}

impl Variant {
    fn holds(&self, year: i32) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }

    /// Its years, for a reader.
    pub(super) fn years(&self) -> String {
        match (self.first, self.last) {
            (Some(first), Some(last)) if first == last => first.to_string(),
            (Some(first), Some(last)) => format!("{first} to {last}"),
            (Some(first), None) => format!("{first} and later"),
            (None, Some(last)) => format!("{last} and earlier"),
            (None, None) => "every year".to_owned(),
        }
    }
}

/// The year of one file, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct FileYear {
    /// `None` when nobody names one and nothing depends on it.
    pub(crate) year: Option<i32>,
    /// What the reader of the file should know about it.
    pub(crate) notice: Option<String>,
}

impl Layout {
    /// The year of the file `name`: the one that is `asked` for, else the one that its name holds.
    ///
    /// The error is a sentence: nobody names a year that the layout depends on, or it is not one of the layout's.
    pub(crate) fn year_of(&self, name: &str, asked: Option<i32>) -> Result<FileYear, String> {
        let named = self.year_in_name(name);
        let year = asked.or(named);
        let Some(years) = &self.whole.years else {
            return match year {
                None if !self.whole.variants.is_empty() => Err(self.no_year()),
                _ => Ok(FileYear { year, notice: None }),
            };
        };
        let Some(year) = year else {
            return Err(self.no_year());
        };
        if years.first.is_some_and(|first| year < first) || years.last.is_some_and(|last| last < year) {
            let bound = |year: Option<i32>| year.map_or_else(|| "..".to_owned(), |year| year.to_string());
            return Err(format!(
                "the file is of {year}, but layout {} is for the years {} to {}; choose the layout of that year.",
                self.name,
                bound(years.first),
                bound(years.last),
            ));
        }
        let notice = named
            .filter(|named| *named != year)
            .map(|named| format!("the file's name says {named}; it is read as a file of {year}, as asked."));
        Ok(FileYear { year: Some(year), notice })
    }

    fn no_year(&self) -> String {
        let place = match self.whole.years.as_ref().and_then(|years| years.from_name.as_ref()) {
            Some(pattern) => format!("its name does not hold one as {pattern:?} does"),
            None => "its name does not tell it".to_owned(),
        };
        format!("layout {} depends on the year of a file, and {place}; name it with --year.", self.name)
    }

    /// The year in the name of the file: in that of an archive's member first, then in the archive's own.
    fn year_in_name(&self, name: &str) -> Option<i32> {
        let pattern = Regex::new(self.whole.years.as_ref()?.from_name.as_ref()?).ok()?;
        let (archive, member) = name.split_once('/').unwrap_or((name, name));
        [member, archive].iter().find_map(|name| pattern.captures(name)?.get(1)?.as_str().parse().ok())
    }

    /// The layout as it holds for a file of `year`.
    pub(crate) fn in_year(&self, year: Option<i32>) -> Self {
        let of_year = |year: i32| self.whole.variants.iter().position(|variant| variant.holds(year));
        let layout = match year.and_then(of_year) {
            Some(position) => self.with_variant(position),
            None => self.clone(),
        };
        Self { file_year: year, ..layout }
    }

    /// Whether a file can only be read when its year is known.
    pub(super) fn depends_on_year(&self) -> bool {
        self.whole.years.is_some() || !self.whole.variants.is_empty()
    }

    /// The layout with one of its variants applied.
    pub(super) fn with_variant(&self, position: usize) -> Self {
        let mut layout = self.clone();
        let whole = &mut layout.whole;
        let Some(variant) = self.whole.variants.get(position) else {
            return layout;
        };
        whole.encoding = variant.encoding.or(whole.encoding);
        whole.delimiter = variant.delimiter.or(whole.delimiter);
        whole.header_line = variant.header_line.or(whole.header_line);
        whole.record_length = variant.record_length.or(whole.record_length);
        whole.min_record_length = variant.min_record_length.or(whole.min_record_length);
        whole.columns = variant.columns.clone().or_else(|| whole.columns.take());
        whole.fields.extend(variant.fields.iter().map(|(name, place)| (name.clone(), *place)));
        let is_absent = |name: &String| variant.absent.contains(name);
        whole.fields.retain(|name, _| !is_absent(name));
        whole.expect.retain(|name, _| !is_absent(name));
        whole.columns.iter_mut().for_each(|columns| columns.retain(|name| !is_absent(name)));
        whole.ignored.get_or_insert_default().columns.retain(|name| !is_absent(name));
        whole.ignored.get_or_insert_default().columns.extend(variant.ignored.iter().cloned());
        for column in &mut whole.loaded {
            if let Some(map) = variant.maps.get(&column.to) {
                column.map = Some(map.clone());
            }
        }
        layout.variant = Some(position);
        layout
    }

    /// The variant that has been applied.
    pub(super) fn applied(&self) -> Option<&Variant> {
        self.whole.variants.get(self.variant?).map(|variant| &**variant)
    }

    /// The name that a column of the layout has in the files of the year.
    pub(super) fn renamed(&self, name: &str) -> String {
        let renamed = self.applied().and_then(|variant| variant.rename.get(name));
        renamed.map_or_else(|| name.to_owned(), Clone::clone)
    }

    /// Whether the files of the year lack a column of the layout.
    pub(super) fn lacks(&self, name: &str) -> bool {
        self.applied().is_some_and(|variant| variant.absent.iter().any(|absent| absent == name))
    }

    /// What a reader of a file of the year should know.
    pub(crate) fn variant_notice(&self) -> Option<String> {
        let variant = self.applied()?;
        Some(
            format!("read as a file of {}: {}", variant.years(), variant.description.trim_end_matches('.'))
                + ".",
        )
    }

    /// Patterns that are none, years out of order, and variants that share a year.
    pub(super) fn check_years(&self) -> Result<(), DefinitionError> {
        if let Some(years) = &self.whole.years {
            if let Some(pattern) = &years.from_name {
                let groups = Regex::new(pattern).map(|pattern| pattern.captures_len());
                if !groups.is_ok_and(|groups| groups > 1) {
                    let sentence = "from_name must be a regular expression whose first group is the year, such as \"_(\\\\d{4})\\\\.\"; correct it.";
                    return Err(years.fault(sentence));
                }
            }
            if is_reversed(years.first, years.last) {
                return Err(years.fault("the first of the years is after the last; swap them."));
            }
        }
        for (position, variant) in self.whole.variants.iter().enumerate() {
            if is_reversed(variant.first, variant.last) {
                return Err(variant.fault("the first of the variant's years is after the last; swap them."));
            }
            let overlaps = |other: &Variant| {
                !is_reversed(variant.first, other.last) && !is_reversed(other.first, variant.last)
            };
            if let Some(other) = self.whole.variants[..position].iter().find(|other| overlaps(other)) {
                let sentence = format!(
                    "the variant of {} shares a year with that of {}; let one end before the other starts.",
                    variant.years(),
                    other.years()
                );
                return Err(variant.fault(sentence));
            }
        }
        Ok(())
    }
}

fn is_reversed(first: Option<i32>, last: Option<i32>) -> bool {
    first.zip(last).is_some_and(|(first, last)| last < first)
}
