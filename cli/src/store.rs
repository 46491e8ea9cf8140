//! Verbs on a desk's store: search, backup, restore, audit.

use std::{
    fmt::Write as _,
    io::BufRead as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{Desk, place::DeskPlace, session, vault::ProfileName};
use andu_store::{AuditError, Chains, Key, Store};
use serde_json::json;

use crate::{
    argument::{Audit, Backup, Profile, Restore, Search},
    outcome::Done,
};

/// A variable of the environment that says something.
#[expect(clippy::disallowed_methods, reason = "a shell reads its environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where the desk of a profile lies.
///
/// # Errors
/// `vault.profile_name` for what is no name: a profile is one folder within the home, whatever the system.
pub fn place(profile: &Profile) -> Result<DeskPlace, ApiError> {
    let root = profile.home.clone().unwrap_or_else(|| {
        let data = variable("XDG_DATA_HOME").map(PathBuf::from);
        let home = || PathBuf::from(variable("HOME").unwrap_or_default()).join(".local/share");
        data.unwrap_or_else(home).join("andu")
    });
    let name = if profile.profile.is_empty() {
        "default"
    } else {
        &profile.profile
    };
    Ok(DeskPlace {
        folder: root.join(ProfileName::new(name)?.as_str()),
        profile: profile.profile.clone(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: variable("ANDU_NO_KEYRING").is_none(),
    })
}

fn password(profile: &Profile) -> Result<String, ApiError> {
    if profile.password_stdin {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        if read.is_ok_and(|bytes| bytes > 0) {
            return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
        }
    }
    variable("ANDU_PASSWORD").ok_or_else(|| text::error("desk.password_needed"))
}

fn about_folder(folder: &Path, key: &str) -> ApiError {
    let fields = [("folder", folder.display().to_string())];
    text::error_with(ErrorCode::Invalid, key, &fields)
}

/// The desk of a profile, opened by its password.
pub fn open(profile: &Profile) -> Result<Arc<Desk>, ApiError> {
    let desk = Desk::new(place(profile)?, false)?;
    if !desk.place.is_used() {
        return Err(about_folder(&desk.place.folder, "desk.none_here"));
    }
    session::unlock_by_password(&desk, &password(profile)?).map_err(without_recovery_code)?;
    Ok(desk)
}

/// Here a desk opens by its password alone; the recovery code is for its window, where a new password is chosen.
fn without_recovery_code(error: ApiError) -> ApiError {
    let key = match error.key.as_str() {
        "vault.wrong_password" => "command.wrong_password",
        "vault.too_soon" => "command.too_soon",
        "vault.pepper_lost" => "command.pepper_lost",
        "vault.keyring_unavailable" => "command.keyring_unavailable",
        _ => return error,
    };
    let sentence = text::sentence(key, &error.fields);
    ApiError {
        key: key.to_owned(),
        sentence,
        ..error
    }
}

/// Finds drafts by their text.
pub fn search(args: &Search) -> Result<Done, ApiError> {
    let desk = open(&args.profile)?;
    let query = json!({
        "text": args.text, "document_type": null, "from": null, "to": null,
        "versions": args.versions, "offset": 0, "limit": args.limit,
    });
    let page = desk.call("find_text", query)?;
    let mut said = String::new();
    for hit in page["hits"].as_array().into_iter().flatten() {
        let snippet: String = hit["snippet"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|part| part["text"].as_str())
            .collect();
        let word = |name: &str| hit[name].as_str().unwrap_or_default().to_owned();
        let _ = writeln!(said, "{}  {}\n    {snippet}", word("title"), word("number"));
    }
    let _ = write!(said, "共 {} 件", page["total"]);
    desk.lock();
    Ok(Done::clean(page, said))
}

/// Said beside a copy of a server whose log was altered before.
const AUDIT_NOT_WHOLE: &str =
    "\n审计日志在备份以前就不完整，请安全审计员核验：andu audit verify --server 文件夹。";

/// Writes a backup.
pub fn backup(args: &Backup) -> Result<Done, ApiError> {
    if let Some(folder) = &args.server {
        let copied =
            andu_server::back_up(&andu_server::Server::open_existing(folder)?, &args.file)?;
        let (bytes, code) = (copied.bytes, copied.code);
        let mut said = format!(
            "服务器已备份到 {}，{bytes} 字节。\n备份的校验码：{code}\n请把校验码另行记下，恢复时核对。",
            args.file.display()
        );
        if !copied.audit_is_whole {
            said.push_str(AUDIT_NOT_WHOLE);
        }
        let answer = json!({ "bytes": bytes, "code": code, "audit_whole": copied.audit_is_whole });
        return Ok(Done {
            clean: copied.audit_is_whole,
            ..Done::clean(answer, said)
        });
    }
    if args.file.exists() && !args.overwrite {
        let fields = [("file", args.file.display().to_string())];
        return Err(text::error_with(
            ErrorCode::Invalid,
            "desk.backup_exists",
            &fields,
        ));
    }
    let desk = open(&args.profile)?;
    let token = desk.files.choose(&args.file).token;
    let written = desk.call("backup_create", json!({ "token": token }))?;
    desk.lock();
    let said = format!(
        "已备份到 {}，{} 字节",
        args.file.display(),
        written["bytes"]
    );
    Ok(Done::clean(written, said))
}

/// Restores a backup.
pub fn restore(args: &Restore) -> Result<Done, ApiError> {
    if let Some(folder) = &args.server {
        let copied = andu_server::restore(&args.file, folder)?;
        let (bytes, code) = (copied.bytes, copied.code);
        let mut said = format!(
            "服务器已恢复。启动后，各电脑会自动补送这份备份之后办理过的内容。\n备份的校验码：{code}\n请与备份时记下的核对。"
        );
        if !copied.audit_is_whole {
            said.push_str(AUDIT_NOT_WHOLE);
        }
        let answer = json!({ "bytes": bytes, "code": code, "audit_whole": copied.audit_is_whole });
        return Ok(Done {
            clean: copied.audit_is_whole,
            ..Done::clean(answer, said)
        });
    }
    let desk = Desk::new(place(&args.profile)?, false)?;
    let folder = &desk.place.folder;
    if desk.place.is_used() && !args.replace {
        return Err(about_folder(folder, "desk.replace_needed"));
    }
    let kept = session::restore_file(&desk, &args.file, &password(&args.profile)?)?;
    let mut said = format!("已恢复到 {}。", folder.display());
    if let Some(kept) = &kept {
        let _ = write!(said, "原有数据保留在 {}。", kept.display());
    }
    said.push_str("本机原来加入过服务器的，要用新的登记码重新登记：andu join --code 登记码。");
    let kept = kept.map(|kept| kept.display().to_string());
    let answer = json!({ "folder": folder.display().to_string(), "kept": kept });
    Ok(Done::clean(answer, said))
}

/// Verifies the audit chain.
pub fn audit(args: &Audit) -> Result<Done, ApiError> {
    let verified = match &args.server {
        Some(folder) => verify(&server_store(folder)?),
        None => {
            let desk = open(&args.profile)?;
            let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
            let verified = verify(&open.store);
            desk.lock();
            verified
        }
    };
    let broken = |json: serde_json::Value, said: String| {
        Ok(Done {
            json,
            text: said,
            clean: false,
            aside: String::new(),
        })
    };
    match verified {
        Ok((entries, Chains::Whole(steps))) => {
            let processes = match steps {
                0 => String::new(),
                steps => format!("；公文办理记录完整，共 {steps} 条"),
            };
            Ok(Done::clean(
                json!({ "entries": entries, "process_entries": steps, "whole": true }),
                format!("审计日志完整，共 {entries} 条{processes}"),
            ))
        }
        Ok((entries, Chains::Broken(instance, entry))) => broken(
            json!({ "entries": entries, "process": instance, "broken_at": entry, "whole": false }),
            format!(
                "审计日志完整，共 {entries} 条；但公文办理记录 {instance} 在第 {entry} 条处被改动或截去"
            ),
        ),
        Err(AuditError::Broken(entry)) => broken(
            json!({ "broken_at": entry, "whole": false }),
            format!("审计日志在第 {entry} 条处被改动或截去"),
        ),
        Err(AuditError::Cut { left, noted }) => {
            let noted_said = noted.map_or_else(
                || "登记的条数和末条校验值也不见了".to_owned(),
                |noted| format!("应有 {noted} 条"),
            );
            broken(
                json!({ "left": left, "noted": noted, "whole": false }),
                format!("审计日志的末尾被截去：现有 {left} 条，{noted_said}"),
            )
        }
        Err(AuditError::Store(error)) => Err(error.into()),
    }
}

fn server_store(folder: &Path) -> Result<Store, ApiError> {
    andu_server::check_there(folder)?;
    Ok(Store::open(&folder.join("server.db"), Key::Plain)?)
}

fn verify(store: &Store) -> Result<(u64, Chains), AuditError> {
    store.read(|reader| Ok((reader.audit_verify()?, reader.instances_verify()?)))
}
