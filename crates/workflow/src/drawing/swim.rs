//! Who does what beside whom (协作流程图): the flow in lanes, one for each part.

use std::collections::BTreeMap;

use super::{
    Drawing, Shape, ShapeKind,
    block::NARROW,
    panel::{PAD, head, titled},
    scene::Scene,
};
use crate::definition::{Definition, Kind};

/// The narrowest lane.
const NARROWEST: i32 = 1_800;

/// The flow of a process in lanes, one for each part that does something in it, in the order of the parts. What
/// is nobody's stands with whom it comes from. A group stands with the part of its first step; a step in it that
/// is another's says whose.
#[must_use]
pub fn lanes(definition: &Definition) -> Drawing {
    let scene = Scene::new(definition, NARROW);
    let owners = owners(&scene);
    let mut used: Vec<Option<usize>> = owners.values().copied().collect();
    used.sort_by_key(|part| part.unwrap_or(usize::MAX));
    used.dedup();
    if used.is_empty() {
        return Drawing::default();
    }
    let title =
        |part: &Option<usize>| part.map_or("", |part| definition.parts[part].title.as_str());
    let titles: Vec<_> = used.iter().map(|part| titled(title(part))).collect();
    let heads: Vec<i32> = titles
        .iter()
        .map(|(_, wide)| NARROWEST.max(*wide))
        .collect();
    let lane = |node: usize| {
        let part = owners.get(&node).copied().flatten();
        used.iter().position(|one| *one == part).unwrap_or(0)
    };
    let under = |node: usize| {
        let is_inside = definition.nodes[node].inside.is_some();
        let own = is_inside
            && owners.get(&scene.outermost(node)).copied().flatten() == part_of(&scene, node);
        if is_inside && !own {
            scene.part(node).to_owned()
        } else {
            String::new()
        }
    };
    let panel = scene.panel(None, &heads, &lane, &under);
    let lines: Vec<_> = titles.into_iter().map(|(lines, _)| lines).collect();
    let places = panel.laid.lanes.clone();
    let head = head(&lines);
    let mut drawing = panel.drawing(PAD, head);
    let (top, height) = (PAD / 2, drawing.height - PAD);
    let mut frames = Vec::new();
    for ((part, lines), (x, w)) in used.iter().zip(lines).zip(places) {
        let id = part.map_or_else(
            || "lane:".to_owned(),
            |part| format!("lane:{}", definition.parts[part].id),
        );
        frames.push(Shape {
            id,
            kind: ShapeKind::Lane,
            x: x + PAD,
            y: top,
            w,
            h: height,
            head,
            lines,
            under: Vec::new(),
            many: false,
        });
    }
    drawing.shapes.splice(0..0, frames);
    drawing.head = top + head;
    drawing
}

/// The number of a node's part.
fn part_of(scene: &Scene<'_>, node: usize) -> Option<usize> {
    let part = scene.definition.nodes[node].part.as_ref()?;
    scene
        .definition
        .parts
        .iter()
        .position(|one| one.id == *part)
}

/// Whose each member of the process itself is.
fn owners(scene: &Scene<'_>) -> BTreeMap<usize, Option<usize>> {
    let members = scene.members(None);
    let mut owners: BTreeMap<usize, Option<usize>> = members
        .iter()
        .map(|node| (*node, owner(scene, *node)))
        .collect();
    let pairs: Vec<(usize, usize)> = scene.between().collect();
    let is_start = |node: usize| matches!(scene.definition.nodes[node].kind, Kind::Start { .. });
    loop {
        let before = owners.clone();
        for (from, to) in &pairs {
            if let (Some(Some(part)), Some(None)) = (owners.get(from), owners.get(to)) {
                owners.insert(*to, Some(*part));
            }
        }
        for (from, to) in pairs.iter().rev() {
            let last = owners == before || is_start(*from);
            if let (Some(None), Some(Some(part)), true) = (owners.get(from), owners.get(to), last) {
                owners.insert(*from, Some(*part));
            }
        }
        if owners == before {
            return owners;
        }
    }
}

/// A node's part; of a group that of the first node in it that has one.
fn owner(scene: &Scene<'_>, node: usize) -> Option<usize> {
    part_of(scene, node).or_else(|| scene.within(node).find_map(|node| part_of(scene, node)))
}
