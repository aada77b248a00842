//! `state_path`: the states of a group one after another, each stay once.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, ListArray, StringArray};
use datafusion::arrow::buffer::OffsetBuffer;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::plan_err;
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::moment::{Moments, Scale};
use crate::distinct::refuse_distinct;
use crate::fold::{Columns, Grouped, Single, State, state_fields};
use crate::labels::Labels;
use crate::lists::{full_list, list_of};

const USAGE: &str = "state_path(state ORDER BY d)";

#[user_doc(
    doc_section(label = "Paths"),
    description = "The states of a group in the order of time, a state that lasts over several rows once: college, work, college is a path of three.

Rows whose state or moment is NULL are left out; the path is NULL when no row is left. States of one moment come in the order of the alphabet, so that the order of the rows never shows. `array_to_string(state_path(..), ' > ')` makes a text of it.",
    syntax_example = "state_path(state ORDER BY ts)",
    alternative_syntax = "state_path(state, ts)",
    argument(name = "state", description = "A text. NULL: the row is left out."),
    argument(
        name = "ts",
        description = "A date, a timestamp or a whole number, ascending. NULL: the row is left out."
    ),
    sql_example = "SELECT state_path(state ORDER BY y) AS path FROM (VALUES (2019, 'college'), (2018, 'college'), (2021, 'work'), (2022, 'college')) AS year(y, state);",
    related_udf(name = "sequence_match")
)]
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct StatePath {
    signature: Signature,
}

