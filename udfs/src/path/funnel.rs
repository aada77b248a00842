//! How far a group's events get in a funnel: ClickHouse's `windowFunnel`, rule for rule.
//!
//! A row in which several conditions hold is several steps at one moment, in the order of the conditions. `ClickHouse`
//! changed `strict_order` between its versions 25.9, whose published answers the default gives, and 26.

use datafusion::common::{exec_err, plan_err};
use datafusion::error::Result;

use super::events::Event;
use super::moment::Span;

/// What a funnel demands beyond the order of its steps; ClickHouse's names.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "six modes that combine freely")]
pub(super) struct Modes {
    /// The funnel ends at a step that was there already.
    strict_deduplication: bool,
    /// The funnel ends at anything that is not the next step.
    pub(super) strict_order: bool,
    /// Moments of steps increase; equal ones do not count.
    strict_increase: bool,
    /// A row is one step at most.
    strict_once: bool,
    /// With `strict_order`: the first step may come again.
    allow_reentry: bool,
    /// With `strict_order`: the first step may come again without `allow_reentry`, which passes over steps that come
    /// too early.
    clickhouse_26: bool,
}

impl Modes {
    pub(super) const NAMES: [&str; 6] = [
        "strict_deduplication",
        "strict_order",
        "strict_increase",
        "strict_once",
        "allow_reentry",
        "clickhouse_26",
    ];

    /// Reads names with commas between them.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let mut modes = Self::default();
        for name in text.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            let mode = match name.to_lowercase().as_str() {
                "strict_deduplication" => &mut modes.strict_deduplication,
                "strict_order" => &mut modes.strict_order,
                "strict_increase" => &mut modes.strict_increase,
                "strict_once" => &mut modes.strict_once,
                "allow_reentry" => &mut modes.allow_reentry,
                "clickhouse_26" => &mut modes.clickhouse_26,
                _ => {
                    let names = Self::NAMES.join(", ");
                    return plan_err!("window_funnel() has no mode '{name}'; its modes are {names}.");
                }
            };
            *mode = true;
        }
        if modes.allow_reentry && !modes.strict_order {
            return plan_err!(
                "window_funnel() takes allow_reentry together with strict_order only; write 'strict_order,allow_reentry'."
            );
        }
        Ok(modes)
    }
}

/// A funnel of so many steps.
#[derive(Debug, Clone)]
pub(super) struct Funnel {
    pub(super) steps: usize,
    pub(super) window: Span,
    pub(super) modes: Modes,
}

/// What an event does to a walk.
enum Next {
    Goes,
    /// The funnel ends with this many steps.
    Ends(usize),
}

impl Funnel {
    /// The most steps of the funnel that `events`, which are in order, go through within the window.
    pub(super) fn level(&self, events: &[Event]) -> Result<usize> {
        if self.modes.strict_once {
            self.walk(&mut Once::new(self), events)
        } else {
            self.walk(&mut Free::new(self), events)
        }
    }

    fn walk(&self, walk: &mut impl Walk, events: &[Event]) -> Result<usize> {
        let mut last = None;
        for rows in events.chunk_by(|left, right| left.moment == right.moment) {
            walk.open(rows);
            let stray = rows.iter().any(|row| row.held == 0);
            if self.modes.strict_order && stray && last.is_some() {
                return Ok(walk.highest());
            }
            for step in 0..self.steps {
                for row in rows.iter().filter(|row| row.held >> step & 1 == 1) {
                    match self.step(walk, step, *row, &mut last)? {
                        Next::Goes => {}
                        Next::Ends(level) => return Ok(level),
                    }
                }
            }
        }
        Ok(walk.highest())
    }

    /// Takes an event as a step; `last` is the step of the event before, once the first step was there.
    fn step(&self, walk: &mut impl Walk, step: usize, row: Event, last: &mut Option<usize>) -> Result<Next> {
        let modes = self.modes;
        let before_this = if step == 0 || last.is_some() { last.replace(step) } else { None };
        let Some(before) = step.checked_sub(1) else {
            let has_gone_on = self.steps > 1 && walk.has(1);
            if modes.strict_order && has_gone_on && !modes.allow_reentry && !modes.clickhouse_26 {
                return Ok(Next::Ends(walk.highest()));
            }
            walk.start(row)?;
            return Ok(Next::Goes);
        };
        if modes.strict_deduplication && walk.has(step) {
            let level = before_this.filter(|_| modes.allow_reentry && !modes.clickhouse_26);
            return Ok(Next::Ends(level.map_or_else(|| walk.highest(), |level| level + 1)));
        }
        if walk.has(before) {
            walk.advance(step, row)?;
            let is_whole = step + 1 == self.steps && walk.has(step);
            return Ok(if is_whole { Next::Ends(self.steps) } else { Next::Goes });
        }
        let passes_over = modes.allow_reentry && modes.clickhouse_26;
        if modes.strict_order && last.is_some() && !passes_over {
            return Ok(Next::Ends((0..self.steps).find(|step| !walk.has(*step)).unwrap_or(self.steps)));
        }
        Ok(Next::Goes)
    }
}

