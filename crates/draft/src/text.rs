//! The text of one draft: a Yjs document that takes updates from editors and other desks.
//!
//! All bytes are **Yjs update format v1**: what `Y.applyUpdate` takes and `doc.on('update')` gives
//! in JavaScript (not the v2 of `applyUpdateV2`). Updates come from outside and are treated so:
//! bounded, examined, applied under a guard; one that fails leaves the text as it was.
//! Time is not bounded here: a server applies foreign updates on a thread it can abandon.

use std::{
    mem::ManuallyDrop,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use yrs::{
    ClientID, Doc, Map, MapRef, OffsetKind, Options, Out, ReadTxn, StateVector, Transact,
    TransactionMut, Update,
    branch::BranchPtr,
    updates::{decoder::Decode, encoder::Encode},
};

use crate::{DraftError, Reading, admission, reading, settle::Act, trace::Seen};

/// The largest single update that is taken.
pub const MAX_UPDATE_BYTES: usize = 8 << 20;
/// The largest text that is kept; images are in it.
pub const MAX_STATE_BYTES: usize = 64 << 20;
/// Updates that wait for missing ones may not have more bytes than this.
pub const MAX_PENDING_BYTES: usize = 8 << 20;
/// Applied updates are folded into the base when they have more bytes than this and the base.
const FOLD_BYTES: usize = 256 << 10;

/// The text of one draft.
pub struct DraftText {
    client_id: u64,
    doc: Doc,
    /// The text some updates ago, to go back to when one breaks it.
    base: Vec<u8>,
    /// What was applied since.
    since: Vec<Vec<u8>>,
    since_bytes: usize,
    /// What was applied since something began to be missing.
    waiting: Vec<Vec<u8>>,
}

impl std::fmt::Debug for DraftText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DraftText")
            .field("client_id", &self.client_id)
            .field("bytes", &(self.base.len() + self.since_bytes))
            .finish_non_exhaustive()
    }
}

impl DraftText {
    /// An empty text. What is written here is written as `client_id`: issued once per device,
    /// draft and open session, never used again (two writers of one id corrupt a text).
    ///
    /// # Errors
    /// `ClientId` if it is not between 1 and 2^53 - 1 (what JavaScript counts exactly).
    pub fn new(client_id: u64) -> Result<Self, DraftError> {
        if client_id == 0 || client_id >= 1 << 53 {
            return Err(DraftError::ClientId(client_id));
        }
        let doc = open(client_id);
        Ok(Self {
            client_id,
            doc,
            base: nothing(),
            since: Vec::new(),
            since_bytes: 0,
            waiting: Vec::new(),
        })
    }

    /// A text from its stored state and the updates after it, in any order.
    ///
    /// # Errors
    /// The first that `apply_update` has; a stored state may be as large as a whole text.
    pub fn from_updates<'a>(
        client_id: u64,
        updates: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Self, DraftError> {
        let mut text = Self::new(client_id)?;
        for update in updates {
            text.apply(update, MAX_STATE_BYTES)?;
        }
        Ok(text)
    }

