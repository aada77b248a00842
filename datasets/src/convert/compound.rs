//! The compound file that an XLS workbook is: its sectors, and the stream that holds the workbook.
//!
//! Read only to look at the workbook before it is opened, so whatever is not as it should be is `None`.

/// What every compound file starts with.
const SIGNATURE: [u8; 8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
/// The tables of sectors that the header itself names.
const IN_HEADER: usize = 109;
/// The first number of a sector that is none.
const NO_SECTOR: u32 = 0xFFFF_FFFA;
/// A stream that is shorter is kept in small sectors.
const SHORT: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// The bytes of one entry of the directory.
const ENTRY: usize = 128;

/// A compound file with its table of sectors.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    /// For each sector the one that follows it.
    next: Vec<u32>,
}

/// The stream of a workbook; `None` when the file is damaged or holds none.
pub(super) fn workbook_stream(bytes: &[u8]) -> Option<Vec<u8>> {
    if !bytes.starts_with(&SIGNATURE) {
        return None;
    }
    let sector = match word(bytes, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut file = Compound { bytes, sector, next: Vec::new() };
    file.next = file.table()?;
    let directory = file.chain(number(bytes, 48)?, None)?;
    let root = directory.get(..ENTRY)?;
    let (mut small_sectors, mut small_next) = (Vec::new(), Vec::new());
    let tables = number(bytes, 64)? as usize;
    if tables > 0 {
        small_sectors = file.chain(number(root, 116)?, Some(number(root, 120)? as usize))?;
        let table = file.chain(number(bytes, 60)?, Some(tables.checked_mul(sector)?))?;
        small_next = numbers(&table).collect();
    }
    let entry = |name: &str| directory.chunks_exact(ENTRY).find(|entry| is_named(entry, name));
    let entry = entry("Workbook").or_else(|| entry("Book"))?;
    let (start, length) = (number(entry, 116)?, number(entry, 120)? as usize);
    if length >= SHORT {
        return file.chain(start, Some(length));
    }
    let small =
        |at: usize| small_sectors.get(at * SMALL_SECTOR..).map(|rest| &rest[..rest.len().min(SMALL_SECTOR)]);
    follow(start, Some(length), &small_next, small)
}

impl<'a> Compound<'a> {
    fn sector(&self, at: usize) -> Option<&'a [u8]> {
        let rest = self.bytes.get(at.checked_add(1)?.checked_mul(self.sector)?..)?;
        Some(&rest[..rest.len().min(self.sector)]).filter(|sector| !sector.is_empty())
    }

    /// The table of sectors, whose own sectors the header names, and then sectors of such names.
    fn table(&self) -> Option<Vec<u32>> {
        let sectors = self.bytes.len() / self.sector;
        let mut names: Vec<u32> = numbers(self.bytes.get(76..76 + 4 * IN_HEADER)?).collect();
        let mut more = number(self.bytes, 68)?;
        while more < NO_SECTOR {
            names.extend(numbers(self.sector(more as usize)?));
            more = names.pop()?;
            if names.len() > IN_HEADER + sectors + self.sector {
                return None;
            }
        }
        let mut table = Vec::new();
        for name in names.into_iter().filter(|name| *name < NO_SECTOR) {
            table.extend(numbers(self.sector(name as usize)?));
        }
        (table.len() <= (sectors + 1) * self.sector).then_some(table)
    }

    fn chain(&self, start: u32, length: Option<usize>) -> Option<Vec<u8>> {
        follow(start, length, &self.next, |at| self.sector(at))
    }
}

/// The bytes of a chain of sectors, of `length` or up to its end; `None` when it goes in a circle or ends too early.
fn follow<'a>(
    start: u32,
    length: Option<usize>,
    next: &[u32],
    sector: impl Fn(usize) -> Option<&'a [u8]>,
) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut at = start;
    for _ in 0..=next.len() {
        let is_long_enough = length.is_some_and(|length| bytes.len() >= length);
        if is_long_enough || at >= NO_SECTOR {
            let length = length.unwrap_or(bytes.len());
            bytes.truncate(length);
            return (bytes.len() == length).then_some(bytes);
        }
        bytes.extend_from_slice(sector(at as usize)?);
        // Nothing needs to follow the last sector of a stream.
        at = next.get(at as usize).copied().unwrap_or(NO_SECTOR);
    }
    None
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let units = entry[..64].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let units = units.take_while(|unit| *unit != 0);
    units
        .map(|unit| u8::try_from(unit).unwrap_or(0).to_ascii_lowercase())
        .eq(name.to_ascii_lowercase().bytes())
}

/// Two bytes as a number.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Four bytes as a number.
pub(super) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|chunk| u32::from_le_bytes([chunk[0], chunk[1], chunk[2], chunk[3]]))
}
