//! Reading a disc in. Everything is verified before anything is kept; then what is on it and that it was
//! read in are written in one transaction, so that each disc has its effect once, whenever the machine
//! stops.

use std::path::{Path, PathBuf};

use andu_base::{ContentHash, DeviceId};
use andu_crypto::{OpenReader, Secret32};
use andu_org::Person;
use andu_store::{AuditEntry, BundlePeerRecord, BundleReceivedRecord, Tx};
use andu_sync::{
    Command, Outcome, PullAnswer, PullRequest, PushAnswer, PushRequest, Reason,
    bundle::{
        ContentError, Crossing, Heading, Judgement, Manifest, Receipt, Received, Record,
        RecordReader, is_later, rebase,
    },
};

use super::{
    IMPORT, Node, SEAL_PURPOSE, Side, check::code_of, folder, forgotten_chain, levels,
    medium_number, peer::looks_after, peer_of, received_chains,
};
use crate::{Refusal, epoch, execute, organisation, queue, receive};

/// Who lets a disc in from a lower network.
#[derive(Debug, Clone, Copy)]
pub enum Approval<'a> {
    /// Whoever approved it in the register of this store.
    Register,
    /// Somebody who signed a form on paper: the name and the form's number. For a desk, whose register
    /// only its own person writes.
    Paper {
        /// Name of who approved it.
        by: &'a str,
        /// Number of the form.
        form: &'a str,
    },
}

/// A disc that is to be read in.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// The folder.
    pub folder: &'a Path,
    /// 介质编号, read off the disc itself; compared with what the disc says.
    pub medium: &'a str,
    /// Id of who reads it in.
    pub operator: &'a str,
    /// The code of the check at the transfer machine.
    pub check: &'a str,
    /// Who let it in.
    pub approval: Approval<'a>,
    /// Instant in UTC.
    pub now: &'a str,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// As it stands in the register.
    pub received: BundleReceivedRecord,
    /// What its sender is called here.
    pub from: String,
    /// It was imported before: nothing changed.
    pub already: bool,
    /// Discs that did not come, whose content came with it.
    pub lost: Vec<u64>,
    /// What was decided, at a server.
    pub outcomes: Vec<Outcome>,
    /// Commands of this desk that were answered.
    pub answered: u64,
    /// Rows that came.
    pub rows: u64,
}

/// A disc that was verified as far as it can be without keeping anything.
struct Verified {
    manifest: Manifest,
    peer: BundlePeerRecord,
    crossing: Crossing,
    medium: String,
}

/// Reads a bundle in.
///
/// # Errors
/// With a reason for each way in which it is not the right one, is not whole, or may not come in; then
/// nothing of it is kept but that it was refused.
pub fn import(node: &Node<'_>, delivery: &Delivery<'_>) -> Result<Imported, Refusal> {
    let done = read_in(node, delivery);
    if let Err(Refusal::Rejected(reason)) = &done {
        node.store.write(|tx| -> Result<(), Refusal> {
            tx.audit_append(&AuditEntry {
                at: delivery.now.to_owned(),
                actor_id: delivery.operator.to_owned(),
                device_id: node.id.as_text(),
                action: "refused bundle_import".into(),
                subject_id: String::new(),
                detail: reason.key.clone(),
            })?;
            Ok(())
        })?;
    }
    done
}

