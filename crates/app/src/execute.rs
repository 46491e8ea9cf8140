//! Deciding a command at its primary: once, in one transaction, with a stored outcome. The same envelope
//! again gets the same outcome; the same id with other arguments is a forgery.

use std::{collections::BTreeMap, rc::Rc};

use andu_base::{CommandId, Date, DeviceId};
use andu_crypto::VerifyingKey;
use andu_org::{Grant, Person};
use andu_store::{AuditEntry, DeviceRecord, InstanceRecord, Reader, Store, Tx};
use andu_sync::{Command, Operation, Outcome, PushAnswer, PushRequest, Reason, Scope};
use andu_workflow::Net;
use serde_json::Value;

use crate::{
    Refusal, epoch, organisation,
    sitting::{People, Sitting},
};

/// Who decides about a command's effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteClass {
    /// The primary alone.
    Act,
    /// The primary; a replica runs it at once and is corrected.
    Record,
    /// Nobody: texts merge.
    Text,
}

/// Which store this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A desk without a server: the primary of its own store; nobody pulls from it.
    Alone,
    /// The server: effects are projected to those who may see them.
    Server,
    /// A desk joined to a server.
    Replica,
}

/// Where a command comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From another machine, in a signed and numbered envelope.
    Envelope,
    /// From this very process, for somebody it has admitted itself; it is numbered here.
    Here,
    /// From a browser, for somebody whose session the server knows; it is numbered here and marked so.
    Session,
}

/// Before the name of the session where an envelope has its signature: no key vouches for it.
pub const SESSION_MARK: &str = "session:";

/// What a command does to a store. Checks come before the first write.
pub type Handler = fn(&mut Call<'_, '_>, Value) -> Result<Value, Refusal>;

/// How a command is decided.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What the actor must hold; `None`: nothing but being there.
    pub grant: Option<Grant>,
    /// Who decides.
    pub class: WriteClass,
    /// What it does.
    pub handler: Handler,
}

/// A command on its way through a transaction.
pub struct Call<'a, 'tx> {
    /// The transaction.
    pub tx: &'a mut Tx<'tx>,
    /// The envelope.
    pub command: &'a Command,
    /// Who asks.
    pub actor: &'a Person,
    /// Which store this is.
    pub place: Place,
    /// Instant in UTC.
    pub now: &'a str,
    /// How it goes; a handler says where it is not simply done.
    pub(crate) verdict: Verdict,
    heads: BTreeMap<Scope, u64>,
    subject: String,
    sitting: Rc<Sitting>,
}

/// How a command that was not refused ends.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    /// Done.
    Applied,
    /// Done beside what somebody else changed.
    Merged,
    /// Both values are kept; somebody has to choose.
    Conflict(Reason),
}

impl<'a, 'tx> Call<'a, 'tx> {
    pub(crate) fn new(
        tx: &'a mut Tx<'tx>,
        command: &'a Command,
        actor: &'a Person,
        place: Place,
        now: &'a str,
    ) -> Self {
        Self {
            tx,
            command,
            actor,
            place,
            now,
            verdict: Verdict::Applied,
            heads: BTreeMap::new(),
            subject: String::new(),
            sitting: Rc::default(),
        }
    }

    /// The people of the actor's agency on the day of the decision.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) fn people(&self) -> Result<Rc<People>, Refusal> {
        let (agency, day) = (self.actor.agency_id, self.today());
        self.sitting.people(self.tx.reader(), agency, day)
    }

    /// The net by which an instance goes.
    ///
    /// # Errors
    /// `process.not_there`.
    pub(crate) fn net_of(&self, record: &InstanceRecord) -> Result<&'static Net, Refusal> {
        self.sitting.net(self.tx.reader(), record)
    }

    /// Names what the command is about, for the audit log.
    pub fn about(&mut self, id: &str) {
        id.clone_into(&mut self.subject);
    }

    /// Today in Asia/Shanghai, by this store's clock.
    pub(crate) fn today(&self) -> Date {
        organisation::day_of(self.now)
    }

    /// What writes the organisation in this call.
    pub(crate) fn pen(&mut self) -> organisation::Pen<'_, 'tx> {
        self.sitting.forget();
        organisation::Pen {
            tx: self.tx,
            serves: self.place == Place::Server,
            heads: &mut self.heads,
        }
    }

    /// Puts a row into the log of a scope, where somebody pulls from this store.
    ///
    /// # Errors
    /// The store's own.
    pub fn project(
        &mut self,
        scope: &Scope,
        entity: &str,
        row_id: &str,
        operation: Operation,
        row: &Value,
    ) -> Result<(), Refusal> {
        self.project_all(&[scope], (entity, row_id), operation, row)
    }

    /// The same into the logs of several scopes.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) fn project_all(
        &mut self,
        scopes: &[&Scope],
        of: (&str, &str),
        operation: Operation,
        row: &Value,
    ) -> Result<(), Refusal> {
        if self.place == Place::Server {
            let seqs = self.tx.scope_append_all(scopes, of, operation, row)?;
            for (scope, seq) in scopes.iter().zip(seqs) {
                self.heads.insert((*scope).clone(), seq);
            }
        }
        Ok(())
    }

    /// The same of a row as it has just been put in its table, where that says the same to everybody.
    ///
    /// # Errors
    /// The store's own.
    pub(crate) fn project_kept(
        &mut self,
        scopes: &[&Scope],
        of: (&str, &str),
    ) -> Result<(), Refusal> {
        if self.place == Place::Server {
            let seqs = self.tx.scope_append_kept(scopes, of)?;
            for (scope, seq) in scopes.iter().zip(seqs) {
                self.heads.insert((*scope).clone(), seq);
            }
        }
        Ok(())
    }
}

