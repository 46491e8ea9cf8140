//! Backups made, damaged, interrupted and restored on another machine.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::Arc,
};

use proptest::prelude::*;

use super::{
    super::{
        Password, ProfileName, RecoveryCode, Vault, VaultError, VaultPlace,
        tests::{QUICK, memory::MemoryShelf, password},
    },
    archive::{Manifest, SourceFile},
    header::Preamble,
    restore::{Step, restore_in_steps},
    *,
};

const NOW: i64 = 1_795_000_000_000;

/// A desk with a keyring, a store copy of `store_bytes` and some attachments, and a backup of it.
struct Desk {
    folder: tempfile::TempDir,
    vault: Vault,
    code: RecoveryCode,
    password: Password,
    backup: PathBuf,
}

impl Desk {
    fn new(store_bytes: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let shelf = Arc::new(MemoryShelf::default());
        let place = VaultPlace::new(&root.join("desk"), profile(), Some(shelf)).with_kdf(QUICK);
        let password = password("shuili-2026");
        let (vault, code) = place.create(&password).unwrap();
        assert!(vault.has_pepper());
        let store: Vec<u8> = (0..store_bytes).map(|i| (i * 7 % 253) as u8).collect();
        fs::write(root.join("copy.db"), store).unwrap();
        fs::create_dir_all(root.join("attachments/水利")).unwrap();
        fs::write(root.join("attachments/水利/原稿.docx"), b"PK original").unwrap();
        fs::write(root.join("attachments/empty.txt"), b"").unwrap();
        let backup = root.join("office.andubak");
        let desk = Self {
            folder,
            vault,
            code,
            password,
            backup,
        };
        desk.back_up(&desk.backup).unwrap();
        desk
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn back_up(&self, out: &Path) -> Result<BackupSummary, VaultError> {
        let (store_copy, attachments) =
            (self.root().join("copy.db"), self.root().join("attachments"));
        let source = BackupSource {
            store_copy: &store_copy,
            attachments: Some(&attachments),
        };
        create(&self.vault, &source, "nightly", NOW, out)
    }

    fn target(&self) -> PathBuf {
        self.root().join("restored-profile")
    }

    fn by_password(&self) -> Unlock<'_> {
        Unlock::Password(&self.password)
    }

    /// The restored profile is whole, and opens on a machine without the keyring.
    fn assert_restored(&self, target: &Path) {
        let read = |path: &str| fs::read(target.join(path)).unwrap();
        assert_eq!(
            read(STORE_FILE),
            fs::read(self.root().join("copy.db")).unwrap()
        );
        assert_eq!(read("attachments/水利/原稿.docx"), b"PK original");
        assert_eq!(read("attachments/empty.txt"), b"");
        let place = VaultPlace::new(target, profile(), None).with_kdf(QUICK);
        let locked = place.look().unwrap().expect("the vault was restored");
        let expected = self.vault.store_key().to_sqlcipher_hex();
        let by_password = locked.open_with_password(&self.password, NOW).unwrap();
        assert_eq!(by_password.store_key().to_sqlcipher_hex(), expected);
        let by_code = locked.open_with_recovery_code(&self.code).unwrap();
        assert_eq!(by_code.store_key().to_sqlcipher_hex(), expected);
    }

    /// Names in the root folder, for finding left-overs.
    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.root())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

fn profile() -> ProfileName {
    ProfileName::new("default").unwrap()
}

#[test]
fn a_backup_opens_on_a_new_machine_by_password_or_code() {
    let desk = Desk::new(300_000);
    let header = read_header(&desk.backup).unwrap();
    assert_eq!(
        (header.label.as_str(), header.created_at_ms),
        ("nightly", NOW)
    );
    for unlock in [desk.by_password(), Unlock::RecoveryCode(&desk.code)] {
        let summary = verify(&desk.backup, unlock).unwrap();
        assert_eq!((summary.files, summary.length_bytes), (3, 300_011));
        let target = desk.target();
        let (restored_summary, restored) = restore(&desk.backup, unlock, &target, NOW).unwrap();
        assert_eq!((restored_summary, restored.moved_aside), (summary, None));
        desk.assert_restored(&target);
        fs::remove_dir_all(&target).unwrap();
    }
}

