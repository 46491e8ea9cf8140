//! Writing a disc: what its receiver may have and is not known to hold, under a seal for the receiver
//! alone. The ledger knows of it before its manifest is on the medium: a disc that was cut short is one
//! that was lost, and the next one carries its content.

use std::path::Path;

use andu_base::{CommandId, DeviceId};
use andu_crypto::{AgreementPublic, CryptoError, SealWriter};
use andu_store::{AuditEntry, BundlePeerRecord, BundleSentRecord, IS_COPY, Reader};
use andu_sync::{
    PullRequest, PushRequest, Reason,
    bundle::{
        ContentError, Crossing, Heading, Manifest, Plan, Receipt, Record, advance, is_later,
        next_chain, write_end, write_record,
    },
};

use super::{
    EXPORT, Node, SEAL_PURPOSE, Side, folder, forgotten_chain, levels, medium_number, peer_of,
    random_key, random_word, received_chains, sent_chain,
};
use crate::{Refusal, cause, organisation, queue, receive};

/// What is to be written.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// For whom.
    pub to: DeviceId,
    /// Into which folder; it is made, or empty.
    pub folder: &'a Path,
    /// 介质编号
    pub medium: &'a str,
    /// Id of who writes it.
    pub operator: &'a str,
    /// The request that was approved, where the disc goes down.
    pub request: Option<&'a str>,
    /// The longest file, in bytes.
    pub longest_chunk: u64,
    /// Begins a new chain: the old one cannot go on.
    pub restart: bool,
    /// Instant in UTC.
    pub now: &'a str,
}

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exported {
    /// As it stands in the register.
    pub sent: BundleSentRecord,
    /// How many files the content has.
    pub files: usize,
    /// Commands on it.
    pub commands: u64,
    /// Outcomes on it.
    pub outcomes: u64,
    /// Rows on it.
    pub rows: u64,
}

/// Commands in one record.
const COMMANDS_AT_ONCE: usize = 256;
/// Commands in one bundle.
const COMMANDS_AT_MOST: u32 = 100_000;
/// Rows in one page.
const ROWS_AT_ONCE: u32 = 200;
/// Pages in one bundle; what is left goes with the next.
const PAGES_AT_MOST: usize = 100_000;

/// What was decided before the first byte is written.
struct Planned {
    peer: BundlePeerRecord,
    plan: Plan,
    is_new_chain: bool,
    crossing: Crossing,
    heading: Heading,
}

/// What went into the content.
#[derive(Default)]
struct Packed {
    records: u64,
    commands: Vec<CommandId>,
    outcomes: u64,
    rows: u64,
    cursors_after: String,
}

/// Writes a bundle into a folder.
///
/// # Errors
/// `bundle.unknown_peer`, `bundle.level_needed`, `bundle.downward_off`, `bundle.approvals_missing`,
/// `bundle.medium_needed`, `bundle.folder_not_empty`, `bundle.medium_unusable`, `bundle.medium_full`; then
/// nothing of it is left in the folder or in the register.
pub fn export(node: &Node<'_>, order: &Order<'_>) -> Result<Exported, Refusal> {
    // A medium that cannot be written at all is told before anything else is done.
    folder::prepare(order.folder)?;
    let written = write(node, order);
    if written.is_err() {
        folder::clear(order.folder);
    }
    let (manifest, exported) = written?;
    folder::write_manifest(order.folder, &manifest)?;
    Ok(exported)
}

