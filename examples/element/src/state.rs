//! [`State`]: what the host has given, and the rank.

use leptos::prelude::*;
use lora_rank_explorer::Spectrum;

use crate::Host;
use crate::options::Options;
use crate::target::Target;

/// What the host has given, and the rank. A handle that any closure may hold: Leptos wants them to be `Send`.
///
/// Few types in signals, since each brings its own copy of Leptos's code.
#[derive(Clone, Copy)]
pub struct State {
    /// The host's rank where it gives one.
    pub controlled: RwSignal<Option<usize>>,
    /// The rank that the person has asked a host for that controls it, until it answers.
    pub pending: RwSignal<Option<usize>>,
    /// The rank where the host gives none, not clamped.
    own: RwSignal<usize>,
    /// `None` while it is on its way.
    pub spectrum: RwSignal<Option<Result<Spectrum, String>>>,
    pub target: StoredValue<Target, LocalStorage>,
    pub options: StoredValue<Options, LocalStorage>,
    /// Notified when `options` have changed.
    pub changed: Trigger,
    pub host: StoredValue<Host, LocalStorage>,
    /// Whether the host has given a rank since it was asked.
    answered: StoredValue<bool>,
}

impl State {
    pub fn new(host: Host) -> Self {
        Self {
            controlled: RwSignal::new(None),
            pending: RwSignal::new(None),
            own: RwSignal::new(1),
            spectrum: RwSignal::new(Some(Ok(Target::default_spectrum()))),
            target: StoredValue::new_local(Target::Default),
            options: StoredValue::new_local(Options::default()),
            changed: Trigger::new(),
            host: StoredValue::new_local(host),
            answered: StoredValue::new(false),
        }
    }

    /// What `read` makes of the options; tracked.
    pub fn option<Value>(self, read: impl FnOnce(&Options) -> Value) -> Value {
        self.changed.track();
        self.options.with_value(read)
    }

    /// The rank, not clamped; tracked.
    pub fn wanted(self) -> usize {
        self.pending.get().or_else(|| self.controlled.get()).unwrap_or_else(|| self.own.get())
    }

    /// The rank that the explorer shows; tracked. While there is no spectrum, it is not clamped.
    pub fn clamped(self) -> usize {
        let wanted = self.wanted();
        self.spectrum.with(|spectrum| match spectrum {
            Some(Ok(spectrum)) => {
                let (first, last) = self.option(|options| options.ends(spectrum.known_rank()));
                wanted.min(last).max(first)
            }
            _ => wanted,
        })
    }

    /// Chooses a rank where the host does not control it.
    pub fn choose(self, rank: usize) {
        if self.controlled.get_untracked().is_none() {
            self.own.set(rank);
        }
    }

    /// The person asks for a rank, and `ask` tells the host, which answers with [`control`](Self::control) at once, or later as React
    /// does. Until then the explorer shows what was asked for: if it went back in between, so would the thumb below the person's
    /// finger, and Firefox would fire no `change` at the end.
    pub fn request(self, rank: usize, ask: impl FnOnce() -> bool) {
        if self.controlled.get_untracked().is_none() {
            if ask() {
                self.choose(rank);
            }
            return;
        }
        self.answered.set_value(false);
        let is_refused = !ask();
        if is_refused || self.answered.get_value() {
            self.pending.set(None);
        } else {
            self.pending.set(Some(rank));
            self.host.with_value(Host::expire_later);
        }
    }

    /// The host gives its rank. If it takes it back, the rank stays.
    pub fn control(self, rank: Option<usize>) {
        self.answered.set_value(true);
        if let (Some(before), None) = (self.controlled.get_untracked(), rank) {
            self.own.set(before);
        }
        if self.pending.get_untracked().is_some() {
            self.pending.set(None);
        }
        if self.controlled.get_untracked() != rank {
            self.controlled.set(rank);
        }
    }
}