#[test]
fn a_restored_desk_is_a_new_device() {
    let mut desk = Desk::new(10);
    let old = desk.vault.device_key().unwrap().verifying_key();
    let second = desk.root().join("second.andubak");
    desk.back_up(&second).unwrap();
    restore(&second, desk.by_password(), &desk.target(), NOW).unwrap();
    let place = VaultPlace::new(&desk.target(), profile(), None).with_kdf(QUICK);
    let locked = place.look().unwrap().unwrap();
    let mut vault = locked.open_with_password(&desk.password, NOW).unwrap();
    assert_ne!(vault.device_key().unwrap().verifying_key(), old);
}

#[test]
fn a_backup_opens_with_the_password_of_its_time() {
    let mut desk = Desk::new(10);
    let new = password("nongye-2027");
    desk.vault.set_password(&new).unwrap();
    let refused = verify(&desk.backup, Unlock::Password(&new));
    assert!(matches!(refused, Err(VaultError::WrongBackupPassword)));
    verify(&desk.backup, desk.by_password()).unwrap();
    let later = desk.root().join("later.andubak");
    desk.back_up(&later).unwrap();
    verify(&later, Unlock::Password(&new)).unwrap();
    let other = RecoveryCode::random().unwrap();
    let refused = verify(&later, Unlock::RecoveryCode(&other));
    assert!(matches!(refused, Err(VaultError::WrongRecoveryCode)));
}

#[test]
fn nothing_of_the_content_is_readable_in_the_file() {
    let desk = Desk::new(1000);
    let bytes = fs::read(&desk.backup).unwrap();
    let store = fs::read(desk.root().join("copy.db")).unwrap();
    let contains = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    assert!(!contains(&store[..16]) && !contains(b"PK original"));
    assert!(!contains("原稿".as_bytes()) && !contains(b"attachments"));
    assert!(contains(b"nightly"), "the label is meant to be readable");
}

#[test]
fn what_was_there_is_moved_aside_never_overwritten() {
    let desk = Desk::new(5000);
    let target = desk.target();
    for round in 0..3 {
        fs::create_dir_all(&target).unwrap();
        fs::write(target.join("mine.txt"), format!("round {round}")).unwrap();
        let (_, restored) = restore(&desk.backup, desk.by_password(), &target, NOW).unwrap();
        let aside = restored.moved_aside.expect("something was there");
        assert_eq!(
            fs::read(aside.join("mine.txt")).unwrap(),
            format!("round {round}").as_bytes()
        );
        desk.assert_restored(&target);
    }
    let aside = desk
        .names()
        .into_iter()
        .filter(|name| name.contains("before-restore"))
        .count();
    assert_eq!(aside, 3);
}

#[test]
fn a_crash_after_any_step_leaves_the_old_or_the_new_profile_and_loses_neither() {
    for stop in [
        Step::Verified,
        Step::Extracted,
        Step::Committed,
        Step::MovedAside,
        Step::Placed,
    ] {
        let desk = Desk::new(5000);
        let target = desk.target();
        fs::create_dir(&target).unwrap();
        fs::write(target.join("mine.txt"), "precious").unwrap();
        let mut crash = |step| {
            if step == stop {
                Err(io::Error::other("power cut"))
            } else {
                Ok(())
            }
        };
        restore_in_steps(&desk.backup, desk.by_password(), &target, NOW, &mut crash).unwrap_err();

        let finished = finish_interrupted(&target, NOW + 1).unwrap();
        let is_new = matches!(stop, Step::Committed | Step::MovedAside | Step::Placed);
        assert_eq!(
            finished.is_some(),
            is_new && stop != Step::Placed,
            "after {stop:?}"
        );
        if is_new {
            desk.assert_restored(&target);
            let aside = desk
                .names()
                .into_iter()
                .find(|name| name.contains("before-restore"));
            let aside = desk.root().join(aside.expect("the old profile is aside"));
            assert_eq!(
                fs::read(aside.join("mine.txt")).unwrap(),
                b"precious",
                "after {stop:?}"
            );
        } else {
            assert_eq!(
                fs::read(target.join("mine.txt")).unwrap(),
                b"precious",
                "after {stop:?}"
            );
            assert!(
                !desk
                    .names()
                    .iter()
                    .any(|name| name.contains("restor") && name.contains('.'))
            );
        }
        assert_eq!(finish_interrupted(&target, NOW + 2).unwrap(), None);
    }
}

