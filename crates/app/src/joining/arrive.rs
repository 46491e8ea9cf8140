//! An offer on its way to the server: its parts come in any order and as often as they like, and are taken
//! only as what the signed manifest says they are.

use andu_base::{ContentHash, DeviceId};
use andu_crypto::Signature;
use andu_org::Person;
use andu_store::{JoiningRecord, JoiningState, Reader, Store, Tx};
use andu_sync::Reason;
use serde::{Deserialize, Serialize};

use super::{Brought, Manifest, SIGNED_FOR};
use crate::{Refusal, execute::verifying_key};

/// Where an offer stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Standing {
    /// These parts are missing.
    Arriving {
        /// Their numbers.
        missing: Vec<u32>,
    },
    /// It waits for a decision.
    Whole {
        /// Whether whoever offers may decide.
        may_decide: bool,
    },
    /// It was taken over.
    Applied {
        /// What of it, and how.
        brought: Box<Brought>,
    },
    /// It was refused.
    Refused {
        /// Why.
        reason: Reason,
    },
}

/// Takes an offer in, or looks where it stands.
///
/// # Errors
/// `joining.too_large`; `joining.forged` where the device did not sign it.
pub fn offer(
    store: &Store,
    (person, device): (&Person, DeviceId),
    manifest: &Manifest,
    signature: &str,
    now: &str,
) -> Result<Standing, Refusal> {
    if !manifest.is_sound() {
        return Err(Refusal::because("joining.too_large"));
    }
    store.write(|tx| {
        let known = tx.reader().device(device)?;
        let key = known.and_then(|device| verifying_key(&device.verify_key));
        let bytes = serde_json::to_vec(manifest)?;
        let signed = signature_of(signature)
            .zip(key)
            .is_some_and(|(signature, key)| key.verify(SIGNED_FOR, &bytes, &signature).is_ok());
        if !signed {
            return Err(Refusal::because("joining.forged"));
        }
        let id = manifest.id(device);
        if tx.reader().joining(&id)?.is_none() {
            tx.joining_put(&JoiningRecord {
                id: id.clone(),
                device_id: device,
                person_id: person.id,
                state: JoiningState::Arriving,
                manifest: serde_json::to_string(manifest)?,
                offered_at: now.to_owned(),
                decided_at: String::new(),
                answer: String::new(),
            })?;
        }
        stands(tx.reader(), person, &of_device(tx.reader(), device, &id)?)
    })
}

/// Takes a part. The last one that was missing makes the offer whole.
///
/// # Errors
/// `joining.not_there`; `joining.forged` for other bytes than the manifest names.
pub fn take_part(
    store: &Store,
    (person, device): (&Person, DeviceId),
    (id, part): (&str, u32),
    bytes: &[u8],
) -> Result<Standing, Refusal> {
    store.write(|tx| {
        let mut joining = of_device(tx.reader(), device, id)?;
        if joining.state != JoiningState::Arriving {
            return stands(tx.reader(), person, &joining);
        }
        let manifest: Manifest = serde_json::from_str(&joining.manifest)?;
        let named = manifest.parts.get(part as usize);
        let fits = bytes.len() as u64 == manifest.length_of(part)
            && named == Some(&ContentHash::of(bytes));
        if !fits {
            return Err(Refusal::because("joining.forged"));
        }
        tx.joining_part_put(id, part, bytes)?;
        make_whole(tx, &mut joining, &manifest)?;
        stands(tx.reader(), person, &joining)
    })
}

fn make_whole(
    tx: &mut Tx<'_>,
    joining: &mut JoiningRecord,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    if tx.reader().joining_parts(&joining.id)?.len() == manifest.parts.len() {
        joining.state = JoiningState::Whole;
        tx.joining_put(joining)?;
    }
    Ok(())
}

/// Where this device's offer stands.
///
/// # Errors
/// `joining.not_there`.
pub fn standing(
    reader: Reader<'_>,
    (person, device): (&Person, DeviceId),
    id: &str,
) -> Result<Standing, Refusal> {
    stands(reader, person, &of_device(reader, device, id)?)
}

fn of_device(reader: Reader<'_>, device: DeviceId, id: &str) -> Result<JoiningRecord, Refusal> {
    let joining = reader.joining(id)?;
    joining
        .filter(|joining| joining.device_id == device)
        .ok_or_else(|| Refusal::because("joining.not_there"))
}

fn stands(
    reader: Reader<'_>,
    person: &Person,
    joining: &JoiningRecord,
) -> Result<Standing, Refusal> {
    Ok(match joining.state {
        JoiningState::Arriving => {
            let manifest: Manifest = serde_json::from_str(&joining.manifest)?;
            let there = reader.joining_parts(&joining.id)?;
            let all = 0..u32::try_from(manifest.parts.len()).unwrap_or(u32::MAX);
            Standing::Arriving {
                missing: all
                    .filter(|part| there.binary_search(part).is_err())
                    .collect(),
            }
        }
        JoiningState::Whole => Standing::Whole {
            may_decide: person.may(andu_org::Grant::KeepVocabulary),
        },
        JoiningState::Applied => Standing::Applied {
            brought: serde_json::from_str(&joining.answer)?,
        },
        JoiningState::Refused => Standing::Refused {
            reason: serde_json::from_str(&joining.answer)?,
        },
    })
}

/// A signature from its 128 hexadecimal characters.
fn signature_of(hex: &str) -> Option<Signature> {
    let mut bytes = [0; 64];
    if hex.len() != 128 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).ok()?;
    }
    Some(Signature(bytes))
}
