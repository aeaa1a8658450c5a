//! What is left of a person who was erased, and what the others say of theirs. Refuses answers to what nobody asked for.

use super::failure;
use crate::domain::erasure::Answer;
use crate::service::Users;
use chassis::{Failure, Received};
use events::carts::CartsOfUserErased;
use events::ids::UserId;
use events::notifications::MailsOfUserErased;
use events::orders::UserDataErased;
use events::users::{EraseUser, UserErased};
use events::{Message, Outgoing};

pub(super) async fn receive(app: &Users, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        EraseUser::TYPE => erase(app, message).await,
        CartsOfUserErased::TYPE => {
            let CartsOfUserErased { user_id } = message.data()?;
            record(app, message, user_id, Answer::Carts).await
        }
        MailsOfUserErased::TYPE => {
            let MailsOfUserErased { user_id } = message.data()?;
            record(app, message, user_id, Answer::Notifications).await
        }
        UserDataErased::TYPE => {
            let UserDataErased { user_id, orders, open, seq } = message.data()?;
            record(app, message, user_id, Answer::Orders { orders, open, seq }).await
        }
        _ => Err(message.unknown()),
    }
}

/// Each command says it to the others again: what came back with their tables, or was under way, is erased like the rest.
async fn erase(app: &Users, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let EraseUser { user_id } = message.data()?;
    let erased_at = app.erase_rest(user_id, &message.context()).await.map_err(failure)?;
    Ok(Outgoing::to_all(&message.answer_about(user_id), &UserErased { user_id, erased_at }))
}

async fn record(app: &Users, message: &Received, user: UserId, answer: Answer) -> Result<Vec<Outgoing>, Failure> {
    app.record_erasure(user, Some(answer), &message.context()).await.map_err(failure)?;
    Ok(Vec::new())
}
