//! A part of the balances of one currency: one item with the running balances and the movements of its latest day, and
//! one item for each day before. A booking is added to one part as a whole, so each part sums to zero at every instant.
//! Owns their keys, their attributes and the updates that a booking makes.

use crate::domain::Rejection;
use crate::domain::balances::{Movement, Movements, OpenDay, Posting};
use chassis::Key;
use chassis::table::Update;
use events::payments::{EntriesPosted, LedgerAccount};
use events::{Currency, Day};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;

/// Parts of the balances of a currency. Two transactions that meet at an item cancel each other, so the parts are six
/// times as many as the ten workers that may book at once.
const SHARDS: u32 = 64;
/// Partition keys of the parts: DynamoDB takes 1,000 units a second from each, and a reader makes a query of each.
const PARTITIONS: u32 = 4;
/// The partition in which each currency had one item before there were parts, with balances and no days.
const UNDIVIDED: &str = "balances";

/// The partitions that hold the running balances.
pub(super) fn partitions() -> impl Iterator<Item = String> {
    divided_partitions().chain([UNDIVIDED.to_owned()])
}

/// Those with movements of days.
pub(super) fn divided_partitions() -> impl Iterator<Item = String> {
    (0..PARTITIONS).map(|partition| format!("{UNDIVIDED}#{partition}"))
}

/// The beginning of the sort keys of a currency.
pub(super) fn prefix(currency: Currency) -> String {
    format!("{currency}#")
}

/// The partition that holds the movements of a day, once the parts have left it behind.
pub(super) fn day_partition(day: &Day) -> String {
    format!("day#{day}")
}

/// The part of a currency that a booking names.
#[derive(Debug, Clone)]
pub(super) struct Shard {
    currency: Currency,
    number: u32,
}

impl Shard {
    /// Bookings that are written together need one part only: that of the first.
    pub(super) fn of(booking: &EntriesPosted) -> Self {
        let bits = booking.payment_id.bits().wrapping_add(u128::from(booking.seq)) % u128::from(SHARDS);
        Self { currency: booking.currency, number: u32::try_from(bits).unwrap_or_default() }
    }

    fn sort_key(&self) -> String {
        format!("{}{:02}", prefix(self.currency), self.number)
    }

    /// The updates that add movements of a day, once.
    pub(super) fn updates(&self, day: &Day, moved: &Movements, posting: Posting) -> Result<Vec<Update>, Rejection> {
        let partition = format!("{UNDIVIDED}#{}", self.number % PARTITIONS);
        let shard = Update::of(Key::new(partition, self.sort_key())).set("currency = :currency");
        let shard = shard.value(":currency", self.currency).increase("seq :one").value(":one", 1);
        let shard = moved.iter().try_fold(shard, |shard, (account, movement)| {
            Ok::<_, Rejection>(increase(shard, account.as_str(), movement.net()?))
        })?;
        Ok(match posting {
            Posting::Open => {
                let shard = shard.set("#day = :day").name("#day", "day").value(":day", day);
                vec![add_day(shard, moved).when("(attribute_not_exists(pk) OR #day = :day)")]
            }
            Posting::Next(before) => {
                let shard = shard.set("#day = :day").name("#day", "day").value(":day", day);
                let shard = shard.when("#day = :before AND seq = :seen").value(":before", &before.day);
                let shard = begin_day(shard.value(":seen", before.seq), moved);
                vec![shard, self.closed_day(&before.day, &before.moved)]
            }
            Posting::Late => vec![shard, self.closed_day(day, moved)],
        })
    }

    fn closed_day(&self, day: &Day, moved: &Movements) -> Update {
        let update = Update::of(Key::new(day_partition(day), self.sort_key())).set("currency = :currency");
        add_day(update.value(":currency", self.currency), moved)
    }
}

const fn sides(movement: Movement) -> [(&'static str, i64); 2] {
    [("debits", movement.debits), ("credits", movement.credits)]
}

/// Adds to a number, which is nothing if it is not there.
fn increase(update: Update, name: &str, by: i64) -> Update {
    if by == 0 {
        return update;
    }
    update.increase(&format!("#{name} :{name}")).name(&format!("#{name}"), name).value(&format!(":{name}"), by)
}

fn add_day(update: Update, moved: &Movements) -> Update {
    moved.iter().fold(update, |update, (account, movement)| {
        let add = |update, (side, by)| increase(update, &format!("{}_{side}", account.as_str()), by);
        sides(movement).into_iter().fold(update, add)
    })
}

/// Has the item begin a day with these movements and no others.
fn begin_day(update: Update, moved: &Movements) -> Update {
    let columns = LedgerAccount::ALL.into_iter().flat_map(|account| {
        sides(moved.on(account)).map(|(side, amount)| (format!("{}_{side}", account.as_str()), amount))
    });
    columns.fold(update, |update, (name, amount)| match amount {
        0 => update.remove(&name),
        amount => update.set(&format!("{name} = :{name}")).value(&format!(":{name}"), amount),
    })
}

/// An item of balances, or of a day.
#[derive(Debug, Deserialize)]
pub(super) struct ShardItem {
    pub(super) sk: String,
    pub(super) currency: Currency,
    /// The day whose movements are here. Only running balances name it.
    day: Option<Day>,
    #[serde(default)]
    seq: u64,
    #[serde(flatten)]
    columns: BTreeMap<String, Column>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Column {
    Amount(i64),
    Other(IgnoredAny),
}

impl ShardItem {
    fn amount(&self, name: &str) -> i64 {
        match self.columns.get(name) {
            Some(Column::Amount(amount)) => *amount,
            Some(Column::Other(_)) | None => 0,
        }
    }

    pub(super) fn balance(&self, account: LedgerAccount) -> i64 {
        self.amount(account.as_str())
    }

    /// The movements of its day.
    pub(super) fn moved(&self) -> Result<Movements, Rejection> {
        let mut moved = Movements::default();
        for account in LedgerAccount::ALL {
            let of = |side: &str| self.amount(&format!("{}_{side}", account.as_str()));
            moved.add(account, Movement { debits: of("debits"), credits: of("credits") })?;
        }
        Ok(moved)
    }

    pub(super) fn sums(&self, day: &Day) -> bool {
        self.day.as_ref() == Some(day)
    }

    /// What a booking must know of it.
    pub(super) fn open_day(&self) -> Result<Option<OpenDay>, Rejection> {
        let moved = self.moved()?;
        Ok(self.day.clone().map(|day| OpenDay { day, seq: self.seq, moved }))
    }
}
