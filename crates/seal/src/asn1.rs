//! A walk over DER that keeps the original bytes of whatever it passes, and the few pieces of DER that we write.
//!
//! Typed decoding would refuse what real seals hold (defaults written out, a sequence where a tag was meant) and lose
//! the bytes that were signed.

use der::{
    Decode as _, Encode as _, Header, Length, Reader as _, SliceReader, Tag,
    asn1::{AnyRef, ObjectIdentifier},
};
use jiff::{Timestamp, tz::TimeZone};

use crate::SealError;

/// The most that is walked over: a seal with a large picture has some hundred kilobytes.
pub(crate) const MOST_BYTES: usize = 16 * 1024 * 1024;

/// Tags by their byte.
pub(crate) mod tag {
    pub const BOOLEAN: u8 = 0x01;
    pub const INTEGER: u8 = 0x02;
    pub const BITS: u8 = 0x03;
    pub const OCTETS: u8 = 0x04;
    pub const OID: u8 = 0x06;
    pub const UTF8: u8 = 0x0C;
    pub const PRINTABLE: u8 = 0x13;
    pub const IA5: u8 = 0x16;
    pub const UTC_TIME: u8 = 0x17;
    pub const TIME: u8 = 0x18;
    pub const SEQUENCE: u8 = 0x30;
    pub const SET: u8 = 0x31;
    /// `[0]`, constructed.
    pub const FIRST: u8 = 0xA0;
    /// `[1]`, constructed.
    pub const SECOND: u8 = 0xA1;
    /// `[0]`, primitive.
    pub const FIRST_PLAIN: u8 = 0x80;
}

/// One element: its tag's byte, what is in it, and all of its bytes as they stand in the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'a> {
    pub tag: u8,
    pub value: &'a [u8],
    pub raw: &'a [u8],
}

/// Goes over elements one after the other.
pub(crate) struct Walk<'a> {
    what: &'static str,
    rest: &'a [u8],
}

impl<'a> Walk<'a> {
    /// Over `bytes`, taken for `what`.
    pub fn new(what: &'static str, bytes: &'a [u8]) -> Result<Self, SealError> {
        if bytes.len() > MOST_BYTES {
            return Err(SealError::TooLong {
                what,
                bytes: bytes.len(),
                limit: MOST_BYTES,
            });
        }
        Ok(Self { what, rest: bytes })
    }

    /// Over what is in the one sequence that `bytes` are.
    pub fn of_sequence(what: &'static str, bytes: &'a [u8]) -> Result<Self, SealError> {
        let mut outer = Self::new(what, bytes)?;
        let inner = outer.sequence()?;
        outer.end()?;
        Ok(inner)
    }

    /// Over what is in `element`.
    pub fn inside(&self, element: Element<'a>) -> Self {
        Self {
            what: self.what,
            rest: element.value,
        }
    }

    pub fn wrong(&self, cause: impl Into<String>) -> SealError {
        SealError::NotThat {
            what: self.what,
            cause: cause.into(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The tag of what comes next.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub fn next(&mut self) -> Result<Element<'a>, SealError> {
        let element = |bytes: &'a [u8]| -> Result<Element<'a>, der::Error> {
            let mut reader = SliceReader::new(bytes)?;
            let raw = reader.tlv_bytes()?;
            let value = AnyRef::from_der(raw)?.value();
            Ok(Element {
                tag: raw[0],
                value,
                raw,
            })
        };
        let found = element(self.rest).map_err(|error| self.wrong(error.to_string()))?;
        self.rest = &self.rest[found.raw.len()..];
        Ok(found)
    }

    pub fn expect(&mut self, tag: u8) -> Result<Element<'a>, SealError> {
        match self.peek() {
            Some(found) if found == tag => self.next(),
            Some(found) => Err(self.wrong(format!("tag {found:#04x} where {tag:#04x} belongs"))),
            None => Err(self.wrong(format!("it ends where {tag:#04x} belongs"))),
        }
    }

    pub fn optional(&mut self, tag: u8) -> Result<Option<Element<'a>>, SealError> {
        if self.peek() == Some(tag) {
            return self.next().map(Some);
        }
        Ok(None)
    }

