//! Files as chunks: `POST /sync/chunks/have`, `PUT /sync/chunks/{name}` and `GET /sync/files/{file}/{at}`,
//! for desks. A file becomes one by a command.

use std::time::Duration;

use andu_api::text;
use andu_app::chunk;
use andu_base::ContentHash;
use andu_sync::{CHUNK_AT_MOST, HaveAnswer, HaveRequest};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State, rejection::BytesRejection},
    http::HeaderMap,
    routing::{get, post, put},
};
use tokio::{task::spawn_blocking, time::interval};

use crate::{
    Server,
    error::Failure,
    route::{bearer, blocking},
    state::{days_ago, now},
};

/// What no file is made of goes after so many days in which nobody asked for it.
const LOOSE_DAYS: i64 = 7;
const SWEPT_EVERY: Duration = Duration::from_secs(6 * 3_600);

/// The routes.
pub(crate) fn routes() -> Router<Server> {
    Router::new()
        .route("/sync/chunks/have", post(have))
        .route(
            "/sync/chunks/{name}",
            put(take).layer(DefaultBodyLimit::max(CHUNK_AT_MOST)),
        )
        .route("/sync/files/{file}/{at}", get(give))
}

/// Takes out what nobody needs, from time to time.
pub(crate) async fn sweep(server: Server) {
    let mut ticks = interval(SWEPT_EVERY);
    loop {
        ticks.tick().await;
        let store = server.store.clone();
        let swept = spawn_blocking(move || chunk::sweep(&store, &days_ago(LOOSE_DAYS))).await;
        match swept {
            Ok(Ok(0)) => {}
            Ok(Ok(count)) => tracing::info!(count, "chunks of no file swept"),
            _ => tracing::error!("chunks of no file were not swept"),
        }
    }
}

async fn have(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(request): Json<HaveRequest>,
) -> Result<Json<HaveAnswer>, Failure> {
    blocking(move || {
        let person = server.person_of(&bearer(&headers))?;
        Ok(chunk::answer_have(
            &server.store,
            &person,
            &request,
            &now(),
        )?)
    })
    .await
}

async fn take(
    State(server): State<Server>,
    Path(name): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<()>, Failure> {
    blocking(move || {
        let person = server.person_of(&bearer(&headers))?;
        let name: ContentHash = name.parse().map_err(|_| text::error("chunk.wrong_name"))?;
        let limit = [("limit_kb", (CHUNK_AT_MOST >> 10).to_string())];
        let too_large =
            |_| text::error_with(andu_api::ErrorCode::Invalid, "chunk.too_large", &limit);
        let bytes = body.map_err(too_large)?;
        Ok(chunk::take(&server.store, &person, name, &bytes, &now())?)
    })
    .await
}

async fn give(
    State(server): State<Server>,
    Path((file, at)): Path<(String, usize)>,
    headers: HeaderMap,
) -> Result<Vec<u8>, Failure> {
    let given = blocking(move || {
        let person = server.person_of(&bearer(&headers))?;
        let place = (file.as_str(), at);
        Ok(server
            .store
            .read(|reader| chunk::give(reader, &person, place, &now()))?)
    });
    Ok(given.await?.0)
}
