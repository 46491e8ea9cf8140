//! A folder that stands for a disc: one manifest, and the sealed content in files no longer than the
//! medium takes. The manifest is written last: without it there is no bundle.

use std::{
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use andu_base::ContentHash;
use andu_crypto::HashReader;
use andu_sync::Reason;
use andu_sync::bundle::{Chunk, LARGEST_MANIFEST, MOST_CHUNKS, Manifest, ManifestError};

use crate::{Refusal, cause};

/// The name of the manifest.
pub const MANIFEST: &str = "andu-bundle.json";
/// The longest file: what a disc for every reader takes (FAT and ISO 9660), in bytes.
pub const LONGEST_CHUNK: u64 = (4 << 30) - 1;

/// The name of a file of the content, counted from 0.
pub fn chunk_name(at: usize) -> String {
    format!("andu-{:04}.bin", at + 1)
}

fn unusable(path: &Path, cause: &io::Error) -> Refusal {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let key = match cause.kind() {
        io::ErrorKind::StorageFull => "bundle.medium_full",
        _ => "bundle.medium_unusable",
    };
    let reason = Reason::new(key).with("file", name.to_string_lossy());
    Refusal::Rejected(cause::with(reason, cause))
}

/// Makes the folder ready to be written: it is there, and nothing is in it.
pub(super) fn prepare(folder: &Path) -> Result<(), Refusal> {
    fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
    let mut entries = fs::read_dir(folder).map_err(|error| unusable(folder, &error))?;
    match entries.next() {
        Some(_) => Err(Refusal::because("bundle.folder_not_empty")),
        None => Ok(()),
    }
}

/// Takes back what was written into a folder that [`prepare`] found empty.
pub(super) fn clear(folder: &Path) {
    for at in 0..MOST_CHUNKS {
        if fs::remove_file(folder.join(chunk_name(at))).is_err() {
            break;
        }
    }
}

/// Writes the content into files of at most so many bytes.
pub(super) struct ChunkWriter {
    folder: PathBuf,
    longest: u64,
    open: Option<(BufWriter<File>, andu_crypto::Hasher, u64)>,
    done: Vec<Chunk>,
}

impl ChunkWriter {
    pub(super) fn new(folder: &Path, longest: u64) -> Self {
        Self {
            folder: folder.to_owned(),
            longest: longest.clamp(1, LONGEST_CHUNK),
            open: None,
            done: Vec::new(),
        }
    }

    fn close(&mut self) -> io::Result<()> {
        if let Some((file, hasher, bytes)) = self.open.take() {
            file.into_inner()
                .map_err(io::IntoInnerError::into_error)?
                .sync_all()?;
            let hash = ContentHash(hasher.finish());
            self.done.push(Chunk { bytes, hash });
        }
        Ok(())
    }

    /// The files that were written; all of them are on the medium.
    pub(super) fn finish(mut self) -> Result<Vec<Chunk>, Refusal> {
        self.close()
            .map_err(|error| unusable(&self.folder, &error))?;
        Ok(self.done)
    }
}

impl Write for ChunkWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self
            .open
            .as_ref()
            .is_some_and(|(.., written)| *written == self.longest)
        {
            self.close()?;
        }
        if self.open.is_none() {
            if self.done.len() == MOST_CHUNKS {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge));
            }
            let path = self.folder.join(chunk_name(self.done.len()));
            let file = File::options().write(true).create_new(true).open(path)?;
            self.open = Some((BufWriter::new(file), andu_crypto::Hasher::new(), 0));
        }
        let Some((file, hasher, written)) = &mut self.open else {
            return Ok(0);
        };
        let room = usize::try_from(self.longest - *written).unwrap_or(usize::MAX);
        let count = file.write(&bytes[..bytes.len().min(room)])?;
        hasher.update(&bytes[..count]);
        *written += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.open {
            Some((file, ..)) => file.flush(),
            None => Ok(()),
        }
    }
}

/// Writes the manifest: whole or not at all.
pub(super) fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), Refusal> {
    let (path, part) = (folder.join(MANIFEST), folder.join("andu-bundle.part"));
    let written = (|| {
        let mut file = File::create(&part)?;
        file.write_all(&manifest.encode())?;
        file.sync_all()?;
        fs::rename(&part, &path)?;
        // The name is on the medium as well, where folders can be told to be.
        File::open(folder)?.sync_all().or(Ok(()))
    })();
    written.map_err(|error| unusable(&path, &error))
}

