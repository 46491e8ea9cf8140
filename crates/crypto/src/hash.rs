//! BLAKE3: content hashes, hashing while reading or writing, and subkeys.

use std::io::{self, Read, Write};

use crate::Secret32;

/// BLAKE3 of `bytes`.
pub fn hash(bytes: &[u8]) -> [u8; 32] {
    *blake3::hash(bytes).as_bytes()
}

/// BLAKE3 of `bytes` under `key`: who does not know the key cannot compute it.
pub fn keyed_hash(key: &Secret32, bytes: &[u8]) -> [u8; 32] {
    *blake3::keyed_hash(key.expose(), bytes).as_bytes()
}

/// A key for one purpose, computed from `key`. `context` is a constant naming purpose and version;
/// `salt` tells apart uses of the same purpose and may be empty.
pub fn subkey(key: &Secret32, context: &'static str, salt: &[u8]) -> Secret32 {
    let mut hasher = blake3::Hasher::new_derive_key(context);
    hasher.update(key.expose());
    hasher.update(salt);
    Secret32::from_bytes(*hasher.finalize().as_bytes())
}

/// BLAKE3 of bytes that come in pieces.
#[derive(Debug, Default)]
pub struct Hasher(blake3::Hasher);

impl Hasher {
    /// Nothing hashed yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The hash of all pieces so far.
    pub fn finish(&self) -> [u8; 32] {
        *self.0.finalize().as_bytes()
    }
}

/// Hashes and counts what is read through it.
#[derive(Debug)]
pub struct HashReader<R> {
    inner: R,
    hasher: Hasher,
    length_bytes: u64,
}

impl<R: Read> HashReader<R> {
    /// Reads from `inner`.
    pub fn new(inner: R) -> Self {
        Self {
            inner,
            hasher: Hasher::new(),
            length_bytes: 0,
        }
    }

    /// Hash and number of the bytes read so far.
    pub fn finish(&self) -> ([u8; 32], u64) {
        (self.hasher.finish(), self.length_bytes)
    }
}

impl<R: Read> Read for HashReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(&buffer[..count]);
        self.length_bytes += count as u64;
        Ok(count)
    }
}

/// Hashes and counts what is written through it.
#[derive(Debug)]
pub struct HashWriter<W> {
    inner: W,
    hasher: Hasher,
    length_bytes: u64,
}

impl<W: Write> HashWriter<W> {
    /// Writes to `inner`.
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            hasher: Hasher::new(),
            length_bytes: 0,
        }
    }

    /// What was written to, with hash and number of the bytes written.
    pub fn finish(self) -> (W, [u8; 32], u64) {
        (self.inner, self.hasher.finish(), self.length_bytes)
    }
}

impl<W: Write> Write for HashWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        self.length_bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_blake3() {
        // The empty input of the official BLAKE3 test vectors.
        let hex: String = hash(b"").iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            hex,
            "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
        );
    }

    #[test]
    fn hashing_while_reading_or_writing_gives_the_same_hash() {
        let bytes = vec![42; 100_000];
        let mut reader = HashReader::new(bytes.as_slice());
        let mut writer = HashWriter::new(Vec::new());
        io::copy(&mut reader, &mut writer).unwrap();
        let (copy, written, length) = writer.finish();
        assert_eq!(
            (copy, written, length),
            (bytes.clone(), hash(&bytes), 100_000)
        );
        assert_eq!(reader.finish(), (hash(&bytes), 100_000));
    }

    #[test]
    fn subkeys_of_other_purposes_or_salts_differ() {
        let key = Secret32::from_bytes([1; 32]);
        let one = *subkey(&key, "andu test one", b"").expose();
        assert_ne!(one, *subkey(&key, "andu test two", b"").expose());
        assert_ne!(one, *subkey(&key, "andu test one", b"x").expose());
        assert_ne!(one, *key.expose());
    }
}