fn read_in(node: &Node<'_>, delivery: &Delivery<'_>) -> Result<Imported, Refusal> {
    let verified = verify(node, delivery)?;
    let hash = verified.manifest.hash();
    let held = node
        .store
        .read(|reader| received_chains(reader, verified.peer.node))?;
    if let Turn::Before = turn(&held, &verified)? {
        return already(node, &verified, hash);
    }
    let approved_by = approval(node, delivery, &verified)?;
    let key = content_key(node, &verified)?;
    // Once to see that every record can be read, and nothing is kept yet.
    let mut records = open(delivery.folder, &verified, &key)?;
    while let Some(record) = records.next_record().map_err(|error| unreadable(&error))? {
        expected(node, &record)?;
    }
    let receipt = Receipt::of(&key, &hash, verified.manifest.heading.seq).to_string();
    node.store.write(|tx| {
        let held = received_chains(tx.reader(), verified.peer.node)?;
        let Turn::Next(lost) = turn(&held, &verified)? else {
            return Err(Refusal::because("bundle.imported_meanwhile"));
        };
        let mut imported = Imported {
            received: BundleReceivedRecord {
                node: verified.peer.node,
                chain: verified.manifest.heading.chain.clone(),
                seq: verified.manifest.heading.seq,
                hash,
                covered: false,
                crossing: verified.crossing.name().into(),
                medium: verified.medium.clone(),
                operator: delivery.operator.to_owned(),
                approved_by,
                receipt,
                imported_at: delivery.now.to_owned(),
                answer: String::new(),
            },
            from: verified.peer.name.clone(),
            already: false,
            lost: lost.iter().map(|(seq, _)| *seq).collect(),
            outcomes: Vec::new(),
            answered: 0,
            rows: 0,
        };
        acknowledged(tx, &verified, delivery.now)?;
        let mut records = open(delivery.folder, &verified, &key)?;
        let mut hand = Hand::new(tx, node, &verified, delivery.now)?;
        while let Some(record) = records.next_record().map_err(|error| unreadable(&error))? {
            hand.take(tx, record, &mut imported)?;
        }
        imported.received.answer = hand.answer()?;
        enter(tx, node, &lost, &imported.received)?;
        Ok(imported)
    })
}

/// Looks at everything that can be looked at without a key: for whom it is, from whom, whether it is
/// whole, and whether its way is the declared one.
fn verify(node: &Node<'_>, delivery: &Delivery<'_>) -> Result<Verified, Refusal> {
    let manifest = folder::read_manifest(delivery.folder)?;
    let heading = &manifest.heading;
    if heading.to != node.id {
        return Err(Refusal::because("bundle.for_somebody_else"));
    }
    let (peer, own, theirs) = node.store.read(|reader| -> Result<_, Refusal> {
        let peer = peer_of(reader, heading.from, "bundle.unknown_sender")?;
        let (own, theirs) = levels(reader, &peer)?;
        Ok((peer, own, theirs))
    })?;
    let altered = || Refusal::because("bundle.altered_manifest");
    let key = andu_crypto::VerifyingKey::from_bytes(&peer.verify_key.0).map_err(|_| altered())?;
    manifest.verify(&key).map_err(|_| altered())?;
    if (heading.from_level, heading.to_level) != (theirs, own) {
        return Err(Refusal::because("bundle.level_differs"));
    }
    for (at, chunk) in heading.chunks.iter().enumerate() {
        let key = match folder::look_at(delivery.folder, at, chunk)? {
            folder::FileState::Whole => continue,
            folder::FileState::Missing => "bundle.file_missing",
            folder::FileState::Cut => "bundle.file_cut",
            folder::FileState::Altered => "bundle.file_altered",
        };
        let reason = Reason::new(key).with("file", folder::chunk_name(at));
        return Err(Refusal::Rejected(reason));
    }
    let crossing = Crossing::between(theirs, own);
    let medium = medium_number(delivery.medium, crossing.needs_medium_number())?;
    if !medium.is_empty() && medium != heading.medium {
        return Err(Refusal::because("bundle.other_medium"));
    }
    let medium = heading.medium.clone();
    Ok(Verified {
        manifest,
        peer,
        crossing,
        medium,
    })
}

/// Whether a disc's turn has come.
enum Turn {
    /// It is read in now; with it comes the content of these.
    Next(Vec<(u64, ContentHash)>),
    /// It was imported before.
    Before,
}

