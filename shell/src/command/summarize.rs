//! `.summarize`

use lifetracks_engine::arrow::datatypes::{DataType, Field, Schema};
use lifetracks_engine::{Privacy, Role, privacy, sql_type};

use super::{Action, Argument, Collect, Command, Next, Section, literal};
use crate::failure::{Failure, Result};
use crate::render::{Grouping, Look};
use crate::shell::Shell;

pub(super) const COMMAND: Command = Command {
    name: "summarize",
    aliases: &[],
    section: Section::Catalogue,
    usage: ".summarize TABLE|_",
    help: "Describes the values of each column in one scan: NULLs, about how many values, extremes, mean, and about where the quartiles are.",
    argument: Argument::Table,
    run: Action::Do(run),
};

/// The column whose values stand for persons.
const PERSON: &str = "person_id";

fn run(shell: &mut Shell, argument: &str) -> Result<Next> {
    if argument.is_empty() {
        return Err(Failure::usage("there is nothing to summarize")
            .with_help("write a table, such as .summarize diploma, or _ for the last result"));
    }
    let from = argument.to_owned();
    let is_page = !shell.is_for_programs();
    Ok(Next::Collect(Collect {
        sql: format!("SELECT * FROM {from} LIMIT 0"),
        limit: 0,
        then: Box::new(move |shell, found| {
            if found.schema.fields().is_empty() {
                return Err(Failure::usage(format!("{from} has no columns")));
            }
            let sql = summary(&from, &found.schema, &found.roles);
            if !is_page {
                return Ok(Next::Query(sql));
            }
            shell.output.look_once = Some(Look { least: LEAST.to_vec(), ..shell.output.look.clone() });
            Ok(Next::Query(on_screen(&sql)))
        }),
    }))
}

/// The widths of [`on_screen`]: names stay whole.
const LEAST: [usize; 7] = [usize::MAX, 10, 4, 4, 8, 4, 6];

/// The same rows in fewer columns, so that none is left out.
fn on_screen(sql: &str) -> String {
    let text = |column: &str| format!("CAST({column} AS VARCHAR)");
    format!(
        "SELECT column_name, concat_ws(' ', data_type, role) AS type, filled, null_percent AS \"null %\", \
         nullif(concat_ws(', ', CASE WHEN smallest = largest THEN smallest ELSE smallest || ' .. ' || largest END, \
         'about ' || distinct_about || ' different'), '') AS \"values\", mean, \
         {} || ' / ' || {} || ' / ' || {} AS quartiles FROM ({sql})",
        text("q25"),
        text("median"),
        text("q75")
    )
}

/// What is said of one column, and the SQL types of it.
const FACTS: [(&str, &str); 8] = [
    ("filled", "BIGINT"),
    ("distinct_about", "BIGINT"),
    ("smallest", "VARCHAR"),
    ("largest", "VARCHAR"),
    ("mean", "DOUBLE"),
    ("q25", "DOUBLE"),
    ("median", "DOUBLE"),
    ("q75", "DOUBLE"),
];

/// SQL that computes all facts in one row and turns them into a row per column.
fn summary(from: &str, schema: &Schema, roles: &[Option<Role>]) -> String {
    let has_person = schema.fields().iter().any(|field| field.name() == PERSON);
    let mut computed = vec!["count(*) AS n".to_owned()];
    let mut shown: Vec<Vec<String>> = vec![Vec::new(); FACTS.len()];
    let mut about: [Vec<String>; 3] = Default::default();
    for (place, field) in schema.fields().iter().enumerate() {
        let role = roles.get(place).copied().flatten();
        about[0].push(literal(field.name()));
        about[1].push(literal(&sql_type(field.data_type())));
        about[2].push(role_of(role));
        for (number, fact) in facts(field, role, has_person).into_iter().enumerate() {
            let (_, data_type) = FACTS[number];
            let name = format!("c{place}_{number}");
            computed.push(format!("CAST({fact} AS {data_type}) AS {name}"));
            shown[number].push(name);
        }
    }
    let list = |values: &[String]| format!("unnest(make_array({}))", values.join(", "));
    let facts = FACTS.iter().zip(&shown).map(|((name, _), values)| format!("{} AS {name}", list(values)));
    let facts: Vec<String> = facts.collect();
    format!(
        "SELECT column_name, data_type, role, filled, \
         CASE WHEN n > 0 THEN round(100.0 * (n - filled) / n, 1) END AS null_percent, \
         distinct_about, smallest, largest, round(mean, 4) AS mean, round(q25, 4) AS q25, \
         round(median, 4) AS median, round(q75, 4) AS q75 FROM (\
         SELECT n, {} AS column_name, {} AS data_type, {} AS role, {} FROM (SELECT {} FROM {from}))",
        list(&about[0]),
        list(&about[1]),
        list(&about[2]),
        facts.join(", "),
        computed.join(", ")
    )
}

