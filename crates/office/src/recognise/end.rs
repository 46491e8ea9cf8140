//! 署名, 成文日期, 附注, 附件说明, 出席 and 版记.

use andu_document::{Attachment, ImprintAuthority, Issuer, SealStyle};

use super::{
    Ask, ChangeKind, Confidence, How, RecogniseContext, Recognised,
    head::split_names,
    headings,
    line::{Item, Line, Lines, Placed},
    shape,
};

/// How many lines 版记 may have.
const IMPRINT_LINES: usize = 12;

/// Takes 版记 from the end. Says whether there was one.
pub(crate) fn take_imprint(lines: &mut Lines, result: &mut Recognised) -> bool {
    let starts = |line: &Line| {
        let text = shape::squeeze(&line.text);
        ["抄送：", "抄送:", "抄报：", "主送："]
            .iter()
            .any(|label| text.starts_with(label))
    };
    let count = lines.items.len();
    let last = count.saturating_sub(IMPRINT_LINES).max(2);
    let first = (last..count)
        .rev()
        .take_while(|at| lines.peek_at(*at).is_some())
        .filter(|at| lines.peek_at(*at).is_some_and(starts))
        .last();
    let is_imprint = |line: &Line| imprint(&line.text).is_some() || is_print_run(&line.text);
    let mut taken: Vec<Line> = Vec::new();
    if let Some(first) = first {
        while lines.items.len() > first {
            taken.extend(lines.take_last());
        }
    } else {
        while lines.last().is_some_and(is_imprint) {
            taken.extend(lines.take_last());
        }
    }
    taken.reverse();
    let mut label = "";
    let mut copies = Vec::new();
    for line in &taken {
        let text = line.text.trim();
        let squeezed = shape::squeeze(text);
        if is_print_run(text) {
            result.changed(ChangeKind::PrintRunTaken, &squeezed, "");
        } else if let Some((name, date)) = imprint(text) {
            result.found("imprint", text, Confidence::Certain, How::Form);
            if date.is_none() {
                let options = vec!["印发日期留空，另行填写".to_owned()];
                result.ask("imprint", Ask::DateUnreadable, text, options);
            }
            result.document.imprint = Some(ImprintAuthority { name, date });
            label = "";
        } else if squeezed.starts_with("主送") {
            let names = text.split_once(['：', ':']).map_or("", |(_, names)| names);
            result.document.main_recipients = split_names(names.trim_end_matches('。'));
            result.document.main_recipients_in_imprint = true;
            result.found("main_recipients", text, Confidence::Certain, How::Form);
            label = "主送";
        } else if squeezed.starts_with("抄") {
            copies.push(
                text.split_once(['：', ':'])
                    .map_or("", |(_, names)| names)
                    .to_owned(),
            );
            result.found("copy_recipients", text, Confidence::Certain, How::Form);
            label = "抄送";
        } else if label == "抄送" && !squeezed.contains('：') {
            copies.push(text.to_owned());
        } else if label == "主送" && !squeezed.contains('：') {
            let more = split_names(text.trim_end_matches('。'));
            result.document.main_recipients.extend(more);
        } else {
            result.left_out("imprint", text);
        }
    }
    result.document.copy_recipients = copy_recipients(&copies);
    !taken.is_empty()
}

/// 印发机关 and 印发日期 of a line that ends with 印发.
fn imprint(text: &str) -> Option<(String, Option<andu_base::Date>)> {
    let before = text.trim_end().strip_suffix("印发")?;
    let (name, date) = match shape::trailing_date(before) {
        Some((name, date, _)) => (name, Some(date)),
        None => (failed_date_after(before.trim_end())?, None),
    };
    let name = shape::squeeze(name);
    (name.chars().count() <= 40).then_some((name, date))
}

/// What stands before a date that is none, with a space between.
fn failed_date_after(text: &str) -> Option<&str> {
    let spaces = text.match_indices(char::is_whitespace);
    spaces
        .filter(|(at, _)| shape::is_failed_date(&text[*at..]))
        .map(|(at, _)| text[..at].trim_end())
        .find(|name| !name.is_empty())
}

fn is_print_run(text: &str) -> bool {
    let text = shape::squeeze(text);
    let text = text.trim_matches(['（', '）', '(', ')']);
    text.strip_prefix("共印")
        .is_some_and(|rest| rest.ends_with('份') && rest.chars().count() <= 8)
}

