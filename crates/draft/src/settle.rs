//! Accepts or rejects suggestions in the Yjs document: what was marked is done, or taken back. The editor does the same
//! to its own text (`ui/src/features/drafting/suggest/settle.ts`); both are tested on the same texts.

use std::sync::Arc;

use yrs::{
    Any, Array, ArrayRef, GetString, Out, ReadTxn, Text, TransactionMut, WriteTxn, Xml,
    XmlElementPrelim, XmlElementRef, XmlFragment, XmlTextPrelim, XmlTextRef,
    types::{Attrs, Delta, text::YChange},
};

use crate::{
    DraftError, blocks, reading,
    trace::{Trace, Traces, bare, kind_of},
    writing,
};

/// Lines of text, by the names of their nodes.
pub(crate) const LINES: [&str; 3] = ["paragraph", "heading", "centered"];

/// Which suggestions are meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// The one with this id.
    One(String),
    /// All of a person, by id.
    Author(String),
    /// All.
    All,
}

impl Choice {
    fn holds(&self, trace: Option<&Trace>) -> bool {
        trace.is_some_and(|trace| match self {
            Self::One(id) => trace.id == *id,
            Self::Author(author) => trace.author == *author,
            Self::All => true,
        })
    }
}

/// What is done with suggestions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Act {
    Accept,
    Reject,
    /// Brings the text into the shape it would have, with everything that goes still in it, and a sign where a
    /// paragraph is divided or joined: for the marked copy.
    Show,
}

/// What settling may cost, in units of text that are walked over: far more than any text of an office, and seconds.
const MOST_STEPS: u64 = 2_000_000_000;

/// Settles what is chosen in all bodies.
///
/// # Errors
/// `TooManySuggestions` for a text that was made to be costly.
pub(crate) fn settle(
    txn: &mut TransactionMut<'_>,
    choice: &Choice,
    act: Act,
) -> Result<(), DraftError> {
    let mut steps_left = MOST_STEPS;
    for (root, _) in reading::bodies(txn) {
        let fragment = txn.get_or_insert_xml_fragment(root.as_str());
        let mut settling = Settling {
            txn,
            choice,
            act,
            steps_left,
        };
        settling.container(&fragment);
        steps_left = settling.steps_left;
    }
    if steps_left == 0 {
        return Err(DraftError::TooManySuggestions);
    }
    Ok(())
}

/// A part of a line that is moved to another.
enum Bit {
    Text(String, Attrs),
    Break(Vec<(String, Any)>),
}

struct Settling<'a, 'doc> {
    txn: &'a mut TransactionMut<'doc>,
    choice: &'a Choice,
    act: Act,
    steps_left: u64,
}

