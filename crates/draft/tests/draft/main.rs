//! Drafts as a desk uses them: written, read, merged, restored, compared, frozen.

mod compared;
mod documents;
mod edits;
mod frozen;
mod javascript;
mod round_trip;
