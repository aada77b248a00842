//! `grade_ord`: grades as numbers, in the order in which students pass through them.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array, StringViewArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{plan_err, utils::take_function_args};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ScalarFunctionArgs, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
use datafusion_macros::user_doc;
use lifetracks_datasets::Definitions;

use super::{TEXT, texts};

/// The map from codes of grades to their places in the order.
const ORDER: &str = "grade_ord";

#[user_doc(
    doc_section(label = "Codes"),
    description = "The place of a grade in the order of grades, so that grades can be compared and subtracted: pre-kindergarten is -1, kindergarten 0, and '01' to '12' (also '1' to '9') are 1 to 12.

NULL for a grade without a place, such as ungraded, and when the grade is NULL. The places are the rows of the map `grade_ord`.",
    syntax_example = "grade_ord(grade)",
    argument(name = "grade", description = "The code of a grade as text."),
    sql_example = "SELECT grade_ord('PK') AS pre_kindergarten, grade_ord('09') AS ninth, grade_ord('UG') AS ungraded;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct GradeOrd {
    signature: Signature,
    places: BTreeMap<String, i32>,
}

impl GradeOrd {
    pub(super) fn new(definitions: &Definitions) -> Result<Self> {
        let accepted = TypeSignature::Coercible(vec![TEXT.clone()]);
        Ok(Self { signature: Signature::new(accepted, Volatility::Immutable), places: places(definitions)? })
    }
}

impl ScalarUDFImpl for GradeOrd {
    fn name(&self) -> &'static str {
        "grade_ord"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Int32)
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [grades] = take_function_args("grade_ord", arrays)?;
            Ok(Arc::new(ordinals(&texts(grades)?, &self.places)))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn ordinals(grades: &StringViewArray, places: &BTreeMap<String, i32>) -> Int32Array {
    grades.iter().map(|grade| places.get(grade?).copied()).collect()
}

fn places(definitions: &Definitions) -> Result<BTreeMap<String, i32>> {
    let Some(map) = definitions.map(ORDER) else {
        return plan_err!("grade_ord() finds no map {ORDER:?}; add maps/{ORDER}.csv to the definitions.");
    };
    let mut places = BTreeMap::new();
    for row in &map.rows {
        let Ok(place) = row.to.parse() else {
            return plan_err!(
                "maps/{ORDER}.csv gives grade {:?} the place {:?}; write a whole number.",
                row.from,
                row.to
            );
        };
        if places.insert(row.from.clone(), place).is_some() {
            return plan_err!("maps/{ORDER}.csv has grade {:?} twice; remove one.", row.from);
        }
    }
    Ok(places)
}
