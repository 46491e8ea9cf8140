//! Tells code, strings and comments of a Rust file apart, and code from its tests. Not a parser: it
//! knows just enough of the grammar that no word inside a string or a comment is taken for code.

/// A string literal.
#[derive(Debug, PartialEq, Eq)]
pub struct Literal {
    /// Line from 1 where it begins.
    pub line: usize,
    /// Byte offset of its opening quote in the file.
    pub start: usize,
    /// What stands between the quotes, escapes as written.
    pub text: String,
}

/// A Rust file taken apart.
#[derive(Debug)]
pub struct Source {
    /// The file with strings and comments blanked, byte for byte as long, without its test modules.
    pub code: String,
    /// String literals outside test modules.
    pub strings: Vec<Literal>,
    /// Lines of the file that are not in test modules.
    pub line_count: usize,
}

impl Source {
    /// Takes a file apart.
    pub fn of(text: &str) -> Self {
        let (mut code, mut strings) = blank(text);
        let mut tests = 0;
        while let Some((from, to)) = test_module(&code) {
            tests += code[from..to].matches('\n').count() + 1;
            strings.retain(|literal| !(from..to).contains(&literal.start));
            let gap: String = code[from..to].bytes().map(blanked).collect();
            code.replace_range(from..to, &gap);
        }
        Self {
            code,
            strings,
            line_count: text.lines().count().saturating_sub(tests),
        }
    }

    /// Line from 1 of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        line_of(&self.code, offset)
    }

    /// Offsets where `word` stands in the code, not as part of a longer identifier.
    pub fn find<'a>(&'a self, word: &'a str) -> impl Iterator<Item = usize> + 'a {
        self.code
            .match_indices(word)
            .map(|(offset, _)| offset)
            .filter(move |offset| {
                let before = self.code[..*offset].chars().next_back();
                let after = self.code[offset + word.len()..].chars().next();
                let starts_word = word.starts_with(is_word);
                let ends_word = word.ends_with(is_word);
                let goes_on = ends_word && after.is_some_and(is_word);
                let came_before = starts_word && before.is_some_and(is_word);
                !goes_on && !came_before
            })
    }
}

/// Whether a character can stand in an identifier.
pub fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn line_of(text: &str, offset: usize) -> usize {
    text[..offset].matches('\n').count() + 1
}

fn blanked(byte: u8) -> char {
    if byte == b'\n' { '\n' } else { ' ' }
}

/// The file with comments and string contents blanked, and the strings.
fn blank(text: &str) -> (String, Vec<Literal>) {
    let bytes = text.as_bytes();
    let mut code = String::with_capacity(text.len());
    let mut strings = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        let end = if rest.starts_with("//") {
            at + rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            at + block_comment(rest)
        } else if let Some((open, close)) = string_start(text, at) {
            let from = at + open;
            let length = string_length(&text[from..], &close);
            strings.push(Literal {
                line: line_of(text, at),
                start: at,
                text: text[from..from + length].to_owned(),
            });
            (from + length + close.len()).min(bytes.len())
        } else if bytes[at] == b'\'' {
            at + char_length(rest)
        } else {
            let length = rest.chars().next().map_or(1, char::len_utf8);
            code.push_str(&rest[..length]);
            at += length;
            continue;
        };
        code.extend(bytes[at..end].iter().map(|byte| blanked(*byte)));
        at = end;
    }
    (code, strings)
}

