//! The window as a person has it: look for things by their `data-testid`, click, type, press keys.
//! Speaks WebDriver to WebKitWebDriver, which starts the desk.

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::screen::until_in;

/// How long anything may take to show.
const PATIENCE: Duration = Duration::from_secs(30);
/// The profile of every desk of a journey.
pub const PROFILE: &str = "e2e";
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys as WebDriver names them.
pub mod key {
    /// Escape.
    pub const ESCAPE: char = '\u{E00C}';
    /// Enter.
    pub const ENTER: char = '\u{E007}';
    /// To the right.
    pub const RIGHT: char = '\u{E014}';
    /// Down.
    pub const DOWN: char = '\u{E015}';
    /// Alt, held.
    pub const ALT: char = '\u{E00A}';
    /// Control, held.
    pub const CONTROL: char = '\u{E009}';
}

/// One desk in its window, and the folder it lives in.
pub struct Window {
    runtime: tokio::runtime::Runtime,
    client: reqwest::Client,
    base: String,
    driver: Child,
    home: TempDir,
    out: PathBuf,
    shots: u32,
}

impl Window {
    /// Opens a desk that has never been used. `story` names the folder of its screenshots.
    pub fn open(story: &str) -> Self {
        Self::open_with(story, &[])
    }

    /// Opens a new desk with more in its environment.
    pub fn open_with(story: &str, variables: &[(&str, &str)]) -> Self {
        let home = tempfile::tempdir().expect("a folder for the desk");
        Self::begin(story, home, variables, &[])
    }

    /// Opens a desk that has never been used, as `./dev run` does.
    pub fn open_for_the_demo(story: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder for the desk");
        Self::begin(story, home, &[], &["--demo"])
    }

    /// Opens the desk that lives in `home`.
    pub fn open_in(story: &str, home: TempDir) -> Self {
        Self::begin(story, home, &[], &[])
    }

    /// Opens a desk of the demo county that has never been used, as `./dev run` does.
    pub fn open_demo_desk(story: &str, code: &str) -> Self {
        let home = tempfile::tempdir().expect("a folder for the desk");
        Self::begin(story, home, &[("ANDU_DEMO_CODE", code)], &["--demo-desk"])
    }

    /// Opens a page in a browser whose home is `home`: it trusts what that home says and nothing else.
    pub fn open_browser(story: &str, home: TempDir, address: &str) -> Self {
        let mut driver = Command::new("chromedriver");
        driver.env("HOME", home.path()).env("LANG", "zh_CN.UTF-8");
        let profile = format!("--user-data-dir={}", home.path().join("chromium").display());
        let words = [
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--window-size=1440,900",
            "--no-first-run",
            &profile,
        ];
        let wanted =
            json!({ "goog:chromeOptions": { "binary": "/usr/bin/chromium", "args": words } });
        let window = Self::begin_with(story, home, driver, &wanted);
        let gone = window.send("POST", "/url", &json!({ "url": address }));
        gone.unwrap_or_else(|error| panic!("{address} does not open: {error}"));
        window
    }

    fn begin(story: &str, home: TempDir, variables: &[(&str, &str)], words: &[&str]) -> Self {
        let desk = env::var_os("ANDU_E2E_DESKTOP").expect("ANDU_E2E_DESKTOP: use ./dev test e2e");
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .env("ANDU_HOME", home.path())
            .env("ANDU_PROFILE", PROFILE)
            // Desks of journeys keep their secrets to themselves.
            .env("ANDU_NO_KEYRING", "1")
            .env("ANDU_E2E_CHOOSE", home.path().join("answers"))
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(variables.iter().copied());
        let wanted = json!({
            "webkitgtk:browserOptions": { "binary": Path::new(&desk), "args": words },
        });
        let window = Self::begin_with(story, home, driver, &wanted);
        // Screenshots at another size: `ANDU_E2E_SIZE=1920x1080`.
        let size = env::var("ANDU_E2E_SIZE").unwrap_or_default();
        if let Some((width, height)) = size.split_once('x') {
            let pixels = |text: &str| text.parse().expect("ANDU_E2E_SIZE: pixels");
            window.fit(pixels(width), pixels(height));
        }
        window
    }

