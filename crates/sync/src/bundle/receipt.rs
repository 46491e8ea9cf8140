//! The code by which somebody says, over the telephone or on paper, that a disc was imported. Sixteen
//! digits: four count the disc, ten prove that its seal was opened, two check what was typed.

use std::fmt;

use andu_base::ContentHash;
use andu_crypto::{Secret32, hash, subkey};

/// A code for one disc.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt([u8; DIGITS_IN_ALL]);

/// Why what was typed is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// Too short, too long, or a sign that is no digit.
    #[error("not sixteen digits of a receipt")]
    NotACode,
    /// A slip of the hand: the check digits do not fit.
    #[error("the check digits of the receipt do not fit")]
    Mistyped,
}

const COUNT_DIGITS: usize = 4;
const PROOF_DIGITS: usize = 10;
const CHECKED_DIGITS: usize = COUNT_DIGITS + PROOF_DIGITS;
const DIGITS_IN_ALL: usize = CHECKED_DIGITS + 2;
/// Crockford's digits: without I, L, O and U, which are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Receipt {
    /// The code for disc `seq`, known by `bundle`, whose content `key` opened.
    pub fn of(key: &Secret32, bundle: &ContentHash, seq: u64) -> Self {
        let proof = hash(subkey(key, "andu 2026 bundle receipt", &bundle.0).expose());
        let mut digits = [0; DIGITS_IN_ALL];
        for (at, digit) in digits[..COUNT_DIGITS].iter_mut().enumerate() {
            *digit = (seq >> (5 * (COUNT_DIGITS - 1 - at)) & 31) as u8;
        }
        // One byte a digit: of each the lowest five bits.
        for (digit, byte) in digits[COUNT_DIGITS..CHECKED_DIGITS].iter_mut().zip(proof) {
            *digit = byte & 31;
        }
        let [sum, weighted] = checks(&digits[..CHECKED_DIGITS]);
        digits[CHECKED_DIGITS] = sum;
        digits[CHECKED_DIGITS + 1] = weighted;
        Self(digits)
    }

    /// Reads a code as people type it: with or without hyphens and spaces, in any case, with O for 0 and
    /// I or L for 1.
    ///
    /// # Errors
    /// `NotACode`, `Mistyped`.
    pub fn parse(text: &str) -> Result<Self, ReceiptError> {
        let mut digits = [0; DIGITS_IN_ALL];
        let mut count = 0;
        let signs = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—'));
        for sign in signs {
            let sign = match sign.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let value = ALPHABET
                .iter()
                .position(|known| char::from(*known) == sign)
                .ok_or(ReceiptError::NotACode)?;
            *digits.get_mut(count).ok_or(ReceiptError::NotACode)? = value as u8;
            count += 1;
        }
        if count != DIGITS_IN_ALL {
            return Err(ReceiptError::NotACode);
        }
        if checks(&digits[..CHECKED_DIGITS]) != digits[CHECKED_DIGITS..] {
            return Err(ReceiptError::Mistyped);
        }
        Ok(Self(digits))
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, digit) in self.0.iter().enumerate() {
            if at > 0 && at % 4 == 0 {
                f.write_str("-")?;
            }
            write!(f, "{}", char::from(ALPHABET[usize::from(*digit)]))?;
        }
        Ok(())
    }
}

/// Twice a number in the field of 32 (x⁵ + x² + 1).
const fn doubled(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 {
        shifted
    } else {
        shifted ^ 0b10_0101
    }
}

/// The sum of the digits, and the sum with each weighted by another power of two, in the field of 32:
/// together they notice any one or two digits that are wrong, and any two that changed places.
fn checks(digits: &[u8]) -> [u8; 2] {
    digits.iter().fold([0, 0], |[sum, weighted], digit| {
        [sum ^ digit, doubled(weighted ^ digit)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(seq: u64) -> Receipt {
        Receipt::of(
            &Secret32::from_bytes([5; 32]),
            &ContentHash::of(b"disc"),
            seq,
        )
    }

    #[test]
    fn a_code_comes_back_as_it_was_however_it_is_typed() {
        let code = receipt(7);
        let said = code.to_string();
        assert_eq!(said.len(), 19, "{said}");
        let loose = said
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        for typed in [&said, &loose, &said.replace('-', "")] {
            assert_eq!(Receipt::parse(typed), Ok(code), "{typed}");
        }
        for typed in [
            "",
            "7",
            &said[..18],
            &format!("{said}0"),
            &said.replacen('-', "U", 1),
        ] {
            assert_eq!(
                Receipt::parse(typed),
                Err(ReceiptError::NotACode),
                "{typed}"
            );
        }
    }

    #[test]
    fn every_slip_of_one_or_two_digits_is_noticed() {
        let code = receipt(12_345);
        let parse = |digits: [u8; DIGITS_IN_ALL]| Receipt::parse(&Receipt(digits).to_string());
        for first in 0..DIGITS_IN_ALL {
            for second in first..DIGITS_IN_ALL {
                for (add, more) in (1..32).flat_map(|a| (0..32).map(move |b| (a, b))) {
                    let mut bent = code.0;
                    bent[first] ^= add;
                    if second > first {
                        bent[second] ^= more;
                    } else if more > 0 {
                        continue;
                    }
                    assert_eq!(parse(bent), Err(ReceiptError::Mistyped), "{first} {second}");
                }
                let mut swapped = code.0;
                swapped.swap(first, second);
                assert!(
                    swapped == code.0 || parse(swapped).is_err(),
                    "{first} and {second} swapped"
                );
            }
        }
    }

    #[test]
    fn codes_differ_by_disc_by_count_and_by_key() {
        let disc = ContentHash::of(b"disc");
        let all = [
            receipt(1),
            receipt(2),
            Receipt::of(&Secret32::from_bytes([6; 32]), &disc, 1),
            Receipt::of(
                &Secret32::from_bytes([5; 32]),
                &ContentHash::of(b"other"),
                1,
            ),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| other != one));
        }
    }
}
