//! Times: `NaiveDateTime` is UTC, always.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};

/// The type of a `created_at` or `updated_at` column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a point in time",
    label = "not a time",
    note = "`created_at` and `updated_at` are for `NaiveDateTime` (`timestamp`, in UTC) or `DateTime<Utc>` \
            (`timestamptz`)"
)]
pub trait Timestamp {
    /// The present, in this type. `now()` into a `timestamp` would follow the session's time zone, eight hours
    /// off under Asia/Shanghai.
    const NOW: &'static str;
}

/// The type of a soft-delete column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot say when a row was deleted",
    label = "the soft-delete column must be an `Option` of a time",
    note = "write `Option<NaiveDateTime>` or `Option<DateTime<Utc>>`: NULL is a live row"
)]
pub trait DeletedAt {}

impl Timestamp for NaiveDateTime {
    const NOW: &'static str = "(now() AT TIME ZONE 'utc')";
}

impl Timestamp for DateTime<Utc> {
    const NOW: &'static str = "now()";
}

impl<T: Timestamp> Timestamp for Option<T> {
    const NOW: &'static str = T::NOW;
}

impl DeletedAt for Option<NaiveDateTime> {}

impl DeletedAt for Option<DateTime<Utc>> {}

/// Years after 9999 have no sign and years before the first are `BC`, unlike chrono's own form.
pub(super) fn date_text(date: &NaiveDate) -> String {
    format!("{}{}", plain_date(date), era(date))
}

pub(super) fn datetime_text(at: &NaiveDateTime, zone: &str) -> String {
    let (date, time) = (at.date(), at.time());
    let mut text =
        format!("{} {:02}:{:02}:{:02}", plain_date(&date), time.hour(), time.minute(), time.second());
    if time.nanosecond() > 0 {
        text.push_str(&time.format("%.f").to_string());
    }
    text + zone + era(&date)
}

fn plain_date(date: &NaiveDate) -> String {
    let year = if date.year() > 0 { date.year() } else { 1 - date.year() };
    format!("{year:04}-{:02}-{:02}", date.month(), date.day())
}

fn era(date: &NaiveDate) -> &'static str {
    if date.year() > 0 { "" } else { " BC" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_what_postgres_reads() {
        let day = |year| NaiveDate::from_ymd_opt(year, 1, 27).unwrap();
        assert_eq!(date_text(&day(2026)), "2026-01-27");
        assert_eq!(date_text(&day(12026)), "12026-01-27");
        assert_eq!(date_text(&day(0)), "0001-01-27 BC");
        let at = day(2026).and_hms_micro_opt(12, 0, 0, 123_456).unwrap();
        assert_eq!(datetime_text(&at, "+00"), "2026-01-27 12:00:00.123456+00");
        assert_eq!(datetime_text(&day(-4).and_hms_opt(1, 2, 3).unwrap(), ""), "0005-01-27 01:02:03 BC");
    }
}
