//! One guess at the marks of a delimited text, held against every byte of the file: how many fields would each record have?

use std::collections::BTreeMap;

/// The delimiters that are tried.
pub(super) const DELIMITERS: [u8; 5] = [b',', b'\t', b'|', b';', b'^'];

/// The quotes that are tried, besides none.
pub(super) const QUOTES: [u8; 2] = [b'"', b'\''];

/// The longest field that is read: a quote that is open for longer was none.
const LONGEST_FIELD: usize = 1 << 20;

/// The most numbers of fields that are told apart.
const MOST_WIDTHS: usize = 1024;

/// How often each mark stands in a piece of a line.
#[derive(Debug, Default)]
pub(super) struct Tally {
    delimiters: [usize; DELIMITERS.len()],
    quotes: [usize; QUOTES.len()],
}

impl Tally {
    /// Counts the marks of a piece of a line.
    pub(super) fn of(piece: &[u8]) -> Self {
        let mut counts = [0_usize; DELIMITERS.len() + QUOTES.len() + 1];
        for byte in piece {
            counts[CLASSES[usize::from(*byte)]] += 1;
        }
        let (mut delimiters, mut quotes) = ([0; DELIMITERS.len()], [0; QUOTES.len()]);
        delimiters.copy_from_slice(&counts[1..=DELIMITERS.len()]);
        quotes.copy_from_slice(&counts[1 + DELIMITERS.len()..]);
        Self { delimiters, quotes }
    }
}

/// For each byte, the place of its count: 0 is no mark.
const CLASSES: [usize; 256] = {
    let mut classes = [0; 256];
    let mut mark = 0;
    while mark < DELIMITERS.len() {
        classes[DELIMITERS[mark] as usize] = mark + 1;
        mark += 1;
    }
    mark = 0;
    while mark < QUOTES.len() {
        classes[QUOTES[mark] as usize] = mark + 1 + DELIMITERS.len();
        mark += 1;
    }
    classes
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    FieldStart,
    Unquoted,
    Quoted,
    AfterQuote,
}

/// One delimiter and one quote, or none.
#[derive(Debug)]
pub(super) struct Hypothesis {
    /// Positions in the lists of marks.
    delimiter: usize,
    quote: Option<usize>,
    state: State,
    /// Of the record being read: its delimiters, its bytes, the bytes since its quote opened, and whether a quote is astray.
    marks: usize,
    length: usize,
    open: usize,
    astray: bool,
    /// The physical line that is being read.
    line: u64,
    /// The line on which the record starts.
    start: u64,
    /// For each number of fields, the records that have it and the line of the first.
    widths: BTreeMap<usize, (u64, u64)>,
    /// All records, empty lines not counted.
    records: u64,
}

/// How a hypothesis stands after the last byte.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Standing {
    pub(super) delimiter: u8,
    pub(super) quote: Option<u8>,
    /// The number of fields that most records have.
    pub(super) fields: usize,
    /// The share of records that have it and no quote astray.
    pub(super) share: f64,
    /// The physical line of the first of them.
    pub(super) first_line: u64,
}

impl Hypothesis {
    /// Every pair of a delimiter with a quote or none.
    pub(super) fn all() -> Vec<Self> {
        let quotes = || (0..QUOTES.len()).map(Some).chain([None]);
        (0..DELIMITERS.len())
            .flat_map(|delimiter| quotes().map(move |quote| Self::new(delimiter, quote)))
            .collect()
    }

    fn new(delimiter: usize, quote: Option<usize>) -> Self {
        Self {
            delimiter,
            quote,
            state: State::FieldStart,
            marks: 0,
            length: 0,
            open: 0,
            astray: false,
            line: 1,
            start: 1,
            widths: BTreeMap::new(),
            records: 0,
        }
    }

    /// Takes a piece of one physical line, without its line end.
    pub(super) fn take(&mut self, piece: &[u8], tally: &Tally) {
        self.length += piece.len();
        let quotes = self.quote.map_or(0, |quote| tally.quotes[quote]);
        match self.state {
            State::Quoted if quotes == 0 => self.open += piece.len(),
            State::FieldStart | State::Unquoted if quotes == 0 => {
                self.marks += tally.delimiters[self.delimiter];
                if let Some(last) = piece.last() {
                    let ends = *last == DELIMITERS[self.delimiter];
                    self.state = if ends { State::FieldStart } else { State::Unquoted };
                }
            }
            _ => piece.iter().for_each(|byte| self.step(*byte)),
        }
    }

    fn step(&mut self, byte: u8) {
        let is_quote = self.quote.is_some_and(|quote| QUOTES[quote] == byte);
        let is_delimiter = DELIMITERS[self.delimiter] == byte;
        self.state = match self.state {
            State::Quoted if is_quote => State::AfterQuote,
            State::Quoted => {
                self.open += 1;
                State::Quoted
            }
            State::FieldStart if is_quote => {
                self.open = 0;
                State::Quoted
            }
            State::AfterQuote if is_quote => State::Quoted,
            _ if is_delimiter => {
                self.marks += 1;
                State::FieldStart
            }
            State::AfterQuote if byte == b'\r' => State::AfterQuote,
            state => {
                self.astray |= is_quote || state == State::AfterQuote;
                State::Unquoted
            }
        };
    }

