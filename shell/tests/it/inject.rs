//! A disk that is full or fails, at every write of a load: the old lake version or the new one, and an error that says so.
//!
//! `LIFETRACKS_INJECTIONS` is the number of calls that are made to fail, spread over all that a load makes.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Output;
use std::time::Instant;

use crate::link_load::{BINARY, LOAD, LinkLoad};

const PERSONS: u32 = 200;
/// Calls that fail in the gate.
const INJECTIONS: usize = 24;
/// What a load asks of the disk.
const CALLS: &str =
    "openat,write,pwrite64,writev,fsync,fdatasync,rename,renameat,renameat2,link,linkat,mkdir,ftruncate";
/// What happens to a call: the disk is full, the disk fails, the program is killed.
const FAULTS: [&str; 3] = ["error=ENOSPC", "error=EIO", KILL];
const KILL: &str = "signal=KILL";

/// What is made to fail.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Point {
    /// Every call of this kind on this path.
    Path(String, String),
    /// In each thread, the call of this kind and number.
    Number(String, usize),
}

#[test]
fn a_failing_disk_at_every_write_of_a_load() {
    let case = LinkLoad::new(PERSONS);
    if !is_strace_there(&case) {
        println!("skipped: a_failing_disk_at_every_write_of_a_load: strace is not there or may not trace");
        return;
    }
    let limit = std::env::var("LIFETRACKS_INJECTIONS").map_or(INJECTIONS, |number| number.parse().unwrap());
    let begun = Instant::now();
    // What is named at random is in one trace only.
    let points: BTreeSet<Point> =
        points_of_a_load(&case).intersection(&points_of_a_load(&case)).cloned().collect();
    assert!(points.len() > 50, "{points:?}");
    let all: Vec<(&Point, &str)> =
        points.iter().flat_map(|point| FAULTS.iter().map(move |fault| (point, *fault))).collect();
    // Whatever the step, each fault has its turn.
    let step = all.len().div_ceil(limit).max(1);
    let step = if step > 1 && step.is_multiple_of(FAULTS.len()) { step + 1 } else { step };
    let mut counts = BTreeMap::new();
    for (number, (point, fault)) in all.iter().step_by(step).enumerate() {
        let end = inject(&case, point, fault, number % 5 == 0);
        *counts.entry(end).or_insert(0) += 1;
    }
    println!("{} points; {counts:?} in {:.1?}", all.len(), begun.elapsed());
    assert!(counts.contains_key("refused"), "no call failed: {counts:?}");
}

fn is_strace_there(case: &LinkLoad) -> bool {
    case.program("strace").args(["-f", "-o", "trace", "true"]).status().is_ok_and(|status| status.success())
}

/// The calls of a load that touch the lake or its vault: those that the engine also makes to wake its threads by their
/// path, the others by their number in their thread.
fn points_of_a_load(case: &LinkLoad) -> BTreeSet<Point> {
    case.restore();
    let output = trace(case, &["--seccomp-bpf", "-y", "-e", &format!("trace={CALLS}")]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut numbers: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut points = BTreeSet::new();
    for (thread, call, line) in traced(case) {
        let number = numbers.entry((thread, call.clone())).or_insert(0);
        *number += 1;
        let Some(path) = touched(case, &line) else { continue };
        points.insert(match call.as_str() {
            "openat" | "write" | "pwrite64" | "writev" => Point::Path(call, path),
            _ => Point::Number(call, *number),
        });
    }
    points
}

/// The path below the lake or its vault that a traced call is about.
fn touched(case: &LinkLoad, line: &str) -> Option<String> {
    let folder = case.path("lake").display().to_string();
    let start = line.find(&folder)?;
    let length = line[start..].find(['"', '>'])?;
    Some(line[start..start + length].to_owned())
}

/// The trace as thread, call and whole line; a call that was interrupted by another counts where it begins.
fn traced(case: &LinkLoad) -> Vec<(String, String, String)> {
    let text = std::fs::read(case.path("trace")).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().filter_map(|line| {
        let (thread, rest) = line.split_once(' ')?;
        let (call, _) = rest.trim_start().split_once('(')?;
        let is_call = call.bytes().all(|byte| byte.is_ascii_alphanumeric());
        is_call.then(|| (thread.to_owned(), call.to_owned(), line.to_owned()))
    });
    lines.collect()
}

fn trace(case: &LinkLoad, options: &[&str]) -> Output {
    let mut command = case.program("timeout");
    command.args(["60", "strace", "-f", "-qq", "-o", "trace"]).args(options);
    command.arg(BINARY).args(LOAD).args(["--threads", "1"]).output().unwrap()
}

/// The exit code that a shell gives a program that was killed.
const KILLED: i32 = 137;

/// Loads with calls that fail; how it ended.
fn inject(case: &LinkLoad, point: &Point, fault: &str, again: bool) -> &'static str {
    case.restore();
    let what = format!("{fault} at {point:?}");
    // Quicker, but no signal comes that way.
    let quick = if fault == KILL { "-y" } else { "--seccomp-bpf" };
    let output = match point {
        Point::Path(call, path) => {
            let inject = format!("inject={call}:{fault}");
            trace(case, &[quick, "-y", "-P", path, "-e", &format!("trace={call}"), "-e", &inject])
        }
        Point::Number(call, number) => {
            let inject = format!("inject={call}:{fault}:when={number}");
            trace(case, &[quick, "-y", "-e", &format!("trace={call}"), "-e", &inject])
        }
    };
    let failed: Vec<String> = traced(case)
        .into_iter()
        .map(|(_, _, line)| line)
        .filter(|line| line.ends_with("(INJECTED)"))
        .collect();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let is_new = case.is_new(&what);
    assert!(!errors.contains("panicked") && !errors.contains("the program failed"), "{what}: {errors}");
    if again {
        case.finish(&what);
    }
    match output.status.code() {
        Some(KILLED) | None if fault == KILL => {
            if is_new {
                "killed after the commit"
            } else {
                "killed"
            }
        }
        _ if failed.is_empty() => "not reached",
        Some(0) => {
            assert!(is_new, "{what}: the load says that it is done\n{failed:#?}");
            "overcome"
        }
        Some(_) => {
            assert!(errors.starts_with("error: "), "{what}: {errors}\n{failed:#?}");
            let cause = if fault.ends_with("EIO") { "Input/output error" } else { "No space left" };
            assert!(errors.contains(cause), "{what}: {errors}");
            if is_new {
                let told = ["is committed, but", "was committed cannot be told"];
                assert!(told.iter().any(|told| errors.contains(told)), "{what}: {errors}\n{failed:#?}");
                println!("refused after the commit: {what}");
                "refused after the commit"
            } else {
                "refused"
            }
        }
        None => panic!("{what}: {:?}: {errors}", output.status),
    }
}

