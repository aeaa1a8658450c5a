//! `souk up`: from a clone to a shop that has delivered an order.
//! Owns the closing summary and the life of the shop. Refuses to leave processes behind unasked.

use anyhow::Result;

use crate::demo;
use crate::down;
use crate::local_shop::LocalShop;
use crate::logs;
use crate::process;
use crate::progress::{Progress, seconds};
use crate::seed_data::Catalogue;
use crate::state::State;
use crate::workspace::Workspace;

#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Return when everything runs; `souk down` stops it
    #[arg(long)]
    detach: bool,
    /// Build the functions as for AWS: optimized and small
    #[arg(long)]
    release: bool,
    /// Keep tables and queues when the emulator stops, and find them again
    #[arg(long)]
    persist: bool,
}

/// Brings a shop up on this machine, or on the endpoint that `AWS_ENDPOINT_URL` names.
///
/// # Errors
/// The first step that failed. An emulator started here is stopped then.
pub fn up(workspace: &Workspace, progress: &Progress, options: Options) -> Result<()> {
    let mut shop = LocalShop::open(workspace, progress, options.persist)?;
    shop.deploy_all(progress, options.release, &[])?;
    shop.seed(progress)?;
    if shop.state.demo_order.is_none() {
        let purchase = demo::buy(progress, &shop.api(), &shop.endpoint, &shop.state.demo)?;
        shop.state.demo_order = Some(purchase.order_id);
        shop.state.order_on_its_way = Some(demo::leave_on_its_way(progress, &shop.api())?);
        shop.save()?;
    }
    report(workspace, progress, &shop.state)?;
    if options.detach {
        shop.detach();
        return Ok(());
    }
    progress.print("\nThe functions' logs follow; Ctrl-C stops the shop.\n");
    let followed = logs::logs(workspace, &logs::Options::everything());
    let asked_to_stop = process::interrupted();
    shop.detach();
    down::down(workspace, progress)?;
    if asked_to_stop { Ok(()) } else { followed }
}

fn report(workspace: &Workspace, progress: &Progress, state: &State) -> Result<()> {
    let api = &state.api_url;
    let sku = Catalogue::read(workspace)?.any_sku();
    let (customer, staff) = (&state.demo.customer, &state.demo.staff);
    let order = state.demo_order.as_deref().unwrap_or("none");
    let on_its_way = state.order_on_its_way.as_deref().unwrap_or("/");
    progress.print(format!(
        "
The shop is open ({elapsed}). Look at it in a browser: {public_url}/

  API        {api}
  AWS calls  {endpoint} (AWS_ENDPOINT_URL; region {region})
  customer   {customer_email} / {customer_password}
  staff      {staff_email} / {staff_password}
             and, in the second step, what this shows: cargo souk code
  an order   {public_url}{on_its_way} (on its way; look, and play those who send it)
  another    {public_url}/orders/{order} (the customer's, delivered)
  state      .souk/state.json

Try it:

  curl '{api}/v1/products?q=tea'

  curl '{api}/v1/quotes' -H 'content-type: application/json' \\
    -d '{{\"currency\":\"EUR\",\"lines\":[{{\"sku\":\"{sku}\",\"quantity\":2}}],\"ship_to\":{{\"country\":\"DE\"}}}}'

  curl '{api}/v1/sessions' -H 'content-type: application/json' \\
    -d '{{\"email\":\"{customer_email}\",\"password\":\"{customer_password}\"}}'

Then: cargo souk demo | status | logs orders | watch | down",
        public_url = state.public_url,
        elapsed = seconds(progress.elapsed()),
        endpoint = state.endpoint_url,
        region = state.region,
        customer_email = customer.email,
        customer_password = customer.password,
        staff_email = staff.email,
        staff_password = staff.password,
    ));
    Ok(())
}
