//! Ours: a server in this process with the records of an agency, and desks that speak to it over HTTP with the
//! very functions that the driver of a desk calls.

use std::{
    cell::RefCell,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread,
};

use andu_api::{EnrolmentCode, Pin, find_row};
use andu_app::{
    queue,
    receive::{self, Taken},
    setup::{self, FirstRun},
};
use andu_base::{CommandId, DepartmentId, DeviceId, PersonId};
use andu_crypto::{Secret32, SigningKey};
use andu_desk::{
    link::{Credential, Link},
    puller::Puller,
    sync::{EnrolAnswer, EnrolRequest, PULL_AT_MOST, PUSH_AT_MOST},
};
use andu_org::{Grant, HeldGrant, Period, Person};
use andu_server::{
    Listen, Roster, RosterPerson, Server, enrolment_code, enter_roster, invite, serve,
};
use andu_store::{DraftRecord, DraftState, Key, Store};
use andu_sync::{Command, Operation, Outcome, PushAnswer, PushRequest, Scope, Told};
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{Result, said};

const KEY: &str = "5f1d7c2a9b3e4f60718293a4b5c6d7e8f90112233445566778899aabbccddeef";

/// Now, as stores write it.
pub fn now() -> String {
    format!("{:.3}", Timestamp::now())
}

/// A running server.
pub struct Office {
    /// Its store and what it does.
    pub server: Server,
    /// Where it listens.
    pub address: SocketAddr,
    /// A reader and an author of one department, and somebody of another; or those of a roster.
    pub people: Vec<PersonId>,
    tls: bool,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
    folder: Option<TempDir>,
}

impl Office {
    /// A server with three people.
    pub fn open() -> Result<Self> {
        Self::opened(&roster(), false)
    }

    /// A server with the people of a roster, to whom it speaks as it does in an agency: over TLS.
    pub fn open_with_tls(roster: &Roster) -> Result<Self> {
        Self::opened(roster, true)
    }

