//! Conversion of an agency file into the rows of a canonical table: every row is loaded, or rejected with its line and why.

mod builder;
mod check;
mod checker;
mod column;
mod compound;
mod date;
mod dialect;
mod encoding;
mod error;
mod expect;
mod header;
mod number;
mod part;
mod pipeline;
mod plan;
#[cfg(test)]
mod property;
#[cfg(test)]
mod property_formats;
mod record;
mod request;
mod row_check;
mod rows;
mod rule;
mod shape;
mod sheet;
mod split;
mod unpack;
mod workbook;
mod workbook_bounds;

use std::io::Read;

use crate::layout::{FileColumns, Format, ResolvedLayout};
use expect::Expects;
use pipeline::Cutter;
use plan::Plan;
use shape::Records;

pub(crate) use builder::{ColumnBuilder, Reading};
pub use check::{CheckReport, RejectCount, check};
pub use checker::{Checker, Finding};
pub(crate) use date::DateFormat;
pub(crate) use dialect::{Dialect, Fields, RecordEnd};
pub(crate) use encoding::Encoding;
pub use error::ConvertError;
pub(crate) use header::names_of_sheet;
pub(crate) use number::ExactNumber;
pub use part::{Part, parts};
pub use request::{Chunk, Conversion, Counts, Reject, Request};
pub(crate) use rows::{DELETE, Rows, Work};
pub(crate) use shape::{Cut, FixedWidth, Grammar, Shape};
pub(crate) use sheet::{Sheet, SheetPieces};
pub(crate) use split::{Limits, Splitter};
pub(crate) use unpack::UnpackLimits;
pub(crate) use workbook::{LIMITS as WORKBOOK_LIMITS, read as read_workbook, sheet_names};
pub use workbook::{MOST_WORKBOOK_BYTES, with_xlsx};

/// Takes the rows of a file, in its order.
type OnChunk<'a> = &'a mut dyn FnMut(Chunk) -> Result<(), ConvertError>;

/// Converts a file under a layout, on [`Request::threads`] threads besides one that reads, in bounded memory; of a
/// workbook, one sheet is held in memory.
///
/// `on_chunk` gets the rows in the order of the file, on the caller's thread; the same rows in the same order whatever
/// the number of threads, although they may be cut into chunks elsewhere in another release.
///
/// Errors: a layout that does not fit the definitions, a year that is not known or not the layout's, a header that does
/// not fit the layout, a file that cannot be read or unpacks to too much, and whatever `on_chunk` returns. A row that
/// cannot be converted is no error but a [`Reject`].
pub fn convert(
    request: &Request<'_>,
    on_chunk: &mut dyn FnMut(Chunk) -> Result<(), ConvertError>,
) -> Result<Conversion, ConvertError> {
    convert_within(request, Limits::default(), on_chunk)
}

/// [`convert`] with the sizes that bound its memory.
fn convert_within(
    request: &Request<'_>,
    limits: Limits,
    on_chunk: OnChunk<'_>,
) -> Result<Conversion, ConvertError> {
    let file = request.part.name();
    let layout = request.layout.extended(request.definitions.layouts())?;
    let year = layout.year_of(file, request.year).map_err(|sentence| ConvertError::file(file, sentence))?;
    let layout = layout.in_year(year.year);
    let resolved = ResolvedLayout::new(&layout, request.definitions)?;
    let mut run = Run { file, layout: resolved, limits, threads: request.threads, notices: Vec::new() };
    run.notices.extend(year.notice);
    run.notices.append(&mut run.layout.notices);
    let (counts, notices) = match layout.format() {
        Format::Xlsx | Format::Xls => {
            let bytes = request.part.workbook(&layout, workbook::LIMITS)?;
            let sheet = workbook::read(file, bytes, layout.format(), layout.sheet())?;
            run.sheet(sheet, on_chunk)?
        }
        Format::Csv | Format::FixedWidth => {
            request.part.text(&layout, UnpackLimits::default(), |text| run.text(text, on_chunk))?
        }
    };
    Ok(Conversion { counts, year: year.year, notices })
}

/// The conversion of one file.
struct Run<'a> {
    file: &'a str,
    layout: ResolvedLayout,
    limits: Limits,
    threads: usize,
    notices: Vec<String>,
}

