//! Unreadable messages.

use crate::buying::{await_order, buy};
use crate::cloud;
use crate::goods::stocked;
use crate::people::{Customer, unique};
use crate::waiting::until;
use serde_json::json;

#[test]
fn poison_ends_alone_in_the_dead_letter_queue_while_orders_go_through() {
    let marker = unique();
    let poison = [
        format!("no json {marker}"),
        json!({"specversion": "1.0", "id": "a/1/b", "source": "/souk/orders", "type": "inventory.unheard_of.v1", "subject": "a",
            "time": "2026-01-01T00:00:00Z", "data": {}, "marker": marker})
        .to_string(),
        json!({"specversion": "1.0", "id": "a/1/c", "source": "/souk/orders", "type": "inventory.reserve_stock.v1", "subject": "a",
            "time": "2026-01-01T00:00:00Z", "data": {"order_id": 7}, "marker": marker})
        .to_string(),
    ];
    let (goods, customer) = (stocked(9), Customer::new());
    for body in &poison {
        cloud::send("inventory-inbox", body);
    }
    let ids: Vec<_> = (0..3).map(|_| buy(&customer.caller, &[(&goods, 1)], "pm_card_visa")).collect();
    for id in &ids {
        await_order(&customer.caller, id, &[("status", "confirmed")]);
    }
    let mut dead_lettered = Vec::new();
    until("the poison is in the dead-letter queue", || {
        dead_lettered.extend(cloud::take("inventory-dlq", &marker));
        (dead_lettered.len() >= poison.len()).then_some(())
    });
    let mut sent = poison.to_vec();
    sent.sort();
    dead_lettered.sort();
    assert_eq!(dead_lettered, sent, "as it was sent, each once");
}
