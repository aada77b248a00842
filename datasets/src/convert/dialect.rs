//! The grammar of a delimited text file: where a record ends, and where its fields stand.
//!
//! Both answers come from one grammar (RFC 4180, strict about quotes), so that the thread that cuts a file into pieces
//! and the threads that read the pieces always agree.

use memchr::{memchr, memchr_iter};

use super::rule::Rule;

/// The marks of a delimited text file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Stands between two fields.
    pub(crate) delimiter: u8,
    /// Encloses a field that holds a delimiter or a line end; doubled, it stands for itself. `None`: no quoting.
    pub(crate) quote: Option<u8>,
}

/// Where a record ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordEnd {
    /// After `length` bytes, its line end included; it spans `lines` physical lines.
    At { length: usize, lines: u64 },
    /// Not within the bytes given.
    Further,
    /// Nowhere that can be trusted: the physical line on which it starts is to be rejected.
    Broken(Rule),
}

/// A field's place: a start among the text of the rows followed by their unescaped fields, and a length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// The fields of many records.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    /// The places, record after record.
    pub(crate) places: Vec<Field>,
    /// The fields that held a doubled quote, without the doubling.
    pub(crate) unescaped: String,
}

enum State {
    FieldStart,
    Unquoted,
    Quoted { opened: usize },
    AfterQuote { opened: usize },
}

impl Dialect {
    /// The end of the record that starts with the first of `bytes`; `last` when no byte follows them.
    ///
    /// `limit` is the greatest length of a record, its line end not counted; a longer record without a quote may be
    /// reported as ending, and the reader of the record then rejects it.
    pub(crate) fn record_end(self, bytes: &[u8], last: bool, limit: usize) -> RecordEnd {
        let newline = memchr(b'\n', bytes);
        let line = &bytes[..newline.unwrap_or(bytes.len())];
        if let Some(quote) = self.quote
            && memchr(quote, line).is_some()
        {
            return self.quoted_record_end(quote, bytes, last, limit);
        }
        match newline {
            Some(position) => RecordEnd::At { length: position + 1, lines: 1 },
            None if line.len() > limit => RecordEnd::Broken(Rule::RecordTooLong),
            None if last => RecordEnd::At { length: line.len(), lines: 1 },
            None => RecordEnd::Further,
        }
    }

    fn quoted_record_end(self, quote: u8, bytes: &[u8], last: bool, limit: usize) -> RecordEnd {
        let mut state = State::FieldStart;
        let mut lines = 1;
        for (position, &byte) in bytes.iter().enumerate() {
            state = match state {
                State::FieldStart if byte == quote => State::Quoted { opened: position },
                State::Quoted { opened } if byte == quote => State::AfterQuote { opened },
                State::Quoted { opened } => {
                    lines += u64::from(byte == b'\n');
                    State::Quoted { opened }
                }
                State::AfterQuote { opened } if byte == quote => State::Quoted { opened },
                _ if byte == b'\n' => return RecordEnd::At { length: position + 1, lines },
                _ if byte == self.delimiter => State::FieldStart,
                // A carriage return here belongs to the line end, or is text: the next byte tells.
                State::AfterQuote { .. } if byte == b'\r' && position + 1 == bytes.len() && !last => {
                    return RecordEnd::Further;
                }
                State::AfterQuote { opened }
                    if byte == b'\r' && bytes.get(position + 1).is_none_or(|next| *next == b'\n') =>
                {
                    State::AfterQuote { opened }
                }
                // Text after a closing quote: when the field spans lines, the quote that closed it opened another field.
                State::AfterQuote { opened } if memchr(b'\n', &bytes[opened..position]).is_some() => {
                    return RecordEnd::Broken(Rule::UnclosedQuote);
                }
                _ => State::Unquoted,
            };
            if position >= limit {
                let open = matches!(state, State::Quoted { .. });
                return RecordEnd::Broken(if open { Rule::UnclosedQuote } else { Rule::RecordTooLong });
            }
        }
        match state {
            _ if !last => RecordEnd::Further,
            State::Quoted { .. } => RecordEnd::Broken(Rule::UnclosedQuote),
            _ => RecordEnd::At { length: bytes.len(), lines },
        }
    }

    /// Appends the places of the fields of `record`, which starts at `offset` of a text of `total` bytes.
    ///
    /// Stops after `most` fields and one: so many show that the row is ragged.
    pub(crate) fn split(
        self,
        record: &str,
        offset: usize,
        total: usize,
        most: usize,
        fields: &mut Fields,
    ) -> Result<(), Rule> {
        let bytes = record.as_bytes();
        if let Some(quote) = self.quote
            && memchr(quote, bytes).is_some()
        {
            return self.split_quoted(quote, record, offset, total, most, fields);
        }
        let mut start = 0;
        for end in memchr_iter(self.delimiter, bytes).take(most) {
            fields.places.push(Field { start: offset + start, length: end - start });
            start = end + 1;
        }
        fields.places.push(Field { start: offset + start, length: bytes.len() - start });
        Ok(())
    }

