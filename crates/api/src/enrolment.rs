//! The enrolment code: one line to copy that carries the server's address, what its certificates are
//! known by, and a one-time secret. It checks itself, so that a slip of the hand is told from a refusal.

use std::fmt;

use andu_base::ContentHash;

use crate::{ApiError, text};

/// Known by the first half of the SHA-256 of the server's own authority certificate (DER): nobody finds
/// another certificate with the same 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin(pub [u8; 16]);

impl Pin {
    /// The pin of 32 hexadecimal characters.
    pub fn parse(hex: &str) -> Option<Self> {
        let digit = |at: usize| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
        let mut pin = [0; 16];
        for (at, byte) in pin.iter_mut().enumerate() {
            *byte = digit(at * 2)?;
        }
        (hex.len() == 32).then_some(Self(pin))
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What an enrolment code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// Host and port, such as `andu.wangxi.gov.cn:8640`.
    pub host: String,
    /// What the server's certificates are known by; `None` for a server without TLS on this machine.
    pub pin: Option<Pin>,
    /// The one-time secret.
    pub secret: [u8; 16],
}

const MARK: &str = "ANDU";
/// Crockford's digits: without I, L, O and U, which are taken for others.
const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const VERSION: u8 = 1;
const CHECK_BYTES: usize = 4;
/// Digits between two hyphens.
const GROUP: usize = 6;

impl EnrolmentCode {
    /// Address of the server as a link needs it.
    pub fn address(&self) -> String {
        let scheme = if self.pin.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.host)
    }

    /// The secret as the server knows it, 32 hexadecimal characters.
    pub fn secret_text(&self) -> String {
        Pin(self.secret).to_string()
    }

    /// Whether `text` is meant to be an enrolment code.
    pub fn is_meant(text: &str) -> bool {
        let head: String = letters(text).take(MARK.len()).collect();
        head == MARK
    }

    /// The code as it is handed over.
    ///
    /// # Panics
    /// If the host has more than 180 bytes.
    pub fn to_text(&self) -> String {
        assert!(
            self.host.len() <= 180,
            "BUG: a host of more than 180 bytes was let in"
        );
        let mut bytes = vec![VERSION, 0, u8::from(self.pin.is_some())];
        bytes.extend(self.secret);
        bytes.extend(self.pin.iter().flat_map(|pin| pin.0));
        bytes.extend(self.host.bytes());
        bytes[1] = u8::try_from(bytes.len() + CHECK_BYTES).expect("BUG: a bounded host");
        bytes.extend(&ContentHash::of(&bytes).0[..CHECK_BYTES]);
        let mut said = MARK.to_owned();
        for (at, digit) in digits(&bytes).enumerate() {
            if at % GROUP == 0 {
                said.push('-');
            }
            said.push(digit);
        }
        said
    }

    /// Reads a code as people copy it: with or without hyphens, spaces and line ends, in any case, with O
    /// for 0 and I or L for 1.
    ///
    /// # Errors
    /// `enrolment.not_a_code`, `enrolment.incomplete`, `enrolment.mistyped`, `enrolment.newer`.
    pub fn parse(text: &str) -> Result<Self, ApiError> {
        if !Self::is_meant(text) {
            return Err(text::error("enrolment.not_a_code"));
        }
        let mistyped = || text::error("enrolment.mistyped");
        let bytes = bytes(letters(text).skip(MARK.len())).ok_or_else(mistyped)?;
        let Some(&[version, length]) = bytes.get(..2) else {
            return Err(text::error("enrolment.incomplete"));
        };
        if bytes.len() < usize::from(length) {
            return Err(text::error("enrolment.incomplete"));
        }
        let (said, check) = bytes.split_at(bytes.len().saturating_sub(CHECK_BYTES));
        if bytes.len() != usize::from(length) || ContentHash::of(said).0[..CHECK_BYTES] != *check {
            return Err(mistyped());
        }
        // What a newer server says is whole as well: length and check stay where they are.
        if version != VERSION {
            return Err(text::error("enrolment.newer"));
        }
        Self::from_bytes(&said[2..]).ok_or_else(mistyped)
    }

    fn from_bytes(said: &[u8]) -> Option<Self> {
        let (&has_pin, rest) = said.split_first()?;
        let (secret, rest) = rest.split_first_chunk::<16>()?;
        let (pin, host) = match has_pin {
            0 => (None, rest),
            1 => {
                let (pin, rest) = rest.split_first_chunk::<16>()?;
                (Some(Pin(*pin)), rest)
            }
            _ => return None,
        };
        Some(Self {
            host: String::from_utf8(host.to_vec()).ok()?,
            pin,
            secret: *secret,
        })
    }
}

