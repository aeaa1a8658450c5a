//! The catalog's table. Products, categories and rates lie in one partition and are read as a whole; slugs, SKUs and a
//! country's tax class are claimed by items of their own, in the transaction that uses them. Refuses decisions.

mod items;
mod written;

use crate::domain::catalogue::Levels;
use crate::domain::{Catalogue, Category, CategoryId, MAX_CATALOGUE_VARIANTS, Product, TaxRate, TaxRateId};
use chassis::table::{Committed, Query, Reason, Transaction, Update, Updated};
use chassis::{Cause, StoreError, Table, World};
use events::Sku;
use events::ids::ProductId;
use events::inventory::StockLevel;
use items::{
    CATALOG, CATEGORY_PREFIX, Claim, LEVELS, LevelItem, PRODUCT_PREFIX, Revision, TAX_PREFIX, category_key, level_key,
    product_key, revision_key, sku_key, slug_key, tax_rate_key, taxed_key,
};
use serde::de::DeserializeOwned;
use std::time::Duration;

pub use written::{ProductWritten, RateWritten};

/// Items asked for at once; DynamoDB cuts a page at 1 MB by itself.
const PAGE: u32 = 1_000;
/// Every write touches the revision, so simultaneous ones meet there and try again so often.
const ATTEMPTS: u32 = 6;

/// What a write of a transaction was for.
enum Part {
    Item,
    Slug,
    Sku(Sku),
    Rate,
    Revision,
    Other,
}

/// The catalog's table.
#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    world: World,
}

impl Store {
    /// Over that table; `world` paces attempts.
    pub const fn new(table: Table, world: World) -> Self {
        Self { table, world }
    }

