//! Panels: what is followed from an event on, period by period, as data: the tables it is read from, how far they are
//! loaded, and the columns of a row.

use serde::{Deserialize, Serialize};

use crate::{DefinitionError, RelationColumn, definitions::Named};

/// Something that `panel` follows: wages, enrollment, benefits.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// The value of `of`; also the name of the file.
    pub name: String,
    /// What a row says and what NULL means.
    pub description: String,
    /// The documents that define it, and what in it is an assumption.
    pub source: String,
    /// A call that makes sense.
    pub example: String,
    /// How its columns are computed.
    pub kind: PanelKind,
    /// The units it can be counted in.
    pub units: Vec<PanelUnit>,
    /// What a person is doing who is found in no input that is loaded: the last value of the column `state`. `None`: there is
    /// no such column.
    pub idle: Option<String>,
    /// What persons are looked for in; the order is the precedence of states.
    #[serde(rename = "input")]
    pub inputs: Vec<PanelInput>,
    /// Tables about no person that the columns need.
    #[serde(rename = "reference", default)]
    pub references: Vec<PanelReference>,
    /// The columns behind those that every panel has, in their order.
    #[serde(rename = "column")]
    pub columns: Vec<RelationColumn>,
}

/// How the columns of a panel are computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelKind {
    /// Wages by employer and quarter.
    Wages,
    /// Stretches of days; an event is a stretch of one day.
    Spells,
}

/// A unit of time that panels are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PanelUnit {
    /// Calendar months.
    Month,
    /// Calendar quarters.
    Quarter,
    /// Academic terms, whose first days are the map `academic_term`.
    Term,
    /// School years.
    SchoolYear,
    /// Calendar years.
    Year,
}

/// Every unit with its name in a call.
pub const PANEL_UNITS: [(&str, PanelUnit); 5] = [
    ("month", PanelUnit::Month),
    ("quarter", PanelUnit::Quarter),
    ("term", PanelUnit::Term),
    ("school_year", PanelUnit::SchoolYear),
    ("year", PanelUnit::Year),
];

/// A table in which persons are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelInput {
    /// Its name, which is the state of a person who is found in it.
    pub name: String,
    /// The table, which must be loaded.
    pub table: String,
    /// Name spaces of `person_xwalk`: a person with an identifier of one of them can be found in the table.
    pub agencies: Vec<String>,
    /// The rows. Wages: `person_id, quarter_index, wages, employer_account, reporting_unit`. Spells: `person_id, start_date,
    /// end_date` and the columns that are carried.
    pub sql: String,
    /// Spells without an end: whether they go on, or are of one day.
    #[serde(default)]
    pub open_ends: OpenEnd,
    /// Column that says whether a day of the period lies in a spell.
    pub flag: Option<String>,
    /// Column that counts the days of the period that lie in a spell.
    pub days: Option<String>,
    /// Column that counts the spells of the period.
    pub count: Option<String>,
    /// Columns of the query that are carried.
    #[serde(default)]
    pub carried: Vec<String>,
    /// The spell of a period whose columns are carried.
    #[serde(default)]
    pub carry: Carry,
    /// How far the table is loaded.
    #[serde(default)]
    pub loaded: PanelLoaded,
}

/// What a spell without an end is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpenEnd {
    /// It goes on.
    #[default]
    GoesOn,
    /// It is of one day.
    OneDay,
}

/// The spell of a period whose columns are carried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carry {
    /// The one with the most days in the period; of several the one that began last.
    #[default]
    MostDays,
    /// The one that began last.
    Last,
}

/// How far a table is loaded.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelLoaded {
    /// A query of stretches of loaded days, `from_day` and `to_day`. `None`: the table's periods that have rows.
    pub sql: Option<String>,
    /// The last period with rows is loaded to its end when the last day that a row begins on lies at most so many days before
    /// it, otherwise to that day. `None`: always to its end.
    pub tail_days: Option<i32>,
}

/// A table about no person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelReference {
    /// What it is for: `industry` or `prices`.
    pub name: String,
    /// The table.
    pub table: String,
    /// The rows.
    pub sql: String,
}