    fn split_quoted(
        self,
        quote: u8,
        record: &str,
        offset: usize,
        total: usize,
        most: usize,
        fields: &mut Fields,
    ) -> Result<(), Rule> {
        let bytes = record.as_bytes();
        let mut start = 0;
        for _ in 0..=most {
            let after = if bytes.get(start) == Some(&quote) {
                let closing = closing_quote(quote, bytes, start + 1)?;
                let content = record.get(start + 1..closing).ok_or(Rule::StrayQuote)?;
                fields.push(content, quote, offset + start + 1, total);
                closing + 1
            } else {
                let end =
                    memchr(self.delimiter, &bytes[start..]).map_or(bytes.len(), |length| start + length);
                if memchr(quote, &bytes[start..end]).is_some() {
                    return Err(Rule::StrayQuote);
                }
                fields.places.push(Field { start: offset + start, length: end - start });
                end
            };
            match bytes.get(after) {
                None => return Ok(()),
                Some(byte) if *byte == self.delimiter => start = after + 1,
                Some(_) => return Err(Rule::StrayQuote),
            }
        }
        Ok(())
    }
}

impl Fields {
    /// Appends a quoted field: its own text when it holds no quote, else a copy without the doubling.
    fn push(&mut self, content: &str, quote: u8, start: usize, total: usize) {
        if memchr(quote, content.as_bytes()).is_none() {
            self.places.push(Field { start, length: content.len() });
            return;
        }
        let before = self.unescaped.len();
        let mut rest = content;
        while let Some((text, after)) = rest.split_once(char::from(quote)) {
            self.unescaped.push_str(text);
            self.unescaped.push(char::from(quote));
            rest = after.get(1..).unwrap_or_default();
        }
        self.unescaped.push_str(rest);
        self.places.push(Field { start: total + before, length: self.unescaped.len() - before });
    }
}

/// The position of the quote that ends the field whose content starts at `from`.
fn closing_quote(quote: u8, bytes: &[u8], from: usize) -> Result<usize, Rule> {
    let mut position = from;
    loop {
        let found = memchr(quote, &bytes[position..]).ok_or(Rule::UnclosedQuote)? + position;
        if bytes.get(found + 1) != Some(&quote) {
            return Ok(found);
        }
        position = found + 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CSV: Dialect = Dialect { delimiter: b',', quote: Some(b'"') };

    fn fields(record: &str) -> Result<Vec<String>, Rule> {
        let mut fields = Fields::default();
        CSV.split(record, 0, record.len(), 9, &mut fields)?;
        let whole = format!("{record}{}", fields.unescaped);
        Ok(fields
            .places
            .iter()
            .map(|place| whole[place.start..place.start + place.length].to_owned())
            .collect())
    }

    fn end(text: &str) -> RecordEnd {
        CSV.record_end(text.as_bytes(), true, 30)
    }

    #[test]
    fn fields_are_split_and_unescaped() {
        assert_eq!(fields("a,b,").unwrap(), ["a", "b", ""]);
        assert_eq!(fields("").unwrap(), [""]);
        assert_eq!(fields("\"a,b\",\"c\"\"d\",\"\"\"\"").unwrap(), ["a,b", "c\"d", "\""]);
        assert_eq!(fields("\"\",\"line\nbreak\"").unwrap(), ["", "line\nbreak"]);
    }

    #[test]
    fn a_stray_quote_is_a_fault() {
        for record in ["a\"b,c", "\"a\"b,c", "a, \"b\"", "\"a\" ,b"] {
            assert_eq!(fields(record), Err(Rule::StrayQuote), "{record}");
        }
        assert_eq!(fields("a,\"b"), Err(Rule::UnclosedQuote));
    }

    #[test]
    fn a_record_ends_outside_quotes() {
        assert_eq!(end("a,b\r\nc"), RecordEnd::At { length: 5, lines: 1 });
        assert_eq!(end("a,\"b\nc\"\r\nd"), RecordEnd::At { length: 9, lines: 2 });
        assert_eq!(end("a,\"b\"\"\nc\""), RecordEnd::At { length: 9, lines: 2 });
        assert_eq!(CSV.record_end(b"a,b", false, 30), RecordEnd::Further);
        assert_eq!(CSV.record_end(b"a,\"b\n", false, 30), RecordEnd::Further);
    }

    #[test]
    fn a_quote_that_never_closes_is_found() {
        assert_eq!(end("a,\"b\nc,d\n"), RecordEnd::Broken(Rule::UnclosedQuote));
        assert_eq!(end("a,\"b\nc,\"d\"\n"), RecordEnd::Broken(Rule::UnclosedQuote));
        assert_eq!(end("a,\"23456789012345678901234567890\n"), RecordEnd::Broken(Rule::UnclosedQuote));
        assert_eq!(end("\"a\",23456789012345678901234567890\n"), RecordEnd::Broken(Rule::RecordTooLong));
        assert_eq!(CSV.record_end(&[b'a'; 31], false, 30), RecordEnd::Broken(Rule::RecordTooLong));
        assert_eq!(CSV.record_end(&[b'a'; 30], true, 30), RecordEnd::At { length: 30, lines: 1 });
    }
}
