//! `read_xlsx('path')`: one sheet of a workbook as a table in memory, typed by all its cells.

use std::io::{Cursor, Read};
use std::sync::Arc;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, RecordBatchOptions,
    StringArray, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::catalog::{MemTable, TableProvider};
use lifetracks_datasets::{MOST_WORKBOOK_BYTES, with_xlsx};

use super::arguments::Arguments;
use super::folders::SourceFile;
use super::{column_names, numbered_name, wrong};
use crate::{Error, Result};

/// `sheet`: its name, default the first that is shown. `header`: whether the first row with a value names
/// the columns, default true. `all_text`: whether every column is text, default false.
pub(super) const OPTIONS: &[&str] = &["sheet", "header", "all_text"];

type Workbook = Xlsx<Cursor<Vec<u8>>>;

/// The most places of a table, those without a value among them: a million rows of 64 columns.
const MOST_PLACES: usize = 1 << 26;

/// Reads one workbook into memory.
pub(super) fn open(files: &[SourceFile], arguments: &Arguments) -> Result<Arc<dyn TableProvider>> {
    let [file] = files else {
        return Err(wrong(format!("read_xlsx reads one workbook, and {} files match", files.len())));
    };
    let header = arguments.boolean("header", true)?;
    let all_text = arguments.boolean("all_text", false)?;
    let wanted = arguments.text("sheet")?;
    let sheet = with_xlsx(bytes(file)?, |mut workbook| {
        let sheet = sheet_name(&workbook, wanted, file)?;
        Sheet::read(&mut workbook, &sheet, file)
    });
    let unreadable = |sentence| wrong(format!("{file} is not a readable .xlsx workbook")).with_note(sentence);
    Ok(Arc::new(sheet.map_err(unreadable)??.table(header, all_text, file)?))
}

/// The whole file: a workbook is held in memory.
fn bytes(file: &SourceFile) -> Result<Vec<u8>> {
    if file.bytes() > MOST_WORKBOOK_BYTES {
        return Err(too_large(format!("{file} has {} bytes", file.bytes())));
    }
    let mut bytes = Vec::new();
    let read = file.open()?.take(MOST_WORKBOOK_BYTES).read_to_end(&mut bytes);
    read.map_err(|error| wrong(format!("{file} cannot be read: {error}")))?;
    Ok(bytes)
}

fn too_large(what: String) -> Error {
    wrong(what + ", more than is held in memory").with_help("save the sheet as CSV and use read_csv")
}

fn sheet_name(workbook: &Workbook, wanted: Option<&str>, file: &SourceFile) -> Result<String> {
    let sheets = workbook.sheets_metadata().iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let found = match wanted {
        Some(wanted) => sheets.clone().find(|sheet| sheet.name == wanted),
        None => sheets.clone().find(|sheet| sheet.visible == SheetVisible::Visible),
    };
    found.map(|sheet| sheet.name.clone()).ok_or_else(|| {
        let names: Vec<&str> = sheets.map(|sheet| sheet.name.as_str()).collect();
        let wanted = wanted.map_or_else(|| "that is shown".to_owned(), |name| format!("named {name}"));
        wrong(format!("{file} has no sheet {wanted}"))
            .with_help(format!("its sheets are {}", names.join(", ")))
    })
}

/// A cell's value.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Number(f64),
    Boolean(bool),
    Date(Moment),
    Text(String),
    Error(String),
}

/// A date, and the time of day in microseconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Moment {
    /// Since 1 January 1970.
    days: i32,
    micros: i64,
}

