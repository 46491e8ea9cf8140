//! A server's side of files that come and go as chunks: what is there, taking one in, giving one out, and
//! taking out what nobody needs. A domain is the scope of whoever puts chunks; nobody is told about another's.

use andu_base::ContentHash;
use andu_crypto::{Secret32, subkey};
use andu_org::Person;
use andu_store::{Reader, Store, Tx};
use andu_sync::{
    CHUNK_AT_MOST, CHUNKS_AT_MOST, HaveAnswer, HaveRequest, LOOSE_AT_MOST, Manifest, Reason, Scope,
    name_of,
};

use crate::{Refusal, organisation};

/// Name under which a server's store keeps what the keys of names are computed from.
const SECRET: &str = "chunk_secret";

/// Whose chunks those of a person are: one's own, so that nobody can ask whether a colleague has a file.
pub fn domain_of(person: &Person) -> Scope {
    Scope::person(person.id)
}

/// The key of a domain's names.
pub(crate) fn domain_key(tx: &mut Tx<'_>, domain: &Scope) -> Result<Secret32, Refusal> {
    let known: Option<ContentHash> = tx
        .reader()
        .meta(SECRET)?
        .and_then(|secret| secret.parse().ok());
    let secret = match known {
        Some(secret) => Secret32::from_bytes(secret.0),
        None => {
            let fresh = Secret32::random().map_err(|_| Refusal::because("chunk.no_key"))?;
            tx.meta_put(SECRET, &ContentHash(*fresh.expose()).to_string())?;
            fresh
        }
    };
    Ok(subkey(
        &secret,
        "andu 2026 names of chunks",
        domain.0.as_bytes(),
    ))
}

/// Which of these chunks the asker's domain lacks. What it has is not swept away for some days.
///
/// # Errors
/// `chunk.too_many`; the store's own.
pub fn answer_have(
    store: &Store,
    person: &Person,
    request: &HaveRequest,
    now: &str,
) -> Result<HaveAnswer, Refusal> {
    if request.names.len() > CHUNKS_AT_MOST {
        return Err(Refusal::because("chunk.too_many"));
    }
    let domain = domain_of(person);
    store.write(|tx| {
        let key = domain_key(tx, &domain)?;
        let mut missing = Vec::new();
        for name in &request.names {
            match tx.reader().chunk_size(&domain.0, *name)? {
                Some(_) => tx.chunk_seen(&domain.0, *name, now)?,
                None => missing.push(*name),
            }
        }
        Ok(HaveAnswer {
            key: ContentHash(*key.expose()),
            domain,
            missing,
        })
    })
}

/// Takes a chunk into the sender's domain; the same once more changes nothing.
///
/// # Errors
/// `chunk.wrong_name` where the bytes are not those of the name, `chunk.too_large`, `chunk.too_many` where
/// the domain keeps too much that belongs to no file.
pub fn take(
    store: &Store,
    person: &Person,
    name: ContentHash,
    bytes: &[u8],
    now: &str,
) -> Result<(), Refusal> {
    if bytes.is_empty() || bytes.len() > CHUNK_AT_MOST {
        let reason = Reason::new("chunk.too_large").with("limit_kb", CHUNK_AT_MOST >> 10);
        return Err(Refusal::Rejected(reason));
    }
    let domain = domain_of(person);
    store.write(|tx| {
        let key = domain_key(tx, &domain)?;
        if name_of(bytes, &key) != name {
            return Err(Refusal::because("chunk.wrong_name"));
        }
        let loose = tx.reader().chunk_loose_bytes(&domain.0)?;
        if loose + bytes.len() as u64 > LOOSE_AT_MOST {
            return Err(Refusal::because("chunk.too_many"));
        }
        Ok(tx.chunk_put(&domain.0, name, bytes, now)?)
    })
}

/// One chunk of a file, for whoever the file's row is shown to.
///
/// # Errors
/// `chunk.not_there`, also where there is a file that may not be seen.
pub fn give(
    reader: Reader<'_>,
    person: &Person,
    (file_id, at): (&str, usize),
    now: &str,
) -> Result<Vec<u8>, Refusal> {
    let not_there = || Refusal::because("chunk.not_there");
    let granted = organisation::granted(reader, person.id, organisation::day_of(now))?;
    let shown = reader.row_scopes("draft_file", file_id)?;
    if !shown.iter().any(|scope| granted.contains(scope)) {
        return Err(not_there());
    }
    let file = reader.draft_file_row(file_id)?.ok_or_else(not_there)?;
    let manifest: Manifest = serde_json::from_str(&file.chunks)?;
    let chunk = manifest.0.get(at).ok_or_else(not_there)?;
    reader
        .chunk(&file.domain, chunk.name)?
        .ok_or_else(not_there)
}

/// Looks at a server whether everything a file is made of is there, and keeps it from now on.
pub(crate) fn hold(
    tx: &mut Tx<'_>,
    domain: &Scope,
    file_id: &str,
    manifest: &Manifest,
) -> Result<(), Refusal> {
    let incomplete = || Refusal::because("original.incomplete");
    for chunk in &manifest.0 {
        let size = tx.reader().chunk_size(&domain.0, chunk.name)?;
        if size != Some(u64::from(chunk.size)) {
            return Err(incomplete());
        }
    }
    Ok(tx.chunk_use_put(file_id, &domain.0, &manifest.names())?)
}

/// Takes out what no file is made of and nobody has asked for since `before`. Answers with how many chunks
/// went.
///
/// # Errors
/// The store's own.
pub fn sweep(store: &Store, before: &str) -> Result<usize, Refusal> {
    store.write(|tx| Ok(tx.chunk_sweep(before)?))
}
