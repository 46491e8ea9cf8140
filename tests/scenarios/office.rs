//! An agency with a server and desks in this process.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    thread::{self, JoinHandle},
    time::Duration,
};

use andu_base::PersonId;
use andu_desk::{Desk, andu_api::ApiError, open::OpenDesk, place::DeskPlace};
use andu_server::{
    Listen, Roster, RosterPerson, Server, demo_people, enrolment_code, enter_roster, fill_demo,
    invite, person_named, serve,
};
use andu_store::{DraftRecord, Reader, Result as StoreResult};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::{editor::Calls, proxy::Proxy};

/// The password of every desk.
pub const PASSWORD: &str = "correct horse";

/// Two people of one department, and one of another.
pub const PEOPLE: [(&str, &str); 3] = [
    ("何雨桐", "秘书科"),
    ("沈亦舟", "秘书科"),
    ("罗定邦", "财务科"),
];

struct Running {
    server: Server,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

/// A server with its roster; it can be stopped and started.
pub struct Office {
    /// What the server keeps.
    pub folder: TempDir,
    tls: bool,
    /// Starts again where it was: its desks have no proxy that could lead them to another port.
    stays: bool,
    port: u16,
    running: Option<Running>,
    /// In the order of [`PEOPLE`].
    pub people: Vec<PersonId>,
    proxies: Vec<Proxy>,
}

impl Office {
    /// A running server with [`PEOPLE`].
    pub fn open() -> Self {
        Self::opened(false, false)
    }

    /// The same, over TLS.
    pub fn open_with_tls() -> Self {
        Self::opened(true, true)
    }

    /// With TLS or without; one that stays is at one port however often it is started.
    pub fn opened(tls: bool, stays: bool) -> Self {
        let mut office = Self::empty(tls, stays);
        let people = enter_roster(office.server(), &roster());
        office.people = people.expect("a roster");
        office
    }

    fn empty(tls: bool, stays: bool) -> Self {
        // Clients of the scenarios themselves; desks bring their own.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut office = Self {
            folder: TempDir::new().expect("a folder"),
            tls,
            stays,
            port: 0,
            running: None,
            people: Vec::new(),
            proxies: Vec::new(),
        };
        office.start();
        office
    }

    /// A server with the demo county and so many documents; `people` are those of the county, in its order.
    pub fn open_county(documents: u32) -> Self {
        Self::county(documents, true)
    }

    /// The same without documents or TLS: who stands between a desk and the server can read what passes.
    pub fn open_county_in_clear() -> Self {
        Self::county(0, false)
    }

    fn county(documents: u32, tls: bool) -> Self {
        let mut office = Self::empty(tls, true);
        fill_demo(office.server(), documents, |_| {}).expect("a county");
        for person in demo_people().expect("people") {
            let id = person_named(office.server(), &person.name);
            office.people.push(id.expect("somebody of the county"));
        }
        office
    }

