//! A process as a drawing: each level laid out by itself, a group around what lies in it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Drawing, LINE, Link, LinkRole, Point, SMALL_FONT, SMALL_LINE, Shape, ShapeKind,
    block::{Block, HOOK, Room, WIDE, awaited, block},
    lay::lay,
    level::{Edge, Hook, Item},
    panel::{PAD, Panel},
    words::{high, widest, wrap},
};
use crate::{
    Key,
    definition::{Definition, Flow, Kind, Node, Refused},
};

/// What lies deeper in groups is not drawn.
const DEEPEST: usize = 40;

/// The most Chinese characters of a line of words beside a line.
const MOST_BESIDE: i32 = 9;

/// The flow of a process from top to bottom: nodes in layers, groups as frames around their inside, where a refusal
/// goes back at the side.
#[must_use]
pub fn flow(definition: &Definition) -> Drawing {
    let scene = Scene::new(definition, WIDE);
    let part = |node: usize| scene.part(node).to_owned();
    let panel = scene.panel(None, &[0], &|_| 0, &part);
    panel.drawing(PAD, 0)
}

/// A definition with what a drawing asks of it.
pub(super) struct Scene<'a> {
    pub definition: &'a Definition,
    room: Room,
    /// The groups a node lies in, from the outermost, and the node itself; nothing: it is not drawn.
    chains: Vec<Vec<usize>>,
    /// Of each group, and of the process itself, what lies in it.
    inside: BTreeMap<Option<usize>, Vec<usize>>,
    /// What hangs on a node.
    hooks: BTreeMap<usize, Vec<usize>>,
    /// On which node one hangs.
    host: BTreeMap<usize, usize>,
    outs: Vec<usize>,
    arrows: Vec<Arrow>,
}

/// A line between two nodes.
struct Arrow {
    id: String,
    role: LinkRole,
    from: usize,
    to: usize,
    label: Vec<String>,
}

impl<'a> Scene<'a> {
    pub fn new(definition: &'a Definition, room: Room) -> Self {
        let nodes = &definition.nodes;
        let mut at: BTreeMap<&Key, usize> = BTreeMap::new();
        for (no, node) in nodes.iter().enumerate() {
            at.entry(&node.id).or_insert(no);
        }
        let mut scene = Self {
            definition,
            room,
            chains: Vec::new(),
            inside: BTreeMap::new(),
            hooks: BTreeMap::new(),
            host: BTreeMap::new(),
            outs: vec![0; nodes.len()],
            arrows: Vec::new(),
        };
        let parent = |node: &Node| {
            let group = at.get(node.inside.as_ref()?).copied()?;
            matches!(nodes[group].kind, Kind::Group { .. }).then_some(group)
        };
        for (no, node) in nodes.iter().enumerate() {
            let first = at[&node.id] == no;
            let chain = if first {
                chain(no, |no| parent(&nodes[no]))
            } else {
                Vec::new()
            };
            scene.chains.push(chain);
        }
        scene.hang(&at);
        for no in 0..nodes.len() {
            let chain = &scene.chains[no];
            if !chain.is_empty() && !scene.host.contains_key(&no) {
                let group = chain.len().checked_sub(2).map(|above| chain[above]);
                scene.inside.entry(group).or_default().push(no);
            }
        }
        scene.arrows(&at);
        scene
    }

    /// Hangs what may happen meanwhile on its node, where that lies on the same level.
    fn hang(&mut self, at: &BTreeMap<&Key, usize>) {
        let nodes = &self.definition.nodes;
        for (no, node) in nodes.iter().enumerate() {
            let Kind::Boundary { at: host, .. } = &node.kind else {
                continue;
            };
            let Some(host) = at.get(host).copied() else {
                continue;
            };
            let (mine, its) = (&self.chains[no], &self.chains[host]);
            let beside = mine.len() == its.len()
                && mine.split_last().map(|one| one.1) == its.split_last().map(|one| one.1);
            let holds = matches!(
                nodes[host].kind,
                Kind::Step(_)
                    | Kind::Auto { .. }
                    | Kind::Call { .. }
                    | Kind::Group { .. }
                    | Kind::Foreign { .. }
            );
            if beside && holds && !mine.is_empty() {
                self.host.insert(no, host);
                self.hooks.entry(host).or_default().push(no);
            }
        }
    }

