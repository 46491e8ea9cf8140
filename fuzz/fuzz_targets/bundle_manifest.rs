//! Any bytes as what a disc says of itself, and as a card: what is read has one spelling, is written as it
//! was, and is the sender's only where the sender signed it.

#![no_main]

use andu_crypto::{Secret32, SigningKey};
use andu_sync::bundle::{Card, Manifest, Received, Receipt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let key = SigningKey::from_seed(&Secret32::from_bytes([7; 32])).verifying_key();
    if let Ok(manifest) = Manifest::decode(bytes) {
        assert_eq!(manifest.encode(), bytes);
        let _ = manifest.verify(&key);
        let heading = &manifest.heading;
        let _ = heading.sealed_key_bytes();
        let _ = Received::default().judge(&heading.chain, &heading.plan(), &manifest.hash());
    }
    if let Ok(card) = Card::decode(bytes) {
        assert_eq!(Card::decode(&card.encode()).as_ref(), Ok(&card));
        let _ = card.fingerprint();
    }
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Ok(receipt) = Receipt::parse(text)
    {
        assert_eq!(Receipt::parse(&receipt.to_string()), Ok(receipt));
    }
});
