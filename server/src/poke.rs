//! Pokes: `{scope, head}` to those who may see the scope; what is new they pull, or are told at once where they
//! ask for that and it is little. Pokes that were not sent yet fold into one.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    convert::Infallible,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use andu_api::ApiError;
use andu_app::organisation;
use andu_sync::Scope;
use axum::{
    Json,
    extract::{Query, State},
    http::HeaderMap,
    response::sse::{Event, Sse},
};
use futures_util::Stream;
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{Notify, watch},
    task::spawn_blocking,
    time::{Instant, sleep, sleep_until, timeout_at},
};

use crate::{Server, error::Failure, route::bearer, state::today};

/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(15);
/// Pokes that come within this are sent together.
const TOGETHER: Duration = Duration::from_millis(30);
/// Between two looks at what other processes did.
const LOOK: Duration = Duration::from_secs(3);
/// How long a long poll waits.
const POLL: Duration = Duration::from_secs(25);

/// How far a scope has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poke {
    /// The scope.
    pub scope: Scope,
    /// Its newest sequence.
    pub head: u64,
}

/// What a long poll answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waited {
    /// Give it with the next poll.
    pub id: String,
    /// The server does not know what was seen so far: pull once.
    pub anew: bool,
    /// What changed.
    pub pokes: Vec<Poke>,
}

#[derive(Default)]
struct Board {
    /// Counts pokes; with `boot` it is the id of an event.
    count: u64,
    /// Head of each scope that changed since the start, and the count at which it did.
    changed: HashMap<Scope, (u64, u64)>,
    listeners: HashMap<Scope, Vec<Weak<Listener>>>,
}

#[derive(Default)]
struct Listener {
    pending: Mutex<BTreeMap<Scope, News>>,
    woken: Notify,
}

/// What somebody is to be told of a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct News {
    /// Its newest sequence when it was last told of; `None`: nobody knows.
    from: Option<u64>,
    /// Its newest sequence.
    head: u64,
}

/// Who listens, and what changed.
pub(crate) struct Pokes {
    /// Tells this run of the server from others.
    boot: String,
    board: Mutex<Board>,
    closed: watch::Sender<bool>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pokes {
    pub fn new(boot: String) -> Self {
        Self {
            boot,
            board: Mutex::default(),
            closed: watch::Sender::new(false),
        }
    }

    /// Ends every stream: the server stops.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Says when the server stops.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closed.subscribe()
    }

    /// Tells those who listen how far scopes have come.
    pub fn note(&self, heads: impl IntoIterator<Item = (Scope, u64)>) {
        let mut board = lock(&self.board);
        for (scope, head) in heads {
            let from = board.changed.get(&scope).map(|(head, _)| *head);
            if from.is_some_and(|known| head <= known) {
                continue;
            }
            board.count += 1;
            let count = board.count;
            board.changed.insert(scope.clone(), (head, count));
            let Some(listeners) = board.listeners.get_mut(&scope) else {
                continue;
            };
            listeners.retain(|listener| {
                let Some(listener) = listener.upgrade() else {
                    return false;
                };
                let mut pending = lock(&listener.pending);
                let news = pending.entry(scope.clone());
                news.or_insert(News { from, head }).head = head;
                drop(pending);
                listener.woken.notify_one();
                true
            });
        }
    }

    /// Which of `heads` moved since `known` and were not told of by this process.
    fn untold(
        &self,
        known: &BTreeMap<Scope, u64>,
        heads: &BTreeMap<Scope, u64>,
    ) -> BTreeMap<Scope, u64> {
        let board = lock(&self.board);
        let told = |scope: &Scope| board.changed.get(scope).map(|(head, _)| *head);
        let before = |scope: &Scope| known.get(scope).copied().max(told(scope));
        let moved = heads
            .iter()
            .filter(|(scope, head)| before(scope).is_none_or(|before| before < **head));
        moved.map(|(scope, head)| (scope.clone(), *head)).collect()
    }

