//! Where the states stand, and how an edge runs between two of them. Owns the one table of places; every edge is computed
//! from it, so a new transition is drawn without a new line here.

use super::svg::Towards;
use crate::domain::states::Status;

pub(super) const WIDTH: i32 = 416;
pub(super) const HEIGHT: i32 = 412;
pub(super) const BOX_WIDTH: i32 = 96;
pub(super) const BOX_HEIGHT: i32 = 44;
/// Center and top of the first row: the path begins above it.
pub(super) const START: Point = (CENTER + BOX_WIDTH / 2, 14);

const CENTER: i32 = 160;
const TOP: i32 = 48;
const ROW: i32 = 102;
/// Half the distance of two edges that run against each other.
const APART: i32 = 9;

pub(super) type Point = (i32, i32);

/// Column and row of each status: the way to success runs down the middle, what the shop or the clock ends stands on the left,
/// what somebody cancels on the right.
const PLACES: [(Status, i32, i32); 8] = [
    (Status::Pending, 1, 0),
    (Status::AwaitingPayment, 1, 1),
    (Status::Confirmed, 1, 2),
    (Status::Completed, 1, 3),
    (Status::Rejected, 0, 0),
    (Status::Expired, 0, 1),
    (Status::Canceled, 2, 1),
    (Status::Canceling, 2, 2),
];

/// A status with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) status: Status,
    column: i32,
    row: i32,
}

/// An edge, ready to be drawn.
pub(super) struct Curve {
    pub(super) line: String,
    pub(super) tip: Point,
    pub(super) towards: Towards,
    /// Center of its label.
    pub(super) label: Point,
}

pub(super) fn places() -> impl Iterator<Item = Place> {
    PLACES.into_iter().map(|(status, column, row)| Place { status, column, row })
}

pub(super) fn place_of(status: Status) -> Option<Place> {
    places().find(|place| place.status == status)
}

impl Place {
    pub(super) const fn left(self) -> i32 {
        CENTER + (self.column - 1) * (BOX_WIDTH + 48)
    }

    pub(super) const fn top(self) -> i32 {
        TOP + self.row * ROW
    }

    pub(super) const fn middle(self) -> Point {
        (self.left() + BOX_WIDTH / 2, self.top() + BOX_HEIGHT / 2)
    }

    const fn right(self) -> i32 {
        self.left() + BOX_WIDTH
    }

    const fn bottom(self) -> i32 {
        self.top() + BOX_HEIGHT
    }
}

/// From the beginning to the first state.
pub(super) fn entry(to: Place) -> Curve {
    let (x, y) = START;
    let tip = (to.middle().0, to.top());
    Curve { line: format!("M{x} {y}V{}", to.top() - 6), tip, towards: Towards::Down, label: (x + 22, y + 12) }
}

/// The edge between two states. `two_way` says that another one runs back.
pub(super) fn route(from: Place, to: Place, two_way: bool) -> Curve {
    if from == to {
        return ear(from);
    }
    match ((from.column - to.column).abs(), (from.row - to.row).abs()) {
        (0, 1) => vertical(from, to, two_way),
        (0, _) => detour(from, to),
        (_, 0) => horizontal(from, to, two_way),
        _ => bend(from, to),
    }
}

/// A transition that leaves the status as it is: a small loop on the outer upper corner.
fn ear(place: Place) -> Curve {
    let side = if place.column == 0 { -1 } else { 1 };
    let x = if side < 0 { place.left() } else { place.right() };
    let y = place.top();
    let line = format!(
        "M{} {y}C{} {} {} {} {} {}",
        x - 16 * side,
        x - 16 * side,
        y - 20,
        x + 22 * side,
        y - 8,
        x + 5 * side,
        y + 9
    );
    let towards = if side < 0 { Towards::Right } else { Towards::Left };
    let label = if place.column == 1 { (x + 25, y - 17) } else { (x + 8 * side, y - 24) };
    Curve { line, tip: (x, y + 9), towards, label }
}

