//! How wide the columns of a table are, and which give way when the terminal is too narrow.

/// Text columns are cut down to this many characters before whole columns are left out.
const LEAST_TEXT_WIDTH: usize = 16;

/// What a column asks for, in terminal columns.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// The width at which nothing is cut.
    pub(super) natural: usize,
    /// The width below which the column is better left out.
    pub(super) least: usize,
}

impl Wish {
    /// A width that a person has chosen.
    pub(super) fn exactly(width: usize) -> Self {
        Self { natural: width, least: width }
    }

    /// Text may be cut; a number may not, since a part of a number is another number. `least` is the width that text
    /// and headers keep, where it is not the usual one.
    pub(super) fn new(header: usize, cells: usize, numeric: bool, least: Option<usize>) -> Self {
        let natural = header.max(cells);
        let kept = least.unwrap_or(LEAST_TEXT_WIDTH);
        let least = if numeric { cells.max(header.min(kept)) } else { natural.min(kept) };
        Self { natural, least }
    }
}

/// A place in the table's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The column at `index`, `width` wide.
    Column { index: usize, width: usize },
    /// Where columns were left out.
    Gap,
}

impl Slot {
    /// Terminal columns between the two spaces.
    pub(super) fn width(self) -> usize {
        match self {
            Self::Column { width, .. } => width,
            Self::Gap => 1,
        }
    }
}

/// The slots of a row that fits into `limit`: text is cut first, then columns are left out from the middle.
pub(super) fn fit(wishes: &[Wish], limit: Option<usize>) -> Vec<Slot> {
    let limit = limit.unwrap_or(usize::MAX);
    let (first, last) = shown(wishes, limit);
    let kept: Vec<usize> = (0..first).chain(last..wishes.len()).collect();
    let gap = if first < last { FRAME + 1 } else { 0 };
    let mut widths: Vec<usize> = kept.iter().map(|&index| wishes[index].natural).collect();
    let frame = 1 + gap + FRAME * kept.len();
    shrink(&mut widths, |position| wishes[kept[position]].least, limit.saturating_sub(frame));
    // On a terminal narrower than its first column even a number is cut, rather than every line broken.
    shrink(&mut widths, |_| 1, limit.saturating_sub(frame));
    let columns = kept.iter().zip(widths);
    let mut slots: Vec<Slot> = columns.map(|(&index, width)| Slot::Column { index, width }).collect();
    if gap > 0 {
        slots.insert(first, Slot::Gap);
    }
    slots
}

/// What a column costs beside its text: two spaces and a line.
const FRAME: usize = 3;

/// Which columns fit at their least: those before the first number and those from the second on.
fn shown(wishes: &[Wish], limit: usize) -> (usize, usize) {
    let cost = |wish: &Wish| wish.least + FRAME;
    let all: usize = wishes.iter().map(cost).sum();
    if all < limit {
        return (wishes.len(), wishes.len());
    }
    let (mut first, mut last) = (0, wishes.len());
    let mut used = 1 + FRAME + 1;
    while first < last {
        let from_start = first <= wishes.len() - last;
        let next = if from_start { first } else { last - 1 };
        used += cost(&wishes[next]);
        // A table of no column would tell nothing.
        if used > limit && first > 0 {
            break;
        }
        if from_start {
            first += 1;
        } else {
            last -= 1;
        }
    }
    (first, last)
}

/// Takes from the widest column that has something to give until the sum fits.
fn shrink(widths: &mut [usize], least: impl Fn(usize) -> usize, limit: usize) {
    while widths.iter().sum::<usize>() > limit {
        let excess = widths.iter().sum::<usize>() - limit;
        let giving = |&position: &usize| widths[position] > least(position);
        let Some(widest) = (0..widths.len()).filter(giving).max_by_key(|&position| widths[position]) else {
            return;
        };
        let second = (0..widths.len())
            .filter(|&position| position != widest)
            .filter(giving)
            .map(|position| widths[position])
            .max()
            .unwrap_or(0);
        let step = (widths[widest] - second).clamp(1, excess);
        widths[widest] = widths[widest].saturating_sub(step).max(least(widest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(natural: usize) -> Wish {
        Wish::new(4, natural, false, None)
    }

    fn total(slots: &[Slot]) -> usize {
        1 + slots.iter().map(|slot| slot.width() + FRAME).sum::<usize>()
    }

    #[test]
    fn without_a_limit_nothing_is_cut() {
        let slots = fit(&[text(200), text(300)], None);
        assert_eq!(total(&slots), 1 + 203 + 303);
    }

    #[test]
    fn the_widest_text_gives_way_first() {
        let slots = fit(&[text(100), text(20), text(30)], Some(80));
        assert_eq!(total(&slots), 80);
        assert_eq!(slots[1].width(), 20);
    }

    #[test]
    fn numbers_are_never_cut() {
        let number = Wish::new(30, 20, true, None);
        let slots = fit(&[number, text(100)], Some(60));
        assert!(slots[0].width() >= 20, "{slots:?}");
        assert!(total(&slots) <= 60);
    }

    #[test]
    fn columns_are_left_out_from_the_middle() {
        let slots = fit(&[text(20); 12], Some(80));
        assert!(total(&slots) <= 80);
        assert!(slots.contains(&Slot::Gap));
        let index = |slot: &Slot| match slot {
            Slot::Column { index, .. } => Some(*index),
            Slot::Gap => None,
        };
        let kept: Vec<usize> = slots.iter().filter_map(index).collect();
        assert_eq!(kept, [0, 1, 11]);
    }

    #[test]
    fn one_column_is_always_there() {
        let slots = fit(&[text(50), text(50)], Some(12));
        assert!(matches!(slots[0], Slot::Column { index: 0, .. }));
        assert!(total(&slots) <= 12, "{slots:?}");
    }

    #[test]
    fn a_terminal_narrower_than_one_column_cuts_it() {
        let slots = fit(&[Wish::new(4, 30, true, None)], Some(20));
        assert_eq!(slots, [Slot::Column { index: 0, width: 16 }]);
    }

    #[test]
    fn a_column_that_gives_way_keeps_others_whole() {
        let wishes = [Wish::new(4, 40, false, Some(usize::MAX)), Wish::new(4, 60, false, Some(6))];
        let widths: Vec<usize> = fit(&wishes, Some(60)).into_iter().map(Slot::width).collect();
        assert_eq!(widths, [40, 13]);
        let header = Wish::new(12, 4, true, Some(5));
        assert_eq!((header.natural, header.least), (12, 5));
    }
}
