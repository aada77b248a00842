//! The encoding of a file, from all its bytes.

use crate::convert::Encoding;

/// Bytes of Windows-1252 that stand for nothing; in Latin-1 they are control characters.
const UNDEFINED: [u8; 5] = [0x81, 0x8D, 0x8F, 0x90, 0x9D];

/// The encodings with the names they have in a layout.
const NAMES: [(Encoding, &str); 5] = [
    (Encoding::Utf8, "utf-8"),
    (Encoding::Windows1252, "windows-1252"),
    (Encoding::Latin1, "latin1"),
    (Encoding::Utf16Le, "utf-16le"),
    (Encoding::Utf16Be, "utf-16be"),
];

/// The name of an encoding in a layout.
pub(super) fn name(encoding: Encoding) -> &'static str {
    NAMES.iter().find(|(listed, _)| *listed == encoding).map_or("utf-8", |(_, name)| name)
}

/// UTF-16 by its mark, or by the zeros that stand in every second byte of western text; from the first bytes of a file.
pub(super) fn utf16(start: &[u8]) -> Option<Encoding> {
    match start {
        [0xFF, 0xFE, ..] => return Some(Encoding::Utf16Le),
        [0xFE, 0xFF, ..] => return Some(Encoding::Utf16Be),
        _ => {}
    }
    let zeros = |remainder: usize| start.iter().skip(remainder).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), start.len() / 2);
    if half < 2 || even + odd < half / 2 {
        None
    } else if odd > 8 * even {
        Some(Encoding::Utf16Le)
    } else if even > 8 * odd {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// What the bytes of a file say about its encoding.
#[derive(Debug, Default)]
pub(super) struct Bytes {
    /// Characters of several bytes that are valid UTF-8.
    pub(super) wide: u64,
    /// Runs of bytes that are not.
    pub(super) invalid: u64,
    /// Bytes of value zero.
    pub(super) zeros: u64,
    controls: u64,
    undefined: u64,
    /// The start of a character that the next block ends.
    carry: Vec<u8>,
}

impl Bytes {
    /// Takes the next block of the file.
    pub(super) fn take(&mut self, block: &[u8]) {
        self.zeros += memchr::memchr_iter(0, block).count() as u64;
        if self.carry.is_empty() && block.is_ascii() {
            return;
        }
        self.controls += block.iter().filter(|byte| (0x80..0xA0).contains(*byte)).count() as u64;
        self.undefined += block.iter().filter(|byte| UNDEFINED.contains(byte)).count() as u64;
        let mut whole = std::mem::take(&mut self.carry);
        whole.extend_from_slice(block);
        let mut position = 0;
        for chunk in whole.utf8_chunks() {
            self.wide += chunk.valid().bytes().filter(|byte| *byte >= 0xC0).count() as u64;
            position += chunk.valid().len() + chunk.invalid().len();
            let is_cut = position == whole.len() && is_start(chunk.invalid());
            if is_cut {
                self.carry = chunk.invalid().to_vec();
            } else {
                self.invalid += u64::from(!chunk.invalid().is_empty());
            }
        }
    }

    /// The file ends here.
    pub(super) fn finish(&mut self) {
        self.invalid += u64::from(!self.carry.is_empty());
        self.carry.clear();
    }

    /// The encoding that explains the bytes. A few broken characters among many valid ones are broken UTF-8.
    pub(super) fn encoding(&self) -> Encoding {
        if self.invalid == 0 || self.wide >= 4 * self.invalid {
            Encoding::Utf8
        } else if self.undefined > 0 && self.controls > 0 {
            Encoding::Latin1
        } else {
            Encoding::Windows1252
        }
    }
}

/// Whether more bytes could make a character of these.
fn is_start(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).err().is_some_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(bytes: &[u8], block: usize) -> Encoding {
        let mut found = Bytes::default();
        bytes.chunks(block).for_each(|block| found.take(block));
        found.finish();
        found.encoding()
    }

    #[test]
    fn the_bytes_tell_the_encoding_however_they_are_cut() {
        for block in [1, 2, 3, 100] {
            assert_eq!(judged(b"plain", block), Encoding::Utf8);
            assert_eq!(judged("Pe\u{f1}a \u{20ac}".as_bytes(), block), Encoding::Utf8);
            assert_eq!(judged(b"Pe\xF1a", block), Encoding::Windows1252);
            assert_eq!(judged(b"Pe\xF1a \x80 5", block), Encoding::Windows1252);
            assert_eq!(judged(b"Pe\xF1a \x81 5", block), Encoding::Latin1);
            let mostly = format!("{}\u{f1}", "\u{f1}a".repeat(20)).into_bytes();
            assert_eq!(judged(&[&mostly[..], b"\xF1"].concat(), block), Encoding::Utf8);
        }
    }

    #[test]
    fn utf16_shows_in_its_mark_or_its_zeros() {
        assert_eq!(utf16(b"\xFF\xFEa\0"), Some(Encoding::Utf16Le));
        assert_eq!(utf16(b"\xFE\xFF\0a"), Some(Encoding::Utf16Be));
        assert_eq!(utf16(b"a\0,\0b\0\n\0"), Some(Encoding::Utf16Le));
        assert_eq!(utf16(b"\0a\0,\0b\0\n"), Some(Encoding::Utf16Be));
        assert_eq!(utf16(b"a,b\n\0\0\0\0"), None);
        assert_eq!(utf16(b""), None);
    }
}
