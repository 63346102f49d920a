//! Two checkpoints in place of an adapter: opening both, what pairs, the rounding floor, and the LoRA that is written.

pub mod ask;
pub mod chosen;
pub mod floor;
pub mod found;
pub mod open;
pub mod options;
pub mod pace;
pub mod paired;
pub mod state;
pub mod whole;
