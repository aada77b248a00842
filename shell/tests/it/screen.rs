//! What a person sees of results: pagers, wide characters, narrow and changing screens.

use std::fs;
use std::path::Path;

use crate::terminal::Session;

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A session whose pager is this command.
fn with_pager(home: &Path, pager: &str) -> Session {
    let mut session = Session::spawn(home, &[("PAGER", pager)]);
    session.wait_for_prompt();
    session
}

const TALL: &str = "select value as tall from generate_series(1, 100) t(value);";

#[test]
fn a_tall_result_goes_through_the_pager_and_a_small_one_does_not() {
    let home = home();
    let mut session = with_pager(home.path(), "cat > paged.txt; echo the pager was here");
    session.enter("select 1 as small;");
    session.wait_for("│      1 │");
    session.wait_for_prompt();
    assert!(!home.path().join("paged.txt").exists());
    session.enter(TALL);
    session.wait_for("the pager was here");
    session.wait_for_prompt();
    let paged = fs::read_to_string(home.path().join("paged.txt")).unwrap();
    assert!(paged.contains("100 rows (40 shown)"), "{paged}");
    fs::remove_file(home.path().join("paged.txt")).unwrap();

    session.enter(".pager off");
    session.wait_for_prompt();
    session.enter(TALL);
    session.wait_for("100 rows (40 shown)");
    session.wait_for_prompt();
    assert!(!home.path().join("paged.txt").exists());

    session.enter(".pager on");
    session.wait_for_prompt();
    session.enter("select 7 as small;");
    session.wait_for("the pager was here");
    session.wait_for_prompt();
    assert!(fs::read_to_string(home.path().join("paged.txt")).unwrap().contains("│      7 │"));
}

#[test]
fn programs_formats_are_not_paged() {
    let home = home();
    let mut session = with_pager(home.path(), "cat > paged.txt");
    session.enter(".mode csv");
    session.wait_for_prompt();
    session.enter(TALL);
    session.wait_for("\n100\n");
    session.wait_for_prompt();
    assert!(!home.path().join("paged.txt").exists());
}

#[test]
fn leaving_the_pager_early_is_no_error_and_ends_the_statement() {
    let home = home();
    let mut session = with_pager(home.path(), "head -1");
    session.enter(".mode line");
    session.wait_for_prompt();
    session.enter("select value as endless from generate_series(1, 1000000000000) t(value);");
    let text = session.wait_for("endless = 1\n");
    assert!(!text.contains("error"), "{text}");
    let text = session.wait_for_prompt();
    assert!(!text.contains("error") && !text.contains("Cancelled"), "{text}");
}

#[test]
fn ctrl_c_in_the_pager_is_the_pagers() {
    let home = home();
    let pager = "trap '' INT; cat > /dev/null; echo in the pager; read answer < /dev/tty; echo left it";
    let mut session = with_pager(home.path(), pager);
    session.enter(TALL);
    session.wait_for("in the pager");
    session.press("\x03");
    session.wait_for("^C");
    session.press("\r");
    session.wait_for("left it");
    let text = session.wait_for_prompt();
    assert!(!text.contains("Cancelled"), "{text}");
    session.enter("select 5 as alive;");
    session.wait_for("│      5 │");
}

#[test]
fn a_pager_that_is_not_there_is_told() {
    let home = home();
    let mut session = with_pager(home.path(), "no_such_pager_here");
    session.enter(TALL);
    session.wait_for("there is no command `no_such_pager_here`");
    session.wait_for_prompt();
}

#[test]
fn a_dumb_terminal_has_no_pager() {
    let home = home();
    let mut session = Session::spawn(home.path(), &[("TERM", "dumb"), ("PAGER", "cat > paged.txt")]);
    session.wait_for_prompt();
    session.enter(TALL);
    session.wait_for("100 rows (40 shown)");
    session.wait_for_prompt();
    assert!(!home.path().join("paged.txt").exists());
}

#[test]
fn wide_characters_keep_the_lines_straight() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select '学校' as a, 'e\u{301}' as b, 'plain' as c union all select 'x', 'yy', 'zzz';");
    session.wait_for("2 rows · 3 columns");
    let places = session.places_of("│");
    let places: Vec<_> = places.into_iter().filter(|columns| !columns.is_empty()).collect();
    assert_eq!(places.len(), 4, "{}", session.text());
    assert!(places.iter().all(|columns| columns == &places[0]), "{places:?}\n{}", session.text());
}

#[test]
fn a_wide_table_loses_its_middle_and_last_shows_it_all() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(".timer off");
    session.wait_for_prompt();
    let columns: Vec<_> = (1..=12).map(|number| format!("{number}00000 as column_{number}")).collect();
    session.enter(&format!("select {};", columns.join(", ")));
    let text = session.wait_for("(6 of 12 columns");
    let table = text.find('┌').map(|start| &text[start..]).unwrap();
    let table = table.lines().take(8).map(str::trim_end).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!(table, @r#"
┌──────────┬──────────┬──────────┬───┬───────────┬───────────┬───────────┐
│ column_1 │ column_2 │ column_3 │ … │ column_10 │ column_11 │ column_12 │
│   bigint │   bigint │   bigint │ … │    bigint │    bigint │    bigint │
├──────────┼──────────┼──────────┼───┼───────────┼───────────┼───────────┤
│  100,000 │  200,000 │  300,000 │ … │ 1,000,000 │ 1,100,000 │ 1,200,000 │
└──────────┴──────────┴──────────┴───┴───────────┴───────────┴───────────┘
1 row · 12 columns
(6 of 12 columns; .last or .mode line)
"#);
    session.wait_for_prompt();
    session.enter(".last");
    session.wait_for(" column_1 = 100,000\n");
    session.wait_for("column_12 = 1,200,000\n1 row · 12 columns\n");
}

#[test]
fn a_screen_that_has_become_narrow_meanwhile_gets_a_narrow_table() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter(
        "select count(*) as n, 'a text of more than forty characters for one column' as text \
         from generate_series(1, 4000000);",
    );
    session.resize(24, 40);
    session.wait_for("4,000,000 │");
    let text = session.wait_for("1 row · 2 columns");
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with(['│', '┌', '├', '└'])).collect();
    assert!(rows.len() >= 6 && rows.iter().all(|line| line.chars().count() <= 40), "{text}");
    assert!(rows.iter().all(|line| line.ends_with(['│', '┐', '┤', '┘'])), "{text}");
}

#[test]
fn the_theme_can_be_turned_off_and_on() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select null as a;");
    session.wait_for("│ NULL │");
    assert!(session.is_dim("NULL", false), "{}", session.text());
    session.wait_for_prompt();
    session.enter(".theme none");
    session.wait_for_prompt();
    session.enter("select null as b;");
    session.wait_for("│ b    │");
    let text = session.wait_for_prompt();
    assert!(!session.is_dim("NULL", true), "{text}");
}

#[test]
fn a_copied_result_is_told() {
    let home = home();
    let mut session = Session::start(home.path());
    session.enter("select 1 as a union all select 2;");
    session.wait_for("2 rows");
    session.wait_for_prompt();
    session.enter(".copy csv");
    session.wait_for("2 rows copied as csv.");
    session.wait_for_prompt();
    session.enter(".pager off");
    session.wait_for_prompt();
    session.enter("select repeat('x', 100000) as a;");
    session.wait_for("1 row · 1 column");
    session.wait_for_prompt();
    session.enter(".copy");
    session.wait_for("the result is larger than the 56 kB that terminals copy");
}
