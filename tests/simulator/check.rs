//! The invariants. Each answers with what is wrong, in words that a person can follow.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use andu_app::{compare, draft::read_text, epoch, organisation};
use andu_base::CommandId;
use andu_store::{Store, StoreError};
use andu_sync::{Change, Compared, Operation, Outcome, Scope};
use serde_json::Value;

use crate::{
    desk::Desk,
    fault,
    network::{Answer, Ask, LATER},
    scan,
    server::Server,
    shadow::History,
    world::{Restores, World, instant},
};

/// What is wrong.
pub type Wrong = String;

/// Takes in what the server appended: every number follows the one before.
pub fn appended(server: &Server, history: &mut History) -> Result<(), Wrong> {
    let heads = server.store().read(|reader| reader.scope_heads());
    for (scope, head) in heads.map_err(|error| error.to_string())? {
        let known = history.head(&scope);
        if head.seq == known {
            continue;
        }
        let sql = format!(
            "select json_object('seq', seq, 'entity', entity, 'row_id', row_id, 'operation', operation,
                 'row', case row when '' then null else json(row) end) from scope_log where scope = '{scope}' and seq > {known} order by seq"
        );
        let log = history.logs.entry(scope.clone()).or_default();
        for text in fault::look(&server.path, &sql) {
            let mut change: Change =
                serde_json::from_str(&text).map_err(|error| error.to_string())?;
            if change.operation == Operation::Put && change.row.is_null() {
                // It names a row that lies in its table.
                let (entity, row_id) = (change.entity.clone(), change.row_id.clone());
                let image = server.store().read(|r| r.row_image(&entity, &row_id));
                match image.map_err(|error| error.to_string())? {
                    Some(image) => change.row = image,
                    None => change.operation = Operation::Remove,
                }
            }
            if change.seq != log.len() as u64 + 1 {
                return Err(format!("{scope} has a gap before {}", change.seq));
            }
            log.push(change);
        }
        if log.len() as u64 != head.seq {
            return Err(format!("{scope} says {} and has {}", head.seq, log.len()));
        }
    }
    Ok(())
}

/// One outcome for each command, the same whenever it is answered.
pub fn answered(answer: &Answer, history: &mut History) -> Result<(), Wrong> {
    let Answer::Push(push) = answer else {
        return Ok(());
    };
    for (id, outcome) in &push.outcomes {
        // A number that was used up is no decision about the command.
        let undecided = !outcome.is_final()
            || matches!(outcome, Outcome::Rejected { reason } if reason.key == "command.sequence");
        if undecided {
            continue;
        }
        match history.outcomes.get(id) {
            Some(before) if before != outcome => {
                return Err(format!("{id}: first {before:?}, then {outcome:?}"));
            }
            Some(_) => {}
            None => {
                history.outcomes.insert(*id, outcome.clone());
            }
        }
    }
    Ok(())
}

/// What a desk holds is what its scopes held at its cursors, and nothing else.
pub fn held(desk: &Desk, histories: &BTreeMap<String, History>) -> Result<(), Wrong> {
    let nothing = History::default();
    let found = desk.store().read(|reader| -> Result<_, andu_app::Refusal> {
        let epoch = epoch::current(reader)?;
        let history = histories.get(&epoch).unwrap_or(&nothing);
        let cursors = reader.cursors()?;
        let held = reader.scopes_held()?;
        if let Some(scope) = held
            .iter()
            .find(|scope| !desk.known.granted.contains(scope))
        {
            return Ok(Err(format!("{scope} is held and not granted")));
        }
        let snapshots = reader.snapshots()?;
        let settled = |scope: &Scope| {
            let upto = desk.known.unsettled.get(scope).copied().unwrap_or(0);
            let cursor = cursors.get(scope).copied();
            cursor.is_some_and(|cursor| cursor > 0 && cursor >= upto)
                && !snapshots.contains_key(scope)
        };
        let all = held.iter().all(&settled);
        for scope in held.iter().filter(|scope| settled(scope)) {
            let rows = history.rows(scope, cursors[scope]);
            let keys = reader.scope_rows(scope, false)?;
            if !keys.iter().eq(rows.keys()) {
                let there: BTreeSet<_> = keys.iter().collect();
                let missing: Vec<_> = rows.keys().filter(|key| !there.contains(key)).collect();
                let surplus: Vec<_> = keys.iter().filter(|k| !rows.contains_key(k)).collect();
                return Ok(Err(format!(
                    "{scope}: missing {missing:?}, surplus {surplus:?}"
                )));
            }
            for (key, row) in rows.iter().filter(|_| all) {
                let nearest = reader.row_scopes(&key.entity, &key.row_id)?;
                if nearest.first() != Some(scope) {
                    continue;
                }
                let mut image = reader.held_image(&key.entity, &key.row_id)?;
                // A version that is kept beside is kept as it came.
                if let Some(Value::Object(image)) = &mut image {
                    image.remove(LATER);
                }
                if image.as_ref() != Some(*row) {
                    let base = reader.base_row(&key.entity, &key.row_id)?.is_some();
                    let queued = reader.outbox_holds(&key.row_id)?;
                    let columns = differing(image.as_ref(), row);
                    return Ok(Err(format!(
                        "{scope} {key:?} (base {base}, queued {queued}): {columns}"
                    )));
                }
            }
        }
        Ok(Ok(()))
    });
    found.map_err(|error| error.to_string())?
}