impl Run<'_> {
    fn text(
        self,
        reader: Box<dyn Read + Send + '_>,
        on_chunk: OnChunk<'_>,
    ) -> Result<(Counts, Vec<String>), ConvertError> {
        let file = self.file;
        let unreadable = |source| ConvertError::unreadable(file, source);
        let text = self.layout.encoding.decode(reader).map_err(unreadable)?;
        let dialect = self.layout.text_dialect();
        let mut splitter = Splitter::new(text, dialect, self.limits);
        splitter.skip_lines(self.layout.lines_before).map_err(unreadable)?;
        let header = match &self.layout.columns {
            FileColumns::Header => {
                let first = splitter.first_record().map_err(unreadable)?;
                header::names(first, dialect).map_err(|sentence| self.header_fault(sentence))?
            }
            FileColumns::Declared { names, .. } => names.clone(),
            FileColumns::Positions => header::positions_as_names(&self.layout),
        };
        let grammar = match self.layout.format {
            Format::FixedWidth => {
                let (fewest, most) = self.layout.lengths;
                let cuts = shape::cuts(self.layout.fields.iter(), &header);
                Grammar::Fixed(FixedWidth { fewest, most, cuts })
            }
            _ => Grammar::Delimited { dialect, count: self.common_columns(&header) },
        };
        self.run(Cutter::Text(splitter), header, grammar, on_chunk)
    }

    fn sheet(self, sheet: Sheet, on_chunk: OnChunk<'_>) -> Result<(Counts, Vec<String>), ConvertError> {
        let before = self.layout.lines_before;
        let (header, columns, below) = match &self.layout.columns {
            FileColumns::Header => {
                let names = names_of_sheet(&sheet.row(before + 1));
                let (header, columns) = names.map_err(|sentence| self.header_fault(sentence))?;
                (header, columns, before + 1)
            }
            FileColumns::Declared { names, common } => {
                (names.clone(), (0..*common).map(Some).collect(), before)
            }
            FileColumns::Positions => {
                let names = header::positions_as_names(&self.layout);
                let columns = (0..names.len()).map(Some).collect();
                (names, columns, before)
            }
        };
        let pieces = Cutter::Sheet(SheetPieces::new(sheet, below));
        self.run(pieces, header, Grammar::Sheet(columns), on_chunk)
    }

    fn run(
        self,
        cutter: Cutter<'_>,
        header: Vec<String>,
        grammar: Grammar,
        on_chunk: OnChunk<'_>,
    ) -> Result<(Counts, Vec<String>), ConvertError> {
        let binding = header::bind(&self.layout, &header).map_err(|sentence| self.header_fault(sentence))?;
        let Self { file, layout, limits, threads, mut notices } = self;
        notices.extend(binding.notices);
        let records = Records::new(&layout, &header);
        let expects = Expects::new(&layout, &header);
        let has_header = matches!(layout.columns, FileColumns::Header);
        let shape = Shape { grammar, longest: limits.record, header, has_header, records };
        let plan = Plan { layout, positions: binding.positions, shape, expects };
        let mut counts = Counts::default();
        pipeline::run(cutter, &plan, threads, file, &mut |converted| {
            counts.rows_in += converted.counts.rows_in;
            counts.loaded += converted.counts.loaded;
            counts.rejected += converted.counts.rejected;
            let chunk = converted.chunk;
            if chunk.lines.is_empty() && chunk.rejects.is_empty() { Ok(()) } else { on_chunk(chunk) }
        })?;
        Ok((counts, notices))
    }

    /// The number of fields of a record that has no columns of its own.
    fn common_columns(&self, header: &[String]) -> usize {
        match &self.layout.columns {
            FileColumns::Declared { common, .. } => *common,
            _ => header.len(),
        }
    }

    fn header_fault(&self, sentence: String) -> ConvertError {
        let file = self.file.to_owned();
        ConvertError::Header { file, line: self.layout.lines_before + 1, sentence }
    }
}

impl ResolvedLayout {
    /// The marks of the text; fixed width has none but its line ends.
    fn text_dialect(&self) -> Dialect {
        match self.format {
            Format::FixedWidth => Dialect { quote: None, ..self.dialect },
            _ => self.dialect,
        }
    }
}

impl Shape {
    /// The marks by which the records of a text end.
    fn text_dialect(&self) -> Dialect {
        match &self.grammar {
            Grammar::Delimited { dialect, .. } => *dialect,
            _ => Dialect { delimiter: b',', quote: None },
        }
    }
}
