//! `spell_id`: which rows belong to one spell, when gaps up to a length do not count and rows may overlap.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, Int64Builder};
use datafusion::arrow::compute::SortOptions;
use datafusion::arrow::datatypes::{DataType, Date32Type, Field, FieldRef, Int64Type};
use datafusion::common::{ScalarValue, exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{PartitionEvaluatorArgs, WindowUDFFieldArgs};
use datafusion::logical_expr::{
    Documentation, LimitEffect, PartitionEvaluator, Signature, Volatility, WindowUDFImpl,
};
use datafusion::physical_expr::PhysicalExpr;
use datafusion_macros::user_doc;

const USAGE: &str = "spell_id(entry_date, exit_date, 30) OVER (PARTITION BY person_id ORDER BY entry_date)";

#[user_doc(
    doc_section(label = "Paths"),
    description = "The number of the spell, from 1, to which a row belongs: rows whose days overlap, or between which at most `gap_days` days lie that none of them covers, are one spell. Both `start_day` and `end_day` are days of the row: one that ends on 31 May and one that starts on 1 June leave no gap.

A row without an end goes on for ever: nothing after it is a new spell. A row without a start has NULL and changes nothing. The rows must come in the order of their start: a start before the one of the row above is an error.",
    syntax_example = "spell_id(start_day, end_day, gap_days) OVER (PARTITION BY person_id ORDER BY start_day)",
    argument(name = "start_day", description = "A date. NULL: the row is in no spell."),
    argument(name = "end_day", description = "A date, the last day. NULL: not ended."),
    argument(
        name = "gap_days",
        description = "A constant whole number: the days without any row that do not end a spell."
    ),
    sql_example = "SELECT entry, exit, spell_id(entry, exit, 30) OVER (ORDER BY entry) AS spell FROM (VALUES (DATE '2020-08-10', DATE '2020-12-18'), (DATE '2021-01-06', DATE '2021-05-20'), (DATE '2022-01-06', DATE '2022-05-20')) AS stay(entry, exit);"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct SpellId {
    signature: Signature,
}

impl SpellId {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }

    /// The column over the rows of several persons.
    pub(crate) fn column(arguments: &[ArrayRef], persons: &[Range<usize>]) -> Result<ArrayRef> {
        let arguments = Arguments::new(arguments)?;
        let mut spells = Int64Builder::with_capacity(arguments.start.len());
        for rows in persons {
            let mut person = Spells::default();
            for row in rows.clone() {
                spells.append_option(person.row(&arguments, row)?);
            }
        }
        Ok(Arc::new(spells.finish()))
    }
}

impl WindowUDFImpl for SpellId {
    fn name(&self) -> &'static str {
        "spell_id"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [start, end, gap] = types else {
            return plan_err!("spell_id() takes a start, an end and a number of days; write {USAGE}.");
        };
        let is_date = |data_type: &DataType| {
            matches!(
                data_type,
                DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) | DataType::Null
            )
        };
        if !is_date(start) || !is_date(end) {
            return plan_err!(
                "spell_id() takes dates, but it was given {start} and {end}; cast them to DATE, or write {USAGE}."
            );
        }
        if !gap.is_integer() {
            return plan_err!(
                "spell_id() takes a whole number of days, but it was given {gap}; write {USAGE}."
            );
        }
        Ok(vec![DataType::Date32, DataType::Date32, DataType::Int64])
    }

    fn partition_evaluator(&self, _arguments: PartitionEvaluatorArgs) -> Result<Box<dyn PartitionEvaluator>> {
        Ok(Box::<Spells>::default())
    }

    fn field(&self, arguments: WindowUDFFieldArgs) -> Result<FieldRef> {
        Ok(Field::new(arguments.name(), DataType::Int64, true).into())
    }

    fn sort_options(&self) -> Option<SortOptions> {
        None
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }

    fn limit_effect(&self, _: &[Arc<dyn PhysicalExpr>]) -> LimitEffect {
        LimitEffect::None
    }
}

/// The spells of one person so far.
#[derive(Debug, Default)]
struct Spells {
    number: i64,
    last_start: Option<i32>,
    /// The last day that is covered; `None` before the first row.
    covered: Option<i32>,
}

