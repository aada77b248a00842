//! The declared encoding of a file, read as UTF-8.
//!
//! Bytes that the encoding does not know become bytes that UTF-8 does not know, so the row that holds them is rejected
//! in one place.

use std::io::{self, Read};

use encoding_rs::{Decoder, DecoderResult, UTF_16BE, UTF_16LE, WINDOWS_1252, mem::convert_latin1_to_utf8};
use serde::Deserialize;

/// The encodings that a layout may declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub(crate) enum Encoding {
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "windows-1252")]
    Windows1252,
    #[serde(rename = "latin1")]
    Latin1,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
}

/// The bytes of the file read at once.
const BLOCK: usize = 64 * 1024;

/// No byte of UTF-8: stands for what the encoding does not know.
const UNDECODABLE: u8 = 0xFF;

impl Encoding {
    /// The file as UTF-8, without its byte order mark.
    pub(crate) fn decode<'a>(self, reader: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
        let decoder = match self {
            Self::Utf8 => return without_mark(reader),
            Self::Latin1 => None,
            Self::Windows1252 => Some(WINDOWS_1252.new_decoder_without_bom_handling()),
            Self::Utf16Le => Some(UTF_16LE.new_decoder_with_bom_removal()),
            Self::Utf16Be => Some(UTF_16BE.new_decoder_with_bom_removal()),
        };
        Ok(Box::new(Decoding {
            reader,
            decoder,
            input: vec![0; BLOCK],
            output: Vec::new(),
            given: 0,
            ended: false,
        }))
    }
}

/// The reader past a UTF-8 byte order mark; a UTF-16 mark is an error, for the file is not what it is declared to be.
fn without_mark<'a>(mut reader: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut start = Vec::with_capacity(3);
    reader.by_ref().take(3).read_to_end(&mut start)?;
    if start.starts_with(&[0xFF, 0xFE]) || start.starts_with(&[0xFE, 0xFF]) {
        let sentence = "the file is UTF-16, but its layout declares utf-8; declare utf-16le or utf-16be";
        return Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
    }
    if start == [0xEF, 0xBB, 0xBF] {
        start.clear();
    }
    Ok(Box::new(io::Cursor::new(start).chain(reader)))
}

/// A reader that turns another encoding into UTF-8; without a decoder it is Latin-1, byte by byte.
struct Decoding<R> {
    reader: R,
    decoder: Option<Decoder>,
    input: Vec<u8>,
    output: Vec<u8>,
    given: usize,
    ended: bool,
}

impl<R: Read> Read for Decoding<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.output.len() && !self.ended {
            self.refill()?;
        }
        let length = (self.output.len() - self.given).min(buffer.len());
        buffer[..length].copy_from_slice(&self.output[self.given..self.given + length]);
        self.given += length;
        Ok(length)
    }
}

impl<R: Read> Decoding<R> {
    fn refill(&mut self) -> io::Result<()> {
        let length = self.reader.read(&mut self.input)?;
        self.ended = length == 0;
        let input = &self.input[..length];
        self.given = 0;
        match &mut self.decoder {
            None => {
                self.output.resize(2 * length, 0);
                let written = convert_latin1_to_utf8(input, &mut self.output);
                self.output.truncate(written);
            }
            Some(decoder) => decode(decoder, input, self.ended, &mut self.output),
        }
        Ok(())
    }
}

fn decode(decoder: &mut Decoder, mut input: &[u8], last: bool, output: &mut Vec<u8>) {
    output.clear();
    loop {
        let start = output.len();
        let room = decoder.max_utf8_buffer_length_without_replacement(input.len()).unwrap_or(4 * BLOCK);
        output.resize(start + room, 0);
        let (result, read, written) =
            decoder.decode_to_utf8_without_replacement(input, &mut output[start..], last);
        output.truncate(start + written);
        input = &input[read..];
        match result {
            DecoderResult::InputEmpty => return,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => output.push(UNDECODABLE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(encoding: Encoding, bytes: &[u8]) -> Vec<u8> {
        let mut text = Vec::new();
        encoding.decode(bytes).unwrap().read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn each_encoding_becomes_utf8() {
        assert_eq!(decoded(Encoding::Utf8, b"\xEF\xBB\xBFa"), b"a");
        assert_eq!(decoded(Encoding::Utf8, b"ab"), b"ab");
        assert_eq!(decoded(Encoding::Latin1, b"Pe\xF1a\x80"), "Pe\u{f1}a\u{80}".as_bytes());
        assert_eq!(decoded(Encoding::Windows1252, b"Pe\xF1a\x80"), "Pe\u{f1}a\u{20ac}".as_bytes());
        assert_eq!(decoded(Encoding::Utf16Le, b"\xFF\xFEa\0\xF1\0"), "a\u{f1}".as_bytes());
        assert_eq!(decoded(Encoding::Utf16Be, b"\0a\0\xF1"), "a\u{f1}".as_bytes());
    }

    #[test]
    fn a_broken_unit_is_no_utf8_and_the_rest_stands() {
        assert_eq!(decoded(Encoding::Utf16Le, b"a\0\0\xD8b\0"), b"a\xFFb");
        assert_eq!(decoded(Encoding::Utf16Le, b"a\0b"), b"a\xFF");
    }

    #[test]
    fn a_long_file_is_decoded_across_blocks() {
        let text = "\u{f1}".repeat(3 * BLOCK);
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decoded(Encoding::Utf16Le, &bytes), text.as_bytes());
    }

    #[test]
    fn an_undeclared_utf16_file_is_refused() {
        let error = Encoding::Utf8.decode(b"\xFF\xFEa\0".as_slice()).err().unwrap();
        assert!(error.to_string().contains("declare utf-16le"));
    }
}
