//! What a person does at the prompt.

use std::time::{Duration, Instant};

use crate::terminal::Session;

/// Runs long enough to be cancelled.
const SLOW: &str = "select count(*) from generate_series(1, 1000000000000);";

const CTRL_C: &str = "\x03";
const CTRL_D: &str = "\x04";
const UP: &str = "\x1b[A";
const LEFT: &str = "\x1b[D";
const BACKSPACE: &str = "\x7f";

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_statement_gives_a_table_and_the_prompt_again() {
    let home = home();
    let mut session = Session::start(home.path());
    assert!(session.text().contains("LifeTracks"));
    session.enter("select 41 + 1 as answer;");
    session.wait_for("1 row · 1 column");
    let text = session.wait_for_prompt();
    assert!(text.contains("│     42 │"), "{text}");
}

#[test]
fn a_statement_may_have_several_lines() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as one,");
    session.wait_for("lifetracks> select 1 as one,\n       ...>");
    session.enter("2 as two");
    session.enter(";");
    let text = session.wait_for("1 row · 2 columns");
    assert!(text.contains("lifetracks> select 1 as one,\n       ...> 2 as two\n       ...> ;\n"), "{text}");
}

#[test]
fn a_line_can_be_split_and_joined_again() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select 1 as one");
    session.press(&LEFT.repeat(4));
    session.press("\r");
    session.wait_for("lifetracks> select 1 as\n       ...>  one");
    session.press(&BACKSPACE.repeat(3));
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 1 as one"));
    session.press("\x05;\r");
    let text = session.wait_for("1 row · 1 column");
    assert!(text.contains("one │"), "{text}");
}

#[test]
fn an_error_points_at_its_place_and_the_prompt_lives_on() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select nope;");
    let text = session.wait_for("^^^^");
    assert!(text.contains("error:"), "{text}");
    session.wait_for_prompt();
    session.enter("select 7 as still_here;");
    session.wait_for("1 row · 1 column");
}

#[test]
fn enter_is_never_refused() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("this is no statement;");
    session.wait_for("error:");
    session.wait_for_prompt();
    session.press(UP);
    session.wait(|text| text.trim_end().ends_with("lifetracks> this is no statement;"));
}

#[test]
fn the_history_outlives_the_session() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as first_entry;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.enter(" select 2 as forgotten;");
    session.wait_for("│ forgotten │");
    session.wait_for_prompt();
    session.enter("select 3 as");
    session.enter("last_entry;");
    session.wait_for("│ last_entry │");
    session.wait_for_prompt();
    drop(session);

    let file = home.path().join("state/lifetracks/history");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(!std::fs::read_to_string(&file).unwrap().contains("forgotten"));

    let mut session = Session::start(home.path());
    session.press(UP);
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 3 as\n       ...> last_entry;"));
    session.press(UP);
    session.press(UP);
    session.wait(|text| text.trim_end().ends_with("lifetracks> select 1 as first_entry;"));
    session.press("\r");
    session.wait_for("│ first_entry │");
}

#[test]
fn ctrl_c_cancels_a_query_and_keeps_the_prompt() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(SLOW);
    session.wait_until_entered();
    let pressed = Instant::now();
    session.press(CTRL_C);
    session.wait_for("\nCancelled after");
    session.wait_for_prompt();
    assert!(pressed.elapsed() < Duration::from_secs(2), "{:?}", pressed.elapsed());
    session.enter("select 5 as alive;");
    session.wait_for("  alive │");
}

#[test]
fn ctrl_c_at_the_prompt_clears_the_line_or_says_how_to_leave() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select half");
    session.wait_for("select half");
    session.press(CTRL_C);
    let text = session.wait_for_prompt();
    assert!(!text.contains("press Ctrl-D"), "{text}");
    session.press(CTRL_C);
    session.wait_for("press Ctrl-D or type .quit to leave");
    session.wait_for_prompt();
}

#[test]
fn ctrl_d_leaves() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press(CTRL_D);
    assert_eq!(session.wait_for_end(), 0);
}

#[test]
fn quit_leaves_with_a_code() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(".quit 7");
    assert_eq!(session.wait_for_end(), 7);
}

#[test]
fn tab_completes_commands_and_keywords() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press(".ta\t");
    session.wait_for("lifetracks> .tables");
    session.press(CTRL_C);
    session.wait_for_prompt();
    session.press("SEL\t");
    session.wait_for("lifetracks> SELECT");
}

#[test]
fn pasted_lines_run_as_they_are() {
    let home = home();
    let mut session = Session::start(home.path());
    let lines: Vec<_> = (0..200).map(|line| format!("select {line} as n{line};\n")).collect();
    session.press(&format!("\x1b[200~{}\x1b[201~", lines.concat()));
    session.press("\r");
    session.wait_for("  n199 │");
    session.wait_for_prompt();
}

#[test]
fn pasted_lines_have_their_prompts() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("\x1b[200~select 1 as one,\r\n  2 as two\rfrom (select 3)\n  as t\x1b[201~");
    session.wait_for(
        "lifetracks> select 1 as one,\n       ...>   2 as two\n       ...> from (select 3)\n       ...>   as t",
    );
    session.press(";\r");
    session.wait_for("1 row · 2 columns");
    session.wait_for_prompt();
    session.press(UP);
    session.wait(|text| text.trim_end().ends_with("\n       ...> from (select 3)\n       ...>   as t;"));
}

#[test]
fn keys_in_a_pasted_text_do_nothing() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("\x1b[200~select \x03\x1b[A\x0c\x141 as one;\x1b[201~");
    session.wait_for("lifetracks> select 1 as one;");
    session.press("\r");
    session.wait_for("1 row · 1 column");
}

#[test]
fn ctrl_c_behind_an_escape_clears_the_line() {
    let home = home();
    let mut session = Session::start(home.path());
    for (text, keys) in [("select half", &["\x1b\x03"][..]), ("select other", &["\x1b", CTRL_C])] {
        session.press(text);
        session.wait(|screen| screen.trim_end().ends_with(&format!("> {text}")));
        for key in keys {
            session.press(key);
        }
        session.wait_for_prompt();
    }
    session.enter("select 5 as alive;");
    session.wait_for("  alive │");
}

#[test]
fn without_colours_nothing_is_coloured() {
    let home = home();
    let mut session = Session::spawn(home.path(), &[("NO_COLOR", "1")]);
    session.wait_for_prompt();
    session.enter("select");
    session.enter("null as nothing;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    assert!(session.is_plain(), "{}", session.text());
}
