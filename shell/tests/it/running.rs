//! What a person sees and can do while a statement runs.

use std::time::{Duration, Instant};

use crate::terminal::Session;

const CTRL_C: &str = "\x03";

/// Runs for hours, and a join that has begun a batch goes on with it for long.
const JOIN: &str = "from (select value % 3 as k from generate_series(1, 300000)) a \
    join (select value % 3 as k from generate_series(1, 300000)) b on a.k = b.k \
    join (select value % 3 as k from generate_series(1, 300000)) c on b.k = c.k \
    join (select value % 3 as k from generate_series(1, 300000)) d on c.k = d.k and a.k + d.k > 7;";

/// A wait that a person would call none; how long it was is printed, and a busy machine may take longer.
const SOON: Duration = Duration::from_secs(2);

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_join_that_does_not_yield_is_cancelled_twenty_times_of_twenty() {
    let home = home();
    let mut session = Session::start(home.path());
    let mut waits = Vec::new();
    for turn in 0..20 {
        let name = format!("turn_{turn}");
        session.enter(&format!("select count(*) as {name} {JOIN}"));
        // Half of them are cancelled while they are planned or have just begun, half in the middle of their work.
        let progress = if turn % 2 == 0 { "d.k > 7;" } else { " · mem " };
        let after =
            |text: &str, wanted: &str| text.split_once(&name).is_some_and(|(_, rest)| rest.contains(wanted));
        session.wait(|text| after(text, progress));
        if turn % 2 == 0 {
            session.wait_until_entered();
        }
        let pressed = Instant::now();
        session.press(CTRL_C);
        session.wait(|text| after(text, "Cancelled after") && text.trim_end().ends_with("\nlifetracks>"));
        waits.push(pressed.elapsed());
    }
    waits.sort();
    println!("Ctrl-C in a join of four tables: median {:?}, longest {:?}", waits[10], waits[19]);
    assert!(waits[19] < SOON, "{waits:?}");
    session.enter("select 5 as alive;");
    session.wait_for(" 5 │");
}

#[test]
fn a_long_statement_says_how_far_it_is_and_leaves_no_trace() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select count(*) from generate_series(1, 1000000000000);");
    let text = session.wait_for(" rows · mem ");
    let line = text.lines().find(|line| line.contains(" rows · mem ")).unwrap();
    assert!(line.contains(" s"), "{line}");
    session.press(CTRL_C);
    let text = session.wait_for("rows read)");
    assert!(text.contains("\nCancelled after"), "{text}");
    let text = session.wait_for_prompt();
    assert!(!text.contains(" rows · mem "), "{text}");
}

#[test]
fn progress_can_be_turned_off() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(".progress off");
    session.wait_for("Progress is off.");
    session.wait_for_prompt();
    session.enter(".watch");
    session.wait_for("no statement has been run yet");
    session.wait_for_prompt();
    session.enter("select 7 as seven;");
    session.wait_for("1 row");
    session.wait_for_prompt();
    session.enter(".watch 10ms");
    // Early rounds may have left the screen before it is looked at.
    let round = |line: &str| line.strip_prefix("round ")?.split_once(" at ")?.0.parse::<u32>().ok();
    session.wait(|text| text.lines().filter_map(round).max() >= Some(3));
    session.press(CTRL_C);
    session.wait_for("stopped after ");
    session.wait_for_prompt();
    session.enter("select 8 as eight;");
    session.wait_for(" 8 │");
}

#[test]
fn a_terminal_that_becomes_narrow_while_a_line_is_typed_keeps_the_line() {
    let home = home();
    let mut session = Session::start(home.path());
    session.press("select 1 as first_column, 2 as second_column, 3 as third_column");
    session.wait_for("third_column");
    session.resize(24, 40);
    session.press(", 4 as fourth;\r");
    let text = session.wait_for("1 row · 4 columns");
    assert!(text.contains("fourth"), "{text}");
    session.wait_for_prompt();
}

#[test]
fn a_dumb_terminal_gets_plain_lines() {
    let home = home();
    let mut session = Session::spawn(home.path(), &[("TERM", "dumb")]);
    session.wait_for_prompt();
    session.enter("select 41 + 1 as answer;");
    session.wait_for("│     42 │");
    session.wait_for_prompt();
    assert!(session.is_plain(), "{}", session.text());
}

#[test]
fn values_of_parameters_and_results_live_on_from_line_to_line() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(".param set year 2022");
    session.wait_for_prompt();
    session.enter("select $year as school_year union all select $year + 1 order by 1;");
    session.wait_for("2 rows");
    session.wait_for_prompt();
    session.enter("select max(school_year) as last_year from _;");
    session.wait_for("│      2023 │");
    session.wait_for_prompt();
    session.enter("from _1;");
    let text = session.wait(|text| text.matches("2 rows").count() == 2);
    assert!(text.contains("│        2022 │"), "{text}");
}

#[test]
fn the_users_configuration_and_that_of_the_folder_are_read() {
    let home = home();
    let folder = home.path().join(".config/lifetracks");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "[settings]\nmode = \"csv\"\ntimer = false\n").unwrap();
    std::fs::write(folder.join("init.sql"), "create view seven as select 7 as n;\n").unwrap();
    std::fs::write(home.path().join(".lifetracks.toml"), "[settings]\nmode = \"json\"\n").unwrap();
    let mut session = Session::start(home.path());
    session.enter("select n from seven;");
    session.wait_for("{\"n\":7}");
    drop(session);
    std::fs::write(home.path().join(".lifetracks.toml"), "[settings]\nmoed = \"json\"\n").unwrap();
    let mut session = Session::spawn(home.path(), &[]);
    session.wait_for(".lifetracks.toml:2: there is no key moed");
    session.wait_for("did you mean mode?");
    assert_eq!(session.wait_for_end(), 2);
}
