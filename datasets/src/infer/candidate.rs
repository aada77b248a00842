//! Whether a column of a file could fill a canonical column, by its values.

use std::collections::BTreeSet;

use arrow::datatypes::DataType;

use super::profile::Profile;
use crate::{CodeMap, CodeSet, Column, Definitions};

/// What speaks against a column whose values are not all of the canonical type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mismatch(pub(super) String);

/// Whether every value is one of the canonical type; an error says what is not.
pub(super) fn fits(column: &Column, profile: &Profile) -> Result<(), Mismatch> {
    let numbers = &profile.numbers;
    if profile.values() == 0 {
        return Ok(());
    }
    let mismatch = |sentence: &str| Err(Mismatch(sentence.to_owned()));
    match &column.data_type {
        DataType::Date32 if profile.days.formats().is_empty() => {
            mismatch("its values are not dates of one format")
        }
        DataType::Boolean => match profile.yes_no() {
            Some((_, _, true)) => Ok(()),
            Some((yes, no, false)) => {
                Err(Mismatch(format!("its values are {yes} and {no}, which no layout reads as yes and no")))
            }
            None => mismatch("its values are not yes and no"),
        },
        DataType::Int8 => whole(profile, i128::from(i8::MIN), i128::from(i8::MAX)),
        DataType::Int16 => whole(profile, i128::from(i16::MIN), i128::from(i16::MAX)),
        DataType::Int32 => whole(profile, i128::from(i32::MIN), i128::from(i32::MAX)),
        DataType::Int64 => whole(profile, i128::from(i64::MIN), i128::from(i64::MAX)),
        DataType::Float64 if !numbers.all_floating() => mismatch("its values are not all numbers"),
        DataType::Decimal128(_, _) if !numbers.all_exact() => {
            mismatch("its values are not all decimal numbers")
        }
        DataType::Decimal128(precision, scale) => {
            let scale = usize::from(scale.unsigned_abs());
            let whole_digits = usize::from(*precision).saturating_sub(scale);
            if numbers.fraction_digits > scale {
                Err(Mismatch(format!("its values have more than {scale} digits after the point")))
            } else if numbers.whole_digits > whole_digits {
                Err(Mismatch(format!("its values have more than {whole_digits} digits before the point")))
            } else {
                Ok(())
            }
        }
        _ => Ok(()),
    }
}

fn whole(profile: &Profile, least: i128, most: i128) -> Result<(), Mismatch> {
    let numbers = &profile.numbers;
    if !numbers.all_whole() {
        Err(Mismatch("its values are not all whole numbers".to_owned()))
    } else if numbers.smallest < least || numbers.largest > most {
        Err(Mismatch("its values do not fit the type of the column".to_owned()))
    } else {
        Ok(())
    }
}

/// How the codes of a column stand to a code set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Coded {
    /// Codes that the set knows, and all codes.
    pub(super) known: usize,
    pub(super) codes: usize,
    /// The width to which digits must be filled up with zeros.
    pub(super) pad: Option<usize>,
    /// The map that turns every code into one of the set.
    pub(super) map: Option<String>,
}

/// Holds the values of a column against the code set of a canonical column; `None` when it has none, or the
/// values are too many to be codes.
pub(super) fn coded(column: &Column, profile: &Profile, definitions: &Definitions) -> Option<Coded> {
    let set = definitions.code_set(column.code_set.as_deref()?)?;
    let codes = profile.codes()?;
    let plain = known(set, codes, None);
    let padded = digit_width(set).map(|width| (width, known(set, codes, Some(width))));
    let (found, pad) = match padded {
        Some((width, more)) if more > plain => (more, Some(width)),
        _ => (plain, None),
    };
    let mut coded = Coded { known: found, codes: codes.len(), pad, map: None };
    if found < codes.len() {
        let map = definitions.maps().iter().find(|map| translates(map, codes, set));
        if let Some(map) = map {
            coded = Coded { known: codes.len(), pad: None, map: Some(map.name.clone()), ..coded };
        }
    }
    Some(coded)
}

/// The most codes of each of two columns whose codes are joined.
const MOST_JOINED: usize = 40;

/// The map that knows every code of the first column with every code of the second behind it.
pub(super) fn joined_map(
    column: &Column,
    profiles: [&Profile; 2],
    definitions: &Definitions,
) -> Option<String> {
    let set = definitions.code_set(column.code_set.as_deref()?)?;
    if profiles.iter().any(|profile| profile.values() < profile.rows) {
        return None;
    }
    let [first, second] = [profiles[0].codes()?, profiles[1].codes()?];
    if first.len().max(second.len()) > MOST_JOINED {
        return None;
    }
    let joined: BTreeSet<String> =
        first.iter().flat_map(|start| second.iter().map(move |end| format!("{start}{end}"))).collect();
    definitions.maps().iter().find(|map| translates(map, &joined, set)).map(|map| map.name.clone())
}

fn known(set: &CodeSet, codes: &BTreeSet<String>, pad: Option<usize>) -> usize {
    let has = |code: &str| set.codes.iter().any(|known| known.code == code);
    let padded = |code: &String| match pad {
        Some(width) if code.bytes().all(|byte| byte.is_ascii_digit()) => has(&format!("{code:0>width$}")),
        _ => has(code),
    };
    codes.iter().filter(|code| padded(code)).count()
}

/// The width of the codes of a set that are digits alone, when it is one and more than one digit.
fn digit_width(set: &CodeSet) -> Option<usize> {
    let digits = set.codes.iter().map(|code| code.code.as_str());
    let digits = digits.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
    let widths: BTreeSet<usize> = digits.map(str::len).collect();
    widths.first().copied().filter(|width| *width > 1 && widths.len() == 1)
}

/// Whether a map knows every code, and turns each into one code of the set.
fn translates(map: &CodeMap, codes: &BTreeSet<String>, set: &CodeSet) -> bool {
    let is_of_set = |code: &str| set.codes.iter().any(|known| known.code == code);
    let froms: BTreeSet<&str> = map.rows.iter().map(|row| row.from.as_str()).collect();
    froms.len() == map.rows.len()
        && codes.iter().all(|code| froms.contains(code.as_str()))
        && map.rows.iter().filter(|row| codes.contains(&row.from)).all(|row| is_of_set(&row.to))
}
