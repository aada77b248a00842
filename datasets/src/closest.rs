//! The name that a mistyped name most likely meant.

/// The candidate nearest to `name`, for a "did you mean" in an error; `None` when none is near.
///
/// Letter case does not count. Of equally near candidates the first wins, so the answer does not vary.
pub fn closest_name<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let similarity = strsim::jaro_winkler(&wanted, &candidate.to_lowercase());
        if similarity >= NEAR && best.is_none_or(|(found, _)| similarity > found) {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The sentence about a name that no table has, without its full stop: everybody says it in the same words.
pub fn no_table(name: &str) -> String {
    format!("table \"{name}\" not found")
}

/// Jaro-Winkler similarity from which a suggestion helps more than it misleads.
const NEAR: f64 = 0.8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_name_is_suggested_and_a_far_one_is_not() {
        let names = ["k12_enrollment", "postsec_enrollment", "ui_wage"];
        assert_eq!(closest_name("k12_enrolment", names), Some("k12_enrollment"));
        assert_eq!(closest_name("UI_WAGES", names), Some("ui_wage"));
        assert_eq!(closest_name("crime", names), None);
        assert_eq!(closest_name("anything", []), None);
    }
}
