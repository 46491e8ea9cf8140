//! Any bytes as what a desk pushes: what reads as an envelope is looked at without a panic, and one whose shape
//! is accepted has one spelling, so that its signature holds on the other side.

#![no_main]

use andu_crypto::{Secret32, SigningKey};
use andu_sync::{Command, PushRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let pushed = serde_json::from_slice::<PushRequest>(bytes).map(|push| push.commands);
    let single = serde_json::from_slice::<Command>(bytes).map(|command| vec![command]);
    let Ok(commands) = pushed.or(single) else { return };
    let key = SigningKey::from_seed(&Secret32::from_bytes([7; 32]));
    for command in commands.into_iter().take(8) {
        let _ = command.verify(&key.verifying_key());
        let _ = command.args_hash();
        if command.check_shape().is_err() {
            continue;
        }
        let signed = command.signed(&key);
        let said = serde_json::to_vec(&signed).expect("an envelope is JSON");
        let heard: Command = serde_json::from_slice(&said).expect("its JSON reads back");
        assert_eq!(heard, signed);
        assert_eq!(heard.verify(&key.verifying_key()), Ok(()));
        assert_eq!(heard.args_hash(), signed.args_hash());
    }
});
