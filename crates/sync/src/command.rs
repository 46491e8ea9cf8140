//! The command envelope: what a desk asks for, in the words of the command table, with everything a
//! primary needs to decide once and only once.

use std::collections::BTreeMap;

use andu_base::{CommandId, ContentHash, DeviceId, PersonId};
use andu_crypto::{Signature, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::change::Scope;

/// What signatures of envelopes are made for.
pub const SIGN_DOMAIN: &str = "andu command v1";

/// What the person saw when deciding.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Basis {
    /// How far each scope had been pulled.
    #[serde(default)]
    pub cursors: BTreeMap<Scope, u64>,
    /// The content the decision is about.
    #[serde(default)]
    pub content: Option<ContentHash>,
}

/// A command envelope. Ids and times travel in it; nothing is made up where it is decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Command {
    /// UUIDv7, made at the desk; the same id is never decided twice.
    pub id: CommandId,
    /// The device that signs.
    pub device: DeviceId,
    /// Counts the device's commands from 1, without gaps.
    pub device_seq: u64,
    /// Who asks.
    pub actor: PersonId,
    /// Name in the command table.
    pub kind: String,
    /// Version of the arguments' shape, from 1.
    pub kind_version: u16,
    /// Arguments; object keys are kept in order, so that equal arguments have equal bytes.
    pub args: serde_json::Value,
    /// What the person saw.
    pub basis: Basis,
    /// Commands that must have been applied before.
    #[serde(default)]
    pub depends_on: Vec<CommandId>,
    /// The desk's time, an instant in UTC (RFC 3339). Never decides anything.
    pub claimed_at: String,
    /// Ed25519 by the device over all of the above, 128 hexadecimal characters; empty before signing.
    #[serde(default)]
    pub signature: String,
}

/// Why an envelope is not accepted as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// The signature is missing, not hexadecimal, or not by this device.
    #[error("the signature of command `{0}` does not belong to its device")]
    Signature(CommandId),
    /// A part of the envelope is larger than any true one.
    #[error("`{0}` is larger than in any true envelope")]
    Oversized(&'static str),
    /// A number that is not whole: it has no one spelling, so its bytes cannot be signed.
    #[error("a number in the arguments is not whole")]
    Fraction,
}

/// The longest name of a command, in bytes.
const LONGEST_KIND: usize = 64;
/// The longest instant, in bytes.
const LONGEST_INSTANT: usize = 40;
/// The longest name of a scope, in bytes.
const LONGEST_SCOPE: usize = 128;
/// Commands that one may name.
const MOST_NAMED: usize = 64;
/// Scopes a person may have pulled.
const MOST_SCOPES: usize = 1_000;

impl Command {
    /// What `actor` asks for at `device`: without a basis, not numbered and not signed yet.
    pub fn new(
        id: CommandId,
        (device, actor): (DeviceId, PersonId),
        kind: &str,
        args: serde_json::Value,
        claimed_at: &str,
    ) -> Self {
        Self {
            id,
            device,
            device_seq: 0,
            actor,
            kind: kind.to_owned(),
            kind_version: 1,
            args,
            basis: Basis::default(),
            depends_on: Vec::new(),
            claimed_at: claimed_at.to_owned(),
            signature: String::new(),
        }
    }

    /// The bytes that are signed: the envelope without its signature, in canonical JSON.
    fn signed_bytes(&self) -> Vec<u8> {
        let mut value = serde_json::to_value(self).expect("BUG: an envelope is plain data");
        if let Some(object) = value.as_object_mut() {
            object.remove("signature");
        }
        serde_json::to_vec(&value).expect("BUG: an envelope is plain data")
    }

    /// Whether every part has the size and shape of a true envelope's. The size of the arguments is the
    /// command's own affair, within what the server takes at all.
    ///
    /// # Errors
    /// `Oversized` and `Fraction`.
    pub fn check_shape(&self) -> Result<(), CommandError> {
        let scopes = &self.basis.cursors;
        let sizes = [
            ("kind", self.kind.len(), LONGEST_KIND),
            ("claimed_at", self.claimed_at.len(), LONGEST_INSTANT),
            ("signature", self.signature.len(), 128),
            ("depends_on", self.depends_on.len(), MOST_NAMED),
            ("basis", scopes.len(), MOST_SCOPES),
            (
                "scope",
                scopes.keys().map(|scope| scope.0.len()).max().unwrap_or(0),
                LONGEST_SCOPE,
            ),
        ];
        if let Some((part, ..)) = sizes.iter().find(|(_, size, limit)| size > limit) {
            return Err(CommandError::Oversized(part));
        }
        if is_whole(&self.args) {
            Ok(())
        } else {
            Err(CommandError::Fraction)
        }
    }

