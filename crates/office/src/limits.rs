//! How much a file from outside may cost.

use crate::error::OfficeError;

/// Bounds on one file. Work is counted in steps, not in time, so the same file always ends the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file as it is.
    pub file_bytes: u64,
    /// Bytes of all parts together once unpacked.
    pub unpacked_bytes: u64,
    /// Bytes of one XML part once unpacked.
    pub part_bytes: u64,
    /// How many fold one part over 1 MB may unpack.
    pub ratio: u64,
    /// Entries of a package.
    pub entries: u64,
    /// Levels of nested elements.
    pub depth: u64,
    /// XML events over all parts, and characters of a text counted by the kilobyte.
    pub steps: u64,
    /// Rows of a sheet.
    pub rows: u64,
    /// Columns of a sheet.
    pub columns: u64,
}

impl Default for Limits {
    /// For a person's machine: a document of a thousand pages passes, and nothing takes over 1 GB.
    fn default() -> Self {
        Self {
            file_bytes: 64 << 20,
            unpacked_bytes: 256 << 20,
            part_bytes: 96 << 20,
            ratio: 400,
            entries: 4_000,
            depth: 200,
            steps: 3_000_000,
            rows: 100_000,
            columns: 100,
        }
    }
}

impl Limits {
    /// Refuses an empty file and one over `file_bytes`.
    ///
    /// # Errors
    /// `EmptyFile`, `FileTooLarge`.
    pub fn check_size(&self, bytes: &[u8]) -> Result<(), OfficeError> {
        let size = bytes.len() as u64;
        if size == 0 {
            return Err(OfficeError::EmptyFile);
        }
        if size > self.file_bytes {
            return Err(OfficeError::FileTooLarge {
                size_mb: size.div_ceil(1 << 20),
                limit_mb: self.file_bytes >> 20,
            });
        }
        Ok(())
    }
}
