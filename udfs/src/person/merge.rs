//! The node of a logical plan that goes through persons.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::common::{DFSchema, DFSchemaRef, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};

use super::Program;

/// A program over person inputs, and reference inputs that are about no person and read whole.
#[derive(Debug, Clone)]
pub struct PersonMerge {
    program: Arc<dyn Program>,
    /// The person inputs in the order the program knows, and behind them the reference inputs.
    inputs: Vec<LogicalPlan>,
    references: usize,
    schema: DFSchemaRef,
}

impl PersonMerge {
    /// A plan that runs a program. Every person input has `person_id` as its first column.
    ///
    /// Errors: there is no person input, or one that starts with another column.
    pub fn plan(
        program: Arc<dyn Program>,
        persons: Vec<LogicalPlan>,
        references: Vec<LogicalPlan>,
    ) -> Result<LogicalPlan> {
        let first = |plan: &LogicalPlan| plan.schema().fields().first().map(|field| field.name().clone());
        if persons.is_empty()
            || persons.iter().any(|plan| first(plan).as_deref() != Some(super::exec::PERSON))
        {
            return plan_err!("{} reads tables whose first column is person_id", program.name());
        }
        let schema = Arc::new(DFSchema::try_from(program.schema().as_ref().clone())?);
        let count = references.len();
        let inputs = persons.into_iter().chain(references).collect();
        let node = Self { program, inputs, references: count, schema };
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }

    /// What is done with each person.
    pub fn program(&self) -> &dyn Program {
        self.program.as_ref()
    }

    /// The tables that are looked up for persons: of a program that follows its first input all but that one.
    pub fn followed(&self) -> impl Iterator<Item = &LogicalPlan> {
        let persons = self.inputs.len() - self.references;
        self.inputs.iter().take(persons).skip(usize::from(self.program.follows_first()))
    }

    pub(super) fn shared_program(&self) -> &Arc<dyn Program> {
        &self.program
    }

    /// How many of the last inputs are references.
    pub(super) fn references(&self) -> usize {
        self.references
    }

    fn key(&self) -> (&'static str, String) {
        (self.program.name(), self.program.description())
    }
}

impl PartialEq for PersonMerge {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key() && self.inputs == other.inputs
    }
}

impl Eq for PersonMerge {}

impl Hash for PersonMerge {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
        self.inputs.hash(state);
    }
}

impl PartialOrd for PersonMerge {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match self.key().cmp(&other.key()) {
            Ordering::Equal => self.inputs.partial_cmp(&other.inputs),
            different => Some(different),
        }
    }
}

impl UserDefinedLogicalNodeCore for PersonMerge {
    fn name(&self) -> &str {
        self.program.name()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}: {}", self.program.name(), self.program.description())
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        Ok(Self { inputs, ..self.clone() })
    }

    fn necessary_children_exprs(&self, asked: &[usize]) -> Option<Vec<Vec<usize>>> {
        let inputs: Vec<&DFSchema> = self.inputs.iter().map(|input| input.schema().as_ref()).collect();
        Some(self.program.reads(asked, &inputs))
    }
}
