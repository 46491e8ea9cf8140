//! Which forms carry which items, and which steps enter and ask for them (表单关系图).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    Drawing, FONT, LINE, Link, LinkRole, Point, Shape, ShapeKind,
    channel::{Run, tracks},
    panel::{PAD, breaks},
    port::count,
    words::{high, widest, wrap},
};
use crate::{
    Key,
    definition::{Access, Definition, Guard, Kind, Node, Trigger, Who},
};

/// The most Chinese characters of a line.
const MOST: i32 = 12;

/// The height of an item's row.
const ROW: i32 = 700;

/// Between two boxes one under the other.
const GAP: i32 = 400;

/// From one line's end on a box to the next.
const CLOSE: i32 = 250;

/// From one upright line to the next.
const TRACK: i32 = 240;

/// From a box to the first upright line: room for an arrow head.
const LEAVE: i32 = 500;

/// That a node enters an item or asks for it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ItemUse {
    /// The item.
    pub item: Key,
    /// The node.
    pub node: Key,
    /// [`LinkRole::Write`], [`LinkRole::Require`] or [`LinkRole::Read`].
    pub role: LinkRole,
}

/// Who enters which item and who asks for it, node by node: a step reads what it says it reads and what finds its
/// people, a choice what its ways ask for, a group what it is done for each of.
#[must_use]
pub fn item_uses(definition: &Definition) -> Vec<ItemUse> {
    let mut asked: BTreeMap<&Key, Vec<&Guard>> = BTreeMap::new();
    for flow in &definition.flows {
        asked.entry(&flow.from).or_default().extend(&flow.when);
    }
    let mut uses = Vec::new();
    let mut done = BTreeSet::new();
    for node in definition.nodes.iter().filter(|node| done.insert(&node.id)) {
        let mut mine: BTreeMap<&Key, LinkRole> = BTreeMap::new();
        let guards = asked.get(&node.id).into_iter().flatten();
        for item in guards.flat_map(|guard| guard.items()).chain(read(node)) {
            mine.insert(item, LinkRole::Read);
        }
        if let Kind::Step(step) = &node.kind {
            for (item, access) in &step.fields {
                match access {
                    Access::Write => mine.insert(item, LinkRole::Write),
                    Access::Require => mine.insert(item, LinkRole::Require),
                    Access::Read => Some(*mine.entry(item).or_insert(LinkRole::Read)),
                    Access::Hide => None,
                };
            }
        }
        let known = |item: &Key| definition.items.iter().any(|one| one.name == *item);
        let one = |(item, role): (&Key, LinkRole)| ItemUse {
            item: item.clone(),
            node: node.id.clone(),
            role,
        };
        uses.extend(mine.into_iter().filter(|(item, _)| known(item)).map(one));
    }
    uses
}

/// What a node asks for besides the ways that leave it.
fn read(node: &Node) -> Vec<&Key> {
    match &node.kind {
        Kind::Step(step) => {
            let seats = step.sign_off.seats.iter();
            let named = seats.filter_map(|seat| match &seat.who {
                Who::Item(item) | Who::HeadOf(item) => Some(item),
                _ => None,
            });
            let complete = step.complete.iter().flat_map(Guard::items);
            named.chain(complete).collect()
        }
        Kind::Group { each } | Kind::Call { each, .. } => {
            each.iter().map(|each| &each.of).collect()
        }
        Kind::Wait {
            on: Trigger::On(item),
        }
        | Kind::Boundary {
            on: Trigger::On(item),
            ..
        } => {
            vec![item]
        }
        _ => Vec::new(),
    }
}

/// Forms with their items at the left, at the right the nodes that enter these or ask for them. What stands on no
/// form stands in a frame `form:` without a title.
#[must_use]
pub fn forms(definition: &Definition) -> Drawing {
    let mut sheet = Sheet {
        definition,
        drawing: Drawing::default(),
        rows: BTreeMap::new(),
        cuts: BTreeSet::new(),
    };
    let uses = item_uses(definition);
    let right = sheet.put_forms(&uses);
    sheet.put_nodes(&uses, right);
    sheet.same();
    sheet.finish()
}

struct Sheet<'a> {
    definition: &'a Definition,
    drawing: Drawing,
    /// Of each item its rows, by their place among the shapes.
    rows: BTreeMap<&'a Key, Vec<usize>>,
    cuts: BTreeSet<i32>,
}

impl<'a> Sheet<'a> {
    fn item_lines(&self, item: &Key) -> Vec<String> {
        let known = self.definition.items.iter().find(|one| one.name == *item);
        let title = known.map_or("", |item| item.title.as_str());
        wrap(if title.is_empty() { item } else { title }, MOST)
    }

