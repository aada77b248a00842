//! Token rules: one text that stands for several canonical values, such as `85-89` for a lower and an upper bound.

use std::collections::BTreeMap;

use regex::Regex;
use serde::Deserialize;

use crate::convert::ExactNumber;

/// One `[[tokens.<name>]]` as it is written. The first rule that matches a text decides; no match rejects the row.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenRule {
    /// The regular expression.
    #[serde(rename = "match")]
    pub(super) pattern: String,
    /// Canonical column -> text, in which `$1` is the first captured group. Empty text is NULL.
    pub(super) set: BTreeMap<String, String>,
    /// Taken from `low` and added to `high`, in the unit of the text: half of the unit to which it was rounded.
    pub(super) widen: Option<ExactNumber>,
    /// The bounds past which a number is not widened, in the unit of the text.
    pub(super) minimum: Option<ExactNumber>,
    pub(super) maximum: Option<ExactNumber>,
    /// The factor from the unit of the text to the unit of the columns.
    pub(super) scale: Option<ExactNumber>,
}

/// A text with holes for captured groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Group(usize),
}

impl Template {
    /// Reads a template for the groups of `pattern`; the error says what is wrong with it.
    pub(super) fn read(template: &str, pattern: &Regex) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut pieces = template.split('$');
        let start = pieces.next().unwrap_or_default();
        parts.extend((!start.is_empty()).then(|| Part::Text(start.to_owned())));
        for piece in pieces {
            let digits = piece.bytes().take_while(u8::is_ascii_digit).count();
            let group = piece[..digits].parse().ok().filter(|group| *group < pattern.captures_len());
            let Some(group) = group else {
                return Err(format!(
                    "{template:?} names a group that {:?} does not capture; write $1 for the first.",
                    pattern.as_str()
                ));
            };
            parts.push(Part::Group(group));
            parts.extend((digits < piece.len()).then(|| Part::Text(piece[digits..].to_owned())));
        }
        Ok(Self { parts })
    }

    /// Appends the text that the template gives for what was matched in `text`.
    pub(crate) fn expand(&self, text: &str, groups: &regex::CaptureLocations, expanded: &mut String) {
        for part in &self.parts {
            match part {
                Part::Text(fixed) => expanded.push_str(fixed),
                Part::Group(group) => {
                    let captured = groups.get(*group).and_then(|(start, end)| text.get(start..end));
                    expanded.push_str(captured.unwrap_or_default());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(template: &str, pattern: &str, text: &str) -> Result<String, String> {
        let pattern = Regex::new(pattern).unwrap();
        let template = Template::read(template, &pattern)?;
        let (mut groups, mut expanded) = (pattern.capture_locations(), String::new());
        pattern.captures_read(&mut groups, text).unwrap();
        template.expand(text, &groups, &mut expanded);
        Ok(expanded)
    }

    #[test]
    fn groups_fill_the_holes() {
        assert_eq!(expand("$1", "^(\\d+)-(\\d+)$", "85-89").unwrap(), "85");
        assert_eq!(expand("<$2:$1>", "^(\\d+)-(\\d+)$", "85-89").unwrap(), "<89:85>");
        assert_eq!(expand("100", "^GE(\\d+)$", "GE50").unwrap(), "100");
        assert_eq!(expand("$1", "^(a)?b$", "b").unwrap(), "");
    }

    #[test]
    fn a_missing_group_is_an_error() {
        assert!(expand("$3", "^(a)(b)$", "ab").is_err());
        assert!(expand("$", "^(a)$", "a").is_err());
    }
}
