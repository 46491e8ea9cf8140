//! What holds of every drawing: boxes apart, lines around boxes, everything inside, names that stay.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

use andu_workflow::{
    bpmn,
    definition::{Definition, Kind},
    drawing::{
        Drawing, Link, LinkRole, Point, SMALL_LINE, Shape, ShapeKind, flow, forms, lanes, tree,
    },
    newest_process,
};

use crate::play::key;

/// The four drawings of a definition.
pub fn all(definition: &Definition) -> [(&'static str, Drawing); 4] {
    [
        ("flow", flow(definition)),
        ("lanes", lanes(definition)),
        ("tree", tree(definition)),
        ("forms", forms(definition)),
    ]
}

/// What holds of every drawing.
pub fn sound(what: &str, drawing: &Drawing) {
    let ids: BTreeSet<&str> = drawing
        .shapes
        .iter()
        .map(|shape| shape.id.as_str())
        .collect();
    assert_eq!(
        ids.len(),
        drawing.shapes.len(),
        "{what}: each box has a name of its own"
    );
    for shape in &drawing.shapes {
        inside(what, drawing, &shape.id, shape.x, shape.y);
        inside(
            what,
            drawing,
            &shape.id,
            shape.x + shape.w,
            shape.y + shape.h,
        );
    }
    boxes_apart(what, drawing);
    let by_id: BTreeMap<&str, &Shape> = drawing
        .shapes
        .iter()
        .map(|shape| (shape.id.as_str(), shape))
        .collect();
    let mut links = BTreeSet::new();
    for link in &drawing.links {
        assert!(links.insert(&link.id), "{what}: {} is drawn once", link.id);
        assert!(link.points.len() > 1, "{what}: {} goes somewhere", link.id);
        for point in &link.points {
            inside(what, drawing, &link.id, point.x, point.y);
        }
        around(what, drawing, &by_id, link);
        let whole = |other: &&Link| other.to == link.to && other.own == other.points.len();
        let own = link.own == link.points.len() || drawing.links.iter().any(|other| whole(&other));
        assert!(
            own && link.own > 1,
            "{what}: {} is drawn to its end",
            link.id
        );
    }
    parted(what, drawing);
}

fn inside(what: &str, drawing: &Drawing, id: &str, x: i32, y: i32) {
    let fits = (0..=drawing.width).contains(&x) && (0..=drawing.height).contains(&y);
    assert!(
        fits,
        "{what}: {id} lies at {x}, {y} of {} by {}",
        drawing.width, drawing.height
    );
}

/// How two boxes lie to each other.
fn holds(outer: &Shape, inner: &Shape) -> bool {
    outer.kind.is_frame()
        && outer.x <= inner.x
        && outer.y <= inner.y
        && inner.x + inner.w <= outer.x + outer.w
        && inner.y + inner.h <= outer.y + outer.h
}

fn hangs(on: &Shape, hook: &Shape) -> bool {
    let below = on.y + on.h;
    matches!(hook.kind, ShapeKind::Timer | ShapeKind::Message)
        && hook.lines.is_empty()
        && hook.y + hook.h / 2 == below
        && on.x <= hook.x
        && hook.x + hook.w <= on.x + on.w
}

fn meet(one: &Shape, other: &Shape) -> bool {
    one.x < other.x + other.w
        && other.x < one.x + one.w
        && one.y < other.y + other.h
        && other.y < one.y + one.h
}

fn boxes_apart(what: &str, drawing: &Drawing) {
    // From left to right, so that only near ones are compared.
    let mut shapes: Vec<&Shape> = drawing.shapes.iter().collect();
    shapes.sort_by_key(|shape| (shape.x, shape.id.as_str()));
    for (no, one) in shapes.iter().enumerate() {
        for other in shapes[no + 1..]
            .iter()
            .take_while(|other| other.x < one.x + one.w)
        {
            let may =
                holds(one, other) || holds(other, one) || hangs(one, other) || hangs(other, one);
            assert!(
                !meet(one, other) || may,
                "{what}: {one:?} lies over {other:?}"
            );
        }
    }
}

/// No line goes through a box; it begins and ends on the edges of its own.
fn around(what: &str, drawing: &Drawing, by_id: &BTreeMap<&str, &Shape>, link: &Link) {
    let (first, last) = (link.points[0], link.points[link.points.len() - 1]);
    for (id, end) in [(&link.from, first), (&link.to, last)] {
        let Some(shape) = by_id.get(id.as_str()) else {
            panic!("{what}: {} has no end at {id}", link.id);
        };
        let touches = shape.x <= end.x
            && end.x <= shape.x + shape.w
            && shape.y <= end.y
            && end.y <= shape.y + shape.h;
        // What leaves a group from its inside begins on the group's own edge.
        let framed = drawing.shapes.iter().any(|frame| {
            frame.kind == ShapeKind::Group && holds(frame, shape) && on_edge(frame, end)
        });
        assert!(touches || framed, "{what}: {} does not reach {id}", link.id);
    }
    for pair in link.points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        assert!(
            a.x == b.x || a.y == b.y,
            "{what}: {} is neither level nor upright",
            link.id
        );
        for shape in drawing.shapes.iter().filter(|shape| !shape.kind.is_frame()) {
            let own = shape.id == link.from || shape.id == link.to;
            let own = own
                || drawing
                    .shapes
                    .iter()
                    .any(|hook| hangs(shape, hook) && (hook.id == link.from));
            assert!(
                own && outside(shape, &link.points) || !through(shape, a, b),
                "{what}: {} goes through {}",
                link.id,
                shape.id
            );
        }
    }
}

