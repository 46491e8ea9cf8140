//! Originals: a file that was imported belongs to its draft at the server too, once all its chunks are there.

use andu_base::ContentHash;
use andu_crypto::Secret32;
use andu_store::{DraftState, FileRow, Reader, Store};
use andu_sync::{Chunk, Manifest, Reason, Scope, name_of};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{answer, co_draft::show, own_draft};
use crate::{Call, Place, Refusal, chunk, incoming, process};

/// A file whose chunks were sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommitOriginal {
    /// Id of the draft.
    pub id: String,
    /// Id of the file.
    pub file_id: String,
    /// Its name.
    pub name: String,
    /// Its chunks, in order.
    pub chunks: Vec<Chunk>,
    /// The key of their names.
    pub key: ContentHash,
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 255;

/// Puts a file beside a draft: whole or not at all.
///
/// # Errors
/// `original.incomplete` where a chunk is not there, or was named with another key;
/// `original.malformed` for what cannot be a file; `original.taken` for the id of another one.
pub fn commit_original(call: &mut Call<'_, '_>, args: Value) -> Result<Value, Refusal> {
    let args: CommitOriginal = serde_json::from_value(args)?;
    call.about(&args.id);
    let draft = match incoming::scan_of(&args.id, &args.file_id) {
        Some(_) => incoming::recorded_on(call, &args.id)?,
        None => own_draft(call, &args.id)?,
    };
    let manifest = Manifest(args.chunks);
    let malformed =
        |cause| Refusal::Rejected(Reason::new("original.malformed").with("cause", cause));
    manifest.check().map_err(malformed)?;
    if args.name.is_empty() || args.name.chars().count() > LONGEST_NAME {
        return Err(malformed("its name"));
    }
    let known = call.tx.reader().draft_file_row(&args.file_id)?;
    if known.as_ref().is_some_and(|file| file.draft_id != draft.id) {
        return Err(Refusal::because("original.taken"));
    }
    let domain = chunk::domain_of(call.actor);
    if call.place == Place::Server {
        let key = chunk::domain_key(call.tx, &domain)?;
        if *key.expose() != args.key.0 {
            return Err(Refusal::because("original.incomplete"));
        }
        chunk::hold(call.tx, &domain, &args.file_id, &manifest)?;
    }
    let file = FileRow {
        id: args.file_id,
        draft_id: draft.id.clone(),
        name: args.name,
        size: manifest.size(),
        chunks: serde_json::to_string(&manifest)?,
        domain: domain.0,
        chunk_key: args.key.to_string(),
        added_at: known.map_or_else(|| call.command.claimed_at.clone(), |file| file.added_at),
    };
    call.tx.draft_file_row_put(&file)?;
    let row = serde_json::to_value(&file)?;
    show(call, &draft, ("draft_file", &file.id), Some(row))?;
    if draft.state == DraftState::Incoming {
        let registers = Scope::register(call.actor.agency_id);
        incoming::show_files(call, &registers, &draft.id, &Default::default())?;
        process::show_again(call, &draft.id)?;
    }
    Ok(answer(&draft))
}

/// What a desk still needs of a file that is elsewhere.
///
/// # Errors
/// `original.elsewhere` where the server does not have it either; the store's own.
pub fn original_missing(
    reader: Reader<'_>,
    file_id: &str,
) -> Result<(Manifest, Vec<usize>), Refusal> {
    let elsewhere = || Refusal::because("original.elsewhere");
    let file = reader.draft_file_row(file_id)?.ok_or_else(elsewhere)?;
    if file.chunks.is_empty() {
        return Err(elsewhere());
    }
    let manifest: Manifest = serde_json::from_str(&file.chunks)?;
    manifest.check().map_err(|_| elsewhere())?;
    let mut missing = Vec::new();
    for (at, chunk) in manifest.0.iter().enumerate() {
        if reader.chunk_size(file_id, chunk.name)?.is_none() {
            missing.push(at);
        }
    }
    Ok((manifest, missing))
}

/// Keeps a chunk of a file that is on its way to this desk.
///
/// # Errors
/// `chunk.wrong_name` where the bytes are not those of the file's row.
pub fn original_keep(
    store: &Store,
    file_id: &str,
    at: usize,
    bytes: &[u8],
    now: &str,
) -> Result<(), Refusal> {
    let wrong = || Refusal::because("chunk.wrong_name");
    store.write(|tx| {
        let file = tx.reader().draft_file_row(file_id)?.ok_or_else(wrong)?;
        let manifest: Manifest = serde_json::from_str(&file.chunks)?;
        let chunk = manifest.0.get(at).ok_or_else(wrong)?;
        let key: ContentHash = file.chunk_key.parse().map_err(|_| wrong())?;
        if name_of(bytes, &Secret32::from_bytes(key.0)) != chunk.name {
            return Err(wrong());
        }
        Ok(tx.chunk_put(file_id, chunk.name, bytes, now)?)
    })
}

/// Puts the chunks of a file together once all have come. Its name and its bytes.
///
/// # Errors
/// `original.elsewhere` where one has not come; the store's own.
pub fn original_assemble(store: &Store, file_id: &str) -> Result<(String, Vec<u8>), Refusal> {
    let elsewhere = || Refusal::because("original.elsewhere");
    store.write(|tx| {
        let reader = tx.reader();
        let file = reader.draft_file_row(file_id)?.ok_or_else(elsewhere)?;
        let manifest: Manifest = serde_json::from_str(&file.chunks)?;
        let mut bytes = Vec::new();
        for chunk in &manifest.0 {
            bytes.extend(reader.chunk(file_id, chunk.name)?.ok_or_else(elsewhere)?);
        }
        tx.draft_file_arrived(file_id, &bytes)?;
        Ok((file.name, bytes))
    })
}
