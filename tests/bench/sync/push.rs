//! A push of 1,000 edits made offline, each of another draft and with an outcome of its own on the disk.

use std::{fs, path::Path, time::Instant};

use andu_document::OfficialDocument;
use andu_draft::DraftText;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Result, SIZES, Tell, against, ms,
    office::{Desk, Office, records},
    peer::{Peer, Peers, Rival, shown},
    said,
};
use crate::report::Goal;

/// A draft that is edited again and again.
pub struct Text {
    id: String,
    lineage: String,
    text: DraftText,
}

/// Ours and `PouchDB`'s, in turns.
pub fn measure(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let folder = TempDir::new().map_err(said)?;
    let office = Office::open()?;
    let desk = Desk::join(&office, 0, office.address)?;
    desk.pull()?;
    let mut texts = begin_all(&desk, SIZES.edits)?;
    let file = folder.path().join("rows");
    let rows = records(SIZES.edits, &office, 1)?;
    let lines: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    fs::write(&file, lines.join("\n")).map_err(said)?;
    let server = pouch_server(peers, folder.path());
    let at = json!({ "url": server.as_ref().map_or("", |(_, url)| url), "file": shown(&file) });
    let client = folder.path().join("client");
    fs::create_dir(&client).map_err(said)?;
    let peer = match &server {
        Ok(_) => peers.node("pouch.mjs", &[&shown(&client)]),
        Err(why) => Err(why.clone()),
    };
    let mut pouch = Rival::new("PouchDB", peer);
    pouch.ask("fill", at.clone());
    pouch.ask("pull", at.clone());
    let mut ours = Vec::new();
    for round in 0..=SIZES.runs {
        for text in &mut texts {
            edit(&desk, text, round)?;
        }
        pouch.ask("edit", json!({ "count": SIZES.edits, "round": round }));
        let begin = Instant::now();
        let sent = desk.push()?;
        let our_time = ms(begin);
        if sent != texts.len() {
            return Err(format!("{sent} of {} edits were sent", texts.len()));
        }
        pouch.turn("push", at.clone(), round > 0);
        desk.pull()?;
        if round > 0 {
            ours.push(our_time);
        }
    }
    let name = format!("push {} offline edits, an outcome each", SIZES.edits);
    tell(against(&name, &ours, &pouch, Goal::TimesFaster(20.0)));
    Ok(())
}

/// `PouchDB`'s server in a folder of its own under `folder`, and the address of its database.
pub fn pouch_server(peers: &Peers, folder: &Path) -> Result<(Peer, String)> {
    let own = folder.join("pouch-server");
    fs::create_dir(&own).map_err(said)?;
    let server = peers.node("pouch-server.mjs", &[&shown(&own), "0"])?;
    let port = server.greeting["port"].as_u64().ok_or("no port")?;
    Ok((server, format!("http://127.0.0.1:{port}/office")))
}

/// Drafts of a page, at the desk and at the server.
pub fn begin_all(desk: &Desk, count: usize) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for n in 0..count {
        let document = OfficialDocument {
            title: format!("关于第{n}号水闸除险加固工程的通知"),
            body: (0..4)
                .map(|_| {
                    andu_document::Block::paragraph(
                        "各乡镇要抓紧落实，于汛前完成并书面报送办公室。",
                    )
                })
                .collect(),
            ..OfficialDocument::default()
        };
        let state = andu_draft::from_document(&document, 1).map_err(said)?;
        let (id, lineage) = (Uuid::now_v7().to_string(), Uuid::now_v7().to_string());
        let args = json!({ "id": id, "lineage": lineage, "state": STANDARD.encode(&state) });
        desk.enqueue("draft_create", args)?;
        let text = DraftText::from_updates(1_000 + n as u64, std::iter::once(state.as_slice()));
        texts.push(Text {
            id,
            lineage,
            text: text.map_err(said)?,
        });
    }
    desk.push()?;
    desk.pull()?;
    Ok(texts)
}

/// Edits a draft at the desk; the command waits in the outbox.
pub fn edit(desk: &Desk, text: &mut Text, round: usize) -> Result<()> {
    let mut document = text.text.to_document().map_err(said)?.document;
    document.title.push_str(&format!("（第{round}次修改）"));
    let update = text.text.replace_with(&document).map_err(said)?;
    desk.enqueue(
        "draft_update",
        json!({ "id": text.id, "lineage": text.lineage, "update": STANDARD.encode(update) }),
    )
}