    pub fn sequence(&mut self) -> Result<Walk<'a>, SealError> {
        let element = self.expect(tag::SEQUENCE)?;
        Ok(self.inside(element))
    }

    /// Nothing is left.
    pub fn end(&self) -> Result<(), SealError> {
        if self.rest.is_empty() {
            return Ok(());
        }
        Err(self.wrong(format!("{} bytes too many", self.rest.len())))
    }

    /// A small number that is not negative.
    pub fn integer(&mut self) -> Result<u32, SealError> {
        let element = self.expect(tag::INTEGER)?;
        let bytes = element.value;
        if bytes.len() > 4 || bytes.first().is_none_or(|first| *first >= 0x80) {
            return Err(self.wrong("a number out of range"));
        }
        Ok(bytes
            .iter()
            .fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    pub fn oid(&mut self) -> Result<ObjectIdentifier, SealError> {
        let element = self.expect(tag::OID)?;
        ObjectIdentifier::from_bytes(element.value).map_err(|error| self.wrong(error.to_string()))
    }

    pub fn octets(&mut self) -> Result<&'a [u8], SealError> {
        Ok(self.expect(tag::OCTETS)?.value)
    }

    /// The bytes of a bit string that has whole bytes.
    pub fn bits(&mut self) -> Result<&'a [u8], SealError> {
        let element = self.expect(tag::BITS)?;
        match element.value.split_first() {
            Some((0, bytes)) => Ok(bytes),
            _ => Err(self.wrong("a bit string that is not whole bytes")),
        }
    }

    /// A text in any of the string types; what is not UTF-8 is shown with replacement characters.
    pub fn text(&mut self) -> Result<String, SealError> {
        let element = self.next()?;
        match element.tag {
            tag::UTF8 | tag::PRINTABLE | tag::IA5 | 0x14 => {
                Ok(String::from_utf8_lossy(element.value).into_owned())
            }
            0x1E => {
                let units: Vec<u16> = element
                    .value
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .map(|two| u16::from_be_bytes(*two))
                    .collect();
                Ok(String::from_utf16_lossy(&units))
            }
            tag => Err(self.wrong(format!("tag {tag:#04x} where a text belongs"))),
        }
    }

    /// A time, in either of the two forms.
    pub fn time(&mut self) -> Result<Timestamp, SealError> {
        let element = self.next()?;
        let text = String::from_utf8_lossy(element.value).into_owned();
        let parsed = match element.tag {
            tag::UTC_TIME => utc_time(&text),
            tag::TIME => generalized_time(&text),
            _ => None,
        };
        parsed.ok_or_else(|| self.wrong(format!("no time: {text}")))
    }
}

/// `yyMMddHHmm[ss]Z`: years 50 to 99 are of the last century (RFC 5280 §4.1.2.5.1).
fn utc_time(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    let century = if digits.get(..2)? >= "50" { "19" } else { "20" };
    instant(&format!("{century}{digits}"))
}

/// `yyyyMMddHHmmss[.fff]Z`.
fn generalized_time(text: &str) -> Option<Timestamp> {
    let digits = text.strip_suffix('Z')?;
    instant(digits.split_once('.').map_or(digits, |(whole, _)| whole))
}

fn instant(digits: &str) -> Option<Timestamp> {
    if !matches!(digits.len(), 12 | 14) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i8>().ok();
    let second = if digits.len() == 14 {
        number(12, 14)?
    } else {
        0
    };
    let year = digits.get(..4)?.parse().ok()?;
    jiff::civil::DateTime::new(
        year,
        number(4, 6)?,
        number(6, 8)?,
        number(8, 10)?,
        number(10, 12)?,
        second,
        0,
    )
    .ok()?
    .to_zoned(TimeZone::UTC)
    .ok()
    .map(|zoned| zoned.timestamp())
}

