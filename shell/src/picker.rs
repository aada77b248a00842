//! The list under the prompt from which an entry of the history is picked: what is typed narrows it, the best fit first.

use std::collections::BTreeSet;

use crate::fuzzy::{Distance, distance, place, words};
use crate::text::{clipped, grouped, visible, width};

/// Entries that are shown at once.
const SHOWN: usize = 10;

/// Rows of the screen that the list leaves: the prompt, and one to end on.
const LEFT: usize = 2;

/// What the selected entry begins with, and any other one.
const MARKS: [&str; 2] = ["> ", "  "];

/// The entries, and where the person is among them.
#[derive(Debug)]
pub(crate) struct Picker {
    /// The newest first.
    entries: Vec<Entry>,
    /// What is typed; `None` before the first look.
    query: Option<String>,
    /// Which entries fit, the best one first.
    found: Vec<usize>,
    /// Which of `found` is selected, and which is shown first.
    selected: usize,
    first: usize,
    /// Entries that the screen has room for.
    room: usize,
    taken: Option<usize>,
}

#[derive(Debug)]
struct Entry {
    text: String,
    /// As one line in lower case.
    folded: String,
}

impl Picker {
    /// A list of entries, the newest first, on a screen of that many rows. Of entries that are the same the newest stays.
    pub(crate) fn new(entries: impl Iterator<Item = String>, rows: usize) -> Self {
        let mut seen = BTreeSet::new();
        let entries = entries.filter(|text| seen.insert(text.clone()));
        let entry = |text: String| Entry { folded: one_line(&text).to_lowercase(), text };
        Self {
            entries: entries.map(entry).collect(),
            query: None,
            found: Vec::new(),
            selected: 0,
            first: 0,
            room: rows.saturating_sub(LEFT).clamp(1, SHOWN),
            taken: None,
        }
    }

    /// Keeps what fits the query. Another query begins at its best fit.
    pub(crate) fn narrow(&mut self, query: &str) {
        if self.query.as_deref() == Some(query) {
            return;
        }
        let words = words(query);
        let entries = self.entries.iter().enumerate();
        let mut found: Vec<(Distance, usize)> =
            entries.filter_map(|(index, entry)| Some((distance(&entry.folded, &words)?, index))).collect();
        found.sort_unstable();
        self.found = found.into_iter().map(|(_, index)| index).collect();
        self.query = Some(query.to_owned());
        self.selected = 0;
        self.first = 0;
    }

    /// Selects the entry below, as far as there is one.
    pub(crate) fn down(&mut self) {
        self.selected = (self.selected + 1).min(self.found.len().saturating_sub(1));
        self.first = self.first.max((self.selected + 1).saturating_sub(self.room));
    }

    /// Selects the entry above, as far as there is one.
    pub(crate) fn up(&mut self) {
        self.selected = self.selected.saturating_sub(1);
        self.first = self.first.min(self.selected);
    }

    /// Takes the selected entry.
    pub(crate) fn take(&mut self) {
        self.taken = self.found.get(self.selected).copied();
    }

    /// The entry that was taken; `None` where the list was left.
    pub(crate) fn taken(mut self) -> Option<String> {
        let taken = self.taken?;
        Some(self.entries.swap_remove(taken).text)
    }

    /// Rows below the prompt's.
    pub(crate) fn rows(&self) -> usize {
        self.room.min(self.found.len())
    }

    /// The list as it stands behind the query: how many entries fit in what is `left` of its row, then a row for each
    /// that is shown, none as wide as the screen.
    pub(crate) fn list(&self, columns: usize, left: usize) -> String {
        let of = |count: usize| grouped(&count.to_string()).into_owned();
        let count = format!("  {} of {}", of(self.found.len()), of(self.entries.len()));
        let mut list = if width(&count) < left { count } else { String::new() };
        let room = columns.saturating_sub(MARKS[0].len() + 1);
        let words = words(self.query.as_deref().unwrap_or_default());
        for (number, index) in self.found.iter().enumerate().skip(self.first).take(self.room) {
            let entry = &self.entries[*index];
            let before = entry.folded[..place(&entry.folded, &words)].chars().count();
            list.push('\n');
            list.push_str(MARKS[usize::from(number != self.selected)]);
            list.push_str(&around(&visible(&one_line(&entry.text)), before, room));
        }
        list
    }
}

