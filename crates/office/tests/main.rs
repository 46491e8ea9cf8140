//! Files in and out, as people meet them.

#[path = "office/examples.rs"]
mod examples;
#[path = "office/fixtures.rs"]
mod fixtures;
#[path = "office/hostile.rs"]
mod hostile;
#[path = "office/libreoffice.rs"]
mod libreoffice;
#[path = "office/lost.rs"]
mod lost;
#[path = "office/pdf.rs"]
mod pdf;
#[path = "office/report.rs"]
mod report;
#[path = "office/round_trip.rs"]
mod round_trip;
#[path = "office/sentences.rs"]
mod sentences;
