//! [`Held`]: tensors that layers share, read once.

use std::ops::Range;

use super::layer::Layer;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::problem::{Location, Problem};
use crate::delta::Delta;

/// The bytes of the tensors of the layer that was read last, for the next one that needs some of them again, as all experts of a
/// fused module do. For [`Layer::read_holding`].
#[derive(Debug, Default)]
pub struct Held(Vec<(Range<u64>, Vec<u8>)>);

impl Layer {
    /// Like [`read`](Self::read), with the tensors in `held` that were read before for another layer of the same file. Then `held`
    /// has the bytes of this layer's tensors, and no others.
    ///
    /// # Errors
    /// As for [`read`](Self::read).
    ///
    /// ```
    /// use lora_rank_explorer::adapter::{Adapter, Held, sample};
    ///
    /// let sample = sample();
    /// let mut source = &sample.file[..];
    /// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
    /// let mut held = Held::default();
    /// for layer in &adapter.layers()[10..20] {
    ///     assert_eq!(layer.read_holding(&mut source, &mut held)?.rows(), layer.rows());
    /// }
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn read_holding(&self, source: &mut impl ReadBytes, held: &mut Held) -> Result<Delta, Problem> {
        let (ranges, held) = (self.ranges(), &mut held.0);
        held.retain(|(range, _)| ranges.contains(range));
        for (range, tensor) in ranges.iter().zip(self.tensors()) {
            if !held.iter().any(|(other, _)| other == range) {
                let bytes = read(source, range.clone(), Location::Tensor(tensor.name().to_owned()))?;
                held.push((range.clone(), bytes));
            }
        }
        let of = |range: &Range<u64>| held.iter().find(|(other, _)| other == range).map_or(&[][..], |(_, bytes)| bytes);
        self.delta(&ranges.iter().map(of).collect::<Vec<_>>())
    }
}
