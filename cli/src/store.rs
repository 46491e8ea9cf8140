//! Verbs on a desk's store: search, backup, restore, audit.

use std::{
    fmt::Write as _,
    io::BufRead as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{Desk, place::DeskPlace, session};
use andu_store::{AuditError, Key, Store};
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

fn place(profile: &Profile) -> DeskPlace {
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
    DeskPlace {
        folder: root.join(name),
        profile: profile.profile.clone(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: variable("ANDU_NO_KEYRING").is_none(),
    }
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
    let desk = Desk::new(place(profile), false)?;
    if !desk.place.is_used() {
        return Err(about_folder(&desk.place.folder, "desk.none_here"));
    }
    session::unlock_by_password(&desk, &password(profile)?)?;
    Ok(desk)
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

/// Writes a backup.
pub fn backup(args: &Backup) -> Result<Done, ApiError> {
    if let Some(folder) = &args.server {
        let bytes = andu_server::back_up(&andu_server::Server::open_existing(folder)?, &args.file)?;
        let said = format!("服务器已备份到 {}，{bytes} 字节", args.file.display());
        return Ok(Done::clean(json!({ "bytes": bytes }), said));
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
        let bytes = andu_server::restore(&args.file, folder)?;
        let said = "服务器已恢复。启动后，各电脑会自动补送这份备份之后办理过的内容。";
        return Ok(Done::clean(json!({ "bytes": bytes }), said.into()));
    }
    let desk = Desk::new(place(&args.profile), false)?;
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
    match verified {
        Ok(entries) => Ok(Done::clean(
            json!({ "entries": entries, "whole": true }),
            format!("审计日志完整，共 {entries} 条"),
        )),
        Err(AuditError::Broken(entry)) => Ok(Done {
            json: json!({ "broken_at": entry, "whole": false }),
            text: format!("审计日志在第 {entry} 条处被改动"),
            clean: false,
            aside: String::new(),
        }),
        Err(AuditError::Store(error)) => Err(error.into()),
    }
}

fn server_store(folder: &Path) -> Result<Store, ApiError> {
    andu_server::check_there(folder)?;
    Ok(Store::open(&folder.join("server.db"), Key::Plain)?)
}

fn verify(store: &Store) -> Result<u64, AuditError> {
    store.read(|reader| reader.audit_verify())
}