    /// How many listen, and to how many scopes.
    pub fn listening(&self) -> (usize, usize) {
        let board = lock(&self.board);
        let alive: BTreeSet<usize> = board
            .listeners
            .values()
            .flatten()
            .filter(|listener| listener.strong_count() > 0)
            .map(|listener| listener.as_ptr() as usize)
            .collect();
        (alive.len(), board.listeners.len())
    }

    /// Begins to listen. What changed after `seen` waits already; `None` where that is not known.
    fn listen(&self, scopes: &[Scope], seen: &str) -> (Arc<Listener>, bool) {
        let listener = Arc::new(Listener::default());
        let mut board = lock(&self.board);
        let seen = self.count_of(seen, board.count);
        for scope in scopes {
            let listeners = board.listeners.entry(scope.clone()).or_default();
            listeners.retain(|listener| listener.strong_count() > 0);
            listeners.push(Arc::downgrade(&listener));
            if let (Some(seen), Some((head, count))) = (seen, board.changed.get(scope))
                && *count > seen
            {
                let news = News {
                    from: None,
                    head: *head,
                };
                lock(&listener.pending).insert(scope.clone(), news);
                listener.woken.notify_one();
            }
        }
        (listener, seen.is_some())
    }

    fn count_of(&self, id: &str, now: u64) -> Option<u64> {
        let (boot, count) = id.rsplit_once('-')?;
        let count = count.parse().ok().filter(|count| *count <= now)?;
        (boot == self.boot).then_some(count)
    }

    /// The id of an event that is sent now. It is read before what waits is taken: what comes between is
    /// told twice rather than never.
    fn id(&self) -> String {
        format!("{}-{}", self.boot, lock(&self.board).count)
    }
}

impl Listener {
    fn take(&self) -> BTreeMap<Scope, News> {
        std::mem::take(&mut *lock(&self.pending))
    }

    fn take_pokes(&self) -> Vec<Poke> {
        let taken = self.take().into_iter();
        taken
            .map(|(scope, News { head, .. })| Poke { scope, head })
            .collect()
    }
}

/// Tells what another process did to the store while the server runs: an administrator's command, a disc that was
/// imported. What this one did it has told already. What came before the first look nobody is told: whoever begins to listen pulls.
pub(crate) async fn watch(server: Server) {
    let mut known: Option<BTreeMap<Scope, u64>> = None;
    loop {
        let store = Arc::clone(&server.store);
        let read = spawn_blocking(move || store.read(|reader| reader.scope_heads())).await;
        if let Ok(Ok(heads)) = read {
            let heads: BTreeMap<_, _> = heads
                .into_iter()
                .map(|(scope, head)| (scope, head.seq))
                .collect();
            if let Some(known) = &known {
                server.moved(server.pokes.untold(known, &heads));
            }
            known = Some(heads);
        }
        sleep(LOOK).await;
    }
}

/// What the device with this token may see now; refused when it was revoked meanwhile.
fn scopes_now(server: &Server, token: &str) -> Result<Vec<Scope>, ApiError> {
    let (person, _) = server.holder_of(token)?;
    let granted = server
        .store
        .read(|reader| organisation::granted(reader, person.id, today()));
    Ok(granted?)
}

async fn scopes_of(server: &Server, token: &str) -> Result<Vec<Scope>, ApiError> {
    let (server, token) = (server.clone(), token.to_owned());
    let found = spawn_blocking(move || scopes_now(&server, &token));
    found
        .await
        .unwrap_or_else(|_| Err(andu_api::text::error("store.engine")))
}

/// What there is of `news`, each with its page where that can be told to the device with this token.
fn tell(
    server: &Server,
    token: &str,
    news: BTreeMap<Scope, News>,
) -> Vec<(Poke, Option<Arc<str>>)> {
    let with_pages = news.into_iter().map(|(scope, News { from, head })| {
        let page = from.and_then(|from| server.told.page(&server.store, &scope, (from, head)));
        (Poke { scope, head }, page)
    });
    let mut told: Vec<_> = with_pages.collect();
    if told.iter().any(|(_, page)| page.is_some()) {
        // Looked at after the pages were read: nobody is told what came after the right to see it ended.
        let may = scopes_now(server, token).unwrap_or_default();
        for (poke, page) in &mut told {
            page.take_if(|_| !may.contains(&poke.scope));
        }
    }
    told
}