    /// The forms with their items, each once; what stands on no form comes last.
    fn boxes(&self) -> Vec<(String, &'a str, Vec<&'a Key>)> {
        let definition = self.definition;
        let on_forms: BTreeSet<&Key> = definition
            .forms
            .iter()
            .flat_map(|form| &form.items)
            .collect();
        let mut boxes = Vec::new();
        for form in &definition.forms {
            let mut once = BTreeSet::new();
            let items = form.items.iter().filter(|item| once.insert(*item));
            boxes.push((form.id.to_string(), form.title.as_str(), items.collect()));
        }
        let names = definition.items.iter().map(|item| &item.name);
        let rest: Vec<&Key> = names.filter(|name| !on_forms.contains(name)).collect();
        if !rest.is_empty() {
            boxes.push((String::new(), "", rest));
        }
        boxes
    }

    /// Frames with a row for each item, one under the other, the row as high as its lines' ends need; answers where
    /// they end at the right.
    fn put_forms(&mut self, uses: &[ItemUse]) -> i32 {
        let boxes = self.boxes();
        let all = boxes.iter().flat_map(|(_, title, items)| {
            let items = items
                .iter()
                .map(|item| widest(&self.item_lines(item), FONT));
            items.chain([widest(&wrap(title, MOST), FONT)])
        });
        let w = (all.max().unwrap_or(0) + 2 * PAD).max(3_600);
        let mut ends: BTreeMap<&Key, usize> = BTreeMap::new();
        for one in uses {
            *ends.entry(&one.item).or_default() += 1;
        }
        let mut y = 0;
        for (id, title, items) in boxes {
            let (lines, at) = (wrap(title, MOST), y);
            let head = high(&lines, LINE).max(LINE) + 300;
            let frame = self.drawing.shapes.len();
            self.box_at(format!("form:{id}"), ShapeKind::Form, lines, (0, y, w, 0));
            y += head;
            for item in items {
                let lines = self.item_lines(item);
                let ends = ends.get(item).copied().unwrap_or(0);
                let h = (high(&lines, LINE) + 220)
                    .max(ROW)
                    .max(count(ends + 1) * CLOSE);
                let row = self.drawing.shapes.len();
                self.rows.entry(item).or_default().push(row);
                self.box_at(
                    format!("item:{id}/{item}"),
                    ShapeKind::Item,
                    lines,
                    (0, y, w, h),
                );
                y += h;
            }
            (
                self.drawing.shapes[frame].head,
                self.drawing.shapes[frame].h,
            ) = (head, y - at);
            y += GAP;
            self.cuts.insert(y - GAP / 2);
        }
        w
    }

    fn box_at(
        &mut self,
        id: String,
        kind: ShapeKind,
        lines: Vec<String>,
        at: (i32, i32, i32, i32),
    ) {
        let (x, y, w, h) = at;
        let under = Vec::new();
        self.drawing.shapes.push(Shape {
            id,
            kind,
            x,
            y,
            w,
            h,
            head: 0,
            lines,
            under,
            many: false,
        });
    }

    /// Boxes of the nodes, one under the other, and the lines to them.
    fn put_nodes(&mut self, uses: &[ItemUse], left: i32) {
        let mut by_node: BTreeMap<&Key, Vec<(usize, &ItemUse)>> = BTreeMap::new();
        for one in uses {
            let rows = self.rows.get(&one.item).into_iter().flatten();
            by_node
                .entry(&one.node)
                .or_default()
                .extend(rows.map(|row| (*row, one)));
        }
        let first = self.drawing.shapes.len();
        let (mut y, mut ends) = (0, Vec::new());
        let mut done = BTreeSet::new();
        for node in &self.definition.nodes {
            let Some(mut rows) = by_node.remove(&node.id).filter(|_| done.insert(&node.id)) else {
                continue;
            };
            // From the item that stands highest.
            rows.sort();
            let title = if node.title.is_empty() {
                node.id.as_str()
            } else {
                &node.title
            };
            let lines = wrap(title, 8);
            let h = (high(&lines, LINE) + 300).max(count(rows.len() + 1) * CLOSE);
            let free = h / count(rows.len() + 1);
            ends.extend(
                rows.into_iter()
                    .zip(1..)
                    .map(|((row, one), no)| (row, one, y + free * no)),
            );
            self.box_at(
                format!("step:{}", node.id),
                ShapeKind::Step,
                lines,
                (0, y, 3_400, h),
            );
            y += h + GAP;
            self.cuts.insert(y - GAP / 2);
        }
        let ends = self.ends(ends);
        let runs: Vec<Run> = ends
            .iter()
            .map(|(_, _, row, node)| Run::between(*row, *node))
            .collect();
        let (track, many) = tracks(&runs);
        let x = left + 2 * LEAVE + many * TRACK;
        for shape in &mut self.drawing.shapes[first..] {
            shape.x = x;
        }
        for ((row, one, from, to), track) in ends.into_iter().zip(track) {
            let bend = left + LEAVE + track * TRACK;
            self.use_link(row, one, [(left, from), (bend, from), (bend, to), (x, to)]);
        }
    }

