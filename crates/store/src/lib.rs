//! SQL: migrations and one module per entity. The only room that names a database. It turns rows into
//! domain types and back and holds no policy. One writer, several readers; read methods hang on
//! [`Reader`], writes on [`Tx`], which reads as well.

mod account;
mod audit;
mod co_draft;
mod command;
mod draft;
mod draft_text;
mod engine;
mod erase;
mod error;
mod find;
mod held;
mod organisation;
mod projection;
mod scope;
mod setting;
mod sight;
mod staffing;
mod template;
mod vocabulary;

pub use account::{AccountRecord, DeviceRow, SessionRecord, SignInDelay};
pub use audit::{AuditEntry, AuditError};
pub use co_draft::{
    ClientRecord, CoDrafterRecord, LateBranch, LateState, LateUpdate, WrittenUpdate,
};
pub use command::{Logged, Queued};
pub use draft::{DraftFilter, DraftRecord, DraftState, DraftTally};
pub use draft_text::{FileRecord, KeptFinding, TextUpdate, VersionKind, VersionRecord};
pub use engine::{IS_COPY, Key, Reader, SCHEMA_VERSION, Store, Tx};
pub use error::StoreError;
pub use find::{FindFilter, FindRecord, terms};
pub use organisation::DeviceRecord;
pub use projection::{Form, PROJECTIONS, Projection, projection};
pub use scope::ScopeHead;
pub use sight::Sight;
pub use template::TemplateRecord;
pub use vocabulary::{AgencyRecord, PersonRecord, PhraseRecord, VocabularyTable, look_up_text};

/// Result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