/// Decides a command at its primary and stores the outcome, or answers with the one that was stored.
///
/// `rule` is the command's row of the table, `None` where there is no such command. The device's
/// signature and its numbering are checked for what comes in an envelope.
///
/// # Errors
/// `Store` if the store failed; then nothing was decided and the command may be sent again.
pub fn decide(
    store: &Store,
    command: Command,
    rule: Option<Rule>,
    (place, origin): (Place, Origin),
    now: &str,
) -> Result<Outcome, Refusal> {
    store.write(|tx| settle(tx, command, rule, (place, origin), now))
}

/// The same within a transaction: many commands are decided in one, each by itself. What a refused one had
/// written is taken back; only the refusal itself is kept.
///
/// # Errors
/// `Store` if the store failed; then the whole transaction is to be given up.
pub fn settle(
    tx: &mut Tx<'_>,
    command: Command,
    rule: Option<Rule>,
    how: (Place, Origin),
    now: &str,
) -> Result<Outcome, Refusal> {
    settle_among(tx, &Rc::default(), command, rule, (how, now))
}

/// The same among others of one transaction.
fn settle_among(
    tx: &mut Tx<'_>,
    sitting: &Rc<Sitting>,
    mut command: Command,
    rule: Option<Rule>,
    ((place, origin), now): ((Place, Origin), &str),
) -> Result<Outcome, Refusal> {
    let decided = tx.attempt(|tx| {
        if let Some(outcome) = already(tx, &command)? {
            return Ok(outcome);
        }
        if let Some(missing) = missing(tx, &command)? {
            return Ok(Outcome::Deferred {
                waiting_for: missing,
            });
        }
        if origin != Origin::Envelope {
            command.device_seq = tx.next_own_seq()?;
        }
        let actor = admit(tx, sitting, &command, (origin, now))?;
        let rule = rule.ok_or_else(|| Refusal::because("command.unknown"))?;
        if rule.grant.is_some_and(|grant| !actor.may(grant)) {
            return Err(Refusal::because("command.forbidden"));
        }
        let mut call = Call::new(tx, &command, &actor, place, now);
        call.sitting = Rc::clone(sitting);
        let answer = (rule.handler)(&mut call, command.args.clone())?;
        let (heads, subject) = (call.heads, call.subject);
        let outcome = match call.verdict {
            Verdict::Applied => Outcome::Applied { answer, heads },
            Verdict::Merged => Outcome::Merged { answer, heads },
            Verdict::Conflict(reason) => Outcome::Conflict { reason, heads },
        };
        conclude(tx, &command, rule.class, &outcome, &subject, now)?;
        Ok(outcome)
    });
    if decided.is_err() {
        sitting.forget();
    }
    match decided {
        Err(Refusal::Rejected(reason)) => refuse(tx, command, origin, reason, now),
        other => other,
    }
}

/// Does within a transaction what nobody asks for, because its time has come. It is numbered, kept and entered
/// into the audit log as what somebody does; where `work` says that nothing happened, nothing is kept.
pub(crate) fn by_itself(
    tx: &mut Tx<'_>,
    (command, actor): (Command, &Person),
    (place, now): (Place, &str),
    work: impl FnOnce(&mut Call<'_, '_>) -> Result<Option<Value>, Refusal>,
) -> Result<BTreeMap<Scope, u64>, Refusal> {
    let mut call = Call::new(tx, &command, actor, place, now);
    let Some(answer) = work(&mut call)? else {
        return Ok(BTreeMap::new());
    };
    let (heads, subject) = (call.heads, call.subject);
    let mut command = command.clone();
    command.device_seq = tx.next_own_seq()?;
    let outcome = Outcome::Applied {
        answer,
        heads: heads.clone(),
    };
    conclude(tx, &command, WriteClass::Act, &outcome, &subject, now)?;
    Ok(heads)
}

