//! From the name of a command to what does it. Rows that the table answers itself go there; the rest
//! concern this desk alone and are done here.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use andu_api::{
    ApiError, ErrorCode, Row, Tag, Write, find_row, row::Permission, session::FileChoose, text,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    Desk, bundle, check, diagnostics, incoming, intake, issued, joining, open::OpenDesk, original,
    paper_form, pending, preview, print, process_book, register, renewal, revision, session,
    setting, sheet, supervision, sync, transfer, version, writing,
};

/// Readings that are the server's alone.
const AT_SERVER: [&str; 7] = [
    "joining_list",
    "joining_review",
    andu_api::process::AT_SERVER[0],
    andu_api::process::AT_SERVER[1],
    andu_api::process::AT_SERVER[2],
    andu_api::register::AT_SERVER[0],
    andu_api::register::AT_SERVER[1],
];

/// Calls a command; a panic inside it is our mistake, is logged under a number, and ends only this call.
pub fn call(desk: &Arc<Desk>, name: &str, args: Value) -> Result<Value, ApiError> {
    let answered = catch_unwind(AssertUnwindSafe(|| route(desk, name, args)));
    let mut answered =
        answered.unwrap_or_else(|_| Err(text::error_with(ErrorCode::Bug, "desk.failed", &[])));
    if let Err(error) = &mut answered
        && error.code == ErrorCode::Bug
    {
        let reference = Uuid::new_v4().simple().to_string()[..8].to_uppercase();
        tracing::error!(command = name, key = error.key, reference, "command failed");
        error.fields.insert("reference".into(), reference.clone());
        error.sentence = text::sentence(&error.key, &error.fields);
        error.reference = reference;
    }
    answered
}

fn route(desk: &Arc<Desk>, name: &str, args: Value) -> Result<Value, ApiError> {
    let unknown = || {
        text::error_with(
            ErrorCode::Invalid,
            "desk.unknown_command",
            &[("name", name.to_owned())],
        )
    };
    let row = find_row(name).ok_or_else(unknown)?;
    let only_in_browser = || text::error("account.only_in_browser");
    if row.permission == Permission::Anyone {
        if row.write == Write::Server {
            return Err(only_in_browser());
        }
        let answer = closed(desk, name, args).ok_or_else(unknown)??;
        announce(desk, row);
        return Ok(answer);
    }
    let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
    if let Some(grant) = row.permission.grant()
        && !open.person_today()?.may(grant)
    {
        return Err(text::error("command.forbidden"));
    }
    if row.write == Write::Server {
        return Err(only_in_browser());
    }
    let answer = match row.serve {
        Some(serve) => served(&open, row, serve, args)?,
        None => at_desk(desk, &open, name, args).ok_or_else(unknown)??,
    };
    announce(desk, row);
    Ok(answer)
}

fn served(
    open: &OpenDesk,
    row: &Row,
    serve: andu_api::row::Serve,
    args: Value,
) -> Result<Value, ApiError> {
    // Everything that reads or moves a draft sees what was typed last.
    let about = ["id", "draft_id"]
        .iter()
        .find_map(|name| args.get(name)?.as_str());
    let about = about.map(str::to_owned);
    if let Some(id) = &about {
        open.writings.flush(open, id)?;
    }
    // What desks bring, what runs in which others take part, and the tasks of others lie at the server alone.
    let answer = match open.link.get() {
        Some(link)
            if AT_SERVER.contains(&row.name)
                || (row.name == "task_figures" && args["reach"] != "own") =>
        {
            link.post(&format!("/api/{}", row.name), &args)?
        }
        _ => serve(open, args)?,
    };
    if row.write == Write::Act
        && row.name.starts_with("draft_")
        && answer["kind"] != "rejected"
        && let Some(id) = &about
    {
        // The text is frozen or free again: the editor opens it anew.
        open.writings.forget(id);
    }
    Ok(answer)
}

