//! The condition of an ASOF JOIN while it is planned.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

/// The condition of an ASOF JOIN, for the filter of a LEFT or INNER join that stands for it.
///
/// Each condition compares an expression of the left side with one of the right side: `person_id` with `person_id`, then
/// the moments by `>=`, `>`, `<=` or `<`, then what else must be equal.
pub fn asof_match(conditions: Vec<Expr>) -> Expr {
    let signature = Signature::variadic_any(Volatility::Immutable);
    let function = ScalarUDF::new_from_impl(AsofMatch { signature });
    Expr::ScalarFunction(ScalarFunction::new_udf(function.into(), conditions))
}

/// The conditions in a join's filter, if it stands for an ASOF JOIN.
pub(super) fn conditions(filter: &Expr) -> Option<&[Expr]> {
    let Expr::ScalarFunction(function) = filter else { return None };
    function.func.inner().downcast_ref::<AsofMatch>().map(|_| function.args.as_slice())
}

/// It has no value: the join that it stands in is another operator before anything runs.
#[derive(Debug, PartialEq, Eq, Hash)]
struct AsofMatch {
    signature: Signature,
}

impl ScalarUDFImpl for AsofMatch {
    fn name(&self) -> &'static str {
        "asof_match"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        internal_err!("an ASOF JOIN was planned as another join")
    }
}
