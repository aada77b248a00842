//! What there is: tables, columns, codes, functions, methods, files, and the help with its examples.

use std::fmt::Write as _;
use std::path::Path;

use crate::cookbook::demo;
use crate::terminal::Session;
use crate::transcript::{lifetracks, ran};

/// Commands on the demo's lake, as CSV.
fn rows(commands: &str) -> String {
    let (code, out, err) = ran(lifetracks(demo()).args(["d/lake", "--csv"]).write_stdin(commands));
    assert_eq!((code, err.as_str()), (0, ""), "{commands}");
    out
}

/// Commands on the demo's lake, as they are read.
fn page(commands: &str) -> String {
    let (code, out, err) = ran(lifetracks(demo()).arg("d/lake").write_stdin(commands));
    assert_eq!((code, err.as_str()), (0, ""), "{commands}");
    out
}

/// What a command says that fails.
fn refusal(command: &str) -> String {
    let (code, out, err) = ran(lifetracks(demo()).arg("d/lake").write_stdin(command));
    assert_eq!(out, "", "{command}");
    assert_ne!(code, 0, "{command}");
    err
}

#[test]
fn every_example_of_every_topic_runs_and_gives_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("help");
    let mut script = String::new();
    let mut names = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let topic = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let text = std::fs::read_to_string(&path).unwrap();
        let examples: Vec<&str> = text.split("```sql\n").skip(1).collect();
        assert!((1..=4).contains(&examples.len()), "{topic} has {} examples", examples.len());
        for (number, rest) in examples.iter().enumerate() {
            let (sql, _) = rest.split_once("```").unwrap();
            assert!(sql.trim_end().ends_with(';'), "{topic} {}", number + 1);
            let name = format!("{topic} {}", number + 1);
            writeln!(script, "SELECT '{name}' AS example_of;\n{sql}").unwrap();
            names.push(name);
        }
    }
    assert!(names.len() > 25, "{names:?}");
    let out = rows(&script);
    for (part, name) in out.split("example_of\n").skip(1).zip(names) {
        // Its own name, the heading and at least one row.
        assert!(part.lines().count() > 2, "{name}:\n{part}");
    }
}

#[test]
fn a_newcomer_reaches_a_graduation_rate_by_district() {
    let first = page(".help\n");
    assert!(first.contains(".help first-steps 1"), "{first}");
    assert!(page(".help first-steps\n").contains(".help first-steps 1 runs this:"));
    let answer = page(".help first-steps 1\n");
    assert!(answer.contains("graduation_rate") && answer.contains("School District"), "{answer}");
}

#[test]
fn the_help_is_reached_with_tab_alone() {
    let home = tempfile::tempdir().unwrap();
    let lake = demo().join("d/lake").display().to_string();
    let mut session = Session::spawn(home.path(), &[("LIFETRACKS_LAKE", &lake)]);
    session.wait_for_prompt();
    session.press(".help fir\t");
    session.wait_for(".help first-steps");
    session.enter(" 1");
    session.wait_for("graduation_rate");
    session.wait_for("rows");
}

#[test]
fn tables_are_boxes_on_a_terminal_and_rows_elsewhere() {
    let home = tempfile::tempdir().unwrap();
    let lake = demo().join("d/lake").display().to_string();
    let mut session = Session::spawn(home.path(), &[("LIFETRACKS_LAKE", &lake)]);
    session.wait_for_prompt();
    session.enter(".tables k12*");
    session.wait_for("┌─ MDE ");
    let text = session.wait_for_prompt();
    assert!(text.contains("│ k12_enrollment "), "{text}");
    let out = rows(".tables k12_e*\n");
    assert!(
        out.starts_with("table_name,kind,owner,rows,columns,description\nk12_enrollment,person,MDE,"),
        "{out}"
    );
}

#[test]
fn columns_are_described_without_a_scan() {
    let out = rows(".describe calendar\n");
    let first_day = out.lines().find(|line| line.starts_with("first_day,")).unwrap();
    assert!(first_day.starts_with("first_day,date,0.0,20"), "{first_day}");
    let out = rows(".describe DIPLOMA\n");
    let person = out.lines().find(|line| line.starts_with("person_id,")).unwrap();
    assert!(person.starts_with("person_id,bigint,0.0,(hidden),(hidden),"), "{person}");
    assert!(rows(".describe grad_cohort\n").contains("\nin_den,"));
    let out = rows("select 1 as one, 'x' as two;\n.describe _\n");
    assert!(
        out.ends_with("column_name,data_type,nullable,role\none,bigint,false,\ntwo,varchar,false,\n"),
        "{out}"
    );
    assert!(page(".describe diploma\n").starts_with("diploma  MDE, a row is named by person_id"));
}