    fn opened(roster: &Roster, tls: bool) -> Result<Self> {
        let folder = TempDir::new().map_err(said)?;
        let server = Server::open(folder.path()).map_err(|error| error.sentence)?;
        let people = enter_roster(&server, roster).map_err(|error| error.sentence)?;
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = mpsc::channel();
        let serving = server.clone();
        let listen = Listen {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            tls: match tls {
                true => {
                    let authority = server.authority(&["127.0.0.1".to_owned()]);
                    Some(Arc::new(authority.map_err(|error| error.sentence)?))
                }
                false => None,
            },
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
        let address: SocketAddr = address.recv().map_err(said)?;
        let scheme = if tls { "https" } else { "http" };
        let noted = server.note_address(&format!("{scheme}://{address}"));
        noted.map_err(|error| error.sentence)?;
        Ok(Self {
            server,
            address,
            people,
            tls,
            stop: Some(stop),
            thread: Some(thread),
            folder: Some(folder),
        })
    }

    /// The file of the server's store.
    pub fn store_file(&self) -> Result<PathBuf> {
        let folder = self.folder.as_ref().ok_or("no folder")?;
        Ok(folder.path().join("server.db"))
    }

    /// Ends the server and leaves its folder to another one.
    pub fn close(mut self) -> Result<TempDir> {
        self.folder.take().ok_or_else(|| "no folder".into())
    }

    /// Somebody of its people.
    pub fn person(&self, person: usize) -> Result<Person> {
        let store = self.server.store();
        store
            .read(|reader| reader.person(self.people[person]))
            .map_err(said)
    }

    /// The department of a person.
    pub fn department(&self, person: usize) -> Result<DepartmentId> {
        Ok(self.person(person)?.department_id)
    }

    /// Puts records into a department, as if an author had submitted them.
    pub fn fill(&self, department: DepartmentId, rows: &[DraftRecord]) -> Result<()> {
        let scope = Scope::department(department);
        let put = self.server.store().write(|tx| -> andu_store::Result<()> {
            for row in rows {
                tx.draft_put(row)?;
                let image = serde_json::to_value(row).expect("plain data");
                tx.scope_append(&scope, "draft", &row.id, Operation::Put, &image)?;
            }
            Ok(())
        });
        put.map_err(said)
    }

    /// Lets a person read so many departments of which each holds one record.
    pub fn widen(&self, person: usize, departments: usize) -> Result<()> {
        let home = self.department(person)?;
        let id = self.people[person];
        let store = self.server.store();
        let others: Vec<DepartmentId> = (1..departments)
            .map(|n| DepartmentId(Uuid::from_u128(0x7000 << 64 | n as u128)))
            .collect();
        for (n, department) in others.iter().enumerate() {
            let mut rows = records(1, self, 1)?;
            rows[0].id = Uuid::from_u128(0x7100 << 64 | n as u128).to_string();
            self.fill(*department, &rows)?;
        }
        let held = std::iter::once(&home)
            .chain(&others)
            .map(|department| HeldGrant {
                grant: Grant::ReadDepartment,
                department_id: *department,
                period: Period::unrecorded(),
            });
        let held: Vec<HeldGrant> = held.collect();
        store
            .write(|tx| tx.held_grants_put(id, &held))
            .map_err(said)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn roster() -> Roster {
    let person = |name: &str, department: &str| RosterPerson {
        name: name.into(),
        post: "科员".into(),
        department: department.into(),
    };
    Roster {
        agency: "望溪县人民政府办公室".into(),
        short_name: String::new(),
        authority_code: String::new(),
        people: vec![
            person("何雨桐", "秘书科"),
            person("沈亦舟", "秘书科"),
            person("罗定邦", "财务科"),
        ],
    }
}

/// Records of an author: what a list shows of a document, always the same.
pub fn records(count: usize, office: &Office, author: usize) -> Result<Vec<DraftRecord>> {
    let author = office.person(author)?;
    Ok((0..count).map(|n| record(&author, n)).collect())
}

/// One of them.
pub fn record(author: &Person, n: usize) -> DraftRecord {
    DraftRecord {
        id: made_at(n, 0),
        lineage: made_at(n, 1),
        agency_id: author.agency_id.as_text(),
        department_id: author.department_id.as_text(),
        author_id: author.id.as_text(),
        author_name: author.name.clone(),
        state: DraftState::Submitted,
        title: format!(
            "望溪县人民政府办公室关于做好第{n}号{}有关工作的通知",
            ["水利工程建设", "安全生产检查", "乡村道路养护", "防汛抗旱"][n % 4]
        ),
        document_type: "notice".into(),
        format: "document".into(),
        direction: "downward".into(),
        urgency: String::new(),
        issue_number: format!("望政办发〔2026〕{n}号"),
        main_recipients: "各乡镇人民政府，县政府各部门、各直属机构".into(),
        characters: 800 + (n % 700) as u32,
        frozen_hash: String::new(),
        submit_note: "请审阅，急件。".into(),
        pending_act: String::new(),
        refusal: String::new(),
        created_at: format!("2026-{:02}-{:02}T01:00:00.000Z", n % 12 + 1, n % 28 + 1),
        changed_at: format!("2026-{:02}-{:02}T02:30:00.000Z", n % 12 + 1, n % 28 + 1),
    }
}

/// One of the ids that a draft gets when it is begun (UUIDv7): a draft every seven minutes.
fn made_at(n: usize, which: u64) -> String {
    const SINCE_MS: u64 = 1_767_225_600_000;
    let chance = mixed(n as u64 * 2 + which).to_be_bytes();
    let mut bytes = [0; 10];
    bytes.copy_from_slice(&chance[..10]);
    let millis = SINCE_MS + n as u64 * 420_000;
    uuid::Builder::from_unix_timestamp_millis(millis, &bytes)
        .into_uuid()
        .to_string()
}

/// A number that looks like chance, of a number (splitmix64, twice).
fn mixed(n: u64) -> u128 {
    let step = |n: u64| {
        let mut mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 31)
    };
    u128::from(step(n + 1)) << 64 | u128::from(step(n + 0x1000_0000))
}

/// A desk without its window.
pub struct Desk {
    /// Encrypted, as every desk's.
    pub store: Store,
    /// Who uses it.
    pub person: Person,
    link: Link,
    key: SigningKey,
    device: DeviceId,
    puller: RefCell<Puller>,
    /// What it shows the server.
    pub token: String,
    folder: TempDir,
}

impl Desk {
    /// A new desk of a person that reaches the server at `address`.
    pub fn join(office: &Office, person: usize, address: SocketAddr) -> Result<Self> {
        let secret = invite(&office.server, office.people[person]).map_err(|e| e.sentence)?;
        if !office.tls {
            return Self::enrol(&secret, address);
        }
        let code = enrolment_code(&office.server, &secret).map_err(|e| e.sentence)?;
        let code = EnrolmentCode::parse(&code).map_err(|e| e.sentence)?;
        Self::enrolled(&secret, &format!("https://{address}"), code.pin)
    }

    /// A new desk that enrols with a code.
    pub fn enrol(code: &str, address: SocketAddr) -> Result<Self> {
        Self::enrolled(code, &format!("http://{address}"), None)
    }

    fn enrolled(code: &str, address: &str, pin: Option<Pin>) -> Result<Self> {
        let key = SigningKey::from_seed(&Secret32::random().map_err(said)?);
        let device = DeviceId(Uuid::now_v7());
        let request = EnrolRequest {
            code: code.to_owned(),
            device,
            token: String::new(),
            before: None,
            verify_key: hex_of(&key),
        };
        let stranger = Credential {
            token: String::new(),
            pin,
        };
        let link = Link::new(address, &stranger).map_err(|e| e.sentence)?;
        let answer: EnrolAnswer = link.post("/sync/enrol", &request).map_err(|e| e.sentence)?;
        let credential = Credential {
            token: answer.token.clone(),
            pin,
        };
        let folder = TempDir::new().map_err(said)?;
        let store = open(folder.path())?;
        let enrolled = answer.enrolled;
        let first = FirstRun {
            agency: enrolled.agency,
            department: enrolled.department,
            person: enrolled.person.clone(),
            device,
            verify_key: request.verify_key,
            now: now(),
        };
        setup::first_run(&store, &first, false, address).map_err(said)?;
        let link = Link::new(address, &credential).map_err(|e| e.sentence)?;
        Ok(Self {
            store,
            person: enrolled.person,
            puller: RefCell::new(Puller::new(link.clone())),
            link,
            key,
            device,
            token: answer.token,
            folder,
        })
    }

    /// Where its store is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// One question for what is new. Says whether there is more.
    pub fn pull_once(&self) -> Result<bool> {
        let request = self
            .store
            .read(|reader| receive::ask(reader, PULL_AT_MOST))
            .map_err(said)?;
        let asked = self.puller.borrow_mut().ask(&request);
        let (answer, is_still) = asked.map_err(|e| e.sentence)?;
        if is_still {
            receive::apply_still(&self.store, &request).map_err(said)?;
            return Ok(false);
        }
        let own_id = self.person.id.as_text();
        let changed = receive::apply(&self.store, &request, &answer, &own_id).map_err(said)?;
        Ok(changed && (answer.has_more() || answer.epoch != request.epoch))
    }

    /// Takes what it was told; where that does not go on with what it holds, or nothing was told, it pulls.
    pub fn take_in(&self, told: Option<Told>) -> Result<()> {
        let own_id = self.person.id.as_text();
        let taken = match told {
            Some(told) => receive::apply_told(&self.store, &told, &own_id).map_err(said)?,
            None => Taken::Apart,
        };
        match taken {
            Taken::Apart => self.pull(),
            Taken::Applied | Taken::Known => Ok(()),
        }
    }

    /// Asks until there is nothing more.
    pub fn pull(&self) -> Result<()> {
        while self.pull_once()? {}
        Ok(())
    }

    /// Does a command here and puts it into the outbox.
    pub fn enqueue(&self, kind: &str, args: Value) -> Result<()> {
        let rule = find_row(kind).and_then(andu_api::Row::rule);
        let command = command((self.device, self.person.id), kind, args);
        let rule = rule.ok_or("no such command")?;
        let sign = |command: Command| command.signed(&self.key);
        queue::enqueue(&self.store, command, rule, &self.person, "", sign).map_err(said)?;
        Ok(())
    }

    /// Sends everything that waits until each has its outcome. How many were sent.
    pub fn push(&self) -> Result<usize> {
        let mut sent = 0;
        loop {
            match self.push_once(PUSH_AT_MOST)?.0.commands.len() {
                0 => return Ok(sent),
                more => sent += more,
            }
        }
    }

    /// Sends at most so many of what waits; each has its outcome afterwards. What was sent and answered.
    pub fn push_once(&self, at_most: u32) -> Result<(PushRequest, PushAnswer)> {
        let request = queue::next_push(&self.store, &now(), at_most).map_err(said)?;
        if request.commands.is_empty() {
            return Ok((request, PushAnswer::default()));
        }
        let answer = self.post_push(&request)?;
        let mut sign = |command: Command| command.signed(&self.key);
        queue::note_answer(&self.store, &request, &answer, &mut sign).map_err(said)?;
        Ok((request, answer))
    }

    /// Sends commands; what is answered is not noted. Each is decided, and none refused.
    pub fn post_push(&self, request: &PushRequest) -> Result<PushAnswer> {
        let answer: PushAnswer = self.ask("/sync/push", request)?;
        // What was refused never becomes visible: whoever waits for it would wait for ever.
        let refused = answer
            .outcomes
            .iter()
            .find_map(|(_, outcome)| match outcome {
                Outcome::Rejected { reason } => Some(reason.key.clone()),
                _ => None,
            });
        if let Some(key) = refused {
            return Err(format!("the server refused a command: {key}"));
        }
        let decided = answer.outcomes.iter().filter(|(_, o)| o.is_final()).count();
        match decided == request.commands.len() {
            true => Ok(answer),
            false => Err(format!(
                "{decided} of {} were decided",
                request.commands.len()
            )),
        }
    }

    /// Asks the server.
    pub fn ask<A: Serialize, R: DeserializeOwned>(&self, path: &str, args: &A) -> Result<R> {
        self.link.post(path, args).map_err(|e| e.sentence)
    }
}

/// What somebody asks for at a device: not numbered and not signed yet.
pub fn command((device, actor): (DeviceId, PersonId), kind: &str, args: Value) -> Command {
    Command::new(
        CommandId(Uuid::now_v7()),
        (device, actor),
        kind,
        args,
        &now(),
    )
}

/// A public key as it is sent.
pub fn hex_of(key: &SigningKey) -> String {
    let bytes = key.verifying_key().to_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An encrypted store, as a desk has it.
pub fn open(folder: &Path) -> Result<Store> {
    Store::open(&folder.join("andu.db"), Key::Raw(KEY)).map_err(said)
}
