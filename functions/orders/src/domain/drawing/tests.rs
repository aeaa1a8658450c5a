//! The pictures show what the code does and what the log says, and no more.

use super::layout::{BOX_HEIGHT, BOX_WIDTH, HEIGHT, WIDTH, places};
use super::span::since;
use super::*;
use crate::domain::decision::Decision;
use crate::domain::diagram::{Edges, edges, explore, sample};
use crate::domain::input::Input;
use crate::domain::messages::outgoing;
use crate::domain::order::{Order, Tracking};
use crate::domain::saga::decide;
use crate::domain::state_edges::EDGES;
use crate::domain::states::Status;
use crate::service::message_name;
use events::flows::FLOWS;
use events::{Capability, Timestamp};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

const CAPTION: Caption<'_> = Caption { title: "The path", description: "All of it." };
const SEQUENCE: SequenceCaption<'_> = SequenceCaption { picture: CAPTION, left_out: "{count} left out" };

fn of_crate(file: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(file)
}

/// The order after a message of that type.
fn after(order: &Order, kind: &str, input: &Input, millis: i64) -> Order {
    let name = message_name(&format!("x/{}/{kind}", order.seq), order.id, input);
    let at = Timestamp::from_millis(order.placed_at.millis() + millis);
    match decide(order, input, &name, at) {
        Ok(Decision::Moved(next)) => *next,
        other => panic!("{kind}: {other:?}"),
    }
}

fn confirmed() -> Order {
    let order = sample(false).unwrap();
    let order = after(&order, "inventory.stock_reserved.v1", &Input::StockReserved, 140);
    let amount = order.money(order.total);
    let authorized = Input::PaymentAuthorized { attempt: 1, amount, capture_before: None };
    let order = after(&order, "payments.payment_authorized.v1", &authorized, 420);
    let order = after(&order, "inventory.reservation_committed.v1", &Input::ReservationCommitted, 510);
    after(&order, "shipping.shipment_created.v1", &Input::ShipmentCreated, 530)
}

fn completed() -> Order {
    let order = confirmed();
    let tracking = Tracking { carrier: "dhl".to_owned(), tracking_number: "1".to_owned() };
    let dispatched = Input::ShipmentDispatched { tracking, seq: 2 };
    let order = after(&order, "shipping.shipment_dispatched.v1", &dispatched, 7_200_000);
    let captured = Input::PaymentCaptured { amount: order.money(order.total) };
    let order = after(&order, "payments.payment_captured.v1", &captured, 7_200_400);
    after(&order, "shipping.shipment_delivered.v1", &Input::ShipmentDelivered, 90_000_000)
}

/// An order whose dispatch staff took back again and again.
fn restless(times: u64) -> Order {
    (1..=times).fold(confirmed(), |order, request| {
        let asked = Input::RetractionRequested { request };
        let order = after(&order, "shipping.retraction_requested.v1", &asked, 1_000);
        after(&order, "shipping.dispatch_retracted.v1", &Input::DispatchRetracted, 2_000)
    })
}

fn pictures(order: &Order) -> [String; 2] {
    [state_machine(order, &CAPTION), sequence_diagram(order, &SEQUENCE)]
}

fn titles(picture: &str, class: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let of_class = document
        .descendants()
        .filter(|node| node.attribute("class").is_some_and(|classes| classes.split(' ').any(|word| word == class)));
    of_class.filter_map(|node| node.first_element_child()?.text().map(str::to_owned)).collect()
}

