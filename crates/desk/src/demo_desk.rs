//! A desk of the demo county, which enrols and opens by itself with the password that everybody in the demo
//! has. It does so at servers that say they hold the demo, and at no others.

use andu_api::{ApiError, EnrolmentCode, setting::SyncJoin, text};
use andu_app::demo::PASSWORD;
use serde_json::Value;

use crate::{
    Desk,
    link::{ANSWER, Credential, Link, failed},
    session, sync,
};

/// Opens the desk: with `code` where it is new, else with the demo's password.
///
/// # Errors
/// `demo.not_demo` for a server that holds anything else, before the code is used; those of enrolling and of
/// unlocking. The desk is then as it was.
pub fn enter(desk: &Desk, code: &str) -> Result<(), ApiError> {
    if desk.vault_place().look()?.is_some() {
        session::unlock_by_password(desk, PASSWORD)?;
        return Ok(());
    }
    let known = EnrolmentCode::parse(code)?;
    let credential = Credential {
        token: String::new(),
        pin: known.pin,
    };
    let link = Link::new(&known.address(), &credential)?;
    let health: Value = link
        .open("/health", "")?
        .json()
        .map_err(|_| failed(link.server(), ANSWER))?;
    if health["demo"] != true {
        return Err(text::error("demo.not_demo"));
    }
    // Nobody is to keep the recovery code of a demo.
    sync::join(
        desk,
        &SyncJoin {
            address: String::new(),
            code: code.to_owned(),
            password: PASSWORD.to_owned(),
        },
    )?;
    Ok(())
}
