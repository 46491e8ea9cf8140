//! Lines of those who have a draft open at the same time: who is there, and where the cursors are. One room
//! a draft; whoever may not write in it is not let in, and is shown out when that ends. Nothing of it is
//! kept, and no text passes here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use andu_api::{
    ApiError,
    live::{LONGEST_CURSOR, LiveWord, Presence},
    text,
};
use andu_app::draft::writes_in;
use axum::{
    Extension,
    body::Bytes,
    extract::{
        Path, State,
        ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade},
    },
    http::HeaderMap,
    response::Response,
};
use tokio::{
    sync::watch,
    task::spawn_blocking,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};

use crate::{
    Server,
    browser::Asked,
    error::Failure,
    listen::Peer,
    route::{bearer, cookie, is_from_elsewhere},
    state::today,
};

/// Between two signs of life; whether somebody may still be there is looked at with each.
const BEAT: Duration = Duration::from_secs(15);
/// Who said nothing for so long, not even an answer to a beat, is gone.
const SILENT_AFTER: Duration = Duration::from_secs(40);
/// Cursors that move within this are told together.
const TOGETHER: Duration = Duration::from_millis(50);
/// For a word to be taken by the other side.
const SAID_WITHIN: Duration = Duration::from_secs(10);
/// Lines in one room, at most.
const MOST_IN_ROOM: usize = 40;
/// Lines of one person in one room, at most.
const MOST_OF_PERSON: usize = 4;
/// Lines in all rooms together, at most.
const MOST_LINES: usize = 4_000;
/// Words of one line between two beats, at most.
const MOST_WORDS: u32 = 400;

// RFC 6455, 7.4.1.
const GOING_AWAY: u16 = 1_001;
const NOT_THAT: u16 = 1_003;
const NOT_ALLOWED: u16 = 1_008;
const TOO_BIG: u16 = 1_009;

/// Who is in which room.
#[derive(Default)]
pub(crate) struct Rooms(Mutex<BTreeMap<String, Room>>);

struct Room {
    members: BTreeMap<u32, Presence>,
    next: u32,
    changed: watch::Sender<Turn>,
}

/// What has happened in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Turn {
    /// Somebody came, went or moved.
    moved: u64,
    /// The draft changed: whoever is here may not be allowed to any more.
    stirred: u64,
}

impl Rooms {
    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Room>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many lines there are.
    pub fn lines(&self) -> usize {
        self.all().values().map(|room| room.members.len()).sum()
    }

    /// Those in a draft's room are to be looked at again.
    pub fn stir(&self, draft_id: &str) {
        if let Some(room) = self.all().get(draft_id) {
            room.changed.send_modify(|turn| turn.stirred += 1);
        }
    }

    fn enter(
        self: &Arc<Self>,
        draft_id: &str,
        (person_id, name): (&str, &str),
    ) -> Option<(Seat, watch::Receiver<Turn>)> {
        if self.lines() >= MOST_LINES {
            return None;
        }
        let mut rooms = self.all();
        let room = rooms.entry(draft_id.to_owned()).or_insert_with(|| Room {
            members: BTreeMap::new(),
            next: 0,
            changed: watch::Sender::default(),
        });
        let own = room.members.values();
        let own = own.filter(|known| known.person_id == person_id).count();
        if room.members.len() >= MOST_IN_ROOM || own >= MOST_OF_PERSON {
            return None;
        }
        room.next = room.next.wrapping_add(1);
        let key = room.next;
        let presence = Presence {
            key,
            person_id: person_id.to_owned(),
            name: name.to_owned(),
            cursor: String::new(),
        };
        room.members.insert(key, presence);
        let turns = room.changed.subscribe();
        room.changed.send_modify(|turn| turn.moved += 1);
        let seat = Seat {
            rooms: Arc::clone(self),
            draft_id: draft_id.to_owned(),
            key,
        };
        Some((seat, turns))
    }
}

/// A place in a room, for as long as it is held.
struct Seat {
    rooms: Arc<Rooms>,
    draft_id: String,
    key: u32,
}

impl Seat {
    fn point(&self, cursor: &str) {
        let mut rooms = self.rooms.all();
        if let Some(room) = rooms.get_mut(&self.draft_id)
            && let Some(own) = room.members.get_mut(&self.key)
            && own.cursor != cursor
        {
            cursor.clone_into(&mut own.cursor);
            room.changed.send_modify(|turn| turn.moved += 1);
        }
    }

    fn others(&self) -> Vec<Presence> {
        let rooms = self.rooms.all();
        let members = rooms.get(&self.draft_id).map(|room| room.members.values());
        let others = members.into_iter().flatten();
        others
            .filter(|known| known.key != self.key)
            .cloned()
            .collect()
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut rooms = self.rooms.all();
        let Some(room) = rooms.get_mut(&self.draft_id) else {
            return;
        };
        room.members.remove(&self.key);
        if room.members.is_empty() {
            rooms.remove(&self.draft_id);
        } else {
            room.changed.send_modify(|turn| turn.moved += 1);
        }
    }
}

/// What shows who is on a line, each time it is asked.
#[derive(Clone)]
struct Badge {
    server: Server,
    peer: Peer,
    bearer: String,
    cookie: String,
    draft_id: String,
}

impl Badge {
    /// Id and name of whoever writes in the draft today.
    async fn holder(&self) -> Result<(String, String), ApiError> {
        let badge = self.clone();
        let found = spawn_blocking(move || {
            let asked = Asked {
                server: badge.server.clone(),
                peer: badge.peer,
                bearer: badge.bearer,
                cookie: badge.cookie,
            };
            let person = asked.visitor()?.person;
            let id = person.id.as_text();
            let writes = badge.server.store.read(|reader| {
                let Some(draft) = reader.draft_if_there(&badge.draft_id)? else {
                    return Ok(false);
                };
                writes_in(reader, &draft, &id, today())
            })?;
            match writes {
                true => Ok((id, person.name)),
                false => Err(text::error("draft.not_yours")),
            }
        });
        found
            .await
            .unwrap_or_else(|_| Err(text::error("store.engine")))
    }
}

