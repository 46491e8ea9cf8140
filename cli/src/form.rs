//! Verbs on paper forms and registers: list them, show a template, set one blank or filled.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

use andu_api::{
    ApiError, ErrorCode,
    form::{FormDone, FormRow, FormText},
    text,
};
use andu_desk::{
    clock, file,
    paper_form::{form_error, within_ceiling},
    preview, transfer,
};
use andu_typeset::{
    FontShelf, Typeset,
    paper_form::{
        FormContent, FormError, FormKind, LARGEST_CONTENT, LARGEST_TEMPLATE, PaperKind,
        PaperTemplate, RegisterContent, RegisterKind, paper_form, register_book,
    },
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::{
    argument::Fonts,
    calling::{self, Place},
    document,
    outcome::Done,
    output,
};

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
    /// 列出本单位各种表单用的样式，以及何人何时换用
    History(History),
    /// 换用本单位样式：此后空白的和填好的都按它打印（由业务管理员办理）
    Put(Put),
    /// 恢复随软件提供的样式（由业务管理员办理）
    Restore(Restore),
}

/// Whether the agency's own template is meant, and where that is kept.
#[derive(Args)]
pub struct Own {
    /// 用本单位正在使用的样式，不用随软件提供的
    #[arg(id = "own", long = "own")]
    pub asked: bool,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct History {
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Put {
    /// 模板文件（.json）；是哪种表单，由模板写明
    pub file: PathBuf,
    /// 说明
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Restore {
    /// 表单名称（见 andu form list）
    pub name: String,
    /// 说明
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    #[command(flatten)]
    pub place: Place,
}

#[derive(Args)]
pub struct Show {
    /// 表单名称（见 andu form list）
    pub name: String,
    #[command(flatten)]
    pub own: Own,
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
    #[command(flatten)]
    pub own: Own,
}

/// Does what was typed.
pub fn run(form: &Form) -> Result<Done, ApiError> {
    match &form.verb {
        FormVerb::List => Ok(list()),
        FormVerb::Show(args) => show(args),
        FormVerb::Set(args) => set(args),
        FormVerb::History(args) => history(args),
        FormVerb::Put(args) => put(args),
        FormVerb::Restore(args) => restore(args),
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

fn not_there(name: &str) -> ApiError {
    let fields = [("name", name.to_owned())];
    text::error_with(ErrorCode::Invalid, "form.not_there", &fields)
}

fn show(args: &Show) -> Result<Done, ApiError> {
    let kind = PaperKind::of_name(&args.name).ok_or_else(|| not_there(&args.name))?;
    let text = match args.own.asked {
        true => in_use(kind, &args.own.place)?,
        false => PaperTemplate::standard(kind).to_json(),
    };
    let json: Value = serde_json::from_str(&text).map_err(|error| text::bad_arguments(&error))?;
    Ok(Done::clean(json, text.trim_end().to_owned()))
}

/// What an agency has a form printed with, as JSON.
fn in_use(kind: PaperKind, place: &Place) -> Result<String, ApiError> {
    let call = place.caller()?;
    let asked = json!({ "form": kind.name(), "version": null });
    let found: FormText = calling::read(call("form_text", asked)?)?;
    Ok(found.template)
}

/// A shipped template by its name, the agency's own, or a file.
fn template(path: &Path, own: &Own) -> Result<PaperTemplate, ApiError> {
    let name = path.to_str().unwrap_or_default();
    if !path.exists() {
        let is_name = path.extension().is_none() && path.components().count() == 1;
        return match (PaperKind::of_name(name), is_name) {
            (Some(kind), _) if own.asked => {
                let text = in_use(kind, &own.place)?;
                PaperTemplate::parse(&text).map_err(|error| form_error(&error))
            }
            (Some(kind), _) => Ok(PaperTemplate::standard(kind)),
            (None, true) => Err(not_there(name)),
            (None, false) => Err(read(path, LARGEST_TEMPLATE)
                .err()
                .unwrap_or_else(|| not_there(name))),
        };
    }
    in_template_file(path)
}

fn in_template_file(path: &Path) -> Result<PaperTemplate, ApiError> {
    let text = read(path, LARGEST_TEMPLATE)?;
    PaperTemplate::parse(&text).map_err(|error| in_file(path, &error))
}

fn put(args: &Put) -> Result<Done, ApiError> {
    let call = args.place.caller()?;
    let template = in_template_file(&args.file)?;
    let kind = template.kind();
    let asked = json!({
        "form": kind.name(), "template": template.to_json(), "note": args.note,
    });
    let done: FormDone = calling::read(call("form_put", asked)?)?;
    Ok(told("form.put", kind, &done))
}

fn restore(args: &Restore) -> Result<Done, ApiError> {
    let kind = PaperKind::of_name(&args.name).ok_or_else(|| not_there(&args.name))?;
    let asked = json!({ "form": kind.name(), "note": args.note });
    let done: FormDone = calling::read(args.place.caller()?("form_restore", asked)?)?;
    Ok(told("form.restored", kind, &done))
}

fn told(key: &str, kind: PaperKind, done: &FormDone) -> Done {
    let key = if done.waiting { "form.waits" } else { key };
    let fields = [
        ("label", kind.label().to_owned()),
        ("version", done.version.to_string()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    Done::clean(json!(done), text::sentence(key, &fields.into()))
}

fn history(args: &History) -> Result<Done, ApiError> {
    let call = args.place.caller()?;
    let rows: Vec<FormRow> = calling::read(call("form_list", json!({}))?)?;
    let mut said = String::new();
    for row in &rows {
        let state = if row.is_own {
            "form.is_own"
        } else {
            "form.is_shipped"
        };
        let state = text::sentence(state, &Default::default());
        let _ = writeln!(said, "{}  {}  {state}", row.form, row.label);
        for one in &row.versions {
            let key = if one.is_back {
                "form.version_back"
            } else {
                "form.version"
            };
            let fields = [
                ("version", one.version.to_string()),
                ("by", one.by.clone()),
                ("at", clock::on_the_wall(&one.at)),
                ("note", one.note.clone()),
            ];
            let fields = fields.map(|(name, value)| (name.to_owned(), value));
            let _ = writeln!(said, "  {}", text::sentence(key, &fields.into()).trim_end());
        }
    }
    Ok(Done::clean(
        json!({ "forms": rows }),
        said.trim_end().to_owned(),
    ))
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
    let template = template(&args.name, &args.own)?;
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
    let (name, label) = (template.kind().name(), template.kind().label());
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
    template: &PaperTemplate,
    content: Option<&Path>,
) -> Result<Typeset, ApiError> {
    let read_content = |path| Ok::<_, ApiError>((path, read(path, LARGEST_CONTENT)?));
    let written = content.map(read_content).transpose()?;
    let ceiling = document::ceiling()?;
    let made = match template {
        PaperTemplate::Form(form) => {
            let content = match &written {
                Some((path, text)) => {
                    FormContent::parse(text).map_err(|error| in_file(path, &error))?
                }
                None => FormContent::blank(form.form),
            };
            within_ceiling(content.marked(), ceiling)?;
            paper_form(shelf, form, &content)
        }
        PaperTemplate::Register(book) => {
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
