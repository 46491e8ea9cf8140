//! Reads `tauri.conf.json` beside the workspace manifest, and what the window may do under `src-tauri/`.

fn main() {
    let app = tauri_build::AppManifest::new()
        .permissions_path_pattern("./src-tauri/permissions/**/*.toml");
    let attributes = tauri_build::Attributes::new()
        .app_manifest(app)
        .capabilities_path_pattern("./src-tauri/capabilities/**/*.json");
    for watched in [
        "src-tauri/capabilities",
        "src-tauri/permissions",
        "assets/icons",
        "ui/dist",
    ] {
        println!("cargo:rerun-if-changed={watched}");
    }
    if std::env::var_os("CARGO_CFG_TARGET_OS").is_some_and(|os| os == "linux") {
        // WebKitGTK brings the system's SQLite. Without this the linker would hand it our SQLCipher instead.
        println!("cargo:rustc-link-arg-bins=-Wl,--exclude-libs,ALL");
    }
    if let Err(error) = tauri_build::try_build(attributes) {
        panic!("could not prepare the window: {error:#}");
    }
}
