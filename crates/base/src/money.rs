//! Money is whole fen. No floats, and every rounding happens elsewhere, under its own rule.

use serde::{Deserialize, Serialize};

/// An amount of money in fen (0.01 yuan); may be negative.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Money(pub i64);

/// A text that is not an amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Neither digits nor a decimal point where one was expected.
    #[error("not an amount in yuan: {0:?}")]
    Form(String),
    /// More than two decimals: no rounding is guessed.
    #[error("an amount has at most two decimals: {0:?}")]
    Decimals(String),
    /// Beyond what this type carries.
    #[error("the amount is too large: {0:?}")]
    Range(String),
}

impl Money {
    /// Reads an amount in yuan, such as `1234.5`, `1,234.50` or `-3`.
    ///
    /// # Errors
    /// `Form` for anything but digits, `Decimals` for more than two, `Range` beyond 64 bits.
    pub fn parse_yuan(text: &str) -> Result<Self, MoneyError> {
        let shown = || text.chars().take(40).collect::<String>();
        let plain: String = text
            .trim()
            .chars()
            .filter(|c| !matches!(c, ',' | '，'))
            .collect();
        let (negative, digits) = match plain.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, plain.as_str()),
        };
        let (yuan, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if yuan.is_empty() || !all_digits(yuan) || !all_digits(fraction) {
            return Err(MoneyError::Form(shown()));
        }
        if fraction.len() > 2 {
            return Err(MoneyError::Decimals(shown()));
        }
        let range = || MoneyError::Range(shown());
        let cents = format!("{fraction:0<2}")
            .parse::<i64>()
            .map_err(|_| range())?;
        let fen = yuan
            .parse::<i64>()
            .ok()
            .and_then(|y| y.checked_mul(100))
            .and_then(|f| f.checked_add(cents))
            .ok_or_else(range)?;
        Ok(Self(if negative { -fen } else { fen }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_becomes_fen_without_rounding() {
        assert_eq!(Money::parse_yuan("1,234.5"), Ok(Money(123_450)));
        assert_eq!(Money::parse_yuan("-0.07"), Ok(Money(-7)));
        assert_eq!(
            Money::parse_yuan("1.005"),
            Err(MoneyError::Decimals("1.005".into()))
        );
        assert!(matches!(
            Money::parse_yuan("99999999999999999"),
            Err(MoneyError::Range(_))
        ));
        assert!(matches!(
            Money::parse_yuan("一百"),
            Err(MoneyError::Form(_))
        ));
    }
}
