//! [`MatrixRow`]: what a row of a matrix may be.

/// A row of numbers: an array, a vector, a slice, or a `Box`, `Arc` or reference of one, of `f64` or `f32`.
pub trait MatrixRow: sealed::Row {}

impl<Row: sealed::Row + ?Sized> MatrixRow for Row {}

/// `f32` or `f64`.
pub trait MatrixNumber: sealed::Number {}

impl<Number: sealed::Number> MatrixNumber for Number {}

pub(super) mod sealed {
    use std::sync::Arc;

    pub trait Number: Copy + Into<f64> {}

    impl Number for f32 {}
    impl Number for f64 {}

    pub trait Row {
        type Number: Number;

        fn numbers(&self) -> &[Self::Number];
    }

    macro_rules! rows {
        ($([$($parameter:tt)*] $row:ty;)*) => {$(
            impl<N: Number, $($parameter)*> Row for $row {
                type Number = N;

                fn numbers(&self) -> &[N] {
                    self
                }
            }
        )*};
    }

    rows! {
        [] [N];
        [const COLS: usize] [N; COLS];
        [] Vec<N>;
        [] Box<[N]>;
        [] Arc<[N]>;
    }

    impl<R: Row + ?Sized> Row for &R {
        type Number = R::Number;

        fn numbers(&self) -> &[R::Number] {
            (**self).numbers()
        }
    }
}
