//! The topics of `.help`: pages of `shell/help`, one line each in [`TOPICS`], with examples that run.

use std::fmt::Write as _;

/// A page on one subject.
pub(crate) struct Topic {
    /// What `.help` calls it.
    pub(crate) name: &'static str,
    /// The page, as Markdown; its first line is its title.
    text: &'static str,
}

/// Every topic, in the order in which a newcomer meets them.
pub(crate) const TOPICS: &[Topic] = &[
    Topic { name: "first-steps", text: include_str!("../../help/first-steps.md") },
    Topic { name: "graduation", text: include_str!("../../help/graduation.md") },
    Topic { name: "dropout", text: include_str!("../../help/dropout.md") },
    Topic { name: "college", text: include_str!("../../help/college.md") },
    Topic { name: "wages", text: include_str!("../../help/wages.md") },
    Topic { name: "cohorts", text: include_str!("../../help/cohorts.md") },
    Topic { name: "joining", text: include_str!("../../help/joining.md") },
    Topic { name: "codes", text: include_str!("../../help/codes.md") },
    Topic { name: "dates-and-years", text: include_str!("../../help/dates-and-years.md") },
    Topic { name: "missing-and-zero", text: include_str!("../../help/missing-and-zero.md") },
    Topic { name: "small-numbers", text: include_str!("../../help/small-numbers.md") },
    Topic { name: "exporting", text: include_str!("../../help/exporting.md") },
    Topic { name: "charts", text: include_str!("../../help/charts.md") },
    Topic { name: "parameters", text: include_str!("../../help/parameters.md") },
    Topic { name: "shortcuts", text: include_str!("../../help/shortcuts.md") },
    Topic { name: "errors", text: include_str!("../../help/errors.md") },
];

impl Topic {
    /// The topic of this name.
    pub(crate) fn find(name: &str) -> Option<&'static Self> {
        TOPICS.iter().find(|topic| topic.name.eq_ignore_ascii_case(name))
    }

    /// What it is about.
    pub(crate) fn title(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches(['#', ' '])
    }

    /// Whether its page has these words.
    pub(super) fn mentions(&self, words: &str) -> bool {
        self.text.to_lowercase().contains(&words.to_lowercase())
    }

    /// The statements of its examples.
    pub(crate) fn examples(&self) -> impl Iterator<Item = &'static str> {
        let blocks = self.text.split("```sql\n").skip(1);
        blocks.filter_map(|rest| rest.split_once("```").map(|(sql, _)| sql.trim_end()))
    }

    /// The page below its title; before each example stands how to run it.
    pub(super) fn page(&self) -> String {
        let body = self.text.split_once('\n').map_or("", |(_, body)| body);
        let mut parts = body.split("```sql\n");
        let mut page = parts.next().unwrap_or_default().to_owned();
        for (number, part) in parts.enumerate() {
            // Writing to a string cannot fail.
            let _ = write!(page, "`.help {} {}` runs this:\n\n```sql\n{part}", self.name, number + 1);
        }
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_a_title_and_is_no_longer_than_it_must_be() {
        for topic in TOPICS {
            assert!(topic.text.starts_with("# "), "{}", topic.name);
            assert!(topic.text.ends_with('\n') && !topic.text.contains('\t'), "{}", topic.name);
            assert!(topic.text.lines().count() <= 60, "{}", topic.name);
            assert!(topic.text.lines().all(|line| line.chars().count() <= 100), "{}", topic.name);
        }
    }

    #[test]
    fn every_page_of_the_folder_is_a_topic() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/help");
        let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let mut names: Vec<String> = files.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        let mut topics: Vec<String> = TOPICS.iter().map(|topic| format!("{}.md", topic.name)).collect();
        topics.sort();
        assert_eq!(names, topics);
    }

    #[test]
    fn commands_that_a_page_names_are_there() {
        for topic in TOPICS {
            for quoted in topic.text.split('`').skip(1).step_by(2).filter(|quoted| quoted.starts_with('.')) {
                let word = quoted.split_whitespace().next().unwrap();
                let is_there =
                    super::super::find(word).is_ok_and(|command| word == format!(".{}", command.name));
                assert!(is_there, "{}: {quoted}", topic.name);
            }
        }
    }

    #[test]
    fn an_example_says_how_it_is_run() {
        let topic = Topic::find("FIRST-STEPS").unwrap();
        assert!(topic.examples().count() > 0);
        assert!(topic.page().contains("`.help first-steps 1` runs this:\n\n```sql\n"));
    }
}
