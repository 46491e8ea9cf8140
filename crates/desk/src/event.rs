//! What the desk tells its window by itself.

use std::sync::{Arc, PoisonError, RwLock};

use andu_api::{DeskEvent, Tag};

/// Takes events; called from any thread.
pub type Listener = Arc<dyn Fn(DeskEvent) + Send + Sync>;

/// Where events go. Without a listener they go nowhere.
#[derive(Clone, Default)]
pub struct Events(Arc<RwLock<Option<Listener>>>);

impl Events {
    /// Sends all further events to `listener`.
    pub fn listen(&self, listener: Listener) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(listener);
    }

    /// Sends one event.
    pub fn send(&self, event: DeskEvent) {
        let listener = self
            .0
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(listener) = listener {
            listener(event);
        }
    }

    /// Tells that these are stale.
    pub fn stale(&self, tags: &[Tag]) {
        let name = |tag: &Tag| {
            serde_json::json!(tag)
                .as_str()
                .unwrap_or_default()
                .to_owned()
        };
        self.send(DeskEvent::Stale {
            tags: tags.iter().map(name).collect(),
        });
    }
}
