//! Finds a pattern in the events of a group, as ClickHouse's `sequenceMatch` and `sequenceCount` do.
//!
//! A time compares an event with the one that was taken or passed over before it, and lets events lie between: in
//! `(?1)(?t<=90)(?2)` it is the time since `(?1)`.

use datafusion::common::exec_err;
use datafusion::error::Result;

use super::events::Event;
use super::pattern::{Part, Pattern};

/// Steps after which a search is given up; ClickHouse's limit.
const MOST_STEPS: usize = 1_000_000;

/// Where a pattern was found.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The events that the conditions of the pattern took, in their order.
    pub(super) taken: Vec<usize>,
    /// The event after the last one that was taken.
    end: usize,
}

impl Pattern {
    /// Whether the pattern is found in `events`, which are in order.
    pub(super) fn is_found(&self, events: &[Event]) -> Result<bool> {
        if !self.has_conditions(events) {
            return Ok(false);
        }
        if !self.has_time() {
            return Ok(self.is_found_without_time(events));
        }
        Ok(self.first(events)?.is_some())
    }

    /// How often the pattern is found, each time after the end of the last.
    pub(super) fn count(&self, events: &[Event]) -> Result<i64> {
        let mut count = 0;
        let mut rest = events;
        if !self.has_conditions(events) || !self.has_fixed_parts(events) {
            return Ok(0);
        }
        while !rest.is_empty() {
            let Some(found) = self.search(rest)? else { break };
            rest = &rest[found.end.max(1)..];
            count += 1;
        }
        Ok(count)
    }

    /// Where the pattern is found first.
    pub(super) fn first(&self, events: &[Event]) -> Result<Option<Found>> {
        if !self.has_conditions(events) || !self.has_fixed_parts(events) {
            return Ok(None);
        }
        self.search(events)
    }

    /// Whether every condition of the pattern holds somewhere.
    fn has_conditions(&self, events: &[Event]) -> bool {
        let mut missing = self.conditions;
        events.iter().any(|event| {
            missing &= !event.held;
            missing == 0
        }) || missing == 0
    }

    /// Whether the parts between `.*` and times are there in their order, whatever lies between: what fails here needs
    /// no search.
    fn has_fixed_parts(&self, events: &[Event]) -> bool {
        let mut rest = events;
        self.parts.split(|part| !part.is_fixed()).filter(|parts| !parts.is_empty()).all(|parts| {
            let fit = |window: &[Event]| parts.iter().zip(window).all(|(part, event)| part.fits(event));
            let Some(start) = rest.windows(parts.len()).position(fit) else { return false };
            rest = &rest[start + parts.len()..];
            true
        })
    }

    /// Goes through the events once, keeping all places of the pattern that may have been reached.
    fn is_found_without_time(&self, events: &[Event]) -> bool {
        // A place is before a part that takes an event; `.*` lets a place stay.
        let (mut takes, mut stays): (Vec<Part>, Vec<bool>) = (Vec::new(), vec![false]);
        for part in &self.parts {
            if part.is_fixed() {
                takes.push(*part);
                stays.push(false);
            } else if let Some(stays) = stays.last_mut() {
                *stays = true;
            }
        }
        let last = takes.len();
        let mut places = vec![false; last + 1];
        places[0] = true;
        for event in events {
            if places[last] {
                break;
            }
            for place in (0..last).rev() {
                let moves = places[place] && takes[place].fits(event);
                places[place + 1] = moves || (places[place + 1] && stays[place + 1]);
            }
            places[0] &= stays[0];
        }
        places[last]
    }

    fn search(&self, events: &[Event]) -> Result<Option<Found>> {
        let mut search = Search { events, at: Position::default(), turns: Vec::new(), taken: Vec::new() };
        for _ in 0..MOST_STEPS {
            let (Some(part), Some(event)) = (self.parts.get(search.at.part), events.get(search.at.event))
            else {
                return Ok(search.end(&self.parts));
            };
            if !search.step(*part, event) {
                return Ok(search.end(&self.parts));
            }
        }
        exec_err!(
            "a pattern of events took more than {MOST_STEPS} steps in one group; GROUP BY person_id, or write a pattern with fewer .* and times."
        )
    }
}

/// A place of a search.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    part: usize,
    event: usize,
    /// The event from which the next time counts.
    base: usize,
}

/// A search that can go back to its turns.
struct Search<'a> {
    events: &'a [Event],
    at: Position,
    /// Places where another event could have been passed over, with the number of events taken until then.
    turns: Vec<(Position, usize)>,
    taken: Vec<usize>,
}

