//! The picture of the state machine: every edge that an order can take, as exploring the code finds them, and on it the path
//! that one order took. Refuses to list edges by hand.

use super::Caption;
use super::layout::{self, BOX_HEIGHT, BOX_WIDTH, Curve, HEIGHT, Place, START, WIDTH, place_of, places};
use super::path::{PathStep, path, runs};
use super::svg::{Svg, escape, head};
use crate::domain::diagram::name;
use crate::domain::order::Order;
use crate::domain::state_edges::EDGES;
use crate::domain::states::Status;
use crate::domain::transition::TransitionKind;
use std::collections::{BTreeMap, BTreeSet};

type Ends = (Option<Status>, Status);

/// What is known of an edge.
#[derive(Default)]
struct Edge<'a> {
    kinds: &'a [TransitionKind],
    /// The steps of the order that took it.
    steps: Vec<u64>,
}

/// The state machine of orders with the path of this one, numbered like the steps of [`path`].
pub fn state_machine(order: &Order, caption: &Caption<'_>) -> String {
    let steps = path(order);
    let edges = edges(&steps);
    let mut svg = Svg::new("saga-states", (WIDTH, HEIGHT), caption);
    let (x, y) = START;
    svg.add(format_args!("<circle class=\"saga-start\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>"));
    // Those that were taken lie above the others, and the states above all edges.
    for taken in [false, true] {
        for (&ends, edge) in edges.iter().filter(|(_, edge)| edge.steps.is_empty() != taken) {
            draw_edge(&mut svg, ends, edge, &edges);
        }
    }
    let visited: BTreeSet<Status> = steps.iter().map(|step| step.to).collect();
    for place in places() {
        draw_state(&mut svg, place, visited.contains(&place.status), place.status == order.status);
    }
    for (&ends, edge) in edges.iter().filter(|(_, edge)| !edge.steps.is_empty()) {
        if let Some(route) = route(ends, &edges) {
            draw_label(&mut svg, &route, &runs(&edge.steps));
        }
    }
    svg.finish()
}

/// The edges that the code can take, and those that the order took: an earlier version may have had others.
fn edges(steps: &[PathStep]) -> BTreeMap<Ends, Edge<'static>> {
    let known = EDGES.iter().map(|&(from, to, kinds)| ((Some(from), to), Edge { kinds, steps: Vec::new() }));
    let mut edges: BTreeMap<Ends, Edge<'static>> = known.collect();
    edges.entry((None, Status::Pending)).or_default().kinds = &[TransitionKind::Placed];
    for step in steps {
        edges.entry((step.from, step.to)).or_default().steps.push(step.number);
    }
    edges
}

fn route((from, to): Ends, edges: &BTreeMap<Ends, Edge<'_>>) -> Option<Curve> {
    let target = place_of(to)?;
    let Some(from) = from else { return Some(layout::entry(target)) };
    let two_way = from != to && edges.contains_key(&(Some(to), from));
    Some(layout::route(place_of(from)?, target, two_way))
}

fn draw_edge(svg: &mut Svg, ends: Ends, edge: &Edge<'_>, edges: &BTreeMap<Ends, Edge<'_>>) {
    let Some(Curve { line, tip, towards, .. }) = route(ends, edges) else { return };
    let class = if edge.steps.is_empty() { "saga-edge" } else { "saga-edge saga-taken" };
    let from = ends.0.map_or_else(|| "•".to_owned(), |from| name(&from));
    let kinds: Vec<_> = edge.kinds.iter().map(name).collect();
    let about = escape(&format!("{from} → {}: {}", name(&ends.1), kinds.join(", ")));
    let head = head(tip, towards);
    svg.add(format_args!(
        "<g class=\"{class}\"><title>{about}</title><path class=\"saga-line\" d=\"{line}\"/><path class=\"saga-head\" d=\"{head}\"/></g>"
    ));
}

fn draw_state(svg: &mut Svg, place: Place, visited: bool, now: bool) {
    let (left, top, status) = (place.left(), place.top(), place.status);
    let mut class = "saga-state".to_owned();
    for (is, word) in [(visited, " saga-visited"), (now, " saga-now"), (status.is_terminal(), " saga-end")] {
        class.push_str(if is { word } else { "" });
    }
    svg.add(format_args!(
        "<g class=\"{class}\"><rect x=\"{left}\" y=\"{top}\" width=\"{BOX_WIDTH}\" height=\"{BOX_HEIGHT}\" rx=\"9\"/>"
    ));
    if status.is_terminal() {
        // A second line inside, as state diagrams mark an end.
        let (x, y, width, height) = (left + 3, top + 3, BOX_WIDTH - 6, BOX_HEIGHT - 6);
        svg.add(format_args!(
            "<rect class=\"saga-inner\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>"
        ));
    }
    let (x, y) = place.middle();
    let name = name(&status);
    match name.split_once('_') {
        None => svg.text("saga-name", (x, y + 4), &name),
        Some((first, rest)) => {
            svg.text("saga-name", (x, y - 3), first);
            svg.text("saga-name", (x, y + 12), rest);
        }
    }
    svg.add(format_args!("</g>"));
}

fn draw_label(svg: &mut Svg, route: &Curve, text: &str) {
    let (x, y) = route.label;
    let characters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX / 16);
    let width = (characters * 6 + 8).max(16);
    // A label as wide as the margin would leave the picture.
    let left = (x - width / 2).clamp(2, (WIDTH - 2 - width).max(2));
    svg.add(format_args!(
        "<g class=\"saga-step\"><rect x=\"{left}\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"8\"/>",
        y - 8
    ));
    svg.text("saga-number", (left + width / 2, y + 4), text);
    svg.add(format_args!("</g>"));
}
