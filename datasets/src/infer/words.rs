//! How near the name of a file's column is to the name of a canonical one: word by word, abbreviations written out.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Column, Definitions};

/// Abbreviations and other names, with the words they stand for: `short,long,source`.
const WORDS: &str = include_str!("words.csv");

/// Likeness of two words when one starts with the other, and when one is misspelt.
const BEGINNING: f64 = 0.85;
const MISSPELT: f64 = 0.9;

/// The least Jaro-Winkler similarity of a misspelt word, and the shortest beginning.
const NEAR: f64 = 0.93;
const SHORTEST: usize = 3;

/// The words that names are made of, and how much each of them tells.
#[derive(Debug)]
pub(super) struct Words {
    long: BTreeMap<String, Vec<String>>,
    /// For each word, the number of canonical columns whose name has it.
    columns: BTreeMap<String, usize>,
    count: usize,
}

impl Words {
    /// The words of all canonical columns.
    pub(super) fn of(definitions: &Definitions) -> Self {
        let rows = csv::Reader::from_reader(WORDS.as_bytes()).into_records().filter_map(Result::ok);
        let split = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let long = rows.filter_map(|row| Some((row.get(0)?.to_owned(), split(row.get(1)?)))).collect();
        let mut words = Self { long, columns: BTreeMap::new(), count: 0 };
        for column in definitions.tables().iter().flat_map(|table| &table.columns) {
            let names: BTreeSet<String> = words.names(column).into_iter().flatten().collect();
            words.count += 1;
            for word in names {
                *words.columns.entry(word).or_insert(0) += 1;
            }
        }
        words
    }

    /// The words of a name: `StudentDOB` and `STUDENT_DOB` are student, birth, date.
    pub(super) fn split(&self, name: &str) -> Vec<String> {
        let mut words = Vec::new();
        if let Some(long) = self.long.get(&name.to_lowercase()) {
            return long.clone();
        }
        for word in pieces(name) {
            match self.long.get(&word) {
                Some(long) => words.extend(long.iter().cloned()),
                None => words.push(word),
            }
        }
        words.dedup();
        words
    }

    /// The names of a canonical column: its own and that of the Common Education Data Standards.
    pub(super) fn names(&self, column: &Column) -> Vec<Vec<String>> {
        let names = std::iter::once(column.name.as_str()).chain(column.ceds.as_deref());
        names.map(|name| self.split(name)).collect()
    }

    /// Whether a name holds a word of the canonical columns or of the list of abbreviations.
    pub(super) fn knows(&self, name: &str) -> bool {
        let known = |word: &String| self.columns.contains_key(word);
        self.long.contains_key(&name.to_lowercase()) || self.split(name).iter().any(known)
    }

    /// Whether a name is made of such words alone.
    pub(super) fn understands(&self, name: &str) -> bool {
        let words = self.split(name);
        !words.is_empty() && words.iter().all(|word| self.columns.contains_key(word))
    }

    /// How alike two names are, 0 to 1: the share of their words that agree, where a rare word counts more.
    pub(super) fn likeness(&self, left: &[String], right: &[String]) -> f64 {
        let total: f64 = left.iter().chain(right).map(|word| self.weight(word)).sum();
        if total == 0.0 {
            return 0.0;
        }
        let mut open: Vec<&String> = right.iter().collect();
        let mut shared = 0.0;
        for word in left {
            let alike = open.iter().enumerate().map(|(position, other)| (likeness(word, other), position));
            let Some((best, position)) =
                alike.max_by(|one, other| one.0.total_cmp(&other.0).then(other.1.cmp(&one.1)))
            else {
                break;
            };
            if best > 0.0 {
                let other = open.swap_remove(position);
                shared += best * (self.weight(word) + self.weight(other));
            }
        }
        shared / total
    }

    /// A word that few canonical columns have tells more.
    fn weight(&self, word: &str) -> f64 {
        let columns = self.columns.get(word).copied().unwrap_or(0);
        (1.0 + self.count as f64 / (1.0 + columns as f64)).ln()
    }
}

/// How alike two words are.
fn likeness(left: &str, right: &str) -> f64 {
    if left == right {
        return 1.0;
    }
    let (short, long) = if left.len() < right.len() { (left, right) } else { (right, left) };
    if short.chars().count() >= SHORTEST && long.starts_with(short) {
        return BEGINNING;
    }
    let is_near = short.len() > SHORTEST && strsim::jaro_winkler(left, right) >= NEAR;
    if is_near { MISSPELT } else { 0.0 }
}

/// The parts of a name in small letters: at every mark, and where a capital follows a small letter.
fn pieces(name: &str) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut before = ' ';
    for character in name.chars() {
        let starts = character.is_uppercase() && before.is_lowercase();
        if starts || !character.is_alphanumeric() {
            pieces.push(String::new());
        }
        if character.is_alphanumeric()
            && let Some(piece) = pieces.last_mut()
        {
            piece.extend(character.to_lowercase());
        }
        before = character;
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Words {
        Words::of(&Definitions::builtin())
    }

    fn alike(left: &str, right: &str) -> f64 {
        let words = words();
        words.likeness(&words.split(left), &words.split(right))
    }

    #[test]
    fn names_are_split_into_whole_words() {
        let words = words();
        assert_eq!(words.split("StudentDOB"), ["student", "birth", "date"]);
        assert_eq!(words.split("ENTRY_DT"), ["entry", "date"]);
        assert_eq!(words.split("Pe\u{f1}a no."), ["pe\u{f1}a", "number"]);
        assert_eq!(words.split("__"), [] as [&str; 0]);
    }

    #[test]
    fn the_same_words_are_the_same_name() {
        assert!((alike("ENTRY_DATE", "entry_date") - 1.0).abs() < 1e-9);
        assert!((alike("DateOfEntry", "entry_date") - 1.0).abs() < 0.3);
        assert!(alike("EXIT_DT", "exit_date") > alike("EXIT_DT", "entry_date"));
        assert!(alike("ECON_DIS", "economically_disadvantaged") > 0.7);
        assert!(alike("SCHOOL", "school_id") > alike("SCHOOL", "school_name"));
        assert!(alike("WAGES", "birth_date") < 0.1);
        assert!(alike("", "birth_date") < 0.1);
    }

    #[test]
    fn every_word_has_a_source() {
        let mut reader = csv::Reader::from_reader(WORDS.as_bytes());
        let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
        assert!(rows.len() > 50);
        for row in &rows {
            assert!(row.iter().all(|field| !field.trim().is_empty()), "{row:?}");
            assert_eq!(row[0], row[0].to_lowercase());
        }
        let names: BTreeSet<&str> = rows.iter().map(|row| &row[0]).collect();
        assert_eq!(names.len(), rows.len());
    }
}
