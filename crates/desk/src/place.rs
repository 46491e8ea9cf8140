//! Where a desk keeps its things: one folder a profile, and its logs beside it; nothing elsewhere.

use std::path::{Path, PathBuf};

/// The folders and files of one profile, and what the program was given to work with.
#[derive(Debug, Clone)]
pub struct DeskPlace {
    /// The profile's folder.
    pub folder: PathBuf,
    /// The profile's name; empty for the ordinary one.
    pub profile: String,
    /// Folders of fonts, besides the system's own.
    pub fonts: Vec<PathBuf>,
    /// libpdfium, where there is one.
    pub pdfium: Option<PathBuf>,
    /// Whether the keyring of the system is asked.
    pub keyring: bool,
}

impl DeskPlace {
    /// The encrypted store.
    pub fn store(&self) -> PathBuf {
        self.folder.join(crate::vault::backup::STORE_FILE)
    }

    /// Whether there is a desk here, be it a damaged one.
    pub fn is_used(&self) -> bool {
        self.store().exists() || self.folder.join(crate::vault::VAULT_FILE).exists()
    }

    /// Whether another profile has its folder beside this one's.
    pub fn has_neighbours(&self) -> bool {
        let beside = self.folder.parent().map(std::fs::read_dir);
        let Some(Ok(beside)) = beside else {
            return false;
        };
        beside.flatten().any(|entry| {
            let path = entry.path();
            path != self.folder && path.join(crate::vault::VAULT_FILE).is_file()
        })
    }

    /// The folder of logs: beside the profile's, which a restored backup replaces as a whole.
    pub fn logs(&self) -> PathBuf {
        self.folder.with_extension("logs")
    }

    /// A file beside the store that is being made.
    pub fn scratch(&self, name: &str) -> PathBuf {
        self.folder.join("scratch").join(name)
    }

    /// Every folder where fonts may lie: those given, and the system's.
    pub fn font_folders(&self) -> Vec<PathBuf> {
        let system = [
            "/var/cache/andu/fonts",
            "/usr/share/andu/fonts",
            "/usr/share/fonts",
            "/usr/local/share/fonts",
            "C:\\Windows\\Fonts",
        ];
        let mut folders = self.fonts.clone();
        folders.extend(
            system
                .iter()
                .map(PathBuf::from)
                .filter(|path| Path::is_dir(path)),
        );
        folders
    }
}
