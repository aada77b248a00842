//! `smd`: how far two groups are apart, in standard deviations.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int64Array};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, FieldRef, Float64Type, Int64Type};
use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;
use datafusion::logical_expr::function::{AccumulatorArgs, AggregateFunctionSimplification, StateFieldsArgs};
use datafusion::logical_expr::utils::AggregateOrderSensitivity;
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, Documentation, GroupsAccumulator, Signature, Volatility,
};
use datafusion_macros::user_doc;

use super::exact_sum::ExactSum;
use super::side::{Side, difference};
use crate::distinct::{refuse_distinct, refuse_distinct_early};
use crate::fold::{Columns, Grouped, Single, State, state_fields};
use crate::lists::{full_list, list_of, places};

#[user_doc(
    doc_section(label = "Statistics"),
    description = "The standardised mean difference of a covariate between the treated and the others: the difference of the means in units of the pooled standard deviation, `(mean1 - mean0) / sqrt((v1 + v0) / 2)`, which does not grow with the number of persons (P. C. Austin, Multivariate Behavioral Research 46, 2011). By habit 0.1 or less in absolute value is called balanced.

Of a number the variances are those of samples (divided by n - 1); of a condition they are `p (1 - p)`, where `p` is the share for whom it holds, as Austin gives it for dichotomous variables. A column of 0 and 1 is a number; cast it to BOOLEAN.

NULL when one of the groups has no row (of a number: fewer than two), and when nobody differs from the others of the same group although the means differ; 0 when all are equal. A row whose `x` is NULL does not count. A row with an `x` whose `treated` is NULL is an error: who was treated is a fact of the design. The sums are exact: neither the order of rows nor the number of threads changes a bit of the result.",
    syntax_example = "smd(x, treated)",
    argument(
        name = "x",
        description = "The covariate: a number or a condition. NULL: the row does not count."
    ),
    argument(name = "treated", description = "A condition: true for the treated, false for the others."),
    sql_example = "SELECT smd(score, treated) AS score, round(smd(low_income, treated), 4) AS low_income FROM (VALUES (3, true, true), (5, false, true), (1, true, false), (3, true, false)) AS student(score, low_income, treated);"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Smd {
    signature: Signature,
}

