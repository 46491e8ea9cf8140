//! The lines on which those who have a draft open at the same time see each other: who is there, and where
//! the cursors are. A line carries no text: that goes with pushes and pulls, line or not.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Read, Write},
    net::{TcpStream, ToSocketAddrs},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use andu_api::{
    DeskEvent,
    live::{Here, LONGEST_CURSOR, LiveCursor, LiveWord, Presence},
};
use reqwest::Url;
use rustls::{ClientConnection, StreamOwned, pki_types::ServerName};
use tungstenite::{
    Message, WebSocket,
    client::{IntoClientRequest, client_with_config},
    http::{HeaderValue, header::AUTHORIZATION},
    protocol::WebSocketConfig,
};

use crate::{
    event::Events,
    link::{self, Credential},
    open::OpenDesk,
    writing,
};

/// To reach the server and to agree on the line.
const REACHED_WITHIN: Duration = Duration::from_secs(10);
/// Between two looks whether something is to be said.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The server says something every 15 seconds.
const SILENT_AFTER: Duration = Duration::from_secs(40);
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 30_000;
/// The largest word of a server: who is there, with cursors.
const LARGEST_WORD: usize = 256 << 10;

/// The lines of a desk, one for each draft that is open here and written by several.
#[derive(Default)]
pub struct Lines(Mutex<Board>);

#[derive(Default)]
struct Board {
    way: Option<Way>,
    lines: BTreeMap<String, Arc<Line>>,
}

/// How the server is reached.
#[derive(Clone)]
struct Way {
    server: String,
    credential: Credential,
    events: Events,
    /// Counts what was told of who is there, over all lines.
    turns: Arc<AtomicU32>,
}

#[derive(Default)]
struct Line(Mutex<State>);

#[derive(Default)]
struct State {
    stopped: bool,
    /// What was in the way may be gone: the line is tried at once.
    hurried: bool,
    cursor: String,
    here: Here,
}

