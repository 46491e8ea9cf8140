//! Pulls: 10,000 records, what they cost on the wire, nothing at all over 50 scopes, and an agency ten times as
//! large that one does not see.

use std::{fs, net::SocketAddr, time::Instant};

use andu_base::DepartmentId;
use andu_store::Sight;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Result, SIZES, figure, floor,
    meter::Meter,
    ms,
    office::{Desk, Office, records},
    peer::{Peers, shown},
    said,
};
use crate::report::{Goal, Measured};

/// Ours, `PouchDB`'s, Anki's and the floor's first pulls, in turns; then pulls that bring nothing.
pub fn measure(peers: &Peers) -> Result<Vec<Measured>> {
    let folder = TempDir::new().map_err(said)?;
    let office = Office::open()?;
    let rows = records(SIZES.records, &office, 1)?;
    office.fill(office.department(0)?, &rows)?;
    let lines: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    let (text, file) = (lines.join("\n"), folder.path().join("rows"));
    fs::write(&file, format!("{text}\n")).map_err(said)?;
    let sub = |name: &str| -> Result<String> {
        let path = folder.path().join(name);
        fs::create_dir(&path).map_err(said)?;
        Ok(shown(&path))
    };
    let pouch_server = peers.node("pouch-server.mjs", &[&sub("pouch-server")?, "0"])?;
    let port = pouch_server.greeting["port"].as_u64().ok_or("no port")?;
    let port = u16::try_from(port).map_err(said)?;
    let pouch_meter = Meter::to(SocketAddr::from(([127, 0, 0, 1], port)))?;
    let url = |address: SocketAddr| json!({ "url": format!("http://{address}/office"), "file": shown(&file) });
    let pouch_at = url(SocketAddr::from(([127, 0, 0, 1], port)));
    let mut pouch = peers.node("pouch.mjs", &[&sub("pouch")?])?;
    pouch.ask("fill", pouch_at.clone())?;
    let mut anki = peers.python("anki_peer.py", &[&sub("anki")?])?;
    anki.ask("fill", json!({ "file": shown(&file) }))?;
    let [mut ours, mut pouches, mut ankis, mut floors] = [const { Vec::new() }; 4];
    for round in 0..=SIZES.runs {
        let desk = Desk::join(&office, 0, office.address)?;
        let begin = Instant::now();
        desk.pull()?;
        let our_time = ms(begin);
        let held = desk
            .store
            .read(|reader| reader.draft_counts(&Sight::Whole, ""))
            .map_err(said)?;
        if held.received as usize != rows.len() {
            return Err(format!("{} of {} records came", held.received, rows.len()));
        }
        let pouch_time = pouch.time("pull", pouch_at.clone())?;
        let anki_time = anki.time("pull", json!({}))?;
        let floor_time = floor::upsert(folder.path(), &text)?;
        // The first round warms everybody up.
        if round > 0 {
            ours.push(our_time);
            pouches.push(pouch_time);
            ankis.push(anki_time);
            floors.push(floor_time);
        }
    }
    let what = format!("pull {} records, permissions on", SIZES.records);
    let mut measured = vec![
        figure(&what, &ours, ("PouchDB", &pouches), Goal::TimesFaster(8.0)),
        figure(&what, &ours, ("Anki sync", &ankis), Goal::TimesFaster(1.5)),
        figure(
            &what,
            &ours,
            ("JSON and SQLite", &floors),
            Goal::TimesFaster(0.5),
        ),
    ];
    let meter = Meter::to(office.address)?;
    let desk = Desk::join(&office, 0, meter.address)?;
    meter.take();
    desk.pull()?;
    let our_bytes = meter.take();
    pouch.ask("pull", url(pouch_meter.address))?;
    measured.push(Measured {
        unit: "bytes",
        ..figure(
            &format!("bytes of that pull, both ways, {} records", SIZES.records),
            &[our_bytes],
            ("PouchDB", &[pouch_meter.take()]),
            Goal::TimesTheirs(0.25),
        )
    });
    measured.extend(nothing(&mut anki)?);
    Ok(measured)
}

/// Nothing changed over 50 scopes.
fn nothing(anki: &mut super::peer::Peer) -> Result<Vec<Measured>> {
    let office = Office::open()?;
    office.widen(0, SIZES.scopes)?;
    let meter = Meter::to(office.address)?;
    let metered = Desk::join(&office, 0, meter.address)?;
    let desk = Desk::join(&office, 0, office.address)?;
    for desk in [&metered, &desk] {
        desk.pull()?;
        // The first pull with every cursor tells the server where the desk is.
        desk.pull_once()?;
        desk.pull_once()?;
    }
    let (mut ours, mut ankis) = (Vec::new(), Vec::new());
    for round in 0..=SIZES.runs * 10 {
        let begin = Instant::now();
        let more = desk.pull_once()?;
        let our_time = ms(begin);
        let anki_time = anki.time("nothing", json!({}))?;
        if more {
            return Err("something was new where nothing had changed".into());
        }
        if round > 0 {
            ours.push(our_time);
            ankis.push(anki_time);
        }
    }
    meter.take();
    metered.pull_once()?;
    let name = format!(
        "nothing changed over {} scopes, one round trip",
        SIZES.scopes
    );
    let bytes = Measured {
        unit: "bytes",
        peer: Vec::new(),
        peer_name: "",
        ..figure(
            &format!("{name}: bytes both ways"),
            &[meter.take()],
            ("", &[]),
            Goal::Budget(1_024.0),
        )
    };
    Ok(vec![
        figure(&name, &ours, ("Anki sync", &ankis), Goal::TimesTheirs(1.0)),
        bytes,
    ])
}

/// What I see stays, the agency grows tenfold: what a pull costs.
pub fn cost_law() -> Result<Measured> {
    let mine = SIZES.agency / 10;
    let office_of = |others: usize| -> Result<Office> {
        let office = Office::open()?;
        let rows = records(mine, &office, 1)?;
        office.fill(office.department(0)?, &rows)?;
        let theirs = office.department(2)?;
        let mut rows = records(others, &office, 2)?;
        for (n, row) in rows.iter_mut().enumerate() {
            row.id = Uuid::from_u128(0x7200 << 64 | n as u128).to_string();
        }
        // In departments of a hundred records each.
        for (n, part) in rows.chunks(100).enumerate() {
            let scope = match n {
                0 => theirs,
                n => DepartmentId(Uuid::from_u128(0x7300 << 64 | n as u128)),
            };
            office.fill(scope, part)?;
        }
        Ok(office)
    };
    let (small, large) = (
        office_of(SIZES.agency - mine)?,
        office_of(SIZES.agency * 10 - mine)?,
    );
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for round in 0..=SIZES.runs * 2 {
        for (office, runs) in [(&small, &mut peer), (&large, &mut ours)] {
            let desk = Desk::join(office, 0, office.address)?;
            let begin = Instant::now();
            desk.pull()?;
            if round > 0 {
                runs.push(ms(begin));
            }
        }
    }
    let name = format!("pull of my {mine} records in an agency ten times as large");
    let goal = Goal::TimesTheirs(1.05);
    Ok(figure(&name, &ours, ("the small one", &peer), goal))
}
