//! Records changes in the page.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use web_sys::{Element, MutationObserver, MutationObserverInit, MutationRecord};

/// One change: the element, and the attribute or the kind of content that changed.
pub struct Touch {
    pub element: Element,
    pub what: String,
}

/// Records every change below an element until this value is dropped.
pub struct Touched {
    observer: MutationObserver,
    changes: Rc<RefCell<Vec<Touch>>>,
    _closure: Closure<dyn FnMut(Array)>,
}

impl Touched {
    pub fn below(root: &Element) -> Self {
        let changes = Rc::new(RefCell::new(Vec::new()));
        let closure = Closure::<dyn FnMut(Array)>::new({
            let changes = Rc::clone(&changes);
            move |records: Array| changes.borrow_mut().extend(records.iter().map(touch))
        });
        let observer = MutationObserver::new(closure.as_ref().unchecked_ref()).expect("an observer");
        let options = MutationObserverInit::new();
        options.set_attributes(true);
        options.set_character_data(true);
        options.set_child_list(true);
        options.set_subtree(true);
        observer.observe_with_options(root, &options).expect("watching");
        Self { observer, changes, _closure: closure }
    }

    /// The changes since the last call.
    pub fn take(&self) -> Vec<Touch> {
        let mut changes = self.changes.take();
        changes.extend(self.observer.take_records().iter().map(touch));
        changes
    }
}

impl Drop for Touched {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

fn touch(record: JsValue) -> Touch {
    let record: MutationRecord = record.unchecked_into();
    let target = record.target().expect("a target");
    let element = match target.node_type() {
        1 => target.unchecked_into(),
        _ => target.parent_element().expect("text stands in an element"),
    };
    Touch { element, what: record.attribute_name().unwrap_or_else(|| record.type_()) }
}
