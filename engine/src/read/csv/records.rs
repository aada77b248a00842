//! Records of a CSV file (RFC 4180), each with the physical line it starts on, in bounded memory.

use std::io::{BufRead, ErrorKind};

use crate::Result;
use crate::read::wrong;

/// A longer field is a quote that somebody forgot to close.
const FIELD_BYTES: usize = 1 << 20;
const MOST_COLUMNS: usize = 10_000;
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One record: fields of text, without their quotes.
#[derive(Debug, Default)]
pub(super) struct Record {
    text: String,
    /// Where each field ends in `text`.
    ends: Vec<usize>,
    /// The line, counted from 1, that the record starts on.
    pub(super) line: u64,
    quoted: bool,
}

impl Record {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, &end)| &self.text[start..end])
    }

    /// The field at `index`, which must be one of the record's.
    pub(super) fn field(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.text[start..self.ends[index]]
    }

    /// How much text the record holds, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// A line with nothing on it.
    fn is_blank(&self) -> bool {
        self.ends.len() == 1 && self.text.is_empty() && !self.quoted
    }
}

/// Reads records one after another.
pub(super) struct Records {
    reader: Box<dyn BufRead + Send>,
    file: String,
    delimiter: u8,
    /// The line being read.
    line: u64,
    at_start: bool,
    /// The bytes of the record being read; they become its text.
    bytes: Vec<u8>,
    record: Record,
}

/// What the next byte belongs to.
#[derive(Clone, Copy)]
enum State {
    FieldStart,
    Plain,
    Quoted,
    /// Follows a quote in a quoted field: the field's end, or the first half of a doubled quote.
    Quote,
    /// Follows a carriage return outside quotes.
    Return,
    /// Follows the record.
    Done,
}

impl Records {
    pub(super) fn new(reader: Box<dyn BufRead + Send>, file: String, delimiter: u8) -> Self {
        Self {
            reader,
            file,
            delimiter,
            line: 1,
            at_start: true,
            bytes: Vec::new(),
            record: Record::default(),
        }
    }

    /// The next record that is no blank line; `None` at the end of the file. With `columns`, a record with
    /// another number of fields is an error, and in a file of one column a blank line is a NULL.
    pub(super) fn next_row(&mut self, columns: Option<usize>) -> Result<Option<&Record>> {
        loop {
            if !self.read()? {
                return Ok(None);
            }
            if !self.record.is_blank() || columns == Some(1) {
                break;
            }
        }
        match columns {
            Some(columns) if columns != self.record.len() => Err(self.ragged(columns)),
            _ => Ok(Some(&self.record)),
        }
    }

    fn ragged(&self, columns: usize) -> crate::Error {
        let (found, line) = (self.record.len(), self.record.line);
        let plural = if found == 1 { "" } else { "s" };
        let message =
            format!("{} has {found} field{plural} on line {line}, and {columns} in its first row", self.file);
        wrong(message).with_help("mend the row, or name the delimiter, as in delimiter => ';'")
    }

