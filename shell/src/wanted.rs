//! Which results of a run are written: every one, the last, or one by its number.

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::interrupt::Interrupt;
use crate::shell::Shell;
use crate::text::counted;

/// The results that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Wanted {
    /// Every one.
    #[default]
    All,
    /// The last one, when everything has run.
    Last,
    /// The one of this number, from 1.
    Number(u64),
}

impl Wanted {
    /// Reads `all`, `last` or a number.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            "last" => Ok(Self::Last),
            number => match number.parse() {
                Ok(number @ 1..) => Ok(Self::Number(number)),
                _ => Err("write all, last, or the number of a result, from 1".to_owned()),
            },
        }
    }
}

impl Shell {
    /// Counts a result and says whether it is written now. What a command shows is no result.
    pub(crate) fn is_wanted(&mut self, is_result: bool) -> bool {
        match self.settings.wanted {
            Wanted::All => {
                self.results += 1;
                true
            }
            Wanted::Last | Wanted::Number(_) if !is_result => false,
            Wanted::Last => false,
            Wanted::Number(number) => {
                self.results += 1;
                self.results == number
            }
        }
    }

    /// After a run: writes the last result where it is the one that is wanted.
    ///
    /// Errors: there was no such result.
    pub(crate) fn write_wanted(&mut self, interrupt: &mut Interrupt) -> Result<Exit> {
        match self.settings.wanted {
            Wanted::Number(number) if number > self.results => Err(Failure::usage(format!(
                "there is no result {number}: the statements gave {}",
                counted(self.results, "result")
            ))),
            Wanted::Last if self.last_rows.is_none() => Err(Failure::usage("no statement gave a result")),
            Wanted::Last => {
                self.settings.wanted = Wanted::All;
                let source = crate::script::Source { name: None, text: "FROM _".to_owned() };
                Ok(self.run(&source, interrupt).exit)
            }
            Wanted::All | Wanted::Number(_) => Ok(Exit::SUCCESS),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_wanted_by_word_or_number() {
        assert_eq!(Wanted::parse("last"), Ok(Wanted::Last));
        assert_eq!(Wanted::parse("2"), Ok(Wanted::Number(2)));
        assert!(Wanted::parse("0").is_err() && Wanted::parse("first").is_err());
    }
}
