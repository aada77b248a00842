//! The names of the series beside the figure, each with the shape that stands for it.

use plotters::style::RGBColor;

use super::sheet::{Anchor, Frame, Place, SIZE, Sheet};
use super::{font, palette};

/// The height of a line.
const LINE: i32 = 44;

/// The widest name.
const MOST: i32 = 330;

/// Takes the room of a legend from the right of the sheet and writes it; nothing where there is one series.
pub(super) fn draw(sheet: &mut Sheet, names: &[&str], key: impl Fn(&mut Sheet, Place, usize)) {
    if names.len() < 2 {
        return;
    }
    let names: Vec<_> = names.iter().map(|name| font::clipped(name, SIZE, MOST)).collect();
    let widest = names.iter().map(|name| font::width(name, SIZE)).max().unwrap_or(0);
    let left = sheet.frame.right - widest - 40;
    let mut y = sheet.frame.top + LINE;
    for (series, name) in names.iter().enumerate() {
        key(sheet, (left, y), series);
        sheet.text((left + 32, y), name.as_str(), SIZE, Anchor::Start, palette::TEXT);
        y += LINE;
    }
    sheet.frame.right = left - 40;
}

/// A square of a series with its letter.
pub(super) fn swatch(sheet: &mut Sheet, (x, y): Place, series: usize) {
    let color = palette::series(series);
    sheet.rectangle(Frame { left: x - 14, top: y - 15, right: x + 16, bottom: y + 15 }, color);
    letter(sheet, (x + 1, y), series, 20);
}

/// The letter of a series, on its colour.
pub(super) fn letter(sheet: &mut Sheet, place: Place, series: usize, size: i32) {
    let letter = u8::try_from(series % 26).map_or('?', |index| char::from(b'A' + index));
    let color = palette::readable_on(palette::series(series));
    sheet.text(place, letter.to_string(), size, Anchor::Middle, color);
}

/// A shape for each series, told apart without colours.
pub(super) fn shape(sheet: &mut Sheet, (x, y): Place, series: usize, size: i32, opacity: f64) {
    let color: RGBColor = palette::series(series);
    let corners = |corners: &[(i32, i32)]| -> Vec<Place> {
        corners.iter().map(|(right, down)| (x + right * size / 4, y + down * size / 4)).collect()
    };
    match series % 8 {
        0 => sheet.disc((x, y), size, color, opacity),
        1 => sheet.area(corners(&[(-4, -4), (4, -4), (4, 4), (-4, 4)]), color, opacity),
        2 => sheet.area(corners(&[(0, -5), (5, 4), (-5, 4)]), color, opacity),
        3 => sheet.area(corners(&[(0, -6), (6, 0), (0, 6), (-6, 0)]), color, opacity),
        4 => sheet.area(corners(&[(0, 5), (5, -4), (-5, -4)]), color, opacity),
        5 => {
            sheet.line(corners(&[(-4, -4), (4, 4)]), color, 4);
            sheet.line(corners(&[(-4, 4), (4, -4)]), color, 4);
        }
        6 => {
            sheet.line(corners(&[(-5, 0), (5, 0)]), color, 4);
            sheet.line(corners(&[(0, -5), (0, 5)]), color, 4);
        }
        _ => sheet.line(corners(&[(-4, -4), (4, -4), (4, 4), (-4, 4), (-4, -4)]), color, 4),
    }
}