#[test]
fn what_fails_after_the_commit_says_that_the_version_is_committed() {
    let case = LinkLoad::new(PERSONS);
    if !is_strace_there(&case) {
        println!("skipped: what_fails_after_the_commit: strace is not there or may not trace");
        return;
    }
    let lake = case.path("lake").display().to_string();
    let log = format!("{lake}/tables/_lake_log/_delta_log/00000000000000000003.json");
    let seal = format!("{lake}/lake.seal");
    let failing: [(&[&str], i32, &str); 3] = [
        (
            &["-P", &log, "-e", "inject=openat:error=EIO"],
            3,
            "error: lake version 3 is committed, but afterwards: could not ",
        ),
        (
            &["-P", &seal, "-e", "inject=openat:error=EIO"],
            0,
            "note: lake version 3 is committed, but its seal is an older one until the next load",
        ),
        (
            // The first is before the commit.
            &["-e", "inject=fdatasync:error=EIO:when=2"],
            0,
            "note: lake version 3 is committed, but the vault does not say so: could not write the vault",
        ),
    ];
    for (options, code, told) in failing {
        case.restore();
        let calls = ["--seccomp-bpf", "-y", "-e", "trace=openat,fdatasync"];
        let output = trace(&case, &[&calls, options].concat());
        let text = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
        assert!(text.contains(told), "{told}\n{text}");
        assert!(text.contains("Input/output error"), "{text}");
        assert_eq!(output.status.code(), Some(code), "{text}");
        assert!(case.is_new(told));
        case.finish(told);
    }
}

/// Free KiB on the disk when the load begins.
const FREE: [u32; 9] = [0, 4, 8, 16, 32, 64, 128, 256, 1024];

#[test]
fn a_full_disk_of_eight_mebibytes() {
    let case = LinkLoad::new(PERSONS);
    let is_allowed = run_on_small_disk(&case, "true").status.success();
    if !is_allowed {
        println!("skipped: a_full_disk_of_eight_mebibytes: a disk cannot be mounted here");
        return;
    }
    let (mut refused, mut done) = (0, 0);
    for free in FREE {
        case.restore();
        std::fs::write(case.path("load.sh"), script(free)).unwrap();
        let output = run_on_small_disk(&case, "sh load.sh");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        let what = format!("{free} KiB free");
        let is_new = case.is_new(&what);
        match output.status.code() {
            Some(0) => {
                assert!(is_new, "{what}: the load says that it is done");
                done += 1;
            }
            Some(1..=3) => {
                assert!(
                    errors.starts_with("error: ") && errors.contains("No space left"),
                    "{what}: {errors}"
                );
                assert!(!is_new, "{what}: {errors}");
                assert_eq!(case.staged(), 0, "{what}");
                refused += 1;
            }
            code => panic!("{what}: {code:?}: {errors}"),
        }
        case.finish(&what);
    }
    println!("{refused} loads refused, {done} done");
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
}

/// Runs a command in the case's folder with a disk of 8 MiB at `disk`, which is gone afterwards.
fn run_on_small_disk(case: &LinkLoad, command: &str) -> Output {
    std::fs::create_dir_all(case.path("disk")).unwrap();
    let script = format!("mount -t tmpfs -o size=8m none disk && {command}");
    case.program("unshare")
        .args(["--map-root-user", "--mount", "sh", "-c", &script])
        .output()
        .unwrap_or_else(|_| case.program("false").output().unwrap())
}

/// Moves the lake to the disk, fills it up to some KiB, loads, and moves the lake back.
fn script(free: u32) -> String {
    format!(
        "set -e\n\
         mv lake lake-vault disk/\n\
         left=$(df --output=avail -k disk | tail -1)\n\
         head -c $(( (left - {free}) * 1024 )) /dev/zero > disk/filler\n\
         code=0\n\
         {BINARY} load person_xwalk link.csv --layout ms_mde_link --lake disk/lake > out.txt || code=$?\n\
         rm disk/filler\n\
         mv disk/lake disk/lake-vault .\n\
         exit $code\n"
    )
}