impl Smd {
    pub(super) fn new() -> Self {
        Self { signature: Signature::user_defined(Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Smd {
    fn name(&self) -> &'static str {
        "smd"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, types: &[DataType]) -> Result<Vec<DataType>> {
        let [x, treated] = types else {
            return plan_err!("smd() takes (x, treated), but it was given {} arguments.", types.len());
        };
        let x = match x {
            DataType::Boolean => DataType::Boolean,
            DataType::Null => DataType::Float64,
            number if number.is_numeric() => DataType::Float64,
            other => {
                return plan_err!(
                    "smd() takes a number or a condition as x, but it was given {other}; \
                     compare a category level by level, with a condition such as race = 'WHITE'."
                );
            }
        };
        if !matches!(treated, DataType::Boolean | DataType::Null) {
            return plan_err!(
                "smd() takes a condition as treated, but it was given {treated}; \
                 write a condition such as program = 'A'."
            );
        }
        Ok(vec![x, DataType::Boolean])
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        Ok(DataType::Float64)
    }

    fn order_sensitivity(&self) -> AggregateOrderSensitivity {
        AggregateOrderSensitivity::Insensitive
    }

    fn simplify(&self) -> Option<AggregateFunctionSimplification> {
        Some(refuse_distinct_early())
    }

    fn state_fields(&self, arguments: StateFieldsArgs) -> Result<Vec<FieldRef>> {
        Ok(state_fields::<Sides>(&arguments))
    }

    fn accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn Accumulator>> {
        refuse_distinct(self.name(), &arguments)?;
        Ok(Box::new(Single::<Sides>::new(Covariate::of(&arguments))))
    }

    fn groups_accumulator_supported(&self, arguments: AccumulatorArgs) -> bool {
        !arguments.is_distinct
    }

    fn create_groups_accumulator(&self, arguments: AccumulatorArgs) -> Result<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Grouped::<Sides>::new(Covariate::of(&arguments))))
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Covariate {
    Number,
    Condition,
}

impl Covariate {
    fn of(arguments: &AccumulatorArgs) -> Self {
        let condition = arguments.expr_fields.first().is_some_and(|x| x.data_type() == &DataType::Boolean);
        if condition { Self::Condition } else { Self::Number }
    }
}

/// Both groups.
#[derive(Debug, Clone, Default)]
struct Sides {
    treated: Side,
    others: Side,
}

impl State for Sides {
    type Row = (Option<f64>, Option<bool>);
    type Setting = Covariate;
    type Answer = Option<f64>;

    fn update(&mut self, (x, treated): Self::Row) -> Result<()> {
        let Some(x) = x else { return Ok(()) };
        match treated {
            Some(true) => self.treated.add(x),
            Some(false) => self.others.add(x),
            None => exec_err!(
                "smd() met a row with an x whose treated is NULL; who was treated is a fact of the design: \
                 filter such rows out, or decide with coalesce(treated, false)."
            ),
        }
    }

    fn merge(&mut self, other: &Self) -> Result<()> {
        self.treated.merge(&other.treated)?;
        self.others.merge(&other.others)
    }

    fn finish(&self, covariate: &Covariate) -> Result<Option<f64>> {
        let variance = match covariate {
            Covariate::Number => Side::sample_variance,
            Covariate::Condition => Side::condition_variance,
        };
        let (Some(treated), Some(others)) = (variance(&self.treated)?, variance(&self.others)?) else {
            return Ok(None);
        };
        let difference = difference(&self.treated, &self.others)?.value();
        let pooled = ((treated + others).value() / 2.0).max(0.0);
        if pooled > 0.0 {
            return Ok(Some(difference / pooled.sqrt()));
        }
        Ok((difference == 0.0).then_some(0.0))
    }

    fn heap_size(&self) -> usize {
        self.treated.heap_size() + self.others.heap_size()
    }
}

impl Columns for Sides {
    type Reader = (Float64Array, BooleanArray);

    fn reader(arguments: &[ArrayRef], _: &Self::Setting) -> Result<Self::Reader> {
        let x = cast(&arguments[0], &DataType::Float64)?;
        Ok((x.as_primitive::<Float64Type>().clone(), arguments[1].as_boolean().clone()))
    }

    fn row((x, treated): &Self::Reader, index: usize) -> Result<Self::Row> {
        Ok((x.is_valid(index).then(|| x.value(index)), treated.is_valid(index).then(|| treated.value(index))))
    }

    fn state_types() -> Vec<(String, DataType)> {
        let sum = || list_of(DataType::Float64);
        let parts = || {
            [
                ("count", DataType::Int64),
                ("least", DataType::Float64),
                ("greatest", DataType::Float64),
                ("sum", sum()),
                ("squares", sum()),
            ]
        };
        let of = |side| parts().map(move |(part, data_type)| (format!("{side}_{part}"), data_type));
        ["treated", "others"].into_iter().flat_map(of).collect()
    }

    fn write(states: &[Self]) -> Vec<ArrayRef> {
        let treated: Vec<_> = states.iter().map(|state| &state.treated).collect();
        let others: Vec<_> = states.iter().map(|state| &state.others).collect();
        [treated, others].iter().flat_map(|sides| write_side(sides)).collect()
    }

    fn read(columns: &[ArrayRef]) -> Result<Vec<Self>> {
        let (treated, others) = columns.split_at(columns.len() / 2);
        let sides = read_side(treated).into_iter().zip(read_side(others));
        Ok(sides.map(|(treated, others)| Self { treated, others }).collect())
    }

    fn answers(answers: Vec<Option<f64>>, _: &Self::Setting) -> Result<ArrayRef> {
        Ok(Arc::new(Float64Array::from(answers)))
    }
}

/// One side of many states as columns.
fn write_side(sides: &[&Side]) -> [ArrayRef; 5] {
    let number = |part: fn(&Side) -> f64| -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(sides.iter().map(|side| part(side))))
    };
    let sum = |part: fn(&Side) -> &ExactSum| -> ArrayRef {
        let parts = sides.iter().flat_map(|side| part(side).parts().iter().copied());
        let lengths = sides.iter().map(|side| part(side).parts().len());
        full_list(lengths, Arc::new(Float64Array::from_iter_values(parts)))
    };
    let counts: ArrayRef = Arc::new(Int64Array::from_iter_values(sides.iter().map(|side| side.count)));
    [
        counts,
        number(|side| side.least),
        number(|side| side.greatest),
        sum(|side| &side.sum),
        sum(|side| &side.squares),
    ]
}

