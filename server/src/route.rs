//! Routes: `/sync/…` for desks, `POST /api/{name}` for whoever has a token or a session, the page for
//! browsers, `/health` and `/metrics`. The store is synchronous: every route works on a blocking thread.

use std::{collections::BTreeMap, net::SocketAddr, sync::Arc, time::Duration};

use andu_api::{ApiError, find_row, text};
use andu_app::{
    compare,
    draft::refusing_slow,
    execute::answer_push,
    lease, receive,
    renew::Before,
    setup::{self, Enrolment},
};
use andu_base::DeviceId;
use andu_sync::{
    Command, CompareAnswer, CompareRequest, PullRequest, PushAnswer, PushRequest, StillRequest,
};
use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, Request, State, rejection::BytesRejection},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri,
        header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE},
    },
    middleware::from_fn_with_state,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::{
    net::TcpListener,
    task::spawn_blocking,
    time::{sleep, timeout},
};

use crate::{
    Authority, Server,
    body::{self, Sent},
    browser::{self, Cookie},
    chunk,
    error::Failure,
    joining,
    listen::{self, Peer},
    live, metrics, packed,
    people::secret,
    poke,
    state::{compact, instant, now, today},
};

/// Between two looks at the certificate.
const RENEWAL_LOOKED_AT: Duration = Duration::from_secs(12 * 3_600);
/// Between two looks for leases that ran out.
const LEASES_LOOKED_AT: Duration = Duration::from_secs(600);
/// Between two looks for what was overtaken in the logs, however long the server runs.
const LOGS_LOOKED_AT: Duration = Duration::from_secs(6 * 3_600);
/// For a turn at stretching a password.
const TURN_WITHIN: Duration = Duration::from_secs(5);

#[derive(Deserialize)]
struct EnrolRequest {
    code: String,
    device: DeviceId,
    verify_key: String,
    /// Chosen by the desk, so that it may ask again; empty: the server makes one.
    #[serde(default)]
    token: String,
    /// Which device the desk was before, where it is enrolled again.
    #[serde(default)]
    before: Option<Before>,
}

#[derive(Serialize)]
struct EnrolAnswer {
    enrolled: setup::Enrolled,
    token: String,
    /// The server holds the demo county.
    demo: bool,
}

/// Where to listen, and how.
pub struct Listen {
    /// Where; port 0 for one that the system gives.
    pub address: SocketAddr,
    /// Speaks TLS with this; `None`: without, which is for this machine alone.
    pub tls: Option<Arc<Authority>>,
}

impl From<SocketAddr> for Listen {
    fn from(address: SocketAddr) -> Self {
        Self { address, tls: None }
    }
}

/// Serves until `stop` is done; answers with the address first, so that port 0 can be asked for.
///
/// # Errors
/// Where the address cannot be listened on; `InvalidInput` for one of other machines without TLS.
pub async fn serve(
    server: Server,
    listen: impl Into<Listen>,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let Listen { address, tls } = listen.into();
    if tls.is_none() && !address.ip().is_loopback() {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let listener = TcpListener::bind(address).await?;
    ready(listener.local_addr()?);
    let renewing = tls.clone().map(|authority| tokio::spawn(renew(authority)));
    let config = tls.map(|authority| authority.tls());
    let tally = Arc::clone(&server.tally);
    let pokes = Arc::clone(&server.pokes);
    let sweeping = tokio::spawn(chunk::sweep(server.clone()));
    let ending = tokio::spawn(end_leases(server.clone()));
    let compacting = tokio::spawn(compact_logs(server.clone()));
    let watching = tokio::spawn(poke::watch(server.clone()));
    let ticking = tokio::spawn(crate::tick::keep_time(server.clone()));
    let stop = async move {
        stop.await;
        pokes.close();
    };
    listen::serve(listener, config, router(server), tally, stop).await;
    sweeping.abort();
    ending.abort();
    compacting.abort();
    watching.abort();
    ticking.abort();
    if let Some(renewing) = renewing {
        renewing.abort();
    }
    Ok(())
}

/// Replaces the certificate when its end comes near, however long the server runs.
async fn renew(authority: Arc<Authority>) {
    loop {
        sleep(RENEWAL_LOOKED_AT).await;
        let authority = Arc::clone(&authority);
        let renewed = spawn_blocking(move || authority.renew(today())).await;
        if !matches!(renewed, Ok(Ok(()))) {
            tracing::error!("the certificate was not renewed");
        }
    }
}

/// Enters into the register which leases ran out.
async fn end_leases(server: Server) {
    loop {
        let store = Arc::clone(&server.store);
        let swept = spawn_blocking(move || lease::sweep(&store, &now())).await;
        if !matches!(swept, Ok(Ok(_))) {
            tracing::error!("leases that ran out were not entered");
        }
        sleep(LEASES_LOOKED_AT).await;
    }
}

/// Keeps the logs short. It was done when the store was opened.
async fn compact_logs(server: Server) {
    loop {
        sleep(LOGS_LOOKED_AT).await;
        let store = Arc::clone(&server.store);
        match spawn_blocking(move || compact(&store)).await {
            Ok(Ok(entries)) => tracing::debug!(entries, "overtaken entries left the logs"),
            _ => tracing::error!("overtaken entries stayed in the logs"),
        }
    }
}

fn router(server: Server) -> Router {
    let watched = from_fn_with_state(server.clone(), metrics::watch);
    Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics::metrics))
        .route("/sync/enrol", post(enrol))
        .route("/sync/push", post(push))
        .route("/sync/pull", post(pull))
        .route("/sync/still", post(still))
        .route("/sync/events", get(poke::events))
        .route("/sync/wait", get(poke::wait))
        .route("/api/openapi.json", get(openapi))
        .route("/sync/compare", post(compare))
        .route("/sync/join/offer", post(joining::offer))
        .route("/sync/join/standing", post(joining::standing))
        .route("/sync/join/review", post(joining::review))
        .route("/sync/join/{id}/{part}", put(joining::part))
        .route("/live/{draft}", get(live::line))
        .route("/api/{name}", post(call))
        .merge(chunk::routes())
        .fallback(page)
        .layer(from_fn_with_state(server.clone(), body::guard))
        .layer(DefaultBodyLimit::max(body::LARGEST))
        .layer(watched)
        .with_state(server)
}

