//! The printed recovery code: 160 random bits in 8 groups of 4 characters and a check character,
//! so that a typing error is noticed and its group named.

use std::fmt;

use andu_crypto::random_bytes;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::VaultError;

const GROUPS: usize = 8;
const GROUP_DATA: usize = 4;
const GROUP_CHARACTERS: usize = GROUP_DATA + 1;
const CODE_BYTES: usize = GROUPS * GROUP_DATA * 5 / 8;

/// Digits and capitals without I, L, O and U (Crockford's base 32).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The second key to a vault, printed and put in the safe. Wiped when dropped, never printed by
/// `Debug`.
pub struct RecoveryCode(Zeroizing<[u8; CODE_BYTES]>);

impl RecoveryCode {
    /// A fresh code.
    ///
    /// # Errors
    /// `Crypto` if the operating system has no random bytes.
    pub fn random() -> Result<Self, VaultError> {
        Ok(Self(Zeroizing::new(random_bytes()?)))
    }

    /// Reads a typed code. Lower case, full-width characters, spaces and all kinds of dashes are
    /// accepted; O is read as 0, I and L as 1.
    ///
    /// # Errors
    /// `RecoveryCodeLength`, `RecoveryCodeCharacter`, `RecoveryCodeTypo` naming the first group
    /// that is wrong.
    pub fn parse(text: &str) -> Result<Self, VaultError> {
        let characters: Zeroizing<Vec<char>> = Zeroizing::new(
            text.chars()
                .take(1000)
                .nfkc()
                .filter(|c| !c.is_whitespace() && !is_dash(*c))
                .map(|c| c.to_ascii_uppercase())
                .collect(),
        );
        let mut symbols = Zeroizing::new([0_u8; GROUPS * GROUP_CHARACTERS]);
        for (at, &character) in characters.iter().enumerate() {
            let group = at / GROUP_CHARACTERS + 1;
            let symbol = symbol_of(character)
                .ok_or(VaultError::RecoveryCodeCharacter { group, character })?;
            *symbols.get_mut(at).ok_or(VaultError::RecoveryCodeLength {
                found: characters.len(),
            })? = symbol;
        }
        if characters.len() != symbols.len() {
            return Err(VaultError::RecoveryCodeLength {
                found: characters.len(),
            });
        }
        let mut bytes = Zeroizing::new([0; CODE_BYTES]);
        for (index, group) in symbols.chunks_exact(GROUP_CHARACTERS).enumerate() {
            let (data, check) = group.split_at(GROUP_DATA);
            if check_symbol(index, data) != check[0] {
                return Err(VaultError::RecoveryCodeTypo { group: index + 1 });
            }
            put_group(&mut bytes, index, data);
        }
        Ok(Self(bytes))
    }

    /// The code as it is printed: `XXXXX-XXXXX-…`, eight groups.
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(GROUPS * (GROUP_CHARACTERS + 1)));
        for index in 0..GROUPS {
            if index > 0 {
                text.push('-');
            }
            let data = group_symbols(&self.0, index);
            for symbol in data.into_iter().chain([check_symbol(index, &data)]) {
                text.push(char::from(ALPHABET[usize::from(symbol)]));
            }
        }
        text
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// The four 5-bit symbols of a group: 20 bits of the code, first bit first.
fn group_symbols(bytes: &[u8; CODE_BYTES], group: usize) -> [u8; GROUP_DATA] {
    std::array::from_fn(|place| {
        let first_bit = (group * GROUP_DATA + place) * 5;
        (0..5).fold(0, |symbol, offset| {
            let bit = first_bit + offset;
            symbol << 1 | bytes[bit / 8] >> (7 - bit % 8) & 1
        })
    })
}

fn put_group(bytes: &mut [u8; CODE_BYTES], group: usize, data: &[u8]) {
    for (place, symbol) in data.iter().enumerate() {
        for offset in 0..5 {
            let bit = (group * GROUP_DATA + place) * 5 + offset;
            bytes[bit / 8] |= (symbol >> (4 - offset) & 1) << (7 - bit % 8);
        }
    }
}

/// A weighted sum over GF(32) with different weights, so that every single wrong character and
/// every swap of two characters shows; the group's index takes part, so that swapped groups do too.
fn check_symbol(group: usize, data: &[u8]) -> u8 {
    const WEIGHTS: [u8; GROUP_DATA] = [2, 4, 8, 16];
    let index = u8::try_from(group).expect("BUG: a recovery code has eight groups");
    data.iter()
        .zip(WEIGHTS)
        .fold(index + 1, |sum, (symbol, weight)| {
            sum ^ multiply(*symbol, weight)
        })
}

