//! From options to a folder of files: founds the state, then lives life after life.

use std::fs;
use std::path::Path;

use super::agency::Extracts;
use super::chance::{Chance, whole};
use super::colleges::Colleges;
use super::defects::Ledger;
use super::economy::Economy;
use super::error::TwinError;
use super::life::{Kind, World};
use super::options::TwinOptions;
use super::places::Places;
use super::summary::TwinSummary;
use super::truth::Truth;

/// Children of a whole state who are due in kindergarten in a year.
const BIRTHS: f64 = 36_300.0;
/// The other kinds of people for each of these children: late joiners, people past school, grown-up newcomers.
const JOINERS: f64 = 0.24;
const ELDERS: f64 = 0.95;
const NEWCOMERS: f64 = 0.36;

/// Simulates a state and writes the files of its agencies, with the truth beside them, into an empty or new
/// folder. The same options give the same bytes on every machine. Lives are simulated one after the other and
/// written at once, so memory does not grow with the number of people.
///
/// The extracts are in a folder for each agency, one file a year where the name ends in a year, as the layouts
/// `ms_*` describe them. A school year and an academic year are named by their ending year. Every agency has
/// numbers of its own; its `link.csv` holds those of which it knows the social security number.
///
/// * `mde`: enrollment, diploma, student (attributes), status (needs from when to when), attendance, discipline,
///   course (grades 9 to 12), assessment (tests of grades 3 to 8, of courses, and the ACT; none in the spring of
///   2020), migrant (qualifying moves), calendar, and schools, which is in the encoding of western Windows. Codes and
///   columns of student (2009-10), assessment (2014-15) and status (2016-17) changed after these school years.
/// * `mccb` and `ihl`: enrollment, award, course (dual enrollment and the first year); `mccb` also adult, which is
///   adult education.
/// * `mdes`: wage, employer, training (workforce programs), and `bls_wage` with the wages of the last year as
///   fixed-width records.
/// * `mdhs`: early (early learning), benefit (packed with gzip). `mdc`: prison. `mdrs`: case, in workbooks.
///
/// Public services are told as they stand after the last year: the file of a year holds what began in it, with the
/// end when that is known by then. A day after the last file is blank.
///
/// The folder `truth` is written from what the simulation knows, never from the extracts. Dates are ISO dates.
///
/// * `person.csv`: one row for each person of whom an agency has a row. `PERSON` is the place in the simulation;
///   `MSIS_ID`, `MCCB_ID` and `IHL_ID` are blank where the agency has no row; `SSN` is blank where the person has
///   none; `LINKED` tells whether `mde/link.csv` holds the person, blank outside the schools.
/// * `cohort.csv`: one row for each person who really attended a grade from 9 to 12 within the files (a no-show
///   did not). `FIRST9_YEAR` is the school year of the first ninth grade, for late joiners the one they would have
///   been in it; `COHORT_YEAR` = `FIRST9_YEAR` + 3; `OBSERVED` is N when high school began before the files do.
///   `OUTCOME` is the standing on 31 July of `COHORT_YEAR`, `OUTCOME_5` and `OUTCOME_6` one and two years later,
///   blank while that day is after the last file: `graduate` (regular or endorsed diploma), `alternate_diploma`,
///   `completer` (certificate), `still_enrolled`, `dropout` (with any dropout reason, with a no-show or with no
///   exit record at all), `transferred_out_documented` (other state), `transferred_out_undocumented` (left for
///   another state, country, private school or home school and no document came, also those a school notes as
///   dropout D18 or not at all), `emigrated`, `private_school`, `home_school` (all three documented),
///   `ged_program` (T7, documented or not; D12 is a dropout), `deceased`. A summer leaver leaves on the first day
///   of the next school year. `DIPLOMA_DATE` and `DIPLOMA_TYPE` are of any later time too. `DISTRICT` and `SCHOOL`
///   are the last ones attended up to that 31 July. The needs are those reported at any time in high school.
/// * `employment.csv`: one row for each diploma recipient (no certificates). `WAGES_Q1` to `WAGES_Q8` are the wages
///   in covered work of the state in the quarters after the one of the award, 0.00 when there was none, blank
///   beyond the wage files. `EMPLOYED_Q2` and `EMPLOYED_Q4` follow from them. `LINKED` as in `person.csv`: the
///   wages of the others are in the files too, but no link file leads to them.
/// * `college.csv`: one row for each diploma recipient. `FIRST_FALL`: really enrolled (community college or public
///   university of the state) in the first fall that begins after the award, `WITHIN_16_MONTHS`: in a term that
///   starts later than the award and at most 16 months after it; both without dual enrollment, both blank while
///   that time is not over. `FIRST_LEVEL` is 2, 4 or blank. The two `LINKABLE_` columns count only what can be
///   found through the link files of both agencies.
/// * `status.csv`: the status of every member of a cohort under every documented method, after four years and for
///   federal methods after five and six: a row for each school that answers for the member. `YEARS` is how many,
///   `WEIGHT` the school's share with six decimals, `STANDING` what really happened up to the closing day as in
///   `cohort.csv`. The module `status` says how each method was read. `method_rates.csv` holds the sums of the state
///   and the two methods that know no persons, `afgr` and `cpi`, `membership.csv` what those are made of.
/// * `links.csv`: one row for each number that an agency gave to a person. `LINKED` tells whether the agency's link
///   file leads to the social security number.
/// * `defects.csv`, with [`TwinOptions::defects`] alone: every row that was spoiled on purpose, by file, line (the
///   header is 1), column, kind, and the rule of a load or check that is to find it (blank when nothing gives it
///   away). Rows of the kinds `exact_duplicate`, `conflicting_duplicate`, `mistyped_number`, `unknown_school` and
///   `overlapping_spell` stand after the true row; all others stand in its place, and the true row comes in a later
///   file `correction_<table>_<year>.csv` of the same agency and layout. A row of an unknown school overlaps the
///   true one too.
/// * `summary.csv`: `SECTION`, `YEAR`, `NAME`, `COUNT`. Section `cohort`: `members` and every outcome of the
///   observed part of a cohort year. Section `class`: recipients by school year of the award (July belongs to the
///   year before): `diplomas`, `first_fall`, `within_16_months`, `employed_q2`, `employed_q4`, and the same for
///   those who can be linked. Section `rows`: rows of every file.
///
/// # Errors
/// Options outside their range, a folder that is not empty, and anything the operating system refuses.
pub fn generate(options: &TwinOptions, folder: &Path) -> Result<TwinSummary, TwinError> {
    options.check()?;
    refuse_full(folder)?;
    let world = found(options);
    let ledger = Ledger::open(folder, options.seed, options.defects)?;
    let mut extracts = Extracts::create(folder, &world, ledger.as_ref())?;
    let mut truth = Truth::create(folder, world.years, &world.places)?;
    let (mut number, mut persons, mut students) = (0, 0, 0);
    // The youngest are known to human services before they come to school.
    for cohort in world.years.0 - 62..=world.years.1 + 5 {
        for (kind, count) in population(options, cohort) {
            for _ in 0..count {
                number += 1;
                let life = world.live(number, cohort, kind);
                let presence = extracts.write(&life, &world)?;
                if presence.any() {
                    persons += 1;
                    students += u64::from(presence.schools);
                    truth.write(&life, presence, &world.places)?;
                }
            }
        }
    }
    let mut written = extracts.close()?;
    let (counts, more) = truth.close(&world.places)?;
    written.extend(more);
    if let Some(ledger) = ledger {
        written.extend(ledger.close()?);
    }
    let summary = TwinSummary::new(persons, students, written, counts);
    summary.write(folder)?;
    Ok(summary)
}

