//! Where lines go: down from layer to layer, level only between layers; what goes back runs at the right of
//! everything, one line for all that go back to the same item.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Point,
    channel::{Run, tracks},
    lay::{Laid, Way},
    level::Level,
    place::Lane,
    port::Ports,
};

/// From one track to the next.
const TRACK: i32 = 260;

/// From a layer to the first track below it.
const LEAVE: i32 = 280;

/// From the last track, or the words, to the layer below: room for an arrow head.
const ARRIVE: i32 = 360;

/// From a line to its words.
const BESIDE: i32 = 80;

/// What runs level between two layers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    /// A piece of a line, by its number.
    Hop(usize),
    /// A line that goes aside, by its number.
    Out(usize),
    /// What comes back to an item.
    Into(usize),
}

/// The room between two layers: above the first layer the one with number 0.
#[derive(Debug, Default)]
struct Channel {
    runs: Vec<(Who, Run)>,
    /// By what runs there: how far below the channel's top.
    depth: BTreeMap<Who, i32>,
    /// Words by the number of their line: the left edge, and how far below the channel's top.
    labels: BTreeMap<usize, Point>,
    height: i32,
}

struct Route<'a> {
    level: &'a Level<'a>,
    ports: &'a Ports,
    channels: Vec<Channel>,
    /// The upper edge of each channel.
    tops: Vec<i32>,
    /// The upper edge of each layer, and its height.
    layers: Vec<(i32, i32)>,
    right: i32,
    /// How far right the line stands that goes back to an item.
    trunks: BTreeMap<usize, i32>,
}

/// Lays out lines and heights.
pub(super) fn route(level: &Level<'_>, ports: &Ports, lanes: &[Lane]) -> Laid {
    let mut route = Route {
        level,
        ports,
        channels: Vec::new(),
        tops: Vec::new(),
        layers: Vec::new(),
        right: lanes.iter().map(|(x, w)| x + w).max().unwrap_or(0),
        trunks: BTreeMap::new(),
    };
    route.channels();
    route.heights();
    route.trunks();
    route.laid()
}

