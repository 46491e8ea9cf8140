//! The intranet server: sign-in, commands, sync endpoints.
