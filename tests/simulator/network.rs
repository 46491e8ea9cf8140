//! Between desks and server: messages that are lost, doubled, late, in another order, or cut off. What goes
//! over the wire is bytes, as over HTTP.

use andu_sync::{
    CompareAnswer, CompareRequest, PullAnswer, PullRequest, PushAnswer, PushRequest, StillAnswer,
    StillRequest, Told,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What a desk asks.
#[derive(Debug, Clone)]
pub enum Ask {
    /// `/sync/push`
    Push(PushRequest),
    /// `/sync/pull`
    Pull(PullRequest),
    /// `/sync/still`, and the pull it stands for.
    Still(StillRequest, PullRequest),
    /// `/sync/compare`
    Compare(CompareRequest),
}

/// What the server answers.
#[derive(Debug, Clone)]
pub enum Answer {
    /// To a push.
    Push(PushAnswer),
    /// To a pull.
    Pull(PullAnswer),
    /// To the question whether there is anything new.
    Still(StillAnswer),
    /// To a comparison.
    Compare(CompareAnswer),
}

fn wired<T: Serialize + DeserializeOwned>(value: &T, bytes: &mut usize) -> T {
    let said = serde_json::to_vec(value).expect("plain data");
    *bytes += said.len();
    serde_json::from_slice(&said).expect("what was written reads")
}

impl Ask {
    /// As it arrives, and its size.
    pub fn wired(&self) -> (Self, usize) {
        let mut bytes = 0;
        let arrived = match self {
            Self::Push(push) => Self::Push(wired(push, &mut bytes)),
            Self::Pull(pull) => Self::Pull(wired(pull, &mut bytes)),
            Self::Still(still, pull) => Self::Still(wired(still, &mut bytes), pull.clone()),
            Self::Compare(compare) => Self::Compare(wired(compare, &mut bytes)),
        };
        (arrived, bytes)
    }
}

/// What a later version says that this one does not know.
pub const LATER: &str = "later";

/// As a server of a later version says it: with more in every answer and in every row.
fn of_later<T: Serialize>(value: &T) -> Value {
    let mut said = serde_json::to_value(value).expect("plain data");
    said[LATER] = LATER.into();
    let pages = said.get_mut("pages").and_then(Value::as_array_mut);
    for page in pages.into_iter().flatten() {
        page[LATER] = LATER.into();
        let changes = page.get_mut("changes").and_then(Value::as_array_mut);
        for change in changes.into_iter().flatten() {
            change[LATER] = LATER.into();
            if change["row"].is_object() {
                change["row"][LATER] = LATER.into();
            }
        }
    }
    said
}

fn answered<T: Serialize + DeserializeOwned>(value: &T, is_later: bool, bytes: &mut usize) -> T {
    if !is_later {
        return wired(value, bytes);
    }
    let said = wired(&of_later(value), bytes);
    serde_json::from_value(said).expect("what is not known is passed over")
}

/// What is told on a line, as it arrives from a server of this version or a later one.
pub fn told(told: &Told, is_later: bool) -> Told {
    let mut said = serde_json::to_value(told).expect("plain data");
    if is_later {
        let page = said["page"].take();
        said["page"] = of_later(&serde_json::json!({ "pages": [page] }))["pages"][0].take();
    }
    serde_json::from_value(said).expect("what is not known is passed over")
}

impl Answer {
    /// As it arrives from a server of this version or a later one, and its size.
    pub fn wired(&self, is_later: bool) -> (Self, usize) {
        let mut bytes = 0;
        let arrived = match self {
            Self::Push(push) => Self::Push(answered(push, is_later, &mut bytes)),
            Self::Pull(pull) => Self::Pull(answered(pull, is_later, &mut bytes)),
            Self::Still(still) => Self::Still(answered(still, is_later, &mut bytes)),
            Self::Compare(compare) => Self::Compare(answered(compare, is_later, &mut bytes)),
        };
        (arrived, bytes)
    }
}

/// A message under way.
#[derive(Debug, Clone)]
pub enum Message {
    /// To the server: from which desk, its number there, and what it asks.
    To(usize, u64, Ask),
    /// To a desk: which, the number of what it asked, and the answer.
    Back(usize, u64, Box<Answer>),
    /// To a desk, unasked.
    Told(usize, Box<Told>),
}

impl Message {
    /// The desk at one end.
    pub const fn desk(&self) -> usize {
        match self {
            Self::To(desk, ..) | Self::Back(desk, ..) | Self::Told(desk, _) => *desk,
        }
    }
}