struct Stand {
    server: Server,
    token: String,
    /// Little news are told at once.
    takes_pages: bool,
    scopes: Vec<Scope>,
    listener: Arc<Listener>,
    ready: VecDeque<Event>,
    beat: Instant,
    sent: Instant,
    ended: bool,
}

#[derive(Deserialize)]
pub(crate) struct How {
    #[serde(default)]
    pages: bool,
}

/// `GET /sync/events`: a stream of pokes, one for each scope that moved, and a beat every 15 seconds. With
/// `?pages=true` what is little comes at once, as [`andu_sync::Told`].
pub(crate) async fn events(
    State(server): State<Server>,
    Query(How { pages }): Query<How>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Failure> {
    let token = bearer(&headers);
    let scopes = scopes_of(&server, &token).await?;
    let seen = headers
        .get("last-event-id")
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let id = server.pokes.id();
    let (listener, known) = server.pokes.listen(&scopes, seen);
    let mut ready = VecDeque::new();
    if !known {
        ready.push_back(Event::default().event("anew").id(id).data("{}"));
    }
    let now = moment();
    let stand = Stand {
        server,
        token,
        takes_pages: pages,
        scopes,
        listener,
        ready,
        beat: now + BEAT,
        sent: now,
        ended: false,
    };
    Ok(Sse::new(futures_util::stream::unfold(stand, next)))
}

fn moment() -> Instant {
    Instant::now()
}

async fn next(mut stand: Stand) -> Option<(Result<Event, Infallible>, Stand)> {
    let mut closed = stand.server.pokes.closed.subscribe();
    loop {
        if let Some(event) = stand.ready.pop_front() {
            return Some((Ok(event), stand));
        }
        if stand.ended || *closed.borrow() {
            return None;
        }
        tokio::select! {
            () = stand.listener.woken.notified() => {
                sleep_until(stand.sent + TOGETHER).await;
                let id = stand.server.pokes.id();
                stand.tell(&id).await;
                stand.sent = moment();
            }
            _ = closed.changed() => return None,
            () = sleep_until(stand.beat) => {
                stand.beat = moment() + BEAT;
                stand.look_again().await;
            }
        }
    }
}

impl Stand {
    /// Makes ready what is to be told; `id` goes with it.
    async fn tell(&mut self, id: &str) {
        let news = self.listener.take();
        let pokes = news.iter().map(|(scope, News { head, .. })| Poke {
            scope: scope.clone(),
            head: *head,
        });
        let pokes: Vec<_> = pokes.map(|poke| (poke, None)).collect();
        let told = match self.takes_pages {
            true => {
                let (server, token) = (self.server.clone(), self.token.clone());
                let told = spawn_blocking(move || tell(&server, &token, news)).await;
                told.unwrap_or(pokes)
            }
            false => pokes,
        };
        for (poke, page) in told {
            let event = Event::default().id(id);
            self.ready.push_back(match page {
                Some(page) => event.event("page").data(page),
                None => {
                    let data = serde_json::to_string(&poke).expect("BUG: plain data");
                    event.event("poke").data(data)
                }
            });
        }
    }

    /// At each beat: whether the device may still listen, and to what.
    async fn look_again(&mut self) {
        match scopes_of(&self.server, &self.token).await {
            Ok(scopes) if scopes == self.scopes => {
                self.ready
                    .push_back(Event::default().event("beat").data("{}"));
            }
            Ok(scopes) => {
                let id = self.server.pokes.id();
                (self.listener, _) = self.server.pokes.listen(&scopes, "");
                self.scopes = scopes;
                self.ready
                    .push_back(Event::default().event("anew").id(id).data("{}"));
            }
            Err(error) => {
                let said = serde_json::to_string(&error).expect("BUG: plain data");
                self.ready
                    .push_back(Event::default().event("refused").data(said));
                self.ended = true;
            }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: String,
}

/// `GET /sync/wait?after=ID`: the same for those whom no stream reaches: answers when something changed, or
/// after 25 seconds.
pub(crate) async fn wait(
    State(server): State<Server>,
    Query(After { after }): Query<After>,
    headers: HeaderMap,
) -> Result<Json<Waited>, Failure> {
    let scopes = scopes_of(&server, &bearer(&headers)).await?;
    let mut id = server.pokes.id();
    let (listener, known) = server.pokes.listen(&scopes, &after);
    let mut pokes = Vec::new();
    if known {
        let mut closed = server.pokes.closed.subscribe();
        let until = moment() + POLL;
        let woken = async {
            tokio::select! {
                () = listener.woken.notified() => {}
                _ = closed.wait_for(|closed| *closed) => {}
            }
        };
        if timeout_at(until, woken).await.is_ok() {
            sleep(TOGETHER).await;
        }
        id = server.pokes.id();
        pokes = listener.take_pokes();
    }
    Ok(Json(Waited {
        id,
        anew: !known,
        pokes,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(name: &str) -> Scope {
        Scope(name.into())
    }

    fn heads(listener: &Listener) -> Vec<(String, u64)> {
        let pokes = listener.take().into_iter();
        pokes.map(|(scope, news)| (scope.0, news.head)).collect()
    }

    #[test]
    fn pokes_reach_those_who_may_see_the_scope_and_fold_into_one() {
        let pokes = Pokes::new("a".into());
        let (mine, _) = pokes.listen(&[scope("p:1"), scope("d:1")], "");
        let (theirs, _) = pokes.listen(&[scope("p:2")], "");
        for head in 1..=3 {
            pokes.note([(scope("p:1"), head)]);
        }
        pokes.note([(scope("d:1"), 7), (scope("p:1"), 2)]);
        let seen = heads(&mine);
        assert_eq!(seen, [("d:1".into(), 7), ("p:1".into(), 3)]);
        assert_eq!(heads(&theirs), []);
        assert_eq!(heads(&mine), [], "told twice");
    }

    #[test]
    fn whoever_comes_back_is_told_what_was_missed_and_only_that() {
        let pokes = Pokes::new("a".into());
        pokes.note([(scope("p:1"), 1), (scope("d:1"), 1)]);
        let id = pokes.id();
        let (_, known) = pokes.listen(&[scope("p:1")], &id);
        assert!(known);
        pokes.note([(scope("d:1"), 2)]);
        let (back, _) = pokes.listen(&[scope("p:1"), scope("d:1")], &id);
        assert_eq!(heads(&back), [("d:1".into(), 2)]);
        for stranger in ["", "b-1", "a-99", "a-x", "a"] {
            assert!(!pokes.listen(&[scope("p:1")], stranger).1, "{stranger}");
        }
    }

    #[test]
    fn what_this_process_told_is_not_told_again_for_another() {
        let pokes = Pokes::new("a".into());
        let at = |all: &[(&str, u64)]| -> BTreeMap<Scope, u64> {
            all.iter()
                .map(|(name, head)| (scope(name), *head))
                .collect()
        };
        let known = at(&[("p:1", 3), ("d:1", 5)]);
        pokes.note([(scope("p:1"), 4), (scope("new"), 1)]);
        let heads = at(&[("p:1", 4), ("d:1", 6), ("new", 1), ("other", 1)]);
        let untold = pokes.untold(&known, &heads);
        assert_eq!(untold, at(&[("d:1", 6), ("other", 1)]));
        let later = at(&[("p:1", 7)]);
        assert_eq!(
            pokes.untold(&heads, &later),
            later,
            "another process went on"
        );
    }

    #[test]
    fn those_who_went_are_forgotten() {
        let pokes = Pokes::new("a".into());
        for _ in 0..100 {
            drop(pokes.listen(&[scope("p:1")], ""));
        }
        let (kept, _) = pokes.listen(&[scope("p:1")], "");
        assert_eq!(lock(&pokes.board).listeners[&scope("p:1")].len(), 1);
        assert_eq!(pokes.listening(), (1, 1));
        drop(kept);
        pokes.note([(scope("p:1"), 1)]);
        assert_eq!(lock(&pokes.board).listeners[&scope("p:1")].len(), 0);
    }
}
