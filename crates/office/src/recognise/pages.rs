//! What comes after the end of the main text: 附件 and 被印发件, each on its own pages.

use andu_document::{Attachment, IssuedText};

use super::{
    Ask, Confidence, How, Recognised,
    head::{joined_title, title_lines},
    headings,
    line::{Item, Line, Lines, Placed},
    shape,
};

/// The content divided.
#[derive(Debug, Default)]
pub(crate) struct Divided {
    pub(crate) main: Vec<Placed>,
    pub(crate) pages: Vec<Page>,
}

/// Pages that stand after the main text.
#[derive(Debug)]
pub(crate) struct Page {
    /// The number of 附件 (0 for none); `None` for 被印发件.
    mark: Option<u32>,
    separate: bool,
    new_page: bool,
    items: Vec<Placed>,
}

/// Finds where the main text ends: at the first mark 附件 that begins a page or follows the date,
/// or at other text that follows the date.
pub(crate) fn divide(lines: &mut Lines, result: &mut Recognised) -> Divided {
    let mut divided = Divided::default();
    let mut dated = false;
    let issues = ["印发", "转发", "批转", "发布", "公布"]
        .iter()
        .any(|word| result.document.title.contains(word));
    let number = result.document.issue_number.clone();
    for placed in lines.items.drain(..) {
        let text = match &placed.item {
            Item::Line(line) => line.text.as_str(),
            Item::Table(_) | Item::Image(_) => "",
        };
        let (mark_text, separate) = match shape::issue_number(text) {
            Some((found, _, taken)) if Some(&found) == number.as_ref() => (&text[taken..], true),
            _ => (text, false),
        };
        let has_colon = text.ends_with(['：', ':']);
        let mark = shape::attachment_mark(mark_text)
            .filter(|_| placed.new_page || (dated && !has_colon) || separate);
        if mark.is_some() {
            divided.pages.push(Page {
                mark,
                separate,
                new_page: placed.new_page,
                items: Vec::new(),
            });
            continue;
        }
        if let Some(page) = divided.pages.last_mut()
            && !(page.mark.is_some() && begins_issued(&placed, issues, page))
        {
            page.items.push(placed);
            continue;
        }
        let is_note = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
        if dated && !is_note || !divided.pages.is_empty() {
            let new_page = placed.new_page;
            divided.pages.push(Page {
                mark: None,
                separate: false,
                new_page,
                items: vec![placed],
            });
            continue;
        }
        dated |= shape::date(text).is_some()
            || shape::is_failed_date(text)
            || is_signed_date(&placed.item);
        divided.main.push(placed);
    }
    if let Some(page) = divided.pages.iter().find(|page| page.mark.is_none())
        && !(issues || page.new_page)
        && let Some(Placed {
            item: Item::Line(line),
            ..
        }) = page.items.first()
    {
        let text = line.text.clone();
        let options = vec!["是被印发件".to_owned(), "是正文".to_owned()];
        result.ask("issued_text", Ask::IsIssuedText, &text, options);
    }
    divided
}

/// 署名 and date on one line, set to the right.
fn is_signed_date(item: &Item) -> bool {
    let Item::Line(line) = item else { return false };
    let Some((name, _, _)) = shape::trailing_date(&line.text) else {
        return false;
    };
    let apart = line.text[name.len()..].starts_with(char::is_whitespace);
    line.is_right() && apart && name.chars().count() <= 40
}

/// A page after attachments that begins with a title, in a notice that issues a text.
fn begins_issued(placed: &Placed, issues: bool, page: &Page) -> bool {
    let Item::Line(line) = &placed.item else {
        return false;
    };
    issues && placed.new_page && line.has_title_font() && !page.items.is_empty()
}

/// Gives each attachment its body and 被印发件 its place.
pub(crate) fn take_attachments(pages: Vec<Page>, result: &mut Recognised) {
    let mut named = result.document.attachments.len();
    let mut used = vec![false; named];
    for page in pages {
        match page.mark {
            None => take_issued(page, result),
            Some(mark) if result.document.issued_text.is_some() => {
                let issued = result.document.issued_text.take().unwrap_or_default();
                let issued = take_annex(issued, mark, page, result);
                result.document.issued_text = Some(issued);
            }
            Some(mark) => {
                let wanted = (mark as usize).checked_sub(1).filter(|at| *at < named);
                let free = || used.iter().position(|used| !used);
                let at = match wanted.filter(|at| !used[*at]).or_else(free) {
                    Some(at) => at,
                    None => {
                        result.document.attachments.push(Attachment::default());
                        used.push(false);
                        named += 1;
                        named - 1
                    }
                };
                used[at] = true;
                let place = format!("attachments/{at}");
                let known = result.document.attachments[at].title.clone();
                let made = attachment(page, &place, &known, result);
                result.document.attachments[at] = made;
            }
        }
    }
    for (at, used) in used.into_iter().enumerate() {
        if !used {
            let title = result.document.attachments[at].title.clone();
            let place = format!("attachments/{at}/title");
            let options = vec!["另附".to_owned(), "没有此附件".to_owned()];
            result.ask(&place, Ask::AttachmentMissing, &title, options);
        }
    }
}

