//! Entries of the vocabulary, edited at many desks: what is tried, and that no value is lost unseen.

use std::collections::BTreeMap;

use andu_base::CommandId;
use andu_store::{PhraseRecord, Sight};
use andu_sync::Outcome;
use serde_json::{Value, json};

use crate::{check::Wrong, desk::Desk, fault, random::Random, shadow::History, world::World};

/// What a command wanted of one field.
#[derive(Debug, Clone)]
pub struct Wanted {
    row: String,
    field: &'static str,
    /// What its author saw there.
    base: String,
    /// What is to be there; `None`: the entry is to go.
    value: Option<String>,
}

/// What the commands about records wanted.
pub type Edits = BTreeMap<CommandId, Vec<Wanted>>;

/// How many entries there are at most, as far as a desk knows.
const MOST: usize = 4;
/// How often a desk of an older version edits, which does not say what was seen, in percent.
const OLDER: u64 = 8;
/// How often an entry is taken out, in percent.
const REMOVED: u64 = 8;

/// Somebody enters a phrase, changes one in one or both of its fields, or takes one out. Each value is
/// written once in a run.
pub fn edit(
    desk: &mut Desk,
    random: &mut Random,
    edits: &mut Edits,
    now: &str,
    depends_on: Vec<CommandId>,
) -> Result<(), andu_app::Refusal> {
    let known = desk
        .store()
        .read(|reader| reader.phrases(&Sight::Whole, "", 50))?;
    // Few entries, of which everybody edits the first: people meet.
    let picked = if known.is_empty() || (known.len() < MOST && random.chance(15)) {
        None
    } else if random.chance(60) {
        known.iter().min_by(|a, b| a.id.cmp(&b.id)).cloned()
    } else {
        random.pick(&known).cloned()
    };
    let mut fresh = || format!("v{:016x}", random.next());
    let (group, text) = (fresh(), fresh());
    let Some(was) = picked else {
        let id = desk.random.id().to_string();
        let args = json!({ "id": id, "group": group, "text": text });
        let made = desk.act("phrase_put", args, now, ("", depends_on))?;
        let entered = |field, value| Wanted {
            row: id.clone(),
            field,
            base: String::new(),
            value: Some(value),
        };
        edits.insert(made, vec![entered("group", group), entered("text", text)]);
        return Ok(());
    };
    if random.chance(REMOVED) {
        let row = json!({ "id": was.id, "usage_group": was.group, "phrase": was.text });
        let args = json!({ "id": was.id, "was": row });
        let made = desk.act("phrase_remove", args, now, ("", depends_on))?;
        let gone = |field, base: &String| Wanted {
            row: was.id.clone(),
            field,
            base: base.clone(),
            value: None,
        };
        edits.insert(
            made,
            vec![gone("group", &was.group), gone("text", &was.text)],
        );
        return Ok(());
    }
    let which = random.below(3);
    let new = PhraseRecord {
        group: if which == 1 { was.group.clone() } else { group },
        text: if which == 0 { was.text.clone() } else { text },
        ..was.clone()
    };
    let row = |row: &PhraseRecord| json!({ "id": row.id, "group": row.group, "text": row.text });
    let mut args = row(&new);
    if !random.chance(OLDER) {
        args["was"] = row(&was);
    }
    let said = args.get("was").is_some();
    let made = desk.act("phrase_put", args, now, ("", depends_on))?;
    let changed = [
        ("group", &was.group, &new.group),
        ("text", &was.text, &new.text),
    ];
    let wanted = changed.into_iter().filter(|(_, base, value)| base != value);
    let wanted = wanted.map(|(field, base, value)| Wanted {
        row: was.id.clone(),
        field,
        base: if said { base.clone() } else { String::new() },
        value: Some(value.clone()),
    });
    edits.insert(made, wanted.collect());
    Ok(())
}

/// Every value that was decided about stands, was seen by whoever wrote or took it away, or is kept for a
/// choice.
pub fn nothing_lost(world: &World) -> Result<(), Wrong> {
    let stands: BTreeMap<String, PhraseRecord> = world
        .server
        .store()
        .read(|reader| reader.phrases(&Sight::Whole, "", 10_000))
        .map_err(|error| error.to_string())?
        .into_iter()
        .map(|row| (row.id.clone(), row))
        .collect();
    let kept = fault::look(
        &world.server.path,
        "select row_id || ' ' || history || ' ' || lost_value from double_edit",
    );
    let history: &History = &world.histories[&world.server.epoch()];
    let done = |id: &CommandId| {
        history
            .outcomes
            .get(id)
            .is_some_and(|outcome| !matches!(outcome, Outcome::Rejected { .. }))
    };
    for (id, wanted) in world.edits.iter().filter(|(id, _)| done(id)) {
        for one in wanted {
            let Some(value) = &one.value else { continue };
            let row = stands.get(&one.row);
            let now = row.map(|row| {
                if one.field == "group" {
                    &row.group
                } else {
                    &row.text
                }
            });
            // By somebody whose own command counts: what nobody decided about took nothing away.
            let decided = world.edits.iter().filter(|(id, _)| done(id));
            let seen = decided.flat_map(|(_, wanted)| wanted).any(|other| {
                other.row == one.row && other.field == one.field && other.base == *value
            });
            let chosen = kept
                .iter()
                .any(|edit| edit.starts_with(&one.row) && edit.contains(value.as_str()));
            if now != Some(value) && !seen && !chosen {
                return Err(format!(
                    "{value} of {id} is lost unseen: {now:?} stands in {} of {}",
                    one.field, one.row
                ));
            }
        }
    }
    Ok(())
}

/// For [`crate::plant::Plant::LastWins`]: whoever comes last is taken to have seen what stands.
pub fn last_wins(
    call: &mut andu_app::Call<'_, '_>,
    mut args: Value,
) -> Result<Value, andu_app::Refusal> {
    let id = args["id"].as_str().unwrap_or_default().to_owned();
    let row = call.tx.reader().row_image("vocabulary_phrase", &id)?;
    if let Some(row) = row {
        args["was"] = json!({ "id": id, "group": row["usage_group"], "text": row["phrase"] });
    }
    andu_app::vocabulary::put_phrase(call, args)
}
