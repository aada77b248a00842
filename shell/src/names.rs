//! The names that completion, colours and hints know: tables and columns, functions, codes, cohorts, parameters, settings.

use std::collections::BTreeMap;

/// Everything that can be named, each list in the order in which it is offered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    /// Tables and views, in the order of their names.
    pub(crate) tables: Vec<Table>,
    /// Functions, in the order of their names.
    pub(crate) functions: Vec<Function>,
    /// The codes of each code set.
    pub(crate) codes: BTreeMap<String, Vec<Value>>,
    /// Cohorts that the lake keeps.
    pub(crate) cohorts: Vec<Value>,
    /// What `$name` can be in statements, with the kind of its value; the values are not among the names.
    pub(crate) parameters: Vec<Value>,
    /// The settings of statements, in the order in which they are offered.
    pub(crate) settings: Vec<Setting>,
    /// Statements that were saved.
    pub(crate) queries: Vec<Saved>,
    /// Columns by which tables are joined, the usual one first.
    pub(crate) keys: Vec<String>,
    /// Which columns of a table are those of another one.
    pub(crate) links: Vec<Link>,
    /// The columns that the engine found for a query; `None` where it found none.
    pub(crate) planned: BTreeMap<String, Option<Vec<Column>>>,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Table {
    /// Its name, with the schema where that is not the usual one.
    pub(crate) name: String,
    /// What it is, in a word or a sentence.
    pub(crate) note: String,
    /// Its columns; `None` until the engine has been asked.
    pub(crate) columns: Option<Vec<Column>>,
}

/// A column of a table, a function in FROM or a query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Column {
    /// Its name.
    pub(crate) name: String,
    /// Its type as SQL writes it, or what it holds; empty when nobody knows.
    pub(crate) note: String,
    /// The set of its values, where they are codes.
    pub(crate) code_set: Option<String>,
}

/// A function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// Whether it gives rows and stands in FROM.
    pub(crate) gives_rows: bool,
    /// How it is called.
    pub(crate) syntax: String,
    /// What it gives, in one line.
    pub(crate) note: String,
    /// Its arguments in their order.
    pub(crate) parameters: Vec<Parameter>,
    /// The columns of its rows; `None` where they depend on the arguments.
    pub(crate) columns: Option<Vec<Column>>,
}

/// A parameter of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameter {
    /// Its name, for `name => value`.
    pub(crate) name: String,
    /// What it means, in one line.
    pub(crate) note: String,
    /// What can be given.
    pub(crate) values: Values,
}

/// What a parameter takes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Values {
    /// Nothing that could be listed.
    #[default]
    Any,
    /// One of these texts.
    OneOf(Vec<Value>),
    /// The name of a cohort.
    Cohort,
    /// A file whose name ends in one of these, or a folder.
    File(&'static [&'static str]),
}

/// A value with its meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Value {
    /// As it stands in the data.
    pub(crate) value: String,
    /// What it means.
    pub(crate) label: String,
}

/// A setting of statements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name, with dots.
    pub(crate) name: String,
    /// What it does, in one line.
    pub(crate) note: String,
    /// The values it can have; empty where they cannot be listed.
    pub(crate) values: &'static [&'static str],
}

/// A statement that was saved under a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Saved {
    /// Its name.
    pub(crate) name: String,
    /// What it is about.
    pub(crate) note: String,
    /// Its parameters, with the kinds of the values that they have unless others are given.
    pub(crate) parameters: Vec<Value>,
}

/// Columns of a table whose values are those of another table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    /// The table.
    pub(crate) table: String,
    /// Its columns.
    pub(crate) columns: Vec<String>,
    /// The other table.
    pub(crate) to_table: String,
    /// The other table's columns, one for each of `columns`.
    pub(crate) to: Vec<String>,
}

impl Names {
    /// The table of this name, in any case.
    pub(crate) fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name.eq_ignore_ascii_case(name))
    }

    /// The function of this name, in any case.
    pub(crate) fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name.eq_ignore_ascii_case(name))
    }
}
