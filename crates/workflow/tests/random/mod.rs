//! Processes that nobody drew and commands that nobody would give: whatever happens, what must always hold,
//! holds.

mod blocks;
mod desks;
mod draw;
mod found;
mod laws;
mod ledger;
mod moves;
mod offline;
mod table;
