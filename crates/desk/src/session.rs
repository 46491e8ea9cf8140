//! From a closed desk to an open one and back: first run, password, recovery code, keyring, backup.

use std::path::PathBuf;

use andu_api::{
    ApiError, ErrorCode,
    session::{
        BackupRestore, BackupRestored, FileToken, Home, Me, RecoveryCode, SessionChangePassword,
        SessionRecover, SessionRecoveryCode, SessionSetup, SessionState, SessionStatus, Written,
    },
    text,
};
use andu_app::{demo, setup};
use andu_base::{AgencyId, DepartmentId, DeviceId, PersonId};
use andu_crypto::SigningKey;
use andu_org::{Agency, Department, Person};
use andu_store::{Key, Store};
use uuid::Uuid;

use crate::{
    Desk, Door, clock, file, first_run, lease,
    link::Credential,
    open::OpenDesk,
    template,
    vault::{self, Password, Vault, VaultError, backup},
};

/// An error of the vault as the page gets it.
pub fn vault_error(error: &VaultError) -> ApiError {
    let code = match error {
        VaultError::TooSoon { .. } | VaultError::DiskFull { .. } => ErrorCode::NotNow,
        VaultError::Crypto(_) => ErrorCode::Bug,
        _ => ErrorCode::Invalid,
    };
    text::error_with(code, &format!("vault.{}", error.code()), &error.fields())
}

impl From<VaultError> for ApiError {
    fn from(error: VaultError) -> Self {
        vault_error(&error)
    }
}