impl Route<'_> {
    /// Where a piece begins and ends, from the left.
    fn ends(&self, no: usize) -> (i32, i32) {
        let hop = &self.level.hops[no];
        let slots = &self.level.slots;
        (slots[hop.from].x + hop.out, slots[hop.to].x + hop.into)
    }

    fn channels(&mut self) {
        let level = self.level;
        let mut channels: Vec<Channel> = Vec::new();
        channels.resize_with(level.layers.len() + 1, Channel::default);
        for (no, hop) in level.hops.iter().enumerate() {
            let (from, to) = self.ends(no);
            if from != to {
                let run = (Who::Hop(no), Run::between(from, to));
                channels[level.slots[hop.to].layer].runs.push(run);
            }
        }
        for (no, port) in self.ports.out.iter().filter(|(_, port)| !port.right) {
            let slot = &level.slots[level.edges[*no].from];
            let x = slot.x + port.x;
            let (above, below) = (Some(x), None);
            let (left, right) = (x, i32::MAX / 2);
            let run = Run {
                above,
                below,
                left,
                right,
            };
            channels[slot.layer + 1].runs.push((Who::Out(*no), run));
        }
        for (item, port) in self.ports.into.iter().filter(|(_, port)| !port.right) {
            let slot = &level.slots[*item];
            let x = slot.x + port.x;
            let (above, below) = (None, Some(x));
            let (left, right) = (x, i32::MAX / 2);
            let run = Run {
                above,
                below,
                left,
                right,
            };
            channels[slot.layer].runs.push((Who::Into(*item), run));
        }
        let mut labelled = vec![Vec::new(); channels.len()];
        for (no, hop) in level.hops.iter().enumerate() {
            if hop.label.1 > 0 {
                labelled[level.slots[hop.to].layer].push(no);
            }
        }
        let mut arrivals = vec![Vec::new(); channels.len()];
        for (no, hop) in level.hops.iter().enumerate() {
            arrivals[level.slots[hop.to].layer].push(self.ends(no).1);
        }
        let last = level.layers.len();
        for (at, channel) in channels.iter_mut().enumerate() {
            let outer = at == 0 || at == last;
            arrivals[at].sort_unstable();
            let bottom = channel.lay_tracks(outer);
            self.lay_labels(channel, bottom, &mut labelled[at], &arrivals[at]);
            if !channel.labels.is_empty() || !channel.runs.is_empty() || !outer {
                channel.height += ARRIVE;
            }
        }
        self.channels = channels;
    }

    /// Words beside the lines just above where these come in, in as many rows as they need.
    fn lay_labels(&self, channel: &mut Channel, top: i32, hops: &mut [usize], arrivals: &[i32]) {
        hops.sort_by_key(|no| (self.ends(*no).1, *no));
        let free = |left: i32, right: i32| {
            let at = arrivals.partition_point(|x| *x <= left);
            arrivals.get(at).is_none_or(|x| *x >= right)
        };
        let mut rows: Vec<(i32, Vec<(i32, i32)>)> = Vec::new();
        for no in hops.iter() {
            let hop = &self.level.hops[*no];
            let ((w, h), x) = (hop.label, self.ends(*no).1);
            let sides = [x + BESIDE, x - BESIDE - w];
            let mut found = None;
            for (row, (_, filled)) in rows.iter().enumerate() {
                let fits = |left: &i32| {
                    let apart =
                        |one: &(i32, i32)| one.1 + BESIDE <= *left || one.0 >= left + w + BESIDE;
                    free(left - BESIDE, left + w) && filled.iter().all(apart)
                };
                found = found.or_else(|| sides.into_iter().find(fits).map(|left| (row, left)));
            }
            let (row, left) = found.unwrap_or_else(|| {
                rows.push((0, Vec::new()));
                let fits = |left: &i32| free(left - BESIDE, left + w);
                let left = sides.into_iter().find(fits).unwrap_or(sides[0]);
                (rows.len() - 1, left)
            });
            rows[row].0 = rows[row].0.max(h);
            rows[row].1.push((left, left + w));
            let y = i32::try_from(row).unwrap_or_default();
            channel.labels.insert(hop.edge, Point { x: left, y });
        }
        let mut tops = Vec::with_capacity(rows.len());
        let mut y = top;
        for (height, _) in &rows {
            tops.push(y);
            y += height + 20;
        }
        for at in channel.labels.values_mut() {
            at.y = tops[usize::try_from(at.y).unwrap_or_default()];
        }
        channel.height = y;
    }

    fn heights(&mut self) {
        let level = self.level;
        let mut y = 0;
        for (at, channel) in self.channels.iter().enumerate() {
            self.tops.push(y);
            y += channel.height;
            if let Some(layer) = level.layers.get(at) {
                let heights = layer.iter().map(|slot| level.slots[*slot].h);
                let height = heights.max().unwrap_or(0);
                self.layers.push((y, height));
                y += height;
            }
        }
    }

    /// The left upper corner of an item: in the middle of its layer's height.
    fn corner(&self, item: usize) -> Point {
        let slot = &self.level.slots[item];
        let (top, height) = self.layers[slot.layer];
        Point {
            x: slot.x,
            y: top + (height - slot.h) / 2,
        }
    }

    fn depth(&self, channel: usize, who: Who) -> i32 {
        let depth = self.channels[channel].depth.get(&who);
        self.tops[channel] + depth.copied().unwrap_or(0)
    }

    /// Where a line that goes aside runs level to the right, and the height at which it does.
    fn leaves(&self, no: usize) -> (Point, i32) {
        let (item, port) = (self.level.edges[no].from, self.ports.out[&no]);
        let corner = self.corner(item);
        let start = Point {
            x: corner.x + port.x,
            y: corner.y + port.y,
        };
        if port.right {
            (start, start.y)
        } else {
            (
                start,
                self.depth(self.level.slots[item].layer + 1, Who::Out(no)),
            )
        }
    }

    fn arrives(&self, item: usize) -> (Point, i32) {
        let port = self.ports.into[&item];
        let corner = self.corner(item);
        let end = Point {
            x: corner.x + port.x,
            y: corner.y + port.y,
        };
        if port.right {
            (end, end.y)
        } else {
            (
                end,
                self.depth(self.level.slots[item].layer, Who::Into(item)),
            )
        }
    }

    /// The upright lines at the right: short ones nearer.
    fn trunks(&mut self) {
        let level = self.level;
        let rights = level.slots.iter().map(|slot| slot.x + slot.w);
        self.right = rights.fold(self.right, i32::max);
        for channel in &self.channels {
            for (edge, at) in &channel.labels {
                self.right = self.right.max(at.x + level.edges[*edge].label.0);
            }
        }
        let mut spans: BTreeMap<usize, (i32, i32)> = BTreeMap::new();
        for no in &level.aside {
            let item = level.edges[*no].to;
            let (y, to) = (self.leaves(*no).1, self.arrives(item).1);
            let span = spans.entry(item).or_insert((to, to));
            *span = (span.0.min(y), span.1.max(y));
            let (start, label) = (self.leaves(*no).0, level.edges[*no].label);
            if label.1 > 0 {
                self.right = self.right.max(start.x + 2 * BESIDE + label.0);
            }
        }
        let mut spans: Vec<_> = spans.into_iter().collect();
        spans.sort_by_key(|(item, (top, bottom))| (bottom - top, *item));
        let mut filled: Vec<Vec<(i32, i32)>> = Vec::new();
        for (item, (top, bottom)) in spans {
            let apart = |one: &(i32, i32)| one.1 + 100 < top || one.0 > bottom + 100;
            let free = filled.iter().position(|track| track.iter().all(apart));
            let track = free.unwrap_or_else(|| {
                filled.push(Vec::new());
                filled.len() - 1
            });
            filled[track].push((top, bottom));
            let out = i32::try_from(track).unwrap_or_default() * TRACK;
            self.trunks.insert(item, self.right + LEAVE + out);
        }
    }

    fn laid(&self) -> Laid {
        let level = self.level;
        let mut ways = vec![Way::default(); level.edges.len()];
        let mut pieces = vec![Vec::new(); level.edges.len()];
        for (no, hop) in level.hops.iter().enumerate() {
            pieces[hop.edge].push(no);
        }
        for (no, way) in ways.iter_mut().enumerate() {
            way.points = self.down(&pieces[no]);
            way.own = way.points.len();
        }
        for no in &level.aside {
            ways[*no] = self.aside(*no);
        }
        self.share(&mut ways);
        for (channel, top) in self.channels.iter().zip(&self.tops) {
            for (edge, at) in &channel.labels {
                let y = at.y + top;
                ways[*edge].label_at = Some(Point { x: at.x, y });
            }
        }
        let inner = 1..self.channels.len().saturating_sub(1);
        Laid {
            at: (0..level.items.len())
                .map(|item| self.corner(item))
                .collect(),
            ways,
            breaks: inner.map(|at| self.tops[at] + LEAVE / 2).collect(),
            ..Laid::default()
        }
    }

    /// Of the lines to an item from below, and of those from above, the longest is drawn whole, the others only to
    /// where they meet it.
    fn share(&self, ways: &mut [Way]) {
        let mut longest: BTreeMap<(usize, bool), (i32, usize)> = BTreeMap::new();
        let far = |no: usize| {
            let item = self.level.edges[no].to;
            let along = self.leaves(no).1 - self.arrives(item).1;
            ((item, along > 0), along.abs())
        };
        for no in &self.level.aside {
            let (side, along) = far(*no);
            let one = longest.entry(side).or_insert((along, *no));
            *one = (*one).max((along, *no));
        }
        for no in &self.level.aside {
            if longest[&far(*no).0].1 != *no {
                let corner = Point {
                    x: self.trunks[&self.level.edges[*no].to],
                    y: self.leaves(*no).1,
                };
                let way = &mut ways[*no];
                let meets = way.points.iter().position(|point| *point == corner);
                way.own = meets.map_or(way.own, |at| at + 1);
            }
        }
    }

    /// Where a line goes through the layers.
    fn down(&self, pieces: &[usize]) -> Vec<Point> {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Vec::new();
        };
        let level = self.level;
        let hop = &level.hops[*first];
        let corner = self.corner(hop.from);
        let item = &level.items[hop.from];
        let hook = level.edges[hop.edge]
            .hook
            .and_then(|hook| item.hooks.get(hook));
        let down = hook.map_or_else(|| item.lower(hop.out), |hook| hook.y + hook.size);
        let mut points = vec![Point {
            x: corner.x + hop.out,
            y: corner.y + down,
        }];
        for no in pieces {
            let (from, to) = self.ends(*no);
            if from != to {
                let y = self.depth(level.slots[level.hops[*no].to].layer, Who::Hop(*no));
                points.extend([Point { x: from, y }, Point { x: to, y }]);
            }
        }
        let hop = &level.hops[*last];
        let (corner, item) = (self.corner(hop.to), &level.items[hop.to]);
        let y = corner.y + item.body - item.lower(hop.into);
        points.push(Point {
            x: corner.x + hop.into,
            y,
        });
        points
    }

    /// Where a line goes that goes aside.
    fn aside(&self, no: usize) -> Way {
        let edge = &self.level.edges[no];
        let ((start, out), (end, into)) = (self.leaves(no), self.arrives(edge.to));
        let x = self.trunks[&edge.to];
        let corners = [
            start,
            Point { x: start.x, y: out },
            Point { x, y: out },
            Point { x, y: into },
            Point { x: end.x, y: into },
            end,
        ];
        let mut points: Vec<Point> = Vec::new();
        for corner in corners {
            if points.last() != Some(&corner) {
                points.push(corner);
            }
        }
        let label_at = (edge.label.1 > 0).then(|| Point {
            x: start.x + BESIDE,
            y: out - edge.label.1 - 20,
        });
        Way {
            own: points.len(),
            points,
            label_at,
            aside: true,
        }
    }
}

impl Channel {
    /// Gives each run a track; answers how far down the last one is with room below it.
    fn lay_tracks(&mut self, outer: bool) -> i32 {
        let runs: Vec<Run> = self.runs.iter().map(|(_, run)| *run).collect();
        let (track, count) = tracks(&runs);
        for ((who, _), track) in self.runs.iter().zip(track) {
            self.depth.insert(*who, LEAVE + track * TRACK);
        }
        match count {
            0 if outer => 0,
            0 => LEAVE,
            count => LEAVE + (count - 1) * TRACK + BESIDE,
        }
    }
}

/// Heights that no box, no level line and no words stand in the way of.
pub(super) fn free(breaks: &BTreeSet<i32>, taken: &mut [(i32, i32)]) -> Vec<i32> {
    taken.sort_unstable();
    let mut free = Vec::new();
    let (mut next, mut bottom) = (0, i32::MIN);
    for at in breaks {
        while let Some((top, end)) = taken.get(next).filter(|one| one.0 <= *at) {
            let _ = top;
            bottom = bottom.max(*end);
            next += 1;
        }
        if bottom < *at {
            free.push(*at);
        }
    }
    free
}
