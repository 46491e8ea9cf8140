//! SM2 (GB/T 32918): signatures and encryption under a pair of keys.
//!
//! Whoever signs or verifies names the distinguishing identifier (distid) every time: libraries differ in what they
//! take when nothing is said, and a signature under another one does not verify.

use std::fmt;

use getrandom::SysRng;
use sm2::{
    NonZeroScalar, PublicKey, Scalar, SecretKey,
    dsa::{Signature, SigningKey, VerifyingKey, signature::hazmat::PrehashVerifier as _},
    elliptic_curve::{Generate as _, sec1::ToSec1Point as _},
    pke::{DecryptingKey, EncryptingKey},
};
use zeroize::Zeroizing;

use super::{KeyHolder, Sm3};
use crate::{CryptoError, Secret32};

/// What Z says of the curve (GB/T 32918.5-2017, 2): a, b and the base point.
const CURVE: [u8; 128] = unhex(
    b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC\
      28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93\
      32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7\
      BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
);

const fn unhex(text: &[u8; 256]) -> [u8; 128] {
    const fn digit(byte: u8) -> u8 {
        if byte <= b'9' {
            byte - b'0'
        } else {
            byte - b'A' + 10
        }
    }
    let mut bytes = [0; 128];
    let mut at = 0;
    while at < 128 {
        bytes[at] = digit(text[2 * at]) << 4 | digit(text[2 * at + 1]);
        at += 1;
    }
    bytes
}

/// The distinguishing identifier of a signer, at most 8,191 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DistId<'a>(&'a str);

impl<'a> DistId<'a> {
    /// The one that certificates, seals and messages use unless their makers agreed on another (GB/T 35276-2017, 10).
    pub const DEFAULT: DistId<'static> = DistId("1234567812345678");

    /// The identifier `text`.
    ///
    /// # Errors
    /// `TooLong`: its length in bits is written in 16 bits.
    pub fn new(text: &'a str) -> Result<Self, CryptoError> {
        if text.len() > 0xFFFF / 8 {
            return Err(CryptoError::TooLong);
        }
        Ok(Self(text))
    }
}

/// A signature: r and s, 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sm2Signature(Signature);

impl Sm2Signature {
    /// r ‖ s.
    ///
    /// # Errors
    /// `NotAKey` for a number that is zero or not below the order of the curve.
    pub fn from_bytes(bytes: &[u8; 64]) -> Result<Self, CryptoError> {
        Signature::from_slice(bytes)
            .map(Self)
            .map_err(|_| CryptoError::NotAKey)
    }

    /// The DER form SEQUENCE { r, s }, which certificates, seals and messages carry.
    ///
    /// # Errors
    /// `NotAKey` for anything else, bytes after it included.
    pub fn from_der(der: &[u8]) -> Result<Self, CryptoError> {
        Signature::from_der(der)
            .map(Self)
            .map_err(|_| CryptoError::NotAKey)
    }

    /// r ‖ s.
    pub fn to_bytes(self) -> [u8; 64] {
        self.0.to_bytes().into()
    }

    /// SEQUENCE { r, s }.
    pub fn to_der(self) -> Vec<u8> {
        self.0.to_der().to_vec()
    }
}

/// The public half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sm2Public(PublicKey);

impl Sm2Public {
    /// The point, as certificates write it: 04 ‖ x ‖ y, or compressed.
    ///
    /// # Errors
    /// `NotAKey` for what is no point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CryptoError> {
        PublicKey::from_sec1_bytes(bytes)
            .map(Self)
            .map_err(|_| CryptoError::NotAKey)
    }

    /// 04 ‖ x ‖ y.
    pub fn to_bytes(&self) -> [u8; 65] {
        self.0
            .to_sec1_point(false)
            .as_bytes()
            .try_into()
            .expect("BUG: an uncompressed point is not 65 bytes")
    }

    /// The digest Z that binds a signature to its signer (GB/T 32918.2-2016, 5.5).
    pub fn identity(&self, dist_id: DistId<'_>) -> [u8; 32] {
        let mut hash = Sm3::new();
        let bits = u16::try_from(dist_id.0.len() * 8).expect("BUG: a distid was not measured");
        hash.update(&bits.to_be_bytes());
        hash.update(dist_id.0.as_bytes());
        hash.update(&CURVE);
        hash.update(&self.to_bytes()[1..]);
        hash.finish()
    }

    /// A digest that has taken in Z: what is signed goes in after it, in as many pieces as one likes.
    pub fn digest(&self, dist_id: DistId<'_>) -> Sm3 {
        let mut hash = Sm3::new();
        hash.update(&self.identity(dist_id));
        hash
    }

    /// Checks that the holder of this key signed `message`.
    ///
    /// # Errors
    /// `BadSignature`.
    pub fn verify(
        &self,
        dist_id: DistId<'_>,
        message: &[u8],
        signature: &Sm2Signature,
    ) -> Result<(), CryptoError> {
        let mut hash = self.digest(dist_id);
        hash.update(message);
        self.verify_digest(&hash.finish(), signature)
    }

    /// Checks a signature over what went into [`Self::digest`].
    ///
    /// # Errors
    /// `BadSignature`.
    pub fn verify_digest(
        &self,
        digest: &[u8; 32],
        signature: &Sm2Signature,
    ) -> Result<(), CryptoError> {
        // The identifier is in the digest already.
        VerifyingKey::new("", self.0)
            .and_then(|key| key.verify_prehash(digest, &signature.0))
            .map_err(|_| CryptoError::BadSignature)
    }

    /// Encrypts a short text, such as a key, to the holder of this key: the DER form `SM2Cipher` (GB/T 35276-2017, 7.2).
    ///
    /// # Errors
    /// `NoRandomness`; `TooLong` for an empty text, which SM2 cannot encrypt, or one over 1 KiB: what is longer goes
    /// under an SM4 key.
    pub fn encrypt(&self, plaintext: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if plaintext.is_empty() || plaintext.len() > 1024 {
            return Err(CryptoError::TooLong);
        }
        EncryptingKey::new(self.0)
            .encrypt_der(&mut SysRng, plaintext)
            .map_err(|_| CryptoError::TooLong)
    }
}

