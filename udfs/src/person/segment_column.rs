//! A window's column over the rows of whole persons, all at once where the function allows.
//!
//! A person has a handful of rows, so that small arrays for each cost more than their values. Shifts, row numbers, spells
//! and aggregates from the first row on are computed over the batch; what is left is computed person by person.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use datafusion::arrow::compute::{concat, take};
use datafusion::common::ScalarValue;
use datafusion::common::utils::evaluate_partition_ranges;
use datafusion::error::Result;
use datafusion::logical_expr::{EmitTo, PartitionEvaluator, WindowFrame, WindowFrameBound, WindowFrameUnits};
use datafusion::physical_expr::aggregate::AggregateFunctionExpr;
use datafusion::physical_expr::window::{PlainAggregateWindowExpr, StandardWindowExpr, WindowExpr};
use datafusion::physical_plan::windows::WindowUDFExpr;

use crate::path::SpellId;

/// How a window is computed.
#[derive(Debug)]
pub(super) enum Way {
    /// The value of a row so many places before; of one after when it is negative.
    Shift(i64),
    RowNumber,
    Spell,
    /// An aggregate of all rows of the person.
    Whole(Arc<AggregateFunctionExpr>),
    /// An aggregate of the person's rows up to this one, or up to its last equal in the order.
    Running {
        aggregate: Arc<AggregateFunctionExpr>,
        with_peers: bool,
    },
    /// A function that sees the arguments of a person's rows.
    Arguments,
    /// Anything else, which sees all columns of a person's rows.
    Rows,
}

/// Rows that a running aggregate may read, as a multiple of the rows there are.
const MOST_READS: usize = 16;

impl Way {
    /// The fastest way for a window.
    pub(super) fn of(window: &dyn WindowExpr) -> Result<Self> {
        if let Some(standard) = window.as_any().downcast_ref::<StandardWindowExpr>() {
            return Self::of_function(standard);
        }
        Ok(window.as_any().downcast_ref::<PlainAggregateWindowExpr>().map_or(Self::Rows, Self::of_aggregate))
    }

    fn of_function(window: &StandardWindowExpr) -> Result<Self> {
        let function = window.get_standard_func_expr();
        let evaluator = function.create_evaluator()?;
        if let Some(call) = function.as_any().downcast_ref::<WindowUDFExpr>() {
            match call.fun().name() {
                "row_number" => return Ok(Self::RowNumber),
                // A third argument is the value where there is no such row.
                "lag" | "lead" if call.args().len() <= 2 => {
                    if let Some(places) = places(evaluator.as_ref())? {
                        return Ok(Self::Shift(places));
                    }
                }
                _ if call.fun().inner().downcast_ref::<SpellId>().is_some() => return Ok(Self::Spell),
                _ => {}
            }
        }
        let needs_order = evaluator.uses_window_frame() || evaluator.include_rank();
        Ok(if needs_order { Self::Rows } else { Self::Arguments })
    }

    fn of_aggregate(window: &PlainAggregateWindowExpr) -> Self {
        let aggregate = window.get_aggregate_expr();
        // A FILTER is part of the name, and of nothing else that can be seen from here.
        let is_plain = !aggregate.is_distinct()
            && aggregate.order_bys().is_empty()
            && aggregate.groups_accumulator_supported()
            && !window.name().contains("FILTER");
        let aggregate = Arc::new(aggregate.clone());
        match frame(window.get_window_frame(), window.order_by().is_empty()) {
            Some(Frame::Whole) if is_plain => Self::Whole(aggregate),
            Some(Frame::Running { with_peers }) if is_plain => Self::Running { aggregate, with_peers },
            _ => Self::Rows,
        }
    }

    /// The window's column for a batch of whole persons, whose rows are `segments`.
    pub(super) fn column(
        &self,
        window: &dyn WindowExpr,
        batch: &RecordBatch,
        segments: &[Range<usize>],
    ) -> Result<ArrayRef> {
        match self {
            Self::Shift(places) => shifted(&window.evaluate_args(batch)?, *places, segments),
            Self::RowNumber => {
                let numbers = segments.iter().flat_map(|rows| 1..=rows.len() as u64);
                Ok(Arc::new(UInt64Array::from_iter_values(numbers)))
            }
            Self::Spell => SpellId::column(&window.evaluate_args(batch)?, segments),
            Self::Whole(aggregate) => {
                let person = |(person, rows): (usize, &Range<usize>)| std::iter::repeat_n(person, rows.len());
                let persons: Vec<usize> = segments.iter().enumerate().flat_map(person).collect();
                let values = aggregated(aggregate, &window.evaluate_args(batch)?, &persons, segments.len())?;
                Ok(take(&values, &indices(persons), None)?)
            }
            Self::Running { aggregate, with_peers } => {
                let ends = ends(window, batch, segments, *with_peers)?;
                let reads: usize = segments
                    .iter()
                    .flat_map(|rows| ends[rows.clone()].iter().map(|end| end - rows.start))
                    .sum();
                if reads > MOST_READS * batch.num_rows() {
                    return by_rows(window, batch, segments);
                }
                running(aggregate, &window.evaluate_args(batch)?, segments, &ends)
            }
            Self::Arguments => by_arguments(window, batch, segments),
            Self::Rows => by_rows(window, batch, segments),
        }
    }
}

/// The rows that a window's aggregate sees.
enum Frame {
    Whole,
    Running { with_peers: bool },
}

