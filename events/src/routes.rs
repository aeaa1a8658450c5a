//! The one table of HTTP routes and their owners. Tests check each capability's routes and each template against it. Refuses
//! handlers: those are the owners' business.

use crate::Capability;

/// A route of the public HTTP API and the capability that owns it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub struct Route {
    /// HTTP method in capitals.
    pub method: &'static str,
    /// Path with `{name}` for a variable segment.
    pub path: &'static str,
    pub owner: Capability,
}

const fn route(owner: Capability, method: &'static str, path: &'static str) -> Route {
    Route { method, path, owner }
}

use Capability::{Carts, Catalog, Inventory, Notifications, Orders, Payments, Shipping, Users};

/// Every route of the shop.
pub const ROUTES: &[Route] = &[
    route(Users, "POST", "/v1/users"),
    route(Users, "GET", "/v1/users"),
    route(Users, "GET", "/v1/users/{id}"),
    route(Users, "PUT", "/v1/users/{id}/roles"),
    route(Users, "GET", "/v1/users/{id}/status"),
    route(Users, "PUT", "/v1/users/{id}/status"),
    route(Users, "GET", "/v1/users/{id}/sessions"),
    route(Users, "DELETE", "/v1/users/{id}/sessions"),
    route(Users, "DELETE", "/v1/users/{id}/sessions/{session}"),
    route(Users, "GET", "/v1/users/me"),
    route(Users, "PATCH", "/v1/users/me"),
    route(Users, "DELETE", "/v1/users/me"),
    route(Users, "GET", "/v1/users/me/export"),
    route(Users, "GET", "/v1/erasures/{id}"),
    route(Users, "GET", "/v1/users/me/addresses"),
    route(Users, "POST", "/v1/users/me/addresses"),
    route(Users, "PUT", "/v1/users/me/addresses/{id}"),
    route(Users, "DELETE", "/v1/users/me/addresses/{id}"),
    route(Users, "GET", "/v1/sessions"),
    route(Users, "POST", "/v1/email-verifications"),
    route(Users, "PUT", "/v1/email-verifications/{token}"),
    route(Users, "POST", "/v1/password-resets"),
    route(Users, "PUT", "/v1/password-resets/{token}"),
    route(Users, "PUT", "/v1/users/me/password"),
    route(Users, "POST", "/v1/email-changes"),
    route(Users, "PUT", "/v1/email-changes/{token}"),
    route(Users, "POST", "/v1/sessions"),
    route(Users, "POST", "/v1/sessions/refresh"),
    route(Users, "POST", "/v1/sessions/current/second-factor"),
    route(Users, "POST", "/v1/totp"),
    route(Users, "PUT", "/v1/totp"),
    route(Users, "DELETE", "/v1/totp"),
    route(Users, "POST", "/v1/recovery-codes"),
    route(Users, "POST", "/v1/passkeys/challenges"),
    route(Users, "POST", "/v1/passkeys"),
    route(Users, "GET", "/v1/passkeys"),
    route(Users, "DELETE", "/v1/passkeys/{id}"),
    route(Users, "POST", "/v1/users/{id}/second-factors/removal"),
    route(Users, "DELETE", "/v1/sessions/current"),
    route(Users, "DELETE", "/v1/sessions"),
    route(Users, "DELETE", "/v1/sessions/{id}"),
    route(Users, "GET", "/.well-known/jwks.json"),
    route(Users, "GET", "/.well-known/openid-configuration"),
    route(Users, "GET", "/v1/users/audit"),
    route(Users, "GET", "/v1/openapi/users.json"),
    route(Catalog, "GET", "/v1/products"),
    route(Catalog, "POST", "/v1/products"),
    route(Catalog, "GET", "/v1/products/{id}"),
    route(Catalog, "PATCH", "/v1/products/{id}"),
    route(Catalog, "DELETE", "/v1/products/{id}"),
    route(Catalog, "GET", "/v1/variants"),
    route(Catalog, "GET", "/v1/categories"),
    route(Catalog, "GET", "/v1/categories/{id}"),
    route(Catalog, "PUT", "/v1/categories/{id}"),
    route(Catalog, "GET", "/v1/tax-rates"),
    route(Catalog, "GET", "/v1/tax-rates/{id}"),
    route(Catalog, "PUT", "/v1/tax-rates/{id}"),
    route(Catalog, "GET", "/v1/legal-pages/{name}"),
    route(Catalog, "PUT", "/v1/legal-pages/{name}"),
    route(Catalog, "POST", "/v1/quotes"),
    route(Catalog, "GET", "/v1/docs"),
    route(Catalog, "GET", "/v1/catalog/audit"),
    route(Catalog, "GET", "/v1/openapi/catalog.json"),
    route(Inventory, "GET", "/v1/stock"),
    route(Inventory, "GET", "/v1/stock/{sku}"),
    route(Inventory, "POST", "/v1/stock/{sku}/adjustments"),
    route(Inventory, "GET", "/v1/stock/{sku}/movements"),
    route(Inventory, "GET", "/v1/inventory/audit"),
    route(Inventory, "GET", "/v1/openapi/inventory.json"),
    route(Carts, "POST", "/v1/carts"),
    route(Carts, "GET", "/v1/carts/{id}"),
    route(Carts, "PUT", "/v1/carts/{id}/lines/{sku}"),
    route(Carts, "DELETE", "/v1/carts/{id}/lines/{sku}"),
    route(Carts, "POST", "/v1/carts/{id}/merge"),
    route(Carts, "GET", "/v1/openapi/carts.json"),
    route(Orders, "POST", "/v1/orders"),
    route(Orders, "GET", "/v1/orders"),
    route(Orders, "GET", "/v1/orders/{id}"),
    route(Orders, "GET", "/v1/orders/{id}/timeline"),
    route(Orders, "POST", "/v1/orders/{id}/payment"),
    route(Orders, "POST", "/v1/orders/{id}/cancellation"),
    route(Orders, "DELETE", "/v1/orders/{id}/personal-data"),
    route(Orders, "GET", "/v1/orders/{id}/diagnosis"),
    route(Orders, "POST", "/v1/orders/{id}/redrive"),
    route(Orders, "POST", "/v1/orders/{id}/notes"),
    route(Orders, "GET", "/v1/orders/{id}/notes"),
    route(Orders, "GET", "/v1/orders/audit"),
    route(Orders, "POST", "/v1/orders/{id}/guest-token"),
    route(Orders, "GET", "/v1/sales"),
    route(Orders, "GET", "/v1/openapi/orders.json"),
    route(Payments, "GET", "/v1/payments"),
    route(Payments, "GET", "/v1/payments/{id}"),
    route(Payments, "GET", "/v1/payments/{id}/transactions"),
    route(Payments, "POST", "/v1/payments/{id}/refunds"),
    route(Payments, "GET", "/v1/ledger/balances"),
    route(Payments, "GET", "/v1/ledger/trial-balance"),
    route(Payments, "GET", "/v1/ledger/days"),
    route(Payments, "POST", "/v1/sandbox/payments/{id}/challenge"),
    route(Payments, "GET", "/v1/payments/audit"),
    route(Payments, "GET", "/v1/openapi/payments.json"),
    route(Shipping, "POST", "/v1/shipping-quotes"),
    route(Shipping, "GET", "/v1/shipments"),
    route(Shipping, "POST", "/v1/shipments/{id}/dispatch"),
    route(Shipping, "DELETE", "/v1/shipments/{id}/dispatch"),
    route(Shipping, "PUT", "/v1/shipments/{id}/tracking"),
    route(Shipping, "POST", "/v1/shipments/{id}/delivery"),
    route(Shipping, "GET", "/v1/shipping-zones"),
    route(Shipping, "GET", "/v1/shipping-zones/{id}"),
    route(Shipping, "PUT", "/v1/shipping-zones/{id}"),
    route(Shipping, "GET", "/v1/shipping/audit"),
    route(Shipping, "GET", "/v1/openapi/shipping.json"),
    route(Notifications, "GET", "/v1/notifications"),
    route(Notifications, "GET", "/v1/notifications/{id}"),
    route(Notifications, "POST", "/v1/notifications/{id}/resend"),
    route(Notifications, "GET", "/v1/notification-templates"),
    route(Notifications, "GET", "/v1/notification-templates/{kind}"),
    route(Notifications, "POST", "/v1/notification-templates/{kind}/test"),
    route(Notifications, "POST", "/v1/suppressions/search"),
    route(Notifications, "POST", "/v1/suppressions/lift"),
    route(Notifications, "GET", "/v1/notifications/export"),
    route(Notifications, "GET", "/v1/notifications/audit"),
    route(Notifications, "GET", "/v1/openapi/notifications.json"),
];

