//! Values of the command line that have a unit, a name or a range.

use std::time::Duration;

use lifetracks_engine::Parameter;

/// A size in bytes: a number with an optional unit, such as `4GiB`, `512 MB` or `1073741824`.
pub(crate) fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits =
        text.find(|character: char| !character.is_ascii_digit() && character != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "m" | "mib" => 1 << 20,
        "g" | "gib" => 1 << 30,
        "t" | "tib" => 1 << 40,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        _ => return Err("use a unit such as MiB, GiB or GB".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as 4GiB".to_owned())?;
    let bytes = number * factor as f64;
    if !(1.0..9e18).contains(&bytes) {
        return Err("this is no usable amount of memory".to_owned());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked above"
    )]
    let bytes = bytes as u64;
    Ok(bytes)
}

/// A parameter as the command line and `.query` write it.
pub(crate) fn parse_parameter(text: &str) -> Result<(String, Parameter), String> {
    let (name, value) = text.split_once('=').ok_or("write a name and its value, such as year=2022")?;
    let name = name.trim().trim_start_matches('$');
    if name.is_empty() || !name.chars().all(crate::token::is_name_part) {
        return Err("a parameter's name has letters, digits and _ only".to_owned());
    }
    Ok((name.to_owned(), Parameter::read(value)))
}

/// A time: a number with a unit, seconds where it has none.
pub(crate) fn parse_time(text: &str) -> Result<Duration, String> {
    let digits = text.find(|part: char| !part.is_ascii_digit() && part != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "s" | "sec" => 1.0,
        "ms" => 1e-3,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err("use ms, s, min or h".to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| "write a number and a unit, such as 90s".to_owned())?;
    let time = Duration::try_from_secs_f64(number * factor).ok().filter(|time| !time.is_zero());
    time.ok_or_else(|| "this is no usable time".to_owned())
}

/// A share of a whole, from 0 to 1.
pub(crate) fn parse_share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=1.0).contains(&share) => Ok(share),
        _ => Err("a share is a number from 0 to 1".to_owned()),
    }
}

/// The size of a synthetic state beside Mississippi's.
pub(crate) fn parse_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale.is_finite() => Ok(scale),
        _ => Err("a scale is a number above 0; 1 is the size of Mississippi".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_have_names_and_values() {
        assert_eq!(
            parse_parameter("year=2022"),
            Ok(("year".to_owned(), Parameter::Number("2022".to_owned())))
        );
        assert_eq!(parse_parameter("$d=a=b"), Ok(("d".to_owned(), Parameter::Text("a=b".to_owned()))));
        assert!(parse_parameter("year").is_err());
        assert!(parse_parameter("a b=1").is_err());
    }

    #[test]
    fn times_have_units() {
        assert_eq!(parse_time("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("1.5 min"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_time("250ms"), Ok(Duration::from_millis(250)));
        for wrong in ["", "0", "-1", "soon", "5 weeks"] {
            assert!(parse_time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_bytes("4GiB"), Ok(4 << 30));
        assert_eq!(parse_bytes("1.5 MB"), Ok(1_500_000));
        assert_eq!(parse_bytes("512"), Ok(512));
        for wrong in ["", "GiB", "4 apples", "0", "1e9"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }
}
