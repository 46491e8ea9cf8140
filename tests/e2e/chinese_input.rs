//! Chinese input as a clerk has it: fcitx5 between the keyboard and the window. All it meets is its own: screen,
//! session bus, runtime folder and configuration, so that no other input method of the machine has a part in it.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Child, Command, Stdio},
};

use crate::screen::{Environment, Screen, until};

/// fcitx5 with pinyin on a screen of its own; all of it ends with this value.
pub struct Pinyin {
    /// What was started, in this order.
    programs: Vec<Child>,
    environment: Environment,
}

impl Pinyin {
    /// Starts screen, bus, window manager and fcitx5, which live in `folder`. Windows opened with
    /// [`Self::environment`] use them.
    pub fn start(folder: &Path) -> Self {
        let runtime = folder.join("run");
        fs::create_dir_all(folder.join("config/fcitx5")).expect("a folder for the input method");
        fs::create_dir(&runtime).expect("a runtime folder");
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).expect("of its own");
        let lines = "[Groups/0]\nName=Default\nDefault Layout=us\nDefaultIM=pinyin\n\n\
            [Groups/0/Items/0]\nName=keyboard-us\nLayout=\n\n\
            [Groups/0/Items/1]\nName=pinyin\nLayout=\n\n[GroupOrder]\n0=Default\n";
        fs::write(folder.join("config/fcitx5/profile"), lines).expect("a profile");

        let mut pinyin = Self {
            programs: Vec::new(),
            environment: vec![
                ("XDG_RUNTIME_DIR".into(), runtime.display().to_string()),
                ("GTK_IM_MODULE".into(), "fcitx".into()),
                ("XMODIFIERS".into(), "@im=fcitx".into()),
            ],
        };
        let mut screen = Command::new("Xvfb");
        screen
            .args(["-displayfd", "1", "-nolisten", "tcp"])
            .stdout(Stdio::piped());
        screen.args(["-screen", "0", "1920x1200x24"]);
        let number = pinyin.begin(folder, &mut screen).first_line();
        pinyin.set("DISPLAY", format!(":{number}"));
        let mut bus = Command::new("dbus-daemon");
        bus.args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .stdout(Stdio::piped());
        let address = pinyin.begin(folder, &mut bus).first_line();
        pinyin.set("DBUS_SESSION_BUS_ADDRESS", address);
        pinyin.begin(folder, Command::new("openbox").stdout(Stdio::null()));
        let mut fcitx = Command::new("fcitx5");
        fcitx
            .arg("--disable=wayland,notifications,cloudpinyin")
            .stdout(Stdio::null());
        let ours = pinyin.begin(folder, &mut fcitx).id();
        until("our fcitx5 is on our bus", || {
            (pinyin.owner_of_the_name() == Some(ours)).then_some(())
        });
        pinyin
    }

    /// What a window needs in its environment to be on this screen and use it.
    pub fn environment(&self) -> &[(String, String)] {
        &self.environment
    }

    /// The keyboard and mouse of its screen.
    pub fn screen(&self) -> Screen {
        Screen::of(&self.environment)
    }

    /// Switches the window that has the keyboard to pinyin.
    pub fn switch_on(&self) {
        until("the desk's text has the input method", || {
            let contexts = self.ask(&["org.fcitx.Fcitx.Controller1.DebugInfo"])?;
            contexts
                .lines()
                .any(|line| line.contains("program:andu-desktop") && line.contains("focus:1"))
                .then_some(())
        });
        until("pinyin is on", || {
            self.ask(&["org.fcitx.Fcitx.Controller1.SetCurrentIM", "string:pinyin"]);
            let current = self.ask(&["org.fcitx.Fcitx.Controller1.CurrentInputMethod"])?;
            (current.trim() == "pinyin").then_some(())
        });
    }

    fn set(&mut self, name: &str, value: String) {
        self.environment.push((name.to_owned(), value));
    }

    fn begin(&mut self, folder: &Path, program: &mut Command) -> &mut Child {
        let name = program.get_program().to_owned();
        program
            .env("HOME", folder)
            .env("XDG_CONFIG_HOME", folder.join("config"))
            .env("XDG_DATA_HOME", folder.join("data"))
            .env("XDG_CACHE_HOME", folder.join("cache"))
            .envs(self.environment.iter().cloned())
            .env_remove("XAUTHORITY")
            .stderr(Stdio::null());
        let child = program.spawn().unwrap_or_else(|error| {
            panic!("{name:?} does not start ({error}); ./dev setup installs it")
        });
        self.programs.push(child);
        self.programs.last_mut().expect("the one that was begun")
    }

    /// The process that answers for fcitx5 on our bus.
    fn owner_of_the_name(&self) -> Option<u32> {
        let answer = self.call(
            &["--dest=org.freedesktop.DBus", "/"],
            &[
                "org.freedesktop.DBus.GetConnectionUnixProcessID",
                "string:org.fcitx.Fcitx5",
            ],
        )?;
        answer.split_whitespace().last()?.parse().ok()
    }

    fn ask(&self, words: &[&str]) -> Option<String> {
        self.call(&["--dest=org.fcitx.Fcitx5", "/controller"], words)
    }

    fn call(&self, target: &[&str], words: &[&str]) -> Option<String> {
        let answer = Command::new("dbus-send")
            .args(["--session", "--print-reply=literal"])
            .args(target)
            .args(words)
            .envs(self.environment.iter().cloned())
            .output()
            .ok()?;
        (answer.status.success()).then(|| String::from_utf8_lossy(&answer.stdout).into_owned())
    }
}

trait FirstLine {
    /// The line in which a program says where it can be reached.
    fn first_line(&mut self) -> String;
}

impl FirstLine for Child {
    fn first_line(&mut self) -> String {
        let mut line = String::new();
        let output = self.stdout.as_mut().expect("its output is ours");
        BufReader::new(output)
            .read_line(&mut line)
            .expect("a program that says where it is");
        assert!(!line.trim().is_empty(), "{self:?} ended without a word");
        line.trim().to_owned()
    }
}

impl Drop for Pinyin {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}
