//! The emails in English. Their content comes from the message, and from the shop's name and address, alone.

use super::email::{Block, Email};
use super::event::Event;
use super::order_link::order_link;
use events::Timestamp;
use events::inventory::MissingLine;
use events::orders::{OrderDetails, OrderEvent};

mod bill;

/// The email about an event in the shop of that name at `public_url`.
pub fn email(event: &Event, shop: &str, public_url: &str) -> Email {
    match event {
        Event::UserRegistered(contact) => {
            let body = paragraphs([
                "Thank you for signing up. Your account is ready, and you can sign in with this email address.",
                "We will write to this address whenever there is news about your orders.",
                "If you did not sign up, you can ignore this email.",
            ]);
            framed(format!("Welcome to {shop}"), contact.name.as_deref(), body, shop)
        }
        Event::Order(order, event) => {
            let mut body = body(order, event);
            body.push(bill::rows(order));
            let number = order.order_id.number();
            body.push(Block::Paragraph(format!("Your order number is {number}.")));
            body.extend(link(order, public_url));
            let name = order.contact.as_ref().and_then(|contact| contact.name.as_deref());
            framed(format!("{} ({number})", subject(event)), name, body, shop)
        }
    }
}

/// An email with greeting and signature.
fn framed(subject: String, name: Option<&str>, body: Vec<Block>, shop: &str) -> Email {
    let greeting = name.filter(|name| is_a_name(name)).map_or("Hello,".to_owned(), |name| format!("Hello {name},"));
    let mut blocks = vec![Block::Paragraph(greeting)];
    blocks.extend(body);
    blocks.push(Block::Paragraph(format!("Your {shop} team")));
    Email { language: "en", subject, blocks }
}

/// The person who signs up chooses the name and may not own the mailbox. A name that could be an advertisement with a
/// link is left out.
fn is_a_name(text: &str) -> bool {
    let links = text.contains("www") || text.split('.').skip(1).any(|rest| rest.starts_with(char::is_alphanumeric));
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '’');
    (1..=60).contains(&text.chars().count()) && text.chars().all(letters) && !links
}

fn subject(event: &OrderEvent) -> &'static str {
    match event {
        OrderEvent::Placed => "We have received your order",
        OrderEvent::Confirmed => "Your order is confirmed",
        OrderEvent::PaymentDeclined { .. } => "Your payment was declined",
        OrderEvent::PaymentActionRequired { .. } => "Please confirm your payment",
        OrderEvent::Rejected { .. } => "We cannot fulfill your order",
        OrderEvent::Expired => "Your order has expired",
        OrderEvent::Canceled { .. } => "Your order has been canceled",
        OrderEvent::CancellationRefused => "Your order can no longer be canceled",
        OrderEvent::Dispatched { .. } => "Your order is on its way",
        OrderEvent::TrackingCorrected { .. } => "Your tracking number has changed",
        OrderEvent::Delivered => "Your order has arrived",
        OrderEvent::Refunded { .. } => "Your refund is on its way",
    }
}

fn body(order: &OrderDetails, event: &OrderEvent) -> Vec<Block> {
    match event {
        OrderEvent::Placed => placed(order),
        OrderEvent::Confirmed => confirmed(order),
        OrderEvent::PaymentDeclined { reason, pay_until, attempts_left } => {
            payment_declined(reason, *pay_until, *attempts_left)
        }
        OrderEvent::PaymentActionRequired { url, pay_until } => payment_action_required(url, *pay_until),
        OrderEvent::Rejected { missing } => rejected(order, missing),
        OrderEvent::Expired if is_free(order) => paragraphs([
            "We could not reserve your items in time, so nothing will be shipped.",
            "We are sorry. You are welcome to order again.",
        ]),
        OrderEvent::Expired => paragraphs([
            "We did not receive your payment in time, so we could not keep your items reserved any longer.",
            "You have not been charged. You are welcome to order again.",
        ]),
        OrderEvent::Canceled { by_shop } => canceled(order, *by_shop),
        OrderEvent::CancellationRefused => paragraphs([
            "Your parcel had already left when your order was to be canceled, so we could not stop it.",
            "If you do not want to keep the items, please contact us and mention your order number.",
        ]),
        OrderEvent::Dispatched { carrier, tracking_number } => vec![
            paragraph("We have shipped your order."),
            tracking(carrier, tracking_number),
            paragraph(if is_free(order) {
                "We will write again when the parcel has arrived."
            } else {
                "We are now charging your payment method. We will write again when the parcel has arrived."
            }),
        ],
        OrderEvent::TrackingCorrected { carrier, tracking_number } => vec![
            paragraph("We told you a wrong tracking number for your parcel. This is the right one:"),
            tracking(carrier, tracking_number),
        ],
        OrderEvent::Delivered => paragraphs([
            "The carrier reports that your parcel has arrived. We hope you enjoy your order.",
            "If anything is missing or damaged, please contact us and mention your order number.",
        ]),
        OrderEvent::Refunded { amount } => vec![
            Block::Paragraph(format!("We have refunded {amount} to the payment method that you used for this order.")),
            paragraph("Your bank may take a few days to show it."),
        ],
    }
}