/// Nothing lies in a desk's tables that no scope shows, but for one's own work.
pub fn nothing_unshown(desk: &Desk) -> Result<(), Wrong> {
    let own = desk.person.id;
    let shown = |entity: &str, key: &str| {
        format!(
            "not exists (select 1 from scope_row s where s.entity = '{entity}' and s.row_id = {key})"
        )
    };
    let sql = format!(
        "select 'draft ' || id from draft where author_id <> '{own}' and {}
         union all
         select 'draft_update ' || command_id from draft_update where actor_id <> '{own}' and {}
         union all
         select 'vocabulary_phrase ' || id from vocabulary_phrase where {}
             and not exists (select 1 from base_row b
                 where b.entity = 'vocabulary_phrase' and b.row_id = id)",
        shown("draft", "id"),
        shown("draft_update", "command_id"),
        shown("vocabulary_phrase", "id"),
    );
    match fault::look(&desk.path, &sql).first() {
        Some(row) => Err(format!("{row} is held and no scope shows it")),
        None => Ok(()),
    }
}

fn differing(here: Option<&Value>, there: &Value) -> String {
    let (Some(Value::Object(here)), Value::Object(there)) = (here, there) else {
        return "the row is not there".into();
    };
    let columns = there
        .iter()
        .filter(|(name, value)| here.get(*name) != Some(value));
    let said = columns.map(|(name, value)| format!("{name} is {:?}, not {value}", here.get(name)));
    said.collect::<Vec<_>>().join("; ")
}

/// No word of what may not be seen stands anywhere in a desk's file, once it has wiped it.
pub fn wiped(world: &World, number: usize) -> Result<(), Wrong> {
    let desk = &world.desks[number];
    let due = desk.store().read(|reader| reader.wipe_due());
    let cursors = desk.store().read(|reader| reader.cursors());
    let held = desk.store().read(|reader| reader.scopes_held());
    let (Ok(false), Ok(cursors), Ok(held)) = (due, cursors, held) else {
        return Ok(());
    };
    // While a snapshot goes on, what it will not bring is still there.
    if held
        .iter()
        .any(|scope| cursors.get(scope).is_none_or(|seq| *seq == 0))
    {
        return Ok(());
    }
    for word in scan::words(&desk.path) {
        let Some(made) = world.words.get(&word) else {
            return Err(format!("{word} was never written"));
        };
        if made.author == desk.person.id {
            continue;
        }
        let shown = desk
            .store()
            .read(|reader| reader.row_scopes("draft", &made.draft));
        let shown = shown.map_err(|error| error.to_string())?;
        if shown.is_empty() {
            let place = place_of(&desk.path, &word);
            return Err(format!(
                "desk {number} still has {word} of {} in {place}",
                made.draft
            ));
        }
    }
    Ok(())
}

/// In which columns a word stands; in none: among what was deleted.
fn place_of(path: &Path, word: &str) -> String {
    let columns = fault::look(
        path,
        "select m.name || '.' || c.name from sqlite_master m join pragma_table_info(m.name) c
         where m.type = 'table'",
    );
    let holds = |column: &&String| {
        let (table, name) = column.split_once('.').expect("two parts");
        let sql =
            format!("select '' from {table} where cast({name} as text) like '%{word}%' limit 1");
        !fault::look(path, &sql).is_empty()
    };
    let places: Vec<&str> = columns.iter().filter(holds).map(String::as_str).collect();
    match places.is_empty() {
        true => "what was deleted".to_owned(),
        false => places.join(", "),
    }
}