/// Which steps were reached, and by when the next one must follow.
trait Walk {
    /// These events, of one moment, follow.
    fn open(&mut self, rows: &[Event]);
    /// The first step.
    fn start(&mut self, row: Event) -> Result<()>;
    /// A later step, if one before it allows.
    fn advance(&mut self, step: usize, row: Event) -> Result<()>;
    /// Whether a step was reached.
    fn has(&self, step: usize) -> bool;
    /// How many steps were reached.
    fn highest(&self) -> usize;
}

/// A row may be several steps: the latest way to each step is the best.
struct Free<'a> {
    funnel: &'a Funnel,
    /// For each step the moment until which the window of its way is open, and when it was reached.
    reached: Vec<Option<(i64, i64)>>,
}

impl<'a> Free<'a> {
    fn new(funnel: &'a Funnel) -> Self {
        Self { funnel, reached: vec![None; funnel.steps] }
    }
}

impl Walk for Free<'_> {
    fn open(&mut self, _: &[Event]) {}

    fn start(&mut self, row: Event) -> Result<()> {
        self.reached[0] = Some((self.funnel.window.after(row.moment), row.moment));
        Ok(())
    }

    fn advance(&mut self, step: usize, row: Event) -> Result<()> {
        if let Some((closes, last)) = self.reached[step - 1]
            && row.moment <= closes
            && (last < row.moment || !self.funnel.modes.strict_increase)
        {
            self.reached[step] = Some((closes, row.moment));
        }
        Ok(())
    }

    fn has(&self, step: usize) -> bool {
        self.reached[step].is_some()
    }

    fn highest(&self) -> usize {
        self.reached.iter().rposition(Option::is_some).map_or(0, |step| step + 1)
    }
}

/// Ways that a group may have at one moment before the funnel gives up.
const MOST_WAYS: usize = 10_000;

/// A row is one step at most: of the ways that end at the present moment, all are kept, with the rows they use.
///
/// Rows of the same moment in which the same conditions hold are alike, so that a way only counts them. Of the ways
/// that ended earlier the one whose window stays open longest is the best.
struct Once<'a> {
    funnel: &'a Funnel,
    /// For each step, until when the best earlier way is open.
    earlier: Vec<Option<i64>>,
    /// For each step, the ways that reached it at this moment.
    now: Vec<Vec<Way>>,
    /// The conditions of each row of this moment.
    rows: Vec<u32>,
}

/// A way: until when its window is open, and the conditions of each row it uses at this moment, ascending.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Way {
    closes: i64,
    used: Vec<u32>,
}

impl<'a> Once<'a> {
    fn new(funnel: &'a Funnel) -> Self {
        let now = vec![Vec::new(); funnel.steps];
        Self { funnel, earlier: vec![None; funnel.steps], now, rows: Vec::new() }
    }

    fn keep(&mut self, step: usize, way: Way) -> Result<()> {
        let ways = &mut self.now[step];
        if ways.len() >= MOST_WAYS {
            return exec_err!(
                "window_funnel() with strict_once met too many rows at one moment; GROUP BY person_id, or use moments that tell rows apart."
            );
        }
        if !ways.contains(&way) {
            ways.push(way);
        }
        Ok(())
    }

    /// A way and one more row; `None` when it uses all rows of that kind.
    fn with(&self, way: &Way, row: Event) -> Option<Way> {
        let count = |rows: &[u32]| rows.iter().filter(|held| **held == row.held).count();
        let mut used = way.used.clone();
        let place = used.partition_point(|held| *held < row.held);
        used.insert(place, row.held);
        (row.moment <= way.closes && count(&used) <= count(&self.rows))
            .then_some(Way { closes: way.closes, used })
    }
}