    /// Reads one record, blank or not; false at the end of the file.
    fn read(&mut self) -> Result<bool> {
        self.bytes.clear();
        self.record.ends.clear();
        self.record.quoted = false;
        self.record.line = self.line;
        let mut state = State::FieldStart;
        while !matches!(state, State::Done) {
            let buffer = match self.reader.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(wrong(format!("{} cannot be read: {error}", self.file))),
            };
            if std::mem::take(&mut self.at_start) && buffer.starts_with(BYTE_ORDER_MARK) {
                self.reader.consume(BYTE_ORDER_MARK.len());
                continue;
            }
            if buffer.is_empty() {
                if matches!(state, State::FieldStart) && self.record.ends.is_empty() {
                    return Ok(false);
                }
                self.end_of_file(state)?;
                break;
            }
            let (used, next) =
                advance(buffer, state, self.delimiter, &mut self.bytes, &mut self.record, &mut self.line)
                    .map_err(|what| self.wrong(what))?;
            self.reader.consume(used);
            state = next;
            self.check_limits(state)?;
        }
        self.finish()?;
        Ok(true)
    }

    fn end_of_file(&mut self, state: State) -> Result<()> {
        match state {
            State::Quoted => Err(self.wrong("opens a quote that is not closed")),
            State::Return => Err(self.wrong(LONE_RETURN)),
            State::FieldStart | State::Plain | State::Quote | State::Done => {
                self.record.ends.push(self.bytes.len());
                Ok(())
            }
        }
    }

    fn check_limits(&self, state: State) -> Result<()> {
        let field = self.bytes.len() - self.record.ends.last().unwrap_or(&0);
        if field > FIELD_BYTES && matches!(state, State::Quoted) {
            return Err(self.wrong("opens a quote that is not closed within 1 MiB"));
        }
        if field > FIELD_BYTES {
            return Err(self.wrong("holds a field of more than 1 MiB"));
        }
        if self.record.ends.len() > MOST_COLUMNS {
            return Err(self.wrong("holds more than 10,000 fields"));
        }
        Ok(())
    }

    /// Makes text of the bytes.
    fn finish(&mut self) -> Result<()> {
        let record = &mut self.record;
        record.text.clear();
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => record.text.push_str(text),
            Err(error) => {
                let at = error.valid_up_to();
                let column = record.ends.iter().take_while(|&&end| end <= at).count();
                return Err(self.not_text(column));
            }
        }
        // Two broken characters on either side of a delimiter can look like a whole one.
        let text = &record.text;
        if let Some(column) = record.ends.iter().position(|&end| !text.is_char_boundary(end)) {
            return Err(self.not_text(column));
        }
        if text.contains('\0') {
            return Err(self.wrong("holds a NUL byte"));
        }
        Ok(())
    }

    fn not_text(&self, column: usize) -> crate::Error {
        self.wrong(&format!("is not UTF-8 text in column {}", column + 1))
    }

    fn wrong(&self, what: &str) -> crate::Error {
        wrong(format!("{} {what}, on line {}", self.file, self.record.line))
    }
}

const LONE_RETURN: &str = "has a carriage return that no line feed follows";

/// Uses bytes of a buffer that holds some, up to the next one that means something; says how many, and what
/// comes next.
fn advance(
    buffer: &[u8],
    state: State,
    delimiter: u8,
    bytes: &mut Vec<u8>,
    record: &mut Record,
    line: &mut u64,
) -> Result<(usize, State), &'static str> {
    let first = buffer[0];
    match state {
        State::FieldStart if first == b'"' => {
            record.quoted = true;
            Ok((1, State::Quoted))
        }
        State::FieldStart | State::Plain => {
            let ends = |&byte: &u8| byte == delimiter || byte == b'\n' || byte == b'\r';
            let length = buffer.iter().position(ends).unwrap_or(buffer.len());
            bytes.extend_from_slice(&buffer[..length]);
            match buffer.get(length) {
                None => Ok((length, State::Plain)),
                Some(&byte) => Ok((length + 1, after_field(byte, bytes, record, line))),
            }
        }
        State::Quoted => {
            let length = buffer.iter().position(|&byte| byte == b'"').unwrap_or(buffer.len());
            let inside = &buffer[..length];
            bytes.extend_from_slice(inside);
            *line += inside.iter().map(|&byte| u64::from(byte == b'\n')).sum::<u64>();
            match buffer.get(length) {
                None => Ok((length, State::Quoted)),
                Some(_) => Ok((length + 1, State::Quote)),
            }
        }
        State::Quote if first == b'"' => {
            bytes.push(b'"');
            Ok((1, State::Quoted))
        }
        State::Quote if first == delimiter || first == b'\n' || first == b'\r' => {
            Ok((1, after_field(first, bytes, record, line)))
        }
        State::Quote => Err("has text after a closing quote"),
        State::Return if first == b'\n' => {
            *line += 1;
            Ok((1, State::Done))
        }
        State::Return => Err(LONE_RETURN),
        State::Done => Ok((0, State::Done)),
    }
}

