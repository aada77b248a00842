//! Wages of persons in the periods of a panel.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::Result;

use super::industry::{Industry, Places};
use super::prices::Worth;
use super::run::Follow;
use super::timeline::Period;
use super::wage_columns::{OF_EMPLOYERS, Row, WageColumns};
use super::work::{Job, LoadedQuarters, Work};
use crate::person::Code;

/// What wages are told with.
#[derive(Debug)]
pub(super) struct WageFacts {
    pub(super) industry: Industry,
    pub(super) loaded: LoadedQuarters,
    /// What a dollar of each quarter is worth; `None` when nobody asked.
    pub(super) worth: Option<Worth>,
}

/// Wages of one person after the other.
pub(super) struct Wages {
    teller: Teller,
    columns: WageColumns,
}

/// Tells what happened in a period.
struct Teller {
    facts: Arc<WageFacts>,
    work: Work,
    places: Places,
    /// Whether employers are asked for; without them quarters are added up and no more.
    of_employers: bool,
    /// Wages by employer in the period, and the last job there.
    totals: Vec<Total>,
    /// The same of full quarters.
    stable: Vec<Total>,
}

/// Wages from an employer in a period.
#[derive(Debug, Clone, Copy)]
struct Total {
    employer: Code,
    cents: i64,
    last: Job,
}

impl Wages {
    /// `asks` tells whether somebody reads a column.
    pub(super) fn new(facts: Arc<WageFacts>, asks: impl Fn(&str) -> bool) -> Self {
        let of_employers = OF_EMPLOYERS.iter().any(|name| asks(name));
        let (work, places) = (Work::default(), Places::default());
        let teller = Teller { facts, work, places, of_employers, totals: vec![], stable: vec![] };
        Self { teller, columns: WageColumns::new(asks) }
    }
}

impl Teller {
    /// What happened in the quarters of a period.
    fn row(&mut self, (from, to): (i32, i32)) -> Row<'_> {
        let jobs = self.work.jobs();
        let first = jobs.partition_point(|job| job.quarter < from);
        let end = first + jobs[first..].partition_point(|job| job.quarter <= to);
        let jobs = &jobs[first..end];
        let mut row = Row { real: self.facts.worth.as_ref().map(|_| 0.0), ..Row::default() };
        for of_quarter in jobs.chunk_by(|left, right| left.quarter == right.quarter) {
            let cents = of_quarter.iter().fold(0, |sum: i64, job| sum.saturating_add(job.cents));
            row.cents = row.cents.saturating_add(cents);
            row.quarters += 1;
            if let (Some(worth), Some(job)) = (&self.facts.worth, of_quarter.first()) {
                let real = worth.of(job.quarter).map(|factor| cents as f64 / 100.0 * factor);
                row.real = row.real.zip(real).map(|(sum, real)| sum + real);
            }
        }
        if !self.of_employers {
            return row;
        }
        // Around the edges of what is loaded nobody has a full quarter, and that says nothing.
        row.full_known = (from - 1..=to + 1).all(|quarter| self.facts.loaded.has(quarter));
        self.totals.clear();
        self.stable.clear();
        for of_quarter in jobs.chunk_by(|left, right| left.quarter == right.quarter) {
            for job in of_quarter {
                total(&mut self.totals, job);
            }
            let full = of_quarter.iter().filter(|job| job.is_full_quarter());
            row.full_quarters += i32::from(full.clone().next().is_some());
            for job in full {
                row.full_cents = row.full_cents.saturating_add(job.cents);
                total(&mut self.stable, job);
            }
        }
        row.employers = i32::try_from(self.totals.len()).unwrap_or(i32::MAX);
        if let Some(primary) = greatest(&self.work, &self.totals) {
            row.primary = Some((self.work.text(&primary.employer), primary.cents));
            row.primary_naics = naics(&self.facts, &self.work, &mut self.places, &primary.last);
            let before = primary.last.quarter - primary.last.tenure;
            row.tenure = Some((primary.last.tenure, !self.facts.loaded.has(before)));
        }
        let stable = greatest(&self.work, &self.stable).filter(|_| row.full_known);
        if let Some(stable) = stable {
            row.stable = Some(self.work.text(&stable.employer));
            row.stable_naics = naics(&self.facts, &self.work, &mut self.places, &stable.last);
        }
        row
    }
}

fn total(totals: &mut Vec<Total>, job: &Job) {
    match totals.iter_mut().find(|total| total.employer == job.employer) {
        Some(total) => {
            total.cents = total.cents.saturating_add(job.cents);
            total.last = *job;
        }
        None => totals.push(Total { employer: job.employer, cents: job.cents, last: *job }),
    }
}

/// The employer with the most wages.
fn greatest<'a>(work: &Work, totals: &'a [Total]) -> Option<&'a Total> {
    totals.iter().reduce(|best, other| {
        let outranks = work.outranks((other.employer, other.cents), (best.employer, best.cents));
        if outranks { other } else { best }
    })
}

/// The industry of a job.
pub(super) fn naics<'a>(
    facts: &'a WageFacts,
    work: &Work,
    places: &mut Places,
    job: &Job,
) -> Option<&'a str> {
    let texts = (work.text(&job.employer), work.text(&job.unit));
    let place = places.place(&facts.industry, (job.employer, job.unit), texts)?;
    facts.industry.code(place, job.quarter)
}

impl Follow for Wages {
    fn open(&mut self, _source: usize, batch: &RecordBatch) -> Result<()> {
        self.teller.work.open(batch)
    }

    fn rows(&mut self, _source: usize, rows: Range<usize>) -> Result<()> {
        self.teller.work.rows(rows);
        Ok(())
    }

    fn arrange(&mut self) {
        self.teller.work.arrange();
    }

    fn found(&self, _source: usize) -> bool {
        self.teller.work.found()
    }

    fn write(&mut self, period: &Period, observed: &[bool]) {
        if observed.contains(&false) {
            self.columns.not_observed();
            return;
        }
        self.columns.push(&self.teller.row(period.quarters));
    }

    fn clear(&mut self) {
        self.teller.work.clear();
    }

    fn take(&mut self) -> Result<Vec<Option<ArrayRef>>> {
        self.columns.take()
    }
}