impl Walk for Once<'_> {
    fn open(&mut self, rows: &[Event]) {
        for (earlier, now) in self.earlier.iter_mut().zip(&mut self.now) {
            let closes = now.drain(..).map(|way| way.closes).max();
            *earlier = (*earlier).max(closes);
        }
        self.rows.clear();
        self.rows.extend(rows.iter().map(|row| row.held));
    }

    fn start(&mut self, row: Event) -> Result<()> {
        self.keep(0, Way { closes: self.funnel.window.after(row.moment), used: vec![row.held] })
    }

    fn advance(&mut self, step: usize, row: Event) -> Result<()> {
        let earlier = self.earlier[step - 1].map(|closes| Way { closes, used: Vec::new() });
        let now = if self.funnel.modes.strict_increase { &[][..] } else { &self.now[step - 1] };
        let ways: Vec<Way> = earlier.iter().chain(now).filter_map(|way| self.with(way, row)).collect();
        ways.into_iter().try_for_each(|way| self.keep(step, way))
    }

    fn has(&self, step: usize) -> bool {
        self.earlier[step].is_some() || !self.now[step].is_empty()
    }

    fn highest(&self) -> usize {
        (0..self.funnel.steps).rfind(|step| self.has(*step)).map_or(0, |step| step + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::super::moment::Scale;
    use super::*;
    use proptest::prelude::*;

    fn level(steps: usize, window: i64, modes: &str, events: &[(i64, u32)]) -> usize {
        let window = Span::from_number(window, Scale::Number);
        let mut events: Vec<Event> =
            events.iter().map(|(moment, held)| Event { moment: *moment, held: *held }).collect();
        events.sort_unstable();
        Funnel { steps, window, modes: Modes::parse(modes).unwrap() }.level(&events).unwrap()
    }

    #[test]
    fn the_window_starts_with_the_first_step_and_includes_its_end() {
        assert_eq!(level(2, 10, "", &[(0, 1), (10, 2)]), 2);
        assert_eq!(level(2, 10, "", &[(0, 1), (11, 2)]), 1);
        // A later first step opens the window again.
        assert_eq!(level(2, 10, "", &[(0, 1), (5, 1), (11, 2)]), 2);
        assert_eq!(level(2, 10, "", &[(0, 2), (5, 2)]), 0);
        assert_eq!(level(3, 10, "", &[]), 0);
    }

    #[test]
    fn one_row_can_be_several_steps_unless_once() {
        assert_eq!(level(3, 10, "", &[(4, 7)]), 3);
        assert_eq!(level(3, 10, "strict_increase", &[(4, 7)]), 1);
        assert_eq!(level(3, 10, "strict_once", &[(4, 7)]), 1);
        assert_eq!(level(3, 10, "strict_once", &[(4, 7), (4, 7), (4, 6)]), 3);
        // The row that could be step 1 or 2 is kept for step 2.
        assert_eq!(level(2, 10, "strict_once", &[(4, 3), (4, 1)]), 2);
        assert_eq!(level(2, 10, "strict_once,strict_increase", &[(4, 3), (4, 1)]), 1);
    }

    #[test]
    fn modes_are_checked() {
        let refused = |text| Modes::parse(text).unwrap_err().to_string();
        assert!(refused("strict").contains("has no mode 'strict'"));
        assert!(refused("allow_reentry").contains("together with strict_order"));
        assert_eq!(Modes::parse("").unwrap(), Modes::default());
        assert!(Modes::parse(" STRICT_order , allow_reentry").unwrap().strict_order);
    }

    #[test]
    fn a_first_step_that_comes_again_ends_a_strict_order_unless_it_may() {
        let again = [(1, 1), (2, 2), (3, 1), (4, 4)];
        assert_eq!(level(3, 10, "strict_order", &again), 2);
        assert_eq!(level(3, 10, "strict_order,allow_reentry", &again), 3);
        assert_eq!(level(3, 10, "strict_order,clickhouse_26", &again), 3);
        let early = [(1, 1), (2, 4), (3, 2)];
        assert_eq!(level(3, 10, "strict_order,allow_reentry", &early), 1);
        assert_eq!(level(3, 10, "strict_order,allow_reentry,clickhouse_26", &early), 2);
    }

    #[test]
    fn rows_of_one_moment_without_number_are_no_trouble_and_kinds_without_number_are_told() {
        let alike: Vec<_> = (0..5_000).map(|_| (4, 3)).collect();
        assert_eq!(level(3, 10, "strict_once", &alike), 2);
        let window = Span::from_number(10, Scale::Number);
        let funnel = Funnel { steps: 30, window, modes: Modes::parse("strict_once").unwrap() };
        let all: Vec<Event> =
            (0..20).map(|bit| Event { moment: 4, held: ((1 << 20) - 1) ^ (1 << bit) }).collect();
        let error = Funnel { steps: 25, ..funnel }.level(&all).unwrap_err().to_string();
        assert!(error.contains("too many rows at one moment"), "{error}");
    }

    proptest! {
        /// With one condition a row, at moments that differ, a row is one step at most anyway.
        #[test]
        fn once_and_free_agree_on_single_conditions(events in prop::collection::vec(0..4_u32, 0..12), window in 0..12_i64,
            order in any::<bool>(), deduplication in any::<bool>()) {
            let events: Vec<_> = (0_i64..).zip(events).map(|(moment, bit)| (moment, 1 << bit >> 1)).collect();
            let mut modes = String::new();
            if order { modes.push_str("strict_order,"); }
            if deduplication { modes.push_str("strict_deduplication,"); }
            let events: Vec<_> = events.into_iter().filter(|(_, held)| order || *held != 0).collect();
            prop_assert_eq!(level(3, window, &modes, &events), level(3, window, &format!("{modes}strict_once"), &events));
        }
    }
}
