//! Looks at the bytes of a Yjs update (format v1) before the engine does, and refuses what would
//! cost it its stack or its memory: values nested without end, lengths larger than the update,
//! clocks that overflow. The engine decodes and deletes recursively, and a full stack cannot be
//! caught, so this is not a convenience. It does not judge whether the content makes sense.

use std::collections::{BTreeMap, HashMap};

use crate::DraftError;

/// Levels of a text: root, table, row, cell, paragraph, text are six.
pub(crate) const MAX_DEPTH: usize = 24;
/// Levels of a plain value inside an element.
const MAX_VALUE_DEPTH: usize = 32;
/// Clocks stay below this, so that sums of two never overflow in the engine.
const MAX_CLOCK: u64 = 1 << 30;
const MAX_CLIENT: u64 = 1 << 53;
/// What stands where clocks are left out.
const GAP: u8 = 10;

/// What an update that was let in brings.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// `true` where the update adds nodes, or characters that are two units of UTF-16: where those lie is
    /// looked at once the update is in.
    pub wants_a_look: bool,
}

type Id = (u64, u32);

/// Where an item hangs.
#[derive(Clone, Copy)]
enum Hold {
    Root,
    Inside(Id),
    Beside(Id),
}

struct Link {
    client: u64,
    start: u32,
    end: u32,
    hold: Hold,
    is_gap: bool,
}

/// Under which client id an update writes, and which of that id's clocks it fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    /// The id.
    pub client_id: u64,
    /// The first clock.
    pub from: u32,
    /// After the last clock.
    pub end: u32,
    /// How many clocks between the two it leaves out.
    pub left_out: u32,
}

/// The ids an update writes under, in the order of the ids. What it deletes has no writer here.
///
/// # Errors
/// `MalformedUpdate` or `TooDeep`. Cost: linear in the bytes, plus a sort.
pub fn writers(update: &[u8]) -> Result<Vec<Writer>, DraftError> {
    let mut links = Vec::new();
    Scan {
        bytes: update,
        at: 0,
    }
    .update(&mut links)?;
    let mut found: BTreeMap<u64, Writer> = BTreeMap::new();
    let mut brought: BTreeMap<u64, u32> = BTreeMap::new();
    for link in links.iter().filter(|link| !link.is_gap) {
        let writer = found.entry(link.client).or_insert(Writer {
            client_id: link.client,
            from: link.start,
            end: link.end,
            left_out: 0,
        });
        writer.from = writer.from.min(link.start);
        writer.end = writer.end.max(link.end);
        *brought.entry(link.client).or_default() += link.end - link.start;
    }
    let mut writers: Vec<Writer> = found.into_values().collect();
    for writer in &mut writers {
        let brought = brought[&writer.client_id];
        writer.left_out = (writer.end - writer.from).saturating_sub(brought);
    }
    Ok(writers)
}

/// Examines `updates`, which may refer to each other (the last one is new, the others wait).
///
/// # Errors
/// `MalformedUpdate` or `TooDeep`. Cost: linear in the bytes, plus a sort.
pub(crate) fn admit(updates: &[&[u8]]) -> Result<Admitted, DraftError> {
    let mut links = Vec::new();
    let mut nodes = 0;
    for update in updates {
        nodes += Scan {
            bytes: update,
            at: 0,
        }
        .update(&mut links)?;
    }
    if nodes > MAX_DEPTH {
        check_depth(links)?;
    }
    Ok(Admitted {
        wants_a_look: nodes > 0,
    })
}