/// When nothing is under way: outboxes are empty, cursors are heads, both sides hold the same.
pub fn at_rest(world: &mut World) -> Result<(), Wrong> {
    let epoch = world.server.epoch();
    for number in 0..world.desks.len() {
        world.look_at(number)?;
        let desk = &world.desks[number];
        let waiting = desk.store().read(|reader| reader.outbox_size());
        let waiting = waiting.map_err(|error| error.to_string())?;
        if waiting > 0 {
            let said = fault::look(
                &desk.path,
                "select kind || ' ' || command_id || ' held ' || held_until || ' heads ' || heads || ' depends ' || json_extract(envelope, '$.depends_on') from outbox",
            );
            return Err(format!("desk {number} is stuck with {said:?}"));
        }
        let cursors = desk.store().read(|reader| reader.cursors());
        let cursors = cursors.map_err(|error| error.to_string())?;
        let person = world.people[world.seats[number]].id;
        let today = organisation::day_of(&instant(world.now_ms));
        let granted = world.server.store();
        let granted = granted.read(|reader| organisation::granted(reader, person, today));
        for scope in granted.map_err(|error| error.to_string())? {
            // Leased ones go into files of their own, and only to a desk that asks for them.
            if scope.is_leased() {
                if cursors.contains_key(&scope) {
                    return Err(format!("desk {number} holds {scope} in its own file"));
                }
                continue;
            }
            let head = world.histories[&epoch].head(&scope);
            if cursors.get(&scope).copied().unwrap_or(0) != head {
                return Err(format!(
                    "desk {number} is at {cursors:?}, {scope} at {head}"
                ));
            }
            let store = world.desks[number].store();
            let ask = store.read(|reader| compare::whole(reader, &scope));
            let ask = ask.map_err(|error| error.to_string())?;
            let compared = world.answer_now(number, &Ask::Compare(ask));
            let Some(Answer::Compare(compared)) = compared else {
                return Err("no comparison".into());
            };
            if compared.ranges != [Compared::Same] {
                let which = unlike(world.desks[number].store(), &scope, &compared.ranges);
                return Err(format!("desk {number}, {scope}: {which}"));
            }
        }
        wiped(world, number)?;
    }
    Ok(())
}

/// The rows in which a desk and its server differ.
fn unlike(store: &Store, scope: &Scope, ranges: &[Compared]) -> String {
    let mut which = Vec::new();
    let held = store.read(|reader| reader.scope_rows(scope, false));
    let mut extra = held.unwrap_or_default();
    for range in ranges {
        let Compared::Rows { rows } = range else {
            which.push(format!("{range:?}"));
            continue;
        };
        for there in rows {
            extra.retain(|key| (&key.entity, &key.row_id) != (&there.entity, &there.row_id));
            let here = store.read(|reader| {
                let base = reader.base_row(&there.entity, &there.row_id)?;
                Ok::<_, StoreError>(match base {
                    Some(base) => Some(base),
                    None => reader.row_image(&there.entity, &there.row_id)?,
                })
            });
            if !matches!(&here, Ok(Some(here)) if *here == there.row) {
                let (entity, id) = (&there.entity, &there.row_id);
                which.push(format!("{entity} {id}: {here:?} here, {} there", there.row));
            }
        }
    }
    match which.is_empty() {
        true => format!("these are here and not there: {extra:?}"),
        false => which.join("; "),
    }
}

/// Every command somebody gave has its outcome at the server, but for those a lost disk took along.
pub fn decided(world: &World) -> Result<(), Wrong> {
    let ids: BTreeSet<CommandId> =
        fault::look(&world.server.path, "select command_id from command_log")
            .iter()
            .map(|id| id.parse().expect("an id"))
            .collect();
    for (number, desk) in world.desks.iter().enumerate() {
        for id in &desk.made {
            if !ids.contains(id) && !world.excused.contains(id) {
                return Err(format!("desk {number}: {id} has no outcome"));
            }
        }
    }
    Ok(())
}

