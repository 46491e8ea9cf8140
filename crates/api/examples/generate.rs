//! Writes the page's TypeScript, `ui/src/api/generated/`, from the command table. With `--check`
//! nothing is written: the command fails when a file is not what the table says.
//! People call it as `cargo xtask generate`.

use std::{env, fs, path::Path, process::ExitCode};

fn main() -> ExitCode {
    let check = match env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(other) => {
            eprintln!("generate takes --check, not: {other}");
            return ExitCode::FAILURE;
        }
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/src/api/generated");
    let mut stale = Vec::new();
    for (name, text) in andu_api::typescript::generate() {
        let path = folder.join(name);
        if fs::read_to_string(&path).is_ok_and(|there| there == text) {
            continue;
        }
        stale.push(name);
        let written = || fs::create_dir_all(&folder).and_then(|()| fs::write(&path, &text));
        if !check && let Err(error) = written() {
            eprintln!("could not write `{}`: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    match (stale.is_empty(), check) {
        (true, _) => ExitCode::SUCCESS,
        (false, false) => {
            println!("written: {}", stale.join(", "));
            ExitCode::SUCCESS
        }
        (false, true) => {
            eprintln!(
                "ui/src/api/generated is behind the command table: {}",
                stale.join(", ")
            );
            eprintln!("hint: cargo xtask generate");
            ExitCode::FAILURE
        }
    }
}
