//! The epoch of a server's store: a secret word that changes when the store was restored from a copy. What
//! a desk knows of another epoch may be more than the server knows; it is compared, and sent again.

use andu_store::{IS_COPY, Reader, Store, Tx};

use crate::{Refusal, bundle};

const EPOCH: &str = "epoch";
/// Set at a replica until the server has said which sent commands it does not know any more.
const RECALL: &str = "recall";

/// The epoch of this store; at a replica, that of its server. Empty before the first contact.
///
/// # Errors
/// The store's own.
pub fn current(reader: Reader<'_>) -> andu_store::Result<String> {
    Ok(reader.meta(EPOCH)?.unwrap_or_default())
}

/// At a server that opens its store: takes `fresh` (128 random bits) as its epoch if it has none, or if the
/// store is a copy, and answers with the epoch that holds from now on.
///
/// # Errors
/// The store's own.
pub fn settle(store: &Store, fresh: &str) -> Result<String, Refusal> {
    store.write(|tx| {
        let known = current(tx.reader())?;
        let is_copy = tx.reader().meta(IS_COPY)?.is_some_and(|said| said == "yes");
        if !known.is_empty() && !is_copy {
            return Ok(known);
        }
        tx.meta_put(EPOCH, fresh)?;
        if is_copy {
            // Discs may have been written since the copy was made, under numbers that it does not know of.
            bundle::begin_anew(tx, fresh)?;
            tx.meta_put(IS_COPY, "")?;
        }
        Ok(fresh.to_owned())
    })
}

/// At a replica that meets another epoch: keeps every row, forgets how far it had pulled and which answers
/// it was about to see confirmed, and will ask what the server does not know any more.
///
/// # Errors
/// The store's own.
pub(crate) fn adopt(tx: &mut Tx<'_>, epoch: &str) -> Result<(), Refusal> {
    if !current(tx.reader())?.is_empty() {
        for scope in tx.reader().cursors()?.keys() {
            tx.cursor_drop(scope)?;
        }
        tx.leased_restart()?;
        tx.outbox_forget_answers()?;
        if !tx.reader().sent_commands()?.is_empty() {
            tx.meta_put(RECALL, "yes")?;
        }
    }
    // A disc of the other epoch decided nothing, though it was taken, and one that was written before any was
    // known may have been decided in one that is gone: what they carried goes again.
    tx.bundle_commands_forget()?;
    tx.meta_put(EPOCH, epoch)?;
    Ok(())
}

/// Whether sent commands have to be asked about.
pub(crate) fn recall_due(reader: Reader<'_>) -> Result<bool, Refusal> {
    Ok(reader.meta(RECALL)?.is_some_and(|said| said == "yes"))
}

/// The server has said what it does not know any more.
pub(crate) fn recalled(tx: &mut Tx<'_>) -> Result<(), Refusal> {
    Ok(tx.meta_put(RECALL, "")?)
}
