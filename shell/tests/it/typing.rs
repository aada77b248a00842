//! What the line editor does while a person types: offers, ghost text, keys, the history of several shells.

use std::path::Path;

use crate::terminal::Session;
use crate::transcript::{lifetracks, ran};

const RIGHT: &str = "\x1b[C";
const LEFT: &str = "\x1b[D";
const UP: &str = "\x1b[A";
const ALT_ENTER: &str = "\x1b\r";
const ALT_F: &str = "\x1bf";
const F2: &str = "\x1bOQ";
const CTRL_C: &str = "\x03";
const CTRL_R: &str = "\x12";
const EDITOR_KEYS: &str = "\x18\x05";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A shell on a lake that holds one diploma.
fn on_a_lake(home: &Path) -> Session {
    let text = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nM10000,0100,004,05/20/2022,00806\n";
    std::fs::write(home.join("diploma.csv"), text).unwrap();
    let load = ["load", "diploma", "diploma.csv", "--layout", "ms_mde_diploma", "--lake", "lake"];
    let (code, _, err) = ran(lifetracks(home).args(load));
    assert_eq!(code, 0, "{err}");
    let lake = home.join("lake").display().to_string();
    let mut session = Session::spawn(home, &[("LIFETRACKS_LAKE", &lake)]);
    session.wait_for_prompt();
    session
}

#[test]
fn tab_lists_codes_with_their_labels() {
    let home = home();
    let mut session = on_a_lake(home.path());
    session.press("select * from diploma d where d.diploma_type = \t");
    let text = session.wait(|text| text.contains("'00806'") && text.contains("diploma_type = '0"));
    let line = text.lines().find(|line| line.contains("'00806'")).unwrap();
    assert!(line.split("'00806'").nth(1).unwrap().trim().len() > 3, "{text}");
}

#[test]
fn tab_knows_the_columns_of_an_earlier_result_and_of_a_query_that_must_be_planned() {
    let home = home();
    let mut session = on_a_lake(home.path());
    session.enter("select 42 as the_answer;");
    session.wait_for("│ the_answer │");
    session.wait_for_prompt();
    session.press("select  from _");
    session.press(&LEFT.repeat(7));
    session.press("the_");
    // The engine may need longer than Tab waits: a later Tab has the answer.
    session.wait_while_pressing("\t", |text| text.contains("select the_answer from _"));
    session.press(CTRL_C);
    session.wait_for_prompt();
    let query = " from (select count(*) from diploma) q";
    session.press(&format!("select q.{query}"));
    session.press(&LEFT.repeat(query.len()));
    session.wait_while_pressing("\t", |text| text.contains("select q.\"count(*)\" from"));
}

#[test]
fn tab_knows_what_the_shell_and_the_engine_have_names_for() {
    let home = home();
    let mut session = on_a_lake(home.path());
    for line in [
        ".param set secret_one 777001",
        ".param set secret_two 'abc'",
        "select $secret_one as kept;",
        ".save kept Of a test",
    ] {
        session.enter(line);
        session.wait_for(&format!("> {line}\n"));
        session.wait_for_prompt();
    }
    session.press("select $secret_");
    let text = session.wait_while_pressing("\t", |text| text.contains("$secret_one  number"));
    assert!(text.contains("$secret_two  text") && text.matches("777001").count() <= 1, "{text}");
    for (typed, completed) in [
        ("set lifetracks.ch", "> set lifetracks.checked_reads"),
        ("set lifetracks.checked_reads = tr", "> set lifetracks.checked_reads = true"),
        ("select label('diploma_ty", "> select label('diploma_type'"),
        ("select crosswalk('msis_exit_c", "> select crosswalk('msis_exit_ceds'"),
        (".query ", "> .query kept"),
        (".query kept se", "> .query kept secret_one="),
        ("with w as (select 1 as xyzzy) select xyz", " select xyzzy"),
    ] {
        session.press(CTRL_C);
        session.wait_for_prompt();
        session.press(typed);
        session.wait_while_pressing("\t", |text| text.contains(completed));
    }
}

#[test]
fn ghost_text_is_accepted_whole_or_by_the_word() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as the_first, 2 as the_second;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.press("select 1");
    session.wait(|text| text.trim_end().ends_with("> select 1 as the_first, 2 as the_second;"));
    session.wait_for_cursor_column(20);
    session.press(ALT_F);
    session.press(ALT_F);
    session.wait_for_cursor_column(33);
    session.press(RIGHT);
    session.wait_for_cursor_column(51);
    session.press("\r");
    session.wait(|text| text.matches("1 row · 2 columns").count() == 2);
}

