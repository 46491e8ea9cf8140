//! Settings of this desk, and the state of its sync.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    ApiError,
    lease::LeaseShown,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
    text,
};

/// Settings of this desk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// `system`, `light`, `dark` or `contrast`.
    pub theme: String,
    /// `standard`, `large` or `elder`.
    pub size: String,
    /// Minutes without a key or the mouse until the desk locks itself; 0: never.
    pub lock_after_minutes: u32,
    /// The highest 密级 this deployment may hold: `none`, `confidential`, `secret` or `top_secret`.
    pub ceiling: String,
    /// 版记 stands on an even page.
    pub imprint_on_even_page: bool,
    /// `gbt9704` or `gbt33476`.
    pub layout_profile: String,
    /// Preedit of input methods in the window (Linux); off only where it misplaces the candidates.
    pub preedit: bool,
    /// Seconds in which a decision may be taken back before it is sent; 0: it is sent at once.
    pub undo_seconds: u32,
    /// Quiet hours (免打扰), as `22:00` and `07:30`; empty: none. What is new is told when they are over.
    pub quiet_from: String,
    /// Until when.
    pub quiet_until: String,
    /// Searches of the inbox that were kept, in the order in which they are shown.
    pub searches: Vec<SavedSearch>,
}

/// A search of the inbox that was kept under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SavedSearch {
    /// Its name, different from the others.
    pub name: String,
    /// Words of the title.
    pub text: String,
    /// The process; empty: all.
    pub process: String,
    /// Only what is late.
    pub late: bool,
    /// Only what has lain so many days; 0: all.
    pub lain_days: u32,
}

/// Searches that are kept at the most.
const SEARCHES: usize = 30;
/// Signs of a search's name and of its words at the most.
const SEARCH_SIGNS: usize = 60;

impl Settings {
    /// Within what settings may be: `known` says what is not theirs to change.
    ///
    /// # Errors
    /// `setting.search` for searches that are too many, too long, without a name or named twice;
    /// `setting.quiet` for quiet hours that are no times.
    pub fn checked(self, known: &Self) -> Result<Self, ApiError> {
        let mut names = std::collections::BTreeSet::new();
        let fits = |search: &SavedSearch| {
            let is_long = |text: &str| text.chars().count() > SEARCH_SIGNS;
            !search.name.trim().is_empty() && !is_long(&search.name) && !is_long(&search.text)
        };
        if self.searches.len() > SEARCHES
            || !self.searches.iter().all(fits)
            || !self.searches.iter().all(|one| names.insert(&one.name))
        {
            return Err(text::error("setting.search"));
        }
        let is_time = |time: &str| time.len() == 5 && time.parse::<jiff::civil::Time>().is_ok();
        let quiet = [&self.quiet_from, &self.quiet_until];
        let none = quiet.iter().all(|time| time.is_empty());
        if !none && !quiet.iter().all(|time| is_time(time)) {
            return Err(text::error("setting.quiet"));
        }
        Ok(Self {
            ceiling: known.ceiling.clone(),
            lock_after_minutes: self.lock_after_minutes.min(24 * 60),
            undo_seconds: self.undo_seconds.min(60),
            ..self
        })
    }
}

/// What was done about something and is not sent yet.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SyncTakeBack {
    /// Id of what it was done about, such as a task.
    pub id: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            theme: "system".into(),
            size: "standard".into(),
            lock_after_minutes: 15,
            ceiling: "none".into(),
            imprint_on_even_page: true,
            layout_profile: "gbt9704".into(),
            preedit: true,
            undo_seconds: 8,
            quiet_from: String::new(),
            quiet_until: String::new(),
            searches: Vec::new(),
        }
    }
}

/// The state of the sync.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SyncStatus {
    /// Joined to a server.
    pub joined: bool,
    /// Address of the server; empty if there is none.
    pub server: String,
    /// Whether the last attempt reached it.
    pub online: bool,
    /// Acts that wait to be sent.
    pub waiting: u32,
    /// Last time something was exchanged, an instant in UTC; empty: never.
    pub last_at: String,
    /// Why the last attempt failed, as a sentence; empty if it did not.
    pub trouble: String,
    /// A new enrolment code is needed: the server does not take this desk as it is.
    pub needs_code: bool,
    /// What is held for a time only.
    pub leases: Vec<LeaseShown>,
}

/// Where something that was done here stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncItemState {
    /// 暂缓: it may still be taken back.
    Held,
    /// 已存本机
    Saved,
    /// 已发出: no answer has come yet.
    Sent,
    /// 待确认: the server has it and waits for something else.
    Unconfirmed,
    /// 已生效
    Done,
    /// 未被接受
    Refused,
}

/// Something that was done here, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SyncItem {
    /// Id of the command; empty for a refusal that is kept with its draft.
    pub id: String,
    /// Name of the command; empty for a refusal that is kept with its draft.
    pub kind: String,
    /// The draft it is about; empty for none.
    pub draft_id: String,
    /// Title of that draft; of what is about no draft the words that name it.
    pub title: String,
    /// When it was done here, an instant in UTC.
    pub at: String,
    /// Where it stands.
    pub state: SyncItemState,
    /// Why it was refused and what to do now, as a sentence; empty otherwise.
    pub reason: String,
    /// What was written in an act that was refused, so that it is not written twice; empty otherwise.
    pub said: String,
    /// Whom an act that was refused was for, by name.
    pub people: Vec<String>,
}

/// Joins a server as a replica. The store must be empty of documents.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SyncJoin {
    /// Empty: the one that the enrolment code names. Otherwise another way to the same server.
    pub address: String,
    /// The enrolment code from the administrator.
    pub code: String,
    /// Password for this desk, at least eight characters.
    pub password: String,
}

/// Enrols a desk again that its server does not take any more. What it holds stays.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentRenew {
    /// Empty: the one that the enrolment code names. Otherwise another way to the same server.
    pub address: String,
    /// The new enrolment code from the administrator.
    pub code: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Settings>("setting_get", P::Member, W::None, &[]),
    row::<Settings, Settings>("setting_put", P::Member, W::Desk, &[T::Settings]),
    row::<Nothing, SyncStatus>("sync_status", P::Member, W::None, &[]),
    row::<Nothing, Vec<SyncItem>>("sync_items", P::Member, W::None, &[]),
    row::<SyncTakeBack, bool>(
        "sync_take_back",
        P::Member,
        W::Desk,
        &[T::Tasks, T::Drafts, T::Sync],
    ),
    row::<SyncJoin, crate::session::RecoveryCode>(
        "sync_join",
        P::Anyone,
        W::Desk,
        &[T::Session, T::Sync],
    ),
    row::<EnrolmentRenew, SyncStatus>(
        "enrolment_renew",
        P::Member,
        W::Desk,
        &[T::Session, T::Sync, T::Drafts],
    ),
    row::<Nothing, SyncStatus>("sync_now", P::Member, W::Desk, &[T::Sync, T::Drafts]),
];
