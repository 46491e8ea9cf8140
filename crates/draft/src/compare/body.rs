//! Compares two bodies: blocks first, then the words inside those that were edited.

use andu_document::{Block, Cell, Change, Row, Run, Table};

use super::{Notes, runs_of};
use crate::{
    align::{Item, align},
    span::{Span, block_of, cell_spans, line_of},
    wording::{self, For, Token},
};

/// The blocks of both versions in one body; places are those in it.
pub(super) fn compare(old: &[Block], new: &[Block], place: &str, notes: &mut Notes) -> Vec<Block> {
    let olds: Vec<Item> = old.iter().map(item).collect();
    let news: Vec<Item> = new.iter().map(item).collect();
    let mut marked: Vec<Block> = Vec::new();
    let whole = |block: &Block, change: Change, marked: &mut Vec<Block>, notes: &mut Notes| {
        notes.block(format!("{place}/{}", marked.len()), change);
        marked.push(marked_block(block, change, notes));
    };
    for pair in align(&olds, &news) {
        match pair {
            (Some(o), Some(n)) if olds[o].name == news[n].name => marked.push(new[n].clone()),
            (Some(o), Some(n)) => {
                let at = format!("{place}/{}", marked.len());
                match edited(&old[o], &new[n], &at, notes) {
                    Some(block) => marked.push(block),
                    None => {
                        whole(&old[o], Change::Deleted, &mut marked, notes);
                        whole(&new[n], Change::Inserted, &mut marked, notes);
                    }
                }
            }
            (Some(o), None) => whole(&old[o], Change::Deleted, &mut marked, notes),
            (None, Some(n)) => whole(&new[n], Change::Inserted, &mut marked, notes),
            (None, None) => {}
        }
    }
    marked
}

/// Two plain texts in one.
pub(super) fn plain(old: &str, new: &str, notes: &mut Notes) -> Vec<Run> {
    let spans = |text: &str| {
        [Span {
            text: text.to_owned(),
            ..Span::default()
        }]
    };
    runs_of(line(&spans(old), &spans(new), notes))
}

/// Only blocks that differ in nothing but their text can be shown as one block.
fn item(block: &Block) -> Item {
    let frame = match (line_of(block), block) {
        (Some((kind, _)), _) => format!("{kind:?}"),
        (None, Block::Table(table)) => {
            let Table {
                caption,
                rows: _,
                header_rows,
                widths,
                landscape,
            } = table;
            format!("table {caption:?} {header_rows} {widths:?} {landscape}")
        }
        (None, _) => String::from("whole"),
    };
    Item {
        name: serde_json::to_string(block).unwrap_or_default(),
        frame,
        text: block.text(),
    }
}

fn edited(old: &Block, new: &Block, place: &str, notes: &mut Notes) -> Option<Block> {
    match (line_of(old), line_of(new), old, new) {
        (Some((_, old)), Some((kind, new)), ..) => Some(block_of(kind, line(&old, &new, notes))),
        (_, _, Block::Table(old), Block::Table(new)) => {
            table(old, new, place, notes).map(Block::Table)
        }
        _ => None,
    }
}

/// Two lines of text in one: what went stands before what came.
fn line(old: &[Span], new: &[Span], notes: &mut Notes) -> Vec<Span> {
    let old = wording::tokens(old, For::Reading);
    let new = wording::tokens(new, For::Reading);
    let mut spans: Vec<Span> = Vec::new();
    let mut add = |tokens: &[Token], change: Option<Change>| {
        for token in tokens {
            match spans.last_mut() {
                Some(last) if last.look == token.look && last.change == change => {
                    last.text.push_str(&token.text);
                }
                _ => spans.push(Span {
                    text: token.text.clone(),
                    look: token.look,
                    change,
                    by: None,
                }),
            }
            if let Some(change) = change {
                notes.count(&token.text, change);
            }
        }
    };
    for stretch in wording::compare(&old, &new, For::Reading) {
        if stretch.is_equal {
            add(&new[stretch.new], None);
        } else {
            add(&old[stretch.old], Some(Change::Deleted));
            add(&new[stretch.new], Some(Change::Inserted));
        }
    }
    spans
}

/// Two tables in one, row by row; `None` where they have to stand one after the other.
fn table(old: &Table, new: &Table, place: &str, notes: &mut Notes) -> Option<Table> {
    let pairs = align(&rows(old), &rows(new));
    let is_spanned = |table: &Table| {
        table
            .rows
            .iter()
            .flat_map(|row| &row.cells)
            .any(|cell| cell.rowspan > 1)
    };
    let all_paired = pairs.iter().all(|pair| matches!(pair, (Some(_), Some(_))));
    if !all_paired && (is_spanned(old) || is_spanned(new)) {
        return None;
    }
    let mut marked = Vec::new();
    for pair in pairs {
        let place = || format!("{place}/rows/{}", marked.len());
        let row = match pair {
            (Some(o), Some(n)) => {
                let cells = old.rows[o].cells.iter().zip(&new.rows[n].cells);
                let cells = cells.map(|(old, new)| Cell {
                    runs: runs_of(line(&cell_spans(old), &cell_spans(new), notes)),
                    ..*new
                });
                Row {
                    cells: cells.collect(),
                }
            }
            (Some(gone), None) => {
                notes.block(place(), Change::Deleted);
                marked_row(&old.rows[gone], Change::Deleted, notes)
            }
            (None, Some(come)) => {
                notes.block(place(), Change::Inserted);
                marked_row(&new.rows[come], Change::Inserted, notes)
            }
            (None, None) => continue,
        };
        marked.push(row);
    }
    Some(Table {
        rows: marked,
        ..new.clone()
    })
}

/// Only rows of the same cells can be shown as one row.
fn rows(table: &Table) -> Vec<Item> {
    let item = |row: &Row| {
        let shape = |cell: &Cell| (cell.colspan, cell.rowspan, cell.align);
        let text = |cell: &Cell| {
            cell.runs
                .iter()
                .map(|run| run.text.as_str())
                .collect::<String>()
        };
        Item {
            name: serde_json::to_string(row).unwrap_or_default(),
            frame: format!("{:?}", row.cells.iter().map(shape).collect::<Vec<_>>()),
            text: row.cells.iter().map(text).collect::<Vec<_>>().join("\n"),
        }
    };
    table.rows.iter().map(item).collect()
}

/// A block that came or went as a whole.
pub(super) fn marked_block(block: &Block, change: Change, notes: &mut Notes) -> Block {
    let mut block = block.clone();
    match &mut block {
        Block::Paragraph { runs, .. } | Block::Centered { runs } => mark(runs, change, notes),
        Block::Heading { runs, run_in, .. } => {
            mark(runs, change, notes);
            mark(run_in, change, notes);
        }
        Block::Table(table) => {
            notes.count(&table.caption, change);
            for row in &mut table.rows {
                *row = marked_row(row, change, notes);
            }
        }
        Block::Image(_) | Block::PageBreak => {}
    }
    block
}

fn marked_row(row: &Row, change: Change, notes: &mut Notes) -> Row {
    let mut row = row.clone();
    row.cells
        .iter_mut()
        .for_each(|cell| mark(&mut cell.runs, change, notes));
    row
}

fn mark(runs: &mut [Run], change: Change, notes: &mut Notes) {
    for run in runs {
        run.change = Some(change);
        notes.count(&run.text, change);
    }
}
