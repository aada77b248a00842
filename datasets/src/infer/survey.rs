//! The first pass over a file: every byte, for its encoding, its line ends, its marks and the lengths of its lines.

use std::collections::BTreeMap;
use std::io::{self, Read};

use memchr::memchr;

use super::encoding::{Bytes, utf16};
use super::hypothesis::{Hypothesis, Standing, Tally, best};
use crate::convert::Encoding;

/// The bytes read at once.
const BLOCK: usize = 256 * 1024;

/// The most line lengths that are told apart.
const MOST_LENGTHS: usize = 1024;

/// What the whole file is made of.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) encoding: Encoding,
    /// The file starts with a byte order mark.
    pub(super) mark: bool,
    /// Runs of bytes that the encoding does not know.
    pub(super) undecodable: u64,
    pub(super) zeros: u64,
    pub(super) bytes: u64,
    /// Lines that end in LF, in CR LF, and carriage returns that stand elsewhere.
    pub(super) line_feeds: u64,
    pub(super) carriage_returns: u64,
    pub(super) stray_returns: u64,
    /// The best pair of a delimiter and a quote; `None` when no delimiter is consistent.
    pub(super) marks: Option<Standing>,
    /// Lines with text, and how many of them have how many characters.
    pub(super) lines: u64,
    pub(super) lengths: BTreeMap<usize, u64>,
}

impl Survey {
    /// The most frequent length of a line, and the share of the lines that have it.
    pub(super) fn usual_length(&self) -> (usize, f64) {
        let most = self.lengths.iter().max_by_key(|(length, lines)| (**lines, **length));
        most.map_or((0, 0.0), |(length, lines)| (*length, *lines as f64 / self.lines as f64))
    }
}

/// The first pass, over one file or several that are one.
pub(super) struct Surveyor {
    lines: Lines,
    bytes: Bytes,
    wide: Option<Encoding>,
    mark: bool,
}

impl Surveyor {
    pub(super) fn new() -> Self {
        Self { lines: Lines::new(), bytes: Bytes::default(), wide: None, mark: false }
    }

    /// Reads all of a file.
    pub(super) fn take(&mut self, mut reader: Box<dyn Read + Send + '_>) -> io::Result<()> {
        let mut start = Vec::with_capacity(BLOCK);
        reader.by_ref().take(BLOCK as u64).read_to_end(&mut start)?;
        let wide = utf16(&start);
        self.wide = self.wide.or(wide);
        self.mark |= matches!(start.as_slice(), [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0xEF, 0xBB, 0xBF, ..]);
        let whole = io::Cursor::new(start).chain(reader);
        let mut text: Box<dyn Read + Send> = match wide {
            Some(encoding) => encoding.decode(whole)?,
            None => Box::new(whole),
        };
        let mut block = vec![0; BLOCK];
        let mut is_start = true;
        loop {
            let length = match text.read(&mut block) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            let bytes = &block[..length];
            self.bytes.take(bytes);
            let marked = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).filter(|_| is_start);
            self.lines.bytes += length as u64;
            self.lines.take(marked.unwrap_or(bytes));
            is_start = false;
        }
        self.bytes.finish();
        self.lines.finish();
        Ok(())
    }

    /// What the files are made of.
    pub(super) fn finish(self) -> Survey {
        let Self { lines, bytes, wide, mark } = self;
        let encoding = wide.unwrap_or_else(|| bytes.encoding());
        let is_utf8 = encoding == Encoding::Utf8 || wide.is_some();
        Survey {
            encoding,
            mark,
            undecodable: if is_utf8 { bytes.invalid } else { 0 },
            zeros: bytes.zeros,
            bytes: lines.bytes,
            line_feeds: lines.line_feeds,
            carriage_returns: lines.pairs,
            stray_returns: lines.returns - lines.pairs,
            marks: best(&lines.hypotheses),
            lines: lines.filled,
            lengths: if is_utf8 { lines.characters } else { lines.widths },
        }
    }
}

