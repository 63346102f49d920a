//! `<LoRaRankExplorer>` for pages that are not written in Rust: what `js/custom-element.js` makes the custom element of.
//!
//! ```text
//! attribute, property ──js/give.js──> numbers, texts ──give──> State ──view──> <LoRaRankExplorer>
//!                                                events <──js/custom-element.js── Host <──┘
//! ```
//!
//! JSON and objects are read by JavaScript, which a page has anyway. Reading them here makes the page 30 kB larger.

mod give;
mod labels;
mod names;
mod options;
mod state;
mod target;
mod view;

use std::any::Any;
use std::cell::{Cell, RefCell};

use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use state::State;
use target::Slices;
use view::{Fixed, emit, view};

#[wasm_bindgen]
extern "C" {
    /// The custom element.
    pub type Host;

    /// Dispatches an event about `rank` (`undefined` once a preview has ended) with the ranges of residual and captured energy, which are
    /// NaN where they are not known. Returns false if a listener has called `preventDefault`.
    #[wasm_bindgen(method)]
    fn emit(this: &Host, kind: &str, rank: Option<u32>, residual: &[f64], captured_energy: &[f64]) -> bool;

    /// Calls [`Explorer::expire`] if the host has given no rank by the time it takes to render one.
    #[wasm_bindgen(method, js_name = expireLater)]
    fn expire_later(this: &Host);

    /// Calls [`Explorer::commit`] once the host has answered, or its time is over.
    #[wasm_bindgen(method, js_name = commitLater)]
    fn commit_later(this: &Host);

    /// `rank` is the current one from now on.
    #[wasm_bindgen(method)]
    fn settle(this: &Host, rank: u32);

    /// The host's text for a label, with values (name, value, name, value …) to put into it.
    #[wasm_bindgen(method)]
    fn label(this: &Host, name: &str, values: Vec<String>) -> Option<String>;
}

/// One explorer in the page. Freeing it removes it.
///
/// A host may call any method while it handles an event, so none takes `&mut self`.
#[wasm_bindgen]
pub struct Explorer {
    // First, since it is dropped first.
    mounted: RefCell<Option<Box<dyn Any>>>,
    owner: Owner,
    state: State,
    slices: Cell<Option<Slices>>,
    shown: RefCell<Option<(HtmlElement, Fixed)>>,
}

#[wasm_bindgen]
impl Explorer {
    /// An explorer to which nothing has been given, not yet in the page.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host) -> Self {
        let owner = Owner::new();
        let state = owner.with(|| State::new(host));
        Self { mounted: RefCell::default(), owner, state, slices: Cell::default(), shown: RefCell::default() }
    }

    /// Shows the explorer in `parent`.
    pub fn mount(&self, parent: HtmlElement) {
        let (state, fixed) = (self.state, Fixed::read(self.state));
        self.mounted.take();
        let shown = fixed.clone();
        let mounted = self.owner.with(|| mount_to(parent.clone(), move || view(state, &shown)));
        self.mounted.replace(Some(Box::new(mounted)));
        self.shown.replace(Some((parent, fixed)));
    }

    /// What was given may need other parts than those that are shown. Then the view is made anew.
    pub fn update(&self) {
        let fixed = Fixed::read(self.state);
        let other = self.shown.borrow().as_ref().filter(|(_, shown)| *shown != fixed).map(|(parent, _)| parent.clone());
        if let Some(parent) = other {
            self.mount(parent);
        }
    }

    /// Makes the view anew: a form's reset has set its fields, and told nobody.
    pub fn renew(&self) {
        let shown = self.shown.borrow().as_ref().map(|(parent, _)| parent.clone());
        if let Some(parent) = shown {
            self.mount(parent);
        }
    }

    /// The current rank.
    #[wasm_bindgen(getter)]
    pub fn rank(&self) -> usize {
        untrack(|| self.state.clamped())
    }

    /// The rank that was chosen, also where the spectrum of now has fewer ranks.
    #[wasm_bindgen(getter)]
    pub fn wanted(&self) -> usize {
        untrack(|| self.state.wanted())
    }

    /// The program chooses a rank, as far as the host does not control it.
    pub fn choose(&self, rank: usize) {
        self.state.choose(rank);
    }

    /// The host has not answered: its rank stays as it is.
    pub fn expire(&self) {
        self.state.pending.set(None);
    }

    /// Dispatches `rankcommit` with the current rank.
    pub fn commit(&self) {
        emit(self.state, "rankcommit", Some(self.rank()));
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        self.mounted.take();
        self.owner.cleanup();
    }
}
