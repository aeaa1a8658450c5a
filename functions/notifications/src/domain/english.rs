//! The letters in English. What is told comes from the message alone; nothing is looked up.

use crate::domain::letter::{Block, Letter};
use crate::domain::news::News;
use events::inventory::MissingLine;
use events::orders::{OrderDetails, OrderEvent};
use events::{Money, Timestamp};

/// The letter that tells the news.
pub fn letter(news: &News) -> Letter {
    match news {
        News::Welcome(contact) => {
            let body = vec![
                paragraph("Thank you for signing up. Your account is ready: sign in with this e-mail address."),
                paragraph("Everything that happens to your orders will be told to you at this address."),
                paragraph("If it was not you who signed up, you need not do anything."),
            ];
            finished("Welcome to souk".to_owned(), contact.name.as_deref(), body)
        }
        News::Order(order, event) => {
            let mut body = told(order, event);
            body.push(goods(order));
            body.push(Block::Text(format!("Your order number is {}.", order.order_id)));
            let name = order.contact.as_ref().and_then(|contact| contact.name.as_deref());
            finished(format!("{} ({})", subject(event), order.order_id), name, body)
        }
    }
}

fn finished(subject: String, name: Option<&str>, body: Vec<Block>) -> Letter {
    let greeting = name.filter(|name| is_a_name(name)).map_or("Hello,".to_owned(), |name| format!("Hello {name},"));
    let mut blocks = vec![Block::Text(greeting)];
    blocks.extend(body);
    blocks.push(paragraph("Your souk"));
    Letter { language: "en", subject, blocks }
}

/// Whoever signs up says what to call them, and need not own the mailbox: what could be an advertisement with a link is
/// no name.
fn is_a_name(text: &str) -> bool {
    let links = text.contains("www") || text.split('.').skip(1).any(|rest| rest.starts_with(char::is_alphanumeric));
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '’');
    (1..=60).contains(&text.chars().count()) && text.chars().all(letters) && !links
}

fn subject(event: &OrderEvent) -> &'static str {
    match event {
        OrderEvent::Placed => "We have your order",
        OrderEvent::Confirmed => "Your order is confirmed",
        OrderEvent::PaymentDeclined { .. } => "Your payment was declined",
        OrderEvent::PaymentActionRequired { .. } => "Please confirm your payment",
        OrderEvent::Rejected { .. } => "We cannot fulfil your order",
        OrderEvent::Expired => "Your order has expired",
        OrderEvent::Canceled => "Your order is canceled",
        OrderEvent::CancellationRefused => "Your order can no longer be canceled",
        OrderEvent::Dispatched { .. } => "Your order is on its way",
        OrderEvent::Delivered => "Your order has arrived",
        OrderEvent::Refunded { .. } => "Your refund is on its way",
    }
}

fn told(order: &OrderDetails, event: &OrderEvent) -> Vec<Block> {
    match event {
        OrderEvent::Placed => paragraphs([
            "Thank you for your order.",
            "We are setting the goods aside and asking for your payment. As soon as both are done, we confirm the order \
             with another mail.",
        ]),
        OrderEvent::Confirmed => paragraphs([
            "Your goods are set aside for you and your payment is authorized.",
            "We now pack your parcel. The money is taken when it leaves; you will get the tracking number then.",
        ]),
        OrderEvent::PaymentDeclined { reason, pay_until } => declined(reason, *pay_until),
        OrderEvent::PaymentActionRequired { url, pay_until } => action_required(url, *pay_until),
        OrderEvent::Rejected { missing } => rejected(order, missing),
        OrderEvent::Expired => paragraphs([
            "Your order was not paid in time, so we have put the goods back on the shelf.",
            "Nothing was charged. You are welcome to order again.",
        ]),
        OrderEvent::Canceled => paragraphs([
            "Your order was called off and nothing will be sent.",
            "Money that was held for it is let go; your bank may take a few days to show it.",
        ]),
        OrderEvent::CancellationRefused => paragraphs([
            "Your goods had left before the cancellation reached us, so the order stands.",
            "If you do not want to keep them, you can send them back once they have arrived.",
        ]),
        OrderEvent::Dispatched { carrier, tracking_number } => vec![
            paragraph("Your parcel has left."),
            Block::Rows(vec![
                ("Carrier".to_owned(), carrier.clone()),
                ("Tracking number".to_owned(), tracking_number.clone()),
            ]),
            paragraph("Your payment is taken now. We write again when the parcel has arrived."),
        ],
        OrderEvent::Delivered => paragraphs([
            "The carrier tells us that your parcel has arrived. We hope that you like it.",
            "If something is missing or broken, please tell us your order number.",
        ]),
        OrderEvent::Refunded { amount } => vec![
            Block::Text(format!("We have sent {amount} back to you, to the card or account that you paid with.")),
            paragraph("Your bank may take a few days to show it."),
        ],
    }
}

