//! Making seals and sealing. What is made here is for trying things: its maker is a test authority.

use andu_crypto::sm::{DistId, KeyHolder};
use jiff::Timestamp;

use super::{ElectronicSeal, SealKind, SealPicture, SealVersion};
use crate::{
    Certificate, SealError,
    asn1::{self, tag},
    oid,
};

/// A name of a seal is never longer, in characters.
const MOST_CHARACTERS: usize = 100;
/// A picture is never larger, in bytes.
const LARGEST_PICTURE: usize = 4 * 1024 * 1024;
/// The sides of a picture, in millimetres: the largest seal, of the State Council, has 60.
const SIDES_MM: std::ops::RangeInclusive<u32> = 5..=100;

/// A seal to be made.
#[derive(Debug)]
pub struct SealPlan<'a> {
    /// The standard it follows.
    pub version: SealVersion,
    /// Its number, in letters, digits and signs of ASCII.
    pub id: &'a str,
    /// Whose it is.
    pub kind: SealKind,
    /// Its name.
    pub name: &'a str,
    /// Who may sign with it.
    pub signers: &'a [&'a Certificate],
    /// When it is made.
    pub created_at: Timestamp,
    /// From when it may be used.
    pub valid_from: Timestamp,
    /// Until when.
    pub valid_to: Timestamp,
    /// What it looks like.
    pub picture: &'a SealPicture,
}

/// Makes a seal, signed by a test authority's maker.
///
/// # Errors
/// `BadField` for what cannot stand in a seal, or a maker whose certificate is not a test certificate; what the key says.
pub fn make_test_seal(
    plan: &SealPlan<'_>,
    maker: &Certificate,
    key: &dyn KeyHolder,
) -> Result<ElectronicSeal, SealError> {
    check(plan, maker, key)?;
    let is_first = plan.version == SealVersion::V1;
    let number = match plan.version {
        SealVersion::V1 => 1,
        SealVersion::V4 => 4,
        SealVersion::V5 => 5,
    };
    let header = asn1::sequence(&[
        &asn1::ia5("ES"),
        &asn1::integer(number),
        &asn1::ia5("ANDU-TEST"),
    ]);
    let signers: Vec<Vec<u8>> = plan
        .signers
        .iter()
        .map(|one| asn1::octets(one.der()))
        .collect();
    let time = match is_first {
        true => asn1::short_time,
        false => asn1::time,
    };
    let list_kind = match is_first {
        true => Vec::new(),
        false => asn1::integer(1),
    };
    let property = asn1::sequence(&[
        &asn1::integer(plan.kind.code()),
        &asn1::utf8(plan.name),
        &list_kind,
        &asn1::sequence(&[&signers.concat()]),
        &time(plan.created_at),
        &time(plan.valid_from),
        &time(plan.valid_to),
    ]);
    let picture = asn1::sequence(&[
        &asn1::ia5(&plan.picture.format),
        &asn1::octets(&plan.picture.bytes),
        &asn1::integer(plan.picture.width_mm),
        &asn1::integer(plan.picture.height_mm),
    ]);
    let info = asn1::sequence(&[&header, &asn1::ia5(plan.id), &property, &picture]);
    let certificate = asn1::octets(maker.der());
    let algorithm = asn1::oid(oid::SM2_WITH_SM3);
    let seal = if is_first {
        let signed = asn1::sequence(&[&info, &certificate, &algorithm]);
        let signature = asn1::bits(&key.sign(DistId::DEFAULT, &signed)?.to_der());
        asn1::sequence(&[
            &info,
            &asn1::sequence(&[&certificate, &algorithm, &signature]),
        ])
    } else {
        let signature = asn1::bits(&key.sign(DistId::DEFAULT, &info)?.to_der());
        asn1::sequence(&[&info, &certificate, &algorithm, &signature])
    };
    ElectronicSeal::read(&seal)
}

fn check(plan: &SealPlan<'_>, maker: &Certificate, key: &dyn KeyHolder) -> Result<(), SealError> {
    let picture = plan.picture;
    let faults = [
        (!maker.is_test(), "maker", "it is no test certificate"),
        (
            maker.sm2_key()? != &key.public(),
            "maker",
            "it is of another key",
        ),
        (plan.name.trim().is_empty(), "name", "it is empty"),
        (
            plan.name.chars().count() > MOST_CHARACTERS,
            "name",
            "it has more than 100 characters",
        ),
        (
            plan.id.is_empty()
                || plan.id.len() > 64
                || !plan.id.bytes().all(|b| b.is_ascii_graphic()),
            "id",
            "it is not 1 to 64 letters, digits and signs",
        ),
        (plan.signers.is_empty(), "signers", "there is none"),
        (
            plan.valid_to < plan.valid_from,
            "valid_to",
            "it is before the beginning",
        ),
        (
            picture.bytes.is_empty() || picture.bytes.len() > LARGEST_PICTURE,
            "picture",
            "it is empty, or over 4 MiB",
        ),
        (
            !SIDES_MM.contains(&picture.width_mm) || !SIDES_MM.contains(&picture.height_mm),
            "picture",
            "its sides are not 5 to 100 mm",
        ),
        (
            !picture.format.is_ascii() || picture.format.is_empty(),
            "picture",
            "its format has no name",
        ),
    ];
    match faults.iter().find(|(holds, ..)| *holds) {
        Some((_, field, cause)) => Err(SealError::BadField { field, cause }),
        None => Ok(()),
    }
}

/// Seals what has the SM3 digest `content`, which lies at `about` of its package: the signature in DER.
///
/// # Errors
/// `BadField` for a signer who may not use the seal, or a certificate of another key; what the key says.
pub fn sign_with_seal(
    seal: &ElectronicSeal,
    signer: &Certificate,
    key: &dyn KeyHolder,
    content: &[u8; 32],
    about: &str,
    at: Timestamp,
) -> Result<Vec<u8>, SealError> {
    let cause = if signer.sm2_key()? != &key.public() {
        Some("it is of another key")
    } else if !seal.signers.has(signer.der()) {
        Some("it may not sign with this seal")
    } else {
        None
    };
    if let Some(cause) = cause {
        return Err(SealError::BadField {
            field: "signer",
            cause,
        });
    }
    if !about.is_ascii() {
        return Err(SealError::BadField {
            field: "about",
            cause: "it is not ASCII",
        });
    }
    let certificate = asn1::octets(signer.der());
    let algorithm = asn1::oid(oid::SM2_WITH_SM3);
    let number = match seal.version {
        SealVersion::V1 => 1,
        SealVersion::V4 => 4,
        SealVersion::V5 => 5,
    };
    let (hash, about) = (asn1::bits(content), asn1::ia5(about));
    if seal.version == SealVersion::V1 {
        let text = at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let tbs = asn1::sequence(&[
            &asn1::integer(number),
            seal.bytes(),
            &asn1::bits(text.as_bytes()),
            &hash,
            &about,
            &certificate,
            &algorithm,
        ]);
        let signature = asn1::bits(&key.sign(DistId::DEFAULT, &tbs)?.to_der());
        return Ok(asn1::element(tag::SEQUENCE, &[&tbs, &signature]));
    }
    let tbs = asn1::sequence(&[
        &asn1::integer(number),
        seal.bytes(),
        &asn1::time(at),
        &hash,
        &about,
    ]);
    let signature = asn1::bits(&key.sign(DistId::DEFAULT, &tbs)?.to_der());
    Ok(asn1::sequence(&[
        &tbs,
        &certificate,
        &algorithm,
        &signature,
    ]))
}
