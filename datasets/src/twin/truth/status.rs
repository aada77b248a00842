//! The true status of every member of a cohort under every documented method: `truth/status.csv`.
//!
//! Numbers in brackets are sections of the domain rules of the project.
//!
//! For all methods: a cohort is named by the school year in which four years end; a member really attended a grade
//! from 9 to 12, a no-show makes nobody a member; the first such grade decides, grade 9 as first ninth grade, a
//! higher one as that of a late joiner who is given the year of the grade 9 he would have had [1.3, step 1; 1.2].
//! The day that closes n years is 31 July [1.2]. Standing is that of the end of this day, so that a pupil who has no
//! exit in the last school year is still enrolled, and one who did not come back after an earlier year dropped out.
//! Only a regular or an endorsed diploma makes a graduate, in December and in July too [1.1; 1.3, step 4].
//!
//! * `ms-mde-2018` [1.2, T1]: five statuses. Transfers to another state or country, private or home school leave
//!   with a document, without one they are dropouts; so are equivalency programs, as no program is flagged as
//!   approved; holders of alternate diplomas leave, whenever it is awarded. District of the longest stay, in it the
//!   school of the longest stay, the last one when equal, by calendar days up to the closing day [0, point 3; T2].
//! * `ms-mde-apportioned` [0, point 3]: the same statuses; each school has its share of the months. The rules do not
//!   say how a month is counted: here by where the pupil is on its first day, September to May, in the four years.
//!   Nowhere on any of these days: the last school has all.
//! * `msis-2006` [0, point 6; 1.2]: the exit code decides, no document is asked for, and equivalency programs (T7)
//!   are transfers. There was no alternate diploma: its holders are completers. The last school.
//! * `fed-essa` [1.1, 1.3]: transfers, emigration and death leave with a document from the receiving side (a death
//!   always has one); equivalency programs never leave. An alternate diploma earned in four years makes a graduate;
//!   earned later it moves its holder out of the cohort at 4, 5 and 6 years and as a graduate into the cohort of the
//!   school year of the award (July belongs to the year before) [1.3, step 5, `reassign`; T1, S16]. The last school;
//!   for those who left with nothing, attended it for less than half of their last school year (calendar days from
//!   first to last day of class) and are no confirmed transfer, the school of most days in grades 9 to 12, found as
//!   in `ms-mde-2018` [0, point 2; T2b]. Leavers, the still enrolled and graduates stay with the last school.
//! * `fed-essa-alt-literal` [1.3, step 5, `literal`; T1]: the same, but an alternate diploma counts in its own cohort
//!   whenever it is earned.
//! * `nga-2005`: not described in the rules. Read after the formula of the compact (NGA, Implementing Graduation
//!   Counts, 2006: four-year regular or advanced diplomas over first-time ninth graders plus transfers in minus
//!   transfers out): the exit code decides, no document is asked for; equivalency programs stay, alternate diplomas
//!   are no regular ones. That states may give some pupils more years is not used. The last school.
//! * `nm-shared`: not described in the rules. Read after New Mexico's public account of shared accountability (every
//!   grade is a way in, outcomes are distributed over all high schools in proportion, the state counts everyone
//!   once): statuses as `fed-essa`, but an alternate diploma in time is a diploma and a later one changes nothing.
//!   Shares follow four snapshots a year, here 1 October, 15 December, 1 March and 15 May. On none of them in
//!   school: the last school has all.
//!
//! The four-year status of every method is given, for `fed-essa` and `fed-essa-alt-literal` also after five and six
//! years with the denominator re-adjusted [1.1], as far as the files reach. Cohorts begin three years after the first
//! file. From the extracts alone the first three of them cannot be rebuilt exactly: who repeated grade 9 in the first
//! files looks like a first-time ninth grader.

use super::method::{METHODS, Method, Status};
use super::rates::Rates;
use super::stay::{School, Stay, briefly_in_last, counted, longest_school, months, snapshots, stays};
use crate::twin::calendar::close_of;
use crate::twin::error::TwinError;
use crate::twin::identity;
use crate::twin::life::Life;
use crate::twin::places::Places;
use crate::twin::record::{Cohort, Diploma};
use crate::twin::table::Table;