fn on_edge(frame: &Shape, at: Point) -> bool {
    let level = frame.x <= at.x && at.x <= frame.x + frame.w;
    let upright = frame.y <= at.y && at.y <= frame.y + frame.h;
    level && (at.y == frame.y || at.y == frame.y + frame.h) || upright && at.x == frame.x + frame.w
}

/// Whether only the ends of a line lie in its own box.
fn outside(shape: &Shape, points: &[Point]) -> bool {
    let within = |point: &&Point| {
        shape.x < point.x
            && point.x < shape.x + shape.w
            && shape.y < point.y
            && point.y < shape.y + shape.h
    };
    points[1..points.len() - 1].iter().filter(within).count() == 0
}

fn through(shape: &Shape, a: Point, b: Point) -> bool {
    let (left, right) = (a.x.min(b.x), a.x.max(b.x));
    let (top, bottom) = (a.y.min(b.y), a.y.max(b.y));
    left < shape.x + shape.w && shape.x < right && top < shape.y + shape.h && shape.y < bottom
        || left == right
            && shape.x < left
            && left < shape.x + shape.w
            && top < shape.y + shape.h
            && shape.y < bottom
        || top == bottom
            && shape.y < top
            && top < shape.y + shape.h
            && left < shape.x + shape.w
            && shape.x < right
}

/// Where a drawing may be parted, no box and no words are cut.
fn parted(what: &str, drawing: &Drawing) {
    for at in &drawing.breaks {
        for shape in &drawing.shapes {
            let h = if shape.kind.is_frame() {
                shape.head
            } else {
                shape.h
            };
            assert!(
                !(shape.y < *at && *at < shape.y + h),
                "{what}: {at} parts {}",
                shape.id
            );
        }
        for link in &drawing.links {
            if let Some(label) = link.label_at {
                let lines = i32::try_from(link.label.len()).expect("a few");
                assert!(
                    !(label.y < *at && *at < label.y + lines * SMALL_LINE),
                    "{what}: {at} parts the words of {}",
                    link.id
                );
            }
        }
    }
}

fn outgoing() -> Definition {
    newest_process("outgoing")
        .expect("it is shipped")
        .definition
        .clone()
}

#[test]
fn what_is_shipped_is_drawn_whole() {
    let definition = outgoing();
    for (what, drawing) in all(&definition) {
        sound(what, &drawing);
    }
    for drawing in [flow(&definition), lanes(&definition)] {
        for node in &definition.nodes {
            assert!(drawing.shape(&node.id).is_some(), "{} is drawn", node.id);
        }
        for one in &definition.flows {
            let link = drawing.link(&one.id).expect("each flow is drawn");
            assert!(!link.dashed, "{} goes ahead", one.id);
        }
        let back = drawing.link("refused:sign").expect("a refusal is drawn");
        assert!(back.dashed && back.role == LinkRole::Refused && back.to == "draft");
        let lowest = drawing
            .shapes
            .iter()
            .max_by_key(|shape| shape.y + shape.h - shape.head);
        assert!(
            lowest.is_some_and(|shape| shape.id == "end" || shape.kind == ShapeKind::Lane),
            "{lowest:?}"
        );
        assert!(
            drawing.breaks.len() > 10,
            "it can be parted: {:?}",
            drawing.breaks
        );
    }
}

#[test]
fn each_part_has_its_lane_and_its_steps_lie_in_it() {
    let definition = outgoing();
    let drawing = lanes(&definition);
    for part in &definition.parts {
        let lane = drawing.shape(&format!("lane:{}", part.id)).expect("a lane");
        assert_eq!(lane.lines.concat(), part.title);
        for node in definition
            .nodes
            .iter()
            .filter(|node| node.part.as_ref() == Some(&part.id))
        {
            let step = drawing.shape(&node.id).expect("a step");
            assert!(
                holds(lane, step),
                "{} lies in the lane of {}",
                node.id,
                part.id
            );
        }
    }
}