/// Whether the store can be read.
async fn health(State(server): State<Server>) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let demo = server.is_demo()?;
        Ok(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "demo": demo }))
    })
    .await
}

/// The command table, described.
async fn openapi() -> Json<Value> {
    Json(andu_api::openapi::document(env!("CARGO_PKG_VERSION")))
}

async fn page(
    State(server): State<Server>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match method {
        Method::GET => server.pages.answer(&uri, &headers),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// Works on a blocking thread; a panic there is our mistake and ends only this request.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<Json<T>, Failure> {
    match spawn_blocking(work).await {
        Ok(answer) => Ok(Json(answer?)),
        Err(_) => Err(Failure(text::error("store.engine"))),
    }
}

/// The token of a device; empty if there is none.
pub(crate) fn bearer(headers: &HeaderMap) -> String {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    header
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or("")
        .to_owned()
}

/// The name of the cookie: over TLS one that no other host and no other path can have set.
const fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-andu" } else { "andu" }
}

/// The token of a browser's session; empty if there is none.
pub(crate) fn cookie(headers: &HeaderMap, secure: bool) -> String {
    let values = headers.get_all(COOKIE).iter();
    let pairs = values.filter_map(|value| value.to_str().ok());
    pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == cookie_name(secure))
        .map(|(_, token)| token.to_owned())
        .unwrap_or_default()
}

/// Whether a browser sends this from another page than ours. (The cookie is not sent from there either.)
pub(crate) fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(ORIGIN).and_then(|origin| origin.split_once("://"));
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
        || (headers.contains_key(ORIGIN) && origin.map(|(_, host)| host) != text(HOST))
}

/// The token of a device and that of a session, as a request comes with them; empty where there is none.
pub(crate) fn tokens(request: &Request) -> (String, String) {
    let peer = request.extensions().get::<Peer>();
    let secure = peer.is_some_and(|peer| peer.secure);
    (bearer(request.headers()), cookie(request.headers(), secure))
}

/// Whether these are the token of a device in use, or of a session that is not over.
pub(crate) async fn is_known(server: Server, (bearer, cookie): (String, String)) -> bool {
    let known = spawn_blocking(move || match bearer.is_empty() {
        false => server.person_of(&bearer).is_ok(),
        true => {
            let who = andu_app::account::who(&server.store, &cookie, instant());
            who.is_ok_and(|who| who.is_some())
        }
    });
    known.await.unwrap_or(false)
}

