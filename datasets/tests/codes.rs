//! The built-in codes and crosswalks: each has a source, one meaning a day, and the values its source has.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use lifetracks_datasets::{Code, Definitions, MapRow};

#[test]
fn every_code_has_a_source_and_one_meaning_a_day() {
    for set in Definitions::builtin().code_sets() {
        for code in &set.codes {
            assert!(!code.source.is_empty() && !code.label.is_empty(), "{} {}", set.name, code.code);
            let day = code.valid_from.or(code.valid_to);
            assert_eq!(set.label(&code.code, day), Some(code.label.as_str()), "{} {}", set.name, code.code);
        }
        for (position, code) in set.codes.iter().enumerate() {
            let same = |other: &&Code| other.code == code.code;
            for earlier in set.codes[..position].iter().filter(same) {
                let before = |left: &Code, right: &Code| {
                    left.valid_to.zip(right.valid_from).is_some_and(|(last, first)| last < first)
                };
                assert!(before(earlier, code) || before(code, earlier), "{} {}", set.name, code.code);
            }
        }
    }
}

#[test]
fn every_map_translates_known_codes() {
    let definitions = Definitions::builtin();
    let ends = [
        ("cip2soc", None, "soc"),
        ("cip2soc_major", None, "soc_major_group"),
        ("institution_level_ms", Some("institution_ms"), "institution_level"),
        ("maap_performance_level", None, "performance_level"),
        ("mct_performance_level", None, "performance_level"),
        ("msis_dropout_reentry", Some("msis_exit"), "msis_entry"),
        ("msis_entry_ceds", Some("msis_entry"), "ceds_entry"),
        ("msis_exit_ceds", Some("msis_exit"), "ceds_exit"),
        ("msis_race_ethnicity", None, "race_ethnicity"),
        ("msis_reentry_dropout", Some("msis_entry"), "msis_exit"),
        ("naics_sector_fold", Some("naics_sector"), "naics_sector"),
        ("naics_subsector_sector", Some("naics_subsector"), "naics_sector"),
        ("nd_cohort_measure", None, "measure"),
        ("nd_level", None, "report_level"),
        ("nd_subgroup", None, "subgroup"),
        ("diploma_class", Some("diploma_type"), "diploma_class"),
        ("exit_class", None, "exit_class"),
        ("subgroup_origin", Some("subgroup"), "subgroup_origin"),
        ("subgroup_race", Some("race_ethnicity"), "subgroup"),
        ("subgroup_sex", Some("sex"), "subgroup"),
        ("subgroup_status", Some("person_status"), "subgroup"),
        ("subgroup_status_not", Some("person_status"), "subgroup"),
    ];
    for (name, from, to) in ends {
        let map = definitions.map(name).unwrap();
        for row in &map.rows {
            assert!(!row.source.is_empty() && !row.rule.is_empty(), "{name} {}", row.from);
            assert!(definitions.code_set(to).unwrap().contains(&row.to), "{name} {}", row.to);
            if let Some(from) = from {
                assert!(definitions.code_set(from).unwrap().contains(&row.from), "{name} {}", row.from);
            }
        }
    }
}

#[test]
fn the_codes_are_those_of_their_sources() {
    let definitions = Definitions::builtin();
    let count = |name: &str| definitions.code_set(name).unwrap().codes.len();
    // 9 entry codes and 20 re-entries; 9 transfers and completions, 20 dropouts, Z1, GR and NS.
    assert_eq!((count("msis_entry"), count("msis_exit")), (29, 32));
    assert_eq!((count("county_ms"), count("diploma_type"), count("grade")), (82, 14, 15));
    let counties = definitions.code_set("county_ms").unwrap();
    assert_eq!(counties.label("28163", None), Some("Yazoo County"));
    assert_eq!(counties.label("28049", None), Some("Hinds County"));
    let exits = definitions.map("msis_exit_ceds").unwrap();
    assert_eq!(exits.target("T5"), Some("73067"));
    assert_eq!(exits.target("D04"), None, "not confirmed, so not mapped");
    assert_eq!(exits.targets("D01")[0].rule, "district_choice");
    let sectors = definitions.map("naics_sector_fold").unwrap();
    assert_eq!((sectors.target("32"), sectors.target("62")), (Some("31-33"), Some("62")));
    let years_2022 = |set: &str| {
        let codes = &definitions.code_set(set).unwrap().codes;
        codes.iter().filter(|code| code.is_valid_on(NaiveDate::from_ymd_opt(2022, 7, 1).unwrap())).count()
    };
    assert_eq!(years_2022("naics_subsector"), 96);
    assert_eq!((count("cip_family"), count("soc_major_group"), count("institution_ms")), (48, 23, 23));
    assert_eq!((count("ceds_entry"), count("discipline_behavior"), count("discipline_action")), (23, 30, 46));
    // 867 detailed occupations and the code of a program without one.
    assert_eq!(count("soc"), 868);
}