    /// The same envelope with the device's signature.
    #[must_use]
    pub fn signed(mut self, key: &SigningKey) -> Self {
        let signature = key.sign(SIGN_DOMAIN, &self.signed_bytes());
        self.signature = signature
            .0
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        self
    }

    /// Checks the device's signature.
    ///
    /// # Errors
    /// `Signature` if it is missing, malformed or wrong.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), CommandError> {
        let wrong = || CommandError::Signature(self.id);
        let bytes = parse_hex(&self.signature).ok_or_else(wrong)?;
        key.verify(SIGN_DOMAIN, &self.signed_bytes(), &Signature(bytes))
            .map_err(|_| wrong())
    }

    /// Names kind and arguments: the same id with another hash is a forgery, not a retry.
    pub fn args_hash(&self) -> ContentHash {
        let parts = (&self.kind, self.kind_version, &self.args, self.actor);
        ContentHash::of(&serde_json::to_vec(&parts).expect("BUG: arguments are plain data"))
    }
}

/// Whether every number in a value is whole. A parsed value is never nested deeper than the parser goes.
fn is_whole(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Number(number) => !number.is_f64(),
        serde_json::Value::Array(values) => values.iter().all(is_whole),
        serde_json::Value::Object(values) => values.values().all(is_whole),
        _ => true,
    }
}

fn parse_hex(text: &str) -> Option<[u8; 64]> {
    let mut bytes = [0; 64];
    if text.len() != 128 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use andu_crypto::Secret32;

    use super::*;

    fn command() -> Command {
        let id = |n: u8| format!("019370a0-0000-7000-8000-0000000000{n:02x}");
        Command {
            device_seq: 1,
            ..Command::new(
                id(1).parse().expect("an id"),
                (id(2).parse().expect("an id"), id(3).parse().expect("an id")),
                "draft_submit",
                serde_json::json!({"id": "x", "note": "请审"}),
                "2026-03-02T01:00:00Z",
            )
        }
    }

    #[test]
    fn a_signature_holds_for_the_envelope_it_was_made_for_and_no_other() {
        let key = SigningKey::from_seed(&Secret32::from_bytes([7; 32]));
        let signed = command().signed(&key);
        assert_eq!(signed.verify(&key.verifying_key()), Ok(()));
        let mut other = signed.clone();
        other.args["note"] = "改".into();
        assert!(
            other.verify(&key.verifying_key()).is_err(),
            "changed arguments pass"
        );
        let mut unsigned = signed.clone();
        unsigned.signature.clear();
        assert!(
            unsigned.verify(&key.verifying_key()).is_err(),
            "no signature passes"
        );
        let stranger = SigningKey::from_seed(&Secret32::from_bytes([8; 32]));
        assert!(
            signed.verify(&stranger.verifying_key()).is_err(),
            "another device passes"
        );
    }

    #[test]
    fn an_envelope_larger_than_any_true_one_is_told_by_its_part() {
        type Change = fn(&mut Command);
        let changes: [(&str, Change); 5] = [
            ("kind", |command| command.kind = "k".repeat(65)),
            ("claimed_at", |command| command.claimed_at = "2".repeat(41)),
            ("signature", |command| command.signature = "0".repeat(129)),
            ("depends_on", |command| {
                command.depends_on = vec![command.id; 65];
            }),
            ("scope", |command| {
                command.basis.cursors = [(Scope("s".repeat(129)), 1)].into();
            }),
        ];
        assert_eq!(command().check_shape(), Ok(()));
        for (part, change) in changes {
            let mut large = command();
            change(&mut large);
            assert_eq!(large.check_shape(), Err(CommandError::Oversized(part)));
        }
        let mut fraction = command();
        fraction.args["list"] = serde_json::json!([1, {"n": 0.5}]);
        assert_eq!(fraction.check_shape(), Err(CommandError::Fraction));
    }

    #[test]
    fn an_envelope_survives_its_way_over_the_wire() {
        let key = SigningKey::from_seed(&Secret32::from_bytes([7; 32]));
        let signed = command().signed(&key);
        let text = serde_json::to_string(&signed).expect("plain data");
        let read: Command = serde_json::from_str(&text).expect("what was written reads");
        assert_eq!(read, signed);
        assert_eq!(read.verify(&key.verifying_key()), Ok(()));
    }
}