/// Every update of a text that was taken is in its log or stands aside; none is refused for what a desk that
/// works as it should would never send.
pub fn kept(world: &World) -> Result<(), Wrong> {
    let lost = fault::look(
        &world.server.path,
        "select command_id from command_log where kind = 'draft_update'
             and json_extract(outcome, '$.kind') = 'applied'
             and json_extract(outcome, '$.answer.stands') is null
             and command_id not in (select command_id from draft_update)
             and command_id not in (select command_id from late_update)",
    );
    if !lost.is_empty() {
        return Err(format!("updates were taken and are nowhere: {lost:?}"));
    }
    if world.restores == Restores::Server {
        return Ok(());
    }
    let refused = fault::look(
        &world.server.path,
        "select json_extract(outcome, '$.reason.key') || ' ' || command_id from command_log
             where kind = 'draft_update' and json_extract(outcome, '$.kind') = 'rejected'
             and json_extract(outcome, '$.reason.key')
                 in ('draft.client_taken', 'draft.text_unreadable')",
    );
    if !refused.is_empty() {
        return Err(format!("updates were refused: {refused:?}"));
    }
    Ok(())
}

/// Texts are the same wherever they are, and every character has its author.
pub fn texts(world: &World) -> Result<(), Wrong> {
    let mut by_client: BTreeMap<u64, usize> = BTreeMap::new();
    for (number, desk) in world.desks.iter().enumerate() {
        by_client.extend(desk.client_ids.iter().map(|id| (*id, number)));
    }
    for (number, desk) in world.desks.iter().enumerate() {
        for draft in desk.own_drafts() {
            let late = desk
                .store()
                .read(|reader| andu_app::queue::late_updates(reader, &draft.id));
            if late.map_or(true, |late| !late.ids.is_empty()) {
                continue;
            }
            let here = desk.store().read(|reader| read_text(reader, &draft.id));
            let here = here.map_err(|error| error.to_string())?;
            let there = world.server.store().read(|reader| {
                reader
                    .draft_if_there(&draft.id)?
                    .map(|_| read_text(reader, &draft.id))
                    .transpose()
            });
            let there = there.map_err(|error: andu_app::Refusal| error.to_string())?;
            let Some(there) = there else {
                if draft.refusal.is_empty() {
                    return Err(format!("desk {number} alone knows {}", draft.id));
                }
                continue;
            };
            let read = |text: &andu_draft::DraftText| {
                text.to_document()
                    .map(|reading| reading.document)
                    .map_err(|error| error.to_string())
            };
            if read(&here)? != read(&there)? {
                return Err(format!(
                    "desk {number}, {}: {:?} there, {:?} here",
                    draft.id,
                    read(&there)?.body,
                    read(&here)?.body
                ));
            }
            any_order(world, &draft.id).map_err(|wrong| format!("{}: {wrong}", draft.id))?;
            authors(&there, &by_client).map_err(|wrong| format!("{}: {wrong}", draft.id))?;
        }
    }
    Ok(())
}

/// Updates say the same in whatever order they come; they do not where two were written under one client
/// id apart from each other.
fn any_order(world: &World, draft_id: &str) -> Result<(), Wrong> {
    let parts = world
        .server
        .store()
        .read(|reader| reader.draft_text(draft_id));
    let parts = parts.map_err(|error| error.to_string())?;
    let forward: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
    let backward: Vec<&[u8]> = forward.iter().rev().copied().collect();
    let read = |updates: Vec<&[u8]>| {
        let text = andu_draft::DraftText::from_updates(1, updates.into_iter());
        let reading = text.and_then(|text| text.to_document());
        reading
            .map(|reading| reading.document)
            .map_err(|error| error.to_string())
    };
    if read(forward)? == read(backward)? {
        Ok(())
    } else {
        Err("its updates say different things in different orders".into())
    }
}

fn authors(text: &andu_draft::DraftText, by_client: &BTreeMap<u64, usize>) -> Result<(), Wrong> {
    let document = text
        .to_document()
        .map_err(|error| error.to_string())?
        .document;
    for part in text.attribution().map_err(|error| error.to_string())? {
        let Some(at) = part
            .place
            .strip_prefix("body/")
            .and_then(|at| at.parse::<usize>().ok())
        else {
            continue;
        };
        let said: Vec<char> = document.body[at].text().chars().collect();
        let Some(author) = by_client.get(&part.client_id) else {
            return Err(format!("nobody wrote as {}", part.client_id));
        };
        for letter in &said[part.start..part.end] {
            let typed = (*letter as usize - 0x4E00) / 64;
            if typed != *author {
                return Err(format!(
                    "{letter} of desk {typed} is said to be of desk {author}, in {said:?} under {}",
                    part.client_id
                ));
            }
        }
    }
    Ok(())
}
