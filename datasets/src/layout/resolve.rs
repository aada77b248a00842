//! A layout checked against the definitions it names: every table, column, map and pattern looked up once, before any file is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use regex::Regex;

use super::column::{LayoutColumn, OneOrMany, VALUE};
use super::token::{Template, TokenRule};
use super::{Combine, Fill, How, Layout, Source, TokenMatch, Unpivot, ValueRule, byte};
use crate::convert::{ColumnBuilder, DateFormat, Dialect, Encoding, Reading};
use crate::{DefinitionError, Definitions, TableKind, closest_name};

/// The identity column of every person table, and the second one of a link.
const PERSON: &str = "person_id";
const LINKED: &str = "linked_id";

/// The columns that `widen` moves apart.
const LOW: &str = "low";
const HIGH: &str = "high";

/// A layout with every name looked up.
#[derive(Debug)]
pub(crate) struct ResolvedLayout {
    pub(crate) name: String,
    /// The columns of a chunk: the table's, with identity columns as text.
    pub(crate) schema: SchemaRef,
    pub(crate) fills: Vec<Fill>,
    /// How many rows one row of the file produces.
    pub(crate) variants: usize,
    /// A produced row in which all of these are NULL is not produced; none: every row is.
    pub(crate) require: Vec<usize>,
    /// The columns of the file that are known and not loaded.
    pub(crate) ignored: BTreeSet<String>,
    pub(crate) has_header: bool,
    pub(crate) encoding: Encoding,
    pub(crate) dialect: Dialect,
}

impl ResolvedLayout {
    pub(crate) fn new(layout: &Layout, definitions: &Definitions) -> Result<Self, DefinitionError> {
        let schema = schema(layout, definitions)?;
        let mut resolver =
            Resolver { layout, definitions, filled: vec![false; schema.fields().len()], schema };
        let mut fills = Vec::new();
        for column in &layout.columns {
            fills.push(resolver.column(column.get_ref(), column.span().start)?);
        }
        for (name, constant) in &layout.constants {
            let array = resolver.typed(name, &[constant.text()])?;
            fills.push(resolver.without_source(name, How::Constant(array))?);
        }
        if let Some(unpivot) = &layout.unpivot {
            let array = resolver.typed(&unpivot.column, &unpivot.values)?;
            fills.push(resolver.without_source(&unpivot.column, How::Variant(array))?);
        }
        resolver.check_filled()?;
        resolver.check_names()?;
        let required = layout.unpivot.iter().flat_map(|unpivot| &unpivot.require);
        let require = required.map(|name| resolver.position(name, None)).collect::<Result<_, _>>()?;
        Ok(Self {
            name: layout.name.clone(),
            fills,
            variants: layout.unpivot.as_ref().map_or(1, |unpivot| unpivot.values.len()),
            require,
            ignored: layout.ignored.columns.iter().cloned().collect(),
            has_header: layout.header,
            encoding: layout.encoding,
            dialect: layout.dialect(),
            schema: resolver.schema,
        })
    }
}

/// The columns of a chunk.
fn schema(layout: &Layout, definitions: &Definitions) -> Result<SchemaRef, DefinitionError> {
    let Some(table) = definitions.table(&layout.table) else {
        let near = suggestion(&layout.table, definitions.tables().iter().map(|table| table.name.as_str()));
        return Err(layout.fault(None, format!("there is no table {:?}; {near}", layout.table)));
    };
    let identities: Vec<&str> = layout.identities().into_iter().map(|(column, _)| column).collect();
    let wanted: &[&str] = match table.kind {
        _ if layout.is_link() => &[PERSON, LINKED],
        TableKind::Person => &[PERSON],
        TableKind::Reference => &[],
    };
    if identities != wanted {
        let sentence = format!(
            "the identity columns are {identities:?}, but table {:?} takes {wanted:?}; correct them.",
            table.name
        );
        return Err(layout.fault(None, sentence));
    }
    if layout.is_link() {
        let fields = wanted.iter().map(|name| Field::new(*name, DataType::Utf8, false));
        return Ok(Arc::new(Schema::new(fields.collect::<Vec<_>>())));
    }
    let field = |field: &Arc<Field>| {
        let is_identity = identities.contains(&field.name().as_str());
        if is_identity { Field::new(field.name(), DataType::Utf8, false) } else { field.as_ref().clone() }
    };
    Ok(Arc::new(Schema::new(table.schema().fields().iter().map(field).collect::<Vec<_>>())))
}

struct Resolver<'a> {
    layout: &'a Layout,
    definitions: &'a Definitions,
    schema: SchemaRef,
    /// Which canonical columns have been given something that fills them.
    filled: Vec<bool>,
}

