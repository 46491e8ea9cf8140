//! Windows: WebView2. Written from its documentation and untested: there was no such machine.

use std::sync::Arc;

use tauri::WebviewWindow;

use crate::first_paint::FirstPaint;

/// WebView2 falls back by itself.
pub const FALLBACKS: &[(&str, &str)] = &[];

/// Every Windows has a tray.
pub const fn has_tray() -> bool {
    true
}

/// Nothing to do: WebView2 shows what is being typed and starts its processes again.
pub fn after_made(_window: &WebviewWindow, _first_paint: &Arc<FirstPaint>) {}

/// Nothing to set: WebView2 always shows what is being typed.
pub fn set_preedit(_window: &WebviewWindow, _enabled: bool) {}
