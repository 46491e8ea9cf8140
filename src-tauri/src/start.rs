//! What the window was started with: variables of the environment and arguments, read in one place.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
};

use andu_desk::{place::DeskPlace, vault::ProfileName};

/// Said for `--help` and for arguments that are not understood.
pub const USAGE: &str = "usage: andu-desktop [--demo | --demo-desk] [--version]
  --demo            offer the demo agency at first run
  --demo-desk       a desk of the demo county: enrols with the code in ANDU_DEMO_CODE,
                    and opens by itself from then on
  ANDU_PROFILE      name of the profile: a-z, 0-9 and hyphens
  ANDU_HOME         folder of all profiles; default: the user's data folder, `andu`
  ANDU_FONTS        folders of fonts besides the system's
  ANDU_PDFIUM       the pdfium library
  ANDU_NO_KEYRING=1 leave the system's keyring alone";

/// Why the window does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// `--help`.
    #[error("{USAGE}")]
    Help,
    /// `--version`.
    #[error("andu-desktop {}", env!("CARGO_PKG_VERSION"))]
    Version,
    /// An argument nobody knows.
    #[error("argument not understood: {argument:?}\n{USAGE}")]
    Argument {
        /// As it was given.
        argument: OsString,
    },
    /// `ANDU_PROFILE` is no name of a profile.
    #[error("`ANDU_PROFILE` must be 1 to 32 of a-z, 0-9 and hyphens: {name:?}")]
    Profile {
        /// As it was given.
        name: String,
    },
    /// Neither `ANDU_HOME` nor a home folder.
    #[error("no folder for data: set `ANDU_HOME`")]
    NoHome,
}

/// What the window was started with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Folders, fonts, pdfium, keyring, for the desk.
    pub place: DeskPlace,
    /// First run offers the demo agency first.
    pub demo: bool,
    /// A desk of the demo county, with the code it enrols with where it is new.
    pub demo_desk: Option<String>,
}

impl Start {
    /// Reads the environment and the arguments.
    ///
    /// # Errors
    /// Where one of them is not understood, or asks for a text instead.
    pub fn read() -> Result<Self, StartError> {
        Self::of(|name| env::var_os(name), env::args_os().skip(1))
    }

    fn of(
        variable: impl Fn(&str) -> Option<OsString>,
        arguments: impl Iterator<Item = OsString>,
    ) -> Result<Self, StartError> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (mut demo, mut demo_desk) = (false, None);
        for argument in arguments {
            match argument.to_str() {
                Some("--demo") => demo = true,
                Some("--demo-desk") => {
                    let code = variable("ANDU_DEMO_CODE").unwrap_or_default();
                    demo_desk = Some(code.to_string_lossy().into_owned());
                }
                Some("--help" | "-h") => return Err(StartError::Help),
                Some("--version" | "-V") => return Err(StartError::Version),
                _ => return Err(StartError::Argument { argument }),
            }
        }
        let profile = match variable("ANDU_PROFILE") {
            Some(name) => checked(&name.to_string_lossy())?,
            None => String::new(),
        };
        let home = variable("ANDU_HOME")
            .map(PathBuf::from)
            .or_else(|| data_home(&variable))
            .ok_or(StartError::NoHome)?;
        let home = std::path::absolute(&home).unwrap_or(home);
        let fonts = variable("ANDU_FONTS");
        Ok(Self {
            place: DeskPlace {
                folder: home.join(folder_name(&profile)),
                fonts: fonts.map_or_else(Vec::new, |all| env::split_paths(&all).collect()),
                pdfium: variable("ANDU_PDFIUM").map(PathBuf::from),
                keyring: variable("ANDU_NO_KEYRING").is_none_or(|value| value == "0"),
                profile,
            },
            demo,
            demo_desk,
        })
    }

    /// The window's own folder: its size, its lock, what the web view keeps. Beside the desk's folder,
    /// because restoring a backup moves that one aside as a whole.
    pub fn window_folder(&self) -> PathBuf {
        self.place.folder.with_extension("window")
    }

    /// One instance may run for each of these: the profile, and the folder where it is not the usual one.
    pub fn instance_name(&self) -> String {
        let mut name = String::from("cn.andu.desk");
        if !self.place.profile.is_empty() {
            name.push_str(".profile-");
            name.push_str(&self.place.profile);
        }
        if env::var_os("ANDU_HOME").is_some() {
            name.push_str(".home-");
            name.push_str(&digest(&self.place.folder));
        }
        name
    }
}

