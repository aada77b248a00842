//! Shows a result through a pager when the screen cannot hold it.

use std::io::{self, Write};

use super::command::{Piped, shell};
use crate::failure::Result;
use crate::terminal;
use crate::text::width;

/// The pager where the environment names none: it leaves what fits on the screen, keeps colours and does not fold.
const USUAL: &str = "less -SRFX";

/// When results go through a pager.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Pager {
    /// When they are taller or wider than the screen.
    Auto,
    /// Always.
    On,
    /// Never.
    Off,
    /// Through this command, when they are taller or wider than the screen.
    Command(String),
}

/// A result on its way to the screen.
pub(super) struct Paging {
    /// What has come so far, while it may still fit.
    waiting: Vec<u8>,
    /// Where the last unfinished line starts in `waiting`.
    line_start: usize,
    lines: usize,
    screen: (usize, usize),
    command: String,
    always: bool,
    pager: Option<Piped>,
}

impl Paging {
    /// Begins a result; `None` where nothing is to be paged.
    pub(super) fn start(pager: &Pager) -> Option<Self> {
        if *pager == Pager::Off || terminal::is_dumb() {
            return None;
        }
        let screen = terminal::size()?;
        let command = match pager {
            Pager::Command(command) => command.clone(),
            _ => usual()?,
        };
        Some(Self {
            waiting: Vec::new(),
            line_start: 0,
            lines: 0,
            screen,
            command,
            always: *pager == Pager::On,
            pager: None,
        })
    }

    /// Whether the person has left the pager.
    pub(super) fn is_left(&self) -> bool {
        self.pager.as_ref().is_some_and(|pager| pager.is_left)
    }

    /// Whether the pager is on the screen.
    pub(super) fn is_running(&self) -> bool {
        self.pager.is_some()
    }

    /// Shows what waits and, where there is a pager, waits until it is left.
    pub(super) fn finish(mut self, screen: &mut impl Write) -> Result<()> {
        if self.always && self.pager.is_none() && !self.waiting.is_empty() {
            self.open()?;
        }
        match self.pager {
            Some(pager) => pager.finish(),
            None => Ok(screen.write_all(&self.waiting)?),
        }
    }

    fn open(&mut self) -> io::Result<()> {
        let pager = Piped::spawn(shell(&self.command), &self.command);
        let mut pager = pager.map_err(|failure| io::Error::other(failure.message))?;
        pager.write_all(&std::mem::take(&mut self.waiting))?;
        self.pager = Some(pager);
        Ok(())
    }

    /// Whether the screen cannot hold what waits and a prompt below it.
    fn overflows(&mut self) -> bool {
        let (columns, rows) = self.screen;
        while let Some(length) = self.waiting[self.line_start..].iter().position(|byte| *byte == b'\n') {
            let line = &self.waiting[self.line_start..self.line_start + length];
            self.line_start += length + 1;
            self.lines += 1;
            if self.lines >= rows || printed_width(&String::from_utf8_lossy(line)) > columns {
                return true;
            }
        }
        false
    }
}

impl Write for Paging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(pager) = &mut self.pager {
            return pager.write(bytes);
        }
        self.waiting.extend_from_slice(bytes);
        if self.overflows() {
            self.open()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pager.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// The pager that the environment names, or the usual one where it is installed.
fn usual() -> Option<String> {
    match std::env::var("PAGER") {
        Ok(named) if !named.trim().is_empty() => Some(named),
        _ => is_installed("less").then(|| USUAL.to_owned()),
    }
}

fn is_installed(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// Terminal columns of a line, without the sequences that colour it.
fn printed_width(line: &str) -> usize {
    let mut plain = String::with_capacity(line.len());
    let mut parts = line.split("\u{1b}[");
    plain.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let end =
            part.find(|character: char| character.is_ascii_alphabetic()).map_or(part.len(), |end| end + 1);
        plain.push_str(&part[end..]);
    }
    width(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paging(screen: (usize, usize)) -> Paging {
        Paging {
            waiting: Vec::new(),
            line_start: 0,
            lines: 0,
            screen,
            command: "cat".to_owned(),
            always: false,
            pager: None,
        }
    }

    fn overflows(screen: (usize, usize), text: &str) -> bool {
        let mut paging = paging(screen);
        paging.waiting.extend_from_slice(text.as_bytes());
        paging.overflows()
    }

    #[test]
    fn the_prompt_below_a_result_needs_a_line_too() {
        assert!(!overflows((80, 4), "1\n2\n3\n"));
        assert!(overflows((80, 4), "1\n2\n3\n4\n"));
    }

    #[test]
    fn colours_take_no_columns() {
        assert!(!overflows((4, 9), "\u{1b}[2mNULL\u{1b}[0m\n"));
        assert!(overflows((4, 9), "NULLS\n"));
    }

    #[test]
    fn what_fits_goes_to_the_screen() {
        let mut paging = paging((80, 24));
        paging.write_all(b"one\ntwo\n").unwrap();
        let mut screen = Vec::new();
        paging.finish(&mut screen).unwrap();
        assert_eq!(screen, b"one\ntwo\n");
    }
}
