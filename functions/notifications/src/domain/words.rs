//! The words of emails: which template of `templates/mails` makes the email about an event, and the facts that it states, in the customs of
//! its language. Refuses words of its own: they are in the templates.

use super::branding::Branding;
use super::email::Email;
use super::event::Event;
use super::kind::Kind;
use super::order_link::{order_link, token_link, unsubscribe_page};
use ::pages::Locale;
use askama::Template;
use events::orders::{OrderDetails, OrderEvent};
use events::users::CredentialChange;
use events::{Language, Money, Timestamp};

#[cfg(test)]
mod tests;

/// The email about an event to somebody of that name, who refuses such emails by the link `unsubscribe` if they can be refused.
pub fn email(
    event: &Event,
    name: Option<&str>,
    unsubscribe: Option<&str>,
    language: Language,
    shop: &Branding,
) -> Email {
    let name = name.filter(|name| is_a_name(name)).unwrap_or_default();
    let m = Facts { event, name, unsubscribe, locale: language.into(), shop };
    // Writing to a String cannot fail, and the templates have no other reason to.
    let source = match language {
        Language::En => English { m }.render(),
        Language::De => German { m }.render(),
    };
    Email::read(language.as_str(), &source.unwrap_or_default())
}

#[derive(Template)]
#[template(path = "mails/en/mail.txt")]
struct English<'a> {
    m: Facts<'a>,
}

#[derive(Template)]
#[template(path = "mails/de/mail.txt")]
struct German<'a> {
    m: Facts<'a>,
}

/// What the templates state: facts of the message, and of the shop.
#[derive(Debug, Clone, Copy)]
struct Facts<'a> {
    event: &'a Event,
    /// Empty for no name.
    name: &'a str,
    /// The page on which such emails are refused.
    unsubscribe: Option<&'a str>,
    locale: Locale,
    shop: &'a Branding,
}

/// A line of an order.
struct Line<'a> {
    quantity: u32,
    title: &'a str,
    sku: String,
    amount: String,
}

/// A line of which there is too little.
struct Missing {
    requested: u32,
    title: String,
    /// How many units the shop has is its own business.
    is_none_left: bool,
}

impl<'a> Facts<'a> {
    fn kind(&self) -> Kind {
        self.event.kind()
    }

    /// Whether the shop sends emails of this kind, so that another may announce one.
    fn sends(&self, kind: Kind) -> bool {
        !self.shop.off.contains(kind)
    }

    fn order(&self) -> Option<(&'a OrderDetails, &'a OrderEvent)> {
        match self.event {
            Event::Order(order, event) => Some((order, event)),
            _ => None,
        }
    }

