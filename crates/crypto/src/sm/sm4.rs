//! SM4 (GB/T 32907-2016) in the three ways that office messages use it: CBC with padding (GB/T 35275-2017), GCM (RFC
//! 8998), and blocks alone, for reading the key containers of tokens.

use std::{fmt, sync::LazyLock};

use ghash::{
    GHash,
    universal_hash::{KeyInit as _, UniversalHash as _},
};
use openssl::{cipher::Cipher, cipher_ctx::CipherCtx};
use sm4::cipher::{
    Block, BlockCipherDecrypt as _, BlockCipherEncrypt as _, BlockModeDecrypt as _,
    BlockModeEncrypt as _, KeyIvInit as _, StreamCipher as _, block_padding::Pkcs7,
};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{CryptoError, random_bytes};

const BLOCK: usize = 16;
/// GCM counts blocks in 32 bits, from 2: longer would repeat its key stream.
const GCM_LIMIT: u64 = ((1 << 32) - 2) * BLOCK as u64;

/// 16 secret bytes: wiped when dropped, never printed.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Sm4Key([u8; 16]);

impl Sm4Key {
    /// A fresh random key.
    ///
    /// # Errors
    /// `NoRandomness` if the operating system has none.
    pub fn random() -> Result<Self, CryptoError> {
        Ok(Self(random_bytes()?))
    }

    /// The key with these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The key with these bytes.
    ///
    /// # Errors
    /// `NotAKey` if there are not exactly 16.
    pub fn from_slice(bytes: &[u8]) -> Result<Self, CryptoError> {
        bytes.try_into().map(Self).map_err(|_| CryptoError::NotAKey)
    }

    /// The bytes: keep them no longer than needed.
    pub fn expose(&self) -> &[u8; 16] {
        &self.0
    }

    fn portable(&self) -> sm4::Sm4 {
        sm4::Sm4::new(&self.0.into())
    }

    fn block(&self, block: [u8; BLOCK]) -> [u8; BLOCK] {
        let mut block = Block::<sm4::Sm4>::from(block);
        self.portable().encrypt_block(&mut block);
        block.into()
    }
}

impl fmt::Debug for Sm4Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm4Key(..)")
    }
}

/// `plaintext` in CBC with PKCS#7 padding: 1 to 16 bytes longer. Says nothing of who wrote it: sign what is inside.
pub fn cbc_encrypt(key: &Sm4Key, iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
    let quick = LIBCRYPTO.cbc.as_ref();
    quick
        .and_then(|cipher| through(cipher, Way::In, key, iv, plaintext))
        .unwrap_or_else(|| portable_cbc_encrypt(key, iv, plaintext))
}

/// What [`cbc_encrypt`] encrypted.
///
/// # Errors
/// `DoesNotOpen` for bytes that are not whole blocks, or whose padding is none. A wrong key is found so in all but one
/// of 256 cases only: CBC has no tag.
pub fn cbc_decrypt(key: &Sm4Key, iv: &[u8; 16], ciphertext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if ciphertext.is_empty() || !ciphertext.len().is_multiple_of(BLOCK) {
        return Err(CryptoError::DoesNotOpen);
    }
    match &LIBCRYPTO.cbc {
        Some(cipher) => {
            through(cipher, Way::Out, key, iv, ciphertext).ok_or(CryptoError::DoesNotOpen)
        }
        None => portable_cbc_decrypt(key, iv, ciphertext),
    }
}

/// Whole blocks of ECB without padding, as tokens deliver a key in. Not for anything of our own.
///
/// # Errors
/// `DoesNotOpen` for bytes that are not whole blocks.
pub fn ecb_decrypt_blocks(key: &Sm4Key, ciphertext: &[u8]) -> Result<Vec<u8>, CryptoError> {
    if !ciphertext.len().is_multiple_of(BLOCK) {
        return Err(CryptoError::DoesNotOpen);
    }
    let cipher = key.portable();
    let mut plaintext = ciphertext.to_vec();
    for chunk in plaintext.as_chunks_mut::<BLOCK>().0 {
        let mut block = Block::<sm4::Sm4>::from(*chunk);
        cipher.decrypt_block(&mut block);
        chunk.copy_from_slice(&block);
    }
    Ok(plaintext)
}

