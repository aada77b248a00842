//! Functions of codes: what a code means, what it is called elsewhere, and how grades are ordered.

mod crosswalk;
mod grade_ord;
mod label;

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray, StringViewArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::types::logical_string;
use datafusion::common::{DataFusionError, ScalarValue, plan_datafusion_err};
use datafusion::error::Result;
use datafusion::logical_expr::{Coercion, ColumnarValue, ReturnFieldArgs, ScalarUDF, TypeSignatureClass};
use lifetracks_datasets::{Definitions, closest_name};

/// The functions of this family.
pub(crate) fn functions(definitions: &Arc<Definitions>) -> Result<Vec<ScalarUDF>> {
    Ok(vec![
        crosswalk::Crosswalk::new(definitions).into(),
        grade_ord::GradeOrd::new(definitions)?.into(),
        label::Label::new(definitions).into(),
    ])
}

/// A text; numbers are refused, because a code that was read as a number has lost its leading zeros.
pub(crate) static TEXT: LazyLock<Coercion> =
    LazyLock::new(|| Coercion::new_exact(TypeSignatureClass::Native(logical_string())));

/// The texts of a column, in whatever type of text they come.
fn texts(array: &ArrayRef) -> Result<StringViewArray> {
    let texts = cast(array, &DataType::Utf8View)?;
    Ok(texts.as_string_view().clone())
}

/// The constant text at a position of a call that is being planned; `what` begins the sentence of the error.
pub(crate) fn literal<'a>(
    arguments: &'a ReturnFieldArgs,
    position: usize,
    what: &str,
    example: &str,
) -> Result<&'a str> {
    let scalar = arguments.scalar_arguments.get(position).copied().flatten();
    scalar.and_then(text_of).ok_or_else(|| not_literal(what, example))
}

/// The constant text that an argument of a running call is.
pub(crate) fn scalar_literal<'a>(argument: &'a ColumnarValue, what: &str, example: &str) -> Result<&'a str> {
    match argument {
        ColumnarValue::Scalar(scalar) => text_of(scalar).ok_or_else(|| not_literal(what, example)),
        ColumnarValue::Array(_) => Err(not_literal(what, example)),
    }
}

fn text_of(scalar: &ScalarValue) -> Option<&str> {
    scalar.try_as_str().flatten()
}

fn not_literal(what: &str, example: &str) -> DataFusionError {
    plan_datafusion_err!(
        "{what}, and it must be a constant text such as {example}; write it between single quotes."
    )
}

/// An error for a name that no definition has, with the nearest that one has.
fn unknown_name<'a>(
    function: &str,
    kind: &str,
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> DataFusionError {
    let next = match closest_name(name, known) {
        Some(near) => format!("did you mean {near:?}?"),
        None => "add a file with its codes to a folder of definitions.".to_owned(),
    };
    plan_datafusion_err!("{function}() knows no {kind} {name:?}; {next}")
}
