//! The explorer's texts: labels, which the page may translate, and numbers in the page's notation.

pub(crate) mod curve_sentence;
pub(crate) mod labels;
pub(crate) mod numbers;
