//! Points, lines and steps between two axes.

use unicode_width::UnicodeWidthStr;

use super::canvas::{ACROSS, Canvas, DOWN};
use super::page::{Page, letter, right, widest};
use crate::chart::figure::{Join, Plot, Series};
use crate::chart::scale::Scale;

/// The mark of a point where there is one series.
const POINT: char = '•';

/// Up to so many points of a scatter plot are drawn as marks; more are dots, which hide each other less.
const FEW: usize = 100;

pub(super) fn draw(page: &mut Page, plot: &Plot, height: usize) {
    page.legend(plot.series.iter().map(|series| series.name.as_str()));
    let (Some(y), Some((low, high))) = (plot.y_scale(5), plot.x_range()) else {
        page.note("there is no value to draw");
        return;
    };
    let ticks = y.ticks();
    let decimals = plot.unit.decimals_of_step(y.step);
    let labels: Vec<_> = ticks.iter().map(|tick| plot.unit.label(*tick, decimals)).collect();
    let margin = widest(labels.iter().map(String::as_str), page.width / 3);
    let columns = page.width.saturating_sub(margin + 3).max(4);
    let x = Scale::exact(low, high, 1, false);
    let mut canvas = Canvas::new(columns, height);
    for (index, series) in plot.series.iter().enumerate() {
        let pen = Pen { x, y, index, is_one: plot.series.len() == 1, join: plot.join };
        pen.draw(&mut canvas, series);
    }
    let row_of = |value: f64| canvas.dot_at(0.0, y.fraction(value)).1 / DOWN;
    for row in 0..height {
        let tick = ticks.iter().position(|tick| row_of(*tick) == row);
        page.dim(&right(tick.map_or("", |tick| labels[tick].as_str()), margin));
        page.dim(if tick.is_some() { " ┤" } else { " │" });
        canvas.write(row, page);
        page.end();
    }
    let column_of = |value: f64| canvas.dot_at(x.fraction(value), 0.0).0 / ACROSS;
    axis(page, margin, columns, &marks(plot, (low, high), columns, column_of));
    if canvas.meets() {
        page.note("* stands where several series meet");
    }
}

/// Draws one series.
struct Pen {
    x: Scale,
    y: Scale,
    index: usize,
    is_one: bool,
    join: Join,
}

impl Pen {
    fn draw(&self, canvas: &mut Canvas, series: &Series) {
        let place = |canvas: &Canvas, x: f64, y: f64| canvas.dot_at(self.x.fraction(x), self.y.fraction(y));
        if self.is_one {
            self.bounds(canvas, series);
        }
        let mut last: Option<(usize, usize)> = None;
        for point in &series.points {
            let next = point.y.known().map(|y| place(canvas, point.x, y));
            if let (Some(from), Some(to)) = (last, next) {
                self.join(canvas, from, to, 1);
            }
            if let (None, Some(at)) = (last, next) {
                canvas.dot(at, self.index);
            }
            last = next;
        }
        let known = series.points.iter().filter_map(|point| Some((point.x, point.y.known()?)));
        let count = known.clone().count();
        // A letter for each point where there is room, else about eight of them along the line.
        let every = if self.join == Join::Nothing || count <= 24 { 1 } else { count.div_ceil(8) };
        let offset = (self.index * 2 + 1) % every;
        for (x, y) in known.skip(offset).step_by(every) {
            let at = place(canvas, x, y);
            match (self.is_one, self.join) {
                (true, Join::Nothing) if count > FEW => canvas.dot(at, self.index),
                (true, Join::Steps) => {}
                (true, Join::Line) if every > 1 => {}
                (true, Join::Nothing | Join::Line) => canvas.mark(at, POINT, self.index),
                (false, _) => canvas.mark(at, letter(self.index), self.index),
            }
        }
    }

    fn join(&self, canvas: &mut Canvas, from: (usize, usize), to: (usize, usize), every: usize) {
        match self.join {
            Join::Line => canvas.line(from, to, self.index, every),
            Join::Nothing => {}
            Join::Steps => {
                canvas.line(from, (to.0, from.1), self.index, every);
                canvas.line((to.0, from.1), to, self.index, every);
            }
        }
    }

    /// The interval of confidence as two lines of single dots.
    fn bounds(&self, canvas: &mut Canvas, series: &Series) {
        for pair in series.points.windows(2) {
            let (Some((low, high)), Some(_)) = (pair[0].bounds, pair[1].bounds) else { continue };
            for bound in [low, high] {
                let from = canvas.dot_at(self.x.fraction(pair[0].x), self.y.fraction(bound));
                let to = canvas.dot_at(self.x.fraction(pair[1].x), self.y.fraction(bound));
                canvas.line(from, to, self.index, 3);
            }
        }
    }
}

/// The labels along the horizontal axis with their columns, as many as there is room for.
fn marks(
    plot: &Plot,
    (low, high): (f64, f64),
    columns: usize,
    column_of: impl Fn(f64) -> usize,
) -> Vec<(usize, String)> {
    let most = (columns / 8).clamp(1, 12);
    let fits = |marks: &[(usize, String)]| {
        marks.windows(2).all(|pair| pair[0].0 + pair[0].1.width() / 2 + 1 + pair[1].1.width() / 2 < pair[1].0)
    };
    (1..=most)
        .rev()
        .map(|count| {
            let ticks = plot.axis.ticks(low, high, count).into_iter();
            let limit = (columns / 3).max(4);
            ticks
                .map(|(at, label)| (column_of(at), crate::text::clipped(&label, limit).into_owned()))
                .collect()
        })
        .find(|marks: &Vec<_>| fits(marks))
        .unwrap_or_default()
}

/// The axis itself, and its labels below, each centred on its mark as far as the edges allow.
fn axis(page: &mut Page, margin: usize, columns: usize, marks: &[(usize, String)]) {
    let blank = " ".repeat(margin + 1);
    let line = (0..columns).map(|column| if marks.iter().any(|(at, _)| *at == column) { '┬' } else { '─' });
    page.dim(&format!("{blank}└{}", line.collect::<String>()));
    page.end();
    let mut row = String::new();
    for (at, label) in marks {
        let width = label.width();
        let start = (at + 1).saturating_sub(width / 2).min((columns + 1).saturating_sub(width));
        row.push_str(&" ".repeat(start.saturating_sub(row.width())));
        row.push_str(label);
    }
    page.dim(&format!("{blank}{row}"));
    page.end();
}
