//! [`Flight`]: the move of a curve or a number to its target, in absolute time.

use super::response::{Extent, Response};
use super::transition::Transition;
use crate::plot::polyline::Polyline;

/// A move to `target` from the position and velocity that the value had. It never drifts: every sample is a closed form of the
/// time since the start.
#[derive(Clone, Debug)]
pub(crate) struct Flight {
    target: Polyline,
    /// `None` at rest.
    segment: Option<Segment>,
}

#[derive(Clone, Debug)]
struct Segment {
    /// The position at the start, minus the target.
    displacement: Polyline,
    /// The velocity at the start, per second.
    velocity: Polyline,
    /// Seconds on the caller's clock.
    start: f64,
    /// When the clock was last read; never before the start.
    latest: f64,
    transition: Transition,
}

impl Flight {
    /// Below this distance, no difference is visible. In thousandths of the plot: a twentieth of a pixel for a plot of 500
    /// pixels.
    const REST_DISTANCE: f64 = 0.1;
    /// Below this speed, no motion is visible. In thousandths of the plot per second.
    const REST_SPEED: f64 = 2.0;

    pub(crate) fn at_rest(target: Polyline) -> Self {
        Self { target, segment: None }
    }

    pub(crate) fn target(&self) -> &Polyline {
        &self.target
    }

    pub(crate) fn is_under_way(&self) -> bool {
        self.segment.is_some()
    }

    /// Changes the target at time `now`; position and velocity stay continuous.
    pub(crate) fn retarget(&mut self, target: Polyline, transition: Transition, now: f64) {
        let (position, velocity) = match &mut self.segment {
            None => (self.target.clone(), Polyline::level(0.0)),
            Some(segment) => {
                let response = segment.response(now);
                (segment.position(&self.target, response), segment.velocity(response))
            }
        };
        let displacement = position.combine(1.0, &target, -1.0);
        self.segment = Some(Segment { displacement, velocity, start: now, latest: now, transition });
        self.target = target;
    }

    /// Ends the move at its target.
    pub(crate) fn settle(&mut self) {
        self.segment = None;
    }

    /// The position at time `now`, exactly the target once the move is over, and whether it is still under way.
    ///
    /// The move is over when distance and speed are below their thresholds *and stay there*: a bouncy spring passes through
    /// moments that only look like rest.
    pub(crate) fn sample(&mut self, now: f64) -> (Polyline, bool) {
        let Some(segment) = &mut self.segment else { return (self.target.clone(), false) };
        let response = segment.response(now);
        let rests = match response.extent {
            Extent::UntilDone => false,
            Extent::Done => true,
            Extent::Oscillator(omega) => {
                let offset = segment.offset(response).magnitude();
                let speed = segment.velocity(response).magnitude();
                let extent = (offset * offset + speed * speed / (omega * omega)).sqrt();
                extent < Self::REST_DISTANCE && extent * omega < Self::REST_SPEED
            }
        };
        if rests {
            self.settle();
            return (self.target.clone(), false);
        }
        (segment.position(&self.target, response), true)
    }
}

impl Segment {
    /// If the clock steps back, the move continues from where it was.
    fn response(&mut self, now: f64) -> Response {
        if now < self.latest {
            self.start = now - (self.latest - self.start);
        }
        self.latest = now;
        self.transition.response(now - self.start)
    }

    fn offset(&self, response: Response) -> Polyline {
        self.displacement.combine(response.displacement, &self.velocity, response.velocity)
    }

    fn position(&self, target: &Polyline, response: Response) -> Polyline {
        self.offset(response).combine(1.0, target, 1.0)
    }

