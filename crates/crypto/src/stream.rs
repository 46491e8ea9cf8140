//! Sealing of large things: chunks that cannot be altered, reordered, dropped or cut off.
//!
//! Sealed form: suite code (1 byte), stream nonce (19), then chunks of 64 KiB plaintext, each
//! followed by its tag (16); the last chunk is shorter or full, and empty only if everything is.
//! The nonce of a chunk is the stream nonce, its number (4, big endian) and 1 for the last chunk,
//! else 0: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015).

use std::io::{self, Read, Write};

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::{CryptoError, Secret32, Suite, hash, random_bytes};

const CHUNK_BYTES: usize = 64 * 1024;
const TAG_BYTES: usize = 16;
const STREAM_NONCE_BYTES: usize = 19;

/// Seals all of `reader` into `writer`, bound to `aad`. Returns the number of plaintext bytes.
///
/// # Errors
/// `Io` from either side, `NoRandomness`, `TooLong` above 256 TiB.
pub fn seal_stream(
    key: &Secret32,
    aad: &[u8],
    mut reader: impl Read,
    writer: impl Write,
) -> Result<u64, CryptoError> {
    let mut sealer = SealWriter::new(key, aad, writer)?;
    let length_bytes = io::copy(&mut reader, &mut sealer)?;
    sealer.finish()?;
    Ok(length_bytes)
}

/// Opens what [`seal_stream`] made. Returns the number of plaintext bytes.
///
/// Every byte written was checked, but only a success says that nothing is missing at the end: on
/// an error the caller throws away what was written.
///
/// # Errors
/// `DoesNotOpen`, `Altered`, `Truncated`, `UnknownSuite`, or `Io` from either side.
pub fn open_stream(
    key: &Secret32,
    aad: &[u8],
    reader: impl Read,
    mut writer: impl Write,
) -> Result<u64, CryptoError> {
    let mut opener = OpenReader::new(key, aad, reader)?;
    Ok(io::copy(&mut opener, &mut writer)?)
}

/// Cipher, nonces and associated data, the same on both sides.
struct Chunks {
    cipher: XChaCha20Poly1305,
    stream_nonce: [u8; STREAM_NONCE_BYTES],
    aad: [u8; 32],
    next: u32,
}

impl Chunks {
    fn new(key: &Secret32, aad: &[u8], stream_nonce: [u8; STREAM_NONCE_BYTES]) -> Self {
        let cipher = XChaCha20Poly1305::new(key.expose().into());
        Self {
            cipher,
            stream_nonce,
            aad: hash(aad),
            next: 0,
        }
    }

    fn nonce(&self, is_last: bool) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..STREAM_NONCE_BYTES].copy_from_slice(&self.stream_nonce);
        nonce[STREAM_NONCE_BYTES..23].copy_from_slice(&self.next.to_be_bytes());
        nonce[23] = u8::from(is_last);
        XNonce::from(nonce)
    }

    fn advance(&mut self) -> Result<(), CryptoError> {
        self.next = self.next.checked_add(1).ok_or(CryptoError::TooLong)?;
        Ok(())
    }

    fn seal(&mut self, plain: &[u8], is_last: bool) -> Result<Vec<u8>, CryptoError> {
        let payload = Payload {
            msg: plain,
            aad: &self.aad,
        };
        let sealed = self.cipher.encrypt(&self.nonce(is_last), payload);
        self.advance()?;
        sealed.map_err(|_| CryptoError::TooLong)
    }

    fn opens(&self, sealed: &[u8], is_last: bool) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: sealed,
            aad: &self.aad,
        };
        self.cipher
            .decrypt(&self.nonce(is_last), payload)
            .ok()
            .map(Zeroizing::new)
    }

    fn open(&mut self, sealed: &[u8], is_last: bool) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        if let Some(plain) = self.opens(sealed, is_last) {
            self.advance()?;
            return Ok(plain);
        }
        if is_last && (sealed.len() < TAG_BYTES || self.opens(sealed, false).is_some()) {
            return Err(CryptoError::Truncated);
        }
        match self.next {
            0 => Err(CryptoError::DoesNotOpen),
            chunk => Err(CryptoError::Altered { chunk }),
        }
    }
}

