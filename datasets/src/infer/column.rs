//! One `[[column]]` of a drafted layout: the keys that make its values readable, and what remains to be decided.

use arrow::datatypes::DataType;

use super::fit::{FileColumn, Filling, How};
use super::profile::Profile;
use super::toml_text::{list, quoted};
use crate::{Column, Definitions, Table};

/// Stands for a name space that nobody has named.
pub(super) const UNDECIDED: &str = "TO_BE_DECIDED";

/// The format that needs no key.
const ISO: &str = "%Y-%m-%d";

/// The keys of a column, and remarks for the person who decides.
#[derive(Debug, Default)]
pub(super) struct Drafted {
    pub(super) keys: Vec<(&'static str, String)>,
    pub(super) remarks: Vec<String>,
}

/// What the draft of a column looks at.
pub(super) struct Scene<'a> {
    pub(super) columns: &'a [FileColumn],
    pub(super) table: &'a Table,
    pub(super) definitions: &'a Definitions,
}

impl Scene<'_> {
    /// The keys of one filling.
    pub(super) fn draft(&self, filling: &Filling) -> Drafted {
        let mut drafted = Drafted::default();
        let names: Vec<&str> =
            filling.from.iter().map(|position| self.columns[*position].name.as_str()).collect();
        let from = if let [one] = names.as_slice() { quoted(one) } else { list(&names) };
        drafted.keys.push(("from", from));
        drafted.keys.push(("to", quoted(&filling.to)));
        let Some(file) = filling.from.first().map(|position| &self.columns[*position]) else {
            return drafted;
        };
        let profile = &file.profile;
        match &filling.how {
            How::Identity(identity) => {
                drafted.identity(identity.namespace.as_deref(), identity.by_name, profile, &self.table.owner);
            }
            How::Quarter => drafted.keys.push(("quarter", "true".to_owned())),
            How::SchoolYear => {
                self.date(file, &mut drafted);
                drafted.keys.push(("school_year", "true".to_owned()));
                drafted
                    .remarks
                    .push("The file has no school year of its own; this is that of the date.".to_owned());
            }
            How::Joined { map } => self.joined(filling, map.as_deref(), &mut drafted),
            How::Plain(coded) => {
                if let Some(column) = self.table.column(&filling.to) {
                    self.typed(column, file, &mut drafted);
                    drafted.coded(column, coded.as_ref(), profile);
                }
            }
        }
        let required = self.table.column(&filling.to).is_none_or(|column| !column.nullable);
        let lacking = profile.rows - profile.values();
        if required && lacking > 0 {
            drafted.remarks.push(format!("{lacking} rows have no value here and would be rejected."));
        }
        drafted
    }

    /// The keys that the type of the canonical column asks for.
    fn typed(&self, column: &Column, file: &FileColumn, drafted: &mut Drafted) {
        let profile = &file.profile;
        let mut tokens: Vec<&str> = Vec::new();
        match &column.data_type {
            DataType::Date32 => {
                self.date(file, drafted);
                return;
            }
            DataType::Utf8 => {
                let set = column.code_set.as_deref().and_then(|name| self.definitions.code_set(name));
                let seen = profile.tokens().into_iter().map(|(token, _)| token);
                let is_code =
                    |token: &str| set.is_none_or(|set| set.codes.iter().any(|code| code.code == token));
                for token in seen {
                    if column.nullable && !is_code(token) {
                        tokens.push(token);
                    } else if set.is_none() {
                        drafted.remarks.push(format!(
                            "{token:?} is read as a text; if it means NULL, say so in null_tokens."
                        ));
                    }
                }
            }
            DataType::Boolean => tokens.extend(profile.tokens().iter().map(|(token, _)| *token)),
            _ => {
                tokens.extend(profile.tokens().iter().map(|(token, _)| *token));
                if profile.numbers.grouped > 0 {
                    drafted.keys.push(("thousands", quoted(",")));
                }
            }
        }
        drafted.null_tokens(&tokens);
        let is_fraction = matches!(column.data_type, DataType::Decimal128(_, scale) if scale > 0);
        if is_fraction && profile.values() > 0 && profile.numbers.points == 0 {
            let remark = "No value has a decimal point: if the unit is another than the column's, such as cents, write scale.";
            drafted.remarks.push(remark.to_owned());
        }
    }

    /// How a date is written. Where days and months cannot be told apart, the other dates of the file decide.
    fn date(&self, file: &FileColumn, drafted: &mut Drafted) {
        let formats = file.profile.days.formats();
        let others = self.columns.iter().map(|column| column.profile.days.formats());
        let sure: Vec<&str> = others.filter(|formats| formats.len() == 1).flatten().collect();
        let by_others = formats.iter().find(|format| sure.contains(format));
        let format = by_others.or_else(|| formats.first()).copied().unwrap_or(ISO);
        if format != ISO {
            drafted.keys.push(("format", quoted(format)));
        }
        if formats.len() > 1 {
            let fitting = formats.join(" and ");
            let why = match by_others {
                Some(format) => format!("other dates of the file are written {format}"),
                None => "nothing in the file tells which; TO BE DECIDED".to_owned(),
            };
            drafted.remarks.push(format!("Every value could be {fitting}: {why}."));
        }
        let tokens = file.profile.tokens();
        let sentinels = file.profile.days.sentinels();
        let tokens: Vec<&str> = tokens.iter().chain(&sentinels).map(|(token, _)| *token).collect();
        drafted.null_tokens(&tokens);
    }

    fn joined(&self, filling: &Filling, map: Option<&str>, drafted: &mut Drafted) {
        if let Some(map) = map {
            drafted.keys.push(("map", quoted(map)));
            drafted
                .remarks
                .push(format!("Map {map:?} knows every code of the one before every code of the other."));
            return;
        }
        let profiles = || filling.from.iter().map(|position| &self.columns[*position].profile);
        let width =
            |profile: &Profile| profile.one_digit_width().filter(|_| profile.digits == profile.values());
        let pads: Vec<String> = profiles().filter_map(width).map(|width| width.to_string()).collect();
        if pads.len() == filling.from.len() && profiles().any(|profile| profile.leading_zeros > 0) {
            drafted.keys.push(("pad", format!("[{}]", pads.join(", "))));
        }
        drafted.remarks.push("The last of these is not unique without what stands before it.".to_owned());
    }
}

