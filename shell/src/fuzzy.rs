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
        let (next, _) = best(text, word)?;
        Some(Distance { gaps: sum.gaps + next.gaps, inside: sum.inside + next.inside })
    })
}

/// The byte at which the first word is found, 0 where there is none.
pub(crate) fn place(text: &str, words: &[String]) -> usize {
    words.first().and_then(|word| best(text, word)).map_or(0, |(_, at)| at)
}

/// Where a word fits a text best, and how well.
fn best(text: &str, word: &str) -> Option<(Distance, usize)> {
    let fit = |at: usize, gaps: usize| (Distance { gaps, inside: usize::from(!starts_a_word(text, at)) }, at);
    let whole = text.match_indices(word).map(|(at, _)| fit(at, 0)).min();
    let first = word.chars().next()?;
    let starts = text.match_indices(first).map(|(at, _)| at).take(TRIES);
    whole.or_else(|| starts.filter_map(|at| Some(fit(at, gaps(&text[at..], word)?))).min())
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
    fn the_place_is_that_of_the_best_fit() {
        assert_eq!(place("swages x wages", &words("wages x")), 9);
        assert_eq!(place("a b", &words("")), 0);
        assert_eq!(place("with a wag e", &words("wage")), 7);
    }

    #[test]
    fn letters_beyond_ascii_are_letters() {
        assert!(found("select größe", "grö").is_some());
        assert!(found("学校 表", "学表").is_some());
    }
}