/// Seals what is written to it. Without [`SealWriter::finish`] the result does not open.
pub struct SealWriter<W> {
    chunks: Chunks,
    buffer: Zeroizing<Vec<u8>>,
    writer: W,
}

impl<W: Write> SealWriter<W> {
    /// Starts a sealed stream in `writer`.
    ///
    /// # Errors
    /// `NoRandomness`, `Io`.
    pub fn new(key: &Secret32, aad: &[u8], mut writer: W) -> Result<Self, CryptoError> {
        let stream_nonce = random_bytes()?;
        writer.write_all(&[Suite::Curve25519.code()])?;
        writer.write_all(&stream_nonce)?;
        let buffer = Zeroizing::new(Vec::with_capacity(CHUNK_BYTES));
        Ok(Self {
            chunks: Chunks::new(key, aad, stream_nonce),
            buffer,
            writer,
        })
    }

    /// Writes the last chunk and hands back what was written to, flushed.
    ///
    /// # Errors
    /// `Io`, `TooLong`.
    pub fn finish(mut self) -> Result<W, CryptoError> {
        self.write_chunk(true)?;
        self.writer.flush()?;
        Ok(self.writer)
    }

    fn write_chunk(&mut self, is_last: bool) -> Result<(), CryptoError> {
        let sealed = self.chunks.seal(&self.buffer, is_last)?;
        self.writer.write_all(&sealed)?;
        self.buffer.clear();
        Ok(())
    }
}

impl<W: Write> Write for SealWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.is_empty() {
            return Ok(0);
        }
        if self.buffer.len() == CHUNK_BYTES {
            self.write_chunk(false)?;
        }
        let count = bytes.len().min(CHUNK_BYTES - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..count]);
        Ok(count)
    }

    /// Sealed chunks are written when they are full: nothing to do before `finish`.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Opens a sealed stream while it is read. The end of input is reported only after the last chunk
/// has proved to be the last; errors are `CryptoError` inside `io::Error`.
pub struct OpenReader<R> {
    chunks: Chunks,
    reader: R,
    ahead: Vec<u8>,
    plain: Zeroizing<Vec<u8>>,
    given: usize,
    is_done: bool,
}

impl<R: Read> OpenReader<R> {
    /// Reads the beginning of a sealed stream.
    ///
    /// # Errors
    /// `Truncated`, `UnknownSuite`, `Io`.
    pub fn new(key: &Secret32, aad: &[u8], mut reader: R) -> Result<Self, CryptoError> {
        let start = read_up_to(&mut reader, 1 + STREAM_NONCE_BYTES)?;
        let (&code, nonce) = start.split_first().ok_or(CryptoError::Truncated)?;
        let Suite::Curve25519 = Suite::from_code(code)?;
        let nonce = nonce.try_into().map_err(|_| CryptoError::Truncated)?;
        let ahead = read_up_to(&mut reader, CHUNK_BYTES + TAG_BYTES)?;
        Ok(Self {
            chunks: Chunks::new(key, aad, nonce),
            reader,
            ahead,
            plain: Zeroizing::new(Vec::new()),
            given: 0,
            is_done: false,
        })
    }

    fn next_chunk(&mut self) -> Result<(), CryptoError> {
        let following = read_up_to(&mut self.reader, CHUNK_BYTES + TAG_BYTES)?;
        self.is_done = following.is_empty();
        self.plain = self.chunks.open(&self.ahead, self.is_done)?;
        self.given = 0;
        self.ahead = following;
        Ok(())
    }
}

