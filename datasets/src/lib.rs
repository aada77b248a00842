//! What the data is: canonical tables, code sets, crosswalks, methods, layouts of agency files, and the conversion of one into the other.

mod check;
mod closest;
mod code;
mod column;
mod convert;
mod definitions;
mod error;
mod infer;
mod layout;
mod map;
mod method;
mod panel;
mod period;
mod reference;
mod relation;
mod rows;
mod table;
pub mod twin;

pub use check::{Check, CheckRule, Severity};
pub use closest::{closest_name, no_table};
pub use code::{Code, CodeSet};
pub use column::{Column, Privacy, Role};
pub use convert::{
    CheckReport, Checker, Chunk, Conversion, ConvertError, Counts, Finding, MOST_WORKBOOK_BYTES, Part,
    Reject, RejectCount, Request, check, convert, parts, with_xlsx,
};
pub use definitions::Definitions;
pub use error::DefinitionError;
pub use infer::{Draft, InferError, infer};
pub use layout::Layout;
pub use map::{CodeMap, MapRow, YearSpan};
pub use method::{
    CodeRules, CohortRule, CredentialRule, EarlyWarningRule, EntryRule, EstimateFormula, EstimateRule,
    EventRule, EventWindow, ExitRule, Method, MethodRule, MonthDay, SchoolRule, UngradedRule, WindowRule,
};
pub use panel::{
    Carry, NOT_OBSERVED, OpenEnd, PANEL_UNITS, Panel, PanelInput, PanelKind, PanelLoaded, PanelReference,
    PanelUnit, STATE,
};
pub use period::{Period, PeriodUnit};
pub use reference::REFERENCE_FILES;
pub use relation::{ParameterKind, Relation, RelationColumn, RelationParameter, RelationSpan};
pub use table::{Table, TableKind};
