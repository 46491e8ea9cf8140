//! The Debian package: the desk, the `andu` command and the page renderer in one .deb.

use std::{env, fs, path::Path, process::Command};

use serde_json::json;

/// Builds release binaries, bundles them and puts the .deb into `target/package/`.
///
/// `ANDU_PDFIUM` names the library to ship. It is laid over `tauri.conf.json` only here, so that
/// other builds need no library in place.
pub fn run(root: &Path) -> Result<(), String> {
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), Into::into);
    let pdfium = env::var_os("ANDU_PDFIUM")
        .and_then(|path| path.into_string().ok())
        .ok_or("`ANDU_PDFIUM` is not set: use ./dev package")?;
    super::run(Command::new(env!("CARGO")).current_dir(root).args([
        "build",
        "--release",
        "--package",
        "andu-cli",
    ]))?;
    let command = target.join("release/andu");
    let overlay = json!({
        "build": { "beforeBuildCommand": null },
        "bundle": {
            "resources": { pdfium: "libpdfium.so" },
            "linux": { "deb": { "files": { "/usr/bin/andu": command } } },
        },
    });
    let folder = root.join("target/package");
    let overlay_path = folder.join("overlay.json");
    let text = |error: std::io::Error| format!("could not write under `target/package`: {error}");
    fs::create_dir_all(&folder).map_err(text)?;
    fs::write(&overlay_path, overlay.to_string()).map_err(text)?;
    super::run(
        Command::new(root.join("ui/node_modules/.bin/tauri"))
            .current_dir(root)
            .args(["build", "--ci", "--bundles", "deb", "--config"])
            .arg(&overlay_path),
    )?;
    fs::remove_file(&overlay_path).map_err(text)?;
    for entry in fs::read_dir(target.join("release/bundle/deb"))
        .map_err(text)?
        .flatten()
    {
        let path = entry.path();
        if path.extension().is_some_and(|end| end == "deb") {
            let to = folder.join(entry.file_name());
            fs::copy(&path, &to).map_err(text)?;
            println!("{}", to.display());
        }
    }
    Ok(())
}
