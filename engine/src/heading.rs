//! Headings of expressions without a name, as they are written in SQL: `count(1)`, not `count(Int64(1))`.

use std::sync::Arc;

use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan};

/// Kinds of literals that SQL writes without quotes.
const PLAIN: [&str; 16] = [
    "Boolean",
    "Int8",
    "Int16",
    "Int32",
    "Int64",
    "UInt8",
    "UInt16",
    "UInt32",
    "UInt64",
    "Float16",
    "Float32",
    "Float64",
    "Decimal32",
    "Decimal64",
    "Decimal128",
    "Decimal256",
];

/// Kinds of literals that stand in quotes.
const QUOTED: [&str; 5] = ["Utf8View", "Utf8", "LargeUtf8", "Date32", "Date64"];

/// The schema of a plan's rows with the headings that a reader expects. A column that FROM or AS names keeps its name:
/// it is the one to ask for.
pub(crate) fn in_sql(schema: &Schema, plan: &LogicalPlan) -> SchemaRef {
    let names = plan.schema();
    let is_of_a_table =
        |place: usize| place < names.fields().len() && names.qualified_field(place).0.is_some();
    let fields: Vec<FieldRef> = schema
        .fields()
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let heading = spelled(field.name());
            if heading == *field.name() || is_of_a_table(place) || is_given(plan, place) {
                return Arc::clone(field);
            }
            Arc::new(field.as_ref().clone().with_name(heading))
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Whether AS names the column at a place of what a plan gives.
fn is_given(plan: &LogicalPlan, place: usize) -> bool {
    match plan {
        LogicalPlan::Projection(projection) => match projection.expr.get(place) {
            Some(Expr::Alias(_)) => true,
            Some(Expr::Column(column)) => {
                let below = projection.input.schema().maybe_index_of_column(column);
                below.is_some_and(|below| is_given(&projection.input, below))
            }
            _ => false,
        },
        LogicalPlan::Distinct(Distinct::On(on)) => matches!(on.select_expr.get(place), Some(Expr::Alias(_))),
        LogicalPlan::Distinct(Distinct::All(_))
        | LogicalPlan::Sort(_)
        | LogicalPlan::Limit(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Union(_) => plan.inputs().first().is_some_and(|below| is_given(below, place)),
        _ => false,
    }
}

/// A text with its literals as SQL writes them; one that says its type in another way stays as it is.
pub(crate) fn spelled(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_a_word = false;
    while let Some(character) = rest.chars().next() {
        if !in_a_word && let Some((literal, behind)) = literal(rest) {
            spelled.push_str(&literal);
            rest = behind;
            continue;
        }
        in_a_word = character.is_alphanumeric() || character == '_';
        spelled.push(character);
        rest = &rest[character.len_utf8()..];
    }
    spelled
}

/// The literal at the start of a text, and what stands behind it.
fn literal(text: &str) -> Option<(String, &str)> {
    let of = |kinds: &[&str]| kinds.iter().find_map(|kind| text.strip_prefix(kind)?.strip_prefix('('));
    if let Some(inner) = of(&PLAIN) {
        let (value, behind) = inner.split_once(')')?;
        // Decimals have their digits behind the value.
        let value = value.split(',').next().unwrap_or(value);
        let is_plain = matches!(value, "NULL" | "true" | "false") || value.parse::<f64>().is_ok();
        return is_plain.then(|| (value.to_owned(), behind));
    }
    let inner = of(&QUOTED)?;
    if let Some(behind) = inner.strip_prefix("NULL)") {
        return Some(("NULL".to_owned(), behind));
    }
    let inner = inner.strip_prefix('"')?;
    let mut ends = inner.match_indices("\")").map(|(end, _)| end);
    let end = ends.clone().find(|end| is_outside(&inner[end + 2..])).or_else(|| ends.next())?;
    Some((format!("'{}'", inner[..end].replace('\'', "''")), &inner[end + 2..]))
}

/// Whether a text begins outside of quotes: its first quote opens one, as in `Utf8("`.
fn is_outside(text: &str) -> bool {
    text.split_once('"').is_none_or(|(before, _)| {
        before.strip_suffix('(').is_some_and(|kind| kind.ends_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_written_as_in_sql() {
        for (name, heading) in [
            ("Int64(2)", "2"),
            ("count(Int64(1))", "count(1)"),
            ("diploma.school_year + Int64(-1)", "diploma.school_year + -1"),
            ("Utf8(\"it's (a)\") || Utf8View(\"b\")", "'it''s (a)' || 'b'"),
            (
                "CASE WHEN Boolean(true) THEN Float64(1.5) ELSE Utf8(NULL) END",
                "CASE WHEN true THEN 1.5 ELSE NULL END",
            ),
            ("Decimal128(1.50,3,2)", "1.50"),
            ("Date32(\"2020-05-29\")", "'2020-05-29'"),
            ("Utf8(\"Int64(2)\")", "'Int64(2)'"),
            ("Utf8(\"a\")b\")", "'a\")b'"),
            ("f(Utf8(\"a\")\"),Utf8(\"b\"))", "f('a\")','b')"),
        ] {
            assert_eq!(spelled(name), heading);
        }
    }

    #[test]
    fn what_is_no_literal_stays() {
        for name in ["count(*)", "MyInt64(2)", "Int64(x)", "Int64", "Utf8(\"open", "IntervalYearMonth(\"1\")"]
        {
            assert_eq!(spelled(name), name);
        }
    }
}
