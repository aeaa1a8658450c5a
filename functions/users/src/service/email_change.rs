//! Another email address for a user: a token goes to the present address and one to the new one, and both must come back. An address that
//! was never verified may be a slip, whose mailbox nobody can read: then the new one is enough. Refuses to say whether another user has
//! the new address before its mailbox was read.

use super::mailed_tokens::CountedMail;
use super::mailed_tokens::LiveToken;
use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::credential_token::{CredentialToken, HalfOfChange, TokenKind};
use crate::domain::throttle::Window;
use crate::domain::user::User;
use chassis::Context;
use events::ids::{SessionId, UserId};
use events::{Contact, Email};

/// What somebody who is signed in wants as their address.
pub struct NewEmail<'a> {
    /// Whose it is, and the session in which it is wanted.
    pub me: (UserId, SessionId),
    pub email: &'a Email,
    /// As typed.
    pub password: &'a str,
}

/// How far a change of address is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailChange {
    /// The other address has not confirmed yet.
    Waiting,
    /// The user has the new address.
    Done(Box<User>),
}

impl Users {
    /// Mails tokens to the present address, if it is verified, and to the new one. If another user has the new one and verified it, its
    /// token opens nothing and is not mailed; nobody else sees a difference.
    ///
    /// # Errors
    /// `SameEmail`, or as whenever credentials are changed; `TooManyAttempts` also for a mailbox that was sent too many tokens in this hour.
    pub async fn request_email_change(
        &self,
        wanted: NewEmail<'_>,
        network: &str,
        context: &Context,
    ) -> Result<(), Error> {
        let (user, _) = self.confirmed(wanted.me, wanted.password, network, context).await?;
        let email = wanted.email;
        if user.email == *email {
            return Err(Error::Rejected(Rejection::SameEmail));
        }
        let own = CountedMail::Own(&user.email);
        let may_mail_present = async { Ok(!user.is_verified() || self.may_mail(own, context).await?) };
        let owner = self.user_of(email);
        let (present, new, owner) =
            tokio::try_join!(may_mail_present, self.may_mail(CountedMail::New(email), context), owner)?;
        if !(present && new) {
            return Err(self.throttled(Window::at(context.now).seconds_left_of_hour()));
        }
        let half = |contact: Contact| {
            let token = CredentialToken::of(&user, TokenKind::EmailChange, self.token_id(), context.now);
            CredentialToken { contact: Some(contact), ..token }
        };
        let to_present = half(user.contact());
        let to_new = half(Contact { email: email.clone(), ..user.contact() });
        let (hash_of_present, hash_of_new) = tokio::try_join!(self.hash_of(&to_present), self.hash_of(&to_new))?;
        let change = |is_new, other| Some(HalfOfChange { new_email: email.clone(), is_new, other });
        let to_present = CredentialToken { change: change(false, hash_of_new), ..to_present };
        // As if its mailbox had confirmed.
        let used_at = (!user.is_verified()).then_some(context.now);
        let to_present = CredentialToken { used_at, ..to_present };
        let to_new = CredentialToken { change: change(true, hash_of_present), ..to_new };
        // Nobody is the owner of an address of whom a token could not be told. Who never verified it may be a stranger: whoever reads its
        // mailbox is told that it is taken, and gets that account by a reset.
        let is_owned = owner.is_some_and(|owner| owner.is_verified());
        let to_new = if is_owned { to_new.to_nobody() } else { to_new };
        // If the second is not written, the first one waits for nothing and expires; the client tries again.
        self.mail_token(to_new, context).await?;
        self.mail_token(to_present, context).await?;
        Ok(())
    }

    /// One of the two addresses confirms. With the second of them the address changes, in one write: it is the user's alone, it is
    /// verified, all sessions end, and all tokens in mails are ended. Shown again, a token says the same again.
    ///
    /// # Errors
    /// `InvalidToken`. `EmailTaken` if another user got the address since, which only who reads its mailbox is told.
    pub async fn confirm_email_change(&self, token: &str, context: &Context) -> Result<EmailChange, Error> {
        let kind = TokenKind::EmailChange;
        let (hash, LiveToken { user, token }) = self.known(token).await?;
        let Some(change) = token.change.clone() else {
            return Err(Error::Rejected(Rejection::InvalidToken));
        };
        if is_done(&token, &change, &user) {
            return Ok(EmailChange::Done(Box::new(user)));
        }
        token.check(kind, &user, context.now).map_err(Error::Rejected)?;
        if token.used_at.is_none() {
            self.store.mark_token(&hash, context.now, &context.cause(0)).await?;
        }
        let token = CredentialToken { used_at: token.used_at.or(Some(context.now)), ..token };
        // Read after this one is marked: of two that confirm at once, at least one sees both.
        let other = self.store.token(&change.other).await?;
        if !other.is_some_and(|other| other.used_at.is_some() && other.contact.is_some()) {
            return Ok(EmailChange::Waiting);
        }
        // The address of an earlier version's user has another key, which the write below does not look at.
        if change.new_email.in_unicode().is_some() && self.store.owner_of(&change.new_email).await?.is_some() {
            return Err(Error::Rejected(Rejection::EmailTaken));
        }
        let (id, now) = (user.id, context.now);
        let (shown, wanted) = (&token, &change.new_email);
        let moved = |user: &User| shown.check(kind, user, now).map(|()| user.moved(wanted.clone(), now));
        match self.settle(user, None, moved, context).await {
            // The other half was shown at the same moment, and was faster.
            Err(Error::Rejected(Rejection::InvalidToken)) => {
                let user = Some(self.user(id).await?).filter(|user| is_done(&token, &change, user));
                let done = user.map(|user| EmailChange::Done(Box::new(user)));
                done.ok_or(Error::Rejected(Rejection::InvalidToken))
            }
            settled => Ok(EmailChange::Done(Box::new(settled?))),
        }
    }
}

/// Whether it is this change that gave the user their present address.
fn is_done(token: &CredentialToken, change: &HalfOfChange, user: &User) -> bool {
    let is_next = user.credential_epoch == token.credential_epoch + 1;
    token.used_at.is_some() && is_next && user.email == change.new_email
}
