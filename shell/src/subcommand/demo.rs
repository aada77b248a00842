//! `lifetracks demo`: from nothing to first answers about a synthetic state.

use std::fs;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::time::Instant;

use lifetracks_engine::twin::{TwinOptions, generate};
use lifetracks_engine::{Engine, LoadRequest, REFERENCE_FILES};

use super::Around;
use crate::args::{DemoArgs, OnError};
use crate::editor::EditMode;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::output::Target;
use crate::render::RENDERERS;
use crate::repl;
use crate::script::Source;
use crate::shell::{Settings, Shell};
use crate::terminal::is_interactive;
use crate::text::{counted, seconds};
use crate::wanted::Wanted;

/// The file that says that a folder is a demo, and how far it has come.
const MARKER: &str = "lifetracks-demo.txt";

/// What the marker says while the extracts are written, while they are loaded, and in the end.
const WRITING: &str = "A LifeTracks demo: its extracts are being written.\n";
const LOADING: &str = "A LifeTracks demo: its lake is being loaded.\n";
const READY: &str = "A LifeTracks demo: made-up people, made-up schools, made-up wages.\n";

/// Layout, folder and start of the file name, in the order of loading: links first, so that every later
/// file meets persons who are already joined.
const LOADS: &[(&str, &str, &str)] = &[
    ("ms_mde_link", "mde", "link"),
    ("ms_mccb_link", "mccb", "link"),
    ("ms_ihl_link", "ihl", "link"),
    ("ms_mdhs_link", "mdhs", "link"),
    ("ms_mdrs_link", "mdrs", "link"),
    ("ms_mdc_link", "mdc", "link"),
    ("ms_mdes_link", "mdes", "link"),
    ("ms_mde_schools", "mde", "schools"),
    ("ms_mde_calendar", "mde", "calendar_"),
    ("ms_mde_student", "mde", "student"),
    ("ms_mde_enrollment", "mde", "enrollment_"),
    ("ms_mde_status", "mde", "status_"),
    ("ms_mde_attendance", "mde", "attendance_"),
    ("ms_mde_discipline", "mde", "discipline_"),
    ("ms_mde_course", "mde", "course_"),
    ("ms_mde_assessment", "mde", "assessment_"),
    ("ms_mde_diploma", "mde", "diploma_"),
    ("ms_mccb_enrollment", "mccb", "enrollment_"),
    ("ms_mccb_course", "mccb", "course_"),
    ("ms_mccb_award", "mccb", "award_"),
    ("ms_ihl_enrollment", "ihl", "enrollment_"),
    ("ms_ihl_course", "ihl", "course_"),
    ("ms_ihl_award", "ihl", "award_"),
    ("ms_mdes_employer", "mdes", "employer_"),
    ("ms_mdes_wage", "mdes", "wage_"),
    ("ms_mdhs_early", "mdhs", "early_"),
    ("ms_mdhs_benefit", "mdhs", "benefit_"),
    ("ms_mdc_prison", "mdc", "prison_"),
    ("ms_mdes_training", "mdes", "training_"),
    ("ms_mdrs_case", "mdrs", "case_"),
    ("ms_mccb_adult", "mccb", "adult_"),
    ("bls_cpi", REFERENCE, "bls_cpi_u"),
    ("us_min_wage", REFERENCE, "us_min_wage"),
];

/// The folder of public data, which is real.
const REFERENCE: &str = "reference";

/// How the names of data files end.
const ENDS: [&str; 4] = [".csv", ".csv.gz", ".xlsx", ".txt"];

/// The first answers: a title, and the SQL that is shown and run.
const ANSWERS: &[(&str, &str)] = &[
    ("Who graduates, and who drops out?", include_str!("../../demo/graduation.sql")),
    ("How many students earn a diploma?", include_str!("../../demo/diplomas.sql")),
    ("Who goes on to college in the first fall?", include_str!("../../demo/college.sql")),
    ("Who works a year later, and for how much?", include_str!("../../demo/wages.sql")),
];

