//! Texts that are being written: kept in memory as the editor has them, written to the store every half
//! second, and never thrown away before they are there.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use andu_api::{
    ApiError, DeskEvent,
    caller::{Answered, Caller as _},
    draft::{self, DraftRef, DraftRow, DraftUpdate, OpenDraft, OriginalFile, Saved, TextUpdate},
    text,
};
use andu_app::{process::Standing, queue};
use andu_document::OfficialDocument;
use andu_draft::{DraftText, Writer, writers};
use andu_store::{DraftRecord, DraftState};
use andu_sync::Outcome;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{clock, open::OpenDesk, revision};

/// How long what was typed may be in memory alone.
pub const FLUSH_EVERY: Duration = Duration::from_millis(400);

/// A text that is open in an editor.
pub struct Writing {
    /// Id of the draft.
    pub draft_id: String,
    lineage: String,
    /// What was said of it when it was opened. A text that is frozen later still takes what is typed until
    /// it is opened anew: that goes aside.
    read_only: bool,
    /// It is reviewed: what is written is kept beside the draft until it is sent.
    review: Option<Standing>,
    /// The ids of this opening: the editor's and this side's.
    own: [u64; 2],
    inner: Mutex<Inner>,
}

struct Inner {
    text: DraftText,
    /// What the store has: everything up to this state vector.
    stored: Vec<u8>,
    dirty: bool,
}

/// All texts that are open.
#[derive(Default)]
pub struct Writings(Mutex<HashMap<String, Arc<Writing>>>);

impl Writing {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the text says now.
    ///
    /// # Errors
    /// `draft.text_unreadable`.
    pub fn document(&self) -> Result<OfficialDocument, ApiError> {
        Ok(self
            .inner()
            .text
            .to_document()
            .map_err(andu_app::Refusal::from)?
            .document)
    }

    fn apply(&self, update: &[u8]) -> Result<(), ApiError> {
        if self.read_only {
            return Err(text::error("draft.frozen"));
        }
        let mut inner = self.inner();
        inner
            .text
            .apply_update(update)
            .map_err(andu_app::Refusal::from)?;
        inner.dirty = true;
        Ok(())
    }

    /// Changes the text from this side; the editor is given the update.
    ///
    /// # Errors
    /// What `change` fails with; `draft.frozen` where nothing may be written.
    pub fn change(
        &self,
        change: impl FnOnce(&mut DraftText) -> Result<Vec<u8>, ApiError>,
    ) -> Result<TextUpdate, ApiError> {
        if self.read_only {
            return Err(text::error("draft.frozen"));
        }
        let mut inner = self.inner();
        let update = change(&mut inner.text)?;
        inner.dirty = true;
        Ok(TextUpdate {
            update: STANDARD.encode(update),
        })
    }

    /// Takes in what others wrote, which the store has. Says whether it was new here.
    ///
    /// # Errors
    /// `draft.text_unreadable` if it does not fit.
    pub(crate) fn merge(&self, update: &[u8]) -> Result<bool, ApiError> {
        let mut inner = self.inner();
        let writers = writers(update).map_err(andu_app::Refusal::from)?;
        let known = |writer: &Writer| inner.text.clock_of(writer.client_id) >= writer.end;
        let is_own = |writer: &Writer| self.own.contains(&writer.client_id);
        // What deletes and writes nothing may be new; what this opening wrote is not.
        if !writers.is_empty() && writers.iter().all(|writer| is_own(writer) && known(writer)) {
            return Ok(false);
        }
        inner
            .text
            .apply_update(update)
            .map_err(andu_app::Refusal::from)?;
        Ok(true)
    }

    /// What may be done to it where it is reviewed.
    pub(crate) const fn review(&self) -> Option<&Standing> {
        self.review.as_ref()
    }

    /// Takes in what this side made of the text as it is stored.
    ///
    /// # Errors
    /// `draft.text_unreadable`.
    pub(crate) fn take(&self, update: &[u8]) -> Result<(), ApiError> {
        let mut inner = self.inner();
        let taken = inner.text.apply_update(update);
        Ok(taken.map_err(andu_app::Refusal::from)?)
    }

