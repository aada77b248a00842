//! An Excel workbook: numbers as numbers, days as days, a header that stays, and a sheet of notes.
//!
//! Rows are written as they come and never held all at once.

use std::fs::File;
use std::io::{BufWriter, Write as _};

use lifetracks_engine::arrow::array::{ArrayRef, AsArray};
use lifetracks_engine::arrow::compute::cast;
use lifetracks_engine::arrow::datatypes::{
    DataType, Date32Type, FieldRef, TimeUnit, TimestampMillisecondType,
};
use lifetracks_engine::arrow::record_batch::RecordBatch;
use lifetracks_engine::classification;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{Content, FIRST_SHEET, FileKind, Sink};
use crate::failure::{Failure, Result};
use crate::panic::caught;
use crate::render::{Cells, Grouping};

/// `.xlsx`.
pub(super) const KIND: FileKind = FileKind {
    name: "xlsx",
    extensions: &["xlsx"],
    sheets: true,
    open: |file, content| Ok(Box::new(Book::begin(file, content)?)),
};

/// Rows of a sheet, the header included (Excel specifications and limits).
const SHEET_ROWS: u64 = 1_048_576;

/// Columns of a sheet.
const SHEET_COLUMNS: usize = 16_384;

/// Digits that Excel keeps of a number.
const EXACT_DIGITS: usize = 15;

/// 1970-01-01 as Excel counts days.
const UNIX_EPOCH: f64 = 25_569.0;

/// 1900-03-01 as Excel counts days; it counts a 29 February 1900 before, so earlier days are written as text.
const FIRST_SAFE_DAY: f64 = 61.0;

/// The day after 9999-12-31, the last one that Excel knows.
const AFTER_LAST_DAY: f64 = 2_958_466.0;

const MILLISECONDS_A_DAY: f64 = 86_400_000.0;

/// A workbook that grows row by row, sheet by sheet.
struct Book {
    file: File,
    workbook: Workbook,
    /// The sheet that grows, its name and its columns.
    sheet: usize,
    name: String,
    columns: Vec<Column>,
    /// The next row of the sheet.
    row: u32,
    /// The names of the sheets before it, and their rows.
    finished: Vec<(String, u32)>,
    classification: Option<String>,
}

/// How a column's values are written.
struct Column {
    name: String,
    kind: Kind,
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Boolean,
    Day,
    Moment,
}

impl Book {
    fn begin(file: File, content: &Content<'_>) -> Result<Self> {
        let mut book = Self {
            file,
            workbook: Workbook::new(),
            sheet: 0,
            name: FIRST_SHEET.to_owned(),
            columns: columns(content)?,
            row: 1,
            finished: Vec::new(),
            classification: None,
        };
        book.workbook.set_tempdir(content.folder).map_err(unwritten)?;
        book.prepare(content).map_err(unwritten)?;
        Ok(book)
    }

    /// Adds the sheet, with its header.
    fn prepare(&mut self, content: &Content<'_>) -> Result<(), XlsxError> {
        let line = classification(content.schema);
        if let Some(line) = line {
            self.classification = Some(line.to_owned());
        }
        let sheet = self.workbook.add_worksheet_with_constant_memory();
        let sheet = sheet?.set_name(&self.name)?;
        if let Some(line) = line {
            sheet.set_footer(format!("&C{line}"));
        }
        sheet.set_freeze_panes(1, 0)?;
        let header = Format::new().set_bold();
        for (index, column) in (0..).zip(&self.columns) {
            sheet.set_column_width(index, column.width())?;
            sheet.write_string_with_format(0, index, &column.name, &header)?;
        }
        Ok(())
    }

    fn finish_sheet(&mut self) -> Result<(), XlsxError> {
        let (last_row, last_column) = (self.row - 1, self.columns.len().saturating_sub(1));
        if let Ok(last_column) = u16::try_from(last_column) {
            let sheet = self.workbook.worksheet_from_index(self.sheet)?;
            sheet.autofilter(0, 0, last_row, last_column)?;
        }
        self.finished.push((std::mem::take(&mut self.name), last_row));
        Ok(())
    }