    fn details(&self) -> Option<&'a OrderDetails> {
        self.order().map(|(order, _)| order)
    }

    fn happened(&self) -> Option<&'a OrderEvent> {
        self.order().map(|(_, event)| event)
    }

    fn money(&self, amount: Money) -> String {
        ::pages::money(self.locale, amount)
    }

    fn instant(&self, at: Timestamp) -> String {
        ::pages::instant(self.locale, at)
    }

    /// The order's number.
    fn number(&self) -> String {
        self.details().map(|order| order.order_id.number().to_string()).unwrap_or_default()
    }

    /// Whether there was nothing to pay, so that no mail speaks of a payment.
    fn is_free(&self) -> bool {
        self.details().is_some_and(|order| order.total.amount == 0)
    }

    /// Whether the message says what lines and delivery cost before tax; those of earlier versions do not.
    fn is_in_parts(&self) -> bool {
        self.details().is_some_and(|order| order.parts.is_some() && order.lines.iter().all(|line| line.net.is_some()))
    }

    fn lines(&self) -> Vec<Line<'a>> {
        let is_in_parts = self.is_in_parts();
        let lines = self.details().map_or(&[][..], |order| &order.lines);
        let shown = |line: &'a events::orders::OrderLine| Line {
            quantity: line.quantity,
            title: &line.title,
            sku: line.sku.to_string(),
            amount: self.money(line.net.filter(|_| is_in_parts).unwrap_or(line.total)),
        };
        lines.iter().map(shown).collect()
    }

    fn part(&self, of: impl Fn(&events::payments::AmountParts) -> i64) -> Option<String> {
        let order = self.details().filter(|_| self.is_in_parts())?;
        Some(self.money(Money::new(of(order.parts.as_ref()?), order.total.currency)))
    }

    fn goods(&self) -> Option<String> {
        self.part(|parts| parts.net)
    }

    fn tax(&self) -> Option<String> {
        self.part(|parts| parts.tax)
    }

    /// What the order costs beside its lines. Of a message of an earlier version that is computed, if it can be.
    fn delivery(&self) -> Option<String> {
        if self.is_in_parts() {
            return self.part(|parts| parts.shipping);
        }
        let order = self.details()?;
        let goods = Money::sum(order.total.currency, order.lines.iter().map(|line| line.total));
        let delivery = goods.and_then(|goods| order.total.minus(goods)).ok()?;
        (delivery.amount > 0).then(|| self.money(delivery))
    }

    fn total(&self) -> String {
        self.details().map(|order| self.money(order.total)).unwrap_or_default()
    }

    fn is_of_a_customer(&self) -> bool {
        self.details().is_some_and(|order| order.customer.is_some())
    }

    /// Whether the link opens the order.
    fn has_token(&self) -> bool {
        self.details().is_some_and(|order| order.guest_token.is_some())
    }

    fn order_url(&self) -> String {
        self.details().map(|order| order_link(&self.shop.public_url, order)).unwrap_or_default()
    }

    /// Why a payment was declined: a stable name of payments, not a sentence for people.
    fn reason(&self) -> &'a str {
        match self.happened() {
            Some(OrderEvent::PaymentDeclined { reason, .. }) => reason,
            _ => "",
        }
    }

    fn is_last_attempt(&self) -> bool {
        matches!(self.happened(), Some(OrderEvent::PaymentDeclined { attempts_left: Some(0), .. }))
    }

    fn is_by_the_shop(&self) -> bool {
        matches!(self.happened(), Some(OrderEvent::Canceled { by_shop: true }))
    }

    /// Where the payment is confirmed.
    fn payment_url(&self) -> &'a str {
        match self.happened() {
            Some(OrderEvent::PaymentActionRequired { url, .. }) => url,
            _ => "",
        }
    }

    fn tracking(&self) -> (&'a str, &'a str) {
        match self.happened() {
            Some(
                OrderEvent::Dispatched { carrier, tracking_number }
                | OrderEvent::TrackingCorrected { carrier, tracking_number },
            ) => (carrier, tracking_number),
            _ => ("", ""),
        }
    }

    fn carrier(&self) -> &'a str {
        self.tracking().0
    }

    fn tracking_number(&self) -> &'a str {
        self.tracking().1
    }

    /// What was refunded.
    fn amount(&self) -> String {
        match self.happened() {
            Some(OrderEvent::Refunded { amount }) => self.money(*amount),
            _ => String::new(),
        }
    }

    fn missing(&self) -> Vec<Missing> {
        let Some((order, OrderEvent::Rejected { missing })) = self.order() else { return Vec::new() };
        let title = |sku: &events::Sku| {
            let line = order.lines.iter().find(|line| line.sku == *sku);
            line.map_or_else(|| sku.to_string(), |line| line.title.clone())
        };
        let shown = |line: &events::inventory::MissingLine| Missing {
            requested: line.requested,
            title: title(&line.sku),
            is_none_left: line.available == 0,
        };
        missing.iter().map(shown).collect()
    }

    /// End of the time to pay, or of a link.
    fn until(&self) -> String {
        self.event.ends_at().map(|at| self.instant(at)).unwrap_or_default()
    }

    /// The link that changes credentials; empty without a token.
    fn token_url(&self) -> String {
        token_link(&self.shop.public_url, self.event).unwrap_or_default()
    }

    /// The page on which a guest ends all that the mailbox waits for.
    fn refusal_url(&self) -> String {
        match self.event {
            Event::StockAlertRequested { refusal, .. } => unsubscribe_page(&self.shop.public_url, refusal),
            _ => String::new(),
        }
    }

    fn is_to_the_new_address(&self) -> bool {
        matches!(self.event, Event::EmailChangeRequested(message) if message.is_new)
    }

    /// What changed about credentials.
    fn change(&self) -> CredentialChange {
        match self.event {
            Event::CredentialsChanged(message) => message.change,
            _ => CredentialChange::Password,
        }
    }

    /// When credentials changed, or the account was erased.
    fn at(&self) -> String {
        match self.event {
            Event::CredentialsChanged(message) => self.instant(message.at),
            Event::AccountErased(message) => self.instant(message.at),
            _ => String::new(),
        }
    }

    /// The SKU that somebody waits or waited for.
    fn sku(&self) -> String {
        match self.event {
            Event::StockAlertRequested { sku, .. } | Event::BackInStock { sku, .. } => sku.to_string(),
            _ => String::new(),
        }
    }

    /// The product's page, which catalog finds by the SKU.
    fn sku_url(&self) -> String {
        format!("{}/products/{}", self.shop.public_url, self.sku())
    }

    /// What is left in a cart: titles where they are known.
    fn cart_lines(&self) -> Vec<(u32, String)> {
        let Event::CartAbandoned(cart) = self.event else { return Vec::new() };
        let shown = |line: &events::carts::AbandonedLine| {
            (line.quantity, line.title.clone().unwrap_or_else(|| line.sku.to_string()))
        };
        cart.lines.iter().map(shown).collect()
    }

    fn cart_url(&self) -> String {
        format!("{}/cart", self.shop.public_url)
    }

    /// When the user signed up, as the id tells.
    fn opened_at(&self) -> String {
        self.event.user().map(|user| self.instant(user.time())).unwrap_or_default()
    }

    fn account_url(&self) -> String {
        format!("{}/account", self.shop.public_url)
    }
}

/// The person who signs up chooses the name and may not own the mailbox. A name that could be an advertisement with a
/// link is left out.
fn is_a_name(text: &str) -> bool {
    let links = text.contains("www") || text.split('.').skip(1).any(|rest| rest.starts_with(char::is_alphanumeric));
    let letters = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '\'' | '’');
    (1..=60).contains(&text.chars().count()) && text.chars().all(letters) && !links
}
