//! The issue number (发文字号): 机关代字 + 〔full year〕 + serial + 号 (GB/T 9704-2012, 7.2.5).

use std::{fmt, str::FromStr};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An issue number such as 县财发〔2026〕18号; for 令 the form is 第18号, with an empty code.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS,
)]
#[serde(deny_unknown_fields)]
pub struct IssueNumber {
    /// 发文机关代字, such as 县财发.
    pub authority_code: String,
    /// Four digits.
    pub year: i16,
    /// From 1; never padded.
    pub serial: u32,
}

/// Why a text is no issue number. Each variant names the rule that is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IssueNumberError {
    /// Not in the form 机关代字〔年〕n号.
    #[error("an issue number has the form 代字〔2026〕18号")]
    Form,
    /// The year stands in [], (), 【】 or the like instead of 〔〕.
    #[error("the year of an issue number stands in 〔〕")]
    Brackets,
    /// The year has not four digits.
    #[error("the year of an issue number has four digits")]
    Year,
    /// 第 before the serial.
    #[error("no 第 before the serial of an issue number")]
    Ordinal,
    /// The serial is padded with zeros or not a number.
    #[error("the serial of an issue number is not padded")]
    Padded,
}

impl fmt::Display for IssueNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}〔{}〕{}号",
            self.authority_code, self.year, self.serial
        )
    }
}

impl FromStr for IssueNumber {
    type Err = IssueNumberError;

    fn from_str(text: &str) -> Result<Self, IssueNumberError> {
        use IssueNumberError as E;
        let text = text.trim();
        let wrong = |c: char| matches!(c, '[' | '(' | '（' | '【' | '［' | '﹝' | '{');
        let Some((code, rest)) = text.split_once('〔') else {
            return Err(if text.contains(wrong) {
                E::Brackets
            } else {
                E::Form
            });
        };
        let (year, rest) = rest.split_once('〕').ok_or(E::Brackets)?;
        if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
            return Err(E::Year);
        }
        let serial = rest.strip_suffix('号').ok_or(E::Form)?;
        if serial.starts_with('第') {
            return Err(E::Ordinal);
        }
        if serial.starts_with('0') || !serial.bytes().all(|b| b.is_ascii_digit()) {
            return Err(E::Padded);
        }
        if code.trim().is_empty() {
            return Err(E::Form);
        }
        Ok(Self {
            authority_code: code.trim().to_owned(),
            year: year.parse().map_err(|_| E::Year)?,
            serial: serial.parse().map_err(|_| E::Form)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_reads_and_prints_the_same() {
        let number: IssueNumber = "国办发〔2026〕12号".parse().expect("a proper number");
        assert_eq!((number.year, number.serial), (2026, 12));
        assert_eq!(number.to_string(), "国办发〔2026〕12号");
    }

    #[test]
    fn each_broken_rule_has_its_own_name() {
        use IssueNumberError as E;
        for (text, error) in [
            ("国办发[2026]12号", E::Brackets),
            ("国办发（2026）12号", E::Brackets),
            ("国办发〔26〕12号", E::Year),
            ("国办发〔2026〕第12号", E::Ordinal),
            ("国办发〔2026〕012号", E::Padded),
            ("国办发2026年12号", E::Form),
            ("〔2026〕12号", E::Form),
        ] {
            assert_eq!(text.parse::<IssueNumber>(), Err(error), "{text}");
        }
    }
}
