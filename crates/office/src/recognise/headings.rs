//! Bodies: paragraphs, headings with their numbers taken off, tables and images.

use andu_document::{
    Block, Cell, Row, Run, Table,
    body::{Align, HeadingNumbers},
};

use super::{
    Ask, ChangeKind, Recognised,
    line::{Item, Line, Placed},
    shape::{self, Numbered},
};
use crate::source::{NoticeKind, SourceRun, SourceTable};

/// Makes the blocks of one body.
pub(crate) fn blocks(items: Vec<Placed>, place: &str, result: &mut Recognised) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut numbers = HeadingNumbers::default();
    let mut landscape = items.first().is_some_and(|placed| placed.landscape);
    for placed in items {
        // A new page that only comes from turning is made again by the table that is turned.
        if placed.new_page && placed.landscape == landscape && !blocks.is_empty() {
            blocks.push(Block::PageBreak);
        }
        landscape = placed.landscape;
        match placed.item {
            Item::Line(line) => {
                let at = format!("{place}/{}", blocks.len());
                let made = block(&line, blocks.last(), &at, &mut numbers, result);
                blocks.push(made);
            }
            Item::Table(table) => {
                let caption = take_caption(&mut blocks);
                blocks.push(Block::Table(table_block(table, caption, placed.landscape)));
            }
            Item::Image(image) => blocks.push(Block::Image(image)),
        }
    }
    blocks
}

/// 附件： list at the end of an issued text: its own annexes.
pub(crate) fn take_annex_names(items: &mut Vec<Placed>) -> Vec<String> {
    let text = |placed: &Placed| match &placed.item {
        Item::Line(line) => line.text.trim().to_owned(),
        Item::Table(_) | Item::Image(_) => String::new(),
    };
    let from = items.len().saturating_sub(40);
    let Some(start) = (from..items.len()).rev().find(|at| {
        let text = shape::squeeze(&text(&items[*at]));
        text.strip_prefix("附件：")
            .or_else(|| text.strip_prefix("附件:"))
            .is_some_and(|t| !t.is_empty())
    }) else {
        return Vec::new();
    };
    let mut names = Vec::new();
    for (at, placed) in items.iter().enumerate().skip(start) {
        let text = text(placed);
        let text = if at == start {
            text.split_once(['：', ':']).map_or("", |(_, t)| t)
        } else {
            &text
        };
        let name = shape::listed_name(text);
        if at > start && name.is_none() {
            return Vec::new();
        }
        names.push(name.unwrap_or(text).trim().to_owned());
    }
    items.truncate(start);
    names
}

fn block(
    line: &Line,
    before: Option<&Block>,
    place: &str,
    numbers: &mut HeadingNumbers,
    result: &mut Recognised,
) -> Block {
    let text = line.text.as_str();
    if shape::is_chapter(text) && (line.is_centered() || text.chars().count() <= 20) {
        return Block::Centered {
            runs: runs_of(line, 0),
        };
    }
    if line.is_centered() && has_font(line, 0, &["黑体"]) {
        return Block::Centered {
            runs: runs_of(line, 0),
        };
    }
    let align = match line.paragraph.align {
        Some(Align::Center) => Some(Align::Center),
        Some(Align::Right) => Some(Align::Right),
        Some(Align::Left) | None => None,
    };
    if align.is_none() {
        if let Some(found) = shape::numbered(text) {
            let in_order = {
                let expected = numbers.clone().next(found.level);
                shape::numbered(&format!("{expected}字")).is_some_and(|next| next.n == found.n)
            };
            let end = end_of(line, &found, before, in_order);
            if let Some(split) = end {
                return heading(line, &found, split, place, numbers, result);
            }
        } else if let Some(level @ 1..=4) = line.paragraph.outline_level
            && text.chars().count() <= 80
        {
            return Block::Heading {
                level,
                runs: runs_of(line, 0),
                unnumbered: true,
                run_in: Vec::new(),
            };
        }
        if let Some(1..=4) = line.paragraph.outline_level {
            result.noticed(NoticeKind::HeadingTooLong);
        }
        if line.paragraph.text().starts_with(char::is_whitespace) {
            result.changed(ChangeKind::SpacesTaken, text, text);
        }
    }
    Block::Paragraph {
        runs: runs_of(line, 0),
        align,
    }
}

/// Where the heading ends, if the line is one: an item of a list is none.
fn end_of(line: &Line, found: &Numbered, before: Option<&Block>, in_order: bool) -> Option<usize> {
    if continues_list(before, found) {
        return None;
    }
    heading_end(line, found).or_else(|| {
        (in_order && !introduces_list(before))
            .then(|| sentence_end(line, found))
            .flatten()
    })
}

