//! Proving who wrote a text: every update in its log against the signature of the device that wrote it.

use andu_store::Reader;
use andu_sync::Command;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;

use crate::{Refusal, execute::SESSION_MARK, execute::verifying_key};

/// What a look at a draft's log found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proof {
    /// Updates whose signature is that of their device.
    pub proved: usize,
    /// Updates that were written in a browser, for which its session speaks.
    pub by_session: usize,
    /// Ids of updates that nobody's signature covers: altered, put in from outside, or from before envelopes
    /// were kept.
    pub unproved: Vec<String>,
}

/// Looks at every update of a draft's log, late ones too.
///
/// # Errors
/// The store's own.
pub fn prove(reader: Reader<'_>, draft_id: &str) -> Result<Proof, Refusal> {
    let mut proof = Proof::default();
    let envelopes: std::collections::BTreeMap<String, String> =
        reader.draft_envelopes(draft_id)?.into_iter().collect();
    let mut updates: Vec<(String, Vec<u8>)> = reader
        .draft_updates(draft_id)?
        .into_iter()
        .map(|written| (written.command_id, written.update))
        .collect();
    for branch in reader.late_branches(draft_id)? {
        for late in reader.late_updates(&branch.id)? {
            updates.push((late.command_id, late.update));
        }
    }
    updates.sort();
    updates.dedup();
    for (id, update) in updates {
        match envelopes
            .get(&id)
            .map(|envelope| signer(reader, envelope, &update))
        {
            Some(Ok(Signer::Device)) => proof.proved += 1,
            Some(Ok(Signer::Session)) => proof.by_session += 1,
            Some(Err(Refusal::Store(error))) => return Err(error.into()),
            _ => proof.unproved.push(id),
        }
    }
    Ok(proof)
}

enum Signer {
    Device,
    Session,
}

fn signer(reader: Reader<'_>, envelope: &str, update: &[u8]) -> Result<Signer, Refusal> {
    let unproved = || Refusal::because("command.signature");
    let mut envelope: Value = serde_json::from_str(envelope)?;
    let name = match envelope["kind"].as_str() {
        Some("draft_create") => "state",
        _ => "update",
    };
    envelope["args"][name] = STANDARD.encode(update).into();
    let command: Command = serde_json::from_value(envelope)?;
    if command.signature.starts_with(SESSION_MARK) {
        return Ok(Signer::Session);
    }
    let device = reader.device(command.device)?.ok_or_else(unproved)?;
    let key = verifying_key(&device.verify_key).ok_or_else(unproved)?;
    command.verify(&key).map_err(|_| unproved())?;
    Ok(Signer::Device)
}