    /// Whether it was opened to be read only.
    pub(crate) const fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Writes to the store what it does not have yet. Says whether there was anything.
    fn flush(&self, desk: &OpenDesk) -> Result<bool, ApiError> {
        let mut inner = self.inner();
        if !inner.dirty {
            return Ok(false);
        }
        if self.review.is_some() {
            revision::keep(desk, &self.draft_id, &inner.text)?;
            inner.dirty = false;
            return Ok(true);
        }
        let update = inner
            .text
            .encode_own(&inner.stored, &self.own)
            .map_err(andu_app::Refusal::from)?;
        let vector = inner.text.state_vector();
        let args = serde_json::json!({
            "id": self.draft_id,
            "lineage": self.lineage,
            "update": STANDARD.encode(update),
        });
        match desk.act("draft_update", args)? {
            Answered::Decided(Outcome::Rejected { reason }) => Err(text::refused(&reason)),
            _ => {
                inner.stored = vector;
                inner.dirty = false;
                Ok(true)
            }
        }
    }
}

impl Writings {
    /// The drafts that are open.
    pub(crate) fn open_ones(&self) -> Vec<Arc<Writing>> {
        self.all().values().cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<String, Arc<Writing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The open text of a draft.
    ///
    /// # Errors
    /// `desk.no_text` if it is not open.
    pub fn get(&self, id: &str) -> Result<Arc<Writing>, ApiError> {
        self.find(id).ok_or_else(|| text::error("desk.no_text"))
    }

    /// The open text of a draft, if it is open.
    pub fn find(&self, id: &str) -> Option<Arc<Writing>> {
        self.all().get(id).cloned()
    }

    /// Writes a draft's text to the store, if it is open and not there yet. The window is told: it waits to
    /// hear that its edits are on the disk, whoever asked for it.
    ///
    /// # Errors
    /// The store's own; the text is still in memory.
    pub fn flush(&self, desk: &OpenDesk, id: &str) -> Result<bool, ApiError> {
        let written = self.find(id).map_or(Ok(false), |open| open.flush(desk))?;
        if written {
            desk.events.send(DeskEvent::Saved {
                draft_id: id.to_owned(),
                at: clock::now(),
            });
        }
        Ok(written)
    }

    /// Writes every text to the store and tells the window how it went.
    pub fn flush_all(&self, desk: &OpenDesk) {
        for writing in self.open_ones() {
            let draft_id = writing.draft_id.clone();
            if let Err(error) = self.flush(desk, &draft_id) {
                tracing::warn!(draft = draft_id, key = error.key, "text not written yet");
                let sentence = error.sentence;
                desk.events.send(DeskEvent::NotSaved { draft_id, sentence });
            }
        }
    }

    /// Keeps an automatic version of every text that is due one.
    pub fn keep_versions(&self, desk: &OpenDesk) {
        let open: Vec<_> = self.all().values().cloned().collect();
        for writing in open.iter().filter(|writing| !writing.read_only) {
            if let Err(error) = crate::version::keep_automatic(desk, &writing.draft_id) {
                tracing::warn!(
                    draft = writing.draft_id,
                    key = error.key,
                    "no automatic version"
                );
            }
        }
    }

    /// Takes out what could not be written, for a desk that is closed.
    pub fn take_unsaved(&self) -> Vec<Arc<Writing>> {
        let mut all = self.all();
        let unsaved = all.extract_if(|_, writing| writing.inner().dirty);
        unsaved.map(|(_, writing)| writing).collect()
    }

    /// Takes in what could not be written before the desk was closed.
    pub fn put_unsaved(&self, unsaved: Vec<Arc<Writing>>) {
        let named = unsaved
            .into_iter()
            .map(|writing| (writing.draft_id.clone(), writing));
        self.all().extend(named);
    }

    /// Forgets a text that was closed or whose draft changed hands.
    pub fn forget(&self, id: &str) {
        self.all().remove(id);
    }
}

/// The id this side writes under beside an editor's: never the same one.
const fn own_client_id(editor: u64) -> u64 {
    editor ^ 1
}

pub(crate) fn random_client_id() -> Result<u64, ApiError> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| text::error("store.engine"))?;
    // 53 bits, as JavaScript numbers carry, and never the small ids that imports write under.
    Ok((u64::from_le_bytes(bytes) >> 11) | 1 << 32)
}

