//! TOML values and comments from any text.

/// A basic string.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            _ if character.is_control() => quoted.extend(["\\U", &format!("{:08X}", u32::from(character))]),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// An array of basic strings.
pub(super) fn list(texts: &[&str]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A comment; what would end its line or command a terminal is left out.
pub(super) fn comment(text: &str) -> String {
    let safe: String =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    format!("# {safe}\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_comes_back(texts in prop::collection::vec(any::<String>(), 0..4)) {
            let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
            let whole = format!("{}a = {}\n", comment(&texts.concat()), list(&borrowed));
            let read: toml::Table = toml::from_str(&whole).unwrap();
            let back: Vec<&str> = read["a"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
            prop_assert_eq!(back, borrowed);
        }
    }
}
