//! Which methods a call means.

use lifetracks_datasets::{Definitions, Method, closest_name};

use crate::relation::call::wrong;

/// Every method of a kind.
const ALL: &str = "*";

/// The methods of a kind that are meant: the one that is named, all for `*`, the default for none.
pub(super) fn choose<'a>(
    definitions: &'a Definitions,
    kind: &str,
    function: &str,
    name: Option<&str>,
) -> crate::Result<Vec<&'a Method>> {
    let of_kind = || definitions.methods().iter().filter(|method| method.rule.kind() == kind);
    let chosen: Vec<&Method> = match name {
        Some(ALL) => of_kind().collect(),
        Some(name) => of_kind().filter(|method| method.name == name).collect(),
        None => of_kind().filter(|method| method.is_default).collect(),
    };
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let known = || of_kind().map(|method| method.name.as_str());
    let list = known().collect::<Vec<_>>().join(", ");
    let Some(name) = name else {
        return Err(wrong(format!("{function} has no default method")).with_help(format!("name one: {list}")));
    };
    if let Some(other) = definitions.method(name) {
        let message = format!("the method {name} is not one of {function}: {}", other.title);
        let help = match other.rule.kind() {
            "estimate" => format!("it has no row per person; write grad_estimate(year, method => '{name}')"),
            "event_dropout" => format!("write dropout_status(year, method => '{name}')"),
            "cohort" => format!("write grad_cohort(year, method => '{name}')"),
            _ => format!("the methods of {function} are {list}"),
        };
        return Err(wrong(message).with_help(help));
    }
    let help = closest_name(name, known()).map_or_else(
        || format!("the methods of {function} are {list}; `lifetracks.methods` describes them"),
        |near| format!("did you mean '{near}'? The methods of {function} are {list}"),
    );
    Err(wrong(format!("there is no method {name}")).with_help(help))
}