    fn begin_with(story: &str, home: TempDir, mut driver: Command, wanted: &Value) -> Self {
        let out = env::var_os("ANDU_E2E_OUT").map_or_else(env::temp_dir, PathBuf::from);
        let out = out.join(story);
        fs::create_dir_all(&out).expect("a folder for screenshots");
        let port = free_port();
        let log = fs::File::create(out.join("driver.log")).expect("a log of the driver");
        let driver = driver
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("the driver starts (Debian: webkit2gtk-driver, chromium-driver)");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut window = Self {
            runtime,
            client: reqwest::Client::new(),
            base: format!("http://127.0.0.1:{port}"),
            driver,
            home,
            out,
            shots: 0,
        };
        window.until("the driver answers", || {
            window.send("GET", "/status", &Value::Null).ok().map(drop)
        });
        let capabilities = json!({ "capabilities": { "alwaysMatch": wanted } });
        let session = window
            .send("POST", "/session", &capabilities)
            .expect("the desk opens");
        let id = session["sessionId"].as_str().expect("a session id");
        window.base = format!("{}/session/{id}", window.base);
        window
    }

    /// Waits until the element is there, shown and as wide as a person could see.
    pub fn see(&self, testid: &str) -> String {
        self.until(&format!("`{testid}` shows"), || {
            let element = self.find(testid)?;
            self.displays(&element).then_some(element)
        })
    }

    /// Whether the element is there and shown now.
    pub fn shows(&self, testid: &str) -> bool {
        let element = self.find(testid);
        element.is_some_and(|element| self.displays(&element))
    }

    fn displays(&self, element: &str) -> bool {
        let path = format!("/element/{element}/displayed");
        self.send("GET", &path, &Value::Null) == Ok(Value::Bool(true))
    }

    /// Waits until the element is gone.
    pub fn see_no_more(&self, testid: &str) {
        self.until(&format!("`{testid}` goes"), || {
            self.find(testid).is_none().then_some(())
        });
    }

    /// Clicks the first of the elements of this name that says `text`, in its words or to a screen reader.
    pub fn click_one_saying(&self, testid: &str, text: &str) {
        let path = format!(
            "//*[@data-testid='{testid}'][contains(concat(string(.), ' ', @aria-label), '{text}')]"
        );
        self.click_at_path(&path, &format!("`{testid}` saying `{text}`"));
    }

    /// Chooses the first line of a list that says `text`.
    pub fn choose(&self, testid: &str, text: &str) {
        let path = format!("//select[@data-testid='{testid}']/option[contains(., '{text}')]");
        self.click_at_path(&path, &format!("`{text}` in `{testid}`"));
    }

    fn click_at_path(&self, path: &str, what: &str) {
        let body = json!({ "using": "xpath", "value": path });
        self.until(&format!("{what} can be clicked"), || {
            let found = self.send("POST", "/element", &body).ok()?;
            let element = found[ELEMENT].as_str()?;
            self.send("POST", &format!("/element/{element}/click"), &json!({}))
                .ok()
                .map(drop)
        });
    }

    /// Clicks what is there and enabled.
    pub fn click(&self, testid: &str) {
        self.until(&format!("`{testid}` can be clicked"), || {
            let element = self.find(testid)?;
            let enabled = self.send("GET", &format!("/element/{element}/enabled"), &Value::Null);
            if enabled != Ok(Value::Bool(true)) {
                return None;
            }
            self.send("POST", &format!("/element/{element}/click"), &json!({}))
                .ok()
                .map(drop)
        });
    }

    /// Types into a field, character by character, and waits until all of it has arrived: an input method
    /// stands between the keys and the field.
    pub fn type_into(&self, testid: &str, text: &str) {
        let keys = json!({ "text": text });
        let element = self.until(&format!("`{testid}` takes keys"), || {
            let element = self.see(testid);
            match self.send("POST", &format!("/element/{element}/value"), &keys) {
                Ok(_) => Some(element),
                // It gave way to another before a key came.
                Err(error) if error.contains("stale element") => None,
                Err(error) => panic!("typing into `{testid}`: {error}"),
            }
        });
        self.until(&format!("what was typed is in `{testid}`"), || {
            let stands = |what: &str| self.said(&format!("/element/{element}/{what}"));
            (stands("property/value").ends_with(text) || stands("text").ends_with(text))
                .then_some(())
        });
    }

    /// What the person reads in the element.
    pub fn read(&self, testid: &str) -> String {
        let element = self.see(testid);
        self.said(&format!("/element/{element}/text"))
    }