impl Spells {
    /// The spell of a row.
    fn take(&mut self, start: Option<i32>, end: Option<i32>, gap: Option<i64>) -> Result<Option<i64>> {
        let Some(gap) = gap.filter(|gap| *gap >= 0) else {
            return exec_err!(
                "spell_id() takes a number of days from 0 on; a negative one or NULL was found."
            );
        };
        let Some(start) = start else { return Ok(None) };
        if self.last_start.is_some_and(|last| start < last) {
            return exec_err!("spell_id() met a row that starts before the one above it; write {USAGE}.");
        }
        self.last_start = Some(start);
        let continues = self.covered.is_some_and(|covered| i64::from(start) - i64::from(covered) - 1 <= gap);
        if !continues {
            self.number += 1;
        }
        self.covered = self.covered.max(Some(end.unwrap_or(i32::MAX).max(start)));
        Ok(Some(self.number))
    }

    fn row(&mut self, arguments: &Arguments, row: usize) -> Result<Option<i64>> {
        let day = |days: &Date32Array| days.is_valid(row).then(|| days.value(row));
        let gap = arguments.gap.is_valid(row).then(|| arguments.gap.value(row));
        self.take(day(&arguments.start), day(&arguments.end), gap)
    }
}

struct Arguments {
    start: Date32Array,
    end: Date32Array,
    gap: Int64Array,
}

impl Arguments {
    fn new(columns: &[ArrayRef]) -> Result<Self> {
        let [start, end, gap, ..] = columns else {
            return plan_err!("spell_id() takes a start, an end and a number of days; write {USAGE}.");
        };
        Ok(Self {
            start: start.as_primitive::<Date32Type>().clone(),
            end: end.as_primitive::<Date32Type>().clone(),
            gap: gap.as_primitive::<Int64Type>().clone(),
        })
    }
}

impl PartitionEvaluator for Spells {
    fn is_causal(&self) -> bool {
        true
    }

    fn supports_bounded_execution(&self) -> bool {
        true
    }

    fn evaluate(&mut self, columns: &[ArrayRef], range: &Range<usize>) -> Result<ScalarValue> {
        let arguments = Arguments::new(columns)?;
        Ok(ScalarValue::Int64(self.row(&arguments, range.start)?))
    }

    fn evaluate_all(&mut self, columns: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let arguments = Arguments::new(columns)?;
        let spells: Result<Int64Array> = (0..rows).map(|row| self.row(&arguments, row)).collect();
        Ok(Arc::new(spells?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spells(gap: i64, rows: &[(Option<i32>, Option<i32>)]) -> Vec<Option<i64>> {
        let mut spells = Spells::default();
        rows.iter().map(|(start, end)| spells.take(*start, *end, Some(gap)).unwrap()).collect()
    }

    #[test]
    fn days_without_a_row_make_a_gap() {
        let rows = [(Some(0), Some(9)), (Some(10), Some(19)), (Some(22), Some(29))];
        assert_eq!(spells(0, &rows), [Some(1), Some(1), Some(2)]);
        assert_eq!(spells(1, &rows), [Some(1), Some(1), Some(2)]);
        assert_eq!(spells(2, &rows), [Some(1), Some(1), Some(1)]);
    }

    #[test]
    fn what_a_long_row_covers_is_no_gap() {
        assert_eq!(
            spells(
                0,
                &[
                    (Some(0), Some(99)),
                    (Some(5), Some(9)),
                    (Some(50), Some(60)),
                    (Some(101), None),
                    (Some(500), Some(501))
                ]
            ),
            [Some(1), Some(1), Some(1), Some(2), Some(2)]
        );
        // An end before the start covers the start.
        assert_eq!(spells(0, &[(Some(5), Some(1)), (Some(6), Some(7))]), [Some(1), Some(1)]);
        assert_eq!(spells(0, &[(None, Some(9)), (Some(5), Some(6)), (None, None)]), [None, Some(1), None]);
    }

    #[test]
    fn wrong_order_and_wrong_gaps_are_told() {
        let mut spells = Spells::default();
        spells.take(Some(5), None, Some(0)).unwrap();
        assert!(
            spells
                .take(Some(4), None, Some(0))
                .unwrap_err()
                .to_string()
                .contains("starts before the one above")
        );
        assert!(spells.take(Some(5), None, Some(-1)).unwrap_err().to_string().contains("from 0 on"));
        assert!(spells.take(Some(5), None, None).is_err());
    }
}