fn checked(name: &str) -> Result<String, StartError> {
    let wrong = |_| StartError::Profile { name: name.into() };
    ProfileName::new(name)
        .map(|known| known.as_str().to_owned())
        .map_err(wrong)
}

fn folder_name(profile: &str) -> &str {
    if profile.is_empty() {
        "default"
    } else {
        profile
    }
}

/// Where the system keeps a user's data.
fn data_home(variable: &impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    if cfg!(windows) {
        return variable("LOCALAPPDATA").map(|folder| Path::new(&folder).join("andu"));
    }
    variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|folder| folder.is_absolute())
        .or_else(|| variable("HOME").map(|home| Path::new(&home).join(".local/share")))
        .map(|folder| folder.join("andu"))
}

/// A short name for a folder that may stand in a bus name (FNV-1a; nothing depends on its strength).
fn digest(folder: &Path) -> String {
    let bytes = folder.as_os_str().as_encoded_bytes();
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn start(variables: &[(&str, &str)], arguments: &[&str]) -> Result<Start, StartError> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| OsString::from(value))
        };
        Start::of(variable, arguments.iter().map(OsString::from))
    }

    #[test]
    fn a_profile_has_a_folder_of_its_own() {
        let plain = start(&[("ANDU_HOME", "/srv/andu")], &[]).unwrap();
        assert_eq!(plain.place.folder, Path::new("/srv/andu/default"));
        assert!(plain.place.keyring && !plain.demo);
        let named = [("ANDU_HOME", "/srv/andu"), ("ANDU_PROFILE", "demo")];
        let named = start(&named, &["--demo"]).unwrap();
        assert_eq!(named.place.folder, Path::new("/srv/andu/demo"));
        assert_eq!(named.window_folder(), Path::new("/srv/andu/demo.window"));
        assert!(named.demo && named.demo_desk.is_none());
        let coded = [("ANDU_HOME", "/srv/andu"), ("ANDU_DEMO_CODE", "ANDU-0")];
        let desk = start(&coded, &["--demo-desk"]).unwrap().demo_desk;
        assert_eq!(desk.as_deref(), Some("ANDU-0"));
    }

    #[test]
    fn names_that_would_leave_the_folder_are_refused() {
        for name in ["..", "a/b", "演示", "Upper", "a.window"] {
            let answer = start(&[("ANDU_HOME", "/srv"), ("ANDU_PROFILE", name)], &[]);
            assert!(
                matches!(answer, Err(StartError::Profile { .. })),
                "{name} was taken"
            );
        }
    }

    #[test]
    fn the_users_data_folder_is_used_where_none_is_given() {
        if cfg!(windows) {
            return;
        }
        let relative = [("HOME", "/home/yu"), ("XDG_DATA_HOME", "relative")];
        let folder = start(&relative, &[]).unwrap().place.folder;
        assert_eq!(folder, Path::new("/home/yu/.local/share/andu/default"));
        let set = [("HOME", "/home/yu"), ("XDG_DATA_HOME", "/data")];
        let folder = start(&set, &[]).unwrap().place.folder;
        assert_eq!(folder, Path::new("/data/andu/default"));
        assert!(matches!(start(&[], &[]), Err(StartError::NoHome)));
    }

    #[test]
    fn an_unknown_argument_is_named() {
        let error = start(&[("HOME", "/home/yu")], &["--dmeo"]).unwrap_err();
        assert!(error.to_string().contains("--dmeo"), "{error}");
    }

    #[test]
    fn fonts_are_a_list_of_folders() {
        let variables = [
            ("ANDU_HOME", "/srv"),
            ("ANDU_FONTS", "/a:/b"),
            ("ANDU_NO_KEYRING", "1"),
        ];
        let place = start(&variables, &[]).unwrap().place;
        assert_eq!(place.fonts.len(), if cfg!(windows) { 1 } else { 2 });
        assert!(!place.keyring);
    }
}
