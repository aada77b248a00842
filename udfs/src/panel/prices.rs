//! Dollars of another year: what a dollar of each quarter is worth in them.

use std::collections::BTreeMap;

use datafusion::arrow::array::{Array, RecordBatch};
use datafusion::common::cast::{as_float64_array, as_int32_array};
use datafusion::common::{exec_datafusion_err, exec_err};
use datafusion::error::Result;

/// The annual average, in the place of a month.
const ANNUAL: i32 = 13;

/// A price index by year and month.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    values: BTreeMap<(i32, i32), f64>,
}

impl Prices {
    /// Adds rows of `year INT, month INT, value DOUBLE`; month 13 is the average of the year.
    ///
    /// Errors: another shape, and two values of one month.
    pub fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let (years, months) = (as_int32_array(batch.column(0))?, as_int32_array(batch.column(1))?);
        let values = as_float64_array(batch.column(2))?;
        for row in 0..batch.num_rows() {
            if years.is_null(row) || months.is_null(row) || values.is_null(row) {
                continue;
            }
            let (year, month) = (years.value(row), months.value(row));
            if self.values.insert((year, month), values.value(row)).is_some() {
                return exec_err!(
                    "the price index has two values for month {month} of {year}; load one series once"
                );
            }
        }
        Ok(())
    }

    fn mean(&self, year: i32, months: std::ops::RangeInclusive<i32>) -> Option<f64> {
        let count = f64::from(months.end() - months.start() + 1);
        let values: Option<Vec<f64>> = months.map(|month| self.values.get(&(year, month)).copied()).collect();
        values.map(|values| values.iter().sum::<f64>() / count)
    }

    /// The index of a year: its annual average, or else the mean of its twelve months.
    fn of_year(&self, year: i32) -> Option<f64> {
        self.values.get(&(year, ANNUAL)).copied().or_else(|| self.mean(year, 1..=12))
    }

    /// The index of a quarter: the mean of its three months, or else the annual average.
    fn of_quarter(&self, quarter: i32) -> Option<f64> {
        let (year, first) = (quarter.div_euclid(4), 3 * quarter.rem_euclid(4) + 1);
        self.mean(year, first..=first + 2).or_else(|| self.values.get(&(year, ANNUAL)).copied())
    }

    /// What a dollar of each quarter is worth in dollars of a year.
    ///
    /// Errors: the index does not have that year.
    pub fn in_dollars_of(&self, base_year: i32) -> Result<Worth> {
        let base = self.of_year(base_year).ok_or_else(|| {
            let span = self.values.keys().next().zip(self.values.keys().next_back());
            let there = span.map_or_else(|| "it is empty".to_owned(), |(first, last)| {
                format!("it has values from {} to {}", first.0, last.0)
            });
            exec_datafusion_err!("the price index has not all of the year {base_year}, in whose dollars wages are asked for; {there}")
        })?;
        let years = self.values.keys().map(|(year, _)| *year);
        let (Some(first), Some(last)) = (years.clone().min(), years.max()) else {
            return Ok(Worth::default());
        };
        let worth = |quarter| self.of_quarter(quarter).filter(|index| *index > 0.0).map(|index| base / index);
        Ok(Worth { first: 4 * first, factors: (4 * first..4 * last + 4).map(worth).collect() })
    }
}

/// What a dollar of each quarter is worth.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Worth {
    first: i32,
    factors: Vec<Option<f64>>,
}

impl Worth {
    /// The factor of a quarter; `None` where the index does not reach.
    pub fn of(&self, quarter: i32) -> Option<f64> {
        let place = usize::try_from(i64::from(quarter) - i64::from(self.first)).ok()?;
        self.factors.get(place).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices(values: &[((i32, i32), f64)]) -> Prices {
        Prices { values: values.iter().copied().collect() }
    }

    #[test]
    fn annual_averages_stand_for_quarters_without_months() {
        let prices = prices(&[((2021, 13), 270.97), ((2022, 13), 299.17)]);
        let worth = prices.in_dollars_of(2022).unwrap();
        let real = 20_600.0 * worth.of(4 * 2021 + 2).unwrap();
        assert_eq!(format!("{real:.2}"), "22743.85");
        assert_eq!(worth.of(4 * 2023), None);
        assert_eq!(worth.of(4 * 2020 + 3), None);
    }

    #[test]
    fn months_come_before_the_average_and_three_make_a_quarter() {
        let months = (1..=12).map(|month| ((2020, month), f64::from(100 + month)));
        let prices = prices(&months.chain([((2021, 1), 120.0), ((2021, 2), 120.0)]).collect::<Vec<_>>());
        let worth = prices.in_dollars_of(2020).unwrap();
        assert_eq!(worth.of(4 * 2020), Some(106.5 / 102.0));
        assert_eq!(worth.of(4 * 2021), None);
        let error = prices.in_dollars_of(2021).unwrap_err().to_string();
        assert!(error.contains("not all of the year 2021") && error.contains("2020 to 2021"), "{error}");
    }
}