fn frame(frame: &WindowFrame, is_unordered: bool) -> Option<Frame> {
    if !frame.start_bound.is_unbounded() || !matches!(frame.start_bound, WindowFrameBound::Preceding(_)) {
        return None;
    }
    match (&frame.end_bound, frame.units) {
        (end, _) if end.is_unbounded() => Some(Frame::Whole),
        (WindowFrameBound::CurrentRow, WindowFrameUnits::Range) if is_unordered => Some(Frame::Whole),
        (WindowFrameBound::CurrentRow, WindowFrameUnits::Range) => Some(Frame::Running { with_peers: true }),
        (WindowFrameBound::CurrentRow, WindowFrameUnits::Rows) => Some(Frame::Running { with_peers: false }),
        _ => None,
    }
}

/// How many places `lag` or `lead` looks back; `None` when it looks for rows that are not NULL.
///
/// The function tells the rows it needs for one in the middle of many; one that passes over NULL needs all on its side.
fn places(function: &dyn PartitionEvaluator) -> Result<Option<i64>> {
    const MIDDLE: usize = 1 << 30;
    const MOST_PLACES: usize = 1 << 20;
    let rows = function.get_range(MIDDLE, 2 * MIDDLE)?;
    let (back, forth) =
        if function.is_causal() { (MIDDLE - rows.start, 0) } else { (0, rows.end.saturating_sub(MIDDLE)) };
    let places = back.max(forth);
    if places == 0 || places > MOST_PLACES {
        return Ok(None);
    }
    let places = i64::try_from(places).unwrap_or_default();
    Ok(Some(if back > 0 { places } else { -places }))
}

/// The values of other rows of the same person; NULL where there is none.
fn shifted(arguments: &[ArrayRef], places: i64, segments: &[Range<usize>]) -> Result<ArrayRef> {
    let from = |row: usize, rows: &Range<usize>| {
        let from = i64::try_from(row).ok()? - places;
        usize::try_from(from)
            .ok()
            .filter(|from| rows.contains(from))
            .and_then(|from| u32::try_from(from).ok())
    };
    let from: UInt32Array =
        segments.iter().flat_map(|rows| rows.clone().map(move |row| from(row, rows))).collect();
    Ok(take(&arguments[0], &from, None)?)
}

/// The end of each row's frame.
fn ends(
    window: &dyn WindowExpr,
    batch: &RecordBatch,
    segments: &[Range<usize>],
    with_peers: bool,
) -> Result<Vec<usize>> {
    if !with_peers {
        return Ok((1..=batch.num_rows()).collect());
    }
    let peers = evaluate_partition_ranges(batch.num_rows(), &window.order_by_columns(batch)?)?;
    let mut ends = Vec::with_capacity(batch.num_rows());
    for rows in &peers {
        ends.extend(std::iter::repeat_n(rows.end, rows.len()));
    }
    // Neighbours may be equal in the order.
    for rows in segments {
        for end in &mut ends[rows.clone()] {
            *end = (*end).min(rows.end);
        }
    }
    Ok(ends)
}

/// Every row is a group, of the person's rows up to the end of its frame.
fn running(
    aggregate: &AggregateFunctionExpr,
    arguments: &[ArrayRef],
    segments: &[Range<usize>],
    ends: &[usize],
) -> Result<ArrayRef> {
    let (mut reads, mut groups) = (Vec::new(), Vec::new());
    for rows in segments {
        for row in rows.clone() {
            let read = rows.start..ends[row];
            groups.extend(std::iter::repeat_n(row, read.len()));
            reads.extend(read);
        }
    }
    let reads = indices(reads);
    let arguments: Result<Vec<ArrayRef>> =
        arguments.iter().map(|column| Ok(take(column, &reads, None)?)).collect();
    aggregated(aggregate, &arguments?, &groups, ends.len())
}

fn aggregated(
    aggregate: &AggregateFunctionExpr,
    arguments: &[ArrayRef],
    groups: &[usize],
    total: usize,
) -> Result<ArrayRef> {
    let mut accumulator = aggregate.create_groups_accumulator()?;
    accumulator.update_batch(arguments, groups, None, total)?;
    accumulator.evaluate(EmitTo::All)
}

fn indices(places: Vec<usize>) -> UInt32Array {
    // A batch has fewer rows than that.
    UInt32Array::from_iter_values(places.into_iter().map(|place| u32::try_from(place).unwrap_or(u32::MAX)))
}

fn by_arguments(window: &dyn WindowExpr, batch: &RecordBatch, segments: &[Range<usize>]) -> Result<ArrayRef> {
    let Some(function) = window.as_any().downcast_ref::<StandardWindowExpr>() else {
        return by_rows(window, batch, segments);
    };
    let arguments = window.evaluate_args(batch)?;
    let part = |rows: &Range<usize>| {
        let arguments: Vec<ArrayRef> =
            arguments.iter().map(|column| column.slice(rows.start, rows.len())).collect();
        function.get_standard_func_expr().create_evaluator()?.evaluate_all(&arguments, rows.len())
    };
    joined(&segments.iter().map(part).collect::<Result<Vec<_>>>()?, window)
}

fn by_rows(window: &dyn WindowExpr, batch: &RecordBatch, segments: &[Range<usize>]) -> Result<ArrayRef> {
    let part = |rows: &Range<usize>| window.evaluate(&batch.slice(rows.start, rows.len()));
    joined(&segments.iter().map(part).collect::<Result<Vec<_>>>()?, window)
}

fn joined(parts: &[ArrayRef], window: &dyn WindowExpr) -> Result<ArrayRef> {
    if parts.is_empty() {
        return ScalarValue::try_from(window.field()?.data_type())?.to_array_of_size(0);
    }
    let parts: Vec<_> = parts.iter().map(AsRef::as_ref).collect();
    Ok(concat(&parts)?)
}
