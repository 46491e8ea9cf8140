//! The simulator: one seed makes an office of desks and a server, all with real stores and the code that
//! decides, queues and receives, in one thread, on a network and disks that fail. After every step the
//! invariants are looked at; the same seed takes the same way.

mod check;
mod desk;
mod fault;
mod interference;
mod network;
mod plant;
mod random;
mod record;
mod scan;
mod seeds;
mod server;
mod shadow;
mod world;
