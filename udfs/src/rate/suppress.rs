//! `suppress`: a value as it may be published, given how many persons stand behind it.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Int64Array, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion::common::{exec_err, internal_err, plan_datafusion_err, plan_err};
use datafusion::error::Result;
use datafusion::functions::utils::make_scalar_function;
use datafusion::logical_expr::{
    Coercion, ColumnarValue, Documentation, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDFImpl, Signature,
    TypeSignature, TypeSignatureClass, Volatility,
};
use datafusion_macros::user_doc;
use lifetracks_datasets::{Definitions, closest_name};

use crate::code::{TEXT, literal, scalar_literal};
use crate::date::WHOLE_NUMBER;

/// The map of the policies: from their names to the smallest number of persons whose value may be shown.
const POLICIES: &str = "suppression";

/// The rule of the row whose policy applies when a call names none.
const DEFAULT: &str = "default";

/// What stands for a value of nobody.
const NONE: &str = "-";

/// What stands for a value of too few persons.
const FEW: &str = "<";

#[user_doc(
    doc_section(label = "Rates"),
    description = "A value as text, as far as it may be published: '-' when it is about nobody (`n` is 0), '<' when it is about fewer persons than the policy asks for, and else the value itself. These are the three states of Mississippi's report cards.

NULL when `n` is NULL: what is about an unknown number of persons is not shown. NULL too when the value is NULL and `n` is large enough. A negative `n` is an error. The function looks at one number at a time; a hidden number that follows from a total and its other parts has to be hidden by hiding one of those too.",
    syntax_example = "suppress(value, n [, policy])",
    argument(name = "value", description = "The number or text to publish."),
    argument(name = "n", description = "How many persons the value is about, a whole number."),
    argument(
        name = "policy",
        description = "The name of a policy as a constant: a row of the map `suppression`. Without it the map's default, 'ms': 10 persons."
    ),
    sql_example = "SELECT suppress(0.75, 12) AS shown, suppress(0.75, 4) AS few, suppress(NULL, 0) AS none;"
)]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Suppress {
    signature: Signature,
    /// The smallest number of persons of each policy.
    minimums: BTreeMap<String, i64>,
    /// The policy of a call that names none.
    default: String,
}

impl Suppress {
    pub(super) fn new(definitions: &Definitions) -> Result<Self> {
        let any = Coercion::new_exact(TypeSignatureClass::Any);
        let accepted = vec![
            TypeSignature::Coercible(vec![any.clone(), WHOLE_NUMBER.clone()]),
            TypeSignature::Coercible(vec![any, WHOLE_NUMBER.clone(), TEXT.clone()]),
        ];
        let (minimums, default) = policies(definitions)?;
        Ok(Self { signature: Signature::one_of(accepted, Volatility::Immutable), minimums, default })
    }

    /// The smallest number of persons of a policy.
    fn minimum(&self, policy: &str) -> Result<i64> {
        self.minimums.get(policy).copied().ok_or_else(|| {
            let known = || self.minimums.keys().map(String::as_str);
            let near = closest_name(policy, known());
            let next = near.map_or_else(
                || format!("the policies are {}", known().collect::<Vec<_>>().join(", ")),
                |near| format!("did you mean {near:?}"),
            );
            plan_datafusion_err!(
                "suppress() knows no policy {policy:?}; {next}? Policies are rows of maps/{POLICIES}.csv."
            )
        })
    }
}