/// An element of `parts` in their order.
pub(crate) fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length = parts.iter().map(|part| part.len()).sum::<usize>();
    let length = u32::try_from(length).expect("BUG: an element over 4 GiB");
    // The tag's own byte is put in place of this one's.
    let header = Header::new(Tag::Sequence, Length::new(length));
    let mut out = header.to_der().expect("BUG: a header has no form");
    out[0] = tag;
    for part in parts {
        out.extend_from_slice(part);
    }
    out
}

pub(crate) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    element(tag::SEQUENCE, parts)
}

/// A set, in the order that DER asks for.
pub(crate) fn set(mut parts: Vec<Vec<u8>>) -> Vec<u8> {
    parts.sort();
    element(tag::SET, &[&parts.concat()])
}

pub(crate) fn integer(number: u32) -> Vec<u8> {
    number.to_der().expect("BUG: a number has no form")
}

pub(crate) fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    element(tag::OID, &[oid.as_bytes()])
}

pub(crate) fn octets(bytes: &[u8]) -> Vec<u8> {
    element(tag::OCTETS, &[bytes])
}

pub(crate) fn bits(bytes: &[u8]) -> Vec<u8> {
    element(tag::BITS, &[&[0], bytes])
}

pub(crate) fn utf8(text: &str) -> Vec<u8> {
    element(tag::UTF8, &[text.as_bytes()])
}

pub(crate) fn ia5(text: &str) -> Vec<u8> {
    element(tag::IA5, &[text.as_bytes()])
}

/// `UTCTime` to the second: years 1950 to 2049.
pub(crate) fn short_time(at: Timestamp) -> Vec<u8> {
    let text = at.strftime("%y%m%d%H%M%SZ").to_string();
    element(tag::UTC_TIME, &[text.as_bytes()])
}

/// `GeneralizedTime` to the second, in UTC.
pub(crate) fn time(at: Timestamp) -> Vec<u8> {
    let text = at.strftime("%Y%m%d%H%M%SZ").to_string();
    element(tag::TIME, &[text.as_bytes()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_walked_over() {
        let at: Timestamp = "2026-11-24T03:04:05Z".parse().unwrap();
        let bytes = sequence(&[
            &integer(0),
            &integer(300),
            &octets(&[7; 200]),
            &bits(&[1, 2]),
            &utf8("测试"),
            &time(at),
            &oid(ObjectIdentifier::new_unwrap("1.2.156.10197.1.501")),
        ]);
        let mut walk = Walk::of_sequence("a test", &bytes).unwrap();
        assert_eq!(walk.integer().unwrap(), 0);
        assert_eq!(walk.integer().unwrap(), 300);
        assert_eq!(walk.octets().unwrap(), [7; 200]);
        assert_eq!(walk.bits().unwrap(), [1, 2]);
        assert_eq!(walk.text().unwrap(), "测试");
        assert_eq!(walk.time().unwrap(), at);
        assert_eq!(walk.oid().unwrap().to_string(), "1.2.156.10197.1.501");
        walk.end().unwrap();
        assert!(walk.integer().is_err());
    }

    #[test]
    fn times_are_read_in_both_forms_and_nothing_else() {
        assert_eq!(
            utc_time("260102030405Z").unwrap().to_string(),
            "2026-01-02T03:04:05Z"
        );
        assert_eq!(
            utc_time("5001020304Z").unwrap().to_string(),
            "1950-01-02T03:04:00Z"
        );
        assert_eq!(
            generalized_time("20260102030405.123Z").unwrap().to_string(),
            "2026-01-02T03:04:05Z"
        );
        for wrong in [
            "20261302030405Z",
            "20260102030405",
            "2026甲2030405Z",
            "Z",
            "",
        ] {
            assert_eq!(generalized_time(wrong), None, "{wrong}");
            assert_eq!(utc_time(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn broken_bytes_are_an_error_and_never_a_panic() {
        for bytes in [
            &[0x30, 0x82][..],
            &[0x30, 0x84, 0xFF, 0xFF, 0xFF, 0xFF],
            &[],
            &[0x1F],
        ] {
            assert!(Walk::of_sequence("a test", bytes).is_err());
        }
    }
}
