//! A changed bit or a cut-off end in any file of a lake: `verify` finds it, no checked read answers from it, and nothing
//! ends the program.
//!
//! `LIFETRACKS_MUTATIONS` is the number of changes, one in 21 of them a truncation; 10,500 by hand.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use lifetracks_engine::{Engine, Error, ErrorKind, Options};

use crate::support::{Lake, copy_folder, options, table};

/// Changes in the gate; what all of them take is in docs/testing.md.
const MUTATIONS: usize = 252;
/// Every so many changes one is a truncation.
const TRUNCATED: usize = 21;
/// Every so many changes the lake is also asked without `verify`: unchecked, and in checked mode.
const ASKED: usize = 10;
/// Longer is a hang, however busy the machine is.
const LONGEST: Duration = Duration::from_mins(1);
const THREADS: usize = 2;

const QUESTIONS: [&str; 11] = [
    "select count(*), sum(wages), min(quarter_index) from ui_wage",
    "select count(*) from diploma d join ui_wage w on d.person_id = w.person_id where wages > 100",
    "select sum(wages) from ui_wage version as of 2",
    "select line, column_name, rule from lifetracks.rejects",
    "select count(*), min(award_date), max(person_id) from diploma",
    "select person_id, award_date, diploma_type from diploma order by person_id",
    "select table_name, period, rows, persons from lifetracks.coverage order by 1, 2",
    "select table_name, severity, rule, rows from lifetracks.findings order by 1, 2, 3",
    "select lake_version, table_name, delta_version, loaded, rejected from lifetracks.versions order by 1, 2",
    "select * from cohort('graduates') order by person_id",
    "select name, version, members, checksum, stale_because from lifetracks.cohorts",
];

#[test]
fn verify_finds_every_changed_bit_and_every_truncation() {
    let mutations = std::env::var("LIFETRACKS_MUTATIONS").map_or(MUTATIONS, |number| number.parse().unwrap());
    let lake = lake();
    let begun = Instant::now();
    let (sender, receiver) = channel();
    let folders: Vec<_> = (0..THREADS).map(|_| tempfile::tempdir().unwrap()).collect();
    for (number, folder) in folders.iter().enumerate() {
        copy_folder(&lake.folder.path().join("lake"), &folder.path().join("lake"));
        let (folder, sender) = (folder.path().to_owned(), sender.clone());
        let numbers = (number..mutations).step_by(THREADS);
        std::thread::spawn(move || change_all(&folder, numbers, &sender));
    }
    drop(sender);
    let counts = collect(&receiver);
    println!("{counts:?} of {mutations} changes in {:.1?}", begun.elapsed());
    assert_eq!(counts.changes, mutations);
    assert_eq!(counts.missed, Vec::<String>::new());
    assert_eq!(counts.panics, Vec::<String>::new());
    assert_eq!(counts.checked.wrong, Vec::<String>::new());
    assert_eq!(counts.fresh.wrong, Vec::<String>::new());
    for answers in [&counts.unchecked, &counts.checked, &counts.fresh] {
        assert!(answers.errors > 0 && answers.right > 0, "the lake was asked nothing");
        assert_eq!((&answers.unnamed, answers.caught), (&Vec::new(), 0), "an error names no file");
    }
}

/// What the changes led to.
#[derive(Debug, Default)]
struct Counts {
    changes: usize,
    /// Not found by `verify`.
    missed: Vec<String>,
    panics: Vec<String>,
    /// Asked in a session that was open before, without `verify` and unchecked.
    unchecked: Answers,
    /// Asked in a session that was open before, with checked reads.
    checked: Answers,
    /// Asked in a session that was opened on the damaged lake, with checked reads.
    fresh: Answers,
}

/// What the damaged lake answered.
#[derive(Debug, Default)]
struct Answers {
    right: usize,
    wrong: Vec<String>,
    errors: usize,
    /// Errors among them that were a panic of the decoder beneath, caught, and the file not named.
    caught: usize,
    /// Errors among them that do not name the table or the file.
    unnamed: Vec<String>,
}

impl Answers {
    fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong.extend(other.wrong);
        self.errors += other.errors;
        self.caught += other.caught;
        self.unnamed.extend(other.unnamed);
    }

    fn fail(&mut self, error: &Error, file: &Path, what: &str) {
        self.errors += 1;
        self.caught += usize::from(error.kind() == ErrorKind::Internal);
        // "lake.toml", or the table of "tables/ui_wage/..".
        let name = file.components().nth(1).unwrap_or_else(|| file.components().next().unwrap());
        let (name, text) = (name.as_os_str().to_str().unwrap(), error.to_string());
        let is_lake_log = name == "_lake_log" && text.contains("lake log");
        if !text.contains(name) && !is_lake_log {
            self.unnamed.push(format!("{what}: {text}"));
        }
    }
}

