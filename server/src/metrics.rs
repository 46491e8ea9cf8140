//! Counts for Prometheus, and one line of log for each request: what was asked, how it ended and how long
//! it took. No names, no ids, no texts.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Mutex, PoisonError, atomic::Ordering},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request, State},
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::{Duration, timeout};

use crate::{Server, error::Failure, listen::Peer, page};

/// For a whole answer, streams apart.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// Upper bounds of the histogram, in seconds.
const BOUNDS: [f64; 8] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];

#[derive(Default)]
struct Route {
    by_status: BTreeMap<u16, u64>,
    within: [u64; BOUNDS.len()],
    seconds: f64,
    count: u64,
}

/// Counts of requests and commands.
#[derive(Default)]
pub(crate) struct Counts {
    routes: Mutex<BTreeMap<String, Route>>,
    outcomes: Mutex<BTreeMap<&'static str, u64>>,
}

impl Counts {
    /// Counts outcomes of commands by their kind.
    pub fn outcome(&self, kind: &'static str) {
        let mut outcomes = self.outcomes.lock().unwrap_or_else(PoisonError::into_inner);
        *outcomes.entry(kind).or_default() += 1;
    }

    fn request(&self, route: &str, status: StatusCode, seconds: f64) {
        let mut routes = self.routes.lock().unwrap_or_else(PoisonError::into_inner);
        if !routes.contains_key(route) {
            routes.insert(route.to_owned(), Route::default());
        }
        let Some(known) = routes.get_mut(route) else {
            return;
        };
        *known.by_status.entry(status.as_u16()).or_default() += 1;
        known.seconds += seconds;
        known.count += 1;
        for (count, bound) in known.within.iter_mut().zip(BOUNDS) {
            *count += u64::from(seconds <= bound);
        }
    }
}

/// Around every request: its time, its headers, its line of log.
pub(crate) async fn watch(State(server): State<Server>, request: Request, next: Next) -> Response {
    let began = moment();
    let method = request.method().clone();
    let secure = request
        .extensions()
        .get::<Peer>()
        .is_some_and(|peer| peer.secure);
    // The pattern, never the path: a path may hold an id.
    let route = match request.extensions().get::<MatchedPath>() {
        Some(matched) if matched.as_str() == "/api/{name}" => named(request.uri().path()),
        Some(matched) => matched.as_str().to_owned(),
        None => "page".to_owned(),
    };
    let mut answer = match timeout(ANSWER_WITHIN, next.run(request)).await {
        Ok(answer) => answer,
        Err(_) => Failure(andu_api::text::error("server.too_long")).into_response(),
    };
    page::guard(answer.headers_mut(), secure);
    let seconds = began.elapsed().as_secs_f64();
    server.counts.request(&route, answer.status(), seconds);
    tracing::info!(
        %method,
        route,
        status = answer.status().as_u16(),
        ms = (seconds * 1e3).round(),
        "request"
    );
    answer
}

/// Commands of the table by their names; what is none of them by one word, so that nobody fills the table.
fn named(path: &str) -> String {
    let name = path.trim_start_matches("/api/");
    match andu_api::find_row(name) {
        Some(row) => format!("/api/{}", row.name),
        None => "/api/?".to_owned(),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a span is measured on the monotonic clock"
)]
fn moment() -> Instant {
    Instant::now()
}

/// `GET /metrics`, for this machine alone.
pub(crate) async fn metrics(
    State(server): State<Server>,
    axum::Extension(peer): axum::Extension<Peer>,
) -> Response {
    if !peer.ip.is_loopback() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kind = [("content-type", "text/plain; version=0.0.4; charset=utf-8")];
    (kind, said(&server)).into_response()
}

fn said(server: &Server) -> String {
    let mut out = String::new();
    let mut single = |name: &str, kind: &str, value: u64| {
        let _ = writeln!(out, "# TYPE {name} {kind}\n{name} {value}");
    };
    let tally = &server.tally;
    let (listening, scopes) = server.pokes.listening();
    single(
        "andu_connections",
        "gauge",
        tally.open.load(Ordering::Relaxed),
    );
    single(
        "andu_connections_accepted_total",
        "counter",
        tally.accepted.load(Ordering::Relaxed),
    );
    single(
        "andu_connections_sent_away_total",
        "counter",
        tally.sent_away.load(Ordering::Relaxed),
    );
    single("andu_poke_listeners", "gauge", listening as u64);
    single("andu_poke_scopes", "gauge", scopes as u64);
    let _ = writeln!(out, "# TYPE andu_commands_total counter");
    let outcomes = server.counts.outcomes.lock();
    for (kind, count) in outcomes.unwrap_or_else(PoisonError::into_inner).iter() {
        let _ = writeln!(out, "andu_commands_total{{outcome=\"{kind}\"}} {count}");
    }
    let routes = server.counts.routes.lock();
    let routes = routes.unwrap_or_else(PoisonError::into_inner);
    let _ = writeln!(out, "# TYPE andu_requests_total counter");
    for (route, known) in routes.iter() {
        for (status, count) in &known.by_status {
            let labels = format!("route=\"{route}\",status=\"{status}\"");
            let _ = writeln!(out, "andu_requests_total{{{labels}}} {count}");
        }
    }
    let name = "andu_request_seconds";
    let _ = writeln!(out, "# TYPE {name} histogram");
    for (route, known) in routes.iter() {
        for (count, bound) in known.within.iter().zip(BOUNDS) {
            let _ = writeln!(
                out,
                "{name}_bucket{{route=\"{route}\",le=\"{bound}\"}} {count}"
            );
        }
        let _ = writeln!(
            out,
            "{name}_bucket{{route=\"{route}\",le=\"+Inf\"}} {}",
            known.count
        );
        let _ = writeln!(out, "{name}_sum{{route=\"{route}\"}} {}", known.seconds);
        let _ = writeln!(out, "{name}_count{{route=\"{route}\"}} {}", known.count);
    }
    out
}
