//! Drafts as a desk uses them: written, read, merged, restored, compared, frozen.

mod authors;
mod compared;
mod documents;
mod edits;
mod frozen;
mod hostile;
mod javascript;
mod round_trip;
mod speed;
mod suggested;
