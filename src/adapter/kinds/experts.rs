//! The factors of all experts of a module in one pair, of which each expert is a layer.
//!
//! PEFT's `target_parameters` store A as (E·r) × n with the expert's index slowest, and B as m × (E·r) with it fastest. Others
//! store [E, r, n] and [E, m, r].

use std::ops::Range;

use super::form::{Fault, Form, Numbers, Plan};
use super::kind::Kind;
use super::parts::{flat, wrong};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Problem, Reason};
use crate::delta::Delta;

/// One expert of a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expert {
    /// Counted from 0.
    pub(crate) index: usize,
    pub(crate) experts: usize,
    pub(crate) rank: usize,
    /// Whether B is [E, m, r].
    stacked: bool,
}

/// The most bytes that the layers of all experts of a file may take. A few bytes can claim one more expert, whose layer takes
/// hundreds; a model with 100 layers of 512 experts needs half of this.
const MOST_BYTES: usize = 128 << 20;

/// More than a layer takes without its names.
const LAYER_BYTES: usize = 1024;

/// What the layers of experts may still take.
pub(crate) struct Room(usize);

impl Room {
    pub(crate) fn new() -> Self {
        Self(MOST_BYTES)
    }

    /// Takes the room for so many experts of the module at `path`; `None` if there is too little.
    fn take(&mut self, path: &str, experts: usize) -> Option<()> {
        // The names of the layer, of the module and of two tensors.
        let one = LAYER_BYTES + 4 * path.len();
        self.0 = self.0.checked_sub(one.checked_mul(experts)?)?;
        Some(())
    }
}

/// The layers of a pair of PEFT's, whose rank for one expert is `rank`; one plain layer where there is one expert.
pub(crate) fn fused<'a>(
    path: &str,
    a: &'a Tensor,
    b: &'a Tensor,
    rank: usize,
    room: &mut Room,
) -> Result<Vec<Plan<'a>>, Problem> {
    let ([all, cols], [rows, columns]) = (flat(a)?, flat(b)?);
    if rank == 0 || !all.is_multiple_of(rank) {
        return Err(wrong(a, &format!("rows that are a multiple of {rank}, the rank of one expert")));
    }
    if columns != all {
        return Err(wrong(b, &format!("[m, {all}]")));
    }
    room.take(path, all / rank).ok_or_else(|| too_many(path, all / rank))?;
    Ok(plans(a, b, [all / rank, rank, rows, cols], false))
}

/// The layers of a pair with three sides, [E, r, n] and [E, m, r], if it is one and not a convolution.
pub(crate) fn stacked<'a>(
    path: &str,
    a: &'a Tensor,
    b: &'a Tensor,
    room: &mut Room,
) -> Option<Result<Vec<Plan<'a>>, Problem>> {
    let ([experts, rank, cols], [others, rows, columns]) = (&a.shape[..], &b.shape[..]) else { return None };
    let is_pair = experts == others && rank == columns && [experts, rank, rows, cols].iter().all(|side| **side > 0);
    // Of a one-dimensional convolution, A is [r, in, kernel] and B is [m, r, 1].
    let is_convolution = *columns == 1 && rows == experts && !are_experts(path);
    let side = |side: &u64| usize::try_from(*side).ok();
    let sides = [side(experts)?, side(rank)?, side(rows)?, side(cols)?];
    (is_pair && !is_convolution).then(|| {
        room.take(path, sides[0]).ok_or_else(|| too_many(path, sides[0]))?;
        Ok(plans(a, b, sides, true))
    })
}

/// Whether a module's name is that of experts, which PEFT wraps once for each of their parameters.
pub(crate) fn are_experts(path: &str) -> bool {
    path.trim_end_matches(".base_layer").rsplit('.').next() == Some("experts") || path.ends_with(".base_layer")
}

/// Whether A holds several experts, though the module is none that PEFT wraps: it is below experts without a number, and the
/// configuration's rank is a fraction of its own.
pub(crate) fn are_several(path: &str, a: &Tensor, says: u64) -> bool {
    let mut after = path.split('.').skip_while(|part| *part != "experts").skip(1);
    let is_below = after.next().is_some_and(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
    is_below && says > 0 && a.shape[0] > says && a.shape[0].is_multiple_of(says)
}

fn too_many(path: &str, experts: usize) -> Problem {
    let problem = format!("with {experts} more experts the file has more than are listed here");
    Problem::module(path, Reason::Kind { kind: Kind::FusedExperts, problem })
}

fn plans<'a>(a: &'a Tensor, b: &'a Tensor, [experts, rank, rows, cols]: [usize; 4], stacked: bool) -> Vec<Plan<'a>> {
    let plan = |index| Plan {
        kind: Kind::FusedExperts,
        form: Form::Expert(Expert { index, experts, rank, stacked }),
        tensors: vec![a, b],
        sides: [rows, cols],
        rank,
        divisor: Some(rank),
    };
    (0..experts).map(plan).collect()
}

impl Expert {
    /// The expert's part of A, and all of B unless B is stored expert after expert.
    pub(crate) fn ranges(&self, tensors: &[Tensor]) -> Vec<Range<u64>> {
        let part = |tensor: &Tensor| {
            let range = tensor.range();
            let bytes = (range.end - range.start) / self.experts as u64;
            range.start + bytes * self.index as u64..range.start + bytes * (self.index as u64 + 1)
        };
        vec![part(&tensors[0]), if self.stacked { part(&tensors[1]) } else { tensors[1].range() }]
    }
}

pub(crate) fn delta(numbers: &Numbers, expert: &Expert, scale: f64) -> Result<Delta, Fault> {
    let [a, b] = [&numbers.tensors[0], &numbers.tensors[1]];
    let cols = a.shape[a.shape.len() - 1] as usize;
    let rows = b.shape[b.shape.len() - 2] as usize;
    let (r, experts, e) = (expert.rank, expert.experts, expert.index);
    let own_a = a.part(numbers.bytes[0], [r, cols], |i| i, e * r * cols)?;
    let own_b = match expert.stacked {
        true => b.part(numbers.bytes[1], [rows, r], |i| i, e * rows * r)?,
        // Column k of the expert is column k·E + e of all.
        false => b.part(numbers.bytes[1], [rows, r], |i| i / r * r * experts + i % r * experts + e, 0)?,
    };
    Ok(Delta::thin(own_b, own_a, scale)?)
}