fn write(node: &Node<'_>, order: &Order<'_>) -> Result<(Manifest, Exported), Refusal> {
    let fresh = random_word()?;
    let mut planned = node
        .store
        .read(|reader| plan(reader, node, order, &fresh))?;
    let (peer, heading) = (&planned.peer, &mut planned.heading);
    let key = random_key()?;
    let binding = Heading::binding(heading.from, heading.to, &heading.chain, heading.seq);
    let public = AgreementPublic::from_bytes(&peer.agreement_key.0);
    let sealed = public.and_then(|public| public.seal(SEAL_PURPOSE, &binding, &key));
    heading.sealed_key = Heading::seal_text(&sealed.map_err(|error| failed(&error))?);

    let chunks = folder::ChunkWriter::new(order.folder, order.longest_chunk);
    let mut writer = SealWriter::new(&key, &binding, chunks).map_err(|error| failed(&error))?;
    let packed = pack(node, &planned.peer, &planned.plan, order.now, &mut writer)?;
    let chunks = writer.finish().map_err(|error| failed(&error))?;
    heading.chunks = chunks.finish()?;

    let manifest = Manifest::signed(planned.heading.clone(), node.key)
        .map_err(|error| folder::malformed(&error))?;
    let sent = BundleSentRecord {
        node: order.to,
        chain: planned.heading.chain.clone(),
        seq: planned.plan.seq,
        hash: manifest.hash(),
        covers_from: planned.plan.covers_from,
        crossing: planned.crossing.name().into(),
        medium: planned.heading.medium.clone(),
        operator: order.operator.to_owned(),
        request_id: order.request.unwrap_or_default().to_owned(),
        total_bytes: planned.heading.chunks.iter().map(|chunk| chunk.bytes).sum(),
        receipt: Receipt::of(&key, &manifest.hash(), planned.plan.seq).to_string(),
        cursors_after: packed.cursors_after.clone(),
        written_at: order.now.to_owned(),
        acknowledged_at: String::new(),
    };
    enter(node, order, &planned, &packed, &sent)?;
    let exported = Exported {
        files: manifest.heading.chunks.len(),
        commands: packed.commands.len() as u64,
        outcomes: packed.outcomes,
        rows: packed.rows,
        sent,
    };
    Ok((manifest, exported))
}

/// What keeps a seal or a medium from being written.
fn failed(error: &CryptoError) -> Refusal {
    let reason = |key: &str| Reason::new(key).with("file", "");
    Refusal::Rejected(match error {
        CryptoError::Io(cause) if cause.kind() == std::io::ErrorKind::StorageFull => {
            cause::with(reason("bundle.medium_full"), cause)
        }
        CryptoError::Io(cause) => cause::with(reason("bundle.medium_unusable"), cause),
        _ => reason("bundle.medium_unusable").with("cause", "cause.unknown"),
    })
}

/// Who may have it, how it goes there, and what it is to say of itself.
fn plan(
    reader: Reader<'_>,
    node: &Node<'_>,
    order: &Order<'_>,
    fresh: &str,
) -> Result<Planned, Refusal> {
    let mut peer = peer_of(reader, order.to, "bundle.unknown_peer")?;
    let (own, theirs) = levels(reader, &peer)?;
    let crossing = Crossing::between(own, theirs);
    let medium = medium_number(order.medium, crossing.needs_medium_number())?;
    allowed(reader, &peer, crossing, order)?;
    // A store that was put back from a copy may have given numbers away that it does not know of.
    let is_copy = reader.meta(IS_COPY)?.is_some_and(|said| said == "yes");
    // The other side may have told of a chain of this store that it has forgotten.
    let told = reader.meta(&forgotten_chain(peer.node))?;
    let forgotten = told.filter(|chain| is_later(chain, &peer.chain));
    let is_new_chain = peer.chain.is_empty() || order.restart || is_copy || forgotten.is_some();
    if is_new_chain {
        let before = forgotten.as_ref().unwrap_or(&peer.chain);
        peer.chain = next_chain(before, fresh, is_copy);
        (peer.acknowledged, peer.reported_seq) = (0, 0);
    }
    let plan = sent_chain(reader, &peer)?.plan(u64::from(peer.repeat_window));
    let held = received_chains(reader, peer.node)?;
    let says = crossing.acknowledges() && held.last() > 0;
    let heading = Heading {
        from: node.id,
        to: peer.node,
        from_level: own,
        to_level: theirs,
        chain: peer.chain.clone(),
        seq: plan.seq,
        covers_from: plan.covers_from,
        previous: plan.previous.clone(),
        received: says.then(|| (held.chain.clone(), held.last())),
        medium,
        exported_at: order.now.to_owned(),
        sealed_key: String::new(),
        chunks: Vec::new(),
    };
    Ok(Planned {
        peer,
        plan,
        is_new_chain,
        crossing,
        heading,
    })
}

