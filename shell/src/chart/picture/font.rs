//! The font of pictures: widths of text are measured with it, and PNG files are written in it.
//!
//! SVG files only name the family `sans-serif`, so that whoever looks chooses the font.

use std::sync::OnceLock;

use plotters::style::{FontStyle, IntoFont, register_font};

use crate::exit::Exit;
use crate::failure::{Failure, Result};

/// The font `DejaVu Sans` with its Latin characters; the licence lies beside it.
const BYTES: &[u8] = include_bytes!("../../../assets/DejaVuSans-Latin.ttf");

/// The family's name in SVG.
pub(super) const FAMILY: &str = "sans-serif";

/// Makes the font known, once.
pub(super) fn register() -> Result<()> {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    let register = || register_font(FAMILY, FontStyle::Normal, BYTES).is_ok();
    if *REGISTERED.get_or_init(register) {
        return Ok(());
    }
    Err(Failure::new(Exit::QUERY, "the font of pictures cannot be read; the text drawing needs none"))
}

/// The width of a line of text.
pub(super) fn width(text: &str, size: i32) -> i32 {
    let measured = (FAMILY, size).into_font().box_size(text);
    measured.map_or(0, |(width, _)| i32::try_from(width).unwrap_or(i32::MAX))
}

/// The text cut to a width, ending in `…` where something was cut.
pub(super) fn clipped(text: &str, size: i32, most: i32) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(200).collect();
    while kept.pop().is_some() {
        let shorter = format!("{}…", kept.trim_end());
        if width(&shorter, size) <= most {
            return shorter;
        }
    }
    "…".to_owned()
}

/// The text in lines of a width.
pub(super) fn wrapped(text: &str, size: i32, most: i32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if width(&format!("{line} {word}"), size) <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(clipped(word, size, most)),
        }
    }
    lines
}
