//! Safe mode: no other program is started.

use crate::transcript::{lifetracks, ran};

#[test]
fn safe_mode_starts_no_other_program() {
    let folder = tempfile::tempdir().unwrap();
    for script in [
        "select 1 as a;\n.edit",
        ".shell echo started",
        ".once |cat\nselect 1 as a;",
        ".output |cat",
        ".pager cat",
    ] {
        let mut command = lifetracks(folder.path());
        let (code, out, err) =
            ran(command.env("VISUAL", "echo started;").args(["--safe", "--csv", "-c", script]));
        assert_eq!(code, 7, "{script}: {err}");
        assert!(err.contains("safe mode") && !out.contains("started"), "{script}: {out}{err}");
    }
    let (code, out, _) = ran(lifetracks(folder.path()).args(["-q", "-c", ".safe\n.shell echo started"]));
    assert_eq!((code, out.as_str()), (7, ""));
}

#[test]
fn what_is_set_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let script = ".numbers plain\n.maxrows 7\n.safe\n.show";
    let (code, out, _) = ran(lifetracks(folder.path()).args(["--csv", "--timeout", "90s", "-c", script]));
    assert_eq!(code, 0);
    for line in
        ["     mode  csv\n", "  maxrows  7\n", "  numbers  plain\n", "     safe  on\n", "    limit  all\n"]
    {
        assert!(out.contains(line), "{line}{out}");
    }
}
