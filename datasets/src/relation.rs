//! Shipped relations: questions that are asked again and again, as SQL in a data file with its parameters and columns.

use serde::Deserialize;

use crate::{DefinitionError, MonthDay, definitions::Named};

/// A relation that SQL names like a table, `subgroups`, or like a function, `membership(2022)`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// The name in SQL; also the name of the file.
    pub name: String,
    /// What one row is, what is counted and what NULL means.
    pub description: String,
    /// The documents that define it, and what in it is an assumption.
    pub source: String,
    /// A call that makes sense.
    pub example: String,
    /// Tables of the lake that must be there.
    pub tables: Vec<String>,
    /// Tables of the lake that may be missing; they are empty then.
    #[serde(default)]
    pub optional: Vec<String>,
    /// The years that must be loaded, when the relation is asked for years.
    pub span: Option<RelationSpan>,
    /// The parameters in the order of a call.
    #[serde(rename = "parameter", default)]
    pub parameters: Vec<RelationParameter>,
    /// The columns of the result in their order.
    #[serde(rename = "column")]
    pub columns: Vec<RelationColumn>,
    /// The query. It names tables as `main.k12_enrollment`, facts as `lifetracks.codes`, and parameters as `$name`.
    pub sql: String,
}

/// A parameter of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationParameter {
    /// Its name, for `name => value` and for `$name` in the query.
    pub name: String,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// What it means.
    pub description: String,
    /// Its value where a call gives none: a value as text, or `$name` for that of an earlier parameter. `None` makes
    /// it required, unless `setting` is there.
    pub default: Option<String>,
    /// The session setting, without its prefix, that gives the value where a call gives none.
    pub setting: Option<String>,
    /// The only values it takes; empty means any.
    #[serde(default)]
    pub values: Vec<String>,
}

/// What a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ParameterKind {
    /// A whole number, such as a school year by its ENDING year.
    Integer,
    /// A text.
    Text,
    /// A day.
    Date,
}

/// The years of a table that a call needs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationSpan {
    /// The table.
    pub table: String,
    /// Its column of years, or of days when `closes` is there.
    pub column: String,
    /// The last day of a school year, by which a day has its year.
    pub closes: Option<MonthDay>,
    /// The parameter with the first year.
    pub first: String,
    /// The parameter with the last year.
    pub last: String,
    /// How many years before the first one are needed.
    #[serde(default)]
    pub before: i32,
    /// How many years after the last one are needed.
    #[serde(default)]
    pub after: i32,
}

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RelationColumn {
    /// Its name.
    pub name: String,
    /// What it holds, its unit, and what NULL means.
    pub description: String,
}

impl Relation {
    /// Reads a relation's file.
    ///
    /// Errors: anything TOML refuses, an unknown or missing field, an empty text, a default that names no earlier
    /// parameter, a span of parameters that are not there, and a parameter that the query does not use.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let relation: Self =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(file, text, &error))?;
        relation.check().map_err(|sentence| DefinitionError::in_file(file, sentence))?;
        Ok(relation)
    }

    fn check(&self) -> Result<(), String> {
        let texts =
            [("description", &self.description), ("source", &self.source), ("example", &self.example)];
        if let Some((field, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("{field} is empty; fill it in."));
        }
        for (place, parameter) in self.parameters.iter().enumerate() {
            let name = &parameter.name;
            let named = parameter.default.as_deref().and_then(|default| default.strip_prefix('$'));
            let earlier = |wanted: &str| self.parameters[..place].iter().any(|other| other.name == wanted);
            if let Some(wanted) = named.filter(|wanted| !earlier(wanted)) {
                return Err(format!("the default of {name} is ${wanted}, which is no earlier parameter."));
            }
            let in_span = self.span.as_ref().is_some_and(|span| span.first == *name || span.last == *name);
            if !in_span && !self.sql.contains(&format!("${name}")) {
                return Err(format!("the query does not use the parameter ${name}; leave it out."));
            }
        }
        for name in self.span.iter().flat_map(|span| [&span.first, &span.last]) {
            if !self.parameters.iter().any(|parameter| parameter.name == *name) {
                return Err(format!("[span] names the parameter {name}, which is not there."));
            }
        }
        Ok(())
    }

    /// Whether it can be named like a table, without arguments.
    pub fn needs_no_argument(&self) -> bool {
        self.parameters.iter().all(|parameter| parameter.default.is_some() || parameter.setting.is_some())
    }
}

impl Named for Relation {
    fn name(&self) -> &str {
        &self.name
    }
}
