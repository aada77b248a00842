//! Invented place names: two words of the landscape, put together.

const FIRST: [&str; 24] = [
    "Cedar",
    "Pine",
    "Magnolia",
    "Red",
    "White Oak",
    "Hazel",
    "Willow",
    "Sweetgum",
    "Bear",
    "Fox",
    "Heron",
    "Clear",
    "Silver",
    "Long",
    "Sandy",
    "Mill",
    "Cotton",
    "Bay",
    "Turtle",
    "Cypress",
    "Deer",
    "Plum",
    "Stone",
    "Holly",
];

const SECOND: [&str; 18] = [
    "Creek", "Hill", "Grove", "Bluff", "Bayou", "Springs", "Ridge", "Fork", "Landing", "Field", "Bend",
    "Prairie", "Hollow", "Point", "Crossing", "Branch", "Glen", "Shoals",
];

/// How many different names there are.
const COUNT: usize = FIRST.len() * SECOND.len();

/// The name at a place of the list; after 432 places the names repeat.
pub(super) fn place_name(place: usize) -> String {
    // 175 shares no factor with the number of names, so neighbours in the list look unlike each other.
    let scattered = (place * 175 + 31) % COUNT;
    format!("{} {}", FIRST[scattered % FIRST.len()], SECOND[scattered / FIRST.len()])
}

/// A name from the time when the coast was Spanish, with letters that plain English does not have.
pub(super) fn spanish_name(place: usize) -> String {
    const NAMES: [&str; 5] =
        ["Pi\u{f1}on", "Pe\u{f1}asco", "Ca\u{f1}ada", "Do\u{f1}a Elena", "San Mart\u{ed}n"];
    NAMES[place % NAMES.len()].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_do_not_repeat_before_the_list_ends() {
        let names: BTreeSet<String> = (0..COUNT).map(place_name).collect();
        assert_eq!(names.len(), COUNT);
    }
}
