//! Reading what was brought: parts in their order, cut into lines, within the limits.

use andu_store::Reader;
use serde::de::DeserializeOwned;

use super::{LONGEST_ROW, MOST_ROWS};
use crate::Refusal;

/// The lines of an offer whose parts are all there.
pub(super) struct Lines {
    id: String,
    next_part: u32,
    held: Vec<u8>,
    read: usize,
    rows: u32,
}

fn unreadable() -> Refusal {
    Refusal::because("joining.unreadable")
}

impl Lines {
    pub(super) fn of(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            next_part: 0,
            held: Vec::new(),
            read: 0,
            rows: 0,
        }
    }

    /// The next line; `None` after the last.
    ///
    /// # Errors
    /// `joining.unreadable`, `joining.too_large`; the store's own.
    pub(super) fn next<T: DeserializeOwned>(
        &mut self,
        reader: Reader<'_>,
    ) -> Result<Option<T>, Refusal> {
        let mut looked = self.read;
        let end = loop {
            if let Some(at) = self.held[looked..].iter().position(|byte| *byte == b'\n') {
                break looked + at;
            }
            looked = self.held.len();
            if looked - self.read > LONGEST_ROW {
                return Err(Refusal::because("joining.too_large"));
            }
            let Some(part) = reader.joining_part(&self.id, self.next_part)? else {
                return match self.read == self.held.len() {
                    true => Ok(None),
                    // Cut off in the middle of a line.
                    false => Err(unreadable()),
                };
            };
            self.next_part += 1;
            self.held.drain(..self.read);
            looked -= self.read;
            self.read = 0;
            self.held.extend(part);
        };
        self.rows += 1;
        if self.rows > MOST_ROWS {
            return Err(Refusal::because("joining.too_large"));
        }
        let line = serde_json::from_slice(&self.held[self.read..end]);
        self.read = end + 1;
        line.map(Some).map_err(|_| unreadable())
    }
}
