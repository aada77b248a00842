//! Small results, and charts of them.

mod drawn;
mod files;
mod limits;

use std::sync::Arc;

use lifetracks_engine::Role;
use lifetracks_engine::arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use lifetracks_engine::arrow::record_batch::RecordBatch;

use super::{Chart, ChartSpec, Screen};
use crate::failure::Result;
use crate::render::Columns;
use crate::terminal::Theme;

const SCREEN: Screen = Screen { width: 80, height: 12, ascii: false, theme: Theme::PLAIN };

fn numbers(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(Float64Array::from(values.to_vec()))
}

fn whole(values: &[i64]) -> ArrayRef {
    Arc::new(Int64Array::from(values.to_vec()))
}

fn texts(values: &[&str]) -> ArrayRef {
    let value = |text: &&str| (!text.is_empty()).then(|| (*text).to_owned());
    Arc::new(StringArray::from(values.iter().map(value).collect::<Vec<_>>()))
}

fn chart(argument: &str, columns: Vec<(&str, ArrayRef)>) -> Result<Chart> {
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let roles: Vec<Option<Role>> = vec![None; batch.num_columns()];
    let (spec, _) = ChartSpec::parse(argument).unwrap();
    let rows = batch.num_rows() as u64;
    let schema = batch.schema();
    Chart::from_batches(&spec, &Columns { schema: &schema, roles: &roles }, &[batch], rows)
}

fn drawn(argument: &str, columns: Vec<(&str, ArrayRef)>) -> String {
    chart(argument, columns).unwrap().text(&SCREEN)
}

fn refused(argument: &str, columns: Vec<(&str, ArrayRef)>) -> String {
    let failure = chart(argument, columns).unwrap_err();
    format!("{}; {}", failure.message, failure.help.unwrap_or_default())
}

fn districts() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("district", texts(&["Adams", "Adams", "Brook", "Brook", "", "Creek 学校"])),
        ("subgroup", texts(&["ED", "NED", "ED", "NED", "ED", "ED"])),
        ("graduation_rate", numbers(&[Some(0.8), Some(1.0), Some(0.612), None, Some(0.0), Some(0.07)])),
    ]
}

fn years() -> Vec<(&'static str, ArrayRef)> {
    let rates = [0.71, 0.74, 0.79, 0.82, 0.80, 0.88].map(Some).into_iter().chain([0.9, 0.88, 0.86].map(Some));
    let mut rates: Vec<_> = rates.chain([None, Some(0.8), Some(0.82)]).collect();
    rates.truncate(12);
    vec![
        ("school_year", whole(&[2018, 2019, 2020, 2021, 2022, 2023, 2018, 2019, 2020, 2021, 2022, 2023])),
        ("district", texts(&[["Adams"; 6], ["Brook"; 6]].concat())),
        ("rate", numbers(&rates)),
    ]
}

fn steps() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("step[t]", whole(&[1, 2, 4, 7, 8])),
        ("at_risk", whole(&[100, 90, 80, 70, 60])),
        ("survival", numbers(&[Some(0.95), Some(0.9), Some(0.7), Some(0.55), Some(0.5)])),
        ("low", numbers(&[Some(0.9), Some(0.82), Some(0.6), Some(0.42), Some(0.37)])),
        ("high", numbers(&[Some(0.98), Some(0.95), Some(0.8), Some(0.68), Some(0.63)])),
    ]
}

fn moves() -> Vec<(&'static str, ArrayRef)> {
    vec![
        ("from_state", texts(&["ninth grade", "ninth grade", "ninth grade", "tenth grade", "tenth grade"])),
        ("to_state", texts(&["graduated", "left", "", "graduated", "left"])),
        ("n", Arc::new(Int64Array::from(vec![Some(812), Some(88), Some(100), Some(40), None]))),
    ]
}
