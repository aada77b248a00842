//! Which column of a file fills which column of a canonical table, and how well the table fits the file.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;

use super::candidate::{Coded, Mismatch, coded, fits, joined_map};
use super::identity::{Identity, identity};
use super::profile::Profile;
use super::words::Words;
use crate::{Column, Definitions, Table, TableKind};

/// The table of links between the ids of two agencies, and its identity columns.
const LINK_TABLE: &str = "person_xwalk";
const PERSON: &str = "person_id";
const LINKED: &str = "linked_id";

/// The least likeness of two names that are taken for one.
const LEAST: f64 = 0.5;

/// Pairs of columns of which the second is unique within the first only: `column,prefix,source`.
const JOINED: &str = include_str!("joined.csv");

/// Words of columns that a year and a quarter fill together, or a date.
const QUARTER: &str = "quarter";
const YEAR: &str = "year";
const SCHOOL_YEAR: [&str; 2] = ["school", "year"];

/// One column of the file.
#[derive(Debug)]
pub(super) struct FileColumn {
    pub(super) name: String,
    pub(super) words: Vec<String>,
    pub(super) profile: Profile,
}

/// How a canonical column is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum How {
    Plain(Option<Coded>),
    Identity(Identity),
    /// From a year and a quarter.
    Quarter,
    /// From a date.
    SchoolYear,
    /// From two columns, one after the other, and perhaps through a map.
    Joined {
        map: Option<String>,
    },
}

/// What fills one canonical column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Filling {
    pub(super) to: String,
    /// Positions in the file.
    pub(super) from: Vec<usize>,
    pub(super) how: How,
    /// How sure the names are, 0 to 1.
    pub(super) likeness: f64,
}

/// A required canonical column that nothing fills, and what comes nearest and why it does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) to: String,
    pub(super) nearest: Option<(usize, Mismatch)>,
}

/// A table held against a file.
#[derive(Debug)]
pub(super) struct Fit<'a> {
    pub(super) table: &'a Table,
    /// In the order of the table.
    pub(super) fillings: Vec<Filling>,
    pub(super) open: Vec<Open>,
    /// 0 to 1: the share of the file's columns that fill one, times the share of required columns that are filled.
    pub(super) score: f64,
}

impl Fit<'_> {
    /// The columns of the file that fill something.
    pub(super) fn used(&self) -> BTreeSet<usize> {
        self.fillings.iter().flat_map(|filling| filling.from.iter().copied()).collect()
    }

    /// The two columns of a filling that joins could be right for: the column, and the one before which it stands.
    pub(super) fn joinable(&self) -> Vec<(usize, usize)> {
        let filling = |name: &str| self.fillings.iter().position(|filling| filling.to == name);
        let rows = csv::Reader::from_reader(JOINED.as_bytes()).into_records().filter_map(Result::ok);
        let pairs = rows.filter_map(|row| Some((filling(row.get(0)?)?, filling(row.get(1)?)?)));
        pairs.filter(|(column, prefix)| self.fillings[*column].from != self.fillings[*prefix].from).collect()
    }
}

/// Holds a table against the columns of a file.
pub(super) fn fit<'a>(
    table: &'a Table,
    columns: &[FileColumn],
    words: &Words,
    definitions: &Definitions,
) -> Fit<'a> {
    let mut matching =
        Matching { table, columns, words, definitions, fillings: Vec::new(), used: BTreeSet::new() };
    if table.name == LINK_TABLE {
        matching.link();
    } else {
        if table.kind == TableKind::Person {
            matching.person();
        }
        matching.by_name();
        matching.pairs();
        matching.quarters();
        matching.school_years();
    }
    matching.finish()
}

struct Matching<'a, 'b> {
    table: &'a Table,
    columns: &'b [FileColumn],
    words: &'b Words,
    definitions: &'b Definitions,
    fillings: Vec<Filling>,
    used: BTreeSet<usize>,
}

