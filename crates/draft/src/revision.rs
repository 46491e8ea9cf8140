//! Brings a text to a wanted document by the fewest Yjs operations that are reasonable: untouched
//! blocks stay as they are, an edited one keeps its node and most of its characters, so that
//! others' edits of the same moment and the authorship of what stays survive.

use andu_document::{Attachment, Block, IssuedText, OfficialDocument, Table, body::Align};
use serde_json::{Map as JsonMap, Value};
use yrs::{
    Any, Array, ArrayRef, Map, MapPrelim, Out, ReadTxn, Text, TextRef, TransactionMut, WriteTxn,
    XmlElementRef, XmlFragment, XmlFragmentRef, XmlTextRef, types::Delta,
};

use crate::{
    align::{self, Item, align},
    blocks::{self, Piece},
    reading::{self, ATTACHMENTS, AttachmentRoots, ELEMENTS, ISSUED_ATTACHMENTS, Problems},
    span::{self, LineKind, Look, Span, line_of},
    value,
    wording::{self, For, Token},
    writing,
};

/// Brings the text to `target`, which is in normal form.
pub(crate) fn revise(txn: &mut TransactionMut<'_>, target: &OfficialDocument) {
    let current = reading::read(txn).document;
    revise_elements(txn, &current, target);
    let title = txn.get_or_insert_text("title");
    revise_plain(txn, &title, &current.title, &target.title);
    revise_fragment(txn, "body", &target.body);
    revise_attachments(txn, ATTACHMENTS, &target.attachments);
    revise_issued(txn, target.issued_text.as_ref());
}

/// The elements of a document that stand in the map `elements`, all of them, as JSON.
pub(crate) fn fields(document: &OfficialDocument) -> JsonMap<String, Value> {
    // Bodies hold images: they are not wanted here, and costly.
    let bare = OfficialDocument {
        title: String::new(),
        body: Vec::new(),
        attachments: Vec::new(),
        issued_text: None,
        ..document.clone()
    };
    match serde_json::to_value(bare) {
        Ok(Value::Object(fields)) => fields,
        _ => unreachable!("BUG: a document is an object of JSON"),
    }
}

fn revise_elements(
    txn: &mut TransactionMut<'_>,
    current: &OfficialDocument,
    target: &OfficialDocument,
) {
    let (current, target) = (fields(current), fields(target));
    let defaults = fields(&OfficialDocument::default());
    let map = txn.get_or_insert_map("elements");
    for name in ELEMENTS.iter() {
        let Some(wanted) = target
            .get(name)
            .filter(|wanted| current.get(name) != Some(*wanted))
        else {
            continue;
        };
        if defaults.get(name) == Some(wanted) {
            map.remove(txn, name);
        } else {
            map.insert(txn, name.as_str(), value::from_json(wanted));
        }
    }
}

fn revise_plain(txn: &mut TransactionMut<'_>, text: &TextRef, current: &str, target: &str) {
    if current == target {
        return;
    }
    let spans = |text: &str| {
        [Span {
            text: text.to_owned(),
            ..Span::default()
        }]
    };
    let delta = delta(&spans(current), &spans(target));
    text.apply_delta(txn, delta);
}

