//! Exchange by disc at a server: its own card, and discs written into and read from folders at this
//! machine, by somebody who may.

use std::path::{Path, PathBuf};

use andu_api::{
    ApiError,
    bundle::{
        self as api, BundleAcknowledged, BundleBoard, BundleCard, BundleExported, BundleImported,
    },
    find_row, text,
};
use andu_app::bundle::{self as app, Approval, Delivery, Node, Order, Side};
use andu_base::PersonId;
use andu_crypto::{Secret32, SigningKey};
use andu_org::Grant;
use andu_sync::Command;

use crate::{
    Server,
    authority::write_private,
    state::{now, today},
};

/// What is to be written.
pub struct BundleOrder<'a> {
    /// For whom, by id or name.
    pub to: &'a str,
    /// Into which folder.
    pub folder: &'a Path,
    /// 介质编号
    pub medium: &'a str,
    /// The wish that was approved, where the disc goes down.
    pub request: Option<&'a str>,
    /// The longest file, in bytes; 0: as long as every medium takes.
    pub longest_chunk: u64,
    /// Begins a new chain.
    pub restart: bool,
}

/// The server's key for discs, made when it is first needed.
fn key(server: &Server) -> Result<SigningKey, ApiError> {
    let path = server.folder().join("bundle.key");
    let unreadable = |_| text::error("bundle.server_key");
    if !path.exists() {
        let fresh = Secret32::random().map_err(|_| text::error("store.engine"))?;
        write_private(&path, fresh.expose()).map_err(unreadable)?;
    }
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    let seed = Secret32::from_slice(&bytes).map_err(|_| text::error("bundle.server_key"))?;
    Ok(SigningKey::from_seed(&seed))
}

fn with_node<T>(
    server: &Server,
    work: impl FnOnce(&Node<'_>) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    let rule_of = |command: &Command| find_row(&command.kind).and_then(andu_api::Row::rule);
    work(&Node {
        store: server.store(),
        id: server.device(),
        key: &key(server)?,
        side: Side::Server { rule_of: &rule_of },
    })
}

/// Whether somebody may write discs and read them in.
fn may_carry(server: &Server, person: PersonId) -> Result<String, ApiError> {
    let actor = server
        .store()
        .read(|reader| andu_app::organisation::actor(reader, person, today()))?;
    match actor.may(Grant::CarryDiscs) {
        true => Ok(person.as_text()),
        false => Err(text::error("command.forbidden")),
    }
}

/// By what others know this server.
///
/// # Errors
/// `bundle.server_key`.
pub fn bundle_card(server: &Server) -> Result<BundleCard, ApiError> {
    with_node(server, |node| Ok(api::card(&node.card())))
}

/// The register of this server.
///
/// # Errors
/// `command.forbidden`.
pub fn bundle_board(server: &Server, person: PersonId) -> Result<BundleBoard, ApiError> {
    let actor = server
        .store()
        .read(|reader| andu_app::organisation::actor(reader, person, today()))?;
    if !actor.may(Grant::CarryDiscs) && !actor.may(Grant::ApproveDiscs) {
        return Err(text::error("command.forbidden"));
    }
    Ok(server.store().read(api::board)?)
}

/// Writes a disc.
///
/// # Errors
/// `command.forbidden`, and those of the exchange.
pub fn bundle_export(
    server: &Server,
    operator: PersonId,
    order: &BundleOrder<'_>,
) -> Result<BundleExported, ApiError> {
    let operator = may_carry(server, operator)?;
    let to = server
        .store()
        .read(|reader| api::peer_named(reader, order.to))?;
    let done = with_node(server, |node| {
        let order = Order {
            to,
            folder: order.folder,
            medium: order.medium,
            operator: &operator,
            request: order.request,
            longest_chunk: match order.longest_chunk {
                0 => app::LONGEST_CHUNK,
                longest => longest,
            },
            restart: order.restart,
            now: &now(),
        };
        Ok(app::export(node, &order)?)
    })?;
    Ok(server.store().read(|reader| api::exported(reader, &done))?)
}

/// Reads discs in, those of one chain in their order, until one is refused.
///
/// # Errors
/// `command.forbidden`, and those of the exchange; what was read in before stays.
pub fn bundle_import(
    server: &Server,
    operator: PersonId,
    folders: &[PathBuf],
    (medium, check): (&str, &str),
) -> Result<Vec<BundleImported>, ApiError> {
    let operator = may_carry(server, operator)?;
    let mut all = Vec::new();
    for folder in app::in_order(folders)? {
        let done = with_node(server, |node| {
            let delivery = Delivery {
                folder: &folder,
                medium,
                operator: &operator,
                check,
                approval: Approval::Register,
                now: &now(),
            };
            Ok(app::import(node, &delivery)?)
        })?;
        server.tell(&done.outcomes);
        all.push(server.store().read(|reader| api::imported(reader, &done))?);
    }
    Ok(all)
}

/// Takes a code that somebody read out.
///
/// # Errors
/// `command.forbidden`, and those of the code.
pub fn bundle_acknowledge(
    server: &Server,
    operator: PersonId,
    code: &str,
) -> Result<BundleAcknowledged, ApiError> {
    let operator = may_carry(server, operator)?;
    with_node(server, |node| {
        let (seq, peer) = app::receipt_typed(node, code, (&operator, &now()))?;
        Ok(BundleAcknowledged { seq, peer })
    })
}
