//! Help and complaints about what was typed, in the user's language: the library that reads the words speaks
//! English, so its help is given other headings and its errors are told by their kind.

use std::{error::Error as _, io::Write as _, process::ExitCode};

use andu_api::{ErrorCode, text};
use clap::{
    Arg, Command, CommandFactory as _, FromArgMatches as _,
    error::{ContextKind, ContextValue, ErrorKind},
};

use crate::{argument::Arguments, outcome};

/// What stands for a value in help, by the names the arguments give it.
const VALUES: [(&str, &str); 58] = [
    ("ADDRESS", "地址"),
    ("AGENCY", "机关全称"),
    ("AUTHORITY_CODE", "机关代字"),
    ("BYTES", "字节数"),
    ("AGENCIES", "个数"),
    ("CARD", "名片文件"),
    ("CODE", "代码"),
    ("DATE", "日期"),
    ("DAY", "日期"),
    ("DAYS", "天数"),
    ("DEPARTMENT", "部门"),
    ("DEPUTY", "代理人"),
    ("DEVICE", "电脑编号"),
    ("DIR", "文件夹"),
    ("DPI", "点数"),
    ("FILE", "文件"),
    ("FOLDER", "文件夹"),
    ("FOLDERS", "文件夹"),
    ("GRANT", "权限"),
    ("HOST", "主机"),
    ("ID", "编号"),
    ("ID=MM", "名称=毫米"),
    ("ISSUER", "机关全称"),
    ("LEVEL", "等级"),
    ("LIMIT", "条数"),
    ("LISTEN", "地址:端口"),
    ("LOGIN", "登录名"),
    ("MEDIUM", "介质编号"),
    ("MOBILE", "手机"),
    ("N", "数"),
    ("NAME", "名称"),
    ("NO", "编号"),
    ("OF", "内容"),
    ("OFFICE", "电话"),
    ("OLD=NEW", "旧环节=新环节"),
    ("OUT", "输出文件"),
    ("PEOPLE", "姓名"),
    ("PERIOD", "期次"),
    ("PERSON", "姓名"),
    ("POST", "职务"),
    ("PRINCIPAL", "被代理人"),
    ("REASON", "原因"),
    ("REFUSALS", "次数"),
    ("ROLE", "角色"),
    ("ROSTER", "名单"),
    ("RUNS", "次数"),
    ("SEED", "数"),
    ("SHORT_NAME", "简称"),
    ("STATUS", "状态"),
    ("SUBJECT", "编码或编号"),
    ("TEXT", "字词"),
    ("VERB", "操作"),
    ("YEAR", "年份"),
    ("SERIAL", "序列号"),
    ("TIME", "时刻"),
    ("PURPOSE", "用途"),
    ("KIND", "类别"),
    ("FORMAT", "格式"),
];

/// Reads the words typed after `andu`.
///
/// # Errors
/// The code to end with, where help was asked for or the words make no command; that was said then.
pub fn read() -> Result<Arguments, ExitCode> {
    let words: Vec<_> = std::env::args_os().collect();
    let as_json = words.iter().any(|word| word == "--json");
    let parsed = |command: Command| {
        let found = command.try_get_matches_from(&words)?;
        Arguments::from_arg_matches(&found)
    };
    // Words of help are put into the user's language only where some are to be shown.
    let plain = Arguments::command().disable_help_subcommand(true);
    let parsed_well = parsed(plain).or_else(|_| parsed(command()));
    parsed_well.map_err(|error| told(&error, as_json))
}

/// The command with its help in the user's language.
pub fn command() -> Command {
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    translated(command)
}

