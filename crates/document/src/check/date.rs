//! Dates: 成文日期 and 印发日期, and days named in the text (条例 第九条（十二）（十七）, 第二十条（四）).

use andu_base::{Date, chinese_date};

use super::{Finds, Found, Sheet, replace, scan, set};
use crate::place::{PlacedText, Role};

pub(super) fn find(sheet: &Sheet<'_>, found: &mut Finds) {
    elements(sheet, found);
    alone(sheet, found);
    let year = sheet
        .document
        .date_of_issue
        .unwrap_or(sheet.context.today)
        .year();
    for text in sheet.own_texts() {
        let chars: Vec<char> = text.text.chars().collect();
        days(text, &chars, found);
        if text.role == Role::Table {
            continue;
        }
        relative(text, &chars, year, found);
        short_year(text, &chars, found);
        zero(text, &chars, found);
    }
}

fn elements(sheet: &Sheet<'_>, found: &mut Finds) {
    let document = sheet.document;
    let Some(date) = document.date_of_issue else {
        return;
    };
    let today = sheet.context.today;
    if date > today {
        found.push(
            Found::at("date.future", "date_of_issue")
                .with("date", chinese_date(date))
                .with("today", chinese_date(today))
                .fix(0, vec![set("date_of_issue", today)]),
        );
    }
    let printed = document.imprint.as_ref().and_then(|imprint| imprint.date);
    if let Some(printed) = printed.filter(|printed| *printed < date) {
        found.push(
            Found::at("date.printed_before", "imprint")
                .with("printed", chinese_date(printed))
                .with("date", chinese_date(date))
                .fix(0, vec![set("imprint/date", date)]),
        );
    }
}

/// 署名 and 成文日期 stand on a page with some text (7.3.5.5).
fn alone(sheet: &Sheet<'_>, found: &mut Finds) {
    let page = sheet.context.pages.and_then(|pages| pages.signature_alone);
    if let Some(page) = page {
        // The page changes with every paragraph while the cause stays.
        found.push(
            Found::at("date.signature_alone", "date_of_issue")
                .keyed("alone")
                .with("page", (page + 1).to_string()),
        );
    }
}

/// A day in a text: year (if it is named), month and day, and where it stands.
struct Day {
    year: Option<i16>,
    month: u32,
    day: u32,
    start: usize,
    month_at: usize,
    day_at: usize,
    end: usize,
}