/// Every page of the shop, and what their forms are sent to. A shop may run without them.
pub const PAGES: &[Route] = &[
    route(Users, "GET", "/account"),
    route(Users, "POST", "/account"),
    route(Users, "GET", "/account/sign-up"),
    route(Users, "POST", "/account/sign-up"),
    route(Users, "GET", "/account/sign-in"),
    route(Users, "POST", "/account/sign-in"),
    route(Users, "POST", "/account/sign-out"),
    route(Users, "GET", "/account/session"),
    route(Users, "POST", "/account/session"),
    route(Users, "POST", "/account/sign-in/second-factor"),
    route(Users, "GET", "/account/second-factor"),
    route(Users, "POST", "/account/second-factor"),
    route(Users, "POST", "/account/second-factor/{step}"),
    route(Users, "GET", "/account/addresses"),
    route(Users, "POST", "/account/addresses"),
    route(Users, "GET", "/account/addresses/{id}"),
    route(Users, "POST", "/account/addresses/{id}"),
    route(Users, "POST", "/account/addresses/{id}/removal"),
    route(Users, "GET", "/account/sessions"),
    route(Users, "POST", "/account/sessions/{id}/removal"),
    route(Users, "GET", "/account/credentials"),
    route(Users, "POST", "/account/credentials/password"),
    route(Users, "POST", "/account/credentials/email"),
    route(Users, "GET", "/account/erasure"),
    route(Users, "POST", "/account/erasure"),
    route(Users, "GET", "/account/export"),
    route(Users, "GET", "/erasures/{id}"),
    route(Users, "GET", "/account/password-resets"),
    route(Users, "POST", "/account/password-resets"),
    route(Users, "GET", "/account/password-resets/{token}"),
    route(Users, "POST", "/account/password-resets/{token}"),
    route(Users, "POST", "/account/email-verifications"),
    route(Users, "GET", "/account/email-verifications/{token}"),
    route(Users, "POST", "/account/email-verifications/{token}"),
    route(Users, "GET", "/account/email-changes/{token}"),
    route(Users, "POST", "/account/email-changes/{token}"),
    route(Users, "GET", "/staff"),
    route(Users, "GET", "/staff/users"),
    route(Users, "GET", "/staff/users/audit"),
    route(Users, "GET", "/staff/users/{id}"),
    route(Users, "GET", "/staff/users/{id}/name"),
    route(Users, "POST", "/staff/users/{id}/roles"),
    route(Users, "POST", "/staff/users/{id}/second-factors/removal"),
    route(Users, "POST", "/staff/users/{id}/status"),
    route(Users, "POST", "/staff/users/{id}/sign-out"),
    route(Users, "POST", "/staff/users/{id}/sign-out-everywhere"),
    route(Users, "GET", "/staff/users/dead-letters"),
    route(Users, "GET", "/staff/users/alarms"),
    route(Users, "GET", "/fragments/account"),
    route(Users, "GET", "/fragments/addresses"),
    route(Users, "GET", "/assets/users/{file}"),
    route(Catalog, "GET", "/"),
    route(Catalog, "GET", "/categories/{id}"),
    route(Catalog, "GET", "/products/{id}"),
    route(Catalog, "GET", "/search"),
    route(Catalog, "GET", "/checkout"),
    route(Catalog, "POST", "/checkout"),
    route(Catalog, "GET", "/checkout/order"),
    route(Catalog, "POST", "/checkout/order"),
    route(Catalog, "GET", "/imprint"),
    route(Catalog, "GET", "/terms"),
    route(Catalog, "GET", "/privacy"),
    route(Catalog, "GET", "/sitemap.xml"),
    route(Catalog, "GET", "/robots.txt"),
    route(Catalog, "GET", "/fragments/lines"),
    route(Catalog, "GET", "/staff/catalog"),
    route(Catalog, "GET", "/staff/catalog/summary"),
    route(Catalog, "GET", "/staff/catalog/dead-letters"),
    route(Catalog, "GET", "/staff/catalog/products/new"),
    route(Catalog, "POST", "/staff/catalog/products/new"),
    route(Catalog, "GET", "/staff/catalog/products/{id}"),
    route(Catalog, "POST", "/staff/catalog/products/{id}"),
    route(Catalog, "POST", "/staff/catalog/products/{id}/archiving"),
    route(Catalog, "GET", "/staff/catalog/categories"),
    route(Catalog, "POST", "/staff/catalog/categories"),
    route(Catalog, "GET", "/staff/catalog/categories/{id}"),
    route(Catalog, "POST", "/staff/catalog/categories/{id}"),
    route(Catalog, "GET", "/staff/catalog/tax-rates"),
    route(Catalog, "POST", "/staff/catalog/tax-rates"),
    route(Catalog, "GET", "/staff/catalog/tax-rates/{id}"),
    route(Catalog, "POST", "/staff/catalog/tax-rates/{id}"),
    route(Catalog, "GET", "/staff/catalog/legal-pages"),
    route(Catalog, "GET", "/staff/catalog/legal-pages/{name}"),
    route(Catalog, "POST", "/staff/catalog/legal-pages/{name}"),
    route(Catalog, "GET", "/staff/catalog/settings"),
    route(Catalog, "GET", "/assets/catalog/{file}"),
    route(Inventory, "GET", "/staff/inventory"),
    route(Inventory, "GET", "/staff/inventory/{sku}"),
    route(Inventory, "POST", "/staff/inventory/{sku}/adjustments"),
    route(Inventory, "GET", "/staff/inventory/summary"),
    route(Inventory, "GET", "/staff/inventory/dead-letters"),
    route(Inventory, "GET", "/assets/inventory/{file}"),
    route(Carts, "GET", "/cart"),
    route(Carts, "POST", "/cart/lines"),
    route(Carts, "POST", "/cart/lines/{sku}"),
    route(Carts, "GET", "/fragments/cart"),
    route(Carts, "GET", "/staff/carts/dead-letters"),
    route(Carts, "GET", "/assets/carts/{file}"),
    route(Shipping, "GET", "/checkout/delivery"),
    route(Shipping, "POST", "/checkout/delivery"),
    route(Shipping, "GET", "/fragments/shipments/{id}"),
    route(Shipping, "GET", "/shipments/{id}/demo"),
    route(Shipping, "POST", "/shipments/{id}/demo"),
    route(Shipping, "GET", "/staff/shipping"),
    route(Shipping, "GET", "/staff/shipping/summary"),
    route(Shipping, "GET", "/staff/shipping/dead-letters"),
    route(Shipping, "GET", "/staff/shipping/of/{id}"),
    route(Shipping, "GET", "/staff/shipping/slips"),
    route(Shipping, "GET", "/staff/shipping/dispatches"),
    route(Shipping, "POST", "/staff/shipping/dispatches"),
    route(Shipping, "GET", "/staff/shipping/zones"),
    route(Shipping, "POST", "/staff/shipping/zones"),
    route(Shipping, "GET", "/staff/shipping/zones/{id}"),
    route(Shipping, "POST", "/staff/shipping/zones/{id}"),
    route(Shipping, "GET", "/staff/shipping/{id}"),
    route(Shipping, "POST", "/staff/shipping/{id}/dispatch"),
    route(Shipping, "POST", "/staff/shipping/{id}/delivery"),
    route(Shipping, "POST", "/staff/shipping/{id}/tracking"),
    route(Shipping, "POST", "/staff/shipping/{id}/retraction"),
    route(Shipping, "GET", "/assets/shipping/{file}"),
    route(Orders, "GET", "/checkout/payment"),
    route(Orders, "POST", "/checkout/payment"),
    route(Orders, "GET", "/orders"),
    route(Orders, "POST", "/orders"),
    route(Orders, "GET", "/orders/{id}"),
    route(Orders, "POST", "/orders/{id}/payment"),
    route(Orders, "POST", "/orders/{id}/cancellation"),
    route(Orders, "POST", "/orders/{id}/personal-data"),
    route(Orders, "GET", "/fragments/orders/{id}"),
    route(Orders, "GET", "/fragments/orders/{id}/saga"),
    route(Orders, "GET", "/staff/orders"),
    route(Orders, "GET", "/staff/orders/summary"),
    route(Orders, "GET", "/staff/orders/sales"),
    route(Orders, "GET", "/staff/orders/sales.csv"),
    route(Orders, "GET", "/staff/orders/dead-letters"),
    route(Orders, "GET", "/staff/orders/of/{id}"),
    route(Orders, "GET", "/staff/orders/{id}"),
    route(Orders, "POST", "/staff/orders/{id}/cancellation"),
    route(Orders, "POST", "/staff/orders/{id}/redrive"),
    route(Orders, "POST", "/staff/orders/{id}/notes"),
    route(Orders, "GET", "/assets/orders/{file}"),
    route(Payments, "GET", "/payments/{id}/challenge"),
    route(Payments, "POST", "/payments/{id}/challenge"),
    route(Payments, "GET", "/staff/payments"),
    route(Payments, "GET", "/staff/payments/summary"),
    route(Payments, "GET", "/staff/payments/dead-letters"),
    route(Payments, "GET", "/staff/payments/ledger"),
    route(Payments, "GET", "/staff/payments/ledger.csv"),
    route(Payments, "GET", "/staff/payments/figures"),
    route(Payments, "GET", "/staff/payments/figures.csv"),
    route(Payments, "GET", "/staff/payments/of/{id}"),
    route(Payments, "GET", "/staff/payments/{id}"),
    route(Payments, "POST", "/staff/payments/{id}/refunds"),
    route(Payments, "GET", "/assets/payments/{file}"),
    route(Notifications, "GET", "/staff/notifications/dead-letters"),
    route(Notifications, "GET", "/staff/notifications"),
    route(Notifications, "GET", "/staff/notifications/summary"),
    route(Notifications, "GET", "/staff/notifications/of/{id}"),
    route(Notifications, "GET", "/staff/notifications/templates"),
    route(Notifications, "GET", "/staff/notifications/templates/{kind}"),
    route(Notifications, "GET", "/staff/notifications/templates/{kind}/html"),
    route(Notifications, "POST", "/staff/notifications/templates/{kind}/test"),
    route(Notifications, "GET", "/staff/notifications/of-user/{id}"),
    route(Notifications, "GET", "/staff/notifications/{id}"),
    route(Notifications, "POST", "/staff/notifications/{id}/resend"),
    route(Notifications, "GET", "/assets/notifications/{file}"),
];

