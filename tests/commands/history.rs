//! Files of prices as people have them: read rightly, or refused in one line.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by panicking, and a long one says what it measured"
)]

use hedgelab::history::{
    DateOrder, Found, HistoryError, Reading, Suspect, date_text, read, read_text,
};
use parquet::basic::{Compression, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;
use proptest::prelude::*;
use std::fs::File;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

const NONE: Reading = Reading {
    column: None,
    dates: None,
};

/// What was read: first and last date, first and last price.
fn told(text: &str) -> Result<(String, String, f64, f64), String> {
    let history = read_text(text.as_bytes(), "x.csv", &NONE).map_err(|error| error.to_string())?;
    let last = history.times.len() - 1;
    Ok((
        date_text(history.times[0]),
        date_text(history.times[last]),
        history.prices[0],
        history.prices[last],
    ))
}

/// What it is, its text, and the first and last date and price in it.
type Case<'a> = (&'a str, &'a str, (&'a str, &'a str, f64, f64));

#[test]
#[expect(clippy::too_many_lines, reason = "one table")]
fn odd_files_are_read_rightly() {
    let kline = |open: i64, close: f64| {
        format!(
            "{open},{close},{0},{1},{close},12.5,{2},1,2,3,4,0\n",
            close + 1.0,
            close - 1.0,
            open + 59_999
        )
    };
    let klines = kline(1_577_836_800_000, 7195.5) + &kline(1_577_836_860_000, 7196.5);
    let cases: &[Case<'_>] = &[
        (
            "Yahoo, adjusted",
            "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,1,1,300.35,73.5,5\n2020-01-03,1,1,1,297.43,72.8,5\n",
            ("2020-01-02", "2020-01-03", 73.5, 72.8),
        ),
        (
            "Yahoo with null rows",
            "Date,Open,High,Low,Close,Adj Close,Volume\n2020-01-02,1,1,1,300,73.5,5\n2020-01-03,null,null,null,null,null,null\n2020-01-06,1,1,1,297,72.8,5\n",
            ("2020-01-02", "2020-01-06", 73.5, 72.8),
        ),
        (
            "Stooq",
            "Date,Open,High,Low,Close,Volume\n2020-01-02,1,2,0.5,10.5,7\n2020-01-03,1,2,0.5,11,7\n",
            ("2020-01-02", "2020-01-03", 10.5, 11.0),
        ),
        (
            "Stooq, intraday in brackets",
            "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>\nX,60,20200102,090000,1,2,0.5,10.5,7,0\nX,60,20200102,100000,1,2,0.5,11,7,0\n",
            ("2020-01-02 09:00", "2020-01-02 10:00", 10.5, 11.0),
        ),
        (
            "klines without headings",
            &klines,
            ("2020-01-01", "2020-01-01 00:01", 7195.5, 7196.5),
        ),
        (
            "semicolons, decimal commas, points in dates",
            "Datum;Schlusskurs\n02.01.2020;1.234,50\n03.01.2020;1.240,00\n",
            ("2020-01-02", "2020-01-03", 1234.5, 1240.0),
        ),
        (
            "tabs",
            "time\tprice\n2020-01-02 09:30\t1.5\n2020-01-02 09:31\t1.6\n",
            ("2020-01-02 09:30", "2020-01-02 09:31", 1.5, 1.6),
        ),
        (
            "byte-order mark, Windows line ends",
            "\u{feff}date,close\r\n2020-01-02,1.5\r\n2020-01-03,1.6\r\n",
            ("2020-01-02", "2020-01-03", 1.5, 1.6),
        ),
        (
            "latest first, thousands, currency (Nasdaq)",
            "Date,Close/Last,Volume\n01/31/2020,\"$1,309.51\",5\n01/30/2020,\"$1,323.87\",5\n",
            ("2020-01-30", "2020-01-31", 1323.87, 1309.51),
        ),
        (
            "no order",
            "date,close\n2020-01-03,3\n2020-01-01,1\n2020-01-02,2\n",
            ("2020-01-01", "2020-01-03", 1.0, 3.0),
        ),
        (
            "a date twice",
            "date,close\n2020-01-01,1\n2020-01-02,2\n2020-01-02,2.5\n",
            ("2020-01-01", "2020-01-02", 1.0, 2.5),
        ),
        (
            "missing prices (FRED)",
            "observation_date,DCOILWTICO\n2020-01-01,\n2020-01-02,61.17\n2020-01-03,.\n2020-01-06,63\n",
            ("2020-01-02", "2020-01-06", 61.17, 63.0),
        ),
        (
            "not a number",
            "date,close\n2020-01-01,1\n2020-01-02,NaN\n2020-01-03,3\n",
            ("2020-01-01", "2020-01-03", 1.0, 3.0),
        ),
        (
            "Unix seconds",
            "timestamp,price\n1577836800,1\n1577840400,2\n",
            ("2020-01-01", "2020-01-01 01:00", 1.0, 2.0),
        ),
        (
            "Unix microseconds",
            "timestamp,price\n1577836800000000,1\n1577840400000000,2\n",
            ("2020-01-01", "2020-01-01 01:00", 1.0, 2.0),
        ),
        (
            "spreadsheet days",
            "date,price\n43831,1\n43832,2\n",
            ("2020-01-01", "2020-01-02", 1.0, 2.0),
        ),
        (
            "the index of pandas, zones",
            ",AAPL\n2020-01-02 00:00:00-05:00,1\n2020-01-03 00:00:00-05:00,2\n",
            ("2020-01-02 05:00", "2020-01-03 05:00", 1.0, 2.0),
        ),
        (
            "names of months",
            "Date,Price\n\"Jan 02, 2020\",1\n\"Jan 03, 2020\",2\n",
            ("2020-01-02", "2020-01-03", 1.0, 2.0),
        ),
        (
            "no headings",
            "2020-01-02,1\n2020-01-03,2\n",
            ("2020-01-02", "2020-01-03", 1.0, 2.0),
        ),
        (
            "comments and empty lines",
            "# from somewhere\ndate,close\n\n2020-01-02,1\n2020-01-03,2\n\n",
            ("2020-01-02", "2020-01-03", 1.0, 2.0),
        ),
    ];
    for (name, text, (first, last, one, two)) in cases {
        let found = told(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(
            found,
            ((*first).into(), (*last).into(), *one, *two),
            "{name}"
        );
    }
}

#[test]
fn what_cannot_be_read_rightly_is_refused_in_one_line_with_row_and_column() {
    for (name, text, said) in [
        ("empty", "", "x.csv: is empty; allowed"),
        ("blank", "\n\n", "has no rows"),
        (
            "headings only",
            "date,close\n",
            "has headings and no prices",
        ),
        (
            "one row",
            "date,close\n2020-01-01,1\n",
            "has 1 price; allowed: 2 or more",
        ),
        (
            "zero",
            "date,close\n2020-01-01,1\n2020-01-02,0\n",
            "row 3, column close: the price is 0; allowed: above 0",
        ),
        (
            "negative",
            "date,close\n2020-01-01,1\n2020-01-02,-37.63\n",
            "row 3, column close: the price is -37.63",
        ),
        (
            "infinite",
            "date,close\n2020-01-01,1\n2020-01-02,inf\n",
            "row 3, column close: the price is inf",
        ),
        (
            "text",
            "date,close\n2020-01-01,1\n2020-01-02,n.a. yet\n",
            "row 3, column close: \"n.a. yet\" is no number",
        ),
        (
            "a footer",
            "date,close\n2020-01-01,1\n2020-01-02,2\nSource: me,\n",
            "row 4, column date: \"Source: me\" is no date",
        ),
        (
            "no such day",
            "date,close\n2020-01-01,1\n2020-02-30,2\n",
            "row 3, column date: \"2020-02-30\" is no date",
        ),
        (
            "two prices",
            "date,AAPL,MSFT\n2020-01-01,1,2\n2020-01-02,1,2\n",
            "there are 2 columns of prices: AAPL, MSFT; choose with --column NAME",
        ),
        (
            "price and close",
            "date,close,price\n2020-01-01,1,2\n2020-01-02,1,2\n",
            "2 columns of prices: close, price",
        ),
        (
            "no date",
            "close,volume\n1,2\n3,4\n",
            "no column is called date or time; there are: close, volume",
        ),
        (
            "two ways",
            "date,close\n01/02/2020,1\n02/03/2020,2\n",
            "column date: 01/02/2020 can be read with the day or with the month first; choose with --dates",
        ),
        (
            "both ways",
            "date,close\n13/02/2020,1\n02/13/2020,2\n",
            "is no date",
        ),
        (
            "three columns without headings",
            "2020-01-01,1,2\n2020-01-02,1,2\n",
            "the first row has no headings and its 3 columns are not known",
        ),
        (
            "a spreadsheet",
            "PK\u{3}\u{4}",
            "is a spreadsheet or an archive",
        ),
        (
            "far away",
            "date,close\n1500-01-01,1\n1500-01-02,2\n",
            "row 2, column date: \"1500-01-01\" is no date",
        ),
        (
            "prose",
            "Dear Sir or Madam,\nplease find enclosed\n",
            "no column is called date or time",
        ),
        (
            "all missing",
            "date,close\n2020-01-01,\n2020-01-02,\n",
            "has 0 prices; allowed: 2 or more",
        ),
    ] {
        let error = told(text).expect_err(name);
        assert!(error.contains(said), "{name}: {error}");
        assert_eq!(error.lines().count(), 1, "{name}: {error}");
    }
}

#[test]
fn what_was_asked_about_can_be_answered() {
    let text = "date,AAPL,MSFT\n01/02/2020,1,20\n02/03/2020,2,30\n";
    for (dates, first) in [
        (DateOrder::DayFirst, "2020-02-01"),
        (DateOrder::MonthFirst, "2020-01-02"),
    ] {
        let reading = Reading {
            column: Some("MSFT".into()),
            dates: Some(dates),
        };
        let history = read_text(text.as_bytes(), "x", &reading).unwrap();
        assert_eq!(history.prices, [20.0, 30.0]);
        assert_eq!(date_text(history.times[0]), first);
    }
    let reading = Reading {
        column: Some("TSLA".into()),
        dates: None,
    };
    let error = read_text(text.as_bytes(), "x", &reading)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("no column of prices is called \"TSLA\"; there are: date, AAPL, MSFT"),
        "{error}"
    );
}

#[test]
fn what_was_done_to_the_rows_is_said() {
    let text = "date,close,adj close\n2020-01-03,3,3\n2020-01-02,,\n2020-01-02,2,2\n2020-01-02,2,2.5\n2020-01-01,1,1\n";
    let history = read_text(text.as_bytes(), "x", &NONE).unwrap();
    let notes: Vec<&str> = history.notes.iter().map(|note| note.0.as_str()).collect();
    assert_eq!(
        notes,
        [
            "adj close is read, which splits and dividends do not move; for close: --column \"close\"",
            "1 row without a price is left out, the first is row 3",
            "the rows were from the latest to the first",
            "1 row of a date that has another is left out, the last is kept; prices of one date differ, first on 2020-01-02",
        ]
    );
}

#[test]
fn a_date_that_has_not_come_is_refused_where_the_present_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, "date,close\n2020-01-01,1\n2020-02-01,2\n").unwrap();
    let now = hedgelab::history::parse_day("2020-01-15").unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    let error = read(&path, &NONE, Some(now), go_on)
        .unwrap_err()
        .to_string();
    assert!(
        error.ends_with("row 3, column date: 2020-02-01 has not come yet; allowed: the past"),
        "{error}"
    );
    assert!(read(&path, &NONE, None, go_on).is_ok());
    let error = read(folder.path(), &NONE, None, go_on).unwrap_err();
    assert!(matches!(error, HistoryError::File(_)), "{error}");
}

