//! Cuts a file into pieces of whole records, in bounded memory.

use std::io::{self, Read};

use memchr::{memchr, memchr_iter};

use super::dialect::{Dialect, RecordEnd};
use super::rule::Rule;

/// How much is held at once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes read at once; a piece is as long, and at most one record longer.
    pub(crate) block: usize,
    /// The longest record in bytes, its line end not counted.
    pub(crate) record: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { block: 2 << 20, record: 1 << 20 }
    }
}

/// Whole records, one after the other.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) bytes: Vec<u8>,
    /// The physical line of the file, counted from 1, on which the piece starts.
    pub(crate) first_line: u64,
    /// The lines in it that are no record, in order.
    pub(crate) skips: Vec<Skip>,
}

/// One physical line that is rejected before its fields are looked at.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Skip {
    /// Where it stands in the piece.
    pub(crate) at: usize,
    /// How much of the piece it takes; nothing when it was too long to keep.
    pub(crate) length: usize,
    pub(crate) rule: Rule,
}

/// The pieces of a file.
pub(crate) struct Splitter<'a> {
    reader: Box<dyn Read + Send + 'a>,
    dialect: Dialect,
    limits: Limits,
    buffer: Vec<u8>,
    /// The physical line on which the buffer starts.
    line: u64,
    ended: bool,
}

impl<'a> Splitter<'a> {
    pub(crate) fn new(reader: Box<dyn Read + Send + 'a>, dialect: Dialect, limits: Limits) -> Self {
        Self { reader, dialect, limits, buffer: Vec::new(), line: 1, ended: false }
    }

    /// Passes over physical lines, whatever is in them.
    pub(crate) fn skip_lines(&mut self, count: u64) -> io::Result<()> {
        let (mut left, mut position) = (count, 0);
        while left > 0 {
            if let Some(newline) = memchr(b'\n', &self.buffer[position..]) {
                position += newline + 1;
                left -= 1;
            } else if self.ended {
                position = self.buffer.len();
                left = 0;
            } else {
                // What was passed over is not kept.
                self.buffer.clear();
                position = 0;
                self.fill()?;
            }
        }
        self.buffer.drain(..position);
        self.line += count;
        Ok(())
    }

    /// Takes the first record off the file; `None` when the file is empty or its first record has no end.
    pub(crate) fn first_record(&mut self) -> io::Result<Option<Vec<u8>>> {
        loop {
            match self.dialect.record_end(&self.buffer, self.ended, self.limits.record) {
                RecordEnd::Further => self.fill()?,
                RecordEnd::At { length: 0, .. } | RecordEnd::Broken(_) => return Ok(None),
                RecordEnd::At { length, lines } => {
                    self.line += lines;
                    return Ok(Some(self.buffer.drain(..length).collect()));
                }
            }
        }
    }

    /// The next piece; `None` at the end of the file.
    pub(crate) fn next_piece(&mut self) -> io::Result<Option<Piece>> {
        loop {
            self.fill()?;
            let (length, skips) = self.scan()?;
            if length > 0 || !skips.is_empty() {
                return Ok(Some(self.cut(length, skips)));
            }
            if self.ended {
                return Ok(None);
            }
        }
    }

    /// Appends a block to the buffer.
    fn fill(&mut self) -> io::Result<()> {
        let read = self.reader.by_ref().take(self.limits.block as u64).read_to_end(&mut self.buffer)?;
        self.ended = read < self.limits.block;
        Ok(())
    }

    /// How much of the buffer is whole records, and which lines of it are none.
    fn scan(&mut self) -> io::Result<(usize, Vec<Skip>)> {
        let mut skips = Vec::new();
        let mut position = 0;
        while position < self.buffer.len() {
            let rest = &self.buffer[position..];
            match self.dialect.record_end(rest, self.ended, self.limits.record) {
                RecordEnd::At { length, .. } => position += length,
                RecordEnd::Further => break,
                RecordEnd::Broken(rule) => {
                    let length = memchr(b'\n', rest).map(|newline| newline + 1);
                    if length.is_none() {
                        self.buffer.truncate(position);
                        self.drop_line()?;
                    }
                    let length = length.unwrap_or(0);
                    skips.push(Skip { at: position, length, rule });
                    position += length;
                }
            }
        }
        Ok((position, skips))
    }

