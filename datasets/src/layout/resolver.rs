//! Looks up what fills each canonical column: the names, maps, patterns and values of a layout.

use std::collections::{BTreeSet, HashMap};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, SchemaRef};
use regex::Regex;

use super::column::{LayoutColumn, OneOrMany};
use super::located::Located;
use super::token::{Template, TokenRule};
use super::unpivot::{Unpivoted, holds_value};
use super::written::suggestion;
use super::{Combine, Fill, How, Layout, Source, TokenMatch, ValueRule, byte};
use crate::convert::{ColumnBuilder, DateFormat, Reading};
use crate::{DefinitionError, Definitions};

/// The columns that `widen` moves apart.
const LOW: &str = "low";
const HIGH: &str = "high";

/// The options that a column with tokens has no use for.
const NOT_WITH_TOKENS: [&str; 10] = [
    "identity",
    "format",
    "thousands",
    "scale",
    "null_tokens",
    "map",
    "strip",
    "first_of",
    "quarter",
    "school_year",
];

/// A layout on its way to a [`ResolvedLayout`](super::ResolvedLayout).
pub(super) struct Resolver<'a> {
    layout: &'a Layout,
    definitions: &'a Definitions,
    pub(super) schema: SchemaRef,
    pub(super) unpivoted: Unpivoted,
    /// What a reader of the file should know.
    pub(super) notices: Vec<String>,
    /// Which canonical columns have been given something that fills them.
    filled: Vec<bool>,
}

impl<'a> Resolver<'a> {
    pub(super) fn new(
        layout: &'a Layout,
        definitions: &'a Definitions,
        schema: SchemaRef,
    ) -> Result<Self, DefinitionError> {
        let unpivoted = match &layout.whole.unpivot {
            None => Unpivoted::default(),
            Some(unpivot) => unpivot.read().map_err(|sentence| unpivot.fault(sentence))?,
        };
        let filled = vec![false; schema.fields().len()];
        Ok(Self { layout, definitions, schema, unpivoted, notices: Vec::new(), filled })
    }

    /// What fills the columns that one `[[column]]` names.
    pub(super) fn column(&mut self, column: &Located<LayoutColumn>) -> Result<Fill, DefinitionError> {
        let sources = self.sources(column)?;
        let (targets, how) = if let Some(name) = &column.tokens {
            self.tokens(column, name)?
        } else {
            let target = self.position(&column.to).map_err(|sentence| column.fault(sentence))?;
            (vec![target], How::Value(Box::new(self.value(column, target)?)))
        };
        let lacks = |source: &Source| source.names.iter().any(Option::is_none);
        let lacks_one = if column.first_of { sources.iter().all(lacks) } else { sources.iter().any(lacks) };
        for target in &targets {
            self.fill(*target).map_err(|sentence| column.fault(sentence))?;
            let field = self.schema.field(*target);
            if (column.optional || lacks_one) && !field.is_nullable() {
                let what = if column.optional { "optional" } else { "absent" };
                let sentence = format!(
                    "column {:?} may not be NULL, so it cannot be {what}; take {what} away.",
                    field.name()
                );
                return Err(column.fault(sentence));
            }
        }
        Ok(Fill { targets, sources, optional: column.optional, how })
    }

    /// A column that no column of the file fills.
    pub(super) fn without_source(&mut self, name: &str, how: How) -> Result<Fill, DefinitionError> {
        let fault = |sentence: String| self.layout.own.fault(sentence);
        let target = self.position(name).map_err(fault)?;
        self.fill(target).map_err(|sentence| self.layout.own.fault(sentence))?;
        Ok(Fill { targets: vec![target], sources: Vec::new(), optional: false, how })
    }

