//! Exchange by disc between networks that no wire joins: what may cross, what a disc says of itself,
//! which disc follows which, what is on it, and the code that is read over the telephone. Nothing here
//! opens a file or a key.

mod content;
mod ledger;
mod manifest;
#[cfg(test)]
mod model;
mod network;
mod pages;
mod receipt;

pub use content::{ContentError, LONGEST_RECORD, Record, RecordReader, write_end, write_record};
pub use ledger::{Judgement, Plan, Received, Sent, WIDEST_WINDOW, is_later, next_chain};
pub use manifest::{
    BUNDLE_DOMAIN, CARD_DOMAIN, Card, Chunk, Heading, LARGEST_MANIFEST, MOST_CHUNKS, Manifest,
    ManifestError, NodeKind,
};
pub use network::{Crossing, NetworkLevel, UnknownLevel};
pub use pages::{advance, rebase};
pub use receipt::{Receipt, ReceiptError};