    /// Starts the server again over what it holds.
    pub fn start(&mut self) {
        let server = Server::open(self.folder.path()).expect("a server");
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = std::sync::mpsc::channel();
        let serving = server.clone();
        let listen = Listen {
            address: SocketAddr::from(([127, 0, 0, 1], self.port)),
            tls: self.tls.then(|| {
                let authority = server.authority(&["127.0.0.1".to_owned()]);
                Arc::new(authority.expect("an authority"))
            }),
        };
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            let until = async {
                let _ = stopped.await;
            };
            let tell = move |address| ready.send(address).expect("somebody waits");
            runtime
                .block_on(serve(serving, listen, tell, until))
                .expect("a served port");
        });
        let address = address.recv().expect("an address");
        self.port = if self.stays { address.port() } else { 0 };
        let scheme = if self.tls { "https" } else { "http" };
        let noted = server.note_address(&format!("{scheme}://{address}"));
        noted.expect("a noted address");
        for proxy in &self.proxies {
            proxy.lead(Some(address));
        }
        self.running = Some(Running {
            server,
            address,
            stop,
            thread,
        });
    }

    /// Stops the server.
    pub fn stop(&mut self) {
        let running = self.running.take().expect("a running server");
        for proxy in &self.proxies {
            proxy.lead(None);
        }
        let _ = running.stop.send(());
        running.thread.join().expect("a server that ends");
    }

    /// The running server.
    pub fn server(&self) -> &Server {
        &self.running.as_ref().expect("a running server").server
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.running.as_ref().expect("a running server").address
    }

    /// Reads what the server holds.
    pub fn read<T>(&self, read: impl FnOnce(Reader<'_>) -> StoreResult<T>) -> T {
        self.server().store().read(read).expect("a readable store")
    }

    /// Every draft the server knows, the discarded too.
    pub fn drafts(&self) -> Vec<DraftRecord> {
        let all = |reader: Reader<'_>| {
            let mut drafts = Vec::new();
            for person in &self.people {
                for state in [None, Some(andu_store::DraftState::Discarded)] {
                    let filter = andu_store::DraftFilter {
                        state,
                        author_id: person.as_text(),
                        limit: 500,
                        ..Default::default()
                    };
                    drafts.extend(reader.drafts(&andu_store::Sight::Whole, &filter)?.1);
                }
            }
            Ok(drafts)
        };
        self.read(all)
    }

    /// The length of the server's audit log, whose chain holds.
    pub fn audited(&self) -> u64 {
        let verified = self.server().store().read(|reader| reader.audit_verify());
        verified.expect("an unbroken chain")
    }

    /// Actions of the audit log with their details.
    pub fn audit_details(&self) -> Vec<(String, String)> {
        let entries = self.read(|reader| reader.audit_entries(0, 10_000));
        let entries = entries.into_iter();
        entries.map(|entry| (entry.action, entry.detail)).collect()
    }

    /// What this machine is answered, trusting whatever certificate is shown.
    pub fn get_text(&self, path: &str) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        let client = reqwest::blocking::Client::builder()
            .no_proxy()
            .tls_danger_accept_invalid_certs(true)
            .build()
            .expect("a client");
        let answer = client
            .get(format!("{scheme}://{}{path}", self.address()))
            .send();
        answer.expect("an answer").text().expect("a text")
    }

    /// A code for a desk of this person.
    pub fn code(&self, person: usize) -> String {
        invite(self.server(), self.people[person]).expect("a code")
    }

    /// The whole code that is handed over for a desk of this person.
    pub fn whole_code(&self, person: usize) -> String {
        let code = enrolment_code(self.server(), &self.code(person));
        code.expect("a server that knows its address")
    }

    /// A new desk of this person that has joined by the code alone.
    pub fn seat_by_code(&self, person: usize) -> Seat {
        let seat = Seat::empty(None);
        let args = json!({ "address": "", "code": self.whole_code(person), "password": PASSWORD });
        seat.ok("sync_join", args);
        seat
    }

    /// A new desk of this person that has joined.
    pub fn seat(&mut self, person: usize) -> Seat {
        let proxy = Proxy::to(Some(self.address()));
        self.proxies.push(proxy.clone());
        let seat = Seat::empty(Some(proxy.clone()));
        let args = json!({
            "address": proxy.address(), "code": self.code(person), "password": PASSWORD,
        });
        seat.ok("sync_join", args);
        seat
    }

    /// Leads a desk that was cut off to the server again.
    pub fn reconnect(&self, seat: &Seat) {
        seat.proxy().lead(Some(self.address()));
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            let _ = running.stop.send(());
            // A thread that still had the store when the process ends would find the cipher gone.
            let _ = running.thread.join();
        }
    }
}

