//! A row of the list.

use leptos::prelude::*;

use crate::format;
use crate::list::row_id;
use crate::sparkline::{HEIGHT, WIDTH, x};
use crate::state::{Page, Row};

/// The layer at `index` of the file, which is at `at` in the list.
#[component]
pub fn Line(page: Page, at: usize, index: usize) -> impl IntoView {
    let row = move |of: &dyn Fn(&Row) -> String| page.rows.with(|rows| rows.get(index).map_or(String::new(), of));
    let rank = move || page.ranks.with(|ranks| ranks.chosen.get(index).copied().unwrap_or(1));
    let is_selected = Memo::new(move |_| page.selected.get() == index);
    let title = row(&|row| row.layer.module.clone());
    // What all paths begin with tells nothing here.
    let common = page.common.get_untracked();
    let module = match title.get(common..) {
        // Joined to what follows, which may break after a dot.
        Some(rest) if common > 0 => format!("…\u{2060}{rest}"),
        _ => title.clone(),
    };
    let module = module.replace('.', ".\u{200b}");
    let shape = row(&|row| format!("{}×{}", row.layer.rows, row.layer.cols));
    let own = row(&|row| row.layer.rank.to_string());
    let scale = row(&|row| row.layer.scale.map_or("–".to_owned(), format::number));
    let energy = move || {
        row(&|row| match &row.spectrum {
            None => "…".to_owned(),
            Some(Err(_)) => "failed".to_owned(),
            Some(Ok(_)) => format::share(row.energy(rank())),
        })
    };
    let stable = move || {
        row(&|row| {
            let stable = row.known().and_then(|known| known.stable_rank);
            stable.map_or_else(|| if row.spectrum.is_some() { "–" } else { "…" }.to_owned(), format::number)
        })
    };
    let points = move || row(&|row| row.known().map(|known| known.sparkline.clone()).unwrap_or_default());
    let place = move || {
        let most = page.rows.with(|rows| rows.get(index).map_or(1, Row::most));
        format!("{:.1}", x(rank(), most))
    };
    view! {
        <tr
            id=row_id(index)
            aria-rowindex=(at + 2).to_string()
            aria-selected=move || is_selected.get().to_string()
            on:click=move |_| page.selected.set(index)
        >
            <td class="module" title=title.clone() aria-label=title>
                <span>{module}</span>
            </td>
            <td class="shape">{shape}</td>
            <td class="rank">{own}</td>
            <td class="scale">{scale}</td>
            <td class="chosen">{rank}</td>
            <td class="energy">{energy}</td>
            <td class="stable">{stable}</td>
            <td class="spectrum">
                <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                    <polygon points=points />
                    <line x1=place x2=place y1="0" y2=HEIGHT.to_string() />
                </svg>
            </td>
        </tr>
    }
}
