//! Chinese input as a clerk has it: fcitx5 between the keyboard and the window.

use std::{
    fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// fcitx5 with pinyin, with a configuration of its own; it ends with this value.
pub struct Pinyin(Child);

impl Pinyin {
    /// Starts fcitx5 on this screen and session bus. Windows opened with [`Self::variables`] use it.
    pub fn start(folder: &Path) -> Self {
        let profile = folder.join("fcitx5/profile");
        fs::create_dir_all(folder.join("fcitx5")).expect("a folder for the input method");
        let lines = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n\n\
            [Groups/0/Items/0]\nName=keyboard-us\nLayout=\n\n\
            [Groups/0/Items/1]\nName=pinyin\nLayout=\n\n[GroupOrder]\n0=Default\n";
        fs::write(profile, lines).expect("a profile of the input method");
        let fcitx = Command::new("fcitx5")
            .arg("--disable=wayland,notifications")
            .env("XDG_CONFIG_HOME", folder)
            .env("XDG_DATA_HOME", folder.join("data"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("fcitx5 starts (Debian: fcitx5, fcitx5-chinese-addons, fcitx5-frontend-gtk3)");
        let pinyin = Self(fcitx);
        pinyin.until("fcitx5 is on the session bus", is_on_the_bus);
        pinyin
    }

    /// What a window needs in its environment to use it.
    pub const fn variables() -> &'static [(&'static str, &'static str)] {
        &[("GTK_IM_MODULE", "fcitx"), ("XMODIFIERS", "@im=fcitx")]
    }

    /// Switches the focused window to pinyin.
    pub fn switch_on(&self) {
        self.until("pinyin is on", || {
            ask(&["-s", "pinyin"]);
            ask(&["-n"]).is_some_and(|name| name.trim() == "pinyin")
        });
    }

    fn until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        for _ in 0..400 {
            if is_so() {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("waited 20 s in vain until {what}");
    }
}

impl Drop for Pinyin {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Asked of the bus itself: `fcitx5-remote` would have it start an fcitx5 without our configuration.
fn is_on_the_bus() -> bool {
    let answer = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply=literal",
            "--dest=org.freedesktop.DBus",
            "/",
        ])
        .args([
            "org.freedesktop.DBus.NameHasOwner",
            "string:org.fcitx.Fcitx5",
        ])
        .output();
    answer.is_ok_and(|answer| String::from_utf8_lossy(&answer.stdout).contains("true"))
}

fn ask(arguments: &[&str]) -> Option<String> {
    let answer = Command::new("fcitx5-remote")
        .args(arguments)
        .output()
        .ok()?;
    (answer.status.success()).then(|| String::from_utf8_lossy(&answer.stdout).into_owned())
}

/// A click of the real mouse at a point of the desk's window: what a person does before typing.
pub fn click_at((x, y): (i64, i64)) {
    let found = Command::new("xdotool")
        .args(["search", "--onlyvisible", "--class", "andu-desktop"])
        .output()
        .expect("xdotool runs");
    let found = String::from_utf8_lossy(&found.stdout);
    let window = found.lines().last().expect("the window is on the screen");
    let (x, y) = (x.to_string(), y.to_string());
    xdotool(&["windowactivate", "--sync", window]);
    xdotool(&["mousemove", "--window", window, &x, &y, "click", "1"]);
}

/// Types on the real keyboard, as the X server hears it.
pub fn type_keys(text: &str) {
    xdotool(&["type", "--delay", "150", text]);
}

/// Presses one key of the real keyboard.
pub fn press_key(name: &str) {
    xdotool(&["key", name]);
}

fn xdotool(arguments: &[&str]) {
    let status = Command::new("xdotool").args(arguments).status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "xdotool {arguments:?}"
    );
}
