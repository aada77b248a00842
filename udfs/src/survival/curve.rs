//! What Kaplan and Meier's estimate, its median and a life table remember: at each time, to how many it happened.

use std::fmt::Debug;

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;

use super::arguments::Persons;
use super::time::{Person, Time};
use crate::fold::{Columns, State};
use crate::lists::{numbers, numbers_type, places, values};
use crate::tally::{Count, Tally};

/// How it ended for the persons of one time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Ends {
    /// To how many it happened.
    pub(super) events: i64,
    /// How many were not watched any longer.
    pub(super) censored: i64,
}

impl Ends {
    /// Of one person.
    pub(super) fn of(event: bool) -> Self {
        Self { events: i64::from(event), censored: i64::from(!event) }
    }

    /// All persons.
    pub(super) fn all(self) -> i64 {
        self.events + self.censored
    }
}

impl Count for Ends {
    fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.censored += other.censored;
    }
}

/// The distinct times in their order, with those who are still at risk at each.
pub(super) fn at_risk<T: Copy>(times: &[(T, Ends)]) -> impl Iterator<Item = (T, i64, Ends)> {
    let everyone: i64 = times.iter().map(|(_, ends)| ends.all()).sum();
    times.iter().scan(everyone, |left, (time, ends)| {
        let at_risk = *left;
        *left -= ends.all();
        Some((*time, at_risk, *ends))
    })
}

/// What is made of the ends at each time.
pub(super) trait Summary: Clone + Debug + Send + Sync + 'static {
    /// The function's name, for its errors.
    const FUNCTION: &'static str;

    /// The kind of times.
    type Time: Time;
    /// What a call fixes for all rows.
    type Setting: Clone + Debug + Send + Sync + 'static;
    /// The result of a group.
    type Answer;

    /// The answer for distinct times in ascending order; there may be none.
    fn of(times: &[(Self::Time, Ends)], setting: &Self::Setting) -> Result<Self::Answer>;

    /// Answers as one column.
    fn column(answers: Vec<Self::Answer>) -> Result<ArrayRef>;
}

/// The ends at each time.
#[derive(Debug, Clone)]
pub(super) struct Curve<S: Summary> {
    times: Tally<S::Time, Ends>,
}

impl<S: Summary> Default for Curve<S> {
    fn default() -> Self {
        Self { times: Tally::default() }
    }
}

impl<S: Summary> State for Curve<S> {
    type Row = Person<S::Time>;
    type Setting = S::Setting;
    type Answer = S::Answer;

    fn update(&mut self, row: Person<S::Time>) -> Result<()> {
        if let Some((time, event)) = row.known(S::FUNCTION)? {
            self.times.add(time, Ends::of(event));
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.times.merge(&other.times);
        Ok(())
    }

    fn finish(&self, setting: &S::Setting) -> Result<S::Answer> {
        S::of(&self.times.sorted(), setting)
    }

    fn heap_size(&self) -> usize {
        self.times.heap_size()
    }
}

impl<S: Summary> Columns for Curve<S> {
    type Reader = Persons<S::Time>;

    fn reader(arguments: &[ArrayRef], _: &Self::Setting) -> Result<Persons<S::Time>> {
        Persons::new(arguments)
    }

    fn row(reader: &Persons<S::Time>, index: usize) -> Result<Person<S::Time>> {
        Ok(reader.at(index))
    }

    fn state_types() -> Vec<(String, DataType)> {
        let count = numbers_type::<i64>;
        vec![
            ("times".to_owned(), numbers_type::<S::Time>()),
            ("events".to_owned(), count()),
            ("censored".to_owned(), count()),
        ]
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let curves: Vec<_> = states.iter().map(|state| state.times.sorted()).collect();
        let lengths = || curves.iter().map(|times| times.len());
        let entries = || curves.iter().flat_map(|times| times.iter());
        vec![
            numbers(lengths(), entries().map(|(time, _)| *time)),
            numbers(lengths(), entries().map(|(_, ends)| ends.events)),
            numbers(lengths(), entries().map(|(_, ends)| ends.censored)),
        ]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let times = values::<S::Time>(&columns[0]);
        let (events, censored) = (values::<i64>(&columns[1]), values::<i64>(&columns[2]));
        let entry = |place: usize| (times[place], Ends { events: events[place], censored: censored[place] });
        let states =
            places(&columns[0]).into_iter().map(|places| Self { times: places.map(entry).collect() });
        Ok(states.collect())
    }

    fn answers(answers: Vec<S::Answer>, _: &Self::Setting) -> Result<ArrayRef> {
        S::column(answers)
    }
}