/// The operations that make `target` of `current`.
fn delta(current: &[Span], target: &[Span]) -> Vec<Delta<Any>> {
    let old = wording::tokens(current, For::Editing);
    let new = wording::tokens(target, For::Editing);
    let length = |tokens: &[Token]| -> u32 {
        let units: usize = tokens
            .iter()
            .map(|token| token.text.encode_utf16().count())
            .sum();
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    let mut delta = Vec::new();
    for stretch in wording::compare(&old, &new, For::Editing) {
        let (olds, news) = (&old[stretch.old], &new[stretch.new]);
        if !stretch.is_equal {
            for group in news.chunk_by(|a, b| a.look == b.look) {
                let text: String = group.iter().map(|token| token.text.as_str()).collect();
                let look = group.first().map_or_else(Look::default, |token| token.look);
                delta.push(Delta::Inserted(Any::from(text), writing::marks(look)));
            }
            if !olds.is_empty() {
                delta.push(Delta::Deleted(length(olds)));
            }
            continue;
        }
        let both: Vec<(&Token, &Token)> = olds.iter().zip(news).collect();
        let looks = |pair: &(&Token, &Token)| (pair.0.look, pair.1.look);
        for group in both.chunk_by(|a, b| looks(a) == looks(b)) {
            let Some((from, to)) = group.first().map(looks) else {
                continue;
            };
            let units: usize = group
                .iter()
                .map(|(token, _)| token.text.encode_utf16().count())
                .sum();
            let units = u32::try_from(units).unwrap_or(u32::MAX);
            delta.push(Delta::Retain(units, writing::mark_changes(from, to)));
        }
    }
    delta
}

/// Brings the fragment named `root` to `target`.
fn revise_fragment(txn: &mut TransactionMut<'_>, root: &str, target: &[Block]) {
    let target = span::normal_body(target);
    let fragment = txn.get_or_insert_xml_fragment(root);
    let placed = reading::placed(txn, &fragment, root, &mut Problems::default());
    if target.is_empty()
        && matches!(&placed[..], [only] if span::is_blank(std::slice::from_ref(&only.block)))
    {
        return;
    }
    let olds: Vec<Item> = placed.iter().map(|placed| item(&placed.block)).collect();
    let news: Vec<Item> = target.iter().map(item).collect();
    let pairs = align(&olds, &news);
    // From the end, so that indexes before stay what they are.
    let mut next = fragment.len(txn);
    for pair in pairs.into_iter().rev() {
        match pair {
            (None, Some(new)) => writing::insert_block(txn, &fragment, next, &target[new]),
            (Some(old), new) => {
                next = placed[old].index;
                let is_kept = match new {
                    Some(new) => {
                        olds[old].name == news[new].name
                            || revise_block(txn, &fragment, next, &placed[old].block, &target[new])
                    }
                    None => false,
                };
                if !is_kept {
                    fragment.remove(txn, next);
                    if let Some(new) = new {
                        writing::insert_block(txn, &fragment, next, &target[new]);
                    }
                }
            }
            (None, None) => {}
        }
    }
}

fn item(block: &Block) -> Item {
    let frame = match line_of(block) {
        Some((kind, _)) => writing::tag(kind),
        None => match block {
            Block::Table(_) => "table",
            Block::Image(_) => "image",
            _ => "pageBreak",
        },
    };
    Item {
        name: serde_json::to_string(block).unwrap_or_default(),
        frame: frame.to_owned(),
        text: block.text(),
    }
}

fn element_at<T: ReadTxn>(txn: &T, parent: &ArrayRef, index: u32) -> Option<XmlElementRef> {
    match parent.get(txn, index) {
        Some(Out::YXmlElement(element)) => Some(element),
        _ => None,
    }
}

/// Changes a node in place; `false` where it has to be replaced.
fn revise_block(
    txn: &mut TransactionMut<'_>,
    fragment: &XmlFragmentRef,
    index: u32,
    old: &Block,
    new: &Block,
) -> bool {
    let Some(element) = element_at(txn, fragment.as_ref(), index) else {
        return false;
    };
    match (line_of(old), line_of(new), old, new) {
        (Some((old_kind, old_spans)), Some((kind, spans)), ..) => {
            if writing::tag(old_kind) != writing::tag(kind) {
                return false;
            }
            if old_kind != kind {
                writing::write_kind(txn, &element, kind);
            }
            if old_spans != spans {
                revise_line(txn, &element, &spans);
            }
            true
        }
        (_, _, Block::Image(_), Block::Image(image)) => {
            writing::write_image(txn, &element, image);
            true
        }
        (_, _, Block::Table(old), Block::Table(new)) => revise_table(txn, &element, old, new),
        _ => false,
    }
}

/// Brings the children of a line to `spans`: in place where the breaks stay, else anew.
fn revise_line(txn: &mut TransactionMut<'_>, element: &XmlElementRef, spans: &[Span]) {
    let wanted = writing::segments(spans);
    let pieces = blocks::pieces(txn, element, &mut Problems::default());
    if let Some(present) =
        simple_segments(txn, pieces).filter(|present| present.len() == wanted.len())
    {
        let fits = present
            .iter()
            .zip(&wanted)
            .all(|(old, new)| old.is_some() || new.is_empty());
        if fits {
            for (old, new) in present.into_iter().zip(&wanted) {
                if let Some((text, old)) = old.filter(|(_, old)| old != new) {
                    text.apply_delta(txn, delta(&old, new));
                }
            }
            return;
        }
    }
    let length = element.len(txn);
    if length > 0 {
        element.remove_range(txn, 0, length);
    }
    writing::write_line(txn, element, spans);
}

type Segment = Option<(XmlTextRef, Vec<Span>)>;

/// The texts between breaks, if there is at most one each and nothing else in them.
fn simple_segments<T: ReadTxn>(txn: &T, pieces: Vec<Piece>) -> Option<Vec<Segment>> {
    let mut segments: Vec<Segment> = vec![None];
    for piece in pieces {
        match piece {
            Piece::Break(..) => segments.push(None),
            Piece::Text(text, spans) => {
                let units: usize = spans
                    .iter()
                    .map(|span| span.text.encode_utf16().count())
                    .sum();
                let segment = segments.last_mut().filter(|segment| segment.is_none())?;
                if text.len(txn) as usize != units {
                    return None;
                }
                *segment = Some((text, spans));
            }
            Piece::Unknown => return None,
        }
    }
    Some(segments)
}

fn revise_table(
    txn: &mut TransactionMut<'_>,
    element: &XmlElementRef,
    old: &Table,
    new: &Table,
) -> bool {
    if !has_same_shape(old, new) || old.widths != new.widths || old.header_rows != new.header_rows {
        return false;
    }
    let mut cells = Vec::new();
    for row in blocks::children(txn, element, &["tableRow"], || {}) {
        cells.push(blocks::children(
            txn,
            &row,
            &["tableCell", "tableHeader"],
            || {},
        ));
    }
    if (&old.caption, old.landscape) != (&new.caption, new.landscape) {
        writing::write_table_attributes(txn, element, new);
    }
    let olds = old.rows.iter().flat_map(|row| &row.cells);
    let news = new.rows.iter().flat_map(|row| &row.cells);
    for ((element, old), new) in cells.iter().flatten().zip(olds).zip(news) {
        if old == new {
            continue;
        }
        let segments = writing::segments(&span::cell_spans(new));
        let mut others = false;
        let paragraphs = blocks::children(txn, element, &["paragraph"], || others = true);
        if others || paragraphs.len() != segments.len() {
            let length = element.len(txn);
            if length > 0 {
                element.remove_range(txn, 0, length);
            }
            writing::write_cell(txn, element, new);
            continue;
        }
        for (paragraph, spans) in paragraphs.iter().zip(&segments) {
            revise_align(txn, paragraph, old.align, new.align);
            revise_line(txn, paragraph, spans);
        }
    }
    true
}

fn revise_align(
    txn: &mut TransactionMut<'_>,
    paragraph: &XmlElementRef,
    old: Option<Align>,
    new: Option<Align>,
) {
    if old != new {
        writing::write_kind(txn, paragraph, LineKind::Paragraph(new));
    }
}

/// Same rows of same cells, whatever is in them.
pub(crate) fn has_same_shape(old: &Table, new: &Table) -> bool {
    let shape = |table: &Table| -> Vec<Vec<(u32, u32)>> {
        let row = |row: &andu_document::Row| {
            row.cells
                .iter()
                .map(|cell| (cell.colspan, cell.rowspan))
                .collect()
        };
        table.rows.iter().map(row).collect()
    };
    shape(old) == shape(new)
}

fn revise_attachments(txn: &mut TransactionMut<'_>, roots: AttachmentRoots, target: &[Attachment]) {
    let list = txn.get_or_insert_array(roots.list);
    let entries: Vec<Out> = list.iter(txn).collect();
    let mut present = Vec::new();
    for entry in &entries {
        present.push(reading::read_entry(
            txn,
            entry,
            roots.place,
            &mut Problems::default(),
        ));
    }
    let name = |attachment: &Attachment| Item {
        name: attachment.title.clone(),
        frame: String::new(),
        text: attachment.title.clone(),
    };
    let olds: Vec<Item> = present
        .iter()
        .map(|(attachment, _)| name(attachment))
        .collect();
    let news: Vec<Item> = target.iter().map(name).collect();
    let mut next = list.len(txn);
    for pair in keep_by_order(align(&olds, &news)).into_iter().rev() {
        if let Some(old) = pair.0 {
            next = u32::try_from(old).unwrap_or(u32::MAX);
            let (attachment, id) = &present[old];
            if let (Some(new), Some(id), Out::YMap(map)) = (pair.1, id, &entries[old]) {
                let new = &target[new];
                if attachment.title != new.title {
                    map.insert(txn, "title", new.title.as_str());
                }
                if attachment.separate != new.separate {
                    map.insert(txn, "separate", new.separate);
                }
                if attachment.landscape != new.landscape {
                    map.insert(txn, "landscape", new.landscape);
                }
                revise_fragment(txn, &format!("{}{id}", roots.bodies), &new.body);
                continue;
            }
            list.remove(txn, next);
            if let Some(id) = id {
                revise_fragment(txn, &format!("{}{id}", roots.bodies), &[]);
            }
        }
        if let Some(new) = pair.1 {
            insert_attachment(txn, roots, &list, next, &target[new]);
        }
    }
}

/// Where one attachment went and another came at the same place, it is the same one renamed.
fn keep_by_order(pairs: Vec<align::Pair>) -> Vec<align::Pair> {
    let mut kept: Vec<align::Pair> = Vec::new();
    for pair in pairs {
        let gone = kept
            .iter()
            .rposition(|pair| pair.1.is_some())
            .map_or(0, |at| at + 1);
        match (pair, kept.get_mut(gone)) {
            ((None, Some(new)), Some(first)) => first.1 = Some(new),
            _ => kept.push(pair),
        }
    }
    kept
}

fn insert_attachment(
    txn: &mut TransactionMut<'_>,
    roots: AttachmentRoots,
    list: &ArrayRef,
    index: u32,
    attachment: &Attachment,
) {
    let id = attachment_id(txn);
    let entry = MapPrelim::from([
        ("id", Any::from(id.as_str())),
        ("title", Any::from(attachment.title.as_str())),
        ("separate", Any::from(attachment.separate)),
        ("landscape", Any::from(attachment.landscape)),
    ]);
    list.insert(txn, index, entry);
    revise_fragment(txn, &format!("{}{id}", roots.bodies), &attachment.body);
}

/// A new id in the form of a UUID (version 8). Client ids are used once and their clocks only
/// rise, so the pair of both is unique without randomness.
fn attachment_id(txn: &TransactionMut<'_>) -> String {
    let client = txn.doc().client_id();
    let clock = txn.state_vector().get(&client);
    let seed = format!("andu attachment {} {clock}", client.get());
    let hash = andu_base::ContentHash::of(seed.as_bytes());
    let mut bytes: [u8; 16] = std::array::from_fn(|at| hash.0[at]);
    bytes[6] = (bytes[6] & 0x0f) | 0x80;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

fn revise_issued(txn: &mut TransactionMut<'_>, target: Option<&IssuedText>) {
    let map = txn.get_or_insert_map("issued");
    let is_present = |txn: &TransactionMut<'_>| {
        map.get(txn, "present")
            .is_some_and(|present| value::truth(&present) == Some(true))
    };
    let Some(target) = target else {
        if is_present(txn) {
            map.insert(txn, "present", false);
        }
        return;
    };
    // What was hidden may still be there: the difference is taken from what stands.
    let current = reading::read_issued(txn, &mut Problems::default());
    if !is_present(txn) {
        map.insert(txn, "present", true);
    }
    for (name, current, target) in [
        ("title", &current.title, &target.title),
        ("subtitle", &current.subtitle, &target.subtitle),
    ] {
        if current != target {
            map.insert(txn, name, target.as_str());
        }
    }
    revise_fragment(txn, "issued:body", &target.body);
    revise_attachments(txn, ISSUED_ATTACHMENTS, &target.attachments);
}
