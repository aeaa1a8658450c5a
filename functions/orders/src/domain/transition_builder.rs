//! A transition in the making: a copy of the order, changed piece by piece, and the effects that follow.

use super::decision::Decision;
use super::effect::{Command, DomainEvent, Effect, Participant, PendingCommand, ReplyState};
use super::order::Order;
use super::overdue::due_after;
use super::states::{FulfillmentState, Status};
use super::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::Timestamp;

pub(super) struct TransitionBuilder<'a> {
    pub(super) order: Order,
    pub(super) now: Timestamp,
    input: &'a str,
    effects: Vec<Effect>,
}

impl<'a> TransitionBuilder<'a> {
    /// Begins the transition that the named input makes.
    pub(super) fn new(order: &Order, input: &'a str, now: Timestamp) -> Self {
        Self { order: order.clone(), now, input, effects: Vec::new() }
    }

    const fn last_command(&mut self, participant: Participant) -> &mut Option<PendingCommand> {
        match participant {
            Participant::Stock => &mut self.order.stock,
            Participant::Payment => &mut self.order.payment,
            Participant::Shipment => &mut self.order.shipment,
        }
    }

    pub(super) fn send(&mut self, command: Command) {
        let seq = self.order.seq + 1;
        *self.last_command(command.participant()) = Some(PendingCommand { command, seq, reply: ReplyState::Pending });
        self.effects.push(Effect::Send(command));
    }

    pub(super) fn publish(&mut self, event: DomainEvent) {
        self.effects.push(Effect::Publish(event));
    }

    /// The participant's last command has its reply, if the command matches.
    pub(super) fn replied(&mut self, participant: Participant, matches: impl Fn(Command) -> bool) {
        self.set_reply(participant, matches, ReplyState::Answered);
    }

    /// The participant's last command failed for good, if the command matches.
    pub(super) fn failed(&mut self, participant: Participant, matches: impl Fn(Command) -> bool) {
        self.set_reply(participant, matches, ReplyState::Failed);
    }

    fn set_reply(&mut self, participant: Participant, matches: impl Fn(Command) -> bool, reply: ReplyState) {
        if let Some(last) = self.last_command(participant).as_mut().filter(|last| matches(last.command)) {
            last.reply = reply;
        }
    }

    /// Ends the order without goods for the customer: stock and money are given back.
    pub(super) fn compensate_all(&mut self, status: Status, event: DomainEvent) {
        self.order.status = status;
        self.order.next_action = None;
        self.send(Command::Release);
        if self.order.payment.is_some() {
            self.send(if self.order.payment_state.is_captured() { Command::Refund } else { Command::Void });
        }
        self.publish(event);
    }

    /// Compensates a success that came after the order's end. A command that was sent before is sent again.
    pub(super) fn compensate(mut self, command: Command) -> Decision {
        match self.order.last_sent(|earlier| earlier == command) {
            Some((seq, command)) => Decision::Compensate(seq, command),
            None => {
                self.send(command);
                self.finish(TransitionKind::Compensated)
            }
        }
    }

    pub(super) fn complete_if_delivered_and_paid(&mut self) {
        let order = &mut self.order;
        let done = order.fulfillment_state == FulfillmentState::Delivered && order.is_paid();
        if order.status == Status::Confirmed && done {
            order.status = Status::Completed;
        }
    }

    pub(super) fn finish(self, kind: TransitionKind) -> Decision {
        let Self { mut order, now, input, effects } = self;
        order.seq += 1;
        if kind.is_progress() {
            order.resends = 0;
            order.resent_at = None;
        }
        order.log.push(Transition {
            seq: order.seq,
            input: input.to_owned(),
            at: now,
            kind,
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            effects,
            by: WantedBy::Nobody,
        });
        // Whatever an input brings, an order that forgot its buyer keeps nothing of it.
        if order.is_erased() {
            order.forget();
        }
        order.due_at = due_after(&order, now);
        Decision::Moved(Box::new(order))
    }
}