/// What the window shows before anything else.
pub fn status(desk: &Desk) -> SessionStatus {
    let door = desk.door();
    let mut status = SessionStatus {
        state: SessionState::New,
        // Where there is one profile its name says nothing.
        profile: match desk.place.has_neighbours() {
            true => desk.place.profile.clone(),
            false => String::new(),
        },
        agency: String::new(),
        person: String::new(),
        keyring: desk.has_keyring(),
        open_by_keyring: false,
        wait_seconds: desk.wait_seconds(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        demo: desk.demo_wanted(),
        trouble: desk.trouble(),
    };
    match &*door {
        Door::Open {
            desk: open, vault, ..
        } => {
            status.state = SessionState::Open;
            status.open_by_keyring = vault.is_keyring_opening_allowed();
            status.person.clone_from(&open.person.name);
            status.demo = open.home.demo;
            if let Ok(me) = me(open) {
                status.agency = me.agency;
            }
        }
        Door::Closed => match desk.vault_place().look() {
            Ok(None) => {}
            Ok(Some(locked)) => {
                status.state = SessionState::Locked;
                status.open_by_keyring = locked.is_keyring_opening_allowed();
                if let Some(label) = desk.label() {
                    (status.agency, status.person) = label;
                }
            }
            Err(error) => {
                status.state = SessionState::Locked;
                status.trouble = vault_error(&error).sentence;
            }
        },
    }
    status
}

/// The person at an open desk.
///
/// # Errors
/// The store's own.
pub fn me(open: &OpenDesk) -> Result<Me, ApiError> {
    let person = open.person_today()?;
    let (agency, department) = open.store.read(|reader| -> andu_store::Result<_> {
        let agency = reader.agency(&person.agency_id.as_text())?;
        Ok((agency, reader.department(&person.department_id.as_text())?))
    })?;
    Ok(Me {
        person_id: person.id.as_text(),
        person: person.name,
        post: person.post,
        department: department.name,
        agency_id: agency.id.as_text(),
        agency: agency.name,
        short_name: agency.short_name,
        authority_code: agency.authority_code,
        permissions: person
            .grants
            .iter()
            .map(|grant| grant.name().to_owned())
            .collect(),
        home: if open.is_replica() {
            Home::Replica
        } else {
            Home::Primary
        },
        demo: open.home.demo,
    })
}

/// Who works here, for a first run or after joining a server.
pub struct Newcomer {
    /// The agency.
    pub agency: Agency,
    /// The department.
    pub department: Department,
    /// The person.
    pub person: Person,
    /// The desk's device.
    pub device: DeviceId,
    /// Address of the server; empty at a desk of its own.
    pub server: String,
    /// It holds the demo agency.
    pub demo: bool,
}

/// First run at a desk of its own.
///
/// # Errors
/// `desk.not_new`, `setup.name_needed`, and the vault's own.
pub fn set_up(desk: &Desk, args: &SessionSetup) -> Result<RecoveryCode, ApiError> {
    let (agency, department) = (AgencyId(Uuid::now_v7()), DepartmentId(Uuid::now_v7()));
    let or = |given: &str, demo: &str| {
        if args.demo && given.trim().is_empty() {
            demo.to_owned()
        } else {
            given.trim().to_owned()
        }
    };
    let newcomer = Newcomer {
        agency: Agency {
            id: agency,
            name: or(&args.agency, "望溪县人民政府办公室"),
            short_name: or(&args.short_name, "县政府办公室"),
            authority_code: or(&args.authority_code, "望政办发"),
        },
        department: Department {
            id: department,
            agency_id: agency,
            name: or(&args.department, "秘书科"),
        },
        person: Person {
            id: PersonId(Uuid::now_v7()),
            agency_id: agency,
            department_id: department,
            name: or(&args.person, "何雨桐"),
            post: or(&args.post, "科员"),
            grants: setup::working_grants(),
        },
        device: DeviceId(Uuid::now_v7()),
        server: String::new(),
        demo: args.demo,
    };
    let key = SigningKey::random().map_err(|_| text::error("store.engine"))?;
    move_in(desk, &newcomer, &args.password, &key, None)
}

/// Makes vault and store for a newcomer and opens the desk.
///
/// # Errors
/// `desk.not_new`, `setup.name_needed`, and the vault's own.
pub fn move_in(
    desk: &Desk,
    newcomer: &Newcomer,
    password: &str,
    key: &SigningKey,
    credential: Option<&Credential>,
) -> Result<RecoveryCode, ApiError> {
    let names = [
        &newcomer.agency.name,
        &newcomer.department.name,
        &newcomer.person.name,
    ];
    if names.iter().any(|name| name.trim().is_empty()) {
        return Err(text::error("setup.name_needed"));
    }
    if desk.vault_place().look()?.is_some() || desk.place.store().exists() {
        return Err(text::error("desk.not_new"));
    }
    let password = Password::new(password)?;
    first_run::begin(&desk.place.folder)?;
    let furnished = furnish(desk, newcomer, &password, key, credential);
    match &furnished {
        Ok(_) => first_run::end(&desk.place.folder)?,
        Err(_) => {
            desk.close_door();
            first_run::put_aside(&desk.place.folder, clock::now_ms())?;
        }
    }
    furnished
}

fn furnish(
    desk: &Desk,
    newcomer: &Newcomer,
    password: &Password,
    key: &SigningKey,
    credential: Option<&Credential>,
) -> Result<RecoveryCode, ApiError> {
    let (mut vault, code) = desk.vault_place().create(password)?;
    vault.keep(&vault::KeptSecret::DeviceKey, key.seed().expose())?;
    if let Some(credential) = credential {
        vault.keep(
            &vault::KeptSecret::ServerToken(newcomer.server.clone()),
            credential.to_text().as_bytes(),
        )?;
    }
    let store = Store::open(
        &desk.place.store(),
        Key::Raw(&vault.store_key().to_sqlcipher_hex()),
    )?;
    let verify_key: String = key
        .verifying_key()
        .to_bytes()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let first = setup::FirstRun {
        agency: newcomer.agency.clone(),
        department: newcomer.department.clone(),
        person: newcomer.person.clone(),
        device: newcomer.device,
        verify_key,
        now: clock::now(),
    };
    setup::first_run(&store, &first, newcomer.demo, &newcomer.server)?;
    setup::ship_templates(&store, &template::shipped())?;
    let open = enter(desk, store, vault, &newcomer.agency.name)?;
    // A desk of the demo county gets its drafts from the server.
    if newcomer.demo && newcomer.server.is_empty() {
        demo::put_vocabulary(&open.store, &|| Uuid::now_v7().hyphenated().to_string())?;
        for document in demo::drafts()?.iter().rev() {
            andu_api::draft::begin(&*open, document, false)?;
        }
    }
    Ok(RecoveryCode {
        code: code.to_text().to_string(),
    })
}

fn enter(
    desk: &Desk,
    store: Store,
    mut vault: Vault,
    agency: &str,
) -> Result<std::sync::Arc<OpenDesk>, ApiError> {
    // As an older program left it, others could look into it.
    vault::create_private_folder(&desk.place.folder).map_err(andu_store::StoreError::from)?;
    let key = vault.device_key()?;
    let credential = store
        .read(setup::home)
        .ok()
        .filter(|home| !home.server.is_empty())
        .and_then(|home| {
            vault
                .kept(&vault::KeptSecret::ServerToken(home.server))
                .ok()
                .flatten()
        })
        .map(|bytes| Credential::parse(&String::from_utf8_lossy(&bytes)))
        .unwrap_or_default();
    let shared = (desk.events.clone(), desk.files.clone());
    let leases = vault.lease_keys(&lease::folder_in(&desk.place.folder));
    let open = OpenDesk::new(desk.place.clone(), store, key, leases, shared)?;
    desk.remember_label(agency, &open.person.name);
    Ok(desk.open_door(open, vault, &credential))
}

fn unlock(desk: &Desk, vault: Vault) -> Result<Me, ApiError> {
    let key = vault.store_key().to_sqlcipher_hex();
    let opened = Store::open(&desk.place.store(), Key::Raw(&key)).map_err(ApiError::from);
    let store = match opened {
        Ok(store) => store,
        Err(error) => {
            desk.set_trouble(&error.sentence);
            return Err(error);
        }
    };
    setup::ship_templates(&store, &template::shipped())?;
    let home = store.read(setup::home)?;
    let agency = store.read(|reader| {
        let person = reader.person(home.person)?;
        reader.agency(&person.agency_id.as_text())
    })?;
    let open = enter(desk, store, vault, &agency.name)?;
    me(&open)
}

/// Closes an open desk and opens it again, with what its store says now.
///
/// # Errors
/// The store's own; the desk is then locked.
pub(crate) fn reopen(desk: &Desk) -> Result<Me, ApiError> {
    let vault = desk.close_door();
    unlock(desk, *vault.ok_or_else(|| text::error("desk.locked"))?)
}

/// Opens with the password.
///
/// # Errors
/// The vault's and the store's own; nothing is changed by a failure but the delay.
pub fn unlock_by_password(desk: &Desk, password: &str) -> Result<Me, ApiError> {
    if let Some(open) = desk.open_desk() {
        return me(&open);
    }
    let locked = desk
        .vault_place()
        .look()?
        .ok_or_else(|| text::error("desk.locked"))?;
    let opened = locked.open_with_password(&Password::new(password)?, clock::now_ms());
    if let Err(
        VaultError::WrongPassword { wait_seconds, .. } | VaultError::TooSoon { wait_seconds },
    ) = &opened
    {
        desk.set_wait(*wait_seconds);
    }
    let vault = opened?;
    desk.set_wait(0);
    unlock(desk, vault)
}

/// Opens by the keyring alone, where that was chosen.
///
/// # Errors
/// The vault's and the store's own.
pub fn unlock_by_keyring(desk: &Desk) -> Result<Me, ApiError> {
    let locked = desk
        .vault_place()
        .look()?
        .ok_or_else(|| text::error("desk.locked"))?;
    unlock(desk, locked.open_with_keyring()?)
}

/// Opens with the recovery code, sets a new password and makes a new code.
///
/// # Errors
/// The vault's and the store's own.
pub fn recover(desk: &Desk, args: &SessionRecover) -> Result<RecoveryCode, ApiError> {
    let password = Password::new(&args.password)?;
    password.check_choice()?;
    let code = vault::RecoveryCode::parse(&args.code)?;
    let locked = desk
        .vault_place()
        .look()?
        .ok_or_else(|| text::error("desk.locked"))?;
    let mut vault = locked.open_with_recovery_code(&code)?;
    vault.set_password(&password)?;
    let code = vault.renew_recovery_code()?;
    desk.set_wait(0);
    unlock(desk, vault)?;
    Ok(RecoveryCode {
        code: code.to_text().to_string(),
    })
}

/// Changes the password.
///
/// # Errors
/// The vault's own; the old password still works then.
pub fn change_password(desk: &Desk, args: &SessionChangePassword) -> Result<(), ApiError> {
    let (old, new) = (Password::new(&args.old)?, Password::new(&args.new)?);
    desk.with_vault(|vault| Ok(vault.change_password(&old, &new, clock::now_ms())?))
}

/// A new recovery code for who knows the password; the old one opens this desk no longer.
///
/// # Errors
/// The vault's own; the old code still works then.
pub fn renew_recovery_code(
    desk: &Desk,
    args: &SessionRecoveryCode,
) -> Result<RecoveryCode, ApiError> {
    let password = Password::new(&args.password)?;
    desk.with_vault(|vault| {
        let code = vault.change_recovery_code(&password, clock::now_ms())?;
        Ok(RecoveryCode {
            code: code.to_text().to_string(),
        })
    })
}

/// Allows or forbids opening by the keyring alone.
///
/// # Errors
/// The vault's own.
pub fn set_keyring(desk: &Desk, enabled: bool) -> Result<(), ApiError> {
    desk.with_vault(|vault| {
        if enabled {
            vault.allow_keyring_opening()?
        } else {
            vault.forbid_keyring_opening()?
        }
        Ok(())
    })
}

/// Writes one encrypted file with everything in it.
///
/// # Errors
/// The store's, the vault's and the file system's own.
pub fn create_backup(desk: &Desk, args: &FileToken) -> Result<Written, ApiError> {
    let path = desk.files.take(&args.token)?;
    let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
    open.writings.flush_all(&open);
    write_backup(desk, &open, &path)
}

pub(crate) fn write_backup(
    desk: &Desk,
    open: &OpenDesk,
    path: &std::path::Path,
) -> Result<Written, ApiError> {
    let given_up = |cause: std::io::Error| {
        let fields = [("name", file::shown(path)), ("cause", file::said(&cause))];
        text::error_with(ErrorCode::NotNow, "desk.file_write", &fields)
    };
    if !backup::may_replace(path).map_err(given_up)? {
        let fields = [("file", file::shown(path))];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "desk.backup_other_file",
            &fields,
        ));
    }
    let copy = desk.place.scratch(&Uuid::new_v4().simple().to_string());
    if let Some(folder) = copy.parent() {
        vault::create_private_folder(folder).map_err(andu_store::StoreError::from)?;
    }
    open.store.copy_to(&copy)?;
    // An older backup under this name goes only after its successor is whole.
    let part = file::part_of(path);
    let _ = std::fs::remove_file(&part);
    let made = desk.with_vault(|vault| {
        let source = backup::BackupSource {
            store_copy: &copy,
            attachments: None,
        };
        let made = backup::create(vault, &source, "andu", clock::now_ms(), &part);
        Ok(made.map_err(|error| error.about(&part, path))?)
    });
    let _ = std::fs::remove_file(&copy);
    made?;
    if let Err(cause) = std::fs::rename(&part, path) {
        let _ = std::fs::remove_file(&part);
        return Err(given_up(cause));
    }
    let bytes = std::fs::metadata(path).map_or(0, |meta| meta.len());
    Ok(Written {
        name: file::shown(path),
        bytes,
    })
}

