//! 待办 of somebody with 100,000 open tasks: the first page and the numbers of the rail, as the server answers over
//! TLS, and as a desk reads them from its own encrypted store.

use std::time::Instant;

use andu_app::Look;
use andu_server::today;
use andu_store::{StoreError, TaskFilter, TaskState};
use andu_sync::Scope;
use serde_json::{Value, json};
use uuid::Uuid;

use super::filing::{Filing, roster};
use crate::{
    report::{Goal, Measured},
    sync::{
        ms,
        office::{Desk, Office, record},
        said,
    },
};

type Result<T, E = String> = std::result::Result<T, E>;

/// Open tasks, and how often each page is asked for.
const SIZE: (usize, usize) = if cfg!(debug_assertions) {
    (2_000, 10)
} else {
    (100_000, 200)
};

/// Lines of a page, as the window asks for them.
const PAGE: u32 = 200;

/// What somebody reads who has them all.
pub fn measure() -> Result<Vec<Measured>> {
    let office = Office::open_with_tls(&roster())?;
    fill(&office)?;
    let desk = Desk::join(&office, 1, office.address)?;
    desk.pull()?;
    let [mut served, mut counted, mut own] = [const { Vec::new() }; 3];
    for round in 0..=SIZE.1 {
        let begin = Instant::now();
        let args = json!({ "state": "todo", "text": "", "offset": 0, "limit": PAGE });
        let page: Value = desk.ask("/api/task_list", &args)?;
        let at_server = ms(begin);
        let rows = page["rows"].as_array().map_or(0, Vec::len);
        complete("the server", (&page["total"], rows))?;
        let begin = Instant::now();
        let counts: Value = desk.ask("/api/task_counts", &json!({}))?;
        let at_rail = ms(begin);
        complete("the rail", (&counts["todo"], PAGE as usize))?;
        let begin = Instant::now();
        let (total, rows) = first_page(&desk)?;
        let at_desk = ms(begin);
        complete("the desk", (&json!(total), rows))?;
        // The first round warms the caches up.
        if round > 0 {
            served.push(at_server);
            counted.push(at_rail);
            own.push(at_desk);
        }
    }
    Ok(vec![
        budget("first page at the server, over TLS, p95", served, 20.0),
        budget("first page at a desk, p95", own, 50.0),
        Measured {
            goal: Goal::Stated,
            ..budget("numbers of the rail at the server, p95", counted, 0.0)
        },
    ])
}

fn complete(who: &str, (total, rows): (&Value, usize)) -> Result<()> {
    match *total == json!(SIZE.0) && rows == PAGE as usize {
        true => Ok(()),
        false => Err(format!("{who} has {total} tasks and shows {rows}")),
    }
}

fn budget(what: &str, ours: Vec<f64>, budget: f64) -> Measured {
    Measured {
        name: format!("{} open tasks: {what}", SIZE.0),
        unit: "ms",
        quantile: 0.95,
        ours,
        peer: Vec::new(),
        peer_name: "",
        goal: Goal::Budget(budget),
    }
}

/// Each task about another document.
fn fill(office: &Office) -> Result<()> {
    let store = office.server.store();
    let filing = Filing::set_up(store, &office.people)?;
    let author = office.person(0)?;
    let scope = Scope::person(filing.decider(0));
    let put = store.write(|tx| {
        for n in 0..SIZE.0 {
            let task = filing.task(&record(&author, n), &Uuid::now_v7().to_string(), "check");
            tx.task_put(&task)?;
            tx.scope_append_kept(&[&scope], ("task", &task.id))?;
        }
        Ok::<_, StoreError>(())
    });
    put.map_err(said)
}

fn first_page(desk: &Desk) -> Result<(u32, usize)> {
    let filter = TaskFilter {
        person_id: String::new(),
        state: TaskState::Todo,
        text: String::new(),
        process: String::new(),
        late_at: String::new(),
        opened_before: String::new(),
        offset: 0,
        limit: PAGE,
    };
    let look = Look::at_desk(&desk.store, &desk.person, today());
    let (total, rows) = look.read(|view| view.tasks(filter)).map_err(said)?;
    Ok((total, rows.len()))
}
