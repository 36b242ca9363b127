//! Quoted books as people have them: read rightly or refused in one line, and a known book found again.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "a test fails by panicking, a long one says what it measured, and its numbers are small"
)]

use dbn::encode::{EncodeRecord, dbn::Encoder};
use dbn::{
    BidAskPair, FlagSet, Mbp10Msg, MetadataBuilder, RecordHeader, SType, Schema, UNDEF_PRICE, rtype,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use hedgelab::calibrate::{Asked, Calibration, Estimate, calibrate};
use hedgelab::quotes::{Event, Format, QuotesError, Read, example, read};
use parquet::basic::{Repetition, Type as Physical};
use parquet::data_type::{DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use proptest::prelude::*;
use std::fs::{self, File};
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const ASKED: Asked = Asked {
    format: None,
    within: 25e-4,
    step: 3600.0,
};

/// Levels of each side.
const LEVELS: usize = 10;

/// A book of a market that is made up: whole ten-thousandths and whole shares, the best level first.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Quoted {
    /// Milliseconds.
    pub(crate) time: i64,
    pub(crate) asks: Vec<(i64, i64)>,
    pub(crate) bids: Vec<(i64, i64)>,
    /// Shares bought (positive) or sold at that time.
    pub(crate) traded: i64,
}

/// Seconds since 1970 of the first midnight.
const MIDNIGHT: i64 = 1_577_923_200;
/// Milliseconds after midnight at which all begin.
pub(crate) const OPEN: i64 = 34_200_000;

/// What a made-up market is like.
#[derive(Clone, Copy)]
struct Market {
    /// Relative to the mid: price of the next share after so many, over or under the mid.
    price: fn(f64) -> f64,
    /// Half-life of holes (seconds) and what the mid keeps (relative).
    half_life: f64,
    kept: f64,
    books: usize,
    /// Between books (milliseconds).
    every: i64,
}

/// A market, step by step: every 150 seconds a trade takes 0.4 of one side near the mid. Sizes of levels are 60 to 140 shares by a
/// fixed rule, and the same through time.
fn books(market: &Market) -> Vec<Quoted> {
    let (mut mid, mut hole) = (100.0, [0.0_f64; 2]);
    let seconds = market.every as f64 / 1000.0;
    let left = 0.5_f64.powf(seconds / market.half_life);
    let between = (150_000 / market.every) as usize;
    (0..market.books)
        .map(|place| {
            hole = hole.map(|hole| hole * left);
            // A walk without chance: its steps add up to nothing in the long run.
            mid *= 1.0 + 1e-6 * ((place * 7919 % 13) as f64 - 6.0);
            let mut traded = 0;
            if place % between == between / 2 {
                let side = usize::from((place / between) % 3 == 1);
                let sign = if side == 0 { 1.0 } else { -1.0 };
                hole[side] = 0.4;
                mid *= 1.0 + sign * market.kept;
                traded = if side == 0 { 400 } else { -400 };
            }
            let side = |ask: bool| {
                let hole = hole[usize::from(!ask)];
                let mut before = 0.0;
                let levels = (0..LEVELS).map(|level| {
                    let size = (60 + (level * 37 + usize::from(ask) * 11) % 81) as f64;
                    let away = (market.price)(before);
                    before += size;
                    let price = if ask {
                        mid * (1.0 + away)
                    } else {
                        mid * (1.0 - away)
                    };
                    (
                        (1e4 * price).round() as i64,
                        ((1.0 - hole) * size).round() as i64,
                    )
                });
                levels.collect()
            };
            Quoted {
                time: OPEN + market.every * place as i64,
                asks: side(true),
                bids: side(false),
                traded,
            }
        })
        .collect()
}

const LINE: Market = Market {
    price: |x| 0.5e-4 + 0.02e-4 * x,
    half_life: 3.0,
    kept: 0.5e-4,
    books: 3000,
    every: 200,
};

fn decimal(price: i64) -> String {
    format!("{}.{:04}", price / 10_000, price % 10_000)
}

/// LOBSTER's pair, in a folder.
fn lobster(folder: &Path, books: &[Quoted]) -> PathBuf {
    let (mut messages, mut levels) = (String::new(), String::new());
    for book in books {
        let seconds = format!("{}.{:03}000000", book.time / 1000, book.time % 1000);
        // The resting order was on the other side.
        let (kind, direction) = if book.traded == 0 {
            (1, 1)
        } else {
            (4, -book.traded.signum())
        };
        let size = book.traded.abs().max(1);
        messages += &format!(
            "{seconds},{kind},17,{size},{},{direction}\n",
            book.asks[0].0
        );
        let cells = book.asks.iter().zip(&book.bids);
        let cells: Vec<String> = cells
            .map(|(a, b)| format!("{},{},{},{}", a.0, a.1, b.0, b.1))
            .collect();
        levels += &format!("{}\n", cells.join(","));
    }
    fs::write(folder.join("X_message_10.csv"), messages).unwrap();
    let path = folder.join("X_orderbook_10.csv");
    fs::write(&path, levels).unwrap();
    path
}

fn tardis_text(books: &[Quoted]) -> String {
    let mut text =
        "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n".to_owned();
    let mut before: [Vec<(i64, i64)>; 2] = Default::default();
    for (place, book) in books.iter().enumerate() {
        let time = MIDNIGHT * 1_000_000 + book.time * 1000;
        let mut row = |side: &str, price: i64, size: i64| {
            let whole = place == 0;
            text += &format!(
                "x,X,{time},{time},{whole},{side},{},{size}\n",
                decimal(price)
            );
        };
        for (name, now, before) in [
            ("ask", &book.asks, &before[0]),
            ("bid", &book.bids, &before[1]),
        ] {
            for (price, _) in before
                .iter()
                .filter(|(price, _)| !now.iter().any(|(p, _)| p == price))
            {
                row(name, *price, 0);
            }
            for (price, size) in now {
                row(name, *price, *size);
            }
        }
        before = [book.asks.clone(), book.bids.clone()];
    }
    text
}

fn headings(levels: usize) -> String {
    let levels =
        (1..=levels).map(|n| format!(",bid_price_{n},bid_size_{n},ask_price_{n},ask_size_{n}"));
    format!("time{}\n", levels.collect::<String>())
}

fn snapshot(book: &Quoted) -> String {
    let time = MIDNIGHT * 1000 + book.time;
    let levels = book.asks.iter().zip(&book.bids);
    let cells = levels.map(|(a, b)| format!(",{},{},{},{}", decimal(b.0), b.1, decimal(a.0), a.1));
    format!("{time}{}\n", cells.collect::<String>())
}

fn snapshots_text(books: &[Quoted]) -> String {
    headings(books[0].asks.len()) + &books.iter().map(snapshot).collect::<String>()
}

fn long_text(books: &[Quoted]) -> String {
    let mut text = "time,side,price,size\n".to_owned();
    for book in books {
        for (side, levels) in [("ask", &book.asks), ("bid", &book.bids)] {
            for (price, size) in levels {
                text += &format!(
                    "{},{side},{},{size}\n",
                    MIDNIGHT * 1000 + book.time,
                    decimal(*price)
                );
            }
        }
    }
    text
}

fn parquet(path: &Path, books: &[Quoted]) {
    let heading = headings(books[0].asks.len());
    let names: Vec<&str> = heading.trim().split(',').collect();
    let field = |name: &&str| {
        let kind = if *name == "time" {
            Physical::INT64
        } else {
            Physical::DOUBLE
        };
        let repetition = if *name == "time" {
            Repetition::REQUIRED
        } else {
            Repetition::OPTIONAL
        };
        Arc::new(
            Type::primitive_type_builder(name, kind)
                .with_repetition(repetition)
                .build()
                .unwrap(),
        )
    };
    let schema = Type::group_type_builder("books")
        .with_fields(names.iter().map(field).collect())
        .build()
        .unwrap();
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), Arc::new(schema), properties)
            .unwrap();
    for some in books.chunks(1000) {
        let mut group = writer.next_row_group().unwrap();
        let mut place = 0;
        while let Some(mut column) = group.next_column().unwrap() {
            if place == 0 {
                let times: Vec<i64> = some
                    .iter()
                    .map(|book| MIDNIGHT * 1000 + book.time)
                    .collect();
                column
                    .typed::<Int64Type>()
                    .write_batch(&times, None, None)
                    .unwrap();
            } else {
                let (level, which) = ((place - 1) / 4, (place - 1) % 4);
                let cell = |book: &Quoted| match which {
                    0 => book.bids[level].0 as f64 / 1e4,
                    1 => book.bids[level].1 as f64,
                    2 => book.asks[level].0 as f64 / 1e4,
                    _ => book.asks[level].1 as f64,
                };
                let cells: Vec<f64> = some.iter().map(cell).collect();
                let there = vec![1; cells.len()];
                column
                    .typed::<DoubleType>()
                    .write_batch(&cells, Some(&there), None)
                    .unwrap();
            }
            place += 1;
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
}

fn record(book: &Quoted, action: u8, instrument: u32) -> Mbp10Msg {
    let time = u64::try_from(MIDNIGHT * 1_000_000_000 + book.time * 1_000_000).unwrap();
    let mut levels: [BidAskPair; LEVELS] = std::array::from_fn(|_| BidAskPair {
        bid_px: UNDEF_PRICE,
        ask_px: UNDEF_PRICE,
        ..BidAskPair::default()
    });
    for (level, (ask, bid)) in levels.iter_mut().zip(book.asks.iter().zip(&book.bids)) {
        (level.ask_px, level.bid_px) = (ask.0 * 100_000, bid.0 * 100_000);
        (level.ask_sz, level.bid_sz) =
            (u32::try_from(ask.1).unwrap(), u32::try_from(bid.1).unwrap());
    }
    Mbp10Msg {
        hd: RecordHeader::new::<Mbp10Msg>(rtype::MBP_10, 1, instrument, time),
        price: book.asks[0].0 * 100_000,
        size: u32::try_from(book.traded.abs()).unwrap(),
        action: action as std::ffi::c_char,
        side: if book.traded > 0 { b'B' } else { b'A' } as std::ffi::c_char,
        flags: FlagSet::default(),
        depth: 0,
        ts_recv: time,
        ts_in_delta: 0,
        sequence: 0,
        levels,
    }
}

fn dbn_bytes(books: &[Quoted], schema: Schema) -> Vec<u8> {
    let metadata = MetadataBuilder::new()
        .dataset("XNAS.ITCH".to_owned())
        .schema(Some(schema))
        .start(0)
        .stype_in(Some(SType::RawSymbol))
        .stype_out(SType::InstrumentId)
        .build();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, &metadata).unwrap();
    for book in books {
        if book.traded != 0 {
            encoder.encode_record(&record(book, b'T', 7)).unwrap();
        }
        encoder.encode_record(&record(book, b'M', 7)).unwrap();
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub(crate) fn found(path: &Path) -> Calibration {
    let go_on = &mut |_| ControlFlow::Continue(());
    calibrate(&[path.to_owned()], &ASKED, go_on).unwrap()
}

/// Each format of the same books, in a folder.
pub(crate) fn every_format(folder: &Path, books: &[Quoted]) -> Vec<(Format, PathBuf)> {
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let columnar = folder.join("x.parquet");
    parquet(&columnar, books);
    let (tardis, dbn) = (tardis_text(books), dbn_bytes(books, Schema::Mbp10));
    vec![
        (Format::Lobster, lobster(folder, books)),
        (Format::Tardis, write("t.csv", tardis.as_bytes())),
        (Format::Tardis, write("t.csv.gz", &gzip(tardis.as_bytes()))),
        (Format::Dbn, write("x.dbn", &dbn)),
        (Format::Dbn, write("x.dbn.zst", &zstd(&dbn))),
        (
            Format::Snapshots,
            write("s.csv", snapshots_text(books).as_bytes()),
        ),
        (
            Format::Snapshots,
            write("l.csv", long_text(books).as_bytes()),
        ),
        (Format::Snapshots, columnar),
    ]
}

fn close(what: &str, found: Estimate, expected: f64, share: f64) {
    let far = (found.value / expected - 1.0).abs();
    assert!(far < share, "{what}: {found:?} is not {expected}");
}

#[test]
fn a_known_book_is_found_again_in_every_format_and_the_same_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let books = books(&LINE);
    let mut first = None;
    for (format, path) in every_format(folder.path(), &books) {
        let found = found(&path);
        assert_eq!(found.format, format);
        assert_eq!(found.counts.books, books.len() as u64, "{}", path.display());
        let line = found.families.spread_slope;
        for (side, fit) in [("ask", line.ask), ("bid", line.bid)] {
            close(side, fit.half_spread, 0.5e-4, 0.01);
            close(side, fit.slope, 0.02e-4, 0.05);
            assert!(fit.r2 > 0.99, "{side}: {}", fit.r2);
        }
        let families = *first.get_or_insert(found.families);
        assert_eq!(found.families, families, "{}", path.display());
    }
}

#[test]
fn each_family_is_found_again_where_the_book_is_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.csv");
    let paper = Market {
        price: |x| (5e-4_f64.ln_1p() + 5e-4 * (x / 300.0).ln_1p()).exp_m1(),
        ..LINE
    };
    fs::write(&path, snapshots_text(&books(&paper))).unwrap();
    let families = found(&path).families;
    let exponent = families.paper.ask.exponent.unwrap();
    assert!((exponent.value - 1.0005).abs() < 0.1e-4, "{exponent:?}");
    close("depth", families.paper.ask.depth.unwrap(), 300.0, 0.1);
    assert!(families.paper.ask.r2 > 0.98);
    let quoted = Market {
        price: |x| (0.5e-4_f64.ln_1p() + 10e-4 * (x / 300.0).ln_1p()).exp_m1(),
        ..LINE
    };
    fs::write(&path, snapshots_text(&books(&quoted))).unwrap();
    let families = found(&path).families;
    let fit = families.spread_exponent.ask;
    close("half-spread", fit.half_spread, 0.5e-4, 0.02);
    let gain = fit.exponent.unwrap();
    assert!((gain.value - 1.001).abs() < 0.3e-4, "{gain:?}");
    close("depth", fit.depth.unwrap(), 300.0, 0.1);
    assert!(
        fit.r2 > 0.99 && families.paper.ask.r2 < fit.r2 - 0.02,
        "{families:?}"
    );
}