#[test]
fn ghost_text_is_not_of_what_has_failed() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as good;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.enter("select 1 as good, nope;");
    session.wait_for("error:");
    session.wait_for_prompt();
    session.press("select 1");
    session.wait(|text| text.trim_end().ends_with("> select 1 as good;"));
    drop(session);
    // Another shell knows it too.
    let mut session = Session::start(home.path());
    session.press("select 1");
    session.wait(|text| text.trim_end().ends_with("> select 1 as good;"));
    session.press(CTRL_C);
    session.wait_for_prompt();
    session.press(UP);
    session.wait(|text| text.trim_end().ends_with("> select 1 as good, nope;"));
}

#[test]
fn a_functions_brackets_say_what_it_takes() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select sum(");
    // The names come in the background; another key draws anew.
    session.wait_while_pressing(" ", |text| text.contains("sum(expression)"));
    session.press(CTRL_C);
    session.wait_for_prompt();
    session.press(".schema ");
    session.wait_for(".schema [TABLE]");
}

#[test]
fn without_colours_there_is_no_ghost_text() {
    let home = home();
    let mut session = Session::spawn(home.path(), &[("NO_COLOR", "1")]);
    session.wait_for_prompt();
    session.enter("select 1 as one;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.press("select 1 as");
    session.press(" two;\r");
    let text = session.wait_for("│    two │");
    assert!(text.contains("lifetracks> select 1 as two;\n"), "{text}");
}

#[test]
fn two_shells_share_a_history_file_and_lose_nothing() {
    let home = home();
    let mut first = Session::start(home.path());
    let mut second = Session::start(home.path());
    for number in 0..4 {
        let session = if number % 2 == 0 { &mut first } else { &mut second };
        session.enter(&format!("select {number} as shell_{number};"));
        session.wait_for(&format!("│ shell_{number} │"));
        session.wait_for_prompt();
    }
    // The file has both; a shell's own keys go through its own entries.
    first.press(UP);
    first.wait(|text| text.trim_end().ends_with("> select 2 as shell_2;"));
    let mut third = Session::start(home.path());
    third.enter(".history");
    let text = third.wait_for("4  select 3 as shell_3;");
    for number in 0..4 {
        assert!(text.contains(&format!("{}  select {number} as shell_{number};", number + 1)), "{text}");
    }
}

#[test]
fn ctrl_r_searches_the_history() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as needle;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.enter("select 2 as hay;");
    session.wait_for("│    hay │");
    session.wait_for_prompt();
    session.press(CTRL_R);
    session.press("need");
    session.wait_for("`need': select 1 as needle;");
    session.press("\r");
    session.wait(|text| text.matches("needle │").count() == 2);
}

#[test]
fn alt_enter_starts_a_line_in_a_finished_statement() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select 1 as one;");
    session.press(LEFT);
    session.press(ALT_ENTER);
    session.wait_for("lifetracks> select 1 as one\n       ...> ;");
    session.press("\r");
    session.wait_for("1 row · 1 column");
}

#[test]
fn f2_writes_the_statement_out_over_lines() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select 1 as one, 'A  b' as text from (select 1) as t where true group by 1, 2;");
    session.wait_for("group by 1, 2;");
    session.press(F2);
    let text = session.wait_for("\n       ...> where");
    assert!(text.contains("'A  b'"), "{text}");
    session.press("\r");
    session.wait_for("1 row · 2 columns");
}

#[test]
fn the_editor_gets_what_is_typed_and_gives_it_back() {
    let home = home();
    let script = home.path().join("edit.sh");
    std::fs::write(&script, "#!/bin/sh\nsed -i 's/1 as one/2 as two,\\n3 as three/' \"$1\"\n").unwrap();
    let editor = format!("sh {}", script.display());
    let path = std::env::var("PATH").unwrap();
    let mut session = Session::spawn(home.path(), &[("EDITOR", &editor), ("PATH", &path)]);
    session.wait_for_prompt();
    session.press("select 1 as one;");
    session.press(EDITOR_KEYS);
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 2 as two,\n       ...> 3 as three;"));
    session.press("\r");
    session.wait_for("1 row · 2 columns");
    session.wait_for_prompt();
    session.enter("select 1 as one;");
    session.wait_for("1 row · 1 column");
    session.wait_for_prompt();
    session.enter(".edit");
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 2 as two,\n       ...> 3 as three;"));
}

#[test]
fn an_editor_that_is_not_there_leaves_the_text_alone() {
    let home = home();
    let path = std::env::var("PATH").unwrap();
    let mut session = Session::spawn(home.path(), &[("EDITOR", "no-such-editor"), ("PATH", &path)]);
    session.wait_for_prompt();
    session.press("select 1 as one;");
    session.press(EDITOR_KEYS);
    session.wait_for("the editor no-such-editor ended with");
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 1 as one;"));
}