/// `GET /live/{draft}`: the line of a draft (WebSocket). What is said on it is where one's own cursor is;
/// what is heard is who else is there.
pub(crate) async fn line(
    State(server): State<Server>,
    Path(draft_id): Path<String>,
    Extension(peer): Extension<Peer>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Result<Response, Failure> {
    if is_from_elsewhere(&headers) {
        return Err(Failure(text::error("account.other_site")));
    }
    let badge = Badge {
        bearer: bearer(&headers),
        cookie: cookie(&headers, peer.secure),
        server,
        peer,
        draft_id,
    };
    let (id, name) = badge.holder().await?;
    let entered = badge.server.rooms.enter(&badge.draft_id, (&id, &name));
    let (seat, turns) = entered.ok_or_else(|| text::error("live.full"))?;
    let largest = LONGEST_CURSOR * 2;
    Ok(upgrade
        .max_message_size(largest)
        .max_frame_size(largest)
        .on_upgrade(move |socket| stay(socket, badge, seat, turns)))
}

/// One line, to its end.
async fn stay(mut socket: WebSocket, badge: Badge, seat: Seat, mut turns: watch::Receiver<Turn>) {
    let mut closed = badge.server.pokes.closing();
    let mut beat = interval(BEAT);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut heard, mut words) = (moment(), 0_u32);
    let mut stirred = turns.borrow_and_update().stirred;
    let mut told = Vec::new();
    if tell(&mut socket, &seat, &mut told).await.is_err() {
        return;
    }
    let code = loop {
        tokio::select! {
            message = socket.recv() => {
                heard = moment();
                match message {
                    Some(Ok(Message::Text(cursor))) => {
                        words += 1;
                        if cursor.len() > LONGEST_CURSOR {
                            break TOO_BIG;
                        }
                        if words > MOST_WORDS {
                            break NOT_ALLOWED;
                        }
                        seat.point(&cursor);
                    }
                    Some(Ok(Message::Ping(_) | Message::Pong(_))) => words += 1,
                    Some(Ok(Message::Binary(_))) => break NOT_THAT,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                }
            }
            turned = turns.changed() => {
                if turned.is_err() {
                    return;
                }
                sleep(TOGETHER).await;
                let now = *turns.borrow_and_update();
                if now.stirred != stirred {
                    stirred = now.stirred;
                    if badge.holder().await.is_err() {
                        break NOT_ALLOWED;
                    }
                }
                if tell(&mut socket, &seat, &mut told).await.is_err() {
                    return;
                }
            }
            _ = beat.tick() => {
                words = 0;
                if heard.elapsed() > SILENT_AFTER {
                    return;
                }
                if badge.holder().await.is_err() {
                    break NOT_ALLOWED;
                }
                let beat = Message::Ping(Bytes::new());
                if !matches!(timeout(SAID_WITHIN, socket.send(beat)).await, Ok(Ok(()))) {
                    return;
                }
            }
            _ = closed.changed() => break GOING_AWAY,
        }
    };
    let frame = CloseFrame {
        code,
        reason: "".into(),
    };
    let _ = timeout(SAID_WITHIN, socket.send(Message::Close(Some(frame)))).await;
}

fn moment() -> Instant {
    Instant::now()
}

/// Says who else is there, if that is news.
async fn tell(socket: &mut WebSocket, seat: &Seat, told: &mut Vec<Presence>) -> Result<(), ()> {
    let people = seat.others();
    if people == *told {
        return Ok(());
    }
    told.clone_from(&people);
    let word = serde_json::to_string(&LiveWord::Present { people }).expect("BUG: plain data");
    match timeout(SAID_WITHIN, socket.send(Message::Text(word.into()))).await {
        Ok(Ok(())) => Ok(()),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_there_while_somebody_is_and_has_an_end() {
        let rooms = Arc::new(Rooms::default());
        let mut seats: Vec<Seat> = (0..MOST_OF_PERSON)
            .filter_map(|_| rooms.enter("d", ("p", "何雨桐")).map(|(seat, _)| seat))
            .collect();
        assert_eq!(seats.len(), MOST_OF_PERSON);
        assert!(
            rooms.enter("d", ("p", "何雨桐")).is_none(),
            "one person fills the room"
        );
        let (other, _) = rooms.enter("d", ("q", "沈亦舟")).expect("room for another");
        assert_eq!(other.others().len(), MOST_OF_PERSON);
        seats[0].point("{\"body\":3}");
        assert_eq!(other.others()[0].cursor, "{\"body\":3}");
        seats.clear();
        assert!(other.others().is_empty(), "those who went are still there");
        drop(other);
        assert_eq!((rooms.lines(), rooms.all().len()), (0, 0));
        let full: Vec<_> = (0..MOST_IN_ROOM + 5)
            .filter_map(|at| rooms.enter("d", (&at.to_string(), "职员")))
            .collect();
        assert_eq!(full.len(), MOST_IN_ROOM);
    }

    #[test]
    fn whoever_is_there_hears_that_the_draft_changed() {
        let rooms = Arc::new(Rooms::default());
        let (_seat, mut turns) = rooms.enter("d", ("p", "何雨桐")).expect("room");
        let before = *turns.borrow_and_update();
        rooms.stir("another");
        assert_eq!(*turns.borrow_and_update(), before);
        rooms.stir("d");
        assert!(turns.borrow_and_update().stirred > before.stirred);
    }
}