/// Entries of 抄送; a line that follows a full stop begins with a line break.
fn copy_recipients(lines: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    let mut begins = false;
    for line in lines.iter().flat_map(|line| line.split('\n')) {
        let text = line.trim();
        for name in shape::divided(text.trim_end_matches(['。', '.']), &['，', ',']) {
            all.push(if begins {
                format!("\n{name}")
            } else {
                name.to_owned()
            });
            begins = false;
        }
        begins = text.ends_with('。');
    }
    all
}

/// Takes 署名, 成文日期 and 附注 from the end of the main text, then 附件说明 and 出席; what is left is 正文.
pub(crate) fn take_signature(
    mut items: Vec<Placed>,
    context: &RecogniseContext,
    result: &mut Recognised,
) {
    take_note(&mut items, result);
    let date_right = take_date(&mut items, result);
    let signed = take_names(&mut items, date_right.is_some(), context, result);
    let document = &mut result.document;
    document.seal = if document
        .issuers
        .iter()
        .any(|issuer| !issuer.person.is_empty())
    {
        SealStyle::SignatureSeal
    } else {
        match date_right {
            None if !signed => SealStyle::None,
            // Four characters from the right leave room for a seal, or the file says nothing (7.3.5.1).
            None | Some(i32::MIN..=0 | 1100..=1450) => SealStyle::Sealed,
            Some(_) => SealStyle::Unsealed,
        }
    };
    take_attachment_note(&mut items, result);
    take_attendance(&mut items, result);
    result.document.body = headings::blocks(items, "body", result);
}

fn last_line(items: &[Placed]) -> Option<&Line> {
    match &items.last()?.item {
        Item::Line(line) => Some(line),
        Item::Table(_) | Item::Image(_) => None,
    }
}

/// 附注 after the date: text in parentheses at the end.
fn take_note(items: &mut Vec<Placed>, result: &mut Recognised) {
    let mut notes = Vec::new();
    while notes.len() < 4 {
        let Some(line) = last_line(items) else { break };
        let text = line.text.trim();
        let is_note = text.starts_with(['（', '(']) && text.ends_with(['）', ')']);
        if !is_note || shape::numbered(text).is_some() {
            break;
        }
        notes.push(text.to_owned());
        items.pop();
    }
    let dated = last_line(items).is_some_and(|line| {
        shape::trailing_date(&line.text).is_some()
            || shape::date(&line.text).is_some()
            || shape::is_failed_date(&line.text)
            || failed_date_after(&line.text).is_some()
    });
    if !dated {
        // Not after a date: body text that happens to stand in parentheses.
        for text in notes.into_iter().rev() {
            let line = Line {
                text: text.clone(),
                paragraph: crate::source::Paragraph::plain(text),
                ..Line::default()
            };
            items.push(Placed {
                item: Item::Line(line),
                new_page: false,
                landscape: false,
            });
        }
        return;
    }
    notes.reverse();
    for text in &notes {
        result.found("note", text, Confidence::Certain, How::Form);
    }
    // A note may itself end with a parenthesis: only the outer pair goes.
    let bare = |text: &String| {
        let inner = text
            .strip_prefix(['（', '('])
            .and_then(|t| t.strip_suffix(['）', ')']));
        inner.unwrap_or(text).to_owned()
    };
    result.document.note = notes.iter().map(bare).collect::<Vec<_>>().join("；");
}

/// 成文日期 at the end. Returns the indent of its line from the right.
fn take_date(items: &mut Vec<Placed>, result: &mut Recognised) -> Option<i32> {
    let line = last_line(items)?.clone();
    if let Some(right) = take_failed_date(&line, items, result) {
        return Some(right);
    }
    let (date, changed, name) = if let Some((date, changed)) = shape::date(&line.text) {
        (date, changed, None)
    } else {
        let (name, date, changed) = shape::trailing_date(&line.text)?;
        let short = name.chars().count() <= 40 && !name.contains(['。', '，', '；', '：', '（']);
        let apart = line.text[name.len()..].starts_with(char::is_whitespace);
        (short && apart && !name.is_empty()).then(|| (date, changed, Some(name.to_owned())))?
    };
    items.pop();
    let printed = andu_base::chinese_date(date);
    if changed && shape::squeeze(&line.text) != printed {
        result.changed(ChangeKind::DateForm, line.text.trim(), &printed);
        let options = vec![printed, line.text.trim().to_owned()];
        result.ask("date_of_issue", Ask::DateOfIssue, &line.text, options);
    }
    result.found("date_of_issue", &line.text, Confidence::Certain, How::Form);
    result.document.date_of_issue = Some(date);
    let right = line.paragraph.right_indent;
    if let Some(name) = name {
        put_name_back(name, &line, items);
    }
    Some(right)
}