fn turn(held: &Received, verified: &Verified) -> Result<Turn, Refusal> {
    let heading = &verified.manifest.heading;
    let hash = verified.manifest.hash();
    let refused = |key: &str, seq: u64| {
        let reason = Reason::new(key).with("seq", seq).with("this", heading.seq);
        Err(Refusal::Rejected(reason.with("from", &verified.peer.name)))
    };
    match held.judge(&heading.chain, &heading.plan(), &hash) {
        Judgement::Import { lost } => Ok(Turn::Next(lost)),
        Judgement::Already => Ok(Turn::Before),
        Judgement::Wait { needed } => refused("bundle.gap", needed),
        Judgement::Old => refused("bundle.older", held.last()),
        Judgement::Forked { at } => refused("bundle.forked", at),
    }
}

/// Answers again what was answered when it came.
fn already(node: &Node<'_>, verified: &Verified, hash: ContentHash) -> Result<Imported, Refusal> {
    let came = node
        .store
        .read(|reader| reader.bundles_received(verified.peer.node))?;
    let received = came.into_iter().find(|came| came.hash == hash);
    let received = received.ok_or_else(|| Refusal::because("bundle.older"))?;
    Ok(Imported {
        received,
        from: verified.peer.name.clone(),
        already: true,
        lost: Vec::new(),
        outcomes: Vec::new(),
        answered: 0,
        rows: 0,
    })
}

/// Who let it in, where somebody has to.
fn approval(
    node: &Node<'_>,
    delivery: &Delivery<'_>,
    verified: &Verified,
) -> Result<String, Refusal> {
    if !verified.crossing.needs_import_approval() {
        return Ok(String::new());
    }
    let hash = verified.manifest.hash();
    let code = delivery.check.trim().to_lowercase();
    if code.is_empty() {
        return Err(Refusal::because("bundle.check_needed"));
    }
    if code != code_of(&hash) {
        return Err(Refusal::because("bundle.check_differs"));
    }
    match (delivery.approval, &node.side) {
        (Approval::Paper { by, form }, Side::Desk { .. }) => {
            let (by, form) = (by.trim(), form.trim());
            if by.is_empty() || form.is_empty() || by.len() + form.len() > 300 {
                return Err(Refusal::because("bundle.form_needed"));
            }
            Ok(format!("{by} {form}"))
        }
        (Approval::Register, Side::Desk { .. }) => Err(Refusal::because("bundle.form_needed")),
        (_, Side::Server { .. }) => {
            let subject = hash.to_string();
            // Whoever reads it in does not approve it, and another agency's people neither.
            let other = node.store.read(|reader| -> Result<_, Refusal> {
                for id in reader.bundle_approvals(&subject, IMPORT)? {
                    let person = id.parse().map_err(|_| Refusal::because("command.person"))?;
                    let theirs = reader.person(person)?.agency_id;
                    if id != delivery.operator && looks_after(reader, theirs, verified.peer.node)? {
                        return Ok(Some(id));
                    }
                }
                Ok(None)
            })?;
            other.ok_or_else(|| {
                Refusal::Rejected(Reason::new("bundle.import_approval").with("hash", subject))
            })
        }
    }
}

fn content_key(node: &Node<'_>, verified: &Verified) -> Result<Secret32, Refusal> {
    let heading = &verified.manifest.heading;
    node.agreement()
        .open(SEAL_PURPOSE, &binding(heading), &heading.sealed_key_bytes())
        .map_err(|_| Refusal::because("bundle.does_not_open"))
}

fn binding(heading: &Heading) -> Vec<u8> {
    Heading::binding(heading.from, heading.to, &heading.chain, heading.seq)
}

fn open(
    folder: &Path,
    verified: &Verified,
    key: &Secret32,
) -> Result<RecordReader<OpenReader<folder::ChunkReader>>, Refusal> {
    let heading = &verified.manifest.heading;
    let chunks = folder::ChunkReader::new(folder, heading.chunks.len());
    let opened = OpenReader::new(key, &binding(heading), chunks);
    let opened = opened.map_err(|_| Refusal::because("bundle.does_not_open"))?;
    Ok(RecordReader::new(opened))
}

