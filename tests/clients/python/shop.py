"""Buys something in a shop and has it refunded, with the client that is made from the API's document and nothing else.

Owns one customer's and one member of staff's way through the API. Refuses requests of its own making: each goes through the client's
functions, and each answer is one of its types. `API_URL` names the shop, `STAFF_TOKEN` is the access token of a member of its
staff, who signed in with a second factor.
"""

import os
import time
import uuid
from collections.abc import Callable
from typing import TypeVar

from souk_client import AuthenticatedClient, Client
from souk_client.api.catalog import create_quote, list_products
from souk_client.api.inventory import get_stock_availability
from souk_client.api.orders import get_order, place_order
from souk_client.api.payments import list_payments, refund_payment
from souk_client.api.shipping import create_shipping_quotes, dispatch_shipment, list_shipments
from souk_client.api.users import create_session, create_user
from souk_client.models import (
    CreateDispatch,
    CreateAddress,
    CreateOrder,
    CreateQuote,
    CreateQuoteLine,
    CreateRefund,
    CreateSession,
    CreateShippingQuotes,
    CreateUser,
    Currency,
    Destination,
    FulfillmentState,
    Order,
    OrderStatus,
    Payment,
    PaymentState,
    Problem,
    Refund,
    Shipment,
    StockLevel,
    Variant,
)

PATIENCE_SECONDS = 90
SECONDS_BETWEEN_LOOKS = 0.1
QUANTITY = 2

T = TypeVar("T")


def main() -> None:
    url = os.environ["API_URL"]
    visitor = Client(base_url=url)
    customer = signed_in(visitor, *new_user(visitor))
    staff = AuthenticatedClient(base_url=url, token=os.environ["STAFF_TOKEN"])

    cart = checked_out(customer, browse(visitor))
    refuses_card_numbers(customer, cart)
    order = success(place_order.sync(client=customer, body=cart))
    print(f"placed {order.id} for {order.total.amount} {order.total.currency}")
    await_order(customer, order.id, lambda now: now.status is OrderStatus.CONFIRMED)
    await_order(customer, order.id, lambda now: now.fulfillment_state is FulfillmentState.CREATED)
    print("confirmed")

    shipment = shipment_of(staff, order.id)
    tracking = CreateDispatch(carrier="dhl", tracking_number="00340434161094042557")
    success(dispatch_shipment.sync(shipment.id, client=staff, body=tracking))
    await_order(customer, order.id, lambda now: now.payment_state is PaymentState.CAPTURED)
    print("dispatched and paid")

    payment = payment_of(customer, order.id)
    refunded(staff, payment, order)
    done = await_order(customer, order.id, lambda now: now.payment_state is PaymentState.REFUNDED)
    assert done.refunded and done.refunded.amount == order.total.amount, done.refunded
    print("refunded")


def new_user(visitor: Client) -> tuple[str, str]:
    email, password = f"python-{uuid.uuid4().hex}@example.com", uuid.uuid4().hex
    user = success(create_user.sync(client=visitor, body=CreateUser(email=email, name="Ada Lovelace", password=password)))
    assert user.email == email, user
    return email, password


def signed_in(visitor: Client, email: str, password: str) -> AuthenticatedClient:
    tokens = success(create_session.sync(client=visitor, body=CreateSession(email=email, password=password)))
    return AuthenticatedClient(base_url=os.environ["API_URL"], token=tokens.access_token)


def browse(visitor: Client) -> Variant:
    """Finds something of which there is enough."""
    for product in success(list_products.sync(client=visitor, q="tea", limit=20)).items:
        for variant in product.variants:
            stock = success(get_stock_availability.sync(variant.sku, client=visitor))
            if stock.level == StockLevel.IN_STOCK:
                return variant
    raise AssertionError("nothing is in stock")


def checked_out(customer: AuthenticatedClient, variant: Variant) -> CreateOrder:
    """The order, at the price and with the shipping that the customer was shown."""
    address = CreateAddress(
        name="Ada Lovelace", line1="Invalidenstraße 116", city="Berlin", postal_code="10115", country="DE"
    )
    wanted = CreateQuote(
        currency=Currency.EUR,
        lines=[CreateQuoteLine(sku=variant.sku, quantity=QUANTITY)],
        ship_to=Destination(country="DE", postal_code="10115"),
    )
    quote = success(create_quote.sync(client=customer, body=wanted))
    options = success(create_shipping_quotes.sync(client=customer, body=CreateShippingQuotes(quote=quote.quote)))
    return CreateOrder(
        quote=quote.quote,
        shipping_quote=options.items[0].shipping_quote,
        payment_method="pm_card_visa",
        ship_to=address,
    )


def refuses_card_numbers(customer: AuthenticatedClient, order: CreateOrder) -> None:
    careless = CreateOrder.from_dict(order.to_dict() | {"payment_method": "4242424242424242"})
    refused(place_order.sync(client=customer, body=careless), 422, "urn:souk:problem:card_number_refused")


def refunded(staff: AuthenticatedClient, payment: Payment, order: Order) -> None:
    """All of the money goes back, once, however often the request is repeated."""
    body = CreateRefund(amount=order.total, reason="a broken cup")

    def ask(key: str) -> Problem | Refund | None:
        return refund_payment.sync(payment.id, client=staff, body=body, idempotency_key=key)

    key = str(uuid.uuid4())
    refund, again = success(ask(key)), success(ask(key))
    assert refund == again, (refund, again)
    assert refund.amount == order.total, refund
    refused(ask(str(uuid.uuid4())), 409, "urn:souk:problem:nothing_to_refund")


def shipment_of(staff: AuthenticatedClient, order_id: str) -> Shipment:
    return until(
        f"a shipment of {order_id}",
        lambda: next(iter(success(list_shipments.sync(client=staff, order_id=order_id)).items), None),
    )


def payment_of(customer: AuthenticatedClient, order_id: str) -> Payment:
    return success(list_payments.sync(client=customer, order_id=order_id)).items[0]


def await_order(customer: AuthenticatedClient, order_id: str, holds: Callable[[Order], bool]) -> Order:
    def look() -> Order | None:
        order = success(get_order.sync(order_id, client=customer))
        return order if holds(order) else None

    return until(f"{order_id} goes on", look)


def until(what: str, look: Callable[[], T | None]) -> T:
    end = time.monotonic() + PATIENCE_SECONDS
    while (found := look()) is None:
        assert time.monotonic() < end, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return found


def success(answer: Problem | T | None) -> T:
    assert answer is not None, "the answer is none that the document names"
    assert not isinstance(answer, Problem), answer
    return answer


def refused(answer: object, status: int, kind: str) -> None:
    assert isinstance(answer, Problem), answer
    assert (answer.status, answer.type_) == (status, kind), answer
    print(f"refused: {answer.detail}")


if __name__ == "__main__":
    main()
