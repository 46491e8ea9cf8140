//! Time passes in the processes: what was to happen at a time happens, whoever is at work.

use std::{sync::Arc, time::Duration};

use andu_api::ApiError;
use andu_app::{
    Place,
    process::{self, Ticked, Ticking},
};
use tokio::{task::spawn_blocking, time::sleep};
use uuid::Uuid;

use crate::{Server, state::now};

/// Between two looks at what is due. A look at what is not due yet is one read of an index.
const LOOKED_AT: Duration = Duration::from_secs(1);

/// Has happen what is due, as long as the server serves.
pub(crate) async fn keep_time(server: Server) {
    loop {
        let at = server.clone();
        match spawn_blocking(move || tick(&at, &now())).await {
            Ok(Ok(ticked)) => {
                for id in ticked.failed {
                    tracing::error!(instance = id, "what was to happen at a time failed");
                }
            }
            _ => tracing::error!("what was to happen at a time was not looked at"),
        }
        sleep(LOOKED_AT).await;
    }
}

/// Has happen in all processes what was to happen until `now`, and pokes those who may see it.
///
/// # Errors
/// The store's own.
pub fn tick(server: &Server, now: &str) -> Result<Ticked, ApiError> {
    let ticked = process::tick(&Ticking {
        store: &Arc::clone(&server.store),
        device: server.device(),
        place: Place::Server,
        now,
        new_id: &Uuid::now_v7,
    })?;
    server.moved(ticked.heads.clone());
    Ok(ticked)
}