fn attachment(page: Page, place: &str, known: &str, result: &mut Recognised) -> Attachment {
    let separate = page.separate;
    let landscape = !page.items.is_empty() && page.items.iter().all(|placed| placed.landscape);
    let (title, mut items) = split_title(page.items, known);
    let title_place = format!("{place}/title");
    if known.is_empty() {
        result.found(&title_place, &title, Confidence::Likely, How::Position);
        let options = vec!["列入附件说明".to_owned(), "不是附件".to_owned()];
        result.ask(&title_place, Ask::AttachmentUnnamed, &title, options);
    } else if !title.is_empty() && shape::squeeze(&title) != shape::squeeze(known) {
        let options = vec![known.to_owned(), title.clone()];
        result.ask(&title_place, Ask::AttachmentName, &title, options);
    }
    let title = if known.is_empty() {
        title.replace('\n', "")
    } else {
        known.to_owned()
    };
    for placed in &mut items {
        placed.landscape &= !landscape;
    }
    let body = headings::blocks(items, &format!("{place}/body"), result);
    Attachment {
        title,
        body,
        separate,
        landscape,
    }
}

/// The title over a page, and what is under it.
fn split_title(items: Vec<Placed>, known: &str) -> (String, Vec<Placed>) {
    let mut lines = Lines {
        items: items.into(),
    };
    let (mut count, by_look) = title_lines(&lines);
    let wanted = shape::squeeze(known);
    if !by_look && count > 0 && !wanted.is_empty() {
        // Without a look, the lines that make the known name are the title.
        let mut title = String::new();
        for at in 0..4 {
            let Some(line) = lines.peek_at(at) else { break };
            title.push_str(&shape::squeeze(&line.text));
            if title == wanted {
                count = at + 1;
                break;
            }
        }
    }
    let taken: Vec<Line> = (0..count).filter_map(|_| lines.take()).collect();
    (joined_title(&taken), lines.items.into())
}

fn take_issued(page: Page, result: &mut Recognised) {
    let (title, mut items) = split_title(page.items, "");
    let mut issued = IssuedText {
        title,
        ..IssuedText::default()
    };
    let how = if page.new_page {
        How::Position
    } else {
        How::Form
    };
    let confidence = if page.new_page {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    result.found("issued_text/title", &issued.title, confidence, how);
    if let Some(Placed {
        item: Item::Line(line),
        ..
    }) = items.first()
    {
        let text = line.text.trim();
        let inner = text
            .strip_prefix(['（', '('])
            .and_then(|t| t.strip_suffix(['）', ')']));
        if let Some(inner) = inner
            && shape::numbered(text).is_none()
        {
            issued.subtitle = inner.to_owned();
            result.found(
                "issued_text/subtitle",
                inner,
                Confidence::Certain,
                How::Form,
            );
            items.remove(0);
        }
    }
    let names = headings::take_annex_names(&mut items);
    issued.attachments = names
        .into_iter()
        .map(|title| Attachment {
            title,
            ..Attachment::default()
        })
        .collect();
    issued.body = headings::blocks(items, "issued_text/body", result);
    match &mut result.document.issued_text {
        // A second page without a mark: still the same text.
        Some(before) => before.body.extend(issued.body),
        none => *none = Some(issued),
    }
}

fn take_annex(
    mut issued: IssuedText,
    mark: u32,
    page: Page,
    result: &mut Recognised,
) -> IssuedText {
    let count = issued.attachments.len();
    let wanted = (mark as usize).checked_sub(1).filter(|at| *at < count);
    let free = issued
        .attachments
        .iter()
        .position(|annex| annex.body.is_empty());
    let at = wanted.or(free).unwrap_or_else(|| {
        issued.attachments.push(Attachment::default());
        count
    });
    let place = format!("issued_text/attachments/{at}");
    let known = issued.attachments[at].title.clone();
    issued.attachments[at] = attachment(page, &place, &known, result);
    issued
}