/// The `n` of a state vector is bounded by its bytes.
pub(crate) fn admit_state_vector(bytes: &[u8]) -> Result<(), DraftError> {
    let mut scan = Scan { bytes, at: 0 };
    let read = |scan: &mut Scan<'_>| -> Result<(), DraftError> {
        let entries = scan.count()?;
        for _ in 0..entries {
            scan.client()?;
            scan.clock()?;
        }
        Ok(())
    };
    read(&mut scan).map_err(|_| DraftError::StateVector)?;
    if scan.at == bytes.len() {
        Ok(())
    } else {
        Err(DraftError::StateVector)
    }
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn wrong<T>(&self, reason: &'static str) -> Result<T, DraftError> {
        Err(DraftError::MalformedUpdate {
            at: self.at,
            reason,
        })
    }

    fn byte(&mut self) -> Result<u8, DraftError> {
        let Some(&byte) = self.bytes.get(self.at) else {
            return self.wrong("it ends too early");
        };
        self.at += 1;
        Ok(byte)
    }

    fn number(&mut self) -> Result<u64, DraftError> {
        let mut number = 0_u64;
        for shift in (0..63).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        self.wrong("a number is too long")
    }

    /// A number of things of at least one byte each.
    fn count(&mut self) -> Result<u64, DraftError> {
        let count = self.number()?;
        if count > (self.bytes.len() - self.at) as u64 {
            return self.wrong("more things are announced than there are bytes");
        }
        Ok(count)
    }

    fn take(&mut self, length: u64) -> Result<&[u8], DraftError> {
        let rest = self.bytes.len() - self.at;
        let Some(length) = usize::try_from(length)
            .ok()
            .filter(|&length| length <= rest)
        else {
            return self.wrong("a text is longer than the update");
        };
        self.at += length;
        Ok(&self.bytes[self.at - length..self.at])
    }

    fn text(&mut self) -> Result<&str, DraftError> {
        let length = self.number()?;
        let at = self.at;
        std::str::from_utf8(self.take(length)?).map_err(|_| DraftError::MalformedUpdate {
            at,
            reason: "a text is not UTF-8",
        })
    }

    fn client(&mut self) -> Result<u64, DraftError> {
        let client = self.number()?;
        if client < MAX_CLIENT {
            Ok(client)
        } else {
            self.wrong("a client id is too large")
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "checked to be below 2^30")]
    fn clock(&mut self) -> Result<u32, DraftError> {
        let clock = self.number()?;
        if clock < MAX_CLOCK {
            Ok(clock as u32)
        } else {
            self.wrong("a clock is too large")
        }
    }

    fn id(&mut self) -> Result<Id, DraftError> {
        Ok((self.client()?, self.clock()?))
    }

    /// Reads a whole update and returns how many nodes and wide texts it adds.
    fn update(&mut self, links: &mut Vec<Link>) -> Result<usize, DraftError> {
        let mut nodes = 0;
        for _ in 0..self.count()? {
            let items = self.count()?;
            let client = self.client()?;
            let mut clock = self.clock()?;
            for _ in 0..items {
                let is_gap = self.bytes.get(self.at) == Some(&GAP);
                let (length, hold, is_node) = self.item()?;
                let Some(end) = clock
                    .checked_add(length)
                    .filter(|&end| u64::from(end) < MAX_CLOCK)
                else {
                    return self.wrong("a clock is too large");
                };
                links.push(Link {
                    client,
                    start: clock,
                    end,
                    hold,
                    is_gap,
                });
                clock = end;
                nodes += usize::from(is_node);
            }
        }
        for _ in 0..self.count()? {
            self.client()?;
            for _ in 0..self.count()? {
                let (start, length) = (self.clock()?, self.clock()?);
                if u64::from(start) + u64::from(length) >= MAX_CLOCK {
                    return self.wrong("a deleted range is too large");
                }
            }
        }
        if self.at < self.bytes.len() {
            return self.wrong("it goes on after its end");
        }
        Ok(nodes)
    }

    fn item(&mut self) -> Result<(u32, Hold, bool), DraftError> {
        const GONE: u8 = 0;
        const HAS_LEFT: u8 = 0x80;
        const HAS_RIGHT: u8 = 0x40;
        const HAS_KEY: u8 = 0x20;
        let info = self.byte()?;
        if info == GONE || info == GAP {
            let length = self.clock()?;
            return if length == 0 {
                self.wrong("an empty item")
            } else {
                Ok((length, Hold::Root, false))
            };
        }
        let left = if info & HAS_LEFT != 0 {
            Some(self.id()?)
        } else {
            None
        };
        let right = if info & HAS_RIGHT != 0 {
            Some(self.id()?)
        } else {
            None
        };
        let hold = match left.or(right) {
            Some(id) => Hold::Beside(id),
            None => {
                let hold = if self.number()? == 1 {
                    self.text()?;
                    Hold::Root
                } else {
                    Hold::Inside(self.id()?)
                };
                if info & HAS_KEY != 0 {
                    self.text()?;
                }
                hold
            }
        };
        let (length, is_node) = self.content(info & 0x1f)?;
        Ok((length, hold, is_node))
    }

    /// Reads the content of an item and returns its length on the clock.
    fn content(&mut self, kind: u8) -> Result<(u32, bool), DraftError> {
        let length = match kind {
            1 => self.clock()?,
            3 => {
                let length = self.number()?;
                self.take(length)?;
                1
            }
            4 => {
                let text = self.text()?;
                let units = text.encode_utf16().count();
                if units > text.chars().count() {
                    return Ok((u32::try_from(units).unwrap_or(u32::MAX), true));
                }
                u32::try_from(units).unwrap_or(u32::MAX)
            }
            5 => {
                self.text()?;
                1
            }
            6 => {
                self.text()?;
                self.text()?;
                1
            }
            7 => {
                match self.byte()? {
                    0 | 1 | 2 | 4 | 6 => {}
                    3 | 5 => {
                        self.text()?;
                    }
                    _ => return self.wrong("an unknown kind of node"),
                }
                return Ok((1, true));
            }
            8 => {
                let values = self.count()?;
                for _ in 0..values {
                    self.value(0)?;
                }
                u32::try_from(values).unwrap_or(u32::MAX)
            }
            _ => return self.wrong("an unknown kind of content"),
        };
        if length == 0 {
            return self.wrong("an empty item");
        }
        Ok((length, false))
    }

    fn value(&mut self, depth: usize) -> Result<(), DraftError> {
        if depth > MAX_VALUE_DEPTH {
            return Err(DraftError::TooDeep {
                limit: MAX_VALUE_DEPTH,
            });
        }
        match self.byte()? {
            120 | 121 | 126 | 127 => {}
            125 => {
                let mut digits = 0;
                while self.byte()? >= 0x80 {
                    digits += 1;
                    if digits > 9 {
                        return self.wrong("a number is too long");
                    }
                }
            }
            124 => drop(self.take(4)?),
            122 | 123 => drop(self.take(8)?),
            119 => drop(self.text()?),
            116 => {
                let length = self.number()?;
                self.take(length)?;
            }
            118 => {
                for _ in 0..self.count()? {
                    self.text()?;
                    self.value(depth + 1)?;
                }
            }
            117 => {
                for _ in 0..self.count()? {
                    self.value(depth + 1)?;
                }
            }
            _ => return self.wrong("an unknown kind of value"),
        }
        Ok(())
    }
}