impl Route {
    /// The methods that the route serves: GET serves HEAD too (RFC 9110 §9.3.2).
    pub fn methods(&self) -> impl Iterator<Item = &'static str> + use<> {
        [self.method].into_iter().chain((self.method == "GET").then_some("HEAD"))
    }

    /// The path of the gateway's route that leads here. A capability's pages for staff share one: the gateway has room for 300 routes.
    pub fn gateway_path(&self) -> String {
        let mut parts = self.path.splitn(4, '/');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(""), Some("staff"), Some(owner), Some(_)) => format!("/staff/{owner}/{{proxy+}}"),
            _ => self.path.to_owned(),
        }
    }

    fn variables(&self) -> usize {
        self.path.matches('{').count()
    }

    fn matches(&self, path: &str) -> bool {
        let fits = |(wanted, sent): (&str, &str)| wanted == sent || (wanted.starts_with('{') && !sent.is_empty());
        self.path.split('/').count() == path.split('/').count() && self.path.split('/').zip(path.split('/')).all(fits)
    }
}

/// The routes of a path, by whichever methods. As with the gateway, a path's own route comes before one with a variable.
pub fn at(path: &str) -> impl Iterator<Item = &'static Route> {
    let matching = |route: &&Route| route.matches(path);
    let all = || ROUTES.iter().chain(PAGES);
    let nearest = all().filter(matching).min_by_key(|route| route.variables());
    all().filter(move |route| nearest.is_some_and(|nearest| route.path == nearest.path))
}

