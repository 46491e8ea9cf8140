//! What the insert tools of the editor put into a text: amounts in Chinese capitals, dates by rule,
//! serial numbers of the levels, and symbols that keyboards lack.

mod capitals;
mod date;
mod level;
mod symbol;

pub use capitals::capitals;
pub use date::{DateForm, date_text};
pub use level::{Serial, serial};
pub use symbol::{SYMBOLS, Symbol};