#[test]
fn no_column_is_left_out_of_a_description_on_a_narrow_screen() {
    for width in [80, 100] {
        for command in [".describe diploma", ".describe school_directory", ".summarize diploma"] {
            let script = format!(".maxwidth {width}\n{command}\n");
            let (code, out, err) = ran(lifetracks(demo()).arg("d/lake").write_stdin(script));
            assert_eq!((code, err), (0, format!("Tables are at most {width} characters wide.\n")));
            assert!(!out.contains(".last or .mode line"), "{command} at {width}\n{out}");
            let widest =
                out.lines().filter(|line| line.starts_with('│')).map(|line| line.chars().count()).max();
            assert!(widest.is_some_and(|widest| widest <= width), "{command} at {width}\n{out}");
        }
    }
    assert!(page(".describe diploma\n").contains("│ code diploma_type"));
}

#[test]
fn conditions_of_joins_are_whole_on_a_narrow_screen() {
    for command in [".links diploma", ".links"] {
        let script = format!(".maxwidth 80\n{command}\n");
        let (_, out, _) = ran(lifetracks(demo()).arg("d/lake").write_stdin(script));
        assert!(out.contains("\n  diploma.person_id = k12_enrollment.person_id\n"), "{command}\n{out}");
        // A condition is one line however long it is, so that it can be copied.
        let others = out.lines().filter(|line| !line.contains(" = "));
        assert!(others.map(|line| line.chars().count()).max() <= Some(80), "{command}\n{out}");
        assert!(!out.contains('…') && !out.contains("\n\n\n"), "{command}\n{out}");
    }
}

#[test]
fn a_type_has_one_spelling() {
    let out = rows(
        ".describe diploma\n.summarize diploma\ndescribe diploma;\nselect column_name, data_type \
        from lifetracks.columns where table_name = 'diploma';\n",
    );
    for line in [
        "person_id,bigint,0.0,",
        "person_id,bigint,identifier,",
        "person_id,bigint,NO\n",
        "person_id,bigint\n",
    ] {
        assert!(out.contains(&format!("\n{line}")), "{line}\n{out}");
    }
    assert!(!out.contains("Int64") && !out.contains("BIGINT"), "{out}");
}

#[test]
fn an_extreme_that_the_logs_do_not_know_is_not_missing() {
    let out = rows(".describe school_directory\n");
    let line = |name: &str| out.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    // The longest name of a district has more than the 32 bytes that are kept.
    assert!(line("district_name,").contains(",(unknown),"), "{}", line("district_name,"));
}

#[test]
fn kept_results_and_views_stand_among_the_tables() {
    let out = rows("select 1 as a;\nselect 2 as a union all select 3;\n.tables\n");
    assert!(out.contains("\n_,result,,2,,The last result.\n_1,result,,,,An earlier result.\n"), "{out}");
    let (_, out, _) = ran(lifetracks(demo())
        .arg("d/lake")
        .write_stdin("create view of_mine as select 1 as a;\n.tables of_m\n"));
    assert!(out.contains("of_mine"), "{out}");
}

#[test]
fn a_manual_has_no_marks_of_markdown() {
    let out = page(".manual grad_cohort\n");
    assert!(!out.contains('`') && !out.contains("]("), "{out}");
}

#[test]
fn a_plan_names_tables_and_versions_and_no_files() {
    for command in [".explain", ".profile"] {
        let (code, out, err) = ran(lifetracks(demo()).arg("d/lake").write_stdin(format!(
            ".maxwidth 0\n{command} select count(*) from diploma where school_year > 2000\n"
        )));
        assert_eq!(code, 0, "{err}");
        assert!(!out.contains(".parquet") && !out.contains("file_groups"), "{out}");
        assert!(out.contains("DataSourceExec table diploma, version "), "{out}");
        assert!(out.contains("count(1)") && !out.contains("Int64("), "{out}");
    }
}

#[test]
fn words_are_found_wherever_they_are() {
    let out = rows(".find graduation\n");
    for kind in ["\ncode,", "\nfunction,grad_estimate,", "\nmethod,fed-essa,", "\nlayout,"] {
        assert!(out.contains(kind), "{kind}\n{out}");
    }
    assert!(rows(".find person_id\n").contains("\ncolumn,diploma.person_id,"));
    assert!(refusal(".find\n").contains(".find dropout"));
    let out = page(".find school\n");
    let places = ["tables\n", "columns\n", "codes\n", "functions\n"].map(|kind| out.find(kind));
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{out}");
    assert!(!out.contains('·') && !out.contains('…'), "{out}");
    assert!(page(".find zzz\n").starts_with("Nothing has that in its name"));
}

