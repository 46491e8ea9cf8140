//! Scenarios: real desks with real stores and a real server, on ports the system gives. What happens
//! between machines that lose their network, their power or their patience.

mod ahead;
mod backup;
mod bounds;
mod browser;
mod co_draft;
mod co_draft_forged;
mod co_draft_live;
mod county;
mod disc;
mod editor;
mod forged;
mod joining;
mod kill;
mod lease;
mod office;
mod offline;
mod organisation;
mod original;
mod pages;
mod permission;
mod poke;
mod process;
mod proxy;
mod pushes;
mod records;
mod refused;
mod register;
mod renewal;
mod sight;
mod still;
mod submit;
mod tls;
mod told;
mod trouble;
mod wire;
