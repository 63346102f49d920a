//! The engine under test.

use crate::variable;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Engine {
    Chromium,
    Firefox,
    WebKit,
}

impl Engine {
    /// The engine that the variable `ENGINE` names.
    pub fn under_test() -> Self {
        match variable("ENGINE").as_str() {
            "chromium" => Self::Chromium,
            "firefox" => Self::Firefox,
            "webkit" => Self::WebKit,
            other => panic!("ENGINE is {other}"),
        }
    }
}
