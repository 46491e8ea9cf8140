//! Reads a Word file into paragraphs, tables and images, within limits, without ever trusting it.

use std::collections::HashMap;

use super::{numbering::Numbering, story::Story, styles::Styles};
use crate::{
    error::OfficeError,
    limits::Limits,
    package::Package,
    record::{self, Record},
    source::{DocxText, NoticeKind},
    xml::{self, Element, Steps},
};

/// Custom parts that are looked at for a record of ours.
const CUSTOM_PARTS: usize = 20;

/// A relationship of a part.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) kind: String,
    pub(super) target: String,
    pub(super) external: bool,
}

/// Reads a .docx or .docm file. Tracked changes are accepted; headers, footers, notes, comments,
/// macros and pictures of unusable kinds are left out, each counted in `notices`.
///
/// # Errors
/// One variant for each situation: see [`OfficeError`]. Never panics, whatever the bytes.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<DocxText, OfficeError> {
    let mut package = Package::open(bytes, limits)?;
    let mut steps = Steps::new(limits);
    let main = main_part(&mut package, limits, &mut steps)?;
    let Some(document) = package.part(&main)? else {
        return Err(OfficeError::NoTextDocument {
            kind: package.kind().to_owned(),
        });
    };
    let root = xml::parse(&main, &document, limits, &mut steps)?;
    drop(document);
    let body = match &*root.name {
        "document" => root.child("body"),
        _ => None,
    };
    let Some(body) = body else {
        return Err(OfficeError::DamagedPart { part: main });
    };

    let relations = relations(&mut package, &main, limits, &mut steps)?;
    let mut part_of_kind = |kind: &str| -> Result<Option<Element>, OfficeError> {
        let Some(relation) = relations.values().find(|r| r.kind == kind && !r.external) else {
            return Ok(None);
        };
        let Some(bytes) = package.part(&relation.target)? else {
            return Ok(None);
        };
        xml::parse(&relation.target, &bytes, limits, &mut steps).map(Some)
    };
    let styles = part_of_kind("styles")?
        .map(|root| Styles::new(&root))
        .unwrap_or_default();
    let numbering = part_of_kind("numbering")?
        .map(|root| Numbering::new(&root))
        .unwrap_or_default();

    let mut text = DocxText::default();
    note_parts(&mut text, &package, &relations);
    let mut story = Story::new(&styles, numbering, &relations, &mut package, text);
    story.walk(body, &mut steps)?;
    let mut text = story.finish();
    text.record = record(&mut package, &relations, limits, &mut steps);
    Ok(text)
}

/// What a file of ours records of its elements. A part that cannot be read is none of ours: the pages are enough.
fn record(
    package: &mut Package<'_>,
    relations: &HashMap<String, Relation>,
    limits: &Limits,
    steps: &mut Steps,
) -> Option<Record> {
    let space = record::SPACE.as_bytes();
    let mut parts: Vec<&str> = relations
        .values()
        .filter(|relation| relation.kind == "customXml" && !relation.external)
        .map(|relation| relation.target.as_str())
        .collect();
    parts.sort_unstable();
    parts.into_iter().take(CUSTOM_PARTS).find_map(|part| {
        let bytes = package.part(part).ok()??;
        let is_ours = bytes.windows(space.len()).take(400).any(|at| at == space);
        let root = is_ours.then(|| xml::parse(part, &bytes, limits, steps).ok())??;
        record::read(&root)
    })
}

/// The main part by the package's relationships; by its usual name where they are missing.
fn main_part(
    package: &mut Package<'_>,
    limits: &Limits,
    steps: &mut Steps,
) -> Result<String, OfficeError> {
    let found = relations(package, "", limits, steps)?;
    let main = found
        .into_values()
        .find(|relation| relation.kind == "officeDocument");
    Ok(main.map_or_else(
        || "word/document.xml".to_owned(),
        |relation| relation.target,
    ))
}

/// The relationships of a part by id; targets are full names of parts unless external.
fn relations(
    package: &mut Package<'_>,
    part: &str,
    limits: &Limits,
    steps: &mut Steps,
) -> Result<HashMap<String, Relation>, OfficeError> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let Some(bytes) = package.part(&name)? else {
        return Ok(HashMap::new());
    };
    let root = xml::parse(&name, &bytes, limits, steps)?;
    let mut all = HashMap::new();
    for element in root.elements() {
        let (Some(id), Some(kind), Some(target)) = (
            element.attribute("Id"),
            element.attribute("Type"),
            element.attribute("Target"),
        ) else {
            continue;
        };
        let external = element.attribute("TargetMode") == Some("External");
        let target = if external {
            target.to_owned()
        } else {
            resolve(folder, target)
        };
        let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
        all.insert(
            id.to_owned(),
            Relation {
                kind,
                target,
                external,
            },
        );
    }
    Ok(all)
}

/// A target seen from a folder, with `..` taken away; it never leaves the package.
fn resolve(folder: &str, target: &str) -> String {
    let mut path: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

/// Counts what stands beside the main text.
fn note_parts(text: &mut DocxText, package: &Package<'_>, relations: &HashMap<String, Relation>) {
    let of_kind = |kinds: &[&str]| {
        let count = relations
            .values()
            .filter(|relation| kinds.contains(&relation.kind.as_str()));
        u32::try_from(count.count()).unwrap_or(u32::MAX)
    };
    text.note(NoticeKind::HeaderFooter, of_kind(&["header", "footer"]));
    text.note(NoticeKind::Comment, of_kind(&["comments"]).min(1));
    let macros = package.names().any(|name| name.ends_with("vbaproject.bin"));
    text.note(NoticeKind::Macro, u32::from(macros));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_stay_in_the_package() {
        assert_eq!(resolve("word", "media/image1.png"), "word/media/image1.png");
        assert_eq!(resolve("word", "/word/styles.xml"), "word/styles.xml");
        assert_eq!(resolve("word", "../../../etc/passwd"), "etc/passwd");
    }
}
