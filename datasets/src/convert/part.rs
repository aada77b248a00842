//! What is read as one file: a file, or one member of an archive of files.

use std::fs::File;
use std::io::{self, Cursor, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use regex::Regex;
use zip::ZipArchive;
use zip::result::ZipError;

use super::error::ConvertError;
use super::unpack::{Counting, Limited, UnpackLimits, peek, without_gzip};
use crate::Layout;
use crate::layout::Format;

/// What every ZIP archive starts with: its first member, or its end when it has none.
const ZIP: [[u8; 4]; 2] = [*b"PK\x03\x04", *b"PK\x05\x06"];

/// The member that every workbook of Excel 2007 and later has.
const WORKBOOK: &str = "[Content_Types].xml";

/// One file that is read, or one member of an archive.
///
/// Compressed files are known by their first bytes, not by their names.
#[derive(Debug, Clone)]
pub struct Part {
    name: String,
    bytes: Bytes,
    /// The number of the member, when the file is an archive.
    member: Option<usize>,
}

#[derive(Debug, Clone)]
enum Bytes {
    InFile(PathBuf),
    InMemory(Arc<[u8]>),
}

/// Anything that can be read from any place.
trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// The parts of a file: the file itself, or the members of a ZIP archive that the layout reads, sorted by name.
///
/// Errors: a file that cannot be read, an archive that is damaged, and one without a member that the layout reads.
pub fn parts(path: &Path, layout: &Layout) -> Result<Vec<Part>, ConvertError> {
    let name = path
        .file_name()
        .map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned());
    Part { name, bytes: Bytes::InFile(path.to_owned()), member: None }.split(layout)
}

impl Part {
    /// A file that is held in memory.
    pub fn from_bytes(name: &str, bytes: Vec<u8>) -> Self {
        Self { name: name.to_owned(), bytes: Bytes::InMemory(bytes.into()), member: None }
    }

    /// The name of the file, without its folder; of a member, the name of the archive, `/` and that of the member.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The parts of a file that has not been looked into.
    fn split(self, layout: &Layout) -> Result<Vec<Self>, ConvertError> {
        if self.member.is_some() || !self.is_archive(layout)? {
            return Ok(vec![self]);
        }
        let archive = self.archive()?.0;
        if archive.has_duplicate_names() {
            let sentence = "two of its members have the same name; unpack it and load its files.";
            return Err(ConvertError::file(&self.name, sentence));
        }
        let pattern = layout.member().and_then(|pattern| Regex::new(pattern).ok());
        let mut parts = Vec::new();
        for number in 0..archive.len() {
            let entry = archive.by_index_data(number).map_err(|error| self.damaged(&error))?;
            let member = entry.name().map_err(|error| self.damaged(&error))?.into_owned();
            if !entry.is_file() || pattern.as_ref().is_some_and(|pattern| !pattern.is_match(&member)) {
                continue;
            }
            if entry.encrypted() {
                let sentence = "it is encrypted; decrypt the archive and load it again.";
                return Err(ConvertError::file(&self.name, sentence));
            }
            // A name may hold anything, and is shown on terminals.
            let name = format!("{}/{}", self.name, member.replace(char::is_control, "\u{fffd}"));
            parts.push(Self { name, bytes: self.bytes.clone(), member: Some(number) });
        }
        if parts.is_empty() {
            let sentence = match layout.member() {
                Some(pattern) => format!(
                    "none of the {} members of the archive is named as {pattern:?} asks; choose the file's layout.",
                    archive.len()
                ),
                None => "the archive holds no file; check it.".to_owned(),
            };
            return Err(ConvertError::file(&self.name, sentence));
        }
        parts.sort_by(|left, right| left.name.cmp(&right.name));
        Ok(parts)
    }

