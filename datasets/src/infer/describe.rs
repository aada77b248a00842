//! A column in words: counts, forms and shapes, and never a value.

use super::profile::Profile;

/// The most shapes that are listed.
const SHOWN: usize = 4;

/// What a column holds, in a few phrases.
pub(super) fn describe(profile: &mut Profile) -> String {
    let values = profile.values();
    if values == 0 {
        return nulls(profile, "no value in any row".to_owned());
    }
    let mut phrases = vec![kind(profile)];
    let (shapes, more) = profile.shapes(SHOWN);
    let shapes = shapes.join("  ");
    let more = if more { "  and others" } else { "" };
    phrases.push(format!("shape {shapes}{more}"));
    let found = profile.cardinality();
    let about = if found.exact { "" } else { "about " };
    let unique = match found.unique {
        Some(true) if values > 1 => ", none of them twice",
        None => ", perhaps none of them twice",
        _ => "",
    };
    phrases.push(format!("{} values, {about}{} different{unique}", grouped(values), grouped(found.distinct)));
    if profile.padded > 0 {
        phrases.push(format!("white space around {}", grouped(profile.padded)));
    }
    if profile.looks_social() {
        phrases.push("written like social security numbers".to_owned());
    }
    nulls(profile, phrases.join("; "))
}

/// The description, and what stands where there is no value.
fn nulls(profile: &Profile, description: String) -> String {
    let mut nulls = Vec::new();
    if profile.empty > 0 {
        nulls.push(format!("{} empty", grouped(profile.empty)));
    }
    if profile.errors > 0 {
        nulls.push(format!("{} errors of the sheet", grouped(profile.errors)));
    }
    let sentinels = if profile.days.formats().is_empty() { Vec::new() } else { profile.days.sentinels() };
    for (token, count) in profile.tokens().into_iter().chain(sentinels) {
        nulls.push(format!("{} times {token:?}", grouped(count)));
    }
    match nulls.is_empty() {
        true if profile.rows > 0 => format!("{description}; never empty"),
        true => description,
        false => format!("{description}; {}", nulls.join(", ")),
    }
}

/// What kind of values these are.
fn kind(profile: &Profile) -> String {
    let numbers = &profile.numbers;
    let formats = profile.days.formats();
    if let [first, others @ ..] = formats.as_slice() {
        return match others {
            [] => format!("dates written {first}"),
            _ => format!("dates; {} fit every one of them", formats.join(" and ")),
        };
    }
    if let Some((yes, no, _)) = profile.yes_no() {
        return format!("{yes} or {no}");
    }
    let below = if numbers.negative > 0 { ", some below zero" } else { "" };
    let commas = if numbers.grouped > 0 { ", commas between thousands" } else { "" };
    if profile.digits == profile.values() && profile.leading_zeros > 0 {
        return format!(
            "digits, {}, {} of them with zeros in front",
            characters(profile.digit_width),
            grouped(profile.leading_zeros)
        );
    }
    if numbers.all_whole() {
        return format!("whole numbers of up to {}{below}{commas}", digits(numbers.whole_digits));
    }
    if numbers.all_exact() {
        let (whole, fraction) = (numbers.whole_digits, numbers.fraction_digits);
        return format!(
            "decimal numbers, up to {} before and {fraction} after the point{below}{commas}",
            digits(whole)
        );
    }
    if numbers.all_floating() {
        return "numbers with a power of ten".to_owned();
    }
    let zeros = match profile.leading_zeros {
        0 => String::new(),
        count => format!(", {} of digits with zeros in front", grouped(count)),
    };
    format!("text of {}{zeros}", characters(profile.width))
}

/// A number of characters, or from which to which.
fn characters((least, most): (usize, usize)) -> String {
    match (least, most) {
        (1, 1) => "1 character".to_owned(),
        _ if least == most => format!("{least} characters"),
        _ => format!("{least} to {most} characters"),
    }
}

fn digits(count: usize) -> String {
    if count <= 1 { "1 digit".to_owned() } else { format!("{count} digits") }
}

/// A count with commas between thousands.
pub(super) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(values: &[&str]) -> String {
        let mut profile = Profile::new(100);
        for value in values {
            profile.take(value, false);
        }
        describe(&mut profile)
    }

    #[test]
    fn a_column_is_described_without_a_value() {
        assert_eq!(
            described(&["001234567", "101234568", "", "NA"]),
            "digits, 9 characters, 1 of them with zeros in front; shape 9(9); 2 values, 2 different, none of them twice; written like social security numbers; 1 empty, 1 times \"NA\""
        );
        assert_eq!(
            described(&["1/2/2020", "1/3/2020"]),
            "dates; %m/%d/%Y and %d/%m/%Y fit every one of them; shape 9/9/9(4); 2 values, 2 different, none of them twice; never empty"
        );
        assert_eq!(
            described(&["1,234.50", "-7"]),
            "decimal numbers, up to 4 digits before and 1 after the point, some below zero, commas between thousands; shape -9  9,999.99; 2 values, 2 different, none of them twice; never empty"
        );
        assert_eq!(
            described(&["LEE", " Ooi"]),
            "text of 3 characters; shape AAA  Aaa; 2 values, 2 different, none of them twice; white space around 1; never empty"
        );
        assert_eq!(described(&["", ""]), "no value in any row; 2 empty");
    }

    #[test]
    fn counts_are_grouped() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
