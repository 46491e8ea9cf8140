//! What a disc says of itself in the open: who sends it to whom, which of the chain it is, and the
//! hashes of its files. Signed as a whole; names and texts are not in it.

use andu_base::{ContentHash, DeviceId};
use andu_crypto::{Signature, SigningKey, VerifyingKey, hash};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    ledger::{Plan, WIDEST_WINDOW},
    network::NetworkLevel,
};

/// What signatures of manifests are made for.
pub const BUNDLE_DOMAIN: &str = "andu bundle v1";
/// What signatures of cards are made for.
pub const CARD_DOMAIN: &str = "andu bundle card v1";
/// The largest manifest, in bytes.
pub const LARGEST_MANIFEST: usize = 512 << 10;
/// The most files one bundle is split into.
pub const MOST_CHUNKS: usize = 1_024;
const FORMAT: &str = "andu-bundle";
const CARD_FORMAT: &str = "andu-card";
const VERSION: u16 = 1;
const LONGEST_MEDIUM: usize = 64;

/// What takes part in the exchange by disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A desk.
    Desk,
    /// A server.
    Server,
}

/// A card: by what a desk or server is known to those who exchange discs with it. It is signed by
/// itself, so that it cannot be put together from parts of two; that it is the right one, people
/// compare by its fingerprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    format: String,
    version: u16,
    /// The desk's device, or the server's own id.
    pub node: DeviceId,
    /// Which of the two.
    pub kind: NodeKind,
    /// Its key for signatures, 64 hexadecimal characters.
    pub verify_key: ContentHash,
    /// Its key for seals, 64 hexadecimal characters.
    pub agreement_key: ContentHash,
    signature: String,
}

/// A file of a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// Length in bytes.
    pub bytes: u64,
    /// Over the whole file.
    pub hash: ContentHash,
}

/// What a bundle says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Heading {
    /// Who sends it.
    pub from: DeviceId,
    /// For whom.
    pub to: DeviceId,
    /// The sender's network.
    pub from_level: NetworkLevel,
    /// The receiver's network, as the sender knows it.
    pub to_level: NetworkLevel,
    /// Names the chain, 32 hexadecimal characters.
    pub chain: String,
    /// Which of the chain it is, from 1.
    pub seq: u64,
    /// The first bundle whose content is in it, up to itself.
    pub covers_from: u64,
    /// Hashes of the bundles before it, the newest first.
    pub previous: Vec<ContentHash>,
    /// The chain and the last bundle that came from the other side, where it may be said.
    pub received: Option<(String, u64)>,
    /// Number of the medium (介质编号); may be empty.
    pub medium: String,
    /// Instant in UTC, by the sender's clock. Never decides anything.
    pub exported_at: String,
    /// The key of the content, sealed for the receiver; hexadecimal.
    pub sealed_key: String,
    /// The files, in their order.
    pub chunks: Vec<Chunk>,
}

/// A heading with its signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    format: String,
    version: u16,
    /// What is signed.
    pub heading: Heading,
    signature: String,
}

/// Why a manifest or a card is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// Not one at all.
    #[error("not a manifest")]
    NotOne,
    /// Written by a newer release.
    #[error("version {0} of a manifest")]
    Newer(u16),
    /// A part is larger than any true one, or has no meaning.
    #[error("`{0}` is as in no true manifest")]
    Senseless(&'static str),
    /// The signature is not by this key over this.
    #[error("the signature does not belong to it")]
    Signature,
}

fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Bytes of an even number of lower-case hexadecimal characters: the one spelling there is.
fn from_hex(text: &str) -> Option<Vec<u8>> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    if !text.len().is_multiple_of(2) || !text.bytes().all(is_digit) {
        return None;
    }
    let byte = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).ok();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn signature(text: &str) -> Result<Signature, ManifestError> {
    let bytes = from_hex(text).and_then(|bytes| bytes.try_into().ok());
    bytes.map(Signature).ok_or(ManifestError::Signature)
}

/// Reads `T` after its format and version were looked at: what a newer release wrote is called so.
fn decode<T: DeserializeOwned>(bytes: &[u8], format: &str) -> Result<T, ManifestError> {
    #[derive(Deserialize)]
    struct Mark {
        format: String,
        version: u16,
    }
    if bytes.len() > LARGEST_MANIFEST {
        return Err(ManifestError::Senseless("length"));
    }
    let mark: Mark = serde_json::from_slice(bytes).map_err(|_| ManifestError::NotOne)?;
    if mark.format != format {
        return Err(ManifestError::NotOne);
    }
    if mark.version > VERSION {
        return Err(ManifestError::Newer(mark.version));
    }
    // The signature does not say it: a version that never was is damage.
    if mark.version == 0 {
        return Err(ManifestError::Senseless("version"));
    }
    serde_json::from_slice(bytes).map_err(|_| ManifestError::Senseless("fields"))
}

