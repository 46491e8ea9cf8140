//! Files as chunks: cut by their content, each named by a keyed hash within the domain of permission that
//! put it. Whoever does not know a domain's key cannot tell from a name what the chunk holds, and nobody is
//! told about the chunks of another domain.

use andu_base::ContentHash;
use andu_crypto::{Secret32, keyed_hash};
use fastcdc::v2020::FastCDC;
use serde::{Deserialize, Serialize};

use crate::change::Scope;

/// The smallest chunk but a file's last, in bytes.
const CHUNK_AT_LEAST: usize = 64 << 10;
/// What chunks come to on average, in bytes.
const CHUNK_MEAN: usize = 256 << 10;
/// The largest chunk, in bytes.
pub const CHUNK_AT_MOST: usize = 1 << 20;
/// The largest file, in bytes.
pub const FILE_AT_MOST: u64 = 256 << 20;
/// Chunks of one file, and names in one question.
pub const CHUNKS_AT_MOST: usize = 4_096;
/// What a domain may keep at a server that belongs to no file yet, in bytes.
pub const LOOSE_AT_MOST: u64 = 1 << 30;

/// One chunk of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// Its name in its domain.
    pub name: ContentHash,
    /// Bytes.
    pub size: u32,
}

/// Which chunks a file is made of, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest(pub Vec<Chunk>);

impl Manifest {
    /// Cuts a file by its content: the same bytes are cut in the same places.
    pub fn of(bytes: &[u8], key: &Secret32) -> Self {
        let chunks = cut(bytes).map(|part| Chunk {
            name: name_of(part, key),
            size: u32::try_from(part.len()).expect("BUG: a chunk is below 1 MiB"),
        });
        Self(chunks.collect())
    }

    /// Bytes of the whole file.
    pub fn size(&self) -> u64 {
        self.0.iter().map(|chunk| u64::from(chunk.size)).sum()
    }

    /// Names, each once.
    pub fn names(&self) -> Vec<ContentHash> {
        let mut names: Vec<ContentHash> = self.0.iter().map(|chunk| chunk.name).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Looks whether this can be a file.
    ///
    /// # Errors
    /// What is wrong, for developers.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.0.is_empty() || self.0.len() > CHUNKS_AT_MOST {
            return Err("no chunks, or too many");
        }
        let fits = |chunk: &Chunk| (1..=CHUNK_AT_MOST).contains(&(chunk.size as usize));
        if !self.0.iter().all(fits) || self.size() > FILE_AT_MOST {
            return Err("a chunk or the file is too large");
        }
        Ok(())
    }
}

/// The parts that a file is cut into.
pub fn cut(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    FastCDC::new(bytes, CHUNK_AT_LEAST, CHUNK_MEAN, CHUNK_AT_MOST)
        .map(|chunk| &bytes[chunk.offset..chunk.offset + chunk.length])
}

/// What a chunk is called in the domain of this key.
pub fn name_of(chunk: &[u8], key: &Secret32) -> ContentHash {
    ContentHash(keyed_hash(key, chunk))
}

/// Asks which chunks a server does not have in one's own domain. Without names: for the key alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HaveRequest {
    /// At most [`CHUNKS_AT_MOST`].
    pub names: Vec<ContentHash>,
}

/// What is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HaveAnswer {
    /// The domain of whoever asks.
    pub domain: Scope,
    /// The key of its names.
    pub key: ContentHash,
    /// Those of the names that are not there.
    pub missing: Vec<ContentHash>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(length: usize, mut seed: u64) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length);
        while bytes.len() < length {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.extend((seed >> 24).to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn a_file_is_cut_whole_into_parts_that_may_be_sent() {
        for length in [1, 1_000, CHUNK_AT_LEAST + 1, 5_000_000] {
            let bytes = noise(length, 7);
            let together: Vec<u8> = cut(&bytes).flatten().copied().collect();
            assert_eq!(together, bytes);
            let manifest = Manifest::of(&bytes, &Secret32::from_bytes([1; 32]));
            assert_eq!((manifest.check(), manifest.size()), (Ok(()), length as u64));
        }
        // Nothing to cut by.
        let zeros = vec![0; 5_000_000];
        assert!(cut(&zeros).all(|part| part.len() <= CHUNK_AT_MOST));
    }

    #[test]
    fn what_was_put_in_front_changes_the_first_parts_alone() {
        let key = Secret32::from_bytes([1; 32]);
        let before = noise(8_000_000, 3);
        let after = [b"a page before".as_slice(), &before].concat();
        let (before, after) = (Manifest::of(&before, &key), Manifest::of(&after, &key));
        let shared = after.0.iter().filter(|chunk| before.0.contains(chunk));
        assert!(shared.count() + 3 >= after.0.len());
    }

    #[test]
    fn the_same_chunk_has_another_name_in_another_domain() {
        let (mine, theirs) = (Secret32::from_bytes([1; 32]), Secret32::from_bytes([2; 32]));
        assert_ne!(name_of(b"the same", &mine), name_of(b"the same", &theirs));
    }

    #[test]
    fn what_cannot_be_a_file_is_refused() {
        let chunk = |size| Chunk {
            name: ContentHash::of(b""),
            size,
        };
        assert!(Manifest(vec![]).check().is_err());
        assert!(Manifest(vec![chunk(0)]).check().is_err());
        assert!(Manifest(vec![chunk((1 << 20) + 1)]).check().is_err());
        assert!(Manifest(vec![chunk(1 << 20); 257]).check().is_err());
        assert!(Manifest(vec![chunk(1); 4_097]).check().is_err());
    }
}