pub(super) const STATUS: &str =
    "MSIS_ID,COHORT,METHOD,YEARS,IN_DEN,IN_NUM,STATUS,STANDING,WEIGHT,DISTRICT,SCHOOL";

/// A row of the file before its schools.
struct Verdict {
    cohort: i32,
    years: i32,
    status: Status,
    standing: &'static str,
}

/// Writes the statuses of a member of a cohort under all methods.
pub(super) fn write_status(
    file: &mut Table,
    rates: &mut Rates,
    life: &Life,
    cohort: Cohort,
    (places, years): (&Places, (i32, i32)),
) -> Result<(), TwinError> {
    if cohort.ninth_year < years.0 {
        return Ok(());
    }
    let record = &life.record;
    let diploma = record.diploma.filter(|diploma| diploma.year <= years.1);
    let in_time = close_of(cohort.year());
    for span in 4..=6 {
        let last_year = cohort.year() + span - 4;
        let closing = close_of(last_year);
        let Some(change) = record.change_on(closing).filter(|_| last_year <= years.1) else { break };
        let there = stays(&record.spells, closing);
        for method in METHODS.iter().filter(|method| span == 4 || method.extended) {
            let status = method.status(change, diploma, (in_time, closing));
            let standing = change.standing.name();
            let verdict = Verdict { cohort: cohort.year(), years: span, status, standing };
            write_method(file, rates, life, method, &verdict, &there, places)?;
        }
    }
    for method in &METHODS {
        let Some(year) = method.moves_to(diploma, in_time) else { continue };
        for span in (4..=6).take_while(|span| year + span - 4 <= years.1) {
            let there = stays(&record.spells, close_of(year));
            let (status, standing) = (Status::Graduate, "alternate_diploma");
            let verdict = Verdict { cohort: year, years: span, status, standing };
            write_method(file, rates, life, method, &verdict, &there, places)?;
        }
    }
    Ok(())
}

fn write_method(
    file: &mut Table,
    rates: &mut Rates,
    life: &Life,
    method: &Method,
    verdict: &Verdict,
    there: &[Stay],
    places: &Places,
) -> Result<(), TwinError> {
    let Some(last) = there.last() else { return Ok(()) };
    let ninth_year = verdict.cohort - 3;
    let shares = match method.school {
        School::Last => vec![(last.school, 1)],
        School::Longest => vec![(longest_school(there, places).unwrap_or(last.school), 1)],
        School::Federal => vec![(federal_school(there, verdict.status, places), 1)],
        School::Months => counted(there, months(ninth_year)),
        School::Snapshots => counted(there, snapshots(ninth_year)),
    };
    let shares = if shares.is_empty() { vec![(last.school, 1)] } else { shares };
    let total: u32 = shares.iter().map(|(_, count)| count).sum();
    let (counts, passes) = (verdict.status != Status::Excluded, verdict.status == Status::Graduate);
    rates.count(method.name, verdict.cohort, verdict.years, counts, passes);
    for (place, count) in shares {
        let school = &places.schools[place];
        let flag = |yes| u64::from(yes);
        file.number(identity::student_number(life.person.number).0, 9).year(verdict.cohort);
        file.text(method.name).number(u64::from(verdict.years.unsigned_abs()), 1);
        file.number(flag(counts), 1).number(flag(passes), 1).text(verdict.status.name());
        file.text(verdict.standing).millionths(u64::from(count), u64::from(total));
        file.text(&places.districts[school.district].code).text(&school.code).end_row()?;
    }
    Ok(())
}

/// The school that answers under federal law.
fn federal_school(there: &[Stay], status: Status, places: &Places) -> usize {
    let last = there.last().map_or(0, |stay| stay.school);
    let left_with_nothing = matches!(status, Status::Dropout | Status::Completer);
    if left_with_nothing && briefly_in_last(there, places) {
        longest_school(there, places).unwrap_or(last)
    } else {
        last
    }
}

/// Whether a diploma is a regular or endorsed one.
pub(super) fn is_regular(diploma: &Diploma) -> bool {
    use crate::twin::record::DiplomaKind;
    matches!(diploma.kind, DiplomaKind::Regular | DiplomaKind::Endorsed)
}
