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
    let frame = shape.kind.is_frame();
    for (area, form, pen) in strokes(shape) {
        marks.push(Mark::Box {
            area,
            form,
            pen,
            frame,
        });
    }
    if shape.many {
        let (middle, below) = (shape.x + shape.w / 2, shape.y + shape.h);
        for x in [middle - 90, middle, middle + 90] {
            let points = vec![(x, below - 260), (x, below - 60)];
            let (arrow, pen) = (false, Pen::Thin);
            marks.push(Mark::Line { points, arrow, pen });
        }
    }
}

fn strokes(shape: &Shape) -> Vec<(Area, Form, Pen)> {
    let (x, y, w, h) = (shape.x, shape.y, shape.w, shape.h);
    let whole = Area { x, y, w, h };
    let one = |form: Form, pen: Pen| vec![(whole, form, pen)];
    let round = if shape.lines.is_empty() {
        Form::Circle
    } else {
        Form::Rounded
    };
    let inside = |dx: i32, dy: i32| Area {
        x: x + dx,
        y: y + dy,
        w: w - 2 * dx,
        h: h - 2 * dy,
    };
    match shape.kind {
        ShapeKind::Start | ShapeKind::Throw => one(round, Pen::Thin),
        ShapeKind::End | ShapeKind::Stop => one(round, Pen::Heavy),
        ShapeKind::Merge => one(Form::Circle, Pen::Thin),
        ShapeKind::Timer | ShapeKind::Message => {
            vec![
                (whole, round, Pen::Thin),
                (inside(80, 80), round, Pen::Thin),
            ]
        }
        ShapeKind::Choose | ShapeKind::Inclusive | ShapeKind::Gather | ShapeKind::Await => {
            one(Form::Diamond, Pen::Thin)
        }
        ShapeKind::Fork | ShapeKind::Join => one(Form::Bar, Pen::Thin),
        ShapeKind::Group | ShapeKind::Foreign => one(Form::Square, Pen::Dashed),
        ShapeKind::Process | ShapeKind::Call | ShapeKind::Form => one(Form::Square, Pen::Heavy),
        ShapeKind::Lane => {
            let head = Area {
                h: shape.head,
                ..whole
            };
            let (form, pen) = (Form::Square, Pen::Thin);
            vec![(whole, form, pen), (head, form, pen)]
        }
        ShapeKind::Step | ShapeKind::Part | ShapeKind::Duty | ShapeKind::Item => {
            one(Form::Square, Pen::Thin)
        }
        // With a second line at each side: nobody does it.
        ShapeKind::Auto => {
            let (form, pen) = (Form::Square, Pen::Thin);
            vec![(whole, form, pen), (inside(110, 0), form, pen)]
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
