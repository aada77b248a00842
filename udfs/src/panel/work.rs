//! A person's work, put together from wage records: jobs by quarter, what came before each and what after.

use std::ops::Range;

use datafusion::arrow::array::{Array, Decimal128Array, Int32Array, RecordBatch, StringViewArray};
use datafusion::common::cast::{as_decimal128_array, as_int32_array, as_string_view_array};
use datafusion::common::exec_err;
use datafusion::error::Result;

use super::loaded::Loaded;
use crate::person::{Code, Codes};

/// The columns of a wage record.
pub(super) const QUARTER: &str = "quarter_index";
pub(super) const WAGES: &str = "wages";
pub(super) const EMPLOYER: &str = "employer_account";
pub(super) const UNIT: &str = "reporting_unit";

/// Wages of a person from an employer in a quarter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Job {
    pub(super) quarter: i32,
    pub(super) employer: Code,
    /// The unit that paid most; of equals the smaller one.
    pub(super) unit: Code,
    pub(super) cents: i64,
    /// Wages from the employer in the quarter before, and in the one after.
    pub(super) before: bool,
    pub(super) after: bool,
    /// Quarters in a row with wages from the employer, up to this one.
    pub(super) tenure: i32,
}

impl Job {
    pub(super) fn is_full_quarter(&self) -> bool {
        self.before && self.after
    }
}

/// A wage record.
#[derive(Debug, Clone, Copy)]
struct Record {
    quarter: i32,
    employer: Code,
    unit: Code,
    cents: i64,
}

/// An employer of the person and its last job so far.
#[derive(Debug, Clone, Copy)]
struct Last {
    employer: Code,
    job: usize,
}

/// The columns of the open batch; employers may be left out, when nobody asks for them.
#[derive(Debug)]
struct Columns {
    quarter: Int32Array,
    wages: Decimal128Array,
    employer: Option<StringViewArray>,
    unit: Option<StringViewArray>,
}

/// The work of the present person.
#[derive(Debug, Default)]
pub(super) struct Work {
    columns: Option<Columns>,
    records: Vec<Record>,
    /// By quarter.
    jobs: Vec<Job>,
    last: Vec<Last>,
    codes: Codes,
}

impl Work {
    pub(super) fn open(&mut self, batch: &RecordBatch) -> Result<()> {
        let text = |name| batch.column_by_name(name).map(|column| as_string_view_array(column).cloned());
        let (Some(quarter), Some(wages)) = (batch.column_by_name(QUARTER), batch.column_by_name(WAGES))
        else {
            return exec_err!("wage records have the columns {QUARTER} and {WAGES}");
        };
        self.columns = Some(Columns {
            quarter: as_int32_array(quarter)?.clone(),
            wages: as_decimal128_array(wages)?.clone(),
            employer: text(EMPLOYER).transpose()?,
            unit: text(UNIT).transpose()?,
        });
        Ok(())
    }

    /// Rows of the open batch. A row without a quarter or without wages says nothing.
    pub(super) fn rows(&mut self, rows: Range<usize>) {
        let Some(columns) = &self.columns else { return };
        for row in rows {
            if columns.quarter.is_null(row) || columns.wages.is_null(row) {
                continue;
            }
            let wages = columns.wages.value(row);
            let cents = i64::try_from(wages).unwrap_or(if wages < 0 { i64::MIN } else { i64::MAX });
            let codes = &mut self.codes;
            let mut code = |column: &Option<StringViewArray>| {
                column.as_ref().map_or_else(Code::default, |column| codes.code_at(column, row))
            };
            let (employer, unit) = (code(&columns.employer), code(&columns.unit));
            self.records.push(Record { quarter: columns.quarter.value(row), employer, unit, cents });
        }
    }

    /// Whether the present person has a wage record.
    pub(super) fn found(&self) -> bool {
        !self.records.is_empty()
    }

    pub(super) fn jobs(&self) -> &[Job] {
        &self.jobs
    }

    pub(super) fn text<'a>(&'a self, code: &'a Code) -> &'a str {
        self.codes.text(code)
    }

    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.jobs.clear();
        self.last.clear();
    }

    /// Makes jobs of the records.
    pub(super) fn arrange(&mut self) {
        if !self.records.is_sorted_by_key(|record| record.quarter) {
            self.records.sort_by_key(|record| record.quarter);
        }
        let mut start = 0;
        while let Some(record) = self.records.get(start) {
            let quarter = record.quarter;
            let rest = &self.records[start..];
            let end = start + rest.iter().take_while(|record| record.quarter == quarter).count();
            self.quarter(start..end);
            start = end;
        }
    }

    /// The jobs of one quarter: an employer's records are added up, and what is not above zero is no job.
    fn quarter(&mut self, records: Range<usize>) {
        let first = self.jobs.len();
        for place in records {
            let Record { quarter, employer, unit, cents } = self.records[place];
            let known = self.jobs[first..].iter().position(|job| job.employer == employer);
            match known {
                None => self.jobs.push(Job {
                    quarter,
                    employer,
                    unit,
                    cents,
                    before: false,
                    after: false,
                    tenure: 1,
                }),
                Some(known) => self.add(first + known, place),
            }
        }
        if self.jobs[first..].iter().any(|job| job.cents <= 0) {
            let mut place = first;
            while place < self.jobs.len() {
                if self.jobs[place].cents <= 0 {
                    self.jobs.swap_remove(place);
                } else {
                    place += 1;
                }
            }
        }
        for place in first..self.jobs.len() {
            self.link(place);
        }
    }

    /// Adds another record of the quarter to its job; `unit` becomes the one that pays most.
    fn add(&mut self, job: usize, place: usize) {
        let record = self.records[place];
        let paid = |unit: Code| -> i64 {
            let before =
                self.records[..=place].iter().rev().take_while(|other| other.quarter == record.quarter);
            before
                .filter(|other| other.employer == record.employer && other.unit == unit)
                .fold(0, |sum, other| sum.saturating_add(other.cents))
        };
        let held = self.jobs[job].unit;
        let (new, old) = (paid(record.unit), paid(held));
        let smaller = || self.codes.text(&record.unit) < self.codes.text(&held);
        let moves = record.unit != held && (new > old || (new == old && smaller()));
        let job = &mut self.jobs[job];
        job.cents = job.cents.saturating_add(record.cents);
        if moves {
            job.unit = record.unit;
        }
    }

    /// Finds the job of the same employer before this one.
    fn link(&mut self, place: usize) {
        let job = self.jobs[place];
        let Some(last) = self.last.iter_mut().find(|last| last.employer == job.employer) else {
            self.last.push(Last { employer: job.employer, job: place });
            return;
        };
        let earlier = std::mem::replace(&mut last.job, place);
        if self.jobs[earlier].quarter == job.quarter - 1 {
            self.jobs[earlier].after = true;
            self.jobs[place].before = true;
            self.jobs[place].tenure = self.jobs[earlier].tenure + 1;
        }
    }

    /// Whether a job pays more than another; of equals the one of the smaller account does.
    pub(super) fn outranks(&self, (employer, cents): (Code, i64), (other, other_cents): (Code, i64)) -> bool {
        cents > other_cents || (cents == other_cents && self.text(&employer) < self.text(&other))
    }
}

