//! What stands on a page, as the file of a page says it.

use andu_page::display::{
    Glyph, Item, Matrix, PathItem, PictureItem, Rgb, Segment, Sheet, TextItem,
};

use super::{Ids, Pictures};
use crate::{
    number::{deltas, factor, length, lengths},
    xml::Xml,
};

const BLACK: Rgb = [0, 0, 0];
/// How far a glyph may reach beyond its em box, in em: to the sides, above and below its base line.
const BESIDE: f64 = 0.5;
const ABOVE: f64 = 1.2;
const BELOW: f64 = 0.5;

/// The file of a page. `area`: its size where the document's is another. `fonts` are the numbers of the fonts as
/// resources.
pub(super) fn page(
    sheet: &Sheet,
    area: Option<(f64, f64)>,
    fonts: &[u32],
    ids: &mut Ids,
    pictures: &mut Pictures,
) -> Xml {
    let mut xml = Xml::root("Page", &[]);
    if let Some((width, height)) = area {
        xml.open("Area", &[]);
        let sheet = lengths(&[0.0, 0.0, width, height]);
        xml.text("PhysicalBox", &[], &sheet);
        xml.close();
    }
    xml.open("Content", &[]);
    xml.open("Layer", &[("ID", &ids.next().to_string())]);
    for item in &sheet.items {
        match item {
            Item::Text(run) => {
                if let Some(font) = fonts.get(run.font) {
                    text(&mut xml, run, *font, ids);
                }
            }
            Item::Path(shape) => path(&mut xml, shape, ids),
            Item::Picture(one) => {
                let resource = pictures.id(one, ids);
                picture(&mut xml, one, resource, ids);
            }
        }
    }
    xml
}

/// Left, top, width and height of what lies around points.
fn around(points: impl IntoIterator<Item = (f64, f64)>, margin: f64) -> [f64; 4] {
    let mut points = points.into_iter();
    let (x, y) = points.next().unwrap_or_default();
    let (mut left, mut top, mut right, mut bottom) = (x, y, x, y);
    for (x, y) in points {
        (left, right) = (left.min(x), right.max(x));
        (top, bottom) = (top.min(y), bottom.max(y));
    }
    // What is written is rounded: nothing of a thing is cut off by that.
    let floor = |mm: f64| ((mm - margin) * 1000.0).floor() / 1000.0;
    let ceil = |mm: f64| ((mm + margin) * 1000.0).ceil() / 1000.0;
    let (left, top) = (floor(left), floor(top));
    [left, top, ceil(right) - left, ceil(bottom) - top]
}

fn color([red, green, blue]: Rgb) -> String {
    format!("{red} {green} {blue}")
}

fn matrix(Matrix([a, b, c, d, e, f]): &Matrix) -> String {
    let mut out = String::new();
    for value in [a, b, c, d] {
        factor(&mut out, *value);
        out.push(' ');
    }
    length(&mut out, *e);
    out.push(' ');
    length(&mut out, *f);
    out
}

/// Characters of a text that are drawn together, by how many glyphs.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cluster {
    /// Bytes of the text.
    range: (usize, usize),
    /// Characters.
    codes: usize,
    /// Which glyphs: from, and how many.
    glyphs: (usize, usize),
    /// Where its first glyph stands in the run.
    x: f64,
    /// Where the next one begins.
    end: f64,
}

/// What is drawn in order. A cluster that has ink of no character of its own is part of the one before.
fn clusters(run: &TextItem) -> Vec<Cluster> {
    let mut all: Vec<Cluster> = Vec::new();
    let mut at = 0.0;
    for (no, glyph) in run.glyphs.iter().enumerate() {
        let Glyph {
            range: (start, end),
            ..
        } = *glyph;
        let next = at + glyph.advance;
        match all.last_mut() {
            // Several glyphs that draw the same characters.
            Some(last) if start < last.range.1 => {
                last.glyphs.1 += 1;
                last.end = next;
                last.range.1 = last.range.1.max(end);
            }
            _ => all.push(Cluster {
                range: (start, end),
                codes: 0,
                glyphs: (no, 1),
                x: at + glyph.shift,
                end: next,
            }),
        }
        at = next;
    }
    for cluster in &mut all {
        let said = run.text.get(cluster.range.0..cluster.range.1);
        cluster.codes = said.map_or(0, |said| said.chars().count());
    }
    all.retain(|cluster| cluster.codes > 0);
    all
}

