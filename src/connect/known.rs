//! The parameters of libpq, and what is done with each.

/// A parameter of libpq.
pub(super) struct Parameter {
    pub name: &'static str,
    /// The variable that holds its value where nothing else does.
    pub variable: Option<&'static str>,
    pub handling: Handling,
}

/// What is done with the value of a parameter.
pub(super) enum Handling {
    /// It is carried out.
    Used,
    /// Whatever it says changes nothing here, and in libpq nothing that a statement could see.
    Ignored,
    /// It is what is done anyway if it is one of these; anything else is refused.
    OnlyAs(&'static [&'static str]),
}

use Handling::{Ignored, OnlyAs, Used};

const fn row(name: &'static str, variable: &'static str, handling: Handling) -> Parameter {
    let variable = if variable.is_empty() { None } else { Some(variable) };
    Parameter { name, variable, handling }
}

/// The values that mean "no" for libpq.
const NO: &[&str] = &["0", "false", "off", "no"];

/// All parameters of libpq 18.
pub(super) const PARAMETERS: &[Parameter] = &[
    row("application_name", "PGAPPNAME", Used),
    row("channel_binding", "PGCHANNELBINDING", Used),
    // The driver speaks UTF8, whatever this terminal speaks.
    row("client_encoding", "PGCLIENTENCODING", OnlyAs(&["auto", "utf8", "utf-8", "unicode"])),
    row("connect_timeout", "PGCONNECT_TIMEOUT", Used),
    row("dbname", "PGDATABASE", Used),
    row("fallback_application_name", "", Used),
    row("gssdelegation", "PGGSSDELEGATION", OnlyAs(NO)),
    row("gssencmode", "PGGSSENCMODE", OnlyAs(&["disable", "prefer"])),
    row("gsslib", "PGGSSLIB", Ignored),
    row("host", "PGHOST", Used),
    row("hostaddr", "PGHOSTADDR", Used),
    row("keepalives", "", Used),
    row("keepalives_count", "", Used),
    row("keepalives_idle", "", Used),
    row("keepalives_interval", "", Used),
    row("krbsrvname", "PGKRBSRVNAME", Ignored),
    row("load_balance_hosts", "PGLOADBALANCEHOSTS", Used),
    row("max_protocol_version", "PGMAXPROTOCOLVERSION", OnlyAs(&["3.0", "3.2", "latest"])),
    row("min_protocol_version", "PGMINPROTOCOLVERSION", OnlyAs(&["3.0"])),
    row("oauth_client_id", "", OnlyAs(&[])),
    row("oauth_client_secret", "", OnlyAs(&[])),
    row("oauth_issuer", "", OnlyAs(&[])),
    row("oauth_scope", "", OnlyAs(&[])),
    row("options", "PGOPTIONS", Used),
    row("passfile", "PGPASSFILE", Used),
    row("password", "PGPASSWORD", Used),
    row("port", "PGPORT", Used),
    row("replication", "", OnlyAs(NO)),
    row("require_auth", "PGREQUIREAUTH", OnlyAs(&[])),
    row("requirepeer", "PGREQUIREPEER", OnlyAs(&[])),
    row("scram_client_key", "", OnlyAs(&[])),
    row("scram_server_key", "", OnlyAs(&[])),
    row("service", "PGSERVICE", Used),
    row("ssl_max_protocol_version", "PGSSLMAXPROTOCOLVERSION", Used),
    row("ssl_min_protocol_version", "PGSSLMINPROTOCOLVERSION", Used),
    row("sslcert", "PGSSLCERT", Used),
    row("sslcertmode", "PGSSLCERTMODE", Used),
    // No TLS library compresses any more.
    row("sslcompression", "PGSSLCOMPRESSION", Ignored),
    row("sslcrl", "PGSSLCRL", Used),
    row("sslcrldir", "PGSSLCRLDIR", Used),
    row("sslkey", "PGSSLKEY", Used),
    row("sslkeylogfile", "", OnlyAs(&[])),
    row("sslmode", "PGSSLMODE", Used),
    row("sslnegotiation", "PGSSLNEGOTIATION", Used),
    // Of use for an encrypted key only, and such a key is refused where it is read.
    row("sslpassword", "", Ignored),
    row("sslrootcert", "PGSSLROOTCERT", Used),
    row("sslsni", "PGSSLSNI", Used),
    row("target_session_attrs", "PGTARGETSESSIONATTRS", Used),
    row("tcp_user_timeout", "", Used),
    row("user", "PGUSER", Used),
];
