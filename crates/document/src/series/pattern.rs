//! How a number reads: literal parts, the year, the serial. Written with `{年}` and `{号}`, or `{号3}` for a serial
//! of at least three digits.

use std::{fmt, str::FromStr};

/// A part of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// As it stands.
    Literal(String),
    /// The year, four digits.
    Year,
    /// The serial, padded with zeros to so many digits; 1: as it is.
    Serial(u8),
}

/// How numbers of a series read. It holds one serial and at most one year, neither beside a digit, so that two
/// numbers never read the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(Vec<Part>);

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// No `{号}`, or more than one.
    #[error("a pattern holds one serial")]
    Serial,
    /// More than one `{年}`.
    #[error("a pattern holds at most one year")]
    Year,
    /// Something else in braces, or a brace without its other.
    #[error("in braces stand the year or the serial")]
    Braces,
    /// A digit beside the serial or the year, or the two beside each other.
    #[error("no digit stands beside the serial or the year")]
    Beside,
    /// Longer than [`Pattern::LONGEST`], or signs that cannot be printed.
    #[error("a pattern is too long or holds signs that are not printed")]
    Literal,
}

const YEAR: &str = "年";
const SERIAL: &str = "号";
/// Most digits that a serial is padded to.
const MOST_DIGITS: u8 = 6;

impl Pattern {
    /// The longest text of a pattern, in characters.
    pub const LONGEST: usize = 40;

    /// 代字〔year〕serial号 (GB/T 9704-2012, 7.2.5).
    ///
    /// # Errors
    /// As [`Pattern::from_str`].
    pub fn standard(code: &str) -> Result<Self, PatternError> {
        format!("{code}〔{{{YEAR}}}〕{{{SERIAL}}}号").parse()
    }

    /// The number of a year and a serial.
    pub fn text(&self, year: i16, serial: u32) -> String {
        let mut text = String::new();
        for part in &self.0 {
            match part {
                Part::Literal(literal) => text.push_str(literal),
                Part::Year => text.push_str(&format!("{year:04}")),
                Part::Serial(digits) => {
                    let width = usize::from(*digits);
                    text.push_str(&format!("{serial:0width$}"));
                }
            }
        }
        text
    }

    /// The 代字 of a pattern of the standard's form; `None` for another.
    pub fn authority_code(&self) -> Option<&str> {
        let [
            Part::Literal(before),
            Part::Year,
            Part::Literal(between),
            Part::Serial(1),
            Part::Literal(after),
        ] = self.0.as_slice()
        else {
            return None;
        };
        let code = before.strip_suffix('〔')?;
        (between == "〕" && after == "号" && !code.trim().is_empty()).then_some(code)
    }

    /// What its numbers are kept under: the 代字, or the whole pattern where it has none.
    pub fn code(&self) -> String {
        self.authority_code()
            .map_or_else(|| self.to_string(), str::to_owned)
    }

    /// Whether it prints the year.
    pub fn has_year(&self) -> bool {
        self.0.contains(&Part::Year)
    }

    /// Its parts, in order.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    fn check(&self) -> Result<(), PatternError> {
        use PatternError as E;
        let serials = self.0.iter().filter(|part| matches!(part, Part::Serial(_)));
        if serials.count() != 1 {
            return Err(E::Serial);
        }
        if self.0.iter().filter(|part| **part == Part::Year).count() > 1 {
            return Err(E::Year);
        }
        let counts = |part: &Part| matches!(part, Part::Year | Part::Serial(_));
        let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
        let beside = self.0.windows(2).any(|pair| match pair {
            [Part::Literal(text), part] if counts(part) => digit(text.chars().next_back()),
            [part, Part::Literal(text)] if counts(part) => digit(text.chars().next()),
            [one, two] => counts(one) && counts(two),
            _ => false,
        });
        if beside { Err(E::Beside) } else { Ok(()) }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.0 {
            match part {
                Part::Literal(text) => f.write_str(text)?,
                Part::Year => write!(f, "{{{YEAR}}}")?,
                Part::Serial(1) => write!(f, "{{{SERIAL}}}")?,
                Part::Serial(digits) => write!(f, "{{{SERIAL}{digits}}}")?,
            }
        }
        Ok(())
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        use PatternError as E;
        let text = text.trim();
        if text.chars().count() > Self::LONGEST || text.chars().any(char::is_control) {
            return Err(E::Literal);
        }
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some(after) = rest.strip_prefix('{') {
                let (word, after) = after.split_once('}').ok_or(E::Braces)?;
                parts.push(placeholder(word.trim())?);
                rest = after;
            } else {
                let end = rest.find('{').unwrap_or(rest.len());
                let literal = &rest[..end];
                if literal.contains('}') {
                    return Err(E::Braces);
                }
                parts.push(Part::Literal(literal.to_owned()));
                rest = &rest[end..];
            }
        }
        let pattern = Self(parts);
        pattern.check()?;
        Ok(pattern)
    }
}

fn placeholder(word: &str) -> Result<Part, PatternError> {
    if word == YEAR {
        return Ok(Part::Year);
    }
    match word.strip_prefix(SERIAL) {
        Some("") => Ok(Part::Serial(1)),
        Some(digits) => {
            let digits = digits.parse().map_err(|_| PatternError::Braces)?;
            if (1..=MOST_DIGITS).contains(&digits) {
                Ok(Part::Serial(digits))
            } else {
                Err(PatternError::Braces)
            }
        }
        None => Err(PatternError::Braces),
    }
}
