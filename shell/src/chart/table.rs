//! The rows of a result as a chart reads them: columns by name, their nature, their values as labels and numbers.

use std::collections::HashSet;
use std::ops::Range;

use lifetracks_engine::arrow::array::{Array, AsArray, BooleanArray};
use lifetracks_engine::arrow::compute::cast;
use lifetracks_engine::arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit};
use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::{Role, closest_name};

use super::amount::Amount;
use crate::failure::{Failure, Result};
use crate::render::{Cells, Columns};
use crate::text::visible;

/// What stands for NULL where a name is needed.
pub(super) const NULL: &str = "(NULL)";

/// Words in the name of a column whose numbers are points in time, or counted periods.
const TIME_WORDS: &[&str] =
    &["year", "quarter", "month", "term", "period", "week", "day", "date", "time", "t", "rel"];

/// Words in the name of a column whose numbers name something.
const NAMING_WORDS: &[&str] = &["id", "ids", "code", "key", "zip", "grade", "step"];

/// Whole numbers that are taken for years where nothing else is known of them.
const YEARS: Range<f64> = 1800.0..2200.0;

const MILLISECONDS_OF_A_DAY: f64 = 86_400_000.0;

/// What the values of a column can be in a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nature {
    /// A date, a year, a counted period: an axis with an order, never a sum.
    Time,
    /// Names something: text, codes, identifiers, true and false.
    Category,
    /// A quantity.
    Number,
    /// Nothing that can be drawn.
    Other,
}

/// One column of the result.
#[derive(Debug)]
pub(super) struct Column {
    /// Its place.
    pub(super) index: usize,
    /// Its name, safe to show.
    pub(super) name: String,
    /// Its type.
    pub(super) data_type: DataType,
    /// What its values can be.
    pub(super) nature: Nature,
}

impl Column {
    /// The lower-case words of its name.
    pub(super) fn words(&self) -> Vec<String> {
        words(&self.name)
    }

    /// Whether one of these words is in its name.
    pub(super) fn is_called(&self, any: &[&str]) -> bool {
        self.words().iter().any(|word| any.contains(&word.as_str()))
    }

    /// Whether its values are days or instants.
    pub(super) fn is_date(&self) -> bool {
        matches!(self.data_type, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..))
    }
}

/// Rows and what their columns are.
#[derive(Debug)]
pub(super) struct Table<'a> {
    columns: Vec<Column>,
    batches: &'a [RecordBatch],
}

impl<'a> Table<'a> {
    /// Looks at names, types and roles.
    pub(super) fn new(columns: &Columns<'_>, batches: &'a [RecordBatch]) -> Self {
        let known_roles = columns.roles;
        let fields = columns.schema.fields().iter().enumerate();
        let columns = fields.map(|(index, field)| {
            let role = columns.roles.get(index).copied().flatten();
            let nature = nature(field.name(), field.data_type(), role);
            let name = visible(field.name()).into_owned();
            Column { index, name, data_type: field.data_type().clone(), nature }
        });
        let mut table = Self { columns: columns.collect(), batches };
        table.find_years(known_roles);
        table
    }

    /// Whole numbers that all look like years are years, where another column can be the quantity.
    fn find_years(&mut self, roles: &[Option<Role>]) {
        let is_open = |column: &&Column| {
            let has_role = roles.get(column.index).copied().flatten().is_some();
            column.nature == Nature::Number && !has_role && column.data_type.is_integer()
        };
        let looks = |column: &Column| {
            let numbers = self.floats(column).unwrap_or_default();
            let mut known = numbers.into_iter().flatten().peekable();
            known.peek().is_some() && known.all(|number| YEARS.contains(&number))
        };
        let years: Vec<usize> = self
            .columns
            .iter()
            .filter(is_open)
            .filter(|column| looks(column))
            .map(|column| column.index)
            .collect();
        let quantities = self.columns.iter().filter(|column| column.nature == Nature::Number).count();
        if years.len() < quantities {
            for index in years {
                self.columns[index].nature = Nature::Time;
            }
        }
    }

