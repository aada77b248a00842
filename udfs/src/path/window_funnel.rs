//! `window_funnel`: how far each group gets in a chain of steps within a length of time.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Int32Array};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{ScalarValue, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::Documentation;
use datafusion_macros::user_doc;

use super::events::Event;
use super::funnel::{Funnel, Modes};
use super::moment::{Scale, Span};
use super::question::Question;

#[user_doc(
    doc_section(label = "Paths"),
    description = "How many steps of a chain each group goes through in their order, the last one within `window` after the first: 0 when the first condition never holds, 1 when it does and the second does not follow in time, and so on.

The window is an interval, of calendar months too (`INTERVAL '16' MONTH`), and its last moment counts; a whole number counts days beside dates, seconds beside timestamps, and otherwise what `ts` counts. A row in which several conditions hold can be several steps. Other rows may lie between steps, unless a mode forbids it. Modes, with commas between them in one text:

- `strict_deduplication`: the chain ends where a step appears that was there already;
- `strict_order`: the chain ends at any row that is not the next step or one that was reached, at one in which no condition holds, and when the first step comes again after the second;
- `strict_increase`: each step must be later than the one before, not at the same moment;
- `strict_once`: a row is one step at most;
- `allow_reentry`: with `strict_order`, the first step may come again;
- `clickhouse_26`: with `strict_order`, the first step may come again, and with `allow_reentry` too, steps that come too early are passed over: the rules of ClickHouse 26, where they are not those of 25.9.

A condition that is NULL does not hold. A row whose `ts` is NULL has no place in time and is left out. Rows at one moment count in the order of their conditions, so that the order of the rows never shows.

Source: ClickHouse, `windowFunnel`, with all its modes; the answers of its test `00632_aggregation_window_funnel`.",
    syntax_example = "window_funnel(window [, modes], ts, step_1, .., step_32)",
    argument(
        name = "window",
        description = "A constant interval or whole number: the time from the first step to the last."
    ),
    argument(name = "modes", description = "A constant text of modes; none without it."),
    argument(
        name = "ts",
        description = "A date, a timestamp or a whole number: when the row happened. NULL: the row is left out."
    ),
    argument(name = "step_1, ..", description = "Conditions, one for each step. NULL: does not hold."),
    sql_example = "SELECT window_funnel(INTERVAL '16' MONTH, d, e = 'diploma', e = 'enrol', e = 'award') AS steps FROM (VALUES (DATE '2020-05-20', 'diploma'), (DATE '2020-08-17', 'enrol'), (DATE '2024-05-08', 'award')) AS event(d, e);",
    related_udf(name = "sequence_match"),
    related_udf(name = "retention")
)]
struct WindowFunnel;

impl Question for Funnel {
    const NAME: &'static str = "window_funnel";
    const USAGE: &'static str = "window_funnel(INTERVAL '6' YEAR, d, e = 'diploma', e = 'enrol')";
    type Answer = i32;

    fn constants(types: &[DataType]) -> Result<Vec<DataType>> {
        let Some(window) = types.first().and_then(Span::coerced) else {
            return plan_err!(
                "window_funnel() starts with a length of time, an interval or a whole number; write {}.",
                Self::USAGE
            );
        };
        Ok(match types.get(1) {
            Some(DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View) => vec![window, DataType::Utf8],
            _ => vec![window],
        })
    }

    fn new(constants: &[ScalarValue], scale: Scale, steps: usize) -> Result<Self> {
        let window = constants.first().unwrap_or(&ScalarValue::Null);
        let window = Span::from_constant(window, scale)?;
        let modes = match constants.get(1) {
            None => Modes::default(),
            Some(ScalarValue::Utf8(Some(text))) => Modes::parse(text)?,
            Some(_) => {
                return plan_err!("window_funnel() takes modes as a text, and NULL is none; leave it out.");
            }
        };
        Ok(Self { steps, window, modes })
    }

    fn counts_other_rows(&self) -> bool {
        self.modes.strict_order
    }

    fn answer(&self, events: &[Event]) -> Result<i32> {
        Ok(i32::try_from(self.level(events)?).unwrap_or(i32::MAX))
    }

    fn data_type(_: &DataType) -> DataType {
        DataType::Int32
    }

    fn column(answers: Vec<i32>, _: &DataType) -> Result<ArrayRef> {
        Ok(Arc::new(Int32Array::from(answers)))
    }

    fn documentation() -> Option<&'static Documentation> {
        static FUNCTION: WindowFunnel = WindowFunnel;
        FUNCTION.doc()
    }
}