#[test]
fn programs_lead_to_the_published_occupations() {
    let definitions = Definitions::builtin();
    let (occupations, groups) =
        (definitions.map("cip2soc").unwrap(), definitions.map("cip2soc_major").unwrap());
    // The crosswalk has 6,097 rows, 180 of them occupations without a program.
    assert_eq!((occupations.rows.len(), groups.rows.len()), (6_097 - 180, 1_137));
    let programs: BTreeSet<&str> = occupations.rows.iter().map(|row| row.from.as_str()).collect();
    let without = occupations.rows.iter().filter(|row| row.to == "99-9999").count();
    assert_eq!((programs.len(), without), (2_142, 194));
    let of =
        |program: &str| occupations.targets(program).iter().map(|row| row.to.as_str()).collect::<Vec<_>>();
    assert_eq!(of("51.3801"), ["25-1072", "29-1141"]);
    assert_eq!(of("48.0508"), ["51-4121", "51-4122"]);
    assert_eq!((of("11.0701").len(), of("52.0201").len()), (13, 23));
    assert_eq!((occupations.target("24.0101"), occupations.target("51.3801")), (Some("25-1199"), None));
    assert_eq!((groups.target("51.3801"), groups.target("11.0701")), (Some("29-0000"), None));
    for row in &groups.rows {
        let group = |code: &str| code.get(..2).map(str::to_owned);
        assert!(occupations.targets(&row.from).iter().any(|target| group(&target.to) == group(&row.to)));
    }
}

#[test]
fn the_student_information_system_has_a_ceds_value_for_every_code_or_says_that_it_is_open() {
    let definitions = Definitions::builtin();
    for (set, map, open) in [
        ("msis_entry", "msis_entry_ceds", vec!["E8".to_owned()]),
        (
            "msis_exit",
            "msis_exit_ceds",
            (4..=20).map(|at| format!("D{at:02}")).chain(["GR".to_owned()]).collect(),
        ),
    ] {
        let map = definitions.map(map).unwrap();
        for code in &definitions.code_set(set).unwrap().codes {
            let is_open = open.contains(&code.code);
            assert_eq!(map.targets(&code.code).is_empty(), is_open, "{}", code.code);
            let says_so = code.source.contains("to be confirmed") || code.source.contains("no CEDS value");
            assert_eq!(says_so, is_open, "{}", code.code);
        }
    }
}

#[test]
fn a_reentry_answers_the_dropout_of_the_same_number() {
    let definitions = Definitions::builtin();
    let pairs = |name: &str, swap: bool| -> BTreeSet<(String, String)> {
        let rows = &definitions.map(name).unwrap().rows;
        let pair = |row: &MapRow| (row.from.clone(), row.to.clone());
        rows.iter().map(pair).map(|(from, to)| if swap { (to, from) } else { (from, to) }).collect()
    };
    let reentries = pairs("msis_reentry_dropout", false);
    assert_eq!(reentries.len(), 20);
    assert!(reentries.iter().all(|(from, to)| from[1..] == to[1..] && from.starts_with('R')));
    assert_eq!(reentries, pairs("msis_dropout_reentry", true));
}

#[test]
fn every_subsector_has_its_sector() {
    let definitions = Definitions::builtin();
    let map = definitions.map("naics_subsector_sector").unwrap();
    for code in &definitions.code_set("naics_subsector").unwrap().codes {
        assert!(map.target(&code.code).is_some(), "{}", code.code);
    }
    assert_eq!(
        (map.target("311"), map.target("455"), map.target("928")),
        (Some("31-33"), Some("44-45"), Some("92"))
    );
}

#[test]
fn every_subgroup_of_the_report_card_says_how_students_came_into_it() {
    let definitions = Definitions::builtin();
    let origin = definitions.map("subgroup_origin").unwrap();
    assert_eq!(origin.rows.len(), 15);
    for row in &origin.rows {
        let codes = &definitions.code_set("subgroup").unwrap().codes;
        let source = &codes.iter().find(|code| code.code == row.from).unwrap().source;
        let expected = match row.to.as_str() {
            "answer_document" => "from the test answer document",
            "msis_match" => "from the MSIS record",
            _ => "all students",
        };
        assert!(source.contains(expected), "{} {source}", row.from);
    }
}

#[test]
fn a_label_follows_the_calendar() {
    let definitions = Definitions::builtin();
    let race = definitions.code_set("race_ethnicity").unwrap();
    let day = |year| NaiveDate::from_ymd_opt(year, 10, 1);
    assert_eq!(race.label("A", day(2005)), Some("Asian or Pacific Islander"));
    assert_eq!(race.label("A", day(2015)), Some("Asian"));
    assert_eq!(race.label("A", None), Some("Asian"));
    assert_eq!(race.label("P", day(2005)), None);
}
