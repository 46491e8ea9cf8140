//! Wire types and the one command table, one module per noun. Converts between the page's shapes and
//! the use cases of `app`; decides nothing.

pub mod account;
pub mod book;
pub mod bundle;
pub mod caller;
pub mod cause;
pub mod check;
pub mod co_draft;
pub mod double_edit;
pub mod draft;
pub mod enrolment;
pub mod error;
pub mod find;
pub mod form;
pub mod in_browser;
pub mod incoming;
pub mod intake;
pub mod issued;
pub mod joining;
pub mod json_words;
pub mod lease;
pub mod live;
pub mod number;
pub mod openapi;
pub mod organisation;
pub mod original;
pub mod place;
pub mod preview;
pub mod print;
pub mod process;
pub mod register;
pub mod revision;
pub mod row;
pub mod session;
pub mod setting;
pub mod supervision;
pub mod text;
pub mod tool;
pub mod typescript;
pub mod version;
pub mod vocabulary;

pub use caller::{Answered, Caller};
pub use enrolment::{EnrolmentCode, Pin};
pub use error::{ApiError, DeskEvent, ErrorCode};
pub use row::{Permission, Row, Tag, Window, Write};

/// The one command table.
pub fn table() -> impl Iterator<Item = &'static Row> {
    [
        session::ROWS,
        account::ROWS,
        draft::ROWS,
        process::ROWS,
        process::AHEAD,
        process::BESIDE,
        process::FIGURES,
        process::STUDIO,
        process::file::FILE,
        revision::ROWS,
        process::KEEPING,
        incoming::ROWS,
        issued::ROWS,
        intake::ROWS,
        supervision::ROWS,
        co_draft::ROWS,
        live::ROWS,
        version::ROWS,
        preview::ROWS,
        check::ROWS,
        original::ROWS,
        vocabulary::ROWS,
        find::ROWS,
        double_edit::ROWS,
        organisation::ROWS,
        lease::ROWS,
        print::ROWS,
        form::ROWS,
        bundle::ROWS,
        joining::ROWS,
        register::ROWS,
        number::ROWS,
        setting::ROWS,
        tool::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The row of a command.
pub fn find_row(name: &str) -> Option<&'static Row> {
    table().find(|row| row.name == name)
}
