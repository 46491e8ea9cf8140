//! A package from pages.

mod content;

use std::{
    collections::BTreeMap,
    io::{Cursor, Write as _},
    sync::Arc,
};

use andu_base::Date;
use andu_page::display::{Display, Face, PictureFormat, PictureItem};
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use crate::{number, xml::Xml};

/// What the file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// Name of the file in the whole world: 16 bytes that nothing else has.
    pub id: [u8; 16],
    /// Title; may be empty.
    pub title: String,
    /// Who wrote it; may be empty.
    pub author: String,
    /// When it was made.
    pub date: Option<Date>,
}

/// Why pages cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is no page.
    #[error("there is no page to write")]
    NoPage,
    /// The package cannot be put together: it is larger than a package may be.
    #[error("the package cannot be written: {0}")]
    Package(#[from] ZipError),
    /// As before.
    #[error("the package cannot be written: {0}")]
    Io(#[from] std::io::Error),
}

/// Numbers that name the things of a document, each once.
#[derive(Default)]
pub(crate) struct Ids(u32);

impl Ids {
    pub fn next(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }
}

/// The files of a package in order.
struct Package {
    zip: ZipWriter<Cursor<Vec<u8>>>,
}

impl Package {
    fn new() -> Self {
        Self {
            zip: ZipWriter::new(Cursor::new(Vec::new())),
        }
    }

    fn put(
        &mut self,
        name: &str,
        bytes: &[u8],
        method: CompressionMethod,
    ) -> Result<(), WriteError> {
        // The same pages are the same bytes: no file has a time of its own.
        let options = SimpleFileOptions::DEFAULT.compression_method(method);
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)?;
        Ok(())
    }

    fn xml(&mut self, name: &str, xml: Xml) -> Result<(), WriteError> {
        self.put(name, &xml.done(), CompressionMethod::Deflated)
    }
}

/// Pictures of the document, each once, by their bytes.
#[derive(Default)]
pub(crate) struct Pictures {
    known: BTreeMap<Arc<[u8]>, u32>,
    files: Vec<(u32, String, Arc<[u8]>, PictureFormat)>,
}

impl Pictures {
    /// Number of a picture as a resource.
    pub fn id(&mut self, picture: &PictureItem, ids: &mut Ids) -> u32 {
        if let Some(id) = self.known.get(&picture.data) {
            return *id;
        }
        let id = ids.next();
        let ending = match picture.format {
            PictureFormat::Png => "png",
            PictureFormat::Jpeg => "jpg",
        };
        let name = format!("Image_{}.{ending}", self.files.len());
        self.files
            .push((id, name, Arc::clone(&picture.data), picture.format));
        self.known.insert(Arc::clone(&picture.data), id);
        id
    }
}

/// Writes pages as a package.
///
/// # Errors
/// [`WriteError::NoPage`]; the package's own.
pub fn write(display: &Display, about: &About) -> Result<Vec<u8>, WriteError> {
    let first = display.pages.first().ok_or(WriteError::NoPage)?;
    let mut package = Package::new();
    let mut ids = Ids::default();
    let mut pictures = Pictures::default();
    let fonts: Vec<u32> = display.fonts.iter().map(|_| ids.next()).collect();
    package.xml("OFD.xml", entry(about))?;

    let mut pages = Vec::new();
    for (at, sheet) in display.pages.iter().enumerate() {
        let id = ids.next();
        let own = (sheet.width, sheet.height);
        let area = (own != (first.width, first.height)).then_some(own);
        let content = content::page(sheet, area, &fonts, &mut ids, &mut pictures);
        package.xml(&format!("Doc_0/Pages/Page_{at}/Content.xml"), content)?;
        pages.push(id);
    }
    package.xml("Doc_0/PublicRes.xml", resources(&display.fonts, &fonts))?;
    for (at, font) in display.fonts.iter().enumerate() {
        let name = format!("Doc_0/Res/{}", font_file(at, font));
        package.put(&name, &font.data, CompressionMethod::Deflated)?;
    }
    if !pictures.files.is_empty() {
        package.xml("Doc_0/DocumentRes.xml", media(&pictures))?;
        for (_, name, data, _) in &pictures.files {
            let name = format!("Doc_0/Res/{name}");
            // They are packed already.
            package.put(&name, data, CompressionMethod::Stored)?;
        }
    }
    let size = (first.width, first.height);
    let has_media = !pictures.files.is_empty();
    package.xml(
        "Doc_0/Document.xml",
        document(size, &pages, has_media, &ids),
    )?;
    Ok(package.zip.finish()?.into_inner())
}

