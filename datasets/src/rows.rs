//! Reads the rows of a code set or a map: a CSV file with exactly the columns it must have.

use csv::{ReaderBuilder, StringRecord};

use crate::DefinitionError;

/// The data rows of `text`, each with its line; the first line must be `header`.
pub(crate) fn read<const N: usize>(
    file: &str,
    text: &str,
    header: [&str; N],
) -> Result<Vec<(u64, [String; N])>, DefinitionError> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut records = reader.records();
    let found = match records.next() {
        Some(record) => record.map_err(|error| unreadable(file, &error))?,
        None => StringRecord::new(),
    };
    if found != header[..] {
        // What was found is not shown: where an agency's file was put by mistake it is a person's row.
        let sentence =
            format!("the header must be \"{}\", but it is another; rename the columns.", header.join(","));
        return Err(DefinitionError::at_line(file, 1, sentence));
    }
    let mut rows = Vec::new();
    for record in records {
        let record = record.map_err(|error| unreadable(file, &error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = <[&str; N]>::try_from(record.iter().collect::<Vec<_>>()).map_err(|cells| {
            let sentence = format!(
                "the row has {} cells, but the header has {N}; put quotes around a cell that holds a comma.",
                cells.len()
            );
            DefinitionError::at_line(file, line, sentence)
        })?;
        rows.push((line, cells.map(|cell| cell.trim().to_owned())));
    }
    if rows.is_empty() {
        return Err(DefinitionError::in_file(
            file,
            "the file has no row below its header; add one or remove the file.",
        ));
    }
    Ok(rows)
}

/// An error for a cell that must not be empty.
pub(crate) fn required(file: &str, line: u64, column: &str, cell: &str) -> Result<(), DefinitionError> {
    if cell.is_empty() {
        let sentence = format!("the row has no {column}; write one, every row must have it.");
        return Err(DefinitionError::at_line(file, line, sentence));
    }
    Ok(())
}

fn unreadable(file: &str, error: &csv::Error) -> DefinitionError {
    let line = error.position().map(csv::Position::line);
    let sentence = format!("the file cannot be read as CSV: {error}.");
    DefinitionError { file: file.to_owned(), line, sentence }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(text: &str) -> String {
        read("codes/x.csv", text, ["code", "label"]).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn rows_come_with_their_lines() {
        let rows = read("codes/x.csv", "code,label\na,\"one,\ntwo\"\nb,three\n", ["code", "label"]).unwrap();
        assert_eq!(rows[0], (2, ["a".to_owned(), "one,\ntwo".to_owned()]));
        assert_eq!(rows[1].0, 4);
    }

    #[test]
    fn a_wrong_shape_is_a_sentence() {
        assert!(
            sentence("code,name\na,b\n")
                .starts_with("codes/x.csv, line 1: the header must be \"code,label\"")
        );
        assert!(sentence("code,label\na\n").starts_with("codes/x.csv, line 2: the row has 1 cells"));
        assert!(sentence("code,label\n").contains("no row below its header"));
        assert!(sentence("").contains("but it is another"));
    }
}
