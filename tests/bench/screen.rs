//! A screen of Xvfb whose pixels are read from its frame buffer, and a desk with many drafts to show on it.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use andu_desk::{Desk, place::DeskPlace};
use andu_store::{DraftRecord, DraftState, StoreError};
use serde_json::{Value, json};

/// How long anything may take to show.
pub const PATIENCE: Duration = Duration::from_secs(60);
const WIDTH: usize = 1440;
const HEIGHT: usize = 900;

/// A desk with a password and this many drafts, locked.
pub fn fill(home: &Path, drafts: usize) -> Result<(), String> {
    let place = DeskPlace {
        folder: home.join("bench"),
        profile: "bench".to_owned(),
        fonts: Vec::new(),
        pdfium: None,
        keyring: false,
    };
    fs::create_dir_all(&place.folder).map_err(|error| error.to_string())?;
    let desk = Desk::new(place, false).map_err(|error| format!("{error:?}"))?;
    let call = |name: &str, arguments: Value| {
        desk.call(name, arguments)
            .map_err(|error| format!("`{name}`: {error:?}"))
    };
    call(
        "session_setup",
        json!({
            "agency": "青河县水利局", "short_name": "县水利局", "authority_code": "青水",
            "department": "办公室", "person": "王一", "post": "科员",
            "password": "bench-7421-bench", "demo": false,
        }),
    )?;
    // One draft as a clerk makes it: its page stands beside the list.
    call(
        "draft_create",
        json!({ "document_type": "notice", "format": "document", "direction": "downward", "template_id": null }),
    )?;
    let open = desk.open_desk().ok_or("the desk is locked")?;
    let made = open
        .store
        .read(|reader| {
            reader.drafts(
                &andu_store::Sight::Whole,
                &andu_store::DraftFilter {
                    author_id: open.person.id.to_string(),
                    limit: 1,
                    ..Default::default()
                },
            )
        })
        .map_err(|error: StoreError| error.to_string())?;
    let first = made.1.into_iter().next().ok_or("no draft was made")?;
    open.store
        .write(|tx| (1..drafts).try_for_each(|n| tx.draft_put(&like(&first, n))))
        .map_err(|error: StoreError| error.to_string())?;
    drop(open);
    desk.lock();
    Ok(())
}

/// Draft number `n`, with a title and recipients of real length, older than the first.
fn like(first: &DraftRecord, n: usize) -> DraftRecord {
    const MATTERS: [&str; 6] = [
        "全县水利工程汛前安全检查和隐患排查整治",
        "农村饮水安全巩固提升工程年度建设任务",
        "河道采砂规范管理专项检查",
        "水土保持监督检查发现问题整改",
        "中小型水库除险加固项目资金使用管理",
        "节水型机关创建和用水定额执行情况",
    ];
    let (month, day, hour, minute) = (n / 40 % 12 + 1, n % 28 + 1, n % 24, n % 60);
    DraftRecord {
        id: format!("0190a000-0000-7000-8000-{n:012x}"),
        lineage: format!("0190a000-0000-7000-9000-{n:012x}"),
        state: DraftState::Drafting,
        title: format!(
            "关于进一步做好2025年度第{n}批{}有关工作的通知",
            MATTERS[n % MATTERS.len()]
        ),
        main_recipients: "各乡镇人民政府，各街道办事处，县直有关单位".to_owned(),
        issue_number: if n.is_multiple_of(3) {
            format!("青水〔2025〕{n}号")
        } else {
            String::new()
        },
        urgency: if n.is_multiple_of(11) {
            "urgent".to_owned()
        } else {
            String::new()
        },
        characters: 1200,
        changed_at: format!("2025-{month:02}-{day:02}T{hour:02}:{minute:02}:00.000Z"),
        ..first.clone()
    }
}

/// A screen whose pixels can be read.
pub struct Screen {
    display: String,
    server: Child,
    pixels: PathBuf,
}

impl Screen {
    /// Opens it; `display` as in `:87`.
    pub fn open(folder: &Path, display: &str) -> Result<Self, String> {
        let server = Command::new("Xvfb")
            .args([display, "-nolisten", "tcp", "-fbdir"])
            .arg(folder)
            .args(["-screen", "0", &format!("{WIDTH}x{HEIGHT}x24")])
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb did not start: {error}"))?;
        let screen = Self {
            display: display.to_owned(),
            server,
            pixels: folder.join("Xvfb_screen0"),
        };
        let begin = Instant::now();
        while screen.colours().is_none() {
            if begin.elapsed() > PATIENCE {
                return Err("Xvfb shows no screen".to_owned());
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(screen)
    }

    /// A program that will show itself here, with the desk of `home`.
    pub fn program(&self, program: &Path, home: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("DISPLAY", &self.display)
            .env("ANDU_HOME", home)
            .env("ANDU_PROFILE", "bench")
            .env("ANDU_NO_KEYRING", "1")
            .env_remove("WAYLAND_DISPLAY")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Different colours in the middle of the screen; `None` while there is no screen.
    pub fn colours(&self) -> Option<usize> {
        // An XWD dump: the length of its header first, the number of colours at byte 76, 12 bytes each.
        let mut file = fs::File::open(&self.pixels).ok()?;
        let mut header = [0; 80];
        file.read_exact(&mut header).ok()?;
        let number = |at: usize| {
            u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
        };
        let begin = u64::from(number(0)) + 12 * u64::from(number(76));
        let row = WIDTH * 4;
        file.seek(SeekFrom::Start(begin + (HEIGHT / 4 * row) as u64))
            .ok()?;
        let mut middle = vec![0; HEIGHT / 2 * row];
        file.read_exact(&mut middle).ok()?;
        let colours: BTreeSet<&[u8]> = middle.chunks_exact(4).map(|pixel| &pixel[..3]).collect();
        Some(colours.len())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
