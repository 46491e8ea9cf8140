//! Exchange by disc at a desk: its own card, its server's, and discs written into and read from folders
//! that the person chose.

use std::path::{Path, PathBuf};

use andu_api::{
    ApiError,
    bundle::{
        self as api, BundleAcknowledge, BundleAcknowledged, BundleBoard, BundleCard, BundleDone,
        BundleExport, BundleExported, BundleImport, BundleImported, BundlePeerDeclare,
        BundleReport,
    },
    session::FileToken,
    text,
};
use andu_app::bundle::{self as app, Approval, Declaration, Delivery, Node, Order, Side};

use crate::{clock, file, open::OpenDesk, vault};

/// The largest card, in bytes.
const LARGEST_CARD: u64 = 64 << 10;

fn node(open: &OpenDesk) -> Node<'_> {
    Node {
        store: &open.store,
        id: open.home.device,
        key: &open.key,
        side: Side::Desk {
            own_id: open.home.person.as_text(),
        },
    }
}

/// A desk whose enrolment was lost has a card that no server takes, and would write discs in vain.
fn check_enrolled(open: &OpenDesk) -> Result<(), ApiError> {
    match open.is_replica() && open.sync.is_enrolment_lost() {
        true => Err(text::error("enrolment.lost")),
        false => Ok(()),
    }
}

/// The register of this desk.
///
/// # Errors
/// The store's own.
pub fn list(open: &OpenDesk) -> Result<BundleBoard, ApiError> {
    Ok(open.store.read(api::board)?)
}

/// Writes the desk's own card into a file.
///
/// # Errors
/// `desk.file_token`, and those of the file.
pub fn write_card(open: &OpenDesk, args: &FileToken) -> Result<BundleCard, ApiError> {
    let path = open.files.take(&args.token)?;
    write_card_to(open, &path)
}

/// The same, where the path is known.
///
/// # Errors
/// Those of the file.
pub fn write_card_to(open: &OpenDesk, path: &Path) -> Result<BundleCard, ApiError> {
    check_enrolled(open)?;
    let card = node(open).card();
    vault::write_atomically(path, &card.encode())?;
    Ok(api::card(&card))
}

/// Reads a card out of a file, to be compared and declared.
///
/// # Errors
/// `desk.file_token`, `bundle.not_a_card`.
pub fn read_card(open: &OpenDesk, args: &FileToken) -> Result<BundleCard, ApiError> {
    let bytes = file::read(&open.files.take(&args.token)?, LARGEST_CARD)?;
    Ok(api::card(&app::read_card(&bytes)?))
}

/// Declares the server with which this desk exchanges discs.
///
/// # Errors
/// `bundle.not_a_card`, `bundle.not_a_server`, `bundle.level_unknown`, `bundle.name_needed`.
pub fn declare(open: &OpenDesk, args: &BundlePeerDeclare) -> Result<BundleDone, ApiError> {
    let card = app::read_card(args.card.as_bytes())?;
    if api::card(&card).kind != "server" || !open.is_replica() {
        return Err(text::error("bundle.not_a_server"));
    }
    let declaration = Declaration {
        card: args.card.clone(),
        name: args.name.clone(),
        level: args.level.clone(),
        own_level: args.own_level.clone(),
        downward: args.downward,
        repeat_window: args.repeat_window,
    };
    let (own, by, now) = (open.home.device, open.home.person.as_text(), clock::now());
    let id = open
        .store
        .write(|tx| app::declare(tx, &declaration, (own, false), (&by, &now)))?;
    Ok(BundleDone {
        id: id.as_text(),
        waiting: false,
    })
}

/// Writes a disc.
///
/// # Errors
/// `desk.file_token`, and those of the exchange.
pub fn export(open: &OpenDesk, args: &BundleExport) -> Result<BundleExported, ApiError> {
    let folder = open.files.take(&args.token)?;
    export_to(open, args, &folder, app::LONGEST_CHUNK)
}

