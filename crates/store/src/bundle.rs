//! The register of discs: with whom they are exchanged, which were written and read in, and who
//! approved what.

use andu_base::{CommandId, ContentHash, DeviceId};
use andu_sync::Command;
use rusqlite::{OptionalExtension, Row, params};

use crate::{Reader, Result, StoreError, Tx};

/// Somebody with whom discs are exchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePeerRecord {
    /// The desk's device, or the server's own id.
    pub node: DeviceId,
    /// `desk` or `server`.
    pub kind: String,
    /// What it is called here.
    pub name: String,
    /// 64 hexadecimal characters.
    pub verify_key: ContentHash,
    /// 64 hexadecimal characters.
    pub agreement_key: ContentHash,
    /// The level of its network, by its word.
    pub level: String,
    /// Whether discs may go down to it at all.
    pub downward: bool,
    /// How many discs before it a disc carries again.
    pub repeat_window: u32,
    /// Who declared it.
    pub declared_by: String,
    /// Instant in UTC.
    pub declared_at: String,
    /// Instant in UTC; empty while it goes on.
    pub ended_at: String,
    /// The chain of discs to it; empty before the first.
    pub chain: String,
    /// The last of them that is known to have been imported.
    pub acknowledged: u64,
    /// How far it says it is, as JSON; empty where it never said.
    pub reported: String,
    /// The last of our discs it held when it said so.
    pub reported_seq: u64,
}

/// A disc that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleSentRecord {
    /// For whom.
    pub node: DeviceId,
    /// Its chain.
    pub chain: String,
    /// Which of the chain, from 1.
    pub seq: u64,
    /// By what it is known.
    pub hash: ContentHash,
    /// The first disc whose content it carries.
    pub covers_from: u64,
    /// Which way it goes, by its word.
    pub crossing: String,
    /// 介质编号; may be empty.
    pub medium: String,
    /// Who wrote it.
    pub operator: String,
    /// The request it was approved by; may be empty.
    pub request_id: String,
    /// Bytes of all files.
    pub total_bytes: u64,
    /// The code that says it was imported.
    pub receipt: String,
    /// Where its pages end, as JSON; empty where it has none.
    pub cursors_after: String,
    /// Instant in UTC.
    pub written_at: String,
    /// Instant in UTC; empty while nothing was heard.
    pub acknowledged_at: String,
}

/// A disc that was read in, or whose content came with a later one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleReceivedRecord {
    /// From whom.
    pub node: DeviceId,
    /// Its chain.
    pub chain: String,
    /// Which of the chain, from 1.
    pub seq: u64,
    /// By what it is known.
    pub hash: ContentHash,
    /// It never came; its content came with a later one.
    pub covered: bool,
    /// Which way it came, by its word.
    pub crossing: String,
    /// 介质编号; may be empty.
    pub medium: String,
    /// Who read it in.
    pub operator: String,
    /// Who approved it; may be empty.
    pub approved_by: String,
    /// The code that says it was imported.
    pub receipt: String,
    /// Instant in UTC.
    pub imported_at: String,
    /// What is to be answered, as JSON; may be empty.
    pub answer: String,
}

/// A wish to carry something down to a lower network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleRequestRecord {
    /// Its id.
    pub id: String,
    /// To whom.
    pub node: DeviceId,
    /// What for.
    pub reason: String,
    /// Who asked.
    pub asked_by: String,
    /// Instant in UTC.
    pub asked_at: String,
    /// Instant in UTC; empty while no disc was written for it.
    pub used_at: String,
}

fn parsed<T: std::str::FromStr>(text: &str, column: &'static str) -> Result<T> {
    text.parse().map_err(|_| StoreError::Column { column })
}

fn count(row: &Row<'_>, at: usize) -> Result<u64> {
    Ok(row.get::<_, i64>(at)?.unsigned_abs())
}

const PEER: &str = "select node_id, kind, name, verify_key, agreement_key, level, downward,
    repeat_window, declared_by, declared_at, ended_at, chain, acknowledged, reported, reported_seq
    from bundle_peer";

fn peer(row: &Row<'_>) -> Result<BundlePeerRecord> {
    Ok(BundlePeerRecord {
        node: parsed(&row.get::<_, String>(0)?, "bundle_peer.node_id")?,
        kind: row.get(1)?,
        name: row.get(2)?,
        verify_key: parsed(&row.get::<_, String>(3)?, "bundle_peer.verify_key")?,
        agreement_key: parsed(&row.get::<_, String>(4)?, "bundle_peer.agreement_key")?,
        level: row.get(5)?,
        downward: row.get(6)?,
        repeat_window: row.get(7)?,
        declared_by: row.get(8)?,
        declared_at: row.get(9)?,
        ended_at: row.get(10)?,
        chain: row.get(11)?,
        acknowledged: count(row, 12)?,
        reported: row.get(13)?,
        reported_seq: count(row, 14)?,
    })
}

