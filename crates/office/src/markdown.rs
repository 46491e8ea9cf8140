//! Markdown as people write it: headings, bold text, lists, tables, rules. Its marks become looks;
//! what has none stays as it is typed.

use andu_document::body::Align;

use crate::{
    error::OfficeError,
    limits::Limits,
    recognise::shape,
    source::{DocxText, NoticeKind, Paragraph, SourceBlock, SourceCell, SourceRun, SourceTable},
    text::{self, MAX_COLUMNS},
};

/// What begins an item of a list without numbers.
const LIST_MARKS: [&str; 3] = ["- ", "* ", "+ "];
/// Levels of headings there are.
const LEVELS: usize = 4;

/// Reads a Markdown file. The first `# ` is the title, `##` to `#####` are headings of levels 1 to 4; where there are
/// more `# `, these are level 1 and `##` is level 2. `**` is bold, `| |` makes tables, `---` begins a page.
///
/// # Errors
/// As [`text::read`].
pub fn read(bytes: &[u8], limits: &Limits) -> Result<DocxText, OfficeError> {
    let plain = text::lines(bytes, limits)?;
    let mut heads = Heads::of(&plain);
    let mut lines = plain
        .blocks
        .iter()
        .filter_map(|block| match block {
            SourceBlock::Paragraph(paragraph) => Some(paragraph.text()),
            _ => None,
        })
        .peekable();
    let mut out = DocxText {
        blocks: Vec::new(),
        notices: plain.notices.clone(),
        record: None,
    };
    let mut fenced = false;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            out.blocks
                .push(SourceBlock::Paragraph(Paragraph::plain(line)));
        } else if trimmed.len() >= 3
            && ['-', '*', '_']
                .iter()
                .any(|c| trimmed.chars().all(|d| d == *c))
        {
            out.blocks.push(SourceBlock::PageBreak);
        } else if is_row(trimmed) && lines.peek().is_some_and(|next| is_divider(next)) {
            lines.next();
            let mut rows = vec![row(trimmed)];
            while let Some(next) = lines.next_if(|next| is_row(next.trim())) {
                rows.push(row(next.trim()));
            }
            let table = SourceTable {
                rows,
                header_rows: 1,
                ..SourceTable::default()
            };
            out.blocks.push(SourceBlock::Table(table));
        } else {
            let line = without_images(&line, &mut out);
            if LIST_MARKS.iter().any(|mark| line.trim().starts_with(mark)) {
                out.note(NoticeKind::ListMark, 1);
            }
            let made = paragraph(&line, &mut heads, &mut out);
            out.blocks.push(SourceBlock::Paragraph(made));
        }
    }
    Ok(out)
}

/// How many # a line begins with, and what they head.
fn marked(line: &str) -> Option<(usize, &str)> {
    let trimmed = line.trim();
    let marks = trimmed.bytes().take_while(|b| *b == b'#').count();
    let rest = trimmed[marks..].strip_prefix(' ')?;
    let text = rest.trim().trim_end_matches('#').trim_end();
    (1..=6).contains(&marks).then_some((marks, text))
}

/// What the marks of a file mean.
struct Heads {
    /// The title is still to come: the first # of the file, unless it bears a number.
    title_to_come: bool,
    /// Marks of a heading of level 1.
    top: usize,
}

impl Heads {
    fn of(text: &DocxText) -> Self {
        let lines = text.blocks.iter().filter_map(|block| match block {
            SourceBlock::Paragraph(paragraph) => Some(paragraph.text()),
            _ => None,
        });
        let mut fenced = false;
        let mut tops = Vec::new();
        for line in lines {
            fenced ^= line.trim().starts_with("```");
            if let Some((1, text)) = marked(&line).filter(|_| !fenced) {
                tops.push(shape::numbered(text).is_some());
            }
        }
        let is_titled = tops.first() == Some(&false);
        Self {
            title_to_come: is_titled,
            top: if tops.len() > usize::from(is_titled) {
                1
            } else {
                2
            },
        }
    }

    /// The level of a heading, and what is to be said of it.
    fn level(&self, marks: usize, text: &str, out: &mut DocxText) -> u8 {
        let level = (marks + 1).saturating_sub(self.top).max(1);
        if level > LEVELS {
            out.note(NoticeKind::HeadingTooDeep, 1);
        }
        let level = u8::try_from(level.min(LEVELS)).unwrap_or(1);
        if shape::numbered(text).is_some_and(|number| number.level != level) {
            out.note(NoticeKind::HeadingByNumber, 1);
        }
        level
    }
}

