//! Whatever the bytes of a file and whatever its format, nothing panics and every row is counted.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;

use super::property::DEFINITIONS;
use super::{Part, Request, convert};
use crate::Layout;

const COLUMNS: &str = "column = [{ from = \"ID\", to = \"id\" }, { from = \"DAY\", to = \"day\" }, { from = \"AMOUNT\", to = \"amount\" }]\n";

/// Layouts of every format, most of them with types of records.
const FORMATS: [&str; 7] = [
    "header = true\n",
    "header = false\ncolumns = [\"ID\", \"DAY\", \"AMOUNT\"]\nencoding = \"utf-16le\"\n",
    "header_line = 2\nencoding = \"windows-1252\"\nexpect = { DAY = \"2020-02-29\" }\n",
    "header = false\ncolumns = [\"ID\", \"DAY\", \"AMOUNT\"]\nrecords = { column = \"ID\", type = [{ value = \"1\" }, { value = \"2\", columns = [\"ID\", \"AMOUNT\"] }, { value = \"3\", ignored = true }] }\n",
    "format = \"fixed_width\"\nrecord_length = 9\nmin_record_length = 4\nfields = { ID = [1, 2], DAY = [3, 4], AMOUNT = [5, 3] }\nrecords = { column = \"ID\", type = [{ value = \"1\" }, { value = \"2\", fields = { AMOUNT = [8, 2] } }, { value = \"3\", ignored = true }] }\n",
    "format = \"xlsx\"\n",
    "format = \"xls\"\n",
];

fn converts(format: &str, bytes: &[u8]) -> Result<(), TestCaseError> {
    let head =
        "name = \"samples\"\ntable = \"sample\"\nagency = \"a\"\ndescription = \"d\"\nsource = \"s\"\n";
    let layout = Layout::parse("layouts/samples.toml", &format!("{head}{format}{COLUMNS}")).unwrap();
    let part = Part::from_bytes("f", bytes.to_vec());
    for threads in [1, 2] {
        let request =
            Request { part: &part, layout: &layout, definitions: &DEFINITIONS, year: None, threads };
        let (mut rows, mut rejects) = (0, 0);
        let conversion = convert(&request, &mut |chunk| {
            rows += chunk.lines.len() as u64;
            rejects += chunk.rejects.len() as u64;
            Ok(())
        });
        // A file that cannot be read at all is an error, not a panic.
        let Ok(conversion) = conversion else { continue };
        prop_assert_eq!(conversion.counts.rows_in, rows + rejects);
        prop_assert_eq!((conversion.counts.loaded, conversion.counts.rejected), (rows, rejects));
    }
    Ok(())
}

/// Bytes that are often read as something, and often not.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => "[123 ,\"a-z]{0,9}".prop_map(String::into_bytes),
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        1 => Just(b"ID,DAY,AMOUNT\n".to_vec()),
        1 => "\\PC{0,4}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..6),
        1 => prop::sample::select(vec![b"PK\x03\x04".to_vec(), b"\x1f\x8b\x08".to_vec(), b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec()]),
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_rows_or_an_error(bytes in bytes(), format in prop::sample::select(FORMATS.to_vec())) {
        converts(format, &bytes)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&bytes).unwrap();
        let packed = encoder.finish().unwrap();
        converts(format, &packed)?;
    }
}
