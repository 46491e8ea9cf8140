//! 版头, 标题 and 主送机关.

use andu_document::{Classification, IssueNumber, Issuer, Signatory, Telegram};

use super::{
    Ask, ChangeKind, Confidence, How, RecogniseContext, Recognised,
    line::{Line, Lines},
    shape,
};

/// How many lines 版头 may have.
const HEAD_LINES: usize = 16;
/// Half points from which text stands out as a letterhead or title (小二 18 pt; 标题 is 2号).
const LARGE: u32 = 36;
/// Half points from which red text does: the name of a long agency is set smaller.
const LARGE_IN_RED: u32 = 28;

/// What 版头 says besides the elements.
#[derive(Debug, Default)]
pub(crate) struct Head {
    pub(crate) has_letterhead: bool,
    /// 发文字号 stands in the middle, as in 文件 and not as in 信函.
    pub(crate) centred_number: bool,
    /// 发电单位 of a telegram.
    sender: Option<String>,
    /// The title stands above the number, as pages of the web print it.
    title_first: Vec<Line>,
}

/// Takes the lines above the title.
pub(crate) fn take_head(lines: &mut Lines, result: &mut Recognised) -> Head {
    let mut head = Head::default();
    let number_at = (0..HEAD_LINES)
        .map_while(|at| lines.peek_at(at).map(|line| (at, line)))
        .find(|(_, line)| has_number(line))
        .map(|(at, _)| at);
    let mut letterhead: Vec<Line> = Vec::new();
    let mut taken = 0;
    while let Some(line) = lines.peek() {
        let before_number = number_at.is_some_and(|at| taken < at);
        let has_signatory = shape::squeeze(&line.text).starts_with("签发人");
        if take_mark(line, result) || (has_signatory && take_number(line, result)) {
            lines.take();
        } else if !result.document.signatories.is_empty() && is_names(line) {
            add_signatories(&line.text.clone(), result);
            lines.take();
        } else if before_number
            && shape::type_of_title(&line.text).is_some()
            && is_title_first(line)
        {
            head.title_first.extend(lines.take());
        } else if (before_number && is_short(line)) || is_letterhead(line, number_at.is_some()) {
            letterhead.extend(lines.take());
        } else if take_number(line, result) {
            head.centred_number = line.is_centered();
            lines.take();
        } else if take_telegram(line, &mut head, result) {
            let _ = lines.take();
        } else {
            break;
        }
        taken += 1;
        if taken > HEAD_LINES * 2 {
            break;
        }
    }
    set_letterhead(&letterhead, &mut head, result);
    if let Some(sender) = head.sender.take() {
        set_sender(sender, result);
    }
    head
}

/// 发电单位 of a telegram: the agency of the letterhead, or as whom it signs.
fn set_sender(sender: String, result: &mut Recognised) {
    match result.document.issuers.first_mut() {
        Some(issuer) if shape::squeeze(&issuer.name) == shape::squeeze(&sender) => {}
        Some(issuer) => issuer.signature = sender,
        None => result.document.issuers.push(Issuer {
            name: sender,
            ..Issuer::default()
        }),
    }
}

fn has_number(line: &Line) -> bool {
    let text = line.text.trim();
    let at_start = shape::issue_number(text).is_some_and(|(_, _, taken)| {
        let rest = shape::squeeze(&text[taken..]);
        rest.is_empty() || rest.starts_with("签发人") || is_name_list(&text[taken..])
    });
    at_start || shape::order_number(text).is_some()
}

fn is_short(line: &Line) -> bool {
    let length = shape::squeeze(&line.text).chars().count();
    length <= 40 && !line.text.ends_with(['。', '；', '：', ':', '，'])
}

fn is_title_first(line: &Line) -> bool {
    let text = shape::squeeze(&line.text);
    !line.is_red() && !text.ends_with("文件") && text.contains("关于")
}

