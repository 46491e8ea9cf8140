//! Pages of whole documents: what stands where, that another program measures the same, that the
//! proof sees every shifted number, and that nothing takes the program down.

mod faults;
mod fixtures;
mod formats;
mod headings;
mod hostile;
mod look;
mod outside;
mod paper_forms;
mod pictures;
mod poppler;
mod proofs;
mod reports;
mod shifts;