    /// Every column.
    pub(super) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The column of that name.
    pub(super) fn column(&self, name: &str) -> Result<&Column> {
        let exact = self.columns.iter().find(|column| column.name == name);
        let loose = || self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name));
        exact.or_else(loose).ok_or_else(|| {
            let names: Vec<_> = self.columns.iter().map(|column| column.name.as_str()).collect();
            let failure =
                Failure::usage(format!("there is no column {name}; there are: {}", names.join(", ")));
            match closest_name(name, names) {
                Some(near) => failure.with_help(format!("did you mean {near}?")),
                None => failure,
            }
        })
    }

    /// The values as text.
    pub(super) fn labels(&self, column: &Column) -> Result<Vec<String>> {
        let mut labels = Vec::new();
        let mut text = String::new();
        for batch in self.batches {
            let cells = Cells::try_new(batch)?;
            for row in 0..batch.num_rows() {
                text.clear();
                let is_known = cells.push(row, column.index, &mut text)?;
                labels.push(if is_known { visible(&text).into_owned() } else { NULL.to_owned() });
            }
        }
        Ok(labels)
    }

    /// How many different values there are.
    pub(super) fn distinct(&self, column: &Column) -> Result<usize> {
        let labels = self.labels(column)?;
        Ok(labels.iter().collect::<HashSet<_>>().len())
    }

    /// The numbers of a column; text is one where it holds only numbers and marks of suppression.
    pub(super) fn amounts(&self, column: &Column, what: &str) -> Result<Vec<Amount>> {
        let amounts = if column.data_type.is_numeric() {
            self.floats(column)?.into_iter().map(Amount::of).collect()
        } else {
            let found = sql_name(&column.data_type);
            self.parsed(column)?.ok_or_else(|| {
                Failure::usage(format!("{what} must be a number: {} is {found}", column.name))
                    .with_help(format!("choose another column with {what}="))
            })?
        };
        Ok(self.without_suppressed(column, amounts))
    }

    /// Days since 1970 of dates, or plain numbers; `None` where the value is NULL or not finite.
    pub(super) fn positions(&self, column: &Column) -> Result<Vec<Option<f64>>> {
        let floats = self.floats(column)?;
        Ok(floats.into_iter().map(|number| number.filter(|number| number.is_finite())).collect())
    }

    /// Whether text holds a mark of suppression, and otherwise numbers only.
    pub(super) fn is_suppressed_text(&self, column: &Column) -> bool {
        let amounts = self.parsed(column).ok().flatten().unwrap_or_default();
        amounts.contains(&Amount::Suppressed) && amounts.iter().any(|amount| amount.known().is_some())
    }

    fn parsed(&self, column: &Column) -> Result<Option<Vec<Amount>>> {
        let is_text = matches!(
            column.data_type,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..)
        );
        if !is_text {
            return Ok(None);
        }
        let labels = self.labels(column)?;
        let parse = |label: &String| if label == NULL { Some(Amount::Missing) } else { Amount::parse(label) };
        Ok(labels.iter().map(parse).collect())
    }

    fn floats(&self, column: &Column) -> Result<Vec<Option<f64>>> {
        let mut numbers = Vec::new();
        for batch in self.batches {
            numbers.extend(floats(batch.column(column.index), column.is_date()).map_err(|_| {
                Failure::usage(format!("the values of {} cannot be read as numbers", column.name))
            })?);
        }
        Ok(numbers)
    }

    /// A flag `NAME_suppressed` beside a column hides its values, whatever stands in them.
    fn without_suppressed(&self, column: &Column, mut amounts: Vec<Amount>) -> Vec<Amount> {
        let name = format!("{}_suppressed", column.name);
        let flag = self.columns.iter().find(|other| other.name.eq_ignore_ascii_case(&name));
        let Some(flag) = flag.filter(|flag| flag.data_type == DataType::Boolean) else {
            return amounts;
        };
        let flags = self.batches.iter().filter_map(|batch| batch.column(flag.index).as_boolean_opt());
        let is_set = |flags: &'a BooleanArray| flags.iter().map(|flag| flag == Some(true));
        for (amount, hidden) in amounts.iter_mut().zip(flags.flat_map(is_set)) {
            if hidden {
                *amount = Amount::Suppressed;
            }
        }
        amounts
    }
}

fn floats(
    array: &dyn Array,
    is_date: bool,
) -> std::result::Result<Vec<Option<f64>>, lifetracks_engine::arrow::error::ArrowError> {
    if !is_date {
        let numbers = cast(array, &DataType::Float64)?;
        return Ok(numbers.as_primitive::<Float64Type>().iter().collect());
    }
    let instants = cast(array, &DataType::Timestamp(TimeUnit::Millisecond, None))?;
    let numbers = cast(&instants, &DataType::Int64)?;
    let numbers = numbers.as_primitive::<Int64Type>().iter();
    Ok(numbers.map(|number| number.map(|number| number as f64 / MILLISECONDS_OF_A_DAY)).collect())
}

fn nature(name: &str, data_type: &DataType, role: Option<Role>) -> Nature {
    let words = words(meaning(name));
    let is_called = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    match data_type {
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => Nature::Time,
        DataType::Boolean
        | DataType::Utf8
        | DataType::LargeUtf8
        | DataType::Utf8View
        | DataType::Dictionary(..) => Nature::Category,
        numeric if numeric.is_numeric() => match role {
            Some(Role::Measure) => Nature::Number,
            Some(Role::Date) => Nature::Time,
            _ if is_called(TIME_WORDS) => Nature::Time,
            Some(_) => Nature::Category,
            None if is_called(NAMING_WORDS) => Nature::Category,
            None => Nature::Number,
        },
        _ => Nature::Other,
    }
}

/// The part of a computed column's name that says what it is: the function, or what `min` and `max` are taken of.
fn meaning(name: &str) -> &str {
    match name.split_once('(') {
        Some(("min" | "max", of)) => of,
        Some((function, _)) => function,
        None => name,
    }
}

fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// What people call a type.
fn sql_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "true or false",
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => "a date",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => "text",
        DataType::Null => "NULL in every row",
        _ => "a list or a struct; unnest it in the query",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(name: &str, role: Option<Role>) -> Nature {
        nature(name, &DataType::Int64, role)
    }

    #[test]
    fn years_and_codes_are_no_quantities() {
        assert_eq!(numeric("school_year", None), Nature::Time);
        assert_eq!(numeric("school_year", Some(Role::Dimension)), Nature::Time);
        assert_eq!(numeric("step[t]", None), Nature::Time);
        assert_eq!(numeric("district_id", None), Nature::Category);
        assert_eq!(numeric("level", Some(Role::Code)), Nature::Category);
        assert_eq!(numeric("years", None), Nature::Number);
        assert_eq!(numeric("time_to_award", Some(Role::Measure)), Nature::Number);
    }

    #[test]
    fn a_computed_column_is_what_its_function_gives() {
        assert_eq!(numeric("count(person_id)", None), Nature::Number);
        assert_eq!(numeric("max(school_year)", None), Nature::Time);
        assert_eq!(numeric("school_year(award_date)", None), Nature::Time);
        assert_eq!(numeric("rate(t.in_num, t.year)", None), Nature::Number);
    }
}
