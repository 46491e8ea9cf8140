//! Which disc follows which. The sender's discs for one receiver form a chain: each names the hashes of
//! those before it, and carries again what the last ones carried. The receiver takes each once and in
//! order; a disc that was lost does no harm as long as a later one carries its content too.

use std::collections::{BTreeMap, BTreeSet};

use andu_base::ContentHash;

/// The most discs before it that a disc carries again.
pub const WIDEST_WINDOW: u64 = 32;
/// Characters of a chain's name that say which chain of its sender it is.
const RANK: usize = 8;
/// Chains of which a store that was put back from a copy does not know, at most.
const UNKNOWN_CHAINS: u32 = 1 << 12;
/// How much further a chain may be that the other side names and this side does not know.
const FURTHEST: u32 = 1 << 24;

/// The name of a chain that follows the one of the name `before` (empty: there was none). It begins with a
/// number that rises, so that a receiver knows which of two chains its sender has given up, in whatever
/// order their discs come; the rest is `random`, 32 hexadecimal characters. A sender that was put back from
/// a copy leaves room for the chains it began after the copy was made.
pub fn next_chain(before: &str, random: &str, was_put_back: bool) -> String {
    let known = u32::from_str_radix(rank(before), 16).unwrap_or(0);
    let further = if was_put_back { UNKNOWN_CHAINS } else { 1 };
    let next = known.saturating_add(further);
    format!("{next:08x}{}", random.get(RANK..).unwrap_or_default())
}

/// Whether the chain of one name follows that of another, as far as a sender can have come that was put back
/// from a copy.
pub fn is_later(chain: &str, than: &str) -> bool {
    let number = |chain| u32::from_str_radix(rank(chain), 16);
    match (number(chain), number(than)) {
        (Ok(chain), Ok(than)) => chain > than && chain - than < FURTHEST,
        _ => false,
    }
}

fn rank(chain: &str) -> &str {
    chain.get(..RANK).unwrap_or_default()
}

/// What the sender knows of its chain to one receiver.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Sent {
    /// The last disc; 0 before the first.
    pub last: u64,
    /// The last disc of which the sender knows that it was imported; 0 if of none.
    pub acknowledged: u64,
    /// Hashes of the discs so far, as many as the window needs.
    pub hashes: BTreeMap<u64, ContentHash>,
}

/// What the next disc is to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its number.
    pub seq: u64,
    /// The first disc whose content it carries, up to itself.
    pub covers_from: u64,
    /// Hashes of the discs before it, the newest first, down to the one before `covers_from`.
    pub previous: Vec<ContentHash>,
}

impl Sent {
    /// The next disc, which carries again what was on the last `window` discs and is not known to have
    /// been imported.
    pub fn plan(&self, window: u64) -> Plan {
        let seq = self.last + 1;
        let oldest = seq.saturating_sub(window.min(WIDEST_WINDOW)).max(1);
        let covers_from = oldest.max(self.acknowledged + 1);
        // The one before is named too: what a receiver holds last is always among them.
        let named = covers_from.saturating_sub(1).max(1);
        let previous = (named..seq)
            .rev()
            .map_while(|n| self.hashes.get(&n).copied());
        Plan {
            seq,
            covers_from,
            previous: previous.collect(),
        }
    }

    /// The planned disc was written, and is known by `hash`.
    pub fn written(&mut self, hash: ContentHash) {
        self.last += 1;
        self.hashes.insert(self.last, hash);
    }

    /// Somebody says that disc `seq` was imported. Says whether that was news.
    pub fn acknowledge(&mut self, seq: u64) -> bool {
        let news = seq > self.acknowledged && seq <= self.last;
        if news {
            self.acknowledged = seq;
        }
        news
    }
}

/// What the receiver knows of the chains of one sender.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Received {
    /// The chain that goes on; empty before the first disc.
    pub chain: String,
    /// Its discs that were imported, or whose content came with a later one.
    pub hashes: BTreeMap<u64, ContentHash>,
    /// Chains that were given up for this one.
    pub past: BTreeMap<String, BTreeSet<ContentHash>>,
}