fn unreadable(error: &ContentError) -> Refusal {
    Refusal::Rejected(Reason::new("bundle.unreadable").with("cause", error))
}

/// A desk sends what a desk sends, and a server what a server sends.
fn expected(node: &Node<'_>, record: &Record) -> Result<(), Refusal> {
    let fits = match (&node.side, record) {
        (Side::Server { .. }, Record::Push { .. } | Record::Cursors { .. }) => true,
        (Side::Desk { .. }, Record::Answer { .. } | Record::Pages { .. }) => true,
        (_, _) => false,
    };
    match fits {
        true => Ok(()),
        false => Err(Refusal::because("bundle.unexpected")),
    }
}

/// Notes what the other side says it has imported.
fn acknowledged(tx: &mut Tx<'_>, verified: &Verified, now: &str) -> Result<(), Refusal> {
    let Some((chain, seq)) = &verified.manifest.heading.received else {
        return Ok(());
    };
    let peer = &verified.peer;
    let written = tx.reader().bundles_sent(peer.node, chain)?;
    if *chain == peer.chain && written.iter().any(|sent| sent.seq == *seq) {
        tx.bundle_acknowledge((peer.node, chain), *seq, now)?;
    } else if is_later(chain, &peer.chain) {
        // This store was put back from a copy more than once: it has begun chains that it has forgotten.
        tx.meta_put(&forgotten_chain(peer.node), chain)?;
    }
    Ok(())
}

/// Enters the disc, and those whose content came with it.
fn enter(
    tx: &mut Tx<'_>,
    node: &Node<'_>,
    lost: &[(u64, ContentHash)],
    received: &BundleReceivedRecord,
) -> Result<(), Refusal> {
    for (seq, hash) in lost {
        tx.bundle_received_put(&BundleReceivedRecord {
            seq: *seq,
            hash: *hash,
            covered: true,
            medium: String::new(),
            receipt: String::new(),
            answer: String::new(),
            ..received.clone()
        })?;
    }
    tx.bundle_received_put(received)?;
    tx.audit_append(&AuditEntry {
        at: received.imported_at.clone(),
        actor_id: received.operator.clone(),
        device_id: node.id.as_text(),
        action: "bundle_import".into(),
        subject_id: received.node.as_text(),
        detail: format!("{} {} {}", received.hash, received.seq, received.crossing),
    })?;
    Ok(())
}

/// The command table.
type RuleOf<'a> = &'a dyn Fn(&Command) -> Option<execute::Rule>;

/// Takes the records of a disc one after the other.
enum Hand<'a> {
    Server {
        person: Box<Person>,
        rule_of: RuleOf<'a>,
        device: DeviceId,
        answer: PushAnswer,
        recalled: bool,
        last_held: u64,
        now: &'a str,
    },
    Desk {
        own_id: &'a str,
        sign: Box<dyn FnMut(Command) -> Command + 'a>,
    },
}

impl<'a> Hand<'a> {
    fn new(
        tx: &Tx<'_>,
        node: &'a Node<'_>,
        verified: &Verified,
        now: &'a str,
    ) -> Result<Self, Refusal> {
        let rule_of = match &node.side {
            Side::Desk { own_id } => {
                let sign = Box::new(|command: Command| command.signed(node.key));
                return Ok(Self::Desk { own_id, sign });
            }
            Side::Server { rule_of } => *rule_of,
        };
        let device = tx.reader().device(verified.peer.node)?;
        let device = device.ok_or_else(|| Refusal::because("bundle.unknown_device"))?;
        if tx.reader().device_revocation(device.id)?.is_some() {
            return Err(Refusal::because("bundle.device_revoked"));
        }
        let day = organisation::day_of(now);
        let received = verified.manifest.heading.received.as_ref();
        let held = received.filter(|(chain, _)| *chain == verified.peer.chain);
        Ok(Self::Server {
            person: Box::new(organisation::actor(tx.reader(), device.person_id, day)?),
            rule_of,
            device: device.id,
            answer: PushAnswer {
                epoch: epoch::current(tx.reader())?,
                ..PushAnswer::default()
            },
            recalled: false,
            last_held: held.map_or(0, |(_, seq)| *seq),
            now,
        })
    }

