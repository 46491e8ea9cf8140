//! Old binary files (.doc, .wps) through an installed `LibreOffice`, run apart from the person's own:
//! a profile of its own, macros off, ended when it takes too long.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::{error::OfficeError, limits::Limits};

/// How often a running converter is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Macros off for everything, whatever the file asks (0 trusts most, 3 trusts nothing).
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;

/// Whether bytes are what Word, WPS and others write under .doc, .wps, .rtf and .odt: a compound file, RTF, a package, or
/// a page of HTML, XML or MHTML. `LibreOffice` takes anything else for a text and shows its bytes as letters.
pub fn is_convertible(bytes: &[u8]) -> bool {
    let trimmed = bytes.trim_ascii_start();
    let trimmed = trimmed
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(trimmed)
        .trim_ascii_start();
    if trimmed.starts_with(COMPOUND) {
        return is_compound(bytes);
    }
    if trimmed.starts_with(b"PK\x03\x04") {
        return true;
    }
    let marked = trimmed.starts_with(b"{\\rtf") || trimmed.starts_with(b"MIME-Version");
    let tagged = trimmed
        .strip_prefix(b"<")
        .and_then(<[u8]>::first)
        .is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, b'!' | b'?'));
    // A page and RTF are texts, whatever encoding their words are in.
    (marked || tagged) && !bytes.contains(&0)
}

/// Begins a compound file (OLE).
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A compound file with the text of Word and WPS, of Works, or one that a password protects.
fn is_compound(bytes: &[u8]) -> bool {
    const TEXTS: [&str; 3] = ["WordDocument", "MatOST", "EncryptedPackage"];
    cfb::CompoundFile::open(Cursor::new(bytes))
        .is_ok_and(|file| TEXTS.iter().any(|text| file.is_stream(text)))
}

/// Where `LibreOffice` usually is: the first of the known places that exists.
pub fn find_soffice() -> Option<PathBuf> {
    const PLACES: [&str; 6] = [
        "/usr/bin/soffice",
        "/usr/bin/libreoffice",
        "/usr/lib/libreoffice/program/soffice",
        "/opt/libreoffice/program/soffice",
        "C:\\Program Files\\LibreOffice\\program\\soffice.exe",
        "C:\\Program Files (x86)\\LibreOffice\\program\\soffice.exe",
    ];
    PLACES.iter().map(PathBuf::from).find(|path| path.is_file())
}

/// Converts a file to .docx and gives its bytes; read them with `docx::read`. `scratch` is an empty
/// folder of the caller's, which holds a copy of the file meanwhile and is emptied again.
///
/// # Errors
/// `ConverterMissing` where `soffice` is no file, `ConverterFailed`, `ConverterTimedOut`,
/// `FileTooLarge`, `EmptyFile`, `Io`.
pub fn to_docx(
    path: &Path,
    soffice: &Path,
    scratch: &Path,
    timeout: Duration,
    limits: &Limits,
) -> Result<Vec<u8>, OfficeError> {
    if !soffice.is_file() {
        return Err(OfficeError::ConverterMissing);
    }
    let size = fs::metadata(path)?.len();
    if size == 0 {
        return Err(OfficeError::EmptyFile);
    }
    if size > limits.file_bytes {
        return Err(OfficeError::FileTooLarge {
            size_mb: size.div_ceil(1 << 20),
            limit_mb: limits.file_bytes >> 20,
        });
    }
    let room = scratch.join("andu-convert");
    if room.exists() {
        fs::remove_dir_all(&room)?;
    }
    let result = convert(path, soffice, &room, timeout);
    let emptied = fs::remove_dir_all(&room);
    let bytes = result?;
    emptied?;
    limits.check_size(&bytes)?;
    Ok(bytes)
}

