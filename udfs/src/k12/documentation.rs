//! What a reader needs to know of `grad_cohort` and `dropout_status`.

use crate::documentation::{AS_OF, FunctionDoc, FunctionKind, TABLES, lines, pairs};

/// The documentation of the functions of this module.
pub(crate) fn documentation() -> Vec<FunctionDoc> {
    vec![grad_cohort(), dropout_status()]
}

fn grad_cohort() -> FunctionDoc {
    FunctionDoc {
        name: "grad_cohort".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&[
            "grad_cohort(cohort_year [, last_cohort_year] [, years => 4] [, method => 'ms-mde-2018'] [, as_of => 12])",
            "grad_cohort(2022, method => '*')",
        ]),
        description: "Every person ever considered for a graduating cohort, with the status under a documented method \
            after n years, why, and the school that answers.\n\n\
            One row for each person, cohort and method; under a method that shares a student among schools one row for \
            each school, whose weights add up to 1. A rate is `rate(in_num, in_den, weight)`, never an average of rates; \
            the dropout rate of the cohort is `rate(status = 'dropout', in_den, weight)`. Who left the cohort has a row \
            with in_den false. The methods are rows of `lifetracks.methods`, and a site adds its own as files; \
            `method => '*'` computes all that have a rate of so many years, in one scan.\n\n\
            Reads k12_enrollment, diploma and, where it is loaded, calendar. An unknown method, a cohort that is not \
            loaded whole and one whose years are not over are errors that say which cohorts there are. A cohort of the \
            first six loaded years may hold persons who were in grade 9 before the first file."
            .to_owned(),
        arguments: pairs(&[
            ("cohort_year", "The cohort, as the ENDING year of the school year in which its four years end."),
            ("last_cohort_year", "The last cohort of several. Default: the first."),
            ("years", "After how many years, 4 to 10, the status is taken. Default: 4."),
            ("method", "A method's name, or '*' for all. Default: the method that is marked as the default."),
            AS_OF,
        ]),
        columns: pairs(&[
            ("person_id", "The student. Never NULL."),
            ("cohort_year", "The cohort. Never NULL."),
            ("method", "The method. Never NULL."),
            ("years", "After how many years. Never NULL."),
            ("status", "graduate, completer, dropout, still_enrolled or excluded (code set cohort_status). Never NULL."),
            ("reason_code", "Why (code set cohort_reason). Never NULL."),
            ("in_den", "Whether the person counts in the denominator: all but the excluded. Never NULL."),
            ("in_num", "Whether the person counts in the numerator of the graduation rate. Never NULL."),
            ("weight", "The school's share of the person, above 0 and at most 1. Never NULL."),
            ("district_id", "District of the school that answers. Never NULL."),
            ("school_id", "School that answers. Never NULL."),
            ("terms_at_risk", "Terms from the first day in high school to the diploma, the exit or the closing day, both ends counted. NULL: no spell."),
            ("entry_date", "First day of the spell that decided. NULL: none did."),
            ("exit_date", "Its last day. NULL: no exit was reported."),
            ("exit_code", "Its exit code. NULL: no exit was reported."),
            ("exit_documented", "Whether the exit has a document. NULL: nothing was said, which removes nobody."),
            ("award_date", "Day of the credential that decided. NULL: none did."),
            ("diploma_type", "The credential that decided. NULL: none did."),
        ]),
        sql_example: "SELECT status, reason_code, count(*) FROM grad_cohort(2020) GROUP BY ALL ORDER BY 1, 2;".to_owned(),
    }
}

fn dropout_status() -> FunctionDoc {
    FunctionDoc {
        name: "dropout_status".to_owned(),
        kind: FunctionKind::Table,
        family: TABLES.to_owned(),
        syntax: lines(&[
            "dropout_status(school_year [, last_school_year] [, method => 'nces-event'] [, as_of => 12])",
        ]),
        description: "Every student of a school year in the grades of an event method: member of the count day, dropout \
            of the year, or neither.\n\n\
            The year runs from one count day to the next, which settles it: who is there then has not dropped out. Who \
            finished the year before and did not come in this one is a summer dropout of this year, in the grade that \
            was not reached. A dropout need not be a member, so \
            numerator and denominator are counted apart: the rate is `rate(in_num::INT, in_den::INT)`, and a small group \
            can pass 1. One row for each person, school year and method; two for a dropout who left another school or \
            grade than that of the count day.\n\n\
            Reads k12_enrollment, diploma and, where it is loaded, calendar. A year needs the one before and the one \
            after; where they are not loaded, the error says which years can be asked for. NULL as in the columns below."
            .to_owned(),
        arguments: pairs(&[
            ("school_year", "The school year, as ENDING year."),
            ("last_school_year", "The last school year of several. Default: the first."),
            ("method", "A method's name, or '*' for all. Default: the method that is marked as the default."),
            AS_OF,
        ]),
        columns: pairs(&[
            ("person_id", "The student. Never NULL."),
            ("school_year", "The school year. Never NULL."),
            ("method", "The method. Never NULL."),
            ("grade", "Grade on the count day; of who was no member, or dropped out of another grade, the grade that was left or not reached. Never NULL."),
            ("status", "graduate, completer, dropout, still_enrolled or excluded (code set cohort_status). Never NULL."),
            ("reason_code", "Why (code set cohort_reason). Never NULL."),
            ("in_den", "Whether the row counts a member of the count day. Never NULL."),
            ("in_num", "Whether the row counts a dropout. Never NULL."),
            ("weight", "1. Never NULL."),
            ("district_id", "District of the school. Never NULL."),
            ("school_id", "School of the count day; of who was no member the school that was left. Never NULL."),
            ("entry_date", "First day of the spell that decided. NULL: none did."),
            ("exit_date", "Its last day. NULL: no exit was reported."),
            ("exit_code", "Its exit code. NULL: no exit was reported."),
            ("exit_documented", "Whether the exit has a document. NULL: nothing was said."),
            ("award_date", "Day of the credential that decided. NULL: none did."),
            ("diploma_type", "The credential that decided. NULL: none did."),
        ]),
        sql_example: "SELECT grade, count(*) FILTER (WHERE in_num) FROM dropout_status(2020) GROUP BY ALL ORDER BY 1;".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::k12::columns::{cohort_schema, event_schema};

    #[test]
    fn the_columns_are_those_of_the_results() {
        for (documented, schema) in [(grad_cohort(), cohort_schema()), (dropout_status(), event_schema())] {
            let names: Vec<&String> = documented.columns.iter().map(|(name, _)| name).collect();
            let fields: Vec<&String> = schema.fields().iter().map(|field| field.name()).collect();
            assert_eq!(names, fields);
            for ((name, meaning), field) in documented.columns.iter().zip(schema.fields()) {
                assert_eq!(meaning.contains("NULL:"), field.is_nullable(), "{name}");
            }
        }
    }
}