/// Commands in one push that are decided; the desk sends the rest again.
const PUSH_AT_MOST: usize = 1_024;

/// Answers a push at the server: each command with its one outcome, in their order, as far as the epoch is
/// the one the desk knows.
///
/// # Errors
/// `Store` if the store failed; what was decided until then stays, and is answered when it is sent again.
pub fn answer_push(
    store: &Store,
    (person, device): (&Person, DeviceId),
    request: PushRequest,
    rule_of: impl Fn(&Command) -> Option<Rule>,
    now: &str,
) -> Result<PushAnswer, Refusal> {
    let epoch = store.read(epoch::current)?;
    let mut answer = PushAnswer {
        epoch,
        ..PushAnswer::default()
    };
    if !request.epoch.is_empty() && request.epoch != answer.epoch {
        return Ok(answer);
    }
    // All in one transaction: one flush to the disk for a whole push, and an outcome for each.
    let (commands, lost) = (request.commands, &request.lost);
    answer.outcomes = store.write(|tx| settle_push(tx, person, (commands, lost), &rule_of, now))?;
    store.read(|reader| {
        (answer.unknown, answer.counted) = counted(reader, device, request.recall)?;
        Ok(answer)
    })
}

/// Decides the commands of a push within a transaction.
pub(crate) fn settle_push(
    tx: &mut Tx<'_>,
    person: &Person,
    (commands, lost): (Vec<Command>, &[CommandId]),
    rule_of: impl Fn(&Command) -> Option<Rule>,
    now: &str,
) -> Result<Vec<(CommandId, Outcome)>, Refusal> {
    let mut outcomes = Vec::new();
    let sitting = Rc::default();
    for command in commands.into_iter().take(PUSH_AT_MOST) {
        let id = command.id;
        let outcome = if let Err(cause) = command.check_shape() {
            let reason = Reason::new("command.arguments").with("cause", cause);
            Outcome::Rejected { reason }
        } else if command.actor == person.id && waits_in_vain(tx, &command, lost)? {
            let reason = Reason::new("command.dependency");
            refuse(tx, command, Origin::Envelope, reason, now)?
        } else if command.actor == person.id {
            let rule = rule_of(&command);
            let how = (Place::Server, Origin::Envelope);
            settle_among(tx, &sitting, command, rule, (how, now))?
        } else {
            let reason = Reason::new("command.signature");
            Outcome::Rejected { reason }
        };
        outcomes.push((id, outcome));
    }
    Ok(outcomes)
}

/// Whether a command that was not decided depends on one that is not known here and will never come.
fn waits_in_vain(tx: &Tx<'_>, command: &Command, lost: &[CommandId]) -> Result<bool, Refusal> {
    if !command.depends_on.iter().any(|id| lost.contains(id)) {
        return Ok(false);
    }
    if tx.reader().decided(command.id)?.is_some() {
        return Ok(false);
    }
    match missing(tx, command) {
        Ok(missing) => Ok(missing.is_some_and(|ids| ids.iter().any(|id| lost.contains(id)))),
        // What it depends on was refused here: that is said when it is decided.
        Err(Refusal::Rejected(_)) => Ok(false),
        Err(failed) => Err(failed),
    }
}

/// Which recalled commands are not known, and how far a device's commands are counted.
pub(crate) fn counted(
    reader: Reader<'_>,
    device: DeviceId,
    recall: Vec<CommandId>,
) -> Result<(Vec<CommandId>, u64), Refusal> {
    let mut unknown = Vec::new();
    for id in recall {
        if reader.decided(id)?.is_none() {
            unknown.push(id);
        }
    }
    Ok((
        unknown,
        reader.device(device)?.map_or(0, |device| device.last_seq),
    ))
}

fn already(tx: &Tx<'_>, command: &Command) -> Result<Option<Outcome>, Refusal> {
    let Some(logged) = tx.reader().decided(command.id)? else {
        return Ok(None);
    };
    if logged.args_hash != command.args_hash() {
        return Err(Refusal::because("command.forged"));
    }
    Ok(Some(logged.outcome))
}

