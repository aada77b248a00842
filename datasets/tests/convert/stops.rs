//! What stops a conversion, and what does not.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use lifetracks_datasets::{ConvertError, Layout, Part, Request, convert};

use crate::visits::{GOOD, HEADER, LAYOUT, definitions, load, rejects, visits};

#[test]
fn a_wrong_header_stops_with_the_nearest_names() {
    let sentence = |text: &str| visits(text).err().unwrap().to_string();
    assert_eq!(
        sentence("ID,DATES,AMOUNT,KEPT,NOTE\n"),
        "visits.csv, line 1: the header does not fit layout visits: missing: \"DATE\" (nearest: \"DATES\"); \
         unknown: \"DATES\" (nearest: \"DATE\"). Correct the header, or name the columns in the layout."
    );
    assert!(sentence("ID,DATE,AMOUNT,KEPT,NOTE,ID\n").contains("there twice: \"ID\""));
    assert!(sentence("").contains("there is no header"));
    assert!(sentence("\nID,DATE\n").contains("the line is empty"));
    assert!(sentence("ID,DATE\rAMOUNT\r").contains("carriage return"));
    assert!(sentence(&"A,".repeat(10_001)).contains("more than 10000 columns"));
}

#[test]
fn the_receiver_and_the_reader_can_stop_a_conversion() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(format!("{HEADER}{}", GOOD.repeat(500_000)).as_bytes()).unwrap();
    // The end of the file is missing.
    let mut bytes = packed.finish().unwrap();
    bytes.truncate(bytes.len() - 1000);
    let part = Part::from_bytes("visits.csv", bytes);
    let definitions = definitions(&[]);
    let layout = definitions.layout("visits").unwrap();
    let mut chunks = 0;
    let mut count = |_| {
        chunks += 1;
        Ok(())
    };
    let request = Request { part: &part, layout, definitions: &definitions, year: None, threads: 3 };
    let error = convert(&request, &mut count).unwrap_err();
    assert!(error.to_string().starts_with("visits.csv cannot be read: "), "{error}");
    assert!(chunks > 2);
    let mut stop = |_| Err(ConvertError::receiver("enough"));
    let stopped = convert(&request, &mut stop);
    assert_eq!(stopped.unwrap_err().to_string(), "enough");
}

#[test]
fn an_open_quote_before_a_line_without_end_rejects_one_row() {
    let long = "x".repeat(64 << 20);
    let text = format!("{HEADER}{GOOD}7,08/06/2020,,,\"open{long}\n{GOOD}");
    let definitions = definitions(&[]);
    let outcome = load(&definitions, definitions.layout("visits").unwrap(), text, 1).unwrap();
    assert_eq!(rejects(&outcome), [(3, None, "unclosed_quote")]);
    assert_eq!(outcome.lines, [2, 4]);
}

#[test]
fn a_layout_that_does_not_fit_is_a_sentence_with_its_line() {
    let two_ways = ("maps/two_ways.csv", "from,to,rule,source\nA,1,choice,test\nA,2,choice,test\n");
    let definitions = definitions(&[two_ways]);
    let fault = |from: &str, to: &str| {
        let layout = Layout::parse("layouts/visits.toml", &LAYOUT.replacen(from, to, 1));
        layout.and_then(|layout| layout.resolve(&definitions)).unwrap_err().to_string()
    };
    assert_eq!(
        fault("to = \"visit_date\"", "to = \"visit_day\""),
        "layouts/visits.toml, line 13: table \"visit\" has no column \"visit_day\"; did you mean \"visit_date\"?"
    );
    assert!(fault("table = \"visit\"", "table = \"visits\"").contains("did you mean \"visit\"?"));
    assert!(fault("to = \"kept\"", "to = \"amount\"").contains("is filled twice"));
    assert!(fault("identity = \"TEST\"", "").contains("takes [\"person_id\"]"));
    assert!(
        fault("format = \"%m/%d/%Y\"", "format = \"%m/%d/%y\"").contains("another part than %Y, %m and %d")
    );
    assert!(fault("format = \"%m/%d/%Y\"", "optional = true").contains("cannot be optional"));
    assert!(fault("thousands = \",\"", "format = \"%Y-%m-%d\"").contains("no use for format"));
    assert!(fault("map = \"grade_names\"", "map = \"grade_name\"").contains("did you mean \"grade_names\"?"));
    assert!(fault("map = \"grade_names\"", "map = \"two_ways\"").contains("several targets"));
    assert!(fault("map = \"grade_names\"", "mop = \"x\"").contains("unknown field `mop`"));
    assert!(fault("columns = [\"EXTRA\"]", "columns = [\"NOTE\"]").contains("both ignored and loaded"));
    assert!(fault("from = \"KEPT\"", "from = \"{value}\"").contains("has no [unpivot]"));
    assert!(fault("[ignored]", "[constants]\nage = 3\n[ignored]").contains("no column \"age\""));
    assert!(fault("source = \"test\"", "source = \"test\"\ndelimiter = \"||\"").contains("line 7"));
    assert!(
        fault("source = \"test\"", "source = \"test\"\nmax_reject_share = 2.0").contains("between 0 and 1")
    );
}
