//! The session at a desk: first run, lock and unlock, the person behind it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::row::{Permission as P, Row, Tag as T, Write as W, row};

/// No arguments.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// Whether there is a store and whether it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// No store yet: first run.
    New,
    /// There is a store; a password opens it.
    Locked,
    /// Open.
    Open,
}

/// What the window shows before anything else.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SessionStatus {
    /// Whether there is a store and whether it is open.
    pub state: SessionState,
    /// Name of the profile; empty for the ordinary one, and where there is no other.
    pub profile: String,
    /// The agency's name, once known.
    pub agency: String,
    /// The person's name, once known.
    pub person: String,
    /// Whether a keyring of the system is there.
    pub keyring: bool,
    /// Whether the keyring alone may open the store.
    pub open_by_keyring: bool,
    /// Seconds to wait before the next password is tried.
    pub wait_seconds: u32,
    /// Version of the program.
    pub version: String,
    /// This desk holds the demo agency. Before the first run: the demo is to be offered first.
    pub demo: bool,
    /// Why the store cannot be opened at all (a newer version, damage), as a sentence; empty if it can.
    pub trouble: String,
}

/// First run: who works here.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionSetup {
    /// 机关全称
    pub agency: String,
    /// 规范化简称; may be empty.
    pub short_name: String,
    /// 机关代字, such as 青财; may be empty.
    pub authority_code: String,
    /// 内设机构
    pub department: String,
    /// Name.
    pub person: String,
    /// 职务
    pub post: String,
    /// At least eight characters.
    pub password: String,
    /// Fill the desk with the demo agency instead.
    pub demo: bool,
}

/// The recovery code, shown once to be printed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct RecoveryCode {
    /// Groups divided by hyphens.
    pub code: String,
}

/// A password.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionUnlock {
    /// The password.
    pub password: String,
}

/// The recovery code and a new password.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionRecover {
    /// The recovery code.
    pub code: String,
    /// At least eight characters.
    pub password: String,
}

/// Change of password.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionChangePassword {
    /// The password so far.
    pub old: String,
    /// At least eight characters.
    pub new: String,
}

/// A new recovery code in place of the old one.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionRecoveryCode {
    /// The password: the code is worth as much.
    pub password: String,
}

/// Whether the keyring alone may open the store.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SessionKeyring {
    /// On or off.
    pub enabled: bool,
}

/// Where the truth about this desk's documents lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Home {
    /// At this desk.
    Primary,
    /// At a server; this desk is a replica.
    Replica,
}

/// The person at the desk.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Me {
    /// Id of the person.
    pub person_id: String,
    /// Name.
    pub person: String,
    /// 职务
    pub post: String,
    /// 内设机构
    pub department: String,
    /// Id of the agency.
    pub agency_id: String,
    /// 机关全称
    pub agency: String,
    /// 规范化简称
    pub short_name: String,
    /// 机关代字
    pub authority_code: String,
    /// What the person may do.
    pub permissions: Vec<String>,
    /// Where the truth lies.
    pub home: Home,
    /// This desk holds the demo agency.
    pub demo: bool,
}

/// Whose turn it is to choose a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum FilePurpose {
    /// A document to import.
    ImportDraft,
    /// A PDF, picture folder, docx or JSON to write.
    ExportDraft,
    /// An image for the body.
    Image,
    /// A vocabulary sheet to read.
    ReadVocabulary,
    /// A vocabulary sheet to write.
    WriteVocabulary,
    /// A backup to write.
    WriteBackup,
    /// A backup to restore.
    ReadBackup,
    /// A diagnostic bundle to write.
    WriteDiagnostics,
    /// An empty folder into which a disc is written.
    WriteDisc,
    /// A folder from which a disc is read.
    ReadDisc,
    /// The own card for the exchange by disc, to write.
    WriteCard,
    /// A card of the other side.
    ReadCard,
    /// A file of a document that came.
    IncomingFile,
    /// A form, a register or a book to write.
    WritePaper,
    /// A process to read.
    ReadProcess,
    /// A process to write.
    WriteProcess,
    /// An old register to read.
    ReadRegister,
    /// The folder in which the scans of an old register lie.
    ReadOriginals,
    /// A template of a paper form to read.
    ReadForm,
    /// A template of a paper form to write.
    WriteForm,
}

/// Asks the person to choose a file in the system's dialog.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileChoose {
    /// What for.
    pub purpose: FilePurpose,
    /// Suggested name for a file to write; empty for one to read.
    pub suggested_name: String,
}

/// A file the person has chosen. Paths never reach the page: a token stands for one, once.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ChosenFile {
    /// Used up by the command it is given to.
    pub token: String,
    /// The name without its folder.
    pub name: String,
}

/// A token of a chosen file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct FileToken {
    /// From `file_choose`.
    pub token: String,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Written {
    /// The name without its folder.
    pub name: String,
    /// Size.
    pub bytes: u64,
}

/// Restores a backup into a new profile folder; the desk starts again locked.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BackupRestore {
    /// From `file_choose`.
    pub token: String,
    /// Password or recovery code of the backup.
    pub secret: String,
}

/// What became of a restore.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupRestored {
    /// The folder in which what was there before is kept; empty where there was nothing.
    pub kept: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, SessionStatus>("session_status", P::Anyone, W::None, &[]),
    row::<SessionSetup, RecoveryCode>("session_setup", P::Anyone, W::Desk, &[T::Session]),
    row::<SessionUnlock, Me>("session_unlock", P::Anyone, W::Desk, &[T::Session]),
    row::<Nothing, Me>(
        "session_unlock_by_keyring",
        P::Anyone,
        W::Desk,
        &[T::Session],
    ),
    row::<SessionRecover, RecoveryCode>("session_recover", P::Anyone, W::Desk, &[T::Session]),
    row::<Nothing, ()>("session_lock", P::Member, W::Desk, &[T::Session]),
    row::<SessionChangePassword, ()>("session_change_password", P::Member, W::Desk, &[]),
    row::<SessionRecoveryCode, RecoveryCode>("session_recovery_code", P::Member, W::Desk, &[]),
    row::<SessionKeyring, ()>("session_keyring", P::Member, W::Desk, &[T::Session]),
    row::<Nothing, Me>("session_me", P::Member, W::None, &[]),
    row::<FileChoose, Option<ChosenFile>>("file_choose", P::Anyone, W::Desk, &[]),
    row::<FileToken, Written>("backup_create", P::Member, W::Desk, &[]),
    row::<BackupRestore, BackupRestored>("backup_restore", P::Anyone, W::Desk, &[T::Session]),
    row::<FileToken, Written>("diagnostics_create", P::Anyone, W::Desk, &[]),
];