/// A line of 发文机关标志 by its look, or by its words where the file has no look.
fn is_letterhead(line: &Line, number_follows: bool) -> bool {
    let text = shape::squeeze(&line.text);
    if !is_short(line) {
        return false;
    }
    let ends = text.ends_with("文件") && text.chars().count() >= 4;
    (line.is_red() && line.size() >= LARGE_IN_RED)
        || (ends && (line.size() >= LARGE || number_follows))
}

/// 份号, 密级, 紧急程度 as one line holds them; 信函 has 发文字号 beside the first of them.
fn take_mark(line: &Line, result: &mut Recognised) -> bool {
    let (mark, number) = line.text.split_once('\t').unwrap_or((&line.text, ""));
    let is_number = number.is_empty() || shape::issue_number(number.trim()).is_some();
    if !is_number {
        return false;
    }
    let place = if let Some(copy) = shape::copy_number(mark) {
        result.document.copy_number = Some(copy);
        "copy_number"
    } else if let Some((level, term)) = shape::classification(mark) {
        result.document.classification = Some(Classification { level, term });
        "classification"
    } else if let Some(urgency) = shape::urgency(mark) {
        result.document.urgency = Some(urgency);
        "urgency"
    } else {
        return false;
    };
    result.found(place, mark, Confidence::Certain, How::Form);
    if !number.is_empty() {
        let number = Line {
            text: number.trim().to_owned(),
            ..Line::default()
        };
        take_number(&number, result);
    }
    true
}

/// 发文字号 and 签发人 of one line.
fn take_number(line: &Line, result: &mut Recognised) -> bool {
    let text = line.text.trim().to_owned();
    if let Some((number, changed, taken)) = shape::issue_number(&text)
        && has_number(line)
    {
        let stood = text[..taken].trim().to_owned();
        if changed {
            result.changed(ChangeKind::IssueNumberForm, &stood, &number.to_string());
            let options = vec![number.to_string(), stood.clone()];
            result.ask("issue_number", Ask::IssueNumber, &stood, options);
        }
        result.found("issue_number", &stood, Confidence::Certain, How::Form);
        result.document.issue_number = Some(number);
        add_signatories(&text[taken..], result);
        return true;
    }
    if let Some(serial) = shape::order_number(&text) {
        result.found("issue_number", &text, Confidence::Certain, How::Form);
        result.document.issue_number = Some(IssueNumber {
            authority_code: String::new(),
            year: 0,
            serial,
        });
        return true;
    }
    if shape::squeeze(&text).starts_with("签发人") {
        add_signatories(&text, result);
        return true;
    }
    false
}

fn add_signatories(text: &str, result: &mut Recognised) {
    let text = text.replace("签发人：", " ").replace("签发人:", " ");
    let names = names_of(&text);
    if names.is_empty() {
        return;
    }
    result.found(
        "signatories",
        &names.join(" "),
        Confidence::Certain,
        How::Form,
    );
    result
        .document
        .signatories
        .extend(names.into_iter().map(|name| Signatory { name }));
}

/// Names divided by spaces; a name of two characters may itself hold a space.
fn names_of(text: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let mut single: Option<String> = None;
    for piece in text
        .split(|c: char| c.is_whitespace() || c == '、')
        .filter(|p| !p.is_empty())
    {
        if piece.chars().count() > 1 {
            names.extend(single.take());
            names.push(piece.to_owned());
        } else if let Some(first) = single.take() {
            names.push(first + piece);
        } else {
            single = Some(piece.to_owned());
        }
    }
    names.extend(single);
    names
}

fn is_name_list(text: &str) -> bool {
    let names = names_of(text);
    let is_name = |name: &String| {
        let length = name.chars().count();
        (2..=4).contains(&length) && name.chars().all(|c| c.is_alphabetic() || c == '·')
    };
    !names.is_empty() && names.len() <= 3 && names.iter().all(is_name)
}

