//! The picture of the messages between the capabilities, one transition of the order below the other. Owns its bound: a long
//! history is shown by its beginning and its end. Refuses to say nothing about what it leaves out.

use super::Caption;
use super::exchange::{Exchange, ExchangeKind, Lane, of_transition};
use super::span::since;
use super::svg::{Svg, Towards, escape, head};
use crate::domain::diagram::name;
use crate::domain::order::Order;
use events::Capability;

/// Most transitions that are drawn, from the beginning and from the end. A delivered order has about ten.
const FIRST: usize = 16;
const LAST: usize = 8;

const MARGIN: i32 = 152;
const PITCH: i32 = 134;
const HEADER: i32 = 40;
const ROW: i32 = 25;
const GAP: i32 = 13;

/// Always shown, in the order in which a shopper meets them. Others follow if they took part.
const LANES: [Lane; 6] = [
    Lane::Shopper,
    Lane::Of(Capability::Orders),
    Lane::Of(Capability::Inventory),
    Lane::Of(Capability::Payments),
    Lane::Of(Capability::Shipping),
    Lane::Of(Capability::Notifications),
];

/// The words of the sequence diagram.
#[derive(Debug, Clone, Copy)]
pub struct SequenceCaption<'a> {
    pub picture: Caption<'a>,
    /// Says that steps are left out; `{count}` stands for their number.
    pub left_out: &'a str,
}

/// The capabilities with the messages that flowed for an order, and their times since it was placed.
pub fn sequence_diagram(order: &Order, caption: &SequenceCaption<'_>) -> String {
    let groups = groups(order);
    let left_out = order.log.len().saturating_sub(groups.len());
    let lanes = lanes(&groups);
    let rows: i32 = groups.iter().map(|group| height(group)).sum();
    let size =
        (center(&lanes, lanes.len().saturating_sub(1)) + 74, HEADER + rows + if left_out > 0 { 40 } else { 0 } + 24);
    let mut svg = Svg::new("saga-sequence", size, &caption.picture);
    draw_lanes(&mut svg, &lanes, size.1);
    let mut y = HEADER + 8;
    for (index, group) in groups.iter().enumerate() {
        if left_out > 0 && index == FIRST {
            let text = caption.left_out.replace("{count}", &left_out.to_string());
            draw_gap(&mut svg, y, size.0, &text);
            y += 40;
        }
        draw_group(&mut svg, &lanes, order, group, y);
        y += height(group);
    }
    svg.finish()
}

/// The exchanges of each transition that is drawn.
fn groups(order: &Order) -> Vec<Vec<Exchange>> {
    let log = &order.log;
    let end = log.len().saturating_sub(LAST).max(FIRST);
    let drawn = (0..log.len()).filter(|index| *index < FIRST || *index >= end);
    let group = |index: usize| {
        let before = index.checked_sub(1).and_then(|before| log.get(before));
        log.get(index).map(|made| of_transition(order, before, made))
    };
    drawn.filter_map(group).collect()
}

fn lanes(groups: &[Vec<Exchange>]) -> Vec<Lane> {
    let mut lanes = LANES.to_vec();
    for lane in groups.iter().flatten().flat_map(|exchange| exchange.to.iter().chain([&exchange.from])) {
        if !lanes.contains(lane) {
            // People stand on the left of what they use.
            let at = if *lane == Lane::Staff { 1 } else { lanes.len() };
            lanes.insert(at, *lane);
        }
    }
    lanes
}

fn height(group: &[Exchange]) -> i32 {
    i32::try_from(group.len()).unwrap_or(0) * ROW + GAP
}

/// The lane's line. The last names are long, and so are the labels beside orders: all have the same distance.
fn center(lanes: &[Lane], index: usize) -> i32 {
    let index = index.min(lanes.len());
    MARGIN + i32::try_from(index).unwrap_or(0) * PITCH
}

fn x_of(lanes: &[Lane], lane: Lane) -> i32 {
    center(lanes, lanes.iter().position(|known| *known == lane).unwrap_or(0))
}

fn draw_lanes(svg: &mut Svg, lanes: &[Lane], bottom: i32) {
    for lane in lanes {
        let x = x_of(lanes, *lane);
        let class = match lane {
            Lane::Of(Capability::Orders) => "saga-lane saga-conductor",
            Lane::Of(_) => "saga-lane",
            Lane::Shopper | Lane::Staff => "saga-lane saga-person",
        };
        svg.add(format_args!(
            "<g class=\"{class}\"><path d=\"M{x} {HEADER}V{}\"/><rect x=\"{}\" y=\"8\" width=\"112\" height=\"28\" rx=\"8\"/>",
            bottom - 6,
            x - 56
        ));
        svg.text("saga-name", (x, 27), lane.name());
        svg.add(format_args!("</g>"));
    }
}

