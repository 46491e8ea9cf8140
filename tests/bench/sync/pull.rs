//! Pulls: 10,000 records, what they cost on the wire, nothing at all over 50 scopes, and an agency ten times as
//! large that one does not see.

use std::{fs, net::SocketAddr, time::Instant};

use andu_base::DepartmentId;
use andu_store::Sight;
use serde_json::json;
use tempfile::TempDir;
use uuid::Uuid;

use super::{
    Result, SIZES, Tell, against, figure, floor,
    meter::Meter,
    ms,
    office::{Desk, Office, records},
    peer::{Peers, Rival, shown},
    push::pouch_server,
    said,
};
use crate::report::{Goal, Measured};

/// Ours, `PouchDB`'s, Anki's and the floor's first pulls, in turns; then what went over the wire.
pub fn measure(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let folder = TempDir::new().map_err(said)?;
    let office = Office::open()?;
    let rows = records(SIZES.records, &office, 1)?;
    office.fill(office.department(0)?, &rows)?;
    let lines: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    let (text, file) = (lines.join("\n"), folder.path().join("rows"));
    fs::write(&file, format!("{text}\n")).map_err(said)?;
    let server = pouch_server(peers, folder.path());
    let url = server.as_ref().map_or("", |(_, url)| url.as_str());
    let pouch_at = json!({ "url": url, "file": shown(&file) });
    let mut pouch = Rival::new(
        "PouchDB",
        match &server {
            Ok(_) => peers.node("pouch.mjs", &[&sub(&folder, "pouch")?]),
            Err(why) => Err(why.clone()),
        },
    );
    pouch.ask("fill", pouch_at.clone());
    let mut anki = Rival::new(
        "Anki sync",
        peers.python("anki_peer.py", &[&sub(&folder, "anki")?]),
    );
    anki.ask("fill", json!({ "file": shown(&file) }));
    let [mut ours, mut floors] = [const { Vec::new() }; 2];
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
        // The first round warms everybody up.
        pouch.turn("pull", pouch_at.clone(), round > 0);
        anki.turn("pull", json!({}), round > 0);
        let floor_time = floor::upsert(folder.path(), &text)?;
        if round > 0 {
            ours.push(our_time);
            floors.push(floor_time);
        }
    }
    let what = format!("pull {} records, permissions on", SIZES.records);
    tell(against(&what, &ours, &pouch, Goal::TimesFaster(8.0)));
    tell(against(&what, &ours, &anki, Goal::TimesFaster(1.5)));
    let floor = ("JSON and SQLite", floors.as_slice());
    tell(figure(&what, &ours, floor, Goal::TimesFaster(0.5)));
    let meter = Meter::to(office.address)?;
    let desk = Desk::join(&office, 0, meter.address)?;
    meter.take();
    desk.pull()?;
    let our_bytes = meter.take();
    pouch.runs.clear();
    if let Some(at) = url
        .strip_prefix("http://")
        .and_then(|url| url.split('/').next())
        && pouch.is_there()
    {
        let metered = Meter::to(at.parse::<SocketAddr>().map_err(said)?)?;
        let url = format!("http://{}/office", metered.address);
        if pouch.ask("pull", json!({ "url": url })).is_some() {
            pouch.runs.push(metered.take());
        }
    }
    let name = format!("bytes of that pull, both ways, {} records", SIZES.records);
    tell(Measured {
        unit: "bytes",
        ..against(&name, &[our_bytes], &pouch, Goal::TimesTheirs(0.25))
    });
    Ok(())
}

fn sub(folder: &TempDir, name: &str) -> Result<String> {
    let path = folder.path().join(name);
    fs::create_dir(&path).map_err(said)?;
    Ok(shown(&path))
}

/// Nothing changed over 50 scopes, of which each holds a record; Anki's collection holds as many.
pub fn nothing(peers: &Peers, tell: Tell<'_>) -> Result<()> {
    let folder = TempDir::new().map_err(said)?;
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
    let rows = records(SIZES.scopes, &office, 1)?;
    let lines: Vec<String> = rows.iter().map(|row| json!(row).to_string()).collect();
    let file = folder.path().join("rows");
    fs::write(&file, lines.join("\n")).map_err(said)?;
    let peer = peers.python("anki_peer.py", &[&sub(&folder, "anki")?]);
    let mut anki = Rival::new("Anki sync", peer);
    anki.ask("fill", json!({ "file": shown(&file) }));
    anki.ask("pull", json!({}));
    let mut ours = Vec::new();
    for round in 0..=SIZES.runs * 10 {
        let begin = Instant::now();
        let more = desk.pull_once()?;
        let our_time = ms(begin);
        anki.turn("nothing", json!({}), round > 0);
        if more {
            return Err("something was new where nothing had changed".into());
        }
        if round > 0 {
            ours.push(our_time);
        }
    }
    meter.take();
    metered.pull_once()?;
    let name = format!(
        "nothing changed over {} scopes, one round trip",
        SIZES.scopes
    );
    tell(against(&name, &ours, &anki, Goal::TimesTheirs(1.0)));
    tell(Measured {
        unit: "bytes",
        ..figure(
            &format!("{name}: bytes both ways"),
            &[meter.take()],
            ("", &[]),
            Goal::Budget(1_024.0),
        )
    });
    Ok(())
}

/// What I see stays, the agency grows tenfold: what a pull costs.
pub fn cost_law(_: &Peers, tell: Tell<'_>) -> Result<()> {
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
    tell(figure(&name, &ours, ("the small one", &peer), goal));
    Ok(())
}
