//! Written files as another program lays them out: `LibreOffice` to PDF, `pdftotext` to text.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use andu_office::convert;

/// Both programs, or `None` and a line that says which is absent.
pub fn programs() -> Option<Programs> {
    let Some(soffice) = convert::find_soffice() else {
        eprintln!("skipped: LibreOffice is not installed");
        return None;
    };
    if Command::new("pdftotext").arg("-v").output().is_err() {
        eprintln!("skipped: pdftotext is not installed");
        return None;
    }
    let folder = tempfile::tempdir().expect("a folder");
    Some(Programs { soffice, folder })
}

/// The programs, and the folder that they work in.
pub struct Programs {
    soffice: PathBuf,
    folder: tempfile::TempDir,
}

impl Programs {
    /// Puts a file into the folder.
    pub fn put(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path
    }

    /// Lays files out as PDF beside them.
    pub fn lay_out(&self, paths: &[PathBuf]) {
        let folder = self.folder.path();
        let ran = Command::new(&self.soffice)
            .arg("--headless")
            .arg(format!(
                "-env:UserInstallation=file://{}/profile",
                folder.display()
            ))
            .args(["--convert-to", "pdf", "--outdir"])
            .arg(folder)
            .args(paths)
            .output()
            .expect("LibreOffice runs");
        assert!(ran.status.success(), "LibreOffice ends well");
    }

    /// The text of a PDF of the folder, as `pdftotext` gives it with an option.
    pub fn text(&self, name: impl AsRef<Path>, option: &str) -> String {
        let text = Command::new("pdftotext")
            .arg(option)
            .arg(self.folder.path().join(name))
            .arg("-")
            .output()
            .expect("text");
        String::from_utf8_lossy(&text.stdout).into_owned()
    }
}