fn announce(desk: &Desk, row: &Row) {
    // The page itself knows what its own commands make stale; other windows and lists are told here.
    if !row.stale.is_empty() && row.stale != [Tag::Findings] {
        desk.events.stale(row.stale);
    }
}

/// Reads the arguments, works, writes the answer.
fn done<A: DeserializeOwned, R: Serialize>(
    args: Value,
    work: impl FnOnce(A) -> Result<R, ApiError>,
) -> Result<Value, ApiError> {
    let args = serde_json::from_value(args).map_err(|error| text::bad_arguments(&error))?;
    Ok(serde_json::to_value(work(args)?).expect("BUG: answers are plain data"))
}

/// Commands that work while the desk is closed.
fn closed(desk: &Arc<Desk>, name: &str, args: Value) -> Option<Result<Value, ApiError>> {
    use andu_api::session as s;
    Some(match name {
        "session_status" => done(args, |_: s::Nothing| Ok(session::status(desk))),
        "session_setup" => done(args, |a: s::SessionSetup| session::set_up(desk, &a)),
        "session_unlock" => done(args, |a: s::SessionUnlock| {
            session::unlock_by_password(desk, &a.password)
        }),
        "session_unlock_by_keyring" => done(args, |_: s::Nothing| session::unlock_by_keyring(desk)),
        "session_recover" => done(args, |a: s::SessionRecover| session::recover(desk, &a)),
        "file_choose" => done(args, |a: FileChoose| Ok(choose(desk, &a))),
        "backup_restore" => done(args, |a: s::BackupRestore| {
            session::restore_backup(desk, &a)
        }),
        "diagnostics_create" => done(args, |a: s::FileToken| diagnostics::create(desk, &a)),
        "sync_join" => done(args, |a: andu_api::setting::SyncJoin| sync::join(desk, &a)),
        _ => return None,
    })
}

fn choose(desk: &Desk, args: &FileChoose) -> Option<andu_api::session::ChosenFile> {
    let chooser = desk.chooser()?;
    chooser(args).map(|path| desk.files.choose(&path))
}

/// Commands of an open desk that concern it alone.
fn at_desk(
    desk: &Arc<Desk>,
    open: &Arc<OpenDesk>,
    name: &str,
    args: Value,
) -> Option<Result<Value, ApiError>> {
    use andu_api::{draft as d, original as o, session as s, version as v, vocabulary as w};
    Some(match name {
        "session_lock" => done(args, |_: s::Nothing| {
            desk.lock();
            Ok(())
        }),
        "session_change_password" => done(args, |a: s::SessionChangePassword| {
            session::change_password(desk, &a)
        }),
        "session_recovery_code" => done(args, |a: s::SessionRecoveryCode| {
            session::renew_recovery_code(desk, &a)
        }),
        "session_keyring" => done(args, |a: s::SessionKeyring| {
            session::set_keyring(desk, a.enabled)
        }),
        "session_me" => done(args, |_: s::Nothing| session::me(open)),
        "backup_create" => done(args, |a: s::FileToken| session::create_backup(desk, &a)),
        "draft_open" => done(args, |a: d::DraftRef| writing::open(open, &a)),
        "draft_update" => done(args, |a: d::DraftUpdate| writing::update(open, &a)),
        "draft_flush" => done(args, |a: d::DraftRef| writing::flush(open, &a)),
        "draft_close" => done(args, |a: d::DraftRef| {
            version::keep_automatic(open, &a.id)?;
            writing::close(open, &a)
        }),
        "live_cursor" => done(args, |a: andu_api::live::LiveCursor| {
            Ok(open.lines.point(&a))
        }),
        "draft_import" => done(args, |a: d::DraftImport| transfer::import(open, &a)),
        "draft_export" => done(args, |a: d::DraftExport| transfer::export(open, &a)),
        "version_list" => done(args, |a: d::DraftRef| version::list(open, &a)),
        "version_save" => done(args, |a: v::VersionSave| version::save(open, &a)),
        "version_compare" => done(args, |a: v::VersionCompare| version::compare(open, &a)),
        "version_restore" => done(args, |a: v::VersionRef| version::restore(open, &a)),
        "preview_get" => done(args, |a: d::DraftRef| preview::get(open, &a)),
        "preview_proof" => done(args, |a: d::DraftRef| preview::proof(open, &a)),
        "check_run" => done(args, |a: d::DraftRef| check::run(open, &a)),
        "check_fix" => done(args, |a: andu_api::check::CheckFix| check::fix(open, &a)),
        "original_questions" => done(args, |a: d::DraftRef| original::questions(open, &a)),
        "original_answer" => done(args, |a: o::OriginalAnswer| original::answer(open, &a)),
        "original_commit" | "incoming_commit" => {
            done(args, |a: o::OriginalCommit| original::commit(open, &a))
        }
        "original_write" => done(args, |a: o::OriginalWrite| original::write(open, &a)),
        "original_text" => done(args, |a: o::OriginalRef| original::words(open, &a)),
        "template_save" => done(args, |a: w::TemplateSave| sheet::save_template(open, &a)),
        "vocabulary_read" => done(args, |a: w::VocabularySheet| sheet::read(open, &a)),
        "vocabulary_write" => done(args, |a: w::VocabularySheet| sheet::write(open, &a)),
        _ => return jobs(desk, open, name, args),
    })
}

