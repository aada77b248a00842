//! A load that is killed at any moment leaves the lake at the old version or the new one, whole.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_lifetracks");
const PERSONS: u32 = 1500;
const KILLS: u32 = 50;

/// What tells the old state from the new one: persons joined to wages, links, all rows, in one line.
const STATE: &str = "select (select count(*) from diploma d join ui_wage w on d.person_id = w.person_id) as joined, \
    (select count(*) from diploma) as diplomas, (select sum(wages) from ui_wage) as wages, \
    (select count(distinct table_name) from lifetracks.versions) as tables";

struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The command that runs on the lake, with nothing of the user's around it.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command.args(arguments).current_dir(self.folder.path()).env_remove("LIFETRACKS_LAKE");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    fn state(&self) -> String {
        self.run(&["lake", "--csv", "-c", STATE])
    }
}

#[test]
fn fifty_kills_of_a_load_of_several_tables() {
    let case = Case { folder: tempfile::tempdir().unwrap() };
    write_extracts(&case);
    case.run(&["load", "diploma", "diploma.csv", "--layout", "ms_mde_diploma", "--lake", "lake"]);
    case.run(&["load", "ui_wage", "wage.csv", "--layout", "ms_mdes_wage", "--lake", "lake"]);
    let old = case.state();
    copy(&case.path("lake"), &case.path("base"));
    copy(&case.path("lake-vault"), &case.path("base-vault"));

    // The link extract renames people in both tables: three tables change in one lake version.
    let link = ["load", "person_xwalk", "link.csv", "--layout", "ms_mde_link", "--lake", "lake"];
    let begun = Instant::now();
    case.run(&link);
    let whole = begun.elapsed();
    let new = case.state();
    assert_ne!(old, new);

    let mut seed = 20_261_121_u64;
    let (mut olds, mut news) = (0, 0);
    for kill in 0..KILLS {
        restore(&case);
        let mut load = case.command(&link).spawn().unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let share = f64::from(u32::try_from(seed >> 40).unwrap()) / f64::from(1 << 24);
        std::thread::sleep(Duration::from_secs_f64(whole.as_secs_f64() * share));
        load.kill().unwrap();
        load.wait().unwrap();
        match case.state() {
            state if state == old => olds += 1,
            state if state == new => news += 1,
            other => panic!("kill {kill} after {share:.3} of the load left neither version:\n{other}"),
        }
        case.run(&["verify", "--lake", "lake"]);
        if kill % 10 == 0 {
            case.run(&link);
            assert_eq!(case.state(), new, "the load run again after kill {kill}");
        }
    }
    assert!(olds > 0, "no kill came before the commit: {olds} old, {news} new");
}

fn write_extracts(case: &Case) {
    let people = 10_000..10_000 + PERSONS;
    let table = |header: &str, row: &dyn Fn(u32) -> String| {
        let rows = people.clone().map(row).collect::<String>();
        format!("{header}\n{rows}")
    };
    let diploma = |person| format!("M{person},0100,004,05/20/2022,00806\n");
    let wage = |person| format!("9000{person},0000000011,00001,2022,4,{person}.25\n");
    let link = |person| format!("M{person},9000{person}\n");
    let write = |name: &str, text: String| std::fs::write(case.path(name), text).unwrap();
    write("diploma.csv", table("MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE", &diploma));
    write("wage.csv", table("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES", &wage));
    write("link.csv", table("MSIS_ID,SSN", &link));
}

fn restore(case: &Case) {
    for (from, to) in [("base", "lake"), ("base-vault", "lake-vault")] {
        std::fs::remove_dir_all(case.path(to)).unwrap();
        copy(&case.path(from), &case.path(to));
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
