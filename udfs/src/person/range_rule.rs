//! Brings a small input to the ranges of the large ones, instead of all inputs to new partitions.
//!
//! Where the inputs of an operator that goes through persons are not cut alike, `DataFusion` cuts all of them anew and sorts
//! them. A cohort that comes from a file, or from a query with LIMIT, would so have a hundred million wage records sorted
//! again. Here what is read from the lake stays as it is, and the others are cut into its ranges.

use std::sync::Arc;

use datafusion::common::config::ConfigOptions;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::physical_expr::{
    Distribution, LexOrdering, Partitioning, PhysicalExpr, PhysicalSortExpr, RangePartitioning,
};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::coalesce_partitions::CoalescePartitionsExec;
use datafusion::physical_plan::execution_plan::replace_children_if_necessary;
use datafusion::physical_plan::repartition::RepartitionExec;
use datafusion::physical_plan::sorts::sort::SortExec;
use datafusion::physical_plan::sorts::sort_preserving_merge::SortPreservingMergeExec;
use datafusion::physical_plan::{ExecutionPlan, ExecutionPlanProperties};

use super::asof::AsofExec;
use super::exec::{ORDER, PersonMergeExec};

/// The rule. It comes after partitions were enforced.
#[derive(Debug)]
pub(crate) struct PersonRanges;

impl PhysicalOptimizerRule for PersonRanges {
    fn name(&self) -> &'static str {
        "person_ranges"
    }

    fn schema_check(&self) -> bool {
        true
    }

    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| match ranged(&plan)? {
            Some(inputs) => Ok(Transformed::yes(replace_children_if_necessary(plan, inputs)?)),
            None => Ok(Transformed::no(plan)),
        })
        .map(|transformed| transformed.data)
    }
}

/// The inputs of an operator through persons, all in the ranges of those that are in ranges by themselves; `None` when there
/// is nothing to do.
fn ranged(plan: &Arc<dyn ExecutionPlan>) -> Result<Option<Vec<Arc<dyn ExecutionPlan>>>> {
    if plan.downcast_ref::<PersonMergeExec>().is_none() && plan.downcast_ref::<AsofExec>().is_none() {
        return Ok(None);
    }
    let requirements = plan.input_distribution_requirements();
    let person = |requirement: &Distribution| match requirement {
        Distribution::KeyPartitioned(keys) => keys.first().cloned(),
        _ => None,
    };
    let persons: Option<Vec<Person>> = requirements.per_child_distributions().map(person).collect();
    let inputs = plan.children();
    let Some(persons) = persons.filter(|persons| inputs.len() > 1 && persons.len() == inputs.len()) else {
        return Ok(None);
    };
    let in_ranges_already =
        |(input, person): (&&Arc<dyn ExecutionPlan>, &Person)| range_of(input, person).is_some();
    if inputs.iter().zip(&persons).all(in_ranges_already) {
        return Ok(None);
    }
    let bare: Vec<Arc<dyn ExecutionPlan>> = inputs.iter().map(|input| uncut(input)).collect();
    // The last inputs are the tables; the first one is what is followed in them.
    let Some(ranges) = bare.iter().zip(&persons).rev().find_map(|(input, person)| range_of(input, person))
    else {
        return Ok(None);
    };
    let inputs = bare.into_iter().zip(&persons).map(|(input, person)| in_ranges(input, person, &ranges));
    inputs.collect::<Result<_>>().map(Some)
}

/// The column of persons of an input.
type Person = Arc<dyn PhysicalExpr>;

/// A plan without what cuts and sorts it last.
fn uncut(plan: &Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    let input = if let Some(sort) = plan.downcast_ref::<SortExec>().filter(|sort| sort.fetch().is_none()) {
        sort.input()
    } else if let Some(cut) = plan.downcast_ref::<RepartitionExec>() {
        cut.input()
    } else if let Some(join) =
        plan.downcast_ref::<CoalescePartitionsExec>().filter(|join| join.fetch().is_none())
    {
        join.input()
    } else if let Some(join) =
        plan.downcast_ref::<SortPreservingMergeExec>().filter(|join| join.fetch().is_none())
    {
        join.input()
    } else {
        return Arc::clone(plan);
    };
    uncut(input)
}

/// The ranges of persons that a plan is cut into.
fn range_of(plan: &Arc<dyn ExecutionPlan>, person: &Person) -> Option<RangePartitioning> {
    let Partitioning::Range(range) = plan.output_partitioning() else { return None };
    let keys: &[PhysicalSortExpr] = range.ordering();
    let [key] = keys else { return None };
    (key.expr.as_ref() == person.as_ref()).then(|| range.clone())
}

/// A plan cut into ranges and sorted inside them.
fn in_ranges(
    plan: Arc<dyn ExecutionPlan>,
    person: &Person,
    ranges: &RangePartitioning,
) -> Result<Arc<dyn ExecutionPlan>> {
    let Some(order) = LexOrdering::new([PhysicalSortExpr::new(Arc::clone(person), ORDER)]) else {
        return Ok(plan);
    };
    let is_cut = range_of(&plan, person).is_some_and(|found| found.split_points() == ranges.split_points());
    let plan: Arc<dyn ExecutionPlan> = if is_cut {
        plan
    } else {
        let ranges = RangePartitioning::try_new(order.clone(), ranges.split_points().to_vec())?;
        Arc::new(RepartitionExec::try_new(plan, Partitioning::Range(ranges))?)
    };
    if plan.equivalence_properties().ordering_satisfy(order.clone())? {
        return Ok(plan);
    }
    Ok(Arc::new(SortExec::new(order, plan).with_preserve_partitioning(true)))
}