/// What follows a field that `byte`, a delimiter or the start of a line end, closes.
fn after_field(byte: u8, bytes: &[u8], record: &mut Record, line: &mut u64) -> State {
    record.ends.push(bytes.len());
    match byte {
        b'\n' => {
            *line += 1;
            State::Done
        }
        b'\r' => State::Return,
        _ => State::FieldStart,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use std::io::BufReader;

    /// Every record as (line, fields), read through buffers of `capacity` bytes.
    fn read(text: &[u8], capacity: usize) -> Result<Vec<(u64, Vec<String>)>, String> {
        let reader = BufReader::with_capacity(capacity, std::io::Cursor::new(text.to_vec()));
        let mut records = Records::new(Box::new(reader), "f.csv".to_owned(), b',');
        let mut rows = Vec::new();
        while let Some(record) = records.next_row(None).map_err(|error| error.to_string())? {
            rows.push((record.line, record.fields().map(str::to_owned).collect()));
        }
        Ok(rows)
    }

    fn rows(text: &str) -> Vec<(u64, Vec<String>)> {
        let whole = read(text.as_bytes(), 1 << 16).unwrap();
        for capacity in [3, 4, 7] {
            assert_eq!(read(text.as_bytes(), capacity).unwrap(), whole, "buffers of {capacity} bytes");
        }
        whole
    }

    fn fields(text: &str) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|(_, fields)| fields).collect()
    }

    #[test]
    fn fields_and_quotes() {
        assert_eq!(fields("a,b\n1,\"x,\"\"y\"\"\"\n"), [["a", "b"], ["1", "x,\"y\""]]);
        assert_eq!(fields("a,b\r\n,\r\n"), [["a", "b"], ["", ""]]);
        assert_eq!(fields("a,5\" pipe\n"), [["a", "5\" pipe"]]);
        assert_eq!(fields("a,"), [["a", ""]]);
        assert_eq!(fields("a,\"b\""), [["a", "b"]]);
        assert_eq!(fields("\u{feff}a,b\n"), [["a", "b"]]);
        assert_eq!(fields(""), Vec::<Vec<String>>::new());
        assert_eq!(fields("\"\"\n"), [[""]]);
    }

    #[test]
    fn lines_are_physical() {
        let lines: Vec<u64> =
            rows("h,i\r\n\r\n1,\"a\nb\r\nc\"\r\n\n2,x\n3,y").into_iter().map(|(line, _)| line).collect();
        assert_eq!(lines, [1, 3, 7, 8]);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        for (text, message) in [
            (&b"a\n\"b\nc"[..], "f.csv opens a quote that is not closed, on line 2"),
            (b"a\n\"b\"c\n", "f.csv has text after a closing quote, on line 2"),
            (b"a\rb\n", "f.csv has a carriage return that no line feed follows, on line 1"),
            (b"a\r", "f.csv has a carriage return that no line feed follows, on line 1"),
            (b"a,b\nx,\xFFy\n", "f.csv is not UTF-8 text in column 2, on line 2"),
            (b"a,b\nx\xC3,\xA9y\n", "f.csv is not UTF-8 text in column 1, on line 2"),
            (b"a\nb\0\n", "f.csv holds a NUL byte, on line 2"),
        ] {
            for capacity in [3, 1 << 16] {
                assert_eq!(read(text, capacity).unwrap_err(), message);
            }
        }
    }

    #[test]
    fn memory_is_bounded() {
        let open_quote = format!("a\n\"{}", "x\n".repeat(3 << 20));
        let error = read(open_quote.as_bytes(), 1 << 16).unwrap_err();
        assert_eq!(error, "f.csv opens a quote that is not closed within 1 MiB, on line 2");
        let error = read(",".repeat(20_000).as_bytes(), 1 << 16).unwrap_err();
        assert_eq!(error, "f.csv holds more than 10,000 fields, on line 1");
    }

    #[test]
    fn a_ragged_row_is_named_by_line_and_counts() {
        let reader = std::io::Cursor::new(b"a,b\n\"1\n1\",2\n3\n".to_vec());
        let mut records = Records::new(Box::new(reader), "f.csv".to_owned(), b',');
        records.next_row(Some(2)).unwrap();
        records.next_row(Some(2)).unwrap();
        let error = records.next_row(Some(2)).unwrap_err();
        assert!(error.to_string().starts_with("f.csv has 1 field on line 4, and 2 in its first row"));
    }

    proptest! {
        #[test]
        fn quoted_fields_come_back(rows in vec(vec("[a,\"\r\nñ☂]{0,6}", 2..4), 0..6), capacity in 3_usize..40) {
            let quoted = |field: &String| format!("\"{}\"", field.replace('"', "\"\""));
            let line = |row: &Vec<String>| row.iter().map(quoted).collect::<Vec<_>>().join(",") + "\r\n";
            let text: String = rows.iter().map(line).collect();
            let found = read(text.as_bytes(), capacity).unwrap();
            let found: Vec<Vec<String>> = found.into_iter().map(|(_, fields)| fields).collect();
            prop_assert_eq!(found, rows);
        }

        #[test]
        fn any_bytes_give_the_same_through_any_buffer(bytes in vec(prop_oneof![
            Just(b'"'), Just(b','), Just(b'\n'), Just(b'\r'), Just(b'a'), any::<u8>(),
        ], 0..60), capacity in 3_usize..20) {
            prop_assert_eq!(read(&bytes, capacity), read(&bytes, 1 << 16));
        }
    }
}
