//! Numbers of eight bits, E4M3 and E5M2 (Micikevicius et al., *FP8 Formats for Deep Learning*, 2022, table 1).

/// A format of eight bits: a sign, then the exponent, then `mantissa` bits.
pub(super) struct F8 {
    mantissa: u32,
    /// The exponent of the smallest normal number, and of all subnormal ones.
    least: i32,
    /// The bits of the largest finite number.
    largest: u8,
    table: [f32; 256],
}

/// No infinities; only the two bytes with all bits after the sign set are NaN. The largest number is 448.
pub(super) static E4M3: F8 = F8 { mantissa: 3, least: -6, largest: 0x7E, table: table(3, -6, 0x7E, false) };

/// With infinities and NaN as IEEE 754 places them. The largest number is 57344.
pub(super) static E5M2: F8 = F8 { mantissa: 2, least: -14, largest: 0x7B, table: table(2, -14, 0x7B, true) };

impl F8 {
    /// The number that a byte stands for, exactly.
    pub(super) fn decode(&self, byte: u8) -> f32 {
        self.table[usize::from(byte)]
    }

    /// The byte of the nearest number, ties to even, and that number. A value beyond the largest gives an infinite number.
    pub(super) fn encode(&self, value: f64) -> (u8, f64) {
        let sign = if value.is_sign_negative() { 0x80 } else { 0 };
        let size = value.abs();
        // Biased exponents below that of `least` belong to subnormal numbers here; `max` takes them to it.
        let exponent = ((size.to_bits() >> 52) as i32 - 1023).max(self.least);
        let unit = power_of_two(exponent - self.mantissa as i32);
        // Dividing by a power of two is exact, so it is rounded once.
        let units = (size / unit).round_ties_even();
        let bits = f64::from((exponent - self.least) << self.mantissa) + units;
        if bits > f64::from(self.largest) || value.is_nan() {
            return (sign | self.largest, value / 0.0);
        }
        (sign | bits as u8, f64::from(self.decode(sign | bits as u8)))
    }
}

/// 2ⁿ, for a normal number.
const fn power_of_two(exponent: i32) -> f64 {
    f64::from_bits(((1023 + exponent) as u64) << 52)
}

const fn table(mantissa: u32, least: i32, largest: u8, has_infinity: bool) -> [f32; 256] {
    let mut numbers = [f32::NAN; 256];
    let mut byte = 0;
    while byte < 256 {
        let bits = byte as u8 & 0x7F;
        let (exponent, fraction) = (bits >> mantissa, bits & ((1 << mantissa) - 1));
        let size = if exponent == 0 {
            fraction as f64 * power_of_two(least - mantissa as i32)
        } else {
            let units = (1u8 << mantissa) + fraction;
            units as f64 * power_of_two(exponent as i32 - 1 + least - mantissa as i32)
        };
        let size = if bits <= largest {
            size as f32
        } else if has_infinity && fraction == 0 {
            f32::INFINITY
        } else {
            f32::NAN
        };
        numbers[byte] = if byte < 128 { size } else { -size };
        byte += 1;
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::{E4M3, E5M2, F8};
    use half::f16;

    fn numbers(format: &F8) -> Vec<(u8, f32)> {
        (0..=255).map(|byte| (byte, format.decode(byte))).filter(|(_, number)| number.is_finite()).collect()
    }

    #[test]
    fn e5m2_is_the_upper_byte_of_f16() {
        for byte in 0..=255 {
            let (ours, theirs) = (E5M2.decode(byte), f16::from_bits(u16::from(byte) << 8).to_f32());
            assert!(ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan(), "{byte:#x}");
        }
    }

    #[test]
    fn e4m3_has_the_numbers_of_its_paper() {
        let of = |byte| E4M3.decode(byte);
        assert_eq!(
            [of(0x7E), of(0x08), of(0x07), of(0x01)],
            [448.0, 2f32.powi(-6), 0.875 * 2f32.powi(-6), 2f32.powi(-9)]
        );
        assert_eq!([of(0x38), of(0xB9), of(0x50)], [1.0, -1.125, 8.0]);
        assert_eq!((0..=255).filter(|&byte| of(byte).is_nan()).collect::<Vec<_>>(), [0x7F, 0xFF]);
        assert_eq!(numbers(&E4M3).len(), 254);
    }

    #[test]
    fn every_number_is_written_as_itself() {
        for format in [&E4M3, &E5M2] {
            for (byte, number) in numbers(format) {
                assert_eq!(format.encode(f64::from(number)), (byte, f64::from(number)), "{byte:#x}");
            }
        }
    }

    #[test]
    fn a_value_is_rounded_to_the_nearest_number_and_a_tie_to_the_even_one() {
        for format in [&E4M3, &E5M2] {
            let mut sorted: Vec<_> = numbers(format).into_iter().filter(|(byte, _)| *byte < 128).collect();
            sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
            for pair in sorted.windows(2) {
                let [(low, from), (high, to)] = [pair[0], pair[1]].map(|(byte, number)| (byte, f64::from(number)));
                let middle = (from + to) / 2.0;
                let even = if low % 2 == 0 { low } else { high };
                assert_eq!(format.encode(middle).0, even, "{middle}");
                assert_eq!(format.encode(middle.next_down()).0, low, "below {middle}");
                assert_eq!(format.encode(middle.next_up()).0, high, "above {middle}");
                assert_eq!(format.encode(-middle.next_up()).0, high | 0x80, "below −{middle}");
            }
        }
    }

    #[test]
    fn a_value_beyond_the_largest_number_is_infinite() {
        // Half a unit above the largest is a tie: E4M3's 448 is even, E5M2's 57344 is odd.
        assert_eq!(E4M3.encode(464.0).1, 448.0);
        assert_eq!(E4M3.encode(464.0f64.next_up()).1, f64::INFINITY);
        assert_eq!(E5M2.encode(61440.0f64.next_down()).1, 57344.0);
        assert_eq!(E5M2.encode(-61440.0).1, f64::NEG_INFINITY);
        for value in [1e300, f64::INFINITY, f64::NAN] {
            assert!(!E4M3.encode(value).1.is_finite() && !E5M2.encode(-value).1.is_finite());
        }
    }
}
