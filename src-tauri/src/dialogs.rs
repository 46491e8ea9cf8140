//! Asks the person for a file in the system's own dialog.

use std::path::{Path, PathBuf};

use andu_desk::andu_api::session::{FileChoose, FilePurpose};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

use crate::{window::MAIN, words::say};

/// A dialog: its title, the files it shows, and whether one is read or written.
struct Shape {
    title: &'static str,
    files: Option<(&'static str, &'static [&'static str])>,
    writes: bool,
    /// A folder and not a file.
    folder: bool,
}

const DOCUMENTS: &[&str] = &[
    "docx", "doc", "wps", "wpt", "rtf", "odt", "txt", "md", "json",
];

/// What documents come as.
const INCOMING: &[&str] = &[
    "pdf", "ofd", "png", "jpg", "jpeg", "tif", "tiff", "docx", "doc", "wps",
];

/// What processes are kept as.
const PROCESSES: &[&str] = &["bpmn", "xml", "json"];

const fn shape(purpose: FilePurpose) -> Shape {
    use FilePurpose as P;
    let (title, files, writes) = match purpose {
        P::ImportDraft => (
            "window.choose_import_draft",
            Some(("window.files_documents", DOCUMENTS)),
            false,
        ),
        P::ExportDraft => ("window.choose_export_draft", None, true),
        P::Image => (
            "window.choose_image",
            Some((
                "window.files_images",
                &["png", "jpg", "jpeg", "webp"] as &[&str],
            )),
            false,
        ),
        P::ReadVocabulary => (
            "window.choose_read_vocabulary",
            Some(("window.files_sheets", &["xlsx"] as &[&str])),
            false,
        ),
        P::WriteVocabulary => (
            "window.choose_write_vocabulary",
            Some(("window.files_sheets", &["xlsx"] as &[&str])),
            true,
        ),
        P::WriteBackup => (
            "window.choose_write_backup",
            Some(("window.files_backups", &["andu"] as &[&str])),
            true,
        ),
        P::ReadBackup => (
            "window.choose_read_backup",
            Some(("window.files_backups", &["andu"] as &[&str])),
            false,
        ),
        P::WriteDiagnostics => (
            "window.choose_write_diagnostics",
            Some(("window.files_diagnostics", &["zip"] as &[&str])),
            true,
        ),
        P::WriteDisc => ("window.choose_write_disc", None, true),
        P::ReadDisc => ("window.choose_read_disc", None, false),
        P::WriteCard => (
            "window.choose_write_card",
            Some(("window.files_cards", &["json"] as &[&str])),
            true,
        ),
        P::ReadCard => (
            "window.choose_read_card",
            Some(("window.files_cards", &["json"] as &[&str])),
            false,
        ),
        P::IncomingFile => (
            "window.choose_incoming_file",
            Some(("window.files_incoming", INCOMING)),
            false,
        ),
        P::WritePaper => (
            "window.choose_write_paper",
            Some(("window.files_paper", &["pdf", "docx", "xlsx"] as &[&str])),
            true,
        ),
        P::ReadRegister => (
            "window.choose_read_register",
            Some(("window.files_sheets", &["xlsx"] as &[&str])),
            false,
        ),
        P::ReadOriginals => ("window.choose_read_originals", None, false),
        P::ReadForm => (
            "window.choose_read_form",
            Some(("window.files_forms", &["json"] as &[&str])),
            false,
        ),
        P::WriteForm => (
            "window.choose_write_form",
            Some(("window.files_forms", &["json"] as &[&str])),
            true,
        ),
        P::ReadProcess => (
            "window.choose_read_process",
            Some(("window.files_processes", PROCESSES)),
            false,
        ),
        P::WriteProcess => (
            "window.choose_write_process",
            Some(("window.files_processes", PROCESSES)),
            true,
        ),
    };
    Shape {
        title,
        files,
        writes,
        folder: matches!(purpose, P::WriteDisc | P::ReadDisc | P::ReadOriginals),
    }
}

/// The path the person chose; `None` where the dialog was closed. Waits: never called on the main thread.
pub fn choose(app: &AppHandle, asked: &FileChoose) -> Option<PathBuf> {
    let shape = shape(asked.purpose);
    let dialog = dress(app, &shape);
    if shape.folder {
        return dialog.blocking_pick_folder()?.into_path().ok();
    }
    if !shape.writes {
        return dialog.blocking_pick_file()?.into_path().ok();
    }
    let chosen = dialog
        .set_file_name(&asked.suggested_name)
        .blocking_save_file()?;
    Some(with_ending(chosen.into_path().ok()?, &asked.suggested_name))
}

fn dress(app: &AppHandle, shape: &Shape) -> FileDialogBuilder<tauri::Wry> {
    let mut dialog = app.dialog().file().set_title(say(shape.title));
    if let Some(window) = app.get_webview_window(MAIN) {
        dialog = dialog.set_parent(&window);
    }
    if let Some((name, endings)) = shape.files {
        dialog = dialog.add_filter(say(name), endings);
        if !shape.writes {
            dialog = dialog.add_filter(say("window.files_all"), &["*"]);
        }
    }
    dialog
}

/// The dialog of GTK adds no ending; one that was not typed is added, unless that would hit another file
/// about which the dialog has not asked.
fn with_ending(path: PathBuf, suggested: &str) -> PathBuf {
    let Some(ending) = Path::new(suggested).extension() else {
        return path;
    };
    if path.extension() == Some(ending) {
        return path;
    }
    let mut name = path.clone().into_os_string();
    name.push(".");
    name.push(ending);
    let ended = PathBuf::from(name);
    if ended.exists() { path } else { ended }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_ending_is_added_but_never_over_another_file() {
        let folder = std::env::temp_dir().join("andu-dialogs-test");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("taken.pdf"), b"").unwrap();
        let ended = |name: &str| with_ending(folder.join(name), "通知.pdf");
        assert_eq!(ended("a"), folder.join("a.pdf"));
        assert_eq!(ended("v1.2"), folder.join("v1.2.pdf"));
        assert_eq!(ended("b.pdf"), folder.join("b.pdf"));
        assert_eq!(ended("taken"), folder.join("taken"));
        std::fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn every_dialog_has_words() {
        use FilePurpose as P;
        let all = [
            P::ImportDraft,
            P::ExportDraft,
            P::Image,
            P::ReadVocabulary,
            P::WriteVocabulary,
            P::WriteBackup,
            P::ReadBackup,
            P::WriteDiagnostics,
            P::WriteDisc,
            P::ReadDisc,
            P::WriteCard,
            P::ReadCard,
            P::IncomingFile,
            P::WritePaper,
            P::ReadProcess,
            P::WriteProcess,
            P::ReadRegister,
            P::ReadOriginals,
            P::ReadForm,
            P::WriteForm,
        ];
        for purpose in all {
            let shape = shape(purpose);
            let keys = [Some(shape.title), shape.files.map(|(name, _)| name)];
            for key in keys.into_iter().flatten() {
                assert!(andu_desk::andu_api::text::knows(key), "no sentence: {key}");
            }
        }
    }
}
