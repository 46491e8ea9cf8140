//! Exchange by disc (光盘交换): with whom, what was written and read in, who approved it. Discs are
//! written and read in at a desk or by the command on the server; a page sees the register and approves.

use andu_app::bundle as app;
use andu_store::{BundlePeerRecord, BundleReceivedRecord, BundleSentRecord, Reader};
use andu_sync::{Outcome, Reason};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    Answered, ApiError, Caller,
    caller::serve,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{FileToken, Nothing},
    text,
};

/// Somebody with whom discs are exchanged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundlePeer {
    /// Its id.
    pub id: String,
    /// What it is called here.
    pub name: String,
    /// `desk` or `server`.
    pub kind: String,
    /// The level of its network, by its word.
    pub level: String,
    /// `level`, `upward` or `downward`: the way of a disc to it; empty where no level is declared.
    pub crossing: String,
    /// Discs may go down to it.
    pub downward: bool,
    /// How many discs before it a disc carries again.
    pub repeat_window: u32,
    /// The exchange is over.
    pub ended: bool,
    /// The last disc that was written for it; 0: none.
    pub written: u64,
    /// The last disc of which it is known that it was imported there.
    pub acknowledged: u64,
    /// The last disc that came from it.
    pub received: u64,
}

/// A line of the register (登记簿).
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleEntry {
    /// `out`: written here; `in`: read in here.
    pub direction: String,
    /// Id of the other side.
    pub peer_id: String,
    /// What it is called here.
    pub peer: String,
    /// Which disc of its chain, from 1.
    pub seq: u64,
    /// By what it is known, 64 hexadecimal characters.
    pub hash: String,
    /// `level`, `upward` or `downward`.
    pub crossing: String,
    /// 介质编号; may be empty.
    pub medium: String,
    /// Who wrote it or read it in.
    pub operator: String,
    /// Who approved it; may be empty.
    pub approved_by: String,
    /// An instant in UTC.
    pub at: String,
    /// Of one that came: the code to be read out to its sender; may be empty.
    pub receipt: String,
    /// Of one that was written: since when it is known that it was imported, an instant in UTC; may be
    /// empty.
    pub acknowledged_at: String,
    /// It never came; its content came with a later one.
    pub covered: bool,
}

/// A wish to carry something down to a lower network.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleRequest {
    /// Its id.
    pub id: String,
    /// To whom.
    pub peer: String,
    /// What for.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// An instant in UTC.
    pub asked_at: String,
    /// Who approved it.
    pub approved_by: Vec<String>,
}

/// Everything about discs here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleBoard {
    /// The level of this network, by its word; empty where none is declared.
    pub level: String,
    /// With whom.
    pub peers: Vec<BundlePeer>,
    /// The register, the newest first.
    pub entries: Vec<BundleEntry>,
    /// Wishes for which no disc was written yet.
    pub requests: Vec<BundleRequest>,
}

/// Declares somebody with whom discs are exchanged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundlePeerDeclare {
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

/// One of those with whom discs are exchanged.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundlePeerRef {
    /// Its id.
    pub id: String,
}

/// Asks for a disc that goes down.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundleExportAsk {
    /// Empty: a new id is made.
    pub id: String,
    /// To whom, by id.
    pub to: String,
    /// What for.
    pub reason: String,
}

/// Approves an import or an export.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundleApprove {
    /// The hash of the bundle, or the id of the wish.
    pub id: String,
    /// `import` or `export`.
    pub direction: String,
}

/// An act about discs that was decided, or waits for the server.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleDone {
    /// Id of what it was about.
    pub id: String,
    /// It waits for the server to decide.
    pub waiting: bool,
}

/// A card: the own one, or one that was read.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleCard {
    /// Id of the desk or server.
    pub id: String,
    /// `desk` or `server`.
    pub kind: String,
    /// What people compare.
    pub fingerprint: String,
    /// The text of the card.
    pub text: String,
}

/// Writes a disc.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundleExport {
    /// For whom, by id.
    pub to: String,
    /// The folder, from `file_choose`.
    pub token: String,
    /// 介质编号
    pub medium: String,
    /// Begins a new chain: the old one cannot go on.
    pub restart: bool,
}

/// A disc that was written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleExported {
    /// Its line of the register.
    pub entry: BundleEntry,
    /// The first disc whose content it carries.
    pub covers_from: u64,
    /// How many files its content has.
    pub files: u32,
    /// Bytes of them.
    pub total_bytes: u64,
    /// Commands on it.
    pub commands: u64,
    /// Outcomes on it.
    pub outcomes: u64,
    /// Rows on it.
    pub rows: u64,
}

