//! What follows the body: 被印发件, attachments on pages of their own (7.3.7), 版记 at the foot of the
//! last page (7.4) and page numbers (7.5).

use std::rc::Rc;

use andu_base::chinese_date;
use andu_document::{
    Attachment, ImprintAuthority, IssuedText, OfficialDocument, kind::DocumentFormat,
    reading::main_recipients_text,
};

use crate::{
    Note,
    draw::Ink,
    error::TypesetError,
    font::FontCategory,
    sheet::Flow,
    sign::rows_of,
    text::{Line, Set, Shaped, Style},
};

impl Flow<'_> {
    /// 被印发件 on a new page: own title, 题注, body and its own annexes.
    ///
    /// # Errors
    /// `TooManyPages`, `TableTooLarge`
    pub fn issued_text(
        &mut self,
        document: &OfficialDocument,
        issued: &IssuedText,
    ) -> Result<(), TypesetError> {
        self.new_sheet(false)?;
        self.sheet().cursor = (self.cx.table.value("attachment.title_line") - 1.0).max(0.0);
        self.title("issued_text/title", &issued.title)?;
        let subtitle = issued.subtitle.trim();
        if !subtitle.is_empty() {
            let style = self.cx.body(FontCategory::Kai);
            let text = format!("（{subtitle}）");
            self.paragraph("issued_text/subtitle", &text, style, 0.0, 0.0, Set::Center)?;
        }
        self.skip(self.cx.table.value("attachment.body_blank"));
        self.blocks(&issued.body, "issued_text/body")?;
        self.attachments(document, &issued.attachments, "issued_text/attachments")
    }

    /// Attachments, each on a new page with its number on line 1 and its title on line 3 (7.3.7).
    ///
    /// # Errors
    /// `TooManyPages`, `TableTooLarge`
    pub fn attachments(
        &mut self,
        document: &OfficialDocument,
        attachments: &[Attachment],
        place: &str,
    ) -> Result<(), TypesetError> {
        for (i, attachment) in attachments.iter().enumerate() {
            if attachment.body.is_empty() {
                continue;
            }
            self.new_sheet(attachment.landscape)?;
            let place = format!("{place}/{i}");
            let number = if attachments.len() > 1 {
                format!("附件{}", i + 1)
            } else {
                "附件".to_owned()
            };
            let top = self.take_line()?;
            let (mut x, measure) = (self.left(), self.measure());
            if attachment.separate {
                let style = self.cx.body(FontCategory::Fangsong);
                let text = document.number_text();
                x = self.put(&place, &text, style, x, top, measure, Set::Left).1;
            }
            self.put(
                &place,
                &number,
                self.cx.body(FontCategory::Hei),
                x,
                top,
                measure,
                Set::Left,
            );
            self.sheet().cursor = (self.cx.table.value("attachment.title_line") - 1.0).max(1.0);
            self.title(&format!("{place}/title"), &attachment.title)?;
            self.skip(self.cx.table.value("attachment.body_blank"));
            self.blocks(&attachment.body, &format!("{place}/body"))?;
        }
        Ok(())
    }

    /// 版记 (7.4): pinned to the foot of the last page, which is an even one by default.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn imprint(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let rows = self.imprint_rows(document);
        if rows.is_empty() {
            return Ok(());
        }
        let letter = document.format == DocumentFormat::Letter;
        let table = self.cx.table;
        let bottom = table.bottom() + table.mm("imprint.last_rule");
        let line = self.imprint_line();
        let most = (table.value("core.height") / line + 1e-6).floor().max(1.0) as usize;
        let parts = over_pages(rows, most);
        let even = self.cx.options.imprint_on_even_page && !letter;
        let height: f64 = parts[0].iter().map(|row| row.lines() as f64 * line).sum();
        let needed = bottom - height - self.cx.pitch * 0.4;
        let here = parts.len() == 1 && !self.is_turned() && self.used_bottom() <= needed;
        let numbered = if here && !(even && self.sheets.len() % 2 == 1) {
            None
        } else {
            // The last page of it is an even one: if need be a blank page stands before the first.
            let blank = even && (self.sheets.len() + parts.len()) % 2 == 1;
            if blank {
                self.new_sheet(false)?;
                let page = self.page();
                self.notes.push(Note::BlankPageBeforeImprint { page });
                self.sheet().numbered = false;
            }
            Some(!blank)
        };
        if parts.len() > 1 {
            let pages = parts.len();
            self.notes.push(Note::ImprintOverPages { pages });
        }
        for part in &parts {
            if let Some(numbered) = numbered {
                self.new_sheet(false)?;
                self.sheet().numbered = numbered;
            }
            self.draw_imprint(part, bottom, line, letter);
        }
        Ok(())
    }

    /// Where what stands on the last sheet ends.
    fn used_bottom(&mut self) -> f64 {
        let em = self.cx.em;
        let sheet = self.sheet();
        let cursor = (sheet.cursor - 1e-6).ceil();
        let text = if cursor < 0.5 {
            0.0
        } else {
            sheet.top + (cursor - 1.0) * sheet.pitch + em
        };
        let seals = sheet.boxes.iter().filter(|b| b.place == "seal");
        seals.map(|seal| seal.y_mm + seal.h_mm).fold(text, f64::max)
    }

    /// Height of a line of 版记: a 4号 character and 7/8 of a 3号 one.
    fn imprint_line(&self) -> f64 {
        let table = self.cx.table;
        table.mm("size.imprint") + table.value("line.leading") * self.cx.em
    }

    fn imprint_rows(&self, document: &OfficialDocument) -> Vec<ImprintRow> {
        let (style, _, measure) = self.imprint_measure();
        let mut rows = Vec::new();
        let mut list = |place: &'static str, label: &'static str, names: &[String], rule: bool| {
            let names: Vec<&str> = names
                .iter()
                .map(|n| n.as_str())
                .filter(|n| !n.trim().is_empty())
                .collect();
            if names.is_empty() {
                return;
            }
            let hang = self.width_of(label, style);
            let text = joined_names(&names);
            let label = Some(self.cx.shape(label, style));
            let names = Rc::new(self.cx.shape(&text, style));
            let lines = names.lines(measure - hang, measure - hang);
            rows.push(ImprintRow::List(ImprintList {
                place,
                label,
                names,
                lines,
                hang,
                rule,
            }));
        };
        if self.plan.recipients_in_imprint || document.main_recipients_in_imprint {
            list(
                "main_recipients",
                "主送：",
                &document.main_recipients,
                false,
            );
        }
        list("copy_recipients", "抄送：", &document.copy_recipients, true);
        if let (Some(imprint), false) =
            (&document.imprint, document.format == DocumentFormat::Letter)
        {
            rows.push(self.authority_row(imprint));
        }
        rows
    }

    /// 印发机关 beside 印发日期; a name too long for what the date leaves takes more lines.
    fn authority_row(&self, imprint: &ImprintAuthority) -> ImprintRow {
        let (style, _, measure) = self.imprint_measure();
        let date = imprint
            .date
            .map_or_else(String::new, |date| format!("{}印发", chinese_date(date)));
        let room = measure - self.width_of(&date, style) - style.size;
        let name = imprint.name.trim();
        let mut names = rows_of(name, self.width_of(name, style), room);
        if names.is_empty() {
            names.push(String::new());
        }
        ImprintRow::Authority { names, date }
    }

    fn draw_imprint(&mut self, rows: &[ImprintRow], bottom: f64, line: f64, letter: bool) {
        let (cx, table) = (self.cx, self.cx.table);
        let width = table.mm("imprint.width");
        let x = (cx.left + cx.right - width) / 2.0;
        let total: f64 = rows.iter().map(|row| row.lines() as f64 * line).sum();
        let mut y = bottom - total;
        let shift = (line - table.mm("size.imprint")) / 2.0;
        let (thick, thin) = (table.mm("imprint.thick"), table.mm("imprint.thin"));
        let mut rule_above = Some(thick);
        for row in rows {
            if let (Some(weight), false) = (rule_above, letter) {
                self.fill(x, y - weight / 2.0, width, weight, Ink::Black);
            }
            rule_above = Some(thin);
            match row {
                ImprintRow::List(list) => {
                    self.imprint_list(list, y + shift, line);
                    if !list.rule {
                        rule_above = None;
                    }
                }
                ImprintRow::Authority { names, date } => {
                    self.imprint_authority(names, date, y + shift, line);
                }
            }
            y += row.lines() as f64 * line;
        }
        if !letter {
            self.fill(x, bottom - thick / 2.0, width, thick, Ink::Black);
            self.mark("imprint", x, bottom - thick / 2.0, width, thick);
        }
    }

    /// Style of 版记, the left edge of its text and its measure.
    fn imprint_measure(&self) -> (Style, f64, f64) {
        let style = self.cx.sized(FontCategory::Fangsong, "size.imprint");
        let indent = self.cx.table.value("imprint.indent") * style.size;
        let left = self.cx.left + indent;
        (style, left, self.cx.right - indent - left)
    }

    /// 主送 or 抄送 with the first line at `top`; later ones stand after the colon.
    fn imprint_list(&mut self, list: &ImprintList, top: f64, line: f64) {
        let (style, x, measure) = self.imprint_measure();
        let (place, hang) = (list.place, list.hang);
        let label = list.label.iter().map(|label| {
            let lines = label.lines(f64::INFINITY, f64::INFINITY);
            (label, lines)
        });
        for (label, lines) in label {
            let Some(first) = lines.first() else { continue };
            self.draw_line(place, label, first, x, top, style.size, hang, Set::Left);
        }
        for (i, text) in list.lines.iter().enumerate() {
            self.draw_line(
                place,
                &list.names,
                text,
                x + hang,
                top + i as f64 * line,
                style.size,
                measure - hang,
                Set::Justify,
            );
        }
    }

    /// 印发机关 at the left, 印发日期 at the right (7.4.3), the first line at `top`.
    fn imprint_authority(&mut self, names: &[String], date: &str, top: f64, line: f64) {
        let (style, x, measure) = self.imprint_measure();
        let mut y = top;
        for (i, name) in names.iter().enumerate() {
            y = top + i as f64 * line;
            self.put("imprint", name, style, x, y, measure, Set::Left);
        }
        self.put("imprint", date, style, x, y, measure, Set::Right);
    }

    /// Page numbers (7.5): — 1 — in 4号 宋体, its dashes 7 mm under 版心; odd pages right, even left.
    pub fn page_numbers(&mut self, format: DocumentFormat) {
        let table = self.cx.table;
        let style = self.cx.sized(FontCategory::Song, "size.page_number");
        let indent = table.value("page_number.indent") * style.size;
        let (dash, before, after) = self.dash().map(|share| share * style.size).into();
        let baseline = table.bottom() + table.mm("page_number.below") + dash;
        let face = self.cx.shelf.primary(FontCategory::Song);
        let face = face.map(|(face, _)| self.cx.shelf.face(face));
        let top = baseline - face.map_or(0.88, |face| face.baseline) * style.size;
        // The ink of the dash, not its cell, stands one character in.
        let (left, right) = (
            self.cx.left + indent - before,
            self.cx.right - indent + after,
        );
        let hidden = table.value("letter.page_number") < 0.5;
        for i in 0..self.sheets.len() {
            let first_of_letter = format == DocumentFormat::Letter && i == 0 && hidden;
            if !self.sheets[i].numbered || first_of_letter {
                continue;
            }
            let text = format!("— {} —", i + 1);
            let shaped = self.cx.shape(&text, style);
            let line = &shaped.lines(f64::INFINITY, f64::INFINITY)[0];
            let set = if i % 2 == 0 { Set::Right } else { Set::Left };
            let mut draws = Vec::new();
            let (from, to) = shaped.draw(
                line,
                left,
                top,
                style.size,
                right - left,
                set,
                self.cx.shelf,
                &mut draws,
            );
            let sheet = &mut self.sheets[i];
            sheet.upright.extend(draws);
            sheet.boxes.push(crate::ElementBox {
                page: i,
                place: "page_number".to_owned(),
                x_mm: from,
                y_mm: top,
                w_mm: to - from,
                h_mm: style.size,
            });
        }
    }

    /// Of the dash —, in em: the height of its middle over the base line, the blank before its ink
    /// and the blank after it.
    fn dash(&self) -> [f64; 3] {
        const UNKNOWN: [f64; 3] = [0.3, 0.0, 0.0];
        let shelf = self.cx.shelf;
        let Some(glyph) = shelf.glyph(FontCategory::Song, '—') else {
            return UNKNOWN;
        };
        let face = shelf.face(glyph.face);
        face.ink(glyph.id).map_or(UNKNOWN, |ink| {
            let em = face.units_per_em;
            let middle = (f64::from(ink.y_max) + f64::from(ink.y_min)) / 2.0 / em;
            let (left, right) = (f64::from(ink.x_min) / em, f64::from(ink.x_max) / em);
            // In a cell of one em the glyph stands in the middle.
            let centred = (1.0 - glyph.advance) / 2.0;
            [middle, left + centred, 1.0 - right - centred]
        })
    }

    /// 主送机关 (7.3.2): one blank line under the title, flush left, a full-width colon at the end.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn recipients(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        if !document.title.trim().is_empty() || !document.main_recipients.is_empty() {
            self.skip(self.cx.table.value("recipients.blank_above"));
        }
        let moved = self.plan.recipients_in_imprint || document.main_recipients_in_imprint;
        let names = main_recipients_text(document);
        if names.is_empty() || moved {
            return Ok(());
        }
        let text = format!("{names}：");
        let label = if document.format == DocumentFormat::Telegram {
            "发往："
        } else {
            ""
        };
        let style = self.cx.body(FontCategory::Fangsong);
        let in_body = std::mem::replace(&mut self.in_body, false);
        let set = self.paragraph(
            "main_recipients",
            &format!("{label}{text}"),
            style,
            0.0,
            0.0,
            Set::Justify,
        );
        self.in_body = in_body;
        set
    }
}