fn is_line(element: &XmlElementRef) -> bool {
    LINES.contains(&blocks::tag(element))
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

impl Settling<'_, '_> {
    /// The blocks of a body or the paragraphs of a cell: words first, then blocks, then what is joined.
    fn container<F: XmlFragment + AsRef<ArrayRef>>(&mut self, parent: &F) {
        for index in (0..parent.len(self.txn)).rev() {
            let Some(element) = self.element(parent, index) else {
                continue;
            };
            if is_line(&element) {
                self.line(parent, index, &element);
            } else if blocks::tag(&element) == "table" {
                self.table(&element);
            }
        }
        for index in (0..parent.len(self.txn)).rev() {
            if let Some(element) = self.element(parent, index) {
                self.block(parent, index, &element);
            }
        }
        for index in (0..parent.len(self.txn)).rev() {
            let Some(element) = self.element(parent, index) else {
                continue;
            };
            let Some(joined) = Traces::of_element(self.txn, &element).joined else {
                continue;
            };
            if !self.choice.holds(Some(&joined)) {
                continue;
            }
            let is_joined = self.act != Act::Reject && self.join(parent, index, &element, &joined);
            if !is_joined {
                element.remove_attribute(self.txn, &"joined");
            }
        }
    }

    fn element<F: AsRef<ArrayRef>>(&self, parent: &F, index: u32) -> Option<XmlElementRef> {
        match parent.as_ref().get(self.txn, index) {
            Some(Out::YXmlElement(element)) => Some(element),
            _ => None,
        }
    }

    fn table(&mut self, table: &XmlElementRef) {
        let rows = blocks::children(self.txn, table, &["tableRow"], || {});
        for row in rows {
            let cells = blocks::children(self.txn, &row, &["tableCell", "tableHeader"], || {});
            for cell in cells {
                self.container(&cell);
            }
        }
        let gone = Traces::of_element(self.txn, table).deleted;
        if let (Act::Show, Some(gone)) = (self.act, gone) {
            self.mark_table(table, &gone);
        }
    }

    /// The words of a table that goes are words that go.
    fn mark_table(&mut self, table: &XmlElementRef, trace: &Trace) {
        let rows = blocks::children(self.txn, table, &["tableRow"], || {});
        for row in rows {
            let cells = blocks::children(self.txn, &row, &["tableCell", "tableHeader"], || {});
            for cell in cells {
                for line in blocks::children(self.txn, &cell, &LINES, || {}) {
                    let children: Vec<Out> =
                        AsRef::<ArrayRef>::as_ref(&line).iter(self.txn).collect();
                    for child in children {
                        if let Out::YXmlText(text) = child {
                            let length = text.len(self.txn);
                            let marks = Attrs::from([(Arc::from("deleted"), trace.value())]);
                            text.format(self.txn, 0, length, marks);
                        }
                    }
                }
            }
        }
    }

    fn line<F: XmlFragment>(&mut self, parent: &F, index: u32, line: &XmlElementRef) {
        for at in (0..line.len(self.txn)).rev() {
            let child = AsRef::<ArrayRef>::as_ref(line).get(self.txn, at);
            match child {
                Some(Out::YXmlText(text)) => self.text(parent, index, line, at, &text),
                Some(Out::YXmlElement(element)) => self.line_break(line, at, &element),
                _ => {}
            }
        }
    }

    fn line_break(&mut self, line: &XmlElementRef, at: u32, element: &XmlElementRef) {
        let traces = Traces::of_element(self.txn, element);
        let inserted = self.choice.holds(traces.inserted.as_ref());
        let deleted = self.choice.holds(traces.deleted.as_ref());
        if self.goes(&traces, inserted, deleted) {
            line.remove_range(self.txn, at, 1);
        } else if self.act != Act::Show {
            for (name, is_set) in [("inserted", inserted), ("deleted", deleted)] {
                if is_set {
                    element.remove_attribute(self.txn, &name);
                }
            }
        }
    }

    const fn is(&self, act: Act) -> bool {
        matches!(
            (self.act, act),
            (Act::Accept, Act::Accept) | (Act::Reject, Act::Reject) | (Act::Show, Act::Show)
        )
    }

    fn goes(&self, traces: &Traces, inserted: bool, deleted: bool) -> bool {
        match self.act {
            Act::Accept => deleted,
            Act::Reject => inserted,
            Act::Show => traces.is_taken_back(),
        }
    }

    /// The words of one text, from the last to the first.
    fn text<F: XmlFragment>(
        &mut self,
        parent: &F,
        index: u32,
        line: &XmlElementRef,
        at: u32,
        text: &XmlTextRef,
    ) {
        let mut end = text.len(self.txn);
        let mut is_touched = false;
        for chunk in text.diff(self.txn, YChange::identity).into_iter().rev() {
            let Out::Any(Any::String(words)) = chunk.insert else {
                end = end.saturating_sub(1);
                continue;
            };
            let start = end.saturating_sub(units(&words));
            let length = end - start;
            end = start;
            let Some(marks) = chunk.attributes else {
                continue;
            };
            let traces = Traces::of_marks(&marks);
            let inserted = self.choice.holds(traces.inserted.as_ref());
            let deleted = self.choice.holds(traces.deleted.as_ref());
            if !inserted && !deleted {
                continue;
            }
            is_touched = true;
            if !self.affords(text) {
                return;
            }
            if self.goes(&traces, inserted, deleted) {
                text.remove_range(self.txn, start, length);
                continue;
            }
            let divides = inserted && traces.split.is_some() && !self.is(Act::Reject);
            if self.is(Act::Show) {
                if divides && traces.deleted.is_none() {
                    for unit in (start..start + length).rev() {
                        self.divide(parent, index, line, (at, text, unit), &traces);
                    }
                }
                continue;
            }
            let mut names = Vec::new();
            if inserted && !divides {
                names.extend(["inserted", "split"]);
            }
            if deleted {
                names.push("deleted");
            }
            let cleared: Attrs = marks
                .keys()
                .filter(|name| names.contains(&bare(name)))
                .map(|name| (Arc::clone(name), Any::Null))
                .collect();
            if !cleared.is_empty() {
                text.format(self.txn, start, length, cleared);
            }
            if divides {
                for unit in (start..start + length).rev() {
                    self.divide(parent, index, line, (at, text, unit), &traces);
                }
            }
        }
        if is_touched && text.get_string(self.txn).is_empty() {
            line.remove_range(self.txn, at, 1);
        }
    }

    /// Whether there is time for another operation on a text.
    fn affords(&mut self, text: &XmlTextRef) -> bool {
        let cost = u64::from(text.len(self.txn)) + 100;
        self.steps_left = self.steps_left.saturating_sub(cost);
        self.steps_left > 0
    }

    /// A sign becomes what it stands for: the line ends there.
    fn divide<F: XmlFragment>(
        &mut self,
        parent: &F,
        index: u32,
        line: &XmlElementRef,
        (at, text, unit): (u32, &XmlTextRef, u32),
        traces: &Traces,
    ) {
        if !self.affords(text) {
            return;
        }
        let rest = self.bits(line, at, unit + 1);
        let kept = if self.is(Act::Show) { unit + 1 } else { unit };
        let length = text.len(self.txn);
        if kept < length {
            text.remove_range(self.txn, kept, length - kept);
        }
        let after = line.len(self.txn);
        if after > at + 1 {
            line.remove_range(self.txn, at + 1, after - at - 1);
        }
        let deleted = traces.deleted.as_ref().map(Trace::value);
        let to = traces.split.as_deref().unwrap_or_default();
        if to == "line" {
            let made = line.push_back(self.txn, XmlElementPrelim::empty("hardBreak"));
            if let Some(deleted) = deleted {
                made.insert_attribute(self.txn, "deleted", deleted);
            }
            self.write(line, rest);
            return;
        }
        let kind = kind_of(to);
        let made = parent.insert(
            self.txn,
            index + 1,
            XmlElementPrelim::empty(writing::tag(kind)),
        );
        writing::write_kind(self.txn, &made, kind);
        for name in ["inserted", "deleted"] {
            if let Some(Out::Any(value)) = line.get_attribute(self.txn, name) {
                made.insert_attribute(self.txn, name, value);
            }
        }
        if let Some(deleted) = deleted {
            made.insert_attribute(self.txn, "joined", deleted);
        }
        self.write(&made, rest);
    }

    /// What stands in a line from a place of its `at`th child on.
    fn bits(&self, line: &XmlElementRef, at: u32, unit: u32) -> Vec<Bit> {
        let mut bits = Vec::new();
        let children: &ArrayRef = line.as_ref();
        for (index, child) in children.iter(self.txn).enumerate().skip(at as usize) {
            let mut skipped = if index == at as usize { unit } else { 0 };
            match child {
                Out::YXmlText(text) => {
                    for chunk in text.diff(self.txn, YChange::identity) {
                        let Out::Any(Any::String(words)) = chunk.insert else {
                            continue;
                        };
                        let (words, left) = without(&words, skipped);
                        skipped = left;
                        if !words.is_empty() {
                            let marks = chunk.attributes.map(|marks| *marks).unwrap_or_default();
                            bits.push(Bit::Text(words, marks));
                        }
                    }
                }
                Out::YXmlElement(element) if blocks::tag(&element) == "hardBreak" => {
                    bits.push(Bit::Break(attributes(self.txn, &element)));
                }
                _ => {}
            }
        }
        bits
    }

    /// Writes bits at the end of a line, into its last text where it ends with one.
    fn write(&mut self, line: &XmlElementRef, bits: Vec<Bit>) {
        let last = line.len(self.txn).checked_sub(1);
        let last = last.and_then(|last| AsRef::<ArrayRef>::as_ref(line).get(self.txn, last));
        let mut open = match last {
            Some(Out::YXmlText(text)) => Some(text),
            _ => None,
        };
        for bit in bits {
            match bit {
                Bit::Break(values) => {
                    let made = line.push_back(self.txn, XmlElementPrelim::empty("hardBreak"));
                    for (name, value) in values {
                        made.insert_attribute(self.txn, name, value);
                    }
                    open = None;
                }
                Bit::Text(words, marks) => {
                    let text = match &open {
                        Some(text) => text.clone(),
                        None => line.push_back(self.txn, XmlTextPrelim::new("")),
                    };
                    let length = text.len(self.txn);
                    let mut delta = Vec::new();
                    if length > 0 {
                        delta.push(Delta::Retain(length, None));
                    }
                    delta.push(Delta::Inserted(Any::from(words), Some(Box::new(marks))));
                    text.apply_delta(self.txn, delta);
                    open = Some(text);
                }
            }
        }
    }

    fn is_empty(&self, element: &XmlElementRef) -> bool {
        !is_line(element) || self.bits(element, 0, 0).is_empty()
    }

    fn block<F: XmlFragment + AsRef<ArrayRef>>(
        &mut self,
        parent: &F,
        index: u32,
        element: &XmlElementRef,
    ) {
        let traces = Traces::of_element(self.txn, element);
        let is_empty = self.is_empty(element);
        if self.is(Act::Show) {
            if let Some((_, to)) = &traces.becomes {
                self.change_kind(parent, index, element, to, true);
            }
            return;
        }
        if self.choice.holds(traces.deleted.as_ref()) {
            if self.is(Act::Accept) && is_empty {
                return self.remove(parent, index);
            }
            element.remove_attribute(self.txn, &"deleted");
        }
        if self.choice.holds(traces.inserted.as_ref()) {
            if self.is(Act::Reject) && is_empty {
                return self.remove(parent, index);
            }
            if self.is(Act::Reject) && self.join_back(parent, index, element, Vec::new()) {
                return;
            }
            self.hand_on(element);
        }
        let becomes = traces
            .becomes
            .filter(|(trace, _)| self.choice.holds(Some(trace)));
        if let Some((_, to)) = becomes {
            element.remove_attribute(self.txn, &"becomes");
            if self.is(Act::Accept) {
                self.change_kind(parent, index, element, &to, false);
            }
        }
    }

    /// A line that stays although it was rejected: what others wrote in it stays theirs, and goes with theirs.
    fn hand_on(&mut self, element: &XmlElementRef) {
        let bits = if self.is(Act::Reject) {
            self.bits(element, 0, 0)
        } else {
            Vec::new()
        };
        let theirs = bits.first().and_then(|bit| match bit {
            Bit::Text(_, marks) => Traces::of_marks(marks).inserted,
            Bit::Break(_) => None,
        });
        match theirs {
            Some(trace) => {
                element.insert_attribute(self.txn, "inserted", trace.value());
            }
            None => element.remove_attribute(self.txn, &"inserted"),
        }
    }

    /// Takes a block away; the only one becomes an empty line.
    fn remove<F: XmlFragment>(&mut self, parent: &F, index: u32) {
        parent.remove_range(self.txn, index, 1);
        if parent.len(self.txn) == 0 {
            parent.insert(self.txn, 0, XmlElementPrelim::empty("paragraph"));
        }
    }

    fn join<F: XmlFragment + AsRef<ArrayRef>>(
        &mut self,
        parent: &F,
        index: u32,
        element: &XmlElementRef,
        joined: &Trace,
    ) -> bool {
        let sign = if self.is(Act::Show) {
            let marks = Attrs::from([(Arc::from("deleted"), joined.value())]);
            vec![Bit::Text(PARAGRAPH_SIGN.to_owned(), marks)]
        } else {
            Vec::new()
        };
        self.join_back(parent, index, element, sign)
    }

    /// Joins a line to the line before it; `false` where there is none.
    fn join_back<F: XmlFragment + AsRef<ArrayRef>>(
        &mut self,
        parent: &F,
        index: u32,
        element: &XmlElementRef,
        mut between: Vec<Bit>,
    ) -> bool {
        let before = index.checked_sub(1);
        let Some(before) = before
            .and_then(|before| self.element(parent, before))
            .filter(is_line)
        else {
            return false;
        };
        between.extend(self.bits(element, 0, 0));
        self.write(&before, between);
        parent.remove_range(self.txn, index, 1);
        true
    }

    fn change_kind<F: XmlFragment>(
        &mut self,
        parent: &F,
        index: u32,
        element: &XmlElementRef,
        to: &str,
        keeps_trace: bool,
    ) {
        let kind = kind_of(to);
        if writing::tag(kind) == blocks::tag(element) {
            writing::write_kind(self.txn, element, kind);
            return;
        }
        let bits = self.bits(element, 0, 0);
        let made = parent.insert(
            self.txn,
            index + 1,
            XmlElementPrelim::empty(writing::tag(kind)),
        );
        writing::write_kind(self.txn, &made, kind);
        for (name, value) in attributes(self.txn, element) {
            let is_kept = name != "becomes" || keeps_trace;
            if is_kept && ["inserted", "deleted", "joined", "becomes"].contains(&name.as_str()) {
                made.insert_attribute(self.txn, name, value);
            }
        }
        self.write(&made, bits);
        parent.remove_range(self.txn, index, 1);
    }
}

/// What stands in a marked copy where paragraphs are joined, and in the text where one is to end.
const PARAGRAPH_SIGN: &str = "¶";

fn attributes<T: ReadTxn>(txn: &T, element: &XmlElementRef) -> Vec<(String, Any)> {
    let plain = |(name, value): (&str, Out)| match value {
        Out::Any(value) => Some((name.to_owned(), value)),
        _ => None,
    };
    element.attributes(txn).filter_map(plain).collect()
}

/// Words without their first `skipped` units of UTF-16, and how many are left to skip.
fn without(words: &str, skipped: u32) -> (String, u32) {
    let mut left = skipped;
    let rest = words
        .chars()
        .skip_while(|character| {
            let length = u32::try_from(character.len_utf16()).unwrap_or(1);
            let skips = left >= length;
            if skips {
                left -= length;
            }
            skips
        })
        .collect();
    (rest, left)
}
