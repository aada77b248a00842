//! A finished drawing in ASCII characters, cell by cell.

use unicode_width::UnicodeWidthChar;

/// Characters of our drawings and what stands for them.
const CHARACTERS: &[(&str, char)] = &[
    ("█", '#'),
    ("▉▊▋▌▐", '='),
    ("▍▎▏", '.'),
    ("▇", '%'),
    ("▆", '*'),
    ("▅", '+'),
    ("▄", '='),
    ("▃", '-'),
    ("▂", '.'),
    ("▁", '_'),
    ("─", '-'),
    ("│", '|'),
    ("┤┼├└┬", '+'),
    ("•", 'o'),
    ("→", '>'),
    ("–−", '-'),
    ("…", '~'),
    ("·", '.'),
];

/// The text with every other character replaced; what is two columns wide stays so.
pub(super) fn only(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            ascii.push(character);
        } else if let Some(dots) = braille(character) {
            ascii.push(stroke(dots));
        } else {
            let known = CHARACTERS.iter().find(|(characters, _)| characters.contains(character));
            let width = character.width().unwrap_or(0);
            ascii.extend(std::iter::repeat_n(known.map_or('?', |(_, ascii)| *ascii), width));
        }
    }
    ascii
}

fn braille(character: char) -> Option<u8> {
    u8::try_from(u32::from(character).checked_sub(0x2800)?).ok()
}

/// A character with its ink where the dots have theirs.
fn stroke(dots: u8) -> char {
    let rows = [0x09, 0x12, 0x24, 0xc0].map(|row| dots & row != 0);
    match rows {
        [_, _, _, false] if !rows[1] && !rows[2] => '\'',
        [true, _, _, true] => '|',
        [false, false, _, true] => '.',
        [_, true, true, false] | [false, true, false, _] | [false, false, true, false] => '-',
        _ => ':',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_becomes_ascii_of_the_same_width() {
        let drawn = "▏▎▍▌▋▊▉█ ┤⣀⠤⠉⡇•→… 学é";
        let ascii = only(drawn);
        assert!(ascii.is_ascii(), "{ascii}");
        assert_eq!(ascii, "...====# +.-'|o>~ ???");
    }
}
