//! One sheet of a workbook of Excel, read cell by cell into texts as a CSV file would hold them.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xls, Xlsx};

use super::error::ConvertError;
use super::sheet::{Cell, CellKind, Sheet};
use super::unpack::UnpackLimits;
use super::workbook_bounds::{check_xls, check_xlsx, damaged};
use crate::layout::Format;

/// The bytes that a workbook may have, and unpack to: it is held in memory.
pub const MOST_WORKBOOK_BYTES: u64 = 1 << 30;

pub(crate) const LIMITS: UnpackLimits =
    UnpackLimits { free: 16 << 20, ratio: 200, most: MOST_WORKBOOK_BYTES };

/// Whole numbers up to this are exact in a workbook, which keeps every number as a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// The significant digits of other numbers that a workbook shows; what a float has beyond them is no one's input.
const DIGITS: usize = 15;

/// What a panic of the reader of workbooks means.
const DAMAGED: &str = "the workbook is damaged; open it, save it again and use that.";

/// Opens an XLSX workbook that is held in memory and gives it to `read`.
///
/// It is opened only after a look at what it unpacks to and claims to hold, and a panic of the decoder, in `read` too,
/// is an error. The error is a sentence.
pub fn with_xlsx<B: AsRef<[u8]>, T>(bytes: B, read: impl FnOnce(Xlsx<Cursor<B>>) -> T) -> Result<T, String> {
    guarded(|| {
        check_xlsx(bytes.as_ref(), LIMITS)?;
        let workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
        Ok(read(workbook))
    })
}

/// The reader of workbooks may panic at a damaged file: that is an error of the file, and the program lives.
fn guarded<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(DAMAGED.to_owned()))
}

/// Reads the sheet of a name, or the first that is shown; `file` is the name of the file in an error.
pub(crate) fn read(
    file: &str,
    bytes: Vec<u8>,
    format: Format,
    sheet: Option<&str>,
) -> Result<Sheet, ConvertError> {
    let read = match format {
        Format::Xls => guarded(|| read_xls(bytes, sheet)),
        _ => with_xlsx(bytes, |workbook| read_xlsx(workbook, sheet)).flatten(),
    };
    read.map_err(|sentence| ConvertError::file(file, sentence))
}

/// The names of the sheets that are shown, in their order; `file` is the name of the file in an error.
pub(crate) fn sheet_names(file: &str, bytes: &[u8], format: Format) -> Result<Vec<String>, ConvertError> {
    let read = match format {
        Format::Xls => guarded(|| {
            check_xls(bytes)?;
            let workbook = Xls::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
            Ok(shown(workbook.sheets_metadata()))
        }),
        _ => with_xlsx(bytes, |workbook| shown(workbook.sheets_metadata())),
    };
    read.map_err(|sentence| ConvertError::file(file, sentence))
}

fn shown(sheets: &[calamine::Sheet]) -> Vec<String> {
    let is_shown = |sheet: &&calamine::Sheet| {
        sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
    };
    sheets.iter().filter(is_shown).map(|sheet| sheet.name.clone()).collect()
}

fn read_xlsx(mut workbook: Xlsx<Cursor<Vec<u8>>>, wanted: Option<&str>) -> Result<Sheet, String> {
    let name = sheet_name(workbook.sheets_metadata(), wanted)?;
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(|error| damaged(&error.to_string()))?;
    let mut sheet = Sheet::default();
    while let Some(cell) = cells.next_cell().map_err(|error| damaged(&error.to_string()))? {
        let (row, column) = cell.get_position();
        match cell.get_value() {
            DataRef::SharedString(text) => sheet.push(row, column, text, CellKind::Plain)?,
            value => sheet.push_value(row, column, &Data::from(value.clone()))?,
        }
    }
    sheet.sort();
    Ok(sheet)
}

fn read_xls(bytes: Vec<u8>, wanted: Option<&str>) -> Result<Sheet, String> {
    check_xls(&bytes)?;
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| damaged(&error.to_string()))?;
    let name = sheet_name(workbook.sheets_metadata(), wanted)?;
    let range = workbook.worksheet_range(&name).map_err(|error| damaged(&error.to_string()))?;
    let mut sheet = Sheet::default();
    let Some((first_row, first_column)) = range.start() else {
        return Ok(sheet);
    };
    for (row, column, value) in range.used_cells() {
        let (row, column) = (u32::try_from(row), u32::try_from(column));
        let (Ok(row), Ok(column)) = (row, column) else {
            return Err(damaged("a cell stands beyond the last row"));
        };
        sheet.push_value(first_row + row, first_column + column, value)?;
    }
    sheet.sort();
    Ok(sheet)
}

fn sheet_name(sheets: &[calamine::Sheet], wanted: Option<&str>) -> Result<String, String> {
    let sheets = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match wanted {
        Some(wanted) => sheets.clone().find(|sheet| sheet.name == wanted),
        None => sheets.clone().find(|sheet| sheet.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<String> = sheets.map(|sheet| format!("{:?}", sheet.name)).collect();
        let wanted = wanted.map_or_else(|| "that is shown".to_owned(), |name| format!("{name:?}"));
        format!(
            "there is no sheet {wanted}; its sheets are {}: name one of them in the layout's sheet.",
            names.join(", ")
        )
    })
}