/// What is to be done with a disc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Judgement {
    /// Import it; with it comes the content of these, which are then as good as imported.
    Import {
        /// Their numbers and hashes, the oldest first.
        lost: Vec<(u64, ContentHash)>,
    },
    /// It was imported before, or its content came with a later one: there is nothing to do.
    Already,
    /// Another disc comes first.
    Wait {
        /// Its number.
        needed: u64,
    },
    /// It is older than what was imported: of a chain that its sender has given up.
    Old,
    /// Its sender has given this number to two discs, or continues another history.
    Forked {
        /// The number at which they part.
        at: u64,
    },
}

impl Received {
    /// The last disc that is held; 0 if none is.
    pub fn last(&self) -> u64 {
        self.hashes.last_key_value().map_or(0, |(seq, _)| *seq)
    }

    /// What is to be done with the disc that follows `plan` in `chain` and is known by `hash`.
    pub fn judge(&self, chain: &str, plan: &Plan, hash: &ContentHash) -> Judgement {
        if let Some(held) = self.past.get(chain) {
            return match held.contains(hash) {
                true => Judgement::Already,
                false => Judgement::Old,
            };
        }
        if rank(chain) < rank(&self.chain) {
            return Judgement::Old;
        }
        let none = BTreeMap::new();
        let held = if chain == self.chain {
            &self.hashes
        } else {
            &none
        };
        let last = held.last_key_value().map_or(0, |(seq, _)| *seq);
        if plan.seq <= last {
            return match held.get(&plan.seq) == Some(hash) {
                true => Judgement::Already,
                false => Judgement::Forked { at: plan.seq },
            };
        }
        if plan.covers_from > last + 1 {
            return Judgement::Wait { needed: last + 1 };
        }
        let named = |seq: u64| {
            let at = usize::try_from(plan.seq - 1 - seq).ok()?;
            plan.previous.get(at).copied()
        };
        if last > 0 && named(last) != held.get(&last).copied() {
            return Judgement::Forked { at: last };
        }
        let lost = (last + 1..plan.seq).map(|seq| named(seq).map(|hash| (seq, hash)));
        match lost.collect() {
            Some(lost) => Judgement::Import { lost },
            None => Judgement::Forked { at: last + 1 },
        }
    }