impl Resolver<'_> {
    fn column(&mut self, column: &LayoutColumn, at: usize) -> Result<Fill, DefinitionError> {
        let sources = self.sources(column, at)?;
        let (targets, how) = match &column.tokens {
            Some(name) => self.tokens(column, name, at)?,
            None => {
                (vec![self.position(&column.to, Some(at))?], How::Value(Box::new(self.value(column, at)?)))
            }
        };
        for target in &targets {
            self.fill(*target, Some(at))?;
            let field = self.schema.field(*target);
            if column.optional && !field.is_nullable() {
                let sentence = format!(
                    "column {:?} may not be NULL, so it cannot be optional; take optional away.",
                    field.name()
                );
                return Err(self.layout.fault(Some(at), sentence));
            }
        }
        Ok(Fill { targets, sources, optional: column.optional, how })
    }

    fn without_source(&mut self, name: &str, how: How) -> Result<Fill, DefinitionError> {
        let target = self.position(name, None)?;
        self.fill(target, None)?;
        Ok(Fill { targets: vec![target], sources: Vec::new(), optional: false, how })
    }

    /// The names that each of `from` stands for, and its width.
    fn sources(&self, column: &LayoutColumn, at: usize) -> Result<Vec<Source>, DefinitionError> {
        let from = column.from.as_slice();
        let pads = match &column.pad {
            None => vec![None; from.len()],
            Some(OneOrMany::One(width)) => vec![Some(*width); from.len()],
            Some(OneOrMany::Many(widths)) => widths.iter().copied().map(Some).collect(),
        };
        if from.is_empty() || pads.len() != from.len() {
            return Err(self
                .layout
                .fault(Some(at), "from names no column, or pad has not one width for each; correct them."));
        }
        let mut sources = Vec::new();
        for (name, pad) in from.iter().zip(pads) {
            let names = match &self.layout.unpivot {
                Some(Unpivot { values, .. }) if name.contains(VALUE) => {
                    values.iter().map(|value| name.replace(VALUE, value)).collect()
                }
                None if name.contains(VALUE) => {
                    let sentence =
                        format!("{name:?} holds {VALUE}, but the layout has no [unpivot]; add one.");
                    return Err(self.layout.fault(Some(at), sentence));
                }
                Some(Unpivot { values, .. }) => vec![name.clone(); values.len()],
                None => vec![name.clone()],
            };
            sources.push(Source { names, pad });
        }
        Ok(sources)
    }

    fn value(&self, column: &LayoutColumn, at: usize) -> Result<ValueRule, DefinitionError> {
        let data_type = self.schema.field(self.position(&column.to, Some(at))?).data_type();
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
            return Err(self.layout.fault(Some(at), sentence));
        }
        if matches!(combine, Combine::Quarter | Combine::SchoolYear)
            && (!data_type.is_integer() || sources != Some(column.from.as_slice().len()))
        {
            let sentence = "quarter takes a year and a quarter, school_year one date, and both fill a whole-number column; correct it.";
            return Err(self.layout.fault(Some(at), sentence));
        }
        let format = column.format.as_deref().map(DateFormat::read).transpose();
        let date =
            format.map_err(|sentence| self.layout.fault(Some(at), sentence))?.unwrap_or_else(DateFormat::iso);
        Ok(ValueRule {
            combine,
            trim: column.trim,
            strip: column.strip.clone(),
            null_tokens: column.null_tokens.as_ref().unwrap_or(&self.layout.null_tokens).clone(),
            map: column.map.as_deref().map(|name| self.map(name, at)).transpose()?,
            reading: Reading {
                date,
                thousands: column.thousands.map(byte),
                scale: column.scale,
                ..Reading::plain()
            },
        })
    }

    /// A map in which every code has one target.
    fn map(&self, name: &str, at: usize) -> Result<HashMap<String, String>, DefinitionError> {
        let Some(map) = self.definitions.map(name) else {
            let near = suggestion(name, self.definitions.maps().iter().map(|map| map.name.as_str()));
            return Err(self.layout.fault(Some(at), format!("there is no map {name:?}; {near}")));
        };
        let targets: HashMap<_, _> = map.rows.iter().map(|row| (row.from.clone(), row.to.clone())).collect();
        if targets.len() < map.rows.len() {
            let sentence = format!(
                "map {name:?} has several targets for one code, so it cannot translate a column; name another."
            );
            return Err(self.layout.fault(Some(at), sentence));
        }
        Ok(targets)
    }

    fn tokens(
        &self,
        column: &LayoutColumn,
        name: &str,
        at: usize,
    ) -> Result<(Vec<usize>, How), DefinitionError> {
        let useless = [
            "identity",
            "format",
            "thousands",
            "scale",
            "null_tokens",
            "map",
            "pad",
            "quarter",
            "school_year",
        ];
        let rules = self.layout.tokens.get(name);
        let fault = |sentence: String| Err(self.layout.fault(Some(at), sentence));
        if let Some(option) = column.first_given(&useless) {
            return fault(format!("a column with tokens has no use for {option}; take it away."));
        }
        let Some(rules) = rules.filter(|_| column.from.as_slice().len() == 1) else {
            return fault(format!(
                "tokens {name:?} must name a list [[tokens.{name}]], for one column of the file; correct it."
            ));
        };
        let names: BTreeSet<&String> = rules.iter().flat_map(|rule| rule.get_ref().set.keys()).collect();
        if !names.contains(&column.to) {
            return fault(format!(
                "no rule of tokens {name:?} sets {:?}; name a column in to that one of them sets.",
                column.to
            ));
        }
        let targets: Vec<usize> =
            names.iter().map(|name| self.position(name, Some(at))).collect::<Result<_, _>>()?;
        let matches = rules.iter().map(|rule| self.token(rule.get_ref(), rule.span().start, &targets));
        Ok((targets.clone(), How::Tokens(matches.collect::<Result<_, _>>()?)))
    }

    fn token(&self, rule: &TokenRule, at: usize, targets: &[usize]) -> Result<TokenMatch, DefinitionError> {
        let fault = |sentence: String| self.layout.fault(Some(at), sentence);
        let pattern = Regex::new(&rule.pattern)
            .map_err(|error| fault(format!("match is no regular expression: {error}.")))?;
        let mut values = Vec::new();
        for target in targets {
            let field = self.schema.field(*target);
            let set = rule.set.get(field.name()).filter(|text| !text.is_empty());
            if set.is_none() && !field.is_nullable() {
                return Err(fault(format!(
                    "the rule does not set {:?}, which may not be NULL; set it.",
                    field.name()
                )));
            }
            let template = set.map(|text| Template::read(text, &pattern)).transpose().map_err(fault)?;
            values.push(template.map(|template| (template, rule.reading(field.name()))));
        }
        Ok(TokenMatch { pattern, values })
    }

    /// Values of a canonical column that are written in the layout itself.
    fn typed(&self, name: &str, values: &[String]) -> Result<ArrayRef, DefinitionError> {
        let data_type = self.schema.field(self.position(name, None)?).data_type();
        let fault = |sentence: String| self.layout.fault(None, sentence);
        let unknown = || fault(format!("column {name:?} has a type that no file can fill."));
        let mut builder = ColumnBuilder::new(data_type, values.len()).ok_or_else(unknown)?;
        for value in values {
            let appended = builder.append(Some(value), &Reading::plain());
            appended.map_err(|_| {
                fault(format!("{value:?} is no value of column {name:?}, which is {data_type}; correct it."))
            })?;
        }
        if values.is_empty() {
            return Err(fault(format!("[unpivot] has no value for column {name:?}; list them.")));
        }
        Ok(builder.finish())
    }

    fn position(&self, name: &str, at: Option<usize>) -> Result<usize, DefinitionError> {
        self.schema.index_of(name).map_err(|_| {
            let near = suggestion(name, self.schema.fields().iter().map(|field| field.name().as_str()));
            let sentence = format!("table {:?} has no column {name:?}; {near}", self.layout.table);
            self.layout.fault(at, sentence)
        })
    }

    fn fill(&mut self, target: usize, at: Option<usize>) -> Result<(), DefinitionError> {
        if std::mem::replace(&mut self.filled[target], true) {
            let sentence =
                format!("column {:?} is filled twice; keep one.", self.schema.field(target).name());
            return Err(self.layout.fault(at, sentence));
        }
        Ok(())
    }

    fn check_filled(&self) -> Result<(), DefinitionError> {
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
                Err(self.layout.fault(None, sentence))
            }
        }
    }

    /// Names that contradict each other: ignored and used, or declared and never used.
    fn check_names(&self) -> Result<(), DefinitionError> {
        let columns = || self.layout.columns.iter().map(toml::Spanned::get_ref);
        let mut froms = columns().flat_map(|column| column.from.as_slice());
        if let Some(name) = froms.find(|name| self.layout.ignored.columns.contains(name)) {
            return Err(self.layout.fault(None, format!("{name:?} is both ignored and loaded; keep one.")));
        }
        let is_used = |name: &&String| columns().any(|column| column.tokens.as_ref() == Some(name));
        if let Some(name) = self.layout.tokens.keys().find(|name| !is_used(name)) {
            return Err(self
                .layout
                .fault(None, format!("no column uses tokens {name:?}; name it in one or remove it.")));
        }
        let mut positions =
            columns().flat_map(|column| column.from.as_slice()).chain(&self.layout.ignored.columns);
        let is_position = |name: &String| name.parse::<usize>().is_ok_and(|position| position > 0);
        match positions.find(|name| !self.layout.header && !is_position(name)) {
            None => Ok(()),
            Some(name) => {
                let sentence = format!(
                    "the file has no header, so {name:?} must be the position of a column, counted from 1."
                );
                Err(self.layout.fault(None, sentence))
            }
        }
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

fn suggestion<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> String {
    match closest_name(name, candidates) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "correct the name, or add a file for it.".to_owned(),
    }
}
