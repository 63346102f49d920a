//! A row of the list.

use leptos::prelude::*;

use crate::format;
use crate::layer_row::LayerRow;
use crate::list::row_id;
use crate::sparkline::{HEIGHT, WIDTH, points, x};
use crate::state::Page;

/// What a row shows, used as the row's key: if any of it changes, the row is re-created.
///
/// So a row subscribes to nothing. The reactive graph of Leptos 0.8 keeps a subscription until its source changes, and a
/// subscription to a memo for as long as the memo lives, even after the subscriber is disposed: scrolling would leak memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Content {
    /// The number of the file, counted from the first that was opened.
    file: u32,
    /// The position in the list, and the index of the layer in the file.
    at: usize,
    index: usize,
    rank: usize,
    is_selected: bool,
    /// Whether the rank was set by hand, and whether the choice for the file has a result.
    is_own: bool,
    is_refused: bool,
    /// Whether the spectrum could be read, once that is known.
    is_read: Option<bool>,
    /// How many other layers the group has that begins with this one, and whether it is open.
    group: Option<(usize, bool)>,
}

impl Content {
    /// The content for the layer at `index` of the file, at position `at` in the list, with or without groups. Tracked.
    pub fn new(page: Page, at: usize, index: usize, grouped: bool) -> Self {
        let more = page.groups.with(|groups| groups.get(&index).map_or(0, |count| count - 1));
        let is_open = || page.open_groups.with(|open| open.contains(&index));
        let is_read = |row: &LayerRow| row.spectrum.as_ref().map(Result::is_ok);
        Self {
            file: page.generation.get(),
            at,
            index,
            rank: page.ranks.with(|ranks| ranks.chosen.get(index).copied().unwrap_or(1)),
            is_own: page.plan.with(|plan| plan.own.contains_key(&index)),
            is_refused: page.ranks.with(|ranks| ranks.refused.is_some()),
            is_selected: page.selected.get() == index,
            is_read: page.rows.with(|rows| rows.get(index).and_then(is_read)),
            group: (grouped && more > 0).then(|| (more, is_open())),
        }
    }
}

#[component]
pub fn ListRow(page: Page, content: Content) -> impl IntoView {
    let Content { at, index, rank, is_own, is_refused, is_selected, group, .. } = content;
    page.rows.with_untracked(|rows| rows.get(index).cloned()).map(|row| {
        let title = row.layer.module.clone();
        let label = match group {
            Some((more, false)) => format!("{title} and {} more", format::count(more as u64)),
            _ => title.clone(),
        };
        // Omit the prefix that all paths share.
        let common = page.common.get_untracked();
        let rest = title.get(common..).unwrap_or(&title);
        let rest = if group.is_some() { ends(rest) } else { rest.to_owned() };
        // The word joiner keeps "…" on the line of what follows, which may break after a dot.
        let module = if common > 0 { format!("…\u{2060}{rest}") } else { rest };
        let module = module.replace('.', ".\u{200b}");
        let energy = match &row.spectrum {
            None => "…".to_owned(),
            Some(Err(_)) => "failed".to_owned(),
            Some(Ok(_)) if is_refused && !is_own => "–".to_owned(),
            Some(Ok(_)) => format::share(row.energy(rank)),
        };
        let stable = match (row.known().and_then(|known| known.stable_rank), &row.spectrum) {
            (Some(rank), _) => format::number(rank),
            (None, Some(_)) => "–".to_owned(),
            (None, None) => "…".to_owned(),
        };
        let points = row.known().map_or_else(String::new, |known| points(known.layer.spectrum().singular_values(), known.layer.rank()));
        let place = format!("{:.1}", x(rank, row.most()));
        view! {
            <tr
                id=row_id(index)
                aria-rowindex=(at + 2).to_string()
                aria-selected=is_selected.to_string()
                aria-expanded=group.map(|(_, is_open)| is_open.to_string())
                on:click=move |_| page.selected.set(index)
            >
                <td class="module" title=title aria-label=label>
                    <span>{module}</span>
                    {group.map(|(more, is_open)| view! {
                        <span class="group" aria-hidden="true" on:click=move |_| page.open_group(index, |open| !open)>
                            {if is_open { format!(" ▾ {}", format::counted(more + 1, "expert")) } else { format!(" ▸ and {} more", format::count(more as u64)) }}
                        </span>
                    })}
                </td>
                <td class="shape">{format!("{}×{}", row.layer.rows, row.layer.cols)}</td>
                <td class="rank">{row.layer.rank}</td>
                <td class="scale" title=row.layer.scale_text.clone()>
                    {row.layer.scale.map_or(if row.layer.is_weight() { "–" } else { "unknown" }.to_owned(), format::number)}
                </td>
                <td
                    class="chosen"
                    title=is_own.then_some("set by hand")
                    aria-label=is_own.then(|| format!("{rank}, set by hand"))
                    data-own=is_own.then_some("")
                >
                    {if is_refused && !is_own { "–".to_owned() } else { rank.to_string() }}
                </td>
                <td class="energy">{energy}</td>
                <td class="stable">{stable}</td>
                <td class="spectrum">
                    <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                        <polygon points=points />
                        <line x1=place.clone() x2=place y1="0" y2=HEIGHT.to_string() />
                    </svg>
                </td>
            </tr>
        }
    })
}

/// The ends of a path, which tell a group from others: the block and the projection.
fn ends(path: &str) -> String {
    match (path.split_once('.'), path.rsplit_once('.')) {
        (Some((first, rest)), Some((_, last))) if rest != last => format!("{first} … {last}"),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::ends;

    #[test]
    fn the_name_of_a_group_keeps_block_and_projection() {
        assert_eq!(ends("0.mlp.experts.0.gate_proj"), "0 … gate_proj");
        assert_eq!((ends("0.gate_proj"), ends("gate_proj")), ("0.gate_proj".into(), "gate_proj".into()));
    }
}
