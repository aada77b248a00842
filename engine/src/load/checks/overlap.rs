//! Rows of one group whose days overlap: two schools at once, two spells in one place.

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int32Type};
use datafusion::arrow::row::{RowConverter, Rows, SortField};

use crate::error::{Error, LakeContext, Result};

/// The first and the last day of a row, and the columns that make a group.
#[derive(Debug)]
pub(super) struct Overlap {
    start: String,
    end: String,
    within: Vec<String>,
}

impl Overlap {
    pub(super) fn new(start: String, end: String, within: Vec<String>) -> Self {
        Self { start, end, within }
    }

    /// Tells of every loaded row among `keep` that shares more than a boundary day with another row of its group.
    pub(super) fn look(
        &self,
        rows: &RecordBatch,
        keep: &[u32],
        is_loaded: impl Fn(u32) -> bool,
        tell: &mut impl FnMut(u32),
    ) -> Result<()> {
        let groups = encoded(rows, &self.within)?;
        let (starts, ends) = (days(rows, &self.start)?, days(rows, &self.end)?);
        let spell = |row: u32| -> Option<(i32, i32)> {
            let start = starts.get(row as usize).copied().flatten()?;
            let end = ends.get(row as usize).copied().flatten().unwrap_or(i32::MAX);
            (start <= end).then_some((start, end))
        };
        let mut spells: Vec<(u32, (i32, i32))> =
            keep.iter().filter_map(|row| Some((*row, spell(*row)?))).collect();
        let group = |row: u32| groups.row(row as usize);
        spells.sort_by(|(left, left_days), (right, right_days)| {
            group(*left).cmp(&group(*right)).then_with(|| left_days.cmp(right_days))
        });
        for group in spells.chunk_by(|(left, _), (right, _)| group(*left) == group(*right)) {
            for (row, _) in overlapping(group).filter(|(row, _)| is_loaded(*row)) {
                tell(row);
            }
        }
        Ok(())
    }
}

/// The spells of one group, sorted by first and last day, that overlap another one.
///
/// A spell overlaps an earlier one if it starts before the latest end so far, and a later one if the next one starts
/// before its own end: spells of no length come before longer ones of the same day, so neither test meets them in vain.
fn overlapping(group: &[(u32, (i32, i32))]) -> impl Iterator<Item = (u32, (i32, i32))> {
    let mut latest = i32::MIN;
    group.iter().enumerate().filter_map(move |(position, (row, (start, end)))| {
        let earlier = *start < latest;
        let later = group.get(position + 1).is_some_and(|(_, (next, _))| next < end);
        latest = latest.max(*end);
        (earlier || later).then_some((*row, (*start, *end)))
    })
}

fn column<'a>(rows: &'a RecordBatch, name: &str) -> Result<&'a dyn Array> {
    let column = rows.column_by_name(name);
    column.map(AsRef::as_ref).ok_or_else(|| Error::lake(format!("the table has no column {name} to check")))
}

fn days(rows: &RecordBatch, name: &str) -> Result<Vec<Option<i32>>> {
    let numbers = cast(column(rows, name)?, &DataType::Int32)
        .lake_context(|| format!("read the days of column {name}"))?;
    Ok(numbers.as_primitive::<Int32Type>().iter().collect())
}

fn encoded(rows: &RecordBatch, names: &[String]) -> Result<Rows> {
    let doing = || "group rows".to_owned();
    let columns = names
        .iter()
        .map(|name| {
            let column = rows.column_by_name(name).cloned();
            column.ok_or_else(|| Error::lake(format!("the table has no column {name} to group by")))
        })
        .collect::<Result<Vec<_>>>()?;
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone())).collect();
    let converter = RowConverter::new(fields).lake_context(doing)?;
    converter.convert_columns(&columns).lake_context(doing)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(spells: &[(i32, i32)]) -> Vec<u32> {
        let mut group: Vec<(u32, (i32, i32))> = (0..).zip(spells.iter().copied()).collect();
        group.sort_by_key(|(_, days)| *days);
        let mut found: Vec<u32> = overlapping(&group).map(|(row, _)| row).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn a_shared_boundary_day_is_no_overlap() {
        assert!(found(&[(1, 5), (5, 9), (9, 9)]).is_empty());
        assert_eq!(found(&[(1, 5), (4, 9), (20, 21)]), [0, 1]);
        assert_eq!(found(&[(1, i32::MAX), (4, 9), (20, 21)]), [0, 1, 2]);
        assert_eq!(found(&[(1, 9), (3, 3)]), [0, 1]);
        assert!(found(&[(3, 3), (3, 3), (3, 6)]).is_empty());
    }

    proptest! {
        #[test]
        fn the_sweep_finds_what_comparing_all_pairs_finds(
            spells in prop::collection::vec((0..12_i32, 0..4_i32), 0..12)
        ) {
            let spells: Vec<(i32, i32)> = spells.iter().map(|(start, length)| (*start, start + length)).collect();
            let overlap = |left: (i32, i32), right: (i32, i32)| left.0 < right.1 && right.0 < left.1;
            let expected: Vec<u32> = (0..)
                .zip(&spells)
                .filter(|(row, spell)| {
                    let mut others = (0_u32..).zip(&spells).filter(|(other, _)| other != row);
                    others.any(|(_, other)| overlap(**spell, *other))
                })
                .map(|(row, _)| row)
                .collect();
            prop_assert_eq!(found(&spells), expected);
        }
    }
}