/// A file of a disc that was looked at.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleFile {
    /// Its name.
    pub name: String,
    /// Bytes it should have.
    pub bytes: u64,
    /// The hash it should have.
    pub hash: String,
    /// `whole`, `missing`, `cut` or `altered`.
    pub state: String,
}

/// What was found on a disc that was looked at and not opened.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleReport {
    /// Another token for the same folder; empty from the command.
    pub token: String,
    /// By what the bundle is known.
    pub hash: String,
    /// Who sends it, by id.
    pub from: String,
    /// For whom it is, by id.
    pub to: String,
    /// Which disc of its chain, from 1.
    pub seq: u64,
    /// The level of the sender's network.
    pub from_level: String,
    /// The level of the receiver's network.
    pub to_level: String,
    /// 介质编号
    pub medium: String,
    /// An instant in UTC, by the sender's clock.
    pub exported_at: String,
    /// Its files.
    pub files: Vec<BundleFile>,
    /// Names of files that do not belong to it.
    pub strangers: Vec<String>,
    /// Whether the signature is by the card that was given; `None`: no card was given.
    pub signed: Option<bool>,
    /// Whether it may go on.
    pub whole: bool,
    /// The code for the register; empty where something is wrong.
    pub code: String,
}

/// Reads a disc in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundleImport {
    /// The folder, from `file_choose`.
    pub token: String,
    /// 介质编号, read off the disc itself.
    pub medium: String,
    /// The code of the check; needed from a lower network.
    pub check: String,
    /// Who approved it; needed from a lower network.
    pub approved_by: String,
    /// Number of the paper form; needed from a lower network.
    pub form: String,
}

/// A disc that was read in.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleImported {
    /// Its line of the register.
    pub entry: BundleEntry,
    /// It was imported before: nothing changed.
    pub already: bool,
    /// Discs that did not come, whose content came with it.
    pub lost: Vec<u64>,
    /// Commands that were applied, at a server.
    pub applied: u64,
    /// Commands that were refused, at a server.
    pub refused: u64,
    /// Commands of this desk that were answered.
    pub answered: u64,
    /// Rows that came.
    pub rows: u64,
}

/// A code that somebody typed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BundleAcknowledge {
    /// Sixteen digits and letters.
    pub code: String,
}

/// A disc of which it is known now that it was imported.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BundleAcknowledged {
    /// Its number.
    pub seq: u64,
    /// For whom it was.
    pub peer: String,
}

/// Lines of the register that are shown.
const ENTRIES: u32 = 500;

const STALE: &[T] = &[T::Sync];

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, BundleBoard>("bundle_list", P::Member, W::None, &[]),
    row::<FileToken, BundleCard>("bundle_card_write", P::Member, W::Desk, &[]),
    row::<FileToken, BundleCard>("bundle_card_read", P::Member, W::Desk, &[]),
    row::<BundlePeerDeclare, BundleDone>("bundle_server_declare", P::Member, W::Desk, STALE),
    row::<BundleExport, BundleExported>("bundle_export", P::Member, W::Desk, STALE),
    row::<FileToken, BundleReport>("bundle_check", P::Member, W::Desk, &[]),
    row::<BundleImport, BundleImported>(
        "bundle_import",
        P::Member,
        W::Desk,
        &[T::Sync, T::Drafts, T::Organisation, T::Session],
    ),
    row::<BundleAcknowledge, BundleAcknowledged>("bundle_acknowledge", P::Member, W::Desk, STALE),
    row::<BundlePeerDeclare, BundleDone>("bundle_peer_declare", P::ApproveDiscs, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: BundlePeerDeclare| {
                act(c, "bundle_peer_declare", &a)
            })
        })
        .handled(app::declare_act),
    row::<BundlePeerRef, BundleDone>("bundle_peer_end", P::ApproveDiscs, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: BundlePeerRef| act(c, "bundle_peer_end", &a)))
        .handled(app::end_act),
    row::<BundleExportAsk, BundleDone>("bundle_export_ask", P::CarryDiscs, W::Act, STALE)
        .served(|c, a| serve(c, a, ask))
        .handled(app::ask_act),
    row::<BundleApprove, BundleDone>("bundle_approve", P::ApproveDiscs, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: BundleApprove| act(c, "bundle_approve", &a)))
        .handled(app::approve_act),
];

fn ask(caller: &dyn Caller, mut args: BundleExportAsk) -> Result<BundleDone, ApiError> {
    if args.id.is_empty() {
        args.id = caller.new_id();
    }
    act(caller, "bundle_export_ask", &args)
}