impl State {
    /// Whether somebody wants something of whoever rests.
    const fn is_called(&self) -> bool {
        self.stopped || self.hurried
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lines {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says how the server is reached, where the desk has one.
    pub(crate) fn begin(&self, desk: &OpenDesk, credential: &Credential) {
        if desk.is_replica() {
            self.board().way = Some(Way {
                server: desk.home.server.clone(),
                credential: credential.clone(),
                events: desk.events.clone(),
                turns: Arc::default(),
            });
        }
    }

    /// Opens lines for the drafts that are open here and written by several, and ends the others. Those that
    /// are down are tried at once: something came, or the server can be reached again.
    pub(crate) fn look(&self, desk: &OpenDesk) {
        let wanted: BTreeSet<String> = desk
            .writings
            .open_ones()
            .into_iter()
            .filter(|open| is_written_together(desk, &open.draft_id).unwrap_or(false))
            .map(|open| open.draft_id.clone())
            .collect();
        let mut board = self.board();
        let Some(way) = board.way.clone() else { return };
        board.lines.retain(|id, line| {
            let stays = wanted.contains(id);
            let mut state = line.state();
            state.stopped = !stays;
            state.hurried = true;
            stays
        });
        for id in wanted {
            if board.lines.contains_key(&id) {
                continue;
            }
            let line = Arc::new(Line::default());
            let (held, way, draft_id) = (Arc::clone(&line), way.clone(), id.clone());
            let spawned = thread::Builder::new()
                .name("line".into())
                .spawn(move || keep(&held, &way, &draft_id));
            match spawned {
                Ok(_) => drop(board.lines.insert(id, line)),
                Err(error) => tracing::error!(%error, "no thread for a line"),
            }
        }
    }

    /// Says where the own cursor is, and answers with the others.
    pub(crate) fn point(&self, args: &LiveCursor) -> Here {
        let line = self.board().lines.get(&args.id).cloned();
        let Some(line) = line else {
            return Here::default();
        };
        let mut state = line.state();
        if args.cursor.len() <= LONGEST_CURSOR {
            state.cursor.clone_from(&args.cursor);
        }
        state.here.clone()
    }

    /// Ends all lines.
    pub(crate) fn stop(&self) {
        let mut board = self.board();
        board.way = None;
        for line in std::mem::take(&mut board.lines).into_values() {
            line.state().stopped = true;
        }
    }
}

fn is_written_together(desk: &OpenDesk, id: &str) -> Result<bool, andu_api::ApiError> {
    let found = desk.store.read(|reader| -> andu_store::Result<_> {
        Ok((reader.draft_if_there(id)?, reader.draft_is_shared(id)?))
    })?;
    match found {
        (Some(draft), true) => writing::writes_in(desk, &draft),
        _ => Ok(false),
    }
}

/// Keeps a line up until it is ended.
fn keep(line: &Line, way: &Way, draft_id: &str) {
    let mut failures = 0_u32;
    while !line.state().stopped {
        line.state().hurried = false;
        let began = moment();
        if let Err(error) = talk(line, way, draft_id) {
            tracing::debug!(draft = draft_id, kind = ?error.kind(), "the line is down");
        }
        say_who(line, way, draft_id, Vec::new());
        if began.elapsed() > Duration::from_secs(5) {
            failures = 0;
        }
        let pause = (FIRST_PAUSE_MS << failures.min(16)).min(LONGEST_PAUSE_MS);
        failures = failures.saturating_add(1);
        let until = moment() + Duration::from_millis(pause);
        while moment() < until && !line.state().is_called() {
            thread::sleep(LOOK_EVERY);
        }
        // Hurried while it talked or while it rested: it rests no longer, and begins anew.
        if line.state().hurried {
            failures = 0;
        }
    }
}

fn say_who(line: &Line, way: &Way, draft_id: &str, people: Vec<Presence>) {
    let mut state = line.state();
    if state.here.people == people {
        return;
    }
    let turn = way.turns.fetch_add(1, Ordering::Relaxed) + 1;
    state.here = Here { turn, people };
    let here = state.here.clone();
    drop(state);
    way.events.send(DeskEvent::Present {
        draft_id: draft_id.to_owned(),
        here,
    });
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause is counted on the monotonic clock"
)]
fn moment() -> Instant {
    Instant::now()
}

/// One line, to its end.
fn talk(line: &Line, way: &Way, draft_id: &str) -> io::Result<()> {
    let url = Url::parse(&way.server).map_err(io::Error::other)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let address = (bare, port).to_socket_addrs()?.next();
    let address = address.ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
    let stream = TcpStream::connect_timeout(&address, REACHED_WITHIN)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(REACHED_WITHIN))?;
    stream.set_write_timeout(Some(REACHED_WITHIN))?;
    let timeouts = stream.try_clone()?;
    let is_plain = url.scheme() == "http";
    let scheme = if is_plain { "ws" } else { "wss" };
    let place = format!("{scheme}://{host}:{port}/live/{draft_id}");
    let shake = |stream: Box<dyn Both>| -> io::Result<WebSocket<Box<dyn Both>>> {
        let mut request = place.into_client_request().map_err(io::Error::other)?;
        let token = format!("Bearer {}", way.credential.token);
        let token = HeaderValue::from_str(&token).map_err(io::Error::other)?;
        request.headers_mut().insert(AUTHORIZATION, token);
        let config = WebSocketConfig::default()
            .max_message_size(Some(LARGEST_WORD))
            .max_frame_size(Some(LARGEST_WORD));
        let shaken = client_with_config(request, stream, Some(config));
        let (socket, _) = shaken.map_err(|error| io::Error::other(error.to_string()))?;
        Ok(socket)
    };
    let socket = if is_plain {
        shake(Box::new(stream))?
    } else {
        let name = ServerName::try_from(bare.to_owned()).map_err(io::Error::other)?;
        let config = Arc::new(link::trusting(way.credential.pin));
        let tls = ClientConnection::new(config, name).map_err(io::Error::other)?;
        shake(Box::new(StreamOwned::new(tls, stream)))?
    };
    timeouts.set_read_timeout(Some(LOOK_EVERY))?;
    listen(line, way, draft_id, socket)
}

/// What is read from and written to.
trait Both: Read + Write + Send {}
impl<T: Read + Write + Send> Both for T {}

fn listen(
    line: &Line,
    way: &Way,
    draft_id: &str,
    mut socket: WebSocket<Box<dyn Both>>,
) -> io::Result<()> {
    let failed = |error: tungstenite::Error| match error {
        tungstenite::Error::Io(error) => error,
        other => io::Error::other(other.to_string()),
    };
    let (mut said, mut heard) = (String::new(), moment());
    loop {
        let (stopped, cursor) = {
            let state = line.state();
            (state.stopped, state.cursor.clone())
        };
        if stopped {
            let _ = socket.close(None);
            return Ok(());
        }
        if cursor != said {
            socket
                .send(Message::Text(cursor.as_str().into()))
                .map_err(failed)?;
            said = cursor;
        }
        match socket.read() {
            Ok(Message::Text(word)) => {
                heard = moment();
                if let Ok(LiveWord::Present { people }) = serde_json::from_str(&word) {
                    say_who(line, way, draft_id, people);
                }
            }
            Ok(Message::Close(_)) => return Ok(()),
            Ok(_) => heard = moment(),
            Err(tungstenite::Error::Io(error))
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                if heard.elapsed() > SILENT_AFTER {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(failed(error)),
        }
    }
}
