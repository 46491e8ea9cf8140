//! The icon in the tray: open, lock, quit.

use std::{sync::Arc, thread};

use andu_desk::Desk;
use tauri::{
    AppHandle, Manager,
    menu::{Menu, MenuItem},
    tray::{MouseButton, MouseButtonState, TrayIconBuilder, TrayIconEvent},
};

use crate::{leave, platform, start::Start, window, words::say};

/// Puts the icon into the tray. A system without one does without.
pub fn place(app: &AppHandle, start: &Start) {
    if !platform::has_tray() {
        tracing::info!("no tray on this system");
        return;
    }
    if let Err(error) = build(app, start) {
        tracing::warn!(%error, "no icon in the tray");
    }
}

fn build(app: &AppHandle, start: &Start) -> tauri::Result<()> {
    let item = |id: &str| {
        MenuItem::with_id(
            app,
            id,
            say(&format!("window.tray_{id}")),
            true,
            None::<&str>,
        )
    };
    let menu = Menu::with_items(app, &[&item("open")?, &item("lock")?, &item("quit")?])?;
    let mut tray = TrayIconBuilder::with_id("andu")
        .menu(&menu)
        .tooltip(window::title(&start.place.profile))
        .temp_dir_path(start.window_folder())
        // On Linux the menu is all there is: indicators hear no clicks.
        .show_menu_on_left_click(cfg!(target_os = "linux"))
        .on_menu_event(|app, event| match event.id.as_ref() {
            "open" => window::show(app),
            "lock" => lock(app),
            "quit" => leave::leave(app),
            _ => {}
        })
        .on_tray_icon_event(|tray, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                window::show(tray.app_handle());
            }
        });
    if let Some(icon) = app.default_window_icon() {
        tray = tray.icon(icon.clone());
    }
    tray.build(app)?;
    Ok(())
}

fn lock(app: &AppHandle) {
    let Some(desk) = app.try_state::<Arc<Desk>>() else {
        return;
    };
    let desk = Arc::clone(&desk);
    // Locking writes what is in memory: not on the thread that draws.
    thread::spawn(move || desk.lock());
}
