//! The person's own editor, for statements that outgrow a line.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::history::{private_file, private_folder, state_folder};

/// The editor of last resort, which POSIX says is there.
const USUAL: &str = "vi";

/// The text after the person has changed it in `$VISUAL`, `$EDITOR` or `vi`.
///
/// Errors: nothing else may run, there is no editor of that name, it ended with an error, the file cannot be written or
/// read.
pub(crate) fn edit(text: &str, safe: bool) -> Result<String> {
    if safe {
        let refused = Failure::new(Exit::REFUSED, "no editor is started in safe mode");
        return Err(
            refused.with_help("a statement of several lines is typed at the prompt: Alt-Enter begins a line")
        );
    }
    let program =
        ["VISUAL", "EDITOR"].iter().find_map(|name| std::env::var_os(name).filter(|value| !value.is_empty()));
    let program = program.unwrap_or_else(|| USUAL.into());
    let draft = Draft::new(text)?;
    run(&program, &draft.path)?;
    let text = fs::read_to_string(&draft.path).map_err(|error| Failure::file("read", &draft.path, &error))?;
    Ok(text.trim_end().to_owned())
}

/// A file that only its owner can read, and that goes when it is dropped.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn new(text: &str) -> Result<Self> {
        let folder = state_folder().unwrap_or_else(std::env::temp_dir);
        let path = folder.join(format!("statement-{}.sql", std::process::id()));
        let written = private_folder(&folder).and_then(|()| {
            // A file that a killed shell has left must not be followed anywhere.
            let _ = fs::remove_file(&path);
            writeln!(private_file(&path)?, "{text}")
        });
        written.map_err(|error| Failure::file("write", &path, &error))?;
        Ok(Self { path })
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // The folder is the owner's alone; a file that stays is no harm.
        let _ = fs::remove_file(&self.path);
    }
}

/// Runs the editor as a shell would, because the variable may hold options.
fn run(program: &OsString, path: &Path) -> Result<()> {
    let mut line = program.clone();
    line.push(" \"$1\"");
    let status = Command::new("sh").arg("-c").arg(line).arg("sh").arg(path).status();
    let shown = program.to_string_lossy();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => {
            Err(Failure::usage(format!("the editor {shown} ended with {status}; the text is as it was"))
                .with_help("set VISUAL or EDITOR to the editor you use"))
        }
        Err(error) => Err(Failure::usage(format!("could not start the editor {shown}: {error}"))
            .with_help("set VISUAL or EDITOR to the editor you use")),
    }
}
