//! Aggregates that ask something of the events of a group: constants, a moment, conditions; one adaptor for all.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};

use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion::physical_expr::expressions::Literal;

use super::events::{Event, Events, MOST_CONDITIONS, Reader, condition};
use super::moment::Scale;
use crate::distinct::refuse_distinct;
use crate::fold::{Columns, Grouped, Single, State, state_fields};

/// What is asked of the events of a group, with the constants of the call.
pub(super) trait Question: Clone + Debug + Send + Sync + 'static {
    /// The function's name.
    const NAME: &'static str;
    /// How it is called.
    const USAGE: &'static str;
    /// The answer for one group.
    type Answer;

    /// The types to which leading constants are cast, as many as the call has; the rest are moment and conditions.
    ///
    /// Errors: what stands first is no such constant.
    fn constants(types: &[DataType]) -> Result<Vec<DataType>>;

    /// The question of a call with these constants and so many conditions.
    ///
    /// Errors: constants that make no sense.
    fn new(constants: &[ScalarValue], scale: Scale, conditions: usize) -> Result<Self>;

    /// Whether a row counts in which no condition is true.
    fn counts_other_rows(&self) -> bool {
        false
    }

    /// The answer for events in order.
    fn answer(&self, events: &[Event]) -> Result<Self::Answer>;

    /// The type of answers, by the type of the moments.
    fn data_type(moment: &DataType) -> DataType;

    /// Answers as a column.
    fn column(answers: Vec<Self::Answer>, moment: &DataType) -> Result<ArrayRef>;

    /// What a reader needs to know.
    fn documentation() -> Option<&'static Documentation>;
}

/// The aggregate of a question.
#[derive(Debug)]
pub(super) struct Asking<Q> {
    signature: Signature,
    question: std::marker::PhantomData<fn() -> Q>,
}

impl<Q: Question> Asking<Q> {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable), question: std::marker::PhantomData }
    }
}

impl<Q> PartialEq for Asking<Q> {
    fn eq(&self, other: &Self) -> bool {
        self.signature == other.signature
    }
}

impl<Q> Eq for Asking<Q> {}

impl<Q: Question> Hash for Asking<Q> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Q::NAME.hash(state);
    }
}

impl<Q: Question> AggregateUDFImpl for Asking<Q> {
    fn name(&self) -> &'static str {
        Q::NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let mut coerced = Q::constants(types)?;
        let Some((moment, conditions)) = types.get(coerced.len()..).and_then(<[_]>::split_first) else {
            return plan_err!("{}() was given too few arguments; write {}.", Q::NAME, Q::USAGE);
        };
        let Some(moment) = Scale::coerced(moment) else {
            return plan_err!(
                "{}() takes a date, a timestamp or a whole number as moment, but it was given {moment}; write {}.",
                Q::NAME,
                Q::USAGE
            );
        };
        if conditions.is_empty() || conditions.len() > MOST_CONDITIONS {
            return plan_err!(
                "{}() takes 1 to {MOST_CONDITIONS} conditions, but it was given {}; write {}.",
                Q::NAME,
                conditions.len(),
                Q::USAGE
            );
        }
        coerced.push(moment);
        for data_type in conditions {
            coerced.push(condition(Q::NAME, data_type)?);
        }
        Ok(coerced)
    }

    fn return_type(&self, arguments: &[DataType]) -> Result<DataType> {
        let moment = arguments.get(Q::constants(arguments)?.len());
        Ok(Q::data_type(moment.unwrap_or(&DataType::Int64)))
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state_fields::<Asked<Q>>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(Q::NAME, &arguments)?;
        Ok(Box::new(Single::<Asked<Q>>::new(Call::new(&arguments)?)))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::<Asked<Q>>::new(Call::new(&arguments)?)))
    }

    fn documentation(&self) -> Option<&Documentation> {
        Q::documentation()
    }
}

/// A call: its question, and where its arguments stand.
#[derive(Debug, Clone)]
pub(super) struct Call<Q> {
    pub(super) question: Q,
    /// The leading constants, of which the question was made.
    pub(super) constants: usize,
    pub(super) moment: DataType,
}

impl<Q: Question> Call<Q> {
    fn new(arguments: &AccumulatorArgs) -> Result<Self> {
        let types: Vec<DataType> =
            arguments.expr_fields.iter().map(|field| field.data_type().clone()).collect();
        let constants = Q::constants(&types)?.len();
        let mut values = Vec::with_capacity(constants);
        for argument in &arguments.exprs[..constants] {
            let Some(literal) = argument.downcast_ref::<Literal>() else {
                return plan_err!(
                    "{}() takes a constant there, because all rows of a group share it; write {}.",
                    Q::NAME,
                    Q::USAGE
                );
            };
            values.push(literal.value().clone());
        }
        let moment = types.get(constants).cloned().unwrap_or(DataType::Int64);
        let conditions = types.len().saturating_sub(constants + 1);
        let question = Q::new(&values, Scale::of(&moment), conditions)?;
        Ok(Self { question, constants, moment })
    }
}

/// The events of a group of which something is asked.
#[derive(Debug, Clone)]
pub(super) struct Asked<Q> {
    events: Events,
    question: std::marker::PhantomData<fn() -> Q>,
}

impl<Q> Default for Asked<Q> {
    fn default() -> Self {
        Self { events: Events::default(), question: std::marker::PhantomData }
    }
}

impl<Q: Question> State for Asked<Q> {
    type Row = Option<Event>;
    type Setting = Call<Q>;
    type Answer = Q::Answer;

    fn update(&mut self, row: Option<Event>) -> Result<()> {
        if let Some(event) = row {
            self.events.push(event);
        }
        Ok(())
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.events.append(&other.events);
        Ok(())
    }

    fn finish(&self, call: &Call<Q>) -> Result<Q::Answer> {
        call.question.answer(&self.events.in_order())
    }

    fn heap_size(&self) -> usize {
        self.events.heap()
    }
}

impl<Q: Question> Columns for Asked<Q> {
    /// The reader, and whether rows in which no condition is true count.
    type Reader = (Reader, bool);

    fn reader(arguments: &[ArrayRef], call: &Call<Q>) -> Result<Self::Reader> {
        let [moments, conditions @ ..] = &arguments[call.constants..] else {
            return plan_err!("{}() was given too few arguments; write {}.", Q::NAME, Q::USAGE);
        };
        Ok((Reader::new(moments, conditions), call.question.counts_other_rows()))
    }

    fn row((reader, counts_other_rows): &Self::Reader, index: usize) -> Result<Option<Event>> {
        Ok(reader.at(index).filter(|event| event.held != 0 || *counts_other_rows))
    }

    fn state_types() -> Vec<(String, DataType)> {
        Events::state_types()
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        Events::write(&states.iter().map(|state| &state.events))
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let events = Events::read(columns).into_iter();
        Ok(events.map(|events| Self { events, ..Self::default() }).collect())
    }

    fn answers(answers: Vec<Self::Answer>, call: &Call<Q>) -> Result<ArrayRef> {
        Q::column(answers, &call.moment)
    }
}
