//! The seven files as their published description has them: counts, lengths, codes. Written down a second time here,
//! so that the layouts are compared with something that shares nothing with them.

use crate::record_types::{
    RecordType, Scale, curriculum, literacy, norm_referenced, plain, subject_area, writing,
};

/// One of the files.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    /// The name of the file without its extension.
    pub(crate) file: &'static str,
    /// The layout of the comma-delimited file.
    pub(crate) layout: &'static str,
    pub(crate) assessment: &'static str,
    pub(crate) records: usize,
    /// Bytes of a record, with the two of its line end.
    pub(crate) record_length: usize,
    /// The size that is given for the file, in units of 1,024 bytes, rounded up; `None` where only millions are given.
    pub(crate) kilobytes: Option<usize>,
    pub(crate) program: &'static str,
    pub(crate) subgroups: &'static [&'static str],
    /// Values for each subgroup.
    pub(crate) values: usize,
    /// Characters of a value.
    pub(crate) width: usize,
    pub(crate) types: Vec<RecordType>,
}

/// Every subgroup, in the order in which they are described.
pub(crate) const SUBGROUPS: [&str; 15] =
    ["ALL", "NDO", "DO", "MAL", "FEM", "BLK", "WHT", "ASI", "HIS", "NAM", "OTH", "ELL", "ED", "NED", "MIG"];

/// Those of the subject area tests. That there are thirteen follows from the length of a record; that these two are the
/// ones left out is the layout's guess.
const SUBJECT_AREA_SUBGROUPS: [&str; 13] =
    ["ALL", "NDO", "DO", "MAL", "FEM", "BLK", "WHT", "ASI", "HIS", "NAM", "OTH", "ELL", "MIG"];

/// The file that this layout reads.
pub(crate) fn card(layout: &str) -> Card {
    cards().into_iter().find(|card| card.layout == layout).unwrap()
}

/// The seven files.
pub(crate) fn cards() -> Vec<Card> {
    let card = Card {
        file: "MCT02-RC",
        layout: "ms_report_card_2002_mct",
        assessment: "MCT",
        records: 11_398,
        record_length: 222,
        kilobytes: None,
        program: "MCT",
        subgroups: &SUBGROUPS,
        values: 2,
        width: 4,
        types: curriculum(101, 2..=8, "GR"),
    };
    vec![
        Card {
            file: "MCTI2-RC",
            layout: "ms_report_card_2002_mcti",
            records: 7_907,
            types: curriculum(601, 12..=18, "L"),
            ..card.clone()
        },
        Card {
            file: "WA02-RC",
            layout: "ms_report_card_2002_writ",
            assessment: "WRIT",
            records: 1_051,
            kilobytes: Some(228),
            program: "WRIT",
            types: vec![writing("201", "GR4", "04"), writing("205", "GR7", "07")],
            ..card.clone()
        },
        Card {
            file: "SATP2-RC",
            layout: "ms_report_card_2002_satp",
            assessment: "SATP",
            records: 2_534,
            record_length: 150,
            kilobytes: Some(372),
            program: "SATP",
            subgroups: &SUBJECT_AREA_SUBGROUPS,
            values: 1,
            width: 5,
            types: subject_area(),
        },
        Card {
            file: "FLE01-RC",
            layout: "ms_report_card_2002_fle",
            assessment: "FLE",
            records: 1_977,
            record_length: 162,
            kilobytes: Some(313),
            program: "FLE",
            values: 1,
            width: 5,
            types: literacy(),
            ..card.clone()
        },
        Card {
            file: "NRT02-RC",
            layout: "ms_report_card_2002_nrt",
            assessment: "NRT",
            records: 3_070,
            record_length: 162,
            kilobytes: Some(486),
            program: "NRT",
            values: 1,
            width: 5,
            types: norm_referenced(),
            ..card.clone()
        },
        Card {
            file: "ACT02-RC",
            layout: "ms_report_card_2002_act",
            assessment: "ACT",
            records: 791,
            record_length: 77,
            kilobytes: Some(60),
            program: "ACT",
            subgroups: SUBGROUPS.split_at(1).0,
            values: 1,
            width: 4,
            types: vec![
                plain("903", "COMP", "COR", Scale::Composite),
                plain("907", "COMP", "ALL", Scale::Composite),
            ],
        },
        card,
    ]
}