fn translated(command: Command) -> Command {
    let usage = command.clone().render_usage().to_string();
    let usage = usage
        .trim_start_matches("Usage: ")
        .replace("[OPTIONS]", "[选项]")
        .replace("<COMMAND>", "<命令>")
        .replace("[COMMAND]", "[命令]");
    let usage = VALUES.iter().fold(usage, |usage, (name, shown)| {
        usage
            .replace(&format!("<{name}>"), &format!("<{shown}>"))
            .replace(&format!("[{name}]"), &format!("[{shown}]"))
    });
    let mut template = String::from("{about-with-newline}\n用法：{usage}\n");
    if command.has_subcommands() {
        template.push_str("\n命令：\n{subcommands}\n");
    }
    if command.get_positionals().next().is_some() {
        template.push_str("\n参数：\n{positionals}\n");
    }
    template.push_str("\n选项：\n{options}\n");
    command
        .override_usage(usage)
        .help_template(template)
        .mut_args(explained)
        .mut_subcommands(translated)
}

/// An argument whose help says in words what is taken where nothing is given, and what may be given.
fn explained(argument: Arg) -> Arg {
    match argument.get_id().as_str() {
        "help" => return argument.help("显示这份说明").long_help("显示这份说明"),
        "version" => return argument.help("显示版本"),
        _ => {}
    }
    let mut help = argument
        .get_help()
        .map_or_else(String::new, ToString::to_string);
    let flag = !argument.get_action().takes_values();
    let values = argument.get_possible_values();
    let shown: Vec<String> = values
        .iter()
        .map(|value| match value.get_help() {
            Some(title) => format!("{}（{title}）", value.get_name()),
            None => value.get_name().to_owned(),
        })
        .collect();
    if !flag && !shown.is_empty() {
        help.push_str(&format!("［可用：{}］", shown.join("、")));
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy().into_owned())
        .filter(|value| !value.is_empty())
        .collect();
    if !flag && !defaults.is_empty() {
        help.push_str(&format!("［缺省：{}］", defaults.join("、")));
    }
    if let Some(name) = argument.get_env() {
        help.push_str(&format!("［环境变量：{}］", name.to_string_lossy()));
    }
    let names = argument.get_value_names().unwrap_or_default().iter();
    let names: Vec<&'static str> = names.filter_map(|name| value_name(name)).collect();
    let argument = argument
        .help(help)
        .hide_default_value(true)
        .hide_possible_values(true)
        .hide_env(true);
    if names.is_empty() {
        argument
    } else {
        argument.value_names(names)
    }
}

fn value_name(name: &str) -> Option<&'static str> {
    let known = VALUES.iter().find(|(known, _)| *known == name);
    known.map(|(_, shown)| *shown)
}

/// Says why the words make no command, or shows the help that was asked for.
fn told(error: &clap::Error, as_json: bool) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let _ = write!(std::io::stdout(), "{}", error.render());
            return ExitCode::SUCCESS;
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand if !as_json => {
            let _ = write!(std::io::stderr(), "{}", error.render());
            return ExitCode::from(2);
        }
        _ => {}
    }
    let (key, fields) = complaint(error);
    let said = text::error_with(ErrorCode::Invalid, key, &fields);
    outcome::finish(Err(said), as_json)
}

/// What an error says of what was typed.
struct Told<'a>(&'a clap::Error);

impl Told<'_> {
    fn of(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::String(one)) => vec![one.clone()],
            Some(ContextValue::Strings(all)) => all.clone(),
            Some(ContextValue::Number(count)) => vec![count.to_string()],
            Some(other) => vec![other.to_string()],
            None => Vec::new(),
        }
    }

    fn shown(&self, kind: ContextKind) -> String {
        let all: Vec<String> = self.of(kind).iter().map(|name| in_words(name)).collect();
        all.join("、")
    }

    fn argument(&self) -> (&'static str, String) {
        ("argument", self.shown(ContextKind::InvalidArg))
    }

    fn value(&self) -> (&'static str, String) {
        ("value", self.of(ContextKind::InvalidValue).join("、"))
    }

    fn suggested(&self, kind: ContextKind) -> String {
        let near = self.of(kind).join("、");
        if near.is_empty() {
            return near;
        }
        text::sentence("usage.near", &[("near".to_owned(), near)].into())
    }
}

