//! With whom discs are exchanged, and who approves what. At a server these are acts of 安全保密管理员; at a
//! desk its person declares the server.

use andu_base::{AgencyId, ContentHash, DeviceId};
use andu_store::{BundlePeerRecord, BundleRequestRecord, Reader, Tx};
use andu_sync::bundle::{NetworkLevel, NodeKind, WIDEST_WINDOW};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{EXPORT, IMPORT, LEVEL, peer_of, read_card};
use crate::{
    Refusal,
    execute::{Call, Place},
    organisation,
};

/// Declares somebody with whom discs are exchanged, or changes what was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Declaration {
    /// The text of the card that the other side gave.
    pub card: String,
    /// What it is called here.
    pub name: String,
    /// The level of its network, by its word.
    pub level: String,
    /// The level of this network, by its word.
    pub own_level: String,
    /// Discs may go down to it, each with two approvals.
    pub downward: bool,
    /// How many discs before it a disc carries again, 0 to 32.
    pub repeat_window: u32,
}

const LONGEST_NAME: usize = 200;
const LONGEST_REASON: usize = 1_000;

fn level(word: &str) -> Result<NetworkLevel, Refusal> {
    word.parse()
        .map_err(|_| Refusal::because("bundle.level_unknown"))
}

fn bounded<'a>(text: &'a str, longest: usize, empty: &str) -> Result<&'a str, Refusal> {
    match text.trim() {
        "" => Err(Refusal::because(empty)),
        text if text.len() > longest => Err(Refusal::because("bundle.text_long")),
        text => Ok(text),
    }
}

/// Declares somebody.
///
/// # Errors
/// `bundle.not_a_card`, `bundle.own_card`, `bundle.unknown_device` for a desk that is not enrolled here with
/// these keys, `bundle.level_unknown`, `bundle.name_needed`.
pub fn declare(
    tx: &mut Tx<'_>,
    declaration: &Declaration,
    (own, is_server): (DeviceId, bool),
    (by, now): (&str, &str),
) -> Result<DeviceId, Refusal> {
    let card = read_card(declaration.card.as_bytes())?;
    let name = bounded(&declaration.name, LONGEST_NAME, "bundle.name_needed")?;
    if card.node == own {
        return Err(Refusal::because("bundle.own_card"));
    }
    if is_server && card.kind == NodeKind::Desk {
        let device = tx.reader().device(card.node)?;
        if device.is_none_or(|device| device.verify_key != card.verify_key.to_string()) {
            return Err(Refusal::because("bundle.unknown_device"));
        }
    }
    let window = declaration.repeat_window;
    let known = tx.reader().bundle_peer(card.node)?;
    let known = known.filter(|known| known.verify_key == card.verify_key);
    tx.bundle_peer_put(&BundlePeerRecord {
        node: card.node,
        kind: match card.kind {
            NodeKind::Desk => "desk".into(),
            NodeKind::Server => "server".into(),
        },
        name: name.to_owned(),
        verify_key: card.verify_key,
        agreement_key: card.agreement_key,
        level: level(&declaration.level)?.name().into(),
        downward: declaration.downward,
        repeat_window: window.min(u32::try_from(WIDEST_WINDOW).unwrap_or(u32::MAX)),
        declared_by: by.to_owned(),
        declared_at: now.to_owned(),
        ended_at: String::new(),
        chain: known
            .as_ref()
            .map_or_else(String::new, |known| known.chain.clone()),
        acknowledged: known.as_ref().map_or(0, |known| known.acknowledged),
        reported: known
            .as_ref()
            .map_or_else(String::new, |known| known.reported.clone()),
        reported_seq: known.as_ref().map_or(0, |known| known.reported_seq),
    })?;
    tx.meta_put(LEVEL, level(&declaration.own_level)?.name())?;
    Ok(card.node)
}

/// Ends the exchange with somebody. What was exchanged stays in the register.
///
/// # Errors
/// `bundle.unknown_peer`.
pub fn end(tx: &mut Tx<'_>, node: DeviceId, now: &str) -> Result<(), Refusal> {
    let mut peer = peer_of(tx.reader(), node, "bundle.unknown_peer")?;
    now.clone_into(&mut peer.ended_at);
    Ok(tx.bundle_peer_put(&peer)?)
}

/// Asks for a disc that goes down, under an id of the caller's.
///
/// # Errors
/// `bundle.unknown_peer`, `bundle.downward_off`, `bundle.reason_needed`.
pub fn ask(
    tx: &mut Tx<'_>,
    (id, node, reason): (&str, DeviceId, &str),
    (by, now): (&str, &str),
) -> Result<(), Refusal> {
    let reason = bounded(reason, LONGEST_REASON, "bundle.reason_needed")?;
    let peer = peer_of(tx.reader(), node, "bundle.unknown_peer")?;
    if !peer.downward {
        return Err(Refusal::because("bundle.downward_off"));
    }
    tx.bundle_request_put(&BundleRequestRecord {
        id: id.to_owned(),
        node,
        reason: reason.to_owned(),
        asked_by: by.to_owned(),
        asked_at: now.to_owned(),
        used_at: String::new(),
    })?;
    Ok(())
}