/// What was typed, without what divides it, in capitals.
fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—'))
        .map(|c| c.to_ascii_uppercase())
}

/// Five bits to a digit, the last padded with zeros.
fn digits(bytes: &[u8]) -> impl Iterator<Item = char> + '_ {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or(0);
        usize::from(byte >> (7 - at % 8) & 1)
    };
    (0..(bytes.len() * 8).div_ceil(5)).map(move |digit| {
        let value = (digit * 5..digit * 5 + 5).fold(0, |value, at| value << 1 | bit(at));
        char::from(DIGITS[value])
    })
}

/// The bytes of digits; `None` where something is no digit.
fn bytes(typed: impl Iterator<Item = char>) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in typed {
        let letter = match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = DIGITS
            .iter()
            .position(|digit| char::from(*digit) == letter)?;
        held = held << 5 | u32::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
        held &= 0xff;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(host: &str, pinned: bool) -> EnrolmentCode {
        EnrolmentCode {
            host: host.into(),
            pin: pinned.then_some(Pin([0xA7; 16])),
            secret: [0x3C; 16],
        }
    }

    fn key(text: &str) -> String {
        EnrolmentCode::parse(text).expect_err("a refusal").key
    }

    /// The same code of the version after.
    fn newer(text: &str) -> String {
        let mut bytes = bytes(letters(text).skip(MARK.len())).expect("digits");
        bytes[0] = VERSION + 1;
        let end = bytes.len() - CHECK_BYTES;
        let check = ContentHash::of(&bytes[..end]);
        bytes[end..].copy_from_slice(&check.0[..CHECK_BYTES]);
        let digits: String = digits(&bytes).collect();
        format!("{MARK}-{digits}")
    }

    #[test]
    fn a_code_comes_back_as_it_was_however_it_is_copied() {
        for host in [
            "10.12.3.4:8640",
            "andu.wangxi.gov.cn:8640",
            "[fd00::7]:8640",
        ] {
            for pinned in [true, false] {
                let code = code(host, pinned);
                let text = code.to_text();
                assert_eq!(EnrolmentCode::parse(&text).as_ref(), Ok(&code), "{text}");
                let typed = text.to_lowercase().replace('-', " ");
                assert_eq!(EnrolmentCode::parse(&typed).as_ref(), Ok(&code), "{typed}");
                let broken = text.replace('-', "\n").replace('0', "o").replace('1', "l");
                assert_eq!(
                    EnrolmentCode::parse(&broken).as_ref(),
                    Ok(&code),
                    "{broken}"
                );
            }
        }
    }

    #[test]
    fn every_single_slip_is_noticed() {
        let text = code("10.12.3.4:8640", true).to_text();
        for at in MARK.len() + 1..text.len() {
            let was = text.as_bytes()[at];
            if was == b'-' {
                continue;
            }
            for now in DIGITS.iter().filter(|now| **now != was) {
                let mut slip = text.clone().into_bytes();
                slip[at] = *now;
                let slip = String::from_utf8(slip).expect("letters");
                let said = EnrolmentCode::parse(&slip);
                // The last digit is padded: its unused bits say nothing.
                let harmless = at + 1 == text.len() && said == EnrolmentCode::parse(&text);
                assert!(said.is_err() || harmless, "{slip} was taken for {text}");
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let text = code("10.12.3.4:8640", true).to_text();
        assert_eq!(key("望溪县"), "enrolment.not_a_code");
        assert_eq!(key(""), "enrolment.not_a_code");
        assert_eq!(key(&text[..text.len() / 2]), "enrolment.incomplete");
        assert_eq!(key("ANDU"), "enrolment.incomplete");
        // Nothing that is no code was made by a newer server.
        assert_eq!(key("ANDU-XXXX"), "enrolment.incomplete");
        assert_eq!(key("ANDU-ZW00"), "enrolment.mistyped");
        assert_eq!(key(&newer(&text)), "enrolment.newer");
        assert_eq!(key(&format!("{text}00")), "enrolment.mistyped");
        assert_eq!(key(&text.replace("ANDU-", "ANDU-!")), "enrolment.mistyped");
    }
}
