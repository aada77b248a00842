//! The seven test data files of the Mississippi Report Card for 2001-2002: the same rows from the comma-delimited file, from
//! the same text read by position, and from the spreadsheet; every defect found at its line.
#![expect(clippy::unwrap_used, reason = "a test fails where it unwraps")]

mod audits;
mod card;
mod compound;
mod defects;
mod dictionary;
mod loaded;
mod overrides;
mod record_types;
mod records;
mod rows;
mod sheets;
mod workbook;