    fn take(
        &mut self,
        tx: &mut Tx<'_>,
        record: Record,
        imported: &mut Imported,
    ) -> Result<(), Refusal> {
        match (self, record) {
            (Self::Server { .. }, Record::Answer { .. } | Record::Pages { .. })
            | (Self::Desk { .. }, Record::Push { .. } | Record::Cursors { .. })
            | (_, Record::End { .. }) => Err(Refusal::because("bundle.unexpected")),
            (
                Self::Server {
                    person,
                    rule_of,
                    device,
                    answer,
                    recalled,
                    now,
                    ..
                },
                Record::Push { request },
            ) => {
                let who = (&**person, *device);
                *recalled |= !request.recall.is_empty();
                decide(tx, who, request, (rule_of, now), answer)?;
                let outcomes = answer.outcomes.iter().skip(imported.outcomes.len());
                let outcomes: Vec<Outcome> = outcomes.map(|(_, outcome)| outcome.clone()).collect();
                imported.outcomes.extend(outcomes);
                Ok(())
            }
            (
                Self::Server {
                    device,
                    last_held,
                    now,
                    answer,
                    ..
                },
                Record::Cursors { request },
            ) => {
                if request.epoch == answer.epoch {
                    tx.device_cursors_put(*device, &request.cursors, now)?;
                }
                let peer = tx.reader().bundle_peer(*device)?;
                if let Some(mut peer) = peer {
                    peer.reported = serde_json::to_string(&request)?;
                    peer.reported_seq = *last_held;
                    tx.bundle_peer_put(&peer)?;
                }
                Ok(())
            }
            (Self::Desk { sign, .. }, Record::Answer { answer, recalled }) => {
                imported.answered += answer.outcomes.len() as u64;
                note(tx, &answer, recalled, sign)
            }
            (Self::Desk { own_id, .. }, Record::Pages { answer, .. }) => {
                imported.rows += apply(tx, answer, own_id)?;
                Ok(())
            }
        }
    }

    /// What goes back to the other side, as the register keeps it.
    fn answer(self) -> Result<String, Refusal> {
        match self {
            Self::Desk { .. } => Ok(String::new()),
            Self::Server {
                answer, recalled, ..
            } => Ok(serde_json::to_string(&Record::Answer { answer, recalled })?),
        }
    }
}