#[test]
fn what_follows_trades_is_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = lobster(
        folder.path(),
        &books(&Market {
            books: 9000,
            every: 1000,
            ..LINE
        }),
    );
    let after = found(&path).aftermath;
    assert!(after.trades_told);
    for side in [&after.ask, &after.bid] {
        assert!(side.trades >= 10, "{side:?}");
        let (half_life, missing) = (side.half_life.unwrap(), side.missing[0].unwrap());
        close("half-life", half_life, 3.0, 0.3);
        assert!((missing.value - 0.4).abs() < 0.1, "{missing:?}");
        assert_eq!(side.told_from_infinity, Some(false));
    }
    close("permanent", after.mid.permanent.unwrap(), 0.5e-4, 0.2);
}

/// A feed that forgets to delete: its stale levels are taken out, and books that stay crossed are left out.
#[test]
fn stale_levels_and_crossed_empty_and_halted_books_are_left_out_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    let heading = "timestamp,side,price,amount\n";
    let text = format!(
        "{heading}1577923200000000,ask,101,5\n1577923200000000,bid,99,5\n1577923200000000,bid,98,5\n1577923201000000,ask,98.5,2\n1577923202000000,bid,98,0\n"
    );
    fs::write(&path, text).unwrap();
    let (mut mids, mut count) = (Vec::new(), 0);
    let read = reading(&path, &mut |event| {
        count += 1;
        if let Event::Book(standing) = event {
            mids.push(standing.book.mid().unwrap());
        }
    });
    let counts = read.unwrap().counts;
    assert_eq!(counts.stale_levels, 1);
    assert_eq!(counts.dropped.empty, 1);
    assert_eq!(mids, [100.0, 98.25]);
    assert_eq!(count, 3);
    let two = "time,bid_price_1,bid_size_1,ask_price_1,ask_size_1\n";
    fs::write(&path, format!("{two}1,100,1,101,1\n2,101,1,101,1\n3,100,1,,\n4,100,1,101,1\n100,100,1,101,1\n200,100,1,101,2\n")).unwrap();
    let dropped = reading(&path, &mut |_| {}).unwrap().counts.dropped;
    assert_eq!((dropped.crossed, dropped.empty, dropped.stale), (1, 1, 1));
    let mut all = books(&Market { books: 6, ..LINE });
    all[1].traded = 0;
    let path = lobster(folder.path(), &all);
    let messages = folder.path().join("X_message_10.csv");
    let text = fs::read_to_string(&messages).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for (place, price) in [(2, -1), (4, 1)] {
        let time = lines[place].split(',').next().unwrap().to_owned();
        lines[place] = format!("{time},7,0,0,{price},-1");
    }
    fs::write(&messages, lines.join("\n")).unwrap();
    assert_eq!(
        reading(&path, &mut |_| {}).unwrap().counts.dropped.halted,
        2
    );
}

