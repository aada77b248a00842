//! A look at a ZIP archive's table of contents, to refuse one that would unpack to more than memory holds.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::folders::SourceFile;
use super::wrong;
use crate::Result;

/// An archive may unpack to this much whatever its ratio: small sheets of equal rows shrink a lot.
const FREE_BYTES: u64 = 16 << 20;
/// Beyond that, to at most so many times its size ...
const RATIO: u64 = 200;
/// ... and never to more than this.
const MOST_BYTES: u64 = 2 << 30;

/// The end record is 22 bytes and a comment of at most 65,535.
const TAIL: u64 = 22 + 65_535;
const END_MARK: &[u8] = b"PK\x05\x06";
const ENTRY_MARK: &[u8] = b"PK\x01\x02";
const ENTRY_BYTES: usize = 46;

/// Refuses `file` when its entries say that they unpack to too much.
pub(super) fn check_size(file: &SourceFile, opened: &mut File) -> Result<()> {
    let unreadable = |error: std::io::Error| wrong(format!("{file} cannot be read: {error}"));
    let unpacked = unpacked_bytes(opened, file.bytes())
        .map_err(unreadable)?
        .ok_or_else(|| wrong(format!("{file} is not a readable .xlsx workbook")))?;
    let most = MOST_BYTES.min(file.bytes().saturating_mul(RATIO)).max(FREE_BYTES);
    if unpacked > most {
        let message = format!(
            "{file} has {} bytes and would unpack to {unpacked}, more than the {most} that are allowed",
            file.bytes()
        );
        return Err(wrong(message).with_help("save the sheet as CSV and use read_csv"));
    }
    opened.rewind().map_err(unreadable)
}

/// The sum over the entries; `None` when this is no archive that we can follow.
fn unpacked_bytes(opened: &mut File, length: u64) -> std::io::Result<Option<u64>> {
    let mut tail = Vec::new();
    opened.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    opened.take(TAIL).read_to_end(&mut tail)?;
    let Some(end) = tail.windows(END_MARK.len()).rposition(|window| window == END_MARK) else {
        return Ok(None);
    };
    let (Some(size), Some(offset)) = (number(&tail, end + 12), number(&tail, end + 16)) else {
        return Ok(None);
    };
    if offset.saturating_add(size) > length {
        return Ok(None);
    }
    let mut directory = Vec::new();
    opened.seek(SeekFrom::Start(offset))?;
    opened.take(size).read_to_end(&mut directory)?;
    Ok(sum_entries(&directory))
}

fn sum_entries(mut directory: &[u8]) -> Option<u64> {
    let mut total: u64 = 0;
    while directory.starts_with(ENTRY_MARK) {
        total = total.saturating_add(number(directory, 24)?);
        let variable: usize = [28, 30, 32]
            .iter()
            .map(|&at| Some(usize::from(u16::from_le_bytes(*directory.get(at..)?.first_chunk()?))))
            .sum::<Option<usize>>()?;
        directory = directory.get(ENTRY_BYTES + variable..)?;
    }
    Some(total)
}

fn number(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?)))
}
