//! Automatic numbers of a Word file: `numbering.xml` turned into the text a reader sees.

use std::collections::HashMap;

use andu_document::body::chinese_numeral;

use crate::xml::Element;

/// Levels of a list (ECMA-376, 17.9.6).
const LEVELS: usize = 9;

#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    text: String,
    legal: bool,
    style: Option<String>,
}

#[derive(Debug, Default)]
struct List {
    definition: i64,
    starts: HashMap<usize, u32>,
    levels: HashMap<usize, Level>,
}

/// The lists of a file and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: HashMap<i64, HashMap<usize, Level>>,
    lists: HashMap<i64, List>,
    counts: HashMap<i64, [Option<u32>; LEVELS]>,
    restarted: HashMap<(i64, usize), ()>,
}

impl Numbering {
    /// Reads `numbering.xml`.
    pub(super) fn new(root: &Element) -> Self {
        let mut all = Self::default();
        let id = |element: &Element, name: &str| {
            element.attribute(name).and_then(|v| v.parse::<i64>().ok())
        };
        for element in root.elements() {
            match &*element.name {
                "abstractNum" => {
                    let Some(id) = id(element, "abstractNumId") else {
                        continue;
                    };
                    all.definitions.insert(id, levels(element));
                }
                "num" => {
                    let Some(number) = id(element, "numId") else {
                        continue;
                    };
                    let definition = element
                        .child("abstractNumId")
                        .and_then(Element::value)
                        .and_then(|v| v.parse().ok());
                    let Some(definition) = definition else {
                        continue;
                    };
                    let mut list = List {
                        definition,
                        ..List::default()
                    };
                    for over in element.elements().filter(|e| &*e.name == "lvlOverride") {
                        let Some(level) = id(over, "ilvl").and_then(|n| usize::try_from(n).ok())
                        else {
                            continue;
                        };
                        let start = over.child("startOverride").and_then(Element::value);
                        if let Some(start) = start.and_then(|v| v.parse().ok()) {
                            list.starts.insert(level, start);
                        }
                        list.levels.extend(levels(over));
                    }
                    all.lists.insert(number, list);
                }
                _ => {}
            }
        }
        all
    }

    /// The level of a list that a paragraph style is bound to.
    pub(super) fn level_of_style(&self, list: i64, style: &str) -> Option<u8> {
        let definition = self.definitions.get(&self.lists.get(&list)?.definition)?;
        let found = definition
            .iter()
            .find(|(_, level)| level.style.as_deref() == Some(style))?;
        u8::try_from(*found.0).ok()
    }

    /// Counts one more paragraph of `list` at `level` (0 to 8) and gives its visible number; empty
    /// for bullets, for no list (0) and for unknown ones.
    pub(super) fn next(&mut self, list: i64, level: u8) -> String {
        let at = usize::from(level).min(LEVELS - 1);
        let Some(found) = self.lists.get(&list) else {
            return String::new();
        };
        let definition = found.definition;
        let level_at = |at: usize| {
            let own = found.levels.get(&at);
            own.or_else(|| self.definitions.get(&definition)?.get(&at))
                .cloned()
        };
        let Some(this) = level_at(at) else {
            return String::new();
        };
        let counts = self.counts.entry(definition).or_default();
        if let Some(start) = found.starts.get(&at)
            && self.restarted.insert((list, at), ()).is_none()
        {
            counts[at] = start.checked_sub(1);
            if *start == 0 {
                counts[at] = None;
            }
        }
        counts[at] = Some(match counts[at] {
            Some(before) => before.saturating_add(1),
            None => this.start,
        });
        counts[at + 1..].fill(None);
        let counts = *counts;
        let mut text = String::new();
        let mut characters = this.text.chars().peekable();
        while let Some(c) = characters.next() {
            let placed = (c == '%')
                .then(|| characters.peek().and_then(|c| c.to_digit(10)))
                .flatten();
            let Some(digit @ 1..=9) = placed else {
                text.push(c);
                continue;
            };
            characters.next();
            let shown = digit as usize - 1;
            let Some(level) = level_at(shown) else {
                continue;
            };
            let value = counts[shown].unwrap_or(level.start);
            let format = if this.legal {
                "decimal"
            } else {
                level.format.as_str()
            };
            text.push_str(&number(value, format));
        }
        if this.format == "bullet" || this.format == "none" {
            String::new()
        } else {
            text
        }
    }
}

