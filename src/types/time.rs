//! Dates and times. `NaiveDateTime` is always UTC.
//!
//! Postgres counts microseconds; values of chrono are truncated to them, in parameters and in literals.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use postgres::types::ToSql;

use super::{BoxError, BytesMut, Type, Unheld, read};

/// The type of a `created_at` or `updated_at` column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not hold a point in time",
    label = "not a time",
    note = "`created_at` and `updated_at` are for `NaiveDateTime` (`timestamp`, in UTC) or `DateTime<Utc>` \
            (`timestamptz`)"
)]
pub trait Timestamp {
    /// The current time as an SQL expression of this type. `now()` in a `timestamp` would depend on the session's time
    /// zone: eight hours off with Asia/Shanghai.
    const NOW: &'static str;
}

/// The types of a soft-delete column.
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

const MICROSECONDS_TO_2000: i64 = 946_684_800_000_000;

/// Microseconds since 2000-01-01.
#[inline]
pub(super) fn timestamp(ty: &Type, raw: &[u8]) -> Result<NaiveDateTime, BoxError> {
    let since_2000 = read::i64(ty, raw)?;
    let since_1970 = since_2000.checked_add(MICROSECONDS_TO_2000);
    match since_1970.and_then(DateTime::from_timestamp_micros) {
        Some(at) => Ok(at.naive_utc()),
        None => Err(beyond("timestamp", "NaiveDateTime", since_2000 == i64::MAX, since_2000 == i64::MIN)),
    }
}

/// The same, in UTC.
#[inline]
pub(super) fn timestamptz(ty: &Type, raw: &[u8]) -> Result<DateTime<Utc>, BoxError> {
    let since_2000 = read::i64(ty, raw)?;
    let since_1970 = since_2000.checked_add(MICROSECONDS_TO_2000);
    match since_1970.and_then(DateTime::from_timestamp_micros) {
        Some(at) => Ok(at),
        None => Err(beyond("timestamptz", "DateTime<Utc>", since_2000 == i64::MAX, since_2000 == i64::MIN)),
    }
}

/// Days since 2000-01-01.
pub(super) fn date(ty: &Type, raw: &[u8]) -> Result<NaiveDate, BoxError> {
    let since_2000 = read::i32(ty, raw)?;
    let days = Days::new(u64::from(since_2000.unsigned_abs()));
    let first = NaiveDate::from_ymd_opt(2000, 1, 1);
    let day = first.and_then(|first| match since_2000 < 0 {
        true => first.checked_sub_days(days),
        false => first.checked_add_days(days),
    });
    day.ok_or_else(|| beyond("date", "NaiveDate", since_2000 == i32::MAX, since_2000 == i32::MIN))
}

/// Microseconds since midnight. `24:00:00` is not `00:00:00`, and is an error.
pub(super) fn time(ty: &Type, raw: &[u8]) -> Result<NaiveTime, BoxError> {
    let since_midnight = read::i64(ty, raw)?;
    let (seconds, microseconds) =
        (since_midnight.div_euclid(1_000_000), since_midnight.rem_euclid(1_000_000));
    let time = u32::try_from(seconds).ok().and_then(|seconds| {
        NaiveTime::from_num_seconds_from_midnight_opt(seconds, u32::try_from(microseconds).ok()? * 1000)
    });
    time.ok_or_else(|| {
        Unheld::error(
            "the time is 24:00:00, which `NaiveTime` does not have",
            "store 00:00:00 in its place where that is meant, or read it as text: `{column}::text` into a `String`",
        )
    })
}

/// chrono represents a leap second by nanoseconds above one second; Postgres would store `24:00:00` for it.
pub(super) fn write_time(value: &NaiveTime, ty: &Type, out: &mut BytesMut) -> Result<(), BoxError> {
    if value.nanosecond() >= 1_000_000_000 {
        return Err(
            "it is in a leap second, which no `time` of Postgres is: write the second before or after it"
                .into(),
        );
    }
    value.to_sql(ty, out).map(drop)
}

#[cold]
fn beyond(sql: &str, rust: &str, infinity: bool, minus_infinity: bool) -> BoxError {
    if infinity || minus_infinity {
        let name = if infinity { "infinity" } else { "-infinity" };
        return Unheld::error(
            format!("the {sql} is {name}, which `{rust}` does not have"),
            "store NULL in its place, or read it as text, which has every value: `{column}::text` into a `String`",
        );
    }
    Unheld::error(
        format!("the {sql} is in a year that `{rust}` does not have, which ends with 262142"),
        "read it as text, which has every value: `{column}::text` into a `String`",
    )
}

/// Unlike in chrono's text, years after 9999 have no sign, and years before 1 are `BC`.
pub(super) fn date_text(date: &NaiveDate) -> String {
    format!("{}{}", plain_date(date), era(date))
}

pub(super) fn datetime_text(at: &NaiveDateTime, zone: &str) -> String {
    let (date, time) = (at.date(), at.time());
    let mut text =
        format!("{} {:02}:{:02}:{:02}", plain_date(&date), time.hour(), time.minute(), time.second());
    if time.nanosecond() > 0 {
        text.push_str(&time_fraction(&time));
    }
    text + zone + era(&date)
}

/// `12:00:00`, with the fraction digits that are needed, down to microseconds.
pub(super) fn time_text(time: &NaiveTime) -> String {
    format!("{:02}:{:02}:{:02}{}", time.hour(), time.minute(), time.second(), time_fraction(time))
}

fn time_fraction(time: &NaiveTime) -> String {
    let whole = time.with_nanosecond(time.nanosecond() / 1000 * 1000).unwrap_or(*time);
    whole.format("%.f").to_string()
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
        let at = day(2026).and_hms_nano_opt(12, 0, 0, 123_456_999).unwrap();
        assert_eq!(datetime_text(&at, "+00"), "2026-01-27 12:00:00.123456+00");
        assert_eq!(time_text(&at.time()), "12:00:00.123456");
        assert_eq!(time_text(&day(2026).and_hms_nano_opt(9, 5, 0, 999).unwrap().time()), "09:05:00");
        assert_eq!(datetime_text(&day(-4).and_hms_opt(1, 2, 3).unwrap(), ""), "0005-01-27 01:02:03 BC");
    }
}