/// The quarters that are loaded.
#[derive(Debug, Clone, Default)]
pub(super) struct LoadedQuarters {
    /// First and last quarters in a row, in order.
    stretches: Vec<(i32, i32)>,
}

impl LoadedQuarters {
    /// Those of which all days are loaded.
    pub(super) fn new(loaded: &Loaded) -> Result<Self, String> {
        let unit = super::loaded::quarters()?;
        let whole = |(from, to): &(i32, i32)| {
            let (first, last) = (unit.number(*from), unit.number(*to));
            let first = first + i32::from(unit.span(first).0 < *from);
            (first, last - i32::from(unit.span(last).1 > *to))
        };
        Ok(Self { stretches: loaded.stretches().iter().map(whole).collect() })
    }

    pub(super) fn has(&self, quarter: i32) -> bool {
        self.stretches.iter().any(|(first, last)| (*first..=*last).contains(&quarter))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Decimal128Array, StringViewArray};

    use super::*;

    /// Quarter, account, unit, cents.
    type Written = (i32, &'static str, &'static str, i64);

    fn work(records: &[Written]) -> Work {
        let cents = records.iter().map(|record| i128::from(record.3));
        let columns: [(&str, ArrayRef); 4] = [
            (QUARTER, Arc::new(Int32Array::from_iter_values(records.iter().map(|record| record.0)))),
            (
                WAGES,
                Arc::new(Decimal128Array::from_iter_values(cents).with_precision_and_scale(12, 2).unwrap()),
            ),
            (EMPLOYER, Arc::new(StringViewArray::from_iter_values(records.iter().map(|record| record.1)))),
            (UNIT, Arc::new(StringViewArray::from_iter_values(records.iter().map(|record| record.2)))),
        ];
        let mut work = Work::default();
        work.open(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
        work.rows(0..records.len());
        work.arrange();
        work
    }

    fn jobs(records: &[Written]) -> Vec<(i32, String, i64, bool, bool, i32)> {
        let work = work(records);
        let told = |job: &Job| {
            (job.quarter, work.text(&job.employer).to_owned(), job.cents, job.before, job.after, job.tenure)
        };
        work.jobs().iter().map(told).collect()
    }

    #[test]
    fn an_employers_quarters_in_a_row_are_linked() {
        let found = jobs(&[
            (10, "a", "0", 5),
            (11, "b", "0", 6),
            (11, "a", "0", 5),
            (12, "a", "0", 5),
            (14, "a", "0", 5),
        ]);
        let a = |quarter, before, after, tenure| (quarter, "a".to_owned(), 5, before, after, tenure);
        let expected = [
            a(10, false, true, 1),
            (11, "b".to_owned(), 6, false, false, 1),
            a(11, true, true, 2),
            a(12, true, false, 3),
            a(14, false, false, 1),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn what_an_employer_takes_back_is_no_job() {
        let found = jobs(&[
            (10, "a", "0", 5),
            (11, "a", "0", 7),
            (11, "a", "1", -7),
            (11, "b", "0", 3),
            (12, "a", "0", 5),
        ]);
        let quarters: Vec<_> = found.iter().map(|job| (job.0, job.1.as_str(), job.2, job.5)).collect();
        assert_eq!(quarters, [(10, "a", 5, 1), (11, "b", 3, 1), (12, "a", 5, 1)]);
    }

    #[test]
    fn the_unit_that_pays_most_has_the_job() {
        let unit = |records: &[Written]| {
            let work = work(records);
            work.text(&work.jobs()[0].unit).to_owned()
        };
        assert_eq!(unit(&[(1, "a", "x", 5), (1, "a", "y", 6), (1, "a", "x", 2)]), "x");
        assert_eq!(unit(&[(1, "a", "y", 5), (1, "a", "x", 5)]), "x");
        assert_eq!(unit(&[(1, "a", "x", 5), (1, "a", "y", 5)]), "x");
    }

    #[test]
    fn records_out_of_order_are_put_in_order() {
        let found = jobs(&[(12, "a", "0", 5), (10, "a", "0", 5), (11, "a", "0", 5)]);
        assert_eq!(found.iter().map(|job| (job.0, job.5)).collect::<Vec<_>>(), [(10, 1), (11, 2), (12, 3)]);
    }
}
