//! `retention`: who of those that meet the first condition meets each of the others, at whatever time.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BooleanArray, ListArray, UInt32Array};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, UInt32Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::events::{MOST_CONDITIONS, condition, held};
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, Grouped, Single, State, state_fields};

#[user_doc(
    doc_section(label = "Paths"),
    description = "Of each group, whether the first condition holds in some row, and for each further condition whether both it and the first hold, in whatever rows: a list of booleans, as long as there are conditions.

When the first condition never holds, all are false. A condition that is NULL does not hold. The places of the list start with 1: `retention(..)[2]`.

Source: ClickHouse, `retention`.",
    syntax_example = "retention(condition_1, .., condition_32)",
    argument(
        name = "condition_1, ..",
        description = "Two to 32 conditions; the first one says who is followed. NULL: does not hold."
    ),
    sql_example = "SELECT r[1] AS taught, r[2] AS after_1_year, r[3] AS after_3_years FROM (SELECT retention(y = 2018, y = 2019, y = 2021) AS r FROM (VALUES (2018), (2019), (2020)) AS teacher(y));",
    related_udf(name = "window_funnel")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Retention {
    signature: Signature,
}

impl Retention {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Retention {
    fn name(&self) -> &'static str {
        "retention"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        if types.len() < 2 || types.len() > MOST_CONDITIONS {
            return plan_err!(
                "retention() takes 2 to {MOST_CONDITIONS} conditions, but it was given {}.",
                types.len()
            );
        }
        types.iter().map(|data_type| condition(self.name(), data_type)).collect()
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(refuse_distinct_early())
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state_fields::<Held>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Single::<Held>::new(arguments.exprs.len())))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::<Held>::new(arguments.exprs.len())))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Boolean, true))
}

/// The conditions that held in some row, the first one in the lowest bit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Held(u32);

impl State for Held {
    type Row = u32;
    /// How many conditions there are.
    type Setting = usize;
    /// The conditions that count: none when the first never held.
    type Answer = u32;

    fn update(&mut self, row: u32) -> Result<()> {
        self.0 |= row;
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.0 |= other.0;
        Ok(())
    }

    fn finish(&self, _: &usize) -> Result<u32> {
        Ok(if self.0 & 1 == 1 { self.0 } else { 0 })
    }
}

impl Columns for Held {
    type Reader = Vec<u32>;

    fn reader(arguments: &[ArrayRef], _: &usize) -> Result<Vec<u32>> {
        Ok(held(arguments, arguments.first().map_or(0, |first| first.len())))
    }

    fn row(reader: &Vec<u32>, index: usize) -> Result<u32> {
        Ok(reader[index])
    }

    fn state_types() -> Vec<(String, DataType)> {
        vec![("held".to_owned(), DataType::UInt32)]
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        vec![Arc::new(UInt32Array::from_iter_values(states.iter().map(|state| state.0)))]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        Ok(columns[0].as_primitive::<UInt32Type>().values().iter().map(|held| Self(*held)).collect())
    }

    fn answers(answers: Vec<u32>, conditions: &usize) -> Result<ArrayRef> {
        let bits = |held: &u32| {
            let held = *held;
            (0..*conditions).map(move |place| Some(held >> place & 1 == 1))
        };
        let values: BooleanArray = answers.iter().flat_map(bits).collect();
        let offsets = OffsetBuffer::from_repeated_length(*conditions, answers.len());
        Ok(Arc::new(ListArray::try_new(item(), offsets, Arc::new(values), None)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    #[test]
    fn nothing_counts_without_the_first() {
        let answer = |rows: &[u32]| laws::answer::<Held>(rows.iter().copied(), &3).unwrap();
        assert_eq!(answer(&[0b001, 0b100]), 0b101);
        assert_eq!(answer(&[0b110, 0b100]), 0);
        assert_eq!(answer(&[]), 0);
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(0..16_u32)) {
            laws::hold::<Held>(case, &4)?;
        }
    }
}
