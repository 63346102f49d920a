//! [`Watch`]: a `ResizeObserver` that disconnects when dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Calls a function whenever the size of an element changes, until dropped.
pub struct Watch {
    observer: ResizeObserver,
    _look: Closure<dyn FnMut()>,
}

impl Watch {
    pub fn new(element: &Element, look: impl FnMut() + 'static) -> Option<Self> {
        let look = Closure::<dyn FnMut()>::new(look);
        let observer = ResizeObserver::new(look.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _look: look })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