const SENT: &str =
    "select node_id, chain, seq, bundle_hash, covers_from, crossing, medium, operator,
    request_id, total_bytes, receipt, cursors_after, written_at, acknowledged_at from bundle_sent";

fn sent(row: &Row<'_>) -> Result<BundleSentRecord> {
    Ok(BundleSentRecord {
        node: parsed(&row.get::<_, String>(0)?, "bundle_sent.node_id")?,
        chain: row.get(1)?,
        seq: count(row, 2)?,
        hash: parsed(&row.get::<_, String>(3)?, "bundle_sent.bundle_hash")?,
        covers_from: count(row, 4)?,
        crossing: row.get(5)?,
        medium: row.get(6)?,
        operator: row.get(7)?,
        request_id: row.get(8)?,
        total_bytes: count(row, 9)?,
        receipt: row.get(10)?,
        cursors_after: row.get(11)?,
        written_at: row.get(12)?,
        acknowledged_at: row.get(13)?,
    })
}

const RECEIVED: &str =
    "select node_id, chain, seq, bundle_hash, covered, crossing, medium, operator,
    approved_by, receipt, imported_at, answer from bundle_received";

fn received(row: &Row<'_>) -> Result<BundleReceivedRecord> {
    Ok(BundleReceivedRecord {
        node: parsed(&row.get::<_, String>(0)?, "bundle_received.node_id")?,
        chain: row.get(1)?,
        seq: count(row, 2)?,
        hash: parsed(&row.get::<_, String>(3)?, "bundle_received.bundle_hash")?,
        covered: row.get(4)?,
        crossing: row.get(5)?,
        medium: row.get(6)?,
        operator: row.get(7)?,
        approved_by: row.get(8)?,
        receipt: row.get(9)?,
        imported_at: row.get(10)?,
        answer: row.get(11)?,
    })
}

const REQUEST: &str = "select id, node_id, reason, asked_by, asked_at, used_at from bundle_request";

fn request(row: &Row<'_>) -> Result<BundleRequestRecord> {
    Ok(BundleRequestRecord {
        id: row.get(0)?,
        node: parsed(&row.get::<_, String>(1)?, "bundle_request.node_id")?,
        reason: row.get(2)?,
        asked_by: row.get(3)?,
        asked_at: row.get(4)?,
        used_at: row.get(5)?,
    })
}

