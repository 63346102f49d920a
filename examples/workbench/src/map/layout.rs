//! [`Layout`]: which layers stand where on the map. Pure.

use std::collections::{BTreeSet, HashMap};

use super::names::{Place, places};
use crate::layer_row::LayerRow;

/// The most parts; a file with more has its layers one below the other.
const MOST_PARTS: usize = 48;

/// The most columns of a part, and the most cells of a part: above, neighbours share a cell.
const MOST_COLUMNS: usize = 256;
const MOST_CELLS: usize = 4096;

/// The map: parts of the model, each with its blocks from left to right and its modules from top to bottom.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    pub parts: Vec<Part>,
    pub cells: Vec<Cell>,
    /// The cell of each layer.
    of_layer: Vec<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The path up to the block; empty for what is outside all blocks.
    pub name: String,
    /// The blocks, as they are called.
    pub blocks: Vec<String>,
    pub rows: Vec<Row>,
}

/// A module, in all blocks of its part.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub module: String,
    /// The index of the cell in each block; `None` where the block has no such module.
    pub cells: Vec<Option<usize>>,
}

/// The layers at one spot: mostly one, or all experts of a module.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    pub part: usize,
    pub row: usize,
    pub column: usize,
    /// At least one.
    pub layers: Vec<usize>,
}

/// A rectangle of cells in one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub part: usize,
    pub rows: (usize, usize),
    pub columns: (usize, usize),
}

impl Layout {
    pub fn new(rows: &[LayerRow]) -> Self {
        // Of experts in a group, the first tells the place of all.
        let stands_alone = |i: usize| rows[i].layer.group.is_none_or(|first| first == i || first >= rows.len());
        let alone: Vec<usize> = (0..rows.len()).filter(|&i| stands_alone(i)).collect();
        let known: HashMap<usize, Place> =
            (alone.iter().copied()).zip(places(alone.iter().map(|&i| rows[i].layer.module.as_str()))).collect();
        let place = |i: usize| {
            let first = rows[i].layer.group.filter(|first| known.contains_key(first));
            &known[&first.unwrap_or(i)]
        };
        Self::of((0..rows.len()).map(place))
    }