fn collect(receiver: &Receiver<Counts>) -> Counts {
    let mut sum = Counts::default();
    loop {
        match receiver.recv_timeout(LONGEST) {
            Ok(next) => {
                sum.changes += next.changes;
                sum.missed.extend(next.missed);
                sum.panics.extend(next.panics);
                sum.unchecked.add(next.unchecked);
                sum.checked.add(next.checked);
                sum.fresh.add(next.fresh);
            }
            Err(RecvTimeoutError::Disconnected) => return sum,
            Err(RecvTimeoutError::Timeout) => panic!("a change hangs the engine, after {sum:?}"),
        }
    }
}

/// A lake with person tables, a reference table, rejects, links, a correction, a cohort and six versions, all of them
/// small.
fn lake() -> Lake {
    let lake = Lake::new();
    let diploma = "MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE\nA1,0100,004,05/20/2022,00806\n\
        A2,0100,004,05/20/2022,99999\nA3,0100,004,13/20/2022,00806\n";
    let wages =
        "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000001,11,1,2022,4,4000.00\n900000003,11,1,2022,4,7200.00\n";
    let corrected = "SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES\n900000003,11,1,2022,4,7300.50\n";
    for (layout, name, text) in [
        ("ms_mde_diploma", "diploma.csv", diploma),
        ("ms_mdes_wage", "wage.csv", wages),
        ("ms_mde_link", "link.csv", "MSIS_ID,SSN\nA1,900000001\n"),
        ("ms_mdes_wage", "corrected.csv", corrected),
    ] {
        lake.load(layout, &[(name, text)]).unwrap();
        if name == "wage.csv" {
            lake.query(
                "create cohort graduates index award_date as select person_id, award_date from diploma",
            );
        }
    }
    lake
}

fn change_all(folder: &Path, numbers: impl Iterator<Item = usize>, sender: &Sender<Counts>) {
    let files: Vec<(PathBuf, Vec<u8>)> = walk(&folder.join("lake"))
        .into_iter()
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            (path, bytes)
        })
        // Nothing can be changed in the file that is only locked.
        .filter(|(_, bytes)| !bytes.is_empty())
        .collect();
    let engine = Engine::open(&options(folder)).unwrap();
    let checks = Options { checked_reads: true, ..options(folder) };
    let checking = Engine::open(&checks).unwrap();
    assert_eq!(engine.verify().unwrap().defects, []);
    let answers = QUESTIONS.map(|question| table(&engine, question).unwrap());
    assert_eq!(QUESTIONS.map(|question| table(&checking, question).unwrap()), answers);
    for number in numbers {
        let mut chance = Chance(number as u64);
        let (path, whole) = &files[chance.below(files.len())];
        let (changed, what) = change(whole, number, &mut chance);
        let what = format!("change {number}: {} {what}", path.display());
        std::fs::write(path, changed).unwrap();
        let mut counts = Counts { changes: 1, ..Counts::default() };
        match catch_unwind(AssertUnwindSafe(|| engine.verify())) {
            Err(_) => counts.panics.push(what.clone()),
            Ok(Err(error)) if error.message().contains("panicked") => {
                counts.panics.push(format!("{what}: {error}"));
            }
            Ok(Ok(report)) if report.defects.is_empty() => counts.missed.push(what.clone()),
            Ok(_) => {}
        }
        if number % ASKED == 0 {
            let file = path.strip_prefix(folder.join("lake")).unwrap();
            counts.unchecked = ask(Ok(&engine), &answers, file, &what);
            counts.checked = ask(Ok(&checking), &answers, file, &what);
            counts.fresh = ask(Engine::open(&checks).as_ref(), &answers, file, &what);
        }
        std::fs::write(path, whole).unwrap();
        if number % ASKED == 0 {
            for engine in [&engine, &checking] {
                let found = table(engine, QUESTIONS[0]).unwrap();
                assert_eq!(found, answers[0], "{what}: the session is not as it was");
            }
        }
        if sender.send(counts).is_err() {
            return;
        }
    }
    assert_eq!(engine.verify().unwrap().defects, []);
}

/// A flipped bit, or a shorter file.
fn change(whole: &[u8], number: usize, chance: &mut Chance) -> (Vec<u8>, String) {
    let mut changed = whole.to_vec();
    let at = chance.below(whole.len());
    if number % TRUNCATED == TRUNCATED - 1 {
        changed.truncate(at);
        return (changed, format!("cut to {at} of {} bytes", whole.len()));
    }
    let bit = chance.below(8);
    changed[at] ^= 1 << bit;
    (changed, format!("bit {bit} of byte {at}"))
}

/// Asks the lake, one file of which is damaged: an answer or an error, in a session that lives on.
fn ask(engine: Result<&Engine, &Error>, answers: &[String], file: &Path, what: &str) -> Answers {
    let mut found = Answers::default();
    let engine = match engine {
        Ok(engine) => engine,
        Err(error) => {
            found.fail(error, file, what);
            return found;
        }
    };
    for (question, answer) in QUESTIONS.iter().zip(answers) {
        match table(engine, question) {
            Ok(found_now) if found_now == *answer => found.right += 1,
            Ok(_) => found.wrong.push(format!("{what}: {question}")),
            Err(error) => found.fail(&error, file, what),
        }
    }
    found
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(walk(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}

/// Numbers that look random and are the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % limit.max(1) as u64).unwrap()
    }
}