    fn velocity(&self, response: Response) -> Polyline {
        self.displacement.combine(response.displacement_rate, &self.velocity, response.velocity_rate)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::motion::easing::CubicBezier;
    use crate::motion::spring::Spring;
    use crate::motion::transition::Tween;

    fn fly(from: f64, to: f64, transition: impl Into<Transition>) -> Flight {
        let mut flight = Flight::at_rest(Polyline::level(from));
        flight.retarget(Polyline::level(to), transition.into(), 0.0);
        flight
    }

    fn height(flight: &mut Flight, now: f64) -> f64 {
        flight.sample(now).0.at(0.0)
    }

    #[test]
    fn sixty_and_two_hundred_and_forty_hertz_show_the_same_motion() {
        let (mut slow, mut fast) = (fly(0.0, 1000.0, Spring::SNAP), fly(0.0, 1000.0, Spring::SNAP));
        for frame in 0..120 {
            let at_60 = height(&mut slow, f64::from(frame) / 60.0);
            for quarter in 0..4 {
                let at_240 = height(&mut fast, f64::from(frame * 4 + quarter) / 240.0);
                assert!(quarter > 0 || at_60 == at_240, "frame {frame}: {at_60} and {at_240}");
            }
        }
    }

    /// Moves from 0 to 1000, sampled at 0, 50, 100, 150, 250 and 400 ms by the `spring` generator of the npm package motion-dom
    /// 14.14.0, with its end conditions switched off.
    #[test]
    fn springs_agree_with_motion() {
        const MILLISECONDS: [f64; 6] = [0.0, 50.0, 100.0, 150.0, 250.0, 400.0];
        #[rustfmt::skip]
        let published = [
            (400.0, 30.0, [0.0, 298.2492913308014, 699.9762647622838, 932.9145911989617, 1027.5917714067255, 1000.9957831356356]),
            (170.0, 26.0, [0.0, 139.4182593526824, 375.1285901953363, 582.9282826301046, 837.7235854410196, 966.9916398555032]),
            (100.0, 20.0, [0.0, 90.20401043104982, 264.2411176571153, 442.1745996289254, 712.7025048163541, 908.4218055563291]),
            (100.0, 50.0, [0.0, 62.21386609836865, 151.78386178471612, 235.53212398991124, 379.50815938410227, 546.2961435981326]),
        ];
        for (stiffness, damping, values) in published {
            let mut flight = fly(0.0, 1000.0, Spring::new(stiffness, damping, 1.0).expect("a spring"));
            for (ms, value) in MILLISECONDS.into_iter().zip(values) {
                assert!((height(&mut flight, ms / 1000.0) - value).abs() < 1e-9, "{stiffness} {damping} at {ms} ms");
            }
        }
    }

    #[test]
    fn a_new_target_on_the_way_keeps_position_and_velocity() {
        for spring in [Spring::SNAP, Spring::SMOOTH, Spring::new(100.0, 60.0, 1.0).expect("a spring")] {
            let mut flight = fly(0.0, 1000.0, spring);
            let (now, h) = (0.06, 1e-6);
            let earlier = height(&mut flight, now - h);
            let before = height(&mut flight, now);
            let velocity = (before - earlier) / h;
            flight.retarget(Polyline::level(200.0), spring.into(), now);
            assert!((height(&mut flight, now) - before).abs() < 1e-9);
            let after = (height(&mut flight, now + h) - before) / h;
            assert!((after - velocity).abs() < 0.05 * velocity.abs(), "{velocity} then {after}");
        }
    }

    #[test]
    fn a_bouncy_spring_rests_only_once_it_stays_at_its_target() {
        let bouncy = Spring::new(300.0, 3.0, 1.0).expect("a spring");
        let mut flight = fly(0.0, 1000.0, bouncy);
        let mut rested_at = None;
        for frame in 0..2400 {
            let now = f64::from(frame) / 240.0;
            if !flight.sample(now).1 {
                rested_at = Some(now);
                break;
            }
        }
        let rested_at = rested_at.expect("it comes to rest");
        let free = |t: f64| 1000.0 * bouncy.response(t).displacement.abs();
        assert!((0..2400).all(|i| free(rested_at + f64::from(i) / 240.0) <= Flight::REST_DISTANCE));
        assert_eq!(height(&mut flight, rested_at), 1000.0);
    }

    #[test]
    fn a_huge_step_ends_exactly_at_the_target() {
        for transition in [Spring::SNAP.into(), Spring::SMOOTH.into(), Transition::Instant] {
            let mut flight = fly(3.0, 700.0, transition);
            assert_eq!(flight.sample(3600.0), (Polyline::level(700.0), false));
        }
    }

    #[test]
    fn a_clock_that_steps_back_neither_moves_nor_stops_the_value() {
        for back in [0.001, 1.0, 3600.0, 1e9] {
            let (mut flight, mut undisturbed) = (fly(100.0, 900.0, Spring::SNAP), fly(100.0, 900.0, Spring::SNAP));
            let before = height(&mut flight, 0.05);
            assert!((height(&mut flight, 0.05 - back) - before).abs() < 1e-2);
            for frame in 1..=120 {
                let later = f64::from(frame) / 60.0;
                let (shown, expected) =
                    (height(&mut flight, 0.05 - back + later), height(&mut undisturbed, 0.05 + later));
                assert!((shown - expected).abs() < 1e-2, "{back} s back, {later} s later: {shown}, not {expected}");
            }
            assert!(!flight.is_under_way());
        }
    }

    #[test]
    fn a_new_target_after_a_step_back_starts_from_the_last_position() {
        let mut flight = fly(100.0, 900.0, Spring::SNAP);
        let before = height(&mut flight, 0.05);
        flight.retarget(Polyline::level(300.0), Spring::SNAP.into(), -1e6);
        assert!((height(&mut flight, -1e6) - before).abs() < 1e-2);
        assert_eq!(flight.sample(0.0), (Polyline::level(300.0), false));
    }

    proptest! {
        /// Frames come every few milliseconds, once a second, after a night, or from a clock that was set back.
        #[test]
        fn no_step_leads_further_from_the_target_than_the_start(
            stiffness in 1.0..2000.0f64,
            damping in 0.1..200.0f64,
            steps in prop::collection::vec(prop_oneof![0.0..0.05f64, Just(1.0), 0.0..1e9f64, -1e9..0.0f64], 1..40),
        ) {
            let mut flight = fly(200.0, 700.0, Spring::new(stiffness, damping, 1.0).expect("a spring"));
            let mut now = 0.0;
            for step in steps {
                now += step;
                let shown = height(&mut flight, now);
                prop_assert!((shown - 700.0).abs() <= 500.0 + 1e-9, "{shown} at {now} s");
                prop_assert!(flight.is_under_way() || shown == 700.0);
            }
            prop_assert_eq!(flight.sample(now + 1e12), (Polyline::level(700.0), false));
        }
    }

    #[test]
    fn a_tween_ends_at_its_duration_and_not_before() {
        let tween = Tween::new(Duration::from_millis(200), CubicBezier::EASE);
        let mut flight = fly(0.0, 1000.0, tween);
        assert!(flight.sample(0.199).1);
        assert_eq!(flight.sample(0.2), (Polyline::level(1000.0), false));
    }
}
