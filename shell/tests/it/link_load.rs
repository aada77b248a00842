//! A lake and a load that changes three of its tables at once: what the tests cut off at every place.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_lifetracks");

/// The link extract renames people in both tables: three tables change in one lake version.
pub(crate) const LOAD: [&str; 7] =
    ["load", "person_xwalk", "link.csv", "--layout", "ms_mde_link", "--lake", "lake"];

/// What tells the old state from the new one: persons joined to wages, links, all rows, in one line.
pub(crate) const STATE: &str = "select (select count(*) from diploma d join ui_wage w on d.person_id = w.person_id) as joined, \
    (select count(*) from diploma) as diplomas, (select sum(wages) from ui_wage) as wages, \
    (select count(distinct table_name) from lifetracks.versions) as tables";

/// A folder with the extracts, the lake before the load (`base`) and a lake to load into.
pub(crate) struct LinkLoad {
    folder: tempfile::TempDir,
    /// The state before the load.
    pub(crate) old: String,
    /// The state after it.
    pub(crate) new: String,
}

impl LinkLoad {
    /// Writes extracts of so many persons, loads them, and learns what the load of the links makes of them.
    pub(crate) fn new(persons: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut case = Self { folder, old: String::new(), new: String::new() };
        case.write_extracts(persons);
        case.run(&["load", "diploma", "diploma.csv", "--layout", "ms_mde_diploma", "--lake", "lake"]);
        case.run(&["load", "ui_wage", "wage.csv", "--layout", "ms_mdes_wage", "--lake", "lake"]);
        case.old = case.state();
        copy(&case.path("lake"), &case.path("base"));
        copy(&case.path("lake-vault"), &case.path("base-vault"));
        case.run(&LOAD);
        case.new = case.state();
        assert_ne!(case.old, case.new);
        case.restore();
        case
    }

    /// Something in the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A program that runs in the folder, with nothing of the user's around it.
    pub(crate) fn program(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.folder.path()).env_remove("LIFETRACKS_LAKE").env("TMPDIR", self.path("tmp"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the binary, which must succeed; its output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.program(BINARY).args(arguments).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The state of the lake.
    pub(crate) fn state(&self) -> String {
        self.run(&["lake", "--csv", "-c", STATE])
    }

    /// Whether the lake is whole and at the new state; `what` names the cut in the message if it is at neither.
    pub(crate) fn is_new(&self, what: &str) -> bool {
        self.run(&["verify", "--lake", "lake"]);
        let state = self.state();
        assert!(state == self.old || state == self.new, "{what} left neither version:\n{state}");
        state == self.new
    }

    /// Loads again after a cut: nothing is missing, and nothing of the load that was cut off is left in its folder.
    pub(crate) fn finish(&self, what: &str) {
        self.run(&LOAD);
        assert_eq!(self.state(), self.new, "the load run again after {what}");
        assert_eq!(self.staged(), 0, "after {what} and a whole load");
    }

    /// Folders with rows on their way. An empty one may belong to a load that has just begun.
    pub(crate) fn staged(&self) -> usize {
        let folders = std::fs::read_dir(self.path("lake/_staging")).into_iter().flatten().flatten();
        folders.filter(|folder| std::fs::read_dir(folder.path()).unwrap().next().is_some()).count()
    }

    /// Puts the lake and its vault back to what they were before the load.
    pub(crate) fn restore(&self) {
        for (from, to) in [("base", "lake"), ("base-vault", "lake-vault")] {
            std::fs::remove_dir_all(self.path(to)).unwrap();
            copy(&self.path(from), &self.path(to));
        }
    }

    fn write_extracts(&self, persons: u32) {
        let people = 10_000..10_000 + persons;
        let table = |header: &str, row: &dyn Fn(u32) -> String| {
            let rows = people.clone().map(row).collect::<String>();
            format!("{header}\n{rows}")
        };
        let diploma = |person| format!("M{person},0100,004,05/20/2022,00806\n");
        let wage = |person| format!("9000{person},0000000011,00001,2022,4,{person}.25\n");
        let link = |person| format!("M{person},9000{person}\n");
        let write = |name: &str, text: String| std::fs::write(self.path(name), text).unwrap();
        write("diploma.csv", table("MSIS_ID,DISTRICT,SCHOOL,AWARD_DATE,DIPLOMA_TYPE", &diploma));
        write("wage.csv", table("SSN,ACCOUNT,UNIT,YEAR,QUARTER,WAGES", &wage));
        write("link.csv", table("MSIS_ID,SSN", &link));
        std::fs::create_dir(self.path("tmp")).unwrap();
    }
}

/// Copies a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
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
