//! A flow as one block for each state before: where those who were there are afterwards, as bars on one scale.

use unicode_width::UnicodeWidthStr;

use super::bars::bar;
use super::page::{Page, left, right, widest};
use crate::chart::figure::{Band, Flow};
use crate::text::clipped;

pub(super) fn draw(page: &mut Page, flow: &Flow) {
    if flow.bands.is_empty() {
        page.note("there is no value to draw");
        return;
    }
    let names = widest(flow.to.iter().map(String::as_str), page.width / 3);
    let label =
        |band: &Band| band.amount.known().map_or_else(|| band.amount.word().to_owned(), |n| flow.label(n));
    let labels = flow.bands.iter().map(|band| label(band).width()).max().unwrap_or(0);
    let most = flow.bands.iter().filter_map(|band| band.amount.known()).fold(0.0, f64::max);
    // A branch, the name, the number, the percent and blanks between them.
    let cells = page.width.saturating_sub(3 + names + 1 + labels + 1 + 4 + 1).max(4);
    for (from, state) in flow.from.iter().enumerate() {
        let bands: Vec<_> = flow.bands.iter().filter(|band| band.from == from).collect();
        let leaving = flow.leaving(from);
        let is_whole = bands.iter().all(|band| band.amount.known().is_some());
        let total = format!("{}{}", if is_whole { "" } else { "at least " }, flow.label(leaving));
        page.push(&clipped(state, page.width.saturating_sub(total.width() + 2)));
        page.push("  ");
        page.push(&total);
        page.end();
        for (index, band) in bands.iter().enumerate() {
            page.dim(if index + 1 == bands.len() { "└─ " } else { "├─ " });
            page.push(&format!("{} {} ", left(&flow.to[band.to], names), right(&label(band), labels)));
            let Some(amount) = band.amount.known() else {
                page.end();
                continue;
            };
            // A share of a sum with unknown parts would be too large.
            let share = (leaving > 0.0 && is_whole).then(|| format!("{:.0}%", amount / leaving * 100.0));
            page.dim(&right(&share.unwrap_or_default(), 4));
            page.push(" ");
            page.color(band.to, &bar(if most > 0.0 { amount / most } else { 0.0 }, cells));
            page.end();
        }
    }
}