fn act(
    caller: &dyn Caller,
    kind: &'static str,
    args: &impl Serialize,
) -> Result<BundleDone, ApiError> {
    let args = serde_json::to_value(args).expect("BUG: arguments are plain data");
    match caller.act(kind, args)? {
        Answered::Waiting(_) => Ok(BundleDone {
            id: String::new(),
            waiting: true,
        }),
        Answered::Decided(Outcome::Applied { answer, .. } | Outcome::Merged { answer, .. }) => {
            Ok(BundleDone {
                id: answer["id"].as_str().unwrap_or_default().to_owned(),
                waiting: false,
            })
        }
        Answered::Decided(
            Outcome::Rejected { reason }
            | Outcome::Superseded { reason }
            | Outcome::Conflict { reason, .. },
        ) => Err(text::refused(&reason)),
        Answered::Decided(Outcome::Deferred { .. }) => Err(text::error("command.deferred")),
    }
}

/// The name of a person of this store; the text itself where it is none's id.
fn name_of(reader: Reader<'_>, id: &str) -> andu_store::Result<String> {
    let Ok(person) = id.parse() else {
        return Ok(id.to_owned());
    };
    match reader.person(person) {
        Ok(person) => Ok(person.name),
        Err(andu_store::StoreError::NotFound { .. }) => Ok(id.to_owned()),
        Err(error) => Err(error),
    }
}

/// The register of a store.
///
/// # Errors
/// The store's own.
pub fn board(reader: Reader<'_>) -> Result<BundleBoard, andu_app::Refusal> {
    let own = app::own_level(reader)?;
    let mut entries = Vec::new();
    for sent in reader.bundles_written(ENTRIES)? {
        entries.push(written(reader, &sent)?);
    }
    for came in reader.bundles_read_in(ENTRIES)? {
        entries.push(read_in(reader, &came)?);
    }
    entries.sort_by(|a, b| b.at.cmp(&a.at));
    entries.truncate(ENTRIES as usize);
    let peers: Result<_, andu_app::Refusal> = reader
        .bundle_peers()?
        .iter()
        .map(|peer| peer_shown(reader, peer, own))
        .collect();
    let mut requests = Vec::new();
    for (request, approved) in app::open_requests(reader)? {
        let approved = approved.iter().map(|id| name_of(reader, id));
        requests.push(BundleRequest {
            peer: peer_name(reader, request.node)?,
            asked_by: name_of(reader, &request.asked_by)?,
            approved_by: approved.collect::<andu_store::Result<_>>()?,
            id: request.id,
            reason: request.reason,
            asked_at: request.asked_at,
        });
    }
    Ok(BundleBoard {
        level: own.map_or_else(String::new, |level| level.name().to_owned()),
        peers: peers?,
        entries,
        requests,
    })
}

fn peer_shown(
    reader: Reader<'_>,
    peer: &BundlePeerRecord,
    own: Option<andu_sync::bundle::NetworkLevel>,
) -> Result<BundlePeer, andu_app::Refusal> {
    let sent = reader.bundles_sent(peer.node, &peer.chain)?;
    let came = reader.bundles_received(peer.node)?;
    let crossing = own.zip(peer.level.parse().ok());
    let crossing = crossing.map(|(own, theirs)| andu_sync::bundle::Crossing::between(own, theirs));
    Ok(BundlePeer {
        id: peer.node.as_text(),
        name: peer.name.clone(),
        kind: peer.kind.clone(),
        level: peer.level.clone(),
        crossing: crossing.map_or_else(String::new, |crossing| crossing.name().to_owned()),
        downward: peer.downward,
        repeat_window: peer.repeat_window,
        ended: !peer.ended_at.is_empty(),
        written: sent.last().map_or(0, |sent| sent.seq),
        acknowledged: peer.acknowledged,
        received: came.last().map_or(0, |came| came.seq),
    })
}

fn peer_name(reader: Reader<'_>, node: andu_base::DeviceId) -> andu_store::Result<String> {
    Ok(reader
        .bundle_peer(node)?
        .map_or_else(|| node.as_text(), |peer| peer.name))
}

/// The line of a disc that was written.
///
/// # Errors
/// The store's own.
pub fn written(reader: Reader<'_>, sent: &BundleSentRecord) -> andu_store::Result<BundleEntry> {
    let approved = match sent.request_id.as_str() {
        "" => Vec::new(),
        id => reader.bundle_approvals(id, "export")?,
    };
    let approved: andu_store::Result<Vec<String>> =
        approved.iter().map(|id| name_of(reader, id)).collect();
    Ok(BundleEntry {
        direction: "out".into(),
        peer_id: sent.node.as_text(),
        peer: peer_name(reader, sent.node)?,
        seq: sent.seq,
        hash: sent.hash.to_string(),
        crossing: sent.crossing.clone(),
        medium: sent.medium.clone(),
        operator: name_of(reader, &sent.operator)?,
        approved_by: approved?.join("、"),
        at: sent.written_at.clone(),
        receipt: String::new(),
        acknowledged_at: sent.acknowledged_at.clone(),
        covered: false,
    })
}

