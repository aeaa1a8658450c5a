//! `souk up`: from a clone to a shop that has delivered an order.
//! Owns what the person sees at the end and how long the shop stays. Refuses to leave processes behind unasked.

use anyhow::Result;

use crate::demo;
use crate::down;
use crate::house::House;
use crate::logs;
use crate::process;
use crate::progress::{Progress, seconds};
use crate::seed_data::Catalogue;
use crate::site::Site;
use crate::state::State;

/// How to bring a shop up.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Options {
    /// Return when everything runs; `souk down` stops it
    #[arg(long)]
    detach: bool,
    /// Build the functions as for AWS: optimised and small
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
pub fn up(house: &House, progress: &Progress, options: Options) -> Result<()> {
    let mut site = Site::open(house, progress, options.persist)?;
    site.furnish(progress, options.release, &[])?;
    site.stock_shelves(progress)?;
    if site.state.demo_order.is_none() {
        let purchase = demo::buy(progress, &site.shop(), &site.endpoint, &site.state.demo)?;
        site.state.demo_order = Some(purchase.order_id);
        site.save()?;
    }
    report(house, progress, &site.state)?;
    if options.detach {
        site.detach();
        return Ok(());
    }
    progress.print("\nThe functions' logs follow; Ctrl-C stops the shop.\n");
    let followed = logs::logs(house, &logs::Options::everything());
    let asked_to_stop = process::interrupted();
    site.detach();
    down::down(house, progress)?;
    if asked_to_stop { Ok(()) } else { followed }
}

fn report(house: &House, progress: &Progress, state: &State) -> Result<()> {
    let api = &state.api_url;
    let sku = Catalogue::read(house)?.any_sku();
    let (customer, staff) = (&state.demo.customer, &state.demo.staff);
    let order = state.demo_order.as_deref().unwrap_or("none");
    progress.print(format!(
        "
The shop is open ({elapsed}).

  API        {api}
  AWS calls  {endpoint} (AWS_ENDPOINT_URL; region {region})
  customer   {customer_email} / {customer_password}
  staff      {staff_email} / {staff_password}
  demo order {order}
  state      .souk/state.json

Try it:

  curl '{api}/v1/products?q=tea'

  curl '{api}/v1/quotes' -H 'content-type: application/json' \\
    -d '{{\"currency\":\"EUR\",\"lines\":[{{\"sku\":\"{sku}\",\"quantity\":2}}],\"ship_to\":{{\"country\":\"DE\"}}}}'

  curl '{api}/v1/sessions' -H 'content-type: application/json' \\
    -d '{{\"email\":\"{customer_email}\",\"password\":\"{customer_password}\"}}'

Then: cargo souk demo | status | logs orders | watch | down",
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
