//! What stands between a desk and its server: it passes requests on, it can be cut, and it can set off a
//! trap at a chosen moment of a chosen exchange.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// A moment of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The desk has asked; the server knows nothing of it.
    Asked,
    /// The server has the request and works on it.
    Forwarded,
    /// The server has answered; the desk knows nothing of it.
    Answered,
    /// The desk has the answer and works on it.
    Passed,
}

/// What happens at a moment of an exchange.
pub struct Trap {
    /// Of requests to this path.
    pub path: &'static str,
    /// At this moment.
    pub stage: Stage,
    /// Only where request or answer hold this.
    pub holding: &'static str,
    /// What is done.
    pub spring: Box<dyn FnOnce() + Send>,
}

struct Shared {
    address: SocketAddr,
    upstream: Mutex<Option<SocketAddr>>,
    trap: Mutex<Option<Trap>>,
    sprung: AtomicBool,
}

/// A way to the server.
#[derive(Clone)]
pub struct Proxy(Arc<Shared>);

impl Proxy {
    /// A way to `upstream`; `None`: cut.
    pub fn to(upstream: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let shared = Arc::new(Shared {
            address: listener.local_addr().expect("an address"),
            upstream: Mutex::new(upstream),
            trap: Mutex::new(None),
            sprung: AtomicBool::new(false),
        });
        let weak = Arc::downgrade(&shared);
        thread::spawn(move || {
            for client in listener.incoming() {
                let (Some(shared), Ok(client)) = (weak.upgrade(), client) else {
                    return;
                };
                thread::spawn(move || exchange(&shared, client));
            }
        });
        Self(shared)
    }

    /// What the desk is told as the server's address.
    pub fn address(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// Leads to another server from now on; `None` cuts.
    pub fn lead(&self, upstream: Option<SocketAddr>) {
        *self.0.upstream.lock().expect("no panic before") = upstream;
    }

    /// Sets a trap for the next exchange that fits.
    pub fn set(&self, trap: Trap) {
        self.0.sprung.store(false, Ordering::SeqCst);
        *self.0.trap.lock().expect("no panic before") = Some(trap);
    }

    /// Whether the last trap went off.
    pub fn sprung(&self) -> bool {
        self.0.sprung.load(Ordering::SeqCst)
    }
}

impl Shared {
    /// Sets the trap off where it fits. Says whether it did.
    fn spring(&self, path: &str, stage: Stage, (request, answer): (&[u8], &[u8])) -> bool {
        let taken = {
            let mut trap = self.trap.lock().expect("no panic before");
            let fits = trap.as_ref().is_some_and(|trap| {
                let holds = holds(request, trap.holding) || holds(answer, trap.holding);
                is_at(trap.path, path) && trap.stage == stage && holds
            });
            if fits { trap.take() } else { None }
        };
        let Some(trap) = taken else { return false };
        (trap.spring)();
        self.sprung.store(true, Ordering::SeqCst);
        true
    }
}

/// Whether a trap for one path is for what came to another: a desk pulls by either of two.
fn is_at(trap: &str, path: &str) -> bool {
    trap == path || (trap == "/sync/pull" && path == "/sync/still")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    text.is_empty()
        || bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
}

fn exchange(shared: &Shared, mut client: TcpStream) {
    let _ = client.set_read_timeout(Some(Duration::from_secs(30)));
    let Some((path, request)) = read_request(&mut client) else {
        return;
    };
    if shared.spring(&path, Stage::Asked, (&request, b"")) {
        return;
    }
    let upstream = *shared.upstream.lock().expect("no panic before");
    let Some(mut server) = upstream.and_then(|address| TcpStream::connect(address).ok()) else {
        return;
    };
    let _ = server.set_read_timeout(Some(Duration::from_secs(30)));
    if server.write_all(&request).is_err() {
        return;
    }
    if path.starts_with(LINES) {
        return tunnel(shared, (client, server), upstream);
    }
    shared.spring(&path, Stage::Forwarded, (&request, b""));
    let mut answer = Vec::new();
    // A server that dies leaves what it had said by then.
    let _ = server.read_to_end(&mut answer);
    if answer.is_empty() || shared.spring(&path, Stage::Answered, (&request, &answer)) {
        return;
    }
    if client.write_all(&answer).is_ok() {
        shared.spring(&path, Stage::Passed, (&request, &answer));
    }
}

/// What goes on after its answer, both ways.
const LINES: &str = "/live/";

/// Passes everything on until the way leads elsewhere.
fn tunnel(shared: &Shared, (client, server): (TcpStream, TcpStream), upstream: Option<SocketAddr>) {
    let both = [&client, &server].map(|stream| stream.try_clone().expect("a second handle"));
    let ended = Arc::new(AtomicBool::new(false));
    let pass = |mut from: TcpStream, mut to: TcpStream| {
        let ended = Arc::clone(&ended);
        let _ = from.set_read_timeout(None);
        thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            ended.store(true, Ordering::SeqCst);
        });
    };
    let [client_too, server_too] = both;
    pass(client, server);
    pass(
        server_too.try_clone().expect("a second handle"),
        client_too.try_clone().expect("a second handle"),
    );
    while !ended.load(Ordering::SeqCst)
        && *shared.upstream.lock().expect("no panic before") == upstream
    {
        thread::sleep(Duration::from_millis(20));
    }
    for stream in [client_too, server_too] {
        let _ = stream.shutdown(std::net::Shutdown::Both);
    }
}

/// A whole request, changed so that the server closes the connection after its answer and does not pack what
/// traps look into; and its path.
fn read_request(client: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head = loop {
        let mut part = [0; 8 << 10];
        match client.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let path = text.split(' ').nth(1)?.to_owned();
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().ok())?
    });
    let length = length.unwrap_or(0);
    while bytes.len() < head + length {
        let mut part = [0; 64 << 10];
        match client.read(&mut part) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
    }
    let line_end = text.find("\r\n")? + 2;
    let mut request = bytes[..line_end].to_vec();
    if !path.starts_with(LINES) {
        request.extend_from_slice(b"connection: close\r\n");
    }
    for line in text[line_end..].split_inclusive("\r\n") {
        if !line.to_ascii_lowercase().starts_with("accept-encoding:") {
            request.extend_from_slice(line.as_bytes());
        }
    }
    request.extend_from_slice(&bytes[head..]);
    Some((path, request))
}
