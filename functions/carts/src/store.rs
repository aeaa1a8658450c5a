//! The keys of the table in one place, its items in one place.

use crate::domain::{Cart, MAX_LINES, Quantity, forgotten_after};
use chassis::table::{Committed, Transaction, Update, Updated};
use chassis::{Cause, Key, StoreError, Table, Written};
use events::ids::{CartId, UserId};
use events::{Sku, Timestamp};

fn key(id: CartId) -> Key {
    Key::new(id.to_string(), "cart")
}

/// Who changes a cart's lines, on whose word the write's condition insists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// Somebody who knows a guest's cart.
    Guest,
    /// The owner.
    Customer(UserId),
}

/// The carts table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
}

impl Store {
    /// Over that table.
    pub const fn new(table: Table) -> Self {
        Self { table }
    }

    /// A cart as of now: it is read by whoever just changed it.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn cart(&self, id: CartId) -> Result<Option<Cart>, StoreError> {
        self.table.get_consistent(&key(id)).await
    }

    /// Two carts in one read, as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn two_carts(&self, one: CartId, other: CartId) -> Result<(Option<Cart>, Option<Cart>), StoreError> {
        let mut carts = self.table.get_many_consistent(&[key(one), key(other)]).await?.into_iter();
        Ok((carts.next().flatten(), carts.next().flatten()))
    }

    /// Puts a new cart where none is.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn create(&self, cart: &Cart, cause: &Cause) -> Result<Written<Cart>, StoreError> {
        self.table.create(&key(cart.id), cart, cause).await
    }

    /// Sets the units of a line in one write: the cart is there, the holder's, open, and has room.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn set_line(
        &self,
        id: CartId,
        holder: Holder,
        sku: &Sku,
        quantity: Quantity,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Updated<Cart>, StoreError> {
        let update = line_change(id, holder, sku, now)
            .set("#lines.#sku = :quantity")
            .value(":quantity", quantity.get())
            .when("(attribute_exists(#lines.#sku) OR size(#lines) < :most)")
            .value(":most", MAX_LINES);
        self.table.update(update, cause).await
    }

    /// Removes a line in one write; it need not be there.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn remove_line(
        &self,
        id: CartId,
        holder: Holder,
        sku: &Sku,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Updated<Cart>, StoreError> {
        self.table.update(line_change(id, holder, sku, now).remove("#lines.#sku"), cause).await
    }

    /// Writes a change of a cart that was the one before.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn replace(&self, cart: &Cart, cause: &Cause) -> Result<Written<Cart>, StoreError> {
        self.table.replace(&key(cart.id), cart, cart.seq - 1, cause).await
    }

    /// Writes changes of two carts, both or neither; whether they were the ones before.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn replace_both(&self, one: &Cart, other: &Cart, cause: &Cause) -> Result<bool, StoreError> {
        let transaction = Transaction::new(cause.clone()).replace(&key(one.id), one, one.seq - 1)?.replace(
            &key(other.id),
            other,
            other.seq - 1,
        )?;
        Ok(self.table.commit(transaction).await? == Committed::Done)
    }
}

fn line_change(id: CartId, holder: Holder, sku: &Sku, now: Timestamp) -> Update {
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
        Holder::Guest => update
            .when("attribute_not_exists(#owner)")
            .set("#ttl = :ttl")
            .name("#ttl", "ttl")
            .value(":ttl", forgotten_after(now)),
        Holder::Customer(user) => update.when("#owner = :user").value(":user", user),
    }
}