    /// The middle of the element, in pixels of the window.
    pub fn middle(&self, testid: &str) -> (i64, i64) {
        let element = self.see(testid);
        let place = self
            .send("GET", &format!("/element/{element}/rect"), &Value::Null)
            .unwrap_or_else(|error| panic!("where `{testid}` is: {error}"));
        let side = |at: &str, size: &str| {
            let middle =
                place[at].as_f64().unwrap_or(0.0) + place[size].as_f64().unwrap_or(0.0) / 2.0;
            middle.round() as i64
        };
        (side("x", "width"), side("y", "height"))
    }

    /// What stands in a field.
    pub fn value(&self, testid: &str) -> String {
        let element = self.see(testid);
        self.said(&format!("/element/{element}/property/value"))
    }

    /// Waits until this stands in a field.
    pub fn see_value(&self, testid: &str, value: &str) {
        self.until(&format!("`{testid}` holds `{value}`"), || {
            (self.value(testid) == value).then_some(())
        });
    }

    /// An attribute of the element; empty where it has none.
    pub fn attribute(&self, testid: &str, name: &str) -> String {
        let element = self.see(testid);
        self.said(&format!("/element/{element}/attribute/{name}"))
    }

    /// Waits until the element says `text` somewhere.
    pub fn see_text(&self, testid: &str, text: &str) {
        self.until(&format!("`{testid}` says `{text}`"), || {
            self.read(testid).contains(text).then_some(())
        });
    }

    /// Whether none of the elements of this name that show says `text`.
    pub fn says_nothing_of(&self, testid: &str, text: &str) -> bool {
        let script = format!(
            "return [...document.querySelectorAll('[data-testid={}]')]
                .every((one) => one.offsetParent === null || !one.innerText.includes({}))",
            json!(testid),
            json!(text)
        );
        self.run_script(&script) == json!(true)
    }

    /// Waits until one of the elements of this name says `text`.
    pub fn see_one_saying(&self, testid: &str, text: &str) {
        self.until(&format!("one of `{testid}` says `{text}`"), || {
            (!self.says_nothing_of(testid, text)).then_some(())
        });
    }

    /// Waits until none of the elements of this name says `text` any more.
    pub fn see_none_saying(&self, testid: &str, text: &str) {
        self.until(&format!("no `{testid}` says `{text}`"), || {
            self.says_nothing_of(testid, text).then_some(())
        });
    }

    /// Waits until every edit is on the disk, as the desk itself says.
    pub fn see_saved(&self) {
        self.until("the text is saved", || {
            (self.attribute("save-state", "data-state") == "saved").then_some(())
        });
    }

