//! 版头: what stands above the body on the first page, in each format. Everything between 标志 and
//! title lies off the grid of lines; the two blank gaps share what is left over evenly, so that the
//! title and the body are on the grid.

use andu_document::{OfficialDocument, SealStyle, kind::DocumentFormat};

use crate::{
    Note,
    draw::{Draw, Ink},
    error::TypesetError,
    font::FontCategory,
    sheet::{Flow, double_line, letter_second_line},
    sign::{date_text, rows_of},
    table::MM_PER_PT,
    text::{Set, Shaped, Style},
    title::{breaks, name_rows},
};

/// 发文机关标志 is not set smaller than this; names too long for it take two lines.
const SMALLEST_LETTERHEAD: f64 = 20.0 * MM_PER_PT;
/// Names of a joint letterhead take at most this height.
const TALLEST_LETTERHEAD: f64 = 100.0;

/// The vertical extent of ink, in mm.
#[derive(Debug, Clone, Copy)]
struct Ink2 {
    above: f64,
    below: f64,
}

impl Flow<'_> {
    /// Sets the head of the document and its title; leaves the cursor after the title.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        match document.format {
            DocumentFormat::Document => self.document_head(document),
            DocumentFormat::Letter => self.letter_head(document),
            DocumentFormat::Order => self.order_head(document),
            DocumentFormat::Minutes => self.minutes_head(document),
            DocumentFormat::Telegram => self.telegram_head(document),
            DocumentFormat::Paper => {
                self.marks(document, self.cx.table.value("core.top"));
                let line = self.cx.table.value("paper.title_line").max(1.0) - 1.0;
                self.sheet().cursor = line;
                self.main_title(document)
            }
        }
    }

    /// 文件格式 (7.2): the shape of 版头 most documents have.
    fn document_head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let table = self.cx.table;
        let top = table.value("core.top") + table.mm("letterhead.top");
        self.marks(document, table.value("core.top"));
        let bottom = self.letterhead(document, top);
        let columns = self.signatory_columns(document);
        let rows = document.signatories.len().div_ceil(columns.max(1)).max(1);
        self.under_letterhead(document, bottom, rows)
    }

    /// 发文字号, 签发人 and the red line under a letterhead that ends at `bottom`, then the title.
    fn under_letterhead(
        &mut self,
        document: &OfficialDocument,
        bottom: f64,
        rows: usize,
    ) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let above = table.value("issue_number.blank_above");
        let below = table.value("title.blank_above");
        let half = self.body_half();
        let number_height =
            (rows - 1) as f64 * cx.pitch + cx.em / 2.0 + half + table.mm("red_line.gap");
        let (slot, spare) = self.title_slot(bottom + number_height, (above + below) * cx.pitch);
        let share = |lines: f64| spare * lines / (above + below).max(1.0);
        let first = bottom + share(above);
        if document.signatories.is_empty() {
            let text = document.number_text();
            let style = cx.body(FontCategory::Fangsong);
            self.put(
                "issue_number",
                &text,
                style,
                cx.left,
                first,
                cx.right - cx.left,
                Set::Center,
            );
        } else {
            self.number_and_signatories(document, first, rows);
        }
        let line = first + number_height;
        let width = table.mm("red_line.width");
        let x = (cx.left + cx.right - width) / 2.0;
        self.red_rule("red_line", x, line, width, table.mm("red_line.thickness"));
        self.sheet().cursor = slot;
        self.main_title(document)
    }

    /// The line of the grid for a title that wants `blank` mm under what ends at `bottom` (which
    /// includes what stands between the gaps), and the blank it really gets.
    fn title_slot(&mut self, bottom: f64, blank: f64) -> (f64, f64) {
        let (em, title) = (self.cx.em, self.cx.table.mm("size.title"));
        let sheet = self.sheet();
        let first = sheet.top + (em - title) / 2.0;
        let slot = ((bottom + blank - first) / sheet.pitch).round();
        let slot = slot.clamp(0.0, sheet.slots.saturating_sub(2) as f64);
        (slot, first + slot * sheet.pitch - bottom)
    }

    /// Half the height of 国 in the body font, in mm.
    fn body_half(&self) -> f64 {
        let face = self.cx.shelf.primary(FontCategory::Fangsong);
        let half = face.map_or(0.43, |(face, _)| self.cx.shelf.face(face).body_half);
        half * self.cx.em
    }

    /// 份号, 密级和保密期限, 紧急程度 flush left from `top` down (7.2.1-7.2.3).
    fn marks(&mut self, document: &OfficialDocument, top: f64) -> usize {
        let (cx, table) = (self.cx, self.cx.table);
        let hei = cx.body(FontCategory::Hei);
        let mut line = 0;
        let put = |flow: &mut Self, place: &str, text: &str, style: Style, line: usize| {
            let y = top + line as f64 * cx.pitch;
            flow.put(
                place,
                text,
                style,
                cx.left,
                y,
                cx.right - cx.left,
                Set::Left,
            );
        };
        if let Some(number) = document.copy_number {
            let digits = table.value("copy_number.digits").clamp(1.0, 10.0) as usize;
            let text = format!("{number:0digits$}");
            put(
                self,
                "copy_number",
                &text,
                cx.body(FontCategory::Fangsong),
                0,
            );
            line = 1;
        }
        if let Some(classification) = &document.classification {
            line = line.max(1);
            let name = classification.level.name();
            let term = classification.term.trim();
            let text = if term.is_empty() {
                name.to_owned()
            } else {
                format!("{name}★{term}")
            };
            put(self, "classification", &text, hei, line);
            line += 1;
        }
        if let Some(urgency) = document.urgency {
            put(self, "urgency", urgency.name(), hei, line);
            line += 1;
        }
        line
    }

    /// 发文机关标志 with the top of its ink at `top`; answers where its ink ends.
    fn letterhead(&mut self, document: &OfficialDocument, top: f64) -> f64 {
        let (names, suffix) = document.letterhead();
        let names: Vec<&str> = names
            .into_iter()
            .filter(|name| !name.trim().is_empty())
            .collect();
        match names.as_slice() {
            [] => self.letterhead_lines(&[suffix.to_owned()], top),
            [name] => self.letterhead_lines(&[format!("{name}{suffix}")], top),
            _ => self.joint_letterhead(&names, suffix, top),
        }
    }

    /// One name, centred; spread a little where it is short, smaller where it is long.
    fn letterhead_lines(&mut self, text: &[String], top: f64) -> f64 {
        let table = self.cx.table;
        let width = table.mm("letterhead.width");
        let whole: String = text.concat();
        if whole.trim().is_empty() {
            return top + table.mm("size.letterhead");
        }
        let wide = self.cx.shape(&whole, self.letterhead_style(1.0)).width();
        let rows = ((wide * SMALLEST_LETTERHEAD / width).ceil() as usize).clamp(1, 8);
        let largest = table.mm("size.letterhead");
        let lines = name_rows(&whole, wide, f64::INFINITY, rows);
        let widest = lines
            .iter()
            .map(|line| self.cx.shape(line, self.letterhead_style(1.0)).width())
            .fold(0.1, f64::max);
        let size = largest.min(width / widest);
        let mut bottom = top;
        let mut ink_top = top;
        for line in &lines {
            let natural = widest * size;
            let count = line.chars().count();
            let gaps = count.saturating_sub(1).max(1) as f64;
            let loose = ((width * 0.92 - natural) / gaps).clamp(0.0, size * 0.3);
            let set_width = natural + loose * gaps;
            let x = (self.cx.left + self.cx.right - set_width) / 2.0;
            let set = if loose > 0.0 && lines.len() == 1 {
                Set::Spread
            } else {
                Set::Center
            };
            bottom = self.letterhead_row("letterhead", line, size, x, ink_top, set_width, set);
            ink_top = bottom + size * 0.25;
        }
        bottom
    }

    /// Several names under each other, each as wide as the widest; 文件 to their right, in the middle.
    fn joint_letterhead(&mut self, names: &[&str], suffix: &str, top: f64) -> f64 {
        let (cx, table) = (self.cx, self.cx.table);
        let width = table.mm("letterhead.width");
        let unit = self.letterhead_style(1.0);
        let widest = names
            .iter()
            .map(|name| cx.shape(name, unit).width())
            .fold(1.0, f64::max);
        let mark = cx.shape(suffix, unit).width();
        let gap = if mark > 0.0 { 0.6 } else { 0.0 };
        let rows = names.len() as f64;
        let share = if self.plan.letterhead_share > 0.0 {
            self.plan.letterhead_share
        } else {
            1.0
        };
        let size = table
            .mm("size.letterhead")
            .min(width / (widest + gap + mark))
            .min(TALLEST_LETTERHEAD * share / (rows * 1.3));
        if size < cx.em - 0.01 {
            let points = (size / MM_PER_PT).round() as u32;
            self.notes.push(Note::LetterheadSmall { points });
        }
        let block = widest * size;
        let x = (cx.left + cx.right - block - (gap + mark) * size) / 2.0;
        let mut bottom = top;
        let mut ink_top = top;
        for name in names {
            bottom = self.letterhead_row("letterhead", name, size, x, ink_top, block, Set::Spread);
            ink_top += size * 1.3;
        }
        if mark > 0.0 {
            let ink = self.ink_of(suffix, size);
            let middle = (top + bottom) / 2.0;
            let suffix_top = middle - (ink.above + ink.below) / 2.0;
            let x = x + block + gap * size;
            self.letterhead_row(
                "letterhead",
                suffix,
                size,
                x,
                suffix_top,
                mark * size,
                Set::Left,
            );
        }
        bottom
    }

    fn letterhead_style(&self, size: f64) -> Style {
        Style::new(FontCategory::Biaosong, size, 1.0).red()
    }

    /// One row of red letters with the top of its ink at `top`; answers the bottom of its ink.
    #[expect(
        clippy::too_many_arguments,
        reason = "a place on the page and how to set"
    )]
    fn letterhead_row(
        &mut self,
        place: &str,
        text: &str,
        size: f64,
        x: f64,
        top: f64,
        width: f64,
        set: Set,
    ) -> f64 {
        let ink = self.ink_of(text, size);
        let face = self.cx.shelf.primary(FontCategory::Biaosong);
        let baseline = face.map_or(0.88, |(face, _)| self.cx.shelf.face(face).baseline);
        let box_top = top + ink.above - baseline * size;
        self.put(
            place,
            text,
            self.letterhead_style(size),
            x,
            box_top,
            width,
            set,
        );
        top + ink.above + ink.below
    }

    /// How far the ink of a text of 小标宋 reaches over and under its base line.
    fn ink_of(&self, text: &str, size: f64) -> Ink2 {
        let shelf = self.cx.shelf;
        let mut ink = Ink2 {
            above: 0.0,
            below: 0.0,
        };
        for c in text.chars() {
            let Some(glyph) = shelf.glyph(FontCategory::Biaosong, c) else {
                continue;
            };
            let face = shelf.face(glyph.face);
            if let Some((low, high)) = crate::outline::reach(&face, glyph.id) {
                ink.above = ink.above.max(high * size);
                ink.below = ink.below.max(-low * size);
            }
        }
        ink
    }

    /// How many 签发人 stand in a row: two (7.2.6), or one where two would reach into 发文字号.
    fn signatory_columns(&self, document: &OfficialDocument) -> usize {
        let (cx, table) = (self.cx, self.cx.table);
        let names = self.signatory_names(document);
        if names.len() < 2 {
            return names.len();
        }
        let fang = cx.body(FontCategory::Fangsong);
        let widths = self.signatory_widths(&names, 2);
        let label = match names.len() {
            2 => cx.shape("签发人：", fang).width(),
            _ => 0.0,
        };
        let block = widths.iter().sum::<f64>() + cx.cell;
        let begins = cx.right - table.mm("signatory.indent") - block - label;
        let number = cx.shape(&document.number_text(), fang).width();
        let number_ends = cx.left + table.mm("issue_number.indent") + number;
        if begins >= number_ends + cx.cell / 2.0 {
            2
        } else {
            1
        }
    }

    fn signatory_names(&self, document: &OfficialDocument) -> Vec<String> {
        let names = document.signatories.iter();
        names.map(|signatory| person(&signatory.name)).collect()
    }

    /// Widths of the columns in which names stand one under the other.
    fn signatory_widths(&self, names: &[String], columns: usize) -> Vec<f64> {
        let kai = self.cx.body(FontCategory::Kai);
        let mut widths = vec![3.0 * self.cx.cell; columns];
        for (number, name) in names.iter().enumerate() {
            let width = &mut widths[number % columns];
            *width = width.max(self.cx.shape(name, kai).width());
        }
        widths
    }

    /// 上行文 (7.2.5, 7.2.6): the number one character from the left on the last row; 签发人 at the
    /// right, later rows under the first name.
    fn number_and_signatories(&mut self, document: &OfficialDocument, first: f64, rows: usize) {
        let (cx, table) = (self.cx, self.cx.table);
        let fang = cx.body(FontCategory::Fangsong);
        let kai = cx.body(FontCategory::Kai);
        let names = self.signatory_names(document);
        let columns = names.len().div_ceil(rows).max(1);
        let widths = self.signatory_widths(&names, columns);
        let right = cx.right - table.mm("signatory.indent");
        let block = widths.iter().sum::<f64>() + (columns - 1) as f64 * cx.cell;
        let label = cx.shape("签发人：", fang).width();
        for (row, in_row) in names.chunks(columns).enumerate() {
            let y = first + row as f64 * cx.pitch;
            if row + 1 == rows {
                let x = cx.left + table.mm("issue_number.indent");
                let text = document.number_text();
                self.put("issue_number", &text, fang, x, y, right - x, Set::Left);
            }
            if row == 0 {
                let x = right - block - label;
                self.put("signatories", "签发人：", fang, x, y, label, Set::Left);
            }
            let mut x = right - block;
            for (name, width) in in_row.iter().zip(&widths) {
                self.put("signatories", name, kai, x, y, *width, Set::Left);
                x += width + cx.cell;
            }
        }
    }

    /// 信函格式 (10.1).
    fn letter_head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let (names, suffix) = document.letterhead();
        let name = names.first().copied().unwrap_or_default();
        let bottom = self.letterhead_lines(&[format!("{name}{suffix}")], table.mm("letter.top"));
        let line = bottom + table.mm("letter.line_gap");
        self.double_rule(line, true);
        self.double_rule(letter_second_line(table), false);
        let first = line + double_line(table) + table.mm("letter.element_gap");
        let marks = self.marks_from(document, first);
        let text = document.number_text();
        let fang = cx.body(FontCategory::Fangsong);
        self.put(
            "issue_number",
            &text,
            fang,
            cx.left,
            first,
            cx.right - cx.left,
            Set::Right,
        );
        let rows = marks.max(1) as f64;
        let last = first + (rows - 1.0) * cx.pitch + cx.em;
        let (slot, _) = self.title_slot(last, table.mm("letter.title_blank"));
        self.sheet().cursor = slot;
        self.main_title(document)
    }

    /// The marks of a letter: one under the other without a gap for what is missing.
    fn marks_from(&mut self, document: &OfficialDocument, top: f64) -> usize {
        if document.copy_number.is_none() && document.classification.is_some() {
            let lines = self.marks(document, top - self.cx.pitch);
            return lines.saturating_sub(1);
        }
        self.marks(document, top)
    }

    /// A red double line of 170 mm, centred on 版心: thick over thin, or thin over thick.
    fn double_rule(&mut self, y: f64, thick_first: bool) {
        let (cx, table) = (self.cx, self.cx.table);
        let width = table.mm("letter.line_width");
        let x = (cx.left + cx.right - width) / 2.0;
        let (thick, thin) = (table.mm("letter.line_thick"), table.mm("letter.line_thin"));
        let (a, b) = if thick_first {
            (thick, thin)
        } else {
            (thin, thick)
        };
        self.red_rule("red_line", x, y, width, a);
        self.red_rule(
            "red_line",
            x,
            y + a + table.mm("letter.line_space"),
            width,
            b,
        );
    }

    fn red_rule(&mut self, place: &str, x: f64, y: f64, width: f64, thickness: f64) {
        self.fill(x, y, width, thickness, Ink::Red);
        self.mark(place, x, y, width, thickness);
    }

    /// 命令（令）格式 (10.2): 标志, 令号, then the body without a title.
    fn order_head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let top = table.value("core.top") + table.mm("order.top");
        let bottom = self.letterhead(document, top);
        let (above, below) = (
            table.value("order.number_blank"),
            table.value("order.body_blank"),
        );
        let number = cx.em;
        let shift = (cx.em - table.mm("size.title")) / 2.0;
        let (slot, spare) = self.title_slot(bottom + number + shift, (above + below) * cx.pitch);
        let first = bottom + (spare + shift) * above / (above + below).max(1.0);
        let text = document.number_text();
        let fang = cx.body(FontCategory::Fangsong);
        self.put(
            "issue_number",
            &text,
            fang,
            cx.left,
            first,
            cx.right - cx.left,
            Set::Center,
        );
        self.sheet().cursor = slot;
        if document.title.trim().is_empty() {
            return Ok(());
        }
        self.main_title(document)
    }

    /// 纪要格式 (10.3): 标志, number, the agency and date by practice, a red line, title and body.
    fn minutes_head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let table = self.cx.table;
        let top = table.value("core.top") + table.mm("minutes.top");
        self.marks(document, table.value("core.top"));
        let (names, suffix) = document.letterhead();
        let text = match (names.first(), document.letterhead_suffix.is_some()) {
            (Some(name), true) => format!("{name}{suffix}"),
            (Some(name), false) if name.ends_with("纪要") => (*name).to_owned(),
            (Some(name), false) => format!("{name}会议纪要"),
            (None, _) => "会议纪要".to_owned(),
        };
        let bottom = self.letterhead_lines(&[text], top);
        self.under_letterhead(document, bottom, 1)
    }

    /// 明传电报 (practice): 标志, then sender and approval, 等级 and 发电号 between lines, then 发往.
    fn telegram_head(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let top = table.value("core.top") + table.mm("telegram.top");
        let (names, _) = document.letterhead();
        let suffix = document.letterhead_suffix.as_deref().unwrap_or("明传电报");
        let name = names.first().copied().unwrap_or_default();
        let bottom = self.letterhead_lines(&[format!("{name}{suffix}")], top);
        let second = self.telegram_fields(document, bottom + cx.pitch);
        let line = second + cx.em / 2.0 + self.body_half() + table.mm("red_line.gap");
        let width = table.mm("red_line.width");
        self.red_rule(
            "red_line",
            cx.left,
            line,
            width,
            table.mm("red_line.thickness"),
        );
        let blank = table.mm("title.blank_above");
        let (slot, _) = self.title_slot(line, blank);
        self.sheet().cursor = slot;
        self.main_title(document)
    }

    /// The three rows of fields of a telegram, the first at `first`, each as many lines high as its longer field takes;
    /// answers where the last line stands.
    fn telegram_fields(&mut self, document: &OfficialDocument, first: f64) -> f64 {
        let cx = self.cx;
        let (fang, hei) = (cx.body(FontCategory::Fangsong), cx.body(FontCategory::Hei));
        let telegram = document.telegram.clone().unwrap_or_default();
        let number = if telegram.number.is_empty() {
            document.number_text()
        } else {
            telegram.number
        };
        let sender = document.issuers.first();
        let sender = sender.map_or("", |issuer| issuer.signature_name());
        let urgency = document.urgency.map_or("", |urgency| urgency.name());
        let level = format!("{urgency}·明电");
        // 署名 and 成文日期 stand under the body where it is signed there.
        let date = match document.seal {
            SealStyle::None => date_text(document.date_of_issue),
            _ => String::new(),
        };
        let date_label = if date.is_empty() {
            ""
        } else {
            "发电日期："
        };
        let pages = telegram.pages.or(self.plan.pages).unwrap_or(1).to_string();
        let rows = [
            [
                ("issuers", "发电单位：", sender),
                ("telegram", "签批盖章：", telegram.approved_by.as_str()),
            ],
            [
                ("urgency", "等级：", level.as_str()),
                ("telegram", "发电号：", number.as_str()),
            ],
            [
                ("date_of_issue", date_label, date.as_str()),
                ("telegram", "页数：", pages.as_str()),
            ],
        ];
        let column = |flow: &Self, at: usize| {
            let fields = rows.iter().map(|row| row[at]);
            let widths = fields
                .map(|(_, label, text)| flow.width_of(label, hei) + flow.width_of(text, fang));
            widths.fold(0.0, f64::max)
        };
        let middle = self.telegram_middle(column(self, 0), column(self, 1));
        let (mut y, mut last) = (first, first);
        for row in rows {
            let mut lines = 1;
            for (i, (place, label, text)) in row.into_iter().enumerate() {
                if label.is_empty() {
                    continue;
                }
                let (x, right) = [(cx.left, middle - cx.cell), (middle, cx.right)][i];
                let (_, x) = self.put(place, label, hei, x, y, right - x, Set::Left);
                let names = rows_of(text, self.width_of(text.trim(), fang), right - x);
                for (i, name) in names.iter().enumerate() {
                    let top = y + i as f64 * cx.pitch;
                    self.put(place, name, fang, x, top, right - x, Set::Left);
                }
                lines = lines.max(names.len());
            }
            last = y + (lines - 1) as f64 * cx.pitch;
            y = last + cx.pitch;
        }
        last
    }

    /// Where the right column of a telegram's fields begins: in the middle of the line, or as far aside as the longer
    /// column needs; where both are too long the right one takes at most half.
    fn telegram_middle(&self, left: f64, right: f64) -> f64 {
        let cx = self.cx;
        let (least, most) = (cx.left + left + cx.cell, cx.right - right);
        let centre = f64::midpoint(cx.left, cx.right);
        if least <= most {
            centre.clamp(least, most)
        } else {
            centre.max(most)
        }
    }

    /// The document's own title.
    ///
    /// # Errors
    /// `TooManyPages`
    fn main_title(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        self.title_lines("title", &document.title, &document.title_in_line())
    }

    /// A title on the grid: 2号小标宋, centred, at the drafter's breaks or the best offer.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn title(&mut self, place: &str, title: &str) -> Result<(), TypesetError> {
        self.title_lines(place, title, &title.replace('\n', ""))
    }

    /// A title whose text without the drafter's breaks is `whole`.
    fn title_lines(&mut self, place: &str, title: &str, whole: &str) -> Result<(), TypesetError> {
        let style = self.cx.sized(FontCategory::Biaosong, "size.title");
        let shift = (self.cx.em - style.size) / 2.0;
        for text in self.broken_title(title, whole, style) {
            let shaped = self.cx.shape(&text, style);
            let measure = self.measure();
            for line in shaped.lines(measure, measure) {
                let top = self.take_line()? + shift;
                let x = self.left();
                self.draw_line(
                    place,
                    &shaped,
                    &line,
                    x,
                    top,
                    style.size,
                    measure,
                    Set::Center,
                );
                self.sheet().text_lines += 1;
            }
        }
        Ok(())
    }

    /// The lines of a title: the drafter's where each of them fits, else the best offer.
    fn broken_title(&self, title: &str, whole: &str, style: Style) -> Vec<String> {
        let measure = self.measure();
        let given: Vec<&str> = title.trim().lines().map(str::trim).collect();
        let fits = |line: &&str| self.width_of(line, style) <= measure + 0.02;
        if given.len() > 1 && given.iter().all(fits) {
            let lines = given.into_iter().filter(|line| !line.is_empty());
            return lines.map(str::to_owned).collect();
        }
        let width = |c: char| self.width_of(c.encode_utf8(&mut [0; 4]), style) / style.size;
        let offers = breaks(whole.trim(), measure / style.size, &width);
        offers.into_iter().next().unwrap_or_default()
    }

    /// Watermark of an example (样张): outlines, not text, so that nothing copies it.
    pub fn specimen(&mut self) {
        let shaped = "样张";
        let size = 70.0;
        let angle = -35.0_f64;
        let (width, height) = (
            self.cx.table.value("page.width"),
            self.cx.table.value("page.height"),
        );
        let step = size * 1.1;
        let origin = self.cx.table.turned_origin();
        let (sin, cos) = angle.to_radians().sin_cos();
        for (i, c) in shaped.chars().enumerate() {
            let Some(curve) = crate::outline::outline(self.cx.shelf, c, size) else {
                continue;
            };
            let along = (i as f64 - 0.5) * step - size / 2.0;
            let (x, y) = (width / 2.0 + along * cos, height / 2.0 + along * sin);
            for sheet in &mut self.sheets {
                let (x, y) = if sheet.turned {
                    (origin.1 - y, x - origin.0)
                } else {
                    (x, y)
                };
                let angle = if sheet.turned { angle + 90.0 } else { angle };
                sheet
                    .draws
                    .insert(i, Draw::Curves(x, y, angle, curve.clone(), Ink::Pale));
            }
        }
    }
}

/// A name of two characters takes the room of three.
fn person(name: &str) -> String {
    let characters: Vec<char> = name.trim().chars().collect();
    match characters.as_slice() {
        [a, b] => format!("{a}\u{3000}{b}"),
        _ => name.trim().to_owned(),
    }
}

impl Flow<'_> {
    /// The width a text takes in a style.
    pub fn width_of(&self, text: &str, style: Style) -> f64 {
        Shaped::plain(text, style, self.cx.shelf).width()
    }
}
