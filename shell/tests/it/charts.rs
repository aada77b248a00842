//! Charts of the last result, as a script draws them.

use crate::transcript::{lifetracks, ran};

const RATES: &str =
    "select * from (values ('Adams', 0.8), ('Brook', 0.4), ('Creek', null)) t(district, rate);\n";

#[test]
fn a_chart_shows_the_last_result_and_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{RATES}.chart\nselect count(*) as n from _;");
    let command = &mut lifetracks(folder.path());
    let (code, out, err) = ran(command.env("LC_ALL", "C.UTF-8").args(["--csv", "-c", &script]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("rate by district\nAdams ████"), "{out}");
    assert!(out.contains(" 80%\n") && out.contains("Creek NULL\n1 NULL is a gap, not zero\n"), "{out}");
    assert!(out.ends_with("n\n3\n"), "{out}");
}

#[test]
fn without_a_unicode_locale_a_chart_is_ascii() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!("{RATES}.chart");
    let (code, out, _) = ran(lifetracks(folder.path()).env("LC_ALL", "C").args(["--csv", "-c", &script]));
    assert_eq!(code, 0);
    assert!(out.is_ascii() && out.contains("Adams ####"), "{out}");
}

#[test]
fn a_chart_becomes_a_file_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rates.svg");
    let run = |end: &str| {
        let script = format!("{RATES}.chart bar to {}{end}", path.display());
        ran(lifetracks(folder.path()).args(["--csv", "-c", &script]))
    };
    let (code, _, err) = run("");
    assert_eq!(code, 0, "{err}");
    assert!(err.starts_with("Bar chart of rate by district: 3 categories"), "{err}");
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("<svg") && text.trim_end().ends_with("</svg>"), "{text}");
    let (code, _, err) = run("");
    assert_eq!(code, 2);
    assert!(err.contains("is there already") && err.contains("--force"), "{err}");
    assert_eq!(run(" --force").0, 0);
}

#[test]
fn a_file_for_once_takes_the_next_chart() {
    let folder = tempfile::tempdir().unwrap();
    let script = format!(
        ".once rates.svg\n{RATES}.chart bar\n.once rates.txt\n.chart bar ascii\n.once rates.csv\n.chart bar"
    );
    let (code, out, err) = ran(lifetracks(folder.path()).args(["--csv", "-c", &script]));
    assert_eq!(code, 2);
    assert!(err.contains("rates.csv takes rows"), "{err}");
    assert_eq!(out, "district,rate\nAdams,0.8\nBrook,0.4\nCreek,\n");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    assert!(read("rates.svg").starts_with("<svg"));
    assert!(read("rates.txt").contains("Adams ####"), "{}", read("rates.txt"));
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-c", ".once rates.svg"]));
    assert_eq!(code, 2);
    assert!(err.contains("is there already"), "{err}");
}

#[test]
fn a_chart_that_cannot_be_drawn_says_why() {
    let folder = tempfile::tempdir().unwrap();
    for (script, message) in [
        (".chart".to_owned(), "there is no result yet"),
        (format!("{RATES}.chart y=q"), "there is no column q; there are: district, rate"),
        (format!("{RATES}.chart y=district"), "y must be a number: district is text"),
        (format!("{RATES}.chart to a.jpg"), "a.jpg is neither a .svg nor a .png file"),
    ] {
        let (code, _, err) = ran(lifetracks(folder.path()).args(["--csv", "-c", &script]));
        assert_eq!(code, 2, "{err}");
        assert!(err.contains(message), "{err}");
    }
}

#[test]
fn a_picture_of_restricted_rows_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let rows = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\n1,0100,004,05/20/2022,00806\n";
    std::fs::write(folder.path().join("diploma.csv"), rows).unwrap();
    let load = ["load", "diploma", "diploma.csv", "--layout", "ms_mde_diploma", "--lake", "l"];
    let (code, _, err) = ran(lifetracks(folder.path()).args(load));
    assert_eq!(code, 0, "{err}");
    let script =
        "select district_id, count(*) as n from diploma group by 1;\n.chart bar to c.svg\n.chart bar";
    let (code, out, err) = ran(lifetracks(folder.path()).args(["l", "--csv", "-c", script]));
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("c.svg (restricted"), "{err}");
    assert!(out.contains("\nrestricted: "), "{out}");
    let picture = std::fs::read_to_string(folder.path().join("c.svg")).unwrap();
    assert!(picture.contains("restricted: "), "{picture}");
}
