//! Drafted layouts read the files they were drafted from, row for row.

#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lifetracks_datasets::twin::{TwinOptions, generate};
use lifetracks_datasets::{CheckReport, Definitions, Draft, Layout, Request, check, infer, parts};
use proptest::prelude::*;
use tempfile::TempDir;

static DEFINITIONS: LazyLock<Definitions> = LazyLock::new(Definitions::builtin);

/// A draft must be a layout that resolves and rejects nothing.
fn prove(path: &Path, draft: &Draft) -> (Layout, CheckReport) {
    let told = |error: &dyn std::fmt::Display| format!("{error}\n{}", draft.layout);
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).map_err(|error| told(&error)).unwrap();
    layout.resolve(&DEFINITIONS).map_err(|error| told(&error)).unwrap();
    let mut report: Option<CheckReport> = None;
    for part in parts(path, &layout).unwrap() {
        let request =
            Request { part: &part, layout: &layout, definitions: &DEFINITIONS, year: None, threads: 2 };
        let found = check(&request).map_err(|error| told(&error)).unwrap();
        report = Some(match report {
            None => found,
            Some(mut all) => {
                all.counts.loaded += found.counts.loaded;
                all.counts.rejected += found.counts.rejected;
                all.rejects.extend(found.rejects);
                all
            }
        });
    }
    let report = report.unwrap();
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
    let options = TwinOptions {
        scale: 0.0005,
        seed: 7,
        first_school_year: 2012,
        last_school_year: 2013,
        ..TwinOptions::default()
    };
    generate(&options, folder.path()).unwrap();
    let mut files = 0;
    for layout in DEFINITIONS.layouts().iter().filter(|layout| layout.name.starts_with("ms_")) {
        let (agency, kind) = layout.name.trim_start_matches("ms_").split_once('_').unwrap();
        let Ok(entries) = fs::read_dir(folder.path().join(agency)) else { continue };
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            let (name, extension) = path.file_name().unwrap().to_str().unwrap().split_once('.').unwrap();
            if name.trim_end_matches(|end: char| end == '_' || end.is_ascii_digit()) != kind {
                continue;
            }
            let draft = infer(&path, Some(&layout.table), &DEFINITIONS).unwrap();
            let (drafted, report) = prove(&path, &draft);
            assert_eq!(drafted.table, layout.table);
            let known = format!("Layout {:?} names exactly these columns", layout.name);
            assert!(draft.notes.iter().any(|note| note.starts_with(&known)), "{:?}", draft.notes);
            files += 1;
            if extension != "csv" {
                continue;
            }
            let text = fs::read(&path).unwrap();
            let rows = text.split(|byte| *byte == b'\n').count() as u64 - 2;
            assert_eq!(report.counts.loaded, rows);
            // In small letters no layout names its columns, so the table is found by names and values alone.
            let end = text.iter().position(|byte| *byte == b'\n').unwrap();
            let lower = folder.path().join("lower.csv");
            fs::write(&lower, [text[..end].to_ascii_lowercase(), text[end..].to_vec()].concat()).unwrap();
            let draft = infer(&lower, None, &DEFINITIONS).unwrap();
            let (drafted, report) = prove(&lower, &draft);
            assert_eq!(drafted.table, layout.table, "{agency}/{name}\n{}", draft.layout);
            assert_eq!(report.counts.loaded, rows);
        }
    }
    assert!(files >= 50, "{files} files");
    let draft = infer(&folder.path().join("mdes/bls_wage_2013.txt"), None, &DEFINITIONS).unwrap();
    let (drafted, _) = prove(&folder.path().join("mdes/bls_wage_2013.txt"), &draft);
    assert_eq!(drafted.table, "ui_wage");
    let cents = draft.notes.iter().any(|note| note.starts_with("\"wages\": No value has a decimal point"));
    assert!(cents, "{:?}", draft.notes);
}

