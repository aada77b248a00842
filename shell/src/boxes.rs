//! Boxes of names with their numbers, side by side as far as the terminal is wide: what `.tables` shows.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use crate::terminal::Theme;
use crate::text::{clipped, visible};

/// What the numbers are, in the border above them.
const NUMBERS: [&str; 2] = ["rows", "columns"];

/// Columns between boxes.
const GAP: usize = 1;

/// Columns before each number.
const BETWEEN: usize = 3;

/// A box with a title.
pub(crate) struct Shelf {
    /// What stands in the border.
    pub(crate) title: String,
    /// Whether it comes after the others.
    pub(crate) is_last: bool,
    /// What is in the box.
    pub(crate) lines: Vec<Line>,
}

/// A line of a box.
pub(crate) struct Line {
    /// The name.
    pub(crate) name: String,
    /// Its numbers as text; empty where there is none.
    pub(crate) numbers: [String; 2],
}

/// The boxes, all of one width, in as many columns as fit.
pub(crate) fn side_by_side(shelves: &[Shelf], width: usize, theme: Theme) -> String {
    let widths = Widths::of(shelves, width);
    let count = ((width + GAP) / (widths.whole() + GAP)).clamp(1, shelves.len().max(1));
    let mut columns: Vec<Vec<String>> = vec![Vec::new(); count];
    for shelf in shelves {
        if let Some(shortest) = columns.iter_mut().min_by_key(|column| column.len()) {
            shortest.extend(boxed(shelf, &widths, theme));
        }
    }
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for row in 0..height {
        let mut line = String::new();
        for (number, column) in columns.iter().enumerate() {
            let gap = if number > 0 { GAP } else { 0 };
            line.push_str(&" ".repeat(gap));
            match column.get(row) {
                Some(cells) => line.push_str(cells),
                None => line.push_str(&" ".repeat(widths.whole())),
            }
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

/// How wide the parts of a line are.
struct Widths {
    name: usize,
    numbers: [usize; 2],
}

impl Widths {
    fn of(shelves: &[Shelf], width: usize) -> Self {
        let lines = || shelves.iter().flat_map(|shelf| &shelf.lines);
        let longest = |number: usize| lines().map(|line| line.numbers[number].width()).max().unwrap_or(0);
        let numbers = [0, 1].map(|number| longest(number).max(NUMBERS[number].width()));
        let name = lines().map(|line| visible(&line.name).width()).max().unwrap_or(0);
        let titles = shelves.iter().map(|shelf| visible(&shelf.title).width() + 2).max().unwrap_or(0);
        let mut widths = Self { name: name.max(titles), numbers };
        let excess = widths.whole().saturating_sub(width);
        widths.name = widths.name.saturating_sub(excess).max(8);
        widths
    }

    /// A whole line with its borders.
    fn whole(&self) -> usize {
        self.name + self.numbers.iter().map(|number| number + BETWEEN).sum::<usize>() + 4
    }
}

fn boxed(shelf: &Shelf, widths: &Widths, theme: Theme) -> Vec<String> {
    let Theme { dim, keyword, .. } = theme;
    let title = visible(&shelf.title);
    let title = clipped(&title, widths.name - 2);
    let mut top = format!("{dim}┌─{dim:#} {keyword}{title}{keyword:#} {dim}");
    top.push_str(&"─".repeat(widths.name - 2 - title.width()));
    for (place, (heading, width)) in NUMBERS.iter().zip(widths.numbers).enumerate() {
        let start = if place == 0 { '─' } else { ' ' };
        let _ = write!(top, "{start}{} {heading}", "─".repeat(width + BETWEEN - 2 - heading.width()));
    }
    let _ = write!(top, " ┐{dim:#}");
    let mut lines = vec![top];
    for line in &shelf.lines {
        let name = visible(&line.name);
        let name = clipped(&name, widths.name);
        let mut text = format!("{dim}│{dim:#} {name}{}", " ".repeat(widths.name - name.width()));
        for (number, width) in line.numbers.iter().zip(widths.numbers) {
            let _ = write!(text, "{:BETWEEN$}{number:>width$}", "");
        }
        let _ = write!(text, " {dim}│{dim:#}");
        lines.push(text);
    }
    lines.push(format!("{dim}└{}┘{dim:#}", "─".repeat(widths.whole() - 2)));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(title: &str, names: &[&str]) -> Shelf {
        let line =
            |name: &&str| Line { name: (*name).to_owned(), numbers: ["1,234".to_owned(), "7".to_owned()] };
        Shelf { title: title.to_owned(), is_last: false, lines: names.iter().map(line).collect() }
    }

    fn shelves() -> Vec<Shelf> {
        vec![shelf("MDE", &["diploma", "calendar", "k12"]), shelf("IHL", &["award"]), shelf("BLS", &["学校"])]
    }

    #[test]
    fn boxes_stand_side_by_side_where_there_is_room() {
        insta::assert_snapshot!(side_by_side(&shelves(), 80, Theme::PLAIN), @r"
┌─ MDE ────── rows ─ columns ┐ ┌─ IHL ────── rows ─ columns ┐
│ diploma    1,234         7 │ │ award      1,234         7 │
│ calendar   1,234         7 │ └────────────────────────────┘
│ k12        1,234         7 │ ┌─ BLS ────── rows ─ columns ┐
└────────────────────────────┘ │ 学校       1,234         7 │
                               └────────────────────────────┘
");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in [30, 40, 60, 61, 62, 63, 100] {
            let text = side_by_side(&shelves(), width, Theme::PLAIN);
            assert!(text.lines().all(|line| line.width() <= width), "{width}\n{text}");
        }
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(side_by_side(&[], 80, Theme::PLAIN), "");
    }
}
