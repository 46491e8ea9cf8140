//! SM3 (GB/T 32905-2016): digests of 32 bytes.

use std::fmt;

use openssl::hash::{Hasher, MessageDigest};
use sm3::Digest as _;

/// The SM3 digest of `bytes`.
pub fn sm3(bytes: &[u8]) -> [u8; 32] {
    let mut hasher = Sm3::new();
    hasher.update(bytes);
    hasher.finish()
}

/// An SM3 digest in the making.
pub struct Sm3(Engine);

enum Engine {
    Libcrypto(Hasher),
    Portable(sm3::Sm3),
}

impl Sm3 {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(libcrypto().map_or_else(|| Engine::Portable(sm3::Sm3::new()), Engine::Libcrypto))
    }

    /// The same, whatever libcrypto this machine has. For tests: each engine judges the other.
    #[cfg(test)]
    fn portable() -> Self {
        Self(Engine::Portable(sm3::Sm3::new()))
    }

    /// Takes `bytes` in.
    pub fn update(&mut self, bytes: &[u8]) {
        match &mut self.0 {
            Engine::Libcrypto(hasher) => hasher
                .update(bytes)
                .expect("BUG: libcrypto took a digest and then refused bytes"),
            Engine::Portable(hasher) => hasher.update(bytes),
        }
    }

    /// The digest of all that was taken in.
    pub fn finish(self) -> [u8; 32] {
        match self.0 {
            Engine::Libcrypto(mut hasher) => hasher
                .finish()
                .ok()
                .and_then(|digest| digest.as_ref().try_into().ok())
                .expect("BUG: an SM3 digest of libcrypto is not 32 bytes"),
            Engine::Portable(hasher) => hasher.finalize().into(),
        }
    }
}

impl Default for Sm3 {
    fn default() -> Self {
        Self::new()
    }
}

impl std::io::Write for Sm3 {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl fmt::Debug for Sm3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm3(..)")
    }
}

fn libcrypto() -> Option<Hasher> {
    Hasher::new(MessageDigest::from_name("SM3")?).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_digests_of_the_standard_are_ours() {
        // GB/T 32905-2016, annex A.1 and A.2.
        let cases: [(&[u8], &str); 2] = [
            (
                b"abc",
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            ),
            (
                &b"abcd".repeat(16),
                "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
            ),
        ];
        for (bytes, digest) in cases {
            let shown: String = sm3(bytes).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(shown, digest);
        }
    }

    #[test]
    fn this_machine_has_the_quick_engine() {
        // Debian's libcrypto has SM3. Where this fails, bulk is slower and everything else the same.
        assert!(libcrypto().is_some());
    }

    proptest! {
        #[test]
        fn both_engines_agree_however_the_bytes_come(bytes: Vec<u8>, at in 0usize..300) {
            let at = at.min(bytes.len());
            let mut portable = Sm3::portable();
            portable.update(&bytes[..at]);
            portable.update(&bytes[at..]);
            prop_assert_eq!(sm3(&bytes), portable.finish());
        }
    }
}