fn is_names(line: &Line) -> bool {
    is_name_list(&line.text) && !line.is_centered() && line.size() < LARGE && !line.new_page
}

/// 发往, 发电单位, 签批盖章, 等级, 发电号, 发电日期, 页数 of 明传电报.
fn take_telegram(line: &Line, head: &mut Head, result: &mut Recognised) -> bool {
    const LABELS: [&str; 8] = [
        "发往",
        "发电单位",
        "签批盖章",
        "签批",
        "等级",
        "发电号",
        "发电日期",
        "页数",
    ];
    let parts: Vec<&str> = line
        .text
        .split('\t')
        .filter(|p| !p.trim().is_empty())
        .collect();
    let label = |part: &str| {
        let (label, value) = part.split_once(['：', ':'])?;
        let label = shape::squeeze(label);
        LABELS
            .contains(&label.as_str())
            .then(|| (label, value.trim().to_owned()))
    };
    let read: Option<Vec<(String, String)>> = parts.iter().map(|part| label(part)).collect();
    let Some(read) = read.filter(|read| !read.is_empty()) else {
        return false;
    };
    let mut telegram = result.document.telegram.take().unwrap_or_default();
    for (label, value) in read {
        let place = match label.as_str() {
            "发往" => {
                result.document.main_recipients = split_names(&value);
                "main_recipients"
            }
            "发电单位" => {
                head.sender = Some(value.clone()).filter(|name| !name.is_empty());
                "issuers"
            }
            "发电日期" => {
                result.document.date_of_issue = shape::date(&value).map(|(date, _)| date);
                if result.document.date_of_issue.is_none() && !value.is_empty() {
                    result.left_out("date_of_issue", &value);
                }
                "date_of_issue"
            }
            "等级" if value == "·明电" => "urgency",
            "等级" => {
                result.document.urgency = shape::urgency(&value);
                if result.document.urgency.is_none() && !value.is_empty() {
                    result.left_out("urgency", &value);
                }
                "urgency"
            }
            "发电号" => {
                telegram.number.clone_from(&value);
                "telegram"
            }
            "页数" => {
                telegram.pages = value.trim_end_matches('页').trim().parse().ok();
                if telegram.pages.is_none() && !value.is_empty() {
                    result.left_out("telegram", &value);
                }
                "telegram"
            }
            _ => {
                telegram.approved_by.clone_from(&value);
                "telegram"
            }
        };
        if !value.is_empty() {
            result.found(place, &value, Confidence::Certain, How::Form);
        }
    }
    result.document.telegram = Some(Telegram { ..telegram });
    true
}

/// The names and the suffix of 发文机关标志.
fn set_letterhead(letterhead: &[Line], head: &mut Head, result: &mut Recognised) {
    let mut names = Vec::new();
    let mut suffix: Option<String> = None;
    let by_look = letterhead
        .iter()
        .any(|line| line.is_red() || line.size() >= LARGE);
    for line in letterhead {
        for token in line
            .text
            .split(['\t', '\n'])
            .map(shape::squeeze)
            .filter(|t| !t.is_empty())
        {
            if matches!(token.as_str(), "文件" | "令" | "命令" | "明传电报") {
                suffix = Some(token);
            } else if let Some(name) = token.strip_suffix("文件") {
                names.push(name.to_owned());
                suffix = Some("文件".to_owned());
            } else if let Some(name) = token
                .strip_suffix("命令")
                .or_else(|| token.strip_suffix('令'))
            {
                suffix = Some(token[name.len()..].to_owned());
                names.push(name.to_owned());
            } else if let Some((name, kind)) = kind_after_name(&token) {
                names.push(name.to_owned());
                suffix = Some(kind.to_owned());
            } else if token.ends_with("纪要") {
                let (name, rest) = split_organ(&token);
                names.push(name.to_owned());
                suffix = Some(rest.to_owned());
            } else {
                names.push(token);
            }
        }
    }
    if names.is_empty() {
        return;
    }
    head.has_letterhead = true;
    let confidence = if suffix.is_some() {
        Confidence::Certain
    } else {
        Confidence::Likely
    };
    let how = if by_look { How::Look } else { How::Form };
    result.found("issuers", &names.join(" "), confidence, how);
    result.document.letterhead_suffix = Some(suffix.unwrap_or_default());
    result.document.issuers = names
        .into_iter()
        .map(|name| Issuer {
            name,
            ..Issuer::default()
        })
        .collect();
}

