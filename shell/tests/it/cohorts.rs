//! Cohorts as their users see them: sentences and notices on standard error, results on standard output, names on Tab.

use std::path::Path;

use crate::terminal::Session;
use crate::transcript::{lifetracks, ran};

const MADE: &str = "CREATE COHORT earners INDEX day AS\n\
    SELECT DISTINCT person_id, DATE '2022-01-01' AS day FROM ui_wage -- all; of them\n\
    REQUIRE 'an odd; quarter' AS EXISTS (SELECT 1 FROM ui_wage w WHERE w.person_id = earners.person_id)";

fn load(folder: &Path, name: &str, quarter: u32) {
    let text = format!("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,{quarter},100.00\n");
    std::fs::write(folder.join(name), text).unwrap();
    let load = ["load", "ui_wage", name, "--layout", "ms_mdes_wage", "--lake", "l"];
    let (code, _, err) = ran(lifetracks(folder).args(load));
    assert_eq!(code, 0, "{err}");
}

#[test]
fn a_cohort_that_is_not_up_to_date_is_told_once_for_a_statement() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), "a.csv", 1);
    let (code, out, err) = ran(lifetracks(folder.path()).args(["l", "-c", MADE]));
    assert_eq!((code, out.as_str()), (0, ""));
    assert_eq!(err, "Cohort earners created: 1 member of 1 (version 1, lake version 2).\n");
    load(folder.path(), "b.csv", 2);
    let text = "SELECT count(*) AS n FROM cohort('earners') JOIN cohort(earners) b USING (person_id);";
    let (code, out, err) = ran(lifetracks(folder.path()).args(["l", "--csv", "-c", text]));
    assert_eq!((code, out.as_str()), (0, "n\n1\n"));
    assert_eq!(
        err,
        "notice: cohort earners was made at lake version 1; ui_wage has changed since (version 3). \
         REFRESH COHORT earners brings it up to date.\n"
    );
    let (_, out, _) = ran(lifetracks(folder.path()).args(["doctor", "l"]));
    assert!(out.contains("earners is not up to date: ui_wage has changed since (version 3)"), "{out}");
    let (_, out, _) =
        ran(lifetracks(folder.path()).args(["l", "-c", ".tables earn*", "-c", ".tables *earners*"]));
    assert!(out.contains("cohort('earners')"), "{out}");
}

#[test]
fn a_statement_about_cohorts_is_typed_and_completed_at_the_prompt() {
    let folder = tempfile::tempdir().unwrap();
    load(folder.path(), "a.csv", 1);
    let lake = folder.path().join("l").display().to_string();
    let mut session = Session::spawn(folder.path(), &[("LIFETRACKS_LAKE", &lake)]);
    session.wait_for_prompt();
    session.enter("create cohort earners index day as");
    session.enter("select distinct person_id, date '2022-01-01' as day from ui_wage;");
    session.wait_for("Cohort earners created");
    session.wait_for_prompt();
    session.press("select quarter_l\t");
    session.wait_for("select quarter_label(");
    session.press("\u{3}");
    session.wait_for_prompt();
    session.press("select * from cohort('ea\t");
    session.wait_for("cohort('earners'");
    session.enter(");");
    session.wait_for("2022-01-01");
}
