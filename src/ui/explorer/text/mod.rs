//! What an explorer says: its labels in the words of the page, and numbers as text.

pub(crate) mod labels;
pub(crate) mod numbers;
