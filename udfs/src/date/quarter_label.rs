//! `quarter_label`: a quarter's number as people write it.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::datatypes::{DataType, Int64Type};
use datafusion::common::utils::take_function_args;
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion_macros::user_doc;

#[user_doc(
    doc_section(label = "Dates"),
    description = "A quarter's number as text: 8091 is '2022Q4'. NULL when the number is NULL.",
    syntax_example = "quarter_label(quarter_index)",
    argument(name = "quarter_index", description = "The number of a quarter, 4 * year + quarter - 1."),
    sql_example = "SELECT quarter_label(8091) AS quarter;",
    related_udf(name = "quarter_index")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct QuarterLabel {
    signature: Signature,
}

impl QuarterLabel {
    pub(super) fn new() -> Self {
        let accepted = TypeSignature::Coercible(vec![super::WHOLE_NUMBER.clone()]);
        Self { signature: Signature::new(accepted, Volatility::Immutable) }
    }
}

impl ScalarUDFImpl for QuarterLabel {
    fn name(&self) -> &'static str {
        "quarter_label"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [indexes] = take_function_args("quarter_label", arrays)?;
            Ok(Arc::new(labels(indexes.as_primitive::<Int64Type>())))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn labels(indexes: &Int64Array) -> StringArray {
    let label = |index: i64| format!("{}Q{}", index.div_euclid(4), index.rem_euclid(4) + 1);
    indexes.iter().map(|index| index.map(label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_quarters() {
        let found = labels(&vec![Some(8090), Some(8091), Some(8092), None, Some(-1)].into());
        let expected = vec![Some("2022Q3"), Some("2022Q4"), Some("2023Q1"), None, Some("-1Q4")];
        assert_eq!(found, StringArray::from(expected));
    }
}