/// 青川市人民政府公告: an agency and a type that is published under its own letterhead.
fn kind_after_name(token: &str) -> Option<(&str, &str)> {
    ["公告", "通告", "公报", "明传电报"]
        .into_iter()
        .find_map(|kind| Some((token.strip_suffix(kind)?, kind)))
}

/// The agency at the start of a letterhead such as 望溪县人民政府常务会议纪要, and what follows it.
fn split_organ(text: &str) -> (&str, &str) {
    for end in [
        "人民政府",
        "委员会",
        "指挥部",
        "领导小组",
        "管理局",
        "厅",
        "局",
    ] {
        if let Some(at) = text.find(end) {
            return text.split_at(at + end.len());
        }
    }
    (text, "")
}

/// 标题: one line or several of one look, up to one that ends with a 文种.
pub(crate) fn take_title(lines: &mut Lines, head: &Head, result: &mut Recognised) {
    if !head.title_first.is_empty() {
        let title: Vec<&str> = head
            .title_first
            .iter()
            .map(|line| line.text.as_str())
            .collect();
        result.document.title = title.join("\n");
        let title = result.document.title.clone();
        result.found("title", &title, Confidence::Likely, How::Position);
        return;
    }
    let (count, by_look) = title_lines(lines);
    if count == 0 {
        return;
    }
    let taken: Vec<Line> = (0..count).filter_map(|_| lines.take()).collect();
    let title = joined_title(&taken);
    let typed = shape::type_of_title(&title).is_some();
    let (confidence, how) = match (by_look, typed) {
        (true, true) => (Confidence::Certain, How::Look),
        (true, false) => (Confidence::Likely, How::Look),
        (false, true) => (Confidence::Likely, How::Form),
        (false, false) => (Confidence::Unsure, How::Position),
    };
    result.found("title", &title, confidence, how);
    if confidence == Confidence::Unsure {
        let options = vec!["是标题".to_owned(), "是正文".to_owned()];
        result.ask("title", Ask::IsTitle, &title, options);
    }
    result.document.title = title;
}

/// The lines of a title, trimmed, one a line.
pub(crate) fn joined_title(lines: &[Line]) -> String {
    let all = lines.iter().flat_map(|line| line.text.split('\n'));
    let all: Vec<&str> = all.map(str::trim).filter(|line| !line.is_empty()).collect();
    all.join("\n")
}

/// How many of the next lines make a title, and whether their look says so.
pub(crate) fn title_lines(lines: &Lines) -> (usize, bool) {
    let Some(first) = lines.peek() else {
        return (0, false);
    };
    let stands_out = |line: &Line| {
        line.has_title_font()
            || (line.is_centered() && !line.text.starts_with(['（', '(']))
            || line.size() >= 40
    };
    let is_candidate = |line: &Line| {
        let length = shape::squeeze(&line.text).chars().count();
        length <= 120 && !line.text.ends_with(['。', '；', '：', ':', '，'])
    };
    if !is_candidate(first) {
        return (0, false);
    }
    if stands_out(first) {
        let mut count = 1;
        while let Some(line) = lines.peek_at(count) {
            let same = stands_out(line) && line.size() == first.size() && !line.new_page;
            let font = line.has_title_font() == first.has_title_font();
            if !(same && font && is_candidate(line) && count < 8) || shape::is_chapter(&line.text) {
                break;
            }
            count += 1;
        }
        return (count, true);
    }
    if shape::numbered(&first.text).is_some() || shape::attachment_mark(&first.text).is_some() {
        return (0, false);
    }
    let mut title = String::new();
    for at in 0..5 {
        let Some(line) = lines.peek_at(at) else { break };
        let length = line.text.chars().count();
        if !is_candidate(line) || length > 60 || (at > 0 && (line.gap > 0 || line.new_page)) {
            break;
        }
        title.push_str(&line.text);
        if shape::type_of_title(&title).is_some() {
            return (at + 1, false);
        }
    }
    (usize::from(first.text.chars().count() <= 50), false)
}

