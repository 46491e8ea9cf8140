//! Routes: `POST /sync/enrol`, `/sync/push`, `/sync/pull`, `/sync/compare` for desks, `POST /api/{name}` for whoever has a
//! token, `GET /health`. The store is synchronous: every route works on a blocking thread.

use std::net::SocketAddr;

use andu_api::{ApiError, find_row, text};
use andu_app::{compare, execute::answer_push, receive, setup};
use andu_base::DeviceId;
use andu_sync::{CompareAnswer, CompareRequest, PullAnswer, PullRequest, PushAnswer, PushRequest};
use axum::{
    Json, Router,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, header::AUTHORIZATION},
    routing::{get, post},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{net::TcpListener, task::spawn_blocking};

use crate::{Server, error::Failure, people::secret, state::now};

/// The largest body, in bytes: a push of texts with images.
const LARGEST_BODY: usize = 64 << 20;

#[derive(Deserialize)]
struct EnrolRequest {
    code: String,
    device: DeviceId,
    verify_key: String,
}

#[derive(Serialize)]
struct EnrolAnswer {
    enrolled: setup::Enrolled,
    token: String,
}

/// Serves until `stop` is done; answers with the address first, so that port 0 can be asked for.
///
/// # Errors
/// Where the address cannot be listened on.
pub async fn serve(
    server: Server,
    address: SocketAddr,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let listener = TcpListener::bind(address).await?;
    ready(listener.local_addr()?);
    axum::serve(listener, router(server))
        .with_graceful_shutdown(stop)
        .await
}

fn router(server: Server) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/sync/enrol", post(enrol))
        .route("/sync/push", post(push))
        .route("/sync/pull", post(pull))
        .route("/sync/compare", post(compare))
        .route("/api/{name}", post(call))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(server)
}

/// Works on a blocking thread; a panic there is our mistake and ends only this request.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<Json<T>, Failure> {
    match spawn_blocking(work).await {
        Ok(answer) => Ok(Json(answer?)),
        Err(_) => Err(Failure(text::error("store.engine"))),
    }
}

fn token(headers: &HeaderMap) -> String {
    let header = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    header
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or("")
        .to_owned()
}

async fn enrol(
    State(server): State<Server>,
    Json(request): Json<EnrolRequest>,
) -> Result<Json<EnrolAnswer>, Failure> {
    blocking(move || {
        let token = secret()? + &secret()?;
        let enrolled = setup::enrol(
            &server.store,
            &request.code,
            request.device,
            &request.verify_key,
            &token,
            &now(),
        )?;
        Ok(EnrolAnswer { enrolled, token })
    })
    .await
}

async fn push(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(request): Json<PushRequest>,
) -> Result<Json<PushAnswer>, Failure> {
    blocking(move || {
        let (person, device) = server.desk_of(&token(&headers))?;
        let rule_of = |kind: &str| find_row(kind).and_then(andu_api::Row::rule);
        let who = (&person, device);
        Ok(answer_push(&server.store, who, request, rule_of, &now())?)
    })
    .await
}

async fn pull(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(request): Json<PullRequest>,
) -> Result<Json<PullAnswer>, Failure> {
    blocking(move || {
        let (person, device) = server.desk_of(&token(&headers))?;
        receive::note_cursors(&server.store, device, &request, &now())?;
        Ok(server
            .store
            .read(|reader| receive::answer_pull(reader, (&person, device), &request, &now()))?)
    })
    .await
}

async fn compare(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(request): Json<CompareRequest>,
) -> Result<Json<CompareAnswer>, Failure> {
    blocking(move || {
        let (person, _) = server.desk_of(&token(&headers))?;
        Ok(server
            .store
            .read(|reader| compare::answer_compare(reader, &person, &request, &now()))?)
    })
    .await
}

async fn call(
    State(server): State<Server>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(args): Json<Value>,
) -> Result<Json<Value>, Failure> {
    blocking(move || {
        let person = server.person_of(&token(&headers))?;
        server.call(person, &name, args)
    })
    .await
}
