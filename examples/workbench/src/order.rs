//! Filters and sorts the rows of the list. Pure.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use crate::layer_row::LayerRow;

/// What a column sorts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    Module,
    Shape,
    Rank,
    Scale,
    Chosen,
    Energy,
    StableRank,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sorting {
    pub key: Key,
    pub descending: bool,
}

/// The indices of the rows that contain every word of `filter`, sorted, or in the file's order without `sorting`. The sort by a
/// value is stable, and unknown values come last. A word `r>8` compares the rank in the file, `chosen<=4` the chosen one.
pub fn order(rows: &[LayerRow], chosen: &[usize], filter: &str, sorting: Option<Sorting>) -> Vec<usize> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    let holds = |i: usize| {
        let row = &rows[i];
        let text =
            format!("{} {}×{} r={}", row.layer.module, row.layer.rows, row.layer.cols, row.layer.rank).to_lowercase();
        words.iter().all(|word| match comparison(word) {
            Some((Key::Rank, compare, bound)) => compare(&row.layer.rank, &bound),
            Some((_, compare, bound)) => chosen.get(i).is_some_and(|rank| compare(rank, &bound)),
            None => text.contains(word) || text.contains(&word.replace('x', "×")),
        })
    };
    let mut order: Vec<usize> = (0..rows.len()).filter(|&i| words.is_empty() || holds(i)).collect();
    let Some(Sorting { key, descending }) = sorting else { return order };
    if key == Key::Module {
        order.sort_by(|&a, &b| natural(&rows[a].layer.module, &rows[b].layer.module));
        if descending {
            order.reverse();
        }
        return order;
    }
    let rank = |i: usize| chosen.get(i).copied().unwrap_or(0);
    let value = |i: usize| match key {
        Key::Module => None,
        Key::Shape => Some(rows[i].layer.rows as f64 * rows[i].layer.cols as f64),
        Key::Rank => Some(rows[i].layer.rank as f64),
        Key::Scale => rows[i].layer.scale,
        Key::Chosen => Some(rank(i) as f64),
        Key::Energy => rows[i].energy(rank(i)),
        Key::StableRank => rows[i].known().and_then(|known| known.stable_rank),
    };
    let mut keyed: Vec<(Option<f64>, usize)> = order.iter().map(|&i| (value(i), i)).collect();
    keyed.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) if descending => b.total_cmp(a),
        (Some(a), Some(b)) => a.total_cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    keyed.into_iter().map(|(_, i)| i).collect()
}

type Compare = fn(&usize, &usize) -> bool;

/// What a word such as `r>8` or `chosen<=4` compares, how, and with what.
fn comparison(word: &str) -> Option<(Key, Compare, usize)> {
    let at = word.find(['<', '>', '='])?;
    let key = match &word[..at] {
        "r" => Key::Rank,
        "chosen" => Key::Chosen,
        _ => return None,
    };
    let rest = &word[at..];
    let signs: [(&str, Compare); 5] =
        [("<=", usize::le), (">=", usize::ge), ("<", usize::lt), (">", usize::gt), ("=", usize::eq)];
    let (sign, compare) = signs.into_iter().find(|(sign, _)| rest.starts_with(sign))?;
    Some((key, compare, rest[sign.len()..].parse().ok()?))
}

/// Of the rows in the file's order, those that are not hidden in a group: of a group that is not open, its first row stands for all.
pub fn grouped(rows: &[LayerRow], order: Vec<usize>, open: &BTreeSet<usize>) -> Vec<usize> {
    let is_shown = |&i: &usize| rows[i].layer.group.is_none_or(|first| first == i || open.contains(&first));
    order.into_iter().filter(is_shown).collect()
}

/// How many rows each group has, by its first row.
pub fn sizes(rows: &[LayerRow]) -> HashMap<usize, usize> {
    let mut sizes = HashMap::new();
    for first in rows.iter().filter_map(|row| row.layer.group) {
        *sizes.entry(first).or_default() += 1;
    }
    sizes
}

/// The length in bytes of the paths' common prefix that ends in `.` or `_`; 0 for fewer than two paths.
pub fn common(mut paths: impl Iterator<Item = impl AsRef<str>>) -> usize {
    let (Some(first), mut count) = (paths.next(), 1) else { return 0 };
    let first = first.as_ref();
    let mut common = first;
    for path in paths {
        let same = common.bytes().zip(path.as_ref().bytes()).take_while(|(a, b)| a == b).count();
        // The common bytes may end inside a character.
        common = &common[..(0..=same).rev().find(|&end| common.is_char_boundary(end)).unwrap_or(0)];
        count += 1;
    }
    if count > 1 { common.rfind(['.', '_']).map_or(0, |at| at + 1) } else { 0 }
}

