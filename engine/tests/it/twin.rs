//! A synthetic state through the whole path, against the truth it was simulated from: the numbers a researcher would
//! publish are those that really happened to the people whom a link can find.

use std::path::{Path, PathBuf};

use lifetracks_engine::LoadRequest;
use lifetracks_engine::twin::{TwinOptions, TwinSummary, generate};

use crate::support::Lake;

const FIRST: i32 = 2016;
const LAST: i32 = 2024;

/// Folder, start of the files' names and layout of every extract; links last, so that people are renamed everywhere.
const EXTRACTS: [(&str, &str, &str); 12] = [
    ("mde", "schools", "ms_mde_schools"),
    ("mde", "enrollment", "ms_mde_enrollment"),
    ("mde", "diploma", "ms_mde_diploma"),
    ("mdes", "wage", "ms_mdes_wage"),
    ("mdes", "employer", "ms_mdes_employer"),
    ("mccb", "enrollment", "ms_mccb_enrollment"),
    ("mccb", "award", "ms_mccb_award"),
    ("ihl", "enrollment", "ms_ihl_enrollment"),
    ("ihl", "award", "ms_ihl_award"),
    ("mde", "link", "ms_mde_link"),
    ("mccb", "link", "ms_mccb_link"),
    ("ihl", "link", "ms_ihl_link"),
];

/// A regular diploma or any other that MDE's diploma file calls one; 00813 to 00816 are certificates and equivalencies.
const RECIPIENTS: &str = "with class as (select person_id, min(award_date) as award_date, \
    school_year(min(award_date) - interval '31' day) as class from diploma \
    where diploma_type not in ('00813', '00814', '00815', '00816') group by person_id), \
    linked as (select distinct person_id from person_xwalk where agency = 'SSN') ";

fn files(folder: &Path, start: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(start))
        .collect();
    files.sort();
    files
}

fn state() -> (Lake, TwinSummary) {
    let lake = Lake::new();
    let folder = lake.folder.path().join("twin");
    let options = TwinOptions {
        scale: 0.002,
        seed: 5,
        first_school_year: FIRST,
        last_school_year: LAST,
        ..TwinOptions::default()
    };
    let summary = generate(&options, &folder).unwrap();
    for (agency, start, layout) in EXTRACTS {
        let files = files(&folder.join(agency), start);
        let request = LoadRequest { files, layout: layout.to_owned(), ..LoadRequest::default() };
        let report = lake.engine.load(&request).unwrap();
        assert_eq!((report.rejected, report.loaded), (0, report.rows_in), "{layout}: {:?}", report.rejects);
        assert!(report.rows_in > 0, "{layout}");
    }
    (lake, summary)
}

#[test]
fn what_is_asked_of_the_lake_is_what_happened() {
    let (lake, summary) = state();
    let truth = |class: i32, name: &str| summary.count("class", class, name).unwrap_or(0).to_string();
    let rows = summary.rows("mdes/wage").to_string();
    assert_eq!(lake.value("select count(*) from ui_wage"), rows);
    for class in FIRST + 1..=LAST - 2 {
        let diplomas = lake.value(&format!("{RECIPIENTS} select count(*) from class where class = {class}"));
        assert_eq!(diplomas, truth(class, "diplomas"), "diplomas of {class}");

        let employed = format!(
            "{RECIPIENTS} select count(distinct w.person_id) from class c join linked using (person_id) \
             join ui_wage w on w.person_id = c.person_id and w.quarter_index = quarter_index(c.award_date) + 4 \
             where c.class = {class}"
        );
        assert_eq!(
            lake.value(&employed),
            truth(class, "employed_q4_linked"),
            "employed graduates of {class}"
        );

        let college = format!(
            "{RECIPIENTS} select count(distinct p.person_id) from class c join linked using (person_id) \
             join postsec_enrollment p on p.person_id = c.person_id \
             where c.class = {class} and p.dual_enrollment is not true and p.term_start > c.award_date \
             and p.term_start <= c.award_date + interval '16' month"
        );
        assert_eq!(
            lake.value(&college),
            truth(class, "within_16_months_linkable"),
            "college-goers of {class}"
        );
        let relation = format!(
            "select count(*) from college_going({class}, diploma => 'regular_or_alternate') where enrolled_within"
        );
        assert_eq!(
            lake.value(&relation),
            truth(class, "within_16_months_linkable"),
            "college_going of {class}"
        );
    }
}
