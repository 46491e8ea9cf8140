//! 50 drafts, each open at 20 desks, of which one types: until every desk holds every sign. Ours goes the way
//! that it always goes: signed commands, each decided and durable with an outcome, then told to whoever may see it.
//! Hocuspocus keeps the text in memory and passes it on.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use andu_base::{CommandId, DeviceId, PersonId};
use andu_crypto::{Secret32, SigningKey};
use andu_desk::sync::{EnrolAnswer, EnrolRequest, PULL_AT_MOST};
use andu_document::{Block, OfficialDocument};
use andu_draft::DraftText;
use andu_sync::{
    Command, PullAnswer, PullRequest, PushAnswer, PushRequest, ScopePage, Told, bundle::advance,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{Client, Response};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::Notify, time::timeout};
use uuid::Uuid;

use super::{
    Result, SIZES, Tell, against, ms,
    office::now,
    peer::{Peers, Rival},
    process::Server,
    said,
};
use crate::report::{Goal, Measured};

/// How long a turn may take.
const TURN_WITHIN: Duration = Duration::from_secs(60);

/// Ours and Hocuspocus, in turns; then what each server needs of memory.
pub fn measure(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let folder = TempDir::new().map_err(said)?;
    let mut server = Server::start(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(said)?;
    let mut ours = Ours::open(&runtime, &mut server)?;
    let mut hocus_server = peers.node("hocus-server.mjs", &[]);
    let peer = match &hocus_server {
        Ok(_) => peers.node("hocus.mjs", &[]),
        Err(why) => Err(why.clone()),
    };
    let mut hocus = Rival::new("Hocuspocus", peer);
    if let Ok(server) = &hocus_server {
        let port = server.greeting["port"].clone();
        let args = json!({ "port": port, "drafts": SIZES.drafts, "desks": SIZES.desks });
        hocus.ask("join", args);
    }
    let mut times = Vec::new();
    for round in 0..=SIZES.runs {
        let taken = ours.turn(&runtime)?;
        hocus.turn("turn", json!({ "signs": SIZES.signs }), round > 0);
        if round > 0 {
            times.push(taken);
        }
    }
    let name = format!(
        "fan-out: {} drafts × {} desks, {} signs typed in each",
        SIZES.drafts, SIZES.desks, SIZES.signs
    );
    tell(against(&name, &times, &hocus, Goal::TimesFaster(3.0)));
    let theirs = hocus_server.as_mut().map_err(|why| why.clone());
    hocus.runs = match theirs.and_then(|server| server.ask("memory", json!({}))) {
        Ok(answer) if hocus.is_there() => answer["kb"].as_f64().into_iter().collect(),
        _ => Vec::new(),
    };
    tell(Measured {
        unit: "KB",
        ..against(
            "memory of the server with these desks",
            &[server.memory_kb()?],
            &hocus,
            Goal::Stated,
        )
    });
    Ok(())
}

/// A way to the server, of many desks at once.
#[derive(Clone)]
struct Wire {
    client: Client,
    base: String,
}

impl Wire {
    async fn post<A: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        token: &str,
        args: &A,
    ) -> Result<R> {
        let url = format!("{}{path}", self.base);
        let asked = self.client.post(url).bearer_auth(token).json(args).send();
        let answer = asked.await.map_err(said)?;
        let status = answer.status();
        if !status.is_success() {
            return Err(format!("{path}: {status} {}", text_of(answer).await));
        }
        answer.json().await.map_err(said)
    }
}

async fn text_of(answer: Response) -> String {
    answer.text().await.unwrap_or_default()
}

/// A desk without a store: what it holds is in memory, as at a desk of the peer.
struct Desk {
    token: String,
    device: DeviceId,
    person: PersonId,
    key: SigningKey,
    request: PullRequest,
}

impl Desk {
    async fn enrol(wire: &Wire, code: String) -> Result<Self> {
        let key = SigningKey::from_seed(&Secret32::random().map_err(said)?);
        let device = DeviceId(Uuid::now_v7());
        let bytes = key.verifying_key().to_bytes();
        let request = EnrolRequest {
            code,
            device,
            token: String::new(),
            before: None,
            verify_key: bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
        };
        let answer: EnrolAnswer = wire.post("/sync/enrol", "", &request).await?;
        let request = PullRequest {
            limit: PULL_AT_MOST,
            ..PullRequest::default()
        };
        let mut desk = Self {
            token: answer.token,
            device,
            person: answer.enrolled.person.id,
            key,
            request,
        };
        desk.pull(wire, &mut |_| Ok(())).await?;
        Ok(desk)
    }

