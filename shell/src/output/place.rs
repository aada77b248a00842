//! The places that results go to: how each is opened, written to and left.

use std::io;
use std::io::Write as _;
use std::path::Path;

use super::command::Piped;
use super::file::{TextFile, WholeFile};
use crate::chart::FileFormat;
use crate::export::Way;
use crate::failure::{Failure, Result};
use crate::render::Format;

/// What standard output is called as a file.
const STANDARD_OUTPUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// A place that results go to.
pub(super) enum Place {
    Screen,
    Command(Piped),
    /// A file that text is added to.
    Text(TextFile),
    /// A file that holds one result and has a format of its own.
    Whole(WholeFile),
}

/// Which place is meant, as a command line or a command says it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    /// The screen, or whatever standard output is.
    Screen,
    /// A file.
    File(FileTarget<'a>),
    /// A command of the system's shell, which reads the results.
    Command(&'a str),
}

/// A file as a command line or a command names it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FileTarget<'a> {
    /// Its name.
    pub(crate) path: &'a Path,
    /// Whether the end of the name says how it is written, where it says anything; else the mode does.
    pub(crate) by_end: bool,
    /// Which results it takes.
    pub(crate) takes: Takes,
}

/// Which results a file takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// The next one.
    Next,
    /// Every further one, each as soon as it is whole.
    Further,
    /// Those of a run, when all of it has gone well.
    Run,
}

impl<'a> Target<'a> {
    /// The place that a path names. Standard output is none to replace, wherever it is redirected to.
    pub(crate) fn at(file: FileTarget<'a>) -> Self {
        if is_standard_output(file.path) { Self::Screen } else { Self::File(file) }
    }
}

/// Whether a path is a name of standard output.
pub(crate) fn is_standard_output(path: &Path) -> bool {
    STANDARD_OUTPUT.iter().any(|name| path == Path::new(name))
}

impl Place {
    /// Opens a place. Nothing that is there is lost before something takes its place.
    pub(super) fn open(target: Target<'_>, safe: bool) -> Result<Self> {
        let file = match target {
            Target::Screen => return Ok(Self::Screen),
            Target::Command(command) => return Piped::start(command, safe).map(Self::Command),
            Target::File(file) => file,
        };
        let name = file.path.display();
        if file.by_end && FileFormat::of(file.path).is_ok() {
            let picture = Failure::usage(format!("{name} is a picture, which holds one chart and no rows"));
            return Err(picture.with_help(format!("write .once {name} or .chart to {name}")));
        }
        match Way::of(file.path).filter(|_| file.by_end) {
            Some(Way::Kind(kind)) if file.takes == Takes::Further => {
                let kind = kind.name;
                let one =
                    Failure::usage(format!("a .{kind} file holds one result, and {name} is to take more"));
                Err(one
                    .with_help(format!("write .once {name} before a statement or .export {name} after it")))
            }
            Some(Way::Kind(_)) => Ok(Self::Whole(WholeFile::new(file))),
            Some(Way::Text(format)) => TextFile::begin(file, Some(format)).map(Self::Text),
            None => TextFile::begin(file, None).map(Self::Text),
        }
    }

    /// The format that the place asks for; `None` leaves it to the mode.
    pub(super) fn format(&self) -> Option<&'static Format> {
        match self {
            Self::Text(file) => file.format,
            Self::Screen | Self::Command(_) | Self::Whole(_) => None,
        }
    }

    /// Bytes for the place; `None` where it takes no text.
    pub(super) fn text(&mut self) -> Option<&mut dyn io::Write> {
        match self {
            Self::Text(file) => Some(file),
            Self::Command(piped) => Some(piped),
            Self::Screen | Self::Whole(_) => None,
        }
    }

    /// A result has ended and the place stays: keeps what is whole, and takes back what failed. `at_once` gives files
    /// their names.
    pub(super) fn keep(&mut self, well: bool, at_once: bool) -> Result<()> {
        match self {
            Self::Text(file) if well => file.keep(at_once),
            Self::Text(file) => {
                file.take_back();
                Ok(())
            }
            Self::Command(piped) => Ok(piped.flush()?),
            Self::Whole(file) if at_once => file.name(),
            Self::Screen | Self::Whole(_) => Ok(()),
        }
    }

    /// Leaves the place. A file takes its name where all went `well`; what it holds then comes back as a sentence.
    pub(super) fn close(self, well: bool) -> Result<Option<String>> {
        match self {
            Self::Text(file) => file.close(well),
            Self::Whole(file) => file.close(well),
            Self::Command(piped) => piped.finish().map(|()| None),
            Self::Screen => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, takes: Takes) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let file = FileTarget { path: &folder.path().join(name), by_end: true, takes };
        Place::open(Target::File(file), false).err().map(|failure| failure.message)
    }

    #[test]
    fn a_file_for_one_result_takes_the_next_one_and_no_further_ones() {
        for name in ["a.parquet", "a.arrow", "a.xlsx"] {
            assert_eq!(refusal(name, Takes::Next), None);
            assert_eq!(refusal(name, Takes::Run), None);
            assert!(refusal(name, Takes::Further).unwrap().contains("holds one result"), "{name}");
        }
        assert_eq!(refusal("a.csv", Takes::Further), None);
        assert!(refusal("a.svg", Takes::Further).unwrap().contains("is a picture"));
    }

    #[test]
    fn the_end_of_a_name_says_how_text_is_written_unless_it_is_overruled() {
        let folder = tempfile::tempdir().unwrap();
        let format = |name: &str, by_end: bool| {
            let file = FileTarget { path: &folder.path().join(name), by_end, takes: Takes::Next };
            Place::open(Target::File(file), false).unwrap().format().map(|format| format.name)
        };
        assert_eq!(format("a.json", true), Some("json"));
        assert_eq!(format("a.json", false), None);
        assert_eq!(format("a.dat", true), None);
        assert_eq!(format("a", true), None);
    }
}
