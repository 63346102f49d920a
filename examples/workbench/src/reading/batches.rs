//! Divides layers among workers. Pure.

use lora_rank_explorer::checkpoint::memory;

use super::protocol::Layer;

/// How many batches each worker would get if all were as large as the first, and as the last: a worker waits a moment for each.
const FIRST: u64 = 2;
const LAST: u64 = 32;

/// Memory that all workers may take for the layers that they hold, in bytes.
const MEMORY: u64 = 4 << 30;

/// What a worker can take at most, in bytes: programs for the browser have 4 GiB, and the program itself is in it.
pub const MOST: u64 = (4 << 30) - (128 << 20);

const GIB: f64 = (1u64 << 30) as f64;

/// A layer of an adapter holds a few copies of its numbers while its spectrum is computed.
const COPIES: u64 = 8;

/// What a layer takes.
#[derive(Clone, Copy, Default)]
pub struct Size {
    /// The operations, about; only their ratios count.
    pub work: u64,
    /// Its memory in bytes, at most.
    pub memory: u64,
    /// Of a difference of two checkpoints: its bytes on both sides, its rows and columns.
    difference: Option<(u64, usize, usize)>,
}

impl Size {
    /// The work for the factors of a pair grows with their numbers and the rank; so do the first values of a whole weight.
    pub fn of(layer: &Layer) -> Self {
        let work = layer.bytes.saturating_mul(layer.rank as u64);
        match layer.is_difference() {
            false => Self { work, memory: layer.bytes.saturating_mul(COPIES), difference: None },
            true => {
                let size = Self { work, memory: 0, difference: Some((layer.bytes, layer.rows, layer.cols)) };
                size.of_rank(layer.rank)
            }
        }
    }

    /// Of a parameter that is taken over whole: its bytes are copied.
    pub fn of_whole(memory: u64) -> Self {
        Self { work: memory, memory, ..Self::default() }
    }

    /// What the factors of this rank of a difference take.
    pub fn of_rank(self, rank: usize) -> Self {
        match self.difference {
            None => self,
            Some((bytes, rows, cols)) => {
                Self { work: bytes.saturating_mul(rank as u64 + 64), memory: memory(bytes, rows, cols, rank), ..self }
            }
        }
    }
}

/// The `layers`, those with the most work first: begun last, one of them would be waited for.
pub fn largest_first(layers: &[usize], sizes: &[Size]) -> Vec<usize> {
    let mut layers = layers.to_vec();
    layers.sort_by_key(|&layer| std::cmp::Reverse(sizes.get(layer).map_or(0, |size| size.work)));
    layers
}

/// The `layers` in batches. Each is a share of the work that is left, so that the last ones are small, and no worker waits long for
/// another. Layers as large as several of those come first: begun last, one of them would be waited for.
pub fn batches(layers: &[usize], sizes: &[Size], workers: usize) -> Vec<Vec<usize>> {
    // A layer without numbers takes time, too.
    let work = |layer: usize| sizes.get(layer).map_or(1, |size| size.work.max(1));
    let (mut left, workers) =
        (layers.iter().map(|&layer| work(layer)).fold(0, u64::saturating_add), workers.max(1) as u64);
    let least = left / (LAST * workers);
    let (mut first, others): (Vec<usize>, Vec<usize>) =
        layers.iter().partition(|layer| work(**layer) > least.saturating_mul(2));
    first.sort_by_key(|layer| std::cmp::Reverse(work(*layer)));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for layer in first {
        left = left.saturating_sub(work(layer));
        batches.push(vec![layer]);
    }
    let (mut batch, mut of_batch) = (Vec::new(), 0);
    for layer in others {
        batch.push(layer);
        of_batch += work(layer);
        if of_batch >= (left / (FIRST * workers)).max(least) {
            left = left.saturating_sub(of_batch);
            batches.push(std::mem::take(&mut batch));
            of_batch = 0;
        }
    }
    batches.extend((!batch.is_empty()).then_some(batch));
    batches
}

/// The memory that all workers may take, in bytes: at most half of what the device has, in GiB, where the browser tells.
pub fn memory_for_all(device: Option<f64>) -> u64 {
    let half = device.filter(|device| *device > 0.0).map_or(MEMORY, |device| (device / 2.0 * GIB) as u64);
    half.min(MEMORY)
}

/// The memory that the largest of the layers takes, of those that a worker can take.
pub fn largest(sizes: &[Size]) -> u64 {
    sizes.iter().map(|size| size.memory).filter(|memory| *memory <= MOST).max().unwrap_or(0)
}

