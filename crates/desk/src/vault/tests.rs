//! The vault from creation to recovery, with a keyring that can lose things.

pub(super) mod memory;

use std::{collections::BTreeMap, fs, io, path::PathBuf, sync::Arc};

use andu_crypto::{CryptoError, KdfParams};

use super::*;
use memory::MemoryShelf;

const NOW: i64 = 1_795_000_000_000;
const LATER: i64 = NOW + 3_600_000;
pub(super) const QUICK: KdfParams = KdfParams {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

pub(super) fn password(text: &str) -> Password {
    Password::new(text).unwrap()
}

/// A folder with a vault in it, with or without a keyring.
struct Office {
    folder: tempfile::TempDir,
    shelf: Option<Arc<MemoryShelf>>,
}

impl Office {
    fn with_keyring() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            shelf: Some(Arc::default()),
        }
    }

    fn without_keyring() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            shelf: None,
        }
    }

    fn place(&self) -> VaultPlace {
        let shelf = self
            .shelf
            .clone()
            .map(|shelf| shelf as Arc<dyn SecretShelf>);
        let profile = ProfileName::new("default").unwrap();
        VaultPlace::new(&self.folder.path().join("default"), profile, shelf).with_kdf(QUICK)
    }

    fn keyring(&self) -> &MemoryShelf {
        self.shelf.as_deref().unwrap()
    }

    fn create(&self) -> (Vault, RecoveryCode) {
        self.place().create(&password("shuili-2026")).unwrap()
    }

    fn locked(&self) -> LockedVault {
        self.place().look().unwrap().expect("a vault is there")
    }

    fn opens(&self, text: &str) -> Result<String, VaultError> {
        self.locked()
            .open_with_password(&password(text), LATER)
            .map(|vault| key_of(&vault))
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("default/vault.json")
    }
}

fn key_of(vault: &Vault) -> String {
    vault.store_key().to_sqlcipher_hex().to_string()
}

#[test]
fn absent_then_open_then_locked_then_open_with_the_same_key() {
    for office in [Office::with_keyring(), Office::without_keyring()] {
        assert!(office.place().look().unwrap().is_none());
        let (vault, code) = office.create();
        assert_eq!(vault.has_pepper(), office.shelf.is_some());
        let key = key_of(&vault);
        let locked = vault.lock();
        let by_password = locked
            .open_with_password(&password("shuili-2026"), NOW)
            .unwrap();
        assert_eq!(key_of(&by_password), key);
        let typed = RecoveryCode::parse(&code.to_text().to_lowercase()).unwrap();
        let by_code = office.locked().open_with_recovery_code(&typed).unwrap();
        assert_eq!(key_of(&by_code), key);
    }
}

#[test]
fn two_vaults_have_two_keys_and_do_not_open_each_other() {
    let (one, two) = (Office::without_keyring(), Office::without_keyring());
    let (vault, code) = one.create();
    let (other, _) = two.create();
    assert_ne!(key_of(&vault), key_of(&other));
    let refused = two.locked().open_with_recovery_code(&code);
    assert!(matches!(refused, Err(VaultError::WrongRecoveryCode)));
}

#[test]
fn neither_key_nor_password_nor_code_is_in_the_folder() {
    let office = Office::without_keyring();
    let (mut vault, code) = office.create();
    let seed = *vault.device_key().unwrap().seed().expose();
    let bytes = fs::read(office.file()).unwrap();
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(!text.contains("shuili") && !text.contains(&*key_of(&vault)));
    let plain_code = code.to_text().replace('-', "");
    assert!(!text.contains(plain_code.as_str()) && !text.contains(&*code.to_text()));
    for secret in [vault.store_key().bytes(), &seed] {
        use base64::{Engine, engine::general_purpose::STANDARD};
        assert!(!bytes.windows(32).any(|window| window == secret));
        assert!(!text.contains(STANDARD.encode(secret).trim_end_matches('=')));
    }
}

#[test]
fn a_second_vault_in_the_same_place_is_refused() {
    let office = Office::with_keyring();
    office.create();
    let before = fs::read(office.file()).unwrap();
    let refused = office.place().create(&password("another-one"));
    assert!(matches!(refused, Err(VaultError::AlreadyExists { .. })));
    assert_eq!(fs::read(office.file()).unwrap(), before);
}

#[test]
fn a_short_password_is_refused_before_anything_is_written() {
    let office = Office::with_keyring();
    let refused = office.place().create(&password("short"));
    assert!(matches!(
        refused,
        Err(VaultError::PasswordTooShort {
            minimum: 8,
            found: 5
        })
    ));
    assert!(office.place().look().unwrap().is_none());
    assert!(office.keyring().names().is_empty());
}

