//! What is told of scopes without being asked: read once for all who hear the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use andu_app::receive;
use andu_store::Store;
use andu_sync::Scope;

/// Longer pages are pulled: a desk reads no longer line.
const LONGEST: usize = 256 << 10;
/// Scopes of which a page is held.
const SCOPES_AT_MOST: usize = 256;

/// The newest page of each scope, as its listeners are told it.
#[derive(Default)]
pub(crate) struct Told(Mutex<HashMap<Scope, Recent>>);

struct Recent {
    from: u64,
    head: u64,
    /// `None`: it is pulled.
    page: Option<Arc<str>>,
}

impl Told {
    /// What followed `from` in a scope, at least up to `head`; `None` where it is to be pulled.
    pub fn page(&self, store: &Store, scope: &Scope, (from, head): (u64, u64)) -> Option<Arc<str>> {
        // Held while it is read: the others who listen to the scope wait for the same page.
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(recent) = held.get(scope)
            && recent.from == from
            && recent.head >= head
        {
            return recent.page.clone();
        }
        let told = store
            .read(|reader| receive::tell(reader, scope, from))
            .ok()?;
        let head = told.as_ref().map_or(head, |told| told.page.head);
        let page = told.and_then(|told| {
            let json = serde_json::to_string(&told).expect("BUG: plain data");
            (json.len() <= LONGEST).then(|| json.into())
        });
        if held.len() >= SCOPES_AT_MOST {
            held.clear();
        }
        let recent = Recent {
            from,
            head,
            page: page.clone(),
        };
        held.insert(scope.clone(), recent);
        page
    }
}
