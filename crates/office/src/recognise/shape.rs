//! Forms of single lines: numbers, dates, marks. Everything here looks at one text and knows nothing
//! of its place.

use andu_base::Date;
use andu_document::{ClassificationLevel, DocumentType, IssueNumber, Urgency};

/// The text without any white space, for elements that are set in place with spaces.
pub(crate) fn squeeze(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The type that a title ends with; 令 counts as 命令, ……（试行） and the like are looked through.
pub(crate) fn type_of_title(title: &str) -> Option<DocumentType> {
    let title = squeeze(title);
    let mut title = title.as_str();
    while let Some(open) = title.strip_suffix('）').and_then(|inner| inner.rfind('（')) {
        title = &title[..open];
    }
    let by_name = |kind: &DocumentType| title.ends_with(kind.name());
    let found = DocumentType::ALL.into_iter().find(by_name);
    found.or_else(|| title.ends_with('令').then_some(DocumentType::Order))
}

/// 绝密, 机密★10年 and the like, with the words after ★.
pub(crate) fn classification(text: &str) -> Option<(ClassificationLevel, String)> {
    let text = squeeze(text);
    let (level, rest) = [
        ClassificationLevel::TopSecret,
        ClassificationLevel::Secret,
        ClassificationLevel::Confidential,
    ]
    .into_iter()
    .find_map(|level| Some((level, text.strip_prefix(level.name())?)))?;
    if rest.is_empty() {
        return Some((level, String::new()));
    }
    let term = rest.strip_prefix(['★', '☆'])?;
    (term.chars().count() <= 12).then(|| (level, term.to_owned()))
}

/// 特急 and the like, alone on its line; of a telegram also 特急·明电.
pub(crate) fn urgency(text: &str) -> Option<Urgency> {
    let text = squeeze(text);
    let text = text.strip_suffix("·明电").unwrap_or(&text);
    [
        Urgency::MostImmediate,
        Urgency::ExtraUrgent,
        Urgency::Urgent,
        Urgency::Ordinary,
    ]
    .into_iter()
    .find(|urgency| urgency.name() == text)
}

/// 份号: six or more digits alone on a line.
pub(crate) fn copy_number(text: &str) -> Option<u32> {
    let text = squeeze(text);
    let text = text
        .strip_prefix("份号：")
        .or(text.strip_prefix("№"))
        .unwrap_or(&text);
    let digits = text.len() >= 6 && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// An issue number at the start of a text: the number, whether its form was put right, and how many
/// bytes of the text it takes.
pub(crate) fn issue_number(text: &str) -> Option<(IssueNumber, bool, usize)> {
    let open = text.find(['〔', '[', '(', '（', '【', '［', '﹝'])?;
    let code = squeeze(&text[..open]);
    let mut after = text[open..].char_indices();
    let (_, bracket) = after.next()?;
    let close = text[open..].find(['〕', ']', ')', '）', '】', '］', '﹞'])? + open;
    let year = squeeze(&text[open + bracket.len_utf8()..close]);
    let year = year.strip_suffix('年').unwrap_or(&year);
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let closing = text[close..].chars().next()?;
    let rest = &text[close + closing.len_utf8()..];
    let end = rest.find('号')?;
    let serial = squeeze(&rest[..end]);
    let bare = serial
        .strip_prefix('第')
        .unwrap_or(&serial)
        .trim_start_matches('0');
    if bare.is_empty() || bare.len() > 6 || !bare.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_code = code.chars().count() <= 12 && code.chars().all(|c| c.is_alphanumeric());
    if !is_code {
        return None;
    }
    let taken = close + closing.len_utf8() + end + '号'.len_utf8();
    let number = IssueNumber {
        authority_code: code,
        year: year.parse().ok()?,
        serial: bare.parse().ok()?,
    };
    let changed = squeeze(&text[..taken]) != number.to_string();
    Some((number, changed, taken))
}

/// 第18号 of an order, alone on its line.
pub(crate) fn order_number(text: &str) -> Option<u32> {
    let text = squeeze(text);
    let serial = text.strip_prefix('第')?.strip_suffix('号')?;
    let digits =
        !serial.is_empty() && serial.len() <= 6 && serial.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| serial.parse().ok()).flatten()
}

/// A date alone: Arabic or Chinese numerals, or figures with -, / or . between them. Also says whether its form
/// was put right.
pub(crate) fn date(text: &str) -> Option<(Date, bool)> {
    let text = squeeze(text);
    if let Some(date) = figures(&text) {
        return Some((date, true));
    }
    let (year, rest) = text.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    let (year, month, day) = (year_value(year)?, small_value(month)?, small_value(day)?);
    let date = Date::new(year, month, day).ok()?;
    Some((date, andu_base::chinese_date(date) != text))
}

/// 2026-11-20, 2026/11/20, 2026.11.20.
fn figures(text: &str) -> Option<Date> {
    let mark = ['-', '/', '.', '－', '／', '．']
        .into_iter()
        .find(|mark| text.contains(*mark))?;
    let parts: Vec<&str> = text.split(mark).collect();
    let [year, month, day] = parts.as_slice() else {
        return None;
    };
    let is_number = |part: &str| {
        part.chars()
            .all(|c| c.is_ascii_digit() || ('０'..='９').contains(&c))
    };
    if !parts.iter().all(|part| is_number(part)) {
        return None;
    }
    Date::new(year_value(year)?, small_value(month)?, small_value(day)?).ok()
}

/// Alone on its line and written like a date, but none: 2026年2月30日, 2026年　月　日, 2026-13-01.
pub(crate) fn is_failed_date(text: &str) -> bool {
    let squeezed = squeeze(text);
    if squeezed.chars().count() > 16 || date(text).is_some() {
        return false;
    }
    let is_figure = |c: char| {
        digit_value(c).is_some() || matches!(c, '十' | 'X' | 'x' | '×' | '＊' | '*' | '_')
    };
    let few = |part: &str| part.chars().count() <= 4 && part.chars().all(is_figure);
    let words = squeezed
        .split_once('年')
        .and_then(|(year, rest)| Some((year, rest.split_once('月')?)))
        .is_some_and(|(year, (month, day))| {
            let day = day.strip_suffix(['日', '号']).unwrap_or(day);
            !year.is_empty() && few(year) && few(month) && few(day)
        });
    let figures = ['-', '/', '.'].into_iter().any(|mark| {
        let parts: Vec<&str> = squeezed.split(mark).collect();
        let numbers = parts
            .iter()
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
        parts.len() == 3
            && parts[0].len() == 4
            && numbers
            && parts[1..].iter().all(|part| part.len() <= 2)
    });
    words || figures
}

/// A date at the end of a text, and the text before it.
pub(crate) fn trailing_date(text: &str) -> Option<(&str, Date, bool)> {
    let trimmed = text.trim_end();
    let (head, tail) = trimmed
        .rsplit_once(char::is_whitespace)
        .unwrap_or(("", trimmed));
    if let Some(date) = figures(tail) {
        return Some((head.trim_end(), date, true));
    }
    let year_at = trimmed.rfind('年')?;
    let start = trimmed[..year_at]
        .char_indices()
        .rev()
        .take_while(|(_, c)| digit_value(*c).is_some() || c.is_whitespace())
        .take(12)
        .last()?
        .0;
    let (date, changed) = date(&trimmed[start..])?;
    Some((trimmed[..start].trim_end(), date, changed))
}

fn digit_value(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => Some(c as u32 - '０' as u32),
        '〇' | '○' | '零' | 'Ｏ' | 'O' => Some(0),
        _ => "一二三四五六七八九"
            .chars()
            .position(|d| d == c)
            .and_then(|n| u32::try_from(n + 1).ok()),
    }
}