impl<R: Read> Read for OpenReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.plain.len() && !self.is_done && !buffer.is_empty() {
            self.next_chunk()?;
        }
        let count = buffer.len().min(self.plain.len() - self.given);
        buffer[..count].copy_from_slice(&self.plain[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

fn read_up_to(reader: &mut impl Read, limit_bytes: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(limit_bytes as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEALED_CHUNK: usize = CHUNK_BYTES + TAG_BYTES;
    const START: usize = 1 + STREAM_NONCE_BYTES;

    fn key() -> Secret32 {
        Secret32::from_bytes([3; 32])
    }

    fn plain(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * 31 % 251) as u8).collect()
    }

    fn sealed(plain: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        seal_stream(&key(), b"header", plain, &mut out).unwrap();
        out
    }

    fn opened(sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut out = Vec::new();
        open_stream(&key(), b"header", sealed, &mut out).map(|_| out)
    }

    #[test]
    fn streams_of_every_awkward_length_open_again() {
        for length in [
            0,
            1,
            CHUNK_BYTES - 1,
            CHUNK_BYTES,
            CHUNK_BYTES + 1,
            2 * CHUNK_BYTES,
            3 * CHUNK_BYTES + 5,
        ] {
            let plain = plain(length);
            assert_eq!(opened(&sealed(&plain)).unwrap(), plain, "{length} bytes");
        }
    }

    #[test]
    fn cutting_at_a_chunk_border_is_called_truncated() {
        let whole = sealed(&plain(3 * CHUNK_BYTES));
        for chunks in 1..3 {
            let cut = &whole[..START + chunks * SEALED_CHUNK];
            assert!(
                matches!(opened(cut), Err(CryptoError::Truncated)),
                "{chunks} chunks kept"
            );
        }
        assert!(matches!(
            opened(&whole[..START]),
            Err(CryptoError::Truncated)
        ));
        assert!(matches!(opened(&whole[..5]), Err(CryptoError::Truncated)));
        assert!(matches!(opened(&[]), Err(CryptoError::Truncated)));
    }

    #[test]
    fn chunks_cannot_be_swapped_repeated_or_appended() {
        let whole = sealed(&plain(3 * CHUNK_BYTES));
        let (start, body) = whole.split_at(START);
        let chunk = |i: usize| &body[i * SEALED_CHUNK..(i + 1) * SEALED_CHUNK];
        let rebuild = |order: &[usize]| {
            let mut bytes = start.to_vec();
            order
                .iter()
                .for_each(|&i| bytes.extend_from_slice(chunk(i)));
            bytes
        };
        assert!(opened(&rebuild(&[0, 1, 2])).is_ok());
        for order in [&[1, 0, 2][..], &[0, 2], &[0, 1, 1, 2], &[0, 1, 2, 2], &[2]] {
            assert!(opened(&rebuild(order)).is_err(), "order {order:?} opened");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(opened(&longer).is_err());
    }

    #[test]
    fn a_wrong_key_or_header_is_told_apart_from_later_damage() {
        let mut whole = sealed(&plain(2 * CHUNK_BYTES));
        let other = Secret32::from_bytes([4; 32]);
        for (key, aad) in [(&other, &b"header"[..]), (&key(), b"other header")] {
            let refused = open_stream(key, aad, whole.as_slice(), io::sink());
            assert!(matches!(refused, Err(CryptoError::DoesNotOpen)));
        }
        whole[START + SEALED_CHUNK + 7] ^= 1;
        assert!(matches!(
            opened(&whole),
            Err(CryptoError::Altered { chunk: 1 })
        ));
    }

    #[test]
    fn an_unfinished_stream_does_not_open() {
        let mut out = Vec::new();
        let mut sealer = SealWriter::new(&key(), b"header", &mut out).unwrap();
        sealer.write_all(&plain(2 * CHUNK_BYTES + 9)).unwrap();
        drop(sealer);
        assert!(opened(&out).is_err());
    }

    #[test]
    fn a_full_disk_below_comes_up_as_the_same_kind_of_error() {
        struct Full(usize);
        impl Write for Full {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                self.0 = self
                    .0
                    .checked_sub(bytes.len())
                    .ok_or(io::Error::from(io::ErrorKind::StorageFull))?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let plain = plain(3 * CHUNK_BYTES);
        let refused = seal_stream(&key(), b"", plain.as_slice(), Full(100_000));
        let Err(CryptoError::Io(error)) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn a_flipped_bit_anywhere_is_noticed(
            length in 0..3 * CHUNK_BYTES,
            at: prop::sample::Index,
            bit in 0_u32..8,
        ) {
            let mut bytes = sealed(&plain(length));
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            prop_assert!(opened(&bytes).is_err());
        }

        #[test]
        fn a_cut_anywhere_is_noticed(length in 0..3 * CHUNK_BYTES, keep: prop::sample::Index) {
            let bytes = sealed(&plain(length));
            prop_assert!(opened(&bytes[..keep.index(bytes.len())]).is_err());
        }
    }
}