impl Card {
    /// The card of a node with these keys.
    pub fn new(node: DeviceId, kind: NodeKind, key: &SigningKey, agreement_key: [u8; 32]) -> Self {
        let mut card = Self {
            format: CARD_FORMAT.into(),
            version: VERSION,
            node,
            kind,
            verify_key: ContentHash(key.verifying_key().to_bytes()),
            agreement_key: ContentHash(agreement_key),
            signature: String::new(),
        };
        card.signature = to_hex(&key.sign(CARD_DOMAIN, &card.signed_bytes()).0);
        card
    }

    /// Reads a card and checks that it is whole.
    ///
    /// # Errors
    /// `NotOne`, `Newer`, `Senseless`, `Signature`.
    pub fn decode(bytes: &[u8]) -> Result<Self, ManifestError> {
        let card: Self = decode(bytes, CARD_FORMAT)?;
        card.key()?
            .verify(
                CARD_DOMAIN,
                &card.signed_bytes(),
                &signature(&card.signature)?,
            )
            .map_err(|_| ManifestError::Signature)?;
        Ok(card)
    }

    /// The card as it is written into a file.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec_pretty(self).expect("BUG: a card is plain data")
    }

    /// Its key for signatures.
    ///
    /// # Errors
    /// `Signature` where it is no key.
    pub fn key(&self) -> Result<VerifyingKey, ManifestError> {
        VerifyingKey::from_bytes(&self.verify_key.0).map_err(|_| ManifestError::Signature)
    }

    /// What people compare, by telephone or face to face: 20 digits in groups of five.
    pub fn fingerprint(&self) -> String {
        let hash = hash(&self.signed_bytes());
        let groups = hash.chunks(4).take(4).map(|bytes| {
            let number = bytes
                .iter()
                .fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
            format!("{:05}", number % 100_000)
        });
        groups.collect::<Vec<_>>().join(" ")
    }

    fn signed_bytes(&self) -> Vec<u8> {
        let parts = (
            &self.format,
            self.version,
            self.node,
            self.kind,
            self.verify_key,
            self.agreement_key,
        );
        serde_json::to_vec(&parts).expect("BUG: a card is plain data")
    }
}

impl Heading {
    /// Where it stands in its chain.
    pub fn plan(&self) -> Plan {
        Plan {
            seq: self.seq,
            covers_from: self.covers_from,
            previous: self.previous.clone(),
        }
    }

    /// The sealed key as bytes; empty where it is none.
    pub fn sealed_key_bytes(&self) -> Vec<u8> {
        from_hex(&self.sealed_key).unwrap_or_default()
    }

    /// The sealed key as a heading carries it.
    pub fn seal_text(sealed: &[u8]) -> String {
        to_hex(sealed)
    }

    /// What the seals of key and content are bound to besides the key itself.
    pub fn binding(from: DeviceId, to: DeviceId, chain: &str, seq: u64) -> Vec<u8> {
        serde_json::to_vec(&(from, to, chain, seq)).expect("BUG: ids are plain data")
    }

    fn signed_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("BUG: a heading is plain data")
    }

    fn check(&self) -> Result<(), ManifestError> {
        let is_word = |text: &str| {
            text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
        };
        let plain = |text: &str| !text.chars().any(char::is_control);
        let received = self.received.as_ref();
        let senses = [
            ("chain", is_word(&self.chain)),
            ("seq", (1..1 << 40).contains(&self.seq)),
            ("covers_from", (1..=self.seq).contains(&self.covers_from)),
            (
                "previous",
                self.previous.len() as u64 <= (WIDEST_WINDOW + 1).min(self.seq - 1),
            ),
            (
                "received",
                received.is_none_or(|(chain, seq)| is_word(chain) && *seq < 1 << 40),
            ),
            (
                "medium",
                self.medium.len() <= LONGEST_MEDIUM && plain(&self.medium),
            ),
            (
                "exported_at",
                self.exported_at.len() <= 40 && plain(&self.exported_at),
            ),
            ("sealed_key", self.sealed_key.len() <= 512),
            ("chunks", (1..=MOST_CHUNKS).contains(&self.chunks.len())),
            (
                "bytes",
                self.chunks
                    .iter()
                    .all(|chunk| (1..1 << 40).contains(&chunk.bytes)),
            ),
        ];
        match senses.iter().find(|(_, holds)| !holds) {
            Some((part, _)) => Err(ManifestError::Senseless(part)),
            None => Ok(()),
        }
    }
}

impl Manifest {
    /// A heading, signed.
    ///
    /// # Errors
    /// `Senseless` for one that no receiver would take.
    pub fn signed(heading: Heading, key: &SigningKey) -> Result<Self, ManifestError> {
        if heading.seq == 0 {
            return Err(ManifestError::Senseless("seq"));
        }
        heading.check()?;
        let signature = to_hex(&key.sign(BUNDLE_DOMAIN, &heading.signed_bytes()).0);
        Ok(Self {
            format: FORMAT.into(),
            version: VERSION,
            heading,
            signature,
        })
    }

    /// Reads a manifest; whether it is the sender's is asked by [`Self::verify`].
    ///
    /// # Errors
    /// `NotOne`, `Newer`, `Senseless`.
    pub fn decode(bytes: &[u8]) -> Result<Self, ManifestError> {
        let manifest: Self = decode(bytes, FORMAT)?;
        if manifest.heading.seq == 0 {
            return Err(ManifestError::Senseless("seq"));
        }
        manifest.heading.check()?;
        // One spelling alone, so that not a bit can be changed unseen.
        if manifest.encode() == bytes {
            Ok(manifest)
        } else {
            Err(ManifestError::Senseless("spelling"))
        }
    }

