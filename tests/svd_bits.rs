//! Every platform computes the same bits. This is the native test; `tests/browser/svd` is the one in a browser.

#[path = "svd_bits/fingerprint.rs"]
mod fingerprint;

#[test]
fn this_platform_computes_the_expected_bits() {
    assert_eq!(fingerprint::fingerprint(), fingerprint::EXPECTED);
}
