//! Mutants at the payment provider: it is asked under another key, twice or not at all.

use super::Mutant;
use crate::sim::dice::Dice;
use events::payments::Operation;
use payments::providers::Instruction;

impl Mutant {
    /// The instruction that the provider gets; `None` if it gets none and the operation counts as done.
    pub fn on_instruction<'a>(self, instruction: &Instruction<'a>, dice: &Dice) -> Option<Instruction<'a>> {
        match (self, instruction.operation) {
            (Self::VoidNotSent, Operation::Void) => None,
            (Self::EarlierAttemptNotVoided, Operation::Void) if instruction.key.contains("/authorize/") => None,
            (Self::KeyChanges, _) => {
                Some(Instruction { key: format!("{}/{}", instruction.key, dice.any()), ..instruction.clone() })
            }
            _ => Some(instruction.clone()),
        }
    }

    /// A second instruction that the provider gets.
    pub fn second_instruction<'a>(self, instruction: &Instruction<'a>) -> Option<Instruction<'a>> {
        let twice = self == Self::RefundMadeTwice && instruction.operation == Operation::Refund;
        twice.then(|| Instruction { key: format!("{}/again", instruction.key), ..instruction.clone() })
    }
}