    /// A text from its own store: what this program took in once, in any order. It is not examined again; bytes
    /// from anywhere else go through [`Self::from_updates`].
    ///
    /// # Errors
    /// `StateTooLarge`, `MalformedUpdate`, `Contradiction`, `Engine`: the store holds no text.
    pub fn from_stored<'a>(
        client_id: u64,
        parts: impl Iterator<Item = &'a [u8]>,
    ) -> Result<Self, DraftError> {
        let mut text = Self::new(client_id)?;
        for part in parts {
            text.check_state(part.len())?;
            text.integrate(decode(part)?, false)?;
            text.remember(part.to_vec())?;
        }
        Ok(text)
    }

    /// The id under which edits made here are written.
    pub fn client_id(&self) -> u64 {
        self.client_id
    }

    /// Applies an update of somebody else (format v1). One that is known already changes nothing;
    /// one whose predecessors are missing waits (`has_pending`).
    ///
    /// # Errors
    /// `UpdateTooLarge`, `StateTooLarge`, `TooMuchPending`: over a limit. `MalformedUpdate`,
    /// `TooDeep`: no update that an editor makes. `Contradiction`, `Engine`: does not fit this
    /// text. After each of them the text is as it was.
    pub fn apply_update(&mut self, update: &[u8]) -> Result<(), DraftError> {
        self.apply(update, MAX_UPDATE_BYTES)
    }

    fn apply(&mut self, update: &[u8], limit: usize) -> Result<(), DraftError> {
        if update.len() > limit {
            return Err(DraftError::UpdateTooLarge {
                bytes: update.len(),
                limit,
            });
        }
        self.check_state(update.len())?;
        let mut together: Vec<&[u8]> = self.waiting.iter().map(Vec::as_slice).collect();
        together.push(update);
        let admitted = admission::admit(&together)?;
        let decoded = decode(update)?;
        if let Err(error) = self.integrate(decoded, admitted.wants_a_look) {
            self.go_back()?;
            return Err(error);
        }
        self.remember(update.to_vec())
    }

    fn integrate(&self, update: Update, wants_a_look: bool) -> Result<(), DraftError> {
        guarded(|| {
            // If the engine panics, its half-made transaction must not commit while unwinding: it
            // is forgotten, and with it the broken document, for which a new one is built.
            let mut txn = ManuallyDrop::new(self.doc.transact_mut());
            let applied = txn.apply_update(update);
            txn.commit();
            let txn = ManuallyDrop::into_inner(txn);
            applied.map_err(|_| DraftError::Contradiction)?;
            if wants_a_look {
                check_nodes(&txn)
            } else {
                Ok(())
            }
        })?
    }

    /// Keeps an applied update for the day a later one breaks the text.
    fn remember(&mut self, update: Vec<u8>) -> Result<(), DraftError> {
        if self.has_pending() {
            let bytes = update.len() + self.waiting.iter().map(Vec::len).sum::<usize>();
            if bytes > MAX_PENDING_BYTES && !self.waiting.is_empty() {
                self.go_back()?;
                return Err(DraftError::TooMuchPending {
                    bytes,
                    limit: MAX_PENDING_BYTES,
                });
            }
            self.waiting.push(update.clone());
        } else {
            self.waiting.clear();
        }
        if self.since.is_empty() && self.waiting.is_empty() && self.base == nothing() {
            self.base = update;
            return Ok(());
        }
        self.since_bytes += update.len();
        self.since.push(update);
        if self.since_bytes > FOLD_BYTES.max(self.base.len()) {
            self.fold()?;
        }
        Ok(())
    }

    fn fold(&mut self) -> Result<(), DraftError> {
        self.base = self.encode_state()?;
        self.since.clear();
        self.since_bytes = 0;
        Ok(())
    }

    fn check_state(&mut self, more: usize) -> Result<(), DraftError> {
        let bytes = |text: &Self| text.base.len() + text.since_bytes + more;
        if bytes(self) > MAX_STATE_BYTES && !self.since.is_empty() {
            self.fold()?;
        }
        let bytes = bytes(self);
        if bytes > MAX_STATE_BYTES {
            return Err(DraftError::StateTooLarge {
                bytes,
                limit: MAX_STATE_BYTES,
            });
        }
        Ok(())
    }

    /// Builds the document anew from what is known to be sound.
    fn go_back(&mut self) -> Result<(), DraftError> {
        self.doc = open(self.client_id);
        for update in std::iter::once(&self.base).chain(&self.since) {
            let decoded = guarded(|| Update::decode_v1(update))?.map_err(|_| DraftError::Engine)?;
            self.integrate(decoded, false)?;
        }
        Ok(())
    }

    /// The whole text as one update of format v1 (`Y.applyUpdate` takes it), what waits included.
    ///
    /// # Errors
    /// `Engine` if the engine fails.
    pub fn encode_state(&self) -> Result<Vec<u8>, DraftError> {
        guarded(|| {
            self.doc
                .transact()
                .encode_state_as_update_v1(&StateVector::default())
        })
    }

    /// What somebody with this state vector (v1) does not have yet, as an update of format v1.
    ///
    /// # Errors
    /// `StateVector` if these bytes are none.
    pub fn encode_diff(&self, state_vector: &[u8]) -> Result<Vec<u8>, DraftError> {
        admission::admit_state_vector(state_vector)?;
        let known = guarded(|| StateVector::decode_v1(state_vector))?
            .map_err(|_| DraftError::StateVector)?;
        guarded(|| self.doc.transact().encode_state_as_update_v1(&known))
    }

    /// What was written under `client_ids` since this state vector (v1), as an update of format v1 with
    /// everything that is deleted. What others wrote is not in it, nor what waits.
    ///
    /// # Errors
    /// `StateVector` if these bytes are none.
    pub fn encode_own(
        &self,
        state_vector: &[u8],
        client_ids: &[u64],
    ) -> Result<Vec<u8>, DraftError> {
        admission::admit_state_vector(state_vector)?;
        let known = guarded(|| StateVector::decode_v1(state_vector))?
            .map_err(|_| DraftError::StateVector)?;
        guarded(|| {
            let txn = self.doc.transact();
            let mut since = StateVector::default();
            for (client, clock) in txn.state_vector().iter() {
                let clock = if client_ids.contains(&client.get()) {
                    known.get(client)
                } else {
                    *clock
                };
                since.set_max(*client, clock);
            }
            txn.encode_diff_v1(&since)
        })
    }

    /// How many clocks this text has of a client id.
    pub fn clock_of(&self, client_id: u64) -> u32 {
        self.doc
            .transact()
            .state_vector()
            .get(&ClientID::new(client_id))
    }

    /// What this text has, as a state vector of format v1 (`Y.encodeStateVector`).
    pub fn state_vector(&self) -> Vec<u8> {
        self.doc.transact().state_vector().encode_v1()
    }

    /// `true` while updates wait for others: ask their sender for the difference from
    /// `state_vector`.
    pub fn has_pending(&self) -> bool {
        self.doc.transact().has_missing_updates()
    }

    /// The text as a document, and what in it could not be read. Where suggestions are open it is the text as it
    /// would be if all were accepted (清稿). Cost: about a millisecond for ten pages; with suggestions a copy besides.
    ///
    /// # Errors
    /// `Engine` if the engine fails.
    pub fn to_document(&self) -> Result<Reading, DraftError> {
        let (reading, seen) =
            guarded(|| reading::read_seeing(&self.doc.transact(), Seen::default()))?;
        if seen.any {
            self.settled(Act::Accept)
        } else {
            Ok(reading)
        }
    }

    /// Looks at the text as it stands.
    pub(crate) fn reading_txn<R>(
        &self,
        look: impl FnOnce(&yrs::Transaction<'_>) -> R,
    ) -> Result<R, DraftError> {
        guarded(|| look(&self.doc.transact()))
    }

    /// Runs `edit` in one transaction and returns what it changed as an update of format v1. If
    /// it fails, the text is as it was.
    pub(crate) fn edit<E>(
        &mut self,
        edit: impl FnOnce(&mut TransactionMut<'_>) -> Result<(), E>,
    ) -> Result<Vec<u8>, DraftError>
    where
        DraftError: From<E>,
    {
        let doc = self.doc.clone();
        let made = guarded(|| {
            let mut txn = ManuallyDrop::new(doc.transact_mut());
            let edited = edit(&mut txn);
            txn.commit();
            let update = txn.encode_update_v1();
            drop(ManuallyDrop::into_inner(txn));
            edited.map(|()| update).map_err(DraftError::from)
        });
        let made = made.and_then(|made| made);
        let checked = made.and_then(|update| {
            if update.len() > MAX_UPDATE_BYTES {
                return Err(DraftError::UpdateTooLarge {
                    bytes: update.len(),
                    limit: MAX_UPDATE_BYTES,
                });
            }
            self.check_state(update.len()).map(|()| update)
        });
        match checked {
            Ok(update) => {
                self.remember(update.clone())?;
                Ok(update)
            }
            Err(error) => {
                self.go_back()?;
                Err(error)
            }
        }
    }

    /// A document of its own with the same text, to look at in ways that need to write.
    pub(crate) fn copy(&self) -> Result<Doc, DraftError> {
        let state = self.encode_state()?;
        guarded(|| {
            let doc = open(self.client_id);
            let update = Update::decode_v1(&state).map_err(|_| DraftError::Engine)?;
            doc.transact_mut()
                .apply_update(update)
                .map_err(|_| DraftError::Engine)?;
            Ok(doc)
        })?
    }
}

/// The state of a text in which nothing was ever written.
fn nothing() -> Vec<u8> {
    Update::new().encode_v1()
}

fn decode(update: &[u8]) -> Result<Update, DraftError> {
    guarded(|| Update::decode_v1(update))?.map_err(|_| DraftError::MalformedUpdate {
        at: 0,
        reason: "it does not decode",
    })
}

/// An empty Yjs document with the roots of a draft. Offsets count in UTF-16 as JavaScript does.
fn open(client_id: u64) -> Doc {
    let doc = Doc::with_options(Options {
        offset_kind: OffsetKind::Utf16,
        ..Options::with_guid_and_client_id(Arc::from("draft"), ClientID::new(client_id))
    });
    doc.get_or_insert_map("elements");
    doc.get_or_insert_text("title");
    doc.get_or_insert_xml_fragment("body");
    doc.get_or_insert_array("attachments");
    doc.get_or_insert_map("issued");
    doc.get_or_insert_xml_fragment("issued:body");
    doc.get_or_insert_array("issued:attachments");
    doc
}

/// Runs what may panic on foreign input.
pub(crate) fn guarded<R>(work: impl FnOnce() -> R) -> Result<R, DraftError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| DraftError::Engine)
}

