//! What desks that worked alone bring when they join: offers, their parts, where they stand.

use andu_api::{ApiError, joining::JoiningLook};
use andu_app::joining::{self, Manifest, Standing};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::HeaderMap,
};
use serde::Deserialize;

use crate::{
    Server,
    error::Failure,
    route::{bearer, blocking},
    state::{Proof, Visitor, now},
};

/// An offer with the device's signature.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Offer {
    manifest: Manifest,
    signature: String,
}

pub(crate) async fn offer(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(offer): Json<Offer>,
) -> Result<Json<Standing>, Failure> {
    blocking(move || {
        let (person, device) = server.desk_of(&bearer(&headers))?;
        let (manifest, signature) = (&offer.manifest, &offer.signature);
        let who = (&person, device);
        Ok(joining::offer(
            &server.store,
            who,
            manifest,
            signature,
            &now(),
        )?)
    })
    .await
}

pub(crate) async fn part(
    State(server): State<Server>,
    Path((id, part)): Path<(String, u32)>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Json<Standing>, Failure> {
    blocking(move || {
        let (person, device) = server.desk_of(&bearer(&headers))?;
        let (who, which) = ((&person, device), (id.as_str(), part));
        Ok(joining::take_part(&server.store, who, which, &bytes)?)
    })
    .await
}

pub(crate) async fn standing(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(id): Json<String>,
) -> Result<Json<Standing>, Failure> {
    blocking(move || {
        let (person, device) = server.desk_of(&bearer(&headers))?;
        Ok(server
            .store
            .read(|reader| joining::standing(reader, (&person, device), &id))?)
    })
    .await
}

pub(crate) async fn review(
    State(server): State<Server>,
    headers: HeaderMap,
    Json(look): Json<JoiningLook>,
) -> Result<Json<andu_api::joining::JoiningReview>, Failure> {
    blocking(move || -> Result<_, ApiError> {
        let (person, _) = server.desk_of(&bearer(&headers))?;
        let visitor = Visitor {
            server,
            person,
            proof: Proof::Device,
        };
        andu_api::joining::review(&visitor, look)
    })
    .await
}