/// Opens a draft for the editor, under a client id of its own.
///
/// # Errors
/// Where the draft is not there or its text cannot be read.
pub fn open(desk: &OpenDesk, args: &DraftRef) -> Result<OpenDraft, ApiError> {
    desk.writings.flush(desk, &args.id)?;
    let client_id = random_client_id()?;
    let record = desk.store.read(|reader| reader.draft(&args.id))?;
    let row = DraftRow::of(&record, &desk.person);
    let writes = writes_in(desk, &record)?;
    let review = revision::standing(desk, &record)?;
    let reviewed = match &review {
        Some(_) => revision::text(desk, &record, own_client_id(client_id))?,
        None => None,
    };
    let review = review.filter(|_| reviewed.is_some());
    let read_only = match &review {
        Some(standing) => standing.revises.is_none(),
        None => !writes || !is_free(&record),
    };
    if review.is_none() && !read_only {
        send_late(desk, &record)?;
    }
    // Held until it stands among the open ones: whoever takes in what was pulled meanwhile finds it there, and
    // what was pulled before is read here.
    let mut open = desk.writings.all();
    let text = if let Some(text) = reviewed {
        text
    } else if !writes {
        let document = draft::stored_document(desk, &args.id)?;
        let state = andu_draft::from_document(&document, 1).map_err(andu_app::Refusal::from)?;
        DraftText::from_updates(own_client_id(client_id), std::iter::once(state.as_slice()))
            .map_err(andu_app::Refusal::from)?
    } else {
        let parts = desk.store.read(|reader| reader.draft_text(&args.id))?;
        DraftText::from_stored(own_client_id(client_id), parts.iter().map(Vec::as_slice))
            .map_err(andu_app::Refusal::from)?
    };
    let state = text.encode_state().map_err(andu_app::Refusal::from)?;
    let originals = desk.store.read(|reader| reader.draft_files(&args.id))?;
    let writing = Writing {
        draft_id: args.id.clone(),
        lineage: record.lineage.clone(),
        read_only,
        review: review.clone(),
        own: [client_id, own_client_id(client_id)],
        inner: Mutex::new(Inner {
            stored: text.state_vector(),
            dirty: false,
            text,
        }),
    };
    open.insert(args.id.clone(), Arc::new(writing));
    drop(open);
    desk.previews.changed(desk, &args.id);
    desk.lines.look(desk);
    Ok(OpenDraft {
        row,
        lineage: record.lineage,
        client_id,
        state: STANDARD.encode(state),
        read_only,
        review: review.as_ref().map(revision::mode),
        originals: originals
            .into_iter()
            .map(|file| OriginalFile {
                id: file.id,
                name: file.name,
                bytes: file.bytes,
            })
            .collect(),
    })
}

/// Whether the desk's person writes in a draft, as its author or along.
pub(crate) fn writes_in(desk: &OpenDesk, record: &DraftRecord) -> Result<bool, ApiError> {
    let (me, today) = (desk.person.id.as_text(), clock::today());
    let writes = desk
        .store
        .read(|reader| andu_app::draft::writes_in(reader, record, &me, today));
    Ok(writes?)
}

/// Whether a draft takes what is written in it.
pub(crate) fn is_free(record: &DraftRecord) -> bool {
    record.state == DraftState::Drafting && record.pending_act.is_empty()
}

/// Sends again what the server had refused because it did not know the draft then. Without it, whatever is
/// written here later would build on words that the server does not have.
///
/// # Errors
/// The store's own.
pub fn send_late(desk: &OpenDesk, record: &DraftRecord) -> Result<(), ApiError> {
    let late = desk
        .store
        .read(|reader| queue::late_updates(reader, &record.id))?;
    if late.ids.is_empty() {
        return Ok(());
    }
    desk.send_late(record, &late)
}

/// Takes an edit of the editor's.
///
/// # Errors
/// `desk.no_text`, `draft.other_lineage`, `draft.frozen`, `draft.text_unreadable`.
pub fn update(desk: &OpenDesk, args: &DraftUpdate) -> Result<(), ApiError> {
    let writing = desk.writings.get(&args.id)?;
    if writing.lineage != args.lineage {
        return Err(text::error("draft.other_lineage"));
    }
    let update = STANDARD
        .decode(&args.update)
        .map_err(|_| text::error("draft.text_unreadable"))?;
    writing.apply(&update)?;
    desk.previews.changed(desk, &args.id);
    Ok(())
}

/// Writes a text to the disk now.
///
/// # Errors
/// The store's own.
pub fn flush(desk: &OpenDesk, args: &DraftRef) -> Result<Saved, ApiError> {
    desk.writings.flush(desk, &args.id)?;
    Ok(Saved { at: clock::now() })
}

/// Writes a text to the disk and forgets it.
///
/// # Errors
/// The store's own; the text stays open.
pub fn close(desk: &OpenDesk, args: &DraftRef) -> Result<(), ApiError> {
    desk.writings.flush(desk, &args.id)?;
    desk.writings.forget(&args.id);
    desk.previews.close(&args.id);
    desk.lines.look(desk);
    Ok(())
}

/// What a draft says now: as the editor has it, or as it is stored.
///
/// # Errors
/// Where it is not there.
pub fn current_document(desk: &OpenDesk, id: &str) -> Result<OfficialDocument, ApiError> {
    match desk.writings.find(id) {
        Some(writing) => writing.document(),
        None => draft::stored_document(desk, id),
    }
}
