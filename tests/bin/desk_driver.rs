//! A desk or a server as a process of its own, so that a scenario can kill it: one JSON line in, one out.
//! `desk FOLDER`, `server FOLDER` and `server-tls FOLDER`, which listens at the same port each time; it ends
//! when its input does.

use std::{
    env,
    io::{BufRead, Write},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, mpsc},
    thread,
};

use andu_base::PersonId;
use andu_desk::{
    Desk,
    andu_api::{ApiError, text},
    place::DeskPlace,
};
use andu_server::{Listen, Server, bundle_import, enrolment_code, enter_roster, invite, serve};
use andu_sync::Scope;
use serde_json::{Value, json};

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    match words.as_slice() {
        [mode, folder] if mode == "desk" => desk(Path::new(folder)),
        [mode, folder] if mode == "server" => server(Path::new(folder), false),
        [mode, folder] if mode == "server-tls" => server(Path::new(folder), true),
        _ => {
            eprintln!("usage: desk-driver desk|server|server-tls FOLDER");
            ExitCode::from(2)
        }
    }
}

/// Answers each line of the input until there are no more.
fn answer_lines(answer: impl Fn(&str, Value) -> Result<Value, ApiError>) -> ExitCode {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        let Ok(asked) = serde_json::from_str::<Value>(&line) else {
            eprintln!("not a line of JSON");
            return ExitCode::from(2);
        };
        let name = asked["name"].as_str().unwrap_or_default();
        say(&match answer(name, asked["args"].clone()) {
            Ok(answer) => json!({ "ok": answer }),
            Err(error) => json!({ "err": error }),
        });
    }
    ExitCode::SUCCESS
}

fn say(value: &Value) {
    let mut out = std::io::stdout().lock();
    let said = writeln!(out, "{value}").and_then(|()| out.flush());
    if said.is_err() {
        // Nobody listens any more.
        std::process::exit(0);
    }
}

fn desk(folder: &Path) -> ExitCode {
    let place = DeskPlace {
        folder: folder.to_owned(),
        profile: String::new(),
        fonts: Vec::<PathBuf>::new(),
        pdfium: env::var_os("ANDU_PDFIUM").map(PathBuf::from),
        keyring: false,
    };
    let desk = match Desk::new(place, false) {
        Ok(desk) => desk,
        Err(error) => {
            eprintln!("{}", error.sentence);
            return ExitCode::FAILURE;
        }
    };
    say(&json!({ "ok": "ready" }));
    answer_lines(|name, args| match name {
        "@outbox" => outbox(&desk),
        // What a dialog would have returned.
        "@choose" => {
            let path = args.as_str().unwrap_or_default();
            Ok(json!(desk.files.choose(Path::new(path)).token))
        }
        _ => desk.call(name, args),
    })
}

/// Entries of the outbox, those with an outcome too.
fn outbox(desk: &Arc<Desk>) -> Result<Value, ApiError> {
    let open = desk.open_desk().ok_or_else(|| text::error("desk.locked"))?;
    Ok(json!(open.store.read(|reader| reader.outbox_size())?))
}

fn server(folder: &Path, tls: bool) -> ExitCode {
    let opened = Server::open(folder).and_then(|server| {
        let hosts = ["127.0.0.1".to_owned()];
        let authority = tls.then(|| server.authority(&hosts)).transpose()?;
        Ok((server, authority.map(Arc::new)))
    });
    let (server, authority) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            eprintln!("{}", error.sentence);
            return ExitCode::FAILURE;
        }
    };
    let kept = folder.join("port");
    let port = std::fs::read_to_string(&kept).ok();
    let port = port.and_then(|text| text.parse().ok()).unwrap_or(0);
    let listen = Listen {
        address: SocketAddr::from(([127, 0, 0, 1], port)),
        tls: authority,
    };
    let (ready, address) = mpsc::channel();
    let serving = server.clone();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let tell = move |address| ready.send(address).expect("somebody waits");
        runtime.block_on(serve(serving, listen, tell, std::future::pending()))
    });
    let Ok(address) = address.recv() else {
        return ExitCode::FAILURE;
    };
    if tls {
        let noted = server.note_address(&format!("https://{address}"));
        if noted.is_err() || std::fs::write(kept, address.port().to_string()).is_err() {
            return ExitCode::FAILURE;
        }
    }
    say(&json!({ "ok": address }));
    answer_lines(|name, args| at_server(&server, name, args))
}

fn at_server(server: &Server, name: &str, args: Value) -> Result<Value, ApiError> {
    let read = |value| serde_json::from_value(value).map_err(|error| text::bad_arguments(&error));
    match name {
        "roster" => {
            let roster =
                serde_json::from_value(args).map_err(|error| text::bad_arguments(&error))?;
            Ok(json!(enter_roster(server, &roster)?))
        }
        "invite" => {
            let person: PersonId = read(args)?;
            Ok(json!(invite(server, person)?))
        }
        "code" => {
            let person: PersonId = read(args)?;
            Ok(json!(enrolment_code(server, &invite(server, person)?)?))
        }
        "drafts" => {
            let person: PersonId = read(args)?;
            let filter = andu_store::DraftFilter {
                author_id: person.as_text(),
                limit: 1_000,
                ..Default::default()
            };
            let (_, drafts) = server
                .store()
                .read(|reader| reader.drafts(&andu_store::Sight::Whole, &filter))?;
            Ok(json!(drafts))
        }
        "text" => {
            let id = args.as_str().unwrap_or_default().to_owned();
            let text = server
                .store()
                .read(|reader| andu_app::draft::read_text(reader, &id))?;
            let reading = text.to_document().map_err(andu_app::Refusal::from)?;
            Ok(json!(reading.document))
        }
        "loose" => {
            let domain = Scope::person(read(args)?);
            let loose = server
                .store()
                .read(|reader| reader.chunk_loose_bytes(&domain.0))?;
            Ok(json!(loose))
        }
        "originals" => {
            let draft = args.as_str().unwrap_or_default();
            let files = server.store().read(|reader| reader.draft_files(draft))?;
            let sizes = files.iter().map(|file| (&file.name, file.bytes));
            Ok(json!(sizes.collect::<Vec<_>>()))
        }
        "bundle_import" => {
            let operator: PersonId = read(args["operator"].clone())?;
            let folder: PathBuf = serde_json::from_value(args["folder"].clone())
                .map_err(|error| text::bad_arguments(&error))?;
            Ok(json!(bundle_import(server, operator, &[folder], ("", ""))?))
        }
        "audit" => {
            let verified = server.store().read(|reader| reader.audit_verify());
            Ok(json!(verified.map_err(|_| text::error("store.damaged"))?))
        }
        _ => Err(text::error("command.unknown")),
    }
}
