//! Drafted layouts read the files they were drafted from, row for row.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use lifetracks_datasets::twin::{TwinOptions, generate};
use lifetracks_datasets::{CheckReport, Definitions, Draft, Layout, check, infer};
use proptest::prelude::*;
use tempfile::TempDir;

/// A draft must be a layout that resolves and rejects nothing.
fn prove(path: &Path, draft: &Draft, definitions: &Definitions) -> (Layout, CheckReport) {
    let told = |error: &dyn std::fmt::Display| format!("{error}\n{}", draft.layout);
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).map_err(|error| told(&error)).unwrap();
    layout.resolve(definitions).map_err(|error| told(&error)).unwrap();
    let report = check(File::open(path).unwrap(), "f", &layout, definitions);
    let report = report.map_err(|error| told(&error)).unwrap();
    assert_eq!(report.counts.rejected, 0, "{:?}\n{}", report.rejects, draft.layout);
    (layout, report)
}

fn write(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("spells_2019.csv");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn the_extracts_of_the_twin_are_recognised() {
    let folder = tempfile::tempdir().unwrap();
    let options = TwinOptions { scale: 0.0005, seed: 7, first_school_year: 2009, last_school_year: 2013 };
    generate(&options, folder.path()).unwrap();
    let definitions = Definitions::builtin();
    let mut files = 0;
    for layout in definitions.layouts().iter().filter(|layout| layout.name.starts_with("ms_")) {
        let (agency, kind) = layout.name.trim_start_matches("ms_").split_once('_').unwrap();
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder.path().join(agency)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            if name.trim_end_matches(|end: char| end == '_' || end.is_ascii_digit()) != kind {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            let rows = text.lines().count() as u64 - 1;
            let draft = infer(&path, Some(&layout.table), &definitions).unwrap();
            let (drafted, report) = prove(&path, &draft, &definitions);
            assert_eq!((drafted.table.as_str(), report.counts.loaded), (layout.table.as_str(), rows));
            let known = format!("Layout {:?} names exactly these columns", layout.name);
            assert!(draft.notes.iter().any(|note| note.starts_with(&known)), "{:?}", draft.notes);
            // In small letters no layout names its columns, so the table is found by names and values alone.
            let (header, rest) = text.split_once('\n').unwrap();
            let lower = folder.path().join("lower.csv");
            fs::write(&lower, format!("{}\n{rest}", header.to_lowercase())).unwrap();
            let draft = infer(&lower, None, &definitions).unwrap();
            let (drafted, report) = prove(&lower, &draft, &definitions);
            assert_eq!(drafted.table, layout.table, "{agency}/{name}\n{}", draft.layout);
            assert_eq!(report.counts.loaded, rows);
            files += 1;
        }
    }
    assert!(files >= 12, "{files} files");
}

/// Draws a draft for a table and proves it.
fn drafted(bytes: &[u8], table: Option<&str>) -> (Draft, CheckReport) {
    let (_folder, path) = write(bytes);
    let definitions = Definitions::builtin();
    let draft = infer(&path, table, &definitions).unwrap();
    let (_, report) = prove(&path, &draft, &definitions);
    (draft, report)
}

const WAGES: &str = "SSN,EmplAcct,RPTG_UNIT,YR,QTR,EARNINGS,NOTE\n\
    123-45-6789,0000012345,00001,2019,1,\"1,250.50\",first\n\
    234-56-7891,0000012345,00002,2019,2,900,\n\
    345-67-8912,0000054321,00001,2019,3,.,\"two, words\"\n";

#[test]
fn any_delimiter_quote_and_encoding_is_found() {
    let rows = |delimiter: char, quote: &str, line_end: &str| {
        let mut text = String::new();
        for line in [
            "DISTRICT|SCHOOL|SCHOOL_NAME|DISTRICT_NAME",
            "0100|004|Pe\u{f1}a|One",
            "0100|005|Ro, se|One",
            "2500|004|A; b\tc^d|Two",
        ] {
            let fields: Vec<String> = line.split('|').map(|field| format!("{quote}{field}{quote}")).collect();
            text.extend([fields.join(&delimiter.to_string()).as_str(), line_end]);
        }
        text
    };
    for delimiter in [',', '\t', '|', ';', '^'] {
        for line_end in ["\n", "\r\n"] {
            let text = rows(delimiter, "\"", line_end);
            let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let latin: Vec<u8> =
                text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
            let marked = [&b"\xEF\xBB\xBF"[..], text.as_bytes()].concat();
            for (bytes, encoding) in [
                (text.clone().into_bytes(), None),
                (marked, None),
                (utf16, Some("utf-16le")),
                (latin, Some("windows-1252")),
            ] {
                let (draft, report) = drafted(&bytes, None);
                assert_eq!(report.counts.loaded, 3);
                assert!(draft.layout.contains("table = \"school_directory\""), "{}", draft.layout);
                assert!(draft.layout.contains("from = [\"DISTRICT\", \"SCHOOL\"]"), "{}", draft.layout);
                let declared = draft.layout.lines().find(|line| line.starts_with("encoding"));
                assert_eq!(declared, encoding.map(|name| format!("encoding = \"{name}\"")).as_deref());
            }
        }
    }
    let (draft, _) = drafted(rows('|', "", "\n").replace("Pe\u{f1}a", "6\" x").as_bytes(), None);
    assert!(draft.layout.contains("quote = \"\"\n"), "{}", draft.layout);
    let (draft, _) = drafted(rows(',', "'", "\n").as_bytes(), None);
    assert!(draft.layout.contains("quote = \"'\"\n"), "{}", draft.layout);
}

#[test]
fn names_are_matched_through_their_abbreviations() {
    let text = WAGES.replace(",.,", ",75.25,");
    let (draft, report) = drafted(text.as_bytes(), None);
    assert_eq!(report.counts.loaded, 3);
    for part in [
        "table = \"ui_wage\"",
        "from = \"SSN\"\nto = \"person_id\"\nidentity = \"SSN\"\nstrip = \"- \"",
        "from = [\"YR\", \"QTR\"]\nto = \"quarter_index\"\nquarter = true",
        "from = \"EmplAcct\"\nto = \"employer_account\"\npad = 10",
        "from = \"EARNINGS\"\nto = \"wages\"\nthousands = \",\"",
        "[ignored]\ncolumns = [\"NOTE\"]",
    ] {
        assert!(draft.layout.contains(part), "{part}\n{}", draft.layout);
    }
}

#[test]
fn a_missing_value_in_a_required_column_is_told() {
    let (_folder, path) = write(WAGES.as_bytes());
    let definitions = Definitions::builtin();
    let draft = infer(&path, Some("ui_wage"), &definitions).unwrap();
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    layout.resolve(&definitions).unwrap();
    assert!(
        draft.notes.iter().any(|note| note == "\"wages\": 1 rows have no value here and would be rejected."),
        "{:?}",
        draft.notes
    );
    assert!(draft.layout.contains("null_tokens = [\"\", \".\"]"), "{}", draft.layout);
}

#[test]
fn what_nothing_fills_is_told_and_not_made_up() {
    let (_folder, path) = write(b"SSN,ACCOUNT,YEAR,WAGES\n123456789,1,2019,5\n234567891,1,2019,many\n");
    let definitions = Definitions::builtin();
    let draft = infer(&path, Some("ui_wage"), &definitions).unwrap();
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    assert!(layout.resolve(&definitions).is_err());
    for open in [
        "TO BE DECIDED: nothing fills \"quarter_index\", which may not be NULL: no column of the file has such a name and such values.",
        "TO BE DECIDED: nothing fills \"wages\", which may not be NULL: \"WAGES\" has such a name, but its values are not all decimal numbers.",
    ] {
        assert!(draft.notes.iter().any(|note| note == open), "{:?}", draft.notes);
        assert!(draft.layout.contains(&format!("# {open}\n")));
    }
    let error = infer(&path, Some("ui_wages"), &definitions).unwrap_err();
    assert_eq!(error.to_string(), "there is no table \"ui_wages\"; did you mean \"ui_wage\"?");
}

#[test]
fn days_and_months_that_cannot_be_told_apart_are_left_to_the_person() {
    let award = |dates: &str| {
        let mut text = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE,SCHOOL_YEAR\n".to_owned();
        for (number, date) in dates.split(' ').enumerate() {
            text.extend(["00000", &number.to_string(), ",0100,004,", date, ",00806,2020\n"]);
        }
        drafted(text.as_bytes(), Some("diploma")).0
    };
    let draft = award("05/06/2020 05/05/2020");
    assert!(
        draft
            .notes
            .iter()
            .any(|note| note.contains("could be %m/%d/%Y and %d/%m/%Y") && note.contains("TO BE DECIDED")),
        "{:?}",
        draft.notes
    );
    let draft = award("05/06/2020 25/05/2020");
    assert!(draft.layout.contains("format = \"%d/%m/%Y\""), "{}", draft.layout);
    assert!(!draft.layout.contains("could be"), "{}", draft.layout);
}

#[test]
fn a_draft_never_holds_a_value() {
    // Every field holds a mark that no name and no count has; the last files have no header.
    let files = [
        "SSN,LAST_NAME,BIRTH_DATE,GRADE\n877777777,Zyxwv,07/07/1977,77\n877777778,Zyxwv,07/17/1977,77\n",
        "877777777,Zyxwv,07/07/1977,77\n877777778,Zyxwvu,07/17/1977,77\n",
        "Zyxwv|Zyxwva|Zyxwvb\nZyxwv|Zyxwvc|Zyxwvd\n",
        "Zyxwv877777777\nZyxwv877777778\n",
        "877777777 Zyxwv 77\n877777778 Zyxwa 77\n",
        "A,B\n\"Zyxwv\n877777777\",5\n\"unclosed Zyxwv,77\n",
    ];
    let definitions = Definitions::builtin();
    for text in files {
        let (_folder, path) = write(text.as_bytes());
        let draft = infer(&path, None, &definitions).unwrap();
        for mark in ["77", "Zyx", "zyx"] {
            assert!(!draft.layout.contains(mark), "{mark} in\n{}", draft.layout);
            assert!(!draft.notes.iter().any(|note| note.contains(mark)), "{:?}", draft.notes);
        }
        Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    }
}

#[test]
fn files_without_rows_are_refused() {
    let definitions = Definitions::builtin();
    for (bytes, sentence) in [
        (&b""[..], "spells_2019.csv: there is no line with text in it; check the file."),
        (b"\n\n\r\n", "spells_2019.csv: there is no line with text in it; check the file."),
        (
            b"A,B\r1,2\r3,4\r",
            "spells_2019.csv: lines end in a carriage return alone; save the file with LF or CR LF line ends.",
        ),
    ] {
        let (_folder, path) = write(bytes);
        assert_eq!(infer(&path, None, &definitions).unwrap_err().to_string(), sentence);
    }
    let missing = infer(Path::new("no/such/file.csv"), None, &definitions).unwrap_err();
    assert!(missing.to_string().starts_with("file.csv cannot be read: "), "{missing}");
}

/// Bytes as they stand in files of agencies, and bytes that do not.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => "[A-Za-z0-9 ]{0,8}".prop_map(String::into_bytes),
        3 => prop::sample::select(b",\t|;^\"'\n\n\n".to_vec()).prop_map(|mark| vec![mark]),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"01/02/2020".to_vec()),
        1 => Just(b"SSN,GRADE\n".to_vec()),
        1 => "-?[0-9]{1,12}(\\.[0-9]{1,3})?".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => "\\PC{0,6}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn no_bytes_can_break_it(bytes in bytes()) {
        let definitions = Definitions::builtin();
        let (_folder, path) = write(&bytes);
        if let Ok(draft) = infer(&path, None, &definitions) {
            let layout = Layout::parse("layouts/draft.toml", &draft.layout);
            prop_assert!(layout.is_ok(), "{:?}\n{}", layout.err(), draft.layout);
        }
    }
}