    fn arrows(&mut self, at: &BTreeMap<&Key, usize>) {
        let drawn = |key: &Key| {
            at.get(key)
                .copied()
                .filter(|no| !self.chains[*no].is_empty())
        };
        let mut arrows = Vec::new();
        let mut ids = BTreeSet::new();
        for flow in &self.definition.flows {
            if let (Some(from), Some(to), true) =
                (drawn(&flow.from), drawn(&flow.to), ids.insert(&flow.id))
            {
                let (id, role, label) =
                    (flow.id.to_string(), LinkRole::Flow, self.words(flow, from));
                arrows.push(Arrow {
                    id,
                    role,
                    from,
                    to,
                    label,
                });
            }
        }
        for (from, node) in self.definition.nodes.iter().enumerate() {
            let Kind::Step(step) = &node.kind else {
                continue;
            };
            if let Refused::Back(to) = &step.refused
                && let (Some(to), false) = (drawn(to), self.chains[from].is_empty())
            {
                let (id, role, label) = (
                    format!("refused:{}", node.id),
                    LinkRole::Refused,
                    Vec::new(),
                );
                arrows.push(Arrow {
                    id,
                    role,
                    from,
                    to,
                    label,
                });
            }
        }
        for arrow in arrows.iter().filter(|arrow| arrow.role == LinkRole::Flow) {
            self.outs[arrow.from] += 1;
        }
        self.arrows = arrows;
    }

    /// The words beside a flow: its own, or those of what hangs where it begins.
    fn words(&self, flow: &Flow, from: usize) -> Vec<String> {
        let own = &flow.title;
        let title = match own.as_str() {
            "" if self.host.contains_key(&from) => &self.definition.nodes[from].title,
            _ => own,
        };
        wrap(title, MOST_BESIDE)
    }