/// The pages that a capability owns.
pub fn pages_of(capability: Capability) -> impl Iterator<Item = &'static Route> {
    PAGES.iter().filter(move |route| route.owner == capability)
}

/// The routes of the API that a capability owns.
pub fn owned_by(capability: Capability) -> impl Iterator<Item = &'static Route> {
    ROUTES.iter().filter(move |route| route.owner == capability)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_path_has_the_routes_of_its_nearest_template() {
        let methods = |path| at(path).map(|route| (route.method, route.path)).collect::<Vec<_>>();
        assert_eq!(
            methods("/v1/users/me"),
            [("GET", "/v1/users/me"), ("PATCH", "/v1/users/me"), ("DELETE", "/v1/users/me")]
        );
        assert_eq!(methods("/v1/users/user_1"), [("GET", "/v1/users/{id}")]);
        assert_eq!(methods("/"), [("GET", "/")]);
        for unknown in
            ["", "//", "/v1/products/", "/v1//products", "/V1/products", "/v2/products", "/v1/users/me/roles/x"]
        {
            assert_eq!(methods(unknown), [], "{unknown}");
        }
    }

    #[test]
    fn no_route_has_two_owners() {
        let keys: BTreeSet<_> = ROUTES.iter().map(|route| (route.method, route.path)).collect();
        assert_eq!(keys.len(), ROUTES.len());
    }
}
