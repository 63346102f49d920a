//! What two checkpoints have beside their layers: which of it differs, and what a LoRA can take over.

use std::collections::HashMap;

use lora_rank_explorer::adapter::ReadBytes;
use lora_rank_explorer::checkpoint::{Pair, Side};

use super::batches::MOST;
use super::models::{Model, Open};
use crate::format;
use crate::pair::found::Wholes;
use crate::pair::options::{NAMES, WriteOptions};
use crate::pair::state::index;

/// How much of a tensor is compared at a time: little at first, since most tensors that differ do so soon.
const FIRST: u64 = 64 << 10;
const BLOCK: u64 = 4 << 20;

/// So many bytes are compared in all; what is left then counts as differing, so that nobody waits long before the pairs are shown.
const COMPARED: u64 = 2 << 30;

/// How many parameters beside the layers are the same in both models, and what a LoRA takes over of the others under each of the
/// page's names.
pub fn wholes(open: &Open, models: &mut [Model; 2]) -> (usize, Vec<Wholes>) {
    let pairs = open.pairing.pairs();
    let (mut left, mut differs) = (COMPARED, HashMap::new());
    for &i in &open.items[open.listed..] {
        differs.insert(pairs[i].name(), is_different(&pairs[i], models, &mut left));
    }
    let unchanged = differs.values().filter(|differs| !**differs).count();
    let item_of: HashMap<usize, usize> = open.items.iter().enumerate().map(|(item, &i)| (i, item)).collect();
    let of_names = |(names, _): &(&str, &str)| {
        let options = WriteOptions::named(names).lora();
        let mut wholes = Wholes::default();
        for (i, whole) in open.pairing.wholes(&options, |pair| differs[pair.name()]) {
            let memory = pairs[i].whole_memory(&options);
            match whole {
                Err(problem) => wholes.refused.push(problem.to_string()),
                Ok(_) if memory > MOST => wholes.refused.push(format!(
                    "`{}`: it needs {} of memory, and a program in the browser can have {}",
                    pairs[i].name(),
                    format::bytes(memory),
                    format::bytes(MOST)
                )),
                Ok(bytes) => {
                    wholes.items.push((item_of[&i], memory));
                    wholes.bytes += bytes;
                }
            }
        }
        wholes
    };
    (unchanged, NAMES.iter().map(of_names).collect())
}

/// Whether the bytes of a pair differ; also where that cannot be read, which is said when it is written.
fn is_different(pair: &Pair, models: &mut [Model; 2], left: &mut u64) -> bool {
    let sides = [Side::Base, Side::Tuned].map(|side| pair.ranges(side));
    let lengths =
        sides.each_ref().map(|ranges| ranges.iter().map(|at| at.range.end - at.range.start).collect::<Vec<_>>());
    if pair.tensor(Side::Base).dtype() != pair.tensor(Side::Tuned).dtype() || lengths[0] != lengths[1] {
        return true;
    }
    let [base, tuned] = sides;
    base.into_iter().zip(tuned).any(|(base, tuned)| {
        let length = base.range.end - base.range.start;
        let mut from = 0;
        while from < length {
            let to = length.min(from + if from == 0 { FIRST } else { BLOCK });
            if 2 * (to - from) > *left {
                return true;
            }
            *left -= 2 * (to - from);
            let mut read = |side: Side, file: usize, start: u64| {
                let source = models[index(side)].sources.get_mut(file)?;
                source.read_bytes(start + from..start + to).ok().filter(|bytes| bytes.len() as u64 == to - from)
            };
            let before = read(Side::Base, base.file, base.range.start);
            if before.is_none() || before != read(Side::Tuned, tuned.file, tuned.range.start) {
                return true;
            }
            from = to;
        }
        false
    })
}
