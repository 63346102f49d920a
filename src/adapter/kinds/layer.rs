//! [`Layer`] and [`Factors`]: one adapted module, before and after its data is read.

use std::ops::Range;

use super::shape::transposed;
use crate::adapter::file::read::{ReadBytes, read};
use crate::adapter::file::tensor::Tensor;
use crate::adapter::problem::{Location, Problem, Reason};
use crate::adapter::scale::Scale;
use crate::matrix::Matrix;
use crate::spectrum::Spectrum;
use crate::svd::product::values_of_core;

/// A module with its factors B and A: it adds scale·B·A to an m × n weight.
///
/// ```
/// use lora_rank_explorer::adapter::{Adapter, sample};
///
/// let sample = sample();
/// let mut source = &sample.file[..];
/// let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let layer = &adapter.layers()[0];
/// assert_eq!(layer.module(), "model.layers.0.mlp.down_proj");
/// assert_eq!((layer.rows(), layer.cols(), layer.rank()), (256, 512, 16));
/// assert_eq!(layer.scale().to_string(), "2, from adapter_config.json");
/// assert_eq!(layer.read(&mut source)?.spectrum()?.max_rank(), 256);
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    pub(crate) module: String,
    pub(crate) rank: usize,
    pub(crate) rows: usize,
    pub(crate) cols: usize,
    pub(crate) alpha: Option<f64>,
    pub(crate) scale: Scale,
    /// Whether alpha is divided by √r.
    pub(crate) rslora: bool,
    /// Whether A is stored as n × r and B as r × m.
    pub(crate) transposed: bool,
    pub(crate) down: Tensor,
    pub(crate) up: Tensor,
    pub(crate) alpha_tensor: Option<Tensor>,
}

impl Layer {
    /// The path of the module, without PEFT's `base_model.model.`.
    pub fn module(&self) -> &str {
        &self.module
    }

    /// m: the rows of B; for a convolution, its output channels. For an embedding, and for a weight that is stored transposed,
    /// B·A is the transpose of the update.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// n: the columns of A; for a convolution, in·kh·kw.
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// r: the rows of A, which are the columns of B.
    pub fn rank(&self) -> usize {
        self.rank
    }

    /// alpha/r, or alpha/√r where the file says `use_rslora`, with its source; or why it is unknown.
    pub fn scale(&self) -> &Scale {
        &self.scale
    }

    /// alpha as it is stored; `None` if it is not, or is unknown.
    pub fn alpha(&self) -> Option<f64> {
        self.alpha
    }

    /// Whether alpha is divided by √r, as `use_rslora` says, instead of by r.
    pub fn rslora(&self) -> bool {
        self.rslora
    }

    /// Whether A is stored as n × r and B as r × m, as mlx does it.
    pub fn transposed(&self) -> bool {
        self.transposed
    }

    /// The tensor of A.
    pub fn down(&self) -> &Tensor {
        &self.down
    }

    /// The tensor of B.
    pub fn up(&self) -> &Tensor {
        &self.up
    }

    /// The ranges of the file that [`factors`](Self::factors) needs: A's, then B's.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let layer = &adapter.layers()[0];
    /// let [down, up] = layer.ranges().map(|range| &sample.file[range.start as usize..range.end as usize]);
    /// assert_eq!(layer.factors(down, up)?.b().rows(), layer.rows());
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn ranges(&self) -> [Range<u64>; 2] {
        [self.down.range(), self.up.range()]
    }

    /// The factors, from the bytes in [`ranges`](Self::ranges).
    ///
    /// # Errors
    /// [`Problem`] names the tensor if a number is not finite, there are too few bytes, or there is not enough memory. Never
    /// panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// let problem = adapter.layers()[0].factors(&[], &[]).unwrap_err();
    /// assert!(problem.to_string().ends_with("bytes were requested, but 0 were read"));
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn factors(&self, down: &[u8], up: &[u8]) -> Result<Factors, Problem> {
        let [rows, cols, rank] = [self.rows, self.cols, self.rank].map(|side| side as u64);
        let (a, b) = match self.transposed {
            false => (self.down.matrix_of(down, rank, cols)?, self.up.matrix_of(up, rows, rank)?),
            true => (
                transposed(&self.down, &self.down.matrix_of(down, cols, rank)?)?,
                transposed(&self.up, &self.up.matrix_of(up, rank, rows)?)?,
            ),
        };
        Ok(Factors { module: self.module.clone(), b, a, scale: self.scale.value() })
    }

    /// Reads the factors from `source`.
    ///
    /// # Errors
    /// [`Problem`] as for [`factors`](Self::factors), and when a read fails.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let adapter = Adapter::open(&mut &sample.file[..], sample.file.len() as u64, None)?;
    /// assert!(adapter.layers()[0].read(&mut &[][..]).is_err(), "a file that was deleted");
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn read(&self, source: &mut impl ReadBytes) -> Result<Factors, Problem> {
        let [down, up] = [&self.down, &self.up]
            .map(|tensor| read(source, tensor.range(), Location::Tensor(tensor.name().to_owned())));
        self.factors(&down?, &up?)
    }
}

/// The factors B and A of a layer as numbers, with its scale.
///
/// ```
/// # use lora_rank_explorer::adapter::{Adapter, sample};
/// # let sample = sample();
/// # let mut source = &sample.file[..];
/// # let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
/// let factors = adapter.layers()[0].read(&mut source)?;
/// assert_eq!(factors.b().cols(), factors.a().rows());
/// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Factors {
    module: String,
    b: Matrix,
    a: Matrix,
    scale: Option<f64>,
}

impl Factors {
    /// B, m × r.
    pub fn b(&self) -> &Matrix {
        &self.b
    }

    /// A, r × n.
    pub fn a(&self) -> &Matrix {
        &self.a
    }

    /// The scale of B·A; `None` if it is unknown.
    pub fn scale(&self) -> Option<f64> {
        self.scale
    }

    /// The spectrum of scale·B·A, which is [complete](Spectrum::is_complete): at most r singular values are above 0, and one 0
    /// stands for all that must be 0 by m, n and r. Where the scale is unknown, that of B·A: only ratios mean something.
    ///
    /// # Cost
    /// That of [`singular_values_of_product`](crate::svd::singular_values_of_product), without the zeros of its result.
    ///
    /// # Errors
    /// [`Problem`] names the module if there is not enough memory. Never panics.
    ///
    /// ```
    /// # use lora_rank_explorer::adapter::{Adapter, sample};
    /// # let sample = sample();
    /// # let mut source = &sample.file[..];
    /// # let adapter = Adapter::open(&mut source, sample.file.len() as u64, Some(&sample.config))?;
    /// let spectrum = adapter.layers()[0].read(&mut source)?.spectrum()?;
    /// assert!(spectrum.singular_values()[15] > 0.0 && spectrum.singular_values()[16] == 0.0);
    /// # Ok::<(), lora_rank_explorer::adapter::Problem>(())
    /// ```
    pub fn spectrum(&self) -> Result<Spectrum, Problem> {
        let problem = |error| Problem::module(&self.module, Reason::Svd(error));
        let (rows, cols) = (self.b.rows(), self.a.cols());
        let mut values = values_of_core(&self.b, &self.a, self.scale.unwrap_or(1.0)).map_err(problem)?;
        if values.len() < rows.min(cols) {
            values.push(0.0);
        }
        Ok(Spectrum::leading(rows, cols, values, None).expect("falling values, no more than the shape has"))
    }
}