/// Builds the demo, or uses an earlier one, shows first answers, and opens the prompt at a terminal.
pub(super) fn run(args: &DemoArgs, around: &Around<'_>) -> Result<Exit> {
    let folder = &args.folder;
    let state = state(folder)?;
    let lake = folder.join("lake").display().to_string();
    if state.as_deref() == Some(READY) {
        around.say(&format!("using the demo in {}", folder.display()))?;
    } else {
        build(folder, state.as_deref(), &lake, around)?;
    }
    let engine = Engine::open(&around.engine.options(Some(lake.clone())))?;
    let interactive = is_interactive();
    let settings = Settings {
        format: &RENDERERS[0],
        display_rows: 40,
        limit: None,
        timer: interactive && io::stdout().is_terminal(),
        stats: false,
        quiet: around.screen.quiet,
        on_error: OnError::Stop,
        progress: true,
        timeout: None,
        safe: false,
        wanted: Wanted::All,
    };
    let mut shell = Shell::new(engine, settings, around.terminal, Target::Screen)?;
    shell.output.is_prompt = interactive;
    let mut interrupt = shell.listen();
    for (title, sql) in ANSWERS {
        shell.print(&format!("\n{title}\n\n{}\n\n", sql.trim_end()))?;
        let ran = shell.run(&Source { name: None, text: (*sql).to_owned() }, &mut interrupt);
        if ran.stopped {
            return Ok(ran.exit);
        }
    }
    around.say(&format!("\nAsk on: lifetracks {lake}"))?;
    if interactive {
        return repl::run(&mut shell, Some(&lake), EditMode::Emacs);
    }
    Ok(Exit::SUCCESS)
}

/// What the marker says; `None` where nothing is yet. A folder of something else is left alone.
fn state(folder: &Path) -> Result<Option<String>> {
    let marker = folder.join(MARKER);
    match fs::read_to_string(&marker) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Failure::file("read", &marker, &error)),
        Err(_) if is_free(folder) => Ok(None),
        Err(_) => Err(Failure::usage(format!("{} is there and is no demo of LifeTracks", folder.display()))
            .with_help("name another folder: lifetracks demo FOLDER")),
    }
}

fn is_free(folder: &Path) -> bool {
    match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

fn build(folder: &Path, state: Option<&str>, lake: &str, around: &Around<'_>) -> Result<()> {
    let extracts = folder.join("extracts");
    if state != Some(LOADING) {
        write_extracts(folder, &extracts, around)?;
        mark(folder, LOADING)?;
    }
    let started = Instant::now();
    let engine = Engine::create(&around.engine.options(Some(lake.to_owned())))?;
    for load in LOADS {
        load_files(&engine, &extracts, *load, around)?;
    }
    around.say(&format!("loaded in {}", seconds(started.elapsed())))?;
    mark(folder, READY)
}

fn write_extracts(folder: &Path, extracts: &Path, around: &Around<'_>) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
    mark(folder, WRITING)?;
    if extracts.exists() {
        // Half-written by a demo that was stopped; the marker says that the folder is ours.
        fs::remove_dir_all(extracts).map_err(|error| Failure::file("replace", extracts, &error))?;
    }
    let started = Instant::now();
    let options = TwinOptions::demo();
    let summary = generate(&options, extracts).map_err(|error| Failure::usage(error.to_string()))?;
    write_reference(&extracts.join(REFERENCE))?;
    around.say(&format!(
        "made up a state: {}, school years {} to {} ({})",
        counted(summary.persons, "person"),
        options.first_school_year,
        options.last_school_year,
        seconds(started.elapsed())
    ))
}

/// Public data that no state has to make up.
fn write_reference(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).map_err(|error| Failure::file("create", folder, &error))?;
    for (_, name, text) in REFERENCE_FILES {
        let file = folder.join(name);
        fs::write(&file, text).map_err(|error| Failure::file("write", &file, &error))?;
    }
    Ok(())
}

fn load_files(
    engine: &Engine,
    extracts: &Path,
    (layout, agency, start): (&str, &str, &str),
    around: &Around<'_>,
) -> Result<()> {
    let started = Instant::now();
    let files = files(&extracts.join(agency), start)?;
    let report = engine.load(&LoadRequest { files, layout: layout.to_owned(), ..LoadRequest::default() })?;
    around.say(&format!(
        "  {:<20} {:>3} {:>14} {:>8} rejected   {}",
        layout,
        report.files.len() + report.skipped_files.len(),
        counted(report.loaded, "row"),
        report.rejected,
        seconds(started.elapsed())
    ))
}

/// The agency's data files whose names start so, in order.
fn files(agency: &Path, start: &str) -> Result<Vec<PathBuf>> {
    let unreadable = |error: io::Error| Failure::file("read", agency, &error);
    let mut files = Vec::new();
    for entry in fs::read_dir(agency).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(start) && ENDS.iter().any(|end| name.ends_with(end)) {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

fn mark(folder: &Path, state: &str) -> Result<()> {
    let marker = folder.join(MARKER);
    fs::write(&marker, state).map_err(|error| Failure::file("write", &marker, &error))
}
