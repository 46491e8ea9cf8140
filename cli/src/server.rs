//! Verbs of the server: serve, and invite people.

use std::fmt::Write as _;

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::file;
use andu_server::{Roster, Server};
use serde_json::json;

use crate::{
    argument::{Invite, Serve},
    outcome::Done,
};

/// Serves until it is told to stop.
pub fn serve(args: &Serve) -> Result<Done, ApiError> {
    if !args.listen.ip().is_loopback() {
        // Without TLS nothing of an agency crosses a wire.
        return Err(text::error("server.loopback_only"));
    }
    let server = Server::open(&args.data)?;
    let failed = |cause: std::io::Error| {
        let fields = [
            ("address", args.listen.to_string()),
            ("cause", cause.to_string()),
        ];
        text::error_with(ErrorCode::NotNow, "server.listen", &fields)
    };
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    let ready = |address| {
        use std::io::Write as _;
        let mut out = std::io::stdout();
        let _ = writeln!(
            out,
            "{}",
            json!({ "listening": format!("http://{address}") })
        );
        let _ = out.flush();
    };
    let served = andu_server::serve(server, args.listen, ready, async {
        let _ = tokio::signal::ctrl_c().await;
    });
    runtime.block_on(served).map_err(failed)?;
    Ok(Done::clean(
        json!({ "stopped": true }),
        "服务器已停止".into(),
    ))
}

/// Enters a roster and answers with a one-time code for each person.
pub fn invite(args: &Invite) -> Result<Done, ApiError> {
    let bytes = file::read(&args.roster, 8 << 20)?;
    let roster: Roster =
        serde_json::from_slice(&bytes).map_err(|error| text::bad_arguments(&error))?;
    let server = Server::open(&args.data)?;
    let ids = andu_server::enter_roster(&server, &roster)?;
    let mut codes = Vec::new();
    let mut said = String::new();
    for (person, id) in roster.people.iter().zip(ids) {
        let code = andu_server::invite(&server, id)?;
        let _ = writeln!(said, "{}  {}  {code}", person.department, person.name);
        codes.push(json!({ "name": person.name, "department": person.department, "code": code }));
    }
    said.push_str("每个登记码只能用一次，请当面交给本人。");
    Ok(Done::clean(json!(codes), said))
}