#[test]
fn truncation_anywhere_restores_nothing() {
    let desk = Desk::new(200_000);
    let whole = fs::read(&desk.backup).unwrap();
    let cut = desk.root().join("cut.andubak");
    let steps = (0..whole.len())
        .step_by(997)
        .chain([1, 7, 8, 9, whole.len() - 1]);
    for keep in steps {
        fs::write(&cut, &whole[..keep]).unwrap();
        let refused = restore(&cut, desk.by_password(), &desk.target(), NOW);
        assert!(
            matches!(
                refused,
                Err(VaultError::BackupDamaged { .. } | VaultError::NotABackup { .. })
            ),
            "{keep} bytes kept: {refused:?}"
        );
        assert!(!desk.target().exists(), "{keep} bytes kept");
    }
}

#[test]
fn damage_at_the_very_end_is_found_before_anything_is_written() {
    let desk = Desk::new(200_000);
    let mut bent = fs::read(&desk.backup).unwrap();
    *bent.last_mut().unwrap() ^= 1;
    fs::write(&desk.backup, bent).unwrap();
    let mut steps = Vec::new();
    let mut record = |step| {
        steps.push(step);
        Ok(())
    };
    let refused = restore_in_steps(
        &desk.backup,
        desk.by_password(),
        &desk.target(),
        NOW,
        &mut record,
    );
    assert!(matches!(refused, Err(VaultError::BackupDamaged { .. })));
    assert_eq!(
        steps,
        [],
        "nothing may happen before the whole file was checked"
    );
}

#[test]
fn a_header_that_was_altered_is_not_shown() {
    let desk = Desk::new(10);
    let whole = fs::read(&desk.backup).unwrap();
    let label = whole
        .windows(7)
        .position(|window| window == b"nightly")
        .unwrap();
    let mut bent = whole;
    bent[label] = b'N';
    fs::write(&desk.backup, bent).unwrap();
    assert!(matches!(
        read_header(&desk.backup),
        Err(VaultError::BackupDamaged { .. })
    ));
}

#[test]
fn other_files_are_called_not_a_backup() {
    let desk = Desk::new(10);
    let other = desk.root().join("other.docx");
    for bytes in [
        &b""[..],
        b"PK\x03\x04 a document that is long enough",
        b"ANDUBAK",
    ] {
        fs::write(&other, bytes).unwrap();
        assert!(matches!(
            read_header(&other),
            Err(VaultError::NotABackup { .. })
        ));
    }
    assert!(matches!(
        read_header(&desk.root().join("missing")),
        Err(VaultError::CannotRead { .. })
    ));
}

#[test]
fn an_existing_file_is_not_overwritten_by_a_backup() {
    let desk = Desk::new(10);
    let before = fs::read(&desk.backup).unwrap();
    assert!(matches!(
        desk.back_up(&desk.backup),
        Err(VaultError::BackupExists { .. })
    ));
    assert_eq!(fs::read(&desk.backup).unwrap(), before);
}

#[test]
fn a_label_cannot_name_an_agency() {
    let desk = Desk::new(10);
    let store_copy = desk.root().join("copy.db");
    let source = BackupSource {
        store_copy: &store_copy,
        attachments: None,
    };
    let out = desk.root().join("named.andubak");
    let long = "a".repeat(41);
    for label in ["某某县水利局", "a/b", long.as_str()] {
        let refused = create(&desk.vault, &source, label, NOW, &out);
        assert!(matches!(refused, Err(VaultError::BackupLabel)), "{label}");
    }
    assert!(!out.exists());
}

