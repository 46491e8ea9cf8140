//! Verbs on paper forms and registers: list them, show a template, set one blank or filled.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use andu_api::{ApiError, ErrorCode, text};
use andu_desk::{
    clock, file,
    paper_form::{form_error, within_ceiling},
    preview, transfer,
};
use andu_typeset::{
    FontShelf, Typeset,
    paper_form::{
        FormContent, FormError, FormKind, FormTemplate, LARGEST_CONTENT, LARGEST_TEMPLATE,
        RegisterContent, RegisterKind, RegisterTemplate, paper_form, register_book,
    },
};
use clap::{Args, Subcommand};
use serde_json::json;

use crate::{argument::Fonts, document, outcome::Done, output};

/// 纸质表单：发文稿纸、收文处理单等，打印空白的或填好的
#[derive(Args)]
pub struct Form {
    #[command(subcommand)]
    pub verb: FormVerb,
}

#[derive(Subcommand)]
pub enum FormVerb {
    /// 列出随本软件提供的表单和登记簿；加 --json 时连同各栏的名称
    List,
    /// 输出一种表单的模板（JSON），可改成本机关的样子
    Show(Show),
    /// 把表单排成 PDF；不给内容时是空白的
    Set(Set),
}

#[derive(Args)]
pub struct Show {
    /// 表单名称（见 andu form list）
    pub name: String,
}

#[derive(Args)]
pub struct Set {
    /// 表单名称（见 andu form list），或模板文件（.json）
    pub name: PathBuf,
    /// 填写的内容（JSON）
    #[arg(long, value_name = "FILE")]
    pub content: Option<PathBuf>,
    /// 写出 PDF
    #[arg(long, value_name = "OUT")]
    pub out: PathBuf,
    #[command(flatten)]
    pub fonts: Fonts,
}

/// Does what was typed.
pub fn run(form: &Form) -> Result<Done, ApiError> {
    match &form.verb {
        FormVerb::List => Ok(list()),
        FormVerb::Show(args) => show(args),
        FormVerb::Set(args) => set(args),
    }
}

fn list() -> Done {
    let mut said = String::new();
    let mut tell = |name: &str, label: &str| {
        let fields = [("name", name), ("label", label)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let _ = writeln!(said, "{}", text::sentence("form.listed", &fields.into()));
    };
    let mut all = Vec::new();
    for form in FormKind::ALL {
        tell(form.name(), form.label());
        all.push(json!({
            "name": form.name(), "label": form.label(),
            "fields": form.fields(), "opinions": form.areas(),
        }));
    }
    for register in RegisterKind::ALL {
        tell(register.name(), register.label());
        all.push(json!({
            "name": register.name(), "label": register.label(), "columns": register.fields(),
        }));
    }
    Done::clean(json!({ "forms": all }), said.trim_end().to_owned())
}

/// A template of either kind.
enum Template {
    Form(FormTemplate),
    Register(RegisterTemplate),
}

fn shipped(name: &str) -> Option<Template> {
    let form = FormKind::of_name(name).map(|form| Template::Form(FormTemplate::standard(form)));
    form.or_else(|| {
        let register = RegisterKind::of_name(name)?;
        Some(Template::Register(RegisterTemplate::standard(register)))
    })
}

fn not_there(name: &str) -> ApiError {
    let fields = [("name", name.to_owned())];
    text::error_with(ErrorCode::Invalid, "form.not_there", &fields)
}

fn show(args: &Show) -> Result<Done, ApiError> {
    let template = shipped(&args.name).ok_or_else(|| not_there(&args.name))?;
    let (json, text) = match &template {
        Template::Form(form) => (json!(form), form.to_json()),
        Template::Register(register) => (json!(register), register.to_json()),
    };
    Ok(Done::clean(json, text.trim_end().to_owned()))
}

/// A shipped template by its name, or a file.
fn template(path: &Path) -> Result<Template, ApiError> {
    let name = path.to_str().unwrap_or_default();
    if !path.exists() {
        let is_name = path.extension().is_none() && path.components().count() == 1;
        return match (shipped(name), is_name) {
            (Some(template), _) => Ok(template),
            (None, true) => Err(not_there(name)),
            (None, false) => Err(read(path, LARGEST_TEMPLATE)
                .err()
                .unwrap_or_else(|| not_there(name))),
        };
    }
    let text = read(path, LARGEST_TEMPLATE)?;
    let template = match text.contains("andu.register-form/") {
        true => RegisterTemplate::parse(&text).map(Template::Register),
        false => FormTemplate::parse(&text).map(Template::Form),
    };
    template.map_err(|error| in_file(path, &error))
}

fn read(path: &Path, limit: usize) -> Result<String, ApiError> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    document::read_text(path, limit)
}

/// An error of a file, with its name.
fn in_file(path: &Path, error: &FormError) -> ApiError {
    let error = form_error(error);
    ApiError {
        sentence: format!("{}：{}", file::shown(path), error.sentence),
        ..error
    }
}

fn set(args: &Set) -> Result<Done, ApiError> {
    let shelf = document::shelf(&args.fonts);
    shelf.look_ahead();
    let template = template(&args.name)?;
    let inputs: Vec<&Path> = [Some(&args.name), args.content.as_ref()]
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .collect();
    output::keep_apart(&inputs, &[&args.out])?;
    let pages = pages(&shelf, &template, args.content.as_deref())?;
    let day = args.content.as_deref().and_then(clock::file_day);
    let pdf = transfer::pdf(&pages, Some(day.unwrap_or_else(clock::today)))?;
    file::write(&args.out, &pdf)?;
    let (name, label) = match &template {
        Template::Form(form) => (form.form.name(), form.form.label()),
        Template::Register(book) => (book.register.name(), book.register.label()),
    };
    let written = args.out.display().to_string();
    let fonts = preview::font_sentences(pages.fonts());
    let fields = [
        ("label", label.to_owned()),
        ("pages", pages.page_count().to_string()),
        ("path", written.clone()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let mut said = text::sentence("form.set", &fields.into());
    for line in &fonts {
        let _ = write!(said, "\n{line}");
    }
    let json = json!({
        "form": name, "pages": pages.page_count(), "written": written, "fonts": fonts,
    });
    Ok(Done::clean(json, said))
}

fn pages(
    shelf: &std::sync::Arc<FontShelf>,
    template: &Template,
    content: Option<&Path>,
) -> Result<Typeset, ApiError> {
    let read_content = |path| Ok::<_, ApiError>((path, read(path, LARGEST_CONTENT)?));
    let written = content.map(read_content).transpose()?;
    let ceiling = document::ceiling()?;
    let made = match template {
        Template::Form(form) => {
            let content = match &written {
                Some((path, text)) => {
                    FormContent::parse(text).map_err(|error| in_file(path, &error))?
                }
                None => FormContent::blank(form.form),
            };
            within_ceiling(content.marked(), ceiling)?;
            paper_form(shelf, form, &content)
        }
        Template::Register(book) => {
            let content = match &written {
                Some((path, text)) => {
                    RegisterContent::parse(text).map_err(|error| in_file(path, &error))?
                }
                None => RegisterContent::blank(book.register),
            };
            within_ceiling(content.marked(), ceiling)?;
            register_book(shelf, book, &content)
        }
    };
    made.map_err(|error| form_error(&error))
}
