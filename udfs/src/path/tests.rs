//! The laws of aggregates for every question.

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use proptest::prelude::*;

use super::events::Event;
use super::funnel::{Funnel, Modes};
use super::moment::Scale;
use super::question::{Asked, Call, Question};
use super::sequence::{Count, First, IsFound};
use crate::fold::laws;

fn event() -> impl Strategy<Value = Option<Event>> {
    (0..8_i64, 0..8_u32).prop_map(|(moment, held)| Some(Event { moment, held }))
}

fn call<Q: Question>(constants: &[ScalarValue]) -> Call<Q> {
    Call { question: Q::new(constants, Scale::Number, 3).unwrap(), constants: 1, moment: DataType::Int64 }
}

fn modes() -> impl Strategy<Value = String> {
    let chosen = prop::sample::subsequence(Modes::NAMES.to_vec(), 0..=6);
    let valid = |names: &Vec<&str>| !names.contains(&"allow_reentry") || names.contains(&"strict_order");
    chosen.prop_filter("allow_reentry needs strict_order", valid).prop_map(|names| names.join(","))
}

proptest! {
    #[test]
    fn a_funnel_does_not_show_splits_and_order(case in laws::split(event()), modes in modes(), window in 0..9_i64) {
        let constants = [ScalarValue::from(window), ScalarValue::from(modes)];
        laws::hold::<Asked<Funnel>>(case, &call(&constants))?;
    }

    #[test]
    fn nor_do_patterns(case in laws::split(event()), pattern in prop::sample::select(vec![
        "(?1).*(?2)", "(?1)(?t<=2)(?3)", "(?2).(?1)", "(?1)(?t>2)(?2)(?t==1)(?3)",
    ])) {
        let constants = [ScalarValue::from(pattern)];
        laws::hold::<Asked<IsFound>>(case.clone(), &call(&constants))?;
        laws::hold::<Asked<Count>>(case.clone(), &call(&constants))?;
        laws::hold::<Asked<First>>(case, &call(&constants))?;
    }
}
