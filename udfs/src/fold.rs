//! What an aggregate is here: a pure state that takes rows one by one, and one adaptor that lets the engine run it.
//!
//! A [`State`] knows no columns and no batches, so that its tests split and reorder rows freely. [`Columns`] says how
//! its rows, its states and its answers stand in arrays. [`Single`] and [`Grouped`] do the rest for every aggregate.

use std::fmt::Debug;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use datafusion::logical_expr::function::StateFieldsArgs;
use datafusion::logical_expr::utils::format_state_name;
use datafusion::logical_expr::{Accumulator, EmitTo, GroupsAccumulator};

/// What an aggregate remembers of the rows of one group.
///
/// The answer must be the same however the rows are split into states, and in whatever order rows come and
/// states merge.
pub(crate) trait State: Clone + Debug + Default + Send + Sync + 'static {
    /// One row of the aggregate's arguments.
    type Row;
    /// What a call fixes for all rows, such as a level of confidence; `()` for most.
    type Setting: Clone + Debug + Send + Sync + 'static;
    /// The result of a group.
    type Answer;

    /// Takes one more row.
    fn update(&mut self, row: Self::Row) -> Result<()>;

    /// Takes what another state has seen.
    fn merge(&mut self, other: &Self) -> Result<()>;

    /// The answer for the rows so far; more rows may follow.
    fn finish(&self, setting: &Self::Setting) -> Result<Self::Answer>;

    /// The bytes the state holds beside itself, as the limit of memory counts them; quick to say.
    fn heap_size(&self) -> usize {
        0
    }
}

/// How a state's rows, the state itself and its answers stand in arrays.
pub(crate) trait Columns: State {
    /// The argument columns of one batch, ready to be read by row.
    type Reader;

    /// Takes the argument columns apart, those of constants among them, which the setting was made of.
    fn reader(arguments: &[ArrayRef], setting: &Self::Setting) -> Result<Self::Reader>;

    /// One row of a batch.
    fn row(reader: &Self::Reader, index: usize) -> Result<Self::Row>;

    /// The names and types of the columns that hold states.
    fn state_types() -> Vec<(String, DataType)>;

    /// States as columns of [`Self::state_types`].
    fn write(states: &[Self]) -> Vec<ArrayRef>;

    /// What [`Self::write`] has written.
    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>>;

    /// Answers as one column of the aggregate's return type.
    fn answers(answers: Vec<Self::Answer>, setting: &Self::Setting) -> Result<ArrayRef>;
}

/// The fields of an aggregate's states, for [`datafusion::logical_expr::AggregateUDFImpl::state_fields`].
pub(crate) fn state_fields<S: Columns>(arguments: &StateFieldsArgs) -> Vec<FieldRef> {
    let field = |(name, data_type): (String, DataType)| {
        Field::new(format_state_name(arguments.name, &name), data_type, false).into()
    };
    S::state_types().into_iter().map(field).collect()
}

/// A state for a query without groups, and for a window.
#[derive(Debug)]
pub(crate) struct Single<S: Columns> {
    state: S,
    setting: S::Setting,
}

impl<S: Columns> Single<S> {
    pub(crate) fn new(setting: S::Setting) -> Self {
        Self { state: S::default(), setting }
    }
}

impl<S: Columns> Accumulator for Single<S> {
    fn update_batch(&mut self, arguments: &[ArrayRef]) -> Result<()> {
        let reader = S::reader(arguments, &self.setting)?;
        let rows = arguments.first().map_or(0, Array::len);
        (0..rows).try_for_each(|row| self.state.update(S::row(&reader, row)?))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let answer = self.state.finish(&self.setting)?;
        ScalarValue::try_from_array(&S::answers(vec![answer], &self.setting)?, 0)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.state.heap_size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let columns = S::write(std::slice::from_ref(&self.state));
        columns.iter().map(|column| ScalarValue::try_from_array(column, 0)).collect()
    }

    fn merge_batch(&mut self, columns: &[ArrayRef]) -> Result<()> {
        S::read(columns)?.iter().try_for_each(|other| self.state.merge(other))
    }
}

/// A state for each group of a `GROUP BY`.
#[derive(Debug)]
pub(crate) struct Grouped<S: Columns> {
    states: Vec<S>,
    /// What all states hold beside themselves; to ask each after every batch would take too long.
    heap: usize,
    setting: S::Setting,
}

impl<S: Columns> Grouped<S> {
    pub(crate) fn new(setting: S::Setting) -> Self {
        Self { states: Vec::new(), heap: 0, setting }
    }

