//! An area of cells with two by four dots each, written in braille, and characters over them.

use super::page::Page;

/// Dots across a cell.
pub(super) const ACROSS: usize = 2;

/// Dots down a cell.
pub(super) const DOWN: usize = 4;

/// The bits of a braille character by row and column (Unicode 17, chapter 21.1).
const BITS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// What is drawn where several marks meet.
const SEVERAL: char = '*';

/// Cells of dots and marks.
#[derive(Debug)]
pub(super) struct Canvas {
    columns: usize,
    rows: usize,
    cells: Vec<Cell>,
    meets: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    dots: u8,
    mark: Option<char>,
    series: Option<usize>,
}

impl Canvas {
    /// An empty area.
    pub(super) fn new(columns: usize, rows: usize) -> Self {
        Self { columns, rows, cells: vec![Cell::default(); columns * rows], meets: false }
    }

    /// The dot at fractions of the area, from the left and from the bottom.
    pub(super) fn dot_at(&self, x: f64, y: f64) -> (usize, usize) {
        (place(x, self.columns * ACROSS), place(1.0 - y, self.rows * DOWN))
    }

    /// Sets a dot.
    pub(super) fn dot(&mut self, (x, y): (usize, usize), series: usize) {
        if let Some(cell) = self.cell(x / ACROSS, y / DOWN) {
            cell.dots |= BITS[y % DOWN][x % ACROSS];
            cell.series.get_or_insert(series);
        }
    }

    /// Sets the dots of a straight line, `every` so many of them.
    pub(super) fn line(&mut self, from: (usize, usize), to: (usize, usize), series: usize, every: usize) {
        let across = from.0.abs_diff(to.0);
        let down = from.1.abs_diff(to.1);
        let steps = across.max(down).max(1);
        let along = |from: usize, to: usize, step: usize| {
            let moved = (from.abs_diff(to) * step + steps / 2) / steps;
            if to >= from { from + moved } else { from - moved }
        };
        for step in (0..=steps).step_by(every.max(1)) {
            self.dot((along(from.0, to.0, step), along(from.1, to.1, step)), series);
        }
    }

    /// Writes a character over the cell of a dot.
    pub(super) fn mark(&mut self, (x, y): (usize, usize), mark: char, series: usize) {
        let Some(cell) = self.cell(x / ACROSS, y / DOWN) else { return };
        let meets = cell.mark.is_some_and(|other| other != mark);
        cell.mark = Some(if meets { SEVERAL } else { mark });
        cell.series = Some(series);
        self.meets |= meets;
    }

    /// Whether marks of several series share a cell somewhere.
    pub(super) fn meets(&self) -> bool {
        self.meets
    }

    /// Adds one row of cells to a page.
    pub(super) fn write(&self, row: usize, page: &mut Page) {
        let mut text = [0; 4];
        for cell in &self.cells[row * self.columns..(row + 1) * self.columns] {
            let braille = char::from_u32(0x2800 + u32::from(cell.dots)).unwrap_or(' ');
            let shown = cell.mark.unwrap_or(if cell.dots == 0 { ' ' } else { braille });
            match cell.series {
                Some(series) => page.color(series, shown.encode_utf8(&mut text)),
                None => page.push(shown.encode_utf8(&mut text)),
            }
        }
    }

    fn cell(&mut self, column: usize, row: usize) -> Option<&mut Cell> {
        if column >= self.columns || row >= self.rows {
            return None;
        }
        self.cells.get_mut(row * self.columns + column)
    }
}

/// The place of a fraction among so many.
pub(super) fn place(fraction: f64, count: usize) -> usize {
    let last = count.saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a fraction from 0 to 1 of the size of a screen"
    )]
    let place = (fraction.clamp(0.0, 1.0) * last as f64).round() as usize;
    place.min(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Theme;

    fn text(canvas: &Canvas) -> String {
        let mut page = Page::new(20, Theme::PLAIN);
        for row in 0..canvas.rows {
            canvas.write(row, &mut page);
            page.end();
        }
        page.into_text()
    }

    #[test]
    fn a_line_goes_from_corner_to_corner() {
        let mut canvas = Canvas::new(4, 2);
        let (from, to) = (canvas.dot_at(0.0, 0.0), canvas.dot_at(1.0, 1.0));
        assert_eq!((from, to), ((0, 7), (7, 0)));
        canvas.line(from, to, 0, 1);
        assert_eq!(text(&canvas), "  ⡠⠊\n⡠⠊\n");
    }

    #[test]
    fn marks_that_meet_are_said() {
        let mut canvas = Canvas::new(2, 1);
        canvas.mark((0, 0), 'A', 0);
        canvas.mark((2, 0), 'B', 1);
        assert!(!canvas.meets());
        canvas.mark((1, 3), 'B', 1);
        assert!(canvas.meets());
        assert_eq!(text(&canvas), "*B\n");
    }

    #[test]
    fn what_lies_outside_is_left_out() {
        let mut canvas = Canvas::new(1, 1);
        canvas.dot((9, 9), 0);
        canvas.mark((2, 0), 'A', 0);
        assert_eq!(text(&canvas), "\n");
    }
}
