//! Curved bands from the states before, on the left, to the states after, on the right.

use super::sheet::{Anchor, Frame, Place, SIZE, Sheet, part};
use super::{font, palette};
use crate::chart::figure::Flow;

/// Room between states.
const GAP: i32 = 22;

/// The width of a state.
const NODE: i32 = 22;

/// Straight pieces of one edge of a band.
const PIECES: u32 = 48;

pub(super) fn draw(sheet: &mut Sheet, flow: &Flow) {
    let leaving: Vec<_> = (0..flow.from.len()).map(|from| flow.leaving(from)).collect();
    let coming: Vec<_> = (0..flow.to.len()).map(|to| flow.coming(to)).collect();
    let total: f64 = leaving.iter().sum();
    if total <= 0.0 || !total.is_finite() {
        sheet.nothing();
        return;
    }
    let most = sheet.frame.width() / 4;
    let before = labels(flow, &flow.from, &leaving, most);
    let after = labels(flow, &flow.to, &coming, most);
    let outer = sheet.frame;
    let frame = Frame {
        left: outer.left + widest(&before) + 16,
        right: outer.right - widest(&after) - 16,
        top: outer.top + 20,
        bottom: outer.bottom - 20,
    };
    let states = flow.from.len().max(flow.to.len());
    let gaps = GAP * i32::try_from(states.saturating_sub(1)).unwrap_or(0);
    let heights = Heights { room: (frame.height() - gaps).max(10), total };
    let sources = heights.stack(frame, &leaving);
    let targets = heights.stack(frame, &coming);
    bands(sheet, flow, frame, &heights, [&sources, &targets]);
    for (index, (top, height)) in sources.iter().enumerate() {
        let node = Frame { left: frame.left, right: frame.left + NODE, top: *top, bottom: top + height };
        sheet.rectangle(node, palette::series(index));
        let place = (frame.left - 12, top + height / 2);
        sheet.text(place, before[index].as_str(), SIZE, Anchor::End, palette::TEXT);
    }
    for (index, (top, height)) in targets.iter().enumerate() {
        let node = Frame { left: frame.right - NODE, right: frame.right, top: *top, bottom: top + height };
        sheet.rectangle(node, palette::AXIS);
        let place = (frame.right + 12, top + height / 2);
        sheet.text(place, after[index].as_str(), SIZE, Anchor::Start, palette::TEXT);
    }
}

fn labels(flow: &Flow, names: &[String], amounts: &[f64], most: i32) -> Vec<String> {
    let label = |(name, amount): (&String, &f64)| {
        let amount = flow.label(*amount);
        let room = most - font::width(&format!("  {amount}"), SIZE);
        format!("{}  {amount}", font::clipped(name, SIZE, room.max(60)))
    };
    names.iter().zip(amounts).map(label).collect()
}

fn widest(labels: &[String]) -> i32 {
    labels.iter().map(|label| font::width(label, SIZE)).max().unwrap_or(0)
}

/// Turns amounts into heights.
struct Heights {
    room: i32,
    total: f64,
}

impl Heights {
    fn of(&self, amount: f64) -> i32 {
        part(self.room, amount / self.total)
    }

    /// Tops and heights of states, one below the other in the middle of the frame.
    fn stack(&self, frame: Frame, amounts: &[f64]) -> Vec<(i32, i32)> {
        let heights: Vec<_> = amounts.iter().map(|amount| self.of(*amount).max(2)).collect();
        let gaps = GAP * i32::try_from(amounts.len().saturating_sub(1)).unwrap_or(0);
        let used = heights.iter().sum::<i32>() + gaps;
        let mut top = frame.top + (frame.height() - used).max(0) / 2;
        let mut places = Vec::new();
        for height in heights {
            places.push((top, height));
            top += height + GAP;
        }
        places
    }
}

/// The bands, in the order of the states on both sides so that they cross as little as they can.
fn bands(
    sheet: &mut Sheet,
    flow: &Flow,
    frame: Frame,
    heights: &Heights,
    [sources, targets]: [&[(i32, i32)]; 2],
) {
    let mut left: Vec<f64> = vec![0.0; sources.len()];
    let mut right: Vec<f64> = vec![0.0; targets.len()];
    for band in &flow.bands {
        let Some(amount) = band.amount.known().filter(|amount| *amount > 0.0) else { continue };
        let height = heights.of(amount).max(1);
        let from = sources[band.from].0 + heights.of(left[band.from]);
        let to = targets[band.to].0 + heights.of(right[band.to]);
        left[band.from] += amount;
        right[band.to] += amount;
        let ends = ((frame.left + NODE, from), (frame.right - NODE, to));
        let mut places = curve(ends.0, ends.1);
        let lower = curve((ends.0.0, from + height), (ends.1.0, to + height));
        places.extend(lower.into_iter().rev());
        sheet.area(places, palette::series(band.from), 0.45);
    }
}

/// A curve that leaves and arrives level: a cubic Bézier with both handles in the middle.
fn curve((left, from): Place, (right, to): Place) -> Vec<Place> {
    let at = |step: u32| {
        let t = f64::from(step) / f64::from(PIECES);
        let across = 3.0 * t * (1.0 - t) * 0.5 + t * t * t;
        let down = 3.0 * t * t * (1.0 - t) + t * t * t;
        let y = if to >= from { from + part(to - from, down) } else { from - part(from - to, down) };
        (left + part(right - left, across), y)
    };
    (0..=PIECES).map(at).collect()
}
