//! 10,000 decisions made without a network, each about another document, go to a server over TLS: none lost, none
//! done twice, though every push is sent again as if its answer had been lost. In between, some go one by one.

use std::time::Instant;

use andu_store::Chains;

use super::filing::{Filed, Filing, roster, standing};
use crate::{
    report::{Goal, Measured},
    sync::{
        ms,
        office::{Desk, Office},
        said,
    },
};

type Result<T, E = String> = std::result::Result<T, E>;

/// How many pushes, decisions in each, and how many go alone after each.
const SIZE: (usize, u32, usize) = if cfg!(debug_assertions) {
    (2, 20, 3)
} else {
    (10, 1_000, 20)
};

/// What a decision takes in a push of many, against one that goes alone.
pub fn measure() -> Result<Vec<Measured>> {
    let office = Office::open_with_tls(&roster())?;
    let store = office.server.store();
    let filing = Filing::set_up(store, &office.people)?;
    let all = SIZE.0 * (SIZE.1 as usize + SIZE.2);
    let filed = store.write(|tx| {
        let begun = (0..all).map(|n| filing.begin(tx, n));
        Ok::<_, andu_store::StoreError>(begun.collect::<Result<Vec<Filed>>>())
    });
    let filed = filed.map_err(said)??;
    let desk = Desk::join(&office, 1, office.address)?;
    desk.pull()?;
    for one in &filed {
        desk.enqueue("process_act", filing.agreement(one, 0)?)?;
    }
    let [mut together, mut alone] = [const { Vec::new() }; 2];
    for _ in 0..SIZE.0 {
        together.push(pushed(&desk, SIZE.1)?);
        let mut each = 0.0;
        for _ in 0..SIZE.2 {
            each += pushed(&desk, 1)?;
        }
        alone.push(each / SIZE.2 as f64);
    }
    desk.pull()?;
    none_lost_none_doubled(&office, &desk, &filed)?;
    Ok(vec![Measured {
        name: format!(
            "{} offline decisions over TLS, none lost or doubled: each",
            SIZE.0 * SIZE.1 as usize
        ),
        unit: "ms",
        quantile: 0.5,
        ours: together,
        peer: alone,
        peer_name: "one by one",
        goal: Goal::TimesFaster(3.0),
    }])
}

/// What each of so many that wait takes. They are sent a second time, which is not counted: each has the outcome
/// that it had.
fn pushed(desk: &Desk, count: u32) -> Result<f64> {
    let begin = Instant::now();
    let (request, answer) = desk.push_once(count)?;
    let took = ms(begin);
    if request.commands.len() != count as usize {
        return Err(format!("{} of {count} were sent", request.commands.len()));
    }
    if desk.post_push(&request)?.outcomes != answer.outcomes {
        return Err("sent again, a decision has another outcome".into());
    }
    Ok(took / f64::from(count))
}

fn none_lost_none_doubled(office: &Office, desk: &Desk, filed: &[Filed]) -> Result<()> {
    if !desk.push_once(1)?.0.commands.is_empty() {
        return Err("something waits still".into());
    }
    let store = office.server.store();
    for one in filed {
        let (state, entries) = standing(store, one)?;
        let opinions = state.visits.iter().flat_map(|visit| &visit.members);
        let opinions = opinions
            .filter(|member| member.decision().is_some())
            .count();
        if (entries, opinions) != (2, 1) {
            return Err(format!("{entries} entries with {opinions} opinions"));
        }
    }
    let chains = store.read(|reader| reader.instances_verify());
    if chains.map_err(said)? != Chains::Whole(2 * filed.len() as u64) {
        return Err("what happened is not in one chain".into());
    }
    let audited = store.read(|reader| reader.audit_entries(0, u32::MAX));
    let audited = audited.map_err(said)?.into_iter();
    let acts = audited
        .filter(|entry| entry.action == "process_act")
        .count();
    let todo = desk
        .store
        .read(|reader| reader.task_tally(&desk.person.id.as_text()));
    let todo = todo.map_err(said)?;
    match acts == filed.len() && todo.done as usize == filed.len() && todo.todo == 0 {
        true => Ok(()),
        false => Err(format!(
            "{acts} acts in the audit log; at the desk {todo:?}"
        )),
    }
}
