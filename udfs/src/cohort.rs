//! What a reader needs to know of `cohort` and `cohort_flow`, which the engine plans from the cohorts of its lake.

use crate::documentation::{AS_OF, FunctionDoc, FunctionKind, TABLES, lines, pairs};

const NAME: (&str, &str) = ("name", "The cohort's name, as a text or bare.");
const VERSION: (&str, &str) = ("version", "A version of the cohort, 1, 2, .. Default: the newest.");

/// The documentation of the functions that read cohorts.
pub(crate) fn documentation() -> Vec<FunctionDoc> {
    vec![cohort(), cohort_flow()]
}

fn cohort() -> FunctionDoc {
    FunctionDoc {
        name: "cohort".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&["cohort(name [, version] [, as_of => 12])", "cohort('class2022')", "cohort(class2022)"]),
        description: "The members of a cohort that CREATE COHORT has made, one row per person.\n\n\
            The rows are those that were kept, whatever was loaded since; a notice says when a table that the definition \
            reads has changed, and REFRESH COHORT makes the next version. Persons whom a link extract joined stand under \
            their new number. Behind the two columns below stand the other columns of the cohort's query, under their \
            names. A cohort that is not there, was dropped, or whose files were vacuumed away is an error that says what \
            there is. `docs/cohorts.md` tells how cohorts are made and compared; NULL as the query gave it."
            .to_owned(),
        arguments: pairs(&[NAME, VERSION, AS_OF]),
        columns: pairs(&[
            ("person_id", "The person. Never NULL."),
            ("index_date", "The day from which time is counted. Never NULL."),
        ]),
        sql_example: "SELECT count(*) FROM cohort('class2022');".to_owned(),
    }
}

fn cohort_flow() -> FunctionDoc {
    FunctionDoc {
        name: "cohort_flow".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&["cohort_flow(name [, version] [, as_of => 12])"]),
        description: "The attrition of a cohort, one row per step from the query to the members.\n\n\
            Who goes on from a step is who comes into the next one, and who goes on from the last are the members. \
            REQUIRE keeps those for whom the condition is true, EXCLUDE removes those for whom it is true: where it is \
            NULL nobody knows, and REQUIRE removes, EXCLUDE keeps. Errors as for `cohort`."
            .to_owned(),
        arguments: pairs(&[NAME, VERSION, AS_OF]),
        columns: pairs(&[
            ("step", "0 for the query, then the rules in their order. Never NULL."),
            ("kind", "select, require, exclude, or link where a link extract joined members. Never NULL."),
            ("rule", "The reason that the rule gives. Never NULL."),
            ("n_in", "Persons before the step. Never NULL."),
            ("n_out", "Persons who go on. Never NULL."),
            ("n_removed", "Persons who do not. Never NULL."),
            ("n_unknown", "Persons for whom the condition was NULL. Never NULL."),
        ]),
        sql_example: "SELECT * FROM cohort_flow('class2022') ORDER BY step;".to_owned(),
    }
}
