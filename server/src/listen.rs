//! Connections: TLS, time-outs, and how many there may be. Whoever connects and says nothing is sent away,
//! the longest silent first, so that those who speak are always answered.

use std::{
    collections::VecDeque,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, body::Body, extract::Request};
use hyper::{body::Incoming, server::conn::http1, service::Service as _};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{mpsc, watch},
    task::AbortHandle,
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

/// For the whole head of a request, and between two requests of a connection.
const HEAD_WITHIN: Duration = Duration::from_secs(15);
/// For the exchange of certificates.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);
/// For what is under way when the server is told to stop.
const STOPPED_WITHIN: Duration = Duration::from_secs(10);
/// Connections at the same time, at most; fewer where the system allows fewer files.
const CONNECTIONS_AT_MOST: usize = 60_000;
/// Files that are needed for other things than connections.
const OTHER_FILES: usize = 128;

/// Who sent a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer {
    /// Where from.
    pub ip: IpAddr,
    /// Over TLS.
    pub secure: bool,
}

/// Counts of connections, for the metrics.
#[derive(Default)]
pub(crate) struct Tally {
    pub open: AtomicU64,
    pub accepted: AtomicU64,
    pub sent_away: AtomicU64,
}

/// Connections that have not said anything yet, the longest silent first.
#[derive(Default)]
struct Silent(Mutex<VecDeque<(Arc<AtomicBool>, AbortHandle)>>);

impl Silent {
    fn enter(&self, spoke: Arc<AtomicBool>, handle: AbortHandle) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while waiting
            .front()
            .is_some_and(|(spoke, handle)| spoke.load(Ordering::Relaxed) || handle.is_finished())
        {
            waiting.pop_front();
        }
        waiting.push_back((spoke, handle));
    }

    /// Sends the longest silent one away. Says whether there was one.
    fn send_one_away(&self) -> bool {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some((spoke, handle)) = waiting.pop_front() {
            if !spoke.load(Ordering::Relaxed) && !handle.is_finished() {
                handle.abort();
                return true;
            }
        }
        false
    }
}

/// Counts a connection for as long as it is there.
struct Counted(Arc<Tally>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Serves `router` until `stop` is done; what is under way is finished, for some seconds.
pub(crate) async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    router: Router,
    tally: Arc<Tally>,
    stop: impl Future<Output = ()>,
) {
    let service = TowerToHyperService::new(router);
    let acceptor = tls.map(TlsAcceptor::from);
    let stopping = watch::Sender::new(false);
    // Whoever converses holds one end; when all have let go, nothing is under way.
    let (busy, mut idle) = mpsc::channel::<()>(1);
    let (silent, most) = (Silent::default(), connections_at_most());
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No files left, or a connection that was gone at once: the others go on.
                tracing::warn!(kind = ?error.kind(), "no connection accepted");
                if !silent.send_one_away() {
                    sleep(Duration::from_millis(50)).await;
                }
                continue;
            }
        };
        tally.accepted.fetch_add(1, Ordering::Relaxed);
        let open = tally.open.fetch_add(1, Ordering::Relaxed) + 1;
        let counted = Counted(Arc::clone(&tally));
        if open > most as u64 {
            tally.sent_away.fetch_add(1, Ordering::Relaxed);
            if !silent.send_one_away() {
                // All of them are at work: this one has to come again.
                continue;
            }
        }
        let spoke = Arc::new(AtomicBool::new(false));
        let guarded = (service.clone(), acceptor.clone(), Arc::clone(&spoke));
        let (stop, busy) = (stopping.subscribe(), busy.clone());
        let task = tokio::spawn(async move {
            let _held = (counted, busy);
            attend(stream, address, guarded, stop).await;
        });
        silent.enter(spoke, task.abort_handle());
    }
    drop((listener, busy));
    stopping.send_replace(true);
    let _ = timeout(STOPPED_WITHIN, idle.recv()).await;
}

/// One connection from its first byte.
async fn attend(
    stream: TcpStream,
    address: SocketAddr,
    (service, acceptor, spoke): (
        TowerToHyperService<Router>,
        Option<TlsAcceptor>,
        Arc<AtomicBool>,
    ),
    stop: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let peer = Peer {
        ip: address.ip().to_canonical(),
        secure: acceptor.is_some(),
    };
    match acceptor {
        None => converse(stream, (service, peer, spoke), stop).await,
        Some(acceptor) => {
            if let Some(stream) = shake_hands(&acceptor, stream).await {
                converse(stream, (service, peer, spoke), stop).await;
            }
        }
    }
}

async fn shake_hands(
    acceptor: &TlsAcceptor,
    stream: TcpStream,
) -> Option<tokio_rustls::server::TlsStream<TcpStream>> {
    match timeout(HANDSHAKE_WITHIN, acceptor.accept(stream)).await {
        Ok(Ok(stream)) => Some(stream),
        Ok(Err(error)) => {
            tracing::debug!(kind = ?error.kind(), "no TLS");
            None
        }
        Err(_) => None,
    }
}

/// One connection, to its end.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    (service, peer, spoke): (TowerToHyperService<Router>, Peer, Arc<AtomicBool>),
    mut stop: watch::Receiver<bool>,
) {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        spoke.store(true, Ordering::Relaxed);
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(peer);
        service.call(request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = std::pin::pin!(connection);
    // A peer that goes in the middle of something is nothing to report.
    tokio::select! {
        _ = &mut connection => return,
        _ = stop.changed() => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// As many connections as the system has files for.
fn connections_at_most() -> usize {
    let files = open_files_at_most().unwrap_or(1_024);
    CONNECTIONS_AT_MOST.min(files.saturating_sub(OTHER_FILES).max(64))
}

#[cfg(target_os = "linux")]
fn open_files_at_most() -> Option<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))?;
    line.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(not(target_os = "linux"))]
fn open_files_at_most() -> Option<usize> {
    None
}