const DAY_MICROS: i64 = 86_400_000_000;
/// Whole numbers up to this are exact in a workbook, which keeps every number as a `float64`.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Value {
    fn of(cell: &DataRef<'_>) -> Option<Self> {
        match Data::from(cell.clone()) {
            Data::Empty => None,
            Data::String(text) if text.is_empty() => None,
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Some(Self::Text(text)),
            Data::Int(number) => Some(Self::Number(number as f64)),
            Data::Float(number) => Some(Self::Number(number)),
            Data::Bool(value) => Some(Self::Boolean(value)),
            Data::DateTime(moment) => Some(Self::date(&moment)),
            Data::Error(error) => Some(Self::Error(error.to_string())),
        }
    }

    /// A time of day and a duration have no date: they become text.
    fn date(moment: &ExcelDateTime) -> Self {
        let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
        if moment.is_duration() || moment.as_f64() < 1.0 {
            let seconds = (moment.as_f64() * 86_400.0).round().max(0.0);
            let clock = |unit: f64, most: f64| (seconds / unit).floor() % most;
            let text =
                format!("{:02}:{:02}:{:02}", clock(3600.0, f64::MAX), clock(60.0, 60.0), clock(1.0, 60.0));
            return Self::Text(text);
        }
        let date = chrono::NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
        let Some(date) = date else {
            return Self::Text(moment.as_f64().to_string());
        };
        let days = date.signed_duration_since(chrono::NaiveDate::default()).num_days();
        let seconds = (i64::from(hour) * 60 + i64::from(minute)) * 60 + i64::from(second);
        let micros = seconds * 1_000_000 + i64::from(milli) * 1_000;
        match i32::try_from(days) {
            Ok(days) => Self::Date(Moment { days, micros }),
            Err(_) => Self::Text(moment.as_f64().to_string()),
        }
    }

    /// The bytes of a text.
    fn length(&self) -> u64 {
        match self {
            Self::Text(text) | Self::Error(text) => text.len() as u64,
            _ => 0,
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self, Self::Number(number) if number.fract() == 0.0 && number.abs() <= EXACT)
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Boolean(value) => value.to_string(),
            Self::Text(text) | Self::Error(text) => text.clone(),
            Self::Date(Moment { days, micros }) => {
                let midnight = chrono::NaiveDate::default().and_time(chrono::NaiveTime::MIN);
                let moment = midnight
                    + chrono::Duration::days(i64::from(*days))
                    + chrono::Duration::microseconds(*micros);
                let format = if *micros == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S%.f" };
                moment.format(format).to_string()
            }
        }
    }
}

/// The cells with a value, by row and column, each counted from 0.
struct Sheet {
    name: String,
    rows: Vec<(u32, Vec<(u32, Value)>)>,
}

impl Sheet {
    fn read(workbook: &mut Workbook, name: &str, file: &SourceFile) -> Result<Self> {
        let unreadable = |error: calamine::XlsxError| {
            wrong(format!("{file} cannot be read in sheet {name}")).with_note(error.to_string())
        };
        let mut reader = workbook.worksheet_cells_reader(name).map_err(unreadable)?;
        let mut cells: Vec<(u32, u32, Value)> = Vec::new();
        // Cells may share one long text: each has a copy.
        let mut text: u64 = 0;
        while let Some(cell) = reader.next_cell().map_err(unreadable)? {
            if let Some(value) = Value::of(cell.get_value()) {
                text += value.length();
                if text > MOST_WORKBOOK_BYTES {
                    return Err(too_large(format!("{file} has {text} bytes of text in sheet {name}")));
                }
                let (row, column) = cell.get_position();
                cells.push((row, column, value));
            }
        }
        cells.sort_by_key(|&(row, column, _)| (row, column));
        let mut rows: Vec<(u32, Vec<(u32, Value)>)> = Vec::new();
        for (row, column, value) in cells {
            match rows.last_mut() {
                Some((last, values)) if *last == row => values.push((column, value)),
                _ => rows.push((row, vec![(column, value)])),
            }
        }
        Ok(Self { name: name.to_owned(), rows })
    }

