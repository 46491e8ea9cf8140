//! The empty window that `./dev bench start` measures against: Tauri, one page, one line of text.

fn main() {
    let context = tauri::generate_context!("tests/bench/empty/tauri.conf.json");
    if let Err(error) = tauri::Builder::default().run(context) {
        eprintln!("empty-window: {error}");
    }
}
