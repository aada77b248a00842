//! `crosswalk`: a code of one agency as the code of another.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringArray, StringViewArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{exec_err, internal_err, plan_err};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::ptr_eq::PtrEq;
use datafusion::logical_expr::{
    ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    TypeSignature, Volatility,
};
use datafusion_macros::user_doc;
use lifetracks_datasets::{CodeMap, Definitions, MapRow};

use super::{TEXT, literal, scalar_literal, texts, unknown_name};
use crate::date::WHOLE_NUMBER;

/// What an error says of the first argument.
const MAP: &str = "crosswalk() takes the name of a map as first argument";
const EXAMPLE: &str = "'msis_exit_ceds'";

/// The rule of a code with several targets of which the first of the file holds.
const FIRST: &str = "first";

#[user_doc(
    doc_section(label = "Codes"),
    description = "The code that a map gives for a code of another set, such as the CEDS code for a state's exit code.

A row of a map whose rule is a span of years ('2012-2017', '2018-', '-2011'; both ends count) holds in those years only; a map with such rows needs the year. When a map gives several targets for one code, the rule 'first' takes the first; under any other rule, which then names who chooses, it is an error to meet such a code.

NULL when the map does not have the code (or not in that year), and when an argument is NULL. A map that is not defined is an error.",
    syntax_example = "crosswalk(map, code [, year])",
    argument(name = "map", description = "The name of a map, a constant text."),
    argument(name = "code", description = "A code as text, with its leading zeros."),
    argument(
        name = "year",
        description = "The year in which the code was used, a whole number; school years by their ending year."
    ),
    sql_example = "SELECT crosswalk('msis_exit_ceds', 'T2') AS ceds, label('ceds_exit', crosswalk('msis_exit_ceds', 'T8')) AS meaning;",
    related_udf(name = "label")
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Crosswalk {
    signature: Signature,
    definitions: PtrEq<Arc<Definitions>>,
}

impl Crosswalk {
    pub(super) fn new(definitions: &Arc<Definitions>) -> Self {
        let accepted = vec![
            TypeSignature::Coercible(vec![TEXT.clone(), TEXT.clone()]),
            TypeSignature::Coercible(vec![TEXT.clone(), TEXT.clone(), WHOLE_NUMBER.clone()]),
        ];
        Self {
            signature: Signature::one_of(accepted, Volatility::Immutable),
            definitions: Arc::clone(definitions).into(),
        }
    }

    fn map(&self, name: &str) -> Result<&CodeMap> {
        self.definitions.map(name).ok_or_else(|| {
            let known = self.definitions.maps().iter().map(|map| map.name.as_str());
            unknown_name("crosswalk", "map", name, known)
        })
    }
}

impl ScalarUDFImpl for Crosswalk {
    fn name(&self) -> &'static str {
        "crosswalk"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        internal_err!("crosswalk() gives its type in return_field_from_args")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        let map = self.map(literal(&arguments, 0, MAP, EXAMPLE)?)?;
        if arguments.arg_fields.len() == 2 && map.rows.iter().any(|row| Span::of(row).is_some()) {
            return plan_err!(
                "the map {:?} has rows that hold in some years only; write crosswalk({:?}, code, year).",
                map.name,
                map.name
            );
        }
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn is_strict(&self) -> bool {
        true
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let Some((name, rest)) = arguments.args.split_first() else {
            return plan_err!("{MAP}.");
        };
        let map = self.map(scalar_literal(name, MAP, EXAMPLE)?)?;
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            match arrays {
                [codes] => Ok(Arc::new(targets(map, &texts(codes)?, None)?)),
                [codes, years] => {
                    Ok(Arc::new(targets(map, &texts(codes)?, Some(years.as_primitive::<Int64Type>()))?))
                }
                _ => plan_err!("crosswalk() takes a map, a code and perhaps a year."),
            }
        };
        make_scalar_function(kernel, vec![])(rest)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn targets(map: &CodeMap, codes: &StringViewArray, years: Option<&Int64Array>) -> Result<StringArray> {
    let target = |(row, code): (usize, Option<&str>)| {
        let Some(code) = code.filter(|_| years.is_none_or(|years| years.is_valid(row))) else {
            return Ok(None);
        };
        let year = years.map(|years| years.value(row));
        match choose(map.targets(code), year) {
            Choice::None => Ok(None),
            Choice::One(target) => Ok(Some(target)),
            Choice::Several(rule) => exec_err!(
                "crosswalk() met a code with several targets in the map {:?}, of which the rule {rule:?} does not choose \
                 one; filter such codes out, or add a map of your own whose rows say which target holds.",
                map.name
            ),
        }
    };
    codes.iter().enumerate().map(target).collect()
}

/// What the rows of a code say in a year.
#[derive(Debug, PartialEq, Eq)]
enum Choice<'a> {
    None,
    One(&'a str),
    /// Several rows hold, and this rule does not choose among them.
    Several(&'a str),
}

fn choose(rows: &[MapRow], year: Option<i64>) -> Choice<'_> {
    let holds = |row: &&MapRow| Span::of(row).is_none_or(|span| year.is_some_and(|year| span.holds(year)));
    let mut rows = rows.iter().filter(holds);
    match (rows.next(), rows.next()) {
        (None, _) => Choice::None,
        (Some(row), None) => Choice::One(&row.to),
        (Some(row), Some(_)) if row.rule == FIRST => Choice::One(&row.to),
        (Some(row), Some(_)) => Choice::Several(&row.rule),
    }
}

/// The years in which a row holds; both ends count, and an end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Span {
    first: Option<i64>,
    last: Option<i64>,
}