/// Whether a cluster is a space of XML, which readers drop at the ends of a text.
fn is_space(run: &TextItem, cluster: &Cluster) -> bool {
    let said = run.text.get(cluster.range.0..cluster.range.1);
    said.is_some_and(|said| said.chars().all(|sign| sign.is_ascii_whitespace()))
}

fn text(xml: &mut Xml, run: &TextItem, font: u32, ids: &mut Ids) {
    let mut shown = clusters(run);
    while shown.last().is_some_and(|last| is_space(run, last)) {
        shown.pop();
    }
    let spaces = shown.iter().take_while(|one| is_space(run, one)).count();
    shown.drain(..spaces);
    let (Some(first), Some(last)) = (shown.first(), shown.last()) else {
        return;
    };
    let em = run.size;
    let (left, right) = (first.x - BESIDE * em, last.end.max(last.x) + BESIDE * em);
    let corners = [
        (left, -ABOVE * em),
        (right, -ABOVE * em),
        (right, BELOW * em),
        (left, BELOW * em),
    ];
    let place = around(corners.map(|corner| run.at.apply(corner)), run.stroke);
    let own = Matrix::moved(-place[0], -place[1]).after(&run.at);
    // What stands upright needs no matrix: its place is the text's.
    let (start, turn) = match own.is_move() {
        true => (own.apply((first.x, 0.0)), None),
        false => ((first.x, 0.0), Some(matrix(&own))),
    };
    let (id, font, boundary) = (ids.next().to_string(), font.to_string(), lengths(&place));
    let (size, thickness) = (lengths(&[em]), lengths(&[run.stroke]));
    let mut attributes = vec![
        ("ID", id.as_str()),
        ("Boundary", &boundary),
        ("Font", &font),
        ("Size", &size),
    ];
    if let Some(turn) = &turn {
        attributes.push(("CTM", turn));
    }
    if run.stroke > 0.0 {
        attributes.extend([("Stroke", "true"), ("LineWidth", &thickness)]);
    }
    xml.open("TextObject", &attributes);
    let ink = color(run.fill);
    if run.fill != BLACK {
        xml.empty("FillColor", &[("Value", &ink)]);
    }
    if run.stroke > 0.0 {
        xml.empty("StrokeColor", &[("Value", &ink)]);
    }
    for (position, part) in alike(&shown) {
        glyphs(xml, run, position, part);
    }
    let steps = steps(&shown);
    let (x, y, steps) = (lengths(&[start.0]), lengths(&[start.1]), deltas(&steps));
    let mut code = vec![("X", x.as_str()), ("Y", &y)];
    if !steps.is_empty() {
        code.push(("DeltaX", &steps));
    }
    let said: String = shown
        .iter()
        .filter_map(|one| run.text.get(one.range.0..one.range.1))
        .collect();
    xml.text("TextCode", &code, &said);
    xml.close();
}

/// How far each character stands from the one before it. Characters that one cluster draws share its width.
fn steps(shown: &[Cluster]) -> Vec<f64> {
    let mut all = Vec::new();
    for (at, cluster) in shown.iter().enumerate() {
        let next = shown.get(at + 1).map_or(cluster.end, |next| next.x);
        let each = (next - cluster.x) / cluster.codes as f64;
        all.extend(std::iter::repeat_n(each, cluster.codes));
    }
    all.pop();
    all
}