fn year_value(text: &str) -> Option<i16> {
    if text.chars().count() != 4 {
        return None;
    }
    let mut year = 0;
    for c in text.chars() {
        year = year * 10 + digit_value(c)?;
    }
    i16::try_from(year).ok()
}

fn small_value(text: &str) -> Option<i8> {
    let n = if text.contains('十') {
        numeral(text)?
    } else {
        let mut n: u32 = 0;
        if text.is_empty() || text.chars().count() > 2 {
            return None;
        }
        for c in text.chars() {
            n = n * 10 + digit_value(c)?;
        }
        n
    };
    i8::try_from(n).ok()
}

/// A small Chinese numeral below 1,000, such as 二十三.
pub(crate) fn numeral(text: &str) -> Option<u32> {
    if text.len() > 8 * '一'.len_utf8() {
        return None;
    }
    let mut total = 0;
    let mut digit = None;
    for c in text.chars() {
        match c {
            '十' => total += digit.take().unwrap_or(1) * 10,
            '百' => total += digit.take()? * 100,
            '零' => {}
            c if digit.is_none() => {
                digit = Some("一二三四五六七八九".chars().position(|d| d == c)? as u32 + 1);
            }
            _ => return None,
        }
    }
    let total = total + digit.unwrap_or(0);
    (!text.is_empty() && total > 0).then_some(total)
}

