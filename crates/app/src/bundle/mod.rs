//! Exchange by disc (光盘交换): a bundle is written into a folder, carried by a person, checked, and read
//! in exactly once. What is in it is what would go over a network: commands, outcomes, pages. Here is
//! who may give what to whom, and the register of it; what a bundle looks like is in `andu_sync::bundle`.

mod check;
mod export;
mod folder;
mod import;
mod peer;

use andu_base::{ContentHash, DeviceId};
use andu_crypto::{AgreementKey, Secret32, SigningKey, random_bytes, subkey};
use andu_store::{BundlePeerRecord, Reader, Store, Tx};
use andu_sync::{
    Command, Reason,
    bundle::{Card, NetworkLevel, NodeKind, Received, Sent, next_chain},
};

use crate::{Refusal, Rule};

pub use check::{CheckedFile, Report, check};
pub use export::{Exported, Order, export};
pub use folder::{FileState, LONGEST_CHUNK, MANIFEST, chunk_name};
pub use import::{Approval, Delivery, Imported, import, in_order, receipt_typed};
pub use peer::{
    Declaration, approve, approve_act, ask, ask_act, declare, declare_act, end, end_act,
    open_requests,
};

/// What the key of a bundle's content is sealed for.
const SEAL_PURPOSE: &str = "andu 2026 bundle content key";
/// The level of this store's own network, among its facts.
const LEVEL: &str = "network_level";
/// Since when discs are read that are written for this desk as the device that it is now.
const RECEIVED_SINCE: &str = "bundle_received_since";
/// What approvals are for.
const IMPORT: &str = "import";
const EXPORT: &str = "export";

/// A desk or server that takes part.
pub struct Node<'a> {
    /// Its store.
    pub store: &'a Store,
    /// The desk's device, or the server's own id.
    pub id: DeviceId,
    /// Signs bundles; the key for seals comes from the same seed.
    pub key: &'a SigningKey,
    /// Which of the two.
    pub side: Side<'a>,
}

/// Which side of the exchange a node is.
pub enum Side<'a> {
    /// A desk: it sends commands, and takes outcomes and pages.
    Desk {
        /// Id of its person.
        own_id: String,
    },
    /// A server: it decides commands, and sends outcomes and pages.
    Server {
        /// The command table.
        rule_of: &'a dyn Fn(&Command) -> Option<Rule>,
    },
}

impl Node<'_> {
    /// The key for seals.
    fn agreement(&self) -> AgreementKey {
        AgreementKey::from_seed(&subkey(&self.key.seed(), "andu 2026 bundle agreement", b""))
    }

    /// By what others know it.
    pub fn card(&self) -> Card {
        let kind = match self.side {
            Side::Desk { .. } => NodeKind::Desk,
            Side::Server { .. } => NodeKind::Server,
        };
        Card::new(
            self.id,
            kind,
            self.key,
            self.agreement().public().to_bytes(),
        )
    }
}

/// Reads a card out of the bytes of its file.
///
/// # Errors
/// `bundle.not_a_card`, `bundle.newer`.
pub fn read_card(bytes: &[u8]) -> Result<Card, Refusal> {
    use andu_sync::bundle::ManifestError;
    Card::decode(bytes).map_err(|error| {
        Refusal::because(match error {
            ManifestError::Newer(_) => "bundle.newer",
            _ => "bundle.not_a_card",
        })
    })
}

/// The level of this store's own network; `None` where nobody declared one.
///
/// # Errors
/// The store's own.
pub fn own_level(reader: Reader<'_>) -> Result<Option<NetworkLevel>, Refusal> {
    Ok(reader.meta(LEVEL)?.and_then(|word| word.parse().ok()))
}

/// The level of this store's own network, and of a peer's.
fn levels(
    reader: Reader<'_>,
    peer: &BundlePeerRecord,
) -> Result<(NetworkLevel, NetworkLevel), Refusal> {
    let undeclared = || Refusal::because("bundle.level_needed");
    let own = own_level(reader)?.ok_or_else(undeclared)?;
    Ok((own, peer.level.parse().map_err(|_| undeclared())?))
}

/// Somebody with whom discs are exchanged today.
fn peer_of(reader: Reader<'_>, node: DeviceId, unknown: &str) -> Result<BundlePeerRecord, Refusal> {
    let peer = reader.bundle_peer(node)?;
    peer.filter(|peer| peer.ended_at.is_empty())
        .ok_or_else(|| Refusal::because(unknown))
}

/// What is known of the chain to a peer.
fn sent_chain(reader: Reader<'_>, peer: &BundlePeerRecord) -> Result<Sent, Refusal> {
    let mut chain = Sent::default();
    for sent in reader.bundles_sent(peer.node, &peer.chain)? {
        chain.last = sent.seq;
        chain.hashes.insert(sent.seq, sent.hash);
    }
    chain.acknowledged = peer.acknowledged;
    Ok(chain)
}

/// What is known of the chains from a peer.
fn received_chains(reader: Reader<'_>, node: DeviceId) -> Result<Received, Refusal> {
    let mut held = Received::default();
    let since = reader.meta(RECEIVED_SINCE)?.unwrap_or_default();
    let came = reader.bundles_received(node)?.into_iter();
    for came in came.filter(|came| came.imported_at >= since) {
        held.imported(&came.chain, came.seq, came.hash, &[]);
    }
    Ok(held)
}

/// The fact which chain to a node this store has begun and forgotten.
fn forgotten_chain(node: DeviceId) -> String {
    format!("forgotten_chain:{}", node.as_text())
}

/// Begins a new chain to everybody: the store was put back from a copy and does not know which discs were
/// written since. `fresh` is random.
pub(crate) fn begin_anew(tx: &mut Tx<'_>, fresh: &str) -> Result<(), Refusal> {
    for mut peer in tx.reader().bundle_peers()? {
        if peer.chain.is_empty() {
            continue;
        }
        let random = ContentHash::of(format!("{fresh} {}", peer.node).as_bytes()).to_string();
        peer.chain = next_chain(&peer.chain, &random[..32], true);
        (peer.acknowledged, peer.reported_seq) = (0, 0);
        tx.bundle_peer_put(&peer)?;
        tx.bundle_answers_again(peer.node)?;
    }
    Ok(())
}

/// Discs from others begin new chains from now on: they know this desk by another name, and number what they
/// write for it from the beginning. What was read in before stays in the register.
pub(crate) fn receive_anew(tx: &mut Tx<'_>, now: &str) -> Result<(), Refusal> {
    Ok(tx.meta_put(RECEIVED_SINCE, now)?)
}

/// 128 random bits as 32 hexadecimal characters.
fn random_word() -> Result<String, Refusal> {
    let bytes: [u8; 16] = random_bytes().map_err(|_| Refusal::because("bundle.no_randomness"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn random_key() -> Result<Secret32, Refusal> {
    Secret32::random().map_err(|_| Refusal::because("bundle.no_randomness"))
}

/// A medium number as it is entered; required where a disc leaves its level.
fn medium_number(given: &str, needed: bool) -> Result<String, Refusal> {
    let given = given.trim();
    if given.is_empty() && needed {
        return Err(Refusal::because("bundle.medium_needed"));
    }
    if given.len() > 64 || given.chars().any(char::is_control) {
        return Err(Refusal::Rejected(Reason::new("bundle.medium_long")));
    }
    Ok(given.to_owned())
}
