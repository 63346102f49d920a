//! Spectra that have arrived and are not shown yet: the page shows them some three times a second, however many messages bring them.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use crate::layer_row::Known;
use crate::pair::found::unchanged;
use crate::reading::protocol::Found;
use crate::state::Page;

/// Each time the page is painted anew, on a core that a worker could have.
const PAUSE: Duration = Duration::from_millis(350);

/// For layers, by index: the spectrum, or why there is none.
#[derive(Default)]
pub struct Arrivals {
    waiting: Vec<(usize, Result<Arc<Known>, String>)>,
    /// Whether they will be shown after a pause.
    is_due: bool,
}

impl Page {
    /// Shows these spectra before long.
    pub fn receive(self, spectra: Vec<(usize, Result<Found, String>)>) {
        let spectra: Vec<_> = self.rows.with_untracked(|rows| {
            let known = |(i, found): (usize, Result<Found, String>)| {
                let found = found.and_then(|found| match rows.get(i) {
                    Some(row) => unchanged(&row.layer, found),
                    None => Ok(found),
                });
                (i, found.map(|found| Arc::new(Known::new(found))))
            };
            spectra.into_iter().map(known).collect()
        });
        let is_due = self.arrivals.try_update_value(|arrivals| {
            arrivals.waiting.extend(spectra);
            std::mem::replace(&mut arrivals.is_due, true)
        });
        if is_due == Some(false) {
            let show = move || {
                self.arrivals.try_update_value(|arrivals| arrivals.is_due = false);
                self.show_arrivals();
            };
            set_timeout(show, PAUSE);
        }
    }

    /// Shows at once what has arrived.
    pub fn show_arrivals(self) {
        let waiting = self.arrivals.try_update_value(|arrivals| std::mem::take(&mut arrivals.waiting));
        let Some(waiting) = waiting.filter(|waiting| !waiting.is_empty()) else { return };
        let (mut count, mut bytes) = self.read.get_untracked();
        self.rows.update(|rows| {
            for (i, spectrum) in waiting {
                let Some(row) = rows.get_mut(i) else { continue };
                row.spectrum = Some(spectrum);
                (count, bytes) = (count + 1, bytes + row.layer.bytes);
            }
        });
        self.read.set((count, bytes));
    }

    /// Forgets what has arrived for a file that is not open any more.
    pub fn forget_arrivals(self) {
        self.arrivals.update_value(|arrivals| arrivals.waiting.clear());
    }
}
