//! Scenarios: real desks with real stores and a real server, on ports the system gives. What happens
//! between machines that lose their network, their power or their patience.

mod backup;
mod browser;
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
mod records;
mod refused;
mod sight;
mod submit;
mod tls;
mod trouble;
mod wire;
