//! Bars from left to right, so that long names can be read, with their values at their ends.

use super::sheet::{Anchor, Frame, SIZE, Sheet};
use super::{font, legend, palette};
use crate::chart::amount::Amount;
use crate::chart::figure::Bars;
use crate::chart::scale::Scale;

/// The least height of one bar with the room around it.
pub(super) const LEAST_ROW: i32 = 34;

/// The greatest.
const MOST_ROW: i32 = 90;

pub(super) fn draw(sheet: &mut Sheet, bars: &Bars) {
    let (low, high) = bars.range();
    if bars.categories.is_empty() {
        sheet.nothing();
        return;
    }
    let names: Vec<_> = bars.series.iter().map(|series| series.name.as_str()).collect();
    legend::draw(sheet, &names, legend::swatch);
    let decimals = bars.decimals();
    let most = sheet.frame.width() / 3;
    let labels: Vec<_> = bars.categories.iter().map(|name| font::clipped(name, SIZE, most)).collect();
    let margin = labels.iter().map(|label| font::width(label, SIZE)).max().unwrap_or(0);
    // The longest value, at the end of the longest bar.
    let room = if bars.stacked {
        let totals = (0..labels.len()).filter_map(|index| bars.total(index));
        totals.map(|total| font::width(&total, SIZE)).max().unwrap_or(0) + 20
    } else {
        let ends = [low, high].map(|value| font::width(&bars.unit.label(value, decimals), SIZE));
        ends[0].max(ends[1]).max(font::width("suppressed", SIZE)) + 20
    };
    let before = if low < 0.0 { room } else { 0 };
    let outer = sheet.frame;
    let frame = Frame {
        left: outer.left + margin + 16 + before,
        top: outer.top + 10,
        right: outer.right - room,
        ..outer
    };
    let scale = if low < high { Scale::exact(low, high, 1, false) } else { Scale::exact(0.0, 1.0, 1, false) };
    let layout = Layout { frame, scale, decimals };
    let slot = frame.height() / i32::try_from(labels.len()).unwrap_or(1).max(1);
    let group = if bars.stacked { 1 } else { i32::try_from(bars.series.len()).unwrap_or(1).max(1) };
    // A little room between categories.
    let row = ((slot - slot / 6) / group).clamp(8, MOST_ROW);
    let slot = slot.min(row * group + MOST_ROW / 3);
    for (index, label) in labels.iter().enumerate() {
        let top = frame.top + slot * i32::try_from(index).unwrap_or(0);
        let middle = top + row * group / 2;
        sheet.text((outer.left + margin, middle), label.as_str(), SIZE, Anchor::End, palette::TEXT);
        if bars.stacked {
            layout.stack(sheet, bars, index, Row { top, height: row });
        } else {
            for series in 0..bars.series.len() {
                let top = top + row * i32::try_from(series).unwrap_or(0);
                layout.bar(sheet, bars, (index, series), Row { top, height: row });
            }
        }
    }
    let zero = layout.x(0.0);
    let bottom = frame.top + slot * i32::try_from(labels.len()).unwrap_or(0);
    sheet.line(vec![(zero, frame.top - 6), (zero, bottom.min(frame.bottom))], palette::AXIS, 2);
}

/// Where values lie.
struct Layout {
    frame: Frame,
    scale: Scale,
    decimals: usize,
}

/// The stripe of a bar.
#[derive(Clone, Copy)]
struct Row {
    top: i32,
    height: i32,
}

impl Row {
    fn frame(self, left: i32, right: i32) -> Frame {
        Frame { left, top: self.top + 2, right, bottom: self.top + self.height - 2 }
    }

    fn middle(self) -> i32 {
        self.top + self.height / 2
    }

    fn text(self) -> i32 {
        (self.height - 6).clamp(12, SIZE)
    }
}

impl Layout {
    fn x(&self, value: f64) -> i32 {
        self.frame.across(self.scale.fraction(value))
    }

    fn bar(&self, sheet: &mut Sheet, bars: &Bars, (index, series): (usize, usize), row: Row) {
        let zero = self.x(0.0);
        let Some(amount) = bars.series[series].amounts[index] else { return };
        let Amount::Known(value) = amount else {
            sheet.text((zero + 10, row.middle()), amount.word(), row.text(), Anchor::Start, palette::FAINT);
            return;
        };
        let end = self.x(value);
        let bar = row.frame(zero.min(end), zero.max(end).max(zero + i32::from(value > 0.0) * 2));
        sheet.rectangle(bar, palette::series(series));
        if bars.series.len() > 1 && bar.width() > 40 {
            legend::letter(sheet, (bar.left + 16, row.middle()), series, row.text());
        }
        let (at, anchor) = if value < 0.0 { (end - 10, Anchor::End) } else { (end + 10, Anchor::Start) };
        let label = bars.unit.label(value, self.decimals);
        sheet.text((at, row.middle()), label, row.text(), anchor, palette::TEXT);
    }

    fn stack(&self, sheet: &mut Sheet, bars: &Bars, index: usize, row: Row) {
        let mut sum = 0.0;
        for (series, amounts) in bars.series.iter().enumerate() {
            let Some(value) = amounts.amounts[index].and_then(Amount::known) else { continue };
            let left = self.x(sum);
            sum += value;
            let part = row.frame(left, self.x(sum));
            if part.right > part.left {
                sheet.rectangle(part, palette::series(series));
            }
            if part.width() > 40 {
                legend::letter(sheet, (part.left + part.width() / 2, row.middle()), series, row.text());
            }
        }
        let label = bars.total(index).unwrap_or_else(|| "no value".to_owned());
        sheet.text((self.x(sum) + 10, row.middle()), label, row.text(), Anchor::Start, palette::TEXT);
    }
}