#[test]
fn codes_are_found_by_column_and_by_set() {
    let by_column = rows(".codes k12_enrollment.exit_code\n");
    assert!(by_column.starts_with("code,label,valid_from,valid_to,source\n"), "{by_column}");
    assert_eq!(by_column, rows(".codes msis_exit\n"));
    let some = rows(".codes msis_exit death\n");
    assert!(some.lines().count() < by_column.lines().count(), "{some}");
    assert!(rows(".codes\n").contains("\nmsis_exit,"));
}

#[test]
fn joins_are_conditions_to_copy() {
    let out = rows(".links diploma\n");
    assert!(
        out.contains("school_directory,reference,diploma.school_id = school_directory.school_id,"),
        "{out}"
    );
    assert!(out.contains("\nui_wage,person,diploma.person_id = ui_wage.person_id,"), "{out}");
    let condition = "ui_wage.employer_account = employer_quarter.employer_account";
    assert!(rows(".links\n").contains(condition));
    let out = page(".links ui_wage\n");
    assert!(out.starts_with("Refers to\n"), "{out}");
    let whole = "  ui_wage.employer_account = employer_quarter.employer_account AND \
        ui_wage.reporting_unit = employer_quarter.reporting_unit AND \
        ui_wage.quarter_index = employer_quarter.quarter_index\n";
    assert!(out.contains(whole) && page(".links\n").contains(whole), "{out}");
    let joined = rows(
        "select count(*) > 0 as any from diploma join school_directory \
         on diploma.school_id = school_directory.school_id;\n",
    );
    assert_eq!(joined, "any\ntrue\n");
}

#[test]
fn functions_have_pages() {
    let list = page(".functions\n");
    assert!(list.contains("Rates\n") && list.contains("  rate(num, den"), "{list}");
    assert!(page(".functions date_tr\n").contains("date_trunc("));
    let manual = page(".manual grad_cohort\n");
    for part in ["grad_cohort  table function, In FROM\n", "\nArguments\n", "\nColumns\n", "\nExample\n"] {
        assert!(manual.contains(part), "{part}\n{manual}");
    }
    assert!(manual.lines().all(|line| line.chars().count() <= 100), "{manual}");
    assert!(page(".manual RATE(\n").contains("\nSee also\n"));
    assert!(page(".manual date_trunc\n").contains("scalar function"));
    assert!(
        rows(".manual rate\n")
            .starts_with("function,kind,family,part,name,text\nrate,aggregate,Rates,syntax,")
    );
}

#[test]
fn methods_have_pages() {
    assert!(rows(".methods\n").contains("\nms-mde-2018,cohort,"));
    assert!(rows(".methods National\n").contains("\nafgr,estimate,"));
    let method = page(".methods fed-essa\n");
    for part in ["fed-essa  ", "What exit codes lead to", "Source\n"] {
        assert!(method.contains(part), "{part}\n{method}");
    }
}

#[test]
fn loaded_files_are_listed_with_their_refused_rows() {
    let out = rows(".sources diploma\n");
    assert!(
        out.starts_with("lake_version,table_name,file,layout,rows_in,rejected,committed_at,hash\n"),
        "{out}"
    );
    assert_eq!(out.lines().count(), 15, "{out}");
    assert!(out.contains(",ms_mde_diploma,") && out.contains(",0,20"), "{out}");
}

#[test]
fn a_sample_is_the_same_again() {
    let sample = rows(".sample diploma 5 7\n");
    assert_eq!(sample.lines().count(), 6);
    assert_eq!(sample, rows(".sample diploma 5 7\n"));
    assert_ne!(sample, rows(".sample diploma 5 8\n"));
    assert_eq!(rows(".sample diploma\n").lines().count(), 11);
    assert!(rows("select 1 as one;\n.sample _ 3\n").ends_with("one\n1\n"));
}

#[test]
fn a_summary_respects_what_columns_are_for() {
    let out = rows(".summarize employer_quarter\n");
    let line = |name: &str| {
        let start = format!("\n{name},");
        out[out.find(&start).unwrap() + 1..].lines().next().unwrap().to_owned()
    };
    assert!(line("quarter_index").ends_with(",,,,"), "{}", line("quarter_index"));
    let out = rows(
        "select n, n % 7 as week_day, 2000 + n % 5 as year from generate_series(1, 100) t(n);\n.summarize _\n",
    );
    let line = |start: &str| out.lines().any(|line| line.starts_with(start));
    let heading =
        "column_name,data_type,role,filled,null_percent,distinct_about,smallest,largest,mean,q25,median,q75";
    assert!(line(heading) && line("n,bigint,,100,0.0,100,1,100,50.5,"), "{out}");
    assert!(line("week_day,bigint,,100,0.0,7,0,6,2.97,"), "{out}");
    assert!(out.ends_with("\nyear,bigint,,100,0.0,5,2000,2004,,,,\n"), "{out}");
}

