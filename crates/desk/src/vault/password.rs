//! Passwords as people type them, with a Chinese input method in any mode.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::VaultError;

/// The least number of characters of a new password.
pub const MINIMUM_PASSWORD_CHARACTERS: usize = 8;
const MAXIMUM_PASSWORD_CHARACTERS: usize = 1024;

/// A password in normal form NFKC, so that full-width letters and composed characters count as
/// what they look like. Wiped when dropped, never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password as it was typed.
    ///
    /// # Errors
    /// `PasswordTooLong` above 1024 characters.
    pub fn new(text: &str) -> Result<Self, VaultError> {
        let too_long = VaultError::PasswordTooLong {
            maximum: MAXIMUM_PASSWORD_CHARACTERS,
        };
        if text.len() > 4 * MAXIMUM_PASSWORD_CHARACTERS {
            return Err(too_long);
        }
        // Room for the longest expansion, so that growing leaves no copy behind.
        let mut normal = Zeroizing::new(String::with_capacity(12 * text.len()));
        normal.extend(text.nfkc());
        if normal.chars().count() > MAXIMUM_PASSWORD_CHARACTERS {
            return Err(too_long);
        }
        Ok(Self(normal))
    }

    /// The rule for a password that is chosen now; one typed to open something need not keep it.
    ///
    /// # Errors
    /// `PasswordTooShort` below [`MINIMUM_PASSWORD_CHARACTERS`].
    pub fn check_choice(&self) -> Result<(), VaultError> {
        let (minimum, found) = (MINIMUM_PASSWORD_CHARACTERS, self.0.chars().count());
        if found < minimum {
            return Err(VaultError::PasswordTooShort { minimum, found });
        }
        Ok(())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_and_composed_forms_are_the_same_password() {
        let plain = Password::new("Shuili2026é").unwrap();
        let full_width = Password::new("Ｓｈｕｉｌｉ２０２６e\u{301}").unwrap();
        assert_eq!(plain.bytes(), full_width.bytes());
    }

    #[test]
    fn case_and_inner_spaces_matter() {
        let one = Password::new("Shuili 2026").unwrap();
        assert_ne!(one.bytes(), Password::new("shuili 2026").unwrap().bytes());
        assert_ne!(one.bytes(), Password::new("Shuili2026").unwrap().bytes());
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        Password::new("水利工作按月报送")
            .unwrap()
            .check_choice()
            .unwrap();
        assert!(matches!(
            Password::new("水利工作报送").unwrap().check_choice(),
            Err(VaultError::PasswordTooShort {
                minimum: 8,
                found: 6
            })
        ));
    }

    #[test]
    fn a_pasted_book_is_refused_at_once() {
        let book = "a".repeat(10_000_000);
        assert!(matches!(
            Password::new(&book),
            Err(VaultError::PasswordTooLong { .. })
        ));
        let expanding = "\u{FDFA}".repeat(1000);
        assert!(matches!(
            Password::new(&expanding),
            Err(VaultError::PasswordTooLong { .. })
        ));
    }

    #[test]
    fn printing_a_password_shows_nothing() {
        let password = Password::new("Shuili2026").unwrap();
        assert_eq!(format!("{password:?}"), "Password(..)");
    }
}