impl Drafted {
    fn identity(&mut self, namespace: Option<&str>, by_name: bool, profile: &Profile, owner: &str) {
        let decided = namespace.filter(|_| by_name || profile.dashed > 0);
        self.keys.push(("identity", quoted(decided.unwrap_or(UNDECIDED))));
        match namespace {
            Some(namespace) if decided.is_none() => self.remarks.push(format!(
                "TO BE DECIDED: whose ids are these? By their values they could be {namespace}; then write identity = {namespace:?}."
            )),
            Some(_) => {}
            None => self.remarks.push(format!(
                "TO BE DECIDED: whose ids are these? Write the agency's name space; the table's owner is {owner:?}."
            )),
        }
        if namespace.is_some() {
            self.keys.push(("strip", quoted("- ")));
        }
        let zeros = profile.leading_zeros > 0 && profile.digits == profile.values();
        match profile.one_digit_width() {
            Some(width) if zeros || namespace.is_some() => self.keys.push(("pad", width.to_string())),
            _ => {}
        }
    }

    fn coded(&mut self, column: &Column, coded: Option<&super::candidate::Coded>, profile: &Profile) {
        let is_text = column.data_type == DataType::Utf8;
        let map = coded.and_then(|coded| coded.map.clone());
        let pad = coded.and_then(|coded| coded.pad);
        let own = profile.one_digit_width().filter(|_| profile.leading_zeros > 0);
        if let Some(map) = map {
            self.keys.push(("map", quoted(&map)));
        } else if let Some(width) = pad.or(own).filter(|_| is_text) {
            self.keys.push(("pad", width.to_string()));
        }
        if let (Some(coded), Some(set)) = (coded, &column.code_set)
            && coded.known < coded.codes
        {
            let (known, codes) = (coded.known, coded.codes);
            self.remarks.push(format!(
                "Of {codes} different codes, code set {set:?} has {known}; a map may be needed, or codes are missing."
            ));
        }
    }

    /// The texts that mean NULL besides the empty one.
    fn null_tokens(&mut self, tokens: &[&str]) {
        if !tokens.is_empty() {
            let all: Vec<&str> = std::iter::once("").chain(tokens.iter().copied()).collect();
            self.keys.push(("null_tokens", list(&all)));
        }
    }
}
