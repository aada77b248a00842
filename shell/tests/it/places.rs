//! Places that take no rows, or that are no ordinary files.
#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::transcript::{lifetracks, ran};

/// Runs with standard output redirected into a file, which comes back.
fn redirected(folder: &Path, args: &[&str]) -> (bool, String) {
    let path = folder.join("redirected");
    let status = Command::new(env!("CARGO_BIN_EXE_lifetracks"))
        .env_clear()
        .env("HOME", folder)
        .current_dir(folder)
        .args(args)
        .stdin(Stdio::null())
        .stdout(File::create(&path).unwrap())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    (status.success(), fs::read_to_string(path).unwrap())
}

#[test]
fn a_full_disk_fails_every_kind_of_file_once() {
    let folder = tempfile::tempdir().unwrap();
    for kind in ["csv", "parquet", "xlsx", "arrow"] {
        let name = format!("out.{kind}");
        symlink("/dev/full", folder.path().join(&name)).unwrap();
        let (code, _, err) = ran(lifetracks(folder.path()).args(["-c", "select 1 as a", "-o", &name]));
        assert_ne!(code, 0, "{name}: {err}");
        assert_eq!(err.lines().filter(|line| line.starts_with("error:")).count(), 1, "{name}: {err}");
    }
}

#[test]
fn standard_output_under_its_names_as_a_file_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"] {
        let args = ["-c", "select 1 as a; select 2 as b", "--csv", "-o", name];
        assert_eq!(redirected(folder.path(), &args), (true, "a\n1\nb\n2\n".to_owned()), "{name}");
        let script = format!("select 1 as a;\n.output {name}\nselect 2 as b;\n");
        let args = ["--csv", "-c", &script];
        assert_eq!(redirected(folder.path(), &args), (true, "a\n1\nb\n2\n".to_owned()), "{name}");
    }
}

#[test]
fn a_result_that_was_dropped_replaces_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("out.xlsx");
    fs::write(&path, "old").unwrap();
    let script = "select 1 as a;\ndrop view _;\n.export out.xlsx --force\n";
    let (code, _, err) = ran(lifetracks(folder.path()).args(["-c", script]));
    assert_ne!(code, 0, "{err}");
    assert!(err.contains("there is no result yet"), "{err}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
}

#[test]
fn a_file_that_is_being_written_is_not_replaced_even_by_force() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        ".output a.csv\nselect 1 as a;\n.export a.csv --force\n.once a.csv --force\nselect 2 as b;\n.output";
    let (code, _, err) = ran(lifetracks(folder.path()).args(["--on-error", "continue", "-c", script]));
    assert_eq!(code, 2, "{err}");
    assert_eq!(err.matches("a.csv takes the results now").count(), 2, "{err}");
    assert_eq!(fs::read_to_string(folder.path().join("a.csv")).unwrap(), "a\n1\nb\n2\n");
    let script = ".record start r.md\n.output r.md --force\nselect 1 as a;\n.record stop";
    let (code, _, err) = ran(lifetracks(folder.path()).args(["--on-error", "continue", "-c", script]));
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("r.md is the record"), "{err}");
    assert!(fs::read_to_string(folder.path().join("r.md")).unwrap().starts_with("# Record"), "{err}");
}

#[test]
fn no_file_is_written_into_a_lake() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("l/tables/t")).unwrap();
    fs::write(folder.path().join("l/lake.toml"), "format = 2").unwrap();
    for file in ["l/lake.toml", "l/tables/t/new.csv", "l/./tables/x.parquet"] {
        let (code, _, err) = ran(lifetracks(folder.path()).args(["-o", file, "-c", "select 1 as a"]));
        assert_eq!(code, 7, "{file}: {err}");
        assert!(err.contains(" is in the lake "), "{err}");
    }
    assert_eq!(fs::read_to_string(folder.path().join("l/lake.toml")).unwrap(), "format = 2");
}