fn convert(
    path: &Path,
    soffice: &Path,
    room: &Path,
    timeout: Duration,
) -> Result<Vec<u8>, OfficeError> {
    let (profile, out) = (room.join("profile"), room.join("out"));
    fs::create_dir_all(profile.join("user"))?;
    fs::create_dir_all(&out)?;
    fs::write(
        profile.join("user").join("registrymodifications.xcu"),
        PROFILE,
    )?;
    // A plain name, so that nothing in the person's file name is read as an option.
    let input = room.join(if has_extension(path, "wps") {
        "input.wps"
    } else {
        "input.doc"
    });
    fs::copy(path, &input)?;
    let profile_url = file_url(&profile.canonicalize()?);
    let mut child = Command::new(soffice)
        .args([
            "--headless",
            "--invisible",
            "--nologo",
            "--nodefault",
            "--norestore",
            "--nolockcheck",
        ])
        .arg(format!("-env:UserInstallation={profile_url}"))
        .args(["--convert-to", "docx:MS Word 2007 XML", "--outdir"])
        .arg(&out)
        .arg(&input)
        .current_dir(room)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .apart()
        .spawn()?;
    wait(&mut child, timeout)?;
    fs::read(out.join("input.docx")).map_err(|_| OfficeError::ConverterFailed)
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
}

fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    let text = path.to_string_lossy().replace('\\', "/");
    let text = text.trim_start_matches("//?/");
    if !text.starts_with('/') {
        url.push('/');
    }
    for byte in text.bytes() {
        match byte {
            b'/' | b':' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                url.push(char::from(byte));
            }
            _ => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}

/// Waits for the converter and ends it, with the process it starts, when the time is up.
///
/// The time is counted in looks, each after a pause, so that no clock is asked.
fn wait(child: &mut Child, timeout: Duration) -> Result<(), OfficeError> {
    let mut waited = Duration::ZERO;
    loop {
        if let Some(status) = child.try_wait()? {
            return if status.success() {
                Ok(())
            } else {
                Err(OfficeError::ConverterFailed)
            };
        }
        if waited >= timeout {
            end(child);
            return Err(OfficeError::ConverterTimedOut {
                seconds: timeout.as_secs(),
            });
        }
        thread::sleep(LOOK_EVERY);
        waited += LOOK_EVERY;
    }
}

/// Ends the converter's whole process group: `soffice` is a script that starts `soffice.bin`.
fn end(child: &mut Child) {
    #[cfg(unix)]
    {
        let group = format!("-{}", child.id());
        let _ = Command::new("/bin/kill")
            .args(["-KILL", "--", &group])
            .status();
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// A process group of its own, where the platform has such.
trait Apart {
    fn apart(&mut self) -> &mut Self;
}

impl Apart for Command {
    fn apart(&mut self) -> &mut Self {
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(self, 0);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compound(stream: &str) -> Vec<u8> {
        let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("a file");
        file.create_stream(stream).expect("a stream");
        file.flush().expect("in memory");
        file.into_inner().into_inner()
    }

    #[test]
    fn junk_under_an_old_ending_is_not_given_to_the_converter() {
        let junk: Vec<u8> = (0..4096_u32)
            .map(|n| u8::try_from(n * n % 251).unwrap_or_default())
            .collect();
        let behind = |mark: &[u8]| [mark, &junk].concat();
        for (what, bytes) in [
            ("junk", junk.clone()),
            ("a mark alone", COMPOUND.to_vec()),
            ("a mark and junk", behind(COMPOUND)),
            ("a short mark and junk", behind(&COMPOUND[..4])),
            ("a page of junk", behind(b"<")),
            ("RTF of junk", behind(b"{\\rtf")),
            ("a compound file of pictures", compound("Pictures")),
            ("a text", "望溪县人民政府".as_bytes().to_vec()),
        ] {
            assert!(!is_convertible(&bytes), "{what}");
        }
        for (what, bytes) in [
            ("a compound file", compound("WordDocument")),
            ("a package", b"PK\x03\x04".to_vec()),
            ("RTF", b"{\\rtf1\\ansi }".to_vec()),
            ("a page", b"\xef\xbb\xbf <html>".to_vec()),
            ("a page of mail", b"MIME-Version: 1.0".to_vec()),
        ] {
            assert!(is_convertible(&bytes), "{what}");
        }
    }
}
