//! What a chart is asked to show: a kind, columns, a title; and how that is written after `.chart`.

use lifetracks_engine::closest_name;

use super::KINDS;
use super::kind::{Kind, kind_named};
use crate::failure::{Failure, Result};

/// What to draw. Everything that is left open is chosen from the columns of the result.
#[derive(Debug, Clone, Default)]
pub(crate) struct ChartSpec {
    /// The kind of chart.
    pub(crate) kind: Option<&'static Kind>,
    /// The column along the axis, of the bars, of the times; the state before, in a flow.
    pub(crate) x: Option<String>,
    /// The columns of numbers.
    pub(crate) y: Vec<String>,
    /// The column that makes one series of each of its values; the state after, in a flow.
    pub(crate) by: Option<String>,
    /// The heading; the columns' names where it is not given.
    pub(crate) title: Option<String>,
    /// Whether the bars of several series stand on each other.
    pub(crate) stacked: bool,
    /// Whether stacked bars are shares of their sum.
    pub(crate) percent: bool,
    /// Whether to draw with ASCII characters only.
    pub(crate) ascii: bool,
}

/// Every `key=` with the one that it is another word for.
const KEYS: &[(&str, &str)] =
    &[("x", "x"), ("y", "y"), ("by", "by"), ("title", "title"), ("from", "x"), ("to", "by"), ("n", "y")];

impl ChartSpec {
    /// Reads what stands after `.chart`, and the file after `to`.
    pub(crate) fn parse(argument: &str) -> Result<(Self, Option<String>)> {
        let words = words(argument)?;
        let mut spec = Self::default();
        for (index, word) in words.iter().enumerate() {
            let text = word.text();
            match text.split_once('=') {
                Some((key, _)) => spec.set(key, word)?,
                None if text.eq_ignore_ascii_case("to") => {
                    return Ok((spec, Some(file(&words[index + 1..])?)));
                }
                None => spec.choose(&text)?,
            }
        }
        Ok((spec, None))
    }

    fn set(&mut self, written: &str, word: &Word) -> Result<()> {
        let Some((_, key)) = KEYS.iter().find(|(known, _)| known.eq_ignore_ascii_case(written)) else {
            let keys: Vec<_> = KEYS.iter().map(|(key, _)| *key).collect();
            return Err(Failure::usage(format!("a chart has no option {written}="))
                .with_help(format!("use one of {}", keys.join("=, ") + "=")));
        };
        let mut values: Vec<String> = word.0.clone();
        values[0] = values[0].split_once('=').map(|(_, value)| value.to_owned()).unwrap_or_default();
        let value = values.join(",");
        if value.is_empty() {
            return Err(Failure::usage(format!("there is nothing after {written}="))
                .with_help(format!("write {written}=COLUMN, or leave {written}= out")));
        }
        match *key {
            "x" => self.x = Some(value),
            "by" => self.by = Some(value),
            "title" => self.title = Some(value),
            _ => self.y = values.iter().map(|name| name.trim().to_owned()).collect(),
        }
        Ok(())
    }

    fn choose(&mut self, word: &str) -> Result<()> {
        match word.to_lowercase().as_str() {
            "stacked" => self.stacked = true,
            "percent" => (self.stacked, self.percent) = (true, true),
            "ascii" => self.ascii = true,
            name => self.kind = Some(kind_named(name).ok_or_else(|| unknown_kind(word))?),
        }
        Ok(())
    }
}

fn unknown_kind(word: &str) -> Failure {
    let names: Vec<_> = KINDS.iter().map(|kind| kind.name).collect();
    let help = closest_name(word, names.iter().copied()).map_or_else(
        || format!("use one of {}; columns are given as x=, y= and by=", names.join(", ")),
        |name| format!("did you mean {name}?"),
    );
    Failure::usage(format!("there is no chart {word}")).with_help(help)
}

fn file(words: &[Word]) -> Result<String> {
    let name: Vec<_> = words.iter().map(Word::text).collect();
    if name.is_empty() {
        return Err(Failure::usage("there is no file after to").with_help("write to FILE.svg or to FILE.png"));
    }
    Ok(name.join(" "))
}

/// A word of the argument, cut at the commas that stand outside quotes.
#[derive(Debug, PartialEq, Eq)]
struct Word(Vec<String>);

impl Word {
    fn text(&self) -> String {
        self.0.join(",")
    }
}

/// Words between blanks; quotes hold words together and are dropped.
fn words(text: &str) -> Result<Vec<Word>> {
    let mut words = Vec::new();
    let mut word: Option<Vec<String>> = None;
    let mut quote: Option<char> = None;
    for character in text.chars() {
        if quote.is_none() && character.is_whitespace() {
            words.extend(word.take().map(Word));
            continue;
        }
        let parts = word.get_or_insert_with(|| vec![String::new()]);
        if quote == Some(character) {
            quote = None;
        } else if quote.is_none() && matches!(character, '"' | '\'') {
            quote = Some(character);
        } else if quote.is_none() && character == ',' {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(character);
        }
    }
    if let Some(quote) = quote {
        return Err(Failure::usage(format!("the quote {quote} has no end")));
    }
    words.extend(word.map(Word));
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (ChartSpec, Option<String>) {
        ChartSpec::parse(text).unwrap()
    }

    fn refused(text: &str) -> (String, String) {
        let failure = ChartSpec::parse(text).unwrap_err();
        (failure.message, failure.help.unwrap_or_default())
    }

    #[test]
    fn everything_may_be_left_out() {
        let (spec, file) = parsed("");
        assert!(spec.kind.is_none() && spec.x.is_none() && spec.y.is_empty() && file.is_none());
    }

    #[test]
    fn kind_columns_title_and_file() {
        let (spec, file) = parsed("bar x=district y=rate,n by=\"sub group\" title='Four years' to a b.svg");
        assert_eq!(spec.kind.unwrap().name, "bar");
        assert_eq!(spec.x.as_deref(), Some("district"));
        assert_eq!(spec.y, ["rate", "n"]);
        assert_eq!(spec.by.as_deref(), Some("sub group"));
        assert_eq!(spec.title.as_deref(), Some("Four years"));
        assert_eq!(file.as_deref(), Some("a b.svg"));
    }

    #[test]
    fn a_comma_in_quotes_is_part_of_a_name() {
        assert_eq!(parsed("y=\"sum(a, b)\",n").0.y, ["sum(a, b)", "n"]);
        assert_eq!(parsed("title='A, B'").0.title.as_deref(), Some("A, B"));
    }

    #[test]
    fn a_flow_has_its_own_words() {
        let spec = parsed("flow from=before to=after n=people").0;
        assert_eq!((spec.x.as_deref(), spec.by.as_deref()), (Some("before"), Some("after")));
        assert_eq!(spec.y, ["people"]);
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_next_step() {
        assert_eq!(
            refused("histgram"),
            ("there is no chart histgram".to_owned(), "did you mean histogram?".to_owned())
        );
        assert_eq!(refused("z=a").0, "a chart has no option z=");
        assert_eq!(refused("bar x=").0, "there is nothing after x=");
        assert_eq!(refused("bar to").1, "write to FILE.svg or to FILE.png");
        assert_eq!(refused("title='a").0, "the quote ' has no end");
    }
}