#[test]
fn wrong_passwords_wait_longer_and_longer_and_the_right_one_ends_it() {
    let office = Office::without_keyring();
    office.create();
    let mut now = NOW;
    for expected in 1..=4 {
        let refused = office
            .locked()
            .open_with_password(&password("wrong one"), now);
        let Err(VaultError::WrongPassword {
            failed,
            wait_seconds,
        }) = refused
        else {
            panic!("{refused:?}")
        };
        assert_eq!((failed, wait_seconds), (expected, delay_seconds(expected)));
        let early = office
            .locked()
            .open_with_password(&password("shuili-2026"), now + 500);
        assert!(
            matches!(early, Err(VaultError::TooSoon { .. })),
            "{early:?}"
        );
        now += i64::try_from(wait_seconds).unwrap() * 1000;
    }
    office
        .locked()
        .open_with_password(&password("shuili-2026"), now)
        .unwrap();
    let fresh = office
        .locked()
        .open_with_password(&password("wrong one"), now);
    assert!(matches!(
        fresh,
        Err(VaultError::WrongPassword { failed: 1, .. })
    ));
}

#[test]
fn the_recovery_code_does_not_wait_for_the_delay() {
    let office = Office::without_keyring();
    let (_, code) = office.create();
    for _ in 0..3 {
        let _ = office
            .locked()
            .open_with_password(&password("wrong one"), NOW);
    }
    assert!(office.locked().open_with_recovery_code(&code).is_ok());
    assert!(
        office
            .locked()
            .open_with_password(&password("shuili-2026"), NOW)
            .is_ok()
    );
}

#[test]
fn changing_the_password_keeps_the_key_and_retires_the_old_one() {
    for office in [Office::with_keyring(), Office::without_keyring()] {
        let (mut vault, code) = office.create();
        let key = key_of(&vault);
        let (current, new) = (password("shuili-2026"), password("nongye-2027"));
        let refused = vault.change_password(&password("guess-guess"), &new, NOW);
        assert!(matches!(refused, Err(VaultError::WrongPassword { .. })));
        vault.change_password(&current, &new, LATER).unwrap();
        assert_eq!(office.opens("nongye-2027").unwrap(), key);
        assert!(matches!(
            office.opens("shuili-2026"),
            Err(VaultError::WrongPassword { .. })
        ));
        assert_eq!(
            key_of(&office.locked().open_with_recovery_code(&code).unwrap()),
            key
        );
    }
}

#[test]
fn a_renewed_recovery_code_retires_the_old_one() {
    let office = Office::with_keyring();
    let (mut vault, old) = office.create();
    let new = vault.renew_recovery_code().unwrap();
    let refused = office.locked().open_with_recovery_code(&old);
    assert!(matches!(refused, Err(VaultError::WrongRecoveryCode)));
    let opened = office.locked().open_with_recovery_code(&new).unwrap();
    assert_eq!(key_of(&opened), key_of(&vault));
}

#[test]
fn a_new_recovery_code_is_for_who_knows_the_password() {
    let office = Office::with_keyring();
    let (mut vault, old) = office.create();
    let refused = vault.change_recovery_code(&password("somebody-else"), LATER);
    assert!(
        matches!(refused, Err(VaultError::WrongPassword { .. })),
        "{refused:?}"
    );
    assert!(office.locked().open_with_recovery_code(&old).is_ok());
    let new = vault
        .change_recovery_code(&password("shuili-2026"), LATER + 3_600_000)
        .unwrap();
    let refused = office.locked().open_with_recovery_code(&old);
    assert!(matches!(refused, Err(VaultError::WrongRecoveryCode)));
    let opened = office.locked().open_with_recovery_code(&new).unwrap();
    assert_eq!(key_of(&opened), key_of(&vault));
    assert!(office.opens("shuili-2026").is_ok(), "the password stays");
}

#[test]
fn the_password_alone_does_not_open_a_stolen_file() {
    let office = Office::with_keyring();
    office.create();
    let thief = Office::without_keyring();
    fs::create_dir(thief.folder.path().join("default")).unwrap();
    fs::copy(office.file(), thief.file()).unwrap();
    assert!(matches!(
        thief.opens("shuili-2026"),
        Err(VaultError::KeyringUnavailable(_))
    ));
    // Even with the pepper declared absent in the file, the derived key is another.
    let mut file = file::VaultFile::read(&thief.file()).unwrap().unwrap();
    file.password.pepper = file::Pepper::None {};
    file.write(&thief.file()).unwrap();
    assert!(matches!(
        thief.opens("shuili-2026"),
        Err(VaultError::WrongPassword { .. })
    ));
}