impl ScalarUDFImpl for Suppress {
    fn name(&self) -> &'static str {
        "suppress"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _arguments: &[DataType]) -> Result<DataType> {
        internal_err!("suppress() gives its type in return_field_from_args")
    }

    fn return_field_from_args(&self, arguments: ReturnFieldArgs) -> Result<FieldRef> {
        if arguments.arg_fields.len() == 3 {
            let policy =
                literal(&arguments, 2, "suppress() takes the name of a policy as third argument", "'ms'")?;
            self.minimum(policy)?;
        }
        Ok(Arc::new(Field::new(self.name(), DataType::Utf8, true)))
    }

    fn invoke_with_args(&self, arguments: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let policy = match arguments.args.get(2) {
            Some(value) => {
                scalar_literal(value, "suppress() takes the name of a policy as third argument", "'ms'")?
            }
            None => self.default.as_str(),
        };
        let minimum = self.minimum(policy)?;
        let kernel = |arrays: &[ArrayRef]| -> Result<ArrayRef> {
            let [value, n, ..] = arrays else {
                return plan_err!("suppress() takes a value and the number of persons it is about.");
            };
            let texts = cast(value, &DataType::Utf8)?;
            Ok(Arc::new(suppressed(texts.as_string(), n.as_primitive::<Int64Type>(), minimum)?))
        };
        make_scalar_function(kernel, vec![])(&arguments.args)
    }

    fn documentation(&self) -> Option<&Documentation> {
        self.doc()
    }
}

fn suppressed(values: &StringArray, counts: &Int64Array, minimum: i64) -> Result<StringArray> {
    if counts.iter().flatten().any(|count| count < 0) {
        return exec_err!("suppress() met a negative number of persons; check that n is a count.");
    }
    let shown = |(value, count): (_, Option<i64>)| match count? {
        0 => Some(NONE),
        few if few < minimum => Some(FEW),
        _ => value,
    };
    Ok(values.iter().zip(counts.iter()).map(shown).collect())
}

/// The policies of the map and the name of the default one.
fn policies(definitions: &Definitions) -> Result<(BTreeMap<String, i64>, String)> {
    let Some(map) = definitions.map(POLICIES) else {
        return plan_err!(
            "suppress() finds no map {POLICIES:?}; add maps/{POLICIES}.csv to the definitions."
        );
    };
    let mut minimums = BTreeMap::new();
    for row in &map.rows {
        let minimum = row.to.parse::<i64>().ok().filter(|minimum| *minimum >= 1);
        let Some(minimum) = minimum else {
            return plan_err!(
                "maps/{POLICIES}.csv gives {:?} as the smallest number of persons of policy {:?}; write a whole number from 1 on.",
                row.to,
                row.from
            );
        };
        if minimums.insert(row.from.clone(), minimum).is_some() {
            return plan_err!("maps/{POLICIES}.csv has policy {:?} twice; remove one.", row.from);
        }
    }
    let mut defaults = map.rows.iter().filter(|row| row.rule == DEFAULT);
    let (Some(row), None) = (defaults.next(), defaults.next()) else {
        return plan_err!(
            "maps/{POLICIES}.csv must have one row with the rule {DEFAULT:?}; mark the policy of calls that name none."
        );
    };
    Ok((minimums, row.from.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::arrow::array::Array;

    fn of(value: Option<&str>, n: Option<i64>) -> Option<String> {
        let shown = suppressed(&vec![value].into(), &vec![n].into(), 10).unwrap();
        shown.is_valid(0).then(|| shown.value(0).to_owned())
    }

    #[test]
    fn three_states() {
        for (n, expected) in [(0, "-"), (1, "<"), (9, "<"), (10, "75"), (i64::MAX, "75")] {
            assert_eq!(of(Some("75"), Some(n)).as_deref(), Some(expected), "{n}");
        }
    }

    #[test]
    fn an_unknown_number_of_persons_shows_nothing() {
        assert_eq!(of(Some("75"), None), None);
        assert_eq!(of(None, Some(0)).as_deref(), Some("-"));
        assert_eq!(of(None, Some(9)).as_deref(), Some("<"));
        assert_eq!(of(None, Some(10)), None);
    }

    #[test]
    fn a_negative_number_of_persons_is_refused() {
        let error = suppressed(&vec![Some("75")].into(), &vec![-1].into(), 10).unwrap_err();
        assert!(error.to_string().contains("negative number of persons"));
    }
}
