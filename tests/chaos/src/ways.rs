//! The ways in which a trial takes a capability away. Refuses to know how it is done.

/// A way to be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Trial {
    /// Its processes are killed, whatever they do, once a second.
    Killed,
    /// Its stack is deployed with `Running=false`, and later with `Running=true` again.
    Absent,
    /// Its stack is deployed twice with another environment.
    Redeployed,
}

impl Trial {
    /// All, in the order of their violence.
    pub const ALL: [Self; 3] = [Self::Killed, Self::Absent, Self::Redeployed];

    /// As it stands in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Killed => "killed",
            Self::Absent => "absent",
            Self::Redeployed => "redeployed",
        }
    }
}