/// As many of `most` workers as have memory for the largest layer at once, if all together may take `memory` bytes.
pub fn workers(sizes: &[Size], most: usize, memory: u64) -> usize {
    usize::try_from(memory / largest(sizes).max(1)).unwrap_or(most).clamp(1, most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(work: impl IntoIterator<Item = u64>) -> Vec<Size> {
        work.into_iter().map(|work| Size { work, memory: COPIES * work, difference: None }).collect()
    }

    #[test]
    fn every_layer_is_in_one_batch() {
        for (count, workers) in [(0, 1), (1, 8), (7, 2), (224, 2), (20_000, 8)] {
            let sizes = sizes((0..count).map(|i| i * 7919 % 1000));
            let layers: Vec<usize> = (0..sizes.len()).filter(|i| i % 3 != 1).collect();
            let batches = batches(&layers, &sizes, workers);
            assert!(batches.iter().all(|batch| !batch.is_empty()));
            let mut all = batches.concat();
            all.sort_unstable();
            assert_eq!(all, layers, "{count} layers");
        }
    }

    #[test]
    fn equal_layers_keep_their_order_and_the_last_batches_are_small() {
        let (sizes, all) = (sizes([9; 20_000]), (0..20_000).collect::<Vec<_>>());
        let batches = batches(&all, &sizes, 2);
        assert_eq!(batches.concat(), all);
        assert!(batches.len() < 60, "{} messages", batches.len());
        assert!(batches.windows(2).all(|pair| pair[0].len() >= pair[1].len()));
        assert!(batches.last().is_some_and(|last| last.len() <= 20_000 / 64 + 1));
    }

    #[test]
    fn a_layer_as_large_as_many_comes_first() {
        let mut work = vec![1; 100];
        (work[40], work[90]) = (50, 200);
        let batches = batches(&(0..100).collect::<Vec<_>>(), &sizes(work), 2);
        assert_eq!(batches[..2], [vec![90], vec![40]]);
    }

    fn difference(rows: usize, cols: usize) -> Layer {
        Layer {
            module: String::new(),
            rows,
            cols,
            rank: 64.min(rows).min(cols),
            scale: None,
            scale_text: None,
            bytes: 4 * (rows * cols) as u64,
            bytes_per_rank: 4 * (rows + cols) as u64,
            group: None,
            kept: None,
            becomes_pair: false,
            mark: Some(String::new()),
        }
    }

    #[test]
    fn differences_are_computed_largest_first_by_as_many_workers_as_have_memory_for_the_largest() {
        let sizes: Vec<Size> = [(64, 64), (4096, 14_336), (128, 4096)].map(|(m, n)| Size::of(&difference(m, n))).into();
        assert_eq!(largest_first(&[0, 1, 2], &sizes), [1, 2, 0]);
        assert_eq!(largest_first(&[2, 0], &sizes), [2, 0]);
        assert_eq!(sizes[1].memory, memory(4 * 4096 * 14_336, 4096, 14_336, 64));
        assert_eq!(workers(&sizes, 16, MEMORY) as u64, MEMORY / sizes[1].memory);
        assert!(sizes[0].of_rank(32).work < sizes[0].of_rank(64).work);
    }

    #[test]
    fn layers_that_take_much_memory_have_fewer_workers() {
        assert_eq!(workers(&sizes([1 << 20]), 8, MEMORY), 8);
        assert_eq!(workers(&sizes([1, 128 << 20]), 8, MEMORY), 4);
        assert_eq!(workers(&sizes([1, 128 << 20]), 8, MEMORY / 4), 1);
        assert_eq!((workers(&sizes([400 << 20]), 8, MEMORY), workers(&[], 2, MEMORY)), (1, 2));
    }

    #[test]
    fn a_layer_that_no_worker_can_take_leaves_the_others_as_many_as_they_have_room_for() {
        let sizes = sizes([1 << 40, 128 << 20]);
        assert_eq!((largest(&sizes), workers(&sizes, 8, MEMORY)), (1 << 30, 4));
        assert_eq!((largest(&sizes[..1]), workers(&sizes[..1], 8, MEMORY)), (0, 8));
    }

    #[test]
    fn all_workers_together_take_at_most_half_of_the_memory_of_the_device() {
        for (device, expected) in [
            (None, 4 << 30),
            (Some(8.0), 4 << 30),
            (Some(32.0), 4 << 30),
            (Some(4.0), 2 << 30),
            (Some(0.5), 256 << 20),
            (Some(0.0), 4 << 30),
            (Some(f64::NAN), 4 << 30),
            (Some(f64::INFINITY), 4 << 30),
        ] {
            assert_eq!(memory_for_all(device), expected, "{device:?}");
        }
    }
}