/// The private half: wiped when dropped, never printed.
pub struct Sm2Secret(SecretKey);

impl Sm2Secret {
    /// A fresh random key.
    ///
    /// # Errors
    /// `NoRandomness` if the operating system has none.
    pub fn random() -> Result<Self, CryptoError> {
        SecretKey::try_generate_from_rng(&mut SysRng)
            .map(Self)
            .map_err(CryptoError::NoRandomness)
    }

    /// The key of a stored scalar.
    ///
    /// # Errors
    /// `NotAKey` for zero, or a number not below the order of the curve less one.
    pub fn from_secret(secret: &Secret32) -> Result<Self, CryptoError> {
        let key = SecretKey::from_slice(secret.expose()).map_err(|_| CryptoError::NotAKey)?;
        // d = n − 1 has no inverse of 1 + d: it could never sign (GB/T 32918.2-2016, 6.1).
        if NonZeroScalar::new(*key.to_nonzero_scalar() + Scalar::ONE)
            .is_none()
            .into()
        {
            return Err(CryptoError::NotAKey);
        }
        Ok(Self(key))
    }

    pub(super) fn of(key: SecretKey) -> Self {
        Self(key)
    }

    pub(super) fn inner(&self) -> &SecretKey {
        &self.0
    }

    /// The scalar, for storing under another key.
    pub fn secret(&self) -> Secret32 {
        let bytes = Zeroizing::new(<[u8; 32]>::from(self.0.to_bytes()));
        Secret32::from_bytes(*bytes)
    }

    /// Signs a digest of [`Sm2Public::digest`]. The nonce is drawn from key, digest and fresh random bytes: neither a
    /// poor random source nor a repeated message gives the key away.
    ///
    /// # Errors
    /// `NoRandomness`.
    pub fn sign_digest(&self, digest: &[u8; 32]) -> Result<Sm2Signature, CryptoError> {
        use sm2::dsa::signature::hazmat::RandomizedPrehashSigner as _;
        SigningKey::new("", &self.0)
            .and_then(|key| key.sign_prehash_with_rng(&mut SysRng, digest))
            .map(Sm2Signature)
            .map_err(|_| CryptoError::NotAKey)
    }
}

impl KeyHolder for Sm2Secret {
    fn public(&self) -> Sm2Public {
        Sm2Public(self.0.public_key())
    }

    fn sign(&self, dist_id: DistId<'_>, message: &[u8]) -> Result<Sm2Signature, CryptoError> {
        let mut hash = self.public().digest(dist_id);
        hash.update(message);
        self.sign_digest(&hash.finish())
    }

    fn decrypt(&self, cipher: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        DecryptingKey::new(self.0.clone())
            .decrypt_der(cipher)
            .map(Zeroizing::new)
            .map_err(|_| CryptoError::DoesNotOpen)
    }
}

