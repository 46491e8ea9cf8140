//! Verbs of the server: serve, and invite people.

use std::{
    fmt::Write as _,
    io::Write as _,
    net::{Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{clock, file};
use andu_document::ClassificationLevel;
use andu_server::{Fresh, Listen, Pages, Roster, RosterPerson, Server, demo_wanted, hold, is_host};
use serde_json::json;

use crate::{
    admin,
    argument::{Device, DeviceVerb, Invite, Serve},
    demo,
    document::ceiling,
    outcome::{Done, wrong_file},
};

/// A store of this many bytes is looked through before people have begun to wonder.
const LARGE_STORE: u64 = 256 << 20;

/// What is said while a store of so many bytes is looked through; `None` where that takes a moment.
fn looking_through(bytes: u64) -> Option<String> {
    let megabytes = bytes >> 20;
    let fields = [("megabytes".to_owned(), megabytes.to_string())].into();
    (bytes >= LARGE_STORE).then(|| text::sentence("server.looking_through", &fields))
}

/// Serves until it is told to stop.
pub fn serve(args: &Serve, as_json: bool) -> Result<Done, ApiError> {
    if args.plain && !args.listen.ip().is_loopback() {
        return Err(text::error("server.plain_loopback_only"));
    }
    if let Some(bad) = args.addresses.iter().find(|host| !is_host(host)) {
        let fields = [("host", bad.clone())];
        return Err(text::error_with(ErrorCode::Invalid, "server.host", &fields));
    }
    if args.demo && !args.listen.ip().is_loopback() {
        return Err(text::error("demo.loopback_only"));
    }
    log_to_stderr();
    let pages = pages(args)?;
    let fresh = Fresh::watch(&args.data);
    let kept = fresh.kept();
    let _held = hold(&args.data)?;
    let store = std::fs::metadata(args.data.join("server.db"));
    if let Some(sentence) = store.ok().and_then(|store| looking_through(store.len())) {
        let _ = writeln!(std::io::stderr(), "{sentence}");
    }
    Server::check_sound(&args.data)?;
    let server = Server::open(&args.data)?.with_pages(pages);
    server.set_ceiling(ceiling()?.map_or("none", ClassificationLevel::word))?;
    if !args.listen.ip().is_loopback() && server.is_demo()? {
        return Err(text::error("demo.loopback_only"));
    }
    if args.demo {
        fill_demo(args, &server)?;
        kept.keep();
    }
    let hosts = if args.addresses.is_empty() {
        vec![args.listen.ip().to_string()]
    } else {
        args.addresses.clone()
    };
    let tls = match args.plain {
        true => None,
        false if args.new_authority => Some(Arc::new(server.new_authority(&hosts)?)),
        false => Some(Arc::new(server.authority(&hosts)?)),
    };
    let failed = |cause: std::io::Error| {
        let fields = [
            ("address", args.listen.to_string()),
            ("cause", file::said(&cause)),
        ];
        text::error_with(ErrorCode::NotNow, "server.listen", &fields)
    };
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    let fingerprint = tls
        .as_ref()
        .map(|authority| authority.fingerprint().to_owned());
    let (noting, scheme) = (server.clone(), if args.plain { "http" } else { "https" });
    let ready = move |address: SocketAddr| {
        kept.keep();
        let reached = format!("{scheme}://{}", reached_at(&hosts[0], address.port()));
        if let Err(error) = noting.note_address(&reached) {
            tracing::error!(key = error.key, "address not noted");
        }
        announce(reached, fingerprint.as_deref(), as_json);
    };
    let listen = Listen {
        address: args.listen,
        tls,
    };
    let served = andu_server::serve(server, listen, ready, told_to_stop());
    runtime.block_on(served).map_err(failed)?;
    Ok(Done::clean(
        json!({ "stopped": true }),
        "服务器已停止".into(),
    ))
}

/// Says where the server is reached: a program that started us reads a line of JSON; a person at a terminal a
/// sentence.
fn announce(reached: String, fingerprint: Option<&str>, as_json: bool) {
    use std::io::{IsTerminal as _, Write as _};
    let mut out = std::io::stdout();
    let said = if as_json || !out.is_terminal() {
        json!({ "listening": reached, "authority_sha256": fingerprint }).to_string()
    } else {
        let key = match fingerprint {
            None => "command.serving_plain",
            Some(_) => "command.serving",
        };
        let fingerprint = fingerprint.unwrap_or_default().to_owned();
        let fields = [("address", reached), ("fingerprint", fingerprint)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).into();
        text::sentence(key, &fields)
    };
    let _ = writeln!(out, "{said}");
    let _ = out.flush();
}

/// Fills a new demo, or goes on where filling it was cut off; one that is there grows only where that is said.
fn fill_demo(args: &Serve, server: &Server) -> Result<(), ApiError> {
    let wanted = match args.documents {
        Some(documents) => documents,
        None => demo_wanted(server)?,
    };
    if wanted > 0 {
        demo::fill(server, wanted)?;
    }
    Ok(())
}

/// One JSON object a line: what was asked and how it ended, without private data.
fn log_to_stderr() {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::INFO)
        .finish();
    // Somebody who embeds this has set one before.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The page for browsers: where it was said to be, else beside the program; without it only desks are served.
fn pages(args: &Serve) -> Result<Pages, ApiError> {
    let failed = |folder: &Path, cause: &std::io::Error| {
        let fields = [
            ("folder", folder.display().to_string()),
            ("cause", file::said(cause)),
        ];
        text::error_with(ErrorCode::Invalid, "server.ui", &fields)
    };
    if let Some(folder) = &args.ui {
        return Pages::read(folder).map_err(|cause| failed(folder, &cause));
    }
    let beside = std::env::current_exe()
        .ok()
        .and_then(|exe| Some(exe.parent()?.join("ui")));
    let found = [beside, Some(PathBuf::from("/usr/share/andu/ui"))]
        .into_iter()
        .flatten()
        .find(|folder| folder.join("index.html").exists());
    match found {
        Some(folder) => Pages::read(&folder).map_err(|cause| failed(&folder, &cause)),
        None => {
            tracing::warn!("{}", text::sentence("command.no_pages", &[].into()));
            Ok(Pages::default())
        }
    }
}

/// Lists devices or ends the use of one.
pub fn device(args: &Device) -> Result<Done, ApiError> {
    match &args.verb {
        DeviceVerb::List { data } => {
            let devices = andu_server::devices(&Server::open_existing(data)?)?;
            let mut said = String::new();
            for device in &devices {
                let state = match device.revoked_at.as_str() {
                    "" => "在用".to_owned(),
                    at => {
                        let at = clock::on_the_wall(at);
                        format!("已于 {at} 收回：{}", device.reason)
                    }
                };
                let (id, since) = (&device.id, clock::on_the_wall(&device.enrolled_at));
                let _ = writeln!(said, "{id}  {}  {since} 登记  {state}", device.person);
            }
            let _ = write!(said, "共 {} 台", devices.len());
            Ok(Done::clean(json!(devices), said))
        }
        DeviceVerb::Revoke {
            data,
            device,
            reason,
            named,
        } => {
            let server = Server::open_existing(data)?;
            let ended = match server.is_founded()? {
                true => {
                    let by = named.vouch(&server)?;
                    server.revoke_vouched(&by, device, reason)?
                }
                false => andu_server::revoke(&server, device, reason)?,
            };
            let said = if ended {
                "已收回"
            } else {
                "这台电脑的资格早已收回"
            };
            Ok(Done::clean(json!({ "revoked": ended }), said.into()))
        }
    }
}

/// Host and port as they stand in an address.
fn reached_at(host: &str, port: u16) -> String {
    match host.parse::<Ipv6Addr>() {
        Ok(ip) => format!("[{ip}]:{port}"),
        Err(_) => format!("{host}:{port}"),
    }
}

/// Until Ctrl+C, or what the system sends to end a service.
async fn told_to_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Enters a roster and answers with a one-time code for each person.
pub fn invite(args: &Invite) -> Result<Done, ApiError> {
    let roster = roster(args)?;
    let server = Server::open_existing(&args.data)?;
    if server.is_founded()? {
        return Err(text::error("admin.invite_by_name"));
    }
    if server.address()?.is_none() {
        return Err(text::error("server.address_needed"));
    }
    let ids = andu_server::enter_roster(&server, &roster)?;
    let mut codes = Vec::new();
    let mut said = String::new();
    for (person, id) in roster.people.iter().zip(ids) {
        let code = andu_server::enrolment_code(&server, &andu_server::invite(&server, id)?)?;
        let _ = writeln!(said, "{}  {}  {code}", person.department, person.name);
        codes.push(json!({ "name": person.name, "department": person.department, "code": code }));
    }
    said.push_str("每个登记码只能用一次，请当面交给本人。");
    Ok(Done::clean(json!(codes), said))
}

/// The roster: JSON, or a sheet of people and the agency beside it.
fn roster(args: &Invite) -> Result<Roster, ApiError> {
    let ending = args.roster.extension().unwrap_or_default();
    let given = args.agency.clone().unwrap_or_default();
    if !ending.eq_ignore_ascii_case("xlsx") {
        let bytes = file::read(&args.roster, 8 << 20)?;
        return serde_json::from_slice(&bytes)
            .map_err(|error| wrong_file(&args.roster, "command.is_roster", &error));
    }
    if given.trim().is_empty() {
        return Err(text::error("command.agency_needed"));
    }
    let people = admin::roster::read(&args.roster)?.people;
    let word = |person: &serde_json::Value, name: &str| {
        person[name].as_str().unwrap_or_default().to_owned()
    };
    Ok(Roster {
        agency: given,
        short_name: String::new(),
        authority_code: String::new(),
        people: people
            .iter()
            .map(|person| RosterPerson {
                name: word(person, "name"),
                post: word(person, "post"),
                department: word(person, "department"),
            })
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_store_is_told_of_while_it_is_looked_through() {
        assert_eq!(looking_through(LARGE_STORE - 1), None);
        let said = looking_through(1200 << 20).unwrap();
        assert!(said.contains("1200 MB"), "{said}");
    }
}
