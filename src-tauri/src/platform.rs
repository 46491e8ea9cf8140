//! What differs between systems. Everything that is Windows' own lies in `windows`, Linux' own in `linux`.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub use linux::*;
#[cfg(windows)]
pub use windows::*;

/// Whether a test drives the window. Never in a build without the feature `e2e`.
pub fn is_driven() -> bool {
    cfg!(feature = "e2e") && std::env::var_os(AUTOMATION).is_some()
}

/// Asks Tauri to let a WebDriver drive the window.
const AUTOMATION: &str = "TAURI_WEBVIEW_AUTOMATION";

/// Variables with which somebody else could look into the window or drive it.
const DOORS: &[&str] = &[
    AUTOMATION,
    "TAURI_AUTOMATION",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "WEBVIEW2_BROWSER_EXECUTABLE_FOLDER",
    "WEBVIEW2_USER_DATA_FOLDER",
];

/// Closes every door to the window that a test would use. Called first, while there is one thread.
#[cfg(not(feature = "e2e"))]
pub fn close_doors() {
    for door in DOORS {
        #[expect(
            unsafe_code,
            reason = "the environment may be changed while there is one thread; `run` calls this first"
        )]
        // SAFETY: `run` calls this before anything else; no other thread exists that could read.
        unsafe {
            std::env::remove_var(door);
        }
    }
}

/// A test may drive this build: it says so.
#[cfg(feature = "e2e")]
pub fn close_doors() {
    let open: Vec<_> = DOORS
        .iter()
        .filter(|door| std::env::var_os(door).is_some())
        .collect();
    if !open.is_empty() {
        eprintln!("andu-desktop: test build, driven through {open:?}");
    }
}