/// The name in a line of 附件说明 after its number, which may be followed by digits of the name
/// itself: 1.2026年度计划表.
pub(crate) fn listed_name(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    arabic(&text[..end])?;
    text[end..].strip_prefix(['.', '．', '、']).map(str::trim)
}

/// A list divided at `marks`, but not within parentheses: 林清和（办公室、研究室） is one.
pub(crate) fn divided<'a>(text: &'a str, marks: &[char]) -> Vec<&'a str> {
    let mut depth = 0u32;
    let parts = text.split(|c: char| {
        match c {
            '（' | '(' => depth += 1,
            '）' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && marks.contains(&c)
    });
    parts
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

/// A number of a heading at the start of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    /// 1 to 4.
    pub(crate) level: u8,
    /// What the number counts.
    pub(crate) n: u32,
    /// The number as it stood.
    pub(crate) number: String,
    /// Bytes of the line that the number takes.
    pub(crate) taken: usize,
}

/// Reads 一、 （一） 1. （1） and their usual other forms: (一), 1、, 1．, (1).
pub(crate) fn numbered(text: &str) -> Option<Numbered> {
    let lead = text.len() - text.trim_start().len();
    let body = &text[lead..];
    let first = body.chars().next()?;
    let made = |level: u8, n: u32, bytes: usize| Numbered {
        level,
        n,
        number: body[..bytes].to_owned(),
        taken: lead + bytes,
    };
    if matches!(first, '（' | '(') {
        let close = body.find(['）', ')'])?;
        let inner = &body[first.len_utf8()..close];
        let bytes = close + body[close..].chars().next()?.len_utf8();
        if let Some(n) = arabic(inner) {
            return Some(made(4, n, bytes));
        }
        return numeral(inner).map(|n| made(2, n, bytes));
    }
    let end =
        body.find(|c: char| !(c.is_ascii_digit() || "一二三四五六七八九十百零".contains(c)))?;
    let (number, rest) = body.split_at(end);
    let mark = rest.chars().next()?;
    let bytes = end + mark.len_utf8();
    if let Some(n) = arabic(number) {
        let next = body[bytes..].chars().next();
        let decimal = mark == '.' && next.is_some_and(|c| c.is_ascii_digit());
        let is_mark = matches!(mark, '.' | '．' | '、') && !decimal;
        return is_mark.then(|| made(3, n, bytes));
    }
    if matches!(mark, '、' | '．' | '.') {
        return numeral(number).map(|n| made(1, n, bytes));
    }
    None
}

