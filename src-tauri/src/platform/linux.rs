//! Linux: WebKitGTK.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use tauri::WebviewWindow;
use webkit2gtk::{InputMethodContextExt, WebViewExt};

use crate::first_paint::FirstPaint;

/// What to turn off, one after the other, where the page does not show.
pub const FALLBACKS: &[(&str, &str)] = &[
    ("WEBKIT_DISABLE_DMABUF_RENDERER", "1"),
    ("WEBKIT_DISABLE_COMPOSITING_MODE", "1"),
];

/// A page that dies more often than this is left dead.
const MOST_RELOADS: u32 = 5;

/// Whether the library of tray icons is there; without it, asking for one would end the program.
pub fn has_tray() -> bool {
    ["libayatana-appindicator3.so.1", "libappindicator3.so.1"]
        .iter()
        .any(|name| {
            #[expect(
                unsafe_code,
                reason = "opening a library is the only way to learn that it opens"
            )]
            // SAFETY: the library is the one the tray icon itself loads; its initialisers are GTK's.
            unsafe {
                libloading::Library::new(*name).is_ok()
            }
        })
}

/// What a new window needs here: input methods that show what is being typed, and life after a crash of the
/// process that draws.
pub fn after_made(window: &WebviewWindow, first_paint: &Arc<FirstPaint>) {
    set_preedit(window, true);
    let first_paint = Arc::clone(first_paint);
    let reloads = AtomicU32::new(0);
    let done = window.with_webview(move |webview| {
        webview
            .inner()
            .connect_web_process_terminated(move |page, reason| {
                let had_spoken = first_paint.page_died();
                tracing::error!(?reason, had_spoken, "the process of the page ended");
                // Before its first word the watchdog starts the program again.
                if had_spoken && reloads.fetch_add(1, Ordering::Relaxed) < MOST_RELOADS {
                    page.reload();
                }
            });
    });
    if let Err(error) = done {
        tracing::warn!(%error, "nobody watches the process of the page");
    }
}

/// Whether an input method shows what is being typed in its place in the text. wry turns it off for old
/// versions of WebKitGTK that misplaced the candidates; without it pinyin is invisible until it is chosen.
pub fn set_preedit(window: &WebviewWindow, enabled: bool) {
    let done = window.with_webview(move |webview| {
        if let Some(context) = webview.inner().input_method_context() {
            context.set_enable_preedit(enabled);
        }
    });
    if let Err(error) = done {
        tracing::warn!(%error, "preedit could not be set");
    }
}
