//! The keyboard and the mouse of a screen, as the X server hears them (xdotool).

use std::{
    process::{Command, Output},
    thread,
    time::Duration,
};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Variables that a program gets beside its parent's.
pub type Environment = Vec<(String, String)>;

/// A screen: the one around the journeys, or another that its variables name.
#[derive(Default)]
pub struct Screen(Environment);

impl Screen {
    /// The screen that these variables name.
    pub fn of(environment: &[(String, String)]) -> Self {
        Self(environment.to_vec())
    }

    /// A click at a point of the desk's window, which comes to the front: what a person does before typing.
    pub fn click_at(&self, (x, y): (i64, i64)) {
        let window = until("the desk's window is on the screen", || {
            let found = self.say(&["search", "--onlyvisible", "--class", "andu-desktop"]);
            found.lines().last().map(str::to_owned)
        });
        until("the desk's window is in front", || {
            self.ask(&["windowactivate", &window]);
            (self.say(&["getactivewindow"]) == window).then_some(())
        });
        let (x, y) = (x.to_string(), y.to_string());
        self.tell(&["mousemove", "--window", &window, &x, &y, "click", "1"]);
    }

    /// Types letters.
    pub fn type_keys(&self, text: &str) {
        self.tell(&["type", "--delay", "150", text]);
    }

    /// Presses keys together, such as `alt+F4`.
    pub fn press_key(&self, name: &str) {
        self.tell(&["key", name]);
    }

    fn tell(&self, arguments: &[&str]) {
        let output = self.ask(arguments);
        assert!(output.status.success(), "xdotool {arguments:?}: {output:?}");
    }

    fn say(&self, arguments: &[&str]) -> String {
        let said = self.ask(arguments).stdout;
        String::from_utf8_lossy(&said).trim().to_owned()
    }

    fn ask(&self, arguments: &[&str]) -> Output {
        Command::new("xdotool")
            .args(arguments)
            .envs(self.0.iter().cloned())
            .output()
            .expect("xdotool runs (Debian: xdotool)")
    }
}

/// Asks again and again until there is an answer.
pub fn until<T>(what: &str, ask: impl FnMut() -> Option<T>) -> T {
    until_in(PATIENCE, what, ask)
}

/// Asks again and again until there is an answer, with pauses of this length in all.
pub fn until_in<T>(patience: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    const PAUSE: Duration = Duration::from_millis(50);
    for _ in 0..patience.as_millis() / PAUSE.as_millis() {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(PAUSE);
    }
    panic!("waited {patience:?} in vain until {what}");
}
