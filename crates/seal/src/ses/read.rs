//! Reading, as leniently as real seals ask for.

use der::asn1::ObjectIdentifier;
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use super::{
    ElectronicSeal, Extension, SealKind, SealPicture, SealSignature, SealVersion, Signers,
};
use crate::{
    SealError,
    asn1::{self, Walk, tag},
};

const SEAL: &str = "an electronic seal";
const SIGNATURE: &str = "a seal signature";
/// More signers, or extensions, than any seal has.
const MOST_LISTED: usize = 1000;

impl ElectronicSeal {
    /// Reads a seal in DER, such as `Seal.esl` of a package.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn read(bytes: &[u8]) -> Result<Self, SealError> {
        let mut walk = Walk::of_sequence(SEAL, bytes)?;
        let info = walk.expect(tag::SEQUENCE)?;
        let (maker, algorithm, signature, signed, time_stamp);
        let is_first = walk.peek() == Some(tag::SEQUENCE);
        if is_first {
            let mut sign_info = walk.sequence()?;
            let certificate = sign_info.expect(tag::OCTETS)?;
            let kind = sign_info.expect(tag::OID)?;
            signed = asn1::sequence(&[info.raw, certificate.raw, kind.raw]);
            maker = certificate.value.to_vec();
            algorithm = identifier(&sign_info, kind.value)?;
            signature = sign_info.bits()?.to_vec();
            sign_info.end()?;
            time_stamp = None;
        } else {
            signed = info.raw.to_vec();
            maker = walk.octets()?.to_vec();
            algorithm = walk.oid()?;
            signature = walk.bits()?.to_vec();
            time_stamp = stamp(&mut walk)?;
        }
        walk.end()?;

        let mut info = walk.inside(info);
        let mut header = info.sequence()?;
        let word = header.text()?;
        if word != "ES" {
            return Err(header.wrong("its header does not say ES"));
        }
        let number = header.integer()?;
        let vendor = header.text()?;
        let version = match (is_first, number) {
            (true, _) => SealVersion::V1,
            (false, 5) => SealVersion::V5,
            (false, _) => SealVersion::V4,
        };
        let id = info.text()?;
        let property = property(info.sequence()?)?;
        let mut picture = info.sequence()?;
        let picture = SealPicture {
            format: picture.text()?,
            bytes: picture.octets()?.to_vec(),
            width_mm: picture.integer()?,
            height_mm: picture.integer()?,
        };
        let extensions = extensions(&mut info)?;
        info.end()?;
        Ok(Self {
            bytes: bytes.to_vec(),
            signed,
            version,
            vendor,
            id,
            kind: property.kind,
            name: property.name,
            signers: property.signers,
            created_at: property.times[0],
            valid_from: property.times[1],
            valid_to: property.times[2],
            picture,
            extensions,
            maker,
            algorithm,
            signature,
            time_stamp,
        })
    }
}

struct Property {
    kind: SealKind,
    name: String,
    signers: Signers,
    times: [Timestamp; 3],
}

fn property(mut walk: Walk<'_>) -> Result<Property, SealError> {
    let kind = match walk.integer()? {
        1 => SealKind::Unit,
        2 => SealKind::Person,
        other => SealKind::Other(other),
    };
    let name = walk.text()?;
    // V1 does not say which kind of list follows: it is of certificates.
    let by_digest = walk.peek() == Some(tag::INTEGER) && walk.integer()? == 2;
    let mut list = walk.sequence()?;
    let signers = if by_digest {
        let mut all = Vec::new();
        while !list.is_empty() {
            let mut one = list.sequence()?;
            all.push((one.text()?, one.octets()?.to_vec()));
            check_length(&list, all.len())?;
        }
        Signers::Digests(all)
    } else {
        let mut all = Vec::new();
        while !list.is_empty() {
            // One maker writes an identifier in place of a certificate: it will be nobody's.
            all.push(list.next()?.value.to_vec());
            check_length(&list, all.len())?;
        }
        Signers::Certificates(all)
    };
    let times = [walk.time()?, walk.time()?, walk.time()?];
    walk.end()?;
    Ok(Property {
        kind,
        name,
        signers,
        times,
    })
}