fn draw_gap(svg: &mut Svg, y: i32, width: i32, text: &str) {
    svg.add(format_args!("<g class=\"saga-gap\"><path d=\"M12 {}H{}\"/>", y + 8, width - 12));
    svg.text("saga-left-out", (width / 2, y + 12), text);
    svg.add(format_args!("</g>"));
}

/// A transition: its number, time and new status in the margin, and its messages beside one bar on the line of orders.
fn draw_group(svg: &mut Svg, lanes: &[Lane], order: &Order, group: &[Exchange], top: i32) {
    let Some(first) = group.first() else { return };
    let orders = x_of(lanes, Lane::Of(Capability::Orders));
    let y = top + ROW - 5;
    let (instant, span, number) = (escape(&first.at.to_string()), since(order.placed_at, first.at), first.seq);
    let bar = height(group) - GAP - ROW + 16;
    svg.add(format_args!("<g class=\"saga-transition\"><title>{instant}</title>"));
    let digits = i32::try_from(number.to_string().len()).unwrap_or(1);
    let width = (digits * 7 + 9).max(16);
    svg.add(format_args!(
        "<rect class=\"saga-badge\" x=\"6\" y=\"{}\" width=\"{width}\" height=\"16\" rx=\"8\"/>",
        y - 8
    ));
    svg.text("saga-number", (6 + width / 2, y + 4), &number.to_string());
    svg.text("saga-time", (38, y + 4), &span);
    if let Some(status) = first.status {
        svg.text("saga-status", (38, y + 17), &name(&status));
    }
    svg.add(format_args!(
        "<rect class=\"saga-bar\" x=\"{}\" y=\"{}\" width=\"8\" height=\"{bar}\" rx=\"2\"/>",
        orders - 4,
        y - 8
    ));
    for (row, exchange) in group.iter().enumerate() {
        draw_exchange(svg, lanes, exchange, y + i32::try_from(row).unwrap_or(0) * ROW);
    }
    svg.add(format_args!("</g>"));
}

fn draw_exchange(svg: &mut Svg, lanes: &[Lane], exchange: &Exchange, y: i32) {
    let class = match exchange.kind {
        ExchangeKind::Request => "saga-request",
        ExchangeKind::Reply => "saga-reply",
        ExchangeKind::Command => "saga-command",
        ExchangeKind::Event => "saga-event",
        ExchangeKind::Scheduled => "saga-scheduled",
        ExchangeKind::Clock => "saga-clock",
    };
    let (from, orders) = (x_of(lanes, exchange.from), x_of(lanes, Lane::Of(Capability::Orders)));
    svg.add(format_args!("<g class=\"saga-message {class}\">"));
    if matches!(exchange.kind, ExchangeKind::Scheduled | ExchangeKind::Clock) {
        // Orders to itself.
        let (start, head) = (orders + 4, head((orders + 4, y + 5), Towards::Left));
        svg.add(format_args!(
            "<path class=\"saga-line\" d=\"M{start} {}h16a5 5 0 0 1 0 10h-10\"/><path class=\"saga-head\" d=\"{head}\"/>",
            y - 5
        ));
        svg.text("saga-label", (orders + 32, y + 4), &exchange.label);
        svg.add(format_args!("</g>"));
        return;
    }
    let mut heads = String::new();
    let mut farthest = from;
    for to in exchange.to.iter().map(|lane| x_of(lanes, *lane)) {
        let towards = if to > from { Towards::Right } else { Towards::Left };
        let beside = if to == orders { 4 } else { 1 };
        heads.push_str(&head((to + if to > from { -beside } else { beside }, y), towards));
        let stop = to + if to > from { -7 } else { 7 };
        farthest = if (stop - from).abs() > (farthest - from).abs() { stop } else { farthest };
    }
    svg.add(format_args!(
        "<path class=\"saga-line\" d=\"M{from} {y}H{farthest}\"/><path class=\"saga-head\" d=\"{heads}\"/>"
    ));
    // Every exchange has one end at orders: the labels stand there in a column.
    if from < orders {
        svg.text("saga-label saga-before", (orders - 14, y - 5), &exchange.label);
    } else {
        svg.text("saga-label", (orders + 14, y - 5), &exchange.label);
    }
    svg.add(format_args!("</g>"));
}