/// Clusters of one character and one glyph together; every other by itself. With each the number of its first
/// character.
fn alike(shown: &[Cluster]) -> Vec<(usize, &[Cluster])> {
    let plain = |one: &Cluster| one.codes == 1 && one.glyphs.1 == 1;
    let mut parts = Vec::new();
    let mut position = 0;
    for part in shown.chunk_by(|one, next| plain(one) && plain(next)) {
        parts.push((position, part));
        position += part.iter().map(|one| one.codes).sum::<usize>();
    }
    parts
}

fn glyphs(xml: &mut Xml, run: &TextItem, position: usize, part: &[Cluster]) {
    let drawn = part.iter().flat_map(|one| {
        let (from, count) = one.glyphs;
        run.glyphs.iter().skip(from).take(count)
    });
    let drawn: Vec<String> = drawn.map(|glyph| glyph.id.to_string()).collect();
    let codes: usize = part.iter().map(|one| one.codes).sum();
    let (position, codes, count) = (
        position.to_string(),
        codes.to_string(),
        drawn.len().to_string(),
    );
    xml.open(
        "CGTransform",
        &[
            ("CodePosition", &position),
            ("CodeCount", &codes),
            ("GlyphCount", &count),
        ],
    );
    xml.text("Glyphs", &[], &drawn.join(" "));
    xml.close();
}

fn path(xml: &mut Xml, shape: &PathItem, ids: &mut Ids) {
    let points = shape.segments.iter().flat_map(Segment::points);
    let margin = shape.stroke.map_or(0.0, |line| line.width);
    let place = around(points, margin);
    if shape.segments.is_empty() || (shape.fill.is_none() && shape.stroke.is_none()) {
        return;
    }
    let (id, boundary) = (ids.next().to_string(), lengths(&place));
    let mut attributes = vec![("ID", id.as_str()), ("Boundary", &boundary)];
    if shape.fill.is_some() {
        attributes.push(("Fill", "true"));
    }
    let width = lengths(&[margin]);
    let dash = shape.stroke.and_then(|line| line.dash);
    let dash = dash.map(|dash| lengths(&[dash, dash]));
    match shape.stroke {
        Some(_) => attributes.push(("LineWidth", &width)),
        None => attributes.push(("Stroke", "false")),
    }
    if let Some(dash) = &dash {
        attributes.push(("DashPattern", dash));
    }
    xml.open("PathObject", &attributes);
    if let Some(line) = shape.stroke.filter(|line| line.color != BLACK) {
        xml.empty("StrokeColor", &[("Value", &color(line.color))]);
    }
    if let Some(fill) = shape.fill {
        xml.empty("FillColor", &[("Value", &color(fill))]);
    }
    xml.text("AbbreviatedData", &[], &abbreviated(shape, place));
    xml.close();
}

fn abbreviated(shape: &PathItem, [left, top, ..]: [f64; 4]) -> String {
    let mut out = String::new();
    for segment in &shape.segments {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push(match segment {
            Segment::Move(_) => 'M',
            Segment::Line(_) => 'L',
            Segment::Cubic(..) => 'B',
            Segment::Close => 'C',
        });
        for (x, y) in segment.points() {
            for value in [x - left, y - top] {
                out.push(' ');
                length(&mut out, value);
            }
        }
    }
    out
}

fn picture(xml: &mut Xml, one: &PictureItem, resource: u32, ids: &mut Ids) {
    let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)];
    let place = around(corners.map(|corner| one.at.apply(corner)), 0.0);
    let own = Matrix::moved(-place[0], -place[1]).after(&one.at);
    let (id, resource) = (ids.next().to_string(), resource.to_string());
    xml.empty(
        "ImageObject",
        &[
            ("ID", &id),
            ("Boundary", &lengths(&place)),
            ("CTM", &matrix(&own)),
            ("ResourceID", &resource),
        ],
    );
}
