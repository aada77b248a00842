//! The two axes of a picture: lines behind the data, round numbers, and the names of the columns.

use super::sheet::{Anchor, Frame, SIZE, Sheet};
use super::{font, palette};
use crate::chart::scale::Scale;
use crate::chart::unit::Unit;

/// Marks of the vertical axis.
pub(super) const STEPS: usize = 6;

/// The widest label below the horizontal axis.
const MOST: i32 = 260;

/// Draws the vertical axis with its name above it, and gives the frame of the data.
pub(super) fn vertical(sheet: &mut Sheet, scale: &Scale, unit: Unit, name: &str) -> Frame {
    let decimals = unit.decimals_of_step(scale.step);
    let ticks: Vec<_> = scale.ticks().into_iter().map(|tick| (tick, unit.label(tick, decimals))).collect();
    let margin = ticks.iter().map(|(_, label)| font::width(label, SIZE)).max().unwrap_or(0);
    let outer = sheet.frame;
    let frame = Frame {
        left: outer.left + margin + 16,
        top: outer.top + SIZE * 2,
        right: outer.right - 20,
        bottom: outer.bottom - SIZE * 4,
    };
    let name = font::clipped(name, SIZE, outer.width());
    sheet.text((outer.left, outer.top + SIZE / 2), name, SIZE, Anchor::Start, palette::FAINT);
    for (tick, label) in ticks {
        let y = frame.up(scale.fraction(tick));
        sheet.line(vec![(frame.left, y), (frame.right, y)], palette::GRID, 2);
        sheet.text((frame.left - 14, y), label, SIZE, Anchor::End, palette::TEXT);
    }
    frame
}

/// Draws the horizontal axis below the frame: as many of the labels as there is room for.
pub(super) fn horizontal(
    sheet: &mut Sheet,
    frame: Frame,
    name: &str,
    across: impl Fn(f64) -> i32,
    ticks: impl Fn(usize) -> Vec<(f64, String)>,
) {
    sheet.line(vec![(frame.left, frame.bottom), (frame.right, frame.bottom)], palette::AXIS, 2);
    let placed = |count| -> Vec<(i32, String)> {
        let ticks = ticks(count).into_iter();
        ticks.map(|(at, label)| (across(at), font::clipped(&label, SIZE, MOST))).collect()
    };
    let fits = |marks: &Vec<(i32, String)>| {
        let half = |label: &str| font::width(label, SIZE) / 2;
        marks.windows(2).all(|pair| pair[0].0 + half(&pair[0].1) + 14 < pair[1].0 - half(&pair[1].1))
    };
    let marks = (1..=14).rev().map(placed).find(fits).unwrap_or_default();
    for (x, label) in marks {
        sheet.line(vec![(x, frame.bottom), (x, frame.bottom + 8)], palette::AXIS, 2);
        let half = font::width(&label, SIZE) / 2;
        let x = x.max(half + 4).min(frame.right + 20 - half.min(frame.width() / 2));
        sheet.text((x, frame.bottom + SIZE), label, SIZE, Anchor::Middle, palette::TEXT);
    }
    let name = font::clipped(name, SIZE, frame.width());
    sheet.text((frame.across(0.5), frame.bottom + SIZE * 5 / 2), name, SIZE, Anchor::Middle, palette::FAINT);
}
