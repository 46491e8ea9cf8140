//! A drawing of a process as a figure of a report.

use andu_document::report::{Area, Figure, Form, Mark, Pen};
use andu_workflow::drawing::{
    Drawing, FONT, LINE, Link, LinkRole, SMALL_FONT, SMALL_LINE, Shape, ShapeKind, width,
};

/// A drawing as a figure.
pub fn figure(drawing: &Drawing, caption: String) -> Figure {
    let mut marks = Vec::new();
    for shape in &drawing.shapes {
        outline(shape, &mut marks);
        words_in(shape, &mut marks);
    }
    for link in &drawing.links {
        line(link, &mut marks);
    }
    for link in &drawing.links {
        label(link, &mut marks);
    }
    Figure {
        width: drawing.width,
        height: drawing.height,
        head: drawing.head,
        marks,
        caption,
    }
}

/// The outline of a shape, and what is drawn in it.
fn outline(shape: &Shape, marks: &mut Vec<Mark>) {
    let (x, y, w, h) = (shape.x, shape.y, shape.w, shape.h);
    let mut put = |area: Area, form: Form, pen: Pen| {
        let frame = shape.kind.is_frame();
        marks.push(Mark::Box {
            area,
            form,
            pen,
            frame,
        });
    };
    let whole = Area { x, y, w, h };
    let inner = |by: i32| Area {
        x: x + by,
        y: y + by,
        w: w - 2 * by,
        h: h - 2 * by,
    };
    let bare = shape.lines.is_empty();
    match shape.kind {
        ShapeKind::Start | ShapeKind::Throw if bare => put(whole, Form::Circle, Pen::Thin),
        ShapeKind::End | ShapeKind::Stop if bare => put(whole, Form::Circle, Pen::Heavy),
        ShapeKind::Start | ShapeKind::Throw => put(whole, Form::Rounded, Pen::Thin),
        ShapeKind::End | ShapeKind::Stop => put(whole, Form::Rounded, Pen::Heavy),
        ShapeKind::Merge => put(whole, Form::Circle, Pen::Thin),
        ShapeKind::Timer | ShapeKind::Message if bare => {
            put(whole, Form::Circle, Pen::Thin);
            put(inner(80), Form::Circle, Pen::Thin);
        }
        ShapeKind::Timer | ShapeKind::Message => {
            put(whole, Form::Rounded, Pen::Thin);
            put(inner(80), Form::Rounded, Pen::Thin);
        }
        ShapeKind::Choose | ShapeKind::Inclusive | ShapeKind::Gather | ShapeKind::Await => {
            put(whole, Form::Diamond, Pen::Thin);
        }
        ShapeKind::Fork | ShapeKind::Join => put(whole, Form::Bar, Pen::Thin),
        ShapeKind::Group | ShapeKind::Foreign => put(whole, Form::Square, Pen::Dashed),
        ShapeKind::Process | ShapeKind::Call => put(whole, Form::Square, Pen::Heavy),
        ShapeKind::Form => {
            put(whole, Form::Square, Pen::Heavy);
        }
        ShapeKind::Lane => {
            put(whole, Form::Square, Pen::Thin);
            put(
                Area {
                    h: shape.head,
                    ..whole
                },
                Form::Square,
                Pen::Thin,
            );
        }
        ShapeKind::Step | ShapeKind::Part | ShapeKind::Duty | ShapeKind::Item => {
            put(whole, Form::Square, Pen::Thin);
        }
        // With a second line at each side, as what is done elsewhere is drawn (GB/T 1526).
        ShapeKind::Auto => {
            put(whole, Form::Square, Pen::Thin);
            put(
                Area {
                    x: x + 110,
                    w: w - 220,
                    ..whole
                },
                Form::Square,
                Pen::Thin,
            );
        }
    }
    if shape.many {
        for no in -1..=1 {
            let across = x + w / 2 + no * 90;
            let points = vec![(across, y + h - 260), (across, y + h - 60)];
            let (arrow, pen) = (false, Pen::Thin);
            marks.push(Mark::Line { points, arrow, pen });
        }
    }
}

fn words_in(shape: &Shape, marks: &mut Vec<Mark>) {
    let count = |lines: &Vec<String>| i32::try_from(lines.len()).unwrap_or_default();
    let all = count(&shape.lines) * LINE + count(&shape.under) * SMALL_LINE;
    let room = if shape.head > 0 { shape.head } else { shape.h };
    let mut y = shape.y + (room - all) / 2;
    let big = shape.lines.iter().map(|text| (text, FONT, LINE));
    let small = shape
        .under
        .iter()
        .map(|text| (text, SMALL_FONT, SMALL_LINE));
    for (text, size, line) in big.chain(small) {
        marks.push(Mark::Words {
            x: shape.x + shape.w / 2,
            y: y + (line - size) / 2,
            width: width(text, size),
            size,
            centred: true,
            text: text.clone(),
        });
        y += line;
    }
}

fn line(link: &Link, marks: &mut Vec<Mark>) {
    let own = link.points.iter().take(link.own);
    let points = own.map(|point| (point.x, point.y)).collect();
    let whole = link.own == link.points.len();
    let arrow = whole && !matches!(link.role, LinkRole::Holds | LinkRole::Same);
    let pen = match (link.dashed, link.role) {
        (true, _) => Pen::Dashed,
        (false, LinkRole::Require) => Pen::Heavy,
        (false, _) => Pen::Thin,
    };
    marks.push(Mark::Line { points, arrow, pen });
}

fn label(link: &Link, marks: &mut Vec<Mark>) {
    let Some(at) = link.label_at else {
        return;
    };
    for (text, no) in link.label.iter().zip(0..) {
        marks.push(Mark::Words {
            x: at.x,
            y: at.y + no * SMALL_LINE + (SMALL_LINE - SMALL_FONT) / 2,
            width: width(text, SMALL_FONT),
            size: SMALL_FONT,
            centred: false,
            text: text.clone(),
        });
    }
}
