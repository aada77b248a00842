//! `label`: what a code means.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Date32Array, StringArray, StringViewArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::arrow::temporal_conversions::date32_to_datetime;
use datafusion::common::{internal_err, plan_err};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::ptr_eq::PtrEq;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use datafusion_macros::user_doc;
use lifetracks_datasets::{CodeSet, Definitions};

use super::{TEXT, literal, scalar_literal, texts, unknown_name};
use crate::date::{DATE, dates};

/// What an error says of the first argument.
const SET: &str = "label() takes the name of a code set as first argument";
const EXAMPLE: &str = "'grade'";

#[user_doc(
    doc_section(label = "Codes"),
    description = "What a code means, in words. With a day, what it meant on that day: agencies give one code several meanings over the years. Without a day, its latest meaning.

NULL when the code set does not have the code (or not on that day), and when an argument is NULL. A code set that is not defined is an error. `SELECT DISTINCT code_set FROM lifetracks.codes` lists the code sets.",
    syntax_example = "label(code_set, code [, on_date])",
    argument(name = "code_set", description = "The name of a code set, a constant text."),
    argument(name = "code", description = "A code as text, with its leading zeros."),
    argument(
        name = "on_date",
        description = "The day on which the meaning is asked for, a date or a timestamp."
    ),
    sql_example = "SELECT label('grade', '09') AS grade;",
    related_udf(name = "crosswalk")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Label {
    signature: Signature,
    definitions: PtrEq<Arc<Definitions>>,
}

impl Label {
    pub(super) fn new(definitions: &Arc<Definitions>) -> Self {
        let accepted = vec![
            TypeSignature::Coercible(vec![TEXT.clone(), TEXT.clone()]),
            TypeSignature::Coercible(vec![TEXT.clone(), TEXT.clone(), DATE.clone()]),
        ];
        Self {
            signature: Signature::one_of(accepted, Volatility::Immutable),
            definitions: Arc::clone(definitions).into(),
        }
    }

    fn code_set(&self, name: &str) -> Result<&CodeSet> {
        self.definitions.code_set(name).ok_or_else(|| {
            let known = self.definitions.code_sets().iter().map(|set| set.name.as_str());
            unknown_name("label", "code set", name, known)
        })
    }
}

impl ScalarUDFImpl for Label {
    fn name(&self) -> &'static str {
        "label"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        internal_err!("label() gives its type in return_field_from_args")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        self.code_set(literal(&arguments, 0, SET, EXAMPLE)?)?;
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some((name, rest)) = arguments.args.split_first() else {
            return plan_err!("{SET}.");
        };
        let set = self.code_set(scalar_literal(name, SET, EXAMPLE)?)?;
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            match arrays {
                [codes] => Ok(Arc::new(latest_labels(set, &texts(codes)?))),
                [codes, days] => Ok(Arc::new(labels_on(set, &texts(codes)?, &dates(days)?))),
                _ => plan_err!("label() takes a code set, a code and perhaps a day."),
            }
        };
        make_scalar_function(kernel, vec![])(rest)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn latest_labels(set: &CodeSet, codes: &StringViewArray) -> StringArray {
    codes.iter().map(|code| set.label(code?, None)).collect()
}

fn labels_on(set: &CodeSet, codes: &StringViewArray, days: &Date32Array) -> StringArray {
    let label = |(code, day): (Option<&str>, Option<i32>)| {
        let on = date32_to_datetime(day?)?.date();
        set.label(code?, Some(on))
    };
    codes.iter().zip(days.iter()).map(label).collect()
}
