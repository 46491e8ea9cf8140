//! The end of the body: 附件说明, 署名 and 成文日期 with room for the seals, 附注 (7.3.4-7.3.6), and who
//! was at a meeting (10.3).

use andu_base::{Date, chinese_date};
use andu_document::{
    Attachment, Issuer, OfficialDocument, SealStyle, body::Run, kind::DocumentFormat,
};

use crate::{error::TypesetError, font::FontCategory, sheet::Flow, text::Set, title::name_rows};

/// Seals of a joint document beside each other.
struct SealGrid {
    /// Centre of the last column, over the date.
    centre: f64,
    /// From one column to the next.
    spacing: f64,
    columns: usize,
    date: String,
    date_width: f64,
    /// Lines of the name that takes most of them.
    name_lines: usize,
}

impl Flow<'_> {
    /// Everything between the body and the attachments.
    ///
    /// # Errors
    /// `TooManyPages`
    pub fn end_of_body(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let signed = document.seal != SealStyle::None || !document.note.trim().is_empty();
        if self.is_turned() && signed {
            // A turned table ended the body: the signature stands upright.
            self.new_sheet(false)?;
        }
        self.attachment_note(&document.attachments)?;
        if document.format == DocumentFormat::Minutes {
            self.attendance(document)?;
        }
        match document.seal {
            SealStyle::Sealed if document.issuers.len() > 1 => self.joint_seals(document)?,
            SealStyle::Sealed => self.sealed(document)?,
            SealStyle::Unsealed => self.unsealed(document)?,
            SealStyle::SignatureSeal => self.signature_seals(document)?,
            SealStyle::None => {}
        }
        self.note(document)
    }

    /// 附件说明 (7.3.4): one blank line, indented by two; names aligned, no mark after them.
    fn attachment_note(&mut self, attachments: &[Attachment]) -> Result<(), TypesetError> {
        let table = self.cx.table;
        let named: Vec<(usize, &Attachment)> = attachments
            .iter()
            .enumerate()
            .filter(|(_, a)| !a.title.trim().is_empty())
            .collect();
        if named.is_empty() {
            return Ok(());
        }
        self.skip(table.value("attachment_note.blank_above"));
        let indent = table.mm("attachment_note.indent");
        let style = self.cx.body(FontCategory::Fangsong);
        let label = self.width_of("附件：", style);
        let several = attachments.len() > 1;
        for (row, (i, attachment)) in named.iter().enumerate() {
            let number = if several {
                format!("{}.", i + 1)
            } else {
                String::new()
            };
            let title = attachment.title.replace('\n', "");
            let first = if row == 0 { indent } else { indent + label };
            let hang =
                indent + label + self.width_of(&number, style) + table.mm("attachment_note.hang");
            let text = format!(
                "{}{number}{}",
                if row == 0 { "附件：" } else { "" },
                title.trim()
            );
            let runs = [Run::plain(text)];
            let measure = self.measure();
            let broken = self
                .cx
                .broken(&[(&runs, style)], measure - first, measure - hang);
            self.lines("attachment_note", &broken, first, hang, Set::Justify)?;
        }
        Ok(())
    }

    /// 出席, 请假, 列席: label in 黑体, names after the colon, later lines under the first name.
    fn attendance(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let table = self.cx.table;
        let attendance = &document.attendance;
        if attendance.is_empty() {
            return Ok(());
        }
        self.skip(table.value("attendance.blank_above"));
        let indent = table.mm("attendance.indent");
        let hei = self.cx.body(FontCategory::Hei);
        let fang = self.cx.body(FontCategory::Fangsong);
        for (label, people) in [
            ("出席：", &attendance.present),
            ("请假：", &attendance.excused),
            ("列席：", &attendance.observers),
        ] {
            if people.is_empty() {
                continue;
            }
            let hang = indent + self.width_of(label, hei);
            let runs = ([Run::plain(label)], [Run::plain(people.join("、"))]);
            let measure = self.measure();
            let parts = [(&runs.0[..], hei), (&runs.1[..], fang)];
            let broken = self.cx.broken(&parts, measure - indent, measure - hang);
            self.lines("attendance", &broken, indent, hang, Set::Justify)?;
        }
        Ok(())
    }

    /// 附注 (7.3.6): in parentheses on the line after the date.
    fn note(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let note = document.note.trim();
        if note.is_empty() {
            return Ok(());
        }
        let indent = self.cx.table.mm("note.indent");
        let style = self.cx.body(FontCategory::Fangsong);
        self.paragraph(
            "note",
            &format!("（{note}）"),
            style,
            indent,
            0.0,
            Set::Justify,
        )
    }

    /// Where the text above ends on this sheet, in mm; the top of 版心 on an empty one.
    fn text_bottom(&mut self) -> f64 {
        let em = self.cx.em;
        let sheet = self.sheet();
        if sheet.cursor < 0.5 {
            return sheet.top;
        }
        sheet.top + ((sheet.cursor - 1e-6).ceil() - 1.0) * sheet.pitch + em
    }

    /// Takes care that `fits` on this sheet, else a new one is begun. A sheet that then holds the
    /// signature without any text is remembered (7.3.5.5).
    fn room_or_new_sheet(&mut self, fits: bool) -> Result<(), TypesetError> {
        if fits || self.sheet().cursor < 0.5 {
            return Ok(());
        }
        self.new_sheet(false)?;
        self.lonely_signature = Some(self.page());
        Ok(())
    }

    /// One agency with its seal (7.3.5.1).
    fn sealed(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let name = document
            .issuers
            .first()
            .map_or("", |issuer| issuer.signature_name());
        if name.trim().is_empty() && document.date_of_issue.is_none() {
            return Ok(());
        }
        let rows = self.name_rows(name, self.measure());
        let (slot, fits) = self.seal_slot(1, rows.len());
        self.room_or_new_sheet(fits)?;
        let slot = if fits {
            slot
        } else {
            self.seal_slot(1, rows.len()).0
        };
        let style = cx.body(FontCategory::Fangsong);
        let date = date_text(document.date_of_issue);
        let date_width = self.width_of(&date, style).max(cx.cell);
        let name_width = self.widest(&rows);
        let edge = cx.right - table.mm("date.right");
        let centre = (edge - date_width / 2.0).min(cx.right - name_width / 2.0);
        let top = self.line_top(slot as f64);
        let name_centre = centre + table.mm("sealed.centre");
        self.names_at(&rows, name_centre, slot, cx.right - cx.left);
        let below = self.line_top(slot as f64 + 1.0);
        self.put(
            "date_of_issue",
            &date,
            style,
            centre - date_width / 2.0,
            below,
            date_width,
            Set::Left,
        );
        self.seal_at(centre, top);
        self.sheet().cursor = slot as f64 + 2.0;
        Ok(())
    }

    /// Room for a seal whose name and date stand on the line at `top` and the next one.
    fn seal_at(&mut self, centre: f64, top: f64) {
        let table = self.cx.table;
        let diameter = table.mm("seal.diameter");
        let centre = centre + table.mm("seal.centre");
        let middle = top + (self.sheet().pitch + self.cx.em) / 2.0 - table.mm("seal.above_text");
        self.mark_seal(
            centre - diameter / 2.0,
            middle - diameter / 2.0,
            diameter,
            diameter,
        );
    }

    /// The last line for a name under a seal so that the seal's top lies within one line under the text,
    /// for `rows` rows of seals whose names take at most `names` lines; and whether all of it has room on
    /// this sheet.
    fn seal_slot(&mut self, rows: usize, names: usize) -> (usize, bool) {
        let (cx, table) = (self.cx, self.cx.table);
        let diameter = table.mm("seal.diameter");
        // The first line that leaves the seal under the text leaves less than one line between them.
        let beyond = table.mm("seal.room_above") - cx.pitch;
        let bottom = self.text_bottom() + beyond.max(0.0);
        let pitch = self.sheet().pitch;
        let step = self.seal_step(names);
        let sheet = self.sheet();
        let rise = (pitch + cx.em) / 2.0 - table.mm("seal.above_text") - diameter / 2.0;
        let free = (sheet.cursor - 1e-6).ceil().max(0.0) as usize;
        let mut slot = free + names.saturating_sub(1);
        let top = sheet.top;
        while top + slot as f64 * pitch + rise < bottom + 0.3 && slot < sheet.slots {
            slot += 1;
        }
        let last = slot + (rows - 1) * step;
        let seal_bottom = top + last as f64 * pitch + rise + diameter;
        let fits = last + 2 <= sheet.slots && seal_bottom <= table.bottom() + 0.01;
        (slot, fits)
    }

    /// Lines from one row of seals to the next, so that neither they nor names of `names` lines touch.
    fn seal_step(&mut self, names: usize) -> usize {
        let table = self.cx.table;
        let pitch = self.sheet().pitch;
        let seals = (table.mm("seal.diameter") + table.mm("seal.gap")) / pitch;
        (seals.ceil().max(1.0) as usize).max(names + 1)
    }

    /// Several agencies, each with its seal (7.3.5.1): rows of up to three, the last agency over the
    /// date at the right.
    fn joint_seals(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let grid = self.seal_grid(document);
        let rows = document.issuers.len().div_ceil(grid.columns);
        let lines = grid.name_lines;
        let (mut slot, fits) = self.seal_slot(rows, lines);
        if !fits {
            let begins = rows > 4 && self.seal_slot(1, lines).1;
            self.room_or_new_sheet(begins)?;
            slot = self.seal_slot(rows, lines).0;
        }
        let step = self.seal_step(lines);
        for (row, members) in document.issuers.chunks(grid.columns).enumerate() {
            if slot + 2 > self.sheet().slots {
                self.new_sheet(false)?;
                slot = self.seal_slot(1, lines).0;
            }
            let last_row = row + 1 == rows;
            let places = if last_row {
                members.len()
            } else {
                grid.columns
            };
            self.seal_row(&grid, members, places, slot);
            if last_row {
                self.date_under_seal(&grid, slot);
                self.sheet().cursor = slot as f64 + 2.0;
            } else {
                slot += step;
            }
        }
        Ok(())
    }

    /// How many seals have room beside each other, and where.
    fn seal_grid(&self, document: &OfficialDocument) -> SealGrid {
        let (cx, table) = (self.cx, self.cx.table);
        let style = cx.body(FontCategory::Fangsong);
        let date = date_text(document.date_of_issue);
        let date_width = self.width_of(&date, style).max(cx.cell);
        let names = document.issuers.iter().map(|i| i.signature_name());
        let names = names.map(|name| self.name_rows(name, cx.right - cx.left));
        let (mut widest, mut name_lines) = (0.0_f64, 1);
        for rows in names {
            widest = widest.max(self.widest(&rows));
            name_lines = name_lines.max(rows.len());
        }
        let diameter = table.mm("seal.diameter");
        let spacing = (diameter + table.mm("seal.gap")).max(widest + cx.cell);
        let half = diameter.max(widest) / 2.0;
        let beyond = table.mm("seal.overhang");
        let (left, right) = (cx.left - beyond, cx.right + beyond);
        let centre = (cx.right - table.mm("date.right") - date_width / 2.0).min(right - half);
        let columns = (1..=3)
            .rev()
            .find(|&n| centre - (n - 1) as f64 * spacing - half >= left - 0.01);
        SealGrid {
            centre,
            spacing,
            columns: columns.unwrap_or(1).min(document.issuers.len()),
            date,
            date_width,
            name_lines,
        }
    }

    /// Names and seals of one row; the last of its `places` lies over the date.
    fn seal_row(&mut self, grid: &SealGrid, members: &[Issuer], places: usize, slot: usize) {
        let top = self.line_top(slot as f64);
        let most = grid.spacing - self.cx.cell / 2.0;
        for (i, member) in members.iter().enumerate() {
            let x = grid.centre - (places - 1 - i) as f64 * grid.spacing;
            let shift = self.cx.table.mm("sealed.centre");
            let rows = self.name_rows(member.signature_name(), self.measure());
            self.names_at(&rows, x + shift, slot, most.min(self.measure()));
            self.seal_at(x, top);
        }
    }

    fn date_under_seal(&mut self, grid: &SealGrid, slot: usize) {
        let below = self.line_top(slot as f64 + 1.0);
        let (x, width) = (grid.centre - grid.date_width / 2.0, grid.date_width);
        let style = self.cx.body(FontCategory::Fangsong);
        self.put(
            "date_of_issue",
            &grid.date,
            style,
            x,
            below,
            width,
            Set::Left,
        );
    }

    /// A name in the lines it takes where a line is `measure` mm long: nearly equally long ones.
    fn name_rows(&self, name: &str, measure: f64) -> Vec<String> {
        let style = self.cx.body(FontCategory::Fangsong);
        rows_of(name, self.width_of(name.trim(), style), measure)
    }

    /// The width of the longest of some lines of a name.
    fn widest(&self, rows: &[String]) -> f64 {
        let style = self.cx.body(FontCategory::Fangsong);
        let widths = rows.iter().map(|row| self.width_of(row, style));
        widths.fold(0.0, f64::max)
    }

    /// The lines of a name under each other, the last one on line `slot`.
    fn names_at(&mut self, rows: &[String], centre: f64, slot: usize, most: f64) {
        for (row, over) in rows.iter().zip((0..rows.len()).rev()) {
            let top = self.line_top(slot as f64 - over as f64);
            self.name_at("signature", row, centre, top, most);
        }
    }

    /// A name centred at `centre`, at most `most` mm wide: a longer one is set closer.
    fn name_at(&mut self, place: &str, name: &str, centre: f64, top: f64, most: f64) {
        if name.trim().is_empty() {
            return;
        }
        let style = self.cx.body(FontCategory::Fangsong);
        let width = self.width_of(name, style);
        let style = if width > most {
            crate::text::Style {
                size: style.size * most / width,
                ..style
            }
        } else {
            style
        };
        let width = width.min(most);
        let top = top + (self.cx.em - style.size) / 2.0;
        self.put(
            place,
            name,
            style,
            centre - width / 2.0,
            top,
            width,
            Set::Left,
        );
    }

    /// Without a seal (7.3.5.2): names one blank line under the body, two characters from the right.
    fn unsealed(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let style = cx.body(FontCategory::Fangsong);
        let most = cx.right - table.mm("unsigned.right") - cx.left;
        let issuers = document.issuers.iter();
        let names = issuers.flat_map(|i| self.name_rows(i.signature_name(), most));
        let names: Vec<String> = names.collect();
        let date = date_text(document.date_of_issue);
        if names.is_empty() && date.is_empty() {
            return Ok(());
        }
        let blank = table.value("unsigned.blank_above") as usize;
        let needed = names.len() + usize::from(!date.is_empty());
        self.room_or_new_sheet(self.room() >= needed + blank)?;
        self.skip(table.value("unsigned.blank_above"));
        let edge = cx.right - table.mm("unsigned.right");
        let shift = table.mm("unsigned.date_shift");
        let widest = names
            .iter()
            .map(|name| self.width_of(name, style))
            .fold(0.0, f64::max);
        let date_width = self.width_of(&date, style);
        let left = if date_width > widest {
            edge - date_width - shift
        } else {
            edge - widest
        }
        .max(cx.left);
        let between = table.value("unsigned.row") - 1.0;
        let lines = names
            .iter()
            .map(|name| ("signature", name.as_str(), left))
            .chain((!date.is_empty()).then_some(("date_of_issue", date.as_str(), left + shift)));
        for (i, (place, text, x)) in lines.enumerate() {
            if i > 0 {
                self.skip(between);
            }
            let top = self.take_line()?;
            self.put(place, text, style, x, top, cx.right - x, Set::Left);
        }
        Ok(())
    }

    /// 签名章 (7.3.5.3): two blank lines, the stamp four characters from the right, 职务 two characters
    /// left of it and level with its middle, one blank line, the date four characters from the right.
    fn signature_seals(&mut self, document: &OfficialDocument) -> Result<(), TypesetError> {
        let (cx, table) = (self.cx, self.cx.table);
        let style = cx.body(FontCategory::Fangsong);
        let date = date_text(document.date_of_issue);
        if document.issuers.is_empty() && date.is_empty() {
            return Ok(());
        }
        let (width, height) = (table.mm("stamp.width"), table.mm("stamp.height"));
        let pitch = self.sheet().pitch;
        let right = cx.right - table.mm("stamp.right");
        let x = right - width;
        let post_right = x - table.mm("stamp.post_gap");
        let posts: Vec<Vec<String>> = document
            .issuers
            .iter()
            .map(|issuer| self.name_rows(&beside_stamp(document, issuer), post_right - cx.left))
            .collect();
        let rows = posts.iter().map(Vec::len).max().unwrap_or(0);
        let lines = ((height + pitch - cx.em) / pitch)
            .ceil()
            .max(1.0)
            .max(rows as f64);
        let blank = table.value("stamp.blank_above");
        let date_blank = table.value("stamp.date_blank");
        let each = lines * document.issuers.len().max(1) as f64;
        let needed = blank + each + date_blank + 1.0;
        self.room_or_new_sheet(self.room() as f64 >= needed)?;
        self.skip(blank);
        for post in &posts {
            if (self.room() as f64) < lines {
                self.new_sheet(false)?;
            }
            let slot = self.sheet().cursor.ceil();
            let middle = self.line_top(slot) + ((lines - 1.0) * pitch + cx.em) / 2.0;
            let first = middle - cx.em / 2.0 - (post.len().saturating_sub(1)) as f64 * pitch / 2.0
                + table.mm("stamp.level");
            for (i, row) in post.iter().enumerate() {
                let (top, measure) = (first + i as f64 * pitch, post_right - cx.left);
                self.put("signature", row, style, cx.left, top, measure, Set::Right);
            }
            self.mark_seal(x, middle - height / 2.0, width, height);
            self.sheet().cursor = slot + lines;
        }
        if !date.is_empty() {
            self.skip(date_blank);
            let top = self.take_line()?;
            self.put(
                "date_of_issue",
                &date,
                style,
                cx.left,
                top,
                right - cx.left,
                Set::Right,
            );
        }
        Ok(())
    }
}

/// A name `width` mm wide in as few nearly equal rows as lines of `measure` mm take, broken between words.
pub(crate) fn rows_of(name: &str, width: f64, measure: f64) -> Vec<String> {
    name_rows(name, width, measure, 1)
}

/// What stands left of a 签名章: 职务, with the agency before it where several sign.
fn beside_stamp(document: &OfficialDocument, issuer: &Issuer) -> String {
    let name = issuer.signature_name();
    if document.issuers.len() > 1 && !issuer.post.starts_with(name) {
        format!("{name}{}", issuer.post)
    } else {
        issuer.post.clone()
    }
}

/// 2026年1月5日: Arabic digits, not padded (7.3.5.4); empty while there is no date.
pub(crate) fn date_text(date: Option<Date>) -> String {
    date.map(chinese_date).unwrap_or_default()
}