async fn enrol(
    State(server): State<Server>,
    Sent(request): Sent<EnrolRequest>,
) -> Result<Json<EnrolAnswer>, Failure> {
    blocking(move || {
        let token = match request.token.len() {
            64 => request.token,
            _ => secret()? + &secret()?,
        };
        let reason = text::sentence("device.renewed", &BTreeMap::new());
        let asked = Enrolment {
            secret: &request.code,
            device: request.device,
            verify_key: &request.verify_key,
            token: &token,
            before: request.before.as_ref().map(|before| (before, &*reason)),
        };
        let enrolled = setup::enrol(&server.store, &asked, &now())?;
        let demo = server.is_demo()?;
        Ok(EnrolAnswer {
            enrolled,
            token,
            demo,
        })
    })
    .await
}

async fn push(
    State(server): State<Server>,
    headers: HeaderMap,
    Sent(mut request): Sent<PushRequest>,
) -> Result<Json<PushAnswer>, Failure> {
    blocking(move || {
        let (person, device) = server.holder_of(&bearer(&headers))?;
        let slow = server
            .examiner
            .too_slow(&server.store, &mut request.commands);
        let rule_of = |command: &Command| {
            let rule = find_row(&command.kind).and_then(andu_api::Row::rule);
            match slow.contains(&command.id) {
                true => rule.map(refusing_slow),
                false => rule,
            }
        };
        let who = (&person, device);
        let answer = answer_push(&server.store, who, request, rule_of, &now())?;
        server.tell(answer.outcomes.iter().map(|(_, outcome)| outcome));
        Ok(answer)
    })
    .await
}

async fn pull(
    State(server): State<Server>,
    headers: HeaderMap,
    Sent(request): Sent<PullRequest>,
) -> Result<Response, Failure> {
    packed::blocking(move || {
        let (person, device) = server.holder_of(&bearer(&headers))?;
        server.standing.note(&server.store, device, &request)?;
        let now = now();
        let answer = server
            .store
            .read(|reader| receive::answer_pull(reader, (&person, device), &request, &now))?;
        // What a desk is told it may hold is in the register before it is told.
        lease::note(&server.store, (&person, device), (&request, &answer), &now)?;
        Ok(packed::answer(&headers, &answer))
    })
    .await
}

async fn still(
    State(server): State<Server>,
    headers: HeaderMap,
    Sent(request): Sent<StillRequest>,
) -> Result<Response, Failure> {
    packed::blocking(move || {
        let (person, device) = server.holder_of(&bearer(&headers))?;
        let who = (&person, device);
        let answer = receive::answer_still(&server.store, who, &request, &now())?;
        Ok(packed::answer(&headers, &answer))
    })
    .await
}

async fn compare(
    State(server): State<Server>,
    headers: HeaderMap,
    Sent(request): Sent<CompareRequest>,
) -> Result<Json<CompareAnswer>, Failure> {
    blocking(move || {
        let (person, _) = server.holder_of(&bearer(&headers))?;
        Ok(server
            .store
            .read(|reader| compare::answer_compare(reader, &person, &request, &now()))?)
    })
    .await
}

/// `POST /api/{name}`: a command of the table, for a device with its token or a browser with its session.
async fn call(
    State(server): State<Server>,
    Path(name): Path<String>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, Failure> {
    let (bearer, cookie) = (bearer(&headers), cookie(&headers, peer.secure));
    let is_json = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/json"));
    if is_from_elsewhere(&headers) || !is_json {
        return Err(Failure(text::error("account.other_site")));
    }
    let _guessing = match browser::is_slow(&name) {
        true => {
            let turn = timeout(TURN_WITHIN, server.guesses.clone().acquire_owned()).await;
            Some(turn.map_err(|_| text::error("account.busy"))?)
        }
        false => None,
    };
    let body = body.map_err(body::unread)?;
    let (answer, change) = blocking(move || {
        let args = serde_json::from_slice(&body).map_err(|error| text::bad_arguments(&error))?;
        let asked = browser::Asked {
            server,
            peer,
            bearer,
            cookie,
        };
        browser::answer(&asked, &name, args)
    })
    .await?
    .0;
    let mut answer = Json(answer).into_response();
    let name = cookie_name(peer.secure);
    let secure = if peer.secure { "; Secure" } else { "" };
    let set = match change {
        Cookie::Stays => return Ok(answer),
        Cookie::Begins(token) => {
            format!("{name}={token}; Path=/; HttpOnly; SameSite=Strict{secure}")
        }
        Cookie::Ends => {
            format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}")
        }
    };
    let set = HeaderValue::from_str(&set).expect("BUG: tokens are hexadecimal");
    answer.headers_mut().insert(SET_COOKIE, set);
    Ok(answer)
}
