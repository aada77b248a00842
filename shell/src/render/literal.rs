//! One value as a SQL literal, such that running it gives the value and its type again.

use std::io;

use lifetracks_engine::arrow::array::{Array, AsArray};
use lifetracks_engine::arrow::compute::cast;
use lifetracks_engine::arrow::datatypes::DataType;
use lifetracks_engine::arrow::util::display::ArrayFormatter;

use super::cell::OPTIONS;
use super::unprintable;
use crate::keywords::KEYWORDS;

/// The values of one array as literals.
pub(super) struct Literals<'a> {
    array: &'a dyn Array,
    formatter: ArrayFormatter<'a>,
}

impl<'a> Literals<'a> {
    /// Prepares an array.
    pub(super) fn try_new(array: &'a dyn Array) -> io::Result<Self> {
        Ok(Self { array, formatter: ArrayFormatter::try_new(array, &OPTIONS).map_err(unprintable)? })
    }

    /// Adds the literal of one row to `out`.
    pub(super) fn push(&self, row: usize, out: &mut String) -> io::Result<()> {
        if self.array.is_null(row) {
            out.push_str("NULL");
            return Ok(());
        }
        match self.array.data_type() {
            DataType::Null => out.push_str("NULL"),
            DataType::Boolean => out.push_str(&self.display(row)?.to_uppercase()),
            number if number.is_numeric() => self.push_number(row, out)?,
            DataType::Date32 | DataType::Date64 => self.push_typed("DATE ", row, out)?,
            DataType::Time32(_) | DataType::Time64(_) => self.push_typed("TIME ", row, out)?,
            DataType::Timestamp(..) => self.push_typed("TIMESTAMP ", row, out)?,
            DataType::Binary
            | DataType::LargeBinary
            | DataType::BinaryView
            | DataType::FixedSizeBinary(_) => self.push_typed("X", row, out)?,
            DataType::List(_) => push_items(self.array.as_list::<i32>().value(row).as_ref(), out)?,
            DataType::LargeList(_) => push_items(self.array.as_list::<i64>().value(row).as_ref(), out)?,
            DataType::Struct(_) => self.push_struct(row, out)?,
            DataType::Dictionary(_, value) => {
                let plain = cast(&self.array.slice(row, 1), value).map_err(unprintable)?;
                Literals::try_new(plain.as_ref())?.push(0, out)?;
            }
            _ => self.push_typed("", row, out)?,
        }
        Ok(())
    }

    /// SQL has no literal for infinity and for what is no number.
    fn push_number(&self, row: usize, out: &mut String) -> io::Result<()> {
        let text = self.display(row)?;
        if text.ends_with(|last: char| last.is_ascii_digit()) {
            out.push_str(&text);
        } else {
            out.extend(["CAST(", &quoted(&text), " AS DOUBLE)"]);
        }
        Ok(())
    }

    fn push_typed(&self, kind: &str, row: usize, out: &mut String) -> io::Result<()> {
        out.push_str(kind);
        out.push_str(&quoted(&self.display(row)?));
        Ok(())
    }

    fn push_struct(&self, row: usize, out: &mut String) -> io::Result<()> {
        let members = self.array.as_struct();
        out.push_str("named_struct(");
        for (index, (name, column)) in members.column_names().into_iter().zip(members.columns()).enumerate() {
            if index > 0 {
                out.push_str(", ");
            }
            out.push_str(&quoted(name));
            out.push_str(", ");
            Literals::try_new(column.as_ref())?.push(row, out)?;
        }
        out.push(')');
        Ok(())
    }

    fn display(&self, row: usize) -> io::Result<String> {
        let mut text = String::new();
        self.formatter.value(row).write(&mut text).map_err(unprintable)?;
        Ok(text)
    }
}

fn push_items(items: &dyn Array, out: &mut String) -> io::Result<()> {
    let values = Literals::try_new(items)?;
    out.push('[');
    for row in 0..items.len() {
        if row > 0 {
            out.push_str(", ");
        }
        values.push(row, out)?;
    }
    out.push(']');
    Ok(())
}

/// Text as a SQL literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A name as SQL writes it: in quotes where it is not plain.
pub(super) fn identifier(name: &str) -> String {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '_';
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase() || first == '_');
    if starts_well && name.chars().all(plain) && !KEYWORDS.contains(&name) {
        return name.to_owned();
    }
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_would_not_be_read_as_themselves() {
        assert_eq!(identifier("person_id"), "person_id");
        assert_eq!(identifier("count(*)"), "\"count(*)\"");
        assert_eq!(identifier("SSN"), "\"SSN\"");
        assert_eq!(identifier("2021"), "\"2021\"");
        assert_eq!(identifier("order"), "\"order\"");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
    }
}
