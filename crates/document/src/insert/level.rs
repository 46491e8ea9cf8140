//! Serial numbers of levels (GB/T 9704-2012, 7.3.3) and of articles.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::chinese_numeral;

/// What is numbered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Serial {
    /// 一、
    First,
    /// （一）
    Second,
    /// 1.
    Third,
    /// （1）
    Fourth,
    /// 第一章 and a full-width space.
    Chapter,
    /// 第一节 and a full-width space.
    Section,
    /// 第一条 and a full-width space.
    Article,
    /// ① to ⑳; higher numbers as （21）.
    Circled,
}

/// The number `n`, from 1, of its level.
pub fn serial(level: Serial, n: u32) -> String {
    match level {
        Serial::First => format!("{}、", chinese_numeral(n)),
        Serial::Second => format!("（{}）", chinese_numeral(n)),
        Serial::Third => format!("{n}."),
        Serial::Fourth => format!("（{n}）"),
        Serial::Chapter => format!("第{}章　", chinese_numeral(n)),
        Serial::Section => format!("第{}节　", chinese_numeral(n)),
        Serial::Article => format!("第{}条　", chinese_numeral(n)),
        Serial::Circled => match n {
            1..=20 => char::from_u32(0x245f + n)
                .map(String::from)
                .unwrap_or_default(),
            _ => format!("（{n}）"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_numbered_in_their_forms() {
        for (level, n, text) in [
            (Serial::First, 1, "一、"),
            (Serial::First, 21, "二十一、"),
            (Serial::Second, 10, "（十）"),
            (Serial::Third, 3, "3."),
            (Serial::Fourth, 12, "（12）"),
            (Serial::Chapter, 8, "第八章　"),
            (Serial::Section, 2, "第二节　"),
            (Serial::Article, 42, "第四十二条　"),
            (Serial::Article, 110, "第一百一十条　"),
            (Serial::Circled, 1, "①"),
            (Serial::Circled, 20, "⑳"),
            (Serial::Circled, 21, "（21）"),
        ] {
            assert_eq!(serial(level, n), text);
        }
    }
}
