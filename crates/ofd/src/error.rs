//! Why a package cannot be read, and what is amiss in one that can.

/// Why a package cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// No ZIP package.
    #[error("no package")]
    NoPackage,
    /// A package of something else: it has no OFD.xml.
    #[error("no OFD")]
    NoOfd,
    /// Encrypted (GM/T 0099): nothing in it can be read without a key.
    #[error("encrypted")]
    Encrypted,
    /// A file is no XML that can be read.
    #[error("{0} cannot be read")]
    Broken(String),
    /// More than a package may hold: files, bytes, pages, or elements.
    #[error("more than a package may hold")]
    TooMuch,
    /// There is no such page.
    #[error("no such page")]
    NoPage,
}

/// What is not as the standard has it and was read all the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Oddity {
    /// Two files of one name: readers may show different ones.
    Twice(String),
    /// A name that leads out of the package, or is written in a way of one system.
    BadName(String),
    /// A file is found only when capital letters are not told apart: named so, there so.
    OtherCase(String, String),
    /// A file that is referred to is missing.
    Missing(String),
    /// A file is no XML that can be read.
    Broken(String),
}