/// The sentence of an error, and its fields.
fn complaint(error: &clap::Error) -> (&'static str, Vec<(&'static str, String)>) {
    let told = Told(error);
    match error.kind() {
        ErrorKind::UnknownArgument => (
            "usage.unknown_argument",
            vec![
                told.argument(),
                ("near", told.suggested(ContextKind::SuggestedArg)),
            ],
        ),
        ErrorKind::InvalidSubcommand => (
            "usage.unknown_command",
            vec![
                ("name", told.shown(ContextKind::InvalidSubcommand)),
                ("near", told.suggested(ContextKind::SuggestedSubcommand)),
            ],
        ),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => (
            "usage.no_command",
            vec![("known", told.of(ContextKind::ValidSubcommand).join("、"))],
        ),
        ErrorKind::MissingRequiredArgument => ("usage.missing", vec![told.argument()]),
        ErrorKind::InvalidValue if told.of(ContextKind::InvalidValue).concat().is_empty() => {
            ("usage.no_value", vec![told.argument()])
        }
        ErrorKind::InvalidValue => (
            "usage.not_one_of",
            vec![
                told.argument(),
                told.value(),
                (
                    "known",
                    allowed(
                        &told.of(ContextKind::InvalidArg),
                        &told.of(ContextKind::ValidValue),
                    ),
                ),
            ],
        ),
        ErrorKind::ValueValidation => (
            "usage.wrong_value",
            vec![
                told.argument(),
                told.value(),
                ("cause", expected(error, &told.of(ContextKind::InvalidArg))),
            ],
        ),
        ErrorKind::ArgumentConflict => (
            "usage.conflict",
            vec![
                told.argument(),
                ("other", told.shown(ContextKind::PriorArg)),
            ],
        ),
        ErrorKind::NoEquals
        | ErrorKind::TooManyValues
        | ErrorKind::TooFewValues
        | ErrorKind::WrongNumberOfValues => ("usage.no_value", vec![told.argument()]),
        ErrorKind::InvalidUtf8 => ("usage.not_text", Vec::new()),
        _ => ("usage.other", Vec::new()),
    }
}

/// `--pdf <OUT>` as `--pdf <输出文件>`.
fn in_words(name: &str) -> String {
    VALUES.iter().fold(name.to_owned(), |name, (known, shown)| {
        name.replace(&format!("<{known}>"), &format!("<{shown}>"))
    })
}

/// The words that may be given, with what they mean where that is known.
fn allowed(argument: &[String], values: &[String]) -> String {
    let titled = match argument.first() {
        Some(name) if name.to_lowercase().contains("role") || name.contains("角色") => {
            andu_api::organisation::role_words()
        }
        Some(name) if name.contains("--grant") => andu_api::organisation::grant_words(),
        _ => Vec::new(),
    };
    let shown = values.iter().map(|value| {
        let title = titled.iter().find(|(name, _)| name == value);
        title.map_or_else(|| value.clone(), |(_, title)| format!("{value}（{title}）"))
    });
    shown.collect::<Vec<_>>().join("、")
}

/// What a value should have been: as its reader says, else by what the argument takes.
fn expected(error: &clap::Error, argument: &[String]) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    if cause
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
    {
        return cause;
    }
    let key = match argument.first().map(String::as_str).unwrap_or_default() {
        name if name.contains("--listen") => "usage.expected.address",
        name if name.contains("--window") => "usage.expected.window",
        _ => "usage.expected.number",
    };
    text::sentence(key, &[].into())
}

/// A day such as 2026-03-05.
///
/// # Errors
/// A sentence for what is none.
pub fn day(typed: &str) -> Result<String, String> {
    let day = typed.trim();
    match andu_api::organisation::day_before(day) {
        Some(_) => Ok(day.to_owned()),
        None => Err(text::sentence("usage.expected.day", &[].into())),
    }
}

#[cfg(test)]
mod tests;