fn declined(reason: &str, pay_until: Timestamp) -> Vec<Block> {
    // Stable names of payments; a person gets a sentence, never the name.
    let why = match reason {
        "insufficient_funds" => "Your payment was declined: there is not enough money in the account.",
        "authentication_failed" => "Your payment was declined: your bank did not get your consent.",
        _ => "Your payment was declined by your bank or card issuer.",
    };
    vec![
        paragraph(why),
        Block::Text(format!(
            "Nothing was charged, and your goods stay set aside until {}. Please pay before then, with the same card or \
             another one: open the order in the shop and choose how to pay.",
            instant(pay_until)
        )),
        paragraph("If nothing is paid by then, the order ends by itself."),
    ]
}

fn action_required(url: &str, pay_until: Timestamp) -> Vec<Block> {
    vec![
        paragraph("Your bank wants you to confirm the payment for your order."),
        Block::Link { label: "Confirm the payment".to_owned(), url: url.to_owned() },
        Block::Text(format!(
            "Please do so before {}. Your goods stay set aside until then; after that the order ends by itself.",
            instant(pay_until)
        )),
    ]
}

fn rejected(order: &OrderDetails, missing: &[MissingLine]) -> Vec<Block> {
    let title = |missing: &MissingLine| {
        let line = order.lines.iter().find(|line| line.sku == missing.sku);
        line.map_or_else(|| missing.sku.to_string(), |line| line.title.clone())
    };
    let rows = missing
        .iter()
        .map(|line| (title(line), format!("{} ordered, {} available", line.requested, line.available)))
        .collect();
    vec![
        paragraph("We are sorry: others were faster, and there is not enough left of what you ordered."),
        Block::Rows(rows),
        paragraph("Nothing was charged and nothing will be sent. You are welcome to order what is available."),
    ]
}

fn goods(order: &OrderDetails) -> Block {
    let mut rows: Vec<_> = order
        .lines
        .iter()
        .map(|line| (format!("{} × {} ({})", line.quantity, line.title, line.sku), line.total.to_string()))
        .collect();
    let goods = Money::sum(order.total.currency, order.lines.iter().map(|line| line.total));
    if let Ok(carriage) = goods.and_then(|goods| order.total.minus(goods))
        && carriage.amount > 0
    {
        rows.push(("Shipping".to_owned(), carriage.to_string()));
    }
    rows.push(("Total, tax included".to_owned(), order.total.to_string()));
    Block::Rows(rows)
}

fn paragraphs<const N: usize>(texts: [&str; N]) -> Vec<Block> {
    texts.map(paragraph).into()
}

fn paragraph(text: &str) -> Block {
    Block::Text(text.to_owned())
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

/// E.g. `31 January 2026, 09:00 UTC`. Where people are is not known, so the zone is said.
fn instant(at: Timestamp) -> String {
    let text = at.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).unwrap_or_default();
    let number = |range| part(range).parse::<usize>().unwrap_or_default();
    let month = MONTHS.get(number(5..7).saturating_sub(1)).copied().unwrap_or_default();
    format!("{} {month} {}, {} UTC", number(8..10), part(0..4), part(11..16))
}

#[cfg(test)]
mod tests;
