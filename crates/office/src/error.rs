//! Why a file of another program could not be read or made. Each variant names a situation; the
//! sentence for the user is made from `code` and `fields` by `assets/text/zh-CN/office.json`.

/// A file that could not be read, converted or written.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// Nothing in it.
    #[error("the file is empty")]
    EmptyFile,
    /// More bytes than the limit.
    #[error("the file has {size_mb} MB, over the limit of {limit_mb} MB")]
    FileTooLarge {
        /// Size in whole MB, rounded up.
        size_mb: u64,
        /// The limit in MB.
        limit_mb: u64,
    },
    /// An OLE container that is not encrypted: a .doc, .wps or .xls of older programs.
    #[error("the file is an old binary format, not .docx")]
    OldFormat,
    /// Protected by a password: an OLE container with an encrypted package, or an encrypted zip entry.
    #[error("the file is protected by a password")]
    Encrypted,
    /// Not a zip at all.
    #[error("the file is not a .docx package")]
    NotPackage,
    /// A zip whose directory or data ends early.
    #[error("the file is cut short")]
    Truncated,
    /// A package of another kind, without a text document in it.
    #[error("the package holds no text document; it looks like: {kind}")]
    NoTextDocument {
        /// What it looks like: xlsx, pptx, odt, zip.
        kind: String,
    },
    /// A part that cannot be read: wrong checksum, no XML, wrong encoding.
    #[error("part `{part}` is damaged")]
    DamagedPart {
        /// Name of the part, at most 80 characters.
        part: String,
    },
    /// Unpacks to more than the limit.
    #[error("the package unpacks to more than {limit_mb} MB")]
    UnpacksTooLarge {
        /// The limit in MB.
        limit_mb: u64,
    },
    /// A part is packed tighter than any document is: a zip bomb.
    #[error("part `{part}` unpacks more than {limit} fold")]
    UnpacksTooFar {
        /// Name of the part.
        part: String,
        /// The limit of the ratio.
        limit: u64,
    },
    /// More entries than the limit.
    #[error("the package has {count} entries, over the limit of {limit}")]
    TooManyEntries {
        /// How many.
        count: u64,
        /// The limit.
        limit: u64,
    },
    /// Elements nested deeper than the limit.
    #[error("part `{part}` nests deeper than {limit} levels")]
    TooDeep {
        /// Name of the part.
        part: String,
        /// The limit.
        limit: u64,
    },
    /// More XML events, blocks or cells than the limit: the budget of work is used up.
    #[error("the file takes more than {limit} steps to read")]
    TooMuchWork {
        /// The limit.
        limit: u64,
    },
    /// A document type or entity declaration, which no text document has.
    #[error("part `{part}` declares entities")]
    EntitiesDeclared {
        /// Name of the part.
        part: String,
    },
    /// Bytes that are no text in UTF-8, UTF-16 or GB18030.
    #[error("the text is in no known encoding")]
    UnknownEncoding,
    /// Bytes of a program or picture under the name of a text.
    #[error("the file holds binary data, not text")]
    BinaryNotText,
    /// No text at all in the document.
    #[error("the document holds no text")]
    NoText,
    /// A spreadsheet without a usable sheet or its first row.
    #[error("the workbook has no row of column names")]
    NoHeaderRow,
    /// Two columns of the same name.
    #[error("two columns have the same name: {column}")]
    DoubleColumn {
        /// The name.
        column: String,
    },
    /// A column that this kind of table must have is missing.
    #[error("column is missing: {column}")]
    MissingColumn {
        /// The name.
        column: String,
    },
    /// More rows or columns than the limit.
    #[error("the sheet has more than {limit} rows, or more than {columns} columns")]
    SheetTooLarge {
        /// The limit of rows.
        limit: u64,
        /// The limit of columns.
        columns: u64,
    },
    /// A cell longer than a workbook can hold.
    #[error("cell in row {row}, column {column} is longer than {limit} characters")]
    CellTooLong {
        /// From 1, the header row being 1.
        row: u64,
        /// From 1.
        column: u64,
        /// The limit.
        limit: u64,
    },
    /// No program on this machine converts .doc or .wps.
    #[error("no LibreOffice at the given path")]
    ConverterMissing,
    /// The converter ended without a result.
    #[error("LibreOffice could not convert the file")]
    ConverterFailed,
    /// The converter took too long and was ended.
    #[error("LibreOffice took longer than {seconds} s and was ended")]
    ConverterTimedOut {
        /// The limit in seconds.
        seconds: u64,
    },
    /// An image of the document is not Base64, or not of the kind it says.
    #[error("the image at `{place}` cannot be used")]
    UnusableImage {
        /// Place in the document, such as `body/3`.
        place: String,
    },
    /// The file system refused.
    #[error("reading or writing a file failed")]
    Io(#[from] std::io::Error),
    /// The writer of workbooks refused; a bug of ours unless the disk is full.
    #[error("the workbook could not be written")]
    Workbook(#[source] Box<rust_xlsxwriter::XlsxError>),
    /// The writer of packages refused; a bug of ours.
    #[error("the package could not be written")]
    Package(#[source] Box<zip::result::ZipError>),
}

impl OfficeError {
    /// Key of the sentence in the catalogue, after `office.`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmptyFile => "empty_file",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::OldFormat => "old_format",
            Self::Encrypted => "encrypted",
            Self::NotPackage => "not_package",
            Self::Truncated => "truncated",
            Self::NoTextDocument { .. } => "no_text_document",
            Self::DamagedPart { .. } => "damaged_part",
            Self::UnpacksTooLarge { .. } => "unpacks_too_large",
            Self::UnpacksTooFar { .. } => "unpacks_too_far",
            Self::TooManyEntries { .. } => "too_many_entries",
            Self::TooDeep { .. } => "too_deep",
            Self::TooMuchWork { .. } => "too_much_work",
            Self::EntitiesDeclared { .. } => "entities_declared",
            Self::UnknownEncoding => "unknown_encoding",
            Self::BinaryNotText => "binary_not_text",
            Self::NoText => "no_text",
            Self::NoHeaderRow => "no_header_row",
            Self::DoubleColumn { .. } => "double_column",
            Self::MissingColumn { .. } => "missing_column",
            Self::SheetTooLarge { .. } => "sheet_too_large",
            Self::CellTooLong { .. } => "cell_too_long",
            Self::ConverterMissing => "converter_missing",
            Self::ConverterFailed => "converter_failed",
            Self::ConverterTimedOut { .. } => "converter_timed_out",
            Self::UnusableImage { .. } => "unusable_image",
            Self::Io(_) => "io",
            Self::Workbook(_) => "workbook",
            Self::Package(_) => "package",
        }
    }

    /// What fills the placeholders of the sentence, by name.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::FileTooLarge { size_mb, limit_mb } => {
                vec![
                    ("size_mb", size_mb.to_string()),
                    ("limit_mb", limit_mb.to_string()),
                ]
            }
            Self::NoTextDocument { kind } => vec![("kind", kind.clone())],
            Self::DamagedPart { part } | Self::EntitiesDeclared { part } => {
                vec![("part", part.clone())]
            }
            Self::UnpacksTooLarge { limit_mb } => vec![("limit_mb", limit_mb.to_string())],
            Self::UnpacksTooFar { part, limit } | Self::TooDeep { part, limit } => {
                vec![("part", part.clone()), ("limit", limit.to_string())]
            }
            Self::TooManyEntries { count, limit } => {
                vec![("count", count.to_string()), ("limit", limit.to_string())]
            }
            Self::TooMuchWork { limit } => vec![("limit", limit.to_string())],
            Self::DoubleColumn { column } | Self::MissingColumn { column } => {
                vec![("column", column.clone())]
            }
            Self::SheetTooLarge { limit, columns } => {
                vec![
                    ("limit", limit.to_string()),
                    ("columns", columns.to_string()),
                ]
            }
            Self::CellTooLong { row, column, limit } => vec![
                ("row", row.to_string()),
                ("column", column.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::ConverterTimedOut { seconds } => vec![("seconds", seconds.to_string())],
            Self::UnusableImage { place } => vec![("place", place.clone())],
            Self::EmptyFile
            | Self::OldFormat
            | Self::Encrypted
            | Self::NotPackage
            | Self::Truncated
            | Self::UnknownEncoding
            | Self::BinaryNotText
            | Self::NoText
            | Self::NoHeaderRow
            | Self::ConverterMissing
            | Self::ConverterFailed
            | Self::Io(_)
            | Self::Workbook(_)
            | Self::Package(_) => Vec::new(),
        }
    }
}
