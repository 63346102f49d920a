//! SVDs give the same bits on every platform: the browser's half. `tests/svd_bits.rs` is the native half.
#![cfg(target_family = "wasm")]

#[path = "../../svd_bits/fingerprint.rs"]
mod fingerprint;

use wasm_bindgen_test::wasm_bindgen_test;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn the_bits_of_every_spectrum_are_those_of_all_platforms() {
    assert_eq!(fingerprint::fingerprint(), fingerprint::EXPECTED);
}