    /// Waits until this many pages show their picture, drawn to the last line.
    pub fn see_pages(&self, count: usize) {
        const DRAWN: &str = "return [...document.querySelectorAll('[data-page]')].filter((sheet) =>
            [...sheet.querySelectorAll('img')].some((image) => image.src.startsWith('andu-page:')
                && image.complete && image.naturalWidth > 100)).length";
        self.until(&format!("{count} pages show"), || {
            (self.run_script(DRAWN) == json!(count)).then_some(())
        });
    }

    /// What the page was refused by its own security policy since it was opened; empty when all is well.
    pub fn refused(&self) -> Vec<String> {
        let refused = self.run_script("return window.anduRefused");
        serde_json::from_value(refused).expect("a list of sentences")
    }

    /// Waits until the policy has refused something of this directive.
    pub fn see_refused(&self, directive: &str) {
        self.until(&format!("something is refused by {directive}"), || {
            let refused = self.refused();
            refused
                .iter()
                .any(|one| one.starts_with(directive))
                .then_some(())
        });
    }

    /// What a foreign script in the page would do. For journeys about safety only: a person types and clicks.
    pub fn run_script(&self, script: &str) -> Value {
        let body = json!({ "script": script, "args": [] });
        self.send("POST", "/execute/sync", &body)
            .unwrap_or_else(|error| panic!("running `{script}`: {error}"))
    }

    /// Waits until a script answers this.
    pub fn see_script(&self, script: &str, answer: &Value) {
        self.until(&format!("`{script}` answers {answer}"), || {
            (self.run_script(script) == *answer).then_some(())
        });
    }

    /// Where the window is.
    pub fn address(&self) -> String {
        self.said("/url")
    }

    /// Waits until there is a whole file at `path`, and answers with its bytes.
    pub fn see_file(&self, path: &Path) -> Vec<u8> {
        self.until(&format!("{} is written", path.display()), || {
            fs::read(path).ok().filter(|bytes| !bytes.is_empty())
        })
    }

    /// A path for a file in the folder of screenshots.
    pub fn out(&self, name: &str) -> PathBuf {
        self.out.join(name)
    }

    /// The next dialog for `purpose` (as in the command table) is answered with this path.
    pub fn answer_dialog(&self, purpose: &str, path: &Path) {
        let answers = self.home.path().join("answers");
        let mut text = fs::read_to_string(&answers).unwrap_or_default();
        text.push_str(&format!("{purpose}\t{}\n", path.display()));
        fs::write(answers, text).expect("a file of answers");
    }

    fn said(&self, path: &str) -> String {
        let answer = self.send("GET", path, &Value::Null);
        answer
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Types where the focus is.
    pub fn type_here(&self, text: &str) {
        for character in text.chars() {
            self.press(&[character]);
        }
    }

    /// Presses keys together: all down in this order, then all up.
    pub fn press(&self, keys: &[char]) {
        let act = |kind: &str, key: &char| json!({ "type": kind, "value": key.to_string() });
        let downs = keys.iter().map(|key| act("keyDown", key));
        let ups = keys.iter().rev().map(|key| act("keyUp", key));
        let actions: Vec<Value> = downs.chain(ups).collect();
        let body = json!({ "actions": [{ "type": "key", "id": "keys", "actions": actions }] });
        self.send("POST", "/actions", &body)
            .unwrap_or_else(|error| panic!("pressing keys: {error}"));
    }

    /// Draws a line with the mouse: from point to point of an element, counted from its middle.
    pub fn draw(&self, testid: &str, points: &[(i32, i32)]) {
        // A drawing counts as shown to the driver only once something is drawn on it.
        let seen = format!(
            "const at = document.querySelector('[data-testid={testid}]')?.getBoundingClientRect();
            return at !== undefined && at.height > 20 && at.top >= 0 && at.bottom <= innerHeight"
        );
        self.see_script(&seen, &json!(true));
        let element = self.find(testid).expect("it was seen");
        let to = |(x, y): &(i32, i32)| {
            json!({
                "type": "pointerMove", "duration": 20, "x": x, "y": y,
                "origin": { ELEMENT: element },
            })
        };
        let (first, rest) = points.split_first().expect("a point");
        let mut actions = vec![to(first), json!({ "type": "pointerDown", "button": 0 })];
        actions.extend(rest.iter().map(to));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let mouse = json!({
            "type": "pointer", "id": "mouse", "parameters": { "pointerType": "mouse" },
            "actions": actions,
        });
        self.send("POST", "/actions", &json!({ "actions": [mouse] }))
            .unwrap_or_else(|error| panic!("drawing on `{testid}`: {error}"));
    }

    /// Saves what the window shows as `NN-name.png`.
    pub fn shot(&mut self, name: &str) {
        // What has changed is painted with the next frame at the latest.
        self.run_script(
            "return new Promise((done) =>
                requestAnimationFrame(() => requestAnimationFrame(() => done(null))))",
        );
        self.shots += 1;
        let path = self.out.join(format!("{:02}-{name}.png", self.shots));
        self.save_shot(&path)
            .unwrap_or_else(|error| panic!("screenshot `{name}`: {error}"));
    }

    /// Kills the desk as a power cut would, and answers with the folder it leaves behind.
    pub fn kill(self) -> TempDir {
        let desk = self.desk_process().expect("the desk runs");
        let killed = Command::new("kill").args(["-9", &desk]).status();
        assert!(
            killed.is_ok_and(|status| status.success()),
            "kill -9 {desk}"
        );
        self.ended()
    }

    /// Waits until the desk has ended by itself, and answers with its folder.
    pub fn ended(mut self) -> TempDir {
        self.until("the desk is gone", || {
            self.desk_process().is_none().then_some(())
        });
        let empty = tempfile::tempdir().expect("another folder");
        std::mem::replace(&mut self.home, empty)
    }

    /// Starts the desk a second time, as a person does who has forgotten that it is open. Answers whether the
    /// second one ended well by itself.
    pub fn start_again(&self) -> bool {
        let desk = env::var_os("ANDU_E2E_DESKTOP").expect("ANDU_E2E_DESKTOP: use ./dev test e2e");
        let mut second = Command::new(desk)
            .env("ANDU_HOME", self.home.path())
            .env("ANDU_PROFILE", PROFILE)
            .env("ANDU_NO_KEYRING", "1")
            .spawn()
            .expect("the second desk starts");
        self.until("the second desk ends", || second.try_wait().ok().flatten())
            .success()
    }

    /// The process that has our data folder and is the desk itself.
    fn desk_process(&self) -> Option<String> {
        let desk = env::var_os("ANDU_E2E_DESKTOP").and_then(|path| fs::canonicalize(path).ok())?;
        let mark = format!("ANDU_HOME={}", self.home.path().display());
        fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
            let is_desk = fs::read_link(entry.path().join("exe")).is_ok_and(|exe| exe == desk);
            let environment = fs::read(entry.path().join("environ")).ok()?;
            let ours = environment
                .split(|byte| *byte == 0)
                .any(|line| line == mark.as_bytes());
            (is_desk && ours).then(|| entry.file_name().to_string_lossy().into_owned())
        })
    }

    /// The folder where the desk keeps its things.
    pub fn desk_folder(&self) -> PathBuf {
        self.home.path().join(PROFILE)
    }

    /// Opens a locked desk.
    pub fn unlock(&self, password: &str) {
        self.type_into("session-unlock-password", password);
        self.press(&[key::ENTER]);
        self.see("status-bar");
    }

    /// Makes the window this large, frame and all.
    pub fn resize(&self, width: i64, height: i64) {
        let rect = json!({ "x": 0, "y": 0, "width": width, "height": height });
        self.send("POST", "/window/rect", &rect)
            .unwrap_or_else(|error| panic!("a window of {width} × {height}: {error}"));
    }

    /// Makes what the page has of the window this large.
    pub fn fit(&self, width: i64, height: i64) {
        let wanted = json!([width, height]);
        let inside = || self.run_script("return [innerWidth, innerHeight]");
        let (mut outer_width, mut outer_height) = (width, height);
        for _ in 0..4 {
            self.resize(outer_width, outer_height);
            for _ in 0..20 {
                if inside() == wanted {
                    return;
                }
                thread::sleep(Duration::from_millis(50));
            }
            let now = inside();
            outer_width += width - now[0].as_i64().unwrap_or(width);
            outer_height += height - now[1].as_i64().unwrap_or(height);
        }
        panic!("the window does not become {wanted}: {}", inside());
    }

    /// What the window shows now, as a PNG.
    pub fn picture(&self) -> Vec<u8> {
        let png = self.send("GET", "/screenshot", &Value::Null);
        let png = png.unwrap_or_else(|error| panic!("a picture: {error}"));
        decode(png.as_str().unwrap_or_default())
    }

    fn save_shot(&self, path: &Path) -> Result<(), String> {
        let png = self.send("GET", "/screenshot", &Value::Null)?;
        let png = decode(png.as_str().unwrap_or_default());
        fs::write(path, png).map_err(|error| error.to_string())
    }

    fn find(&self, testid: &str) -> Option<String> {
        let css = format!("[data-testid=\"{testid}\"]");
        let body = json!({ "using": "css selector", "value": css });
        let found = self.send("POST", "/element", &body).ok()?;
        found[ELEMENT].as_str().map(str::to_owned)
    }

    /// Asks again and again until there is an answer.
    fn until<T>(&self, what: &str, ask: impl FnMut() -> Option<T>) -> T {
        until_in(PATIENCE, what, ask)
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let url = format!("{}{path}", self.base);
        let method = method.parse().map_err(|_| "no such method".to_owned())?;
        let mut request = self.client.request(method, url).timeout(PATIENCE);
        if !body.is_null() {
            request = request.json(body);
        }
        self.runtime.block_on(async {
            let answer = request.send().await.map_err(|error| error.to_string())?;
            let success = answer.status().is_success();
            let mut answer: Value = answer.json().await.map_err(|error| error.to_string())?;
            let value = answer["value"].take();
            if success {
                Ok(value)
            } else {
                Err(value["message"].to_string())
            }
        })
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if thread::panicking() {
            let _ = self.save_shot(&self.out.join("failed.png"));
            if let Ok(page) = self.send("GET", "/source", &Value::Null) {
                let _ = fs::write(
                    self.out.join("failed.html"),
                    page.as_str().unwrap_or_default(),
                );
            }
        }
        let _ = self.send("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its number").port()
}

fn decode(base64: &str) -> Vec<u8> {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let digits: Vec<u8> = base64.bytes().filter_map(value).collect();
    let group = |group: &[u8]| {
        let bits = group
            .iter()
            .fold(0_u32, |bits, digit| bits << 6 | u32::from(*digit));
        let bits = bits << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    };
    digits.chunks(4).flat_map(group).collect()
}