#[test]
fn a_lost_or_changed_pepper_says_so_and_the_recovery_code_heals_it() {
    for lose in [
        MemoryShelf::lose_everything,
        MemoryShelf::corrupt_everything,
    ] {
        let office = Office::with_keyring();
        let (vault, code) = office.create();
        let key = key_of(&vault);
        lose(office.keyring());
        assert!(matches!(
            office.opens("shuili-2026"),
            Err(VaultError::PepperLost)
        ));
        let mut opened = office.locked().open_with_recovery_code(&code).unwrap();
        opened.set_password(&password("nongye-2027")).unwrap();
        assert!(opened.has_pepper());
        assert_eq!(office.opens("nongye-2027").unwrap(), key);
    }
}

#[test]
fn a_keyring_that_does_not_answer_is_not_taken_for_a_wrong_password() {
    let office = Office::with_keyring();
    office.create();
    office.keyring().refuse(true);
    for _ in 0..5 {
        assert!(matches!(
            office.opens("shuili-2026"),
            Err(VaultError::KeyringUnavailable(_))
        ));
    }
    office.keyring().refuse(false);
    office.opens("shuili-2026").expect("no failure was counted");
}

#[test]
fn a_keyring_that_refuses_at_creation_gives_a_vault_without_pepper_that_gains_one_later() {
    let office = Office::with_keyring();
    office.keyring().refuse(true);
    let (mut vault, _) = office.create();
    assert!(!vault.has_pepper());
    office.keyring().refuse(false);
    vault.set_password(&password("shuili-2026")).unwrap();
    assert!(vault.has_pepper());
    assert_eq!(office.opens("shuili-2026").unwrap(), key_of(&vault));
}

#[test]
fn a_password_change_that_cannot_be_written_leaves_the_old_password_working() {
    let office = Office::with_keyring();
    let (mut vault, _) = office.create();
    let entries = office.keyring().names();
    // A folder where the temporary file should be makes every write fail.
    let blocker = office.folder.path().join("default/vault.json.new");
    fs::create_dir(&blocker).unwrap();
    let refused = vault.set_password(&password("nongye-2027"));
    assert!(
        matches!(refused, Err(VaultError::CannotWrite { .. })),
        "{refused:?}"
    );
    assert!(vault.renew_recovery_code().is_err());
    fs::remove_dir(&blocker).unwrap();
    assert_eq!(office.opens("shuili-2026").unwrap(), key_of(&vault));
    assert_eq!(office.keyring().names(), entries);
}

#[test]
fn opening_by_keyring_is_off_until_chosen_and_can_be_switched_off() {
    let office = Office::with_keyring();
    let (mut vault, _) = office.create();
    assert!(!office.locked().is_keyring_opening_allowed());
    assert!(matches!(
        office.locked().open_with_keyring(),
        Err(VaultError::KeyringOpeningOff)
    ));
    vault.allow_keyring_opening().unwrap();
    assert_eq!(
        key_of(&office.locked().open_with_keyring().unwrap()),
        key_of(&vault)
    );
    vault.forbid_keyring_opening().unwrap();
    assert!(matches!(
        office.locked().open_with_keyring(),
        Err(VaultError::KeyringOpeningOff)
    ));
    assert!(
        !office
            .keyring()
            .names()
            .iter()
            .any(|name| name.contains("opening"))
    );
}

#[test]
fn a_lost_opening_key_asks_for_the_password() {
    let office = Office::with_keyring();
    let (mut vault, _) = office.create();
    vault.allow_keyring_opening().unwrap();
    office.keyring().corrupt_everything();
    assert!(matches!(
        office.locked().open_with_keyring(),
        Err(VaultError::OpeningKeyLost)
    ));
    office.keyring().lose_everything();
    assert!(matches!(
        office.locked().open_with_keyring(),
        Err(VaultError::OpeningKeyLost)
    ));
}

#[test]
fn secrets_of_the_device_survive_with_and_without_a_keyring() {
    for office in [Office::with_keyring(), Office::without_keyring()] {
        let (mut vault, _) = office.create();
        let device = vault.device_key().unwrap().verifying_key();
        let token = KeptSecret::ServerToken("10.1.2.3:8443".to_owned());
        assert!(vault.kept(&token).unwrap().is_none());
        vault.keep(&token, b"first").unwrap();
        vault.keep(&token, b"second").unwrap();
        let mut again = vault
            .lock()
            .open_with_password(&password("shuili-2026"), LATER)
            .unwrap();
        assert_eq!(again.kept(&token).unwrap().unwrap().as_slice(), b"second");
        assert_eq!(again.device_key().unwrap().verifying_key(), device);
        again.forget(&token).unwrap();
        assert!(again.kept(&token).unwrap().is_none());
        let again = office
            .locked()
            .open_with_password(&password("shuili-2026"), LATER)
            .unwrap();
        assert!(again.kept(&token).unwrap().is_none());
    }
}

