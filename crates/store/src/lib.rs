//! SQL: migrations and one module per entity. The only room that names a database. It turns rows into
//! domain types and back and holds no policy. One writer, several readers; read methods hang on
//! [`Reader`], writes on [`Tx`], which reads as well.

mod account;
mod audit;
mod bundle;
mod chunk;
mod co_draft;
mod command;
mod copy_given;
mod double_edit;
mod draft;
mod draft_file;
mod draft_text;
mod engine;
mod erase;
mod error;
mod find;
mod form_template;
mod handwriting;
mod held;
mod holding;
mod incoming;
mod issued;
mod joining;
mod lease;
mod listing;
mod number;
mod number_series;
mod organisation;
#[cfg(all(test, unix))]
mod portable;
mod process;
mod process_definition;
mod projection;
mod record;
mod revision;
mod scope;
mod setting;
mod sight;
mod sound;
mod staffing;
mod supervision;
mod task;
mod task_time;
mod template;
mod vocabulary;

pub use account::{AccountRecord, DeviceRow, SessionRecord, SignInDelay};
pub use audit::{AuditEntry, AuditError};
pub use bundle::{BundlePeerRecord, BundleReceivedRecord, BundleRequestRecord, BundleSentRecord};
pub use co_draft::{
    ClientRecord, CoDrafterRecord, LateBranch, LateState, LateUpdate, WrittenUpdate,
};
pub use command::{Logged, OwnCommand, Progress, Queued};
pub use copy_given::CopyGiven;
pub use double_edit::{DoubleEdit, FieldChange};
pub use draft::{DraftFilter, DraftRecord, DraftState, DraftTally};
pub use draft_file::{FileRecord, FileRow};
pub use draft_text::{KeptFinding, TextUpdate, VersionKind, VersionRecord};
pub use engine::{IS_COPY, Key, LeasedPlace, Reader, SCHEMA_VERSION, Store, Tx};
pub use error::StoreError;
pub use find::{FindFilter, FindRecord, terms};
pub use form_template::FormTemplateRecord;
pub use handwriting::HandwritingRecord;
pub use holding::{HOLDINGS, Holding, holding};
pub use incoming::{IncomingFilter, IncomingRecord, IncomingState, IncomingTally};
pub use issued::{IssueSheetRecord, IssuedFilter, IssuedRecord, IssuedStatus};
pub use joining::{JoinedRow, JoiningRecord, JoiningState, RegisterImport, Remap};
pub use lease::LeaseRow;
pub use number::{
    LedgerFilter, LedgerLine, LedgerTally, NumberEntry, NumberOrigin, NumberPeriod, NumberSpan,
    NumberState,
};
pub use number_series::SeriesRecord;
pub use organisation::DeviceRecord;
pub use process::{Chains, InstanceEntry, InstanceRecord, ProcessUse};
pub use process_definition::DefinitionRecord;
pub use projection::{Form, PROJECTIONS, Projection, projection};
pub use record::{ContactRecord, RECORDS, VOCABULARY};
pub use revision::{RevisionRecord, RevisionText, RevisionWork};
pub use scope::{DeviceHeads, ScopeHead};
pub use sight::Sight;
pub use supervision::{SupervisionFilter, SupervisionRecord, SupervisionState, SupervisionTally};
pub use task::{TaskFilter, TaskRecord, TaskState, TaskTally};
pub use task_time::TaskTime;
pub use template::TemplateRecord;
pub use vocabulary::{AgencyRecord, PersonRecord, PhraseRecord, look_up_text};

/// Result of a store operation.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