/// The physical lines of a file.
struct Lines {
    hypotheses: Vec<Hypothesis>,
    bytes: u64,
    line_feeds: u64,
    /// Carriage returns, and those that a line feed follows.
    returns: u64,
    pairs: u64,
    filled: u64,
    /// Lines by their length in bytes and in characters of UTF-8.
    widths: BTreeMap<usize, u64>,
    characters: BTreeMap<usize, u64>,
    /// Of the line being read: bytes, characters, and whether its last byte is a carriage return.
    length: usize,
    count: usize,
    returned: bool,
}

impl Lines {
    fn new() -> Self {
        Self {
            hypotheses: Hypothesis::all(),
            bytes: 0,
            line_feeds: 0,
            returns: 0,
            pairs: 0,
            filled: 0,
            widths: BTreeMap::new(),
            characters: BTreeMap::new(),
            length: 0,
            count: 0,
            returned: false,
        }
    }

    fn take(&mut self, mut block: &[u8]) {
        while let Some(newline) = memchr(b'\n', block) {
            self.piece(&block[..newline]);
            self.end_line();
            block = &block[newline + 1..];
        }
        self.piece(block);
    }

    fn piece(&mut self, piece: &[u8]) {
        let Some(last) = piece.last() else {
            return;
        };
        self.returned = *last == b'\r';
        self.returns += memchr::memchr_iter(b'\r', piece).count() as u64;
        self.length += piece.len();
        self.count += piece.iter().filter(|byte| !(0x80..0xC0).contains(*byte)).count();
        let tally = Tally::of(piece);
        for hypothesis in &mut self.hypotheses {
            hypothesis.take(piece, &tally);
        }
    }

    fn end_line(&mut self) {
        self.line_feeds += 1;
        self.pairs += u64::from(self.returned);
        let ends = usize::from(self.returned);
        let blank = self.length == ends;
        self.count_line(ends);
        for hypothesis in &mut self.hypotheses {
            hypothesis.end_line(blank);
        }
    }

    fn count_line(&mut self, ends: usize) {
        if self.length > ends {
            self.filled += 1;
            note(&mut self.widths, self.length - ends);
            note(&mut self.characters, self.count.saturating_sub(ends));
        }
        (self.length, self.count, self.returned) = (0, 0, false);
    }

    fn finish(&mut self) {
        self.count_line(usize::from(self.returned));
        self.hypotheses.iter_mut().for_each(Hypothesis::finish);
    }
}

fn note(lengths: &mut BTreeMap<usize, u64>, length: usize) {
    if lengths.len() < MOST_LENGTHS || lengths.contains_key(&length) {
        *lengths.entry(length).or_insert(0) += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn survey(bytes: &[u8]) -> Survey {
        let mut surveyor = Surveyor::new();
        surveyor.take(Box::new(bytes)).unwrap();
        surveyor.finish()
    }

    #[test]
    fn lines_are_counted_with_their_ends() {
        let found = survey(b"\xEF\xBB\xBFa,b\r\n1,2\r\n\r\n3,4\n5,6");
        assert_eq!((found.encoding, found.mark, found.lines), (Encoding::Utf8, true, 4));
        assert_eq!((found.line_feeds, found.carriage_returns, found.stray_returns), (4, 3, 0));
        assert_eq!(found.usual_length(), (3, 1.0));
        assert_eq!(found.marks.map(|marks| (marks.delimiter, marks.fields)), Some((b',', 2)));
    }

    #[test]
    fn characters_are_counted_not_bytes() {
        let found = survey("\u{f1}a\nbb\n".as_bytes());
        assert_eq!(found.usual_length(), (2, 1.0));
        let found = survey(b"\xF1a\nbb\n");
        assert_eq!((found.encoding, found.usual_length()), (Encoding::Windows1252, (2, 1.0)));
        let text: Vec<u8> = "a|\u{f1}\n1|2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let found = survey(&text);
        assert_eq!((found.encoding, found.usual_length()), (Encoding::Utf16Le, (3, 1.0)));
    }

    #[test]
    fn an_empty_file_has_no_line() {
        let found = survey(b"");
        assert_eq!((found.lines, found.marks), (0, None));
        assert_eq!(found.usual_length(), (0, 0.0));
    }
}
