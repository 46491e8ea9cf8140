//! What a package holds: its documents with what they say of themselves, their pages, and the text on these.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use andu_page::display::Matrix;

use crate::{
    Oddity, ReadError,
    package::{Limits, Package, folder, within},
    tree::{Element, tree},
};

/// What a document says of itself; empty for what it does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    /// Name of the file in the whole world.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub author: String,
    /// When it was made, as it is written there.
    pub created_on: String,
    /// What made it.
    pub creator: String,
    /// The version of that.
    pub creator_version: String,
    /// Anything else that it says, by name.
    pub custom: Vec<(String, String)>,
}

/// A package that is open for reading.
pub struct Ofd<'a> {
    package: Package<'a>,
    /// Version of the format, as it is written there.
    pub version: String,
    documents: Vec<DocumentRoot>,
}

struct DocumentRoot {
    description: Description,
    signatures: String,
    attachments: usize,
    pages: Vec<PageRef>,
    /// Files of template pages by their numbers.
    templates: BTreeMap<String, String>,
    /// In mm; what pages have that say nothing.
    size: (f64, f64),
}

struct PageRef {
    file: String,
}

/// A page as it is read.
#[derive(Debug, Clone, PartialEq)]
pub struct PageText {
    /// Width and height in mm.
    pub size: (f64, f64),
    /// What stands on it, line by line from above.
    pub lines: Vec<String>,
}

/// Documents that a package may have.
const MOST_DOCUMENTS: usize = 1_000;
/// A4
const COMMON_SIZE: (f64, f64) = (210.0, 297.0);

impl<'a> Ofd<'a> {
    /// Opens a package.
    ///
    /// # Errors
    /// [`ReadError`] where nothing of it can be read. What is odd in it is told by [`Self::oddities`].
    pub fn open(bytes: &'a [u8], limits: Limits) -> Result<Self, ReadError> {
        let mut package = Package::open(bytes, limits)?;
        if !package.has("OFD.xml") && package.has("Encryptions.xml") {
            return Err(ReadError::Encrypted);
        }
        let entry = match package.read("OFD.xml")? {
            Some(bytes) => bytes,
            None if package.has("Encryptions.xml") => return Err(ReadError::Encrypted),
            None => return Err(ReadError::NoOfd),
        };
        let entry = tree(&entry, limits.elements).filter(|entry| entry.name == "OFD");
        let entry = entry.ok_or(ReadError::NoOfd)?;
        let bodies: Vec<&Element> = entry.all("DocBody").collect();
        if bodies.len() > MOST_DOCUMENTS {
            return Err(ReadError::TooMuch);
        }
        let mut documents = Vec::new();
        for body in bodies {
            documents.push(document(&mut package, body)?);
        }
        if documents.is_empty() {
            return Err(ReadError::NoOfd);
        }
        Ok(Self {
            version: entry.attribute("Version").unwrap_or_default().to_owned(),
            package,
            documents,
        })
    }

    /// What each document says of itself.
    pub fn descriptions(&self) -> impl Iterator<Item = &Description> {
        self.documents.iter().map(|document| &document.description)
    }

    /// Pages of all documents.
    pub fn page_count(&self) -> usize {
        self.documents
            .iter()
            .map(|document| document.pages.len())
            .sum()
    }

    /// How many files are attached.
    pub fn attachment_count(&self) -> usize {
        self.documents
            .iter()
            .map(|document| document.attachments)
            .sum()
    }

    /// Whether a list of signatures belongs to it.
    pub fn is_signed(&self) -> bool {
        self.documents
            .iter()
            .any(|document| !document.signatures.is_empty())
    }

    /// What is not as the standard has it, as far as it was read.
    pub fn oddities(&self) -> &BTreeSet<Oddity> {
        &self.package.oddities
    }

    /// The text of a page, from 0 over all documents.
    ///
    /// # Errors
    /// `NoPage`; `TooMuch`, `Broken` for a page that cannot be read.
    pub fn text(&mut self, page: usize) -> Result<PageText, ReadError> {
        let mut left = page;
        for document in &self.documents {
            let Some(found) = document.pages.get(left) else {
                left -= document.pages.len();
                continue;
            };
            return page_text(&mut self.package, document, found);
        }
        Err(ReadError::NoPage)
    }
}

/// A file as a tree; `None` where it is missing or broken, which is noted.
fn file(package: &mut Package<'_>, path: &str) -> Result<Option<Element>, ReadError> {
    let Some(bytes) = package.read(path)? else {
        return Ok(None);
    };
    let read = tree(&bytes, package.limits.elements);
    if read.is_none() {
        package.oddities.insert(Oddity::Broken(path.to_owned()));
    }
    Ok(read)
}