/// Commands this one depends on that have not been decided here.
fn missing(tx: &Tx<'_>, command: &Command) -> Result<Option<Vec<CommandId>>, Refusal> {
    let mut missing = Vec::new();
    for id in &command.depends_on {
        match tx.reader().decided(*id)? {
            None => missing.push(*id),
            Some(logged) => {
                if !matches!(
                    logged.outcome,
                    Outcome::Applied { .. } | Outcome::Merged { .. } | Outcome::Conflict { .. }
                ) {
                    return Err(Refusal::because("command.dependency"));
                }
            }
        }
    }
    Ok((!missing.is_empty()).then_some(missing))
}

/// Who asks, as of today, after the device's signature and the person's hold on the device are checked.
fn admit(
    tx: &Tx<'_>,
    sitting: &Sitting,
    command: &Command,
    (origin, now): (Origin, &str),
) -> Result<Person, Refusal> {
    if origin == Origin::Envelope {
        authentic(tx, command)?;
        if is_used_up(tx, command)? {
            return Err(Refusal::because("command.sequence"));
        }
    }
    // What the person may do is asked as of the day of the decision, whenever the command was made.
    sitting.actor(tx.reader(), command.actor, organisation::day_of(now))
}

/// A number is used once. Numbers may come in any order: what is held back or waits for another command
/// does not hold up what was numbered after it.
fn is_used_up(tx: &Tx<'_>, command: &Command) -> Result<bool, Refusal> {
    Ok(command.device_seq == 0
        || tx
            .reader()
            .number_taken(command.device, command.device_seq)?)
}

/// The device that signed the envelope for the person who uses it.
fn authentic(tx: &Tx<'_>, command: &Command) -> Result<DeviceRecord, Refusal> {
    let device = tx.reader().device(command.device)?;
    let device = device.ok_or_else(|| Refusal::because("command.device"))?;
    if tx.reader().device_revocation(device.id)?.is_some() {
        return Err(Refusal::because("command.revoked"));
    }
    let key =
        verifying_key(&device.verify_key).ok_or_else(|| Refusal::because("command.device"))?;
    if device.person_id != command.actor || command.verify(&key).is_err() {
        return Err(Refusal::because("command.signature"));
    }
    Ok(device)
}

/// A public key from its 64 hexadecimal characters.
pub fn verifying_key(hex: &str) -> Option<VerifyingKey> {
    let hash: andu_base::ContentHash = hex.parse().ok()?;
    VerifyingKey::from_bytes(&hash.0).ok()
}

fn conclude(
    tx: &mut Tx<'_>,
    command: &Command,
    class: WriteClass,
    outcome: &Outcome,
    subject: &str,
    now: &str,
) -> Result<(), Refusal> {
    tx.decide(command, outcome, now)?;
    tx.device_count(command.device, command.device_seq)?;
    // Every keystroke is in the text's own log; the audit log holds acts and records.
    if class != WriteClass::Text {
        tx.audit_append(&AuditEntry {
            at: now.to_owned(),
            actor_id: command.actor.as_text(),
            device_id: command.device.as_text(),
            action: command.kind.clone(),
            subject_id: subject.to_owned(),
            detail: detail(command),
        })?;
    }
    Ok(())
}

/// What the audit log says beside who and what: the hash of the arguments, and the session where no key
/// vouches for the command. (A forged mark is in the entry of its refusal alone.)
fn detail(command: &Command) -> String {
    let hash = command.args_hash();
    match command.signature.strip_prefix(SESSION_MARK) {
        Some(_) => format!("{hash} {}", command.signature),
        None => hash.to_string(),
    }
}

fn refuse(
    tx: &mut Tx<'_>,
    mut command: Command,
    origin: Origin,
    reason: Reason,
    now: &str,
) -> Result<Outcome, Refusal> {
    let outcome = Outcome::Rejected { reason };
    // A forgery under a known id must not replace what was decided for the true command.
    if tx.reader().decided(command.id)?.is_some() {
        return Ok(outcome);
    }
    let fits = match origin {
        Origin::Here | Origin::Session => {
            command.device_seq = tx.next_own_seq()?;
            true
        }
        // What nobody signed takes neither the id nor the number of the true command.
        Origin::Envelope => match authentic(tx, &command) {
            Ok(_) => !is_used_up(tx, &command)?,
            Err(Refusal::Rejected(_)) => false,
            Err(failed) => return Err(failed),
        },
    };
    if fits {
        tx.decide(&command, &outcome, now)?;
        tx.device_count(command.device, command.device_seq)?;
    }
    tx.audit_append(&AuditEntry {
        at: now.to_owned(),
        actor_id: command.actor.as_text(),
        device_id: command.device.as_text(),
        action: format!("refused {}", command.kind),
        subject_id: String::new(),
        detail: detail(&command),
    })?;
    Ok(outcome)
}
