//! The period of a canonical table: which stretch of time a row belongs to, for coverage and alarms.

use arrow::datatypes::DataType;
use serde::Deserialize;

use crate::Table;

/// How the periods of a table are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeriodUnit {
    /// School years by their ENDING year; a day in July starts the next one.
    SchoolYear,
    /// Calendar years.
    CalendarYear,
    /// Quarters as 4 times the year plus the quarter less one.
    Quarter,
}

/// The period that a row of a table belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The column that gives the period: a whole number is the period itself, a day lies in it. Never NULL.
    pub column: String,
    /// How periods are counted.
    pub unit: PeriodUnit,
    /// A text column by whose values coverage is told apart, such as who published a figure.
    pub source: Option<String>,
}

impl Period {
    /// What is wrong with the period in its own table, as a sentence.
    pub(crate) fn fits(&self, table: &Table) -> Result<(), String> {
        let column = |name: &str| {
            table.column(name).ok_or_else(|| {
                format!("period names {name:?}, which is no column of the table; correct the name.")
            })
        };
        let period = column(&self.column)?;
        if !matches!(period.data_type, DataType::Int32 | DataType::Date32) {
            return Err(format!(
                "period names {:?}, which is neither int32 nor a date; name another column.",
                self.column
            ));
        }
        if period.nullable {
            return Err(format!(
                "period names {:?}, which may be NULL; name a column that every row has.",
                self.column
            ));
        }
        if let Some(source) = &self.source
            && column(source)?.data_type != DataType::Utf8
        {
            return Err(format!("period has the source {source:?}, which is no utf8 column; name another."));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = r#"name = "figure"
description = "d"
kind = "reference"
owner = "o"
key = ["year"]
order = ["year"]
source = "s"
column = [
    { name = "year", type = "int32", nullable = false, role = "dimension", privacy = "public", description = "d", source = "s" },
    { name = "day", type = "date", nullable = true, role = "date", privacy = "public", description = "d", source = "s" },
    { name = "publisher", type = "utf8", nullable = true, role = "dimension", privacy = "public", description = "d", source = "s" },
]
"#;

    fn table(period: &str) -> Result<Table, String> {
        Table::parse("tables/figure.toml", &format!("{TABLE}[period]\n{period}\n"))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_period_is_read() {
        let table = table("column = \"year\"\nunit = \"calendar_year\"\nsource = \"publisher\"").unwrap();
        let expected = Period {
            column: "year".to_owned(),
            unit: PeriodUnit::CalendarYear,
            source: Some("publisher".to_owned()),
        };
        assert_eq!(table.period, Some(expected));
    }

    #[test]
    fn its_columns_must_be_there_and_fit() {
        let sentence = |period: &str| table(period).unwrap_err();
        assert!(sentence("column = \"years\"\nunit = \"quarter\"").contains("\"years\", which is no column"));
        assert!(sentence("column = \"publisher\"\nunit = \"quarter\"").contains("neither int32 nor a date"));
        assert!(sentence("column = \"day\"\nunit = \"school_year\"").contains("which may be NULL"));
        let source = sentence("column = \"year\"\nunit = \"quarter\"\nsource = \"day\"");
        assert!(source.contains("\"day\", which is no utf8 column"), "{source}");
        assert!(sentence("column = \"year\"\nunit = \"month\"").contains("unknown variant `month`"));
    }
}