    /// A line ends here; the record ends as well unless a quote is open.
    pub(super) fn end_line(&mut self, blank: bool) {
        self.line += 1;
        if self.state == State::Quoted && self.open <= LONGEST_FIELD {
            self.open += 1;
            return;
        }
        self.end_record(blank);
    }

    /// The file ends here.
    pub(super) fn finish(&mut self) {
        if self.length > 0 {
            self.end_record(false);
        }
    }

    fn end_record(&mut self, blank: bool) {
        if !blank {
            self.records += 1;
            let is_good = !self.astray && self.state != State::Quoted;
            let width = self.marks + 1;
            if is_good && (self.widths.len() < MOST_WIDTHS || self.widths.contains_key(&width)) {
                self.widths.entry(width).or_insert((0, self.start)).0 += 1;
            }
        }
        (self.state, self.marks, self.length, self.open, self.astray) = (State::FieldStart, 0, 0, 0, false);
        self.start = self.line;
    }

    /// How the hypothesis stands; `None` when the file has no record.
    pub(super) fn standing(&self) -> Option<Standing> {
        let most = self.widths.iter().max_by_key(|(width, (records, _))| (*records, **width));
        let (fields, (records, first_line)) = most?;
        Some(Standing {
            delimiter: DELIMITERS[self.delimiter],
            quote: self.quote.map(|quote| QUOTES[quote]),
            fields: *fields,
            share: *records as f64 / self.records as f64,
            first_line: *first_line,
        })
    }
}

/// How far below the most consistent hypothesis another may lie and still be looked at.
const NEAR: f64 = 0.05;

/// The least share of records that must agree.
const LEAST_SHARE: f64 = 0.6;

/// The best of the hypotheses under which a record has more than one field.
///
/// Consistency decides first. Among equally consistent ones the most fields win, unless one with at most one field less
/// explains the file from an earlier line on: decimal commas between semicolons split every row, but not the header.
pub(super) fn best(hypotheses: &[Hypothesis]) -> Option<Standing> {
    let standings = hypotheses.iter().filter_map(Hypothesis::standing);
    let fit: Vec<Standing> = standings.filter(|it| it.fields > 1 && it.share >= LEAST_SHARE).collect();
    let top = fit.iter().map(|it| it.share).fold(0.0, f64::max);
    let near: Vec<Standing> = fit.into_iter().filter(|it| it.share >= top - NEAR).collect();
    let most = near.iter().map(|it| it.fields).max()?;
    let many = near.iter().filter(|it| it.fields + 1 >= most);
    many.copied().min_by(|left, right| {
        // A quote that is never needed changes nothing, so the usual one comes first.
        let quotes = |it: &Standing| it.quote.map_or(1, |quote| if quote == QUOTES[0] { 0 } else { 2 });
        let order = left.first_line.cmp(&right.first_line);
        let order = order.then(right.fields.cmp(&left.fields)).then(right.share.total_cmp(&left.share));
        order.then(quotes(left).cmp(&quotes(right)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<(char, Option<char>, usize)> {
        let mut hypotheses = Hypothesis::all();
        for line in text.split_inclusive('\n') {
            let piece = line.trim_end_matches('\n').as_bytes();
            for hypothesis in &mut hypotheses {
                hypothesis.take(piece, &Tally::of(piece));
                if line.ends_with('\n') {
                    hypothesis.end_line(piece.is_empty());
                }
            }
        }
        hypotheses.iter_mut().for_each(Hypothesis::finish);
        best(&hypotheses).map(|it| (it.delimiter.into(), it.quote.map(char::from), it.fields))
    }

    #[test]
    fn the_consistent_delimiter_wins() {
        assert_eq!(judged("a,b,c\n1,2,3\n4,5,6\n"), Some((',', Some('"'), 3)));
        assert_eq!(judged("a\tb\nLee, Ann\t2\nOoi, Bo\t3\nDoe\t4\n"), Some(('\t', Some('"'), 2)));
        assert_eq!(judged("a|b|c\nx, y|1|2\nx, z|1|2\n"), Some(('|', Some('"'), 3)));
        assert_eq!(judged("a;b;c\n1,5;2,5;3,5\n1,5;2,5;3,6\n"), Some((';', Some('"'), 3)));
        assert_eq!(
            judged("A report, of 2019\n\na^b^c^d\nLee, A^1^2^3\nLee, B^1^2^3\n"),
            Some(('^', Some('"'), 4))
        );
        assert_eq!(judged("a\nb\nc\n"), None);
    }

    #[test]
    fn the_quote_is_the_one_that_keeps_records_whole() {
        assert_eq!(judged("a,b\n\"x,y\",2\n\"p\nq\",3\n"), Some((',', Some('"'), 2)));
        assert_eq!(judged("a,b\n'x,y',2\n'p,q',3\n"), Some((',', Some('\''), 2)));
        assert_eq!(judged("a,b\n5\" pipe,2\n6\" pipe,3\n7\" pipe,3\n"), Some((',', None, 2)));
    }
}
