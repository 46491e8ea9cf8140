//! The national algorithms: SM2 for keys, SM3 for digests, SM4 for bulk. Bulk goes through the libcrypto that the
//! store's `SQLCipher` links already; where that was built without SM3 or SM4, through `RustCrypto`, to the same bytes.
//! Forms on the wire (certificates, messages, seals) are another crate's.

mod file;
mod holder;
mod sm2;
mod sm3;
mod sm4;

pub use holder::KeyHolder;
pub use sm2::{DistId, Sm2Public, Sm2Secret, Sm2Signature};
pub use sm3::{Sm3, sm3};
pub use sm4::{
    Sm4Key, cbc_decrypt, cbc_encrypt, ctr_apply, ecb_decrypt_blocks, gcm_open, gcm_seal,
};
