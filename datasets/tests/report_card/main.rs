//! the same text read by position, and from the spreadsheet; every defect found at its line.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod card;
mod compound;
mod record_types;
mod records;
mod workbook;

#[test]
fn files_are_as_long_as_published() {
    for card in card::cards() {
        let lines: Vec<String> = records::records(&card).iter().map(|record| record.line(&card)).collect();
        assert_eq!(lines.len(), card.records);
        assert!(lines.iter().all(|line| line.len() == card.record_length));
    }
}
