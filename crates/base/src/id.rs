//! Ids: UUIDv7 in newtypes, so that a draft is never taken for a person. Made by the callers, who
//! own randomness; here they are only carried, written and read.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a `{kind}`: {text:?}")]
pub struct IdError {
    /// The kind of id that was asked for.
    pub kind: &'static str,
    /// What was found instead, cut to 40 characters.
    pub text: String,
}

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The id as SQL and JSON carry it: 36 lower-case characters.
            pub fn as_text(self) -> String {
                self.0.hyphenated().to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError {
                    kind: stringify!($name),
                    text: text.chars().take(40).collect(),
                })
            }
        }
    )*};
}

id! {
    /// An agency (机关).
    AgencyId;
    /// A department inside an agency (内设机构).
    DepartmentId;
    /// A post in a department (岗位).
    PostId;
    /// A person who works at a desk.
    PersonId;
    /// A person's hold on a post (任职).
    AppointmentId;
    /// Somebody standing in for somebody else (代理).
    SubstitutionId;
    /// A telephone of a person.
    TelephoneId;
    /// A draft of a document (文稿).
    DraftId;
    /// The one history of a draft's text; an imported file starts a new one.
    LineageId;
    /// A named or automatic version of a draft.
    VersionId;
    /// A command envelope.
    CommandId;
    /// A desk's device.
    DeviceId;
    /// A file that lies beside a draft, such as the original of an import.
    AttachmentId;
}