/// The line of a disc that was read in.
///
/// # Errors
/// The store's own.
pub fn read_in(reader: Reader<'_>, came: &BundleReceivedRecord) -> andu_store::Result<BundleEntry> {
    Ok(BundleEntry {
        direction: "in".into(),
        peer_id: came.node.as_text(),
        peer: peer_name(reader, came.node)?,
        seq: came.seq,
        hash: came.hash.to_string(),
        crossing: came.crossing.clone(),
        medium: came.medium.clone(),
        operator: name_of(reader, &came.operator)?,
        approved_by: name_of(reader, &came.approved_by)?,
        at: came.imported_at.clone(),
        receipt: came.receipt.clone(),
        acknowledged_at: String::new(),
        covered: came.covered,
    })
}

/// What was written, as a page or a program gets it.
///
/// # Errors
/// The store's own.
pub fn exported(reader: Reader<'_>, done: &app::Exported) -> andu_store::Result<BundleExported> {
    Ok(BundleExported {
        entry: written(reader, &done.sent)?,
        covers_from: done.sent.covers_from,
        files: u32::try_from(done.files).unwrap_or(u32::MAX),
        total_bytes: done.sent.total_bytes,
        commands: done.commands,
        outcomes: done.outcomes,
        rows: done.rows,
    })
}

/// What was read in, as a page or a program gets it.
///
/// # Errors
/// The store's own.
pub fn imported(reader: Reader<'_>, done: &app::Imported) -> andu_store::Result<BundleImported> {
    let applied =
        |outcome: &&Outcome| matches!(outcome, Outcome::Applied { .. } | Outcome::Merged { .. });
    let applied = done.outcomes.iter().filter(applied).count();
    Ok(BundleImported {
        entry: read_in(reader, &done.received)?,
        already: done.already,
        lost: done.lost.clone(),
        applied: applied as u64,
        refused: (done.outcomes.len() - applied) as u64,
        answered: done.answered,
        rows: done.rows,
    })
}

/// What was found, as a page or a program gets it.
pub fn report(found: &app::Report, token: String) -> BundleReport {
    let heading = &found.heading;
    let file = |file: &app::CheckedFile| BundleFile {
        name: file.name.clone(),
        bytes: file.bytes,
        hash: file.hash.to_string(),
        state: match file.state {
            app::FileState::Whole => "whole",
            app::FileState::Missing => "missing",
            app::FileState::Cut => "cut",
            app::FileState::Altered => "altered",
        }
        .into(),
    };
    BundleReport {
        token,
        hash: found.hash.to_string(),
        from: heading.from.as_text(),
        to: heading.to.as_text(),
        seq: heading.seq,
        from_level: heading.from_level.name().into(),
        to_level: heading.to_level.name().into(),
        medium: heading.medium.clone(),
        exported_at: heading.exported_at.clone(),
        files: found.files.iter().map(file).collect(),
        strangers: found.strangers.clone(),
        signed: found.signed,
        whole: found.is_whole(),
        code: found.code.clone(),
    }
}

/// A card, as a page or a program gets it.
pub fn card(card: &andu_sync::bundle::Card) -> BundleCard {
    BundleCard {
        id: card.node.as_text(),
        kind: match card.kind {
            andu_sync::bundle::NodeKind::Desk => "desk".into(),
            andu_sync::bundle::NodeKind::Server => "server".into(),
        },
        fingerprint: card.fingerprint(),
        text: String::from_utf8_lossy(&card.encode()).into_owned(),
    }
}

/// What a peer is called that no id leads to.
pub fn unknown_peer(name: &str) -> ApiError {
    text::refused(&Reason::new("bundle.no_such_peer").with("name", name))
}

/// Who of those with whom discs are exchanged is meant, by id or name.
///
/// # Errors
/// `bundle.no_such_peer`.
pub fn peer_named(reader: Reader<'_>, name: &str) -> Result<andu_base::DeviceId, ApiError> {
    let peers = reader.bundle_peers()?.into_iter();
    let mut fitting = peers.filter(|peer| {
        peer.ended_at.is_empty() && (peer.name == name.trim() || peer.node.as_text() == name.trim())
    });
    match (fitting.next(), fitting.next()) {
        (Some(peer), None) => Ok(peer.node),
        _ => Err(unknown_peer(name)),
    }
}
