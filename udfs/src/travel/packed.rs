//! Bytes within a message, written as pairs of hexadecimal digits.

use serde::{Deserialize, Serialize};

/// A plan or an expression as its carrier packed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Packed(pub(crate) Vec<u8>);

impl From<Packed> for String {
    fn from(packed: Packed) -> Self {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
        packed.0.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
    }
}

impl TryFrom<String> for Packed {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let half = |digit: u8| {
            let value = char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
            value.ok_or("what is packed is not written in hexadecimal digits")
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if !rest.is_empty() {
            return Err("what is packed was cut off");
        }
        pairs
            .iter()
            .map(|[high, low]| Ok(half(*high)? << 4 | half(*low)?))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_bytes_come_back() {
        let packed = Packed((0..=255).collect());
        let text = String::from(packed.clone());
        assert!(text.starts_with("000102") && text.ends_with("feff"), "{text}");
        assert_eq!(Packed::try_from(text), Ok(packed));
    }

    #[test]
    fn what_is_no_pair_of_digits_is_refused() {
        assert!(Packed::try_from("0".to_owned()).unwrap_err().contains("cut off"));
        for text in ["0g", "é"] {
            assert!(Packed::try_from(text.to_owned()).unwrap_err().contains("hexadecimal"), "{text}");
        }
    }
}