    /// Changes the state of a group.
    fn change(&mut self, group: usize, change: impl FnOnce(&mut S) -> Result<()>) -> Result<()> {
        let state = &mut self.states[group];
        let before = state.heap_size();
        change(state)?;
        self.heap = (self.heap + state.heap_size()).saturating_sub(before);
        Ok(())
    }

    /// Gives the first states away, or all.
    fn take(&mut self, emit_to: EmitTo) -> Vec<S> {
        let taken = emit_to.take_needed(&mut self.states);
        let freed = taken.iter().map(State::heap_size).sum();
        self.heap = self.heap.saturating_sub(freed);
        taken
    }
}

impl<S: Columns> GroupsAccumulator for Grouped<S> {
    fn update_batch(
        &mut self,
        arguments: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total_groups: usize,
    ) -> Result<()> {
        self.states.resize_with(total_groups, S::default);
        let reader = S::reader(arguments, &self.setting)?;
        for (row, group) in groups.iter().enumerate() {
            if passes(filter, row) {
                let row = S::row(&reader, row)?;
                self.change(*group, |state| state.update(row))?;
            }
        }
        Ok(())
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        let states = self.take(emit_to);
        let answers: Result<Vec<_>> = states.iter().map(|state| state.finish(&self.setting)).collect();
        S::answers(answers?, &self.setting)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(S::write(&self.take(emit_to)))
    }

    fn merge_batch(&mut self, columns: &[ArrayRef], groups: &[usize], total_groups: usize) -> Result<()> {
        self.states.resize_with(total_groups, S::default);
        let others = S::read(columns)?;
        groups
            .iter()
            .zip(&others)
            .try_for_each(|(group, other)| self.change(*group, |state| state.merge(other)))
    }

    fn convert_to_state(
        &self,
        arguments: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> Result<Vec<ArrayRef>> {
        let reader = S::reader(arguments, &self.setting)?;
        let mut states = vec![S::default(); arguments.first().map_or(0, Array::len)];
        for (row, state) in states.iter_mut().enumerate().filter(|(row, _)| passes(filter, *row)) {
            state.update(S::row(&reader, row)?)?;
        }
        Ok(S::write(&states))
    }

    fn size(&self) -> usize {
        self.states.capacity() * size_of::<S>() + self.heap
    }
}

/// Whether a `FILTER (WHERE ..)` lets the row through: NULL does not.
fn passes(filter: Option<&BooleanArray>, row: usize) -> bool {
    filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row))
}

/// The laws of [`State`], for the tests of every aggregate.
#[cfg(test)]
pub(crate) mod laws {
    use super::{Result, State};
    use proptest::prelude::*;
    use proptest::test_runner::TestCaseError;

    /// The answer for rows that one state sees in this order.
    pub(crate) fn answer<S: State>(
        rows: impl IntoIterator<Item = S::Row>,
        setting: &S::Setting,
    ) -> Result<S::Answer> {
        let mut state = S::default();
        rows.into_iter().try_for_each(|row| state.update(row))?;
        state.finish(setting)
    }

    /// Rows, the same rows in another order, and the part that each of those goes to.
    pub(crate) type Split<Row> = (Vec<Row>, Vec<Row>, Vec<prop::sample::Index>);

    /// Any rows, reordered and split in any way.
    pub(crate) fn split<Row: Clone + std::fmt::Debug>(
        row: impl Strategy<Value = Row> + 'static,
    ) -> impl Strategy<Value = Split<Row>> {
        prop::collection::vec(row, 0..60).prop_flat_map(|rows| {
            let parts = prop::collection::vec(any::<prop::sample::Index>(), rows.len());
            (Just(rows.clone()), Just(rows).prop_shuffle(), parts)
        })
    }

    /// One state for all rows and up to five states for the shuffled rows answer alike.
    pub(crate) fn hold<S: State>(
        case: Split<S::Row>,
        setting: &S::Setting,
    ) -> std::result::Result<(), TestCaseError>
    where
        S::Answer: std::fmt::Debug + PartialEq,
    {
        let (rows, shuffled, parts) = case;
        let expected = answer::<S>(rows, setting);
        let mut states = vec![S::default(); 5];
        for (row, part) in shuffled.into_iter().zip(parts) {
            let state = &mut states[part.index(5)];
            state.update(row).map_err(|error| TestCaseError::fail(error.to_string()))?;
        }
        let mut merged = S::default();
        for state in states.iter().rev() {
            merged.merge(state).map_err(|error| TestCaseError::fail(error.to_string()))?;
        }
        let found = merged.finish(setting);
        prop_assert_eq!(
            found.map_err(|error| error.to_string()),
            expected.map_err(|error| error.to_string())
        );
        Ok(())
    }
}
