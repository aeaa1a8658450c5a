//! The catalog's table. Products, categories and rates are in one partition and are read as a whole. Slugs, SKUs and a
//! country's tax class are claimed by items of their own, in the transaction that uses them. Refuses decisions.

mod items;
mod outcome;

use crate::domain::catalogue::{Catalogue, Levels, MAX_VARIANTS};
use crate::domain::category::Category;
use crate::domain::ids::{CategoryId, TaxRateId};
use crate::domain::legal::{LegalPage, LegalPageName};
use crate::domain::product::Product;
use crate::domain::rejection::Rejection;
use crate::domain::tax::TaxRate;
use chassis::table::{AuditLog, Committed, Query, Reason, Transaction, Update, Updated};
use chassis::{Cause, StoreError, Table, World};
use events::Sku;
use events::ids::ProductId;
use events::inventory::StockLevel;
use items::{
    CATALOG, CATEGORY_PREFIX, Claim, LEGAL_PREFIX, LEVELS, LevelItem, PRODUCT_PREFIX, Revision, TAX_PREFIX,
    category_key, legal_page_key, level_key, product_key, revision_key, sku_key, slug_key, tax_rate_key, taxed_key,
};
use serde::de::DeserializeOwned;

pub use outcome::{LegalPageOutcome, ProductOutcome, TaxRateOutcome};

/// Items of one page; DynamoDB ends a page at 1 MB.
const PAGE: u32 = 1_000;
/// The purpose of each write of a transaction.
enum Part {
    Item,
    Slug,
    Sku(Sku),
    Rate,
    Revision,
    Other,
}

#[derive(Debug, Clone)]
pub struct Store {
    table: Table,
    world: World,
}

impl Store {
    /// `world` makes the waits between attempts.
    pub const fn new(table: Table, world: World) -> Self {
        Self { table, world }
    }

    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// The number of writes to the catalogue, as of now.
    pub async fn revision(&self) -> Result<u64, StoreError> {
        let item: Option<Revision> = self.table.get_consistent(&revision_key()).await?;
        Ok(item.unwrap_or_default().revision)
    }

    /// The whole catalogue at `revision` or later. It is given that number.
    pub async fn catalogue(&self, revision: u64) -> Result<Catalogue, StoreError> {
        let (products, categories, tax_rates, legal_pages) = tokio::try_join!(
            self.all::<Product>(PRODUCT_PREFIX),
            self.all::<Category>(CATEGORY_PREFIX),
            self.all::<TaxRate>(TAX_PREFIX),
            self.all::<LegalPage>(LEGAL_PREFIX),
        )?;
        Ok(Catalogue::new(revision, products, categories, tax_rates).with_legal_pages(legal_pages))
    }

    async fn all<T: DeserializeOwned>(&self, prefix: &str) -> Result<Vec<T>, StoreError> {
        let query = Query { prefix: Some(prefix), limit: PAGE, ..Query::partition(CATALOG) };
        self.table.query_all_consistent(query).await
    }

    /// Every known stock level (eventually consistent).
    pub async fn levels(&self) -> Result<Levels, StoreError> {
        let query = Query { limit: PAGE, ..Query::partition(LEVELS) };
        let items: Vec<LevelItem> = self.table.query_all(query).await?;
        Ok(items.into_iter().map(|item| (item.sku, item.stock_level)).collect())
    }

    /// Keeps a stock level, unless a later one is known.
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

    /// A product as of now, also an archived one.
    pub async fn product(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        self.table.get_consistent(&product_key(id)).await
    }

    /// Whether there is such a category, as of now.
    pub async fn has_category(&self, id: &CategoryId) -> Result<bool, StoreError> {
        let found: Option<Category> = self.table.get_consistent(&category_key(id)).await?;
        Ok(found.is_some())
    }

    /// A tax rate, as of now.
    pub async fn tax_rate(&self, id: &TaxRateId) -> Result<Option<TaxRate>, StoreError> {
        self.table.get_consistent(&tax_rate_key(id)).await
    }

    /// A legal page, as of now.
    pub async fn legal_page(&self, name: LegalPageName) -> Result<Option<LegalPage>, StoreError> {
        self.table.get_consistent(&legal_page_key(name)).await
    }