/// Follows each item up to a root or out of the updates; the way may not be longer than
/// [`MAX_DEPTH`] nodes and may not come back to itself.
fn check_depth(mut links: Vec<Link>) -> Result<(), DraftError> {
    const ON_THE_WAY: usize = usize::MAX;
    links.sort_by_key(|link| (link.client, link.start));
    let mut clients: HashMap<u64, std::ops::Range<usize>> = HashMap::new();
    for (index, link) in links.iter().enumerate() {
        clients.entry(link.client).or_insert(index..index).end = index + 1;
    }
    let find = |(client, clock): Id| -> Option<usize> {
        let range = clients.get(&client)?.clone();
        let after = links[range.clone()].partition_point(|link| link.start <= clock);
        let index = range.start + after.checked_sub(1)?;
        (clock < links[index].end).then_some(index)
    };
    let mut depths: Vec<Option<usize>> = vec![None; links.len()];
    let mut way = Vec::new();
    for first in 0..links.len() {
        let mut at = first;
        let mut depth = loop {
            match depths[at] {
                Some(ON_THE_WAY) => {
                    return Err(DraftError::MalformedUpdate {
                        at: 0,
                        reason: "items hang on each other",
                    });
                }
                Some(depth) => break depth,
                None => {}
            }
            depths[at] = Some(ON_THE_WAY);
            way.push(at);
            let (Hold::Inside(id) | Hold::Beside(id)) = links[at].hold else {
                break 0;
            };
            match find(id) {
                Some(next) => at = next,
                None => break 0,
            }
        };
        while let Some(index) = way.pop() {
            depth += usize::from(!matches!(links[index].hold, Hold::Beside(_)));
            if depth > MAX_DEPTH {
                return Err(DraftError::TooDeep { limit: MAX_DEPTH });
            }
            depths[index] = Some(depth);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_nested_without_end_is_refused_before_the_engine_sees_it() {
        let mut update = vec![1, 1, 7, 0, 0x28, 1, 1, b'e', 1, b'k', 1];
        update.extend(std::iter::repeat_n([117, 1], 100_000).flatten());
        update.extend([127, 0]);
        assert_eq!(
            admit(&[&update]),
            Err(DraftError::TooDeep {
                limit: MAX_VALUE_DEPTH
            })
        );
    }

    #[test]
    fn an_update_names_the_ids_it_writes_under_and_not_those_it_leaves_out() {
        // Client 7 writes "ab" at clock 3; client 9 leaves three clocks out and writes nothing.
        let update = [
            2, 1, 7, 3, 4, 1, 1, b't', 2, b'a', b'b', 1, 9, 0, 10, 3, 1, 5, 1, 0, 4,
        ];
        let found = writers(&update).expect("an update");
        assert_eq!(
            found,
            [Writer {
                client_id: 7,
                from: 3,
                end: 5,
                left_out: 0
            }],
            "what is deleted (of client 5) is nobody's writing"
        );
        // Client 7 writes "a" at clock 3, leaves two clocks out, and writes "b" at clock 6.
        let update = [
            1, 3, 7, 3, 4, 1, 1, b't', 1, b'a', 10, 2, 4, 1, 1, b't', 1, b'b', 0,
        ];
        let found = writers(&update).expect("an update");
        assert_eq!((found[0].end, found[0].left_out), (7, 2));
        assert_eq!(writers(&[0, 0]), Ok(Vec::new()));
    }

    #[test]
    fn announced_lengths_do_not_exceed_the_bytes() {
        for update in [
            &[0xff, 0xff, 0xff, 0xff, 0x0f][..],
            &[1, 0xff, 0xff, 0xff, 0x7f, 1, 0],
            &[1, 1, 7, 0, 4, 1, 1, b'b', 0xff, 0xff, 0x7f],
            &[
                1, 1, 7, 0, 0x28, 1, 1, b'e', 1, b'k', 1, 118, 0xff, 0xff, 0xff, 0xff, 0x0f,
            ],
        ] {
            assert!(
                matches!(admit(&[update]), Err(DraftError::MalformedUpdate { .. })),
                "{update:?} announces more than it has"
            );
        }
    }

    #[test]
    fn a_chain_of_nested_nodes_is_refused_in_whatever_order_it_comes() {
        // Each node lies in the one before it; the update lists them from client 1 at clock n.
        let chain = |nodes: u8| {
            let mut update = vec![1, nodes, 1, 0, 7, 1, 1, b'b', 3, 1, b'p'];
            for parent in 0..nodes - 1 {
                update.extend([7, 0, 1, parent, 3, 1, b'p']);
            }
            update.push(0);
            update
        };
        assert_eq!(admit(&[&chain(20)]), Ok(Admitted { wants_a_look: true }));
        assert_eq!(
            admit(&[&chain(60)]),
            Err(DraftError::TooDeep { limit: MAX_DEPTH })
        );
    }

    #[test]
    fn items_that_hang_on_each_other_are_refused() {
        let mut update = vec![1, 40, 1, 0];
        for item in 0..40_u8 {
            update.extend([0x87, 1, (item + 1) % 40, 3, 1, b'p']);
        }
        update.push(0);
        assert!(matches!(
            admit(&[&update]),
            Err(DraftError::MalformedUpdate { .. })
        ));
    }
}