    /// The columns that the types of records fill; a type that does not set one leaves it NULL.
    pub(super) fn record_constants(&mut self) -> Result<Vec<Fill>, DefinitionError> {
        let Some(records) = &self.layout.whole.records else {
            return Ok(Vec::new());
        };
        let names: BTreeSet<&String> = records.kinds.iter().flat_map(|kind| kind.constants.keys()).collect();
        let mut fills = Vec::new();
        for name in names {
            let target = self.position(name).map_err(|sentence| records.fault(sentence))?;
            let sets = |kind: &&Located<_>| -> bool {
                let kind: &super::record::RecordKind = kind;
                kind.ignored || kind.constants.contains_key(name)
            };
            if let Some(kind) = records.kinds.iter().find(|kind| !sets(kind))
                && !self.schema.field(target).is_nullable()
            {
                let sentence = format!(
                    "record type {:?} does not set {name:?}, which may not be NULL; set it.",
                    kind.value
                );
                return Err(kind.fault(sentence));
            }
            let values: Vec<Option<String>> =
                records.kinds.iter().map(|kind| Some(kind.constants.get(name)?.text())).collect();
            let array = self.typed(name, &values)?;
            fills.push(self.without_source(name, How::ByRecord(array))?);
        }
        Ok(fills)
    }

    /// The columns that a produced row may not lack together.
    pub(super) fn required(&self) -> Result<Vec<usize>, DefinitionError> {
        let position =
            |name: &String| self.position(name).map_err(|sentence| self.layout.own.fault(sentence));
        self.unpivoted.require.iter().map(position).collect()
    }

    /// The names that each of `from` stands for, and its width.
    fn sources(&mut self, column: &Located<LayoutColumn>) -> Result<Vec<Source>, DefinitionError> {
        let from = column.from.as_slice();
        let pads = match &column.pad {
            None => vec![None; from.len()],
            Some(OneOrMany::One(width)) => vec![Some(*width); from.len()],
            Some(OneOrMany::Many(widths)) => widths.iter().copied().map(Some).collect(),
        };
        if from.is_empty() || pads.len() != from.len() {
            return Err(
                column.fault("from names no column, or pad has not one width for each; correct them.")
            );
        }
        let mut sources = Vec::new();
        for (name, pad) in from.iter().zip(pads) {
            let names = match self.unpivoted.rows() {
                0 => vec![name.clone()],
                _ => self.unpivoted.names(name),
            };
            if let Some(name) = names.iter().find(|name| holds_value(name)) {
                let sentence = format!(
                    "{name:?} holds {{value}}, but the layout has no [unpivot] of one column; add one, or name its columns."
                );
                return Err(column.fault(sentence));
            }
            for name in names.iter().filter(|name| self.layout.lacks(name)).collect::<BTreeSet<_>>() {
                self.notices.extend(self.layout.applied().map(|variant| {
                    format!(
                        "the files of {} have no column {name:?}; {} is NULL.",
                        variant.years(),
                        column.to
                    )
                }));
            }
            let in_file = |name: &String| (!self.layout.lacks(name)).then(|| self.layout.renamed(name));
            sources.push(Source { names: names.iter().map(in_file).collect(), pad });
        }
        Ok(sources)
    }