/// A file of timestamps or texts of dates and of prices, some of them missing.
fn parquet_file(path: &Path, texts: bool, prices: &[Option<f64>]) {
    let day = |i: usize| 86_400_000_000_i64 * (18_262 + i64::try_from(i).unwrap());
    let time = if texts {
        Type::primitive_type_builder("date", Physical::BYTE_ARRAY)
            .with_logical_type(Some(LogicalType::String))
    } else {
        let unit = LogicalType::timestamp(true, TimeUnit::MICROS);
        Type::primitive_type_builder("date", Physical::INT64).with_logical_type(Some(unit))
    };
    let time = time.with_repetition(Repetition::REQUIRED).build().unwrap();
    let price = Type::primitive_type_builder("close", Physical::DOUBLE);
    let price = price.with_repetition(Repetition::OPTIONAL).build().unwrap();
    let schema =
        Type::group_type_builder("prices").with_fields(vec![Arc::new(time), Arc::new(price)]);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .build();
    let schema = Arc::new(schema.build().unwrap());
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, Arc::new(properties))
            .unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    if texts {
        let texts: Vec<ByteArray> = (0..prices.len())
            .map(|i| date_text(day(i)).as_str().into())
            .collect();
        column
            .typed::<ByteArrayType>()
            .write_batch(&texts, None, None)
            .unwrap();
    } else {
        let times: Vec<i64> = (0..prices.len()).map(day).collect();
        column
            .typed::<Int64Type>()
            .write_batch(&times, None, None)
            .unwrap();
    }
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let there: Vec<f64> = prices.iter().flatten().copied().collect();
    let levels: Vec<i16> = prices
        .iter()
        .map(|price| i16::from(price.is_some()))
        .collect();
    column
        .typed::<DoubleType>()
        .write_batch(&there, Some(&levels), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.close().unwrap();
}