/// Where the heading ends in the line's text (a byte position); `None` where the line is body text
/// that only begins with a number, as in 一、建议从明年起设立专项资金。
fn heading_end(line: &Line, found: &Numbered) -> Option<usize> {
    let text = line.text.as_str();
    let rest = &text[found.taken..];
    if rest.trim().is_empty() || rest.contains('\n') {
        return None;
    }
    let whole = text.len();
    let length = rest.chars().count();
    let closed = rest.ends_with(['。', '；', '：', ':', '，', ';']);
    let styled = line.paragraph.outline_level.is_some();
    let own_font: &[&str] = if found.level == 1 { &["黑"] } else { &["楷"] };
    if found.level <= 2 && has_font(line, found.taken, own_font) {
        return Some(font_end(line, found.taken).unwrap_or(whole));
    }
    if let Some(end) = bold_end(line, found.taken) {
        return Some(end);
    }
    if styled && length <= 80 {
        return Some(whole);
    }
    if !closed {
        let most = if found.level <= 2 { 45 } else { 30 };
        if length <= most && !rest.contains('。') {
            return Some(whole);
        }
    }
    let known_font = line.paragraph.runs.iter().any(|run| !run.font.is_empty());
    if found.level <= 2 && known_font {
        return None;
    }
    // 段首标题: a short first sentence. Headings of levels 3 and 4 look like body text, so that nothing
    // but the sentence tells them (7.3.3); the words stay the same either way.
    let stop = rest.find('。')? + '。'.len_utf8();
    let first = rest[..stop].chars().count();
    let most = if found.level <= 2 { 30 } else { 20 };
    let more = !rest[stop..].trim().is_empty();
    (first <= most && !rest[..stop].contains('，') && (more || found.level > 2))
        .then_some(found.taken + stop)
}

/// Where the first sentence of a paragraph that begins with （一） ends, in a file without fonts: it is a heading of
/// level 2 (7.3.3), the rest runs in. The items of a list end with ；.
fn sentence_end(line: &Line, found: &Numbered) -> Option<usize> {
    const MOST: usize = 60;
    let rest = &line.text[found.taken..];
    let has_fonts = line.paragraph.runs.iter().any(|run| !run.font.is_empty());
    if found.level != 2 || has_fonts || rest.contains('\n') {
        return None;
    }
    let stop = rest.find('。')? + '。'.len_utf8();
    let first = &rest[..stop];
    (first.chars().count() <= MOST && !first.contains('；')).then_some(found.taken + stop)
}

/// The item after one that ends with ；: the last of 1.…；2.…；3.…。 is an item as those before it, short as it may be.
fn continues_list(before: Option<&Block>, found: &Numbered) -> bool {
    let Some(before @ Block::Paragraph { .. }) = before else {
        return false;
    };
    let text = before.text();
    let item = shape::numbered(&text);
    text.trim_end().ends_with(['；', ';'])
        && item.is_some_and(|item| item.level == found.level && item.n + 1 == found.n)
}

/// 有下列情形之一的： and articles of a regulation are followed by items, not by headings.
fn introduces_list(before: Option<&Block>) -> bool {
    let text = match before {
        Some(Block::Paragraph { .. }) => before.map(Block::text).unwrap_or_default(),
        _ => return false,
    };
    let is_article =
        text.starts_with('第') && text.chars().take(8).any(|c| c == '条') && !text.contains("条例");
    is_article || text.trim_end().ends_with(['：', ':'])
}

fn heading(
    line: &Line,
    found: &Numbered,
    end: usize,
    place: &str,
    numbers: &mut HeadingNumbers,
    result: &mut Recognised,
) -> Block {
    let mut next = numbers.clone();
    let expected = next.next(found.level);
    let stood = found.number.trim().to_owned();
    let form = shape::numbered(&format!("{expected}字")).map(|expected| expected.n);
    if form == Some(found.n) {
        *numbers = next;
        let kind = if stood == expected {
            ChangeKind::NumberTaken
        } else {
            ChangeKind::NumberForm
        };
        result.changed(kind, &stood, &expected);
        return Block::Heading {
            level: found.level,
            runs: slice(line, found.taken, end),
            unnumbered: false,
            run_in: slice(line, end, line.text.len()),
        };
    }
    result.changed(ChangeKind::NumberKept, &stood, &stood);
    result.ask(place, Ask::HeadingNumber, &line.text, vec![stood, expected]);
    Block::Heading {
        level: found.level,
        runs: slice(line, 0, end),
        unnumbered: true,
        run_in: slice(line, end, line.text.len()),
    }
}

/// The font at a byte position of the line's text holds one of `parts`.
fn has_font(line: &Line, at: usize, parts: &[&str]) -> bool {
    pieces(line)
        .find(|(_, end, run)| *end > at && !run.text.trim().is_empty())
        .is_some_and(|(_, _, run)| parts.iter().any(|part| run.font.contains(part)))
}

/// Where the font changes after a position.
fn font_end(line: &Line, at: usize) -> Option<usize> {
    let mut after = pieces(line).filter(|(_, end, run)| *end > at && !run.text.trim().is_empty());
    let first = after.next()?.2.font.clone();
    after
        .find(|(_, _, run)| run.font != first)
        .map(|(start, _, _)| start)
}