impl Reader<'_> {
    fn bundle_rows<T>(
        self,
        sql: &str,
        values: impl rusqlite::Params,
        read: impl Fn(&Row<'_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.0.prepare_cached(sql)?;
        let mut rows = statement.query(values)?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
        Ok(found)
    }

    /// Somebody with whom discs are or were exchanged.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_peer(self, node: DeviceId) -> Result<Option<BundlePeerRecord>> {
        let sql = format!("{PEER} where node_id = ?1");
        Ok(self.bundle_rows(&sql, [node.as_text()], peer)?.pop())
    }

    /// Everybody with whom discs are or were exchanged, by name.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_peers(self) -> Result<Vec<BundlePeerRecord>> {
        self.bundle_rows(&format!("{PEER} order by name, node_id"), [], peer)
    }

    /// Discs of a chain to somebody, the first first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundles_sent(self, node: DeviceId, chain: &str) -> Result<Vec<BundleSentRecord>> {
        let sql = format!("{SENT} where node_id = ?1 and chain = ?2 order by seq");
        self.bundle_rows(&sql, [node.as_text().as_str(), chain], sent)
    }

    /// The disc that a receipt belongs to.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_by_receipt(self, receipt: &str) -> Result<Option<BundleSentRecord>> {
        let sql = format!("{SENT} where receipt = ?1");
        Ok(self.bundle_rows(&sql, [receipt], sent)?.pop())
    }

    /// Discs that were written, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundles_written(self, limit: u32) -> Result<Vec<BundleSentRecord>> {
        let sql = format!("{SENT} order by written_at desc, node_id, seq desc limit ?1");
        self.bundle_rows(&sql, [limit], sent)
    }

    /// Every disc that came from somebody, in the order in which they came.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundles_received(self, node: DeviceId) -> Result<Vec<BundleReceivedRecord>> {
        let sql = format!("{RECEIVED} where node_id = ?1 order by place, seq");
        self.bundle_rows(&sql, [node.as_text()], received)
    }

    /// Discs that were read in, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundles_read_in(self, limit: u32) -> Result<Vec<BundleReceivedRecord>> {
        let sql = format!("{RECEIVED} order by imported_at desc, node_id, seq desc limit ?1");
        self.bundle_rows(&sql, [limit], received)
    }

    /// What is to be answered to somebody and was not carried by a disc before `from_seq`.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_answers(self, node: DeviceId, from_seq: u64) -> Result<Vec<String>> {
        self.bundle_rows(
            "select answer from bundle_received where node_id = ?1 and answer <> ''
                 and (answered_seq = 0 or answered_seq >= ?2) order by place, seq",
            params![node.as_text(), from_seq.cast_signed()],
            |row| Ok(row.get(0)?),
        )
    }

    /// With which disc of a chain a command went first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_command(
        self,
        (node, chain): (DeviceId, &str),
        id: CommandId,
    ) -> Result<Option<u64>> {
        let found: Option<i64> = self
            .0
            .prepare_cached(
                "select first_seq from bundle_command
                 where node_id = ?1 and chain = ?2 and command_id = ?3",
            )?
            .query_row([&node.as_text(), chain, &id.as_text()], |row| row.get(0))
            .optional()?;
        Ok(found.map(i64::unsigned_abs))
    }

    /// Those of the named commands that wait in the outbox.
    ///
    /// # Errors
    /// The engine's own.
    pub fn outbox_named(self, ids: impl Iterator<Item = CommandId>) -> Result<Vec<Command>> {
        let mut statement = self
            .0
            .prepare_cached("select envelope from outbox where command_id = ?1")?;
        let mut found = Vec::new();
        for id in ids {
            let envelope: Option<String> = statement
                .query_row([id.as_text()], |row| row.get(0))
                .optional()?;
            if let Some(envelope) = envelope {
                let column = StoreError::Column {
                    column: "outbox.envelope",
                };
                found.push(serde_json::from_str(&envelope).map_err(|_| column)?);
            }
        }
        Ok(found)
    }

    /// Who approved a subject, in one direction.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_approvals(self, subject: &str, direction: &str) -> Result<Vec<String>> {
        self.bundle_rows(
            "select person_id from bundle_approval where subject = ?1 and direction = ?2
             order by approved_at, person_id",
            [subject, direction],
            |row| Ok(row.get(0)?),
        )
    }

    /// A wish to carry something down.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_request(self, id: &str) -> Result<Option<BundleRequestRecord>> {
        let sql = format!("{REQUEST} where id = ?1");
        Ok(self.bundle_rows(&sql, [id], request)?.pop())
    }

    /// Wishes for which no disc was written yet, the newest first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_requests_open(self) -> Result<Vec<BundleRequestRecord>> {
        let sql = format!("{REQUEST} where used_at = '' order by asked_at desc, id");
        self.bundle_rows(&sql, [], request)
    }
}

