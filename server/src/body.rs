//! Bodies of requests: JSON with our own errors where it does not read, and no large ones from strangers.

use andu_api::text;
use axum::{
    extract::{FromRequest, Request, State, rejection::BytesRejection},
    http::{StatusCode, header::CONTENT_LENGTH},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use crate::{Server, error::Failure, route};

/// The largest body, in bytes: a push of texts with images.
pub(crate) const LARGEST: usize = 64 << 20;
/// The largest body from somebody who is not known, in bytes: to enrol or to sign in takes less than one.
const LARGEST_UNKNOWN: u64 = 64 << 10;

/// A body of JSON.
pub(crate) struct Sent<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Sent<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let body = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(unread)?;
        let read = serde_json::from_slice(&body);
        read.map(Self)
            .map_err(|error| text::bad_arguments(&error).into())
    }
}

/// What a body that was not read to its end is answered with.
pub(crate) fn unread(_: BytesRejection) -> Failure {
    text::error("server.too_large").into()
}

/// Sends a large body away before it is read, unless it comes with a token or a session that is known.
pub(crate) async fn guard(State(server): State<Server>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let length = headers.get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    let has_body = headers.contains_key("transfer-encoding");
    let is_small = length.map_or(!has_body, |length| length <= LARGEST_UNKNOWN);
    let tokens = route::tokens(&request);
    if is_small || route::is_known(server, tokens).await {
        return next.run(request).await;
    }
    // What is still on its way is not waited for.
    let mut answer = Failure::from(text::error("server.too_large_unknown")).into_response();
    *answer.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    answer
}
