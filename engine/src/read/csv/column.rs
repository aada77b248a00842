//! Builds one Arrow column from the text of its fields.

use std::sync::Arc;

use chrono::Datelike;
use datafusion::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Float64Builder, Int64Builder, StringBuilder,
    TimestampMicrosecondBuilder,
};
use datafusion::arrow::datatypes::DataType;

use super::kind;

/// Days from 1 January of year 1, which is day 1, to 1 January 1970.
const EPOCH: i32 = 719_163;

pub(super) enum Column {
    Boolean(BooleanBuilder),
    Integer(Int64Builder),
    Float(Float64Builder),
    Date(Date32Builder),
    Timestamp(TimestampMicrosecondBuilder),
    Instant(TimestampMicrosecondBuilder),
    Text(StringBuilder),
}

impl Column {
    /// A column of a type that [`kind::Kind::data_type`] gives; any other type is read as text.
    pub(super) fn new(data_type: &DataType) -> Self {
        match data_type {
            DataType::Boolean => Self::Boolean(BooleanBuilder::new()),
            DataType::Int64 => Self::Integer(Int64Builder::new()),
            DataType::Float64 => Self::Float(Float64Builder::new()),
            DataType::Date32 => Self::Date(Date32Builder::new()),
            DataType::Timestamp(_, None) => Self::Timestamp(TimestampMicrosecondBuilder::new()),
            DataType::Timestamp(_, Some(_)) => {
                Self::Instant(TimestampMicrosecondBuilder::new().with_data_type(data_type.clone()))
            }
            _ => Self::Text(StringBuilder::new()),
        }
    }

    /// Adds a value; an empty one is NULL. False when the text is not of the column's type.
    pub(super) fn push(&mut self, value: &str) -> bool {
        macro_rules! push {
            ($builder:ident, $parsed:expr) => {{
                let parsed = $parsed;
                $builder.append_option(parsed);
                parsed.is_some() || value.is_empty()
            }};
        }
        match self {
            Self::Boolean(builder) => push!(builder, kind::boolean(value)),
            Self::Integer(builder) => push!(builder, kind::integer(value)),
            Self::Float(builder) => push!(builder, kind::float(value)),
            Self::Date(builder) => {
                push!(builder, kind::date(value).map(|day| day.num_days_from_ce() - EPOCH))
            }
            Self::Timestamp(builder) => push!(builder, kind::timestamp(value)),
            Self::Instant(builder) => push!(builder, kind::instant(value)),
            Self::Text(builder) => push!(builder, Some(value).filter(|text| !text.is_empty())),
        }
    }

    /// The values added so far; the column starts anew.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Boolean(builder) => Arc::new(builder.finish()),
            Self::Integer(builder) => Arc::new(builder.finish()),
            Self::Float(builder) => Arc::new(builder.finish()),
            Self::Date(builder) => Arc::new(builder.finish()),
            Self::Timestamp(builder) | Self::Instant(builder) => Arc::new(builder.finish()),
            Self::Text(builder) => Arc::new(builder.finish()),
        }
    }
}
