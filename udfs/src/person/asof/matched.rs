//! Rows of the left side with their partners, and the batch they make.

use std::ops::Range;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, UInt32Array, new_null_array};
use datafusion::arrow::compute::{interleave, take};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::error::Result;

use super::right::Right;

/// Where a row of the right side stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of its batch.
    pub(super) batch: u32,
    /// Its row there.
    pub(super) row: u32,
}

impl Place {
    const NONE: Self = Self { batch: u32::MAX, row: 0 };
}

/// The number of a row or of a batch: a batch has fewer rows than 32 bits can count.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Where a column of the result comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    Left(usize),
    Right(usize),
}

/// The rows of a left batch that were looked at.
pub(super) struct Matched {
    /// Rows without a partner stay.
    keeps_alone: bool,
    /// The rows of the left batch; not filled where all stay.
    rows: Vec<u32>,
    /// The partner of each.
    partners: Vec<Place>,
    /// Some have none.
    has_alone: bool,
    /// The first and the last batch that partners may be in.
    batches: Option<(u32, u32)>,
}

impl Matched {
    /// Nothing yet.
    pub(super) fn new(keeps_alone: bool) -> Self {
        Self { keeps_alone, rows: Vec::new(), partners: Vec::new(), has_alone: false, batches: None }
    }

    /// Rows that come next have partners among these.
    pub(super) fn note_batches(&mut self, places: &[Place]) {
        for place in places {
            let (first, last) = self.batches.unwrap_or((place.batch, place.batch));
            self.batches = Some((first.min(place.batch), last.max(place.batch)));
        }
    }

    /// Adds a row.
    #[inline]
    pub(super) fn add(&mut self, row: u32, partner: Option<Place>) {
        match partner {
            Some(partner) => {
                if !self.keeps_alone {
                    self.rows.push(row);
                }
                self.partners.push(partner);
            }
            None if self.keeps_alone => {
                self.has_alone = true;
                self.partners.push(Place::NONE);
            }
            None => {}
        }
    }

    /// Adds rows without partners.
    pub(super) fn add_alone(&mut self, rows: usize) {
        if self.keeps_alone && rows > 0 {
            self.has_alone = true;
            self.partners.resize(self.partners.len() + rows, Place::NONE);
        }
    }

    /// Makes a batch of the rows, which stand in `rows` of the left batch, and starts again; `None` without rows.
    pub(super) fn take(
        &mut self,
        left: &RecordBatch,
        rows: Range<usize>,
        right: &Right,
        (sources, schema): (&[Source], &SchemaRef),
    ) -> Result<Option<RecordBatch>> {
        let count = self.partners.len();
        if count == 0 {
            self.clear();
            return Ok(None);
        }
        let stay = self.stay(rows);
        let partners = Partners::new(self, right);
        let column = |source: &Source| match source {
            Source::Left(index) => stay.column(left.column(*index)),
            Source::Right(index) => partners.column(*index),
        };
        let columns = sources.iter().map(column).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        let batch = RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)?;
        self.clear();
        Ok(Some(batch))
    }

    fn stay(&self, rows: Range<usize>) -> Stay {
        if self.keeps_alone {
            return Stay::Slice(rows);
        }
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == self.rows.len() => {
                Stay::Slice(*first as usize..*last as usize + 1)
            }
            _ => Stay::Rows(UInt32Array::from(self.rows.clone())),
        }
    }

    fn clear(&mut self) {
        self.rows.clear();
        self.partners.clear();
        self.has_alone = false;
        self.batches = None;
    }
}

/// The rows of the left batch that stay.
enum Stay {
    /// Rows in a row: their columns are not copied.
    Slice(Range<usize>),
    Rows(UInt32Array),
}

impl Stay {
    fn column(&self, column: &ArrayRef) -> Result<ArrayRef> {
        match self {
            Self::Slice(rows) if rows.len() == column.len() => Ok(Arc::clone(column)),
            Self::Slice(rows) => Ok(column.slice(rows.start, rows.len())),
            Self::Rows(rows) => Ok(take(column, rows, None)?),
        }
    }
}

/// The partners, ready to be gathered column by column.
enum Partners<'a> {
    /// All are in one batch.
    One(&'a RecordBatch, UInt32Array),
    /// They are in these batches, after a NULL that stands for no partner.
    Several(Vec<&'a RecordBatch>, Vec<(usize, usize)>),
    /// There is none.
    None(&'a SchemaRef, usize),
}

impl<'a> Partners<'a> {
    fn new(matched: &Matched, right: &'a Right) -> Self {
        let partners = &matched.partners;
        let Some((first, last)) = matched.batches else {
            return Self::None(right.schema(), partners.len());
        };
        if first == last {
            let rows = if matched.has_alone {
                partners.iter().map(|place| (*place != Place::NONE).then_some(place.row)).collect()
            } else {
                partners.iter().map(|place| place.row).collect::<Vec<_>>().into()
            };
            return match right.batch(first) {
                Some(batch) => Self::One(batch, rows),
                None => Self::None(right.schema(), partners.len()),
            };
        }
        let batches = (first..=last).filter_map(|number| right.batch(number)).collect();
        let place = |place: &Place| match *place {
            Place::NONE => (0, 0),
            Place { batch, row } => ((batch - first) as usize + 1, row as usize),
        };
        Self::Several(batches, partners.iter().map(place).collect())
    }

    fn column(&self, index: usize) -> Result<ArrayRef> {
        match self {
            Self::One(batch, rows) => Ok(take(batch.column(index), rows, None)?),
            Self::Several(batches, places) => {
                let null = batches.first().map(|batch| new_null_array(batch.column(index).data_type(), 1));
                let columns = batches.iter().map(|batch| batch.column(index).as_ref());
                let columns: Vec<_> = null.iter().map(AsRef::as_ref).chain(columns).collect();
                Ok(interleave(&columns, places)?)
            }
            Self::None(schema, count) => Ok(new_null_array(schema.field(index).data_type(), *count)),
        }
    }
}
