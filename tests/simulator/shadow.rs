//! What the simulator itself knows of the server: every change of every scope as it was appended, and what
//! was answered to each command, by epoch. What desks and server say is held against it.

use std::collections::BTreeMap;

use andu_base::CommandId;
use andu_store::PROJECTIONS;
use andu_sync::{Change, Operation, Outcome, RowKey, Scope};
use serde_json::Value;

/// One history of the server.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Changes by scope; the one with number n at n - 1.
    pub logs: BTreeMap<Scope, Vec<Change>>,
    /// Final outcomes.
    pub outcomes: BTreeMap<CommandId, Outcome>,
}

impl History {
    /// What a scope holds at `cursor`.
    pub fn rows(&self, scope: &Scope, cursor: u64) -> BTreeMap<RowKey, &Value> {
        let mut rows = BTreeMap::new();
        let log = self.logs.get(scope).map_or(&[][..], Vec::as_slice);
        for change in log.iter().take(usize::try_from(cursor).expect("small")) {
            let known = PROJECTIONS.iter().find(|p| p.entity == change.entity);
            let key = RowKey {
                place: known.expect("a declared entity").place,
                entity: change.entity.clone(),
                row_id: change.row_id.clone(),
            };
            match change.operation {
                Operation::Put => rows.insert(key, &change.row),
                Operation::Remove => rows.remove(&key),
            };
        }
        rows
    }

    /// The newest number of a scope.
    pub fn head(&self, scope: &Scope) -> u64 {
        self.logs.get(scope).map_or(0, |log| log.len() as u64)
    }
}