    /// Pulls until there is nothing more, and gives each update of a text to `take`.
    async fn pull(
        &mut self,
        wire: &Wire,
        take: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<()> {
        loop {
            let answer: PullAnswer = wire.post("/sync/pull", &self.token, &self.request).await?;
            let begins = answer.epoch != self.request.epoch;
            for page in &answer.pages {
                updates_of(page, take)?;
            }
            advance(&mut self.request, &answer);
            if !answer.has_more() && !begins {
                return Ok(());
            }
        }
    }

    /// Takes what it was told. Says whether it goes on with what it holds.
    fn take(
        &mut self,
        told: &Told,
        take: &mut (dyn FnMut(&[u8]) -> Result<()> + Send),
    ) -> Result<bool> {
        let cursor = self.request.cursors.get(&told.page.scope).copied();
        let cursor = cursor.unwrap_or(0);
        let page = told.page.after(cursor);
        if cursor == 0 || told.epoch != self.request.epoch || !page.follows(cursor) {
            return Ok(false);
        }
        updates_of(&page, take)?;
        let seq = page.changes.last().map_or(cursor, |last| last.seq);
        self.request.cursors.insert(page.scope, seq);
        Ok(true)
    }

    fn command(&self, seq: u64, kind: &str, args: Value) -> Command {
        let command = Command {
            device_seq: seq,
            ..Command::new(
                CommandId(Uuid::now_v7()),
                (self.device, self.person),
                kind,
                args,
                &now(),
            )
        };
        command.signed(&self.key)
    }
}

/// Gives each update of a text to `take`.
fn updates_of(page: &ScopePage, take: &mut (dyn FnMut(&[u8]) -> Result<()> + Send)) -> Result<()> {
    let updates = page.changes.iter();
    for change in updates.filter(|change| change.entity == "draft_update") {
        let update = change.row["update_v1"].as_str().unwrap_or_default();
        take(&STANDARD.decode(update).map_err(said)?)?;
    }
    Ok(())
}

/// What has arrived where, of all desks.
#[derive(Default)]
struct Arrivals {
    /// Updates that desks hold, over all turns.
    held: AtomicUsize,
    wanted: AtomicUsize,
    all: Notify,
    trouble: std::sync::Mutex<Option<String>>,
}

impl Arrivals {
    fn add(&self, updates: usize) {
        let held = self.held.fetch_add(updates, Ordering::AcqRel) + updates;
        if held >= self.wanted.load(Ordering::Acquire) {
            self.all.notify_one();
        }
    }

    fn fail(&self, why: String) {
        if let Ok(mut trouble) = self.trouble.lock() {
            *trouble = Some(why);
        }
        self.all.notify_one();
    }
}

/// Somebody who types.
struct Author {
    desk: Desk,
    seq: u64,
    id: String,
    lineage: String,
    text: DraftText,
}

/// A server and its desks, which listen.
struct Ours {
    wire: Wire,
    authors: Vec<Author>,
    arrivals: Arc<Arrivals>,
}

impl Ours {
    fn open(runtime: &Runtime, server: &mut Server) -> Result<Self> {
        let wire = Wire {
            client: Client::new(),
            base: format!("http://{}", server.address),
        };
        let arrivals = Arc::new(Arrivals::default());
        let mut authors = Vec::new();
        for draft in 0..SIZES.drafts {
            let mut codes = Vec::new();
            let people = server.ask("roster", &roster(draft))?;
            for person in people.as_array().ok_or("no people")? {
                codes.push(server.code(person)?);
            }
            // The author's other desk listens like everybody's, and the first one types.
            codes.push(server.code(&people[0])?);
            let room = Self::open_room(&wire, draft, codes, &arrivals);
            authors.push(runtime.block_on(room)?);
        }
        Ok(Self {
            wire,
            authors,
            arrivals,
        })
    }

    async fn open_room(
        wire: &Wire,
        draft: usize,
        codes: Vec<String>,
        arrivals: &Arc<Arrivals>,
    ) -> Result<Author> {
        let mut desks = Vec::new();
        for code in codes {
            desks.push(Desk::enrol(wire, code).await?);
        }
        let document = OfficialDocument {
            title: format!("关于第{draft}号水闸除险加固工程的通知"),
            body: vec![Block::paragraph("各乡镇要抓紧落实。")],
            ..OfficialDocument::default()
        };
        let state = andu_draft::from_document(&document, 1).map_err(said)?;
        let mut author = Author {
            desk: desks.remove(0),
            seq: 0,
            id: Uuid::now_v7().to_string(),
            lineage: Uuid::now_v7().to_string(),
            text: DraftText::from_updates(1_000 + draft as u64, std::iter::once(state.as_slice()))
                .map_err(said)?,
        };
        let create = json!({
            "id": author.id, "lineage": author.lineage, "state": STANDARD.encode(&state),
            "imported_version": "",
        });
        let mut commands = vec![author.command("draft_create", create)];
        let own = author.desk.person;
        for desk in desks.iter().filter(|desk| desk.person != own) {
            let invite = json!({
                "id": author.id, "invitation_id": Uuid::now_v7(), "person_id": desk.person,
                "through_on": null,
            });
            commands.push(author.command("co_drafter_invite", invite));
        }
        author.push(wire, commands).await?;
        for mut desk in desks {
            let mut text = DraftText::new(5_000).map_err(said)?;
            desk.pull(wire, &mut |update| text.apply_update(update).map_err(said))
                .await?;
            let stream = wire
                .client
                .get(format!("{}/sync/events?pages=true", wire.base));
            let stream = stream.bearer_auth(&desk.token).send().await;
            let stream = stream.map_err(said)?;
            let (wire, arrivals) = (wire.clone(), Arc::clone(arrivals));
            tokio::spawn(async move {
                if let Err(why) = listen(&wire, desk, text, stream, &arrivals).await {
                    arrivals.fail(why);
                }
            });
        }
        Ok(author)
    }

