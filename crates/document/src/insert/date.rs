//! A date in the forms documents use.

use andu_base::{Date, chinese_date};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::body::chinese_numeral;

/// How a date is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DateForm {
    /// 2026年1月5日: 成文日期 and 印发日期 (GB/T 9704-2012, 7.3.5.4).
    Arabic,
    /// 二〇二六年一月五日
    Chinese,
    /// 2026年1月5日（星期一）
    Weekday,
    /// 20260105: the form of bar codes and electronic records.
    Compact,
}

/// A date in one of the forms.
pub fn date_text(date: Date, form: DateForm) -> String {
    match form {
        DateForm::Arabic => chinese_date(date),
        DateForm::Chinese => {
            let digits = "〇一二三四五六七八九";
            let name = |c: char| c.to_digit(10).and_then(|n| digits.chars().nth(n as usize));
            let year: String = date
                .year()
                .to_string()
                .chars()
                .map(|c| name(c).unwrap_or(c))
                .collect();
            let part = |n: i8| chinese_numeral(n.unsigned_abs().into());
            format!("{year}年{}月{}日", part(date.month()), part(date.day()))
        }
        DateForm::Weekday => {
            let days = ["一", "二", "三", "四", "五", "六", "日"];
            let at = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
            format!("{}（星期{}）", chinese_date(date), days[at])
        }
        DateForm::Compact => {
            format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_written_by_its_rule() {
        let cases = [
            (
                (2026, 1, 5),
                "2026年1月5日",
                "二〇二六年一月五日",
                "一",
                "20260105",
            ),
            (
                (2026, 11, 21),
                "2026年11月21日",
                "二〇二六年十一月二十一日",
                "六",
                "20261121",
            ),
            (
                (2000, 10, 30),
                "2000年10月30日",
                "二〇〇〇年十月三十日",
                "一",
                "20001030",
            ),
        ];
        for ((year, month, day), arabic, chinese, weekday, compact) in cases {
            let date = Date::constant(year, month, day);
            assert_eq!(date_text(date, DateForm::Arabic), arabic);
            assert_eq!(date_text(date, DateForm::Chinese), chinese);
            assert_eq!(
                date_text(date, DateForm::Weekday),
                format!("{arabic}（星期{weekday}）")
            );
            assert_eq!(date_text(date, DateForm::Compact), compact);
        }
    }
}
