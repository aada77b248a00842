//! Attrition: who was there before each rule, who went on, and for how many nobody can say.

use std::sync::Arc;

use datafusion::arrow::array::{Int32Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use serde::{Deserialize, Serialize};

use crate::error::{LakeContext, Result};

/// One step from the query's rows to the members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Step {
    /// select, require, exclude, or link.
    pub(crate) kind: String,
    /// The reason that the rule gives.
    pub(crate) rule: String,
    pub(crate) n_in: u64,
    pub(crate) n_out: u64,
    /// Rows whose condition was NULL.
    pub(crate) n_unknown: u64,
}

/// The columns of `cohort_flow`.
fn schema() -> SchemaRef {
    let number = |name: &str| Field::new(name, DataType::Int64, false);
    let text = |name: &str| Field::new(name, DataType::Utf8, false);
    Arc::new(Schema::new(vec![
        Field::new("step", DataType::Int32, false),
        text("kind"),
        text("rule"),
        number("n_in"),
        number("n_out"),
        number("n_removed"),
        number("n_unknown"),
    ]))
}

/// The steps as rows.
pub(crate) fn rows(steps: &[Step]) -> Result<RecordBatch> {
    let number = |value: fn(&Step) -> u64| {
        let cast = |step| i64::try_from(value(step)).unwrap_or(i64::MAX);
        Arc::new(Int64Array::from_iter_values(steps.iter().map(cast)))
    };
    let text = |value: fn(&Step) -> &str| Arc::new(StringArray::from_iter_values(steps.iter().map(value)));
    let places = (0..).take(steps.len());
    RecordBatch::try_new(
        schema(),
        vec![
            Arc::new(Int32Array::from_iter_values(places)),
            text(|step| &step.kind),
            text(|step| &step.rule),
            number(|step| step.n_in),
            number(|step| step.n_out),
            number(|step| step.n_in.saturating_sub(step.n_out)),
            number(|step| step.n_unknown),
        ],
    )
    .lake_context(|| "list the steps of a cohort".to_owned())
}
