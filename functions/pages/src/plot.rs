//! Plots: bars of amounts by day, as SVG markup to stand in a page. Its colors are those of the page, light, dark and printed.
//! Refuses inline styles, scripts and ids, and to be the only place of a number: a table beside it has them all.

use plotters::prelude::{
    BindKeyPoints, ChartBuilder, Color, IntoDrawingArea, IntoFont, RGBColor, Rectangle, SVGBackend,
    SeriesLabelPosition, TRANSPARENT,
};
use std::error::Error;

/// Width and height of a plot; a narrow page shrinks it.
const SIZE: (u32, u32) = (960, 320);
/// Size of its letters.
const LETTERS: i32 = 16;
/// Width of a day on the axis, in units of its own.
const DAY: i64 = 240;
/// What is free on either side of a day's bars.
const GAP: i64 = 30;
/// Most days that are named on the axis.
const NAMED_DAYS: usize = 8;
/// Most lines for amounts.
const LINES: usize = 6;
/// Largest amount that is drawn to scale: the axis counts in steps of ten times as much.
const MAX: i64 = 1_000_000_000_000_000;

/// The colors that the plot is drawn in, and what stands in their places on the page.
const INK: RGBColor = RGBColor(1, 0, 0);
const LINE: RGBColor = RGBColor(2, 0, 0);
const PAPER: RGBColor = RGBColor(3, 0, 0);
const BARS: [RGBColor; 4] = [RGBColor(4, 0, 0), RGBColor(5, 0, 0), RGBColor(6, 0, 0), RGBColor(7, 0, 0)];
const COLORS: [(&str, &str); 7] = [
    ("\"#010000\"", "\"currentColor\""),
    ("\"#020000\"", "\"var(--line)\""),
    ("\"#030000\"", "\"var(--sand)\""),
    ("\"#040000\"", "\"var(--accent)\""),
    ("\"#050000\"", "\"var(--edge)\""),
    ("\"#060000\"", "\"var(--good)\""),
    ("\"#070000\"", "\"var(--attention)\""),
];

/// What is drawn in one color.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its name, which is shown if there are several.
    pub name: String,
    /// A whole number for each day: an amount in minor units, or a count.
    pub values: Vec<i64>,
}

/// Bars for each day, those of a day side by side. `format` writes a value of the axis. The markup is whole and escaped; there is none
/// without a day.
pub fn bars(title: &str, days: &[String], series: &[Series], format: &dyn Fn(i64) -> String) -> String {
    if days.is_empty() || series.is_empty() {
        return String::new();
    }
    let mut markup = String::with_capacity(16 * 1024);
    // It is written into memory, so nothing fails but the library itself, and the table tells the same.
    match draw(&mut markup, days, series, format) {
        Ok(()) => on_page(&markup, title),
        Err(_) => String::new(),
    }
}

fn draw(
    markup: &mut String,
    days: &[String],
    series: &[Series],
    format: &dyn Fn(i64) -> String,
) -> Result<(), Box<dyn Error>> {
    let (least, greatest) = bounds(series);
    let width = [least, greatest].map(|value| format(value).chars().count()).into_iter().max().unwrap_or_default();
    let root = SVGBackend::with_string(markup, SIZE).into_drawing_area();
    let days_on_axis = (0..units(days.len())).with_key_points(named(days.len()));
    let mut chart = ChartBuilder::on(&root)
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(u32::try_from(width * 9 + 16).unwrap_or(160).min(240))
        .build_cartesian_2d(days_on_axis, least..greatest)?;
    let day_of = |at: &i64| usize::try_from(at / DAY).ok().and_then(|day| days.get(day)).cloned().unwrap_or_default();
    let value_of = |value: &i64| format(*value);
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT.stroke_width(1))
        .bold_line_style(LINE.stroke_width(1))
        .axis_style(INK.stroke_width(1))
        .label_style(("sans-serif", LETTERS).into_font().color(&INK))
        // The same lines again, which are not drawn: the axis wants at least one.
        .y_max_light_lines(1)
        .y_labels(LINES)
        .x_label_formatter(&day_of)
        .y_label_formatter(&value_of)
        .draw()?;
    let bar = (DAY - 2 * GAP) / i64::try_from(series.len())?;
    for ((of, color), start) in series.iter().zip(BARS.into_iter().cycle()).zip((0..).map(|nth: i64| GAP + nth * bar)) {
        let values = of.values.iter().take(days.len()).zip((0..).map(|day: i64| day * DAY + start));
        let rectangles = values.map(|(value, left)| {
            let corners = [(left, 0), (left + bar, (*value).clamp(-MAX, MAX))];
            Rectangle::new(corners, color.filled())
        });
        let drawn = chart.draw_series(rectangles)?;
        if series.len() > 1 {
            let sample = move |(x, y): (i32, i32)| Rectangle::new([(x, y - 6), (x + 16, y + 6)], color.filled());
            drawn.label(of.name.clone()).legend(sample);
        }
    }
    if series.len() > 1 {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .background_style(PAPER.filled())
            .border_style(LINE.stroke_width(1))
            .label_font(("sans-serif", LETTERS).into_font().color(&INK))
            .draw()?;
    }
    root.present()?;
    Ok(())
}