/// Whether a disc may go this way.
fn allowed(
    reader: Reader<'_>,
    peer: &BundlePeerRecord,
    crossing: Crossing,
    order: &Order<'_>,
) -> Result<(), Refusal> {
    let needed = crossing.export_approvals();
    if needed == 0 {
        return Ok(());
    }
    if !peer.downward {
        return Err(Refusal::because("bundle.downward_off"));
    }
    let missing = |there: usize| {
        let reason = Reason::new("bundle.approvals_missing").with("needed", needed);
        Refusal::Rejected(reason.with("there", there))
    };
    let request = order
        .request
        .map(|id| reader.bundle_request(id))
        .transpose()?
        .flatten();
    let request = request.filter(|request| request.node == peer.node && request.used_at.is_empty());
    let request = request.ok_or_else(|| missing(0))?;
    let approved = reader.bundle_approvals(&request.id, EXPORT)?;
    // Whoever writes the disc or asked for it does not approve it.
    let others = approved
        .iter()
        .filter(|id| id.as_str() != order.operator && **id != request.asked_by);
    match others.count() {
        there if there < needed => Err(missing(there)),
        _ => Ok(()),
    }
}

/// Puts what its receiver is to have under the seal.
fn pack<W: std::io::Write>(
    node: &Node<'_>,
    peer: &BundlePeerRecord,
    plan: &Plan,
    now: &str,
    writer: &mut SealWriter<W>,
) -> Result<Packed, Refusal> {
    let mut packed = Packed::default();
    let mut put = |packed: &mut Packed, record: &Record| -> Result<(), Refusal> {
        write_record(writer, record).map_err(unwritten)?;
        packed.records += 1;
        Ok(())
    };
    match node.side {
        Side::Desk { .. } => pack_desk(node, peer, plan, now, &mut packed, &mut put)?,
        Side::Server { .. } => node
            .store
            .read(|reader| pack_server(reader, peer, plan, now, &mut packed, &mut put))?,
    }
    write_end(writer, packed.records).map_err(unwritten)?;
    Ok(packed)
}

type Put<'a> = dyn FnMut(&mut Packed, &Record) -> Result<(), Refusal> + 'a;

fn unwritten(error: ContentError) -> Refusal {
    match error {
        ContentError::Io(error) => failed(&CryptoError::from(error)),
        error => Refusal::Rejected(Reason::new("bundle.content_large").with("cause", error)),
    }
}

/// A desk gives the commands that wait, but for those that went with a disc long enough ago, and says
/// how far it is.
fn pack_desk(
    node: &Node<'_>,
    peer: &BundlePeerRecord,
    plan: &Plan,
    now: &str,
    packed: &mut Packed,
    put: &mut Put<'_>,
) -> Result<(), Refusal> {
    let due = queue::next_push(node.store, now, COMMANDS_AT_MOST)?;
    let chain = (peer.node, peer.chain.as_str());
    let mut commands = Vec::new();
    for command in due.commands {
        let first = node
            .store
            .read(|reader| reader.bundle_command(chain, command.id))?;
        if first.is_none_or(|first| first >= plan.covers_from) {
            packed.commands.push(command.id);
            commands.push(command);
        }
    }
    let mut recall = due.recall;
    while !commands.is_empty() || !recall.is_empty() {
        let rest = commands.split_off(commands.len().min(COMMANDS_AT_ONCE));
        let sent = std::mem::replace(&mut commands, rest);
        let request = PushRequest {
            epoch: due.epoch.clone(),
            lost: node.store.read(|reader| queue::let_go(reader, &sent))?,
            commands: sent,
            recall: std::mem::take(&mut recall),
        };
        put(packed, &Record::Push { request })?;
    }
    let request = node
        .store
        .read(|reader| receive::ask(reader, ROWS_AT_ONCE))?;
    put(packed, &Record::Cursors { request })
}