fn found(options: &TwinOptions) -> World {
    let years = (options.first_school_year, options.last_school_year);
    let places = Places::found(&mut Chance::of(options.seed, u64::MAX), options.scale, years);
    let quarters = (4 * years.0 - 8, 4 * years.1 + 3);
    let economy =
        Economy::found(&mut Chance::of(options.seed, u64::MAX - 1), options.scale, &places, quarters);
    World { seed: options.seed, places, colleges: Colleges::found(options.scale), economy, years }
}

/// How many people of each kind are due in kindergarten in a school year.
fn population(options: &TwinOptions, cohort: i32) -> [(Kind, u32); 4] {
    let (first, last) = (options.first_school_year, options.last_school_year);
    // Fewer children are born from year to year since the recession.
    let fewer = 1.0 - 0.006 * f64::from((cohort - 2013).clamp(0, 20));
    let births = BIRTHS * options.scale * fewer;
    let many = |share: f64, lives: bool| if lives { whole(births * share) } else { 0 };
    // Whoever may still be at a university in the first year goes through school in the simulation.
    let in_school = cohort >= first - 22;
    [
        (Kind::Native, many(1.0, in_school)),
        (Kind::Joiner, many(JOINERS, in_school && cohort <= last)),
        (Kind::Elder, many(ELDERS, !in_school)),
        (Kind::Newcomer, many(NEWCOMERS, cohort >= first - 45 && cohort <= last - 12)),
    ]
}

fn refuse_full(folder: &Path) -> Result<(), TwinError> {
    if !folder.exists() {
        return fs::create_dir_all(folder).map_err(|error| TwinError::write(folder, error));
    }
    let mut entries = fs::read_dir(folder).map_err(|error| TwinError::write(folder, error))?;
    if entries.next().is_some() { Err(TwinError::NotEmpty { folder: folder.to_owned() }) } else { Ok(()) }
}