/// Where the axis of amounts begins and ends: nothing is on it, and where the names of several series are shown there is room for them.
fn bounds(series: &[Series]) -> (i64, i64) {
    let values = || series.iter().flat_map(|of| &of.values).map(|value| (*value).clamp(-MAX, MAX));
    let least = values().min().unwrap_or_default().min(0);
    let greatest = values().max().unwrap_or_default().max(0);
    let room = if series.len() > 1 { (greatest - least) / 3 } else { 0 };
    match (least, greatest + room) {
        (0, 0) => (0, 1),
        bounds => bounds,
    }
}

fn units(days: usize) -> i64 {
    i64::try_from(days).unwrap_or_default().saturating_mul(DAY)
}

/// The middles of the days that are named.
fn named(days: usize) -> Vec<i64> {
    let step = days.div_ceil(NAMED_DAYS).max(1);
    (0..days).step_by(step).map(|day| units(day) + DAY / 2).collect()
}

/// The markup with the page's colors, and with a title that is read out.
fn on_page(markup: &str, title: &str) -> String {
    let mut markup = COLORS.iter().fold(markup.to_owned(), |markup, (drawn, shown)| markup.replace(drawn, shown));
    if let Some(end) = markup.find('>') {
        markup.insert_str(end + 1, &format!("<title>{}</title>", escaped(title)));
        markup.insert_str(end, " role=\"img\"");
    }
    markup
}

fn escaped(text: &str) -> String {
    let text: String = text.chars().filter(|sign| !sign.is_control()).collect();
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(count: usize) -> Vec<String> {
        (1..=count).map(|day| format!("{day}.11.")).collect()
    }

    fn of(name: &str, values: &[i64]) -> Series {
        Series { name: name.to_owned(), values: values.to_vec() }
    }

    fn rectangles(svg: &str, color: &str) -> Vec<i64> {
        let document = roxmltree::Document::parse(svg).unwrap();
        let bars = document.descendants().filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "rect")));
        let bars = bars.filter(|node| node.attribute("fill") == Some(color));
        bars.map(|node| node.attribute("height").unwrap().parse().unwrap()).collect()
    }

    #[test]
    fn a_bar_stands_for_each_day_as_high_as_its_value() {
        let svg = bars("Sales", &days(3), &[of("EUR", &[100, 0, 200])], &|value| format!("{value} ct"));
        let heights = rectangles(&svg, "var(--accent)");
        assert_eq!(heights.len(), 3);
        assert!((heights[2] - 2 * heights[0]).abs() <= 2 && heights[0] > 50 && heights[1] == 0, "{heights:?}");
        assert!(svg.contains("200 ct") && svg.contains("2.11."), "{svg}");
    }

    #[test]
    fn several_series_stand_side_by_side_with_their_names() {
        let svg = bars("Sales", &days(2), &[of("Sold", &[5, 7]), of("Refunded", &[-1, 2])], &|value| value.to_string());
        assert_eq!(rectangles(&svg, "var(--accent)").len(), 3, "two days, and the sample beside the name");
        assert_eq!(rectangles(&svg, "var(--edge)").len(), 3);
        assert!(svg.contains("Sold") && svg.contains("Refunded"), "{svg}");
    }

    #[test]
    fn a_strict_policy_lets_a_plot_pass_and_its_title_is_read_out() {
        let title = "Sales <b>\"&\u{1}";
        let svg = bars(title, &days(92), &[of("<script>", &[1; 92]), of("style=\"", &[2; 92])], &|value| {
            format!("<{value}>")
        });
        let document = roxmltree::Document::parse(&svg).unwrap();
        assert_eq!(document.root_element().attribute("role"), Some("img"));
        assert_eq!(document.root_element().first_element_child().and_then(|title| title.text()), Some("Sales <b>\"&"));
        for node in document.descendants() {
            assert!(
                ["", "svg", "title", "rect", "line", "text", "polyline"].contains(&node.tag_name().name()),
                "{node:?}"
            );
            assert!(node.attribute("style").is_none() && node.attribute("id").is_none(), "{node:?}");
        }
        assert!(!svg.contains("\"#"), "every color is one of the page's: {svg}");
    }

    #[test]
    fn not_every_day_is_named_and_all_are_drawn() {
        let svg = bars("Sales", &days(92), &[of("EUR", &[3; 92])], &|value| value.to_string());
        assert_eq!(rectangles(&svg, "var(--accent)").len(), 92);
        assert_eq!(svg.matches(".11.").count(), NAMED_DAYS, "{svg}");
        assert_eq!(named(1), [DAY / 2]);
    }

    #[test]
    fn any_amount_can_be_drawn_and_no_day_gives_no_plot() {
        assert_eq!(bars("Sales", &[], &[of("EUR", &[])], &|value| value.to_string()), "");
        for values in [[i64::MIN, i64::MAX], [0, 0], [1, -1], [MAX, MAX], [-5, -5]] {
            let svg = bars("Sales", &days(2), &[of("EUR", &values)], &|value| value.to_string());
            assert_eq!(rectangles(&svg, "var(--accent)").len(), 2, "{values:?}");
        }
    }
}
