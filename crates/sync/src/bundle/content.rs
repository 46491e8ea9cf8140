//! What is on a disc, under its seal: the same requests and answers that go over a network, one after
//! the other. Each record is its length (4 bytes, big endian) and JSON; the last one counts the others.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use crate::{
    change::{PullAnswer, PullRequest},
    exchange::{PushAnswer, PushRequest},
};

/// The longest record, in bytes: as long as the longest body over the network.
pub const LONGEST_RECORD: usize = 64 << 20;

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// A desk sends commands.
    Push {
        /// As over the network.
        request: PushRequest,
    },
    /// A desk says how far it is.
    Cursors {
        /// As over the network.
        request: PullRequest,
    },
    /// A server answers commands.
    Answer {
        /// As over the network.
        answer: PushAnswer,
        /// It also says which recalled commands are not known.
        recalled: bool,
    },
    /// A server sends what a desk may see.
    Pages {
        /// Where the pages begin.
        request: PullRequest,
        /// The pages.
        answer: PullAnswer,
    },
    /// The last record.
    End {
        /// How many there were before it.
        records: u64,
    },
}

/// Why the content of a disc cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Reading or opening failed beneath.
    #[error("the content cannot be read")]
    Io(#[from] io::Error),
    /// A record is longer than any true one.
    #[error("record {0} is longer than any true one")]
    Oversized(u64),
    /// A record is none that this release knows.
    #[error("record {0} cannot be read")]
    Unreadable(u64),
    /// There are not as many records as the last one says, or something follows it.
    #[error("the content is not whole")]
    NotWhole,
}

/// Writes a record.
///
/// # Errors
/// `Oversized`, or `Io` from the writer.
pub fn write_record(writer: &mut impl Write, record: &Record) -> Result<(), ContentError> {
    let bytes = serde_json::to_vec(record).expect("BUG: a record is plain data");
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|length| *length as usize <= LONGEST_RECORD)
        .ok_or(ContentError::Oversized(0))?;
    writer.write_all(&length.to_be_bytes())?;
    Ok(writer.write_all(&bytes)?)
}

/// Writes the last record after `records` others.
///
/// # Errors
/// `Io` from the writer.
pub fn write_end(writer: &mut impl Write, records: u64) -> Result<(), ContentError> {
    write_record(writer, &Record::End { records })
}

/// Reads records until the last one.
pub struct RecordReader<R> {
    reader: R,
    records: u64,
}

impl<R: Read> RecordReader<R> {
    /// Reads from `reader`, which is already under no seal.
    pub const fn new(reader: R) -> Self {
        Self { reader, records: 0 }
    }

    /// The next record; `None` once the last one was read and nothing follows it.
    ///
    /// # Errors
    /// `Io`, `Oversized`, `Unreadable`, `NotWhole`.
    pub fn next_record(&mut self) -> Result<Option<Record>, ContentError> {
        let mut length = [0; 4];
        self.reader.read_exact(&mut length).map_err(cut)?;
        let length = u32::from_be_bytes(length) as usize;
        if length > LONGEST_RECORD {
            return Err(ContentError::Oversized(self.records));
        }
        // Grows with what is really there, whatever the length says.
        let mut bytes = Vec::new();
        (&mut self.reader)
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ContentError::NotWhole);
        }
        let record = serde_json::from_slice(&bytes);
        match record.map_err(|_| ContentError::Unreadable(self.records))? {
            Record::End { records } if records == self.records => self.at_end().map(|()| None),
            Record::End { .. } => Err(ContentError::NotWhole),
            record => {
                self.records += 1;
                Ok(Some(record))
            }
        }
    }

    fn at_end(&mut self) -> Result<(), ContentError> {
        match self.reader.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(ContentError::NotWhole),
        }
    }
}

fn cut(error: io::Error) -> ContentError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => ContentError::NotWhole,
        _ => ContentError::Io(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Vec<u8> {
        let mut bytes = Vec::new();
        let request = PushRequest::default();
        write_record(&mut bytes, &Record::Push { request }).expect("written");
        let request = PullRequest::default();
        write_record(&mut bytes, &Record::Cursors { request }).expect("written");
        write_end(&mut bytes, 2).expect("written");
        bytes
    }

    fn read(bytes: &[u8]) -> Result<usize, ContentError> {
        let mut reader = RecordReader::new(bytes);
        let mut count = 0;
        while reader.next_record()?.is_some() {
            count += 1;
        }
        Ok(count)
    }

    #[test]
    fn what_was_written_reads_and_nothing_less_or_more() {
        let whole = content();
        assert_eq!(read(&whole).expect("whole"), 2);
        for cut in 0..whole.len() {
            assert!(read(&whole[..cut]).is_err(), "cut at {cut}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(matches!(read(&longer), Err(ContentError::NotWhole)));
        let mut fewer = Vec::new();
        write_end(&mut fewer, 1).expect("written");
        assert!(matches!(read(&fewer), Err(ContentError::NotWhole)));
    }

    #[test]
    fn a_length_beyond_all_reason_costs_nothing() {
        let mut bytes = u32::MAX.to_be_bytes().to_vec();
        assert!(matches!(read(&bytes), Err(ContentError::Oversized(0))));
        bytes[..4].copy_from_slice(&(LONGEST_RECORD as u32).to_be_bytes());
        assert!(matches!(read(&bytes), Err(ContentError::NotWhole)));
    }
}
