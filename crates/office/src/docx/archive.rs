//! The package that a Word file is: parts by name, packed; and what every one of ours has in it.

use std::io::{Cursor, Write as _};

use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::error::OfficeError;

/// How every part begins.
pub(super) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// What the types of relations begin with.
pub(super) const RELATION: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
/// What the spaces of the package begin with.
pub(super) const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
/// What the media types of Word's parts begin with.
pub(super) const WORD_TYPE: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml";

/// A package that is being put together. The same parts give the same bytes.
pub(super) struct Archive(ZipWriter<Cursor<Vec<u8>>>);

impl Archive {
    /// A package with the types of its parts (which go first, as readers expect), its root relations and its title.
    pub(super) fn begin(content_types: &str, title: &str) -> Result<Self, OfficeError> {
        let mut archive = Self(ZipWriter::new(Cursor::new(Vec::new())));
        archive.put("[Content_Types].xml", content_types.as_bytes())?;
        archive.put("_rels/.rels", root_relations().as_bytes())?;
        archive.put("docProps/core.xml", core_properties(title).as_bytes())?;
        Ok(archive)
    }

    /// Adds a part.
    pub(super) fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), OfficeError> {
        let packed = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(6));
        self.0.start_file(name, packed).map_err(failed)?;
        Ok(self.0.write_all(bytes)?)
    }

    /// Its bytes.
    pub(super) fn finish(self) -> Result<Vec<u8>, OfficeError> {
        Ok(self.0.finish().map_err(failed)?.into_inner())
    }
}

fn failed(error: zip::result::ZipError) -> OfficeError {
    OfficeError::Package(Box::new(error))
}

fn root_relations() -> String {
    format!(
        "{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\"><Relationship Id=\"document\" Type=\"{RELATION}/officeDocument\" Target=\"word/document.xml\"/><Relationship Id=\"core\" Type=\"{PACKAGE}/relationships/metadata/core-properties\" Target=\"docProps/core.xml\"/></Relationships>"
    )
}

fn core_properties(title: &str) -> String {
    let title = quick_xml::escape::partial_escape(title);
    format!(
        "{DECLARATION}<cp:coreProperties xmlns:cp=\"{PACKAGE}/metadata/core-properties\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>{title}</dc:title></cp:coreProperties>"
    )
}