impl SealSignature {
    /// Reads a seal signature in DER, such as `SignedValue.dat` of a sealed package.
    ///
    /// # Errors
    /// `NotThat` or `TooLong` for anything else.
    pub fn read(bytes: &[u8]) -> Result<Self, SealError> {
        let mut outer = Walk::of_sequence(SIGNATURE, bytes)?;
        let tbs = outer.expect(tag::SEQUENCE)?;
        let from = tbs.raw.as_ptr() as usize - bytes.as_ptr() as usize;
        let range = from..from + tbs.raw.len();
        let mut walk = outer.inside(tbs);
        walk.integer()?;
        let seal = ElectronicSeal::read(walk.expect(tag::SEQUENCE)?.raw)?;
        // V1 writes the time as text or as a token, in a bit string; the others as a time.
        let at = match walk.peek() {
            Some(tag::BITS) => said_time(walk.bits()?),
            _ => Some(walk.time()?),
        };
        let data_hash = walk.bits()?.to_vec();
        let about = walk.text()?;
        let (signer, algorithm, signature, time_stamp, extensions);
        if walk.peek() == Some(tag::OCTETS) {
            signer = walk.octets()?.to_vec();
            algorithm = walk.oid()?;
            extensions = self::extensions(&mut walk)?;
            signature = outer.bits()?.to_vec();
            time_stamp = None;
        } else {
            extensions = self::extensions(&mut walk)?;
            signer = outer.octets()?.to_vec();
            algorithm = outer.oid()?;
            signature = outer.bits()?.to_vec();
            time_stamp = stamp(&mut outer)?;
        }
        walk.end()?;
        outer.end()?;
        Ok(Self {
            bytes: bytes.to_vec(),
            tbs: range,
            seal,
            at,
            data_hash,
            about,
            signer,
            algorithm,
            signature,
            time_stamp,
            extensions,
        })
    }
}

/// `[0]` around a sequence, or, as tax seals have it, the sequence alone.
fn extensions(walk: &mut Walk<'_>) -> Result<Vec<Extension>, SealError> {
    let mut all = match walk.peek() {
        Some(tag::FIRST) => {
            let outer = walk.next()?;
            let mut outer = walk.inside(outer);
            let inner = outer.sequence()?;
            outer.end()?;
            inner
        }
        Some(tag::SEQUENCE) => walk.sequence()?,
        _ => return Ok(Vec::new()),
    };
    let mut found = Vec::new();
    while !all.is_empty() {
        let mut one = all.sequence()?;
        let id = one.oid()?.to_string();
        let critical = one.optional(tag::BOOLEAN)?;
        found.push(Extension {
            id,
            critical: critical.is_some_and(|element| element.value != [0]),
            value: one.octets()?.to_vec(),
        });
        check_length(&all, found.len())?;
    }
    Ok(found)
}

fn stamp(walk: &mut Walk<'_>) -> Result<Option<Vec<u8>>, SealError> {
    let Some(outer) = walk.optional(tag::FIRST)? else {
        return Ok(None);
    };
    let mut inner = walk.inside(outer);
    let stamp = inner.bits()?.to_vec();
    inner.end()?;
    Ok(Some(stamp))
}

fn check_length(walk: &Walk<'_>, count: usize) -> Result<(), SealError> {
    if count > MOST_LISTED {
        return Err(walk.wrong("its list is too long"));
    }
    Ok(())
}

fn identifier(walk: &Walk<'_>, value: &[u8]) -> Result<ObjectIdentifier, SealError> {
    ObjectIdentifier::from_bytes(value).map_err(|error| walk.wrong(error.to_string()))
}

/// A time written as text: with its zone, or of China.
fn said_time(bytes: &[u8]) -> Option<Timestamp> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    let is_utc = text.ends_with('Z');
    let local: DateTime = text
        .trim_end_matches('Z')
        .parse()
        .or_else(|_| DateTime::strptime("%Y%m%d%H%M%S", text.trim_end_matches('Z')))
        .ok()?;
    let zone = match is_utc {
        true => TimeZone::UTC,
        false => jiff::tz::Offset::constant(8).to_time_zone(),
    };
    local.to_zoned(zone).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_v1_are_read_as_they_are_met() {
        for (text, at) in [
            ("2020-01-25T07:31:56.377Z", "2020-01-25T07:31:56.377Z"),
            ("20200125073156Z", "2020-01-25T07:31:56Z"),
            ("2020-01-25 15:31:56", "2020-01-25T07:31:56Z"),
            ("20200125153156", "2020-01-25T07:31:56Z"),
        ] {
            let read = said_time(text.as_bytes()).map(|at| at.to_string());
            assert_eq!(read.as_deref(), Some(at), "{text}");
        }
        for text in [&b"soon"[..], b"", b"\x30\x82\xFF"] {
            assert_eq!(said_time(text), None);
        }
    }
}
