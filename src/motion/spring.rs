//! [`Spring`]: the closed form of a damped harmonic oscillator.

use std::fmt;

use super::response::{Extent, Response};
use crate::numeric::elementary::{exp, sin_cos};

/// A damped spring, m·x″ + c·x′ + k·(x − target) = 0, evaluated in closed form: no time step, no drift.
///
/// ```
/// use lora_rank_explorer::Spring;
///
/// let lively = Spring::new(300.0, 10.0, 1.0)?;
/// assert!(lively.damping_ratio() < 1.0); // it overshoots
/// assert!(Spring::new(300.0, -1.0, 1.0).is_err());
/// # Ok::<(), lora_rank_explorer::SpringError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spring {
    stiffness: f64,
    damping: f64,
    mass: f64,
}

impl Spring {
    /// Quick with a slight overshoot: stiffness 400, damping 30, mass 1. Marker and cursor use it by default.
    pub const SNAP: Self = Self { stiffness: 400.0, damping: 30.0, mass: 1.0 };

    /// Calm, next to no overshoot: stiffness 170, damping 26, mass 1. The curve uses it.
    pub const SMOOTH: Self = Self { stiffness: 170.0, damping: 26.0, mass: 1.0 };

    /// A spring from `stiffness` k in N/m, `damping` c in N·s/m and `mass` m in kg (only k/m and c/m matter).
    ///
    /// # Errors
    /// [`SpringError`] unless all three are finite and greater than zero: an undamped spring never comes to rest. k/m and c/m must
    /// lie between 1e-12 and 1e12, which is far beyond what can be seen.
    pub const fn new(stiffness: f64, damping: f64, mass: f64) -> Result<Self, SpringError> {
        if !(stiffness > 0.0 && stiffness.is_finite()) {
            return Err(SpringError::Stiffness(stiffness));
        }
        if !(damping > 0.0 && damping.is_finite()) {
            return Err(SpringError::Damping(damping));
        }
        if !(mass > 0.0 && mass.is_finite()) {
            return Err(SpringError::Mass(mass));
        }
        let (per_mass, damping_per_mass) = (stiffness / mass, damping / mass);
        if !(per_mass >= 1e-12 && per_mass <= 1e12 && damping_per_mass >= 1e-12 && damping_per_mass <= 1e12) {
            return Err(SpringError::OutOfRange { stiffness: per_mass, damping: damping_per_mass });
        }
        Ok(Self { stiffness, damping, mass })
    }

    /// k in N/m.
    pub const fn stiffness(self) -> f64 {
        self.stiffness
    }

    /// c in N·s/m.
    pub const fn damping(self) -> f64 {
        self.damping
    }

    /// m in kg.
    pub const fn mass(self) -> f64 {
        self.mass
    }

    /// ζ = c / (2√(k·m)): below 1 the spring overshoots, at 1 it arrives as fast as it can without overshooting, above 1 it
    /// creeps.
    pub fn damping_ratio(self) -> f64 {
        // Not √(k·m), which overflows and underflows.
        self.damping / self.mass / (2.0 * self.angular_frequency())
    }

    /// ω₀ = √(k/m) in rad/s.
    fn angular_frequency(self) -> f64 {
        (self.stiffness / self.mass).sqrt()
    }

    /// The weights at `t` ≥ 0 seconds.
    pub(crate) fn response(self, t: f64) -> Response {
        let omega = self.angular_frequency();
        let zeta = self.damping_ratio();
        // x = A·d + B·v solves the equation with A(0) = 1, A′(0) = 0, B(0) = 0, B′(0) = 1. In all three regimes
        // A = C + ζω·B and A′ = −ω²·B and B′ = C − ζω·B, where C is the decaying cosine (cosh, or 1) and B the sine.
        let (c, b) = if (zeta - 1.0).abs() < 1e-7 {
            let decay = decay(omega * t);
            (decay, t * decay)
        } else if zeta < 1.0 {
            let damped = omega * (1.0 - zeta * zeta).sqrt();
            let decay = decay(zeta * omega * t);
            let (sin, cos) = sin_cos(damped * t);
            (decay * cos, decay * sin / damped)
        } else {
            // As two decays, since cosh and sinh overflow where their product with the decay does not.
            let split = omega * (zeta * zeta - 1.0).sqrt();
            let fast = zeta * omega + split;
            let slow = omega * omega / fast; // ζω − split without cancellation
            let (slow, fast) = (decay(slow * t), decay(fast * t));
            ((slow + fast) / 2.0, (slow - fast) / (2.0 * split))
        };
        Response {
            displacement: c + zeta * omega * b,
            velocity: b,
            displacement_rate: -omega * omega * b,
            velocity_rate: c - zeta * omega * b,
            extent: Extent::Oscillator(omega),
        }
    }
}

/// e⁻ˣ for `x` ≥ 0; 0 once it is below 1e-17. The standard library's function takes more than twice the code.
fn decay(x: f64) -> f64 {
    if x < 40.0 { 1.0 / exp(x) } else { 0.0 }
}