#[test]
fn a_device_key_lost_by_the_keyring_is_not_silently_replaced() {
    let office = Office::with_keyring();
    let (mut vault, _) = office.create();
    let old = vault.device_key().unwrap().verifying_key();
    office.keyring().lose_everything();
    assert!(matches!(
        vault.device_key(),
        Err(VaultError::KeptSecretLost { .. })
    ));
    let new = vault.renew_device_key().unwrap().verifying_key();
    assert_ne!(old, new);
    assert_eq!(vault.device_key().unwrap().verifying_key(), new);
}

#[test]
fn keyring_entries_name_profile_and_vault() {
    let office = Office::with_keyring();
    let (mut vault, _) = office.create();
    vault.device_key().unwrap();
    vault.allow_keyring_opening().unwrap();
    let names = office.keyring().names();
    assert_eq!(names.len(), 3, "{names:?}");
    assert!(
        names
            .iter()
            .all(|name| name.starts_with("default/") && name.split('/').count() == 3)
    );
}

#[test]
fn a_damaged_vault_is_called_damaged_and_left_alone() {
    let office = Office::without_keyring();
    office.create();
    let mut bytes = fs::read(office.file()).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(office.file(), &bytes).unwrap();
    assert!(matches!(
        office.place().look(),
        Err(VaultError::Damaged { .. })
    ));
    assert!(matches!(
        office.place().create(&password("shuili-2026")),
        Err(VaultError::AlreadyExists { .. })
    ));
    assert_eq!(fs::read(office.file()).unwrap(), bytes);
}

/// One error of every variant.
fn every_error() -> Vec<VaultError> {
    let path = || PathBuf::from("/office/vault.json");
    let io = || io::Error::other("no");
    let refused = ShelfError::Refused {
        reason: "no".to_owned(),
    };
    let text = || "x".to_owned();
    vec![
        VaultError::AlreadyExists { path: path() },
        VaultError::ProfileName { name: text() },
        VaultError::PasswordTooShort {
            minimum: 8,
            found: 1,
        },
        VaultError::PasswordTooLong { maximum: 1 },
        VaultError::WrongPassword {
            failed: 1,
            wait_seconds: 1,
        },
        VaultError::WrongBackupPassword,
        VaultError::TooSoon { wait_seconds: 1 },
        VaultError::PepperLost,
        VaultError::KeyringUnavailable(refused),
        VaultError::KeyringOpeningOff,
        VaultError::OpeningKeyLost,
        VaultError::KeptSecretLost { name: text() },
        VaultError::RecoveryCodeLength { found: 1 },
        VaultError::RecoveryCodeCharacter {
            group: 1,
            character: '!',
        },
        VaultError::RecoveryCodeTypo { group: 1 },
        VaultError::WrongRecoveryCode,
        VaultError::Damaged {
            path: path(),
            reason: text(),
        },
        VaultError::NewerVersion {
            path: path(),
            found: 2,
            supported: 1,
        },
        VaultError::NotABackup { path: path() },
        VaultError::BackupDamaged {
            path: path(),
            reason: text(),
        },
        VaultError::BackupExists { path: path() },
        VaultError::BackupLabel,
        VaultError::SourceChanged { path: path() },
        VaultError::SourceUnusable { path: path() },
        VaultError::DiskFull { path: path() },
        VaultError::CannotRead {
            path: path(),
            source: io(),
        },
        VaultError::CannotWrite {
            path: path(),
            source: io(),
        },
        VaultError::OutOfMemory { memory_kib: 1024 },
        VaultError::Crypto(CryptoError::NotAKey),
    ]
}

#[test]
fn every_error_has_a_chinese_sentence_whose_places_are_filled() {
    let catalogue: BTreeMap<String, String> =
        serde_json::from_str(include_str!("../../../../assets/text/zh-CN/vault.json")).unwrap();
    for error in every_error() {
        let mut sentence = catalogue
            .get(&format!("vault.{}", error.code()))
            .unwrap_or_else(|| panic!("no sentence for {}", error.code()))
            .clone();
        for (name, value) in error.fields() {
            sentence = sentence.replace(&format!("{{{name}}}"), &value);
        }
        assert!(
            !sentence.contains(['{', '}']),
            "{}: {sentence}",
            error.code()
        );
    }
    assert_eq!(
        catalogue.len(),
        every_error().len(),
        "a sentence nobody says, or an error untested"
    );
}
