//! Migrations: numbered files, each run once, in one transaction, after a check and a copy.

use std::path::Path;

use rusqlite::Connection;

use crate::{Result, StoreError};

use super::full_text;

/// The portable files, oldest first. A file is never edited after it has shipped.
const MIGRATIONS: [&str; 26] = [
    include_str!("../../migrations/0001_start.sql"),
    include_str!("../../migrations/0002_find_text.sql"),
    include_str!("../../migrations/0003_scope_rows.sql"),
    include_str!("../../migrations/0004_organisation.sql"),
    include_str!("../../migrations/0005_account.sql"),
    include_str!("../../migrations/0006_chunk.sql"),
    include_str!("../../migrations/0007_bundle.sql"),
    include_str!("../../migrations/0008_joining.sql"),
    include_str!("../../migrations/0009_records.sql"),
    include_str!("../../migrations/0010_co_draft.sql"),
    include_str!("../../migrations/0011_leases.sql"),
    include_str!("../../migrations/0012_audit_head.sql"),
    include_str!("../../migrations/0013_process.sql"),
    include_str!("../../migrations/0014_number_series.sql"),
    include_str!("../../migrations/0015_incoming.sql"),
    include_str!("../../migrations/0016_process_definition.sql"),
    include_str!("../../migrations/0017_supervision.sql"),
    include_str!("../../migrations/0018_issued.sql"),
    include_str!("../../migrations/0019_process_due.sql"),
    include_str!("../../migrations/0020_revision.sql"),
    include_str!("../../migrations/0021_handwriting.sql"),
    include_str!("../../migrations/0022_incoming_since.sql"),
    include_str!("../../migrations/0023_form_template.sql"),
    include_str!("../../migrations/0024_incoming_given_back.sql"),
    include_str!("../../migrations/0025_task_tally.sql"),
    include_str!("../../migrations/0026_scope_row_layout.sql"),
];

/// Version of a store that this program writes.
pub const SCHEMA_VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the store up to date.
pub(super) fn run(connection: &mut Connection, path: &Path) -> Result<()> {
    let found: u32 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
    if found > SCHEMA_VERSION {
        return Err(StoreError::Newer {
            found,
            known: SCHEMA_VERSION,
        });
    }
    if found == SCHEMA_VERSION {
        return Ok(());
    }
    if found > 0 {
        check_integrity(connection)?;
        copy_before(connection, path, found)?;
    }
    let transaction = connection.transaction()?;
    for (at, sql) in MIGRATIONS.iter().enumerate().skip(found as usize) {
        transaction.execute_batch(sql)?;
        if at == 0 {
            full_text::create(&transaction)?;
        }
    }
    transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    transaction.commit()?;
    Ok(())
}

pub(super) fn check_integrity(connection: &Connection) -> Result<()> {
    let said: String = connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    if said == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged(said))
    }
}

fn copy_before(connection: &Connection, path: &Path, version: u32) -> Result<()> {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".before-v{}", version + 1));
    let target = Path::new(&name);
    if target.exists() {
        std::fs::remove_file(target)?;
    }
    super::create_private(target)?;
    let target = target
        .to_str()
        .ok_or(StoreError::Column { column: "path" })?;
    connection.execute("VACUUM INTO ?1", [target])?;
    Ok(())
}