/// A row of 版记 between two rules.
enum ImprintRow {
    List(ImprintList),
    Authority { names: Vec<String>, date: String },
}

/// 主送 or 抄送 in 版记.
struct ImprintList {
    place: &'static str,
    /// `None` where it goes on from the page before.
    label: Option<Shaped>,
    names: Rc<Shaped>,
    lines: Vec<Line>,
    /// Width of the label.
    hang: f64,
    /// A thin rule follows it (none between 主送 and 抄送).
    rule: bool,
}

impl ImprintRow {
    fn lines(&self) -> usize {
        match self {
            Self::List(list) => list.lines.len(),
            Self::Authority { names, .. } => names.len(),
        }
    }
}

/// The rows of 版记 page by page, at most `most` lines on each; the last page has what is left over.
fn over_pages(rows: Vec<ImprintRow>, most: usize) -> Vec<Vec<ImprintRow>> {
    let mut pages = vec![Vec::new()];
    let mut used = 0;
    let mut push = |row: ImprintRow, used: &mut usize| {
        if *used > 0 && *used + row.lines() > most {
            pages.push(Vec::new());
            *used = 0;
        }
        *used += row.lines();
        if let Some(page) = pages.last_mut() {
            page.push(row);
        }
    };
    for row in rows {
        let mut list = match row {
            ImprintRow::List(list) => list,
            authority @ ImprintRow::Authority { .. } => {
                push(authority, &mut used);
                continue;
            }
        };
        // As much as the page still takes, then whole pages.
        loop {
            let room = if used < most { most - used } else { most };
            if list.lines.len() <= room {
                push(ImprintRow::List(list), &mut used);
                break;
            }
            let next = ImprintList {
                label: None,
                names: Rc::clone(&list.names),
                lines: list.lines.split_off(room),
                place: list.place,
                hang: list.hang,
                rule: list.rule,
            };
            push(ImprintRow::List(list), &mut used);
            list = next;
        }
    }
    pages
}

/// Names of 版记 with commas between and a full stop at the end; `\n` in an entry begins a new line.
fn joined_names(names: &[&str]) -> String {
    let mut text = String::new();
    for (i, name) in names.iter().enumerate() {
        let begins = name.starts_with('\n');
        let name = name
            .trim_matches(|c: char| c.is_whitespace() && c != '\n')
            .trim_start_matches('\n');
        if i > 0 && !text.ends_with(['，', '；', '。', '\n', '、']) {
            text.push('，');
        }
        if begins && i > 0 {
            text.push('\n');
        }
        text.push_str(name);
    }
    let text = text
        .trim_end()
        .trim_end_matches(['。', '；', '，'])
        .to_owned();
    text + "。"
}
