//! Wrong passwords in a row, kept beside the vault so that a restart does not forget them. They
//! slow down a person at the keyboard; what stops a thief of the file is Argon2id. Nothing is ever
//! destroyed, and a lost or damaged count is no count.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{VaultError, write_atomically};

const FILE: &str = "vault.attempts.json";

/// Seconds to wait after that many wrong passwords in a row: 0 for none, then from 1 to 900.
pub fn delay_seconds(failed: u32) -> u64 {
    match failed {
        0 => 0,
        1 => 1,
        2 => 2,
        3 => 5,
        4 => 10,
        5 => 30,
        6 => 60,
        7 => 120,
        8 => 300,
        _ => 900,
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    failed: u32,
    failed_at_ms: i64,
    not_before_ms: i64,
}

impl Count {
    fn after(failed: u32, now_ms: i64) -> Self {
        let delay_ms = i64::try_from(delay_seconds(failed) * 1000).unwrap_or(i64::MAX);
        Self {
            failed,
            failed_at_ms: now_ms,
            not_before_ms: now_ms.saturating_add(delay_ms),
        }
    }
}

/// The count of one vault. Instants are Unix milliseconds.
#[derive(Debug)]
pub(super) struct Attempts {
    path: PathBuf,
    count: Count,
}

impl Attempts {
    pub(super) fn load(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let count = fs::read(&path)
            .ok()
            .filter(|bytes| bytes.len() < 1000)
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_default();
        Self { path, count }
    }

    /// Refuses a try that comes too soon. A clock set back starts the delay again, so that it
    /// neither locks anybody out for years nor ends the delay early.
    pub(super) fn check(&mut self, now_ms: i64) -> Result<(), VaultError> {
        if self.count.failed > 0 && now_ms < self.count.failed_at_ms {
            self.count = Count::after(self.count.failed, now_ms);
            self.save();
        }
        let wait_ms = self.count.not_before_ms.saturating_sub(now_ms);
        if self.count.failed == 0 || wait_ms <= 0 {
            return Ok(());
        }
        Err(VaultError::TooSoon {
            wait_seconds: wait_ms.unsigned_abs().div_ceil(1000),
        })
    }

    /// Counts a try as wrong before it is made, so that ending the program does not hide it.
    pub(super) fn begin(&mut self, now_ms: i64) {
        self.count = Count::after(self.count.failed.saturating_add(1), now_ms);
        self.save();
    }

    /// The try that was begun turned out wrong.
    pub(super) fn wrong_password(&self) -> VaultError {
        let failed = self.count.failed;
        VaultError::WrongPassword {
            failed,
            wait_seconds: delay_seconds(failed),
        }
    }

    /// The try that was begun said nothing about the password.
    pub(super) fn take_back(&mut self, now_ms: i64) {
        self.count = Count::after(self.count.failed.saturating_sub(1), now_ms);
        self.save();
    }

    /// The right password, or another key, opened the vault.
    pub(super) fn clear(&mut self) {
        self.count = Count::default();
        if let Err(error) = fs::remove_file(&self.path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "count of wrong passwords not cleared");
        }
    }

    /// A count that cannot be written must not keep the owner out (the disk may be full).
    fn save(&self) {
        let json = serde_json::to_vec(&self.count).expect("BUG: three numbers are JSON");
        if let Err(error) = write_atomically(&self.path, &json) {
            tracing::warn!(%error, "count of wrong passwords not written");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000_000;

    #[test]
    fn delays_grow_and_stop_growing() {
        let delays: Vec<u64> = (0..12).map(delay_seconds).collect();
        assert!(delays.is_sorted());
        assert_eq!(
            (delays[0], delays[1], delays[11], delay_seconds(u32::MAX)),
            (0, 1, 900, 900)
        );
    }

    #[test]
    fn a_restart_does_not_forget_the_delay() {
        let folder = tempfile::tempdir().unwrap();
        let mut attempts = Attempts::load(folder.path());
        for _ in 0..5 {
            attempts.begin(NOW);
        }
        let mut again = Attempts::load(folder.path());
        let wait = |attempts: &mut Attempts, at| match attempts.check(at) {
            Ok(()) => 0,
            Err(VaultError::TooSoon { wait_seconds }) => wait_seconds,
            Err(other) => panic!("{other}"),
        };
        assert_eq!(wait(&mut again, NOW), 30);
        assert_eq!(wait(&mut again, NOW + 29_001), 1);
        assert_eq!(wait(&mut again, NOW + 30_000), 0);
    }

    #[test]
    fn a_clock_set_back_restarts_the_delay_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let mut attempts = Attempts::load(folder.path());
        (0..5).for_each(|_| attempts.begin(NOW));
        let years_ago = NOW - 1_000_000_000_000;
        let refused = attempts.check(years_ago);
        assert!(matches!(
            refused,
            Err(VaultError::TooSoon { wait_seconds: 30 })
        ));
        assert!(attempts.check(years_ago + 30_000).is_ok());
    }

    #[test]
    fn a_damaged_count_is_no_count() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), b"{\"failed\": -3").unwrap();
        assert!(Attempts::load(folder.path()).check(NOW).is_ok());
    }

    #[test]
    fn a_count_that_cannot_be_written_keeps_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        let mut attempts = Attempts::load(&folder.path().join("gone"));
        attempts.begin(NOW);
        attempts.clear();
        assert!(attempts.check(NOW).is_ok());
    }
}