#[test]
fn parquet_is_read_with_timestamps_and_with_texts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.parquet");
    let go_on = &mut |_| ControlFlow::Continue(());
    for texts in [false, true] {
        parquet_file(&path, texts, &[Some(1.0), None, Some(3.0)]);
        let history = read(&path, &NONE, None, go_on).unwrap();
        assert_eq!(
            (history.layout, history.prices.as_slice()),
            ("Parquet", &[1.0, 3.0][..])
        );
        assert_eq!(date_text(history.times[1]), "2020-01-03");
    }
    parquet_file(&path, false, &[Some(1.0), Some(-3.0)]);
    let error = read(&path, &NONE, None, go_on).unwrap_err().to_string();
    assert!(
        error.ends_with("row 2, column close: the price is -3; allowed: above 0"),
        "{error}"
    );
    std::fs::write(&path, b"PAR1 and no more").unwrap();
    let error = read(&path, &NONE, None, go_on).unwrap_err().to_string();
    assert!(
        error.contains("is no Parquet file that can be read"),
        "{error}"
    );
}

#[test]
fn reading_stops_when_it_is_told_to_and_says_how_far_it_is() {
    let mut text = String::from("time,price\n");
    for i in 0..100_000 {
        text.push_str(&format!("{},{}\n", 1_577_836_800 + 60 * i, 100 + i % 7));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.csv");
    std::fs::write(&path, &text).unwrap();
    let mut shares = Vec::new();
    let stopped = read(&path, &NONE, None, &mut |share| {
        shares.push(share);
        if share > 0.5 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    assert!(matches!(stopped, Err(HistoryError::Stopped)));
    assert!(shares.is_sorted() && shares.len() > 2 && *shares.last().unwrap() < 1.0);
    let history = read(&path, &NONE, None, &mut |_| ControlFlow::Continue(())).unwrap();
    assert_eq!(history.prices.len(), 100_000);
    assert_eq!(Found::of(&history).frequency.name, "each minute");
}

#[test]
fn a_split_is_flagged() {
    let mut text = String::from("date,close\n");
    for i in 0..400 {
        let price = 400.0 * (1.0 + 0.001 * f64::from(i * i % 17)) / if i < 300 { 1.0 } else { 2.0 };
        text.push_str(&format!("{},{price}\n", 40_000 + i));
    }
    let history = read_text(text.as_bytes(), "x", &NONE).unwrap();
    let found = Found::of(&history);
    assert!(
        found
            .outliers
            .iter()
            .all(|o| matches!(o.suspect, Some(Suspect::Split(..))))
    );
}

/// What the processor worked for this program (seconds): that a busy machine leaves as it is.
fn processor() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = text.split_whitespace().collect();
    let ticks = |place: usize| {
        fields
            .get(place)
            .and_then(|field| field.parse::<f64>().ok())
    };
    let ticks: f64 = [13, 14].into_iter().filter_map(ticks).sum();
    ticks / 100.0
}

/// Ten million rows: what it takes is printed, and told in `docs/prices.md`.
#[test]
#[ignore = "writes 300 MB; cargo test --release --test commands history -- --ignored --nocapture"]
fn ten_million_rows_are_read() {
    use std::io::Write;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticks.csv");
    let mut file = std::io::BufWriter::new(File::create(&path).unwrap());
    file.write_all(b"date,close\n").unwrap();
    for i in 0..10_000_000_i64 {
        let price = 100.0 + (i * 7919 % 1000) as f64 / 1000.0;
        let second = date_text((1_000_000_000 + i) * 1_000_000);
        let mark = if second.len() == 19 { "" } else { ":00" };
        let mark = if second.len() == 10 {
            " 00:00:00"
        } else {
            mark
        };
        writeln!(file, "{second}{mark},{price:.3}").unwrap();
    }
    drop(file);
    let (began, worked) = (std::time::Instant::now(), processor());
    let history = read(&path, &NONE, None, &mut |_| ControlFlow::Continue(())).unwrap();
    let (clock, work) = (began.elapsed().as_secs_f64(), processor() - worked);
    println!("read in {clock:.2} s, of which the processor worked {work:.2} s");
    let (began, worked) = (std::time::Instant::now(), processor());
    let found = Found::of(&history);
    let (clock, work) = (began.elapsed().as_secs_f64(), processor() - worked);
    println!("looked at in {clock:.2} s, of which the processor worked {work:.2} s");
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!(
        "{:?}",
        status.lines().find(|line| line.starts_with("VmHWM"))
    );
    assert_eq!(history.prices.len(), 10_000_000);
    assert_eq!(found.frequency.name, "each second");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _read_or_refused = read_text(&bytes, "x", &NONE);
    }

    #[test]
    fn no_table_makes_the_reader_panic_and_what_is_read_is_a_series(
        text in "(date|time|price|close|Adj Close|[0-9]{1,20}|[-+.,;/: \"TZ$]|nan|inf|Jan|\n|\n|\t){0,120}"
    ) {
        if let Ok(history) = read_text(text.as_bytes(), "x", &NONE) {
            prop_assert!(history.times.is_sorted_by(|a, b| a < b));
            prop_assert!(history.prices.iter().all(|price| *price > 0.0 && price.is_finite()));
            let _found = Found::of(&history);
        }
    }

    #[test]
    fn what_is_written_is_read_back_whatever_parts_it(
        prices in proptest::collection::vec(1e-6..1e9_f64, 2..60),
        mark in prop::sample::select(vec![',', ';', '\t']),
        descending in any::<bool>(),
    ) {
        let mut rows: Vec<String> = prices
            .iter()
            .zip(10_000_i64..)
            .map(|(price, day)| format!("{}{mark}{price}\n", date_text(86_400_000_000 * day)))
            .collect();
        if descending {
            rows.reverse();
        }
        let text = format!("date{mark}close\n{}", rows.concat());
        let history = read_text(text.as_bytes(), "x", &NONE).unwrap();
        prop_assert_eq!(history.prices, prices);
    }
}
