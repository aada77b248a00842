//! What a reader needs to know of `panel` and `jobs`.

use lifetracks_datasets::{Definitions, Panel};

use super::jobs::COLUMNS;
use crate::documentation::{AS_OF, FunctionDoc, FunctionKind, TABLES, lines, pairs};

/// The documentation of the functions of this module, with the panels that are defined.
pub(crate) fn documentation(definitions: &Definitions) -> Vec<FunctionDoc> {
    vec![panel(definitions), jobs()]
}

fn panel(definitions: &Definitions) -> FunctionDoc {
    let of: Vec<String> = definitions.panels().iter().map(described).collect();
    let mut columns = pairs(&[
        ("person_id, index_date, ..", "The columns of the cohort as they are; the first two are never NULL."),
        ("rel", "The period, counted from that of the index date, which is 0. Never NULL."),
        (
            "period",
            "Its number: a year; a school year by its ENDING year; 4 * year + quarter - 1; 12 * year + month - 1; 3 * year + 0, 1, 2 for spring, summer, fall (map academic_term). Never NULL.",
        ),
        ("period_start", "Its first day. Never NULL."),
        ("period_end", "Its last day. Never NULL."),
        ("covered", "Whether all of its days are loaded, in every source of the panel. Never NULL."),
        (
            "matched",
            "Whether the person can be found in every source: by an identifier of person_xwalk or by a row, whenever it was. NULL: there is no row, and person_xwalk is not loaded.",
        ),
        (
            "observed",
            "Whether what is not found did not happen: covered, and not unmatched. Rates are over these rows: `rate(wages > 0, observed)`. Never NULL.",
        ),
    ]);
    for panel in definitions.panels() {
        columns.extend(
            panel
                .columns
                .iter()
                .map(|column| (format!("{}: {}", panel.name, column.name), column.description.clone())),
        );
    }
    FunctionDoc {
        name: "panel".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&[
            "panel(cohort, of => 'wages', unit => 'quarter', from_p => 1, to_p => 8 [, base_year => 2024] [, as_of => 12])",
            "panel((SELECT person_id, exit_date AS index_date, program FROM wioa_participant), of => 'wages', unit => 'quarter', from_p => 2, to_p => 4)",
            "panel(cohort, of => 'activity', unit => 'school_year', from_p => 0, to_p => 6, states => 'k12,postsecondary,employed')",
        ]),
        description: format!(
            "Persons followed from an event on: one row for each row of the cohort and each period from `from_p` to `to_p`, whether \
            anything happened in it or not.\n\n\
            The cohort is the name of one the lake keeps, or a sub-query with `person_id`, `index_date` and any further columns, \
            which are carried. A period that is not loaded, and a person who cannot be found in the source, are `observed` false \
            and their outcomes NULL: neither is a zero. A rate is over observed rows, `rate(wages > 0, observed)`; say with it how \
            many rows are not.\n\nWhat can be followed:\n\n{}",
            of.join("\n")
        ),
        arguments: pairs(&[
            ("cohort", "The name of a cohort, or a sub-query in parentheses with `person_id BIGINT`, `index_date DATE` and further columns. NULL as index date is an error. A person may stand in it several times."),
            ("of", "What is followed; see above."),
            ("unit", "`month`, `quarter`, `term`, `school_year` or `year`. Wages are known by quarter."),
            ("from_p", "The first period, counted from that of the index date: 0 is that period itself, -4 four before."),
            ("to_p", "The last one."),
            ("base_year", "Wages: the year in whose dollars `wages_real` is; needs the table cpi. Default: none, and `wages_real` is NULL."),
            ("states", "Panels of several sources: those that are looked at, with commas between, in the order of precedence. Default: all."),
            AS_OF,
        ]),
        columns,
        sql_example: "SELECT rel, rate(wages > 0, observed) AS employed FROM panel((SELECT person_id, award_date AS index_date FROM diploma), of => 'wages', unit => 'quarter', from_p => 1, to_p => 4) GROUP BY rel ORDER BY rel;".to_owned(),
    }
}

fn described(panel: &Panel) -> String {
    let source = panel.source.trim_end_matches('.');
    format!("* `{}`: {} Source: {source}.", panel.name, panel.description.trim())
}

fn jobs() -> FunctionDoc {
    FunctionDoc {
        name: "jobs".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&["jobs([cohort] [, as_of => 12])", "jobs('class2022')", "jobs"]),
        description: "Every job quarter by quarter, as LEHD counts them: one row for each person, employer account and quarter \
            with wages.\n\n\
            Wages of an account's units are added up, and what is not above zero is no job. What the quarters around tell \
            (full quarter, accession, separation) is NULL where one of them is not loaded, so that the edges of what is loaded are \
            not counted as no: a rate is `rate(full_quarter, full_quarter IS NOT NULL)`. Reads ui_wage and, for the industry, \
            employer_quarter where it is loaded.\n\n\
            Source: definitions of LEHD's Quarterly Workforce Indicators; successors of employers are not followed, so that a \
            change of account ends a job."
            .to_owned(),
        arguments: pairs(&[
            ("cohort", "The name of a cohort, or a sub-query in parentheses with `person_id`: only these persons' jobs. Default: everybody's."),
            AS_OF,
        ]),
        columns: pairs(&COLUMNS),
        sql_example: "SELECT quarter_label(quarter_index) AS quarter, count(*) AS jobs, rate(full_quarter, full_quarter IS NOT NULL) AS full_quarter FROM jobs() GROUP BY quarter_index ORDER BY quarter_index;".to_owned(),
    }
}
