//! Where a key leads on the map. Pure.

use super::layout::Layout;

/// The cell that `key` leads to from `from`; `None` if the key does not move, or there is no other cell in its direction.
pub fn step(layout: &Layout, from: usize, key: &str, control: bool) -> Option<usize> {
    let cell = layout.cells.get(from)?;
    let row = &layout.parts[cell.part].rows[cell.row];
    let to = match (key, control) {
        ("ArrowRight", _) => row.cells[cell.column + 1..].iter().find_map(|cell| *cell),
        ("ArrowLeft", _) => row.cells[..cell.column].iter().rev().find_map(|cell| *cell),
        ("ArrowDown", _) => below(layout, from),
        ("ArrowUp", _) => above(layout, from),
        ("Home", true) => edge(layout, false),
        ("End", true) => edge(layout, true),
        ("Home", false) => row.cells.iter().find_map(|cell| *cell),
        ("End", false) => row.cells.iter().rev().find_map(|cell| *cell),
        ("PageDown", _) => (cell.part + 1 < layout.parts.len()).then(|| first_of(layout, cell.part + 1)).flatten(),
        ("PageUp", _) => first_of(layout, cell.part.saturating_sub(1)),
        _ => None,
    };
    to.filter(|&to| to != from)
}

/// The first cell of a part.
fn first_of(layout: &Layout, part: usize) -> Option<usize> {
    layout.parts.get(part)?.rows.iter().find_map(|row| row.cells.iter().find_map(|cell| *cell))
}

/// The first or the last cell of all.
fn edge(layout: &Layout, is_last: bool) -> Option<usize> {
    let mut all =
        layout.parts.iter().flat_map(|part| &part.rows).flat_map(|row| row.cells.iter().filter_map(|cell| *cell));
    if is_last { all.last() } else { all.next() }
}

/// The cell nearest to `column` in a row.
fn nearest(cells: &[Option<usize>], column: usize) -> Option<usize> {
    let there = cells.iter().enumerate().filter_map(|(at, cell)| Some((at, (*cell)?)));
    there.min_by_key(|(at, _)| at.abs_diff(column)).map(|(_, cell)| cell)
}

fn below(layout: &Layout, from: usize) -> Option<usize> {
    let cell = &layout.cells[from];
    let here = layout.parts[cell.part].rows[cell.row + 1..].iter();
    let later = layout.parts[cell.part + 1..].iter().flat_map(|part| &part.rows);
    here.chain(later).find_map(|row| nearest(&row.cells, cell.column))
}

fn above(layout: &Layout, from: usize) -> Option<usize> {
    let cell = &layout.cells[from];
    let here = layout.parts[cell.part].rows[..cell.row].iter().rev();
    let earlier = layout.parts[..cell.part].iter().rev().flat_map(|part| part.rows.iter().rev());
    here.chain(earlier).find_map(|row| nearest(&row.cells, cell.column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::layout::tests::layout;

    #[test]
    fn keys_lead_to_neighbours_over_gaps_and_into_the_next_part() {
        let paths = ["a.0.q", "a.1.q", "a.2.q", "a.0.k", "a.2.k", "b.0.v", "head"];
        let map = layout(&paths);
        let name = |cell: usize| paths[map.cells[cell].layers[0]];
        let from = |path: &str, key: &str, control: bool| {
            let layer = paths.iter().position(|it| *it == path).expect("a path");
            step(&map, map.cell_of(layer).expect("a cell"), key, control).map(name)
        };
        assert_eq!(from("a.0.k", "ArrowRight", false), Some("a.2.k"), "over a gap");
        assert_eq!(from("a.1.q", "ArrowDown", false), Some("a.0.k"), "to the nearest");
        assert_eq!(from("a.2.k", "ArrowDown", false), Some("b.0.v"));
        assert_eq!(from("b.0.v", "ArrowUp", false), Some("a.0.k"));
        assert_eq!((from("a.2.q", "ArrowRight", false), from("a.0.q", "ArrowUp", false)), (None, None));
        assert_eq!((from("a.1.q", "Home", false), from("a.1.q", "End", false)), (Some("a.0.q"), Some("a.2.q")));
        assert_eq!((from("a.1.q", "Home", true), from("a.1.q", "End", true)), (Some("a.0.q"), Some("head")));
        assert_eq!((from("a.2.k", "PageDown", false), from("head", "PageUp", false)), (Some("b.0.v"), Some("b.0.v")));
        assert_eq!((from("head", "PageDown", false), from("a.0.q", "x", false)), (None, None));
    }
}