fn block_comment(rest: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    let bytes = rest.as_bytes();
    while at < bytes.len() {
        match &bytes[at..(at + 2).min(bytes.len())] {
            b"/*" => (depth, at) = (depth + 1, at + 2),
            b"*/" if depth == 1 => return at + 2,
            b"*/" => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Length of the opening of a string that begins at `at`, and what closes it.
fn string_start(text: &str, at: usize) -> Option<(usize, String)> {
    let rest = &text[at..];
    if rest.starts_with('"') {
        return Some((1, "\"".to_owned()));
    }
    if text[..at].chars().next_back().is_some_and(is_word) {
        return None;
    }
    let prefix = rest.strip_prefix("br").or(rest.strip_prefix("cr"));
    if let Some(raw) = prefix.or(rest.strip_prefix('r')) {
        let hashes = raw.bytes().take_while(|byte| *byte == b'#').count();
        if raw[hashes..].starts_with('"') {
            let open = rest.len() - raw.len() + hashes + 1;
            return Some((open, format!("\"{}", "#".repeat(hashes))));
        }
    }
    let plain = rest.strip_prefix('b').or(rest.strip_prefix('c'));
    plain
        .filter(|after| after.starts_with('"'))
        .map(|_| (2, "\"".to_owned()))
}

fn string_length(rest: &str, close: &str) -> usize {
    if close.len() > 1 {
        return rest.find(close).unwrap_or(rest.len());
    }
    let mut escaped = false;
    for (offset, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return offset,
            _ => {}
        }
    }
    rest.len()
}

/// Length of a character literal, or 1 for the quote of a lifetime.
fn char_length(rest: &str) -> usize {
    let mut characters = rest.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => rest[2..]
            .char_indices()
            .skip(1)
            .find(|(_, character)| *character == '\'')
            .map_or(1, |(offset, _)| offset + 3),
        Some(_) => match characters.next() {
            Some((offset, '\'')) => offset + 1,
            _ => 1,
        },
        None => 1,
    }
}

/// Byte range of the first `#[cfg(test)] mod … { … }`.
fn test_module(code: &str) -> Option<(usize, usize)> {
    marked_modules(code).find_map(|(from, open, _)| {
        let block = code[open..].starts_with('{');
        block.then(|| (from, open + braces(&code[open..])))
    })
}

/// Names of `#[cfg(test)] mod name;`: files that are test code as a whole.
pub fn test_files(text: &str) -> Vec<String> {
    let (code, _) = blank(text);
    marked_modules(&code)
        .filter(|(_, open, _)| code[*open..].starts_with(';'))
        .map(|(_, _, name)| name.to_owned())
        .collect()
}

/// Modules under `#[cfg(test)]` or `#[cfg(all(test, …))]`: where the attribute begins, where the
/// block or semicolon stands, and the name.
fn marked_modules(code: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    code.match_indices("#[cfg(").filter_map(move |(from, _)| {
        let condition = code[from + 6..].split(']').next()?;
        let for_tests = condition.starts_with("test)") || condition.starts_with("all(test,");
        let mut after = code[from..].split_once(']')?.1.trim_start();
        while after.starts_with("#[") {
            after = after.split_once(']')?.1.trim_start();
        }
        let after = after.strip_prefix("pub ").unwrap_or(after);
        let after = after.strip_prefix("pub(crate) ").unwrap_or(after);
        let after = after.strip_prefix("mod ").filter(|_| for_tests)?;
        let length = after.find(['{', ';'])?;
        let open = code.len() - after.len() + length;
        Some((from, open, after[..length].trim()))
    })
}

/// Length of a block from its opening brace through the matching one.
pub fn braces(code: &str) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return offset + 1,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_strings_and_comments_are_not_code() {
        let source = Source::of(
            "// SystemTime::now\nlet a = \"SystemTime::now \\\" x\"; /* SystemTime /* ::now */ */ let b = r#\"SystemTime \" now\"#;\n",
        );
        assert_eq!(source.find("SystemTime").count(), 0);
        assert_eq!(source.find("let").count(), 2);
        let texts: Vec<_> = source.strings.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["SystemTime::now \\\" x", "SystemTime \" now"]);
        assert_eq!(source.strings[1].line, 2);
    }

    #[test]
    fn lifetimes_and_characters_do_not_open_strings() {
        let source = Source::of("fn f<'a>(x: &'a str) { let q = '\"'; let e = '\\''; g(x) }");
        assert!(source.strings.is_empty());
        assert_eq!(source.find("g").count(), 1);
        assert!(!source.code.contains('"'));
    }

    #[test]
    fn blanking_keeps_offsets_of_chinese_text() {
        let text = "let a = \"公文\"; let b = 1; // 说明\nlet c = 2;";
        let source = Source::of(text);
        assert_eq!(source.code.len(), text.len());
        assert_eq!(source.code.find("let c"), text.find("let c"));
    }

    #[test]
    fn test_modules_are_left_out_of_code_strings_and_lines() {
        let text = "fn a() {}\n\n#[cfg(test)]\nmod tests {\n    fn b() { let x = \"select a from b\"; }\n}\nfn c() {}\n";
        let source = Source::of(text);
        assert_eq!(source.find("b").count(), 0);
        assert_eq!(source.find("c").count(), 1);
        assert!(source.strings.is_empty());
        assert_eq!(source.line_count, 3);
    }

    #[test]
    fn conditions_with_more_than_test_count_too() {
        let source =
            Source::of("#[cfg(all(test, target_os = \"linux\"))]\nmod tests { fn b() {} }\n");
        assert_eq!(source.find("b").count(), 0);
        let source = Source::of("#[cfg(not(test))]\nmod real { fn b() {} }\n");
        assert_eq!(source.find("b").count(), 1);
    }

    #[test]
    fn modules_in_files_of_their_own_are_named() {
        let text = "mod a;\n#[cfg(test)]\nmod memory;\n#[cfg(test)]\nmod tests { }\n";
        assert_eq!(test_files(text), ["memory"]);
    }

    #[test]
    fn a_word_is_not_found_inside_a_longer_one() {
        let source = Source::of("let operand = rand::random(); strand::x();");
        assert_eq!(source.find("rand::").count(), 1);
    }
}
