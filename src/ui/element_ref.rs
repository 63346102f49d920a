//! [`ElementRef`]: a reference to an element of any kind.

use leptos::prelude::*;
use leptos::svg;
use leptos::tachys::html::element::ElementType;
use leptos::tachys::html::node_ref::NodeRefContainer;
use web_sys::Element;

/// What `node_ref` fills. Leptos compiles another copy of a signal for each kind of element in a [`NodeRef`]; this is one for all.
#[derive(Clone, Copy)]
pub(crate) struct ElementRef(NodeRef<svg::Svg>);

impl ElementRef {
    pub(crate) fn new() -> Self {
        Self(NodeRef::new())
    }

    /// The element, once it exists; tracked.
    pub(crate) fn get(self) -> Option<Element> {
        self.0.get().map(Element::from)
    }

    /// The same, if the component has not been disposed; not tracked.
    pub(crate) fn get_untracked(self) -> Option<Element> {
        self.0.try_get_untracked().flatten().map(Element::from)
    }
}

impl<Kind: ElementType> NodeRefContainer<Kind> for ElementRef {
    fn load(self, element: &Element) {
        NodeRefContainer::<svg::Svg>::load(self.0, element);
    }
}
