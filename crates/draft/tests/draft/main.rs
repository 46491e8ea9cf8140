//! Drafts as a desk uses them: written, read, merged, restored, compared, frozen.

mod documents;
mod round_trip;