/// The file by which everything is found.
fn entry(about: &About) -> Xml {
    let mut xml = Xml::root("OFD", &[("DocType", "OFD"), ("Version", "1.1")]);
    xml.open("DocBody", &[]);
    xml.open("DocInfo", &[]);
    let id: String = about.id.iter().map(|byte| format!("{byte:02x}")).collect();
    xml.text("DocID", &[], &id);
    for (name, value) in [("Title", &about.title), ("Author", &about.author)] {
        if !value.is_empty() {
            xml.text(name, &[], value);
        }
    }
    if let Some(date) = about.date {
        xml.text("CreationDate", &[], &date.to_string());
    }
    xml.text("Creator", &[], "Andu");
    xml.text("CreatorVersion", &[], env!("CARGO_PKG_VERSION"));
    xml.close();
    xml.text("DocRoot", &[], "Doc_0/Document.xml");
    xml
}

fn document((width, height): (f64, f64), pages: &[u32], has_media: bool, ids: &Ids) -> Xml {
    let mut xml = Xml::root("Document", &[]);
    xml.open("CommonData", &[]);
    xml.text("MaxUnitID", &[], &ids.0.to_string());
    xml.open("PageArea", &[]);
    let sheet = number::lengths(&[0.0, 0.0, width, height]);
    xml.text("PhysicalBox", &[], &sheet);
    xml.close();
    xml.text("PublicRes", &[], "PublicRes.xml");
    if has_media {
        xml.text("DocumentRes", &[], "DocumentRes.xml");
    }
    xml.close();
    xml.open("Pages", &[]);
    for (at, id) in pages.iter().enumerate() {
        let file = format!("Pages/Page_{at}/Content.xml");
        xml.empty("Page", &[("ID", &id.to_string()), ("BaseLoc", &file)]);
    }
    xml
}

/// The name of a font's file.
fn font_file(at: usize, font: &Face) -> String {
    let ending = match font.data.get(..4) {
        Some(b"OTTO") => "otf",
        _ => "ttf",
    };
    format!("Font_{at}.{ending}")
}

fn resources(fonts: &[Face], ids: &[u32]) -> Xml {
    let mut xml = Xml::root("Res", &[("BaseLoc", "Res")]);
    xml.open("Fonts", &[]);
    for (at, (font, id)) in fonts.iter().zip(ids).enumerate() {
        let id = id.to_string();
        xml.open(
            "Font",
            &[
                ("ID", &id),
                ("FontName", &font.name),
                ("FamilyName", &font.name),
                ("Charset", "unicode"),
            ],
        );
        xml.text("FontFile", &[], &font_file(at, font));
        xml.close();
    }
    xml
}

fn media(pictures: &Pictures) -> Xml {
    let mut xml = Xml::root("Res", &[("BaseLoc", "Res")]);
    xml.open("MultiMedias", &[]);
    for (id, name, _, format) in &pictures.files {
        let format = match format {
            PictureFormat::Png => "PNG",
            PictureFormat::Jpeg => "JPEG",
        };
        let id = id.to_string();
        xml.open(
            "MultiMedia",
            &[("ID", &id), ("Type", "Image"), ("Format", format)],
        );
        xml.text("MediaFile", &[], name);
        xml.close();
    }
    xml
}