/// `bytes` under the key stream that begins at `counter` (128 bits, big endian): the same call goes both ways.
pub fn ctr_apply(key: &Sm4Key, counter: &[u8; 16], bytes: &[u8]) -> Vec<u8> {
    let quick = LIBCRYPTO.ctr.as_ref();
    quick
        .and_then(|cipher| through(cipher, Way::In, key, counter, bytes))
        .unwrap_or_else(|| portable_ctr(key, counter, bytes))
}

/// `plaintext` sealed by SM4-GCM (RFC 8998 §3.2): the ciphertext, then a tag of 16 bytes. A nonce is used once with a
/// key, or everything under it is lost.
///
/// # Errors
/// `TooLong` above 64 GiB.
pub fn gcm_seal(
    key: &Sm4Key,
    nonce: &[u8; 12],
    aad: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    if plaintext.len() as u64 > GCM_LIMIT {
        return Err(CryptoError::TooLong);
    }
    let mut sealed = ctr_apply(key, &counter(nonce, 2), plaintext);
    let tag = gcm_tag(key, nonce, aad, &sealed);
    sealed.extend_from_slice(&tag);
    Ok(sealed)
}

/// What [`gcm_seal`] sealed.
///
/// # Errors
/// `Truncated` without a whole tag; `DoesNotOpen` for a wrong key, nonce or `aad`, or any altered byte.
pub fn gcm_open(
    key: &Sm4Key,
    nonce: &[u8; 12],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    let (ciphertext, tag) = sealed
        .split_last_chunk::<BLOCK>()
        .ok_or(CryptoError::Truncated)?;
    let ours = gcm_tag(key, nonce, aad, ciphertext);
    // Every byte is looked at, however early they differ.
    let differing = ours.iter().zip(tag).fold(0, |all, (a, b)| all | (a ^ b));
    if differing != 0 {
        return Err(CryptoError::DoesNotOpen);
    }
    Ok(ctr_apply(key, &counter(nonce, 2), ciphertext))
}

fn counter(nonce: &[u8; 12], count: u32) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..12].copy_from_slice(nonce);
    block[12..].copy_from_slice(&count.to_be_bytes());
    block
}

fn gcm_tag(key: &Sm4Key, nonce: &[u8; 12], aad: &[u8], ciphertext: &[u8]) -> [u8; BLOCK] {
    let mut hash = GHash::new(&key.block([0; BLOCK]).into());
    hash.update_padded(aad);
    hash.update_padded(ciphertext);
    let mut lengths = [0; BLOCK];
    lengths[..8].copy_from_slice(&(aad.len() as u64 * 8).to_be_bytes());
    lengths[8..].copy_from_slice(&(ciphertext.len() as u64 * 8).to_be_bytes());
    hash.update(&[lengths.into()]);
    let mask = key.block(counter(nonce, 1));
    let mut tag: [u8; BLOCK] = hash.finalize().into();
    tag.iter_mut()
        .zip(mask)
        .for_each(|(tag, mask)| *tag ^= mask);
    tag
}

/// What libcrypto has of SM4.
struct Libcrypto {
    cbc: Option<Cipher>,
    ctr: Option<Cipher>,
}

static LIBCRYPTO: LazyLock<Libcrypto> = LazyLock::new(|| Libcrypto {
    cbc: Cipher::fetch(None, "SM4-CBC", None).ok(),
    ctr: Cipher::fetch(None, "SM4-CTR", None).ok(),
});

/// Through libcrypto; `None` if it says no.
fn through(
    cipher: &Cipher,
    way: Way,
    key: &Sm4Key,
    iv: &[u8; 16],
    bytes: &[u8],
) -> Option<Vec<u8>> {
    let mut context = CipherCtx::new().ok()?;
    match way {
        Way::In => context.encrypt_init(Some(cipher), Some(key.expose()), Some(iv)),
        Way::Out => context.decrypt_init(Some(cipher), Some(key.expose()), Some(iv)),
    }
    .ok()?;
    let mut out = Vec::with_capacity(bytes.len() + BLOCK);
    context.cipher_update_vec(bytes, &mut out).ok()?;
    context.cipher_final_vec(&mut out).ok()?;
    Some(out)
}

#[derive(Clone, Copy)]
enum Way {
    In,
    Out,
}

fn portable_cbc_encrypt(key: &Sm4Key, iv: &[u8; 16], plaintext: &[u8]) -> Vec<u8> {
    cbc::Encryptor::<sm4::Sm4>::new(&key.0.into(), &(*iv).into())
        .encrypt_padded_vec::<Pkcs7>(plaintext)
}