    fn of<'a>(places: impl Iterator<Item = &'a Place> + Clone) -> Self {
        let mut names: Vec<&str> = Vec::new();
        let mut number = HashMap::new();
        for place in places.clone() {
            number.entry(place.part.as_str()).or_insert_with(|| {
                names.push(&place.part);
                names.len() - 1
            });
        }
        if names.len() > MOST_PARTS {
            let whole = |place: &Place| Place {
                module: [
                    &place.part,
                    " ",
                    &place.block.iter().map(u64::to_string).collect::<Vec<_>>().join("."),
                    " ",
                    &place.module,
                ]
                .concat(),
                ..Place::default()
            };
            let flat: Vec<Place> = places.map(whole).collect();
            return Self::of(flat.iter());
        }
        let mut drafts: Vec<Draft> = names.iter().map(|_| Draft::default()).collect();
        for (layer, place) in places.enumerate() {
            drafts[number[place.part.as_str()]].add(layer, place);
        }
        let mut layout = Self::default();
        for (draft, name) in drafts.into_iter().zip(names) {
            layout.push(draft, name);
        }
        let count = layout.cells.iter().map(|cell| cell.layers.len()).sum();
        layout.of_layer = vec![0; count];
        for (i, cell) in layout.cells.iter().enumerate() {
            for &layer in &cell.layers {
                layout.of_layer[layer] = i;
            }
        }
        layout
    }

    fn push(&mut self, draft: Draft, name: &str) {
        let columns = steps(draft.blocks.len(), draft.blocks.len().div_ceil(MOST_COLUMNS).max(1));
        let most_rows = (MOST_CELLS / columns.len().max(1)).max(1);
        let rows = steps(draft.modules.len(), draft.modules.len().div_ceil(most_rows).max(1));
        let blocks: Vec<&Vec<u64>> = draft.blocks.iter().collect();
        let called = |block: &[u64]| block.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        let several = |first: String, last: String| if first == last { first } else { format!("{first} … {last}") };
        // The columns in which the blocks stand.
        let mut column_of = HashMap::new();
        for (column, range) in columns.iter().enumerate() {
            blocks[range.clone()].iter().for_each(|block| _ = column_of.insert(*block, column));
        }
        let part = self.parts.len();
        let whole = name.trim_end_matches('*').trim_end_matches(['.', '_']);
        let module = |module: &str| if module.is_empty() { whole } else { module }.to_owned();
        let mut part_rows = Vec::with_capacity(rows.len());
        for (row, range) in rows.into_iter().enumerate() {
            let mut cells = vec![None; columns.len()];
            let modules = &draft.modules[range];
            for (block, layer) in modules.iter().flat_map(|(_, layers)| layers) {
                let column = column_of[block];
                let cell = *cells[column].get_or_insert_with(|| {
                    self.cells.push(Cell { part, row, column, layers: Vec::new() });
                    self.cells.len() - 1
                });
                self.cells[cell].layers.push(*layer);
            }
            let ends = (modules.first(), modules.last());
            let ends = (ends.0.map_or("", |it| &it.0), ends.1.map_or("", |it| &it.0));
            part_rows.push(Row { module: several(module(ends.0), module(ends.1)), cells });
        }
        let blocks = columns.iter().map(|range| several(called(blocks[range.start]), called(blocks[range.end - 1])));
        self.parts.push(Part { name: name.to_owned(), blocks: blocks.collect(), rows: part_rows });
    }

    /// The cell of a layer.
    pub fn cell_of(&self, layer: usize) -> Option<usize> {
        self.of_layer.get(layer).copied()
    }

    /// What sorts layers by part, module and block.
    pub fn module_first(&self, layer: usize) -> Option<(usize, usize, usize)> {
        let cell = self.cells.get(self.cell_of(layer)?)?;
        Some((cell.part, cell.row, cell.column))
    }

    /// The smallest rectangle with both cells; that of the second alone if they lie in different parts.
    pub fn between(&self, from: usize, to: usize) -> Option<Range> {
        let to = self.cells.get(to)?;
        let from = self.cells.get(from).filter(|from| from.part == to.part).unwrap_or(to);
        let both = |a: usize, b: usize| (a.min(b), a.max(b));
        Some(Range { part: to.part, rows: both(from.row, to.row), columns: both(from.column, to.column) })
    }

    /// The cells in a rectangle.
    pub fn within(&self, range: Range) -> impl Iterator<Item = usize> {
        let rows = self.parts.get(range.part).map_or(&[][..], |part| &part.rows);
        let rows = rows.iter().take(range.rows.1 + 1).skip(range.rows.0);
        rows.flat_map(move |row| {
            row.cells.iter().take(range.columns.1 + 1).skip(range.columns.0).filter_map(|cell| *cell)
        })
    }

    /// All cells of the part.
    pub fn all_of(&self, part: usize) -> Option<Range> {
        let part_of = self.parts.get(part)?;
        let last = |count: usize| count.saturating_sub(1);
        Some(Range { part, rows: (0, last(part_of.rows.len())), columns: (0, last(part_of.blocks.len())) })
    }
}

/// The block of a layer, and the layer.
type Member = (Vec<u64>, usize);

/// A part whose layers are still being collected.
#[derive(Default)]
struct Draft {
    /// In the order of their numbers.
    blocks: BTreeSet<Vec<u64>>,
    /// In the order of the file: the name, and the layers with their blocks.
    modules: Vec<(String, Vec<Member>)>,
    number: HashMap<String, usize>,
}