/// Draws a draft for a table and proves it.
fn drafted(bytes: &[u8], table: Option<&str>) -> (Draft, CheckReport) {
    let (_folder, path) = write(bytes);
    let draft = infer(&path, table, &DEFINITIONS).unwrap();
    let (_, report) = prove(&path, &draft);
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

const DIPLOMAS: [[&str; 5]; 4] = [
    ["000123456", "0100", "004", "05/22/2020", "00806"],
    ["000123457", "0100", "005", "05/22/2020", "00806"],
    ["000123458", "2500", "004", "06/30/2020", "00813"],
    ["100123459", "2500", "004", "05/13/2020", "00806"],
];

const DIPLOMA_NAMES: [&str; 5] = ["Student_No", "Dist", "Sch", "Awarded_Dt", "Diploma_Typ"];

/// The diplomas as delimited text.
fn diplomas() -> String {
    let rows = std::iter::once(DIPLOMA_NAMES).chain(DIPLOMAS);
    rows.map(|row| row.join(",") + "\n").collect()
}

fn is_diploma(draft: &Draft) {
    for part in [
        "table = \"diploma\"",
        "from = [\"Dist\", \"Sch\"]\nto = \"school_id\"",
        "to = \"award_date\"",
        "school_year = true",
    ] {
        assert!(draft.layout.contains(part), "{part}\n{}", draft.layout);
    }
}

#[test]
fn a_preamble_is_passed_over() {
    let text = format!("Diplomas, all of them\n\n\"made by\nthe office\",2020\n{}", diplomas());
    let (draft, report) = drafted(text.as_bytes(), None);
    assert_eq!(report.counts.loaded, 4);
    assert!(draft.layout.contains("header_line = 5\n"), "{}", draft.layout);
    is_diploma(&draft);
}

#[test]
fn compressed_files_are_read() {
    use std::io::Write as _;
    let gzip = |text: &str| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let (draft, report) = drafted(&gzip(&diplomas()), None);
    assert_eq!(report.counts.loaded, 4);
    assert!(draft.layout.contains("# Seen: gzip, "), "{}", draft.layout);
    is_diploma(&draft);

    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in
        [("a_2019.csv", diplomas()), ("b+2020.csv", diplomas()), ("notes.txt", "Read me first.\n".to_owned())]
    {
        archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    let (draft, report) = drafted(&archive.finish().unwrap().into_inner(), None);
    assert_eq!(report.counts.loaded, 8);
    assert!(
        draft.layout.contains("member = \"^(a_2019\\\\.csv|b\\\\+2020\\\\.csv)$\"\n"),
        "{}",
        draft.layout
    );
    assert!(draft.layout.contains("8 rows of 5 columns"), "{}", draft.layout);
    assert!(draft.notes.iter().any(|note| note.contains("notes.txt")), "{:?}", draft.notes);
    is_diploma(&draft);
}

#[test]
fn workbooks_are_read() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    workbook.add_worksheet().set_name("About").unwrap().write(0, 0, "Diplomas").unwrap();
    let sheet = workbook.add_worksheet().set_name("Data").unwrap();
    sheet.write(0, 0, "Diplomas of 2020").unwrap();
    for (column, name) in (0..).zip(DIPLOMA_NAMES) {
        sheet.write(2, column, name).unwrap();
    }
    let format = rust_xlsxwriter::Format::new().set_num_format("mm/dd/yyyy");
    for (line, row) in (3..).zip(DIPLOMAS) {
        for (column, text) in (0..).zip(row) {
            match text.split('/').map(str::parse).collect::<Vec<Result<u16, _>>>().as_slice() {
                [Ok(month), Ok(day), Ok(year)] => {
                    let (month, day) = (u8::try_from(*month).unwrap(), u8::try_from(*day).unwrap());
                    let date = rust_xlsxwriter::ExcelDateTime::from_ymd(*year, month, day).unwrap();
                    sheet.write_with_format(line, column, &date, &format).unwrap();
                }
                _ => {
                    sheet.write(line, column, text).unwrap();
                }
            }
        }
    }
    let (draft, report) = drafted(&workbook.save_to_buffer().unwrap(), None);
    assert_eq!(report.counts.loaded, 4);
    for part in [
        "format = \"xlsx\"\nsheet = \"Data\"\nheader_line = 3\n",
        "# Seen: sheet \"Data\" of a workbook; it has fewer cells: \"About\".",
    ] {
        assert!(draft.layout.contains(part), "{part}\n{}", draft.layout);
    }
    is_diploma(&draft);
}

#[test]
fn fields_of_fixed_width_are_cut() {
    let mut text = String::new();
    for (number, row) in (0..).zip(DIPLOMAS) {
        let [id, district, school, date, kind] = row;
        let name = ["LEE", "RODRIGUEZ", "O", "SMITH-JONES"][number];
        text.push_str(
            &[id, "  ", &format!("{name:<12}"), &date.replace('/', ""), district, " ", school, kind, "#\r\n"]
                .concat(),
        );
    }
    let (_folder, path) = write(text.as_bytes());
    let draft = infer(&path, Some("diploma"), &DEFINITIONS).unwrap();
    let layout = Layout::parse("layouts/draft.toml", &draft.layout)
        .map_err(|error| format!("{error}\n{}", draft.layout))
        .unwrap();
    assert_eq!(layout.table, "diploma");
    let fields = "format = \"fixed_width\"\nrecord_length = 45\n";
    assert!(draft.layout.contains(fields), "{}", draft.layout);
    for field in [
        "field_1 = [1, 9]",
        "field_2 = [12, 11]",
        "field_3 = [24, 8]",
        "field_4 = [32, 4]",
        "field_5 = [37, 8]",
        "field_6 = [45, 1]",
    ] {
        assert!(draft.layout.contains(field), "{field}\n{}", draft.layout);
    }
    assert!(draft.layout.contains("# field_3: dates written %m%d%Y;"), "{}", draft.layout);
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
    let draft = infer(&path, Some("ui_wage"), &DEFINITIONS).unwrap();
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    layout.resolve(&DEFINITIONS).unwrap();
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
    let draft = infer(&path, Some("ui_wage"), &DEFINITIONS).unwrap();
    let layout = Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    assert!(layout.resolve(&DEFINITIONS).is_err());
    for open in [
        "TO BE DECIDED: nothing fills \"quarter_index\", which may not be NULL: no column of the file has such a name and such values.",
        "TO BE DECIDED: nothing fills \"wages\", which may not be NULL: \"WAGES\" has such a name, but its values are not all decimal numbers.",
    ] {
        assert!(draft.notes.iter().any(|note| note == open), "{:?}", draft.notes);
        assert!(draft.layout.contains(&format!("# {open}\n")));
    }
    let error = infer(&path, Some("ui_wages"), &DEFINITIONS).unwrap_err();
    assert_eq!(error.to_string(), "table \"ui_wages\" not found; did you mean \"ui_wage\"?");
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
        "877777777Zyxwv   07171977Y\n877777778Zyxwvuts07071977N\n",
    ];
    for text in files {
        let (_folder, path) = write(text.as_bytes());
        let draft = infer(&path, None, &DEFINITIONS).unwrap();
        for mark in ["77", "Zyx", "zyx"] {
            assert!(!draft.layout.contains(mark), "{mark} in\n{}", draft.layout);
            assert!(!draft.notes.iter().any(|note| note.contains(mark)), "{:?}", draft.notes);
        }
        Layout::parse("layouts/draft.toml", &draft.layout).unwrap();
    }
}