fn vertical(from: Place, to: Place, two_way: bool) -> Curve {
    let down = to.row > from.row;
    let x = from.middle().0 + if two_way { if down { APART } else { -APART } } else { 0 };
    let (start, end) = if down { (from.bottom(), to.top()) } else { (from.top(), to.bottom()) };
    let stop = if down { end - 6 } else { end + 6 };
    let towards = if down { Towards::Down } else { Towards::Up };
    Curve { line: format!("M{x} {start}V{stop}"), tip: (x, end), towards, label: (x, i32::midpoint(start, end)) }
}

fn horizontal(from: Place, to: Place, two_way: bool) -> Curve {
    let rightward = to.column > from.column;
    let y = from.middle().1 + 3 + if two_way { if rightward { -APART } else { APART } } else { 0 };
    let (start, end) = if rightward { (from.right(), to.left()) } else { (from.left(), to.right()) };
    let (stop, towards) = if rightward { (end - 6, Towards::Right) } else { (end + 6, Towards::Left) };
    // The labels of two edges that run against each other stand at their own beginnings.
    let label = if two_way {
        start + (end - start) * 3 / 8
    } else {
        i32::midpoint(start, end) - if rightward { 3 } else { -3 }
    };
    Curve { line: format!("M{start} {y}H{stop}"), tip: (end, y), towards, label: (label, y) }
}

/// Around the states between two of the same column, on their left.
fn detour(from: Place, to: Place) -> Curve {
    let down = to.row > from.row;
    let (x, aside) = (from.middle().0 - 26, from.left() - 24);
    let (start, end) = if down { (from.bottom(), to.top()) } else { (from.top(), to.bottom()) };
    let sign = if down { 1 } else { -1 };
    let (first, last, stop) = (start + 54 * sign, end - 54 * sign, end - 6 * sign);
    let line = format!(
        "M{x} {start}C{x} {} {aside} {} {aside} {first}V{last}C{aside} {} {x} {} {x} {stop}",
        start + 30 * sign,
        start + 24 * sign,
        end - 24 * sign,
        end - 30 * sign
    );
    let towards = if down { Towards::Down } else { Towards::Up };
    Curve { line, tip: (x, end), towards, label: (aside, last + 2 * sign) }
}

/// Between columns and rows: level at the state that is nearer to the middle, upright at the other.
fn bend(from: Place, to: Place) -> Curve {
    let leaves_level = from.column == 1 || to.column != 1;
    let (level, upright) = if leaves_level { (from, to) } else { (to, from) };
    let rightward = upright.column > level.column;
    let below = upright.row > level.row;
    let inner = (if rightward { level.right() } else { level.left() }, level.top() + if below { 40 } else { 25 });
    let outer = (upright.middle().0, if below { upright.top() } else { upright.bottom() });
    let (side, down) = (if rightward { 1 } else { -1 }, if below { 1 } else { -1 });
    let (level_control, upright_control) =
        ((inner.0 + (if below { 16 } else { 34 }) * side, inner.1), (outer.0, inner.1 + 22 * down));
    let half = |start: i32, one: i32, two: i32, end: i32| (start + 3 * one + 3 * two + end) / 8;
    let label = (
        half(inner.0, level_control.0, upright_control.0, outer.0),
        half(inner.1, level_control.1, upright_control.1, outer.1),
    );
    let (ax, ay, bx, by) = (level_control.0, level_control.1, upright_control.0, upright_control.1);
    if leaves_level {
        let line = format!("M{} {}C{ax} {ay} {bx} {by} {} {}", inner.0, inner.1, outer.0, outer.1 - 6 * down);
        let towards = if below { Towards::Down } else { Towards::Up };
        return Curve { line, tip: outer, towards, label };
    }
    let line = format!("M{} {}C{bx} {by} {ax} {ay} {} {}", outer.0, outer.1, inner.0 + 6 * side, inner.1);
    let towards = if rightward { Towards::Left } else { Towards::Right };
    Curve { line, tip: inner, towards, label }
}