/// The same, where the folder is known, with files no longer than that.
///
/// # Errors
/// Those of the exchange.
pub fn export_to(
    open: &OpenDesk,
    args: &BundleExport,
    folder: &Path,
    longest_chunk: u64,
) -> Result<BundleExported, ApiError> {
    check_enrolled(open)?;
    // What was typed last goes along.
    open.writings.flush_all(open);
    let order = Order {
        to: open
            .store
            .read(|reader| api::peer_named(reader, &args.to))?,
        folder,
        medium: &args.medium,
        operator: &open.home.person.as_text(),
        request: None,
        longest_chunk,
        restart: args.restart,
        now: &clock::now(),
    };
    let done = app::export(&node(open), &order)?;
    Ok(open.store.read(|reader| api::exported(reader, &done))?)
}

/// Looks at a disc without opening it.
///
/// # Errors
/// `desk.file_token`, and where there is nothing to look at.
pub fn check(open: &OpenDesk, args: &FileToken) -> Result<BundleReport, ApiError> {
    let folder = open.files.take(&args.token)?;
    let found = app::check(&folder, None)?;
    Ok(api::report(&found, open.files.choose(&folder).token))
}

/// The same for anybody, also without a desk: nothing is opened. With a card the signature is looked at.
///
/// # Errors
/// Where there is nothing to look at; `bundle.not_a_card`.
pub fn check_at(folder: &Path, card: Option<&Path>) -> Result<BundleReport, ApiError> {
    let card = card
        .map(|path| file::read(path, LARGEST_CARD))
        .transpose()?;
    let card = card.map(|bytes| app::read_card(&bytes)).transpose()?;
    Ok(api::report(
        &app::check(folder, card.as_ref())?,
        String::new(),
    ))
}

/// Reads several discs in, those of one chain in their order, until one is refused.
///
/// # Errors
/// Those of the exchange; what was read in before stays.
pub fn import_all(
    open: &OpenDesk,
    args: &BundleImport,
    folders: &[PathBuf],
) -> Result<Vec<BundleImported>, ApiError> {
    let ordered = app::in_order(folders)?;
    let each = ordered.iter().map(|folder| import_from(open, args, folder));
    each.collect()
}

/// Reads a disc in.
///
/// # Errors
/// `desk.file_token`, and those of the exchange.
pub fn import(open: &OpenDesk, args: &BundleImport) -> Result<BundleImported, ApiError> {
    let folder = open.files.take(&args.token)?;
    import_from(open, args, &folder)
}

/// The same, where the folder is known.
///
/// # Errors
/// Those of the exchange.
pub fn import_from(
    open: &OpenDesk,
    args: &BundleImport,
    folder: &Path,
) -> Result<BundleImported, ApiError> {
    check_enrolled(open)?;
    let delivery = Delivery {
        folder,
        medium: &args.medium,
        operator: &open.home.person.as_text(),
        check: &args.check,
        approval: Approval::Paper {
            by: &args.approved_by,
            form: &args.form,
        },
        now: &clock::now(),
    };
    let done = app::import(&node(open), &delivery)?;
    if !open.store.wipe()? {
        tracing::warn!("traces of what was taken away are wiped later: somebody is reading");
    }
    Ok(open.store.read(|reader| api::imported(reader, &done))?)
}

/// Takes a code that somebody read out.
///
/// # Errors
/// `bundle.receipt_shape`, `bundle.receipt_mistyped`, `bundle.receipt_unknown`.
pub fn acknowledge(
    open: &OpenDesk,
    args: &BundleAcknowledge,
) -> Result<BundleAcknowledged, ApiError> {
    let by = open.home.person.as_text();
    let (seq, peer) = app::receipt_typed(&node(open), &args.code, (&by, &clock::now()))?;
    Ok(BundleAcknowledged { seq, peer })
}
