//! `draw`: a number by lot for a row, the same one whenever it is asked for.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, Volatility,
};
use datafusion_macros::user_doc;

#[user_doc(
    doc_section(label = "Statistics"),
    description = "A number by lot, at least 0 and below 1, that hangs on the values and the seed alone: the same person draws the same number in every table, lake version and year. `ORDER BY draw(1, person_id) LIMIT 100` picks 100 rows, `WHERE draw(1, person_id) < 0.05` about one person in twenty with all their rows.

NULL among the values is a value like any other, so that the result is never NULL unless the seed is. Another seed gives other numbers. The numbers are no secret: they are not for hiding who somebody is.",
    syntax_example = "draw(seed, value [, value ..])",
    argument(name = "seed", description = "A whole number that names the draw; NULL gives NULL."),
    argument(
        name = "value",
        description = "What is drawn for: a number, text, day or truth value that names the row, such as person_id."
    ),
    sql_example = "SELECT n, draw(1, n) < 0.5 AS is_in FROM (VALUES (4), (5), (6)) AS t(n) ORDER BY n;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Draw {
    signature: Signature,
}

impl Draw {
    pub(super) fn new() -> Self {
        Self { signature: Signature::variadic_any(Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for Draw {
    fn name(&self) -> &'static str {
        "draw"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        match arguments {
            [seed, _, ..] if seed.is_integer() || seed.is_null() => Ok(DataType::Float64),
            [_, _, ..] => plan_err!("draw() takes a whole number as its seed, such as draw(1, person_id)."),
            _ => plan_err!("draw() takes a seed and at least one value, such as draw(1, person_id)."),
        }
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let Some((seeds, values)) = arrays.split_first() else {
                return plan_err!("draw() takes a seed and at least one value.");
            };
            Ok(Arc::new(drawn(seeds, values)?))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn drawn(seeds: &ArrayRef, values: &[ArrayRef]) -> Result<Float64Array> {
    let seeds = cast(seeds, &DataType::Int64)?;
    let seeds = seeds.as_primitive::<Int64Type>();
    let mut lots: Vec<u64> = seeds.values().iter().map(|seed| mixed(seed.cast_unsigned())).collect();
    for column in values {
        add(&mut lots, column)?;
    }
    Ok(lots.into_iter().enumerate().map(|(row, lot)| seeds.is_valid(row).then(|| fraction(lot))).collect())
}

/// Takes a column's values into the lots. A whole number of any width, or a day, is the same value.
fn add(lots: &mut [u64], column: &ArrayRef) -> Result<()> {
    if column.data_type().is_integer() || *column.data_type() == DataType::Date32 {
        let numbers = cast(column, &DataType::Int64)?;
        let numbers = numbers.as_primitive::<Int64Type>().iter();
        for (lot, number) in lots.iter_mut().zip(numbers) {
            *lot = mixed(*lot ^ number.map_or(NULL, i64::cast_unsigned));
        }
        return Ok(());
    }
    let texts = cast(column, &DataType::Utf8View)?;
    for (lot, text) in lots.iter_mut().zip(texts.as_string_view()) {
        *lot = mixed(*lot ^ text.map_or(NULL, |text| bytes(text.as_bytes())));
    }
    Ok(())
}

/// What NULL counts as: a number that no value is likely to be.
const NULL: u64 = 0x6e75_6c6c_6e75_6c6c;

/// FNV-1a of 64 bits (Fowler, Noll and Vo; RFC 9923).
fn bytes(text: &[u8]) -> u64 {
    text.iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The finalizer of `SplitMix64` (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
fn mixed(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The upper 53 bits as a fraction, which a double holds exactly.
fn fraction(lot: u64) -> f64 {
    (lot >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::{Int32Array, Int64Array, StringArray};

    fn of(seed: i64, values: &[ArrayRef]) -> Vec<Option<f64>> {
        let seeds: ArrayRef = Arc::new(Int64Array::from(vec![seed; values[0].len()]));
        drawn(&seeds, values).unwrap().iter().collect()
    }

    #[test]
    fn numbers_are_spread_evenly() {
        let values: ArrayRef = Arc::new(Int64Array::from_iter_values(0..10_000));
        let lots = of(1, &[values]);
        let below = |share: f64| lots.iter().flatten().filter(|lot| **lot < share).count();
        assert!((400..600).contains(&below(0.05)), "{}", below(0.05));
        assert!((4_800..5_200).contains(&below(0.5)), "{}", below(0.5));
        assert_eq!(below(1.0), 10_000);
    }

    #[test]
    fn a_lot_hangs_on_the_value_and_the_seed_alone() {
        let wide: ArrayRef = Arc::new(Int64Array::from(vec![7, 8]));
        let narrow: ArrayRef = Arc::new(Int32Array::from(vec![8, 7]));
        let (first, second) = (of(1, &[Arc::clone(&wide)]), of(1, &[narrow]));
        assert_eq!((first[0], first[1]), (second[1], second[0]));
        assert_ne!(first, of(2, &[wide]));
    }

    #[test]
    fn null_is_a_value_and_the_order_of_values_counts() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![None, Some("a"), Some("b")]));
        let others: ArrayRef = Arc::new(StringArray::from(vec![None, Some("b"), Some("a")]));
        let lots = of(1, &[Arc::clone(&texts), Arc::clone(&others)]);
        assert!(lots.iter().all(Option::is_some));
        assert_ne!(lots[1], lots[2]);
        let seeds: ArrayRef = Arc::new(Int64Array::from(vec![None; 3]));
        assert_eq!(drawn(&seeds, &[texts]).unwrap().null_count(), 3);
    }
}
