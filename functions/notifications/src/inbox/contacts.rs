//! A user whose address is not known, as they signed up before it was told, or the table was restored: `users` is asked for it. Refuses to
//! ask at once, as what tells the address is usually on its way.

use crate::service::Notifications;
use chassis::Received;
use events::Outgoing;
use events::ids::UserId;
use events::notifications::ContactRequested;

/// How long a message waits for the address before anybody is asked.
const PATIENCE_SECONDS: i64 = 60;

/// Asks how to reach the user whom a message is about. The message comes again in any case, and asks again: an email is not lost because
/// nobody could be asked.
pub(super) async fn ask(app: &Notifications, user_id: UserId, message: &Received) {
    if message.now.seconds_since(message.envelope.time) < PATIENCE_SECONDS {
        return;
    }
    match app.wiring.queues.send(Outgoing::to_all(&message.answer_about(user_id), &ContactRequested { user_id })).await
    {
        Ok(()) => app.wiring.metrics.count("contacts_requested", 1),
        Err(error) => tracing::error!(%error, user = %user_id, "nobody can be asked how to reach a user"),
    }
}
