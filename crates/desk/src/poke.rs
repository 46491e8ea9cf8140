//! Listens to the server's pokes on a thread of its own and wakes the driver at once, with what the server told
//! of what is new. Where no stream comes through (a proxy that holds answers back), it asks again and again
//! instead, and tries the stream later.

use std::{
    io::{BufRead, BufReader, Read},
    time::{Duration, Instant},
};

use andu_api::ApiError;
use serde::Deserialize;

use crate::{
    link::{self, Link},
    sync::Waker,
};

/// The server beats every 15 seconds: with nothing for so long, nothing comes through.
pub(crate) const PATIENCE: Duration = Duration::from_secs(40);
const BEAT: Duration = Duration::from_secs(15);
/// How long polls are used before the stream is tried again.
const STREAM_AGAIN: Duration = Duration::from_secs(600);
const FIRST_PAUSE_MS: u64 = 500;
const LONGEST_PAUSE_MS: u64 = 15_000;
/// The longest line of a stream.
const LINE_AT_MOST: u64 = 512 << 10;

/// What a long poll answers.
#[derive(Deserialize)]
struct Waited {
    id: String,
    anew: bool,
    pokes: Vec<serde_json::Value>,
}

/// How a stream ended.
enum End {
    /// The other side closed it, or the network did.
    Closed,
    /// Nothing at all came for longer than the server is ever silent.
    Silent,
}

/// Listens until the driver is stopped.
pub(crate) fn listen(waker: &Waker, link: &Link) {
    let (mut last, mut failures) = (String::new(), 0_u32);
    let mut polls_until: Option<Instant> = None;
    while !waker.is_stopped() {
        let began = moment();
        let done = match polls_until {
            Some(until) if began < until => poll(waker, link, &mut last),
            _ => stream(waker, link, &mut last).map(|end| {
                polls_until = match end {
                    End::Silent => Some(moment() + STREAM_AGAIN),
                    End::Closed => None,
                };
            }),
        };
        waker.set_listening(polls_until.is_some() && done.is_ok());
        failures = match done {
            Ok(()) if polls_until.is_some() => continue,
            Ok(()) if began.elapsed() > Duration::from_secs(5) => 0,
            _ => failures.saturating_add(1),
        };
        let pause = (FIRST_PAUSE_MS << failures.min(16)).min(LONGEST_PAUSE_MS);
        // Not all desks of an office at the same moment.
        let jitter = u64::from(std::process::id()) * 37 % (pause / 2 + 1);
        if !waker.pause(pause / 2 + jitter) {
            return;
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a pause is counted on the monotonic clock"
)]
fn moment() -> Instant {
    Instant::now()
}

fn poll(waker: &Waker, link: &Link, last: &mut String) -> Result<(), ApiError> {
    let path = format!("/sync/wait?after={last}");
    let answer = link.open(&path, "")?;
    let waited: Waited = answer
        .json()
        .map_err(|_| link::failed(link.server(), link::ANSWER))?;
    *last = waited.id;
    if waited.anew || !waited.pokes.is_empty() {
        waker.wake();
    }
    Ok(())
}

/// One stream, to its end.
fn stream(waker: &Waker, link: &Link, last: &mut String) -> Result<End, ApiError> {
    let began = moment();
    let answer = match link.open("/sync/events?pages=true", last) {
        Ok(answer) => answer,
        // What holds the whole answer back lets not even its head through.
        Err(error) if error.key == "link.late" && began.elapsed() + BEAT > PATIENCE => {
            return Ok(End::Silent);
        }
        Err(error) => return Err(error),
    };
    let mut lines = BufReader::new(answer);
    let mut event = Event::default();
    loop {
        let mut line = String::new();
        match lines.by_ref().take(LINE_AT_MOST).read_line(&mut line) {
            Ok(0) => return Ok(End::Closed),
            Ok(_) => {}
            Err(error) if crate::link::is_late(&error) => return Ok(End::Silent),
            Err(_) => return Ok(End::Closed),
        }
        if waker.is_stopped() {
            return Ok(End::Closed);
        }
        waker.set_listening(true);
        if let Some(done) = event.take(line.trim_end_matches(['\r', '\n'])) {
            if !done.id.is_empty() {
                *last = done.id;
            }
            match done.name.as_str() {
                "page" => match serde_json::from_str(&done.data) {
                    Ok(told) => waker.tell(told),
                    Err(_) => waker.wake(),
                },
                // A refusal too: the next push or pull is told why, and the desk says so.
                "poke" | "anew" | "refused" => waker.wake(),
                _ => {}
            }
        }
    }
}

/// An event of a stream as it comes line by line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Event {
    name: String,
    id: String,
    data: String,
}

impl Event {
    /// Takes a line; an empty one ends the event.
    fn take(&mut self, line: &str) -> Option<Self> {
        if line.is_empty() {
            return Some(std::mem::take(self)).filter(|event| !event.data.is_empty());
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.name),
            "id" => value.clone_into(&mut self.id),
            "data" => self.data.push_str(value),
            _ => {}
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_read_line_by_line() {
        let mut event = Event::default();
        let mut seen = Vec::new();
        let lines = [
            ":a comment",
            "event: poke",
            "id: 7f-3",
            "data: {\"scope\":\"p\",",
            "data: \"head\":1}",
            "",
            "event: beat",
            "data:{}",
            "",
            "event: nothing to say",
            "",
            "retry: 5",
        ];
        for line in lines {
            seen.extend(event.take(line).map(|done| (done.name, done.id)));
        }
        assert_eq!(
            seen,
            [
                ("poke".into(), "7f-3".into()),
                ("beat".into(), String::new())
            ]
        );
    }
}