/// The roster of [`PEOPLE`].
pub fn roster() -> Roster {
    let person = |(name, department): (&str, &str)| RosterPerson {
        name: name.into(),
        post: "科员".into(),
        department: department.into(),
    };
    Roster {
        agency: "望溪县人民政府办公室".into(),
        short_name: "县政府办公室".into(),
        authority_code: "望政办发".into(),
        people: PEOPLE.map(person).into(),
    }
}

/// A desk in a folder of its own.
pub struct Seat {
    /// The desk.
    pub desk: Arc<Desk>,
    /// What holds its folder.
    pub folder: TempDir,
    proxy: Option<Proxy>,
}

/// A closed desk in a folder.
pub fn desk_in(folder: &Path) -> Arc<Desk> {
    Desk::new(place(folder), false).expect("a desk")
}

/// A desk's place in a folder.
pub fn place(folder: &Path) -> DeskPlace {
    DeskPlace {
        folder: folder.to_owned(),
        profile: String::new(),
        fonts: Vec::<PathBuf>::new(),
        pdfium: None,
        keyring: false,
    }
}

impl Seat {
    /// A desk that is new.
    pub fn empty(proxy: Option<Proxy>) -> Self {
        let folder = TempDir::new().expect("a folder");
        Self {
            desk: desk_in(folder.path()),
            folder,
            proxy,
        }
    }

    /// A desk without a server, and its recovery code.
    pub fn alone() -> (Self, String) {
        let seat = Self::empty(None);
        let code = set_up(&seat.desk);
        (seat, code)
    }

    /// What a person's choice of a file is known by.
    pub fn chosen(&self, file: &Path) -> String {
        self.desk.files.choose(file).token
    }

    /// A backup of this desk, as a person makes one.
    pub fn back_up(&self, file: &Path) {
        self.ok("backup_create", json!({ "token": self.chosen(file) }));
    }

    /// A desk in a new folder, put back from a backup and opened.
    pub fn put_back(file: &Path) -> Self {
        let seat = Self::empty(None);
        let token = seat.desk.files.choose(file).token;
        let args = json!({ "token": token, "secret": PASSWORD });
        seat.ok("backup_restore", args);
        seat.ok("session_unlock", json!({ "password": PASSWORD }));
        seat
    }

    /// The way to the server.
    pub fn proxy(&self) -> &Proxy {
        self.proxy.as_ref().expect("a desk that has joined")
    }

    /// What is there while it is open.
    pub fn open(&self) -> Arc<OpenDesk> {
        self.desk.open_desk().expect("an open desk")
    }

    /// Entries of the outbox, those with an outcome too.
    pub fn outbox(&self) -> u32 {
        let store = &self.open().store;
        store.read(|reader| reader.outbox_size()).expect("a store")
    }

    /// Exchanges with the server until `done`.
    pub fn sync_until(&self, what: &str, done: impl Fn() -> bool) {
        until(what, || {
            self.ok("sync_now", json!({}));
            done()
        });
    }

    /// Exchanges with the server until nothing waits any more.
    pub fn sync(&self) {
        self.sync_until("an empty outbox", || self.outbox() == 0);
    }
}

impl Calls for Seat {
    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        self.desk.call(name, args)
    }
}

impl Calls for Arc<Desk> {
    fn call(&self, name: &str, args: Value) -> Result<Value, ApiError> {
        Desk::call(self, name, args)
    }
}

/// First run of a desk without a server; answers with the recovery code.
pub fn set_up(desk: &Arc<Desk>) -> String {
    let args = json!({
        "agency": "望溪县水务局", "short_name": "县水务局", "authority_code": "望水",
        "department": "办公室", "person": "何雨桐", "post": "科员",
        "password": PASSWORD, "demo": false,
    });
    let answer = desk.ok("session_setup", args);
    answer["code"].as_str().expect("a code").to_owned()
}

/// Waits for a condition, for a minute at most.
pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    for _ in 0..600 {
        if done() {
            return;
        }
        thread::sleep(Duration::from_millis(100));
    }
    panic!("waited a minute for {what}");
}