    /// Rows without any value are left out.
    fn table(mut self, header: bool, all_text: bool, file: &SourceFile) -> Result<MemTable> {
        let used = self.rows.iter().flat_map(|(_, values)| values.iter().map(|&(column, _)| column));
        let (Some(first), Some(last)) = (used.clone().min(), used.max()) else {
            return Err(wrong(format!("{file} has no value in sheet {}", self.name)));
        };
        let width = (last - first) as usize + 1;
        let places = width.saturating_mul(self.rows.len());
        if places > MOST_PLACES {
            return Err(too_large(format!("{file} has {places} cells in sheet {}", self.name)));
        }
        let names = if header {
            let (_, titles) = self.rows.remove(0);
            let mut texts = vec![String::new(); width];
            for (column, value) in titles {
                texts[(column - first) as usize] = value.text();
            }
            column_names(texts.iter().map(String::as_str), file)?
        } else {
            (0..width).map(numbered_name).collect()
        };
        if !all_text {
            self.check_errors(file)?;
        }
        let count = self.rows.len();
        let mut columns: Vec<Vec<(usize, Value)>> = (0..width).map(|_| Vec::new()).collect();
        for (index, (_, values)) in self.rows.into_iter().enumerate() {
            for (column, value) in values {
                columns[(column - first) as usize].push((index, value));
            }
        }
        let arrays: Vec<ArrayRef> = columns.into_iter().map(|given| column(given, count, all_text)).collect();
        let fields: Vec<Field> = names
            .into_iter()
            .zip(&arrays)
            .map(|(name, array)| Field::new(name, array.data_type().clone(), true))
            .collect();
        let schema = Arc::new(Schema::new(fields));
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        RecordBatch::try_new_with_options(Arc::clone(&schema), arrays, &options)
            .map_err(Into::into)
            .and_then(|batch| MemTable::try_new(schema, vec![vec![batch]]))
            .map_err(|error| wrong(format!("{file} cannot be made a table")).with_note(error.to_string()))
    }

    fn check_errors(&self, file: &SourceFile) -> Result<()> {
        for (row, values) in &self.rows {
            for (column, value) in values {
                if matches!(value, Value::Error(_)) {
                    let cell = address(*row, *column);
                    let message =
                        format!("{file} has an error such as #N/A in cell {cell} of sheet {}", self.name);
                    return Err(wrong(message).with_help("mend it, or read the sheet with all_text => true"));
                }
            }
        }
        Ok(())
    }
}

/// A column of `count` rows from the values that it has, each with its row.
fn column(given: Vec<(usize, Value)>, count: usize, all_text: bool) -> ArrayRef {
    let mut values = vec![None; count];
    for (row, value) in given {
        values[row] = Some(value);
    }
    array(&values, all_text)
}

/// The narrowest type that every value has; numbers among texts become text.
fn array(values: &[Option<Value>], all_text: bool) -> ArrayRef {
    let given = || values.iter().flatten();
    let all = |test: fn(&Value) -> bool| !all_text && given().next().is_some() && given().all(test);
    if all(Value::is_whole) {
        let numbers = values.iter().map(|value| match value {
            #[expect(clippy::cast_possible_truncation, reason = "is_whole keeps within 2^53")]
            Some(Value::Number(number)) => Some(*number as i64),
            _ => None,
        });
        return Arc::new(numbers.collect::<Int64Array>());
    }
    if all(|value| matches!(value, Value::Number(_))) {
        let numbers = values.iter().map(|value| match value {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        });
        return Arc::new(numbers.collect::<Float64Array>());
    }
    if all(|value| matches!(value, Value::Boolean(_))) {
        let booleans = values.iter().map(|value| match value {
            Some(Value::Boolean(boolean)) => Some(*boolean),
            _ => None,
        });
        return Arc::new(booleans.collect::<BooleanArray>());
    }
    let moments = || {
        values.iter().map(|value| match value {
            Some(Value::Date(moment)) => Some(*moment),
            _ => None,
        })
    };
    if all(|value| matches!(value, Value::Date(Moment { days: _, micros: 0 }))) {
        return Arc::new(moments().map(|moment| Some(moment?.days)).collect::<Date32Array>());
    }
    if all(|value| matches!(value, Value::Date(_))) {
        let micros = moments().map(|moment| {
            let Moment { days, micros } = moment?;
            Some(i64::from(days) * DAY_MICROS + micros)
        });
        return Arc::new(micros.collect::<TimestampMicrosecondArray>());
    }
    let texts = values.iter().map(|value| value.as_ref().map(Value::text));
    Arc::new(texts.collect::<StringArray>())
}

/// `C7` for row 6 and column 2.
fn address(row: u32, column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        let letter = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + letter));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &(u64::from(row) + 1).to_string()
}