impl fmt::Debug for Sm2Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sm2Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    // GB/T 32918.5-2017, annexes A and C: the key, and what it signs and opens.
    const D: &str = "3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8";
    const P: &str = "0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020\
                     CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13";
    const Z: &str = "B2E14C5C79C6DF5B85F4FE7ED8DB7A262B9DA7E07CCB0EA9F4747B8CCDA8A4F3";
    const E: &str = "F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640";
    const RS: &str = "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3\
                      B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA";

    fn hex<const N: usize>(text: &str) -> [u8; N] {
        std::array::from_fn(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
    }

    fn standard() -> Sm2Secret {
        Sm2Secret::from_secret(&Secret32::from_bytes(hex(D))).unwrap()
    }

    #[test]
    fn the_signature_of_the_standard_verifies() {
        let public = standard().public();
        assert_eq!(public.to_bytes(), hex(P));
        assert_eq!(public.identity(DistId::DEFAULT), hex(Z));
        let mut digest = public.digest(DistId::DEFAULT);
        digest.update(b"message ");
        digest.update(b"digest");
        assert_eq!(digest.finish(), hex(E));
        let signature = Sm2Signature::from_bytes(&hex(RS)).unwrap();
        public
            .verify(DistId::DEFAULT, b"message digest", &signature)
            .unwrap();
        let other = DistId::new("ALICE123@YAHOO.COM").unwrap();
        assert!(matches!(
            public.verify(other, b"message digest", &signature),
            Err(CryptoError::BadSignature)
        ));
        let der = signature.to_der();
        assert_eq!(Sm2Signature::from_der(&der).unwrap(), signature);
        assert!(Sm2Signature::from_der(&[&der[..], &[0]].concat()).is_err());
    }

    #[test]
    fn the_cipher_of_the_standard_opens() {
        // The x of its C1 begins with the byte 04, which is no point prefix.
        let c1 = "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73\
                  E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0";
        let c3 = "59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766";
        let c2 = "21886CA989CA9C7D58087307CA93092D651EFA";
        let point: [u8; 64] = hex(c1);
        let integer = |half: &[u8]| {
            let mut der = vec![0x02, 32];
            if half[0] >= 0x80 {
                der = vec![0x02, 33, 0];
            }
            der.extend_from_slice(half);
            der
        };
        let mut inside = [integer(&point[..32]), integer(&point[32..])].concat();
        inside.extend_from_slice(&[0x04, 32]);
        inside.extend_from_slice(&hex::<32>(c3));
        inside.extend_from_slice(&[0x04, 19]);
        inside.extend_from_slice(&hex::<19>(c2));
        let length = u8::try_from(inside.len()).unwrap();
        let der = [&[0x30, length][..], &inside].concat();
        let opened = standard().decrypt(&der).unwrap();
        assert_eq!(*opened, b"encryption standard");
    }

    #[test]
    fn numbers_that_are_no_key_are_refused() {
        let order_less_one = "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54122";
        for refused in [[0; 32], [0xFF; 32], hex(order_less_one)] {
            assert!(matches!(
                Sm2Secret::from_secret(&Secret32::from_bytes(refused)),
                Err(CryptoError::NotAKey)
            ));
        }
        let mut point: [u8; 65] = hex(P);
        point[64] ^= 1;
        assert!(Sm2Public::from_bytes(&point).is_err());
        assert!(Sm2Public::from_bytes(&[0]).is_err());
        assert!(DistId::new(&"甲".repeat(3000)).is_err());
    }

    #[test]
    fn a_stored_scalar_gives_the_same_key_back_and_is_not_printed() {
        let key = Sm2Secret::random().unwrap();
        let again = Sm2Secret::from_secret(&key.secret()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(format!("{key:?}"), "Sm2Secret(..)");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn what_is_signed_verifies_and_nothing_else(message: Vec<u8>, at in 0usize..64, bit in 0u8..8) {
            let key = standard();
            let signature = key.sign(DistId::DEFAULT, &message).unwrap();
            let public = key.public();
            public.verify(DistId::DEFAULT, &message, &signature).unwrap();
            let longer = [&message[..], b"x"].concat();
            prop_assert!(public.verify(DistId::DEFAULT, &longer, &signature).is_err());
            let mut bent = signature.to_bytes();
            bent[at] ^= 1 << bit;
            let verified = Sm2Signature::from_bytes(&bent)
                .and_then(|bent| public.verify(DistId::DEFAULT, &message, &bent));
            prop_assert!(verified.is_err());
        }

        #[test]
        fn what_is_encrypted_opens_for_its_holder_alone(
            text in proptest::collection::vec(any::<u8>(), 1..100), at: usize, bit in 0u8..8
        ) {
            let key = standard();
            let cipher = key.public().encrypt(&text).unwrap();
            prop_assert_eq!(&*key.decrypt(&cipher).unwrap(), &text);
            prop_assert!(Sm2Secret::random().unwrap().decrypt(&cipher).is_err());
            let mut bent = cipher.clone();
            let at = at % bent.len();
            bent[at] ^= 1 << bit;
            prop_assert!(key.decrypt(&bent).is_err());
        }
    }
}