impl Panel {
    /// Reads a panel's file.
    ///
    /// Errors: anything TOML refuses, an unknown or missing field, an empty text, no unit or no input, and columns other than
    /// those that the inputs give.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, DefinitionError> {
        let panel: Self =
            toml::from_str(text).map_err(|error| DefinitionError::from_toml(file, text, &error))?;
        panel.check().map_err(|sentence| DefinitionError::in_file(file, sentence))?;
        Ok(panel)
    }

    fn check(&self) -> Result<(), String> {
        let texts =
            [("description", &self.description), ("source", &self.source), ("example", &self.example)];
        if let Some((field, _)) = texts.into_iter().find(|(_, text)| text.trim().is_empty()) {
            return Err(format!("{field} is empty; fill it in."));
        }
        if self.units.is_empty() || self.inputs.is_empty() {
            return Err("there is no unit or no input; a panel has at least one of each.".to_owned());
        }
        let described: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let given = self.given();
        if self.kind == PanelKind::Spells && described != given {
            let (described, given) = (described.join(", "), given.join(", "));
            return Err(format!(
                "the columns are {described}, and the inputs give {given}; describe these, in this order."
            ));
        }
        Ok(())
    }

    /// The columns that inputs of spells give, in their order.
    fn given(&self) -> Vec<&str> {
        let mut given: Vec<&str> = self.idle.iter().map(|_| STATE).collect();
        for input in &self.inputs {
            given.extend([&input.flag, &input.days, &input.count].into_iter().flatten().map(String::as_str));
            given.extend(input.carried.iter().map(String::as_str));
        }
        given
    }

    /// The input of this name.
    pub fn input(&self, name: &str) -> Option<&PanelInput> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The reference of this name.
    pub fn reference(&self, name: &str) -> Option<&PanelReference> {
        self.references.iter().find(|reference| reference.name == name)
    }
}

/// The column of states.
pub const STATE: &str = "state";

/// The state of a person of whom it is not known whether they would have been found.
pub const NOT_OBSERVED: &str = "not_observed";

impl Named for Panel {
    fn name(&self) -> &str {
        &self.name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: &str = r#"
name = "stays"
description = "d"
source = "s"
example = "panel('c', of => 'stays', unit => 'year', from_p => 0, to_p => 1)"
kind = "spells"
units = ["year"]
idle = "elsewhere"
[[input]]
name = "stay"
table = "t"
agencies = ["A"]
sql = "SELECT 1"
flag = "stayed"
days = "stay_days"
carried = ["place"]
"#;

    fn panel(columns: &[&str]) -> Result<Panel, String> {
        let described =
            columns.iter().map(|name| ["[[column]]\nname = \"", name, "\"\ndescription = \"d\"\n"]);
        let text = [PANEL].into_iter().chain(described.flatten()).collect::<String>();
        Panel::parse("panels/stays.toml", &text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_panel_is_read() {
        let panel = panel(&["state", "stayed", "stay_days", "place"]).unwrap();
        let input = panel.input("stay").unwrap();
        assert_eq!((input.open_ends, input.carry), (OpenEnd::GoesOn, Carry::MostDays));
        assert_eq!(input.loaded, PanelLoaded::default());
        assert!(panel.input("other").is_none() && panel.reference("prices").is_none());
    }

    #[test]
    fn every_column_is_described_in_its_place() {
        let sentence = panel(&["stayed", "stay_days", "place"]).unwrap_err();
        assert!(sentence.contains("the inputs give state, stayed, stay_days, place"), "{sentence}");
    }

    #[test]
    fn the_shipped_panels_have_the_units_and_the_words_that_functions_know() {
        let definitions = crate::Definitions::builtin();
        assert!(definitions.problems().is_empty(), "{:?}", definitions.problems());
        for panel in definitions.panels() {
            for reference in &panel.references {
                assert!(["industry", "prices"].contains(&reference.name.as_str()), "{}", panel.name);
            }
            for input in &panel.inputs {
                assert!(definitions.table(&input.table).is_some(), "{} {}", panel.name, input.table);
                let agencies = definitions.code_set("agency").unwrap();
                assert!(input.agencies.iter().all(|agency| agencies.contains(agency)));
            }
        }
    }
}