/// The expressions of [`FACTS`] for one column.
fn facts(field: &Field, role: Option<Role>, has_person: bool) -> [String; 8] {
    let name = format!("\"{}\"", field.name().replace('"', "\"\""));
    let is_hidden =
        field.name() == PERSON || privacy(field).is_some_and(|privacy| privacy != Privacy::Public);
    let data_type = field.data_type();
    let null = || "NULL".to_owned();
    let distinct =
        if is_flat(data_type) { format!("approx_distinct({})", hashable(&name, data_type)) } else { null() };
    let extreme = |function: &str| match (is_flat(data_type), is_hidden) {
        (false, _) => null(),
        (true, true) => "'(hidden)'".to_owned(),
        (true, false) => format!("{function}({name})"),
    };
    let amount = |computed: String| match Grouping::of(field.name(), data_type, role) {
        Grouping::Never => null(),
        _ if is_hidden => of_enough(&name, &computed, has_person),
        _ => computed,
    };
    let quartile = |share: &str| {
        amount(format!("approx_percentile_cont({share}) WITHIN GROUP (ORDER BY CAST({name} AS DOUBLE))"))
    };
    [
        format!("count({name})"),
        distinct,
        extreme("min"),
        extreme("max"),
        amount(format!("avg(CAST({name} AS DOUBLE))")),
        quartile("0.25"),
        quartile("0.5"),
        quartile("0.75"),
    ]
}

/// What is computed from values about persons, unless it is about fewer than may be published.
fn of_enough(name: &str, computed: &str, has_person: bool) -> String {
    let persons = if has_person {
        format!("approx_distinct({PERSON}) FILTER (WHERE {name} IS NOT NULL)")
    } else {
        format!("count({name})")
    };
    format!("CASE WHEN suppress('shown', CAST({persons} AS BIGINT)) = 'shown' THEN {computed} END")
}

/// Whether values of the type can be compared.
fn is_flat(data_type: &DataType) -> bool {
    !data_type.is_nested() && !matches!(data_type, DataType::Null | DataType::Interval(_))
}

/// A column as the count of distinct values takes it.
fn hashable(name: &str, data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::Utf8View | DataType::LargeUtf8 => name.to_owned(),
        integer if integer.is_integer() => name.to_owned(),
        _ => format!("CAST({name} AS VARCHAR)"),
    }
}

fn role_of(role: Option<Role>) -> String {
    role.map_or_else(|| "CAST(NULL AS VARCHAR)".to_owned(), |role| literal(super::role_name(role)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, data_type: DataType, role: Option<Role>, privacy: Option<&str>) -> [String; 8] {
        let metadata = privacy.map(|privacy| ("lifetracks.privacy".to_owned(), privacy.to_owned()));
        let field = Field::new(name, data_type, true).with_metadata(metadata.into_iter().collect());
        facts(&field, role, true)
    }

    #[test]
    fn codes_ids_and_years_have_no_mean() {
        for (name, role) in [("grade", Some(Role::Code)), ("school_id", None), ("school_year", None)] {
            let facts = of(name, DataType::Int32, role, None);
            assert_eq!(facts[4..], ["NULL", "NULL", "NULL", "NULL"], "{name}");
        }
        assert!(of("wages", DataType::Int32, Some(Role::Measure), None)[4].starts_with("avg("));
    }

    #[test]
    fn extremes_of_what_is_about_a_person_are_hidden() {
        let wages = of("wages", DataType::Int64, Some(Role::Measure), Some("confidential"));
        assert_eq!(wages[2..4], ["'(hidden)'", "'(hidden)'"]);
        assert!(wages[4].contains("suppress('shown'"), "{}", wages[4]);
        assert_eq!(of("person_id", DataType::Int64, None, None)[2], "'(hidden)'");
        assert_eq!(of("cpi", DataType::Float64, None, Some("public"))[2], "min(\"cpi\")");
    }

    #[test]
    fn names_are_quoted() {
        assert_eq!(of("a\"b", DataType::Utf8, None, None)[0], "count(\"a\"\"b\")");
    }
}