    fn value(&self, column: &Located<LayoutColumn>, target: usize) -> Result<ValueRule, DefinitionError> {
        let data_type = self.schema.field(target).data_type();
        let (combine, sources, useless): (_, _, &[_]) = match data_type {
            _ if column.quarter => (
                Combine::Quarter,
                Some(2),
                &[
                    "identity",
                    "format",
                    "thousands",
                    "scale",
                    "map",
                    "pad",
                    "strip",
                    "first_of",
                    "school_year",
                ],
            ),
            _ if column.school_year => (
                Combine::SchoolYear,
                Some(1),
                &["identity", "thousands", "scale", "map", "pad", "strip", "first_of"],
            ),
            DataType::Utf8 if column.first_of => {
                (Combine::First, None, &["identity", "format", "thousands", "scale", "pad", "strip"])
            }
            DataType::Date32 => (Combine::Join, None, &["thousands", "scale"]),
            DataType::Utf8 if column.identity.is_some() => {
                (Combine::Join, None, &["format", "thousands", "scale", "map"])
            }
            DataType::Utf8 | DataType::Boolean => (Combine::Join, None, &["format", "thousands", "scale"]),
            _ => (Combine::Join, None, &["format"]),
        };
        if let Some(option) = column.first_given(useless) {
            let sentence = format!("column {:?} has no use for {option}; take it away.", column.to);
            return Err(column.fault(sentence));
        }
        if matches!(combine, Combine::Quarter | Combine::SchoolYear)
            && (!data_type.is_integer() || sources != Some(column.from.as_slice().len()))
        {
            let sentence = "quarter takes a year and a quarter, school_year one date, and both fill a whole-number column; correct it.";
            return Err(column.fault(sentence));
        }
        let format = column.format.as_deref().map(DateFormat::read).transpose();
        let date = format.map_err(|sentence| column.fault(sentence))?.unwrap_or_else(DateFormat::iso);
        let null_tokens = column.null_tokens.as_ref().or(self.layout.whole.null_tokens.as_ref());
        let map = column.map.as_deref().map(|name| self.map(name)).transpose();
        Ok(ValueRule {
            combine,
            trim: column.trim,
            strip: column.strip.clone(),
            null_tokens: null_tokens.map_or_else(|| vec![String::new()], Clone::clone),
            map: map.map_err(|sentence| column.fault(sentence))?,
            reading: Reading {
                date,
                thousands: column.thousands.map(byte),
                scale: column.scale,
                ..Reading::plain()
            },
        })
    }

    /// A map in which every code has one target in the year of the file.
    fn map(&self, name: &str) -> Result<HashMap<String, String>, String> {
        let Some(map) = self.definitions.map(name) else {
            let near = suggestion(name, self.definitions.maps().iter().map(|map| map.name.as_str()));
            return Err(format!("there is no map {name:?}; {near}"));
        };
        let mut targets = HashMap::new();
        for row in &map.rows {
            match (row.years(), self.layout.file_year) {
                (Some(years), Some(year)) if !years.holds(i64::from(year)) => continue,
                // Before a file is read, its year is not known: any of the targets shows that the map can translate.
                (Some(_), None) if self.layout.depends_on_year() => {}
                _ if targets.contains_key(&row.from) => {
                    return Err(format!(
                        "map {name:?} has several targets for one code, so it cannot translate a column; name another, or give the layout [years] when they hold in different years."
                    ));
                }
                _ => {}
            }
            targets.insert(row.from.clone(), row.to.clone());
        }
        Ok(targets)
    }

    fn tokens(
        &self,
        column: &Located<LayoutColumn>,
        name: &str,
    ) -> Result<(Vec<usize>, How), DefinitionError> {
        if let Some(option) = column.first_given(&NOT_WITH_TOKENS) {
            let sentence = format!("a column with tokens has no use for {option}; take it away.");
            return Err(column.fault(sentence));
        }
        let Some(rules) = self.layout.whole.tokens.get(name) else {
            let sentence = format!("tokens {name:?} must name a list [[tokens.{name}]]; correct it.");
            return Err(column.fault(sentence));
        };
        let names: BTreeSet<&String> = rules.iter().flat_map(|rule| rule.set.keys()).collect();
        if !names.contains(&column.to) {
            return Err(column.fault(format!(
                "no rule of tokens {name:?} sets {:?}; name a column in to that one of them sets.",
                column.to
            )));
        }
        let position = |name: &&String| self.position(name).map_err(|sentence| column.fault(sentence));
        let targets: Vec<usize> = names.iter().map(position).collect::<Result<_, _>>()?;
        let matches = rules.iter().map(|rule| self.token(rule, &targets));
        Ok((targets.clone(), How::Tokens(matches.collect::<Result<_, _>>()?)))
    }