/// 主送机关: the line after the title that ends with a colon and names agencies.
pub(crate) fn take_recipients(
    lines: &mut Lines,
    context: &RecogniseContext,
    result: &mut Recognised,
) {
    const ORGANS: [&str; 20] = [
        "政府", "局", "委", "办", "厅", "部", "院", "会", "公司", "单位", "机关", "组织", "中心",
        "处", "镇", "乡", "街道", "同志", "代表", "学校",
    ];
    const OPENINGS: [&str; 6] = ["如下", "以下", "现将", "根据", "为了", "决定"];
    let Some(line) = lines.peek() else { return };
    let text = line.text.trim().to_owned();
    let Some(names) = text.strip_suffix(['：', ':']) else {
        return;
    };
    let names = match (&result.document.telegram, names.split_once(['：', ':'])) {
        (Some(_), Some((label, names))) if shape::squeeze(label) == "发往" => names.trim(),
        _ => names,
    };
    let is_plain = !names.contains(['。', '；', '：'])
        && names.chars().count() <= 400
        && shape::numbered(names).is_none()
        && shape::attachment_mark(names).is_none()
        && !OPENINGS.iter().any(|word| names.contains(word));
    let known = context
        .vocabulary
        .iter()
        .any(|name| !name.is_empty() && names.contains(name.as_str()));
    let named = ORGANS.iter().any(|organ| names.contains(organ));
    if !is_plain || !result.document.main_recipients.is_empty() {
        return;
    }
    let (confidence, how) = match (known, named) {
        (true, _) => (Confidence::Certain, How::Vocabulary),
        (false, true) => (Confidence::Likely, How::Form),
        (false, false) => (Confidence::Unsure, How::Position),
    };
    result.document.main_recipients = split_names(names);
    result.found("main_recipients", names, confidence, how);
    if confidence == Confidence::Unsure {
        let options = vec!["是主送机关".to_owned(), "是正文".to_owned()];
        result.ask("main_recipients", Ask::AreMainRecipients, names, options);
    }
    lines.take();
}

/// Recipients as printed: divided by ， where there is one, else by 、. What begins with 各 and names no agency of
/// its own shares the end of what follows: 各镇、乡人民政府 is one name.
pub(crate) fn split_names(text: &str) -> Vec<String> {
    let mark = if text.contains('，') { '，' } else { '、' };
    let mut names: Vec<String> = Vec::new();
    for part in shape::divided(text, &[mark]) {
        match names.last_mut() {
            Some(last) if mark == '、' && is_open(last) => {
                last.push(mark);
                last.push_str(part);
            }
            _ => names.push(part.to_owned()),
        }
    }
    names
}

/// 各镇, 各县: a name whose agency comes with the next.
fn is_open(name: &str) -> bool {
    const PLACES: [&str; 12] = [
        "省",
        "自治区",
        "市",
        "州",
        "盟",
        "县",
        "区",
        "旗",
        "镇",
        "乡",
        "街道",
        "村",
    ];
    let last = name.rsplit('、').next().unwrap_or(name);
    let is_place = PLACES
        .iter()
        .any(|place| last.trim_start_matches('各') == *place);
    name.starts_with('各') && is_place
}