fn portable_cbc_decrypt(
    key: &Sm4Key,
    iv: &[u8; 16],
    ciphertext: &[u8],
) -> Result<Vec<u8>, CryptoError> {
    cbc::Decryptor::<sm4::Sm4>::new(&key.0.into(), &(*iv).into())
        .decrypt_padded_vec::<Pkcs7>(ciphertext)
        .map_err(|_| CryptoError::DoesNotOpen)
}

fn portable_ctr(key: &Sm4Key, counter: &[u8; 16], bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    ctr::Ctr128BE::<sm4::Sm4>::new(&key.0.into(), &(*counter).into()).apply_keystream(&mut out);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    }

    #[test]
    fn the_block_of_the_standard_is_ours() {
        // GB/T 32907-2016, annex A.1: a key on itself.
        let key = hex("0123456789abcdeffedcba9876543210");
        let block = Sm4Key::from_bytes(key).block(key);
        assert_eq!(block, hex("681edf34d206965e86b3e94f536e4246"));
        assert_eq!(
            ecb_decrypt_blocks(&Sm4Key::from_bytes(key), &block).unwrap(),
            key
        );
    }

    #[test]
    fn gcm_is_that_of_rfc_8998() {
        // RFC 8998, annex A.1.
        let key = Sm4Key::from_bytes(hex("0123456789ABCDEFFEDCBA9876543210"));
        let nonce = hex("00001234567800000000ABCD");
        let aad: [u8; 20] = hex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2");
        let plain: [u8; 64] = hex(
            "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDDEEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA",
        );
        let cipher: [u8; 64] = hex(
            "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D",
        );
        let tag: [u8; 16] = hex("83DE3541E4C2B58177E065A9BF7B62EC");
        let sealed = gcm_seal(&key, &nonce, &aad, &plain).unwrap();
        assert_eq!(sealed, [&cipher[..], &tag].concat());
        assert_eq!(gcm_open(&key, &nonce, &aad, &sealed).unwrap(), plain);
    }

    #[test]
    fn cbc_refuses_what_is_not_whole() {
        let key = Sm4Key::from_bytes([7; 16]);
        let sealed = cbc_encrypt(&key, &[9; 16], b"0123456789abcdef");
        assert_eq!(sealed.len(), 32);
        for cut in [&sealed[..31], &sealed[..16], &[]] {
            assert!(matches!(
                cbc_decrypt(&key, &[9; 16], cut),
                Err(CryptoError::DoesNotOpen)
            ));
        }
    }

    proptest! {
        #[test]
        fn libcrypto_and_the_portable_engine_write_the_same(
            key: [u8; 16], iv: [u8; 16], bytes in proptest::collection::vec(any::<u8>(), 0..200)
        ) {
            let key = Sm4Key::from_bytes(key);
            let sealed = cbc_encrypt(&key, &iv, &bytes);
            prop_assert_eq!(&sealed, &portable_cbc_encrypt(&key, &iv, &bytes));
            prop_assert_eq!(&cbc_decrypt(&key, &iv, &sealed).unwrap(), &bytes);
            prop_assert_eq!(&portable_cbc_decrypt(&key, &iv, &sealed).unwrap(), &bytes);
            prop_assert_eq!(ctr_apply(&key, &iv, &bytes), portable_ctr(&key, &iv, &bytes));
        }

        #[test]
        fn a_sealed_piece_opens_only_as_it_was(
            bytes in proptest::collection::vec(any::<u8>(), 0..100), aad: Vec<u8>, at: usize, bit in 0u8..8
        ) {
            let key = Sm4Key::from_bytes([3; 16]);
            let sealed = gcm_seal(&key, &[5; 12], &aad, &bytes).unwrap();
            prop_assert_eq!(&gcm_open(&key, &[5; 12], &aad, &sealed).unwrap(), &bytes);
            let mut bent = sealed.clone();
            let at = at % bent.len();
            bent[at] ^= 1 << bit;
            prop_assert!(gcm_open(&key, &[5; 12], &aad, &bent).is_err());
            prop_assert!(gcm_open(&key, &[6; 12], &aad, &sealed).is_err());
            prop_assert!(gcm_open(&key, &[5; 12], &[&aad[..], b"x"].concat(), &sealed).is_err());
        }
    }
}