/// Approves the import of a bundle (its hash) or a request to export (its id).
///
/// # Errors
/// `bundle.nothing_to_approve`, `bundle.own_request`, `bundle.approved_before`.
pub fn approve(
    tx: &mut Tx<'_>,
    (subject, direction): (&str, &str),
    (by, now): (&str, &str),
) -> Result<(), Refusal> {
    let nothing = || Refusal::because("bundle.nothing_to_approve");
    match direction {
        IMPORT => {
            subject.parse::<ContentHash>().map_err(|_| nothing())?;
        }
        EXPORT => {
            let request = tx.reader().bundle_request(subject)?.ok_or_else(nothing)?;
            if !request.used_at.is_empty() {
                return Err(nothing());
            }
            if request.asked_by == by {
                return Err(Refusal::because("bundle.own_request"));
            }
        }
        _ => return Err(nothing()),
    }
    match tx.bundle_approve((subject, direction), by, now)? {
        true => Ok(()),
        false => Err(Refusal::because("bundle.approved_before")),
    }
}

/// Requests without a disc, each with those who approved it.
///
/// # Errors
/// The store's own.
pub fn open_requests(
    reader: Reader<'_>,
) -> Result<Vec<(BundleRequestRecord, Vec<String>)>, Refusal> {
    let open = reader.bundle_requests_open()?.into_iter();
    open.map(|request| {
        let approved = reader.bundle_approvals(&request.id, EXPORT)?;
        Ok((request, approved))
    })
    .collect()
}

/// These acts are about the server's own discs: elsewhere they are nothing.
fn at_server(call: &Call<'_, '_>) -> Result<(DeviceId, bool), Refusal> {
    let own = call
        .tx
        .reader()
        .meta("device")?
        .and_then(|id| id.parse().ok());
    match own {
        Some(own) if call.place == Place::Server => Ok((own, true)),
        _ => Err(Refusal::because("bundle.at_the_server")),
    }
}

/// The agency of the person whose desk this is; `None` where it is no enrolled desk.
///
/// # Errors
/// The store's own.
fn agency_of(reader: Reader<'_>, node: DeviceId) -> Result<Option<AgencyId>, Refusal> {
    let Some(device) = reader.device(node)? else {
        return Ok(None);
    };
    Ok(Some(reader.person(device.person_id)?.agency_id))
}

/// Whether those of `own` look after the desk: on a server of many agencies each after its own desks, and
/// those of the agency that runs it after all.
///
/// # Errors
/// The store's own.
pub(super) fn looks_after(
    reader: Reader<'_>,
    own: AgencyId,
    node: DeviceId,
) -> Result<bool, Refusal> {
    let Some(agency) = agency_of(reader, node)? else {
        return Ok(true);
    };
    let host = reader.meta(organisation::HOST)?.unwrap_or_default();
    Ok(agency == own || own.as_text() == host)
}

fn of_own_agency(call: &Call<'_, '_>, node: DeviceId) -> Result<(), Refusal> {
    match looks_after(call.tx.reader(), call.actor.agency_id, node)? {
        true => Ok(()),
        false => Err(Refusal::because("organisation.other_agency")),
    }
}

/// The command `bundle_peer_declare`.
///
/// # Errors
/// As [`declare`].
pub fn declare_act(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let own = at_server(call)?;
    let declaration: Declaration = serde_json::from_value(args)?;
    of_own_agency(call, read_card(declaration.card.as_bytes())?.node)?;
    let by = call.actor.id.as_text();
    let node = declare(call.tx, &declaration, own, (&by, call.now))?.as_text();
    call.about(&node);
    Ok(json!({ "id": node }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EndArgs {
    id: DeviceId,
}

/// The command `bundle_peer_end`.
///
/// # Errors
/// As [`end`].
pub fn end_act(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    at_server(call)?;
    let EndArgs { id } = serde_json::from_value(args)?;
    of_own_agency(call, id)?;
    end(call.tx, id, call.now)?;
    call.about(&id.as_text());
    Ok(json!({ "id": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskArgs {
    id: String,
    to: DeviceId,
    reason: String,
}

/// The command `bundle_export_ask`.
///
/// # Errors
/// As [`ask`].
pub fn ask_act(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    at_server(call)?;
    let AskArgs { id, to, reason } = serde_json::from_value(args)?;
    of_own_agency(call, to)?;
    let by = call.actor.id.as_text();
    ask(call.tx, (&id, to, &reason), (&by, call.now))?;
    call.about(&id);
    Ok(json!({ "id": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ApproveArgs {
    id: String,
    direction: String,
}

/// The command `bundle_approve`.
///
/// # Errors
/// As [`approve`].
pub fn approve_act(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    at_server(call)?;
    let ApproveArgs { id, direction } = serde_json::from_value(args)?;
    if let Some(request) = call.tx.reader().bundle_request(&id)? {
        of_own_agency(call, request.node)?;
    }
    let by = call.actor.id.as_text();
    approve(call.tx, (&id, &direction), (&by, call.now))?;
    call.about(&id);
    Ok(json!({ "id": id }))
}
