//! Mantel's comparison of groups: at each time with an event, how many events each group should have had.
//!
//! N. Mantel, Cancer Chemotherapy Reports 50 (1966), 163-170; for more than two groups R. Peto, J. Peto, Journal of the
//! Royal Statistical Society A 135 (1972), 185-207.

use super::chi_square::tail;
use super::curve::Ends;

/// What a comparison of groups has found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Comparison {
    pub(super) chi2: f64,
    pub(super) degrees: u32,
    pub(super) p: f64,
}

/// Observed less expected events of each group but the last, and their covariances.
struct Differences {
    observed_less_expected: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

/// Compares groups, each given by its ends at each of the same times in ascending order.
///
/// Only groups with someone at risk when something happened for the first time take part. `None` when fewer than two
/// do, and when it happened to everyone at risk at once, which no chance could have dealt out otherwise.
pub(super) fn compare(groups: &[Vec<Ends>]) -> Option<Comparison> {
    let first = (0..groups.first()?.len()).find(|time| groups.iter().any(|ends| ends[*time].events > 0))?;
    let later: Vec<&[Ends]> = groups
        .iter()
        .map(|ends| &ends[first..])
        .filter(|ends| ends.iter().any(|ends| ends.all() > 0))
        .collect();
    let events: i64 = later.iter().map(|ends| ends[0].events).sum();
    let at_risk: i64 = later.iter().flat_map(|ends| ends.iter()).map(|ends| ends.all()).sum();
    if later.len() < 2 || events == at_risk {
        return None;
    }
    let chi2 = quadratic_form(differences(&later));
    let degrees = u32::try_from(later.len() - 1).ok()?;
    Some(Comparison { chi2, degrees, p: tail(chi2, degrees) })
}

fn differences(groups: &[&[Ends]]) -> Differences {
    let free = groups.len() - 1;
    let mut at_risk: Vec<i64> = groups.iter().map(|ends| ends.iter().map(|ends| ends.all()).sum()).collect();
    let mut found =
        Differences { observed_less_expected: vec![0.0; free], covariance: vec![vec![0.0; free]; free] };
    for time in 0..groups[0].len() {
        let here: Vec<Ends> = groups.iter().map(|ends| ends[time]).collect();
        found.add(&here, &at_risk);
        for (left, ends) in at_risk.iter_mut().zip(&here) {
            *left -= ends.all();
        }
    }
    found
}

impl Differences {
    /// Adds one time: the ends of each group, and who was at risk.
    fn add(&mut self, here: &[Ends], at_risk: &[i64]) {
        let events: i64 = here.iter().map(|ends| ends.events).sum();
        if events == 0 {
            return;
        }
        let all: i64 = at_risk.iter().sum();
        let (events, all) = (events as f64, all as f64);
        let share: Vec<f64> = at_risk.iter().map(|group| *group as f64 / all).collect();
        // The hypergeometric variance; one person alone has none.
        let spread = if all > 1.0 { events * (all - events) / (all - 1.0) } else { 0.0 };
        for (group, difference) in self.observed_less_expected.iter_mut().enumerate() {
            *difference += here[group].events as f64 - events * share[group];
            for (other, covariance) in self.covariance[group].iter_mut().enumerate() {
                let same = if group == other { 1.0 } else { 0.0 };
                *covariance += spread * share[group] * (same - share[other]);
            }
        }
    }
}

/// `d' V^-1 d` by elimination; `V` is symmetric and positive definite, which needs no exchange of rows.
fn quadratic_form(differences: Differences) -> f64 {
    let Differences { observed_less_expected: mut rest, covariance: mut matrix } = differences;
    let mut sum = 0.0;
    for pivot in 0..rest.len() {
        let row = matrix[pivot].clone();
        sum += rest[pivot] * rest[pivot] / row[pivot];
        for below in pivot + 1..rest.len() {
            let factor = matrix[below][pivot] / row[pivot];
            rest[below] -= factor * rest[pivot];
            for (value, above) in matrix[below].iter_mut().zip(&row).skip(pivot) {
                *value -= factor * above;
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The ends at times 0 to 40.
    fn group(events: &[usize], censored: &[usize]) -> Vec<Ends> {
        let mut ends = vec![Ends::default(); 41];
        for time in events {
            ends[*time].events += 1;
        }
        for time in censored {
            ends[*time].censored += 1;
        }
        ends
    }

    #[test]
    fn remission_under_6_mp_and_under_placebo() {
        // Freireich et al. (1963), as in Cox and Oakes (1984), table 1.1; R's survdiff gives 16.8 on 1 degree of freedom.
        let drug = group(&[6, 6, 6, 7, 10, 13, 16, 22, 23], &[6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]);
        let placebo = group(&[1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23], &[]);
        let found = compare(&[drug.clone(), placebo.clone()]).unwrap();
        assert_eq!(found.degrees, 1);
        assert!((found.chi2 - 16.792_941).abs() < 1e-5, "{}", found.chi2);
        assert!((found.p - 4.168_81e-5).abs() < 1e-9, "{}", found.p);
        let swapped = compare(&[placebo, drug]).unwrap();
        assert!((found.chi2 - swapped.chi2).abs() < 1e-12);
    }

    #[test]
    fn who_left_before_the_first_event_does_not_take_part() {
        let (one, two) = (group(&[3, 5], &[9]), group(&[4], &[6]));
        let early = group(&[], &[0, 1, 2]);
        assert_eq!(compare(&[one.clone(), early.clone(), two.clone()]), compare(&[one.clone(), two]));
        assert_eq!(compare(&[one, early]), None);
    }

    #[test]
    fn nothing_to_compare_is_none() {
        assert_eq!(compare(&[]), None);
        assert_eq!(compare(&[group(&[1], &[2])]), None);
        assert_eq!(compare(&[group(&[], &[2]), group(&[], &[1])]), None);
        assert_eq!(compare(&[group(&[1], &[]), group(&[1, 1], &[0])]), None);
    }
}
