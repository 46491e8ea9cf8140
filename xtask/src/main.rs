//! What `./dev` calls where a shell would be clumsy: `tidy` (the rules of the house that no compiler
//! checks), `generate` (files made from the command table) and `package` (the .deb).

mod package;
mod tidy;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const USAGE: &str = "\
cargo xtask tidy                 the rules of the house; names the file and line of each breach
cargo xtask generate [--check]   ui/src/api/generated from the command table of crates/api
cargo xtask package              target/package/*.deb";

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["tidy"] => tidy::run(&root()),
        ["generate", rest @ ..] => generate(rest),
        ["package"] => package::run(&root()),
        _ => Err(USAGE.to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Hands over to the example of `andu-api`, so that tidy need not wait for a database to compile.
fn generate(rest: &[&str]) -> Result<(), String> {
    let mut command = Command::new(env!("CARGO"));
    command
        .current_dir(root())
        .args(["run", "--quiet", "--package", "andu-api"])
        .args(["--example", "generate", "--"])
        .args(rest);
    run(&mut command)
}

/// Runs a command whose own output says what happened.
fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{name}` ended with {status}")),
        Err(error) => Err(format!("could not start `{name}`: {error}")),
    }
}