fn levels(parent: &Element) -> HashMap<usize, Level> {
    let mut all = HashMap::new();
    for element in parent.elements().filter(|e| &*e.name == "lvl") {
        let Some(at) = element
            .attribute("ilvl")
            .and_then(|v| v.parse::<usize>().ok())
        else {
            continue;
        };
        let value = |name: &str| element.child(name).and_then(Element::value);
        let level = Level {
            start: value("start").and_then(|v| v.parse().ok()).unwrap_or(1),
            format: value("numFmt").unwrap_or("decimal").to_owned(),
            text: value("lvlText")
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect(),
            legal: element.child("isLgl").is_some_and(Element::is_on),
            style: value("pStyle").map(str::to_owned),
        };
        if at < LEVELS {
            all.insert(at, level);
        }
    }
    all
}

/// A number in one of the formats of `ST_NumberFormat`; unknown ones are written in Arabic numerals.
fn number(n: u32, format: &str) -> String {
    const STEMS: &str = "甲乙丙丁戊己庚辛壬癸";
    const BRANCHES: &str = "子丑寅卯辰巳午未申酉戌亥";
    let nth = |all: &str| {
        let index = (n as usize).checked_sub(1)?;
        all.chars().nth(index).map(String::from)
    };
    let named = match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "taiwaneseCountingThousand"
        | "taiwaneseCounting"
        | "japaneseCounting"
        | "ideographDigital"
        | "koreanCounting" => Some(chinese_numeral(n)),
        "chineseLegalSimplified" | "ideographLegalTraditional" => Some(legal_numeral(n)),
        "decimalFullWidth" | "decimalFullWidth2" => Some(
            n.to_string()
                .bytes()
                .filter_map(|b| char::from_u32(u32::from('０') + u32::from(b - b'0')))
                .collect(),
        ),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => match n {
            1..=20 => char::from_u32(u32::from('①') + n - 1).map(String::from),
            _ => None,
        },
        "decimalZero" => Some(format!("{n:02}")),
        "upperLetter" => letters(n, b'A'),
        "lowerLetter" => letters(n, b'a'),
        "upperRoman" => roman(n),
        "lowerRoman" => roman(n).map(|text| text.to_lowercase()),
        "ideographTraditional" => nth(STEMS),
        "ideographZodiac" => nth(BRANCHES),
        _ => None,
    };
    named.unwrap_or_else(|| n.to_string())
}

fn letters(n: u32, first: u8) -> Option<String> {
    let index = n.checked_sub(1)?;
    let times = (index / 26 + 1) as usize;
    if times > 30 {
        return None;
    }
    Some(
        char::from(first + (index % 26) as u8)
            .to_string()
            .repeat(times),
    )
}

fn roman(mut n: u32) -> Option<String> {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if n == 0 || n >= 4000 {
        return None;
    }
    let mut text = String::new();
    for (value, letters) in PARTS {
        while n >= value {
            text.push_str(letters);
            n -= value;
        }
    }
    Some(text)
}

fn legal_numeral(n: u32) -> String {
    const PAIRS: [(char, char); 12] = [
        ('一', '壹'),
        ('二', '贰'),
        ('三', '叁'),
        ('四', '肆'),
        ('五', '伍'),
        ('六', '陆'),
        ('七', '柒'),
        ('八', '捌'),
        ('九', '玖'),
        ('十', '拾'),
        ('百', '佰'),
        ('千', '仟'),
    ];
    let legal = |c| {
        PAIRS
            .iter()
            .find(|(from, _)| *from == c)
            .map_or(c, |(_, to)| *to)
    };
    chinese_numeral(n).chars().map(legal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_word_shows_them() {
        for (n, format, shown) in [
            (12, "chineseCountingThousand", "十二"),
            (3, "decimalEnclosedCircle", "③"),
            (28, "lowerLetter", "bb"),
            (14, "upperRoman", "XIV"),
            (2, "ideographTraditional", "乙"),
            (15, "decimalFullWidth", "１５"),
            (10, "chineseLegalSimplified", "拾"),
            (0, "upperRoman", "0"),
            (7, "somethingNew", "7"),
        ] {
            assert_eq!(number(n, format), shown, "{n} as {format}");
        }
    }
}
