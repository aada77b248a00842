//! Layouts that extend each other, and files that differ from year to year.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Date32Type;
use lifetracks_datasets::{Layout, Part, Request, convert};

use crate::fixed::{refused, scores, texts};
use crate::visits::{load, load_part};

const YEARLY: &str = r#"
[years]
from_name = "_(\\d{4})\\."
first = 2002
last = 2024
[ignored]
columns = ["NOTE"]
[[variant]]
last = 2004
description = "The day was not kept."
absent = ["DAY"]
[[variant]]
first = 2005
last = 2005
description = "The id had another name."
rename = { ID = "STUDENT_NO" }
[[variant]]
first = 2006
last = 2010
description = "Codes before the change."
maps = { name = "grade_old" }
ignored = ["EXTRA"]
[[variant]]
first = 2020
description = "Semicolons, below a title."
delimiter = ";"
header_line = 2
encoding = "latin1"
[[column]]
from = "ID"
to = "id"
[[column]]
from = "DAY"
to = "day"
[[column]]
from = "GRADE"
to = "name"
map = "grade_new"
"#;

fn definitions() -> lifetracks_datasets::Definitions {
    let header = "from,to,rule,source\n";
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("maps")).unwrap();
    for (name, rows) in
        [("grade_old", "9,nine,one,s\n"), ("grade_new", "9,ninth,2002-2018,s\n9,Grade 9,2019-,s\n")]
    {
        std::fs::write(folder.path().join(format!("maps/{name}.csv")), format!("{header}{rows}")).unwrap();
    }
    let with_maps = scores(&[]).with_folder(folder.path()).unwrap();
    let layouts = tempfile::tempdir().unwrap();
    std::fs::create_dir(layouts.path().join("layouts")).unwrap();
    let text = format!(
        "name = \"yearly\"\ntable = \"score\"\nagency = \"a\"\ndescription = \"d\"\nsource = \"s\"\n{YEARLY}"
    );
    std::fs::write(layouts.path().join("layouts/yearly.toml"), text).unwrap();
    with_maps.with_folder(layouts.path()).unwrap()
}

#[test]
fn every_year_reads_the_same_rows() {
    let definitions = definitions();
    let layout = definitions.layout("yearly").unwrap();
    for (year, text, grade, notices) in [
        (2003, "ID,GRADE\n7,9\n", "ninth", 2),
        (2005, "STUDENT_NO,DAY,GRADE\n7,2020-01-02,9\n", "ninth", 1),
        (2008, "GRADE,EXTRA,DAY,ID\n9,x,2020-01-02,7\n", "nine", 1),
        (2012, "NOTE,ID,DAY,GRADE\n,7,2020-01-02,9\n", "ninth", 0),
        (2019, "ID,DAY,GRADE\n7,2020-01-02,9\n", "Grade 9", 0),
        (2024, "Ni\u{f1}os\nID;DAY;GRADE\n7;2020-01-02;9\n", "Grade 9", 1),
    ] {
        let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let part = Part::from_bytes(&format!("file_{year}.csv"), bytes);
        let outcome = load_part(&definitions, layout, &part, 2).unwrap();
        assert_eq!(outcome.year, Some(year));
        assert_eq!(outcome.notices.len(), notices, "{:?}", outcome.notices);
        assert_eq!(outcome.lines.len(), 1, "{year}");
        assert_eq!(texts(&outcome, "id"), [Some("7".to_owned())]);
        assert_eq!(texts(&outcome, "name"), [Some(grade.to_owned())], "{year}");
        let days = outcome.rows.column_by_name("day").unwrap().as_primitive::<Date32Type>();
        assert_eq!(days.is_null(0), year == 2003);
    }
}

#[test]
fn notices_say_what_was_different() {
    let definitions = definitions();
    let layout = definitions.layout("yearly").unwrap();
    let part = Part::from_bytes("file_2003.csv", b"ID,GRADE\n7,9\n".to_vec());
    let outcome = load_part(&definitions, layout, &part, 1).unwrap();
    assert_eq!(
        outcome.notices,
        [
            "read as a file of 2004 and earlier: The day was not kept.",
            "the files of 2004 and earlier have no column \"DAY\"; day is NULL."
        ]
    );
}

#[test]
fn a_year_is_named_or_asked_for() {
    let definitions = definitions();
    let layout = definitions.layout("yearly").unwrap();
    let convert = |name: &str, year: Option<i32>| {
        let part = Part::from_bytes(name, b"ID,DAY,GRADE\n7,2020-01-02,9\n".to_vec());
        let request = Request { part: &part, layout, definitions: &definitions, year, threads: 1 };
        convert(&request, &mut |_| Ok(())).map_err(|error| error.to_string())
    };
    let unknown = convert("file.csv", None).unwrap_err();
    assert!(unknown.starts_with("file.csv: layout yearly depends on the year"), "{unknown}");
    assert!(unknown.contains("--year"));
    assert_eq!(convert("file.csv", Some(2015)).unwrap().year, Some(2015));
    let outside = convert("file_1999.csv", None).unwrap_err();
    assert!(
        outside.contains("the file is of 1999, but layout yearly is for the years 2002 to 2024"),
        "{outside}"
    );
    let asked = convert("file_2012.csv", Some(2013)).unwrap();
    assert_eq!(asked.notices, ["the file's name says 2012; it is read as a file of 2013, as asked."]);
    // A member's name goes before that of its archive.
    assert_eq!(convert("all_2012.zip/file_2014.csv", None).unwrap().year, Some(2014));
    assert_eq!(convert("all_2012.zip/file.csv", None).unwrap().year, Some(2012));
    // A column that these years lack is unknown when it is there all the same.
    let there = convert("file_2003.csv", None).unwrap_err();
    assert!(there.contains("unknown: \"DAY\""), "{there}");
}

