//! Scenarios: real desks with real stores and a real server, on ports the system gives. What happens
//! between machines that lose their network, their power or their patience.

mod backup;
mod browser;
mod co_draft;
mod co_draft_forged;
mod co_draft_live;
mod editor;
mod forged;
mod kill;
mod office;
mod offline;
mod organisation;
mod permission;
mod poke;
mod process;
mod proxy;
mod refused;
mod sight;
mod submit;
mod tls;
mod trouble;
mod wire;
