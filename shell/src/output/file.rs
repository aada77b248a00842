//! Files that results are written into: under another name until what they hold is whole.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::BUFFER;
use super::place::{FileTarget, Takes};
use crate::export::{Draft, Held};
use crate::failure::{Failure, Result};
use crate::render::Format;

/// A file of text, which further results are added to.
pub(super) struct TextFile {
    path: PathBuf,
    takes: Takes,
    /// The format that its name asks for.
    pub(super) format: Option<&'static Format>,
    out: BufWriter<File>,
    /// `None` once the file has its name.
    draft: Option<Draft>,
    /// Bytes so far.
    written: u64,
    /// Bytes up to the end of what is whole.
    whole: u64,
    /// What is whole.
    pub(super) held: Held,
}

impl TextFile {
    /// Begins a file.
    pub(super) fn begin(target: FileTarget<'_>, format: Option<&'static Format>) -> Result<Self> {
        let draft = Draft::begin(target.path)?;
        Ok(Self {
            path: target.path.to_owned(),
            takes: target.takes,
            format,
            out: BufWriter::with_capacity(BUFFER, draft.file()?),
            draft: Some(draft),
            written: 0,
            whole: 0,
            held: Held::default(),
        })
    }

    /// The file's name.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether nothing has been written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.written == 0
    }

    /// The title of what is in the file, where it holds one result.
    pub(super) fn title(&self) -> Option<String> {
        let is_alone = self.takes == Takes::Next;
        self.path.file_stem().filter(|_| is_alone).map(|stem| stem.to_string_lossy().into_owned())
    }

    /// The file's name, where programs read what its name says.
    pub(super) fn rows_only(&self) -> Option<&Path> {
        self.format.filter(|format| format.machine).map(|_| self.path.as_path())
    }

    /// What has been written is whole; the file gets its name now, or with the rest of its run.
    pub(super) fn keep(&mut self, at_once: bool) -> Result<()> {
        self.write_out()?;
        self.whole = self.written;
        if at_once || self.takes == Takes::Further { self.name() } else { Ok(()) }
    }

    /// What has been written since is half a result, and goes, except out of a device or a pipe.
    pub(super) fn take_back(&mut self) {
        if let Ok(file) = self.cut() {
            let half = std::mem::replace(&mut self.out, BufWriter::with_capacity(BUFFER, file));
            // The bytes that wait are not to be written.
            drop(half.into_parts());
            self.written = self.whole;
        }
    }

    /// The file, cut to what is whole.
    fn cut(&self) -> io::Result<File> {
        let mut file = self.out.get_ref().try_clone()?;
        file.set_len(self.whole)?;
        file.seek(SeekFrom::Start(self.whole))?;
        Ok(file)
    }

    /// Writes the bytes that wait.
    fn write_out(&mut self) -> Result<()> {
        self.out.flush().map_err(|error| match error.kind() {
            // Whoever reads the pipe has enough.
            io::ErrorKind::BrokenPipe => error.into(),
            _ => Failure::file("write", &self.path, &error),
        })
    }

    fn name(&mut self) -> Result<()> {
        self.draft.take().map_or(Ok(()), Draft::finish)
    }

    /// Leaves the file. Without a result it does not come to be, nor where it waits for a run that failed.
    pub(super) fn close(mut self, well: bool) -> Result<Option<String>> {
        if self.draft.is_some() && !well {
            return Ok(unwritten(&self.path, self.takes));
        }
        self.write_out()?;
        if self.written == 0 && self.held.results == 0 {
            return Ok(Some(nothing(&self.path)));
        }
        self.name()?;
        Ok(Some(self.held.sentence(&self.path)))
    }
}

impl Write for TextFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// A file that holds one result and is no text.
pub(super) struct WholeFile {
    /// Its name.
    pub(super) path: PathBuf,
    takes: Takes,
    /// What it holds, and where that waits for its name.
    held: Option<(Option<Draft>, Held)>,
}

impl WholeFile {
    /// A file that has no result yet; nothing is written before one comes.
    pub(super) fn new(target: FileTarget<'_>) -> Self {
        Self { path: target.path.to_owned(), takes: target.takes, held: None }
    }

    /// Whether the file has its result.
    pub(super) fn is_full(&self) -> bool {
        self.held.is_some()
    }

    /// Takes the result.
    pub(super) fn hold(&mut self, draft: Draft, held: Held) {
        self.held = Some((Some(draft), held));
    }

    /// Gives the file its name, where it has its result.
    pub(super) fn name(&mut self) -> Result<()> {
        self.held.as_mut().and_then(|(draft, _)| draft.take()).map_or(Ok(()), Draft::finish)
    }

    /// Leaves the file.
    pub(super) fn close(mut self, well: bool) -> Result<Option<String>> {
        if !well {
            return Ok(unwritten(&self.path, self.takes));
        }
        self.name()?;
        Ok(Some(self.held.map_or_else(|| nothing(&self.path), |(_, held)| held.sentence(&self.path))))
    }
}

/// What is said where a run failed; of a single result its error has said enough.
fn unwritten(path: &Path, takes: Takes) -> Option<String> {
    (takes == Takes::Run).then(|| format!("{} is not written: not all went well", path.display()))
}

fn nothing(path: &Path) -> String {
    format!("there was nothing to write to {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &Path, takes: Takes) -> TextFile {
        TextFile::begin(FileTarget { path, by_end: false, takes }, None).unwrap()
    }

    #[test]
    fn half_a_result_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let mut file = text(&path, Takes::Further);
        file.write_all(b"a\n1\n").unwrap();
        file.keep(false).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a\n1\n");
        file.write_all(&vec![b'x'; BUFFER + 7]).unwrap();
        file.take_back();
        file.write_all(b"b\n2\n").unwrap();
        file.keep(false).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"a\n1\nb\n2\n");
    }

    #[test]
    fn a_run_that_failed_leaves_the_older_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        std::fs::write(&path, "old").unwrap();
        for (well, left) in [(false, "old"), (true, "new")] {
            let mut file = text(&path, Takes::Run);
            file.write_all(b"new").unwrap();
            file.keep(false).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"old");
            let said = file.close(well).unwrap().unwrap();
            assert_eq!(said.contains("is not written"), !well, "{said}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), left);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said_once_and_with_the_name() {
        let path = Path::new("/dev/full");
        let mut file = text(path, Takes::Run);
        file.write_all(b"a").unwrap();
        assert!(file.keep(false).unwrap_err().message.starts_with("could not write /dev/full: "));
        let said = file.close(false).unwrap().unwrap();
        assert!(said.starts_with("/dev/full is not written"), "{said}");
    }

    #[test]
    fn without_a_result_there_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        let said = text(&path, Takes::Run).close(true).unwrap().unwrap();
        assert!(said.starts_with("there was nothing to write to"), "{said}");
        assert!(!path.exists());
    }
}
