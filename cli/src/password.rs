//! A password from a file, from the standard input, or asked for on the terminal without showing it.

use std::{
    io::{BufRead as _, BufReader, IsTerminal as _, Write as _},
    path::Path,
    process::Command,
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::file;

/// The longest file that is read for its first line, in bytes.
const LONGEST_FILE: u64 = 4 << 10;

/// The first line of `file` (`-`: of the standard input), or what is typed after `question`.
///
/// # Errors
/// `admin.password_needed` where there is no terminal to ask on; where the file cannot be read.
pub fn read(file: Option<&Path>, question: &str) -> Result<String, ApiError> {
    match file {
        Some(path) if path.as_os_str() != "-" => {
            let bytes = file::read(path, LONGEST_FILE)?;
            let text =
                String::from_utf8(bytes).map_err(|_| text::error("admin.password_needed"))?;
            Ok(text.lines().next().unwrap_or_default().to_owned())
        }
        Some(_) => line(),
        None if std::io::stdin().is_terminal() => ask(question),
        None => Err(text::error("admin.password_needed")),
    }
}

fn line() -> Result<String, ApiError> {
    let mut line = String::new();
    match BufReader::new(std::io::stdin().lock()).read_line(&mut line) {
        Ok(bytes) if bytes > 0 => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        _ => Err(text::error("admin.password_needed")),
    }
}

/// Asks with the terminal's echo off; where it cannot be turned off, nothing is asked.
fn ask(question: &str) -> Result<String, ApiError> {
    let echo = |word: &str| {
        let done = Command::new("stty").arg(word).status();
        done.is_ok_and(|status| status.success())
    };
    let _ = write!(std::io::stderr(), "{question}");
    let _ = std::io::stderr().flush();
    if !echo("-echo") {
        let key = "admin.password_needed";
        return Err(text::error_with(ErrorCode::Invalid, key, &[]));
    }
    let typed = line();
    echo("echo");
    let _ = writeln!(std::io::stderr());
    typed
}
