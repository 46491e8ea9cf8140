//! The window of `./dev bench list`: opens the desk at `ANDU_HOME`, shows the page in the folder given as its one
//! argument, prints what the page reports, and ends.

use std::{env, fs, path::PathBuf, sync::Arc};

use andu_desk::{Desk, andu_api::ApiError, place::DeskPlace};
use serde_json::{Value, json};
use tauri::{
    State, WebviewUrl, WebviewWindowBuilder,
    http::{Request, Response},
};

#[tauri::command]
async fn call(desk: State<'_, Arc<Desk>>, name: String, args: Value) -> Result<Value, ApiError> {
    let desk = Arc::clone(&desk);
    let work = tauri::async_runtime::spawn_blocking(move || desk.call(&name, args));
    work.await.unwrap_or(Ok(Value::Null))
}

fn main() {
    if let Err(error) = show() {
        eprintln!("list-window: {error}");
        std::process::exit(1);
    }
}

fn show() -> Result<(), String> {
    let page = env::args_os().nth(1).map(PathBuf::from);
    let page = page.ok_or("which folder holds the page?")?;
    let folder = env::var_os("ANDU_HOME").map(PathBuf::from);
    let place = DeskPlace {
        folder: folder.ok_or("ANDU_HOME is not set")?.join("bench"),
        profile: "bench".to_owned(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: false,
    };
    let desk = Desk::new(place, false).map_err(|error| format!("{error:?}"))?;
    desk.call("session_unlock", json!({ "password": "bench-7421-bench" }))
        .map_err(|error| format!("{error:?}"))?;
    tauri::Builder::default()
        .manage(desk)
        .invoke_handler(tauri::generate_handler![call])
        .register_uri_scheme_protocol("bench", move |_, request| answer(&page, &request))
        .setup(|app| {
            let address = "bench://localhost/list.html".parse()?;
            WebviewWindowBuilder::new(app, "main", WebviewUrl::CustomProtocol(address))
                .inner_size(1366.0, 768.0)
                .build()?;
            Ok(())
        })
        .run(tauri::generate_context!("tests/bench/list/tauri.conf.json"))
        .map_err(|error| error.to_string())
}

/// A file of the page, or the end: what the page has to say.
fn answer(page: &std::path::Path, request: &Request<Vec<u8>>) -> Response<Vec<u8>> {
    let path = request.uri().path().trim_start_matches('/');
    if path == "report" {
        println!("{}", String::from_utf8_lossy(request.body()));
        std::process::exit(0);
    }
    let kind = match path.rsplit_once('.').map(|(_, end)| end) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        _ => "application/octet-stream",
    };
    let (status, body) = match fs::read(page.join(path)) {
        Ok(bytes) => (200, bytes),
        Err(_) => (404, Vec::new()),
    };
    Response::builder()
        .status(status)
        .header("content-type", kind)
        .body(body)
        .unwrap_or_default()
}
