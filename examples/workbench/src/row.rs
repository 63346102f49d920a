//! A row of the list.

use leptos::prelude::*;
use web_sys::Element;

use crate::format;
use crate::layer_row::LayerRow;
use crate::list::row_id;
use crate::pair::floor::height;
use crate::pair::found::UNCHANGED;
use crate::sparkline::{HEIGHT, WIDTH, points, x};
use crate::state::Page;

/// What a row shows, used as the row's key: if any of it changes, the row is re-created.
///
/// What the chosen rank changes is no part of it: [`Chosen`] is written into the row that is there, since all rows at once change with
/// each step of a slider.
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
    is_selected: bool,
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
            is_selected: page.selected.get() == index,
            is_read: page.rows.with(|rows| rows.get(index).and_then(is_read)),
            group: (grouped && more > 0).then(|| (more, is_open())),
        }
    }
}

/// What a row shows of the chosen rank.
struct Chosen {
    rank: usize,
    is_own: bool,
    has_result: bool,
    energy: Option<f64>,
    /// Where the line stands in the sparkline.
    place: String,
}

impl Chosen {
    /// Untracked.
    fn of(page: Page, index: usize, row: &LayerRow) -> Self {
        let rank = page.ranks.with_untracked(|ranks| ranks.chosen.get(index).copied().unwrap_or(1));
        let is_own = page.plan.with_untracked(|plan| plan.own.contains_key(&index));
        Self {
            rank,
            is_own,
            has_result: is_own || page.ranks.with_untracked(|ranks| ranks.refused.is_none()),
            energy: row.energy(rank),
            place: format!("{:.1}", x(rank, row.most())),
        }
    }

    fn text(&self) -> String {
        if self.has_result { self.rank.to_string() } else { "–".to_owned() }
    }

    fn label(&self) -> Option<String> {
        self.is_own.then(|| format!("{}, set by hand", self.rank))
    }

    fn energy(&self, row: &LayerRow) -> String {
        match &row.spectrum {
            None => "…".to_owned(),
            Some(Err(why)) if why == UNCHANGED => "same".to_owned(),
            Some(Err(_)) => "failed".to_owned(),
            Some(Ok(_)) if self.rank == 0 => "left out".to_owned(),
            Some(Ok(_)) if !self.has_result => "–".to_owned(),
            Some(Ok(_)) => format::share(self.energy),
        }
    }

    /// Changes when any of it does.
    fn mark(&self) -> String {
        format!("{} {} {}", self.rank, self.is_own, self.has_result)
    }
}

/// Writes what the chosen rank changes into the row of a layer, if it is in the document and shows something else.
pub fn refresh(page: Page, index: usize) {
    let Some(element) = document().get_element_by_id(&row_id(index)) else { return };
    page.rows.with_untracked(|rows| {
        let Some(row) = rows.get(index) else { return };
        let chosen = Chosen::of(page, index, row);
        let mark = chosen.mark();
        if element.get_attribute("data-chosen").as_ref() == Some(&mark) {
            return;
        }
        let of = |selector: &str| element.query_selector(selector).ok().flatten();
        let set = |element: &Element, name: &str, value: Option<&str>| {
            // Fails only for an invalid name.
            let _ = match value {
                Some(value) => element.set_attribute(name, value),
                None => element.remove_attribute(name),
            };
        };
        if let (Some(cell), Some(energy), Some(line)) = (of(".chosen"), of(".energy"), of("line")) {
            cell.set_text_content(Some(&chosen.text()));
            set(&cell, "aria-label", chosen.label().as_deref());
            set(&cell, "title", chosen.is_own.then_some("set by hand"));
            set(&cell, "data-own", chosen.is_own.then_some(""));
            energy.set_text_content(Some(&chosen.energy(row)));
            set(&line, "x1", Some(&chosen.place));
            set(&line, "x2", Some(&chosen.place));
            set(&element, "data-chosen", Some(&mark));
        }
    });
}

#[component]
pub fn ListRow(page: Page, content: Content) -> impl IntoView {
    let Content { at, index, is_selected, group, .. } = content;
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
        let chosen = Chosen::of(page, index, &row);
        let stable = match (row.known().and_then(|known| known.stable_rank), &row.spectrum) {
            (Some(rank), _) => format::number(rank),
            (None, Some(_)) => "–".to_owned(),
            (None, None) => "…".to_owned(),
        };
        let points = row.known().map_or_else(String::new, |known| points(known.layer.spectrum().singular_values(), known.layer.rank()));
        let shape = format!("{}×{}", row.layer.rows, row.layer.cols);
        let floor = row.known().and_then(|known| height(known)).map(|y| format!("{y:.1}"));
        let (energy, place) = (chosen.energy(&row), chosen.place.clone());
        view! {
            <tr
                id=row_id(index)
                aria-rowindex=(at + 2).to_string()
                aria-selected=is_selected.to_string()
                data-chosen=chosen.mark()
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
                <td class="shape" title=shape.clone()>{shape.clone()}</td>
                <td class="rank">{row.layer.rank}</td>
                <td class="scale" title=row.layer.scale_text.clone()>
                    {row.layer.scale.map_or(if row.layer.is_weight() { "–" } else { "unknown" }.to_owned(), format::number)}
                </td>
                <td
                    class="chosen"
                    title=chosen.is_own.then_some("set by hand")
                    aria-label=chosen.label()
                    data-own=chosen.is_own.then_some("")
                >
                    {chosen.text()}
                </td>
                <td class="energy">{energy}</td>
                <td class="stable">{stable}</td>
                <td class="spectrum">
                    <svg viewBox=format!("0 0 {WIDTH} {HEIGHT}") aria-hidden="true">
                        <polygon points=points />
                        <line x1=place.clone() x2=place y1="0" y2=HEIGHT.to_string() />
                        {floor.map(|y| view! { <line class="floor" x1="0" x2=WIDTH.to_string() y1=y.clone() y2=y /> })}
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
