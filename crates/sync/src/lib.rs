//! The sans-IO engine: command envelopes, outcomes, scopes, cursors.