/// A server answers what came, and gives what the desk's person may see as of today and the desk is not
/// known to hold.
fn pack_server(
    reader: Reader<'_>,
    peer: &BundlePeerRecord,
    plan: &Plan,
    now: &str,
    packed: &mut Packed,
    put: &mut Put<'_>,
) -> Result<(), Refusal> {
    let device = reader.device(peer.node)?;
    let device = device.ok_or_else(|| Refusal::because("bundle.unknown_device"))?;
    if reader.device_revocation(device.id)?.is_some() {
        return Err(Refusal::because("bundle.device_revoked"));
    }
    let epoch = crate::epoch::current(reader)?;
    for text in reader.bundle_answers(peer.node, plan.covers_from)? {
        let record: Record = serde_json::from_str(&text)?;
        // What was answered in a history that this store does not have any more says nothing.
        if let Record::Answer { answer, .. } = &record
            && answer.epoch == epoch
        {
            packed.outcomes += answer.outcomes.len() as u64;
            put(packed, &record)?;
        }
    }
    let person = organisation::actor(reader, device.person_id, organisation::day_of(now))?;
    let mut request = begin_of_pages(reader, peer, plan)?;
    request.limit = ROWS_AT_ONCE;
    if request.epoch != epoch {
        // Of a history that this store does not have any more: everything goes again.
        request = PullRequest {
            limit: ROWS_AT_ONCE,
            ..PullRequest::default()
        };
    }
    for _ in 0..PAGES_AT_MOST {
        let answer = receive::answer_pull(reader, (&person, device.id), &request, now)?;
        let asked = request.clone();
        advance(&mut request, &answer);
        let more = answer.has_more();
        packed.rows += answer
            .pages
            .iter()
            .map(|page| page.changes.len() as u64)
            .sum::<u64>();
        put(
            packed,
            &Record::Pages {
                request: asked,
                answer,
            },
        )?;
        if !more {
            break;
        }
    }
    packed.cursors_after = serde_json::to_string(&request)?;
    Ok(())
}

/// Where the pages of a disc begin: where the desk said it was, if it said so late enough, else where
/// the last disc ended whose content is not carried again.
fn begin_of_pages(
    reader: Reader<'_>,
    peer: &BundlePeerRecord,
    plan: &Plan,
) -> Result<PullRequest, Refusal> {
    let before = plan.covers_from - 1;
    let sent = reader.bundles_sent(peer.node, &peer.chain)?;
    let ended = sent.iter().find(|sent| sent.seq == before);
    let text = match ended {
        Some(ended) if peer.reported_seq < before => &ended.cursors_after,
        _ => &peer.reported,
    };
    Ok(match text.as_str() {
        "" => PullRequest::default(),
        text => serde_json::from_str(text)?,
    })
}

/// Enters the disc into the register, if nobody wrote another one meanwhile.
fn enter(
    node: &Node<'_>,
    order: &Order<'_>,
    planned: &Planned,
    packed: &Packed,
    sent: &BundleSentRecord,
) -> Result<(), Refusal> {
    node.store.write(|tx| {
        let mut peer = peer_of(tx.reader(), order.to, "bundle.unknown_peer")?;
        if planned.is_new_chain {
            sent.chain.clone_into(&mut peer.chain);
            (peer.acknowledged, peer.reported_seq) = (0, 0);
            tx.bundle_peer_put(&peer)?;
            tx.bundle_answers_again(peer.node)?;
            if matches!(node.side, Side::Desk { .. }) {
                tx.meta_put(IS_COPY, "")?;
            }
        }
        let chain = sent_chain(tx.reader(), &peer)?;
        if peer.chain != sent.chain || chain.last + 1 != sent.seq {
            return Err(Refusal::because("bundle.written_meanwhile"));
        }
        allowed(tx.reader(), &peer, planned.crossing, order)?;
        if let Some(mut request) = order
            .request
            .map(|id| tx.reader().bundle_request(id))
            .transpose()?
            .flatten()
        {
            order.now.clone_into(&mut request.used_at);
            tx.bundle_request_put(&request)?;
        }
        tx.bundle_sent_put(sent)?;
        for id in &packed.commands {
            tx.bundle_command_put((sent.node, &sent.chain), *id, sent.seq)?;
        }
        tx.audit_append(&AuditEntry {
            at: order.now.to_owned(),
            actor_id: order.operator.to_owned(),
            device_id: node.id.as_text(),
            action: "bundle_export".into(),
            subject_id: sent.node.as_text(),
            detail: format!("{} {} {}", sent.hash, sent.seq, sent.crossing),
        })?;
        Ok(())
    })
}
