//! The effect on the file: before and after, and a histogram of the ranks.

use leptos::prelude::*;

use crate::format;
use crate::layer_row::{LayerRow, are_differences};
use crate::ranks::Ranks;
use crate::sizes::cost;
use crate::state::Page;

#[component]
pub fn Outcome(page: Page) -> impl IntoView {
    let before = Memo::new(move |_| {
        let file = size_before(page);
        page.rows.with_untracked(|rows| {
            let most: Vec<usize> = rows.iter().map(|row| row.layer.rank).collect();
            (file, cost(rows, &most, 0).1, range(most.iter().copied()))
        })
    });
    let after = move |of: &dyn Fn(&Ranks) -> String| {
        page.ranks.with(|ranks| if ranks.refused.is_none() { of(ranks) } else { "–".to_owned() })
    };
    let is_pair = page.is_pair();
    view! {
        <table class="outcome" aria-label="The file before and after">
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">"before"</th>
                    <th scope="col">"after"</th>
                </tr>
            </thead>
            <tbody>
                <tr>
                    <th scope="row">{move || if is_pair.get() { "Size" } else { "File" }}</th>
                    <td>{move || before.with(|before| before.0.clone())}</td>
                    <td id="bytes-after">{move || after(&|ranks| format::bytes(ranks.bytes))}</td>
                </tr>
                <tr>
                    <th scope="row">"Parameters"</th>
                    <td>{move || before.with(|before| format::count(before.1))}</td>
                    <td id="parameters-after">{move || after(&|ranks| format::count(ranks.parameters))}</td>
                </tr>
                <tr>
                    <th scope="row">"Energy kept"</th>
                    <td>"100%"</td>
                    <td id="energy-after">{move || after(&|ranks| format::share(ranks.energy))}</td>
                </tr>
                <tr>
                    <th scope="row">"Ranks"</th>
                    <td>{move || before.with(|before| before.2.clone())}</td>
                    <td id="ranks-after">{move || after(&|ranks| range(ranks.chosen.iter().copied()))}</td>
                </tr>
            </tbody>
        </table>
        <Histogram page />
    }
}

/// The bytes of the file, or of the layers of both models.
pub fn size_before(page: Page) -> String {
    let is_pair = page.rows.with_untracked(|rows| are_differences(rows));
    page.contents.with(|contents| match contents {
        // Spectra do not say how large the models are.
        Some(contents) if contents.holds_spectra && is_pair => "not known".to_owned(),
        contents => format::bytes(contents.as_ref().map_or(0, |contents| contents.file_bytes)),
    })
}

pub fn range(ranks: impl Iterator<Item = usize> + Clone) -> String {
    match (ranks.clone().min(), ranks.max()) {
        (Some(least), Some(most)) if least < most => format!("{least} to {most}"),
        (Some(rank), _) => rank.to_string(),
        _ => "–".to_owned(),
    }
}

/// The most bars in the histogram.
const BARS: usize = 32;

#[component]
fn Histogram(page: Page) -> impl IntoView {
    let most = Memo::new(move |_| page.rows.with(|rows| rows.iter().map(LayerRow::most).max().unwrap_or(1)));
    let width = move || most.get().div_ceil(BARS).max(1);
    let counts = Memo::new(move |_| {
        let mut counts = vec![0usize; most.get().div_ceil(width())];
        page.ranks.with(|ranks| {
            // Without a result there is nothing to count.
            for &rank in ranks.chosen.iter().filter(|rank| ranks.refused.is_none() && **rank > 0) {
                if let Some(count) = counts.get_mut((rank - 1) / width()) {
                    *count += 1;
                }
            }
        });
        counts
    });
    let name = move |bar: usize| match width() {
        1 => format!("rank {}", bar + 1),
        width => format!("ranks {} to {}", bar * width + 1, (bar + 1) * width),
    };
    let words = move || {
        let counts = counts.get();
        let bars = counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let bars: Vec<String> =
            bars.map(|(bar, count)| format!("{} in {}", name(bar), format::counted(*count, "layer"))).collect();
        format!("Ranks chosen: {}", bars.join(", "))
    };
    let bars = move || {
        let counts = counts.get();
        let (all, highest) = (counts.len() as f64, counts.iter().copied().max().unwrap_or(1).max(1) as f64);
        let bar = |(bar, count): (usize, &usize)| {
            let (step, height) = (320.0 / all, 64.0 * *count as f64 / highest);
            let (x, width) = (step * bar as f64, (step - 2.0).max(1.0));
            view! {
                <rect x=format!("{x:.1}") y=format!("{:.1}", 64.0 - height) width=format!("{width:.1}") height=format!("{height:.1}") />
            }
        };
        counts.iter().enumerate().map(bar).collect_view()
    };
    view! {
        <figure class="histogram">
            <svg id="histogram" viewBox="0 0 320 64" preserveAspectRatio="none" role="img" aria-label=words>
                {bars}
            </svg>
            <figcaption>
                <span>"rank 1"</span>
                <span>{move || format!("number of layers, up to {}", counts.with(|counts| counts.iter().max().copied().unwrap_or(0)))}</span>
                <span>{move || format!("rank {}", most.get())}</span>
            </figcaption>
        </figure>
    }
}