/// Whether there was nothing to pay, so that no mail speaks of a payment.
const fn is_free(order: &OrderDetails) -> bool {
    order.total.amount == 0
}

fn placed(order: &OrderDetails) -> Vec<Block> {
    let next = if is_free(order) {
        "We are reserving your items. We will confirm your order in another email as soon as that is done."
    } else {
        "We are reserving your items and requesting your payment. We will confirm your order in another email as soon \
         as both are done."
    };
    paragraphs(["Thank you for your order.", next])
}

fn confirmed(order: &OrderDetails) -> Vec<Block> {
    if is_free(order) {
        return paragraphs([
            "Your items are reserved, and there is nothing to pay.",
            "We are now packing your parcel. We will send you the tracking number when it leaves.",
        ]);
    }
    paragraphs([
        "Your items are reserved and your payment is authorized.",
        "We are now packing your parcel. We will charge your payment method when the parcel leaves, and send you the \
         tracking number.",
    ])
}

fn canceled(order: &OrderDetails, by_shop: bool) -> Vec<Block> {
    let why = if by_shop {
        "We have canceled your order and nothing will be shipped. If you did not expect this, we are sorry: please contact us \
         and mention your order number."
    } else {
        "Your order has been canceled and nothing will be shipped."
    };
    let released =
        "If your payment was already authorized, we have released it. Your bank may take a few days to show this.";
    if is_free(order) { vec![paragraph(why)] } else { paragraphs([why, released]) }
}

fn tracking(carrier: &str, number: &str) -> Block {
    Block::Rows(vec![("Carrier".to_owned(), carrier.to_owned()), ("Tracking number".to_owned(), number.to_owned())])
}

fn payment_declined(reason: &str, pay_until: Timestamp, attempts_left: Option<u32>) -> Vec<Block> {
    // The reason is a stable name of payments, not a sentence for people.
    let why = match reason {
        "insufficient_funds" => "Your payment was declined because there is not enough money in the account.",
        "authentication_failed" => "Your payment was declined because it was not confirmed with your bank.",
        "unknown_payment_method" => "Your payment was declined because the payment method is not known.",
        "earlier_payment_waits" => {
            "Your payment was not tried, because your bank still waits for you to confirm an earlier one."
        }
        _ => "Your payment was declined by your bank or card issuer.",
    };
    if attempts_left == Some(0) {
        return paragraphs([
            why,
            "You have not been charged. This was the last of the payments that one order may have, so it will expire. You \
             are welcome to order again.",
        ]);
    }
    vec![
        paragraph(why),
        Block::Paragraph(format!(
            "You have not been charged, and your items stay reserved until {}. You can pay until then, with the same \
             payment method or another one: open your order in the shop and choose how to pay.",
            instant(pay_until)
        )),
        paragraph("If we do not receive your payment by then, your order will expire."),
    ]
}

fn payment_action_required(url: &str, pay_until: Timestamp) -> Vec<Block> {
    vec![
        paragraph("Your bank asks you to confirm the payment for your order."),
        Block::Link { label: "Confirm the payment".to_owned(), url: url.to_owned() },
        Block::Paragraph(format!(
            "Your items stay reserved until {}. If you do not confirm the payment by then, your order will expire.",
            instant(pay_until)
        )),
    ]
}

fn rejected(order: &OrderDetails, missing: &[MissingLine]) -> Vec<Block> {
    let title = |missing: &MissingLine| {
        let line = order.lines.iter().find(|line| line.sku == missing.sku);
        line.map_or_else(|| missing.sku.to_string(), |line| line.title.clone())
    };
    // How many units the shop has is its own business.
    let left = |line: &MissingLine| if line.available == 0 { "none" } else { "fewer" };
    let rows =
        missing.iter().map(|line| (title(line), format!("{} ordered, {} left", line.requested, left(line)))).collect();
    vec![
        paragraph("We are sorry, but we do not have enough of these items left:"),
        Block::Rows(rows),
        paragraph(if is_free(order) {
            "Nothing will be shipped. You are welcome to order what is available."
        } else {
            "You have not been charged and nothing will be shipped. You are welcome to order what is available."
        }),
    ]
}

/// What the link does, and the link.
fn link(order: &OrderDetails, public_url: &str) -> [Block; 2] {
    let does = match (&order.customer, &order.guest_token) {
        (Some(_), _) => "This link leads to your order, where you can see how it is getting on once you are signed in.",
        (None, Some(_)) => {
            "This link opens your order without a password for whoever has it, so please do not pass it on."
        }
        (None, None) => "This link leads to your order in the shop.",
    };
    [paragraph(does), Block::Link { label: "See your order".to_owned(), url: order_link(public_url, order) }]
}

fn paragraphs<const N: usize>(texts: [&str; N]) -> Vec<Block> {
    texts.map(paragraph).into()
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// E.g. `31 January 2026, 09:00 UTC`. The reader's time zone is not known, so ours is named.
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let number = |range| part(range).parse::<usize>().unwrap_or_default();
    let month = MONTHS.get(number(5..7).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}, {} UTC", number(8..10), part(0..4), part(11..16))
}

#[cfg(test)]
mod tests;
