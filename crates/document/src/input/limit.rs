//! How large a document may be, and which characters it may hold. Checked on the JSON value, before
//! any type is built from it.

use serde_json::Value;

use super::InputError;

/// Bytes of one input file: 64 MiB, most of it images.
pub const INPUT_BYTES: usize = 64 << 20;
/// Characters of a title.
pub const TITLE_CHARS: usize = 1_000;
/// Characters of a single-line element, such as a name or a recipient.
pub const LINE_CHARS: usize = 2_000;
/// Characters of one run of text.
pub const TEXT_CHARS: usize = 200_000;
/// Characters of one image in Base64 (24 MB of file).
pub const IMAGE_CHARS: usize = 32 << 20;
/// Blocks of one body.
pub const BLOCKS: usize = 20_000;
/// Entries of any other list.
pub const ENTRIES: usize = 5_000;
/// Rows or columns one cell may cover.
const SPAN: i64 = 1_000;

/// Values in the whole input; what they take in memory is some hundred bytes each.
const VALUES: usize = 4_000_000;

/// Least and greatest number of the field that ends a path; `None` where any number will do.
pub(super) fn range_of(path: &str) -> Option<(i64, i64)> {
    let mut parts = path.rsplit('/');
    let field = match (parts.next()?, parts.next()) {
        (number, Some("widths")) if number.parse::<usize>().is_ok() => "widths",
        (field, _) => field,
    };
    Some(match field {
        "serial" => (1, 999_999),
        "year" => (1000, 9999),
        "copy_number" => (1, 99_999_999),
        "level" => (1, 4),
        "colspan" | "rowspan" => (1, SPAN),
        "header_rows" | "pages" => (0, 20_000),
        "widths" => (1, 100_000),
        "width_tenth_mm" => (1, 1560),
        _ => return None,
    })
}

/// Counts what separates values, outside of strings, before any memory is taken for them.
pub(super) fn check_structure(text: &str) -> Result<(), InputError> {
    let (mut count, mut in_string, mut escaped) = (0, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' | b',' if !in_string => count += 1,
            _ => {}
        }
    }
    if count > VALUES {
        return Err(InputError::TooMany {
            path: String::new(),
            count,
            limit: VALUES,
        });
    }
    Ok(())
}

/// Walks the value; `path` is where it stands and is restored on return.
pub(super) fn check(value: &Value, path: &mut String) -> Result<(), InputError> {
    match value {
        Value::String(text) => check_text(text, path),
        Value::Array(items) => {
            let name = path.rsplit('/').next().unwrap_or_default();
            let limit = if name == "body" { BLOCKS } else { ENTRIES };
            if items.len() > limit {
                let count = items.len();
                return Err(InputError::TooMany {
                    path: path.clone(),
                    count,
                    limit,
                });
            }
            items
                .iter()
                .enumerate()
                .try_for_each(|(n, item)| step(item, &n.to_string(), path))
        }
        Value::Object(fields) => fields
            .iter()
            .try_for_each(|(name, field)| step(field, name, path)),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn step(value: &Value, name: &str, path: &mut String) -> Result<(), InputError> {
    let length = path.len();
    if length > 0 {
        path.push('/');
    }
    path.extend(name.chars().take(40));
    let checked = check(value, path);
    path.truncate(length);
    checked
}

fn check_text(text: &str, path: &str) -> Result<(), InputError> {
    let name = path.rsplit('/').next().unwrap_or_default();
    let limit = match name {
        "data" => IMAGE_CHARS,
        "title" | "subtitle" => TITLE_CHARS,
        "text" => TEXT_CHARS,
        _ => LINE_CHARS,
    };
    let chars = text.chars().count();
    if chars > limit {
        return Err(InputError::TooLong {
            path: path.to_owned(),
            chars,
            limit,
        });
    }
    // A line break belongs where the drafter breaks lines, not into a name or a number.
    let line_breaks = matches!(
        name,
        "title" | "text" | "caption" | "subtitle" | "note" | "reason"
    ) || path.starts_with("copy_recipients/");
    let refused = text
        .chars()
        .enumerate()
        .find(|(_, c)| is_refused(*c, line_breaks));
    refused.map_or(Ok(()), |(position, c)| {
        Err(InputError::ControlCharacter {
            path: path.to_owned(),
            position,
            code: c.into(),
        })
    })
}

/// Control characters (but tab, and line feed where lines are broken), marks that turn the direction
/// of text round, and code points that are no characters.
fn is_refused(c: char, line_breaks: bool) -> bool {
    match c {
        '\t' => false,
        '\n' => !line_breaks,
        '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => true,
        '\u{feff}' | '\u{fdd0}'..='\u{fdef}' => true,
        _ => c.is_control() || (u32::from(c) & 0xfffe) == 0xfffe,
    }
}
