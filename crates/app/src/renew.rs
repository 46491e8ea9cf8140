//! 重新登记: a desk whose enrolment does not hold any more, because it was put back from a backup or because
//! its use was ended, is enrolled again as another device. Whatever it holds stays, and what waits to be sent
//! goes under the new name: the ids of commands stay, so that what was decided is answered and not done
//! again.

use andu_base::{DeviceId, PersonId};
use andu_store::{DeviceRecord, IS_COPY, Reader, Store, Tx};
use andu_sync::Command;
use serde::{Deserialize, Serialize};

use crate::{Refusal, bundle, setup};

/// Which device a desk was before, and whose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    /// The device.
    pub device: DeviceId,
    /// Its person; somebody else's code is not taken.
    pub person: PersonId,
}

/// Of which desk a device is, however often that was enrolled: the device that it was first. What was written
/// at one opening of a text is in every copy of that desk, and in no other.
///
/// # Errors
/// The store's own.
pub(crate) fn desk_of(reader: Reader<'_>, device: DeviceId) -> Result<DeviceId, Refusal> {
    let first = reader.meta(&first_name(device))?;
    Ok(first.and_then(|id| id.parse().ok()).unwrap_or(device))
}

fn first_name(device: DeviceId) -> String {
    format!("device_first:{device}")
}

/// At the server: the device that a desk was is used no more, and the new one is of the same desk: it goes on
/// with what was written under the ids of that desk's openings. A server that does not know that device any
/// more, because it was restored from an older copy, has none to end.
pub(crate) fn take_over(
    tx: &mut Tx<'_>,
    before: &Before,
    (device, person): (DeviceId, PersonId),
    reason: &str,
    now: &str,
) -> Result<(), Refusal> {
    let other = || Refusal::because("enrolment.other_person");
    let known = tx.reader().device(before.device)?;
    let is_other = known
        .as_ref()
        .is_some_and(|known| known.person_id != person);
    if before.person != person || is_other {
        return Err(other());
    }
    if let Some(known) = known {
        setup::end_device(tx, known.id, (&person.as_text(), reason), now)?;
    }
    let first = desk_of(tx.reader(), before.device)?;
    Ok(tx.meta_put(&first_name(device), &first.as_text())?)
}

/// What a desk goes on as.
#[derive(Debug, Clone, Copy)]
pub struct Renewed<'a> {
    /// The device that it is from now on.
    pub device: DeviceId,
    /// Whose.
    pub person: PersonId,
    /// Its public key, 64 hexadecimal characters.
    pub verify_key: &'a str,
    /// Address of the server.
    pub server: &'a str,
    /// 128 random bits as 32 hexadecimal characters.
    pub fresh: &'a str,
    /// Instant in UTC.
    pub now: &'a str,
}

/// At the desk, in one transaction: it is another device, everything it made is signed anew by `sign`, and
/// its discs begin new chains on both ways.
///
/// # Errors
/// The store's own; the desk is then what it was.
pub fn renewed(
    store: &Store,
    renewed: &Renewed<'_>,
    sign: &mut dyn FnMut(Command) -> Command,
) -> Result<(), Refusal> {
    store.write(|tx| {
        tx.device_put(&DeviceRecord {
            id: renewed.device,
            person_id: renewed.person,
            verify_key: renewed.verify_key.to_owned(),
            token_hash: String::new(),
            last_seq: 0,
            enrolled_at: renewed.now.to_owned(),
        })?;
        tx.meta_put("device", &renewed.device.as_text())?;
        tx.meta_put("server", renewed.server)?;
        tx.own_commands_sign_anew(&mut |mut command| {
            command.device = renewed.device;
            command.signature.clear();
            sign(command)
        })?;
        bundle::begin_anew(tx, renewed.fresh)?;
        bundle::receive_anew(tx, renewed.now)?;
        // The new chains are begun: nothing is left that a copy would not know of.
        tx.meta_put(IS_COPY, "")?;
        Ok(())
    })
}
