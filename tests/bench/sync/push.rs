//! A push of 1,000 edits made offline, each of another draft and with an outcome of its own on the disk.

use std::{fs, net::SocketAddr, time::Instant};

use andu_document::OfficialDocument;
use andu_draft::DraftText;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Result, SIZES, figure, ms,
    office::{Desk, Office, records},
    peer::{Peers, shown},
    said,
};
use crate::report::{Goal, Measured};

struct Text {
    id: String,
    lineage: String,
    text: DraftText,
}

/// Ours and `PouchDB`'s, in turns.
pub fn measure(peers: &Peers) -> Result<Vec<Measured>> {
    let folder = TempDir::new().map_err(said)?;
    let office = Office::open()?;
    let desk = Desk::join(&office, 0, office.address)?;
    desk.pull()?;
    let mut texts = begin_all(&desk)?;
    let file = folder.path().join("rows");
    let rows = records(SIZES.edits, &office, 1)?;
    let lines: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    fs::write(&file, lines.join("\n")).map_err(said)?;
    let (server, client) = (folder.path().join("server"), folder.path().join("client"));
    for path in [&server, &client] {
        fs::create_dir(path).map_err(said)?;
    }
    let pouch_server = peers.node("pouch-server.mjs", &[&shown(&server), "0"])?;
    let port = pouch_server.greeting["port"].as_u64().ok_or("no port")?;
    let address = SocketAddr::from(([127, 0, 0, 1], u16::try_from(port).map_err(said)?));
    let at = json!({ "url": format!("http://{address}/office"), "file": shown(&file) });
    let mut pouch = peers.node("pouch.mjs", &[&shown(&client)])?;
    pouch.ask("fill", at.clone())?;
    pouch.ask("pull", at.clone())?;
    let (mut ours, mut pouches) = (Vec::new(), Vec::new());
    for round in 0..=SIZES.runs {
        for text in &mut texts {
            edit(&desk, text, round)?;
        }
        pouch.ask("edit", json!({ "count": SIZES.edits, "round": round }))?;
        let begin = Instant::now();
        let sent = desk.push()?;
        let our_time = ms(begin);
        if sent != texts.len() {
            return Err(format!("{sent} of {} edits were sent", texts.len()));
        }
        let pouch_time = pouch.time("push", at.clone())?;
        desk.pull()?;
        if round > 0 {
            ours.push(our_time);
            pouches.push(pouch_time);
        }
    }
    let name = format!("push {} offline edits, an outcome each", SIZES.edits);
    Ok(vec![figure(
        &name,
        &ours,
        ("PouchDB", &pouches),
        Goal::TimesFaster(20.0),
    )])
}

/// Drafts of a page, at the desk and at the server.
fn begin_all(desk: &Desk) -> Result<Vec<Text>> {
    let mut texts = Vec::new();
    for n in 0..SIZES.edits {
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
        let state = andu_draft::from_document(&document, 11).map_err(said)?;
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

fn edit(desk: &Desk, text: &mut Text, round: usize) -> Result<()> {
    let mut document = text.text.to_document().map_err(said)?.document;
    document.title.push_str(&format!("（第{round}次修改）"));
    let update = text.text.replace_with(&document).map_err(said)?;
    desk.enqueue(
        "draft_update",
        json!({ "id": text.id, "lineage": text.lineage, "update": STANDARD.encode(update) }),
    )
}