    fn write_notes(&mut self) -> Result<(), XlsxError> {
        let notes = self.workbook.add_worksheet().set_name("Notes")?;
        notes.set_column_width(0, 16)?.set_column_width(1, 40)?;
        notes.write_string(0, 0, "Written by")?;
        notes.write_string(0, 1, concat!("LifeTracks ", env!("CARGO_PKG_VERSION")))?;
        let mut line = 1;
        for (name, rows) in &self.finished {
            let what = if self.finished.len() == 1 { "Rows".to_owned() } else { format!("Rows of {name}") };
            notes.write_string(line, 0, what)?.write_number(line, 1, *rows)?;
            line += 1;
        }
        if let Some(classification) = &self.classification {
            notes.write_string(line, 0, "Classification")?.write_string(line, 1, classification)?;
        }
        Ok(())
    }

    fn complete(&mut self) -> Result<(), XlsxError> {
        self.finish_sheet()?;
        // The same rows make the same file.
        let mut properties =
            DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?);
        if let Some(line) = &self.classification {
            properties = properties.set_comment(line);
        }
        self.workbook.set_properties(&properties);
        self.write_notes()?;
        let file = self.file.try_clone().map_err(XlsxError::IoError)?;
        let mut out = BufWriter::new(file);
        self.workbook.save_to_writer(&mut out)?;
        // The last bytes may be those that do not fit on the disk.
        out.flush().map_err(XlsxError::IoError)
    }

    fn add(&mut self, batch: &RecordBatch) -> Result<()> {
        let rows = u64::from(self.row) + batch.num_rows() as u64;
        if rows > SHEET_ROWS {
            return Err(too_large("more rows", SHEET_ROWS));
        }
        let first = self.row;
        self.row = u32::try_from(rows).unwrap_or(u32::MAX);
        let cells = Cells::try_new(batch)?;
        let moments = batch.columns().iter().zip(&self.columns);
        let moments = moments.map(|(array, column)| column.moments(array)).collect::<Result<Vec<_>>>()?;
        let Self { workbook, columns, sheet, .. } = self;
        let sheet = workbook.worksheet_from_index(*sheet).map_err(unwritten)?;
        let mut text = String::new();
        for (row, place) in (0..batch.num_rows()).zip(first..) {
            for (index, column) in columns.iter().enumerate() {
                text.clear();
                if !cells.push(row, index, &mut text)? {
                    continue;
                }
                let moment = moments[index].as_ref().map(|moments| moments(row));
                let Ok(at) = u16::try_from(index) else { continue };
                column.write(sheet, (place, at), &text, moment).map_err(unwritten)?;
            }
        }
        Ok(())
    }
}

/// How the columns of a result are written.
///
/// Errors: a sheet does not hold it.
fn columns(content: &Content<'_>) -> Result<Vec<Column>> {
    let fields = content.schema.fields();
    if fields.len() > SHEET_COLUMNS {
        return Err(too_large(&format!("{} columns", fields.len()), SHEET_COLUMNS as u64));
    }
    if let Some(rows) = content.rows.filter(|rows| *rows >= SHEET_ROWS) {
        return Err(too_large(&format!("{rows} rows and a header"), SHEET_ROWS));
    }
    let column = |(index, field): (usize, &FieldRef)| {
        let role = content.roles.get(index).copied().flatten();
        let grouping = Grouping::of(field.name(), field.data_type(), role);
        Column::new(field.name(), field.data_type(), grouping)
    };
    Ok(fields.iter().enumerate().map(column).collect())
}

impl Sink for Book {
    fn write(&mut self, batch: &RecordBatch) -> Result<()> {
        caught(|| self.add(batch)).unwrap_or_else(|| Err(panicked()))
    }

    fn begin_sheet(&mut self, content: &Content<'_>, name: &str) -> Result<()> {
        self.finish_sheet().map_err(unwritten)?;
        self.columns = columns(content)?;
        self.sheet += 1;
        name.clone_into(&mut self.name);
        self.row = 1;
        self.prepare(content).map_err(unwritten)
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        caught(|| self.complete().map_err(unwritten)).unwrap_or_else(|| Err(panicked()))
    }
}

/// The day or moment of a row, as Excel counts.
type Moments = Box<dyn Fn(usize) -> f64>;

