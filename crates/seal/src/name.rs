//! Names in certificates.

use std::fmt;

use der::asn1::ObjectIdentifier;

use crate::{
    SealError,
    asn1::{self, Walk, tag},
    oid,
};

/// What every name that is made here carries, and by which it is known.
pub const TEST_MARK: &str = "测试证书";

/// The most characters of one part of a name (RFC 5280, `ub-common-name` and its like).
const MOST_CHARACTERS: usize = 64;

/// The parts of a name in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name(Vec<(ObjectIdentifier, String)>);

impl Name {
    /// What is in the sequence of a name. A part that is no text is left out.
    pub(crate) fn read(mut walk: Walk<'_>) -> Result<Self, SealError> {
        let mut parts = Vec::new();
        while !walk.is_empty() {
            let set = walk.expect(tag::SET)?;
            let mut set = walk.inside(set);
            while !set.is_empty() {
                let mut pair = set.sequence()?;
                let kind = pair.oid()?;
                if let Ok(text) = pair.text() {
                    parts.push((kind, text));
                }
            }
        }
        Ok(Self(parts))
    }

    /// The name of a test certificate: 中国, the organisation, `测试证书`, then whose it is.
    ///
    /// # Errors
    /// `BadField` for an empty part, or one of more than 64 characters.
    pub fn for_test(organization: &str, common_name: &str) -> Result<Self, SealError> {
        for (field, text) in [("organization", organization), ("common_name", common_name)] {
            let cause = if text.trim().is_empty() {
                "it is empty"
            } else if text.chars().count() > MOST_CHARACTERS {
                "it has more than 64 characters"
            } else if text.chars().any(char::is_control) {
                "it has control characters"
            } else {
                continue;
            };
            return Err(SealError::BadField { field, cause });
        }
        Ok(Self(vec![
            (oid::COUNTRY, "CN".to_owned()),
            (oid::ORGANIZATION, organization.to_owned()),
            (oid::UNIT, TEST_MARK.to_owned()),
            (oid::COMMON_NAME, common_name.to_owned()),
        ]))
    }

    /// In DER.
    pub(crate) fn to_der(&self) -> Vec<u8> {
        let parts: Vec<Vec<u8>> = self
            .0
            .iter()
            .map(|(kind, text)| {
                let text = if *kind == oid::COUNTRY {
                    asn1::element(tag::PRINTABLE, &[text.as_bytes()])
                } else {
                    asn1::utf8(text)
                };
                asn1::set(vec![asn1::sequence(&[&asn1::oid(*kind), &text])])
            })
            .collect();
        asn1::sequence(&[&parts.concat()])
    }

    fn part(&self, kind: ObjectIdentifier) -> Option<&str> {
        let found = self.0.iter().rfind(|(found, _)| *found == kind);
        found.map(|(_, text)| text.as_str())
    }

    /// Whose it is; empty where it does not say.
    pub fn common_name(&self) -> &str {
        self.part(oid::COMMON_NAME).unwrap_or_default()
    }

    /// Of which organisation; empty where it does not say.
    pub fn organization(&self) -> &str {
        self.part(oid::ORGANIZATION).unwrap_or_default()
    }

    /// A part of it says 测试.
    pub fn is_test(&self) -> bool {
        self.0.iter().any(|(_, text)| text.contains("测试"))
    }
}

impl fmt::Display for Name {
    /// `CN=…, OU=…`, the last part first, as offices read it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (kind, text)) in self.0.iter().rev().enumerate() {
            let label = match *kind {
                oid::COMMON_NAME => "CN",
                oid::COUNTRY => "C",
                oid::LOCALITY => "L",
                oid::PROVINCE => "ST",
                oid::ORGANIZATION => "O",
                oid::UNIT => "OU",
                _ => "",
            };
            if at > 0 {
                f.write_str(", ")?;
            }
            if label.is_empty() {
                write!(f, "{kind}={text}")?;
            } else {
                write!(f, "{label}={text}")?;
            }
        }
        Ok(())
    }
}