fn arabic(text: &str) -> Option<u32> {
    let digits = (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits
        .then(|| text.parse().ok())
        .flatten()
        .filter(|n| *n > 0)
}

/// 第一章, 第二节, 第三编 at the start of a short line.
pub(crate) fn is_chapter(text: &str) -> bool {
    let text = squeeze(text);
    let Some(rest) = text.strip_prefix('第') else {
        return false;
    };
    let Some(at) = rest.find(['章', '节', '编']) else {
        return false;
    };
    let number = &rest[..at];
    (numeral(number).is_some() || arabic(number).is_some()) && text.chars().count() <= 40
}

/// 附件, 附件1, 附件一, with or without a colon after it, alone on its line: its number (0 for none).
pub(crate) fn attachment_mark(text: &str) -> Option<u32> {
    let text = squeeze(text);
    let rest = text.strip_prefix("附件")?;
    let rest = rest.trim_end_matches(['：', ':']);
    if rest.is_empty() {
        return Some(0);
    }
    arabic(rest).or_else(|| numeral(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_headings_read_in_all_usual_forms() {
        for (text, level, n) in [
            ("一、总体要求", 1, 1),
            ("（十二）加强领导", 2, 12),
            ("(三)其他", 2, 3),
            ("1.购置设备", 3, 1),
            ("2．购置设备", 3, 2),
            ("3、购置设备", 3, 3),
            ("（4）型号", 4, 4),
        ] {
            let found = numbered(text).expect(text);
            assert_eq!((found.level, found.n), (level, n), "{text}");
        }
    }

    #[test]
    fn text_that_begins_with_a_figure_is_not_a_heading() {
        for text in [
            "1.5万元用于购置设备",
            "2026年1月5日",
            "一方面，要加强领导",
            "3个月内完成",
            "（以下简称条例）",
            "10000.00元",
            "十、",
        ] {
            let found = numbered(text);
            assert!(found.is_none() || text == "十、", "{text}: {found:?}");
        }
    }

    #[test]
    fn dates_read_in_arabic_and_chinese_numerals() {
        let day = Date::constant(2026, 11, 20);
        assert_eq!(date("2026年11月20日"), Some((day, false)));
        assert_eq!(date("二〇二六年十一月二十日"), Some((day, true)));
        assert_eq!(date("2026年13月1日"), None);
        for figures in [
            "2026-11-20",
            "2026/11/20",
            "2026.11.20",
            "２０２６．１１．２０",
        ] {
            assert_eq!(date(figures), Some((day, true)), "{figures}");
        }
        for failed in [
            "2026年13月1日",
            "2026年2月30日",
            "2026年　月　日",
            "2026年X月X日",
            "2026-02-30",
        ] {
            assert!(is_failed_date(failed), "{failed}");
        }
        for other in [
            "2026年11月20日",
            "2026年工作总结",
            "1.2.3",
            "每月一日",
            "12月份",
        ] {
            assert!(!is_failed_date(other), "{other}");
        }
        assert_eq!(
            trailing_date("望溪县水务局办公室　2026年11月20日"),
            Some(("望溪县水务局办公室", day, false))
        );
    }

    #[test]
    fn issue_numbers_in_wrong_brackets_are_put_right_and_said() {
        let (number, changed, taken) =
            issue_number("望水发[2026]第018号　签发人：").expect("a number");
        assert_eq!(
            (number.to_string().as_str(), changed),
            ("望水发〔2026〕18号", true)
        );
        assert_eq!(&"望水发[2026]第018号　签发人："[taken..], "　签发人：");
        assert_eq!(issue_number("根据（2026）有关规定"), None);
    }

    #[test]
    fn types_are_read_from_titles() {
        assert_eq!(
            type_of_title("关于印发《办法》的通知"),
            Some(DocumentType::Notice)
        );
        assert_eq!(
            type_of_title("关于开展检查的通知（试行）"),
            Some(DocumentType::Notice)
        );
        assert_eq!(type_of_title("2026年工作总结"), None);
    }
}