/// Reads a file that is no longer than `most` bytes.
///
/// # Errors
/// `bundle.medium_unusable`; `bundle.not_a_bundle` for a longer one.
pub(super) fn read_bounded(path: &Path, most: usize) -> Result<Vec<u8>, Refusal> {
    let file = File::open(path).map_err(|error| unusable(path, &error))?;
    let mut bytes = Vec::new();
    file.take(most as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unusable(path, &error))?;
    match bytes.len() > most {
        true => Err(Refusal::because("bundle.not_a_bundle")),
        false => Ok(bytes),
    }
}

/// The reason for a manifest or a card that cannot be read.
pub(super) fn malformed(error: &ManifestError) -> Refusal {
    Refusal::because(match error {
        ManifestError::NotOne => "bundle.not_a_bundle",
        ManifestError::Newer(_) => "bundle.newer",
        ManifestError::Senseless(_) | ManifestError::Signature => "bundle.altered_manifest",
    })
}

/// Reads the manifest of a folder.
///
/// # Errors
/// `bundle.not_there`, `bundle.no_manifest`, `bundle.not_a_bundle`, `bundle.newer`, `bundle.altered_manifest`.
pub(super) fn read_manifest(folder: &Path) -> Result<Manifest, Refusal> {
    let path = folder.join(MANIFEST);
    if !folder.exists() {
        let reason = Reason::new("bundle.not_there").with("folder", folder.display());
        return Err(Refusal::Rejected(reason));
    }
    if !path.is_file() {
        return Err(Refusal::because("bundle.no_manifest"));
    }
    Manifest::decode(&read_bounded(&path, LARGEST_MANIFEST)?).map_err(|error| malformed(&error))
}

/// How a file of a bundle was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileState {
    /// As the manifest says.
    Whole,
    /// Not there.
    Missing,
    /// Shorter than the manifest says.
    Cut,
    /// Other bytes than the manifest says.
    Altered,
}

/// Looks at one file of a bundle from its first byte to its last.
pub(super) fn look_at(folder: &Path, at: usize, chunk: &Chunk) -> Result<FileState, Refusal> {
    let path = folder.join(chunk_name(at));
    let length = match fs::metadata(&path) {
        Ok(meta) if meta.is_file() => meta.len(),
        Ok(_) => return Ok(FileState::Altered),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(FileState::Missing),
        Err(error) => return Err(unusable(&path, &error)),
    };
    if length != chunk.bytes {
        return Ok(match length < chunk.bytes {
            true => FileState::Cut,
            false => FileState::Altered,
        });
    }
    let file = File::open(&path).map_err(|error| unusable(&path, &error))?;
    let mut reader = HashReader::new(file);
    io::copy(&mut reader, &mut io::sink()).map_err(|error| unusable(&path, &error))?;
    Ok(match reader.finish() {
        (hash, length) if length == chunk.bytes && hash == chunk.hash.0 => FileState::Whole,
        _ => FileState::Altered,
    })
}

/// Names in a folder that belong to no bundle, at most 20, in order.
pub(super) fn strangers(folder: &Path, manifest: &Manifest) -> Result<Vec<String>, Refusal> {
    let entries = fs::read_dir(folder).map_err(|error| unusable(folder, &error))?;
    let known = |name: &str| {
        name == MANIFEST || (0..manifest.heading.chunks.len()).any(|at| chunk_name(at) == name)
    };
    let names =
        entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()));
    let mut strangers: Vec<String> = names.filter(|name| !known(name)).take(1_000).collect();
    strangers.sort();
    strangers.truncate(20);
    Ok(strangers)
}

/// Reads the files of a bundle as one.
pub(super) struct ChunkReader {
    folder: PathBuf,
    left: std::ops::Range<usize>,
    open: Option<BufReader<File>>,
}

impl ChunkReader {
    pub(super) fn new(folder: &Path, count: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            left: 0..count,
            open: None,
        }
    }
}

impl Read for ChunkReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(file) = &mut self.open {
                let count = file.read(buffer)?;
                if count > 0 || buffer.is_empty() {
                    return Ok(count);
                }
            }
            let Some(at) = self.left.next() else {
                return Ok(0);
            };
            self.open = Some(BufReader::new(File::open(
                self.folder.join(chunk_name(at)),
            )?));
        }
    }
}