    /// Writes a new product and claims its slug and its SKUs.
    pub async fn create_product(&self, product: &Product, cause: &Cause) -> Result<ProductOutcome, StoreError> {
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

    /// Writes a product if nobody changed it since `before`. The same transaction claims SKUs that it adds and frees those that
    /// it removes; archiving frees the slug too.
    pub async fn replace_product(
        &self,
        before: &Product,
        after: &Product,
        cause: &Cause,
    ) -> Result<ProductOutcome, StoreError> {
        let changes = before.sku_changes(after);
        let mut write = Transaction::new(cause.clone()).replace(&product_key(after.id), after, before.seq)?;
        let mut parts = vec![Part::Item];
        for sku in &changes.added {
            write = write.create(&sku_key(sku), &Claim { owner: after.id })?;
            parts.push(Part::Sku(sku.clone()));
        }
        for sku in &changes.removed {
            write = write.delete(sku_key(sku));
            parts.push(Part::Other);
        }
        if after.archived_at.is_some() {
            write = write.delete(slug_key(&after.slug));
            parts.push(Part::Other);
        }
        self.commit_product(write, parts, changes.added.len(), changes.removed.len()).await
    }

    async fn commit_product(
        &self,
        write: Transaction,
        mut parts: Vec<Part>,
        added: usize,
        removed: usize,
    ) -> Result<ProductOutcome, StoreError> {
        let write = write.update(revised(added, removed));
        parts.push(Part::Revision);
        let reasons = match self.commit(write).await? {
            Committed::Done => return Ok(ProductOutcome::Written),
            Committed::Refused(reasons) => reasons,
        };
        Ok(match first_refusal(&parts, &reasons)? {
            (Part::Slug, reason) => ProductOutcome::Rejected(Rejection::SlugTaken(owner(reason)?)),
            (Part::Sku(sku), reason) => ProductOutcome::Rejected(Rejection::SkuTaken(sku.clone(), owner(reason)?)),
            (Part::Revision, _) => ProductOutcome::Rejected(Rejection::CatalogueFull),
            (_, reason) => ProductOutcome::Changed(reason.item()?.map(Box::new)),
        })
    }

    /// Writes a category; `false` if somebody changed it since `before`. One that gets another place in the tree is written into the
    /// catalogue of that revision: the tree is the one that was looked at, so two writes at once make no circle.
    pub async fn put_category(
        &self,
        before: Option<&Category>,
        after: &Category,
        revision: u64,
        cause: &Cause,
    ) -> Result<bool, StoreError> {
        let (write, key) = (Transaction::new(cause.clone()), category_key(&after.id));
        let unchanged =
            revised(0, 0).when("(attribute_not_exists(revision) OR revision = :revision)").value(":revision", revision);
        // Changes of those of version 0 were not counted yet.
        let write = match before.filter(|before| before.parent == after.parent && before.seq > 0) {
            Some(before) => write.replace(&key, after, before.seq)?.update(revised(0, 0)),
            None => write.overwrite(&key, after)?.update(unchanged),
        };
        match self.commit(write).await? {
            Committed::Done => Ok(true),
            Committed::Refused(reasons) => first_refusal(&[Part::Item, Part::Revision], &reasons).map(|_| false),
        }
    }

    /// Writes a tax rate if nobody changed it since `before`, and claims its country and class.
    pub async fn put_tax_rate(
        &self,
        before: Option<&TaxRate>,
        after: &TaxRate,
        cause: &Cause,
    ) -> Result<TaxRateOutcome, StoreError> {
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
            Committed::Done => return Ok(TaxRateOutcome::Written),
            Committed::Refused(reasons) => reasons,
        };
        Ok(match first_refusal(&parts, &reasons)? {
            (Part::Rate, reason) => TaxRateOutcome::Exists(owner(reason)?),
            (_, reason) => TaxRateOutcome::Changed(reason.item()?.map(Box::new)),
        })
    }

    /// Writes a legal page if nobody changed it since `before`.
    pub async fn put_legal_page(
        &self,
        before: Option<&LegalPage>,
        after: &LegalPage,
        cause: &Cause,
    ) -> Result<LegalPageOutcome, StoreError> {
        let (write, key) = (Transaction::new(cause.clone()), legal_page_key(after.name));
        let write = match before {
            None => write.create(&key, after)?,
            Some(before) => write.replace(&key, after, before.seq)?,
        };
        match self.commit(write.update(revised(0, 0))).await? {
            Committed::Done => Ok(LegalPageOutcome::Written),
            Committed::Refused(reasons) => {
                let (_, reason) = first_refusal(&[Part::Item], &reasons)?;
                Ok(LegalPageOutcome::Changed(reason.item()?.map(Box::new)))
            }
        }
    }

    /// Every write touches the revision, so simultaneous ones meet there and try again.
    async fn commit(&self, write: Transaction) -> Result<Committed, StoreError> {
        self.table.commit_retrying(write, &self.world).await
    }
}

/// Raises the revision, if the catalogue has room for the added variants.
fn revised(added: usize, removed: usize) -> Update {
    let count = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let change = count(added) - count(removed);
    let room = MAX_VARIANTS.saturating_add_signed(-change);
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
    // The claim was freed before it was shown: the next attempt finds the name free.
    claim.map(|claim| claim.owner).ok_or_else(|| StoreError::Conflict("a claim was freed meanwhile".to_owned()))
}

fn unexpected(reasons: &[Reason]) -> StoreError {
    let refused = reasons.iter().position(|reason| matches!(reason, Reason::Condition(_)));
    StoreError::Corrupt(format!("a transaction was refused at write {refused:?}"))
}
