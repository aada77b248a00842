//! Writes a compound file (MS-CFB, version 3) that holds one stream: the box in which an XLS workbook is kept.

const SECTOR: usize = 512;
/// How many sectors one sector of the allocation table describes, and how many of these the header can name.
const PER_TABLE: usize = SECTOR / 4;
const MOST_TABLES: usize = 109;
/// Streams below this length would have to be kept in another way.
const LEAST_STREAM: usize = 4096;

const TABLE_SECTOR: u32 = 0xFFFF_FFFD;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;

/// The file: header, the sectors of the stream, the directory, the allocation table.
pub(crate) fn compound_file(name: &str, mut stream: Vec<u8>) -> Vec<u8> {
    let length = stream.len().max(LEAST_STREAM);
    let data = length.div_ceil(SECTOR);
    stream.resize(data * SECTOR, 0);
    let mut tables = 1;
    while tables * PER_TABLE < data + 1 + tables {
        tables += 1;
    }
    assert!(tables <= MOST_TABLES, "the stream is too long for this writer");

    let mut file = header(data, tables);
    file.extend(stream);
    file.extend(directory(name, length));
    file.extend(allocation(data, tables));
    file
}

fn header(data: usize, tables: usize) -> Vec<u8> {
    let mut header = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    header.resize(24, 0);
    // Minor and major version, byte order, the sizes of a sector and of a small sector as powers of two.
    for word in [0x003E_u16, 3, 0xFFFE, 9, 6] {
        header.extend(word.to_le_bytes());
    }
    header.resize(44, 0);
    // Sectors of the allocation table, first sector of the directory, transaction, shortest stream that has sectors of
    // its own, the (absent) table of small sectors, the (absent) continuation of the list that follows.
    let numbers = [number(tables), number(data), 0, number(LEAST_STREAM), END_OF_CHAIN, 0, END_OF_CHAIN, 0];
    let listed = (0..MOST_TABLES).map(|at| if at < tables { number(data + 1 + at) } else { FREE });
    header.extend(numbers.into_iter().chain(listed).flat_map(u32::to_le_bytes));
    header
}

fn directory(name: &str, length: usize) -> Vec<u8> {
    let mut sector = entry("Root Entry", 5, 1, END_OF_CHAIN, 0);
    sector.extend(entry(name, 2, FREE, 0, number(length)));
    for _ in 0..2 {
        sector.extend(entry("", 0, FREE, 0, 0));
    }
    sector
}

fn entry(name: &str, kind: u8, child: u32, start: u32, length: u32) -> Vec<u8> {
    let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let name_length = if name.is_empty() { 0 } else { entry.len() + 2 };
    entry.resize(64, 0);
    entry.extend(u16::try_from(name_length).unwrap().to_le_bytes());
    // The colour in the tree of names is black; there is no left and no right neighbour.
    entry.extend([kind, 1]);
    entry.extend([FREE, FREE, child].into_iter().flat_map(u32::to_le_bytes));
    entry.resize(116, 0);
    entry.extend([start, length, 0].into_iter().flat_map(u32::to_le_bytes));
    entry
}

fn allocation(data: usize, tables: usize) -> Vec<u8> {
    let mut table: Vec<u32> = (1..data).map(number).collect();
    table.extend([END_OF_CHAIN, END_OF_CHAIN]);
    table.extend(std::iter::repeat_n(TABLE_SECTOR, tables));
    table.resize(tables * PER_TABLE, FREE);
    table.into_iter().flat_map(u32::to_le_bytes).collect()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}
