//! Where results go: the screen, a pager over it, a file, or a command's input.

mod command;
mod file;
mod pager;
mod place;
mod show;

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub(crate) use self::pager::Pager;
use self::pager::Paging;
use self::place::Place;
pub(crate) use self::place::{FileTarget, Takes, Target, is_standard_output};
use crate::export::{Draft, Held};
use crate::failure::{Failure, Result};
use crate::render::{Format, Look};
use crate::terminal;

/// Bytes that wait before they are written.
const BUFFER: usize = 1 << 16;

/// The way out for results, and how they are to look there.
pub(crate) struct Output {
    screen: BufWriter<io::Stdout>,
    place: Place,
    /// The place of the next result only.
    once: Option<Place>,
    /// The picture of the next chart.
    pub(crate) picture: Option<PathBuf>,
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
            picture: None,
            look: Look::default(),
            look_once: None,
            pager: Pager::Auto,
            is_prompt: false,
            paging: None,
        })
    }

    /// Sends all further results elsewhere. What the place before holds comes back as a sentence.
    pub(crate) fn set(&mut self, target: Target<'_>, safe: bool) -> Result<Option<String>> {
        let place = Place::open(target, safe)?;
        let before = std::mem::replace(&mut self.place, place);
        (self.once, self.picture) = (None, None);
        before.close(true)
    }

    /// Sends the next result elsewhere.
    pub(crate) fn set_once(&mut self, target: Target<'_>, safe: bool) -> Result<()> {
        let place = Place::open(target, safe)?;
        (self.once, self.picture) = (Some(place), None);
        Ok(())
    }

    /// Sends the next chart into a file; results go where they went.
    pub(crate) fn set_picture(&mut self, path: PathBuf) {
        (self.once, self.picture) = (None, Some(path));
    }

    /// The place of the next result.
    fn next(&self) -> &Place {
        self.once.as_ref().unwrap_or(&self.place)
    }

    fn next_mut(&mut self) -> &mut Place {
        self.once.as_mut().unwrap_or(&mut self.place)
    }

    /// Whether the next result goes to standard output.
    pub(crate) fn is_screen(&self) -> bool {
        matches!(self.next(), Place::Screen)
    }

    /// Whether the next result goes into a file that takes no text.
    pub(crate) fn is_whole(&self) -> bool {
        matches!(self.next(), Place::Whole(_))
    }

    /// The format that the place of the next result asks for; `None` leaves it to the mode.
    pub(crate) fn format(&self) -> Option<&'static Format> {
        self.next().format()
    }

    /// Whether the next result stands behind others in a place of its own; `None` where it stands behind those of
    /// the screen.
    pub(crate) fn stands_behind(&self) -> Option<bool> {
        match self.next() {
            Place::Text(file) => Some(!file.is_empty()),
            Place::Command(_) if self.once.is_some() => Some(false),
            Place::Screen | Place::Command(_) | Place::Whole(_) => None,
        }
    }

    /// The title of the next result, where it has a file for itself.
    pub(crate) fn title(&self) -> Option<String> {
        match self.next() {
            Place::Text(file) => file.title(),
            Place::Screen | Place::Command(_) | Place::Whole(_) => None,
        }
    }

    /// Whether a command has chosen a place for the next result that takes text.
    ///
    /// Errors: the place takes rows only.
    pub(crate) fn once_takes_text(&self) -> Result<bool> {
        let Some(place) = &self.once else {
            return Ok(false);
        };
        let rows_only = match place {
            Place::Whole(file) => Some(file.path.as_path()),
            Place::Text(file) => file.rows_only(),
            Place::Screen | Place::Command(_) => None,
        };
        match rows_only {
            None => Ok(true),
            Some(path) => {
                let wrong = format!("{} takes rows, and this has none", path.display());
                Err(Failure::usage(wrong).with_help("a chart goes to a .svg, .png or .txt file"))
            }
        }
    }

    /// The file that takes the next result among others, if one does.
    pub(crate) fn file(&self) -> Option<&Path> {
        match self.next() {
            Place::Text(file) => Some(file.path()),
            Place::Screen | Place::Command(_) | Place::Whole(_) => None,
        }
    }

    /// The file that takes all further results, if one does.
    pub(crate) fn lasting_file(&self) -> Option<&Path> {
        match &self.place {
            Place::Text(file) => Some(file.path()),
            Place::Screen | Place::Command(_) | Place::Whole(_) => None,
        }
    }

    /// The file that takes the next result whole, where it goes to such a file.
    ///
    /// Errors: the file has its result already.
    pub(crate) fn whole_file(&self) -> Result<Option<PathBuf>> {
        match self.next() {
            Place::Whole(file) if file.is_full() => {
                let full = format!(
                    "{} holds a result already, and a file of its kind holds one",
                    file.path.display()
                );
                Err(Failure::usage(full)
                    .with_help("choose a result with --result, or write each with .export"))
            }
            Place::Whole(file) => Ok(Some(file.path.clone())),
            Place::Screen | Place::Command(_) | Place::Text(_) => Ok(None),
        }
    }

    /// The next result is in this file, which waits for its name.
    pub(crate) fn hold(&mut self, draft: Draft, held: Held) {
        if let Place::Whole(file) = self.next_mut() {
            file.hold(draft, held);
        }
    }

    /// Counts a result that has been written.
    pub(crate) fn count(&mut self, add: impl FnOnce(&mut Held)) {
        if let Place::Text(file) = self.next_mut() {
            add(&mut file.held);
        }
    }

    /// A result begins; `pages` allows a pager, which is another program and does not start in `safe` mode.
    pub(crate) fn begin(&mut self, pages: bool, safe: bool) {
        self.paging = None;
        if pages && !safe && self.is_prompt && self.is_screen() {
            self.paging = Paging::start(&self.pager);
        }
    }

    /// A result has ended, `well` or not: shows what waits, and waits itself until the pager is left. What is in a file
    /// that is whole by now comes back as a sentence.
    pub(crate) fn end(&mut self, well: bool) -> Result<Option<String>> {
        if let Some(paging) = self.paging.take() {
            paging.finish(&mut self.screen)?;
        }
        self.screen.flush()?;
        match self.once.take() {
            Some(place) => place.close(well),
            None => self.place.keep(well, self.is_prompt).map(|()| None),
        }
    }

    /// Nothing more comes: files that wait for the end of a run that went `well` take their names.
    pub(crate) fn finish(&mut self, well: bool) -> Result<Option<String>> {
        self.once = None;
        self.screen.flush()?;
        std::mem::replace(&mut self.place, Place::Screen).close(well)
    }

    /// Whether whoever read the result has gone, and that is well: a pager, or a command such as `head`.
    pub(crate) fn is_unread(&self) -> bool {
        let is_left = |place: &Place| matches!(place, Place::Command(piped) if piped.is_left);
        self.paging.as_ref().is_some_and(Paging::is_left) || is_left(self.next())
    }

    /// Whether what is written now goes through a pager, or will when it gets tall.
    pub(crate) fn may_page(&self) -> bool {
        self.paging.is_some()
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
        written?;
        self.place.keep(true, self.is_prompt)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(paging) = &mut self.paging {
            return paging.write(bytes);
        }
        match self.once.as_mut().unwrap_or(&mut self.place).text() {
            Some(place) => place.write(bytes),
            None => self.screen.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.screen.flush()?;
        match self.next_mut().text() {
            Some(place) => place.flush(),
            None => Ok(()),
        }
    }
}