    /// Gives the text of the part, unpacked, to `take`.
    pub(crate) fn text<T>(
        &self,
        layout: &Layout,
        limits: UnpackLimits,
        take: impl FnOnce(Box<dyn Read + Send + '_>) -> Result<T, ConvertError>,
    ) -> Result<T, ConvertError> {
        let part = self.single(layout)?;
        let unreadable = |error| ConvertError::unreadable(&part.name, error);
        let Some(number) = part.member else {
            return take(without_gzip(part.open()?, limits).map_err(unreadable)?);
        };
        let (mut archive, packed) = part.archive()?;
        let before = packed.load(std::sync::atomic::Ordering::Relaxed);
        let member = archive.by_index(number).map_err(|error| part.damaged(&error))?;
        packed.fetch_sub(before, std::sync::atomic::Ordering::Relaxed);
        take(without_gzip(Limited::new(member, packed, limits), limits).map_err(unreadable)?)
    }

    /// The whole of a workbook, unpacked.
    pub(crate) fn workbook(&self, layout: &Layout, limits: UnpackLimits) -> Result<Vec<u8>, ConvertError> {
        self.text(layout, limits, |mut reader| {
            let mut bytes = Vec::new();
            let read = reader.by_ref().take(limits.most).read_to_end(&mut bytes);
            match read {
                Ok(length) if length as u64 == limits.most => {
                    let sentence = "the workbook is too large to be held in memory; save its sheet as CSV and load that.";
                    Err(ConvertError::file(&self.name, sentence))
                }
                Ok(_) => Ok(bytes),
                Err(error) => Err(ConvertError::unreadable(&self.name, error)),
            }
        })
    }

    /// The part itself, or the one member of an archive that has not been looked into.
    fn single(&self, layout: &Layout) -> Result<Self, ConvertError> {
        let mut parts = self.clone().split(layout)?;
        match (parts.pop(), parts.len()) {
            (Some(part), 0) => Ok(part),
            (_, more) => {
                let sentence = format!(
                    "it is an archive of {} files, and one file is read at a time; list its parts.",
                    more + 1
                );
                Err(ConvertError::file(&self.name, sentence))
            }
        }
    }

    fn open(&self) -> Result<Box<dyn ReadSeek>, ConvertError> {
        match &self.bytes {
            Bytes::InMemory(bytes) => Ok(Box::new(Cursor::new(Arc::clone(bytes)))),
            Bytes::InFile(path) => match File::open(path) {
                Ok(file) => Ok(Box::new(file)),
                Err(error) => Err(ConvertError::unreadable(&self.name, error)),
            },
        }
    }

    /// Whether the file is an archive of files, rather than a workbook.
    fn is_archive(&self, layout: &Layout) -> Result<bool, ConvertError> {
        let start = match &self.bytes {
            Bytes::InMemory(bytes) => bytes.iter().copied().take(4).collect(),
            Bytes::InFile(_) => {
                let peeked = peek(self.open()?, 4);
                peeked.map_err(|error| ConvertError::unreadable(&self.name, error))?.0
            }
        };
        if !ZIP.iter().any(|mark| start == *mark) {
            return Ok(false);
        }
        Ok(layout.format() != Format::Xlsx || self.archive()?.0.index_for_name(WORKBOOK).is_none())
    }

    /// The file as an archive, and a count of the bytes that are read of it.
    #[expect(clippy::type_complexity, reason = "used in two places, and each part is plain")]
    fn archive(
        &self,
    ) -> Result<(ZipArchive<Counting<Box<dyn ReadSeek>>>, Arc<std::sync::atomic::AtomicU64>), ConvertError>
    {
        let (counting, packed) = Counting::new(self.open()?);
        let archive = ZipArchive::new(counting).map_err(|error| self.damaged(&error))?;
        Ok((archive, packed))
    }

    fn damaged(&self, error: &ZipError) -> ConvertError {
        match error {
            ZipError::Io(inner) => {
                ConvertError::unreadable(&self.name, io::Error::new(inner.kind(), inner.to_string()))
            }
            error => {
                let sentence = format!(
                    "the archive cannot be read: {error}; check it, or unpack it and load its files."
                );
                ConvertError::file(&self.name, sentence)
            }
        }
    }
}