impl Search<'_> {
    /// Goes on by one part and event; false when there is nowhere to go.
    fn step(&mut self, part: Part, event: &Event) -> bool {
        match part {
            Part::Condition(_) if !part.fits(event) => self.turn_back(),
            Part::Condition(_) | Part::One => {
                if part != Part::One {
                    self.taken.push(self.at.event);
                }
                let Position { part, event, .. } = self.at;
                self.at = Position { part: part + 1, event: event + 1, base: event };
                true
            }
            Part::Any => {
                self.pass();
                true
            }
            Part::Time(compare, span) => {
                if compare.holds(event.moment, span.after(self.events[self.at.base].moment)) {
                    self.pass();
                    true
                } else if compare.may_come_true() {
                    self.at.event += 1;
                    self.at.event < self.events.len() || self.turn_back()
                } else {
                    self.turn_back()
                }
            }
        }
    }

    /// Goes to the next part with the same event, and remembers that the event could be passed over.
    fn pass(&mut self) {
        self.turns.push((self.at, self.taken.len()));
        self.at = Position { part: self.at.part + 1, event: self.at.event, base: self.at.event };
    }

    /// Goes back to the last turn and passes over its event.
    fn turn_back(&mut self) -> bool {
        while let Some((turn, taken)) = self.turns.pop() {
            self.at = Position { event: turn.event + 1, ..turn };
            self.taken.truncate(taken);
            if self.at.event < self.events.len() {
                return true;
            }
        }
        false
    }

    /// What was found when no part or no event is left: parts that need no event are satisfied.
    fn end(self, parts: &[Part]) -> Option<Found> {
        let needs_event = |part: &Part| match part {
            Part::Any => false,
            Part::Time(compare, span) => {
                compare.may_come_true() && !(compare.holds(1, 0) && span.is_zero() && compare.holds(0, 0))
            }
            Part::Condition(_) | Part::One => true,
        };
        let is_found = !parts[self.at.part..].iter().any(needs_event);
        is_found.then_some(Found { taken: self.taken, end: self.at.event })
    }
}

#[cfg(test)]
mod tests {
    use super::super::moment::Scale;
    use super::*;
    use proptest::prelude::*;

    fn events(text: &str) -> Vec<Event> {
        let held = |letter: char| "abc".find(letter).map_or(0, |place| 1 << place);
        (0..).zip(text.chars()).map(|(moment, letter)| Event { moment, held: held(letter) }).collect()
    }

    fn pattern(text: &str) -> Pattern {
        Pattern::parse(text, Scale::Number, 3).unwrap()
    }

    fn found(text: &str, letters: &str) -> bool {
        pattern(text).is_found(&events(letters)).unwrap()
    }

    #[test]
    fn conditions_stand_side_by_side_unless_something_may_lie_between() {
        assert!(found("(?1)(?2)", "ccab"));
        assert!(!found("(?1)(?2)", "acb"));
        assert!(found("(?1).*(?2)", "acb") && found("(?1).(?2)", "acb") && !found("(?1).(?2)", "ab"));
        assert!(!found("(?2).*(?1)", "ab"));
        assert!(found("", ""));
        assert!(!found("(?1)", ""));
    }

    #[test]
    fn times_count_from_the_event_taken_before() {
        assert!(found("(?1)(?t<=2)(?2)", "acb") && !found("(?1)(?t<=1)(?2)", "acb"));
        assert!(found("(?1)(?t>=2)(?2)", "acb") && !found("(?1)(?t>2)(?2)", "acb"));
        assert!(found("(?1)(?t==2)(?2)", "acb") && !found("(?1)(?t==1)(?2)", "acb"));
        // The first a is too early, the second one is not.
        assert!(found("(?1)(?t<=1)(?2)", "acab"));
        // A time after .* counts from the event passed over last, and is always short enough.
        assert!(found("(?1).*(?t<=1)(?2)", "acccb"));
    }

    #[test]
    fn each_count_starts_after_the_last() {
        let count = |text: &str, letters: &str| pattern(text).count(&events(letters)).unwrap();
        assert_eq!(count("(?1)(?2)", "abab"), 2);
        assert_eq!(count("(?1).*(?2)", "aabb"), 1);
        assert_eq!(count("(?1)", "aca"), 2);
        assert_eq!(count("(?2)(?1)", "ab"), 0);
    }

    #[test]
    fn the_first_find_names_its_events() {
        let first = |text: &str, letters: &str| {
            pattern(text).first(&events(letters)).unwrap().map(|found| found.taken)
        };
        assert_eq!(first("(?1)(?t<=1)(?2)", "acab"), Some(vec![2, 3]));
        assert_eq!(first("(?1).(?2)", "acb"), Some(vec![0, 2]));
        assert_eq!(first("(?1)(?1)", "aca"), None);
    }

    #[test]
    fn a_search_that_does_not_end_is_given_up() {
        let letters = "a".repeat(3_000);
        let error = pattern("(?1)(?t>=0)(?1)(?t>=0)(?1)(?t>=0)(?1)(?t==5000)(?1)")
            .is_found(&events(&letters))
            .unwrap_err();
        assert!(error.to_string().contains("more than 1000000 steps"), "{error}");
    }

    proptest! {
        /// Without times the search and the walk over places find the same.
        #[test]
        fn both_ways_agree(letters in "[abcd]{0,10}", parts in prop::collection::vec(prop::sample::select(vec!["(?1)", "(?2)", ".", ".*"]), 0..5)) {
            let pattern = pattern(&parts.concat());
            let events: Vec<Event> = events(&letters).into_iter().filter(|event| event.held != 0).collect();
            // The search wants an event even where the pattern wants none.
            if !events.is_empty() {
                prop_assert_eq!(pattern.is_found_without_time(&events), pattern.search(&events).unwrap().is_some());
            }
        }
    }
}
