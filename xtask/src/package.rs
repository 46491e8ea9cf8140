//! Debian packages: the desk, the `andu` command and the page renderer in one; the Fandol fonts, which
//! have a licence of their own, in another.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::{Value, json};

/// Where packages end up.
const OUT: &str = "target/package";

/// Bundles the release binaries, which `./dev package` has built, into `target/package/*.deb`.
///
/// `ANDU_PDFIUM` names the library to ship and `ANDU_FONTS` the folder that holds `fandol/`. They are
/// laid over `tauri.conf.json` only here, so that other builds need neither in place.
pub fn run(root: &Path) -> Result<(), String> {
    let given = |name: &str| {
        let value = env::var_os(name).and_then(|path| path.into_string().ok());
        value.ok_or(format!("`{name}` is not set: use ./dev package"))
    };
    let target = env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    let out = root.join(OUT);
    fs::create_dir_all(&out).map_err(failed)?;
    bundle(root, &target, &given("ANDU_PDFIUM")?)?;
    for entry in fs::read_dir(target.join("release/bundle/deb"))
        .map_err(failed)?
        .flatten()
    {
        if entry.path().extension().is_some_and(|end| end == "deb") {
            fs::copy(entry.path(), out.join(entry.file_name())).map_err(failed)?;
            println!("{OUT}/{}", entry.file_name().to_string_lossy());
        }
    }
    let fonts = PathBuf::from(given("ANDU_FONTS")?).join("fandol");
    println!("{OUT}/{}", font_package(&fonts, &out)?);
    Ok(())
}

fn bundle(root: &Path, target: &Path, pdfium: &str) -> Result<(), String> {
    let overlay = json!({
        "bundle": {
            "resources": { pdfium: "libpdfium.so" },
            "linux": { "deb": { "files": deb_files(root, target) } },
        },
    });
    let path = root.join(OUT).join("overlay.json");
    fs::write(&path, overlay.to_string()).map_err(failed)?;
    let bundled = super::run(
        Command::new(root.join("ui/node_modules/.bin/tauri"))
            .current_dir(root)
            .args(["bundle", "--ci", "--bundles", "deb", "--config"])
            .arg(&path),
    );
    fs::remove_file(&path).map_err(failed)?;
    bundled
}

/// What the package has besides the desk: the `andu` command, and what makes a machine a server.
fn deb_files(root: &Path, target: &Path) -> Value {
    json!({
        "/usr/bin/andu": target.join("release/andu"),
        // The page for browsers, which the server looks for here.
        "/usr/share/andu/ui": root.join("ui/dist"),
        "/usr/lib/systemd/system/andu.service": root.join("assets/server/andu.service"),
        "/usr/lib/sysusers.d/andu.conf": root.join("assets/server/sysusers.conf"),
        // A template: what an administrator has written under /etc is never replaced.
        "/usr/share/andu/server.conf": root.join("assets/server/server.conf"),
        "/usr/share/doc/andu/administrator.md": root.join("docs/manual/administrator.md"),
    })
}

/// `andu-fonts-fandol`: the fonts where the desk looks for them, with their licence.
fn font_package(fonts: &Path, out: &Path) -> Result<String, String> {
    let stage = out.join("fandol.stage");
    let _ = fs::remove_dir_all(&stage);
    let lie = stage.join("usr/share/andu/fonts/fandol");
    let papers = stage.join("usr/share/doc/andu-fonts-fandol");
    for folder in [&lie, &papers, &stage.join("DEBIAN")] {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    for entry in fs::read_dir(fonts).map_err(failed)?.flatten() {
        let name = entry.file_name();
        let to = match name.to_str() {
            Some(font) if font.ends_with(".otf") => lie.join(font),
            Some("debian-copyright") => papers.join("copyright"),
            _ => papers.join(&name),
        };
        fs::copy(entry.path(), to).map_err(failed)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let control = format!(
        "Package: andu-fonts-fandol\nVersion: {version}\nArchitecture: all\nSection: fonts\n\
         Priority: optional\nMaintainer: Andu contributors <andu@localhost>\n\
         Description: Fandol fonts for Andu\n \
         仿宋, 黑体, 楷体 and 宋体 that stand in where the office has no fonts of its own.\n \
         GPL with font exception; not part of Andu.\n"
    );
    fs::write(stage.join("DEBIAN/control"), control).map_err(failed)?;
    let name = format!("andu-fonts-fandol_{version}_all.deb");
    super::run(
        Command::new("dpkg-deb")
            .args(["--root-owner-group", "--build"])
            .arg(&stage)
            .arg(out.join(&name)),
    )?;
    fs::remove_dir_all(&stage).map_err(failed)?;
    Ok(name)
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that `map_err` wants"
)]
fn failed(error: io::Error) -> String {
    format!("packaging: {error}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_makes_a_server_is_there_to_be_packed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let files = deb_files(&root, &root.join("target"));
        for (name, source) in files.as_object().expect("files") {
            let source = Path::new(source.as_str().expect("a path"));
            let is_built = name == "/usr/bin/andu" || name == "/usr/share/andu/ui";
            assert!(is_built || source.is_file(), "{name}: {source:?}");
        }
        let unit = fs::read_to_string(root.join("assets/server/andu.service")).expect("the unit");
        for name in [
            "/usr/bin/andu serve",
            "User=andu",
            "EnvironmentFile=/etc/andu/server.conf",
        ] {
            assert!(unit.contains(name), "{name}");
        }
    }

    #[test]
    fn the_font_package_carries_fonts_and_their_licence() {
        let folder = env::temp_dir().join(format!("andu-package-{}", std::process::id()));
        let fonts = folder.join("fandol");
        fs::create_dir_all(&fonts).unwrap();
        for name in ["FandolFang-Regular.otf", "README", "debian-copyright"] {
            fs::write(fonts.join(name), name).unwrap();
        }
        let name = font_package(&fonts, &folder).unwrap();
        let listed = Command::new("dpkg-deb")
            .arg("-c")
            .arg(folder.join(name))
            .output()
            .unwrap();
        let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
        fs::remove_dir_all(&folder).unwrap();
        assert!(
            listed.contains("./usr/share/andu/fonts/fandol/FandolFang-Regular.otf"),
            "{listed}"
        );
        assert!(
            listed.contains("./usr/share/doc/andu-fonts-fandol/copyright"),
            "{listed}"
        );
    }
}