    fn token(&self, rule: &Located<TokenRule>, targets: &[usize]) -> Result<TokenMatch, DefinitionError> {
        let pattern = Regex::new(&rule.pattern)
            .map_err(|error| rule.fault(format!("match is no regular expression: {error}.")))?;
        let mut values = Vec::new();
        for target in targets {
            let field = self.schema.field(*target);
            let set = rule.set.get(field.name()).filter(|text| !text.is_empty());
            if set.is_none() && !field.is_nullable() {
                return Err(rule.fault(format!(
                    "the rule does not set {:?}, which may not be NULL; set it.",
                    field.name()
                )));
            }
            let template = set.map(|text| Template::read(text, &pattern)).transpose();
            let template = template.map_err(|sentence| rule.fault(sentence))?;
            values.push(template.map(|template| (template, rule.reading(field.name()))));
        }
        Ok(TokenMatch { pattern, values })
    }

    /// Values of a canonical column that are written in the layout itself.
    pub(super) fn typed(&self, name: &str, values: &[Option<String>]) -> Result<ArrayRef, DefinitionError> {
        let fault = |sentence: String| self.layout.own.fault(sentence);
        let data_type = self.schema.field(self.position(name).map_err(fault)?).data_type();
        let unknown = || fault(format!("column {name:?} has a type that no file can fill."));
        let mut builder = ColumnBuilder::new(data_type, values.len()).ok_or_else(unknown)?;
        for value in values {
            let appended = builder.append(value.as_deref(), &Reading::plain());
            appended.map_err(|_| {
                let value = value.as_deref().unwrap_or_default();
                fault(format!("{value:?} is no value of column {name:?}, which is {data_type}; correct it."))
            })?;
        }
        Ok(builder.finish())
    }

    fn position(&self, name: &str) -> Result<usize, String> {
        self.schema.index_of(name).map_err(|_| {
            let near = suggestion(name, self.schema.fields().iter().map(|field| field.name().as_str()));
            format!("table {:?} has no column {name:?}; {near}", self.layout.table)
        })
    }

    fn fill(&mut self, target: usize) -> Result<(), String> {
        if std::mem::replace(&mut self.filled[target], true) {
            return Err(format!("column {:?} is filled twice; keep one.", self.schema.field(target).name()));
        }
        Ok(())
    }

    /// A column that may not be NULL must be filled.
    pub(super) fn check_filled(&self) -> Result<(), DefinitionError> {
        let mut open = self
            .schema
            .fields()
            .iter()
            .zip(&self.filled)
            .filter(|(field, filled)| !**filled && !field.is_nullable());
        match open.next() {
            None => Ok(()),
            Some((field, _)) => {
                let sentence = format!(
                    "nothing fills column {:?}, which may not be NULL; add a [[column]] or a constant.",
                    field.name()
                );
                Err(self.layout.own.fault(sentence))
            }
        }
    }

    /// Names that contradict each other: ignored and used, or declared and never used.
    pub(super) fn check_names(&self) -> Result<(), DefinitionError> {
        let whole = &self.layout.whole;
        let ignored = whole.ignored_columns();
        let mut froms = whole.loaded.iter().flat_map(|column| column.from.as_slice());
        if let Some(name) = froms.find(|name| ignored.contains(name)) {
            return Err(self.layout.own.fault(format!("{name:?} is both ignored and loaded; keep one.")));
        }
        let is_used = |name: &&String| whole.loaded.iter().any(|column| column.tokens.as_ref() == Some(name));
        if let Some(name) = self.layout.own.tokens.keys().find(|name| !is_used(name)) {
            let sentence = format!("no column uses tokens {name:?}; name it in one or remove it.");
            return Err(self.layout.own.fault(sentence));
        }
        Ok(())
    }
}

impl TokenRule {
    /// How the number for the canonical column `name` is read.
    fn reading(&self, name: &str) -> Reading {
        let shift = self.widen.and_then(|widen| match name {
            LOW => Some(widen.negated()),
            HIGH => Some(widen),
            _ => None,
        });
        Reading { shift, minimum: self.minimum, maximum: self.maximum, scale: self.scale, ..Reading::plain() }
    }
}