fn reading(path: &Path, sink: &mut dyn FnMut(Event<'_>)) -> Result<Read, QuotesError> {
    let go_on = &mut |_| ControlFlow::Continue(());
    read(&[path.to_owned()], None, sink, go_on)
}

#[test]
fn bad_files_are_refused_in_one_line_with_file_line_and_field() {
    let folder = tempfile::tempdir().unwrap();
    let one = &headings(LEVELS);
    let good = snapshot(&books(&LINE)[0]);
    let cell = |place: usize, with: &str| {
        let mut cells: Vec<&str> = good.trim().split(',').collect();
        cells[place] = with;
        format!("{one}{good}{}\n", cells.join(","))
    };
    let tardis = "timestamp,side,price,amount\n1577923200000000,ask,101,5\n";
    let cases: Vec<(String, &str)> = vec![
        (String::new(), "is empty"),
        ("a,b\n1,2\n".into(), "line 1, headings"),
        ("1,2\n".into(), "line 1, headings"),
        (
            "time,bid_price_1,bid_size_1\n".into(),
            "line 1, headings: have no ask_price_1",
        ),
        (
            "bid_price_1,bid_size_1,ask_price_1,ask_size_1\n".into(),
            "have no time",
        ),
        (
            "time,bid_price_1,ask_price_1,ask_size_1\n1,2,3,4\n".into(),
            "bid_price_1 and no size",
        ),
        (cell(0, "noon"), "line 3, time: is \"noon\""),
        (cell(0, ""), "line 3, time: is \"\""),
        (cell(0, "12"), "line 3, time: is before"),
        (cell(1, "1e999"), "line 3, bid_price_1: is \"1e999\""),
        (cell(1, "-5"), "line 3, bid_price_1: is \"-5\""),
        (cell(1, "0"), "line 3, bid_price_1: is \"0\""),
        (cell(2, "many"), "line 3, bid_size_1: is \"many\""),
        (cell(4, "-1"), "line 3, ask_size_1: is \"-1\""),
        (format!("{one}1,2\n"), "line 2, columns: are 2; allowed: 41"),
        (
            "timestamp,side,price,amount\n1,ask,5\n".into(),
            "line 2, amount: is \"\"",
        ),
        (
            "timestamp,side,amount,price\nx,ask,5,5\n".into(),
            "line 2, timestamp: is \"x\"",
        ),
        (
            format!("{tardis}1577923200000000,offer,1,1\n"),
            "line 3, side: is \"offer\"",
        ),
        (
            format!("{tardis}1577923200000000,bid,0,1\n"),
            "line 3, price: is \"0\"",
        ),
        (
            format!("{tardis}1577923200000000,bid,1,-1\n"),
            "line 3, amount: is \"-1\"",
        ),
        (
            format!("{tardis}1577923199000000,bid,1,1\n"),
            "line 3, timestamp: is before",
        ),
        (
            "time,side,price,size\n1,up,5,5\n".into(),
            "line 2, side: is \"up\"",
        ),
        ("PK\u{3}\u{4}".into(), "is a spreadsheet or an archive"),
        (
            "PAR1 and no more".into(),
            "is no Parquet file that can be read",
        ),
        ("DBN\u{3}\u{0}\u{0}\u{0}\u{70}".into(), "has a head of"),
        ("DBN\u{3}".into(), "is no DBN that can be read"),
        (
            "34200.0,1,17,5,1000000,1\n".into(),
            "is one file of LOBSTER's pair",
        ),
    ];
    assert!(cases.len() >= 20);
    let path = folder.path().join("bad.csv");
    for (text, expected) in &cases {
        fs::write(&path, text).unwrap();
        let told = reading(&path, &mut |_| {}).unwrap_err().to_string();
        assert!(told.starts_with(&path.display().to_string()), "{told}");
        assert!(told.contains(expected), "{text:?}: {told}");
        assert!(told.contains("allowed") || told.contains("read"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
    let bytes = gzip(one.as_bytes());
    fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    let told = reading(&path, &mut |_| {}).unwrap_err().to_string();
    assert!(told.contains("was not read"), "{told}");
    fs::write(&path, dbn_bytes(&[], Schema::Trades)).unwrap();
    let told = reading(&path, &mut |_| {}).unwrap_err().to_string();
    assert!(told.contains("schema trades; allowed: mbp-10"), "{told}");
    assert!(reading(folder.path(), &mut |_| {}).is_err());
}

#[test]
fn bad_lines_of_a_pair_are_told_of_the_file_they_are_in() {
    let folder = tempfile::tempdir().unwrap();
    let all = books(&Market { books: 4, ..LINE });
    for (file, line, with, expected) in [
        (
            "X_message_10.csv",
            1,
            "x,1,17,5,100,1",
            "X_message_10.csv: line 2, time",
        ),
        (
            "X_message_10.csv",
            1,
            "34200.3,9,17,5,100,1",
            "X_message_10.csv: line 2, type",
        ),
        (
            "X_message_10.csv",
            1,
            "34200.3,1,17,x,100,1",
            "X_message_10.csv: line 2, size",
        ),
        (
            "X_message_10.csv",
            1,
            "34200.3,1,17,5,100,0",
            "X_message_10.csv: line 2, direction",
        ),
        (
            "X_message_10.csv",
            1,
            "1.0,1,17,5,100,1",
            "X_message_10.csv: line 2, time: is before",
        ),
        (
            "X_orderbook_10.csv",
            2,
            "1,2,3,4",
            "X_orderbook_10.csv: line 3, columns",
        ),
        (
            "X_orderbook_10.csv",
            3,
            "",
            "X_orderbook_10.csv: has 3 lines",
        ),
    ] {
        let path = lobster(folder.path(), &all);
        let changed = folder.path().join(file);
        let text = fs::read_to_string(&changed).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        lines[line] = with;
        lines.retain(|line| !line.is_empty());
        fs::write(&changed, lines.join("\n")).unwrap();
        let told = reading(&path, &mut |_| {}).unwrap_err().to_string();
        assert!(told.contains(expected), "{told}");
        assert_eq!(told.lines().count(), 1);
    }
}

#[test]
fn reading_stops_when_it_is_asked_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.csv");
    let text = snapshots_text(&books(&LINE));
    let rows = text.split_once('\n').unwrap();
    // Twelve thousand rows of the same time: what is asked now and then.
    fs::write(
        &path,
        format!(
            "{}\n{}",
            rows.0,
            rows.1.lines().next().unwrap().to_owned().add_line(12_000)
        ),
    )
    .unwrap();
    let mut asked = 0;
    let stop = &mut |share: f64| {
        asked += 1;
        assert!((0.0..=1.0).contains(&share));
        ControlFlow::Break(())
    };
    let stopped = read(&[path], None, &mut |_| {}, stop);
    assert!(matches!(stopped, Err(QuotesError::Stopped)));
    assert_eq!(asked, 1);
}

trait Repeated {
    fn add_line(self, times: usize) -> String;
}

impl Repeated for String {
    fn add_line(self, times: usize) -> String {
        (self + "\n").repeat(times)
    }
}

#[test]
fn the_example_says_what_it_is_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.csv");
    fs::write(&path, example()).unwrap();
    let found = found(&path);
    let line = found.families.spread_slope;
    close("half-spread", line.ask.half_spread, 0.5e-4, 0.1);
    close("slope", line.ask.slope, 0.02e-4, 0.15);
    assert!(!found.aftermath.trades_told);
    let trades = found.aftermath.ask.trades + found.aftermath.bid.trades;
    assert!((22..=26).contains(&trades), "{:?}", found.aftermath);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn random_bytes_are_read_or_refused_and_never_more(
        head in prop::sample::select(vec![
            b"".to_vec(), b"DBN\x03".to_vec(), b"DBN\x01".to_vec(), vec![0x1f, 0x8b, 8, 0], vec![0x28, 0xb5, 0x2f, 0xfd],
            b"PAR1".to_vec(), b"time,bid_price_1,bid_size_1,ask_price_1,ask_size_1\n".to_vec(),
            b"timestamp,side,price,amount\n".to_vec(), b"1,2,3,4\n".to_vec(), b"34200.0,1,17,5,1000000,1\n".to_vec(),
        ]),
        tail in prop::collection::vec(any::<u8>(), 0..2000),
        text in "[0-9.,a-z\n\"-]{0,400}",
        as_text in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let mut bytes = head;
        if as_text { bytes.extend(text.as_bytes()) } else { bytes.extend(tail) }
        fs::write(&path, &bytes).unwrap();
        if let Err(error) = reading(&path, &mut |_| {}) {
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }

    #[test]
    fn files_of_every_format_with_a_byte_changed_or_cut_off_are_read_or_refused(
        which in 0_usize..8,
        place in 0.0..1.0_f64,
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let books = books(&Market { books: 20, ..LINE });
        let (_, path) = every_format(folder.path(), &books).remove(which);
        let mut bytes = fs::read(&path).unwrap();
        let place = (place * bytes.len() as f64) as usize;
        if cut { bytes.truncate(place) } else { bytes[place] = byte }
        fs::write(&path, &bytes).unwrap();
        if let Err(error) = reading(&path, &mut |_| {}) {
            prop_assert_eq!(error.to_string().lines().count(), 1);
        }
    }
}

/// A gigabyte of each format: how fast, and in how much memory (Linux).
#[test]
#[ignore = "writes a gigabyte and reads it"]
fn a_gigabyte_is_read_quickly_in_little_memory() {
    let folder = tempfile::tempdir().unwrap();
    let market = Market {
        books: 20_000,
        every: 10,
        ..LINE
    };
    let books = books(&market);
    let path = folder.path().join("s.csv");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    file.write_all(headings(LEVELS).as_bytes()).unwrap();
    let (mut written, mut day) = (0_usize, 0);
    while written < 1 << 30 {
        for book in &books {
            let later = Quoted {
                time: book.time + day * 200_000,
                ..book.clone()
            };
            let text = snapshot(&later);
            written += text.len();
            file.write_all(text.as_bytes()).unwrap();
        }
        day += 1;
    }
    file.flush().unwrap();
    drop(file);
    let before = peak();
    let start = std::time::Instant::now();
    let found = found(&path);
    let seconds = start.elapsed().as_secs_f64();
    let speed = written as f64 / 1e6 / seconds;
    println!(
        "{written} bytes, {} books in {seconds:.2} s: {speed:.0} MB/s, {} MB more at most",
        found.counts.books,
        peak() - before
    );
    assert!(speed > 100.0, "{speed} MB/s");
    assert!(peak() - before < 200, "{} MB", peak() - before);
}

/// Most memory that was ever in use (MB).
fn peak() -> i64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<i64>().ok());
    number.unwrap_or(0) / 1024
}