/// Where bold text that begins at a position ends; `None` where it is not bold, or all is bold and long.
fn bold_end(line: &Line, at: usize) -> Option<usize> {
    let mut after = pieces(line).filter(|(_, end, run)| *end > at && !run.text.trim().is_empty());
    if !after.next()?.2.bold {
        return None;
    }
    match after.find(|(_, _, run)| !run.bold) {
        Some((start, _, _)) => Some(start),
        None => (line.text.chars().count() <= 60).then_some(line.text.len()),
    }
}

/// The runs with their byte positions in the line's text, which holds the file's number and no
/// white space at its ends.
fn pieces(line: &Line) -> impl Iterator<Item = (usize, usize, &SourceRun)> {
    let raw = format!("{}{}", line.paragraph.number, line.paragraph.text());
    let lead = raw.len() - raw.trim_start().len();
    let mut at = line.paragraph.number.len();
    let whole = line.text.len();
    line.paragraph.runs.iter().map(move |run| {
        let start = at;
        at += run.text.len();
        let place = |n: usize| n.saturating_sub(lead).min(whole);
        (place(start), place(at), run)
    })
}

/// Runs of the document for a part of the line's text.
fn slice(line: &Line, from: usize, to: usize) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let number = line.paragraph.number.trim_start().len().min(to);
    if from < number {
        runs.push(Run::plain(&line.text[from..number]));
    }
    for (start, end, source) in pieces(line) {
        let (start, end) = (start.max(from), end.min(to));
        if start >= end {
            continue;
        }
        let Some(text) = line.text.get(start..end) else {
            continue;
        };
        let run = Run {
            text: text.replace('\t', "\u{3000}"),
            bold: source.bold,
            underline: source.underline,
            superscript: source.superscript,
            subscript: source.subscript,
            ..Run::default()
        };
        match runs.last_mut() {
            Some(last) if same_look(last, &run) => last.text.push_str(&run.text),
            _ => runs.push(run),
        }
    }
    if let Some(first) = runs.first_mut() {
        first.text = first.text.trim_start().to_owned();
    }
    if let Some(last) = runs.last_mut() {
        last.text = last.text.trim_end().to_owned();
    }
    runs.retain(|run| !run.text.is_empty());
    runs
}

fn runs_of(line: &Line, from: usize) -> Vec<Run> {
    slice(line, from, line.text.len())
}

/// Whether two runs look the same.
pub(crate) fn same_look(a: &Run, b: &Run) -> bool {
    (a.bold, a.underline, a.superscript, a.subscript)
        == (b.bold, b.underline, b.superscript, b.subscript)
}

/// A short centred line right before a table is its caption.
fn take_caption(blocks: &mut Vec<Block>) -> String {
    let is_caption = matches!(
        blocks.last(),
        Some(
            Block::Centered { .. }
                | Block::Paragraph {
                    align: Some(Align::Center),
                    ..
                }
        )
    );
    let text = blocks.last().map(Block::text).unwrap_or_default();
    if !is_caption || text.chars().count() > 40 || shape::is_chapter(&text) || text.contains('\n') {
        return String::new();
    }
    blocks.pop();
    text
}

fn table_block(table: SourceTable, caption: String, landscape: bool) -> Table {
    let rows: Vec<Row> = table
        .rows
        .into_iter()
        .map(|cells| Row {
            cells: cells.into_iter().map(cell).collect(),
        })
        .collect();
    let even = table
        .widths
        .windows(2)
        .all(|pair| pair[0].abs_diff(pair[1]) <= 2);
    let widths = if even || table.widths.contains(&0) {
        Vec::new()
    } else {
        table.widths
    };
    Table {
        caption,
        header_rows: table.header_rows.min(rows.len()),
        rows,
        widths,
        landscape,
    }
}

fn cell(source: crate::source::SourceCell) -> Cell {
    let align = source
        .paragraphs
        .first()
        .and_then(|paragraph| paragraph.align);
    let mut runs: Vec<Run> = Vec::new();
    for (index, paragraph) in source.paragraphs.into_iter().enumerate() {
        let text = format!("{}{}", paragraph.number, paragraph.text())
            .trim()
            .to_owned();
        let line = Line {
            text,
            paragraph,
            ..Line::default()
        };
        if index > 0 {
            match runs.last_mut() {
                Some(last) => last.text.push('\n'),
                None => runs.push(Run::plain("\n")),
            }
        }
        for run in runs_of(&line, 0) {
            match runs.last_mut() {
                Some(last) if same_look(last, &run) => last.text.push_str(&run.text),
                _ => runs.push(run),
            }
        }
    }
    let text: String = runs.iter().map(|run| run.text.as_str()).collect();
    if text.trim().is_empty() {
        runs.clear();
    }
    let is_number = text
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | '-' | '%' | '+'));
    let align = match (align, is_number) {
        _ if runs.is_empty() => None,
        (Some(Align::Center), false) | (Some(Align::Right), true) => None,
        (Some(align), _) => Some(align),
        (None, _) => Some(Align::Left),
    };
    Cell {
        runs,
        colspan: source.colspan.max(1),
        rowspan: source.rowspan.max(1),
        align,
    }
}
