//! The same bits on every platform: this is the native half; `tests/browser/svd` is the other.

#[path = "svd_bits/fingerprint.rs"]
mod fingerprint;

#[test]
fn the_bits_of_every_spectrum_are_those_of_all_platforms() {
    assert_eq!(fingerprint::fingerprint(), fingerprint::EXPECTED);
}
