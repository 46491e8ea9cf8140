//! Any bytes as a certificate, a list of revoked ones, a message, a seal, a seal signature and a picture: reading and
//! judging end, and what nobody signed never holds.

#![no_main]

use andu_seal::{
    Certificate, ElectronicSeal, Envelope, KeyUsage, RevocationList, SealSignature, SignedMessage,
    Trust, picture::import_picture,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(certificate) = Certificate::from_file(bytes) {
        let trust = Trust::default();
        let at = certificate.valid_from();
        let verdict = trust.judge(&certificate, KeyUsage::DIGITAL_SIGNATURE, at);
        assert!(!verdict.holds(), "believed without a root");
        let _ = certificate.verify_by(&certificate);
    }
    let _ = Certificate::all_of_file(bytes);
    let _ = RevocationList::from_file(bytes);
    let _ = Envelope::read(bytes);
    if let Ok(message) = SignedMessage::read(bytes) {
        for signer in &message.signers {
            if let Some(certificate) = message.certificate_of(signer) {
                let _ = signer.verify(certificate, message.content.unwrap_or_default());
            }
        }
    }
    if let Ok(seal) = ElectronicSeal::read(bytes) {
        let _ = seal.judge();
    }
    if let Ok(signature) = SealSignature::read(bytes) {
        let _ = signature.judge(&[0; 32], Some(bytes));
    }
    let _ = import_picture(bytes, 42, 42);
});
