//! Every statement of this crate, read out of its own sources: nobody keeps a list that could forget one.
//! What speaks to one engine alone lies in `engine` and is left out.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A statement and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// File and line.
    pub place: String,
    /// As it is written, placeholders `?1`.
    pub sql: String,
}

/// What a placeholder of a `format!` may be, by the file's name and its own; `None` where it is not known.
pub type Fill = dyn Fn(&str, &str) -> Option<Vec<String>>;

/// All statements below `folder`, and the places of calls whose statement cannot be read.
pub fn collect(folder: &Path, fill: &Fill) -> (Vec<Statement>, Vec<String>) {
    let (mut statements, mut missed) = (Vec::new(), Vec::new());
    for path in files(folder) {
        let text = fs::read_to_string(&path).expect("a readable source");
        let name = path.strip_prefix(folder).expect("a file below").display();
        if path.extension().is_some_and(|ending| ending == "sql") {
            statements.push(Statement {
                place: name.to_string(),
                sql: text,
            });
        } else {
            let (found, unread) = read(&name.to_string(), &text, fill);
            statements.extend(found);
            missed.extend(unread);
        }
    }
    (statements, missed)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() && !matches!(&*name, "engine" | "portable") {
            found.extend(files(&path));
        } else if name.ends_with(".rs") && name != "portable.rs" || name.ends_with(".sql") {
            found.push(path.clone());
        }
    }
    found.sort();
    found
}

/// The statements of one file, and what of it could not be read.
pub fn read(file: &str, text: &str, fill: &Fill) -> (Vec<Statement>, Vec<String>) {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or("");
    let source = Source::of(text);
    let (mut statements, mut missed) = (Vec::new(), Vec::new());
    for (at, literal) in source.literals.iter().enumerate() {
        let place = format!("{file}:{}", literal.line);
        let texts = match literal.is_template {
            true => source.filled(file, &literal.text, fill),
            false => Ok(vec![literal.text.clone()]),
        };
        let is_asked = source.asked.contains(&at);
        match texts {
            Ok(texts) => statements.extend(
                texts
                    .into_iter()
                    .filter(|sql| is_asked || is_statement(sql))
                    .map(|sql| Statement {
                        place: place.clone(),
                        sql,
                    }),
            ),
            // A template that is no statement is nobody's business here.
            Err(name) if is_asked || is_statement(&literal.text) => {
                missed.push(format!("{place}: nobody says what `{{{name}}}` may be"));
            }
            Err(_) => {}
        }
    }
    missed.extend(source.unread.iter().map(|call| format!("{file}: {call}")));
    (statements, missed)
}

/// Verbs with what goes on after them.
const STATEMENTS: [(&str, &str); 5] = [
    ("select ", " "),
    ("insert ", " into "),
    ("update ", " set "),
    ("delete ", " from "),
    ("with ", " as "),
];

fn is_statement(text: &str) -> bool {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = format!("{} ", text.to_lowercase());
    let begins = |(verb, mark): &(&str, &str)| text.starts_with(verb) && text.contains(mark);
    STATEMENTS.iter().any(begins)
}

struct Literal {
    line: usize,
    text: String,
    is_template: bool,
}

/// A file with its strings taken out.
struct Source {
    literals: Vec<Literal>,
    /// Constants that are texts, by name: the number of their literal.
    constants: BTreeMap<String, usize>,
    /// Literals that a call hands to the engine.
    asked: Vec<usize>,
    /// Calls whose statement is neither a text nor a constant.
    unread: Vec<String>,
}

/// What hands a statement to the engine; of the last two also what a prepared statement is called with.
const CALLS: [(&str, bool); 5] = [
    (".prepare_cached(", true),
    (".prepare(", true),
    (".execute_batch(", true),
    (".execute(", false),
    (".query_row(", false),
];

impl Source {
    fn of(text: &str) -> Self {
        let (code, literals) = lex(text);
        let mut source = Self {
            literals,
            constants: BTreeMap::new(),
            asked: Vec::new(),
            unread: Vec::new(),
        };
        for (at, _) in code.match_indices("const ") {
            let rest = &code[at + "const ".len()..];
            if let Some((name, value)) = rest.split_once(": &str =")
                && name.chars().all(is_word)
                && let Some(number) = number_of(value)
            {
                source.constants.insert(name.to_owned(), number);
            }
        }
        for (call, always) in CALLS {
            for (at, _) in code.match_indices(call) {
                source.note(code[at + call.len()..].trim_start(), call, always);
            }
        }
        source
    }

