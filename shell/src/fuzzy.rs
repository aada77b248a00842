//! How closely a text fits what somebody types of it: letters in their order, with as little between them as possible.

/// Places at which a word's first letter is tried; more say nothing new about a statement.
const TRIES: usize = 16;

/// How far a text is from the words that are looked for: the smaller the better.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Distance {
    /// Letters that stand between those of the words.
    gaps: usize,
    /// Words that are found inside of another word only.
    inside: usize,
}

/// The words of a query, folded as the texts are.
pub(crate) fn words(query: &str) -> Vec<String> {
    query.split_whitespace().map(str::to_lowercase).collect()
}

/// The distance of a text in lower case; `None` where it lacks a letter of a word, or has them in another order.
pub(crate) fn distance(text: &str, words: &[String]) -> Option<Distance> {
    words.iter().try_fold(Distance::default(), |sum, word| {
        let next = distance_of_word(text, word)?;
        Some(Distance { gaps: sum.gaps + next.gaps, inside: sum.inside + next.inside })
    })
}

fn distance_of_word(text: &str, word: &str) -> Option<Distance> {
    let mut whole = text.match_indices(word).map(|(at, _)| at).peekable();
    if whole.peek().is_some() {
        let inside = usize::from(!whole.any(|at| starts_a_word(text, at)));
        return Some(Distance { gaps: 0, inside });
    }
    let first = word.chars().next()?;
    let starts = text.match_indices(first).map(|(at, _)| at).take(TRIES);
    starts
        .filter_map(|at| {
            let inside = usize::from(!starts_a_word(text, at));
            Some(Distance { gaps: gaps(&text[at..], word)?, inside })
        })
        .min()
}

/// The letters between those of a word in a text that starts with its first one.
fn gaps(text: &str, word: &str) -> Option<usize> {
    let mut letters = text.chars();
    word.chars().map(|wanted| letters.position(|letter| letter == wanted)).sum()
}

fn starts_a_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|before: char| before.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, query: &str) -> Option<Distance> {
        distance(text, &words(query))
    }

    #[test]
    fn letters_must_stand_in_their_order() {
        assert!(found("select wages from ui_wage", "sfw").is_some());
        assert_eq!(found("select wages", "zs"), None);
        assert_eq!(found("ab", "ba"), None);
        assert_eq!(found("select 1", "11"), None);
    }

    #[test]
    fn closer_letters_fit_better() {
        assert!(found("count wages", "wag") < found("with a group", "wag"));
        assert!(found("from wage", "wage") < found("from ui wxage", "wage"));
        assert!(found("x from wage", "wage") < found("x from swages", "wage"));
        assert_eq!(found("x wx wage", "wage"), Some(Distance::default()));
    }

    #[test]
    fn each_word_is_looked_for_anywhere() {
        assert_eq!(found("select wages from ui_wage", "ui_wage SELECT"), Some(Distance::default()));
        assert_eq!(found("select wages", "wages none"), None);
        assert_eq!(found("anything", "  "), Some(Distance::default()));
    }

    #[test]
    fn letters_beyond_ascii_are_letters() {
        assert!(found("select größe", "grö").is_some());
        assert!(found("学校 表", "学表").is_some());
    }
}
