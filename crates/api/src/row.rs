//! What a row of the command table says. A command is registered once, here; the window, the server,
//! the TypeScript functions and the permission-matrix test all read the same row.

use andu_app::{Handler, Rule, WriteClass};
use andu_org::Grant;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use ts_rs::TS;

use crate::{ApiError, caller::Caller, typescript::Declarations};

/// Who decides about a write (house rules: act, reservation, record, text).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Write {
    /// Reads only.
    None,
    /// A: the primary decides, in one transaction; a replica stores an intent.
    Act,
    /// C: the primary decides per field; a replica runs the use case at once.
    Record,
    /// D: nobody decides; texts merge.
    Text,
    /// Concerns this desk alone and never travels: windows, printers, the vault.
    Desk,
    /// Concerns the server alone: accounts of browsers. A desk has none.
    Server,
}

/// What a person must hold to call a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Anybody, even before the store is open.
    Anyone,
    /// Anybody who has opened the store.
    Member,
    /// Whoever is asked in a process, or began it: the process itself says who, at every act.
    Asked,
    /// 拟稿: whoever may draft documents.
    Draft,
    /// Keeps vocabulary, templates and settings of the agency.
    KeepVocabulary,
    /// 督查员: sets up what is supervised.
    Supervise,
    /// 系统管理员: keeps agencies, departments, posts, people and telephones.
    KeepOrganisation,
    /// 安全保密管理员: gives and takes roles, names substitutes.
    GiveRoles,
    /// 安全审计员: reviews who may do what and why.
    ReviewAccess,
    /// 系统管理员: writes and reads in discs that go between networks.
    CarryDiscs,
    /// 安全保密管理员: declares with whom discs are exchanged, and lets them in and out.
    ApproveDiscs,
}

impl Permission {
    /// The grant a person must hold; `None` where being there is enough.
    pub const fn grant(self) -> Option<Grant> {
        match self {
            Self::Anyone | Self::Member | Self::Asked => None,
            Self::Draft => Some(Grant::Draft),
            Self::KeepVocabulary => Some(Grant::KeepVocabulary),
            Self::Supervise => Some(Grant::Supervise),
            Self::KeepOrganisation => Some(Grant::KeepOrganisation),
            Self::GiveRoles => Some(Grant::GiveRoles),
            Self::ReviewAccess => Some(Grant::ReviewAccess),
            Self::CarryDiscs => Some(Grant::CarryDiscs),
            Self::ApproveDiscs => Some(Grant::ApproveDiscs),
        }
    }
}

/// A window of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The main window.
    Main,
}

/// What the page has cached under a name and fetches again when a command made it stale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tag {
    /// State of the session.
    Session,
    /// Lists of drafts.
    Drafts,
    /// What somebody has to do in processes.
    Tasks,
    /// Documents that came from elsewhere.
    Incoming,
    /// Issued documents, and what authors say of drafts beyond their text.
    Issued,
    /// What is supervised.
    Supervision,
    /// Who writes along in drafts, and what came late.
    CoDraft,
    /// Versions of a draft.
    Versions,
    /// Findings of a draft.
    Findings,
    /// Agencies, people, phrases, templates.
    Vocabulary,
    /// Number series, ledgers, copies.
    Numbers,
    /// Paper forms.
    Forms,
    /// Departments, posts, people, roles, contacts.
    Organisation,
    /// Settings.
    Settings,
    /// Print jobs and printers.
    Printing,
    /// State of the sync.
    Sync,
}

/// What answers a call, at a desk and at the server alike.
pub type Serve = fn(&dyn Caller, Value) -> Result<Value, ApiError>;

/// What a desk and the server answer each in their own way.
const BY_SERVER: [&str; 12] = [
    "session_status",
    "session_me",
    "session_lock",
    "setting_get",
    "setting_put",
    "sync_status",
    "draft_open",
    "draft_update",
    "draft_flush",
    "draft_close",
    "check_run",
    "check_fix",
];

/// One command.
#[derive(Clone, Copy)]
pub struct Row {
    /// `noun_verb`.
    pub name: &'static str,
    /// Who may call it.
    pub permission: Permission,
    /// Who decides.
    pub write: Write,
    /// What it makes stale.
    pub stale: &'static [Tag],
    /// Which windows may call it.
    pub windows: &'static [Window],
    /// Declares the arguments and the answer in TypeScript and names them.
    pub describe: fn(&mut Declarations) -> (String, String),
    /// What answers a call; `None` where only a desk can (windows, printers, the vault, previews).
    pub serve: Option<Serve>,
    /// What an envelope of this name does to a store; `None` for what never travels.
    pub handler: Option<Handler>,
}

impl Row {
    /// The same row, answered by `serve`.
    pub const fn served(mut self, serve: Serve) -> Self {
        self.serve = Some(serve);
        self
    }

    /// The same row, whose envelopes do `handler`.
    pub const fn handled(mut self, handler: Handler) -> Self {
        self.handler = Some(handler);
        self
    }

    /// Whether a browser may call it: what the table answers itself, and what the server does for browsers.
    pub fn in_browser(&self) -> bool {
        self.serve.is_some() || self.write == Write::Server || BY_SERVER.contains(&self.name)
    }

    /// How an envelope of this name is decided; `None` for what never travels.
    pub fn rule(&self) -> Option<Rule> {
        let class = match self.write {
            Write::Act => WriteClass::Act,
            Write::Record => WriteClass::Record,
            Write::Text => WriteClass::Text,
            Write::None | Write::Desk | Write::Server => return None,
        };
        Some(Rule {
            grant: self.permission.grant(),
            class,
            handler: self.handler?,
        })
    }
}

/// A row of the main window; `A` are its arguments, `R` its answer.
pub const fn row<A: TS + DeserializeOwned + 'static, R: TS + Serialize + 'static>(
    name: &'static str,
    permission: Permission,
    write: Write,
    stale: &'static [Tag],
) -> Row {
    Row {
        name,
        permission,
        write,
        stale,
        windows: &[Window::Main],
        describe: |declarations| (declarations.declare::<A>(), declarations.declare::<R>()),
        serve: None,
        handler: None,
    }
}
