//! Ctrl-T: the list under the prompt from which an entry of the history is picked.

use std::path::Path;

use crate::terminal::Session;

const CTRL_T: &str = "\x14";
const CTRL_N: &str = "\x0e";
const CTRL_P: &str = "\x10";
const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const CTRL_G: &str = "\x07";
const ESCAPE: &str = "\x1b";
const DOWN: &str = "\x1b[B";
const UP: &str = "\x1b[A";
const LEFT: &str = "\x1b[D";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A history file with these lines, the oldest first.
fn write_history(home: &Path, lines: &[String]) {
    let folder = home.join("state/lifetracks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("history"), format!("#V2\n{}\n", lines.join("\n"))).unwrap();
}

/// A shell whose history holds these lines, the oldest first.
fn with_history(home: &Path, lines: &[String]) -> Session {
    write_history(home, lines);
    Session::start(home)
}

fn numbered(count: usize) -> Vec<String> {
    (1..=count).map(|number| format!("select {number} as entry_{number};")).collect()
}

/// Waits until the list has gone and the prompt holds this text.
fn wait_for_line(session: &mut Session, line: &str) -> String {
    let line = format!("lifetracks> {line}");
    session.wait(|text| text.trim_end().ends_with(&line) && !text.contains("history>"))
}

#[test]
fn letters_narrow_the_list_and_enter_puts_the_entry_into_the_line() {
    let home = home();
    let lines = ["select 1 as needle;", "select 2 as hay;", ".tables"].map(str::to_owned);
    let mut session = with_history(home.path(), &lines);
    session.press("select ha");
    session.press(CTRL_T);
    session.wait_for("   history>   3 of 3\n> .tables\n  select 2 as hay;\n  select 1 as needle;");
    session.press("ndl");
    let text = session.wait_for("   history> ndl  1 of 3\n> select 1 as needle;");
    assert!(!text.contains("hay"), "{text}");
    session.press("\r");
    let text = wait_for_line(&mut session, "select 1 as needle;");
    assert!(!text.contains("needle │"), "{text}");
    session.press("\r");
    session.wait_for("needle │");
    session.wait_for_prompt();
}

#[test]
fn the_best_fit_comes_first() {
    let home = home();
    let lines = ["select wages from t;", "select with_a_gap from t;"].map(str::to_owned);
    let mut session = with_history(home.path(), &lines);
    session.press(&format!("{CTRL_T}wag"));
    session.wait_for("history> wag  2 of 2\n> select wages from t;\n  select with_a_gap from t;");
}

#[test]
fn arrows_move_through_a_list_of_ten() {
    let home = home();
    let mut session = with_history(home.path(), &numbered(14));
    session.press(CTRL_T);
    session.wait_for("  14 of 14\n> select 14 as entry_14;");
    let text = session.wait_for("\n  select 5 as entry_5;");
    assert!(!text.contains("entry_4;"), "{text}");
    session.press(&DOWN.repeat(9));
    session.press(CTRL_N);
    let text = session.wait_for("> select 4 as entry_4;");
    assert!(!text.contains("entry_14;"), "{text}");
    session.press(UP);
    session.press(CTRL_P);
    session.wait_for("> select 6 as entry_6;");
    session.press("\r");
    let text = wait_for_line(&mut session, "select 6 as entry_6;");
    assert!(!text.contains("entry_5"), "{text}");
}

#[test]
fn leaving_the_list_leaves_the_line_as_it_was() {
    let home = home();
    let mut session = with_history(home.path(), &numbered(2));
    for leave in [ESCAPE, CTRL_C, CTRL_G] {
        session.press("select half");
        session.press(&LEFT.repeat(4));
        session.press(CTRL_T);
        session.press("zz");
        session.wait_for("history> zz  0 of 2");
        session.press(leave);
        wait_for_line(&mut session, "select half");
        session.wait_for_cursor_column(19);
        session.press(CTRL_C);
        session.wait_for_prompt();
    }
    session.press("select half");
    session.press(CTRL_T);
    session.wait_for("  2 of 2");
    session.press(CTRL_D);
    wait_for_line(&mut session, "select half");
}

#[test]
fn a_narrow_screen_shows_each_entry_in_one_row() {
    let home = home();
    let long = "select 1 as first_column,\\n  2 as second_column\\nfrom (select 3) as t;";
    let mut session = with_history(home.path(), &[long.to_owned(), "select 4;".to_owned()]);
    session.resize(24, 40);
    session.press(CTRL_T);
    session.wait_for("> select 4;\n  select 1 as first_column, 2 as secon…");
    session.press(DOWN);
    let text = session.wait_for("  select 4;\n> select 1 as first_column, 2 as secon…");
    assert!(text.trim_end().ends_with('…'), "{text}");
    session.press("\r");
    let lines =
        "select 1 as first_column,\n       ...>   2 as second_column\n       ...> from (select 3) as t;";
    wait_for_line(&mut session, lines);
    session.press("\r");
    session.wait_for("1 row · 2 columns");
}

#[test]
fn the_list_works_without_colours() {
    let home = home();
    write_history(home.path(), &numbered(2));
    let mut session = Session::spawn(home.path(), &[("NO_COLOR", "1")]);
    session.wait_for_prompt();
    session.press(CTRL_T);
    session.wait_for("> select 2 as entry_2;\n  select 1 as entry_1;");
    session.press(DOWN);
    session.wait_for("  select 2 as entry_2;\n> select 1 as entry_1;");
    assert!(session.is_plain(), "{}", session.text());
    session.press("\r");
    wait_for_line(&mut session, "select 1 as entry_1;");
}
