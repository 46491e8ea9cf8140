//! Looking at a disc without opening it, as at the transfer machine (中间机): nothing is decrypted, no key
//! is needed, nothing is kept. The code at the end says which disc was looked at and found whole.

use std::path::Path;

use andu_base::ContentHash;
use andu_sync::bundle::{Card, Heading, Manifest};

use super::folder::{FileState, chunk_name, look_at, read_manifest, strangers};
use crate::Refusal;

/// A file that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckedFile {
    /// Its name.
    pub name: String,
    /// Bytes, as the manifest says.
    pub bytes: u64,
    /// Hash, as the manifest says.
    pub hash: ContentHash,
    /// How it was found.
    pub state: FileState,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// What the disc says of itself.
    pub heading: Heading,
    /// By what the bundle is known.
    pub hash: ContentHash,
    /// Its files.
    pub files: Vec<CheckedFile>,
    /// Names of files that do not belong to it.
    pub strangers: Vec<String>,
    /// Whether the signature is by the card that was given; `None`: no card was given.
    pub signed: Option<bool>,
    /// The code for the register; empty where something is wrong.
    pub code: String,
}

impl Report {
    /// Whether the disc may go on: every file is whole, nothing else is on it, and the signature is not a
    /// stranger's.
    pub fn is_whole(&self) -> bool {
        self.strangers.is_empty()
            && self.signed != Some(false)
            && self.files.iter().all(|file| file.state == FileState::Whole)
    }
}

/// The code of a disc that was found whole: twelve digits and letters.
pub(super) fn code_of(bundle: &ContentHash) -> String {
    let bytes = [b"andu bundle checked ".as_slice(), &bundle.0].concat();
    let hash = ContentHash::of(&bytes).to_string();
    format!("{}-{}-{}", &hash[..4], &hash[4..8], &hash[8..12])
}

/// Looks at a disc.
///
/// # Errors
/// Where there is no manifest to be read; a file that is missing or altered is in the report.
pub fn check(folder: &Path, card: Option<&Card>) -> Result<Report, Refusal> {
    let manifest = read_manifest(folder)?;
    let mut report = report(folder, &manifest)?;
    report.signed = card.map(|card| {
        card.node == manifest.heading.from
            && card.key().is_ok_and(|key| manifest.verify(&key).is_ok())
    });
    if !report.is_whole() {
        report.code.clear();
    }
    Ok(report)
}

fn report(folder: &Path, manifest: &Manifest) -> Result<Report, Refusal> {
    let chunks = manifest.heading.chunks.iter().enumerate();
    let files = chunks.map(|(at, chunk)| {
        Ok(CheckedFile {
            name: chunk_name(at),
            bytes: chunk.bytes,
            hash: chunk.hash,
            state: look_at(folder, at, chunk)?,
        })
    });
    Ok(Report {
        heading: manifest.heading.clone(),
        hash: manifest.hash(),
        files: files.collect::<Result<_, Refusal>>()?,
        strangers: strangers(folder, manifest)?,
        signed: None,
        code: code_of(&manifest.hash()),
    })
}
