//! Agencies, departments, posts and people, as of any date: who holds what, who may do what, and why.
//! Pure. Nothing here is overwritten: what ends gets a last day, what is renamed gets another name from a
//! day on. It does not know what a document is; it says only who may read a department's.

#![warn(missing_docs)]

mod grant;
mod lease_term;
mod organisation;
mod period;
mod person;
mod reason;
mod role;
mod telephone;
mod unit;

pub use grant::{Grant, HeldGrant, UnknownGrant};
pub use lease_term::LeaseTerm;
pub use organisation::{Access, Organisation, Title};
pub use period::Period;
pub use person::{Appointment, Member, Person, Substitution};
pub use reason::{Authority, Step};
pub use role::{Holder, Role, RoleGiven, UnknownRole};
pub use telephone::{Telephone, TelephoneGrade, TelephoneKind};
pub use unit::{Agency, Department, Named, Naming, Post, Unit};