/// What [`write_side`] has written.
fn read_side(columns: &[ArrayRef]) -> Vec<Side> {
    let counts = columns[0].as_primitive::<Int64Type>();
    let (least, greatest) =
        (columns[1].as_primitive::<Float64Type>(), columns[2].as_primitive::<Float64Type>());
    let (sums, squares) = (read_sums(&columns[3]), read_sums(&columns[4]));
    let sides = sums.into_iter().zip(squares).enumerate().map(|(row, (sum, squares))| Side {
        count: counts.value(row),
        least: least.value(row),
        greatest: greatest.value(row),
        sum,
        squares,
    });
    sides.collect()
}

fn read_sums(column: &ArrayRef) -> Vec<ExactSum> {
    let parts = column.as_list::<i32>().values().as_primitive::<Float64Type>().values();
    places(column).into_iter().map(|places| ExactSum::of_parts(&parts[places])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fold::laws;
    use proptest::prelude::*;

    fn smd(treated: &[f64], others: &[f64], covariate: Covariate) -> Option<f64> {
        let side = |numbers: &[f64], is| numbers.iter().map(|x| (Some(*x), Some(is))).collect::<Vec<_>>();
        laws::answer::<Sides>([side(treated, true), side(others, false)].concat(), &covariate).unwrap()
    }

    #[test]
    fn differences_in_standard_deviations() {
        assert_eq!(smd(&[3.0, 5.0], &[1.0, 3.0], Covariate::Number), Some(2.0 / 2.0_f64.sqrt()));
        // Shares of 3/4 and 1/4: 1/2 by the root of 3/16.
        let found = smd(&[1.0, 1.0, 1.0, 0.0], &[0.0, 0.0, 1.0, 0.0], Covariate::Condition).unwrap();
        assert!((found - 0.5 / 0.1875_f64.sqrt()).abs() < 1e-15);
    }

    #[test]
    fn a_side_without_rows_and_a_spread_of_nothing() {
        for covariate in [Covariate::Number, Covariate::Condition] {
            assert_eq!(smd(&[], &[1.0, 0.0], covariate), None);
            assert_eq!(smd(&[1.0, 1.0], &[0.0, 0.0], covariate), None);
            assert_eq!(smd(&[1.0, 1.0], &[1.0, 1.0, 1.0], covariate), Some(0.0));
        }
        assert_eq!(smd(&[1.0], &[0.0, 1.0], Covariate::Number), None);
        assert_eq!(smd(&[1.0], &[0.0, 1.0], Covariate::Condition), Some(0.5 / 0.125_f64.sqrt()));
    }

    #[test]
    fn unknown_treatment_is_refused_and_unknown_x_left_out() {
        let error = laws::answer::<Sides>([(Some(1.0), None)], &Covariate::Number).unwrap_err().to_string();
        assert!(error.contains("a fact of the design"), "{error}");
        assert_eq!(laws::answer::<Sides>([(None, None)], &Covariate::Number).unwrap(), None);
    }

    fn row() -> impl Strategy<Value = (Option<f64>, Option<bool>)> {
        (prop::option::of(-1e9..1e9), any::<bool>()).prop_map(|(x, treated)| (x, Some(treated)))
    }

    proptest! {
        #[test]
        fn splits_and_order_do_not_show(case in laws::split(row())) {
            laws::hold::<Sides>(case, &Covariate::Number)?;
        }

        #[test]
        fn states_survive_their_columns(rows in prop::collection::vec(row(), 0..40)) {
            let mut state = Sides::default();
            rows.into_iter().try_for_each(|row| state.update(row)).unwrap();
            let back = Sides::read(&Sides::write(&[Sides::default(), state.clone()])).unwrap();
            let answer = |state: &Sides| state.finish(&Covariate::Number).unwrap();
            prop_assert_eq!(answer(&back[0]), None);
            prop_assert_eq!(answer(&back[1]), answer(&state));
        }
    }
}
