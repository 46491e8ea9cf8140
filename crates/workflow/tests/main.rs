//! Processes played through by people: every operation a clerk knows, and every pattern that is claimed.

mod back;
mod circulate;
mod clock;
mod drawn;
mod members;
mod migrate;
mod moved;
mod named;
mod one_voice;
mod paper;
mod patterns;
mod patterns_later;
mod people;
mod play;
mod random;
mod replay;
mod sign_off;
mod stuck;
mod time;