impl Tx<'_> {
    /// Declares somebody, or changes what was declared; the chains go on.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_peer_put(&mut self, peer: &BundlePeerRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into bundle_peer (node_id, kind, name, verify_key, agreement_key, level,
                     downward, repeat_window, declared_by, declared_at, ended_at, chain, acknowledged,
                     reported, reported_seq)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                 on conflict (node_id) do update set kind = excluded.kind, name = excluded.name,
                     verify_key = excluded.verify_key, agreement_key = excluded.agreement_key,
                     level = excluded.level, downward = excluded.downward,
                     repeat_window = excluded.repeat_window, declared_by = excluded.declared_by,
                     declared_at = excluded.declared_at, ended_at = excluded.ended_at,
                     chain = excluded.chain, acknowledged = excluded.acknowledged,
                     reported = excluded.reported, reported_seq = excluded.reported_seq",
            )?
            .execute(params![
                peer.node.as_text(),
                peer.kind,
                peer.name,
                peer.verify_key.to_string(),
                peer.agreement_key.to_string(),
                peer.level,
                peer.downward,
                peer.repeat_window,
                peer.declared_by,
                peer.declared_at,
                peer.ended_at,
                peer.chain,
                peer.acknowledged.cast_signed(),
                peer.reported,
                peer.reported_seq.cast_signed()
            ])?;
        Ok(())
    }

    /// Enters a disc that was written. Answers that were waiting went with it.
    ///
    /// # Errors
    /// The engine's own; a number that a disc of this chain has already breaks the key.
    pub fn bundle_sent_put(&mut self, sent: &BundleSentRecord) -> Result<()> {
        let seq = sent.seq.cast_signed();
        self.0
            .prepare_cached(
                "insert into bundle_sent (node_id, chain, seq, bundle_hash, covers_from, crossing, medium,
                     operator, request_id, total_bytes, receipt, cursors_after, written_at,
                     acknowledged_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
            )?
            .execute(params![
                sent.node.as_text(),
                sent.chain,
                seq,
                sent.hash.to_string(),
                sent.covers_from.cast_signed(),
                sent.crossing,
                sent.medium,
                sent.operator,
                sent.request_id,
                sent.total_bytes.cast_signed(),
                sent.receipt,
                sent.cursors_after,
                sent.written_at,
                sent.acknowledged_at
            ])?;
        self.0
            .prepare_cached(
                "update bundle_received set answered_seq = ?2
                 where node_id = ?1 and answer <> '' and answered_seq = 0",
            )?
            .execute(params![sent.node.as_text(), seq])?;
        Ok(())
    }

    /// Notes with which disc a command went first.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_command_put(
        &mut self,
        (node, chain): (DeviceId, &str),
        id: CommandId,
        seq: u64,
    ) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into bundle_command (node_id, chain, command_id, first_seq)
                 values (?1, ?2, ?3, ?4) on conflict do nothing",
            )?
            .execute(params![
                node.as_text(),
                chain,
                id.as_text(),
                seq.cast_signed()
            ])?;
        Ok(())
    }

    /// Forgets with which disc a command went: it goes again with the next.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_command_forget(&mut self, id: CommandId) -> Result<()> {
        self.0
            .prepare_cached("delete from bundle_command where command_id = ?1")?
            .execute([id.as_text()])?;
        Ok(())
    }

    /// The same of every command.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_commands_forget(&mut self) -> Result<()> {
        self.0
            .prepare_cached("delete from bundle_command")?
            .execute([])?;
        Ok(())
    }

    /// Notes that the discs of a chain up to `seq` were imported: what was answered with them need not go
    /// again, and which commands went with them need not be known any more.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_acknowledge(
        &mut self,
        (node, chain): (DeviceId, &str),
        seq: u64,
        at: &str,
    ) -> Result<()> {
        let (node, seq) = (node.as_text(), seq.cast_signed());
        self.0
            .prepare_cached(
                "update bundle_peer set acknowledged = ?3
                 where node_id = ?1 and chain = ?2 and acknowledged < ?3",
            )?
            .execute(params![node, chain, seq])?;
        self.0
            .prepare_cached(
                "update bundle_sent set acknowledged_at = ?4
                 where node_id = ?1 and chain = ?2 and seq <= ?3 and acknowledged_at = ''",
            )?
            .execute(params![node, chain, seq, at])?;
        self.0
            .prepare_cached(
                "update bundle_received set answer = ''
                 where node_id = ?1 and answered_seq between 1 and ?2",
            )?
            .execute(params![node, seq])?;
        Ok(())
    }

    /// Every answer that was not acknowledged goes with the next disc: the chain is a new one.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_answers_again(&mut self, node: DeviceId) -> Result<()> {
        self.0
            .prepare_cached("update bundle_received set answered_seq = 0 where node_id = ?1")?
            .execute([node.as_text()])?;
        Ok(())
    }

    /// Enters a disc that was read in.
    ///
    /// # Errors
    /// The engine's own; a disc that was entered before breaks the key.
    pub fn bundle_received_put(&mut self, received: &BundleReceivedRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into bundle_received (node_id, chain, seq, bundle_hash, covered, crossing, medium,
                     operator, approved_by, receipt, imported_at, answer, answered_seq, place)
                 select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0,
                     coalesce(max(place), 0) + 1 from bundle_received",
            )?
            .execute(params![
                received.node.as_text(),
                received.chain,
                received.seq.cast_signed(),
                received.hash.to_string(),
                received.covered,
                received.crossing,
                received.medium,
                received.operator,
                received.approved_by,
                received.receipt,
                received.imported_at,
                received.answer
            ])?;
        Ok(())
    }

    /// Enters a wish to carry something down, or that a disc was written for it.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_request_put(&mut self, request: &BundleRequestRecord) -> Result<()> {
        self.0
            .prepare_cached(
                "insert into bundle_request (id, node_id, reason, asked_by, asked_at, used_at)
                 values (?1, ?2, ?3, ?4, ?5, ?6)
                 on conflict (id) do update set used_at = excluded.used_at",
            )?
            .execute([
                &request.id,
                &request.node.as_text(),
                &request.reason,
                &request.asked_by,
                &request.asked_at,
                &request.used_at,
            ])?;
        Ok(())
    }

    /// Notes that somebody approves. Says whether it was news.
    ///
    /// # Errors
    /// The engine's own.
    pub fn bundle_approve(
        &mut self,
        (subject, direction): (&str, &str),
        person_id: &str,
        at: &str,
    ) -> Result<bool> {
        let entered = self
            .0
            .prepare_cached(
                "insert into bundle_approval (subject, person_id, direction, approved_at)
                 values (?1, ?2, ?3, ?4) on conflict do nothing",
            )?
            .execute([subject, person_id, direction, at])?;
        Ok(entered > 0)
    }
}