/// Whether a row of the list is the selected one.
pub(crate) fn is_selected(row: &str) -> bool {
    row.starts_with(MARKS[0])
}

/// A statement in one line.
fn one_line(text: &str) -> String {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

/// As much of a line as there is room for, with what follows so many characters.
fn around(line: &str, before: usize, room: usize) -> String {
    // What is found should not stand at the very edge.
    let skipped = if before < room * 3 / 4 { 0 } else { before - room / 4 };
    if skipped == 0 || width(line) <= room {
        return clipped(line, room).into_owned();
    }
    let rest: String = line.chars().skip(skipped).collect();
    format!("…{}", clipped(&rest, room.saturating_sub(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picker(rows: usize) -> Picker {
        let entries = ["select 3;", "select\n  wages\nfrom ui_wage;", ".tables", "select 1;", "select 3;"];
        let mut picker = Picker::new(entries.into_iter().map(str::to_owned), rows);
        picker.narrow("");
        picker
    }

    fn rows(picker: &Picker) -> Vec<String> {
        picker.list(40, 20).lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_newest_entry_comes_first_and_each_but_once() {
        let rows = rows(&picker(24));
        assert_eq!(
            rows,
            ["  4 of 4", "> select 3;", "  select wages from ui_wage;", "  .tables", "  select 1;"]
        );
    }

    #[test]
    fn what_is_typed_narrows_the_list() {
        let mut picker = picker(24);
        picker.narrow("sw");
        assert_eq!(rows(&picker), ["  1 of 4", "> select wages from ui_wage;"]);
        picker.take();
        assert_eq!(picker.taken().as_deref(), Some("select\n  wages\nfrom ui_wage;"));
    }

    #[test]
    fn nothing_is_taken_where_nothing_fits_or_the_list_is_left() {
        let mut empty = picker(24);
        empty.narrow("zzz");
        assert_eq!(rows(&empty), ["  0 of 4"]);
        empty.take();
        assert_eq!(empty.taken(), None);
        assert_eq!(picker(24).taken(), None);
    }

    #[test]
    fn a_small_screen_shows_what_is_around_the_selected_entry() {
        let mut picker = picker(4);
        assert_eq!(picker.rows(), 2);
        picker.down();
        picker.down();
        assert_eq!(rows(&picker)[1..], ["  select wages from ui_wage;", "> .tables"]);
        picker.up();
        picker.up();
        picker.up();
        assert_eq!(rows(&picker)[1..], ["> select 3;", "  select wages from ui_wage;"]);
        for _ in 0..9 {
            picker.down();
        }
        assert_eq!(rows(&picker)[1..], ["  .tables", "> select 1;"]);
    }

    #[test]
    fn a_long_row_shows_what_is_found() {
        let text = format!("select {} from ui_wage where quarter = 3;", "person_id, ".repeat(9));
        let mut picker = Picker::new([text].into_iter(), 24);
        picker.narrow("where");
        let rows = rows(&picker);
        assert!(rows[1].starts_with("> …") && rows[1].contains("where quarter"), "{rows:?}");
        assert!(width(&rows[1]) < 40, "{rows:?}");
    }

    #[test]
    fn no_row_is_as_wide_as_the_screen() {
        let text = "select '学校学校学校学校学校学校学校学校学校学校';\u{1b}[2J";
        let mut picker = Picker::new([text.to_owned()].into_iter(), 24);
        picker.narrow("");
        let list = picker.list(40, 4);
        assert!(list.starts_with("\n> select"), "{list:?}");
        assert!(list.lines().all(|line| width(line) < 40), "{list}");
        assert!(!list.contains('\u{1b}'));
    }
}