/// A name that stood on one line with the date becomes a line of its own.
fn put_name_back(name: String, line: &Line, items: &mut Vec<Placed>) {
    let paragraph = crate::source::Paragraph {
        align: Some(andu_document::body::Align::Right),
        ..crate::source::Paragraph::plain(name.clone())
    };
    let line = Line {
        text: name,
        paragraph,
        ..line.clone()
    };
    items.push(Placed {
        item: Item::Line(line),
        new_page: false,
        landscape: false,
    });
}

/// A date at the end that is none (2月30日), or is not filled in: it is asked for. Returns the indent of its
/// line from the right.
fn take_failed_date(line: &Line, items: &mut Vec<Placed>, result: &mut Recognised) -> Option<i32> {
    let name = if shape::is_failed_date(&line.text) {
        ""
    } else {
        let short =
            |name: &&str| name.chars().count() <= 40 && !name.contains(['。', '，', '；', '：']);
        failed_date_after(&line.text).filter(short)?
    };
    items.pop();
    let text = line.text[name.len()..].trim();
    let options = vec!["成文日期留空，另行填写".to_owned(), "是正文".to_owned()];
    result.ask("date_of_issue", Ask::DateUnreadable, text, options);
    if !name.is_empty() {
        put_name_back(name.to_owned(), line, items);
    }
    Some(line.paragraph.right_indent)
}

/// The agencies of a joint document that are set beside each other over the date, by tabs.
fn names_beside(line: &Line, dated: bool) -> Vec<String> {
    let text = line.paragraph.text();
    let names: Vec<String> = text.split('\t').map(shape::squeeze).collect();
    let are_names = names.first().is_some_and(String::is_empty)
        && names.len() <= 4
        && names[1..]
            .iter()
            .all(|name| (2..=30).contains(&name.chars().count()));
    if dated && are_names {
        names[1..].to_vec()
    } else {
        Vec::new()
    }
}

/// 署名: the lines over the date. Says whether there were any.
fn take_names(
    items: &mut Vec<Placed>,
    dated: bool,
    context: &RecogniseContext,
    result: &mut Recognised,
) -> bool {
    let mut names: Vec<(String, bool)> = Vec::new();
    while names.len() < 12 {
        let Some(line) = last_line(items) else { break };
        let text = line.text.trim().to_owned();
        let plain = !text.ends_with(['。', '；', '：', ':', '，'])
            && text.chars().count() <= 60
            && shape::numbered(&text).is_none()
            && !shape::squeeze(&text).starts_with("附件");
        let issuers = &result.document.issuers;
        let same = |name: &str| text == name || shape::squeeze(&text) == shape::squeeze(name);
        let known = context.vocabulary.iter().any(|name| same(name))
            || issuers.iter().any(|issuer| same(&issuer.name));
        let by_look = line.is_right() || line.paragraph.right_indent > 0;
        let by_place =
            names.is_empty() && dated && text.chars().count() <= 30 && !items_is_title(items);
        let beside = names_beside(line, dated);
        if !plain || !(known || by_look || by_place || beside.len() > 1) {
            break;
        }
        if beside.len() > 1 {
            names.extend(beside.into_iter().rev().map(|name| (name, true)));
        } else {
            names.push((text, known || by_look));
        }
        items.pop();
    }
    names.reverse();
    if names.is_empty() {
        return false;
    }
    for (text, sure) in &names {
        let confidence = if *sure {
            Confidence::Certain
        } else {
            Confidence::Likely
        };
        result.found(
            "signature",
            text,
            confidence,
            if *sure { How::Look } else { How::Position },
        );
        if !sure {
            let options = vec!["是署名".to_owned(), "是正文".to_owned()];
            result.ask("signature", Ask::IsSignature, text, options);
        }
    }
    let texts: Vec<String> = names.into_iter().map(|(text, _)| text).collect();
    set_signatures(&texts, result);
    true
}

fn items_is_title(items: &[Placed]) -> bool {
    last_line(items).is_some_and(Line::is_centered)
}