impl Draft {
    fn add(&mut self, layer: usize, place: &Place) {
        self.blocks.insert(place.block.clone());
        let number = *self.number.entry(place.module.clone()).or_insert_with(|| {
            self.modules.push((place.module.clone(), Vec::new()));
            self.modules.len() - 1
        });
        self.modules[number].1.push((place.block.clone(), layer));
    }
}

/// `0..count` in ranges of `step`.
fn steps(count: usize, step: usize) -> Vec<std::ops::Range<usize>> {
    (0..count).step_by(step).map(|first| first..(first + step).min(count)).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn layout(paths: &[&str]) -> Layout {
        Layout::of(places(paths.iter().copied()).iter())
    }

    #[test]
    fn blocks_stand_in_the_order_of_their_numbers_and_a_missing_module_leaves_a_gap() {
        let map = layout(&["layers.10.q", "layers.2.q", "layers.2.k", "lm_head"]);
        assert_eq!(map.parts[0].blocks, ["2", "10"]);
        let rows: Vec<(&str, Vec<bool>)> = map.parts[0]
            .rows
            .iter()
            .map(|row| (&*row.module, row.cells.iter().map(Option::is_some).collect()))
            .collect();
        assert_eq!(rows, [("q", vec![true, true]), ("k", vec![true, false])]);
        assert_eq!(
            (map.parts[1].name.as_str(), &map.parts[1].blocks[0], &map.parts[1].rows[0].module),
            ("", &String::new(), &"lm_head".to_owned())
        );
        let at = |layer: usize| map.cells[map.cell_of(layer).expect("a cell")].column;
        assert_eq!([0, 1, 2].map(at), [1, 0, 0]);
    }

    #[test]
    fn experts_share_a_cell() {
        let paths: Vec<String> = (0..8).map(|i| format!("layers.3.mlp.experts.{i}.up_proj")).collect();
        let map = layout(&paths.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((map.cells.len(), map.cells[0].layers.len()), (1, 8));
    }

    #[test]
    fn every_layer_has_one_cell_however_many_there_are() {
        let blocks: Vec<String> = (0..20_000).map(|i| format!("layers.{i}.q")).collect();
        let modules: Vec<String> = (0..20_000).map(|i| format!("module{i}")).collect();
        let parts: Vec<String> = (0..20_000).map(|i| format!("part{i}.{}.q", i % 7)).collect();
        for paths in [blocks, modules, parts, vec!["slow.0".to_owned(), "slow.1".to_owned()], vec![]] {
            let map = layout(&paths.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(map.cells.len() <= MOST_CELLS && map.parts.len() <= MOST_PARTS);
            let mut layers: Vec<usize> = map.cells.iter().flat_map(|cell| cell.layers.clone()).collect();
            layers.sort_unstable();
            assert_eq!(layers, (0..paths.len()).collect::<Vec<_>>());
            for (i, cell) in map.cells.iter().enumerate() {
                assert_eq!(map.parts[cell.part].rows[cell.row].cells[cell.column], Some(i));
            }
        }
        assert_eq!(layout(&["slow.0", "slow.1"]).parts[0].rows[0].module, "slow");
    }

    #[test]
    fn a_range_is_a_rectangle_in_one_part() {
        let map = layout(&["a.0.q", "a.1.q", "a.2.q", "a.0.k", "a.1.k", "a.2.k", "b.0.q"]);
        let cell = |layer: usize| map.cell_of(layer).expect("a cell");
        let layers = |range: Range| {
            let mut layers: Vec<usize> = map.within(range).flat_map(|cell| map.cells[cell].layers.clone()).collect();
            layers.sort_unstable();
            layers
        };
        assert_eq!(layers(map.between(cell(5), cell(1)).expect("a range")), [1, 2, 4, 5]);
        assert_eq!(layers(map.between(cell(0), cell(6)).expect("a range")), [6]);
        assert_eq!(layers(map.all_of(0).expect("a range")), [0, 1, 2, 3, 4, 5]);
    }
}