#[test]
fn names_that_are_not_there_have_neighbours() {
    for (command, told) in [
        (".describe diplomas\n", "did you mean \"diploma\"?"),
        (".codes msis_exits\n", "did you mean msis_exit?"),
        (".links diplom\n", "did you mean \"diploma\"?"),
        (".manual grad_cohrt\n", "did you mean grad_cohort?"),
        (".methods fed-esa\n", "did you mean fed-essa?"),
        (".help gradution\n", "did you mean .help graduation?"),
        (".help graduation 9\n", "it has 3"),
        (".summarize diplomas\n", "diploma"),
        (".sample\n", ".sample diploma"),
    ] {
        let refusal = refusal(command);
        assert!(refusal.contains(told), "{command}{refusal}");
    }
}

#[test]
fn a_table_that_is_not_there_is_told_in_one_sentence_everywhere() {
    for command in [".describe diplom\n", ".links diplom\n", ".sample diplom\n", "select * from diplom;\n"] {
        let refusal = refusal(command);
        assert!(refusal.starts_with("error: table \"diplom\" not found\n"), "{command}{refusal}");
        assert!(refusal.contains("help: did you mean \"diploma\"?"), "{command}{refusal}");
    }
}

/// Wages of one person, and of enough persons that a mean may be shown.
#[test]
fn no_value_about_a_person_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let load = |name: &str, persons: u32| {
        let mut text = String::from("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n");
        for person in 0..persons {
            writeln!(text, "{},{},1,2022,1,{}.00", 900_000_001 + person, 7_654_321 + person, 31_313 + person)
                .unwrap();
        }
        std::fs::write(folder.path().join(format!("{name}.csv")), text).unwrap();
        let file = format!("{name}.csv");
        let load = ["load", "ui_wage", &file, "--layout", "ms_mdes_wage", "--lake", name];
        let (code, _, err) = ran(lifetracks(folder.path()).args(load));
        assert_eq!(code, 0, "{err}");
    };
    load("one", 1);
    load("many", 30);
    let script = ".describe ui_wage\n.summarize ui_wage\n.find wage\n.tables\n.sources\n.functions wage\n";
    let views = "create view mine as select * from ui_wage;\n.summarize mine\n.describe mine\n";
    for (lake, shows_mean) in [("one", false), ("many", true)] {
        let run = |text: &str| ran(lifetracks(folder.path()).args([lake, "--csv", "-q"]).write_stdin(text));
        let (code, out, err) = run(&format!("{script}{views}"));
        assert_eq!(code, 0, "{err}");
        for value in ["31313", "31342", "7654321", "7654350"] {
            assert!(!out.contains(value), "{lake} shows {value}:\n{out}");
        }
        assert_eq!(out.contains("31327.5"), shows_mean, "{out}");
        let (_, person, _) = run("select max(person_id) as p from ui_wage");
        assert!(!out.contains(person.lines().nth(1).unwrap()), "{out}");
        // A result that was taken from the table as it is.
        let (_, out, _) =
            run("select * from ui_wage where false;\nselect wages from ui_wage;\n.summarize _\n");
        let summary = out.rsplit("column_name,").next().unwrap();
        assert!(summary.contains("(hidden)") && !summary.contains("31313"), "{summary}");
    }
}

#[test]
fn the_build_tells_of_itself() {
    let folder = tempfile::tempdir().unwrap();
    let of = |args: &[&str]| ran(lifetracks(folder.path()).args(args));
    let (code, out, err) = of(&["info"]);
    assert_eq!((code, err.as_str()), (0, ""));
    for fact in ["version", "threads", "memory limit", "functions"] {
        assert!(out.contains(&format!("│ {fact}")), "{out}");
    }
    let (code, out, _) = of(&["man"]);
    assert_eq!(code, 0);
    assert!(out.contains(".TH lifetracks 1"), "{out}");
    for shell in ["bash", "zsh", "fish"] {
        let (code, out, _) = of(&["completions", shell]);
        assert_eq!(code, 0);
        assert!(out.contains("doctor"), "{out}");
    }
    assert_eq!(of(&["completions", "powershell"]).0, 2);
}

#[test]
fn the_result_of_an_example_can_be_asked_again() {
    let out = rows(".help first-steps 1\nselect count(*) > 0 as has_rows from _;\n");
    assert!(out.ends_with("has_rows\ntrue\n"), "{out}");
}
