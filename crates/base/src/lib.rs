//! What every room speaks: ids, money, dates, working days and content hashes. A closed list: a thing comes here
//! only when three rooms need it and none of them owns it. No clock and no randomness.

mod calendar;
mod date;
mod hash;
mod id;
mod money;

pub use calendar::{Arrangement, ArrangementError, Break, CalendarError, WorkCalendar};
pub use date::{Date, DateError, chinese_date, parse_chinese_date};
pub use hash::{ContentHash, HashError};
pub use id::{
    AgencyId, AppointmentId, AttachmentId, CommandId, DepartmentId, DeviceId, DraftId, IdError,
    LineageId, PersonId, PostId, SubstitutionId, TelephoneId, VersionId,
};
pub use money::{Money, MoneyError};
