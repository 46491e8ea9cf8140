//! The window of Andu: windows, tray, dialogs, platform quirks. No rules, no SQL, no sync loop: the desk has
//! them, and the page reaches it through one command.

mod command;
mod dialogs;
mod first_paint;
mod instance;
mod leave;
mod page_pictures;
mod platform;
mod start;
#[cfg(feature = "e2e")]
mod test_seam;
mod tray;
mod window;
mod words;

use std::{
    any::Any,
    error::Error,
    path::PathBuf,
    process::ExitCode,
    sync::{Arc, Mutex, PoisonError},
};

use andu_desk::{
    Desk,
    andu_api::{ApiError, DeskEvent, session::FileChoose},
};
use tauri::{AppHandle, Emitter, EventTarget, Manager, RunEvent};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};
use tauri_plugin_window_state::StateFlags;

use crate::{
    first_paint::FirstPaint,
    instance::{FolderLock, InstanceError},
    start::{Start, StartError},
    words::{say, say_with},
};

/// The event under which the page hears the desk.
const DESK_EVENT: &str = "andu://desk";

/// What is still in memory of the log; written when the program ends.
type LogGuard = Mutex<Option<Box<dyn Any + Send>>>;

/// Opens the window and stays until it is closed.
pub fn run() -> ExitCode {
    platform::close_doors();
    let start = match Start::read() {
        Ok(start) => start,
        Err(text @ (StartError::Help | StartError::Version)) => {
            println!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("andu-desktop: {error}");
            return ExitCode::from(2);
        }
    };
    match build(start) {
        Ok(app) => {
            app.run(|app, event| on_event(app, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            tracing::error!(%error, "the window could not be made");
            eprintln!("andu-desktop: the window could not be made: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build(start: Start) -> tauri::Result<tauri::App> {
    let context = tauri::generate_context!("tauri.conf.json");
    let first = tauri_plugin_single_instance::Builder::new()
        // What the second one was told is not taken from it: it only brings this window to the front.
        .callback(|app, _arguments, _folder| window::show(app));
    #[cfg(target_os = "linux")]
    let first = first.dbus_id(start.instance_name());
    let remembered = tauri_plugin_window_state::Builder::new()
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .with_filename(start.window_folder().join("state.json").to_string_lossy());
    tauri::Builder::default()
        .plugin(first.build())
        .plugin(tauri_plugin_dialog::init())
        .plugin(remembered.build())
        .register_asynchronous_uri_scheme_protocol(
            page_pictures::SCHEME,
            |context, request, responder| page_pictures::answer(&context, &request, responder),
        )
        .invoke_handler(tauri::generate_handler![command::call])
        .setup(move |app| {
            let app = app.handle();
            app.manage(leave::Leaving::default());
            match open_desk(app, &start) {
                Ok(()) => open_window(app, &start)?,
                Err(sentence) => give_up(app, &sentence),
            }
            Ok(())
        })
        .build(context)
}

/// Takes the folder, starts the log, and makes a closed desk. The error is a sentence for the person.
fn open_desk(app: &AppHandle, start: &Start) -> Result<(), String> {
    let lock =
        FolderLock::take(&start.window_folder()).map_err(|error| folder_sentence(start, &error))?;
    app.manage(lock);
    match andu_desk::log::start(&start.place.logs()) {
        Ok(guard) => {
            app.manage::<LogGuard>(Mutex::new(Some(Box::new(guard))));
        }
        Err(error) => eprintln!("andu-desktop: no log: {error}"),
    }
    let mut place = start.place.clone();
    place.pdfium = place.pdfium.or_else(|| shipped_pdfium(app));
    let desk = Desk::new(place, start.demo).map_err(|error: ApiError| error.sentence)?;
    app.manage(Arc::clone(&desk));
    connect(app, &desk);
    if let Some(code) = &start.demo_desk
        && let Err(error) = desk.enter_demo(code)
    {
        // The window opens all the same, and asks as it would ask anybody.
        tracing::warn!(key = error.key, "the demo desk did not open by itself");
        eprintln!("andu-desktop: {}", error.sentence);
    }
    Ok(())
}

fn folder_sentence(start: &Start, error: &InstanceError) -> String {
    let folder = start.place.folder.to_string_lossy();
    match error {
        InstanceError::InUse => say_with("window.folder_in_use", &[("folder", &*folder)]),
        InstanceError::Unusable(cause) => say_with(
            "window.folder_failed",
            &[
                ("folder", &*folder),
                ("cause", &andu_desk::file::said(cause)),
            ],
        ),
    }
}

/// The library that came with the package.
fn shipped_pdfium(app: &AppHandle) -> Option<PathBuf> {
    let name = if cfg!(windows) {
        "pdfium.dll"
    } else {
        "libpdfium.so"
    };
    let path = app.path().resource_dir().ok()?.join(name);
    path.is_file().then_some(path)
}

/// What the desk says goes to the page; what it asks for goes to a dialog.
fn connect(app: &AppHandle, desk: &Arc<Desk>) {
    let (page, settings) = (app.clone(), Arc::downgrade(desk));
    desk.events.listen(Arc::new(move |event: DeskEvent| {
        let may_change_settings = matches!(&event, DeskEvent::Stale { tags } if tags.iter().any(|tag| tag == "settings" || tag == "session"));
        if let Err(error) = page.emit_to(EventTarget::webview_window(window::MAIN), DESK_EVENT, event) {
            tracing::warn!(%error, "the page did not hear the desk");
        }
        if may_change_settings && let Some(desk) = settings.upgrade() {
            let page = page.clone();
            tauri::async_runtime::spawn_blocking(move || apply_settings(&page, &desk));
        }
    }));
    let app = app.clone();
    desk.set_chooser(Arc::new(move |asked: &FileChoose| choose(&app, asked)));
}

fn choose(app: &AppHandle, asked: &FileChoose) -> Option<PathBuf> {
    #[cfg(feature = "e2e")]
    if let Some(answers) = std::env::var_os("ANDU_E2E_CHOOSE") {
        return test_seam::choose(answers.as_ref(), asked);
    }
    dialogs::choose(app, asked)
}

/// The settings that are the window's to follow.
fn apply_settings(app: &AppHandle, desk: &Arc<Desk>) {
    let Some(open) = desk.open_desk() else { return };
    let (Ok(settings), Some(window)) = (
        andu_desk::setting::get(&open),
        app.get_webview_window(window::MAIN),
    ) else {
        return;
    };
    platform::set_preedit(&window, settings.preedit);
}

fn open_window(app: &AppHandle, start: &Start) -> Result<(), Box<dyn Error>> {
    let first_paint = Arc::new(FirstPaint::default());
    app.manage(Arc::clone(&first_paint));
    window::make(app, start, &first_paint)?;
    first_paint::watch(app, &first_paint);
    tray::place(app, start);
    Ok(())
}

/// Says why there is no window, and ends.
fn give_up(app: &AppHandle, sentence: &str) {
    tracing::error!("the desk could not be made");
    eprintln!("andu-desktop: {sentence}");
    let ending = app.clone();
    app.dialog()
        .message(sentence)
        .title(say("window.start_failed"))
        .kind(MessageDialogKind::Error)
        .show(move |_| ending.exit(1));
}

fn on_event(app: &AppHandle, event: &RunEvent) {
    if matches!(event, RunEvent::Exit)
        && let Some(guard) = app.try_state::<LogGuard>()
    {
        drop(guard.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}
