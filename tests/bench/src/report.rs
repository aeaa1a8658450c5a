//! The report: a table with ratios to the baselines, and a plot of cold starts.

use crate::findings::{Findings, Row, Slowly};
use crate::statistics::Spread;
use std::fmt::Write;

pub fn table(findings: &Findings) -> String {
    let mut table = heading();
    for row in &findings.functions {
        table.push_str(&line(row, findings));
        table.push('\n');
    }
    let call = findings.sdk_call;
    let _ = writeln!(
        table,
        "\nan AWS call costs the function that makes it {} ms, {} ms of them processor time",
        millis(call.took),
        millis(call.processor)
    );
    for sale in &findings.flash_sales {
        let _ = writeln!(
            table,
            "a sale of one SKU to {} buyers, {} in a batch: {} a second, each with {} writes of its stock item, of which {} met another",
            sale.buyers,
            sale.batch,
            sale.per_second,
            ratio(sale.writes_per_hundred, 100),
            ratio(sale.refused_per_hundred, 100)
        );
    }
    for rush in &findings.bookings {
        let _ = writeln!(
            table,
            "{} bookings at once, {} in a batch: {} a second, each with {} transactions, of which {} met another",
            rush.bookings,
            rush.batch,
            rush.per_second,
            ratio(rush.writes_per_hundred, 100),
            ratio(rush.refused_per_hundred, 100)
        );
    }
    table.push_str(&of_pages(findings));
    for row in &findings.functions {
        let _ = writeln!(table, "{:<14} answers {} and handles {}", row.function, row.does.0, row.does.1);
    }
    table
}

/// Pages, each beside the request of its function's API.
fn of_pages(findings: &Findings) -> String {
    let mut table = format!("\n{:<44}", "page");
    for column in ["ms", "x request", "beside ms", "x request's", "cpu", "trips", "kB"] {
        let _ = write!(table, "{column:>12}");
    }
    table.push('\n');
    for page in &findings.pages {
        let of = findings.function(&page.function);
        let (request, beside) = of.map_or((0, 0), |row| (row.request.took.median, row.beside_calls));
        let cells = [
            spread(page.request.took),
            ratio(page.request.took.median, request),
            millis(page.beside_calls),
            ratio(page.beside_calls, beside),
            millis(page.request.processor.median),
            tenths(page.request.rounds, 10),
            tenths(page.bytes, 1_000),
        ];
        let name = format!("{} {}", page.function, page.page);
        let _ = write!(table, "{name:<44}");
        cells.iter().for_each(|cell| table.push_str(&format!("{cell:>12}")));
        table.push('\n');
    }
    table + "\n"
}

fn heading() -> String {
    let columns = [
        "to next ms",
        "x",
        "first ms",
        "128: both",
        "then first",
        "then each",
        "256: both",
        "then first",
        "then each",
        "RSS MB",
        "x",
        "MB",
        "zip MB",
        "conn",
        "req ms",
        "x",
        "beside ms",
        "x echo",
        "cpu",
        "trips",
        "msg ms",
        "cpu",
        "trips",
        "10:1",
        "msg/s",
    ];
    row_of("", &columns) + "\n"
}

fn row_of(name: &str, cells: &[impl AsRef<str>]) -> String {
    cells.iter().fold(format!("{name:<14}"), |row, cell| format!("{row}{:>12}", cell.as_ref()))
}

fn line(row: &Row, findings: &Findings) -> String {
    let bare = findings.hello();
    let slowly = |index: usize, what: fn(&Slowly) -> u64| {
        row.slowly.get(index).map_or_else(|| "-".to_owned(), |slowly| millis(what(slowly)))
    };
    let both = |slowly: &Slowly| slowly.to_next.median + slowly.first.median;
    let once_ready = |slowly: &Slowly| slowly.first_once_ready.median;
    let later = |slowly: &Slowly| slowly.later.median;
    let dash = || "-".to_owned();
    let message = row.message;
    let cells = [
        spread(row.to_next),
        ratio(row.to_next.median, bare.to_next.median),
        spread(row.first),
        slowly(0, both),
        slowly(0, once_ready),
        slowly(0, later),
        slowly(1, both),
        slowly(1, once_ready),
        slowly(1, later),
        tenths(row.peak_kilobytes, 1_024),
        ratio(row.peak_kilobytes, bare.peak_kilobytes),
        tenths(row.kilobytes, 1_000),
        tenths(row.packed_kilobytes, 1_000),
        row.connections.to_string(),
        spread(row.request.took),
        ratio(row.request.took.median, bare.request.took.median),
        millis(row.beside_calls),
        ratio(row.beside_calls, findings.echo().beside_calls),
        millis(row.request.processor.median),
        tenths(row.request.rounds, 10),
        message.map_or_else(dash, |used| spread(used.took)),
        message.map_or_else(dash, |used| millis(used.processor.median)),
        message.map_or_else(dash, |used| tenths(used.rounds, 10)),
        row.late.map_or_else(dash, |(one, ten)| ratio(ten.median, one.median)),
        row.messages_per_second.map_or_else(dash, |count| count.to_string()),
    ];
    row_of(&row.function, &cells)
}

/// Microseconds as milliseconds.
fn millis(micros: u64) -> String {
    format!("{}.{:02}", micros / 1_000, micros / 10 % 100)
}

/// The median, and the distance of the 95th percentile.
fn spread(of: Spread) -> String {
    format!("{}+{}", millis(of.median), millis(of.p95.saturating_sub(of.median)))
}

fn tenths(value: u64, unit: u64) -> String {
    format!("{}.{}", value / unit, value * 10 / unit % 10)
}

fn ratio(value: u64, of: u64) -> String {
    let hundredths = value * 100 / of.max(1);
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

/// A bar per function: start and first request.
pub fn plot(rows: &[Row]) -> String {
    const LEFT: u64 = 110;
    const BAR: u64 = 18;
    let most = rows.iter().map(|row| row.to_next.median + row.first.median).max().unwrap_or(1).max(1);
    let wide = |micros: u64| micros * 480 / most;
    let height = rows.len() as u64 * (BAR + 8) + 40;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"700\" height=\"{height}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"18\">cold start in ms: until it asks for work, and its first request</text>\n"
    );
    for (index, row) in rows.iter().enumerate() {
        let top = 30 + index as u64 * (BAR + 8);
        let (next, first) = (wide(row.to_next.median), wide(row.first.median));
        let text = top + 13;
        let _ = write!(
            svg,
            "<text x=\"{}\" y=\"{text}\" text-anchor=\"end\">{}</text>\n\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{next}\" height=\"{BAR}\" fill=\"#4c78a8\"/>\n\
             <rect x=\"{}\" y=\"{top}\" width=\"{first}\" height=\"{BAR}\" fill=\"#f58518\"/>\n\
             <text x=\"{}\" y=\"{text}\">{} + {}</text>\n",
            LEFT - 8,
            row.function,
            LEFT + next,
            LEFT + next + first + 6,
            millis(row.to_next.median),
            millis(row.first.median),
        );
    }
    svg.push_str("</svg>\n");
    svg
}
