//! The main window: how it is made, where it may go, and how it comes to the front.

use std::sync::Arc;

use tauri::{
    AppHandle, Manager, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent, PermissionResponse},
};

use crate::{
    first_paint::FirstPaint,
    leave, platform,
    start::Start,
    words::{say, say_with},
};

/// Label of the main window.
pub const MAIN: &str = "main";

/// The title of the window.
pub fn title(profile: &str) -> String {
    if profile.is_empty() {
        return say("window.title");
    }
    say_with("window.title_profile", &[("profile", profile)])
}

/// Makes the main window. It shows our own page and nothing else: no other address, no second window, no
/// download, no camera, no inspector.
///
/// # Errors
/// Where the system cannot make a window.
pub fn make(
    app: &AppHandle,
    start: &Start,
    first_paint: &Arc<FirstPaint>,
) -> tauri::Result<WebviewWindow> {
    let windows = &app.config().app.windows;
    let shape = windows.iter().find(|window| window.label == MAIN);
    let shape = shape.expect("BUG: tauri.conf.json describes the main window");
    let signs = Arc::clone(first_paint);
    let window = WebviewWindowBuilder::from_config(app, shape)?;
    #[cfg(feature = "e2e")]
    let window = window.initialization_script(crate::test_seam::NOTE_REFUSALS);
    let window = window
        .title(title(&start.place.profile))
        .data_directory(start.window_folder().join("web"))
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .on_page_load(move |_, load| match load.event() {
            PageLoadEvent::Started | PageLoadEvent::Finished => signs.sign_of_life(),
        })
        .build()?;
    let leaving = app.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::CloseRequested { api, .. } = event {
            api.prevent_close();
            leave::leave(&leaving);
        }
    });
    platform::after_made(&window, first_paint);
    Ok(window)
}

/// Brings the main window to the front.
pub fn show(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let shown = window
        .show()
        .and_then(|()| window.unminimize())
        .and_then(|()| window.set_focus());
    if let Err(error) = shown {
        tracing::warn!(%error, "the window does not come to the front");
    }
}

/// Whether an address is our own page.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // WebView2 knows custom schemes under this name.
        "http" => {
            cfg!(windows) && url.host_str() == Some("tauri.localhost") && url.port().is_none()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_but_to_its_own_page() {
        let own = |address: &str| is_own(&address.parse().expect("an address"));
        assert!(own("tauri://localhost/index.html#/drafts"));
        for address in [
            "https://example.com/",
            "http://localhost/",
            "http://tauri.localhost.example.com/",
            "tauri://elsewhere/",
            "file:///etc/passwd",
            "data:text/html,hello",
            "javascript:alert(1)",
            "about:blank",
        ] {
            assert!(!own(address), "{address} was let through");
        }
    }
}
