//! The one source of chance: a small generator (`SplitMix64`), a stream of its own for whoever asks.

use uuid::Uuid;

/// A stream of numbers that follows from its seed.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The stream of a seed; `salt` tells apart those of one seed.
    pub fn new(seed: u64, salt: u64) -> Self {
        let mut mixed = Self(seed ^ salt.wrapping_mul(0xA24B_AED4_963E_E407));
        mixed.next();
        mixed
    }

    /// 64 bits.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Less than `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn chance(&mut self, percent: u64) -> bool {
        self.next() % 100 < percent
    }

    /// One of them.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        (!from.is_empty()).then(|| &from[self.below(from.len())])
    }

    /// An id of the form of a UUIDv7.
    pub fn id(&mut self) -> Uuid {
        let bits = (u128::from(self.next()) << 64) | u128::from(self.next());
        let bits = bits & !(0xF << 76) & !(0x3 << 62) | (0x7 << 76) | (0x2 << 62);
        Uuid::from_u128(bits)
    }

    /// A client id of a text, as an editor draws one.
    pub fn client_id(&mut self) -> u64 {
        (self.next() >> 11) | 1 << 32
    }
}