/// Joins the names under the body with those of the letterhead.
fn set_signatures(texts: &[String], result: &mut Recognised) {
    let issuers = &mut result.document.issuers;
    let posts: Vec<Option<(String, String)>> =
        texts.iter().map(|text| post_and_person(text)).collect();
    if posts.iter().all(Option::is_some) {
        for (at, (post, person)) in posts.into_iter().flatten().enumerate() {
            if at >= issuers.len() {
                issuers.push(Issuer::default());
            }
            issuers[at].post = post;
            issuers[at].person = person;
        }
        return;
    }
    let wide = |c: char| c == '\t' || c == '\u{3000}';
    let names = texts.iter().flat_map(|text| text.split(wide));
    let names: Vec<String> = names
        .map(shape::squeeze)
        .filter(|name| !name.is_empty())
        .collect();
    // The same agencies in another order are not renamed.
    if names
        .iter()
        .all(|name| issuers.iter().any(|issuer| issuer.name == *name))
    {
        return;
    }
    for (at, name) in names.into_iter().enumerate() {
        match issuers.get_mut(at) {
            Some(issuer) if issuer.name == name => {}
            Some(issuer) => issuer.signature = name,
            None => issuers.push(Issuer {
                name,
                ..Issuer::default()
            }),
        }
    }
}

/// 县长　　周某某: a post and a person.
fn post_and_person(text: &str) -> Option<(String, String)> {
    const ENDS: [&str; 9] = [
        "长",
        "主任",
        "书记",
        "主席",
        "总指挥",
        "组长",
        "校长",
        "检察长",
        "秘书长",
    ];
    let mut pieces = text.split_whitespace();
    let post = pieces.next()?.to_owned();
    let person: String = pieces.collect();
    let is_name = (2..=4).contains(&person.chars().count());
    (is_name && ENDS.iter().any(|end| post.ends_with(end))).then_some((post, person))
}

/// 附件说明: names only; each becomes an attachment whose body is found later.
fn take_attachment_note(items: &mut Vec<Placed>, result: &mut Recognised) {
    let line_at = |items: &[Placed], at: usize| match &items.get(at)?.item {
        Item::Line(line) => Some(line.text.trim().to_owned()),
        Item::Table(_) | Item::Image(_) => None,
    };
    let from = items.len().saturating_sub(60);
    let Some(start) = (from..items.len()).rev().find(|at| {
        line_at(items, *at).is_some_and(|text| {
            let text = shape::squeeze(&text);
            text.starts_with("附件：") || text.starts_with("附件:")
        })
    }) else {
        return;
    };
    let mut names: Vec<String> = Vec::new();
    for at in start..items.len() {
        let Some(text) = line_at(items, at) else {
            return;
        };
        let text = if at == start {
            text.split_once(['：', ':'])
                .map_or("", |(_, rest)| rest)
                .trim()
                .to_owned()
        } else {
            text
        };
        for text in text
            .split('\n')
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            match shape::listed_name(text) {
                Some(name) => names.push(name.to_owned()),
                None if names.is_empty() => names.push(text.to_owned()),
                None => {
                    if let Some(last) = names.last_mut() {
                        last.push_str(text);
                    }
                }
            }
        }
    }
    if names.is_empty() {
        return;
    }
    let before = names.join("；");
    result.changed(ChangeKind::AttachmentNote, &before, "");
    for (at, name) in names.iter().enumerate() {
        let title = name.trim_end_matches(['。', '；', '，']).to_owned();
        result.found(
            &format!("attachments/{at}/title"),
            &title,
            Confidence::Certain,
            How::Form,
        );
        result.document.attachments.push(Attachment {
            title,
            ..Attachment::default()
        });
    }
    items.truncate(start);
}

/// 出席, 请假, 列席 of 纪要.
fn take_attendance(items: &mut Vec<Placed>, result: &mut Recognised) {
    items.retain(|placed| {
        let Item::Line(line) = &placed.item else {
            return true;
        };
        let Some((label, names)) = line.text.split_once(['：', ':']) else {
            return true;
        };
        let label = shape::squeeze(label);
        let attendance = &mut result.document.attendance;
        let list = match label.as_str() {
            "出席" | "出席人员" => &mut attendance.present,
            "请假" => &mut attendance.excused,
            "列席" | "列席人员" => &mut attendance.observers,
            _ => return true,
        };
        let names = names.trim().trim_end_matches('。');
        let mark = if names.contains('、') { '、' } else { '，' };
        let names = shape::divided(names, &[mark]);
        list.extend(names.into_iter().map(str::to_owned));
        result.found("attendance", &line.text, Confidence::Certain, How::Form);
        false
    });
}