#[test]
fn a_number_of_nine_digits_is_a_person_only_where_nothing_else_is_said() {
    let rows =
        |name: &str| format!("{name},YEAR,QUARTER,WAGES\n123456789,2019,1,5.00\n234567891,2019,2,6.00\n");
    let identity = |text: &str| {
        let (_folder, path) = write(text.as_bytes());
        let draft = infer(&path, Some("ui_wage"), &DEFINITIONS).unwrap();
        draft.layout.lines().find(|line| line.starts_with("identity")).map(str::to_owned)
    };
    assert_eq!(identity(&rows("SSN")).as_deref(), Some("identity = \"SSN\""));
    assert_eq!(identity(&rows("WRKR")).as_deref(), Some("identity = \"TO_BE_DECIDED\""));
    assert_eq!(identity(&rows("EIN")), None);
}

#[test]
fn files_without_rows_are_refused() {
    for (bytes, sentence) in [
        (&b""[..], "spells_2019.csv: there is no line with text in it; check the file."),
        (b"\n\n\r\n", "spells_2019.csv: there is no line with text in it; check the file."),
        (
            b"A,B\r1,2\r3,4\r",
            "spells_2019.csv: lines end in a carriage return alone; save the file with LF or CR LF line ends.",
        ),
    ] {
        let (_folder, path) = write(bytes);
        assert_eq!(infer(&path, None, &DEFINITIONS).unwrap_err().to_string(), sentence);
    }
    let missing = infer(Path::new("no/such/file.csv"), None, &DEFINITIONS).unwrap_err();
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
    let start = prop::sample::select(vec![
        &b""[..],
        b"",
        b"",
        b"\x1F\x8B\x08",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"\xFF\xFE",
        b"\xEF\xBB\xBF",
    ]);
    (start, prop::collection::vec(piece, 0..60))
        .prop_map(|(start, pieces)| [start, &pieces.concat()].concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    #[test]
    fn no_bytes_can_break_it(bytes in bytes()) {
            let (_folder, path) = write(&bytes);
        if let Ok(draft) = infer(&path, None, &DEFINITIONS) {
            let layout = Layout::parse("layouts/draft.toml", &draft.layout);
            prop_assert!(layout.is_ok(), "{:?}\n{}", layout.err(), draft.layout);
        }
    }
}
