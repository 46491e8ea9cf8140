//! Signing in at a server by a browser. A desk has its own lock and none of this.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::{Me, Nothing},
};

/// The first time, or after a password was forgotten: chooses login name and password.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountBegin {
    /// The enrolment code from the administrator; it is used up.
    pub code: String,
    /// 2 to 32 letters, Chinese characters or digits.
    pub login: String,
    /// At least eight characters.
    pub password: String,
}

/// Signs in.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountSignIn {
    /// The login name.
    pub login: String,
    /// The password.
    pub password: String,
}

/// Change of password.
#[derive(Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountChangePassword {
    /// The password so far.
    pub old: String,
    /// At least eight characters.
    pub new: String,
}

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<AccountBegin, Me>("account_begin", P::Anyone, W::Server, &[T::Session]),
    row::<AccountSignIn, Me>("account_sign_in", P::Anyone, W::Server, &[T::Session]),
    row::<AccountChangePassword, ()>("account_change_password", P::Member, W::Server, &[]),
    row::<Nothing, ()>("account_sign_out", P::Member, W::Server, &[T::Session]),
];
