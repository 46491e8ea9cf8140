//! The levels of networks, and what it means to go from one to another.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a network may hold, the lowest first. The words are the deployment's own declaration: nothing
/// here measures a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkLevel {
    /// 互联网
    Internet,
    /// 政务外网（非涉密）
    Extranet,
    /// 办公内网（非涉密）
    Office,
    /// 涉密网，秘密级
    Confidential,
    /// 涉密网，机密级
    Secret,
    /// 涉密网，绝密级
    TopSecret,
}

/// A word that names no level.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no such level of a network: `{0}`")]
pub struct UnknownLevel(pub String);

impl NetworkLevel {
    /// Every level, the lowest first.
    pub const ALL: [Self; 6] = [
        Self::Internet,
        Self::Extranet,
        Self::Office,
        Self::Confidential,
        Self::Secret,
        Self::TopSecret,
    ];

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Internet => "internet",
            Self::Extranet => "extranet",
            Self::Office => "office",
            Self::Confidential => "confidential",
            Self::Secret => "secret",
            Self::TopSecret => "top_secret",
        }
    }
}

impl FromStr for NetworkLevel {
    type Err = UnknownLevel;
    fn from_str(text: &str) -> Result<Self, UnknownLevel> {
        Self::ALL
            .into_iter()
            .find(|level| level.name() == text)
            .ok_or_else(|| UnknownLevel(text.chars().take(40).collect()))
    }
}

/// Which way a disc goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// Between networks of one level.
    Level,
    /// From a lower to a higher level (低到高).
    Upward,
    /// From a higher to a lower level (高到低).
    Downward,
}

impl Crossing {
    /// The way from one network to another.
    pub fn between(from: NetworkLevel, to: NetworkLevel) -> Self {
        match from.cmp(&to) {
            std::cmp::Ordering::Less => Self::Upward,
            std::cmp::Ordering::Equal => Self::Level,
            std::cmp::Ordering::Greater => Self::Downward,
        }
    }

    /// Its word in tables and on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Upward => "upward",
            Self::Downward => "downward",
        }
    }

    /// Whether the disc may say by itself what was imported. Downward nothing acknowledges but a code
    /// that somebody reads and types.
    pub const fn acknowledges(self) -> bool {
        !matches!(self, Self::Downward)
    }

    /// How many different people have to approve before a disc is written.
    pub const fn export_approvals(self) -> usize {
        match self {
            Self::Level | Self::Upward => 0,
            Self::Downward => 2,
        }
    }

    /// Whether somebody has to approve before a disc is read in.
    pub const fn needs_import_approval(self) -> bool {
        matches!(self, Self::Upward)
    }

    /// Whether a disc without a number may not be written or read.
    pub const fn needs_medium_number(self) -> bool {
        !matches!(self, Self::Level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_is_known_by_its_word_and_stands_in_order() {
        for level in NetworkLevel::ALL {
            assert_eq!(level.name().parse(), Ok(level));
        }
        assert!(NetworkLevel::ALL.is_sorted());
        assert!("top".parse::<NetworkLevel>().is_err());
    }

    #[test]
    fn only_what_goes_down_needs_two_people_and_acknowledges_nothing() {
        for from in NetworkLevel::ALL {
            for to in NetworkLevel::ALL {
                let crossing = Crossing::between(from, to);
                let down = from > to;
                assert_eq!(crossing.export_approvals(), if down { 2 } else { 0 });
                assert_eq!(crossing.acknowledges(), !down);
                assert_eq!(crossing.needs_import_approval(), from < to);
                assert_eq!(crossing.needs_medium_number(), from != to);
            }
        }
    }
}
