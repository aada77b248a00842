//! A command of the system's shell that reads results.

use std::io::{self, BufWriter, Write};
use std::process::{Child, ChildStdin, Command, Stdio};

use super::BUFFER;
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// What the system's shell says of a command that is not there.
const NOT_FOUND: i32 = 127;

/// A running command and the way into it.
pub(super) struct Piped {
    command: String,
    child: Child,
    input: Option<BufWriter<ChildStdin>>,
    /// Whether it has stopped reading.
    pub(super) is_left: bool,
}

impl Piped {
    /// Starts a command, unless nothing else may run.
    pub(super) fn start(command: &str, safe: bool) -> Result<Self> {
        if safe {
            let refused = Failure::new(Exit::REFUSED, "no command can be run in safe mode");
            return Err(refused.with_help("write to a file: .once FILE"));
        }
        Self::spawn(shell(command), command)
    }

    /// Starts a process that reads results.
    pub(super) fn spawn(mut process: Command, command: &str) -> Result<Self> {
        let started = process.stdin(Stdio::piped()).spawn();
        let mut child =
            started.map_err(|error| Failure::usage(format!("could not run `{command}`: {error}")))?;
        let input = child.stdin.take().map(|input| BufWriter::with_capacity(BUFFER, input));
        Ok(Self { command: command.to_owned(), child, input, is_left: false })
    }

    /// Closes its input and waits for its end.
    pub(super) fn finish(mut self) -> Result<()> {
        // Whether the last bytes were read is the command's business.
        let _ = self.flush();
        drop(self.input.take());
        let ended = self.child.wait();
        let status = ended
            .map_err(|error| Failure::usage(format!("could not wait for `{}`: {error}", self.command)))?;
        if status.code() == Some(NOT_FOUND) {
            let missing = Failure::usage(format!("there is no command `{}`", self.command));
            return Err(missing.with_help("the result is still there: .last shows it"));
        }
        Ok(())
    }

    /// A command that does not read to the end has had what it wanted.
    fn kept<T>(&mut self, written: io::Result<T>, well: T) -> io::Result<T> {
        match written {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_left = true;
                // What waits can be written no more.
                if let Some(input) = self.input.take() {
                    drop(input.into_parts());
                }
                Ok(well)
            }
            written => written,
        }
    }
}

impl Write for Piped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.input.as_mut().map_or(Ok(bytes.len()), |input| input.write(bytes));
        self.kept(written, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.input.as_mut().map_or(Ok(()), Write::flush);
        self.kept(flushed, ())
    }
}

/// A command as the system's shell runs it.
pub(super) fn shell(command: &str) -> Command {
    let (program, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut process = Command::new(program);
    process.arg(option).arg(command);
    process
}
