//! What is written by hand with a decision (手写意见): it comes in the command that decides, is looked at by whoever
//! decides about that, and is shown to those who are shown the instance.

use std::collections::BTreeSet;

use andu_base::ContentHash;
use andu_document::HandwrittenOpinion;
use andu_store::{HandwritingRecord, Sight, Tx};
use andu_sync::{Change, Operation, Reason, Scope};
use andu_workflow as workflow;
use serde::Deserialize;

use crate::{Call, Refusal};

/// What an act brings along, looked at before anything is written; `None` where it brings nothing.
///
/// # Errors
/// `handwriting.not_there` where a decision names strokes that did not come with it, `handwriting.unbound` for strokes
/// without a decision that names them, or on a record of paper; `handwriting.other_content` where they were written
/// about other words; `handwriting.taken` where they are another's, or of another decision's process; those of
/// [`andu_document::HandwritingError`].
pub(super) fn brought(
    call: &Call<'_, '_>,
    instance_id: &str,
    act: &workflow::Act,
    written: Option<&str>,
) -> Result<Option<HandwritingRecord>, Refusal> {
    let because = |key| Err(Refusal::because(key));
    let decide = match act {
        workflow::Act::Decide(decide) => Some(decide),
        _ => None,
    };
    let named = decide.and_then(|decide| decide.handwriting.map(|hash| (decide, hash)));
    let (decide, hash, written) = match (named, written) {
        (None, None) => return Ok(None),
        (Some(_), None) => return because("handwriting.not_there"),
        (None, Some(_)) => return because("handwriting.unbound"),
        (Some((decide, hash)), Some(written)) => (decide, hash, written),
    };
    let opinion = HandwrittenOpinion::parse(written).map_err(|error| {
        let reason = Reason::new(error.key());
        let fields = error.fields().into_iter();
        Refusal::Rejected(fields.fold(reason, |reason, (name, value)| reason.with(name, value)))
    })?;
    if decide.on_paper.is_some() || opinion.hash() != hash {
        return because("handwriting.unbound");
    }
    if Some(opinion.content()) != decide.content {
        return because("handwriting.other_content");
    }
    let record = HandwritingRecord {
        hash: hash.to_string(),
        instance_id: instance_id.to_owned(),
        person_id: call.actor.id.as_text(),
        opinion: opinion.to_json(),
    };
    match call.tx.reader().handwriting(&record.hash)? {
        Some(known) if known != record => because("handwriting.taken"),
        _ => Ok(Some(record)),
    }
}

/// What was written in an instance is shown in a scope, once; what is withheld is not.
pub(super) fn show(
    call: &mut Call<'_, '_>,
    scope: &Scope,
    written: &[HandwritingRecord],
    withheld: &BTreeSet<ContentHash>,
) -> Result<(), Refusal> {
    let is_withheld = |record: &&HandwritingRecord| {
        let hash = record.hash.parse();
        hash.is_ok_and(|hash| withheld.contains(&hash))
    };
    for record in written.iter().filter(|record| !is_withheld(record)) {
        let shown = call.tx.reader().row_scopes("handwriting", &record.hash)?;
        if !shown.contains(scope) {
            let row = serde_json::to_value(record)?;
            call.project(scope, "handwriting", &record.hash, Operation::Put, &row)?;
        }
    }
    Ok(())
}

/// All that was written in an instance.
pub(super) fn all(
    call: &Call<'_, '_>,
    instance_id: &str,
) -> Result<Vec<HandwritingRecord>, Refusal> {
    Ok(call.tx.reader().handwritings(&Sight::Whole, instance_id)?)
}

/// It comes to a replica: what is not named by its hash is not kept.
pub(super) fn receive(tx: &mut Tx<'_>, change: &Change) -> Result<(), Refusal> {
    let record: HandwritingRecord = Deserialize::deserialize(&change.row)?;
    let read = HandwrittenOpinion::parse(&record.opinion);
    let is_it = read.is_ok_and(|read| read.hash().to_string() == record.hash);
    if !is_it || record.hash != change.row_id {
        return Err(Refusal::because("handwriting.not_there"));
    }
    Ok(tx.handwriting_put(&record)?)
}
