//! A person is forgotten: at once what opens the account, then the rest by the inbox, then everybody else, who answer. Refuses to need the
//! account for what follows: a token of its own shows how far it is. Refuses to rely on the relay alone: a sweep looks at what is not done.

use super::{Error, Users};
use crate::domain::Rejection;
use crate::domain::erasure::{Answer, ErasedUser, Erasure, KeptUser, Look};
use crate::domain::user::User;
use crate::store::{ErasedItem, Settled};
use chassis::runtime::sweep_due;
use chassis::tokens::KeyError;
use chassis::{Context, Failure, decide_and_write};
use events::ids::{SessionId, UserId};
use events::message::Origin;
use events::users::EraseUser;
use events::{Outgoing, Timestamp};
use std::ops::ControlFlow;
use std::time::Duration;

/// The kind of the pseudonym that a token is.
const TOKEN: &str = "erasure";

/// An erasure that was asked for, and what shows how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedErasure {
    pub user: UserId,
    /// Opens its page without an account, for good: it says nothing about anybody.
    pub token: String,
}

impl Users {
    /// Erases the account: nobody signs in to it from now on, and the address is free. The relay has the rest done.
    ///
    /// # Errors
    /// `HasRoles`, or as whenever what protects the account is changed.
    pub async fn erase(
        &self,
        me: (UserId, SessionId),
        password: Option<&str>,
        network: &str,
        context: &Context,
    ) -> Result<StartedErasure, Error> {
        let user = self.unlocked(me, password, network, context).await?;
        // First of all: without it nobody could say how far the erasure is.
        let (id, token) = (user.id, self.erasure_token(user.id).await?);
        decide_and_write(user, move |user: User| async move {
            let erased = user.erased(context.traceparent.as_deref(), context.now).map_err(Error::Rejected)?;
            let settled = self.store.erase_user(&user, &erased, context.cause(erased.seq), &self.wiring.world).await?;
            Ok::<_, Error>(match settled {
                Settled::Outdated(Some(current)) => ControlFlow::Continue(*current),
                Settled::Outdated(None) => return Err(Error::NotFound),
                Settled::Done | Settled::Spent | Settled::EmailTaken => ControlFlow::Break(()),
            })
        })
        .await?;
        self.record_erasure(id, None, context).await?;
        Ok(StartedErasure { user: id, token })
    }

    /// Erases what is left of a person whose erasure was asked for, also if a restored table brought all of it back. Returns when it was
    /// asked for. To be done any number of times.
    ///
    /// # Errors
    /// `NotFound` if nobody asked for it.
    pub async fn erase_rest(&self, id: UserId, context: &Context) -> Result<Timestamp, Error> {
        let asked = self.store.erasure(id).await?.map(|erasure| erasure.requested_at);
        let kept = self.store.kept_user(id).await?;
        let erased_at = match (&kept, asked) {
            (_, Some(at)) => at,
            (Some(KeptUser::Erased(erased)), None) => erased.erased_at,
            (Some(KeptUser::Present(_)) | None, None) => return Err(Error::NotFound),
        };
        if let Some(KeptUser::Present(user)) = kept {
            decide_and_write(*user, move |user: User| async move {
                let erased = user.erased_for_good(context.traceparent.as_deref(), erased_at);
                let cause = context.cause(erased.seq);
                Ok::<_, Error>(match self.store.erase_user(&user, &erased, cause, &self.wiring.world).await? {
                    Settled::Outdated(Some(current)) => ControlFlow::Continue(*current),
                    Settled::Outdated(None) | Settled::Done | Settled::Spent | Settled::EmailTaken => {
                        ControlFlow::Break(())
                    }
                })
            })
            .await?;
        }
        self.store.erase_rest(id).await?;
        self.record_erasure(id, Some(Answer::Account), context).await?;
        Ok(erased_at)
    }

    /// Keeps that an erasure was asked for, and what somebody answered. An answer that is not new changes nothing.
    ///
    /// # Errors
    /// `NotFound` if nobody asked for it.
    pub async fn record_erasure(&self, user: UserId, answer: Option<Answer>, context: &Context) -> Result<(), Error> {
        let known = self.store.erasure(user).await?;
        decide_and_write(known, move |known: Option<Erasure>| async move {
            let next = match (&known, answer) {
                (Some(known), Some(answer)) => known.with(answer, context.now),
                (Some(_), None) => None,
                (None, answer) => {
                    let asked = self.erasure_of_tombstone(user).await?.ok_or(Error::NotFound)?;
                    // It has not been written yet, so this is its first write.
                    let answered = answer.and_then(|answer| asked.with(answer, context.now));
                    Some(answered.map_or(asked, |answered| Erasure { seq: 1, ..answered }))
                }
            };
            let Some(next) = next else { return Ok(ControlFlow::Break(())) };
            Ok(self.store.write_erasure(&next, &context.cause(next.seq)).await?.or_again(()))
        })
        .await
    }

    /// Has those asked again who have not said that they erased what is theirs. The stream's record of a request may be lost, and so may
    /// any message.
    ///
    /// # Errors
    /// If the index cannot be read; the next tick goes on.
    pub async fn sweep(&self, time_left: Duration) -> Result<(), Failure> {
        let context = Context::sweep(self.wiring.world.now());
        let look = |ErasedItem { erased, .. }: ErasedItem| self.look_at(erased, &context);
        let swept = sweep_due(&self.store.due_erasures(), &self.wiring.world, time_left, look).await;
        swept.outcome(&self.wiring.metrics)
    }

    async fn look_at(&self, erased: ErasedUser, context: &Context) -> Result<bool, Failure> {
        if erased.due_at.is_none_or(|due| due > context.now) {
            // It has moved since the index was read.
            return Ok(false);
        }
        let (next, is_done) = match erased.look(self.store.erasure(erased.id).await?.as_ref(), context.now) {
            Look::Done(erased) => (erased, true),
            Look::AskAgain(erased) => (erased, false),
        };
        if !is_done {
            // One and the same message at each look, after the two of the request: under another name, everybody would take it for a
            // restore and forget anew.
            let (subject, seq, at) = (erased.id.to_string(), erased.seq + 2, erased.erased_at);
            let origin = Origin { subject, seq, at, traceparent: None, actor: None };
            self.wiring.queues.send(Outgoing::to_all(&origin, &EraseUser { user_id: erased.id })).await?;
        }
        self.store.look_later(&next, &context.cause(next.seq)).await?;
        Ok(!is_done)
    }

    async fn erasure_of_tombstone(&self, user: UserId) -> Result<Option<Erasure>, Error> {
        Ok(match self.store.kept_user(user).await? {
            Some(KeptUser::Erased(erased)) => Some(Erasure::requested(user, erased.erased_at)),
            Some(KeptUser::Present(_)) | None => None,
        })
    }

    /// How far an erasure is, for whoever has its token.
    ///
    /// # Errors
    /// `InvalidToken`.
    pub async fn erasure(&self, user: UserId, token: &str) -> Result<Erasure, Error> {
        if !self.pseudonyms.matches(TOKEN, &user.to_string(), token).await? {
            return Err(Error::Rejected(Rejection::InvalidToken));
        }
        let known = self.store.erasure(user).await?;
        let asked = match known {
            Some(known) => Some(known),
            None => self.erasure_of_tombstone(user).await?,
        };
        asked.ok_or(Error::Rejected(Rejection::InvalidToken))
    }

    async fn erasure_token(&self, user: UserId) -> Result<String, KeyError> {
        self.pseudonyms.of(TOKEN, &user.to_string()).await
    }
}
