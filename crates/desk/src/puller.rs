//! The asking side of a pull: it says nothing that the server knows, and asks for the next page while one is
//! applied.

use std::thread::{self, JoinHandle};

use andu_api::ApiError;
use andu_base::ContentHash;
use andu_sync::{PullAnswer, PullRequest, StillAnswer, StillRequest};

use crate::link::Link;

/// Asks a server for what is new, again and again.
pub struct Puller {
    link: Link,
    /// The cursors that the server knows already: they are not sent again.
    told: Option<ContentHash>,
    ahead: Option<Ahead>,
}

/// A page that was asked for before the one in front of it was applied.
struct Ahead {
    request: PullRequest,
    answer: JoinHandle<Result<PullAnswer, ApiError>>,
}

impl Puller {
    /// One that has not asked yet.
    pub const fn new(link: Link) -> Self {
        Self {
            link,
            told: None,
            ahead: None,
        }
    }

    /// Asks for what is new, and says whether nothing is: the answer then has no pages. Where more is to come,
    /// it is asked for at once, so that it is there when this has been applied.
    ///
    /// # Errors
    /// As [`Link::post`].
    pub fn ask(&mut self, request: &PullRequest) -> Result<(PullAnswer, bool), ApiError> {
        let ahead = self.ahead.take();
        // What was asked for ahead is of use where the store came out as was foreseen.
        let come = ahead
            .filter(|ahead| ahead.request == *request)
            .and_then(|ahead| ahead.answer.join().ok());
        let (answer, is_still) = match come {
            Some(answer) => {
                let answer = answer?;
                self.told = request.known();
                (answer, false)
            }
            None => self.fetch(request)?,
        };
        if !is_still && answer.has_more() && answer.epoch == request.epoch {
            self.ask_ahead(request.after(&answer));
        }
        Ok((answer, is_still))
    }

    fn ask_ahead(&mut self, request: PullRequest) {
        let (link, asked) = (self.link.clone(), request.clone());
        let spawned = thread::Builder::new()
            .name("ahead".into())
            .spawn(move || link.post("/sync/pull", &asked));
        // Without a thread it is asked for when its turn comes.
        self.ahead = spawned.ok().map(|answer| Ahead { request, answer });
    }

    fn fetch(&mut self, request: &PullRequest) -> Result<(PullAnswer, bool), ApiError> {
        let known = request.known();
        if let Some(known) = known.filter(|_| known == self.told) {
            let still = StillRequest {
                epoch: request.epoch.clone(),
                known,
                limit: request.limit,
                leases: request.leases,
            };
            match self.link.post("/sync/still", &still)? {
                StillAnswer::Still { now_ms, leases } => {
                    let answer = PullAnswer {
                        epoch: request.epoch.clone(),
                        granted: request.cursors.keys().cloned().collect(),
                        now_ms,
                        leases,
                        ..PullAnswer::default()
                    };
                    return Ok((answer, true));
                }
                StillAnswer::News { answer } => return Ok((answer, false)),
                StillAnswer::Tell => {}
            }
        }
        let answer = self.link.post("/sync/pull", request)?;
        self.told = known;
        Ok((answer, false))
    }
}