impl Span {
    /// The span that a row's rule is: '2012-2017', '2018-' or '-2011'.
    fn of(row: &MapRow) -> Option<Self> {
        let (first, last) = row.rule.split_once('-')?;
        let span = Self { first: first.parse().ok(), last: last.parse().ok() };
        let read = |text: &str, year: Option<i64>| text.is_empty() || year.is_some();
        let some = span.first.is_some() || span.last.is_some();
        (some && read(first, span.first) && read(last, span.last)).then_some(span)
    }

    fn holds(self, year: i64) -> bool {
        self.first.is_none_or(|first| first <= year) && self.last.is_none_or(|last| year <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(to: &str, rule: &str) -> MapRow {
        MapRow { from: "A".to_owned(), to: to.to_owned(), rule: rule.to_owned(), source: "test".to_owned() }
    }

    fn map(rows: &[(&str, &str)]) -> CodeMap {
        CodeMap { name: "m".to_owned(), rows: rows.iter().map(|(to, rule)| row(to, rule)).collect() }
    }

    #[test]
    fn one_target_is_taken_whatever_its_rule() {
        assert_eq!(choose(&[row("1", "one")], None), Choice::One("1"));
        assert_eq!(choose(&[row("1", "district_choice")], Some(2020)), Choice::One("1"));
        assert_eq!(choose(&[], None), Choice::None);
    }

    #[test]
    fn of_several_targets_only_a_rule_chooses() {
        assert_eq!(choose(&[row("1", "first"), row("2", "first")], None), Choice::One("1"));
        let several = [row("1", "district_choice"), row("2", "district_choice")];
        assert_eq!(choose(&several, None), Choice::Several("district_choice"));
        let codes = StringViewArray::from(vec!["A"]);
        let error = targets(&map(&[("1", "x"), ("2", "x")]), &codes, None).unwrap_err().to_string();
        assert!(
            error.contains("several targets in the map \"m\", of which the rule \"x\" does not choose"),
            "{error}"
        );
    }

    #[test]
    fn a_span_of_years_chooses_by_the_year() {
        let rows = [row("1", "-2011"), row("2", "2012-2017"), row("3", "2018-")];
        for (year, target) in [(1990, "1"), (2011, "1"), (2012, "2"), (2017, "2"), (2018, "3"), (2030, "3")] {
            assert_eq!(choose(&rows, Some(year)), Choice::One(target), "{year}");
        }
        assert_eq!(choose(&rows[1..2], Some(2011)), Choice::None);
        assert_eq!(choose(&rows, None), Choice::None);
    }

    #[test]
    fn other_rules_are_no_spans() {
        for rule in ["one", "first", "-", "district-choice", "2012", "2012-x", "x-2012"] {
            assert_eq!(Span::of(&row("1", rule)), None, "{rule}");
        }
    }

    #[test]
    fn null_and_unknown_codes_have_no_target() {
        let codes = StringViewArray::from(vec![Some("A"), None, Some("B"), Some("A")]);
        let years = Int64Array::from(vec![Some(2020), Some(2020), Some(2020), None]);
        let found = targets(&map(&[("1", "one")]), &codes, Some(&years)).unwrap();
        assert_eq!(found, StringArray::from(vec![Some("1"), None, None, None]));
    }
}
