//! [`ReadFrom`] and [`List`]: bounds on closures whose compiler messages say what a prop takes.
//!
//! With the bound `Read: Fn() -> Value`, rustc proposes to write a closure around whatever was passed, and of a function with an
//! argument it says only that it has one. [`ReadFrom`] says what the prop takes. The traits cannot be named outside of this crate.

/// A value read from a closure, `Read: Fn() -> Output`. `Self` is what the prop takes; it only serves the message.
#[diagnostic::on_unimplemented(
    message = "expected `{Self}`, or a closure without arguments that returns it, found `{Read}`",
    label = "this prop takes `{Self}`",
    note = "the documentation of the prop says what else it takes; docs/compiler-messages.md says what to write instead"
)]
pub trait ReadFrom<Read> {
    /// What the closure returns.
    type Output;

    /// Calls the closure.
    fn read_from(read: &Read) -> Self::Output;
}

impl<Value, Output, Read: Fn() -> Output> ReadFrom<Read> for Value {
    type Output = Output;

    fn read_from(read: &Read) -> Output {
        read()
    }
}

// No array is a closure, so this never applies. If the impl above were the only one, rustc would report that `Fn()` is missing, without
// the message of this trait. `do_not_recommend` would hide that a closure returns something else or can be called only once.
impl<Value, Read> ReadFrom<Read> for Value
where
    [Read; 0]: Fn(),
{
    type Output = ();

    fn read_from(_: &Read) {}
}

/// A list that a closure returns.
#[diagnostic::on_unimplemented(
    message = "expected a closure that returns a list, found one that returns `{Self}`",
    label = "this prop takes a list",
    note = "a list of one is `vec![…]`"
)]
pub trait List: IntoIterator {}

impl<Item> List for Vec<Item> {}
impl<Item, const LENGTH: usize> List for [Item; LENGTH] {}