#[test]
fn a_new_step_is_a_new_box_and_the_others_keep_their_names() {
    let before = outgoing();
    let mut after = before.clone();
    let mut step = before
        .nodes
        .iter()
        .find(|node| *node.id == *"proof")
        .expect("a step")
        .clone();
    step.id = key("second_proof");
    step.title = "二校".into();
    after.nodes.push(step);
    let flow_no = after
        .flows
        .iter()
        .position(|one| *one.id == *"proof-seal")
        .expect("a flow");
    after.flows[flow_no].to = key("second_proof");
    let mut next = before.flows[flow_no].clone();
    next.id = key("second_proof-seal");
    next.from = key("second_proof");
    after.flows.push(next);
    for ((what, old), (_, new)) in all(&before).into_iter().zip(all(&after)) {
        sound(what, &new);
        let names = |drawing: &Drawing| -> BTreeSet<String> {
            drawing
                .shapes
                .iter()
                .map(|shape| shape.id.clone())
                .collect()
        };
        let (old, new) = (names(&old), names(&new));
        assert!(old.is_subset(&new), "{what}: names stay");
        let added: Vec<_> = new.difference(&old).collect();
        match what {
            "forms" => assert!(
                added.is_empty(),
                "a step that enters nothing is on no form: {added:?}"
            ),
            "tree" => assert_eq!(added, ["step:records_keeper/second_proof"]),
            _ => assert_eq!(added, ["second_proof"]),
        }
    }
}

#[test]
fn forms_show_who_enters_and_who_asks() {
    let drawing = forms(&outgoing());
    let role = |id: &str| drawing.link(id).map(|link| link.role);
    assert_eq!(
        role("require:sign/item:issue_sheet/publicity"),
        Some(LinkRole::Require)
    );
    assert_eq!(
        role("write:draft/item:issue_sheet/joint"),
        Some(LinkRole::Write)
    );
    assert_eq!(
        role("read:whether_joint/item:issue_sheet/joint"),
        Some(LinkRole::Read)
    );
    assert_eq!(
        role("read:countersign/item:/countersign_unit"),
        Some(LinkRole::Read)
    );
    assert!(
        drawing.shape("form:").is_some(),
        "an item on no form stands apart"
    );
}

#[test]
fn nothing_is_drawn_of_nothing_and_what_makes_no_sense_is_left_out() {
    let mut empty = outgoing();
    empty.nodes.clear();
    for (what, drawing) in all(&empty) {
        sound(what, &drawing);
    }
    let mut odd = outgoing();
    let mut twice = odd.nodes[1].clone();
    twice.inside = Some(key("nowhere"));
    odd.nodes.push(twice);
    for node in &mut odd.nodes {
        if matches!(node.kind, Kind::Group { .. }) {
            node.inside = Some(node.id.clone());
        }
    }
    let mut itself = odd.flows[1].clone();
    itself.id = key("again");
    itself.to = itself.from.clone();
    odd.flows.push(itself);
    for (what, drawing) in all(&odd) {
        sound(what, &drawing);
    }
    assert!(
        flow(&odd).shape("countersign").is_none(),
        "what lies in itself is not drawn"
    );
    assert!(flow(&odd).link("again").is_some_and(|link| link.dashed));
}

#[test]
fn processes_of_other_programs_are_drawn() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let shared =
        ["../../../shared", "../../../../shared"].map(|up| root.join(up).join("samples/bpmn"));
    let Some(shared) = shared.into_iter().find(|shared| shared.is_dir()) else {
        println!("the BPMN samples are not at hand: skipped");
        return;
    };
    let (mut open, mut drawn) = (vec![shared], 0);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = std::fs::read(&path).expect("the file is read");
            let Ok(imported) = bpmn::import(&bytes) else {
                continue;
            };
            for definition in &imported.definitions {
                let name = format!("{} {}", path.display(), definition.id);
                for (what, drawing) in all(definition) {
                    sound(&format!("{name} {what}"), &drawing);
                }
                let flow = flow(definition);
                for node in &definition.nodes {
                    assert!(
                        flow.shape(&node.id).is_some(),
                        "{name}: {} is drawn",
                        node.id
                    );
                }
                drawn += 1;
            }
        }
    }
    println!("{drawn} processes drawn");
    assert!(drawn > 0, "there are samples");
}