    /// Notes that a disc was imported which [`Self::judge`] let in.
    pub fn imported(
        &mut self,
        chain: &str,
        seq: u64,
        hash: ContentHash,
        lost: &[(u64, ContentHash)],
    ) {
        if chain != self.chain {
            let past = std::mem::take(&mut self.hashes).into_values().collect();
            let name = std::mem::replace(&mut self.chain, chain.to_owned());
            if !name.is_empty() {
                self.past.insert(name, past);
            }
        }
        self.hashes.extend(lost.iter().copied());
        self.hashes.insert(seq, hash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(seq: u64) -> ContentHash {
        ContentHash::of(&seq.to_be_bytes())
    }

    fn sent(count: u64) -> Sent {
        let mut sent = Sent::default();
        (1..=count).for_each(|seq| sent.written(hash(seq)));
        sent
    }

    /// The plan of disc `seq` in a chain with this window and nothing acknowledged.
    fn plan(seq: u64, window: u64) -> Plan {
        sent(seq - 1).plan(window)
    }

    fn received(through: u64) -> Received {
        let mut received = Received::default();
        (1..=through).for_each(|seq| received.imported("a", seq, hash(seq), &[]));
        received
    }

    #[test]
    fn a_disc_is_imported_once_and_in_order() {
        let mut held = Received::default();
        for seq in 1..=5 {
            let plan = plan(seq, 0);
            assert_eq!(
                held.judge("a", &plan, &hash(seq)),
                Judgement::Import { lost: vec![] }
            );
            held.imported("a", seq, hash(seq), &[]);
            assert_eq!(
                held.judge("a", &plan, &hash(seq)),
                Judgement::Already,
                "disc {seq} again"
            );
        }
        assert_eq!(
            held.judge("a", &plan(7, 0), &hash(7)),
            Judgement::Wait { needed: 6 }
        );
    }

    #[test]
    fn a_lost_disc_does_no_harm_while_a_later_one_carries_its_content() {
        let mut held = received(1);
        let later = plan(4, 2);
        assert_eq!((later.covers_from, later.previous.len()), (2, 3));
        let lost = vec![(2, hash(2)), (3, hash(3))];
        assert_eq!(
            held.judge("a", &later, &hash(4)),
            Judgement::Import { lost: lost.clone() }
        );
        held.imported("a", 4, hash(4), &lost);
        assert_eq!(
            held.judge("a", &plan(3, 2), &hash(3)),
            Judgement::Already,
            "found again"
        );
        assert_eq!(
            held.judge("a", &plan(8, 2), &hash(8)),
            Judgement::Wait { needed: 5 }
        );
    }

    #[test]
    fn two_discs_of_one_number_and_another_history_are_seen() {
        let held = received(3);
        let other = ContentHash::of(b"other");
        assert_eq!(
            held.judge("a", &plan(3, 0), &other),
            Judgement::Forked { at: 3 }
        );
        let mut elsewhere = sent(2);
        elsewhere.written(other);
        let next = elsewhere.plan(0);
        assert_eq!(
            held.judge("a", &next, &hash(4)),
            Judgement::Forked { at: 3 }
        );
        let nameless = Plan {
            previous: vec![],
            ..plan(6, 5)
        };
        assert_eq!(
            held.judge("a", &nameless, &hash(6)),
            Judgement::Forked { at: 3 }
        );
    }

    #[test]
    fn a_new_chain_begins_at_its_first_disc_and_ends_the_old_one() {
        let mut held = received(3);
        assert_eq!(
            held.judge("b", &plan(2, 0), &hash(2)),
            Judgement::Wait { needed: 1 }
        );
        assert_eq!(
            held.judge("b", &plan(1, 0), &hash(9)),
            Judgement::Import { lost: vec![] }
        );
        held.imported("b", 1, hash(9), &[]);
        assert_eq!(held.last(), 1);
        assert_eq!(held.judge("a", &plan(2, 0), &hash(2)), Judgement::Already);
        assert_eq!(held.judge("a", &plan(4, 0), &hash(4)), Judgement::Old);
    }

    #[test]
    fn a_chain_that_was_given_up_is_old_though_no_disc_of_it_came_before() {
        let random = "0123456789abcdef0123456789abcdef";
        let first = next_chain("", random, false);
        let second = next_chain(&first, random, false);
        assert_eq!(first, "0000000189abcdef0123456789abcdef");
        let mut held = Received::default();
        held.imported(&second, 1, hash(9), &[]);
        assert_eq!(
            held.judge(&first, &plan(1, 0), &hash(1)),
            Judgement::Old,
            "the first disc of the chain before comes late"
        );
        // The sender is put back to where it knew the first chain alone.
        let third = next_chain(&first, random, true);
        assert_eq!(
            held.judge(&third, &plan(1, 0), &hash(7)),
            Judgement::Import { lost: vec![] }
        );
        // It is put back there again, and is told of a chain that it has forgotten.
        held.imported(&next_chain(&third, random, false), 1, hash(8), &[]);
        let again = next_chain(&first, random, true);
        assert_eq!(held.judge(&again, &plan(1, 0), &hash(9)), Judgement::Old);
        assert!(is_later(&held.chain, &again) && !is_later(&again, &held.chain));
        let further = next_chain(&held.chain, random, false);
        assert_eq!(
            held.judge(&further, &plan(1, 0), &hash(9)),
            Judgement::Import { lost: vec![] }
        );
        assert!(!is_later("ffffffff", &first), "nobody has come that far");
    }

    #[test]
    fn what_was_acknowledged_is_not_carried_again() {
        let mut chain = sent(5);
        assert_eq!(chain.plan(3).covers_from, 3);
        assert!(chain.acknowledge(4));
        assert!(!chain.acknowledge(4) && !chain.acknowledge(3) && !chain.acknowledge(6));
        let next = chain.plan(3);
        assert_eq!((next.seq, next.covers_from), (6, 5));
        assert_eq!(next.previous, [hash(5), hash(4)]);
        assert!(chain.acknowledge(5));
        let next = chain.plan(3);
        assert_eq!((next.covers_from, next.previous), (6, vec![hash(5)]));
    }
}
