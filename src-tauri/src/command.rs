//! The one Tauri command: a call from the page, carried to the desk.

use std::sync::Arc;

use andu_desk::{
    Desk,
    andu_api::{ApiError, ErrorCode, Window, find_row, text},
};
use serde_json::Value;
use tauri::{State, WebviewWindow};

use crate::{first_paint::FirstPaint, window::MAIN};

/// Calls a row of the command table. The desk works on a thread of its own pool: the window never waits.
///
/// # Errors
/// With a sentence for the person: what the desk says, or that this window may not call this row.
#[tauri::command]
pub async fn call(
    window: WebviewWindow,
    desk: State<'_, Arc<Desk>>,
    first_paint: State<'_, Arc<FirstPaint>>,
    name: String,
    args: Value,
) -> Result<Value, ApiError> {
    if !is_allowed(window.label(), &name) {
        return Err(text::error_with(
            ErrorCode::Forbidden,
            "desk.window",
            &[("name", name)],
        ));
    }
    if name == "session_status" {
        first_paint.page_spoke();
    }
    let desk = Arc::clone(&desk);
    let work = tauri::async_runtime::spawn_blocking(move || desk.call(&name, args));
    work.await.unwrap_or_else(|_| {
        // The panic was logged, by place, where it happened; its message may hold a text.
        tracing::error!("a command did not end");
        Err(text::error_with(
            ErrorCode::Bug,
            "desk.failed",
            &[("reference", String::from("-"))],
        ))
    })
}

/// Whether the window of this label may call this row. Unknown rows are the desk's to refuse.
fn is_allowed(label: &str, name: &str) -> bool {
    let Some(row) = find_row(name) else {
        return label == MAIN;
    };
    row.windows.iter().any(|window| match window {
        Window::Main => label == MAIN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_windows_of_a_row_may_call_it() {
        assert!(is_allowed(MAIN, "draft_open"));
        assert!(!is_allowed("other", "draft_open"));
        assert!(!is_allowed("other", "no_such_row"));
    }
}
