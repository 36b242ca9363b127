//! A file as a stream of bytes, unpacked, with how much of it is read.

use super::{QuotesError, Wrong};
use crate::files::{self, File, FileError};
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

/// Bytes by which a format is told.
const START: usize = 1 << 16;
/// Bytes that are read at once.
const ROOM: usize = 1 << 18;

/// An open file.
pub(super) struct Source {
    file: File,
    packed: bool,
    size: u64,
    read: Rc<Cell<u64>>,
    start: Vec<u8>,
    rest: Option<Box<dyn Read>>,
}

/// What is read of a file so far.
#[derive(Clone)]
pub(super) struct Progress {
    size: u64,
    read: Rc<Cell<u64>>,
}

impl Progress {
    pub fn share(&self) -> f64 {
        self.read.get() as f64 / self.size.max(1) as f64
    }
}

impl Source {
    pub fn open(path: &Path) -> Result<Self, QuotesError> {
        let system = |source| {
            let path = path.to_owned();
            QuotesError::File(FileError::System { path, source })
        };
        let mut file = files::open(path).map_err(QuotesError::File)?;
        let about = file.metadata().map_err(system)?;
        if !about.is_file() {
            let found = "a directory, a pipe or a device";
            let path = path.to_owned();
            return Err(FileError::NotAFile { path, found }.into());
        }
        let mut first = Vec::new();
        let four = Read::by_ref(&mut file).take(4).read_to_end(&mut first);
        four.map_err(system)?;
        file.seek(SeekFrom::Start(0)).map_err(system)?;
        let read = Rc::new(Cell::new(0));
        let counted = Counted {
            file: file.try_clone().map_err(system)?,
            read: read.clone(),
        };
        let (packed, rest): (bool, Box<dyn Read>) = match *first {
            [0x1f, 0x8b, ..] => (true, Box::new(MultiGzDecoder::new(counted))),
            [0x28, 0xb5, 0x2f, 0xfd] => (true, Box::new(Frames::new(counted))),
            _ => (false, Box::new(counted)),
        };
        Ok(Self {
            file,
            packed,
            size: about.len(),
            read,
            start: Vec::new(),
            rest: Some(rest),
        })
    }

    /// Whether it is packed.
    pub fn is_packed(&self) -> bool {
        self.packed
    }

    /// How the content begins.
    pub fn start(&mut self) -> Result<Vec<u8>, Wrong> {
        if let (true, Some(rest)) = (self.start.is_empty(), &mut self.rest) {
            let limit = u64::try_from(START).unwrap_or(u64::MAX);
            let read = rest.by_ref().take(limit).read_to_end(&mut self.start);
            read.map_err(|error| unread(&error))?;
        }
        Ok(self.start.clone())
    }

    /// Whether it is a Parquet file.
    pub fn is_parquet(&mut self) -> Result<bool, Wrong> {
        Ok(self.start()?.starts_with(b"PAR1"))
    }

    /// The file itself, from its beginning.
    pub fn into_file(mut self) -> Result<File, Wrong> {
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(|error| unread(&error))?;
        Ok(self.file)
    }

    /// The content as a stream, and how much of it is read.
    pub fn stream(self) -> (impl BufRead, Progress) {
        let rest = self.rest.unwrap_or_else(|| Box::new(io::empty()));
        let stream = io::Cursor::new(self.start).chain(rest);
        let progress = Progress {
            size: self.size,
            read: self.read,
        };
        (BufReader::with_capacity(ROOM, stream), progress)
    }

    /// The content as a table of text.
    pub fn table(self, headings: bool) -> (csv::Reader<impl Read>, Progress) {
        let (mut stream, progress) = self.stream();
        let marked = stream
            .fill_buf()
            .is_ok_and(|start| start.starts_with(&[0xef, 0xbb, 0xbf]));
        stream.consume(usize::from(marked) * 3);
        let reader = csv::ReaderBuilder::new()
            .has_headers(headings)
            .flexible(true)
            .buffer_capacity(ROOM)
            .from_reader(stream);
        (reader, progress)
    }
}

/// What the system or an unpacker says.
pub(super) fn unread(error: &dyn std::fmt::Display) -> Wrong {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    Wrong::Whole(format!("was not read: {line}"))
}

/// A file that counts what is read of it.
struct Counted {
    file: File,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(room)?;
        self.read.set(self.read.get() + count as u64);
        Ok(count)
    }
}

/// Frames of Zstandard, one after the other.
enum Frames {
    Between(BufReader<Counted>),
    Within(Box<StreamingDecoder<BufReader<Counted>, ruzstd::decoding::FrameDecoder>>),
    Over,
}

impl Frames {
    fn new(counted: Counted) -> Self {
        Self::Between(BufReader::with_capacity(ROOM, counted))
    }
}

impl Read for Frames {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        loop {
            match std::mem::replace(self, Self::Over) {
                Self::Over => return Ok(0),
                Self::Between(mut packed) => {
                    if packed.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    let frame = StreamingDecoder::new(packed).map_err(io::Error::other)?;
                    *self = Self::Within(Box::new(frame));
                }
                Self::Within(mut frame) => {
                    let count = frame.read(room)?;
                    if count > 0 || room.is_empty() {
                        *self = Self::Within(frame);
                        return Ok(count);
                    }
                    *self = Self::Between(frame.into_inner());
                }
            }
        }
    }
}