/// Restores a backup as this profile; what was there before is kept beside it.
///
/// # Errors
/// The vault's own; what was there before is then still in its place.
pub fn restore_backup(desk: &Desk, args: &BackupRestore) -> Result<BackupRestored, ApiError> {
    let path = desk.files.take(&args.token)?;
    desk.close_door();
    let kept = restore_file(desk, &path, &args.secret)?;
    Ok(BackupRestored {
        kept: kept.map_or_else(String::new, |kept| kept.display().to_string()),
    })
}

/// Restores a backup from a path. Answers with where the desk was moved that was there before.
///
/// # Errors
/// The vault's own.
pub fn restore_file(
    desk: &Desk,
    path: &std::path::Path,
    secret: &str,
) -> Result<Option<PathBuf>, ApiError> {
    let now = clock::now_ms();
    let folder = &desk.place.folder;
    let (_, restored) = match vault::RecoveryCode::parse(secret) {
        Ok(code) => backup::restore(path, backup::Unlock::RecoveryCode(&code), folder, now)?,
        Err(_) => {
            let password = Password::new(secret)?;
            backup::restore(path, backup::Unlock::Password(&password), folder, now)?
        }
    };
    lease::forget(&restored);
    desk.set_trouble("");
    Ok(restored.moved_aside)
}
