//! The settings that change how a text is read or written as a value or a definition. A replay and a run share them, so
//! that what was proven is what is applied: with `array_nulls` off, `'{NULL}'` would be another array, and with another
//! `DateStyle`, `'01/02/2026'` another day.
//!
//! Not among them are settings that say where or with which rights something is stored (`default_tablespace`,
//! `default_table_access_method`, `default_toast_compression`, `row_security`), what money and numbers look like in the
//! country of a database (`lc_monetary`, on which the stored value of a `money` depends, `lc_numeric`, `lc_time`), how
//! strictly functions are checked, and the time-outs: whoever owns the database sets those on purpose, and a run keeps
//! them.

/// Names and values. Every role may set them.
pub(crate) const TEXT_SETTINGS: &[(&str, &str)] = &[
    ("array_nulls", "on"),
    ("backslash_quote", "safe_encoding"),
    ("bytea_output", "hex"),
    ("DateStyle", "ISO, MDY"),
    ("extra_float_digits", "1"),
    ("IntervalStyle", "postgres"),
    ("quote_all_identifiers", "off"),
    ("standard_conforming_strings", "on"),
    ("TimeZone", "UTC"),
    ("transform_null_equals", "off"),
    ("xmlbinary", "base64"),
    ("xmloption", "content"),
];
