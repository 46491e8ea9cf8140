//! Answers that are made smaller for those who can read them so: pulls are the same words again and again.

use andu_api::{ApiError, text};
use axum::{
    http::{
        HeaderMap, HeaderValue,
        header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use serde::Serialize;
use tokio::task::spawn_blocking;

use crate::error::Failure;

/// Below this nothing is gained.
const WORTH_IT: usize = 1 << 10;
/// zstd's fastest ordinary level: a page of rows becomes a tenth in less time than it takes to send it.
const LEVEL: i32 = 1;

/// Works on a blocking thread; a panic there is our mistake and ends only this request.
pub(crate) async fn blocking(
    work: impl FnOnce() -> Result<Response, ApiError> + Send + 'static,
) -> Result<Response, Failure> {
    match spawn_blocking(work).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(Failure(text::error("store.engine"))),
    }
}

/// An answer as JSON, packed with zstd where it is large and the other side takes it.
pub(crate) fn answer(asked: &HeaderMap, answer: &impl Serialize) -> Response {
    let json = serde_json::to_vec(answer).expect("BUG: answers are plain data");
    let takes = asked
        .get_all(ACCEPT_ENCODING)
        .iter()
        .any(|value| value.to_str().is_ok_and(|value| value.contains("zstd")));
    let kind = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if takes
        && json.len() > WORTH_IT
        && let Ok(small) = zstd::bulk::compress(&json, LEVEL)
    {
        let packed = (CONTENT_ENCODING, HeaderValue::from_static("zstd"));
        return ([kind, packed], small).into_response();
    }
    ([kind], json).into_response()
}
