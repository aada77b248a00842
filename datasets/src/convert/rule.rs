//! Why a row of a file was not loaded: the fixed list of rules that a reject names.

/// One reason to reject a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The row has more or fewer fields than the header.
    RaggedRow,
    /// The record of fixed width is shorter or longer than it may be.
    WrongLength,
    /// No type of records has the text that tells the type.
    UnknownRecordType,
    /// A column does not hold the text that it must hold.
    UnexpectedValue,
    /// The cell of the sheet is an error such as a division by zero.
    ErrorCell,
    /// A quote stands inside an unquoted field, or text follows a closing quote.
    StrayQuote,
    /// A quoted field does not end: at the end of the file, within the longest record, or before the next field starts.
    UnclosedQuote,
    /// The record is longer than the longest record that is read.
    RecordTooLong,
    /// The row holds a byte of value zero.
    NulByte,
    /// The row holds bytes that the declared encoding does not know.
    Undecodable,
    /// The row is the header once more.
    RepeatedHeader,
    /// A column that must have a value has none.
    MissingRequired,
    /// The text is no date of the declared format.
    NotADate,
    /// The text is no number.
    NotANumber,
    /// The text is neither yes nor no.
    NotABoolean,
    /// The number does not fit the column's type, or the value is not in the range that the table allows.
    OutOfRange,
    /// Of two values that must stand in order, the second is before the first.
    OutOfOrder,
    /// The column's map does not know the code.
    NotInMap,
    /// No token rule matches the text.
    NotInTokens,
}

impl Rule {
    /// The name of the rule in a reject.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RaggedRow => "ragged_row",
            Self::WrongLength => "wrong_length",
            Self::UnknownRecordType => "unknown_record_type",
            Self::UnexpectedValue => "unexpected_value",
            Self::ErrorCell => "error_cell",
            Self::StrayQuote => "stray_quote",
            Self::UnclosedQuote => "unclosed_quote",
            Self::RecordTooLong => "record_too_long",
            Self::NulByte => "nul_byte",
            Self::Undecodable => "undecodable",
            Self::RepeatedHeader => "repeated_header",
            Self::MissingRequired => "missing_required",
            Self::NotADate => "not_a_date",
            Self::NotANumber => "not_a_number",
            Self::NotABoolean => "not_a_boolean",
            Self::OutOfRange => "out_of_range",
            Self::OutOfOrder => "out_of_order",
            Self::NotInMap => "not_in_map",
            Self::NotInTokens => "not_in_tokens",
        }
    }
}
