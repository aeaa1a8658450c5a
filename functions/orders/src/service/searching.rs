//! Looking orders up: through one list, past what was not looked for. Refuses to read more of it than a request may take.

use super::{Error, Orders};
use crate::domain::effect::{DomainEvent, Effect};
use crate::domain::order::Order;
use crate::domain::search::{List, Search};
use crate::domain::transition::Transition;
use chassis::retry::UNANSWERED;
use chassis::{Context, Page, StoreError};
use events::Timestamp;

/// Orders read at once where a list has others, too.
const BATCH: u32 = 100;
/// Batches of a page. A page may have fewer orders than it could, and say where to go on.
const BATCHES: usize = 5;

/// What becomes of an order that was read.
enum Verdict {
    Keep,
    Skip,
    /// Neither this one nor any after it.
    End,
}

impl Verdict {
    const fn of(keep: bool) -> Self {
        if keep { Self::Keep } else { Self::Skip }
    }
}

impl Orders {
    /// A page of the orders that are looked for; `after` is the place where the page before ended.
    ///
    /// # Errors
    /// `Store`, `Key`.
    pub async fn search(&self, search: &Search, after: Option<&str>, limit: u32) -> Result<Page<Order>, Error> {
        let list = self.list(search).await?;
        let batch = if search.is_sparse() { BATCH } else { limit };
        self.read(&list, after, limit, batch, |order| {
            if search.ends_at(order) { Verdict::End } else { Verdict::of(search.keeps(order)) }
        })
        .await
    }

    /// Orders whose commands were sent again and have no answer, the next attempt first.
    ///
    /// # Errors
    /// `Store`.
    pub async fn stuck(&self, now: Timestamp, limit: u32) -> Result<Page<Order>, Error> {
        let until = now.plus_seconds(UNANSWERED.max_wait.as_secs().try_into().unwrap_or(i64::MAX));
        self.read(&List::Due(until), None, limit, BATCH, |order| Verdict::of(order.resends > 0)).await
    }

    /// Open orders to which nothing happens unless staff do something.
    ///
    /// # Errors
    /// `Store`.
    pub async fn waiting(&self, limit: u32) -> Result<Page<Order>, Error> {
        self.read(&List::Waiting, None, limit, limit, |_| Verdict::Keep).await
    }

    async fn read(
        &self,
        list: &List,
        after: Option<&str>,
        limit: u32,
        batch: u32,
        verdict: impl Fn(&Order) -> Verdict,
    ) -> Result<Page<Order>, Error> {
        let (mut found, mut after) = (Vec::new(), after.map(str::to_owned));
        for _ in 0..BATCHES {
            let page = self.store.page(list, after.as_deref(), batch).await?;
            let mut left = page.items.len();
            for order in page.items {
                left -= 1;
                let place = list.place(&order);
                match verdict(&order) {
                    Verdict::Keep => found.push(order),
                    Verdict::Skip => {}
                    Verdict::End => return Ok(Page { items: found, next: None }),
                }
                if found.len() == limit as usize {
                    let next = if left > 0 { Some(place) } else { page.next };
                    return Ok(Page { items: found, next });
                }
            }
            let Some(next) = page.next else { return Ok(Page { items: found, next: None }) };
            after = Some(next);
        }
        Ok(Page { items: found, next: after })
    }

    /// The list to read: a guest's under the pseudonym by which the table knows it.
    async fn list(&self, search: &Search) -> Result<List, Error> {
        Ok(match search.list() {
            List::Guest(mailbox) => List::Guest(self.guest_pseudonym(&mailbox).await?),
            list => list,
        })
    }

    /// Has an order found by its SKUs, if this transition confirmed it.
    pub(super) async fn refer_confirmed(
        &self,
        order: &Order,
        made: Option<&Transition>,
        context: &Context,
    ) -> Result<(), StoreError> {
        let is_confirmed = |made: &Transition| made.effects.contains(&Effect::Publish(DomainEvent::Confirmed));
        if made.is_some_and(is_confirmed) {
            self.store.refer_skus(order, &context.cause(order.seq)).await?;
        }
        Ok(())
    }
}
