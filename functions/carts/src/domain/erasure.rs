//! The cart of a customer who was erased: nothing is in it, and it is nobody's. It stays, so that an access token that outlives its user and a
//! message that comes late find it. Refuses to open to anybody again.

use super::{Cart, cart_of};
use events::Timestamp;
use events::ids::UserId;

impl Cart {
    /// What stands in the place of a customer's cart, whether or not there was one; `None` if it stands there already.
    pub fn erased(known: Option<&Self>, user: UserId, now: Timestamp) -> Option<Self> {
        if known.is_some_and(Self::is_erased) {
            return None;
        }
        let seq = known.map_or(1, |cart| cart.seq + 1);
        // No token has a digest of this form.
        let nobody = Self::of_guest(cart_of(user), "erased".to_owned(), now);
        Some(Self { erased_at: Some(now), ttl: None, seq, ..nobody })
    }

    /// Whether its customer was erased.
    pub const fn is_erased(&self) -> bool {
        self.erased_at.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GuestKey, Holder, MergeDecision, OrderDecision, PlacedOrder, Quantity, Rejection};
    use super::*;
    use events::ids::{CartId, OrderId};
    use events::inventory::StockLine;

    const NOW: Timestamp = Timestamp::from_millis(1_767_225_600_000);
    const ADA: UserId = UserId::from_bits(1);

    fn full() -> Cart {
        let holder = Holder::Customer(ADA);
        let units = Quantity::new(2, 100).unwrap();
        Cart::of_customer(ADA, NOW).with_line(&holder, &"TEA".parse().unwrap(), units, 100, NOW).unwrap()
    }

    #[test]
    fn an_erased_cart_is_empty_and_opens_to_nobody_and_is_erased_once() {
        let erased = Cart::erased(Some(&full()), ADA, NOW).unwrap();
        assert_eq!((erased.id, erased.owner, erased.lines.len(), erased.seq), (cart_of(ADA), None, 0, full().seq + 1));
        assert_eq!((erased.ttl, Cart::erased(Some(&erased), ADA, NOW)), (None, None));
        let with_id = GuestKey { digest: "any".to_owned(), is_id: true };
        for holder in [Holder::Customer(ADA), Holder::Guest(with_id)] {
            assert_eq!(erased.admit(&holder), Err(Rejection::NotOwner));
        }
        assert_eq!(Cart::erased(None, ADA, NOW).unwrap().seq, 1, "also one that never was");
    }

    #[test]
    fn neither_a_late_order_nor_a_guests_cart_changes_an_erased_one() {
        let erased = Cart::erased(Some(&full()), ADA, NOW).unwrap();
        let lines = [StockLine { sku: "TEA".parse().unwrap(), quantity: 1 }];
        let order = PlacedOrder { id: OrderId::from_bits(7), customer: Some(ADA), lines: &lines, placed_at: NOW };
        assert_eq!(erased.clone().without_order(&order, NOW), OrderDecision::Unchanged);
        let guest = Cart::of_guest(CartId::from_bits(9), "digest".to_owned(), NOW);
        let key = GuestKey { digest: "digest".to_owned(), is_id: false };
        assert_eq!(erased.merge(guest.clone(), key.clone(), 100, NOW), Err(Rejection::NotOwner));
        assert!(matches!(full().merge(guest, key, 100, NOW), Ok(MergeDecision::Merge { .. })));
    }
}