/// Product in GF(32) modulo x⁵ + x² + 1.
fn multiply(mut a: u8, mut b: u8) -> u8 {
    let mut product = 0;
    while b > 0 {
        if b & 1 == 1 {
            product ^= a;
        }
        a <<= 1;
        if a & 0b10_0000 != 0 {
            a ^= 0b10_0101;
        }
        b >>= 1;
    }
    product
}

fn symbol_of(character: char) -> Option<u8> {
    let character = match character {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let position = ALPHABET
        .iter()
        .position(|&known| char::from(known) == character)?;
    u8::try_from(position).ok()
}

fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '_' | '.' | '·'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn code(bytes: [u8; CODE_BYTES]) -> RecoveryCode {
        RecoveryCode(Zeroizing::new(bytes))
    }

    proptest! {
        #[test]
        fn a_printed_code_reads_back(bytes: [u8; CODE_BYTES]) {
            let text = code(bytes).to_text();
            prop_assert_eq!(text.len(), 47);
            let read = RecoveryCode::parse(&text).unwrap();
            prop_assert_eq!(read.bytes(), &bytes);
        }

        #[test]
        fn one_wrong_character_is_found_in_its_group(
            bytes: [u8; CODE_BYTES], at in 0_usize..40, other in 0_usize..32,
        ) {
            let mut text: Vec<u8> =
                code(bytes).to_text().bytes().filter(|b| *b != b'-').collect();
            prop_assume!(text[at] != ALPHABET[other]);
            text[at] = ALPHABET[other];
            let refused = RecoveryCode::parse(std::str::from_utf8(&text).unwrap());
            let Err(VaultError::RecoveryCodeTypo { group }) = refused else {
                return Err(TestCaseError::fail("the typing error went unnoticed"));
            };
            prop_assert_eq!(group, at / 5 + 1);
        }

        #[test]
        fn two_swapped_characters_are_found(
            bytes: [u8; CODE_BYTES], group in 0_usize..8, a in 0_usize..5, b in 0_usize..5,
        ) {
            let mut text: Vec<u8> =
                code(bytes).to_text().bytes().filter(|b| *b != b'-').collect();
            let (a, b) = (group * 5 + a, group * 5 + b);
            prop_assume!(text[a] != text[b]);
            text.swap(a, b);
            let refused = RecoveryCode::parse(std::str::from_utf8(&text).unwrap());
            let Err(VaultError::RecoveryCodeTypo { group: found }) = refused else {
                return Err(TestCaseError::fail("the swap went unnoticed"));
            };
            prop_assert_eq!(found, group + 1);
        }

        #[test]
        fn arbitrary_text_never_panics(text: String) {
            let _ = RecoveryCode::parse(&text);
        }
    }

    #[test]
    fn swapped_groups_are_found() {
        let text = code(std::array::from_fn(|i| (i * 37) as u8)).to_text();
        let mut groups: Vec<&str> = text.split('-').collect();
        groups.swap(2, 5);
        let refused = RecoveryCode::parse(&groups.join("-"));
        assert!(matches!(
            refused,
            Err(VaultError::RecoveryCodeTypo { group: 3 })
        ));
    }

    #[test]
    fn lower_case_spaces_full_width_and_look_alikes_are_read() {
        let bytes = [
            0, 0, 66, 16, 132, 33, 8, 66, 16, 132, 33, 8, 66, 16, 132, 33, 8, 66, 0, 1,
        ];
        let text = code(bytes).to_text();
        assert!(
            text.contains('0') && text.contains('1'),
            "the case needs look-alikes: {}",
            *text
        );
        let wide: String = text
            .chars()
            .map(|c| match c {
                '-' => '－',
                c => char::from_u32(c as u32 + 0xFEE0).unwrap(),
            })
            .collect();
        for typed in [
            text.to_lowercase(),
            text.replace('-', " "),
            text.replace('-', "——"),
            format!("\n {}\t", text.replace('-', "")),
            text.replace('0', "O").replace('1', "l"),
            wide,
        ] {
            let read = RecoveryCode::parse(&typed);
            assert_eq!(
                read.unwrap_or_else(|e| panic!("{typed}: {e}")).bytes(),
                bytes,
                "{typed}"
            );
        }
    }

    #[test]
    fn missing_and_foreign_characters_are_named() {
        let text = code([7; CODE_BYTES]).to_text();
        assert!(matches!(
            RecoveryCode::parse(&text[..46]),
            Err(VaultError::RecoveryCodeLength { found: 39 })
        ));
        assert!(matches!(
            RecoveryCode::parse(&format!("{}A", *text)),
            Err(VaultError::RecoveryCodeLength { found: 41 })
        ));
        assert!(matches!(
            RecoveryCode::parse(&format!("{}水{}", &text[..7], &text[8..])),
            Err(VaultError::RecoveryCodeCharacter {
                group: 2,
                character: '水'
            })
        ));
    }
}
