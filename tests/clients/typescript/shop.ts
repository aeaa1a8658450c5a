// Buys something in a shop and has it refunded, with the client that is made from the API's document and nothing else.
//
// Owns one customer's and one member of staff's way through the API. Refuses requests of its own making: each goes through the client,
// and each answer is one of its types. `API_URL` names the shop, `STAFF_TOKEN` is the access token of a member of its
// staff, who signed in with a second factor.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";

import createClient, { type Client } from "openapi-fetch";

import type { components, paths } from "./api.ts";

type Schemas = components["schemas"];
type Shop = Client<paths>;
type Answer<T> = { data?: T; error?: Schemas["Problem"]; response: Response };

const PATIENCE = 90_000;
const BETWEEN_LOOKS = 100;
const QUANTITY = 2;

const visitor = createClient<paths>({ baseUrl: setting("API_URL") });
const customer = await signedIn(await newUser());
const staff = bearing(setting("STAFF_TOKEN"));

const cart = await checkedOut(await browse());
await refusesCardNumbers(cart);
const order = success(await customer.POST("/v1/orders", { body: cart }));
console.log(`placed ${order.id} for ${order.total.amount} ${order.total.currency}`);
await awaitOrder((now) => now.status === "confirmed" && now.fulfillment_state === "created");
console.log("confirmed");

const shipment = await shipmentOf(order.id);
const tracking = { carrier: "dhl", tracking_number: "00340434161094042557" };
success(await staff.POST("/v1/shipments/{id}/dispatch", { params: { path: { id: shipment.id } }, body: tracking }));
await awaitOrder((now) => now.payment_state === "captured");
console.log("dispatched and paid");

await refunds(await paymentOf(order.id));
const done = await awaitOrder((now) => now.payment_state === "refunded");
assert.deepEqual(done.refunded, order.total);
console.log("refunded");

async function newUser(): Promise<Schemas["CreateSession"]> {
  const credentials = { email: `typescript-${randomUUID()}@example.com`, password: randomUUID() };
  const user = success(await visitor.POST("/v1/users", { body: { ...credentials, name: "Ada Lovelace" } }));
  assert.equal(user.email, credentials.email);
  return credentials;
}

async function signedIn(body: Schemas["CreateSession"]): Promise<Shop> {
  return bearing(success(await visitor.POST("/v1/sessions", { body })).access_token);
}

function bearing(token: string): Shop {
  const headers = { authorization: `Bearer ${token}` };
  return createClient<paths>({ baseUrl: setting("API_URL"), headers });
}

/** Finds something of which there is enough. */
async function browse(): Promise<Schemas["Variant"]> {
  const found = success(await visitor.GET("/v1/products", { params: { query: { q: "tea", limit: 20 } } }));
  for (const variant of found.items.flatMap((product) => product.variants)) {
    const path = { sku: variant.sku };
    const stock = success(await visitor.GET("/v1/stock/{sku}", { params: { path } }));
    if (stock.level === "in_stock") return variant;
  }
  throw new Error("nothing is in stock");
}

/** The order, at the price and with the shipping that the customer was shown. */
async function checkedOut(variant: Schemas["Variant"]): Promise<Schemas["CreateOrder"]> {
  const destination = { country: "DE", postal_code: "10115" };
  const wanted: Schemas["CreateQuote"] = {
    currency: "EUR",
    lines: [{ sku: variant.sku, quantity: QUANTITY }],
    ship_to: destination,
  };
  const quote = success(await customer.POST("/v1/quotes", { body: wanted }));
  const options = success(await customer.POST("/v1/shipping-quotes", { body: { quote: quote.quote } }));
  const option = options.items[0];
  assert(option, "nobody delivers to Germany");
  return {
    quote: quote.quote,
    shipping_quote: option.shipping_quote,
    payment_method: "pm_card_visa",
    ship_to: { ...destination, name: "Ada Lovelace", line1: "Invalidenstraße 116", city: "Berlin" },
  };
}

async function refusesCardNumbers(cart: Schemas["CreateOrder"]): Promise<void> {
  const body = { ...cart, payment_method: "4242424242424242" };
  refused(await customer.POST("/v1/orders", { body }), 422, "urn:souk:problem:card_number_refused");
}

/** All of the money goes back, once, however often the request is repeated. */
async function refunds(payment: Schemas["Payment"]): Promise<void> {
  const ask = (key: string) =>
    staff.POST("/v1/payments/{id}/refunds", {
      params: { path: { id: payment.id }, header: { "Idempotency-Key": key } },
      body: { amount: order.total, reason: "a broken cup" },
    });
  const key = randomUUID();
  const refund = success(await ask(key));
  assert.deepEqual(success(await ask(key)), refund);
  assert.deepEqual(refund.amount, order.total);
  refused(await ask(randomUUID()), 409, "urn:souk:problem:nothing_to_refund");
}

function shipmentOf(order_id: string): Promise<Schemas["Shipment"]> {
  return until(`a shipment of ${order_id}`, async () => {
    const found = success(await staff.GET("/v1/shipments", { params: { query: { order_id } } }));
    return found.items[0];
  });
}

async function paymentOf(order_id: string): Promise<Schemas["Payment"]> {
  const found = success(await customer.GET("/v1/payments", { params: { query: { order_id } } }));
  const payment = found.items[0];
  assert(payment, `${order_id} has no payment`);
  return payment;
}

function awaitOrder(holds: (now: Schemas["Order"]) => boolean): Promise<Schemas["Order"]> {
  return until(`${order.id} goes on`, async () => {
    const now = success(await customer.GET("/v1/orders/{id}", { params: { path: { id: order.id } } }));
    return holds(now) ? now : undefined;
  });
}

async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    assert(Date.now() < end, `not within ${PATIENCE} ms: ${what}`);
    await setTimeout(BETWEEN_LOOKS);
  }
}

function success<T>({ data, error, response }: Answer<T>): T {
  assert(data !== undefined, `${response.url}: ${response.status} ${JSON.stringify(error)}`);
  return data;
}

function refused<T>({ error, response }: Answer<T>, status: number, type: string): void {
  assert.deepEqual([response.status, error?.status, error?.type], [status, status, type]);
  console.log(`refused: ${error?.detail}`);
}

function setting(name: string): string {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
}