#[test]
fn a_missing_source_leaves_no_half_backup() {
    let desk = Desk::new(10);
    fs::remove_file(desk.root().join("copy.db")).unwrap();
    let before = desk.names();
    let refused = desk.back_up(&desk.root().join("second.andubak"));
    assert!(matches!(refused, Err(VaultError::CannotRead { .. })));
    assert_eq!(desk.names(), before);
}

#[cfg(unix)]
#[test]
fn a_link_among_the_attachments_is_refused_by_name() {
    let desk = Desk::new(10);
    let link = desk.root().join("attachments/link");
    std::os::unix::fs::symlink("/etc/passwd", &link).unwrap();
    let refused = desk.back_up(&desk.root().join("second.andubak"));
    assert!(matches!(refused, Err(VaultError::SourceUnusable { path }) if path == link));
}

#[test]
fn a_source_that_changes_meanwhile_is_noticed() {
    let desk = Desk::new(1000);
    let path = desk.root().join("copy.db");
    let sources = vec![SourceFile {
        name: STORE_FILE.to_owned(),
        path: path.clone(),
    }];
    for changed in [vec![1; 1000], vec![1; 10], vec![1; 5000]] {
        let manifest = Manifest::of(&sources).unwrap();
        fs::write(&path, changed).unwrap();
        let refused = write(&desk, &manifest, &sources, io::sink());
        assert!(matches!(refused, Err(VaultError::SourceChanged { .. })));
    }
}

#[test]
fn a_disk_that_fills_while_writing_is_named() {
    struct Full(usize);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self
                .0
                .checked_sub(bytes.len())
                .ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let desk = Desk::new(400_000);
    let path = desk.root().join("copy.db");
    let sources = vec![SourceFile {
        name: STORE_FILE.to_owned(),
        path,
    }];
    let manifest = Manifest::of(&sources).unwrap();
    for room_bytes in [0, 100, 3000, 100_000, 400_000] {
        let refused = write(&desk, &manifest, &sources, Full(room_bytes));
        assert!(
            matches!(refused, Err(VaultError::DiskFull { .. })),
            "{room_bytes} bytes of room"
        );
    }
}

#[test]
fn a_restore_that_cannot_write_leaves_everything_as_it_was() {
    let desk = Desk::new(1000);
    let target = desk.root().join("no-such-folder-yet/profile");
    // A file where a parent folder should be.
    fs::write(desk.root().join("no-such-folder-yet"), b"in the way").unwrap();
    let refused = restore(&desk.backup, desk.by_password(), &target, NOW);
    assert!(
        matches!(refused, Err(VaultError::CannotWrite { .. })),
        "{refused:?}"
    );
    assert_eq!(
        fs::read(desk.root().join("no-such-folder-yet")).unwrap(),
        b"in the way"
    );
}

fn write(
    desk: &Desk,
    manifest: &Manifest,
    sources: &[SourceFile],
    writer: impl Write,
) -> Result<(), VaultError> {
    let header = read_header(&desk.backup).unwrap();
    let preamble = Preamble::new(header, desk.vault.portable_file().unwrap());
    let key = desk.vault.store_key();
    create::write(key, &preamble, manifest, sources, writer, Path::new("out")).map(|_| ())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn any_flipped_bit_is_an_error_and_never_wrong_content(seed: u64) {
        let desk = Desk::new(70_000);
        let whole = fs::read(&desk.backup).unwrap();
        let bent_path = desk.root().join("bent.andubak");
        let mut at = seed;
        for round in 0..40 {
            // The first rounds aim at header and slots, the others anywhere.
            at = at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let span = if round < 20 { 3000 } else { whole.len() };
            let mut bent = whole.clone();
            bent[(at >> 16) as usize % span] ^= 1 << (at % 8);
            fs::write(&bent_path, bent).unwrap();
            let refused = restore(&bent_path, desk.by_password(), &desk.target(), NOW);
            prop_assert!(refused.is_err());
            prop_assert!(!desk.target().exists());
        }
    }
}
