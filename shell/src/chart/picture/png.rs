//! PNG: the sheet in pixels, painted at twice the size and averaged, so that edges are smooth.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use plotters::drawing::IntoDrawingArea;
use plotters::prelude::BitMapBackend;

use super::paint::{Brush, paint};
use super::sheet::{Sheet, WIDTH};
use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The first bytes of every PNG file (ISO/IEC 15948, 5.2).
const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n'];

/// Bytes of a pixel: red, green and blue.
const PIXEL: usize = 3;

/// Pixels painted for each of the file, along a line.
const FINER: u32 = 2;

/// The sheet as PNG with a title and a description.
pub(super) fn write(sheet: &Sheet, title: &str, summary: &str) -> Result<Vec<u8>> {
    let (width, height) = (WIDTH.unsigned_abs(), sheet.height.unsigned_abs());
    let painted = (width * FINER, height * FINER);
    let mut pixels = vec![0; painted.0 as usize * painted.1 as usize * PIXEL];
    let area = BitMapBackend::with_buffer(&mut pixels, painted).into_drawing_area();
    paint(&area, &sheet.marks, Brush { scale: 2, text_drop: 0.08 })
        .map_err(|error| Failure::new(Exit::QUERY, format!("the chart cannot be written as PNG: {error}")))?;
    drop(area);
    let pixels = averaged(&pixels, painted.0 as usize);
    encode(&pixels, width, height, &[("Title", title), ("Description", summary)])
        .map_err(|error| Failure::new(Exit::QUERY, format!("the chart cannot be written as PNG: {error}")))
}

/// One pixel for each square of four.
fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    let row = width * PIXEL;
    let mut averages = Vec::with_capacity(pixels.len() / 4);
    for rows in pixels.chunks_exact(2 * row) {
        let (upper, lower) = rows.split_at(row);
        for (upper, lower) in upper.chunks_exact(2 * PIXEL).zip(lower.chunks_exact(2 * PIXEL)) {
            averages.extend((0..PIXEL).map(|color| {
                let four = [upper[color], upper[color + PIXEL], lower[color], lower[color + PIXEL]];
                let sum: u16 = four.into_iter().map(u16::from).sum();
                u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
            }));
        }
    }
    averages
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