fn jobs(
    desk: &Desk,
    open: &Arc<OpenDesk>,
    name: &str,
    args: Value,
) -> Option<Result<Value, ApiError>> {
    use andu_api::{
        draft::DraftRef,
        form as f, incoming as i, joining as j, print as p,
        process::file::ProcessFileWrite,
        register as r,
        revision::RevisionSettle,
        session::{FileToken, Nothing},
    };
    Some(match name {
        "printer_list" => done(args, |_: Nothing| print::printers(open)),
        "printer_offset" => done(args, |a: p::PrinterOffset| print::set_offset(open, &a)),
        "print_start" => done(args, |a: p::PrintStart| print::start(open, &a)),
        "process_book_write" => done(args, |a: andu_api::process::ProcessBook| {
            process_book::write(open, &a)
        }),
        "process_file_read" => done(args, |a: FileToken| process_book::read_file(open, &a)),
        "process_file_write" => done(args, |a: ProcessFileWrite| {
            process_book::write_file(open, &a)
        }),
        "form_write" => done(args, |a: p::FormWrite| paper_form::write(open, &a)),
        "incoming_register_write" => {
            done(args, |a: p::RegisterWrite| paper_form::write_year(open, &a))
        }
        "number_register_write" => done(args, |a: p::SeriesBookWrite| {
            paper_form::write_series(open, &a)
        }),
        "register_look" => done(args, |a: r::RegisterLook| register::look(open, &a)),
        "register_import" => done(args, |a: r::RegisterImport| register::import(open, &a)),
        "form_look" => done(args, |a: f::FormLookAt| paper_form::look(open, &a)),
        "form_read" => done(args, |a: f::FormRead| paper_form::read(open, &a)),
        "form_text_write" => done(args, |a: f::FormTextWrite| paper_form::write_text(open, &a)),
        "revision_send" => done(args, |a: DraftRef| revision::send(open, &a)),
        "revision_settle" => done(args, |a: RevisionSettle| revision::settle(open, &a)),
        "revision_discard" => done(args, |a: DraftRef| revision::discard(open, &a)),
        "issued_write" => done(args, |a: andu_api::issued::IssuedWrite| {
            issued::write(open, &a)
        }),
        "supervision_circular_write" => {
            done(args, |a: andu_api::supervision::SupervisionCircular| {
                supervision::write_circular(open, &a)
            })
        }
        "intake_begin" => done(args, |a: andu_api::intake::IntakeBegin| {
            intake::begin(open, &a)
        }),
        "incoming_attach" => done(args, |a: i::IncomingAttach| incoming::attach(open, &a)),
        "incoming_register" => done(args, |a: i::IncomingRegister| incoming::register(open, &a)),
        "record_attach" => done(args, |a: i::IncomingAttach| incoming::attach_scan(open, &a)),
        "incoming_look" => done(args, |a: i::IncomingFileRef| incoming::look(open, &a)),
        "print_preview" => done(args, |a: p::PrintPreviewLook| print::show(open, &a)),
        "print_preview_close" => done(args, |_: Nothing| {
            print::close(open);
            Ok(())
        }),
        "print_jobs" => done(args, |_: Nothing| print::jobs(open)),
        "setting_get" => done(args, |_: Nothing| setting::get(open)),
        "setting_put" => done(args, |a: andu_api::setting::Settings| setting::put(open, a)),
        "sync_status" => done(args, |_: Nothing| sync::status(open)),
        "sync_items" => done(args, |_: Nothing| pending::items(open)),
        "sync_take_back" => done(args, |a: andu_api::setting::SyncTakeBack| {
            pending::take_back(open, &a)
        }),
        "enrolment_renew" => done(args, |a: andu_api::setting::EnrolmentRenew| {
            renewal::renew(desk, open, &a)
        }),
        "join_state" => done(args, |_: Nothing| joining::state(open)),
        "join_begin" => done(args, |a: j::JoinBegin| joining::begin(desk, open, &a)),
        "join_review" => done(args, |a: j::JoiningLook| joining::review(desk, open, &a)),
        "join_confirm" => done(args, |a: j::JoinConfirm| joining::confirm(desk, open, &a)),
        "join_abandon" => done(args, |_: Nothing| joining::abandon(desk, open)),
        "sync_now" => done(args, |_: Nothing| {
            open.sync.wake();
            sync::status(open)
        }),
        _ => return discs(open, name, args),
    })
}

