//! Texts: opening a long draft from the store, and merging what two people wrote apart.

use std::{fs, time::Instant};

use andu_app::draft::read_text;
use andu_draft::DraftText;
use serde_json::json;
use tempfile::TempDir;
use yrs::{Doc, ReadTxn, StateVector, Transact, Update, updates::decoder::Decode};

use super::{
    Result, SIZES, Tell, figure, ms,
    office::{Office, open as open_store, records},
    peer::{Peers, shown},
    said,
};
use crate::report::Goal;

const OTHERS: [(&str, &str); 3] = [("yjs", "Yjs"), ("loro", "Loro"), ("automerge", "Automerge")];

/// Opens a long draft.
pub fn open(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let mut crdt = peers.node("crdt.mjs", &[&shown(&peers.kept())])?;
    let (inserts, deletes) = SIZES.typed;
    let made = crdt.ask("long", json!({ "inserts": inserts, "deletes": deletes }))?;
    let path = made["path"].as_str().ok_or("no path")?;
    let state = fs::read(path).map_err(said)?;
    let folder = TempDir::new().map_err(said)?;
    let store = open_store(folder.path())?;
    let draft = records(1, &Office::open()?, 1)?.remove(0);
    store
        .write(|tx| {
            tx.draft_put(&draft)?;
            tx.draft_text_fold(&draft.id, &state)
        })
        .map_err(said)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..=SIZES.runs * 2 {
        let begin = Instant::now();
        let text = store
            .read(|reader| read_text(reader, &draft.id))
            .map_err(said)?;
        let our_time = ms(begin);
        if text.has_pending() {
            return Err("the long draft was not read whole".into());
        }
        let answer = crdt.ask("open", json!({ "path": path }))?;
        if round > 0 {
            ours.push(our_time);
            theirs.push(answer["ms"].as_f64().ok_or("no time")?);
        }
    }
    let name = format!("open a draft of {} edits from the store", inserts + deletes);
    tell(figure(
        &name,
        &ours,
        ("Yjs, from a file", &theirs),
        Goal::TimesFaster(5.0),
    ));
    Ok(())
}

/// Merges what two people wrote apart.
pub fn merge(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let mut crdt = peers.node("crdt.mjs", &[&shown(&peers.kept())])?;
    let made = crdt.ask("apart", json!({ "edits": SIZES.apart }))?;
    let paths = made["paths"].as_array().ok_or("no paths")?;
    let mut parts = Vec::new();
    for path in paths {
        parts.push(fs::read(path.as_str().ok_or("no path")?).map_err(said)?);
    }
    let [mut ours, mut raw] = [const { Vec::new() }; 2];
    let mut others = [const { Vec::new() }; 3];
    for round in 0..=SIZES.runs * 2 {
        let begin = Instant::now();
        let merged = merge_ours(&parts)?;
        let our_time = ms(begin);
        let begin = Instant::now();
        let plain = merge_raw(&parts)?;
        let raw_time = ms(begin);
        if merged.len() != plain.len() {
            return Err(format!(
                "{} bytes merged, {} by yrs alone",
                merged.len(),
                plain.len()
            ));
        }
        for ((library, _), runs) in OTHERS.iter().zip(&mut others) {
            let answer = crdt.ask("merge", json!({ "library": library }))?;
            if answer["length"] != made["length"] {
                return Err(format!("{library} merged {} signs", answer["length"]));
            }
            if round > 0 {
                runs.push(answer["ms"].as_f64().ok_or("no time")?);
            }
        }
        if round > 0 {
            ours.push(our_time);
            raw.push(raw_time);
        }
    }
    let name = format!("merge 2 × {} offline edits", SIZES.apart);
    let raw = ("yrs alone", raw.as_slice());
    tell(figure(&name, &ours, raw, Goal::TimesTheirs(1.3)));
    for ((_, peer), runs) in OTHERS.iter().zip(&others) {
        tell(figure(&name, &ours, (peer, runs), Goal::TimesFaster(1.0)));
    }
    Ok(())
}

/// As a desk or the server merges: each update is looked at before it is taken.
fn merge_ours(parts: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut parts = parts.iter();
    let base = parts.next().ok_or("no base")?;
    let mut text = DraftText::from_updates(1, std::iter::once(base.as_slice())).map_err(said)?;
    for update in parts {
        text.apply_update(update).map_err(said)?;
    }
    text.encode_state().map_err(said)
}

fn merge_raw(parts: &[Vec<u8>]) -> Result<Vec<u8>> {
    let doc = Doc::new();
    for part in parts {
        let update = Update::decode_v1(part).map_err(said)?;
        doc.transact_mut().apply_update(update).map_err(said)?;
    }
    Ok(doc
        .transact()
        .encode_state_as_update_v1(&StateVector::default()))
}
