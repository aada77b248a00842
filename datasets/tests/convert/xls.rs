//! Writes a small XLS workbook (BIFF8 in a compound file) for the tests that read one.

/// A cell of the workbook.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'a> {
    Empty,
    Text(&'a str),
    Number(f64),
    /// A day, as the days since the end of 1899 by which a workbook counts.
    Day(f64),
    Boolean(bool),
    /// `#N/A`.
    NotAvailable,
}

/// The cell formats: plain, and that of a day.
const PLAIN: u16 = 0;
const DAY: u16 = 1;

const SECTOR: usize = 512;
/// A stream that is shorter would be kept elsewhere.
const SHORTEST_STREAM: usize = 4096;
const END_OF_CHAIN: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;
const TABLE_OF_SECTORS: u32 = 0xFFFF_FFFD;

/// A workbook of one sheet.
pub(crate) fn workbook(sheet: &str, rows: &[Vec<Cell<'_>>]) -> Vec<u8> {
    let globals = |start: usize| {
        let mut stream = Vec::new();
        record(&mut stream, 0x0809, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0]);
        for format in [0_u16, 14] {
            let mut cell_format = vec![0; 20];
            cell_format[2..4].copy_from_slice(&format.to_le_bytes());
            record(&mut stream, 0x00E0, &cell_format);
        }
        let mut bound = u32::try_from(start).unwrap().to_le_bytes().to_vec();
        bound.extend([0, 0, u8::try_from(sheet.len()).unwrap(), 0]);
        bound.extend(sheet.as_bytes());
        record(&mut stream, 0x0085, &bound);
        record(&mut stream, 0x000A, &[]);
        stream
    };
    let mut stream = globals(globals(0).len());
    record(&mut stream, 0x0809, &[0, 6, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0]);
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let place = |format: u16| {
                let words = [u16::try_from(row).unwrap(), u16::try_from(column).unwrap(), format];
                words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<_>>()
            };
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    let units: Vec<u16> = text.encode_utf16().collect();
                    let mut data = place(PLAIN);
                    data.extend(u16::try_from(units.len()).unwrap().to_le_bytes());
                    data.push(1);
                    data.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
                    record(&mut stream, 0x0204, &data);
                }
                Cell::Number(value) => {
                    record(&mut stream, 0x0203, &[place(PLAIN), value.to_le_bytes().to_vec()].concat());
                }
                Cell::Day(value) => {
                    record(&mut stream, 0x0203, &[place(DAY), value.to_le_bytes().to_vec()].concat());
                }
                Cell::Boolean(value) => {
                    record(&mut stream, 0x0205, &[place(PLAIN), vec![u8::from(*value), 0]].concat());
                }
                Cell::NotAvailable => record(&mut stream, 0x0205, &[place(PLAIN), vec![0x2A, 1]].concat()),
            }
        }
    }
    record(&mut stream, 0x000A, &[]);
    compound(stream)
}

fn record(stream: &mut Vec<u8>, kind: u16, data: &[u8]) {
    stream.extend(kind.to_le_bytes());
    stream.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    stream.extend(data);
}

/// A compound file with the one stream `Workbook`: header, table of sectors, directory, stream.
fn compound(mut stream: Vec<u8>) -> Vec<u8> {
    let length = stream.len().max(SHORTEST_STREAM);
    stream.resize(length.next_multiple_of(SECTOR), 0);
    let sectors = stream.len() / SECTOR;
    assert!(sectors + 2 <= SECTOR / 4, "the table of sectors is one sector long");
    let mut table = vec![TABLE_OF_SECTORS, END_OF_CHAIN];
    table.extend(
        (0..sectors).map(|at| if at + 1 == sectors { END_OF_CHAIN } else { u32::try_from(at + 3).unwrap() }),
    );
    table.resize(SECTOR / 4, FREE);

    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(24, 0);
    for word in [0x3E_u16, 3, 0xFFFE, 9, 6, 0, 0, 0] {
        bytes.extend(word.to_le_bytes());
    }
    for number in [0_u32, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(SECTOR, 0xFF);
    bytes.extend(table.iter().flat_map(|entry| entry.to_le_bytes()));
    bytes.extend(entry("Root Entry", 5, 1, END_OF_CHAIN, 0));
    bytes.extend(entry("Workbook", 2, FREE, 2, u32::try_from(length).unwrap()));
    bytes.resize(3 * SECTOR, 0);
    bytes.extend(stream);
    bytes
}

/// One entry of the directory.
fn entry(name: &str, kind: u8, child: u32, start: u32, length: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    bytes.resize(64, 0);
    bytes.extend(u16::try_from(2 * name.len() + 2).unwrap().to_le_bytes());
    bytes.extend([kind, 1]);
    for link in [FREE, FREE, child] {
        bytes.extend(link.to_le_bytes());
    }
    bytes.resize(116, 0);
    bytes.extend(start.to_le_bytes());
    bytes.extend(length.to_le_bytes());
    bytes.resize(128, 0);
    bytes
}