/// Compares numbers by value: `layers.2` before `layers.10`.
fn natural(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (left, right) = (digits(a), digits(b));
        if left > 0 && right > 0 {
            let number = |text: &str, length: usize| text[..length].trim_start_matches('0').to_owned();
            let (x, y) = (number(a, left), number(b, right));
            match x.len().cmp(&y.len()).then_with(|| x.cmp(&y)) {
                Ordering::Equal => (a, b) = (&a[left..], &b[right..]),
                order => return order,
            }
            continue;
        }
        let (mut x, mut y) = (a.chars(), b.chars());
        match (x.next(), y.next()) {
            (None, None) => return Ordering::Equal,
            (x_first, y_first) if x_first != y_first => return x_first.cmp(&y_first),
            _ => (a, b) = (x.as_str(), y.as_str()),
        }
    }
}

/// The number of digits at the start of `text`.
fn digits(text: &str) -> usize {
    text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::protocol::Layer;

    fn row(module: &str, rank: usize, scale: Option<f64>) -> LayerRow {
        let scale_text = scale.map(|scale| scale.to_string());
        let module = module.to_owned();
        let layer = Layer {
            module,
            rows: 8,
            cols: 4,
            rank,
            scale,
            scale_text,
            bytes: 0,
            bytes_per_rank: 0,
            group: None,
            kept: None,
            becomes_pair: false,
            mark: None,
        };
        LayerRow::new(layer)
    }

    #[test]
    fn a_group_is_one_row_until_it_is_open() {
        let mut rows: Vec<LayerRow> = (0..6).map(|i| row(&format!("experts.{i}"), 4, None)).collect();
        for (i, first) in [(1, 1), (2, 1), (4, 1), (5, 5)] {
            rows[i].layer.group = Some(first);
        }
        let shown = |open: &[usize]| grouped(&rows, order(&rows, &[], "", None), &open.iter().copied().collect());
        assert_eq!(shown(&[]), [0, 1, 3, 5]);
        assert_eq!(shown(&[1]), [0, 1, 2, 3, 4, 5]);
        assert_eq!(sizes(&rows), HashMap::from([(1, 3), (5, 1)]));
    }

    #[test]
    fn numbers_in_paths_sort_by_value_and_unknown_values_come_last() {
        let rows = [row("layers.10.q", 4, None), row("layers.2.q", 8, Some(2.0)), row("layers.2.k", 2, Some(1.0))];
        let sorted = |key, descending| order(&rows, &[1, 2, 3], "", Some(Sorting { key, descending }));
        assert_eq!(sorted(Key::Module, false), [2, 1, 0]);
        assert_eq!(sorted(Key::Module, true), [0, 1, 2]);
        assert_eq!(sorted(Key::Scale, false), [2, 1, 0]);
        assert_eq!(sorted(Key::Scale, true), [1, 2, 0]);
        assert_eq!(sorted(Key::Chosen, true), [2, 1, 0]);
    }

    #[test]
    fn the_common_prefix_ends_after_a_dot_or_an_underscore() {
        assert_eq!(common(["model.layers.0.q", "model.layers.1.q"].iter()), "model.layers.".len());
        assert_eq!(common(["lora_unet_a", "lora_unet_b"].iter()), "lora_unet_".len());
        assert_eq!(common(["é.a", "è.a"].iter()), 0);
        assert_eq!((common(["a.b"].iter()), common([""; 0].iter())), (0, 0));
    }

    #[test]
    fn the_filter_keeps_rows_that_contain_every_word() {
        let rows = [row("layers.1.q_proj", 4, None), row("layers.1.k_proj", 4, None)];
        assert_eq!(order(&rows, &[], "Q_PROJ 8x4", None), [0]);
        assert_eq!(order(&rows, &[], "r=4 layers", None), [0, 1]);
        assert!(order(&rows, &[], "q_proj r=8", None).is_empty());
        assert_eq!(order(&rows, &[], "r>3", None), [0, 1]);
        assert!(order(&rows, &[], "r<4", None).is_empty() && order(&rows, &[], "r=40", None).is_empty());
        assert_eq!(order(&rows, &[2, 3], "chosen>=3 proj", None), [1]);
    }
}