impl StatePath {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for StatePath {
    fn name(&self) -> &'static str {
        "state_path"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [state, moment @ ..] = types else {
            return plan_err!("state_path() takes a state and an order; write {USAGE}.");
        };
        if !matches!(state, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Null) {
            return plan_err!(
                "state_path() takes a text as state, but it was given {state}; cast it to VARCHAR, or write label(..)."
            );
        }
        match moment {
            [] => Ok(vec![DataType::Utf8]),
            [moment] if Scale::coerced(moment).is_some() => {
                Ok(vec![DataType::Utf8, Scale::coerced(moment).unwrap_or(DataType::Int64)])
            }
            [moment] => plan_err!(
                "state_path() is ordered by a date, a timestamp or a whole number, but it was given {moment}."
            ),
            _ => plan_err!(
                "state_path() takes a state and an order, but it was given {} arguments; write {USAGE}.",
                types.len()
            ),
        }
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::List(item()))
    }

    /// The order of the rows helps, and is not needed: states are put in order for the answer.
    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Beneficial
    }

    fn with_beneficial_ordering(self: Arc<Self>, _: bool) -> Result<Option<Arc<dyn AggregateUDFImpl>>> {
        Ok(Some(self))
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state_fields::<Path>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        check(&arguments)?;
        Ok(Box::new(Single::<Path>::new(())))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        check(&arguments)?;
        Ok(Box::new(Grouped::<Path>::new(())))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// One order, ascending: an argument or an `ORDER BY`.
fn check(arguments: &AccumulatorArgs) -> Result<()> {
    refuse_distinct("state_path", arguments)?;
    let orders = arguments.exprs.len() - 1 + arguments.order_bys.len();
    if orders != 1 || arguments.order_bys.iter().any(|order| order.options.descending) {
        return plan_err!("state_path() takes one order, which ascends; write {USAGE}.");
    }
    if let Some(order) = arguments.order_bys.first() {
        let data_type = order.expr.data_type(arguments.schema)?;
        if Scale::coerced(&data_type).is_none() {
            return plan_err!(
                "state_path() is ordered by a date, a timestamp or a whole number, but it was given {data_type}."
            );
        }
    }
    Ok(())
}

fn item() -> FieldRef {
    Arc::new(Field::new_list_field(DataType::Utf8, true))
}

/// The states of a group with their moments, in any order.
#[derive(Debug, Clone, Default)]
struct Path(Vec<(i64, Arc<str>)>);

impl State for Path {
    type Row = Option<(i64, Arc<str>)>;
    type Setting = ();
    type Answer = Vec<Arc<str>>;

    fn update(&mut self, row: Self::Row) -> Result<()> {
        self.0.extend(row);
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.0.extend_from_slice(&other.0);
        Ok(())
    }

    fn finish(&self, (): &()) -> Result<Vec<Arc<str>>> {
        let states = |path: &[(i64, Arc<str>)]| {
            let mut states: Vec<_> = path.iter().map(|(_, state)| Arc::clone(state)).collect();
            states.dedup();
            states
        };
        if self.0.is_sorted() {
            return Ok(states(&self.0));
        }
        let mut path = self.0.clone();
        path.sort_unstable();
        Ok(states(&path))
    }

    /// The texts are shared by all groups of a batch.
    fn heap_size(&self) -> usize {
        self.0.capacity() * size_of::<(i64, Arc<str>)>()
    }
}

/// A batch: its moments, and its states, equal ones shared.
struct Reader {
    moments: Moments,
    states: Labels,
}

impl Columns for Path {
    type Reader = Reader;

    fn reader(arguments: &[ArrayRef], (): &()) -> Result<Reader> {
        let [states, moments, ..] = arguments else {
            return plan_err!("state_path() takes a state and an order; write {USAGE}.");
        };
        let moments = match Scale::coerced(moments.data_type()) {
            // An ORDER BY is not cast while planning.
            Some(coerced) => Moments::new(&datafusion::arrow::compute::cast(moments, &coerced)?),
            None => return plan_err!("state_path() is ordered by a date, a timestamp or a whole number."),
        };
        Ok(Reader { moments, states: Labels::new(states.as_string()) })
    }

    fn row(reader: &Reader, index: usize) -> Result<Self::Row> {
        Ok(reader.moments.at(index).zip(reader.states.at(index)))
    }

    fn state_types() -> Vec<(String, DataType)> {
        vec![("moments".to_owned(), list_of(DataType::Int64)), ("states".to_owned(), list_of(DataType::Utf8))]
    }

    fn write(paths: &[Self]) -> Vec<ArrayRef> {
        let all = || paths.iter().flat_map(|path| &path.0);
        let list = |values| full_list(paths.iter().map(|path| path.0.len()), values);
        let moments = Int64Array::from_iter_values(all().map(|(moment, _)| *moment));
        let states: StringArray = all().map(|(_, state)| Some(state)).collect();
        vec![list(Arc::new(moments)), list(Arc::new(states))]
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let (moments, states) = (columns[0].as_list::<i32>(), columns[1].as_list::<i32>());
        let path = |row: usize| {
            let (moments, states) = (moments.value(row), states.value(row));
            let states = states.as_string::<i32>().iter().flatten().map(Arc::from);
            Self(moments.as_primitive::<Int64Type>().values().iter().copied().zip(states).collect())
        };
        Ok((0..moments.len()).map(path).collect())
    }

    fn answers(answers: Vec<Vec<Arc<str>>>, (): &()) -> Result<ArrayRef> {
        let offsets = OffsetBuffer::<i32>::from_lengths(answers.iter().map(Vec::len));
        let states: StringArray = answers.iter().flatten().map(Some).collect();
        let has_states = answers.iter().map(|states| !states.is_empty()).collect();
        Ok(Arc::new(ListArray::try_new(item(), offsets, Arc::new(states), Some(has_states))?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn path(rows: &[(i64, &str)]) -> Vec<String> {
        let rows = rows.iter().map(|(moment, state)| Some((*moment, Arc::from(*state))));
        let answer = laws::answer::<Path>(rows, &()).unwrap();
        answer.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_stay_counts_once_and_a_return_again() {
        assert_eq!(
            path(&[(3, "work"), (1, "college"), (2, "college"), (4, "college")]),
            ["college", "work", "college"]
        );
        assert_eq!(path(&[(1, "b"), (1, "a"), (1, "b")]), ["a", "b"]);
        assert!(path(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split((0..6_i64, 0..3_usize).prop_map(|(moment, state)| {
            Some((moment, Arc::from(["a", "b", "c"][state])))
        }))) {
            laws::hold::<Path>(case, &())?;
        }

        #[test]
        fn paths_survive_their_columns(rows in prop::collection::vec(prop::collection::vec((any::<i64>(), "[a-c]{0,2}"), 0..5), 0..5)) {
            let rows = rows.into_iter().map(|path| path.into_iter().map(|(moment, state)| (moment, Arc::from(state))).collect());
            let paths: Vec<Path> = rows.map(Path).collect();
            let read = Path::read(&Path::write(&paths)).unwrap();
            for (left, right) in read.iter().zip(&paths) {
                prop_assert_eq!(&left.0, &right.0);
            }
            prop_assert_eq!(read.len(), paths.len());
        }
    }
}
