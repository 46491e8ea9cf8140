//! Text on a page in the order in which it is read: lines from above, each from the left.

use andu_page::display::Matrix;

use super::{matrix, numbers};
use crate::tree::Element;

/// Characters that stand one behind the other.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Run {
    text: String,
    /// Where it begins on its base line, and where it ends, in mm.
    x: f64,
    end: f64,
    baseline: f64,
    /// Height of its characters.
    size: f64,
}

/// Base lines that lie closer together than this, in heights, are one line.
const SAME_LINE: f64 = 0.35;
/// What lies further apart than this, in heights, has a space between it.
const APART: f64 = 0.6;

/// Adds every text of a page, or of a template.
pub(super) fn collect(page: &Element, runs: &mut Vec<Run>) {
    let layers = page.child("Content").into_iter();
    for layer in layers.flat_map(|content| content.all("Layer")) {
        block(layer, runs);
    }
}

fn block(block: &Element, runs: &mut Vec<Run>) {
    for child in &block.children {
        match child.name.as_str() {
            "TextObject" => text(child, runs),
            "PageBlock" => self::block(child, runs),
            _ => {}
        }
    }
}

fn text(object: &Element, runs: &mut Vec<Run>) {
    if object.attribute("Visible") == Some("false") {
        return;
    }
    let number = |name: &str| {
        object
            .attribute(name)
            .and_then(|said| said.parse::<f64>().ok())
    };
    let place = numbers(object.attribute("Boundary").unwrap_or_default());
    let (left, top) = match place[..] {
        [left, top, ..] => (left, top),
        _ => (0.0, 0.0),
    };
    let own = object.attribute("CTM").and_then(matrix);
    let own = own.unwrap_or(Matrix::moved(0.0, 0.0));
    let at = Matrix::moved(left, top).after(&own);
    let [a, b, c, d, ..] = at.0;
    let (along, across) = (a.hypot(b), c.hypot(d));
    let size = number("Size").unwrap_or(0.0) * across;
    let (mut x, mut y) = (0.0, 0.0);
    for code in object.all("TextCode") {
        let given = |name: &str| {
            code.attribute(name)
                .and_then(|said| said.parse::<f64>().ok())
        };
        x = given("X").unwrap_or(x);
        y = given("Y").unwrap_or(y);
        let text: String = code.text.trim_matches(['\n', '\r', '\t', ' ']).to_owned();
        let count = text.chars().count();
        if count == 0 {
            continue;
        }
        let (across, down) = (
            steps(code.attribute("DeltaX").unwrap_or_default(), count),
            steps(code.attribute("DeltaY").unwrap_or_default(), count),
        );
        let moved = |steps: &Option<Vec<f64>>| steps.as_ref().map(|all| all.iter().sum::<f64>());
        let em = number("Size").unwrap_or(0.0);
        let width = moved(&across).unwrap_or_default() + em;
        let (begin, baseline) = at.apply((x, y));
        match (
            along > 0.0,
            down.filter(|down| down.iter().any(|step| *step != 0.0)),
        ) {
            // Written from above: each character is a line of its own.
            (true, Some(down)) => {
                let mut reached = 0.0;
                for (no, sign) in text.chars().enumerate() {
                    let (begin, baseline) = at.apply((x, y + reached));
                    runs.push(Run {
                        text: sign.to_string(),
                        x: begin,
                        end: begin + size,
                        baseline,
                        size,
                    });
                    reached += down.get(no).copied().unwrap_or_default();
                }
            }
            _ => {
                let (end, _) = at.apply((x + width, y));
                runs.push(Run {
                    text,
                    x: begin.min(end),
                    end: begin.max(end),
                    baseline,
                    size,
                });
            }
        }
    }
}

/// Steps between so many characters; `None` where none are given. The last one goes on for what has none.
fn steps(list: &str, count: usize) -> Option<Vec<f64>> {
    let mut parts = list.split_whitespace();
    let mut all = Vec::new();
    while let Some(part) = parts.next() {
        if all.len() >= count {
            break;
        }
        let (times, value) = match part {
            "g" => (parts.next()?.parse::<usize>().ok()?, parts.next()?),
            value => (1, value),
        };
        let value: f64 = value.parse().ok()?;
        let room = count.saturating_sub(all.len());
        all.extend(std::iter::repeat_n(value, times.min(room)));
    }
    let last = *all.last()?;
    all.resize(count.saturating_sub(1), last);
    Some(all)
}

/// Runs as lines.
pub(super) fn lines(mut runs: Vec<Run>) -> Vec<String> {
    runs.sort_by(|one, other| one.baseline.total_cmp(&other.baseline));
    let mut lines: Vec<Vec<Run>> = Vec::new();
    for run in runs {
        let fits = |line: &Vec<Run>| {
            line.first().is_some_and(|first| {
                let height = first.size.max(run.size);
                (run.baseline - first.baseline).abs() <= SAME_LINE * height
            })
        };
        match lines.last_mut().filter(|line| fits(line)) {
            Some(line) => line.push(run),
            None => lines.push(vec![run]),
        }
    }
    lines.into_iter().map(joined).collect()
}

fn joined(mut line: Vec<Run>) -> String {
    line.sort_by(|one, other| one.x.total_cmp(&other.x));
    let mut said = String::new();
    let mut end: Option<f64> = None;
    for run in line {
        if end.is_some_and(|end| run.x - end > APART * run.size) {
            said.push(' ');
        }
        said += &run.text;
        end = Some(run.end);
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_counted_out_and_the_last_one_goes_on() {
        assert_eq!(steps("", 3), None);
        assert_eq!(steps("g 3 2 1", 5), Some(vec![2.0, 2.0, 2.0, 1.0]));
        assert_eq!(steps("1.5", 4), Some(vec![1.5; 3]));
        assert_eq!(steps("g 999999999999 1", 3), Some(vec![1.0; 2]));
        assert_eq!(steps("g x 1", 3), None);
    }

    #[test]
    fn what_stands_on_one_base_line_is_one_line() {
        let run = |text: &str, x: f64, baseline: f64| Run {
            text: text.to_owned(),
            x,
            end: x + 5.0,
            baseline,
            size: 5.0,
        };
        let all = vec![
            run("二", 30.0, 20.0),
            run("下", 10.0, 40.0),
            run("一", 10.0, 20.5),
            run("续", 15.1, 20.5),
        ];
        assert_eq!(lines(all), ["一续 二", "下"]);
    }
}