    /// How often the catalogue has changed, as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn revision(&self) -> Result<u64, StoreError> {
        let item: Option<Revision> = self.table.get_consistent(&revision_key()).await?;
        Ok(item.unwrap_or_default().revision)
    }

    /// The whole catalogue, at least as new as `revision`, under that number.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn catalogue(&self, revision: u64) -> Result<Catalogue, StoreError> {
        let (products, categories, tax_rates) = tokio::try_join!(
            self.all::<Product>(PRODUCT_PREFIX),
            self.all::<Category>(CATEGORY_PREFIX),
            self.all::<TaxRate>(TAX_PREFIX),
        )?;
        Ok(Catalogue::new(revision, products, categories, tax_rates))
    }

    async fn all<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<T>, StoreError> {
        let query = Query { prefix: Some(prefix), limit: PAGE, ..Query::partition(CATALOG) };
        self.table.query_all_consistent(query).await
    }

    /// Every known stock level, possibly a moment old.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn levels(&self) -> Result<Levels, StoreError> {
        let query = Query { limit: PAGE, ..Query::partition(LEVELS) };
        let items: Vec<LevelItem> = self.table.query_all(query).await?;
        Ok(items.into_iter().map(|item| (item.sku, item.stock_level)).collect())
    }

    /// Keeps a stock level unless a later one is known.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn keep_level(&self, sku: &Sku, level: StockLevel, seq: u64, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(level_key(sku))
            .set("sku = :sku")
            .set("stock_level = :level")
            .set("seq = :seq")
            .when("(attribute_not_exists(seq) OR seq < :seq)")
            .value(":sku", sku)
            .value(":level", level)
            .value(":seq", seq);
        match self.table.update::<LevelItem>(update, cause).await? {
            Updated::Done(_) | Updated::Refused(_) => Ok(()),
        }
    }

    /// A product, archived ones too, as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        self.table.get_consistent(&product_key(id)).await
    }

    /// Whether there is such a category, as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn has_category(&self, id: &CategoryId) -> Result<bool, StoreError> {
        let found: Option<Category> = self.table.get_consistent(&category_key(id)).await?;
        Ok(found.is_some())
    }

    /// A tax rate, as of now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn tax_rate(&self, id: &TaxRateId) -> Result<Option<TaxRate>, StoreError> {
        self.table.get_consistent(&tax_rate_key(id)).await
    }

    /// Writes a new product, its slug and its SKUs.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn create_product(&self, product: &Product, cause: &Cause) -> Result<ProductWritten, StoreError> {
        let mut write = Transaction::new(cause.clone())
            .create(&product_key(product.id), product)?
            .create(&slug_key(&product.slug), &Claim { owner: product.id })?;
        let mut parts = vec![Part::Item, Part::Slug];
        for variant in &product.variants {
            write = write.create(&sku_key(&variant.sku), &Claim { owner: product.id })?;
            parts.push(Part::Sku(variant.sku.clone()));
        }
        self.commit_product(write, parts, product.variants.len(), 0).await
    }

    /// Writes a product that is still as it was, takes its new SKUs and gives back the old ones; an archived one's slug too.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn replace_product(
        &self,
        before: &Product,
        after: &Product,
        cause: &Cause,
    ) -> Result<ProductWritten, StoreError> {
        let changes = before.sku_changes(after);
        let mut write = Transaction::new(cause.clone()).replace(&product_key(after.id), after, before.seq)?;
        let mut parts = vec![Part::Item];
        for sku in &changes.taken {
            write = write.create(&sku_key(sku), &Claim { owner: after.id })?;
            parts.push(Part::Sku(sku.clone()));
        }
        for sku in &changes.freed {
            write = write.delete(sku_key(sku));
            parts.push(Part::Other);
        }
        if after.archived_at.is_some() {
            write = write.delete(slug_key(&after.slug));
            parts.push(Part::Other);
        }
        self.commit_product(write, parts, changes.taken.len(), changes.freed.len()).await
    }

    async fn commit_product(
        &self,
        write: Transaction,
        mut parts: Vec<Part>,
        more_variants: usize,
        fewer_variants: usize,
    ) -> Result<ProductWritten, StoreError> {
        let write = write.update(revised(more_variants, fewer_variants));
        parts.push(Part::Revision);
        let reasons = match self.commit(write).await? {
            Committed::Done => return Ok(ProductWritten::Done),
            Committed::Refused(reasons) => reasons,
        };
        Ok(match first_refusal(&parts, &reasons)? {
            (Part::Slug, reason) => ProductWritten::SlugTaken(owner(reason)?),
            (Part::Sku(sku), reason) => ProductWritten::SkuTaken(sku.clone(), owner(reason)?),
            (Part::Revision, _) => ProductWritten::Full,
            (_, reason) => ProductWritten::Changed(reason.item()?.map(Box::new)),
        })
    }

    /// Writes a category, whatever was there.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn put_category(&self, category: &Category, cause: &Cause) -> Result<(), StoreError> {
        let write =
            Transaction::new(cause.clone()).overwrite(&category_key(&category.id), category)?.update(revised(0, 0));
        match self.commit(write).await? {
            Committed::Done => Ok(()),
            Committed::Refused(reasons) => Err(unexpected(&reasons)),
        }
    }

    /// Writes a tax rate that is still as it was before, if it was, and claims its country and class.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn put_tax_rate(
        &self,
        before: Option<&TaxRate>,
        after: &TaxRate,
        cause: &Cause,
    ) -> Result<RateWritten, StoreError> {
        let write = Transaction::new(cause.clone());
        let mut write = match before {
            None => write.create(&tax_rate_key(&after.id), after)?,
            Some(before) => write.replace(&tax_rate_key(&after.id), after, before.seq)?,
        };
        let mut parts = vec![Part::Item];
        let covered = before.map(taxed_key);
        if covered.as_ref() != Some(&taxed_key(after)) {
            write = write.create(&taxed_key(after), &Claim { owner: &after.id })?;
            parts.push(Part::Rate);
            if let Some(covered) = covered {
                write = write.delete(covered);
                parts.push(Part::Other);
            }
        }
        let reasons = match self.commit(write.update(revised(0, 0))).await? {
            Committed::Done => return Ok(RateWritten::Done),
            Committed::Refused(reasons) => reasons,
        };
        Ok(match first_refusal(&parts, &reasons)? {
            (Part::Rate, reason) => RateWritten::Exists(owner(reason)?),
            (_, reason) => RateWritten::Changed(reason.item()?.map(Box::new)),
        })
    }

    /// Commits, again after a short while if the table is busy. Waits grow and differ, so that those who met do not meet
    /// again. A write that was done although no answer came is refused the next time, by its own item.
    async fn commit(&self, write: Transaction) -> Result<Committed, StoreError> {
        let mut attempt = 0;
        loop {
            attempt += 1;
            match self.table.commit(write.clone()).await {
                Err(StoreError::Unavailable(_)) if attempt < ATTEMPTS => {
                    let ceiling = 20u64 << attempt;
                    let wait = u64::from(u16::from_le_bytes(self.world.random())) % ceiling;
                    self.world.sleep(Duration::from_millis(wait)).await;
                }
                outcome => return outcome,
            }
        }
    }
}

/// The next revision, of a catalogue that has room for the variants that come.
fn revised(more_variants: usize, fewer_variants: usize) -> Update {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let change = count(more_variants) - count(fewer_variants);
    let room = MAX_CATALOGUE_VARIANTS.saturating_add_signed(-change);
    let update = Update::of(revision_key())
        .increase("revision :one")
        .increase("variants :change")
        .value(":one", 1)
        .value(":change", change);
    if change > 0 {
        update.when("(attribute_not_exists(variants) OR variants <= :room)").value(":room", room)
    } else {
        update
    }
}

fn first_refusal<'a>(parts: &'a [Part], reasons: &'a [Reason]) -> Result<(&'a Part, &'a Reason), StoreError> {
    let refused = |(_, reason): &(&Part, &Reason)| matches!(reason, Reason::Condition(_));
    parts.iter().zip(reasons).find(refused).ok_or_else(|| unexpected(reasons))
}

fn owner<Owner: DeserializeOwned>(reason: &Reason) -> Result<Owner, StoreError> {
    let claim: Option<Claim<Owner>> = reason.item()?;
    // A claim that is gone by the time it is shown: whoever asks again finds the name free.
    claim.map(|claim| claim.owner).ok_or_else(|| StoreError::Unavailable("a claim was given back meanwhile".to_owned()))
}

fn unexpected(reasons: &[Reason]) -> StoreError {
    let refused = reasons.iter().position(|reason| matches!(reason, Reason::Condition(_)));
    StoreError::Corrupt(format!("a transaction was refused at write {refused:?}"))
}
