//! Where results go: the screen, a pager over it, a file, or a command's input.

mod command;
mod pager;
mod show;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use self::command::Piped;
pub(crate) use self::pager::Pager;
use self::pager::Paging;
use crate::failure::{Failure, Result};
use crate::log::absolute;
use crate::render::Look;
use crate::terminal;

/// Bytes that wait before they are written.
const BUFFER: usize = 1 << 16;

/// A place that results go to.
enum Place {
    Screen,
    /// A file, by its absolute path.
    File(PathBuf, BufWriter<File>),
    Command(Piped),
    /// A file that holds one result and has a format of its own; false until the result is there.
    Whole(PathBuf, bool),
}

/// Which place is meant, as a command line or a command says it.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    /// The screen, or whatever standard output is.
    Screen,
    /// A file.
    File(&'a Path),
    /// A command of the system's shell, which reads the results.
    Command(&'a str),
    /// A file of a kind that holds one result.
    Whole(&'a Path),
}

/// The way out for results, and how they are to look there.
pub(crate) struct Output {
    screen: BufWriter<io::Stdout>,
    place: Place,
    /// The place of the next result only.
    once: Option<Place>,
    /// How results look.
    pub(crate) look: Look,
    /// How the next result looks, where it differs.
    pub(crate) look_once: Option<Look>,
    /// When tall results go through a pager.
    pub(crate) pager: Pager,
    /// Whether a person reads results one at a time.
    pub(crate) is_prompt: bool,
    paging: Option<Paging>,
}

impl Output {
    /// Opens a place.
    pub(crate) fn open(target: Target<'_>) -> Result<Self> {
        Ok(Self {
            screen: BufWriter::with_capacity(BUFFER, io::stdout()),
            place: Place::open(target, false)?,
            once: None,
            look: Look::default(),
            look_once: None,
            pager: Pager::Auto,
            is_prompt: false,
            paging: None,
        })
    }

    /// Sends all further results elsewhere.
    pub(crate) fn set(&mut self, target: Target<'_>, safe: bool) -> Result<()> {
        let place = Place::open(target, safe)?;
        let before = std::mem::replace(&mut self.place, place);
        self.once = None;
        before.close()
    }

    /// Sends the next result elsewhere.
    pub(crate) fn set_once(&mut self, target: Target<'_>, safe: bool) -> Result<()> {
        self.once = Some(Place::open(target, safe)?);
        Ok(())
    }

    /// Whether the next result goes to standard output.
    pub(crate) fn is_screen(&self) -> bool {
        matches!(self.once.as_ref().unwrap_or(&self.place), Place::Screen)
    }

    /// The file that takes the next result among others, if one does.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self.once.as_ref().unwrap_or(&self.place) {
            Place::File(path, _) => Some(path),
            Place::Screen | Place::Command(_) | Place::Whole(..) => None,
        }
    }

    /// The file that takes the next result whole, where it goes to such a file.
    ///
    /// Errors: the file has its result already.
    pub(crate) fn whole_file(&mut self) -> Result<Option<PathBuf>> {
        match &mut self.place {
            Place::Whole(path, true) => {
                let full =
                    format!("{} holds a result already, and a file of its kind holds one", path.display());
                Err(Failure::usage(full)
                    .with_help("choose a result with --result, or write each with .export"))
            }
            Place::Whole(path, taken) => {
                *taken = true;
                Ok(Some(path.clone()))
            }
            _ => Ok(None),
        }
    }

    /// A result begins; `pages` allows a pager, and `safe` keeps the pager from running other programs.
    pub(crate) fn begin(&mut self, pages: bool, safe: bool) {
        self.paging = None;
        if pages && self.is_prompt && self.is_screen() {
            self.paging = Paging::start(&self.pager, safe);
        }
    }

    /// A result has ended, whole or not: shows what waits, and waits itself until the pager is left.
    pub(crate) fn end(&mut self) -> Result<()> {
        if let Some(paging) = self.paging.take() {
            paging.finish(&mut self.screen)?;
        }
        self.flush()?;
        match self.once.take() {
            Some(place) => place.close(),
            None => Ok(()),
        }
    }

    /// Whether whoever read the result has gone, and that is well: a pager, or a command such as `head`.
    pub(crate) fn is_unread(&self) -> bool {
        let is_left = |place: &Place| matches!(place, Place::Command(piped) if piped.is_left);
        self.paging.as_ref().is_some_and(Paging::is_left)
            || is_left(self.once.as_ref().unwrap_or(&self.place))
    }

    /// Whether the last result went through a pager.
    pub(crate) fn is_paging(&self) -> bool {
        self.paging.as_ref().is_some_and(Paging::is_running)
    }

    /// Columns that a table may take.
    pub(crate) fn width(&self) -> Option<usize> {
        self.is_screen().then(terminal::columns).flatten()
    }

    /// Writes text for the person, past pagers and single results.
    pub(crate) fn print(&mut self, text: &str) -> Result<()> {
        let once = self.once.take();
        let written = self.write_all(text.as_bytes()).and_then(|()| self.flush());
        self.once = once;
        Ok(written?)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(paging) = &mut self.paging {
            return paging.write(bytes);
        }
        match self.once.as_mut().unwrap_or(&mut self.place) {
            Place::File(_, file) => file.write(bytes),
            Place::Command(piped) => piped.write(bytes),
            Place::Screen | Place::Whole(..) => self.screen.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.screen.flush()?;
        match self.once.as_mut().unwrap_or(&mut self.place) {
            Place::File(_, file) => file.flush(),
            Place::Command(piped) => piped.flush(),
            Place::Screen | Place::Whole(..) => Ok(()),
        }
    }
}

impl Place {
    fn open(target: Target<'_>, safe: bool) -> Result<Self> {
        match target {
            Target::Screen => Ok(Self::Screen),
            Target::File(path) => {
                let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
                Ok(Self::File(absolute(path), BufWriter::with_capacity(BUFFER, file)))
            }
            Target::Command(command) => Piped::start(command, safe).map(Self::Command),
            Target::Whole(path) => Ok(Self::Whole(path.to_owned(), false)),
        }
    }

    fn close(self) -> Result<()> {
        match self {
            Self::File(_, mut file) => Ok(file.flush()?),
            Self::Command(piped) => piped.finish(),
            Self::Screen | Self::Whole(..) => Ok(()),
        }
    }
}