/// No node may lie deeper than a document can be: deleting it would recurse that deep. And characters lie in
/// texts only: in a list, one of two units of UTF-16 would be read by the engine without end.
fn check_nodes(txn: &TransactionMut<'_>) -> Result<(), DraftError> {
    let mut waiting: Vec<(Out, usize)> = txn.root_refs().map(|(_, root)| (root, 0)).collect();
    while let Some((out, depth)) = waiting.pop() {
        use yrs::Text as _;
        if depth > admission::MAX_DEPTH {
            return Err(DraftError::TooDeep {
                limit: admission::MAX_DEPTH,
            });
        }
        let Some(branch) = out.try_branch() else {
            continue;
        };
        let branch = BranchPtr::from(branch);
        let is_node = |out: &Out| !matches!(out, Out::Any(_));
        let entries = MapRef::from(branch);
        waiting.extend(
            entries
                .values(txn)
                .flatten()
                .filter(is_node)
                .map(|out| (out, depth + 1)),
        );
        let is_list = matches!(
            out,
            Out::YArray(_) | Out::YMap(_) | Out::YXmlElement(_) | Out::YXmlFragment(_)
        );
        // Read as a text, whatever it is: that shows characters as well as nodes.
        let text = yrs::TextRef::from(branch);
        for chunk in text.diff(txn, yrs::types::text::YChange::identity) {
            match chunk.insert {
                Out::Any(_) if is_list => return Err(DraftError::Contradiction),
                Out::Any(_) => {}
                node => waiting.push((node, depth + 1)),
            }
        }
    }
    Ok(())
}
