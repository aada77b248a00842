//! Wages of persons in the periods of a panel.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch};
use datafusion::error::Result;

use super::industry::{Industry, Places};
use super::prices::Worth;
use super::run::Follow;
use super::timeline::Period;
use super::unit::Unit;
use super::wage_columns::{Row, WageColumns};
use super::work::{Job, LoadedQuarters, Work};
use crate::person::Name;

/// What wages are told with.
#[derive(Debug)]
pub(super) struct WageFacts {
    pub(super) industry: Industry,
    pub(super) loaded: LoadedQuarters,
    /// What a dollar of each quarter is worth; `None` when nobody asked.
    pub(super) worth: Option<Worth>,
    pub(super) quarters: Unit,
}

/// Wages of one person after the other.
pub(super) struct Wages {
    facts: Arc<WageFacts>,
    work: Work,
    places: Places,
    columns: WageColumns,
    /// Wages by employer in a period of several quarters, and the last job there.
    totals: Vec<Total>,
    stable: Vec<Total>,
}

/// Wages from an employer in a period.
#[derive(Debug, Clone, Copy)]
struct Total {
    employer: Name,
    cents: i64,
    last: Job,
}

impl Wages {
    pub(super) fn new(facts: Arc<WageFacts>) -> Self {
        let columns = WageColumns::default();
        Self {
            facts,
            work: Work::default(),
            places: Places::default(),
            columns,
            totals: vec![],
            stable: vec![],
        }
    }

    /// What happened in the quarters of a period.
    fn period(&mut self, (from, to): (i32, i32)) -> Row<'_> {
        let jobs = self.work.jobs();
        let first = jobs.partition_point(|job| job.quarter < from);
        let end = first + jobs[first..].partition_point(|job| job.quarter <= to);
        let jobs = &jobs[first..end];
        self.totals.clear();
        self.stable.clear();
        let mut row = Row { real: self.facts.worth.as_ref().map(|_| 0.0), ..Row::default() };
        for of_quarter in jobs.chunk_by(|left, right| left.quarter == right.quarter) {
            let mut is_full = false;
            for job in of_quarter {
                row.cents = row.cents.saturating_add(job.cents);
                total(&mut self.totals, job);
                if job.is_full_quarter() {
                    is_full = true;
                    row.full_cents = row.full_cents.saturating_add(job.cents);
                    total(&mut self.stable, job);
                }
            }
            row.quarters += 1;
            row.full_quarters += i32::from(is_full);
            if let (Some(worth), Some(job)) = (&self.facts.worth, of_quarter.first()) {
                let cents: i64 = of_quarter.iter().map(|job| job.cents).sum();
                let real = worth.of(job.quarter).map(|factor| cents as f64 / 100.0 * factor);
                row.real = row.real.zip(real).map(|(sum, real)| sum + real);
            }
        }
        row.employers = i32::try_from(self.totals.len()).unwrap_or(i32::MAX);
        // Around the edges of what is loaded nobody has a full quarter, and that says nothing.
        row.full_known = (from - 1..=to + 1).all(|quarter| self.facts.loaded.has(quarter));
        let primary = greatest(&self.work, &self.totals);
        let stable = greatest(&self.work, &self.stable).filter(|_| row.full_known);
        if let Some(primary) = primary {
            row.primary = Some((self.work.text(primary.employer), primary.cents));
            row.primary_naics = naics(&self.facts, &self.work, &mut self.places, &primary.last);
            let before = primary.last.quarter - primary.last.tenure;
            row.tenure = Some((primary.last.tenure, !self.facts.loaded.has(before)));
        }
        if let Some(stable) = stable {
            row.stable = Some(self.work.text(stable.employer));
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
fn greatest(work: &Work, totals: &[Total]) -> Option<Total> {
    let better = |best: Total, other: &Total| {
        if work.outranks((other.employer, other.cents), (best.employer, best.cents)) { *other } else { best }
    };
    totals.iter().skip(1).fold(totals.first().copied(), |best, other| best.map(|best| better(best, other)))
}

/// The industry of a job.
pub(super) fn naics<'a>(
    facts: &'a WageFacts,
    work: &Work,
    places: &mut Places,
    job: &Job,
) -> Option<&'a str> {
    let texts = (work.text(job.employer), work.text(job.unit));
    let place = places.place(&facts.industry, (job.employer, job.unit), texts)?;
    facts.industry.code(place, job.quarter)
}

impl Follow for Wages {
    fn open(&mut self, _source: usize, batch: &RecordBatch) -> Result<()> {
        self.work.open(batch)
    }

    fn rows(&mut self, _source: usize, rows: Range<usize>) -> Result<()> {
        self.work.rows(rows);
        Ok(())
    }

    fn arrange(&mut self) {
        self.work.arrange();
    }

    fn found(&self, _source: usize) -> bool {
        self.work.found()
    }

    fn write(&mut self, period: &Period, observed: &[bool]) {
        if observed.contains(&false) {
            self.columns.not_observed();
            return;
        }
        let unit = &self.facts.quarters;
        let quarters = (unit.number(period.first_day), unit.number(period.last_day));
        let mut columns = std::mem::take(&mut self.columns);
        columns.push(&self.period(quarters));
        self.columns = columns;
    }

    fn clear(&mut self) {
        self.work.clear();
    }

    fn take(&mut self) -> Result<Vec<ArrayRef>> {
        self.columns.take()
    }
}