    /// Drops everything up to the next line end, and appends what follows it in its block to the buffer.
    fn drop_line(&mut self) -> io::Result<()> {
        let kept = self.buffer.len();
        while !self.ended {
            self.fill()?;
            let newline = memchr(b'\n', &self.buffer[kept..]).map(|newline| kept + newline + 1);
            self.buffer.drain(kept..newline.unwrap_or(self.buffer.len()));
            if newline.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Takes the first `length` bytes of the buffer as a piece.
    fn cut(&mut self, length: usize, skips: Vec<Skip>) -> Piece {
        let mut rest = Vec::with_capacity(self.limits.block + self.buffer.len() - length);
        rest.extend_from_slice(&self.buffer[length..]);
        self.buffer.truncate(length);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let first_line = self.line;
        let dropped = skips.iter().filter(|skip| skip.length == 0).count();
        self.line += (memchr_iter(b'\n', &bytes).count() + dropped) as u64;
        Piece { bytes, first_line, skips }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(text: &str, block: usize, record: usize) -> Vec<Piece> {
        let dialect = Dialect { delimiter: b',', quote: Some(b'"') };
        let reader = Box::new(text.as_bytes());
        let mut splitter = Splitter::new(reader, dialect, Limits { block, record });
        std::iter::from_fn(|| splitter.next_piece().unwrap()).collect()
    }

    /// What the pieces hold together: the text of their records, and the line and rule of each skip.
    fn joined(pieces: &[Piece]) -> (String, Vec<(u64, Rule)>) {
        let (mut text, mut skipped) = (String::new(), Vec::new());
        for piece in pieces {
            let (mut position, mut line) = (0, piece.first_line);
            for skip in &piece.skips {
                let before = std::str::from_utf8(&piece.bytes[position..skip.at]).unwrap();
                text.push_str(before);
                line += before.matches('\n').count() as u64;
                skipped.push((line, skip.rule));
                line += 1;
                position = skip.at + skip.length;
            }
            text.push_str(std::str::from_utf8(&piece.bytes[position..]).unwrap());
        }
        (text, skipped)
    }

    #[test]
    fn a_piece_never_breaks_a_record() {
        let pieces = pieces("a,b\n\"c\nd\",e\nf,g", 5, 100);
        let texts: Vec<_> = pieces.iter().map(|piece| String::from_utf8_lossy(&piece.bytes)).collect();
        assert_eq!(texts, ["a,b\n", "\"c\nd\",e\n", "f,g"]);
        assert_eq!(pieces.iter().map(|piece| piece.first_line).collect::<Vec<_>>(), [1, 2, 4]);
    }

    #[test]
    fn lines_without_an_end_are_skipped_alike_for_every_block() {
        let long = "x".repeat(200);
        let text = format!("a\n{long}\nb\nc,\"d\ne\n\"f\",g\n{long},\"\nh\n\"{long}\ni\nlast,\"open\nj");
        let expected = joined(&pieces(&text, 1000, 20));
        assert_eq!(
            expected.1,
            [
                (4, Rule::UnclosedQuote),
                (7, Rule::RecordTooLong),
                (9, Rule::UnclosedQuote),
                (11, Rule::UnclosedQuote),
            ]
        );
        assert!(expected.0.ends_with("i\nj"), "{}", expected.0);
        for block in 1..60 {
            let found = joined(&pieces(&text, block, 20));
            let whole: Vec<_> = found.1.iter().filter(|(line, _)| *line != 2).copied().collect();
            assert_eq!(whole, expected.1, "block of {block} bytes");
        }
    }

    #[test]
    fn lines_are_passed_over_alike_for_every_block() {
        let text = "one \"quote\n\ntwo\nA,B\n1,2\n";
        let dialect = Dialect { delimiter: b',', quote: Some(b'"') };
        for block in 1..30 {
            let limits = Limits { block, record: 20 };
            let mut splitter = Splitter::new(Box::new(text.as_bytes()), dialect, limits);
            splitter.skip_lines(3).unwrap();
            assert_eq!(splitter.first_record().unwrap().unwrap(), b"A,B\n", "block of {block} bytes");
            assert_eq!(splitter.next_piece().unwrap().unwrap().first_line, 5);
            let mut splitter = Splitter::new(Box::new(text.as_bytes()), dialect, limits);
            splitter.skip_lines(9).unwrap();
            assert_eq!(splitter.first_record().unwrap(), None);
        }
    }

    #[test]
    fn an_empty_file_has_no_piece() {
        assert_eq!(pieces("", 8, 8), []);
        let dialect = Dialect { delimiter: b',', quote: None };
        let mut splitter = Splitter::new(Box::new("".as_bytes()), dialect, Limits::default());
        assert_eq!(splitter.first_record().unwrap(), None);
    }
}