/// Where a reference in a file leads; what leads out of the package is noted.
fn leads(package: &mut Package<'_>, from: &str, reference: &str) -> Option<String> {
    let path = within(folder(from), reference).filter(|path| !path.is_empty());
    if path.is_none() && !reference.trim().is_empty() {
        let name = reference.trim().to_owned();
        package.oddities.insert(Oddity::BadName(name));
    }
    path
}

fn description(body: &Element) -> Description {
    let Some(said) = body.child("DocInfo") else {
        return Description::default();
    };
    let text = |name: &str| said.said(name).to_owned();
    let custom = said.child("CustomDatas").into_iter();
    let custom = custom.flat_map(|all| all.all("CustomData"));
    Description {
        id: text("DocID"),
        title: text("Title"),
        author: text("Author"),
        created_on: text("CreationDate"),
        creator: text("Creator"),
        creator_version: text("CreatorVersion"),
        custom: custom
            .map(|one| {
                let name = one.attribute("Name").unwrap_or_default();
                (name.to_owned(), one.text.trim().to_owned())
            })
            .collect(),
    }
}

fn document(package: &mut Package<'_>, body: &Element) -> Result<DocumentRoot, ReadError> {
    let mut made = DocumentRoot {
        description: description(body),
        signatures: body.said("Signatures").to_owned(),
        attachments: 0,
        pages: Vec::new(),
        templates: BTreeMap::new(),
        size: COMMON_SIZE,
    };
    let Some(path) = leads(package, "OFD.xml", body.said("DocRoot")) else {
        return Ok(made);
    };
    let Some(root) = file(package, &path)? else {
        return Ok(made);
    };
    if let Some(common) = root.child("CommonData") {
        let area = common.child("PageArea").and_then(size);
        made.size = area.unwrap_or(COMMON_SIZE);
        for template in common.all("TemplatePage") {
            let file = template.attribute("BaseLoc").unwrap_or_default();
            if let (Some(id), Some(file)) = (template.attribute("ID"), leads(package, &path, file))
            {
                made.templates.insert(id.to_owned(), file);
            }
        }
    }
    let pages = root
        .child("Pages")
        .into_iter()
        .flat_map(|all| all.all("Page"));
    for page in pages {
        if made.pages.len() >= package.limits.pages {
            return Err(ReadError::TooMuch);
        }
        let reference = page.attribute("BaseLoc").unwrap_or_default();
        if let Some(file) = leads(package, &path, reference) {
            made.pages.push(PageRef { file });
        }
    }
    let attachments = root.said("Attachments");
    if let (false, Some(list)) = (attachments.is_empty(), leads(package, &path, attachments)) {
        let list = file(package, &list)?;
        made.attachments = list.map_or(0, |list| list.all("Attachment").count());
    }
    Ok(made)
}

/// Width and height of an area.
fn size(area: &Element) -> Option<(f64, f64)> {
    let [_, _, width, height] = numbers(area.said("PhysicalBox"))[..] else {
        return None;
    };
    (width > 0.0 && height > 0.0).then_some((width, height))
}

/// Numbers with spaces between them; `[]` where one of them is none.
fn numbers(said: &str) -> Vec<f64> {
    let parts = said.split(|sign: char| sign.is_whitespace() || sign == ',');
    let parts = parts.filter(|part| !part.is_empty());
    let read = parts.map(|part| part.parse::<f64>().ok().filter(|value| value.is_finite()));
    read.collect::<Option<_>>().unwrap_or_default()
}

fn page_text(
    package: &mut Package<'_>,
    document: &DocumentRoot,
    page: &PageRef,
) -> Result<PageText, ReadError> {
    let broken = || ReadError::Broken(page.file.clone());
    let root = file(package, &page.file)?.ok_or_else(broken)?;
    let own = root.child("Area").and_then(size);
    let mut runs = Vec::new();
    for used in root.all("Template") {
        let template = used.attribute("TemplateID");
        let template = template.and_then(|id| document.templates.get(id));
        let Some(path) = template else {
            continue;
        };
        if let Some(template) = file(package, path)? {
            words::collect(&template, &mut runs);
        }
    }
    words::collect(&root, &mut runs);
    Ok(PageText {
        size: own.unwrap_or(document.size),
        lines: words::lines(runs),
    })
}

/// A matrix as it is written; `None` where it is none.
fn matrix(said: &str) -> Option<Matrix> {
    numbers(said).try_into().ok().map(Matrix)
}