/// 2026年1月5日 and 1月5日 with Arabic digits.
fn find_days(text: &[char]) -> Vec<Day> {
    let number = |at: usize, length: usize| scan::part(text, at, at + length).parse::<u32>().ok();
    let mut found = Vec::new();
    for (at, _) in text.iter().enumerate().filter(|(_, c)| **c == '月') {
        let back = text[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .count();
        let day_at = at + 1;
        let day_length = scan::digits(text, day_at);
        let end = day_at + day_length + 1;
        if !(1..=2).contains(&back) || !(1..=2).contains(&day_length) {
            continue;
        }
        if text.get(end - 1) != Some(&'日') {
            continue;
        }
        let month_at = at - back;
        let (Some(month), Some(day)) = (number(month_at, back), number(day_at, day_length)) else {
            continue;
        };
        let has_year = month_at > 0 && text[month_at - 1] == '年';
        let year_digits = text[..month_at.saturating_sub(1)]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .count();
        let full = has_year && year_digits == 4;
        let start = if full { month_at - 5 } else { month_at };
        let year = if full {
            number(start, 4).and_then(|y| i16::try_from(y).ok())
        } else {
            None
        };
        found.push(Day {
            year,
            month,
            day,
            start,
            month_at,
            day_at,
            end,
        });
    }
    found
}

fn days(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let place = text.place.as_str();
    for day in find_days(chars) {
        // Without a year the day is only wrong if no year has it.
        let date = date_of(day.year.unwrap_or(2024), day.month, day.day);
        let Some(date) = date else {
            found.push(Found::at("date.impossible", place).on(chars, day.start, day.end));
            continue;
        };
        if day.year.is_some() {
            weekday(place, chars, date, day.end, found);
        }
        let padded = chars[day.month_at] == '0' || chars[day.day_at] == '0';
        if padded && text.role != Role::Table {
            let year = day.year.map(|year| format!("{year}年")).unwrap_or_default();
            let plain = format!("{year}{}月{}日", day.month, day.day);
            found.push(
                Found::at("date.padded", place)
                    .on(chars, day.start, day.end)
                    .with("plain", plain.as_str())
                    .fix(0, vec![replace(place, day.start, day.end, plain)]),
            );
        }
    }
}

fn date_of(year: i16, month: u32, day: u32) -> Option<Date> {
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// （星期三） or （周三） after a full date.
fn weekday(place: &str, chars: &[char], date: Date, at: usize, found: &mut Finds) {
    if !matches!(chars.get(at), Some('（' | '(')) {
        return;
    }
    let word = ["星期", "周"]
        .into_iter()
        .find(|word| scan::stands(chars, at + 1, word));
    let Some(word) = word else { return };
    let name_at = at + 1 + word.chars().count();
    let closed = matches!(chars.get(name_at + 1), Some('）' | ')'));
    let names = "一二三四五六日";
    let given = chars
        .get(name_at)
        .map(|c| if *c == '天' { '日' } else { *c });
    let given = given.filter(|c| names.contains(*c) && closed);
    let right = names
        .chars()
        .nth(date.weekday().to_monday_zero_offset().unsigned_abs().into());
    if let (Some(given), Some(right)) = (given, right)
        && given != right
    {
        let plain = format!("{word}{right}");
        found.push(
            Found::at("date.weekday", place)
                .on(chars, at + 1, name_at + 1)
                .with("right", plain.as_str())
                .fix(0, vec![replace(place, at + 1, name_at + 1, plain)]),
        );
    }
}

/// A word that says a time seen from today; the characters that make it another word before and after;
/// and the years to add, where it can be written out.
type RelativeWord = (&'static str, &'static str, &'static str, Option<i16>);

const RELATIVE: [RelativeWord; 13] = [
    ("前年", "以此之从目年", "度份间均代", Some(-2)),
    ("去年", "过失离", "代轻", Some(-1)),
    ("今年", "当至如", "代以", Some(0)),
    ("明年", "说证表声文注标写", "代", Some(1)),
    ("昨天", "", "", None),
    ("昨日", "", "重", None),
    ("前天", "以之年月日", "", None),
    ("上月", "以晚", "份额", None),
    ("下月", "以", "", None),
    ("上周", "以", "期转年", None),
    ("下周", "以", "期转年", None),
    ("本周", "", "期转年", None),
    ("本月", "", "", None),
];

/// Words for a day that as often mean these times or times to come (今天的中国, 美好的明天): only with what follows a
/// day or stands before one.
const DAYS: [&str; 4] = ["今天", "今日", "明天", "明日"];
const AFTER_A_DAY: [&str; 15] = [
    "上午",
    "中午",
    "下午",
    "早上",
    "凌晨",
    "晚上",
    "晚间",
    "夜间",
    "零时",
    "之前",
    "起，",
    "起至",
    "起施行",
    "起执行",
    "起实施",
];
const BEFORE_A_DAY: [&str; 9] = [
    "定于", "拟于", "将于", "已于", "请于", "务于", "应于", "截至", "截止",
];

fn relative(text: &PlacedText, chars: &[char], year: i16, found: &mut Finds) {
    let quoted = quotations(chars);
    let is_quoted = |at: usize| quoted.iter().any(|(from, to)| (*from..*to).contains(&at));
    for (word, before, after, add) in RELATIVE {
        for at in scan::all(chars, word) {
            let end = at + word.chars().count();
            let other = at > 0 && before.contains(chars[at - 1]);
            if other || is_quoted(at) || chars.get(end).is_some_and(|c| after.contains(*c)) {
                continue;
            }
            let mut finding = Found::at("date.relative", text.place.as_str()).on(chars, at, end);
            if let Some(add) = add {
                let plain = format!("{}年", year + add);
                finding = finding
                    .with("plain", plain.as_str())
                    .fix(0, vec![replace(&text.place, at, end, plain)]);
            }
            found.push(finding);
        }
    }
    for word in DAYS {
        for at in scan::all(chars, word) {
            let end = at + word.chars().count();
            let is_day = AFTER_A_DAY
                .iter()
                .any(|next| scan::stands(chars, end, next))
                || is_hour(chars, end)
                || BEFORE_A_DAY.iter().any(|word| {
                    let length = word.chars().count();
                    at >= length && scan::stands(chars, at - length, word)
                });
            if is_day && !is_quoted(at) {
                found.push(Found::at("date.relative", text.place.as_str()).on(chars, at, end));
            }
        }
    }
}

/// 9时, 15点 or 9:30.
fn is_hour(chars: &[char], at: usize) -> bool {
    let length = scan::digits(chars, at);
    let unit = chars.get(at + length);
    (1..=2).contains(&length) && unit.is_some_and(|c| matches!(c, '时' | '点' | ':' | '：'))
}

/// What stands between quotation marks or title marks: other people's words.
fn quotations(chars: &[char]) -> Vec<(usize, usize)> {
    const MARKS: [(char, char); 4] = [('“', '”'), ('‘', '’'), ('《', '》'), ('「', '」')];
    let mut found = Vec::new();
    for (open, close) in MARKS {
        let mut opened = None;
        for (at, c) in chars.iter().enumerate() {
            if *c == open {
                opened = opened.or(Some(at));
            } else if *c == close
                && let Some(from) = opened.take()
            {
                found.push((from, at));
            }
        }
    }
    found
}

/// 26年3月: two digits before 年 and a month after it. 10年6个月 is a span of time.
fn short_year(text: &PlacedText, chars: &[char], found: &mut Finds) {
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '年') {
        let back = chars[..at]
            .iter()
            .rev()
            .take_while(|c| c.is_ascii_digit())
            .count();
        let month = scan::digits(chars, at + 1);
        let is_month = (1..=2).contains(&month) && chars.get(at + 1 + month) == Some(&'月');
        if back != 2 || !is_month {
            continue;
        }
        let start = at - 2;
        let span = start > 0 && "近满时达期刑共第约.".contains(chars[start - 1]);
        if span {
            continue;
        }
        let plain = format!("20{}年", scan::part(chars, start, at));
        found.push(
            Found::at("date.short_year", text.place.as_str())
                .on(chars, start, at + 1)
                .with("plain", plain.as_str())
                .fix(0, vec![replace(&text.place, start, at + 1, plain)]),
        );
    }
}

/// 二零二六年, 二○二六年, 二0二六年: four signs before 年, at least two of them Chinese digits.
fn zero(text: &PlacedText, chars: &[char], found: &mut Finds) {
    let is_wrong = |c: char| matches!(c, '零' | '○' | '0' | 'O' | 'Ｏ' | '０' | 'o' | '◯');
    for (at, _) in chars.iter().enumerate().filter(|(_, c)| **c == '年') {
        let Some(start) = at.checked_sub(4) else {
            continue;
        };
        let signs = &chars[start..at];
        let chinese = signs
            .iter()
            .filter(|c| scan::chinese_digit(**c).is_some())
            .count();
        let wrong = signs.iter().filter(|c| is_wrong(**c)).count();
        let right = signs.iter().filter(|c| **c == '〇').count();
        let four = chinese + wrong + right == 4 && chinese >= 2 && wrong > 0;
        if !four || !matches!(signs[0], '一' | '二') {
            continue;
        }
        let plain: String = signs
            .iter()
            .map(|c| if is_wrong(*c) { '〇' } else { *c })
            .chain(['年'])
            .collect();
        found.push(
            Found::at("date.zero", text.place.as_str())
                .on(chars, start, at + 1)
                .with("plain", plain.as_str())
                .fix(0, vec![replace(&text.place, start, at + 1, plain)]),
        );
    }
}