    /// Everybody types; how long until everybody has it.
    fn turn(&mut self, runtime: &Runtime) -> Result<f64> {
        let mut typed = Vec::new();
        for author in &mut self.authors {
            typed.push(author.type_on()?);
        }
        let updates = self.authors.len() * SIZES.signs * SIZES.desks;
        self.arrivals.wanted.fetch_add(updates, Ordering::AcqRel);
        let begin = Instant::now();
        runtime.block_on(async {
            let sent = self.authors.iter_mut().zip(typed);
            let sent: Vec<_> = sent
                .map(|(author, commands)| {
                    let (wire, request) = (self.wire.clone(), author.request(commands));
                    let token = author.desk.token.clone();
                    tokio::spawn(async move { push(&wire, &token, &request).await })
                })
                .collect();
            for one in sent {
                one.await.map_err(said)??;
            }
            let arrivals = &self.arrivals;
            let all = async {
                while arrivals.held.load(Ordering::Acquire)
                    < arrivals.wanted.load(Ordering::Acquire)
                {
                    arrivals.all.notified().await;
                    if let Some(why) = arrivals.trouble.lock().map_err(said)?.take() {
                        return Err(why);
                    }
                }
                Ok(())
            };
            let in_time = timeout(TURN_WITHIN, all).await;
            in_time.map_err(|_| "not every desk got every sign".to_owned())?
        })?;
        Ok(ms(begin))
    }
}

/// Takes what it is told, and pulls where that does not go on.
async fn listen(
    wire: &Wire,
    mut desk: Desk,
    mut text: DraftText,
    mut stream: Response,
    arrivals: &Arrivals,
) -> Result<()> {
    let mut heard = Vec::new();
    while let Some(piece) = stream.chunk().await.map_err(said)? {
        heard.extend_from_slice(&piece);
        let Some(end) = heard.windows(2).rposition(|pair| pair == b"\n\n") else {
            continue;
        };
        let events: Vec<u8> = heard.drain(..end + 2).collect();
        let mut updates = 0;
        let mut take = |update: &[u8]| {
            updates += 1;
            text.apply_update(update).map_err(said)
        };
        let mut is_behind = false;
        for event in str::from_utf8(&events).map_err(said)?.split("\n\n") {
            let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name));
            is_behind |= match field("event:").map(str::trim) {
                Some("page") => {
                    let told = serde_json::from_str(field("data:").unwrap_or_default());
                    !desk.take(&told.map_err(said)?, &mut take)?
                }
                Some("poke") => true,
                _ => false,
            };
        }
        if is_behind {
            desk.pull(wire, &mut take).await?;
        }
        arrivals.add(updates);
    }
    Err("a stream of pokes ended".into())
}

async fn push(wire: &Wire, token: &str, request: &PushRequest) -> Result<()> {
    let answer: PushAnswer = wire.post("/sync/push", token, request).await?;
    let decided = answer.outcomes.iter().filter(|(_, outcome)| {
        matches!(
            outcome,
            andu_sync::Outcome::Applied { .. } | andu_sync::Outcome::Merged { .. }
        )
    });
    match decided.count() == request.commands.len() {
        true => Ok(()),
        false => Err(format!("not taken: {:?}", answer.outcomes.last())),
    }
}

impl Author {
    fn command(&mut self, kind: &str, args: Value) -> Command {
        self.seq += 1;
        self.desk.command(self.seq, kind, args)
    }

    fn request(&self, commands: Vec<Command>) -> PushRequest {
        PushRequest {
            epoch: self.desk.request.epoch.clone(),
            commands,
            ..PushRequest::default()
        }
    }

    async fn push(&self, wire: &Wire, commands: Vec<Command>) -> Result<()> {
        push(wire, &self.desk.token, &self.request(commands)).await
    }

    /// Types signs, each an update and a command of its own, as an outbox holds them.
    fn type_on(&mut self) -> Result<Vec<Command>> {
        let mut commands = Vec::new();
        for _ in 0..SIZES.signs {
            let mut document = self.text.to_document().map_err(said)?.document;
            document.title.push('水');
            let update = self.text.replace_with(&document).map_err(said)?;
            let args = json!({
                "id": self.id, "lineage": self.lineage, "update": STANDARD.encode(update),
            });
            commands.push(self.command("draft_update", args));
        }
        Ok(commands)
    }
}

/// An agency of the desks of one draft.
fn roster(draft: usize) -> Value {
    let people: Vec<Value> = (0..SIZES.desks)
        .map(|n| json!({ "name": format!("第{n}人"), "post": "科员", "department": "秘书科" }))
        .collect();
    json!({ "agency": format!("望溪县第{draft}局"), "people": people })
}