fn discs(open: &Arc<OpenDesk>, name: &str, args: Value) -> Option<Result<Value, ApiError>> {
    use andu_api::{bundle as b, session as s};
    Some(match name {
        "bundle_list" => done(args, |_: s::Nothing| bundle::list(open)),
        "bundle_card_write" => done(args, |a: s::FileToken| bundle::write_card(open, &a)),
        "bundle_card_read" => done(args, |a: s::FileToken| bundle::read_card(open, &a)),
        "bundle_server_declare" => done(args, |a: b::BundlePeerDeclare| bundle::declare(open, &a)),
        "bundle_export" => done(args, |a: b::BundleExport| bundle::export(open, &a)),
        "bundle_check" => done(args, |a: s::FileToken| bundle::check(open, &a)),
        "bundle_import" => done(args, |a: b::BundleImport| bundle::import(open, &a)),
        "bundle_acknowledge" => done(args, |a: b::BundleAcknowledge| {
            bundle::acknowledge(open, &a)
        }),
        _ => return None,
    })
}

/// Whether every row of the table is answered by somebody; the test of this module asks.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_answered() {
        let folder = tempfile::TempDir::new().expect("a temporary folder");
        let place = crate::place::DeskPlace {
            folder: folder.path().join("desk"),
            profile: String::new(),
            fonts: Vec::new(),
            pdfium: None,
            keyring: false,
        };
        let desk = Desk::new(place, false).expect("a closed desk");
        let setup = serde_json::json!({
            "agency": "望溪县水务局", "short_name": "", "authority_code": "望水", "department": "办公室",
            "person": "何雨桐", "post": "科员", "password": "correct horse", "demo": false,
        });
        desk.call("session_setup", setup).expect("first run");
        for row in andu_api::table() {
            if matches!(row.name, "session_lock" | "session_setup" | "sync_join") {
                continue;
            }
            // Arguments of the wrong shape: whoever answers says so, and nobody is unknown.
            let answer = desk.call(row.name, serde_json::json!({ "no such field": 1 }));
            let key = answer.err().map(|error| error.key);
            assert_ne!(
                key.as_deref(),
                Some("desk.unknown_command"),
                "{} is answered by nobody",
                row.name
            );
        }
    }
}
