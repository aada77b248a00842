//! Charts as files: what a screen reader and a picture viewer find in them.

use super::{chart, districts, moves, steps, years};
use crate::chart::FileFormat;

#[test]
fn svg_is_read_aloud_and_has_text() {
    for columns in [districts(), years(), steps(), moves()] {
        let chart = chart("title='A <b> & c'", columns).unwrap();
        let text = String::from_utf8(chart.file(FileFormat::Svg).unwrap()).unwrap();
        assert!(text.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\""), "{text}");
        assert!(text.contains("<title>A &lt;b&gt; &amp; c</title>"), "{text}");
        assert!(text.contains(&format!("<desc>{}</desc>", chart.summary())), "{text}");
        assert!(text.contains("<text ") && text.contains("sans-serif"), "{text}");
        assert_well_formed(&text);
    }
}

/// Every element is closed in its turn, and no text holds a bare `<` or `&`.
pub(super) fn assert_well_formed(text: &str) {
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, after) = part.split_once('>').unwrap();
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let entity = |rest: &str| {
            ["amp;", "lt;", "gt;", "quot;", "apos;", "#"].iter().any(|name| rest.starts_with(name))
        };
        assert!(tag.split('&').skip(1).chain(after.split('&').skip(1)).all(entity), "{part}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(tag.split_whitespace().next().unwrap());
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn png_has_its_size_and_its_words() {
    let chart = chart("", moves()).unwrap();
    let bytes = chart.file(FileFormat::Png).unwrap();
    assert_eq!(&bytes[1..4], b"PNG");
    assert_eq!(bytes[16..24], [1600_u32.to_be_bytes(), 1000_u32.to_be_bytes()].concat());
    let summary = chart.summary();
    assert!(bytes.windows(summary.len()).any(|part| part == summary.as_bytes()));
    assert_eq!(&bytes[bytes.len() - 8..bytes.len() - 4], b"IEND");
}