fn texts(picture: &str, class: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(picture).unwrap();
    let of_class = document.descendants().filter(|node| node.attribute("class") == Some(class));
    of_class.filter_map(|node| node.text().map(str::to_owned)).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whoever runs the test says so, not the function's environment")]
fn the_kept_edges_are_those_that_exploring_finds() {
    let found = edges();
    let path = of_crate("src/domain/state_edges.rs");
    if std::env::var_os("SOUK_BLESS").is_some() {
        let before = std::fs::read_to_string(&path).unwrap();
        let (head, _) = before.split_once("pub(super) const EDGES").unwrap();
        let head = head.trim_end().trim_end_matches("#[rustfmt::skip]").trim_end();
        std::fs::write(&path, format!("{head}\n{}", source(&found))).unwrap();
        return;
    }
    let kept: Edges = EDGES.iter().map(|(from, to, kinds)| ((*from, *to), kinds.iter().copied().collect())).collect();
    assert!(kept == found, "{} is not what the code makes; SOUK_BLESS=1 rewrites it", path.display());
}

fn source(edges: &Edges) -> String {
    let mut text = "#[rustfmt::skip]\npub(super) const EDGES: &[(Status, Status, &[TransitionKind])] = &[\n".to_owned();
    for ((from, to), kinds) in edges {
        writeln!(text, "    (Status::{from:?}, Status::{to:?}, &[").unwrap();
        for kind in kinds {
            writeln!(text, "        TransitionKind::{kind:?},").unwrap();
        }
        text.push_str("    ]),\n");
    }
    text + "];\n"
}

#[test]
fn every_status_that_an_order_reaches_has_one_place_and_no_two_overlap() {
    let reached: BTreeSet<Status> = edges().into_keys().flat_map(|(from, to)| [from, to]).collect();
    let placed: BTreeSet<Status> = places().map(|place| place.status).collect();
    assert_eq!(placed, reached);
    assert_eq!(places().count(), placed.len());
    for one in places() {
        assert!(
            one.left() >= 0 && one.left() + BOX_WIDTH <= WIDTH && one.top() >= 0 && one.top() + BOX_HEIGHT <= HEIGHT
        );
        for other in places().filter(|other| *other != one) {
            let beside = (one.left() - other.left()).abs() >= BOX_WIDTH;
            assert!(beside || (one.top() - other.top()).abs() >= BOX_HEIGHT, "{one:?} {other:?}");
        }
    }
}

#[test]
fn every_edge_of_the_document_is_drawn() {
    let document = std::fs::read_to_string(of_crate("../../docs/order-states.md")).unwrap();
    let lines = document.lines().filter_map(|line| line.trim().split_once(" --> ")).filter(|(from, _)| *from != "[*]");
    let written = lines.filter_map(|(from, rest)| Some(format!("{from} → {}", rest.split_once(':')?.0)));
    let written: BTreeSet<String> = written.collect();
    let picture = state_machine(&sample(false).unwrap(), &CAPTION);
    let drawn = titles(&picture, "saga-edge").into_iter().map(|title| title.split(':').next().unwrap().to_owned());
    let drawn: BTreeSet<String> = drawn.filter(|edge| !edge.starts_with('•')).collect();
    assert!(written.len() > 20);
    assert_eq!(drawn, written);
}

#[test]
fn the_path_of_a_completed_order_is_highlighted_and_numbered() {
    let order = completed();
    let picture = state_machine(&order, &CAPTION);
    let taken: Vec<_> =
        titles(&picture, "saga-taken").iter().map(|title| title.split(':').next().unwrap().to_owned()).collect();
    assert_eq!(
        taken,
        [
            "• → pending",
            "pending → awaiting_payment",
            "awaiting_payment → confirmed",
            "confirmed → confirmed",
            "confirmed → completed"
        ]
    );
    assert_eq!(texts(&picture, "saga-number"), ["1", "2", "3", "4–7", "8"]);
    let document = roxmltree::Document::parse(&picture).unwrap();
    let states = |word: &str| {
        document
            .descendants()
            .filter(|node| {
                node.attribute("class")
                    .is_some_and(|classes| classes.starts_with("saga-state ") && classes.contains(word))
            })
            .count()
    };
    assert_eq!((states("saga-visited"), states("saga-now"), states("saga-end")), (4, 1, 4));
}

#[test]
fn the_steps_of_a_path_follow_each_other() {
    let order = completed();
    let steps = path(&order);
    assert_eq!(steps.iter().map(|step| step.number).collect::<Vec<_>>(), (1..=8).collect::<Vec<_>>());
    assert_eq!((steps[0].from, steps[0].to), (None, Status::Pending));
    assert!(steps.windows(2).all(|pair| pair[1].from == Some(pair[0].to)));
    assert_eq!(steps[7].to, order.status);
}

#[test]
fn many_numbers_of_one_edge_are_written_in_runs() {
    assert_eq!(path::runs(&[2]), "2");
    assert_eq!(path::runs(&[4, 5, 6, 7, 9]), "4–7, 9");
    assert_eq!(path::runs(&[4, 5, 7]), "4, 5, 7");
    assert_eq!(path::runs(&[1, 3, 5, 7]), "1, 3, 5…");
}

#[test]
fn an_edge_that_only_an_earlier_version_took_is_drawn_for_its_order() {
    let mut order = completed();
    order.log[1].status = Status::Rejected;
    let picture = state_machine(&order, &CAPTION);
    let taken = titles(&picture, "saga-taken");
    assert!(taken.iter().any(|title| title.starts_with("rejected → confirmed")), "{taken:?}");
}

#[test]
fn the_sequence_of_a_delivered_order_is_what_the_outbox_sends() {
    let order = completed();
    let sent = order.log.iter().flat_map(|made| outgoing(&order, made));
    let sent: Vec<_> = sent.map(|message| (short(&message.envelope.kind), message.to)).collect();
    let drawn = exchanges(&order).into_iter().filter(|exchange| {
        matches!(exchange.kind, ExchangeKind::Command | ExchangeKind::Event | ExchangeKind::Scheduled)
    });
    let drawn: Vec<_> = drawn
        .flat_map(|exchange| {
            let label = exchange.label;
            exchange.to.into_iter().map(move |to| match to {
                Lane::Of(capability) => (label.clone(), capability),
                person => panic!("{person:?}"),
            })
        })
        .collect();
    assert_eq!(drawn, sent);
    for (label, to) in drawn {
        let known = |flow: &&events::flows::Flow| short(flow.kind) == label && flow.from == Capability::Orders;
        assert!(FLOWS.iter().find(known).unwrap().to.contains(&to), "{label}");
    }
}

#[test]
fn each_input_comes_from_whoever_sends_its_message() {
    let received: Vec<_> = exchanges(&completed())
        .into_iter()
        .filter(|exchange| matches!(exchange.kind, ExchangeKind::Request | ExchangeKind::Reply))
        .map(|exchange| (exchange.from.name(), exchange.label))
        .collect();
    let expected = [
        ("shopper", "place_order"),
        ("inventory", "stock_reserved"),
        ("payments", "payment_authorized"),
        ("inventory", "reservation_committed"),
        ("shipping", "shipment_created"),
        ("shipping", "shipment_dispatched"),
        ("payments", "payment_captured"),
        ("shipping", "shipment_delivered"),
    ];
    assert_eq!(received, expected.map(|(from, label)| (from, label.to_owned())));
}

#[test]
fn the_deadline_comes_from_the_clock_and_a_cancellation_from_whoever_wanted_it() {
    let order = sample(false).unwrap();
    let expired = after(&order, "", &Input::DeadlineDue, 1_800_000);
    let last = exchanges(&expired).into_iter().find(|exchange| exchange.seq == 2).unwrap();
    assert_eq!((last.kind, last.label.as_str()), (ExchangeKind::Clock, "deadline_passed"));

    let mut canceled = after(&order, "cancel", &Input::Cancel, 1_000);
    let wanted = |order: &Order| exchanges(order).into_iter().find(|exchange| exchange.seq == 2).unwrap().from;
    assert_eq!(wanted(&canceled), Lane::Shopper);
    canceled.log[1].by = chassis::table::WantedBy::Other(events::ids::UserId::from_bits(7).into());
    assert_eq!(wanted(&canceled), Lane::Staff);
    assert!(texts(&sequence_diagram(&canceled, &SEQUENCE), "saga-name").contains(&"staff".to_owned()));
}

#[test]
fn times_count_from_placing() {
    let start = Timestamp::from_millis(1_000_000);
    let after = |millis: i64| since(start, Timestamp::from_millis(1_000_000 + millis));
    assert_eq!(after(0), "+0.00 s");
    assert_eq!(after(420), "+0.42 s");
    assert_eq!(after(-100), "−0.10 s");
    assert_eq!(after(725_000), "+12 min 5 s");
    assert_eq!(after(12_000_000), "+3 h 20 min 0 s");
    assert_eq!(after(187_200_000), "+2 d 4 h 0 min");
    assert_eq!(texts(&sequence_diagram(&completed(), &SEQUENCE), "saga-time")[2], "+0.42 s");
}

#[test]
fn a_long_history_is_shown_by_its_beginning_and_its_end_and_says_so() {
    let order = restless(100);
    let picture = sequence_diagram(&order, &SEQUENCE);
    let numbers = texts(&picture, "saga-number");
    assert_eq!(numbers.len(), 24);
    assert_eq!((numbers[0].as_str(), numbers[23].clone()), ("1", order.seq.to_string()));
    assert_eq!(texts(&picture, "saga-left-out"), [format!("{} left out", order.log.len() - 24)]);
    assert!(texts(&sequence_diagram(&completed(), &SEQUENCE), "saga-left-out").is_empty());
}

/// A page has 30 KB. Bounds of what the pictures take of it, for an order as most are and for the longest history.
#[test]
fn the_pictures_leave_room_on_their_page() {
    let sizes = |order: &Order| pictures(order).map(|picture| picture.len() / 1024);
    let [usual, longest] = [sizes(&completed()), sizes(&restless(100))];
    assert!(usual[0] <= 8 && usual[1] <= 9, "{usual:?} KB");
    assert!(longest[0] <= 8 && longest[1] <= 20, "{longest:?} KB");
}

#[test]
fn texts_of_the_page_are_escaped() {
    let caption = Caption { title: "<script>\"&'\u{1}", description: "</desc>]]>" };
    let order = completed();
    for picture in [
        state_machine(&order, &caption),
        sequence_diagram(&order, &SequenceCaption { picture: caption, left_out: "<b>" }),
    ] {
        let document = roxmltree::Document::parse(&picture).unwrap();
        let children: Vec<_> = document.root_element().children().take(2).filter_map(|node| node.text()).collect();
        assert_eq!(children, ["<script>\"&'", "</desc>]]>"]);
    }
}

#[test]
fn every_picture_is_well_formed_and_passes_a_strict_policy() {
    let mut seen = BTreeSet::new();
    explore(|_, next| {
        let kinds: Vec<_> = next.log.iter().map(|made| made.kind).collect();
        // One order for each way to each state would take minutes.
        if !seen.insert((next.status, kinds.last().copied())) {
            return;
        }
        for picture in pictures(next) {
            let document = roxmltree::Document::parse(&picture).unwrap();
            let root = document.root_element();
            assert_eq!(root.attribute("role"), Some("img"));
            assert!(root.has_attribute("viewBox") && !root.has_attribute("width"));
            for node in document.descendants().filter(roxmltree::Node::is_element) {
                let allowed = ["svg", "title", "desc", "g", "path", "rect", "circle", "text"];
                assert!(allowed.contains(&node.tag_name().name()), "{node:?}");
                let inline =
                    |name: &str| name == "style" || name == "id" || name.contains("href") || name.starts_with("on");
                assert!(!node.attributes().any(|attribute| inline(attribute.name())), "{node:?}");
            }
        }
    });
    assert!(seen.len() > 50);
}

#[test]
fn every_class_has_a_rule() {
    let css = std::fs::read_to_string(of_crate("../pages/assets/souk.css")).unwrap();
    let mut classes = BTreeSet::new();
    for order in [completed(), restless(100), sample(true).unwrap()] {
        for picture in pictures(&order) {
            let document = roxmltree::Document::parse(&picture).unwrap();
            let found = document.descendants().filter_map(|node| node.attribute("class").map(str::to_owned));
            classes.extend(found.flat_map(|class| class.split(' ').map(str::to_owned).collect::<Vec<_>>()));
        }
    }
    let ruled = |class: &str| {
        css.split(|c: char| !(c.is_alphanumeric() || c == '-' || c == '.'))
            .any(|word| word.split('.').skip(1).any(|part| part == class))
    };
    let missing: Vec<_> = classes.iter().filter(|class| !ruled(class)).collect();
    assert_eq!(missing, [""; 0]);
}

fn short(kind: &str) -> String {
    kind.split('.').nth(1).unwrap().to_owned()
}
