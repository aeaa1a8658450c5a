//! What each role allows: the data of `roles.json`. Refuses to say who has which role.

use events::users::{Permission, Permissions, Role};
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The roles of a user.
pub type Roles = BTreeSet<Role>;

/// The roles of whom earlier versions of souk called staff.
const STAFF: [Role; 4] = [Role::Support, Role::Fulfillment, Role::Catalog, Role::Finance];

static BUNDLES: LazyLock<BTreeMap<Role, Permissions>> = LazyLock::new(|| {
    let named: BTreeMap<Role, Vec<Permission>> =
        serde_json::from_str(include_str!("../../roles.json")).unwrap_or_default();
    named.into_iter().map(|(role, permissions)| (role, permissions.into_iter().collect())).collect()
});

/// What a role allows.
pub fn bundle(role: Role) -> Permissions {
    BUNDLES.get(&role).copied().unwrap_or_default()
}

/// What the roles allow together.
pub fn permissions_of(roles: &Roles) -> Permissions {
    roles.iter().fold(Permissions::NONE, |all, role| all.and(bundle(*role)))
}

/// The role of this name, or the roles that it stands for in what earlier versions wrote.
pub fn kept_as(name: &str) -> Vec<Role> {
    if name == "staff" { STAFF.to_vec() } else { Role::named(name).into_iter().collect() }
}

/// Reads stored roles, also those of earlier versions.
///
/// # Errors
/// If a name is of no role.
pub fn kept<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Roles, D::Error> {
    let mut roles = Roles::new();
    for name in Vec::<String>::deserialize(deserializer)? {
        let named = kept_as(&name);
        if named.is_empty() {
            return Err(serde::de::Error::custom(format!("{name} is no role")));
        }
        roles.extend(named);
    }
    Ok(roles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_permissions_by_names_that_exist_and_admin_has_all() {
        let named: BTreeMap<String, Vec<String>> = serde_json::from_str(include_str!("../../roles.json")).unwrap();
        assert_eq!(named.len(), Role::ALL.len());
        for (role, permissions) in named {
            let role = Role::named(&role).unwrap();
            let known: Permissions = permissions.iter().map(|name| name.parse::<Permission>().unwrap()).collect();
            assert_eq!((bundle(role), bundle(role).iter().count()), (known, permissions.len()), "{role:?}");
            assert_eq!(bundle(role).is_empty(), !role.is_privileged(), "{role:?}");
        }
        assert_eq!(bundle(Role::Admin), Permissions::all());
    }

    #[test]
    fn staff_of_an_earlier_version_may_do_what_they_did_and_nothing_that_was_the_admins() {
        let admins = [Permission::UsersWrite, Permission::RolesWrite, Permission::ApiKeysWrite, Permission::AuditRead];
        let theirs: Permissions =
            Permission::ALL.iter().copied().filter(|permission| !admins.contains(permission)).collect();
        assert_eq!(permissions_of(&kept_as("staff").into_iter().collect()), theirs);
    }
}