impl Sheet {
    fn push_value(&mut self, row: u32, column: u32, value: &Data) -> Result<(), String> {
        match value {
            Data::Empty => Ok(()),
            Data::String(text) | Data::DurationIso(text) => self.push(row, column, text, CellKind::Plain),
            Data::DateTimeIso(text) => {
                let day = text.split_once('T').filter(|(_, time)| is_midnight(time));
                match day.map_or(text.as_str(), |(day, _)| day) {
                    day if day.len() == "2000-01-01".len() => self.push(row, column, day, CellKind::Date),
                    moment => self.push(row, column, moment, CellKind::Plain),
                }
            }
            Data::Int(number) => self.push(row, column, &number.to_string(), CellKind::Plain),
            Data::Float(number) => self.push(row, column, &number_text(*number), CellKind::Plain),
            Data::Bool(value) => {
                self.push(row, column, if *value { "TRUE" } else { "FALSE" }, CellKind::Plain)
            }
            Data::Error(error) => self.push(row, column, &error.to_string(), CellKind::Error),
            Data::DateTime(moment) => {
                let (text, kind) = moment_text(moment);
                self.push(row, column, &text, kind)
            }
        }
    }

    fn push(&mut self, row: u32, column: u32, text: &str, kind: CellKind) -> Result<(), String> {
        if text.is_empty() {
            return Ok(());
        }
        let start = self.text.len();
        let fits = start as u64 + text.len() as u64 <= LIMITS.most;
        let Some(length) = u32::try_from(text.len()).ok().filter(|_| fits) else {
            return Err(
                "the sheet is too large to be held in memory; save it as CSV and load that.".to_owned()
            );
        };
        self.text.push_str(text);
        self.cells.push(Cell { row, column, start, length, kind });
        Ok(())
    }

    /// A damaged sheet may hold its rows in any order.
    fn sort(&mut self) {
        let place = |cell: &Cell| (cell.row, cell.column);
        if !self.cells.is_sorted_by_key(place) {
            self.cells.sort_by_key(place);
        }
    }
}

/// A number with the digits that a workbook shows; a whole one without a decimal point.
fn number_text(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() <= EXACT {
        // Adding zero takes the sign off a negative zero.
        return (number + 0.0).to_string();
    }
    let shown = format!("{number:.*e}", DIGITS - 1);
    shown.parse::<f64>().unwrap_or(number).to_string()
}

fn is_midnight(time: &str) -> bool {
    time.chars().all(|character| matches!(character, '0' | ':' | '.' | 'Z'))
}

/// A day as ISO 8601 has it, with the time of day when there is one. A time of day alone is plain text.
fn moment_text(moment: &ExcelDateTime) -> (String, CellKind) {
    if moment.is_duration() || moment.as_f64() < 1.0 {
        let seconds = (moment.as_f64() * 86_400.0).round().max(0.0);
        let clock = |unit: f64, most: f64| (seconds / unit).floor() % most;
        let (hours, minutes) = (clock(3600.0, f64::MAX), clock(60.0, 60.0));
        return (format!("{hours:02}:{minutes:02}:{:02}", clock(1.0, 60.0)), CellKind::Plain);
    }
    let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute, second, milli) == (0, 0, 0, 0) {
        return (date, CellKind::Date);
    }
    (format!("{date} {hour:02}:{minute:02}:{second:02}"), CellKind::Plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_a_workbook_shows_them() {
        for (number, text) in [
            (7.0, "7"),
            (-0.0, "0"),
            (94.1, "94.1"),
            (0.1 + 0.2, "0.3"),
            (1234.5, "1234.5"),
            (9_007_199_254_740_991.0, "9007199254740991"),
            (1e-7, "0.0000001"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn a_panic_of_the_decoder_is_an_error() {
        let workbook = rust_xlsxwriter::Workbook::new().save_to_buffer().unwrap();
        let read = with_xlsx(workbook.as_slice(), |_| -> u8 { panic!("a decoder's panic, as it should be") });
        assert_eq!(read, Err(DAMAGED.to_owned()));
        assert_eq!(with_xlsx(workbook.as_slice(), |workbook| workbook.sheets_metadata().len()), Ok(1));
    }

    #[test]
    fn a_moment_is_a_day_or_text() {
        let text = |value: f64| {
            moment_text(&ExcelDateTime::new(value, calamine::ExcelDateTimeType::DateTime, false))
        };
        assert_eq!(text(44_049.0), ("2020-08-06".to_owned(), CellKind::Date));
        assert_eq!(text(44_049.5), ("2020-08-06 12:00:00".to_owned(), CellKind::Plain));
        assert_eq!(text(0.25), ("06:00:00".to_owned(), CellKind::Plain));
    }
}
