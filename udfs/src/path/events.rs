//! The events of one group: when, and which conditions held. Kept as they come, and put in order for the answer.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int64Array, UInt32Array};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{DataType, Int64Type, UInt32Type};
use datafusion::error::Result;

use super::moment::Moments;
use crate::lists::{full_list, list_of};

/// The most conditions of a call: one bit each.
pub(super) const MOST_CONDITIONS: usize = 32;

/// A row of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Event {
    /// When it happened, on the call's scale.
    pub(super) moment: i64,
    /// The conditions that are true, the first one in the lowest bit. NULL is not true.
    pub(super) held: u32,
}

/// The events of a group, in any order.
#[derive(Debug, Clone, Default)]
pub(super) struct Events(Vec<Event>);

impl Events {
    pub(super) fn push(&mut self, event: Event) {
        // Most persons have one event or two, and a vector would begin with room for four.
        if self.0.capacity() == 0 {
            self.0.reserve_exact(2);
        }
        self.0.push(event);
    }

    pub(super) fn append(&mut self, others: &Self) {
        self.0.extend_from_slice(&others.0);
    }

    /// The events by moment; at the same moment, those that hold lower conditions only come first. So the order in
    /// which they came never shows.
    pub(super) fn in_order(&self) -> Cow<'_, [Event]> {
        if self.0.is_sorted() {
            return Cow::Borrowed(&self.0);
        }
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        Cow::Owned(sorted)
    }

    /// Bytes of the events.
    pub(super) fn heap(&self) -> usize {
        self.0.capacity() * size_of::<Event>()
    }

    /// The names and types of the columns that hold events of many groups.
    pub(super) fn state_types() -> Vec<(String, DataType)> {
        vec![("moments".to_owned(), list_of(DataType::Int64)), ("held".to_owned(), list_of(DataType::UInt32))]
    }

    /// Events of groups as columns of [`Self::state_types`].
    pub(super) fn write<'a>(groups: &(impl Iterator<Item = &'a Self> + Clone)) -> Vec<ArrayRef> {
        let all = || groups.clone().flat_map(|group| &group.0);
        let list = |values| full_list(groups.clone().map(|group| group.0.len()), values);
        vec![
            list(Arc::new(Int64Array::from_iter_values(all().map(|event| event.moment)))),
            list(Arc::new(UInt32Array::from_iter_values(all().map(|event| event.held)))),
        ]
    }

    /// What [`Self::write`] has written.
    pub(super) fn read(columns: &[ArrayRef]) -> Vec<Self> {
        let (moments, held) = (columns[0].as_list::<i32>(), columns[1].as_list::<i32>());
        let group = |row: usize| {
            let (moments, held) = (moments.value(row), held.value(row));
            let moments = moments.as_primitive::<Int64Type>().values().iter();
            let events = moments.zip(held.as_primitive::<UInt32Type>().values());
            Self(events.map(|(moment, held)| Event { moment: *moment, held: *held }).collect())
        };
        (0..moments.len()).map(group).collect()
    }
}

/// The rows of a batch as events.
pub(super) struct Reader {
    moments: Moments,
    held: Vec<u32>,
}

impl Reader {
    /// Takes a column of moments and at most [`MOST_CONDITIONS`] columns of conditions.
    pub(super) fn new(moments: &ArrayRef, conditions: &[ArrayRef]) -> Self {
        Self { moments: Moments::new(moments), held: held(conditions, moments.len()) }
    }

    /// The event in a row; `None` for one without a moment, which has no place in time.
    pub(super) fn at(&self, row: usize) -> Option<Event> {
        Some(Event { moment: self.moments.at(row)?, held: self.held[row] })
    }
}

/// Which conditions are true in each row.
pub(super) fn held(conditions: &[ArrayRef], rows: usize) -> Vec<u32> {
    let mut held = vec![0; rows];
    for (place, condition) in conditions.iter().enumerate() {
        let Some(condition) = condition.as_any().downcast_ref::<BooleanArray>() else { continue };
        let valid = condition.nulls().map(NullBuffer::inner);
        let is_true = valid.map_or_else(|| condition.values().clone(), |valid| valid & condition.values());
        for row in is_true.set_indices() {
            held[row] |= 1 << place;
        }
    }
    held
}

/// The type to which a condition is cast; an error for what is none.
pub(super) fn condition(function: &str, data_type: &DataType) -> Result<DataType> {
    match data_type {
        DataType::Boolean | DataType::Null => Ok(DataType::Boolean),
        other => datafusion::common::plan_err!(
            "{function}() takes conditions, but it was given {other}; write a condition such as event = 'enrol'."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn null_is_not_true() {
        let first: ArrayRef = Arc::new(BooleanArray::from(vec![Some(true), None, Some(false)]));
        let second: ArrayRef = Arc::new(BooleanArray::from(vec![true, true, false]));
        let moments: ArrayRef = Arc::new(Int64Array::from(vec![Some(7), Some(8), None]));
        let reader = Reader::new(&moments, &[first, second]);
        let event = |moment, held| Some(Event { moment, held });
        assert_eq!([reader.at(0), reader.at(1), reader.at(2)], [event(7, 3), event(8, 2), None]);
    }

    proptest! {
        #[test]
        fn events_survive_their_columns(groups in prop::collection::vec(prop::collection::vec(any::<(i64, u32)>(), 0..5), 0..6)) {
            let event = |(moment, held)| Event { moment, held };
            let groups: Vec<Events> = groups.into_iter().map(|rows| Events(rows.into_iter().map(event).collect())).collect();
            let read = Events::read(&Events::write(&groups.iter()));
            prop_assert_eq!(read.len(), groups.len());
            for (left, right) in read.iter().zip(&groups) {
                prop_assert_eq!(&left.0, &right.0);
            }
        }
    }
}
