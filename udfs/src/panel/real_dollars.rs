//! `real_dollars`: an amount in dollars of another year.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, Float64Builder, Int64Array};
use datafusion::arrow::datatypes::{DataType, Float64Type, Int64Type};
use datafusion::common::exec_err;
use datafusion::common::types::{NativeType, logical_float64};
use datafusion::common::utils::take_function_args;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    Coercion, ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    TypeSignature, TypeSignatureClass, Volatility,
};
use datafusion_macros::user_doc;

use super::prices::{Prices, Worth};
use crate::date::WHOLE_NUMBER;

#[user_doc(
    doc_section(label = "Dollars"),
    description = "An amount of a quarter in dollars of another year, by the Consumer Price Index for All Urban Consumers in the table `cpi`.

The amount times the index of the year over the index of the quarter. A quarter's index is the mean of its three months, or the annual average where the months are not loaded; a year's is its annual average, or the mean of its twelve months. The result is not rounded. It is what `panel` gives as `wages_real`.

NULL when an argument is NULL, and for a quarter that the index does not reach. A year that it does not have whole is an error, and so is a lake without the table cpi.",
    syntax_example = "real_dollars(amount, quarter_index, base_year)",
    argument(name = "amount", description = "Dollars of the quarter."),
    argument(name = "quarter_index", description = "The quarter, 4 * year + quarter - 1."),
    argument(name = "base_year", description = "The year in whose dollars the amount is asked for."),
    sql_example = "SELECT round(real_dollars(20600, quarter_index(2021, 3), 2022), 2) AS dollars_of_2022;"
)]
#[derive(Debug)]
struct RealDollars {
    signature: Signature,
    /// The price index of the lake; `None` where it has none.
    prices: Option<Arc<Prices>>,
}

/// The function over a price index; without one every call that has an answer is an error.
pub fn real_dollars(prices: Option<Prices>) -> ScalarUDF {
    let number = Coercion::new_implicit(
        TypeSignatureClass::Native(logical_float64()),
        vec![TypeSignatureClass::Numeric],
        NativeType::Float64,
    );
    let whole = &*WHOLE_NUMBER;
    let accepted = TypeSignature::Coercible(vec![number, whole.clone(), whole.clone()]);
    let signature = Signature::new(accepted, Volatility::Immutable);
    ScalarUDF::from(RealDollars { signature, prices: prices.map(Arc::new) })
}

impl PartialEq for RealDollars {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature && self.prices == other.prices
    }
}

impl Eq for RealDollars {}

impl Hash for RealDollars {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name().hash(state);
    }
}

impl ScalarUDFImpl for RealDollars {
    fn name(&self) -> &'static str {
        "real_dollars"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let prices = self.prices.clone();
        let kernel = move |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [amounts, quarters, years] = take_function_args("real_dollars", arrays)?;
            let (quarters, years) = (quarters.as_primitive::<Int64Type>(), years.as_primitive::<Int64Type>());
            let amounts = amounts.as_primitive::<Float64Type>();
            Ok(Arc::new(in_dollars(prices.as_deref(), amounts, quarters, years)?))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn in_dollars(
    prices: Option<&Prices>,
    amounts: &Float64Array,
    quarters: &Int64Array,
    years: &Int64Array,
) -> Result<Float64Array> {
    let mut worth: HashMap<i64, Worth> = HashMap::new();
    let mut result = Float64Builder::with_capacity(amounts.len());
    for row in 0..amounts.len() {
        if amounts.is_null(row) || quarters.is_null(row) || years.is_null(row) {
            result.append_null();
            continue;
        }
        let worth = match worth.entry(years.value(row)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let found = in_dollars_of(prices, *new.key())?;
                new.insert(found)
            }
        };
        let quarter = i32::try_from(quarters.value(row)).ok();
        let factor = quarter.and_then(|quarter| worth.of(quarter));
        result.append_option(factor.map(|factor| amounts.value(row) * factor));
    }
    Ok(result.finish())
}

fn in_dollars_of(prices: Option<&Prices>, year: i64) -> Result<Worth> {
    let Some(prices) = prices else {
        return exec_err!(
            "real_dollars reads the table cpi, which is not loaded; `lifetracks load cpi FILE --layout bls_cpi` loads it"
        );
    };
    prices.in_dollars_of(i32::try_from(year).unwrap_or(i32::MAX))
}
