//! The threads of a conversion: one reads and cuts the file, several convert its pieces, the caller takes the chunks in order.
//!
//! Piece number n goes to worker n modulo their number, and the caller asks the workers in the same turn. So the chunks
//! arrive in the order of the file whatever the number of threads, and each worker holds at most three pieces.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, ScopedJoinHandle};

use arrow::error::ArrowError;

use super::error::ConvertError;
use super::plan::{Converted, Plan};
use super::rows::Work;
use super::sheet::SheetPieces;
use super::split::Splitter;

/// A file that is cut into pieces.
pub(crate) enum Cutter<'a> {
    Text(Splitter<'a>),
    Sheet(SheetPieces),
}

impl Cutter<'_> {
    fn next_piece(&mut self) -> io::Result<Option<Work>> {
        match self {
            Self::Text(splitter) => Ok(splitter.next_piece()?.map(Work::Text)),
            Self::Sheet(pieces) => Ok(pieces.next_piece().map(Work::Cells)),
        }
    }
}

type Pieces = SyncSender<io::Result<Work>>;
type Results = Receiver<Result<Converted, Failure>>;

/// What a thread could not do.
enum Failure {
    Read(io::Error),
    Convert(ArrowError),
}

/// Converts the file with `threads` workers and delivers its chunks in the order of the file.
pub(crate) fn run(
    cutter: Cutter<'_>,
    plan: &Plan,
    threads: usize,
    file: &str,
    deliver: &mut dyn FnMut(Converted) -> Result<(), ConvertError>,
) -> Result<(), ConvertError> {
    thread::scope(|scope| {
        let mut handles: Vec<ScopedJoinHandle<'_, ()>> = Vec::new();
        let (mut inputs, mut outputs): (Vec<Pieces>, Vec<Results>) = (Vec::new(), Vec::new());
        for _ in 0..threads.max(1) {
            let (input, pieces) = sync_channel(1);
            let (results, output) = sync_channel(1);
            handles.push(scope.spawn(move || work(plan, pieces, &results)));
            inputs.push(input);
            outputs.push(output);
        }
        handles.push(scope.spawn(move || read(cutter, &inputs)));
        let delivered = collect(&outputs, file, deliver);
        // Without a receiver every thread finds its channel closed and ends.
        drop(outputs);
        let panicked = handles.into_iter().map(ScopedJoinHandle::join).filter(Result::is_err).count() > 0;
        match delivered {
            Ok(()) if panicked => Err(internal(file, "a thread ended before its work")),
            delivered => delivered,
        }
    })
}

/// Cuts the file and hands its pieces out in turn, until it ends or nobody listens.
fn read(mut cutter: Cutter<'_>, inputs: &[Pieces]) {
    for input in inputs.iter().cycle() {
        let Some(piece) = cutter.next_piece().transpose() else {
            return;
        };
        let failed = piece.is_err();
        if input.send(piece).is_err() || failed {
            return;
        }
    }
}

fn work(plan: &Plan, pieces: Receiver<io::Result<Work>>, results: &SyncSender<Result<Converted, Failure>>) {
    for piece in pieces {
        let converted =
            piece.map_err(Failure::Read).and_then(|piece| plan.convert(piece).map_err(Failure::Convert));
        if results.send(converted).is_err() {
            return;
        }
    }
}

/// Takes the chunks from the workers in turn; the first worker that has none left has seen the end of the file.
fn collect(
    outputs: &[Results],
    file: &str,
    deliver: &mut dyn FnMut(Converted) -> Result<(), ConvertError>,
) -> Result<(), ConvertError> {
    for output in outputs.iter().cycle() {
        match output.recv() {
            Err(_) => return Ok(()),
            Ok(Ok(converted)) => deliver(converted)?,
            Ok(Err(Failure::Read(source))) => return Err(ConvertError::unreadable(file, source)),
            Ok(Err(Failure::Convert(error))) => return Err(internal(file, &error.to_string())),
        }
    }
    Ok(())
}

fn internal(file: &str, sentence: &str) -> ConvertError {
    ConvertError::Internal { file: file.to_owned(), sentence: sentence.to_owned() }
}
