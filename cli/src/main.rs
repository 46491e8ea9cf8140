//! The `andu` command: every headless operation of a desk, and the server. Answers go to standard output,
//! with `--json` as JSON; errors go to standard error in words.
//!
//! Exit codes: 0 done, 1 the document has findings or failed its proof, 2 bad use or bad input,
//! 3 something outside failed (files, network, disk), 4 a mistake of ours.

mod admin;
mod argument;
mod bundle;
mod ca;
mod calling;
mod demo;
mod document;
mod form;
mod issued;
mod joining;
mod named;
mod number;
mod ofd;
mod outcome;
mod output;
mod password;
mod process;
mod proof;
mod register;
mod seal;
mod server;
mod store;
mod supervision;
mod usage;
mod year;

use std::process::ExitCode;

use andu_api::ApiError;

use crate::{
    argument::{Arguments, Verb},
    outcome::Done,
};

/// Verbs are short and allocate much: this one asks the system for memory seldom.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match usage::read() {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    outcome::finish(perform(&arguments), arguments.json)
}

/// Does what was typed.
fn perform(arguments: &Arguments) -> Result<Done, ApiError> {
    match &arguments.verb {
        Verb::Typeset(args) => document::typeset(args),
        Verb::Proof(args) => proof::proof(args),
        Verb::Check(args) => document::check(args),
        Verb::Import(args) => document::import(args),
        Verb::Schema(args) => document::schema(args),
        Verb::Search(args) => store::search(args),
        Verb::Backup(args) => store::backup(args),
        Verb::Restore(args) => store::restore(args),
        Verb::Audit(args) => store::audit(args),
        Verb::Serve(args) => server::serve(args, arguments.json),
        Verb::Invite(args) => server::invite(args),
        Verb::Admin(args) => admin::run(args),
        Verb::Bundle(args) => bundle::run(args),
        Verb::Ca(args) => ca::run(args),
        Verb::Seal(args) => seal::run(args),
        Verb::Ofd(args) => ofd::run(args),
        Verb::Join(args) => joining::join(args),
        Verb::Joining(args) => joining::decide(args),
        Verb::Register(args) => register::run(args),
        Verb::Number(args) => number::run(args),
        Verb::Issued(args) => issued::run(args),
        Verb::Supervision(args) => supervision::run(args),
        Verb::Process(args) => process::run(args),
        Verb::Form(args) => form::run(args),
        Verb::Pending(args) => joining::pending(args),
        Verb::Device(args) => server::device(args),
        Verb::Demo(args) => demo::run(&args.verb),
    }
}
