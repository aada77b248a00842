//! PNG: the sheet in pixels, painted at twice the size and averaged, so that edges are smooth.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::BitMapBackend;

use super::paint::paint;
use super::sheet::{Sheet, WIDTH};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The first bytes of every PNG file (ISO/IEC 15948, 5.2).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

/// Bytes of a pixel: red, green and blue.
const PIXEL: usize = 3;

/// The sheet as PNG with a title and a description.
pub(super) fn write(sheet: &Sheet, title: &str, summary: &str) -> Result<Vec<u8>> {
    let (width, height) = (WIDTH.unsigned_abs(), sheet.height.unsigned_abs());
    let mut pixels = vec![0; width as usize * height as usize * PIXEL];
    let area = BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area();
    paint(&area, &sheet.marks)
        .map_err(|error| Failure::new(Exit::QUERY, format!("the chart cannot be written as PNG: {error}")))?;
    drop(area);
    encode(&pixels, width, height, &[("Title", title), ("Description", summary)])
        .map_err(|error| Failure::new(Exit::QUERY, format!("the chart cannot be written as PNG: {error}")))
}

/// Eight bits each of red, green and blue, with texts.
fn encode(pixels: &[u8], width: u32, height: u32, texts: &[(&str, &str)]) -> io::Result<Vec<u8>> {
    let mut file = SIGNATURE.to_vec();
    let mut header = Vec::new();
    header.extend(width.to_be_bytes());
    header.extend(height.to_be_bytes());
    // Eight bits, true colour, the one compression, the one filter method, not interlaced.
    header.extend([8, 2, 0, 0, 0]);
    chunk(&mut file, *b"IHDR", &header)?;
    for (keyword, text) in texts {
        chunk(&mut file, *b"iTXt", &[keyword.as_bytes(), &[0; 5], text.as_bytes()].concat())?;
    }
    let mut rows = ZlibEncoder::new(Vec::new(), Compression::fast());
    for row in pixels.chunks(width as usize * PIXEL) {
        // Each row begins with its filter: none.
        rows.write_all(&[0])?;
        rows.write_all(row)?;
    }
    chunk(&mut file, *b"IDAT", &rows.finish()?)?;
    chunk(&mut file, *b"IEND", &[])?;
    Ok(file)
}

/// A chunk: its length, its name and data, and their checksum.
fn chunk(file: &mut Vec<u8>, name: [u8; 4], data: &[u8]) -> io::Result<()> {
    let length = u32::try_from(data.len()).map_err(|_| io::Error::other("the picture is too large"))?;
    let mut checked = flate2::Crc::new();
    checked.update(&name);
    checked.update(data);
    file.extend(length.to_be_bytes());
    file.extend(name);
    file.extend(data);
    file.extend(checked.sum().to_be_bytes());
    Ok(())
}