    /// The manifest as it is written into its file.
    pub fn encode(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("BUG: a manifest is plain data")
    }

    /// Checks the sender's signature.
    ///
    /// # Errors
    /// `Signature`.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), ManifestError> {
        key.verify(
            BUNDLE_DOMAIN,
            &self.heading.signed_bytes(),
            &signature(&self.signature)?,
        )
        .map_err(|_| ManifestError::Signature)
    }

    /// By what the bundle is known: the hash of what is signed.
    pub fn hash(&self) -> ContentHash {
        ContentHash::of(&self.heading.signed_bytes())
    }
}

#[cfg(test)]
mod tests {
    use andu_crypto::Secret32;

    use super::*;

    fn id(n: u8) -> DeviceId {
        format!("019370a0-0000-7000-8000-0000000000{n:02x}")
            .parse()
            .expect("an id")
    }

    fn key(byte: u8) -> SigningKey {
        SigningKey::from_seed(&Secret32::from_bytes([byte; 32]))
    }

    fn heading() -> Heading {
        Heading {
            from: id(1),
            to: id(2),
            from_level: NetworkLevel::Extranet,
            to_level: NetworkLevel::Office,
            chain: "0123456789abcdef0123456789abcdef".into(),
            seq: 3,
            covers_from: 2,
            previous: vec![ContentHash::of(b"2"), ContentHash::of(b"1")],
            received: Some(("fedcba9876543210fedcba9876543210".into(), 1)),
            medium: "望府光盘〔2026〕0007".into(),
            exported_at: "2026-03-02T01:00:00.000Z".into(),
            sealed_key: "00ff".into(),
            chunks: vec![Chunk {
                bytes: 9,
                hash: ContentHash::of(b"chunk"),
            }],
        }
    }

    #[test]
    fn a_manifest_survives_its_way_and_says_whose_it_is() {
        let manifest = Manifest::signed(heading(), &key(1)).expect("signed");
        let read = Manifest::decode(&manifest.encode()).expect("read");
        assert_eq!(read, manifest);
        assert_eq!(read.verify(&key(1).verifying_key()), Ok(()));
        assert_eq!(
            read.verify(&key(2).verifying_key()),
            Err(ManifestError::Signature)
        );
        assert_eq!(read.hash(), manifest.hash());
    }

    #[test]
    fn what_no_true_manifest_says_is_named() {
        type Change = fn(&mut Heading);
        let changes: [(&str, Change); 9] = [
            ("chain", |h| h.chain = "x".repeat(32)),
            ("seq", |h| h.seq = 1 << 40),
            ("covers_from", |h| h.covers_from = 4),
            ("previous", |h| h.previous.push(ContentHash::of(b"0"))),
            ("received", |h| h.received = Some((String::new(), 1))),
            ("medium", |h| h.medium = "9".repeat(65)),
            ("medium", |h| h.medium = "a\nb".into()),
            ("chunks", |h| h.chunks.clear()),
            ("bytes", |h| h.chunks[0].bytes = 0),
        ];
        for (part, change) in changes {
            let mut bent = heading();
            change(&mut bent);
            assert_eq!(
                Manifest::signed(bent, &key(1)),
                Err(ManifestError::Senseless(part))
            );
        }
        assert_eq!(Manifest::decode(b"{}"), Err(ManifestError::NotOne));
        let newer = br#"{"format":"andu-bundle","version":9,"more":1}"#;
        assert_eq!(Manifest::decode(newer), Err(ManifestError::Newer(9)));
        let large = vec![b' '; LARGEST_MANIFEST + 1];
        assert_eq!(
            Manifest::decode(&large),
            Err(ManifestError::Senseless("length"))
        );
    }

    #[test]
    fn a_card_is_whole_or_nothing_and_known_by_its_fingerprint() {
        let card = Card::new(id(1), NodeKind::Desk, &key(1), [7; 32]);
        assert_eq!(Card::decode(&card.encode()).as_ref(), Ok(&card));
        assert_eq!(card.fingerprint().len(), 23, "{}", card.fingerprint());
        let mut mixed = card.clone();
        mixed.agreement_key = ContentHash([8; 32]);
        assert_eq!(Card::decode(&mixed.encode()), Err(ManifestError::Signature));
        assert_ne!(mixed.fingerprint(), card.fingerprint());
    }

    #[test]
    fn a_flipped_bit_anywhere_in_a_manifest_is_noticed() {
        let manifest = Manifest::signed(heading(), &key(1)).expect("signed");
        let bytes = manifest.encode();
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bent = bytes.clone();
                bent[at] ^= 1 << bit;
                let accepted =
                    Manifest::decode(&bent).and_then(|read| read.verify(&key(1).verifying_key()));
                assert!(accepted.is_err(), "byte {at}, bit {bit}");
            }
        }
    }
}
