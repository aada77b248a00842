//! Tests of the functions through SQL that a file of statements and results cannot hold: plans, partitions, the
//! list of functions and the manual.

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod estimates;
#[cfg(test)]
mod partitions;
#[cfg(test)]
mod people;
#[cfg(test)]
mod pruning;
#[cfg(test)]
mod segments;
#[cfg(test)]
mod session;
#[cfg(test)]
mod travel;
