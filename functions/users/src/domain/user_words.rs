//! What the audit log says of a change of a user. Refuses names and addresses: an id stands for the user.

use super::user::User;

impl User {
    /// What the audit log says of the change from an earlier version: the status, the second factor, the identity, that all sessions
    /// ended, or the roles.
    pub fn audit_words(&self, earlier: &Self) -> String {
        let words = self.status_words(earlier).or_else(|| self.factor_words(earlier));
        if let Some(words) = words.or_else(|| self.identity_words(earlier)) {
            return words;
        }
        if self.session_epoch != earlier.session_epoch {
            return "all sessions".to_owned();
        }
        let names: Vec<_> = self.roles.iter().map(|role| role.name()).collect();
        format!("roles: {}", names.join(", "))
    }
}
