//! The columns of wages in a panel, built row by row.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Decimal128Builder, Float64Builder, Int32Builder, StringViewBuilder,
};
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::error::Result;

/// Dollars: wages of one record have twelve digits, and a sum has more.
pub(super) const DOLLARS: DataType = DataType::Decimal128(18, 2);

const REAL: &str = "wages_real";
const QUARTERS: &str = "quarters_worked";

/// Columns that cannot be told without employers.
pub(super) const OF_EMPLOYERS: [&str; 11] = [
    "employers",
    "primary_employer",
    "primary_wages",
    "primary_naics",
    "full_quarter",
    "full_quarters",
    "full_quarter_wages",
    "stable_employer",
    "stable_naics",
    "tenure",
    "tenure_censored",
];

/// Columns that cannot be told without the employer file, and units.
pub(super) const OF_INDUSTRY: [&str; 2] = ["primary_naics", "stable_naics"];

/// A person in a period that is observed.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) cents: i64,
    pub(super) real: Option<f64>,
    pub(super) quarters: i32,
    pub(super) employers: i32,
    pub(super) primary: Option<(&'a str, i64)>,
    pub(super) primary_naics: Option<&'a str>,
    /// Whether full quarters can be told.
    pub(super) full_known: bool,
    pub(super) full_quarters: i32,
    pub(super) full_cents: i64,
    pub(super) stable: Option<&'a str>,
    pub(super) stable_naics: Option<&'a str>,
    /// Quarters, and whether they may be more.
    pub(super) tenure: Option<(i32, bool)>,
}

/// Builders of all columns.
#[derive(Debug, Default)]
pub(super) struct WageColumns {
    /// Whether the columns of employers are made; they are NULL otherwise.
    of_employers: bool,
    has_real: bool,
    has_quarters: bool,
    wages: Decimal128Builder,
    real: Float64Builder,
    quarters: Int32Builder,
    employers: Int32Builder,
    primary: StringViewBuilder,
    primary_wages: Decimal128Builder,
    primary_naics: StringViewBuilder,
    full_quarter: BooleanBuilder,
    full_quarters: Int32Builder,
    full_wages: Decimal128Builder,
    stable: StringViewBuilder,
    stable_naics: StringViewBuilder,
    tenure: Int32Builder,
    tenure_censored: BooleanBuilder,
}

/// The columns, in the order of the panel's definition.
pub(super) fn fields() -> Vec<Field> {
    let field = |name: &str, data_type| Field::new(name, data_type, true);
    vec![
        field("wages", DOLLARS),
        field(REAL, DataType::Float64),
        field(QUARTERS, DataType::Int32),
        field("employers", DataType::Int32),
        field("primary_employer", DataType::Utf8View),
        field("primary_wages", DOLLARS),
        field("primary_naics", DataType::Utf8View),
        field("full_quarter", DataType::Boolean),
        field("full_quarters", DataType::Int32),
        field("full_quarter_wages", DOLLARS),
        field("stable_employer", DataType::Utf8View),
        field("stable_naics", DataType::Utf8View),
        field("tenure", DataType::Int32),
        field("tenure_censored", DataType::Boolean),
    ]
}

impl WageColumns {
    /// `asks` tells whether somebody reads a column.
    pub(super) fn new(asks: impl Fn(&str) -> bool) -> Self {
        let of_employers = OF_EMPLOYERS.iter().any(|name| asks(name));
        Self { of_employers, has_real: asks(REAL), has_quarters: asks(QUARTERS), ..Self::default() }
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        self.wages.append_value(i128::from(row.cents));
        if self.has_real {
            self.real.append_option(row.real);
        }
        if self.has_quarters {
            self.quarters.append_value(row.quarters);
        }
        if !self.of_employers {
            return;
        }
        self.employers.append_value(row.employers);
        self.primary.append_option(row.primary.map(|(employer, _)| employer));
        self.primary_wages.append_option(row.primary.map(|(_, cents)| i128::from(cents)));
        self.primary_naics.append_option(row.primary_naics);
        self.full_quarter.append_option(row.full_known.then_some(row.full_quarters > 0));
        self.full_quarters.append_option(row.full_known.then_some(row.full_quarters));
        self.full_wages.append_option(row.full_known.then_some(i128::from(row.full_cents)));
        self.stable.append_option(row.stable);
        self.stable_naics.append_option(row.stable_naics);
        self.tenure.append_option(row.tenure.map(|(quarters, _)| quarters));
        self.tenure_censored.append_option(row.tenure.map(|(_, censored)| censored));
    }

    pub(super) fn not_observed(&mut self) {
        self.wages.append_null();
        if self.has_real {
            self.real.append_null();
        }
        if self.has_quarters {
            self.quarters.append_null();
        }
        if !self.of_employers {
            return;
        }
        self.employers.append_null();
        self.primary.append_null();
        self.primary_wages.append_null();
        self.primary_naics.append_null();
        self.full_quarter.append_null();
        self.full_quarters.append_null();
        self.full_wages.append_null();
        self.stable.append_null();
        self.stable_naics.append_null();
        self.tenure.append_null();
        self.tenure_censored.append_null();
    }

    /// The columns since the last time; `None` for one that nobody reads.
    pub(super) fn take(&mut self) -> Result<Vec<Option<ArrayRef>>> {
        let dollars = |builder: &mut Decimal128Builder| -> Result<ArrayRef> {
            Ok(Arc::new(builder.finish().with_data_type(DOLLARS)))
        };
        let mut columns: Vec<Option<ArrayRef>> = vec![
            Some(dollars(&mut self.wages)?),
            self.has_real.then(|| Arc::new(self.real.finish()) as ArrayRef),
            self.has_quarters.then(|| Arc::new(self.quarters.finish()) as ArrayRef),
        ];
        if !self.of_employers {
            columns.extend(std::iter::repeat_n(None, OF_EMPLOYERS.len()));
            return Ok(columns);
        }
        let others: [ArrayRef; OF_EMPLOYERS.len()] = [
            Arc::new(self.employers.finish()),
            Arc::new(self.primary.finish()),
            dollars(&mut self.primary_wages)?,
            Arc::new(self.primary_naics.finish()),
            Arc::new(self.full_quarter.finish()),
            Arc::new(self.full_quarters.finish()),
            dollars(&mut self.full_wages)?,
            Arc::new(self.stable.finish()),
            Arc::new(self.stable_naics.finish()),
            Arc::new(self.tenure.finish()),
            Arc::new(self.tenure_censored.finish()),
        ];
        columns.extend(others.map(Some));
        Ok(columns)
    }
}