/// Which parameter of a [`Spring`] is not a finite number above zero, or is far too large or too small beside the mass.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum SpringError {
    /// The stiffness that was given.
    Stiffness(f64),
    /// The damping that was given.
    Damping(f64),
    /// The mass that was given.
    Mass(f64),
    /// Stiffness and damping for each kg.
    #[non_exhaustive]
    OutOfRange {
        /// k/m.
        stiffness: f64,
        /// c/m.
        damping: f64,
    },
}

impl fmt::Display for SpringError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, value) = match self {
            Self::Stiffness(value) => ("stiffness", value),
            Self::Damping(value) => ("damping", value),
            Self::Mass(value) => ("mass", value),
            Self::OutOfRange { stiffness, damping } => {
                return write!(
                    f,
                    "the stiffness and the damping of a spring must be between 1e-12 and 1e12 for each kg, not {stiffness:e} and {damping:e}"
                );
            }
        };
        write!(f, "the {name} of a spring must be finite and above zero, not {value}")
    }
}

impl std::error::Error for SpringError {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bouncy, critical and stiffly damped.
    const REGIMES: [(f64, f64, f64); 5] =
        [(400.0, 30.0, 1.0), (170.0, 26.0, 1.0), (100.0, 20.0, 1.0), (100.0, 200.0, 1.0), (600.0, 2.0, 3.0)];

    #[test]
    fn the_response_at_time_0_is_the_start() {
        for (k, c, m) in REGIMES {
            let start = Spring::new(k, c, m).expect("a spring").response(0.0);
            assert!((start.displacement - 1.0).abs() < 1e-14 && start.velocity == 0.0);
            assert!(start.displacement_rate == 0.0 && (start.velocity_rate - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn response_solves_the_equation_of_motion() {
        // Central differences of the closed form against m·x″ + c·x′ + k·x = 0.
        for (k, c, m) in REGIMES {
            let spring = Spring::new(k, c, m).expect("a spring");
            let x = |t: f64| 0.7 * spring.response(t).displacement - 3.0 * spring.response(t).velocity;
            let v = |t: f64| 0.7 * spring.response(t).displacement_rate - 3.0 * spring.response(t).velocity_rate;
            for i in 1..200 {
                let (t, h) = (f64::from(i) * 0.01, 1e-5);
                let acceleration = (v(t + h) - v(t - h)) / (2.0 * h);
                assert!(((x(t + h) - x(t - h)) / (2.0 * h) - v(t)).abs() < 1e-5);
                assert!((m * acceleration + c * v(t) + k * x(t)).abs() < 1e-4 * k, "k {k} c {c} m {m} t {t}");
            }
        }
    }

    #[test]
    fn regimes_meet_at_critical_damping() {
        let critical = Spring::new(100.0, 20.0, 1.0).expect("a spring");
        for damping in [20.0 - 1e-5, 20.0 + 1e-5] {
            let near = Spring::new(100.0, damping, 1.0).expect("a spring");
            for i in 0..100 {
                let t = f64::from(i) * 0.02;
                assert!((near.response(t).displacement - critical.response(t).displacement).abs() < 1e-5);
            }
        }
    }

    #[test]
    fn a_huge_damping_or_time_stays_finite() {
        let creeping = Spring::new(1.0, 1e6, 1.0).expect("a spring");
        for t in [0.0, 1e-9, 1.0, 1e9] {
            let response = creeping.response(t);
            assert!((0.0..=1.0 + 1e-12).contains(&response.displacement), "{t}: {response:?}");
        }
        assert_eq!(Spring::SNAP.response(1e6).displacement, 0.0);
    }

    #[test]
    fn an_invalid_parameter_is_named() {
        let nan = Spring::new(f64::NAN, 1.0, 1.0).expect_err("stiffness");
        assert_eq!(nan.to_string(), "the stiffness of a spring must be finite and above zero, not NaN");
        assert_eq!(Spring::new(1.0, 0.0, 1.0), Err(SpringError::Damping(0.0)));
        assert_eq!(Spring::new(1.0, 1.0, f64::INFINITY), Err(SpringError::Mass(f64::INFINITY)));
        let stiff = Spring::new(1e60, 1.0, 1.0).expect_err("k/m").to_string();
        assert!(stiff.ends_with("between 1e-12 and 1e12 for each kg, not 1e60 and 1e0"), "{stiff}");
    }

    #[test]
    fn every_spring_that_is_accepted_moves_in_finite_numbers() {
        let sizes = [5e-324, 1e-300, 1e-150, 1e-12, 1e-6, 1.0, 1e6, 1e12, 1e150, 1e300];
        for i in 0..sizes.len().pow(3) {
            let [k, c, m] = [i % 10, i / 10 % 10, i / 100].map(|i| sizes[i]);
            let Ok(spring) = Spring::new(k, c, m) else { continue };
            for t in [0.0, 1e-9, 0.1, 1e9] {
                let Response { displacement, velocity, displacement_rate, velocity_rate, .. } = spring.response(t);
                let all = [displacement, velocity, displacement_rate, velocity_rate];
                assert!(all.iter().all(|value| value.is_finite()), "{k:e} {c:e} {m:e} at {t}: {all:?}");
            }
            assert!((spring.response(0.0).displacement - 1.0).abs() < 1e-9, "{k:e} {c:e} {m:e}");
        }
    }
}