/// Decides commands at the server, as far as the desk knows the server's history.
fn decide(
    tx: &mut Tx<'_>,
    (person, device): (&Person, DeviceId),
    request: PushRequest,
    (rule_of, now): (RuleOf<'_>, &str),
    answer: &mut PushAnswer,
) -> Result<(), Refusal> {
    if !request.epoch.is_empty() && request.epoch != answer.epoch {
        return Ok(());
    }
    let asked = (request.commands, request.lost.as_slice());
    let outcomes = execute::settle_push(tx, person, asked, rule_of, now)?;
    answer.outcomes.extend(outcomes);
    let (unknown, counted) = execute::counted(tx.reader(), device, request.recall)?;
    answer.unknown.extend(unknown);
    answer.counted = counted;
    Ok(())
}

/// Notes outcomes at the desk. The commands are those that wait here; what was answered already, by
/// another disc or over a network, is passed over.
fn note(
    tx: &mut Tx<'_>,
    answer: &PushAnswer,
    recalled: bool,
    sign: &mut dyn FnMut(Command) -> Command,
) -> Result<(), Refusal> {
    // Before the server has said what it does not know any more, its answers are of another history.
    if epoch::recall_due(tx.reader())? && !recalled {
        return Ok(());
    }
    let waiting = tx
        .reader()
        .outbox_named(answer.outcomes.iter().map(|(id, _)| *id))?;
    let request = PushRequest {
        epoch: epoch::current(tx.reader())?,
        commands: waiting,
        ..PushRequest::default()
    };
    queue::note_answer_in(tx, &request, answer, sign)?;
    // What was not decided, or only under a number that was used up, goes again though its disc was taken.
    for (id, outcome) in &answer.outcomes {
        if !outcome.is_final() || queue::is_used_up(outcome) {
            tx.bundle_command_forget(*id)?;
        }
    }
    Ok(())
}

/// Applies pages at the desk, as far as they are news.
fn apply(tx: &mut Tx<'_>, mut answer: PullAnswer, own_id: &str) -> Result<u64, Refusal> {
    let mut held = held(tx)?;
    if answer.epoch != held.epoch {
        epoch::adopt(tx, &answer.epoch)?;
        held = self::held(tx)?;
    }
    let pages = answer.pages.iter().filter_map(|page| rebase(page, &held));
    answer.pages = pages.collect();
    let rows = answer
        .pages
        .iter()
        .map(|page| page.changes.len() as u64)
        .sum();
    receive::apply_in(tx, &held, &answer, own_id)?;
    Ok(rows)
}

fn held(tx: &Tx<'_>) -> Result<PullRequest, Refusal> {
    receive::ask(tx.reader(), 1)
}

/// The folders of several discs in the order in which they are to be read in.
///
/// # Errors
/// Where one has no manifest that can be read.
pub fn in_order(folders: &[PathBuf]) -> Result<Vec<PathBuf>, Refusal> {
    let mut found = Vec::new();
    for path in folders {
        let heading = folder::read_manifest(path)?.heading;
        found.push((heading.chain, heading.seq, path.clone()));
    }
    // Chains stay in the order given; within one the numbers say it.
    let place = |chain: &String| found.iter().position(|(other, ..)| other == chain);
    let mut sorted = found.clone();
    sorted.sort_by_key(|(chain, seq, _)| (place(chain), *seq));
    Ok(sorted.into_iter().map(|(.., path)| path).collect())
}

/// Takes the code that somebody read out or wrote down: the disc it belongs to was imported. Answers
/// with its number and for whom it was.
///
/// # Errors
/// `bundle.receipt_shape`, `bundle.receipt_mistyped`, `bundle.receipt_unknown`.
pub fn receipt_typed(
    node: &Node<'_>,
    typed: &str,
    (operator, now): (&str, &str),
) -> Result<(u64, String), Refusal> {
    use andu_sync::bundle::ReceiptError;
    let receipt = Receipt::parse(typed).map_err(|error| {
        Refusal::because(match error {
            ReceiptError::NotACode => "bundle.receipt_shape",
            ReceiptError::Mistyped => "bundle.receipt_mistyped",
        })
    })?;
    node.store.write(|tx| {
        let unknown = || Refusal::because("bundle.receipt_unknown");
        let sent = tx.reader().bundle_by_receipt(&receipt.to_string())?;
        let sent = sent.ok_or_else(unknown)?;
        let peer = tx.reader().bundle_peer(sent.node)?.ok_or_else(unknown)?;
        tx.bundle_acknowledge((sent.node, &sent.chain), sent.seq, now)?;
        tx.audit_append(&AuditEntry {
            at: now.to_owned(),
            actor_id: operator.to_owned(),
            device_id: node.id.as_text(),
            action: "bundle_acknowledge".into(),
            subject_id: sent.node.as_text(),
            detail: format!("{} {}", sent.hash, sent.seq),
        })?;
        Ok((sent.seq, peer.name))
    })
}