    /// Notes what a call is given first.
    fn note(&mut self, given: &str, call: &str, always: bool) {
        let inner = given
            .strip_prefix("&format!(")
            .unwrap_or(given)
            .trim_start();
        let name: String = inner
            .trim_start_matches('&')
            .chars()
            .take_while(|c| is_word(*c))
            .collect();
        if let Some(number) = number_of(inner) {
            self.asked.push(number);
        } else if inner.starts_with("include_str!(") || name == "sql" {
            // The file is read by itself; what is handed on under this name is a text somewhere.
        } else if let Some(number) = self.constants.get(&name) {
            self.asked.push(*number);
        } else if always {
            let shown: String = inner.chars().take(40).collect();
            self.unread.push(format!("no statement at `{call}{shown}`"));
        }
    }

    /// A template with every choice of its placeholders; the name of the first that nobody knows.
    fn filled(&self, file: &str, template: &str, fill: &Fill) -> Result<Vec<String>, String> {
        let Some((before, rest)) = template.split_once('{') else {
            return Ok(vec![template.to_owned()]);
        };
        let (name, after) = rest.split_once('}').ok_or_else(|| rest.to_owned())?;
        let constant = self.constants.get(name);
        let choices = match constant {
            Some(number) => vec![self.literals[*number].text.clone()],
            None => fill(file, name).ok_or_else(|| name.to_owned())?,
        };
        let mut all = Vec::new();
        for end in self.filled(file, after, fill)? {
            all.extend(
                choices
                    .iter()
                    .map(|choice| format!("{before}{choice}{end}")),
            );
        }
        Ok(all)
    }
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// The number of the literal that stands here.
fn number_of(code: &str) -> Option<usize> {
    let digits = code.trim_start().strip_prefix('"')?;
    digits.split('"').next()?.parse().ok()
}

/// Code in which each text is its number between quotation marks and comments are gone, and the texts.
fn lex(text: &str) -> (String, Vec<Literal>) {
    let (mut code, mut literals) = (String::new(), Vec::<Literal>::new());
    let (mut rest, mut line) = (text, 1);
    while let Some(c) = rest.chars().next() {
        let raw = rest
            .strip_prefix('r')
            .map(|after| after.trim_start_matches('#'))
            .filter(|after| after.starts_with('"') && !code.ends_with(is_word));
        let (taken, kept) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), String::new())
        } else if let Some(quoted) = raw {
            let hashes = rest.len() - quoted.len() - 1;
            let end = format!("\"{}", "#".repeat(hashes));
            let inner = &quoted[1..];
            let length = inner.find(&end).unwrap_or(inner.len());
            push(&mut literals, &code, line, inner[..length].to_owned());
            let kept = format!("\"{}\"", literals.len() - 1);
            (1 + hashes + 1 + length + end.len(), kept)
        } else if c == '"' {
            let (length, inner) = quoted(&rest[1..]);
            push(&mut literals, &code, line, inner);
            (length + 2, format!("\"{}\"", literals.len() - 1))
        } else if let Some(length) = character(rest) {
            (length, "' '".to_owned())
        } else {
            (c.len_utf8(), c.to_string())
        };
        let taken = taken.min(rest.len());
        line += rest[..taken].matches('\n').count();
        code.push_str(&kept);
        rest = &rest[taken..];
    }
    (code, literals)
}

fn push(literals: &mut Vec<Literal>, code: &str, line: usize, text: String) {
    literals.push(Literal {
        line,
        text,
        is_template: code.trim_end().ends_with("format!("),
    });
}

/// The length of a text up to its closing mark, and what it says.
fn quoted(text: &str) -> (usize, String) {
    let mut said = String::new();
    let mut signs = text.char_indices().peekable();
    while let Some((at, sign)) = signs.next() {
        match sign {
            '"' => return (at, said),
            '\\' => match signs.next() {
                Some((_, '\n')) => while signs.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                Some((_, 'n')) => said.push('\n'),
                Some((_, other)) => said.push(other),
                None => {}
            },
            other => said.push(other),
        }
    }
    (text.len(), said)
}

/// The length of a character between marks; `None` for a lifetime and for everything else.
fn character(text: &str) -> Option<usize> {
    let inner = text.strip_prefix('\'')?;
    let length = match inner.strip_prefix('\\') {
        Some(escaped) => 1 + escaped.chars().next()?.len_utf8(),
        None => inner.chars().next()?.len_utf8(),
    };
    inner[length..].starts_with('\'').then_some(length + 2)
}
