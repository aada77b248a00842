//! The industry of employers by quarter, from the employer file: wage records do not say it.

use std::collections::HashMap;

use datafusion::arrow::array::{Array, RecordBatch, StringViewArray};
use datafusion::common::cast::{as_int32_array, as_string_view_array};
use datafusion::error::Result;

use crate::person::{Code, Name, Names};

/// The industries of one unit, where they are reported: from each quarter on, in order.
type History = Vec<(i32, Option<Name>)>;

/// The industries of all employer units.
#[derive(Debug, Default)]
pub(super) struct Industry {
    /// By account and unit.
    places: HashMap<(Name, Name), usize>,
    histories: Vec<History>,
    accounts: Names,
    units: Names,
    codes: Names,
}

impl Industry {
    /// Adds rows of `employer_account, reporting_unit, quarter_index, naics`.
    pub(super) fn batch(&mut self, batch: &RecordBatch) -> Result<()> {
        let column = |name: &str| batch.column_by_name(name);
        let (Some(account), Some(unit), Some(quarter), Some(naics)) =
            (column("employer_account"), column("reporting_unit"), column("quarter_index"), column("naics"))
        else {
            // Nobody asks for industries.
            return Ok(());
        };
        let text = |column| as_string_view_array(column);
        let (account, unit, naics): (&StringViewArray, &StringViewArray, &StringViewArray) =
            (text(account)?, text(unit)?, text(naics)?);
        let quarter = as_int32_array(quarter)?;
        for row in 0..batch.num_rows() {
            if quarter.is_null(row) {
                continue;
            }
            let key = (self.accounts.number_at(account, row), self.units.number_at(unit, row));
            let code = naics.is_valid(row).then(|| self.codes.number_at(naics, row));
            let next = self.histories.len();
            let place = *self.places.entry(key).or_insert(next);
            if place == next {
                self.histories.push(History::new());
            }
            let Some(history) = self.histories.get_mut(place) else { continue };
            // Files come in order, and an industry rarely changes.
            let goes_on =
                history.last().is_some_and(|(last, same)| *same == code && *last <= quarter.value(row));
            if !goes_on {
                history.push((quarter.value(row), code));
            }
        }
        Ok(())
    }

    /// All rows are there.
    pub(super) fn finish(mut self) -> Self {
        for history in &mut self.histories {
            history.sort_unstable();
        }
        self
    }

    /// The place of a unit; `None` when it is in no employer file.
    pub(super) fn place(&self, account: &str, unit: &str) -> Option<usize> {
        let key = (self.accounts.known(account)?, self.units.known(unit)?);
        self.places.get(&key).copied()
    }

    /// The industry of a unit in a quarter, as the file has it for that quarter, else for the nearest earlier one, else for the
    /// nearest later one; `None` where that is not reported.
    pub(super) fn code(&self, place: usize, quarter: i32) -> Option<&str> {
        let history = self.histories.get(place)?;
        let after = history.partition_point(|(from, _)| *from <= quarter);
        let (_, code) = history.get(after.saturating_sub(1))?;
        code.map(|code| self.codes.text(code))
    }
}

/// The industries of a run's employers, whose places are looked up once.
#[derive(Debug, Default)]
pub(super) struct Places {
    known: HashMap<(Code, Code), Option<usize>>,
}

impl Places {
    /// The place of a unit, by the run's own codes of its account and itself and by their texts.
    pub(super) fn place(
        &mut self,
        industry: &Industry,
        key: (Code, Code),
        (account, unit): (&str, &str),
    ) -> Option<usize> {
        *self.known.entry(key).or_insert_with(|| industry.place(account, unit))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int32Array};

    use super::*;

    #[test]
    fn the_nearest_quarter_tells() {
        let rows = [
            ("a", 10, Some("11")),
            ("a", 11, Some("11")),
            ("a", 12, None),
            ("a", 13, Some("22")),
            ("b", 9, Some("33")),
        ];
        let columns: [(&str, ArrayRef); 4] = [
            ("employer_account", Arc::new(rows.iter().map(|row| Some(row.0)).collect::<StringViewArray>())),
            ("reporting_unit", Arc::new(rows.iter().map(|_| Some("0")).collect::<StringViewArray>())),
            ("quarter_index", Arc::new(Int32Array::from_iter_values(rows.iter().map(|row| row.1)))),
            ("naics", Arc::new(rows.iter().map(|row| row.2).collect::<StringViewArray>())),
        ];
        let mut industry = Industry::default();
        industry.batch(&RecordBatch::try_from_iter(columns).unwrap()).unwrap();
        let industry = industry.finish();
        let place = industry.place("a", "0").unwrap();
        let codes = [8, 10, 11, 12, 13, 99].map(|quarter| industry.code(place, quarter));
        assert_eq!(codes, [Some("11"), Some("11"), Some("11"), None, Some("22"), Some("22")]);
        assert_eq!((industry.place("a", "1"), industry.place("c", "0")), (None, None));
    }
}