#[test]
fn variants_must_make_sense() {
    let column = "[[column]]\nfrom = \"ID\"\nto = \"id\"\n";
    let text = |keys: &str| refused(&format!("{keys}\n{column}"));
    let variant = |first: &str, last: &str| {
        format!("[[variant]]\nfirst = {first}\nlast = {last}\ndescription = \"d\"\n")
    };
    let overlap = text(&format!("{}{}", variant("2002", "2005"), variant("2005", "2006")));
    assert!(
        overlap.starts_with("layouts/x.toml, line ") && overlap.contains("shares a year with"),
        "{overlap}"
    );
    assert!(text(&variant("2006", "2005")).contains("after the last"));
    assert!(text("[years]\nfirst = 3\nlast = 2").contains("after the last"));
    assert!(text("[years]\nfrom_name = \"x\"").contains("first group is the year"));
    assert!(text(&format!("{}absent = [\"ID\"]", variant("1", "2"))).contains("cannot be absent"));
    assert!(text(&format!("{}maps = {{ id = \"no_such\" }}", variant("1", "2"))).contains("there is no map"));
    assert!(text(&format!("{}record_length = 3", variant("1", "2"))).contains("no use for"));
}

#[test]
fn positions_and_lengths_differ_between_years() {
    let layout = r#"
format = "fixed_width"
record_length = 6
[years]
[fields]
ID = [1, 3]
NAME = [4, 3]
[[variant]]
last = 2010
description = "The id was shorter."
record_length = 5
fields = { ID = [1, 2], NAME = [3, 3] }
[[column]]
from = "ID"
to = "id"
[[column]]
from = "NAME"
to = "name"
"#;
    let definitions = scores(&[("moved", layout)]);
    let layout = definitions.layout("moved").unwrap();
    for (year, text) in [(2010, "07Ana\n"), (2011, "007Ana\n")] {
        let part = Part::from_bytes("f", text.into());
        let request =
            Request { part: &part, layout, definitions: &definitions, year: Some(year), threads: 1 };
        let mut names = Vec::new();
        let conversion = convert(&request, &mut |chunk| {
            let column = chunk.batch.column_by_name("name").unwrap();
            names.extend(column.as_string::<i32>().iter().map(|name| name.unwrap().to_owned()));
            Ok(())
        });
        assert_eq!(conversion.unwrap().counts.loaded, 1);
        assert_eq!(names, ["Ana"]);
    }
}

const BASE: &str = r##"
delimiter = "|"
[constants]
subject = "READ"
measure = "basic"
[expect]
END = "#"
[[column]]
from = "ID"
to = "id"
[[column]]
from = "NAME"
to = "name"
"##;

/// A whole layout file that extends another.
fn extending(name: &str, base: &str, text: &str) -> String {
    format!("name = \"{name}\"\nextends = \"{base}\"\ndescription = \"d\"\nsource = \"s\"\n{text}")
}

#[test]
fn a_layout_says_only_what_is_different() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("layouts")).unwrap();
    let first = extending(
        "second",
        "base",
        "[constants]\nsubject = \"MATH\"\n[[column]]\nfrom = \"TITLE\"\nto = \"name\"\n",
    );
    let second = extending(
        "third",
        "second",
        "delimiter = \";\"\n[constants]\nname = \"fixed\"\n[[column]]\nfrom = \"M\"\nto = \"measure\"\n[[column]]\nfrom = \"V\"\nto = \"value\"\n",
    );
    std::fs::write(folder.path().join("layouts/second.toml"), first).unwrap();
    std::fs::write(folder.path().join("layouts/third.toml"), second).unwrap();
    let definitions = scores(&[("base", BASE)]).with_folder(folder.path()).unwrap();
    let layout = definitions.layout("third").unwrap();
    assert_eq!((layout.table.as_str(), layout.agency.as_str()), ("score", "a"));
    let outcome =
        load(&definitions, definitions.layout("second").unwrap(), "ID|TITLE|END\n1|x|#\n", 1).unwrap();
    let some = |text: &str| vec![Some(text.to_owned())];
    assert_eq!((texts(&outcome, "subject"), texts(&outcome, "name")), (some("MATH"), some("x")));
    let outcome = load(&definitions, layout, "ID;M;V;END\n1;y;2;#\n", 1).unwrap();
    assert_eq!((texts(&outcome, "subject"), texts(&outcome, "name")), (some("MATH"), some("fixed")));
    assert_eq!(texts(&outcome, "measure"), some("y"));
}

#[test]
fn a_circle_of_layouts_is_refused() {
    let definitions = scores(&[("base", BASE)]);
    let resolve = |text: &str| {
        let layout = Layout::parse("layouts/x.toml", text).unwrap();
        layout.resolve(&definitions).unwrap_err().to_string()
    };
    let missing = resolve(&extending("x", "bose", ""));
    assert!(
        missing.contains("it extends layout \"bose\", which is not there; did you mean \"base\"?"),
        "{missing}"
    );
    assert!(resolve(&extending("x", "x", "")).contains("\"x\""));
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("layouts")).unwrap();
    std::fs::write(folder.path().join("layouts/one.toml"), extending("one", "two", "")).unwrap();
    std::fs::write(folder.path().join("layouts/two.toml"), extending("two", "one", "")).unwrap();
    let circle = scores(&[]).with_folder(folder.path()).unwrap_err().to_string();
    assert!(circle.contains("which in the end extends itself"), "{circle}");
}
