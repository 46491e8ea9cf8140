//! Processes that nobody drew and commands that nobody would give: whatever happens, what must always hold,
//! holds.

mod asked;
mod blocks;
mod desks;
mod draw;
mod drawn;
mod found_people;
mod found_ways;
mod laws;
mod ledger;
mod migrated;
mod moves;
mod offline;
mod repaired;
mod table;