    /// The title of a node's part.
    pub fn part(&self, node: usize) -> &'a str {
        let part = self.definition.nodes[node].part.as_ref();
        let part = part.and_then(|part| self.definition.parts.iter().find(|one| one.id == *part));
        part.map_or("", |part| &part.title)
    }

    /// What lies in the process itself, or in a group.
    pub fn members(&self, group: Option<usize>) -> &[usize] {
        self.inside.get(&group).map_or(&[], Vec::as_slice)
    }

    /// The member of the process itself in which a node lies.
    pub fn outermost(&self, node: usize) -> usize {
        self.chains[node].first().copied().unwrap_or(node)
    }

    /// What lies in a group, on whatever level.
    pub fn within(&self, group: usize) -> impl Iterator<Item = usize> + '_ {
        let lies = move |chain: &&Vec<usize>| chain.len() > 1 && chain.contains(&group);
        self.chains
            .iter()
            .filter(lies)
            .filter_map(|chain| chain.last().copied())
    }

    /// Between which members of the process itself lines run, in their order.
    pub fn between(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let host = |no: usize| self.host.get(&no).copied().unwrap_or(no);
        self.arrows
            .iter()
            .filter(|arrow| arrow.role == LinkRole::Flow)
            .map(move |arrow| {
                (
                    host(self.chains[arrow.from][0]),
                    host(self.chains[arrow.to][0]),
                )
            })
    }

    /// Draws a level with what lies in its groups, in lanes with heads of these widths.
    pub fn panel(
        &self,
        group: Option<usize>,
        heads: &[i32],
        lane: &dyn Fn(usize) -> usize,
        under: &dyn Fn(usize) -> String,
    ) -> Panel {
        let members = self.members(group);
        let mut blocks = Vec::with_capacity(members.len());
        let mut items = Vec::with_capacity(members.len());
        for node in members {
            let (item, block, inner) = self.item(*node, under);
            items.push(Item {
                lane: lane(*node),
                ..item
            });
            blocks.push((block, inner));
        }
        let place: BTreeMap<usize, usize> = members.iter().copied().zip(0..).collect();
        let depth = group.map_or(0, |group| self.chains[group].len());
        let (arrows, edges) = self.edges(depth, group, &place);
        let laid = lay(&items, &edges, heads);
        let mut panel = Panel::default();
        panel.breaks.extend(&laid.breaks);
        for (((node, item), (block, inner)), at) in
            members.iter().zip(&items).zip(blocks).zip(&laid.at)
        {
            self.put(&mut panel, *node, item, block, *at);
            if let Some(inner) = inner {
                panel.take(
                    inner,
                    Point {
                        x: at.x + PAD,
                        y: at.y + panel.last_head() + PAD,
                    },
                );
            }
            self.put_hooks(&mut panel, *node, item, *at);
        }
        for (arrow, way) in arrows.iter().zip(&laid.ways) {
            let arrow = &self.arrows[*arrow];
            panel.links.push(Link {
                id: arrow.id.clone(),
                role: arrow.role,
                from: self.definition.nodes[arrow.from].id.to_string(),
                to: self.definition.nodes[arrow.to].id.to_string(),
                points: way.points.clone(),
                own: way.own,
                label: arrow.label.clone(),
                label_at: way.label_at,
                dashed: way.aside,
            });
        }
        panel.laid = laid;
        panel
    }

    /// A member's item and box; of a group also its inside.
    fn item(&self, node: usize, under: &dyn Fn(usize) -> String) -> (Item, Block, Option<Panel>) {
        let one = &self.definition.nodes[node];
        let mut block = block(one, self.outs[node], &under(node), self.room);
        let mut inner = None;
        if block.kind == ShapeKind::Group {
            let panel = self.panel(Some(node), &[0], &|_| 0, under);
            let head = high(&block.lines, LINE).max(LINE) + 150;
            block.w = block.w.max(panel.laid.width + 2 * PAD);
            block.h = head + panel.laid.height + 2 * PAD;
            inner = Some(panel);
        }
        let hung = self.hooks.get(&node).map_or(0, Vec::len);
        let hooks = super::port::count(hung);
        let room = hooks * (HOOK + 150);
        if hooks > 0 {
            block.w = block.w.max(2 * (room + 700));
        }
        let hook = |no: i32| Hook {
            x: block.w - room + no * (HOOK + 150),
            y: block.h - HOOK / 2,
            size: HOOK,
        };
        let item = Item {
            w: block.w,
            h: block.h + if hooks > 0 { HOOK - HOOK / 2 } else { 0 },
            body: block.h,
            outline: block.outline,
            lane: 0,
            hooks: (0..hooks).map(hook).collect(),
        };
        (item, block, inner)
    }

    /// The lines of a level: those whose ends part there. A line from a group to what lies in it is not drawn.
    fn edges(
        &self,
        depth: usize,
        group: Option<usize>,
        place: &BTreeMap<usize, usize>,
    ) -> (Vec<usize>, Vec<Edge>) {
        let mut arrows = Vec::new();
        let mut edges = Vec::new();
        for (no, arrow) in self.arrows.iter().enumerate() {
            let (from, to) = (&self.chains[arrow.from], &self.chains[arrow.to]);
            let here = |chain: &[usize]| depth == 0 || chain.get(depth - 1).copied() == group;
            let (Some(a), Some(b)) = (from.get(depth), to.get(depth)) else {
                continue;
            };
            let itself = from.len() == depth + 1 && to.len() == depth + 1;
            if !here(from) || !here(to) || (a == b && !itself) {
                continue;
            }
            let host = |no: &usize| self.host.get(no).copied().unwrap_or(*no);
            let (Some(from), Some(to)) = (place.get(&host(a)), place.get(&host(b))) else {
                continue;
            };
            let hook = self
                .hooks
                .get(&host(a))
                .and_then(|all| all.iter().position(|one| one == a));
            let label = &arrow.label;
            let size = (widest(label, SMALL_FONT), high(label, SMALL_LINE));
            arrows.push(no);
            edges.push(Edge {
                from: *from,
                to: *to,
                hook,
                aside: arrow.role == LinkRole::Refused,
                label: size,
            });
        }
        (arrows, edges)
    }

    fn put(&self, panel: &mut Panel, node: usize, item: &Item, block: Block, at: Point) {
        let one = &self.definition.nodes[node];
        let is_group = block.kind == ShapeKind::Group;
        let many = match &one.kind {
            Kind::Group { each } | Kind::Call { each, .. } => each.is_some(),
            _ => false,
        };
        panel.shapes.push(Shape {
            id: one.id.to_string(),
            kind: block.kind,
            x: at.x,
            y: at.y,
            w: item.w,
            h: item.body,
            head: if is_group {
                high(&block.lines, LINE).max(LINE) + 150
            } else {
                0
            },
            lines: block.lines,
            under: block.under,
            many,
        });
    }

    fn put_hooks(&self, panel: &mut Panel, node: usize, item: &Item, at: Point) {
        let hung = self.hooks.get(&node).map_or(&[][..], Vec::as_slice);
        for (hook, node) in item.hooks.iter().zip(hung) {
            let one = &self.definition.nodes[*node];
            let Kind::Boundary { on, .. } = &one.kind else {
                continue;
            };
            panel.shapes.push(Shape {
                id: one.id.to_string(),
                kind: awaited(on),
                x: at.x + hook.x,
                y: at.y + hook.y,
                w: hook.size,
                h: hook.size,
                head: 0,
                lines: Vec::new(),
                under: Vec::new(),
                many: false,
            });
        }
    }
}

/// The groups a node lies in and itself; nothing where they lie in each other in a circle, or too deep.
fn chain(node: usize, parent: impl Fn(usize) -> Option<usize>) -> Vec<usize> {
    let mut chain = vec![node];
    let mut at = node;
    while let Some(group) = parent(at) {
        if chain.len() > DEEPEST {
            return Vec::new();
        }
        chain.push(group);
        at = group;
    }
    chain.reverse();
    chain
}
