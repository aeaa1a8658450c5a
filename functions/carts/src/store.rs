//! The carts table: its keys, its items, and the conditions of its writes. Refuses decisions.

use crate::domain::{Cart, Holder, MAX_ADDITIONS, MAX_LINES, Quantity, max_quantity, ttl_after};
use chassis::table::{Committed, DueIndex, Transaction, Update, Updated};
use chassis::{Cause, Context, Key, StoreError, Table, Written};
use events::ids::CartId;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};

/// Shards of the index `due`. Carts that were left are few.
const SHARDS: u32 = 4;

/// The item of a cart. Its attribute `due_at` is the sort key of the index `due`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Item {
    #[serde(flatten)]
    pub cart: Cart,
    /// Shard of the index `due`. A cart that nobody need look at has none, which keeps it out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
}

impl Item {
    fn of(cart: &Cart) -> Self {
        let due = cart.due_at.map(|_| DueIndex::shard(cart.id.bits(), SHARDS));
        Self { cart: cart.clone(), due }
    }
}

fn key(id: CartId) -> Key {
    Key::new(id.to_string(), "cart")
}

#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// Consistent: clients read what they have just written.
    pub async fn cart(&self, id: CartId) -> Result<Option<Cart>, StoreError> {
        self.table.get_consistent(&key(id)).await
    }

    /// Both in one consistent read.
    pub async fn two_carts(&self, one: CartId, other: CartId) -> Result<(Option<Cart>, Option<Cart>), StoreError> {
        let mut carts = self.table.get_many_consistent(&[key(one), key(other)]).await?.into_iter();
        Ok((carts.next().flatten(), carts.next().flatten()))
    }

    /// Creates a cart if none has its id.
    pub async fn create(&self, cart: &Cart, cause: &Cause) -> Result<Written<Cart>, StoreError> {
        Ok(self.table.create(&key(cart.id), &Item::of(cart), cause).await?.map(|item| item.cart))
    }

    /// Sets the units of a line in one write, if the cart is the holder's, is open, and has room for them beside what it may have.
    pub async fn set_line(
        &self,
        id: CartId,
        holder: &Holder,
        sku: &Sku,
        quantity: Quantity,
        max_units: u32,
        context: &Context,
    ) -> Result<Updated<Cart>, StoreError> {
        let update = line_change(id, holder, sku, context.now)
            .set("#lines.#sku = :quantity")
            .set("units_at_most = units_at_most + :quantity")
            .when("units_at_most <= :room")
            .value(":room", max_units.saturating_sub(quantity.get()))
            .value(":quantity", quantity.get())
            .when("(attribute_exists(#lines.#sku) OR size(#lines) < :max)")
            .value(":max", MAX_LINES);
        self.table.update(update, &context.cause(0)).await
    }

    /// Adds units to a line in one write, on the same conditions, and if the request has not added them.
    pub async fn add_units(
        &self,
        id: CartId,
        holder: &Holder,
        (sku, units): (&Sku, Quantity),
        max_units: u32,
        input: &str,
        context: &Context,
    ) -> Result<Updated<Cart>, StoreError> {
        let units = units.get();
        let update = line_change(id, holder, sku, context.now)
            .set("#lines.#sku = if_not_exists(#lines.#sku, :none) + :units")
            .set("units_at_most = units_at_most + :units")
            .set("additions = list_append(if_not_exists(additions, :no_additions), :addition)")
            .value(":none", 0)
            .value(":units", units)
            .value(":input", input)
            .value(":addition", [input])
            .value(":no_additions", [""; 0])
            .value(":most_additions", MAX_ADDITIONS)
            .when("(attribute_not_exists(additions) OR (NOT contains(additions, :input) AND size(additions) < :most_additions))")
            .when("units_at_most <= :room")
            .value(":room", max_units.saturating_sub(units))
            .when("(attribute_not_exists(#lines.#sku) OR #lines.#sku <= :line_room)")
            .value(":line_room", max_quantity(max_units).saturating_sub(units))
            .when("(attribute_exists(#lines.#sku) OR size(#lines) < :max)")
            .value(":max", MAX_LINES);
        self.table.update(update, &context.cause(0)).await
    }

    /// Removes a line in one write, if the cart is the holder's and is open. The line may be missing.
    pub async fn remove_line(
        &self,
        id: CartId,
        holder: &Holder,
        sku: &Sku,
        context: &Context,
    ) -> Result<Updated<Cart>, StoreError> {
        let update = line_change(id, holder, sku, context.now).remove("#lines.#sku");
        self.table.update(update, &context.cause(0)).await
    }

    /// Writes a changed cart, if it still has the previous `seq`.
    pub async fn replace(&self, cart: &Cart, cause: &Cause) -> Result<Written<Cart>, StoreError> {
        Ok(self.table.replace(&key(cart.id), &Item::of(cart), cart.seq - 1, cause).await?.map(|item| item.cart))
    }

    /// Keeps what concerns the reminder of an unchanged cart; `false` if it was changed meanwhile.
    pub(crate) async fn keep(&self, cart: &Cart, cause: &Cause) -> Result<bool, StoreError> {
        let written: Written<Item> = self.table.replace(&key(cart.id), &Item::of(cart), cart.seq, cause).await?;
        Ok(matches!(written, Written::Done))
    }

    /// Carts by the time of their next look.
    pub(crate) fn due(&self) -> DueIndex {
        DueIndex::new(self.table.clone(), SHARDS)
    }

    /// Writes two changed carts, both or neither; `false` if one of them changed meanwhile.
    pub async fn replace_both(&self, one: &Cart, other: &Cart, cause: &Cause) -> Result<bool, StoreError> {
        let transaction = Transaction::new(cause.clone()).replace(&key(one.id), &Item::of(one), one.seq - 1)?.replace(
            &key(other.id),
            &Item::of(other),
            other.seq - 1,
        )?;
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }
}

fn line_change(id: CartId, holder: &Holder, sku: &Sku, now: Timestamp) -> Update {
    let update = Update::of(key(id))
        .set("seq = seq + :one")
        .set("updated_at = :now")
        .value(":one", 1)
        .value(":now", now)
        .name("#lines", "lines")
        .name("#sku", sku.as_str())
        .name("#owner", "owner")
        .when("attribute_exists(pk)")
        .when("attribute_not_exists(merged_into)");
    match holder {
        Holder::Guest(key) => update
            .when("attribute_not_exists(#owner)")
            .when(if key.is_id {
                "(token_digest = :digest OR attribute_not_exists(token_digest))"
            } else {
                "token_digest = :digest"
            })
            .value(":digest", &key.digest)
            .set("#ttl = :ttl")
            .name("#ttl", "ttl")
            .value(":ttl", ttl_after(now)),
        Holder::Customer(user) => update.when("#owner = :user").value(":user", user),
    }
}