fn paragraph(line: &str, heads: &mut Heads, out: &mut DocxText) -> Paragraph {
    let trimmed = line.trim();
    if let Some((marks, text)) = marked(line) {
        let mut made = Paragraph {
            runs: runs(text),
            ..Paragraph::default()
        };
        for run in &mut made.runs {
            run.bold = false;
        }
        if marks == 1 && std::mem::take(&mut heads.title_to_come) {
            made.align = Some(Align::Center);
            for run in &mut made.runs {
                run.size = Some(44);
            }
        } else {
            made.outline_level = Some(heads.level(marks, text, out));
        }
        return made;
    }
    let quoted = trimmed.trim_start_matches("> ");
    let listed = LIST_MARKS.iter().find_map(|mark| quoted.strip_prefix(mark));
    Paragraph {
        runs: runs(listed.unwrap_or(quoted)),
        ..Paragraph::default()
    }
}

/// A line with each `![words](place)` as its words: the image is not in the file.
fn without_images(line: &str, out: &mut DocxText) -> String {
    let mut shown = String::new();
    let mut rest = line;
    while let Some((before, image)) = rest.split_once("![") {
        let Some((words, after)) = image.split_once("](") else {
            break;
        };
        let Some((_, after)) = after.split_once(')') else {
            break;
        };
        shown.push_str(before);
        shown.push_str(words);
        out.note(NoticeKind::ImageLinked, 1);
        rest = after;
    }
    shown + rest
}

/// Text with `**bold**`, `__bold__` and `\*` taken as what they mean.
fn runs(text: &str) -> Vec<SourceRun> {
    let mut runs = vec![SourceRun::default()];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let bold = runs.last().is_some_and(|run| run.bold);
        let mark = ["**", "__"]
            .into_iter()
            .find(|mark| rest.starts_with(*mark));
        if let Some(mark) = mark
            && (bold || rest[2..].contains(mark))
        {
            runs.push(SourceRun {
                bold: !bold,
                ..SourceRun::default()
            });
            rest = &rest[2..];
            continue;
        }
        let escaped = rest.strip_prefix('\\').and_then(|r| r.chars().next());
        let (shown, taken) = match escaped {
            Some(next) if next.is_ascii_punctuation() => (next, 1 + next.len_utf8()),
            _ => (c, c.len_utf8()),
        };
        if let Some(run) = runs.last_mut() {
            run.text.push(shown);
        }
        rest = &rest[taken..];
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn is_row(line: &str) -> bool {
    line.starts_with('|') && line.len() > 2
}

fn is_divider(line: &str) -> bool {
    let line = line.trim();
    is_row(line) && line.contains('-') && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

fn row(line: &str) -> Vec<SourceCell> {
    let inner = line.trim_start_matches('|');
    let inner = inner.strip_suffix('|').unwrap_or(inner);
    inner
        .split('|')
        .take(MAX_COLUMNS)
        .map(|text| SourceCell {
            paragraphs: vec![Paragraph {
                runs: runs(text.trim()),
                align: Some(Align::Center),
                ..Paragraph::default()
            }],
            colspan: 1,
            rowspan: 1,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_become_looks() {
        let text = "# 关于做好防汛工作的通知\n\n## 一、总体要求\n\n**压实责任。**各镇要落实。\n\n| 镇 | 数 |\n|---|--:|\n| 石桥 | 3 |\n";
        let text = read(text.as_bytes(), &Limits::default()).expect("Markdown");
        let SourceBlock::Paragraph(title) = &text.blocks[0] else {
            panic!("a title first")
        };
        assert_eq!(
            (title.align, title.text().as_str()),
            (Some(Align::Center), "关于做好防汛工作的通知")
        );
        let SourceBlock::Paragraph(heading) = &text.blocks[2] else {
            panic!("a heading")
        };
        assert_eq!(heading.outline_level, Some(1));
        let SourceBlock::Paragraph(bold) = &text.blocks[4] else {
            panic!("a paragraph")
        };
        assert_eq!(
            bold.runs.iter().map(|run| run.bold).collect::<Vec<_>>(),
            [true, false]
        );
        assert!(matches!(&text.blocks[6], SourceBlock::Table(table) if table.rows.len() == 2));
    }
}
