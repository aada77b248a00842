//! Compressed bytes unpacked while they are read, within limits: a small file that would become a huge one stops early.

use std::error::Error;
use std::fmt;
use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

/// What every GZIP file starts with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How much a file may unpack to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UnpackLimits {
    /// A file may unpack to this much whatever its ratio: few equal rows shrink a lot.
    pub(crate) free: u64,
    /// Beyond that, to so many times what has been read of it ...
    pub(crate) ratio: u64,
    /// ... and never to more than this.
    pub(crate) most: u64,
}

impl Default for UnpackLimits {
    fn default() -> Self {
        Self { free: 16 << 20, ratio: 200, most: 1 << 40 }
    }
}

/// A file went past a limit.
#[derive(Debug)]
pub(crate) struct PastLimit {
    limits: UnpackLimits,
    unpacked: u64,
}

impl fmt::Display for PastLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unpacked > self.limits.most {
            return write!(
                formatter,
                "it unpacks to more than {} bytes, the most that is read; split it, or unpack it and load the parts.",
                self.limits.most
            );
        }
        write!(
            formatter,
            "it unpacks to more than {} times its size, as no file of rows does; unpack it yourself and look at it before it is loaded.",
            self.limits.ratio
        )
    }
}

impl Error for PastLimit {}

/// A reader that counts what it gives.
pub(crate) struct Counting<R> {
    inner: R,
    count: Arc<AtomicU64>,
}

impl<R> Counting<R> {
    /// The reader, and its count.
    pub(crate) fn new(inner: R) -> (Self, Arc<AtomicU64>) {
        let count = Arc::new(AtomicU64::new(0));
        (Self { inner, count: Arc::clone(&count) }, count)
    }
}

impl<R: Read> Read for Counting<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.count.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }
}

impl<R: io::Seek> io::Seek for Counting<R> {
    fn seek(&mut self, position: io::SeekFrom) -> io::Result<u64> {
        self.inner.seek(position)
    }
}

/// A reader of unpacked bytes that stops at the limits.
pub(crate) struct Limited<R> {
    inner: R,
    /// The packed bytes that have been read.
    packed: Arc<AtomicU64>,
    unpacked: u64,
    limits: UnpackLimits,
}

impl<R> Limited<R> {
    pub(crate) fn new(inner: R, packed: Arc<AtomicU64>, limits: UnpackLimits) -> Self {
        Self { inner, packed, unpacked: 0, limits }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.unpacked += length as u64;
        let by_ratio = self.packed.load(Ordering::Relaxed).saturating_mul(self.limits.ratio);
        if self.unpacked > by_ratio.max(self.limits.free).min(self.limits.most) {
            let past = PastLimit { limits: self.limits, unpacked: self.unpacked };
            return Err(io::Error::new(io::ErrorKind::InvalidData, past));
        }
        Ok(length)
    }
}

/// The bytes of a file, unpacked when they start as a GZIP file does.
pub(crate) fn without_gzip<'a>(
    reader: impl Read + Send + 'a,
    limits: UnpackLimits,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    let (start, reader) = peek(reader, GZIP.len())?;
    let whole = Cursor::new(start.clone()).chain(reader);
    if start != GZIP {
        return Ok(Box::new(whole));
    }
    let (counting, packed) = Counting::new(BufReader::new(whole));
    Ok(Box::new(Limited::new(MultiGzDecoder::new(counting), packed, limits)))
}

/// The first bytes of a reader, as many as there are, and the rest of it.
pub(crate) fn peek<R: Read>(mut reader: R, length: usize) -> io::Result<(Vec<u8>, R)> {
    let mut start = Vec::with_capacity(length);
    reader.by_ref().take(length as u64).read_to_end(&mut start)?;
    Ok((start, reader))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpacked(bytes: &[u8], limits: UnpackLimits) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        without_gzip(bytes, limits)?.read_to_end(&mut all)?;
        Ok(all)
    }

    #[test]
    fn gzip_is_known_by_its_first_bytes() {
        let limits = UnpackLimits::default();
        assert_eq!(unpacked(b"plain", limits).unwrap(), b"plain");
        assert_eq!(unpacked(b"", limits).unwrap(), b"");
        assert_eq!(unpacked(&gzip(b"packed"), limits).unwrap(), b"packed");
        let two = [gzip(b"one"), gzip(b"two")].concat();
        assert_eq!(unpacked(&two, limits).unwrap(), b"onetwo");
        assert!(unpacked(&gzip(b"cut off")[..12], limits).is_err());
    }

    #[test]
    fn a_bomb_stops_at_the_first_limit() {
        let bomb = gzip(&vec![0; 4 << 20]);
        let past = |limits| unpacked(&bomb, limits).unwrap_err().to_string();
        let free = UnpackLimits { free: 1 << 20, ..UnpackLimits::default() };
        assert!(past(free).contains("more than 200 times its size"));
        let most = UnpackLimits { most: 1000, ..UnpackLimits::default() };
        assert!(past(most).contains("more than 1000 bytes"));
        assert_eq!(unpacked(&bomb, UnpackLimits::default()).unwrap().len(), 4 << 20);
    }
}