    /// Of each line its row, its use, its height at the row (each its own, in the order of the nodes), and at the node.
    fn ends<'b>(
        &self,
        ends: Vec<(usize, &'b ItemUse, i32)>,
    ) -> Vec<(usize, &'b ItemUse, i32, i32)> {
        let mut at_row: BTreeMap<usize, i32> = BTreeMap::new();
        for (row, _, _) in &ends {
            *at_row.entry(*row).or_default() += 1;
        }
        let mut taken: BTreeMap<usize, i32> = BTreeMap::new();
        let mut placed = Vec::with_capacity(ends.len());
        for (row, one, node) in ends {
            let no = taken.entry(row).or_default();
            *no += 1;
            let shape = &self.drawing.shapes[row];
            placed.push((row, one, shape.y + shape.h * *no / (at_row[&row] + 1), node));
        }
        placed
    }

    fn use_link(&mut self, row: usize, one: &ItemUse, corners: [(i32, i32); 4]) {
        let mut points = corners.map(|(x, y)| Point { x, y }).to_vec();
        if points[1].y == points[2].y {
            points = vec![points[0], points[3]];
        }
        let (row, node) = (
            self.drawing.shapes[row].id.clone(),
            format!("step:{}", one.node),
        );
        let read = one.role == LinkRole::Read;
        let word = match one.role {
            LinkRole::Require => "require",
            LinkRole::Write => "write",
            _ => "read",
        };
        if !read {
            points.reverse();
        }
        let id = format!("{word}:{}/{row}", one.node);
        let (from, to) = if read { (row, node) } else { (node, row) };
        let (label, label_at, dashed) = (Vec::new(), None, read);
        self.drawing.links.push(Link {
            id,
            role: one.role,
            from,
            to,
            own: points.len(),
            points,
            label,
            label_at,
            dashed,
        });
    }

    /// Lines at the left between the rows of an item that stands on several forms.
    fn same(&mut self) {
        let mut pairs = Vec::new();
        for rows in self.rows.values() {
            pairs.extend(rows.windows(2).map(|pair| (pair[0], pair[1])));
        }
        let middle = |row: usize| {
            let shape = &self.drawing.shapes[row];
            shape.y + shape.h / 2
        };
        let runs: Vec<Run> = pairs
            .iter()
            .map(|(a, b)| Run::between(middle(*a), middle(*b)))
            .collect();
        let (track, _) = tracks(&runs);
        for ((a, b), track) in pairs.into_iter().zip(track) {
            let x = -LEAVE - track * TRACK;
            let (from, to) = (&self.drawing.shapes[a], &self.drawing.shapes[b]);
            let corners = [
                (0, middle(a)),
                (x, middle(a)),
                (x, middle(b)),
                (0, middle(b)),
            ];
            let link = Link {
                id: format!("same:{}/{}", from.id, to.id),
                role: LinkRole::Same,
                from: from.id.clone(),
                to: to.id.clone(),
                points: corners.map(|(x, y)| Point { x, y }).to_vec(),
                own: corners.len(),
                label: Vec::new(),
                label_at: None,
                dashed: false,
            };
            self.drawing.links.push(link);
        }
    }

    /// Moves everything to a margin, and measures it.
    fn finish(mut self) -> Drawing {
        let drawing = &mut self.drawing;
        if drawing.shapes.is_empty() {
            return self.drawing;
        }
        let points = drawing.links.iter().flat_map(|link| &link.points);
        let left = points.map(|point| point.x).min().unwrap_or(0).min(0) - PAD;
        for shape in &mut drawing.shapes {
            shape.x -= left;
            shape.y += PAD;
        }
        for point in drawing.links.iter_mut().flat_map(|link| &mut link.points) {
            point.x -= left;
            point.y += PAD;
        }
        let ends = |end: fn(&Shape) -> i32| drawing.shapes.iter().map(end).max().unwrap_or(0) + PAD;
        let (width, height) = (
            ends(|shape| shape.x + shape.w),
            ends(|shape| shape.y + shape.h),
        );
        (drawing.width, drawing.height) = (width, height);
        let cuts = self
            .cuts
            .iter()
            .map(|at| at + PAD)
            .filter(|at| *at < height - PAD)
            .collect();
        drawing.breaks = breaks(drawing, &cuts);
        self.drawing
    }
}