impl<'a> Matching<'a, '_> {
    fn add(&mut self, to: &str, from: Vec<usize>, how: How, likeness: f64) {
        self.used.extend(&from);
        self.fillings.push(Filling { to: to.to_owned(), from, how, likeness });
    }

    fn is_filled(&self, name: &str) -> bool {
        self.fillings.iter().any(|filling| filling.to == name)
    }

    /// The columns that look like ids of persons, the surest first.
    fn identities(&self) -> Vec<(usize, Identity, f64)> {
        let found = self.columns.iter().enumerate().filter(|(position, _)| !self.used.contains(position));
        let mut found: Vec<_> = found
            .filter_map(|(position, column)| {
                identity(column, self.words).map(|(id, sure)| (position, id, sure))
            })
            .collect();
        found.sort_by(|left, right| right.2.total_cmp(&left.2).then(left.0.cmp(&right.0)));
        found
    }

    /// The id of the person: the agency's own rather than a number that every agency has.
    fn person(&mut self) {
        let found = self.identities();
        let own = found.iter().find(|(_, id, sure)| id.namespace.is_none() && *sure >= LEAST);
        if let Some((position, id, sure)) = own.or_else(|| found.first()).cloned() {
            self.add(PERSON, vec![position], How::Identity(id), sure);
        }
    }

    /// The two ids of a link.
    fn link(&mut self) {
        let found = self.identities();
        let own = found.iter().find(|(_, id, _)| id.namespace.is_none()).cloned();
        let common = found.iter().find(|(_, id, _)| id.namespace.is_some()).cloned();
        for (to, id) in [(PERSON, own), (LINKED, common)] {
            if let Some((position, id, sure)) = id {
                self.add(to, vec![position], How::Identity(id), sure);
            }
        }
    }

    /// Columns of nearly the same name that hold values of the type, the most alike first.
    fn by_name(&mut self) {
        let mut pairs = Vec::new();
        for (target, column) in self.table.columns.iter().enumerate() {
            if column.name == PERSON && self.table.kind == TableKind::Person {
                continue;
            }
            for (position, file) in self.columns.iter().enumerate() {
                if self.used.contains(&position) || fits(column, &file.profile).is_err() {
                    continue;
                }
                let coded = coded(column, &file.profile, self.definitions);
                let likeness = self.likeness(column, file) * agreement(column, file, coded.as_ref());
                if likeness >= LEAST {
                    pairs.push((likeness, target, position, coded));
                }
            }
        }
        pairs.sort_by(|left, right| {
            right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2)))
        });
        for (likeness, target, position, coded) in pairs {
            let name = &self.table.columns[target].name;
            if !self.used.contains(&position) && !self.is_filled(name) {
                self.add(name, vec![position], How::Plain(coded), likeness);
            }
        }
    }

    /// Codes that a map knows only together with those of another column.
    fn pairs(&mut self) {
        for number in 0..self.fillings.len() {
            let (to, from) = (&self.fillings[number].to, &self.fillings[number].from);
            let (Some(column), Some(&own)) = (self.table.column(to), from.first()) else {
                continue;
            };
            let others = (0..self.columns.len()).filter(|other| !self.used.contains(other));
            let orders = others.flat_map(|other| [[other, own], [own, other]]);
            let mapped = orders.filter_map(|order| {
                let profiles = order.map(|position| &self.columns[position].profile);
                Some((order, joined_map(column, profiles, self.definitions)?))
            });
            let found = mapped.min_by_key(|(order, _)| *order);
            if let Some((order, map)) = found {
                self.used.extend(order);
                let filling = &mut self.fillings[number];
                (filling.from, filling.how) = (order.to_vec(), How::Joined { map: Some(map) });
            }
        }
    }

    /// The likeness of the names of a canonical column and one of the file.
    fn likeness(&self, column: &Column, file: &FileColumn) -> f64 {
        let names = self.words.names(column);
        names.iter().map(|name| self.words.likeness(name, &file.words)).fold(0.0, f64::max)
    }

    /// Quarters that the file writes as a year and a quarter of it.
    fn quarters(&mut self) {
        let open = self.table.columns.iter().filter(|column| {
            let words = self.words.split(&column.name);
            column.data_type.is_integer() && words.iter().any(|word| word == QUARTER)
        });
        let open: Vec<&str> = open.map(|column| column.name.as_str()).collect();
        let year = self.whole_column(&[YEAR], |digits| digits == 4);
        let quarter = self.whole_column(&[QUARTER], |digits| digits == 1);
        for name in open {
            if let (Some(year), Some(quarter)) = (year, quarter) {
                self.fillings.retain(|filling| filling.to != name);
                self.add(name, vec![year, quarter], How::Quarter, 1.0);
            }
        }
    }

    /// The column of the file with these words, whose values are whole numbers of so many digits.
    fn whole_column(&self, words: &[&str], digits: impl Fn(usize) -> bool) -> Option<usize> {
        let wanted: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let fits = |file: &&FileColumn| {
            file.profile.numbers.all_whole() && digits(file.profile.numbers.whole_digits)
        };
        let alike = self.columns.iter().enumerate().filter(|(_, file)| fits(file));
        let alike = alike.map(|(position, file)| (self.words.likeness(&wanted, &file.words), position));
        let best = alike.filter(|(likeness, _)| *likeness >= LEAST);
        best.max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)))
            .map(|(_, position)| position)
    }

    /// A school year that the file does not write, from the first date of the key.
    fn school_years(&mut self) {
        let wanted = self.table.columns.iter().find(|column| {
            column.data_type.is_integer() && !column.nullable && self.words.split(&column.name) == SCHOOL_YEAR
        });
        let Some(wanted) = wanted.filter(|column| !self.is_filled(&column.name)) else {
            return;
        };
        let is_date = |name: &&String| {
            self.table
                .column(name)
                .is_some_and(|column| column.data_type == DataType::Date32 && !column.nullable)
        };
        let names = self.table.key.iter().chain(self.table.columns.iter().map(|column| &column.name));
        let date =
            names.filter(is_date).find_map(|name| self.fillings.iter().find(|filling| filling.to == *name));
        if let Some(date) = date {
            let from = date.from.clone();
            self.add(&wanted.name, from, How::SchoolYear, 1.0);
        }
    }

    fn finish(mut self) -> Fit<'a> {
        let is_link = self.table.name == LINK_TABLE;
        let names: Vec<&str> = if is_link {
            vec![PERSON, LINKED]
        } else {
            self.table.columns.iter().map(|column| column.name.as_str()).collect()
        };
        let place = |to: &str| names.iter().position(|name| *name == to);
        self.fillings.sort_by_key(|filling| place(&filling.to));
        let is_required =
            |name: &&str| is_link || self.table.column(name).is_some_and(|column| !column.nullable);
        let required: Vec<&str> = names.iter().copied().filter(is_required).collect();
        let open: Vec<Open> =
            required.iter().filter(|name| !self.is_filled(name)).map(|name| self.open(name)).collect();
        let sure: f64 = self.fillings.iter().map(|filling| filling.likeness.min(1.0)).sum();
        let used = self.used.len() as f64 * sure / (self.fillings.len().max(1) as f64);
        let filled = (required.len() - open.len()) as f64 / required.len().max(1) as f64;
        let score = used / self.columns.len().max(1) as f64 * filled;
        Fit { table: self.table, fillings: self.fillings, open, score }
    }

    /// The column of the file whose name comes nearest, when its values do not fit.
    fn open(&self, name: &str) -> Open {
        let nearest = self.table.column(name).and_then(|column| {
            let unfit = self.columns.iter().enumerate().filter_map(|(position, file)| {
                let mismatch = fits(column, &file.profile).err()?;
                Some((self.likeness(column, file), position, mismatch))
            });
            let near = unfit.filter(|(likeness, ..)| *likeness >= LEAST);
            near.max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)))
        });
        Open { to: name.to_owned(), nearest: nearest.map(|(_, position, mismatch)| (position, mismatch)) }
    }
}

/// How far the values agree with the canonical column beyond its type; 1 is as well as can be.
fn agreement(column: &Column, file: &FileColumn, coded: Option<&Coded>) -> f64 {
    let profile = &file.profile;
    let lacks = !column.nullable && profile.values() < profile.rows;
    let is_text = column.data_type == DataType::Utf8;
    let is_date = !profile.days.formats().is_empty();
    let codes = match coded {
        Some(coded) if coded.codes > 0 => 0.8 + 0.3 * coded.known as f64 / coded.codes as f64,
        // Many different values are no codes.
        None if column.code_set.is_some() && profile.values() > 0 => 0.7,
        _ => 1.0,
    };
    let kind = if is_text && is_date { 0.7 } else { 1.0 };
    codes * kind * if lacks { 0.9 } else { 1.0 }
}