impl Column {
    fn new(name: &str, data_type: &DataType, grouping: Grouping) -> Self {
        let decimals = match data_type {
            DataType::Decimal32(_, scale)
            | DataType::Decimal64(_, scale)
            | DataType::Decimal128(_, scale)
            | DataType::Decimal256(_, scale) => usize::try_from(*scale).unwrap_or(0),
            _ => 0,
        };
        let point = if decimals > 0 { "." } else { "" };
        let zeros = "0".repeat(decimals);
        let (kind, format) = match data_type {
            DataType::Boolean => (Kind::Boolean, String::new()),
            DataType::Date32 | DataType::Date64 => (Kind::Day, "yyyy-mm-dd".to_owned()),
            DataType::Timestamp(..) => (Kind::Moment, "yyyy-mm-dd hh:mm:ss".to_owned()),
            float if float.is_floating() => (Kind::Number, String::new()),
            number if number.is_numeric() => match grouping {
                Grouping::Always => (Kind::Number, format!("#,##0{point}{zeros}")),
                Grouping::UnlessYears | Grouping::Never => (Kind::Number, format!("0{point}{zeros}")),
            },
            _ => (Kind::Text, String::new()),
        };
        let format = if format.is_empty() { Format::new() } else { Format::new().set_num_format(format) };
        Self { name: name.to_owned(), kind, format }
    }

    /// In characters: wide enough for the name with its filter, and for what the values take.
    fn width(&self) -> f64 {
        let values: usize = match self.kind {
            Kind::Text => 16,
            Kind::Moment => 19,
            Kind::Number | Kind::Boolean | Kind::Day => 11,
        };
        let widest = (self.name.chars().count() + 3).clamp(values, 40);
        u32::try_from(widest).map_or(40.0, f64::from)
    }

    fn moments(&self, array: &ArrayRef) -> Result<Option<Moments>> {
        let converted = |data_type: &DataType| {
            cast(array, data_type)
                .map_err(|_| Failure::usage(format!("{} holds a time past all calendars", self.name)))
        };
        match self.kind {
            Kind::Day => {
                let days = converted(&DataType::Date32)?;
                Ok(Some(Box::new(move |row| {
                    f64::from(days.as_primitive::<Date32Type>().value(row)) + UNIX_EPOCH
                })))
            }
            Kind::Moment => {
                let moments = converted(&DataType::Timestamp(TimeUnit::Millisecond, None))?;
                Ok(Some(Box::new(move |row| {
                    let moment = moments.as_primitive::<TimestampMillisecondType>().value(row);
                    moment as f64 / MILLISECONDS_A_DAY + UNIX_EPOCH
                })))
            }
            Kind::Text | Kind::Number | Kind::Boolean => Ok(None),
        }
    }

    /// Writes one value; what Excel cannot hold as a number stays exact as text.
    fn write(
        &self,
        sheet: &mut Worksheet,
        (row, column): (u32, u16),
        text: &str,
        moment: Option<f64>,
    ) -> Result<(), XlsxError> {
        let number = match self.kind {
            Kind::Number => exact(text),
            Kind::Day | Kind::Moment => moment.filter(|day| (FIRST_SAFE_DAY..AFTER_LAST_DAY).contains(day)),
            Kind::Text | Kind::Boolean => None,
        };
        match number {
            Some(number) => sheet.write_number_with_format(row, column, number, &self.format)?,
            None if self.kind == Kind::Boolean => sheet.write_boolean(row, column, text == "true")?,
            None => sheet.write_string(row, column, text)?,
        };
        Ok(())
    }
}

/// The number of a text, unless it has more digits than Excel keeps.
fn exact(text: &str) -> Option<f64> {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits = mantissa.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    let is_whole = !text.contains(['.', 'e', 'E']);
    text.parse().ok().filter(|number: &f64| number.is_finite() && (digits <= EXACT_DIGITS || !is_whole))
}

fn too_large(what: &str, limit: u64) -> Failure {
    Failure::usage(format!("the result has {what}, and an Excel sheet holds {limit}"))
        .with_help("export to .csv or .parquet, or ask for less")
}

/// What is wrong where the workbook's writer panics, as it does when its temporary file takes no more.
fn panicked() -> Failure {
    Failure::usage("could not write the workbook; the disk of its temporary file may be full")
}

fn unwritten(error: XlsxError) -> Failure {
    match error {
        XlsxError::MaxStringLengthExceeded => {
            Failure::usage("a text is longer than the 32,767 characters that an Excel cell holds")
                .with_help("export to .csv or .parquet")
        }
        error => Failure::usage(format!("could not write the workbook: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_excel_would_round_stay_text() {
        assert_eq!(exact("123456789012345"), Some(123_456_789_012_345.0));
        assert_eq!(exact("1234567890123456"), None);
        assert_eq!(exact("0.1234567890123456"), Some(0.123_456_789_012_345_6));
        assert_eq!(exact("NaN"), None);
        assert_eq!(exact("-5"), Some(-5.0));
    }
}
