//! TLS as libpq's parameters ask for it.

use std::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use postgres::Socket;
use postgres::tls::{MakeTlsConnect, TlsConnect};
use rustls::client::WebPkiServerVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::environment::Environment;
use super::parameters::Settled;
use super::verify::{Trust, Verifier, is_self_signed, public_key};
use crate::error::{Error, Result};

/// libpq's `sslmode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd)]
pub(super) enum Mode {
    Disable,
    Allow,
    Prefer,
    Require,
    VerifyCa,
    VerifyFull,
}

const MODES: [(&str, Mode); 6] = [
    ("disable", Mode::Disable),
    ("allow", Mode::Allow),
    ("prefer", Mode::Prefer),
    ("require", Mode::Require),
    ("verify-ca", Mode::VerifyCa),
    ("verify-full", Mode::VerifyFull),
];

/// A file that was named, or the one of `~/.postgresql`, which counts where it exists.
#[derive(Debug, Clone)]
struct File {
    path: Option<PathBuf>,
    named: bool,
}

/// Everything about TLS that was said.
#[derive(Debug, Clone)]
pub(super) struct Tls {
    pub mode: Mode,
    /// The handshake comes at once, without asking first.
    pub direct: bool,
    system_roots: bool,
    roots: File,
    revoked: File,
    revoked_directory: Option<PathBuf>,
    certificate: File,
    key: File,
    sends_certificate: bool,
    sends_name: bool,
    versions: Vec<&'static SupportedProtocolVersion>,
}

impl Tls {
    pub fn new(settled: &Settled, environment: &Environment) -> Result<Self> {
        let file = |name: &str, in_home: &str| match settled.get(name) {
            Some(path) => File { path: Some(path.into()), named: true },
            None => File { path: environment.in_home(in_home), named: false },
        };
        let system_roots = settled.get("sslrootcert") == Some("system");
        let mode = settled.one_of("sslmode", &MODES.map(|(word, _)| word))?.map(|place| MODES[place].1);
        // The system's authorities sign for everybody, so without the name nothing would be verified.
        let mode = mode.unwrap_or(if system_roots { Mode::VerifyFull } else { Mode::Prefer });
        if system_roots && mode < Mode::VerifyFull {
            return Err(Error::usage(
                "sslrootcert=system is of no use with a weaker sslmode than verify-full",
            )
            .help("use sslmode=verify-full, or name a file with sslrootcert"));
        }
        let direct = settled.one_of("sslnegotiation", &["postgres", "direct"])? == Some(1);
        if direct && mode < Mode::Require {
            return Err(Error::usage(
                "sslnegotiation=direct is not possible with a weaker sslmode than require",
            )
            .help("use sslmode=require, verify-ca or verify-full"));
        }
        // `sslcertmode=require` asks that the server asked for the certificate, which rustls does not tell.
        let sends_certificate = match settled.get("sslcertmode") {
            Some("require") => {
                return Err(
                    Error::usage("sslcertmode=require is not supported").help("use sslcertmode=allow")
                );
            }
            _ => settled.one_of("sslcertmode", &["allow", "disable"])? != Some(1),
        };
        Ok(Tls {
            mode,
            direct,
            system_roots,
            roots: file("sslrootcert", "root.crt"),
            revoked: file("sslcrl", "root.crl"),
            revoked_directory: settled.get("sslcrldir").map(PathBuf::from),
            certificate: file("sslcert", "postgresql.crt"),
            key: file("sslkey", "postgresql.key"),
            sends_certificate,
            sends_name: settled.get("sslsni").is_none_or(|value| value != "0"),
            versions: versions(settled)?,
        })
    }

    /// What makes the driver's connections to one of these hosts: one for a session, and for a request to cancel, of
    /// which nobody knows to which host it goes, all. A host may have no name.
    pub fn connector(&self, hosts: &[Option<&str>]) -> Result<Connector> {
        let provider = Arc::new(ring::default_provider());
        let names = if self.mode == Mode::VerifyFull { names_to_verify(hosts)? } else { Vec::new() };
        let verifier = Verifier { provider: Arc::clone(&provider), trust: self.trust(&provider)?, names };
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_protocol_versions(&self.versions)
            .map_err(|error| Error::database("TLS cannot be set up").because(error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match self.own_certificate(&provider)? {
            Some(own) => builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(own))),
            None => builder.with_no_client_auth(),
        };
        // As in libpq, an address is not sent; what cannot be a name in DNS could not be sent.
        let is_sent = |host: &&str| {
            self.sends_name && matches!(ServerName::try_from(*host), Ok(ServerName::DnsName(_)))
        };
        let sent = if let [host] = hosts { host.filter(is_sent) } else { None };
        config.enable_sni = sent.is_some();
        if self.direct {
            config.alpn_protocols = vec![b"postgresql".to_vec()];
        }
        Ok(Connector {
            inner: MakeRustlsConnect::new(config),
            name: sent.unwrap_or("localhost").to_owned(),
            was_used: Arc::default(),
        })
    }

    /// Whom to believe, if anybody has to be asked: where there are roots, they count for every `sslmode`.
    fn trust(&self, provider: &Arc<CryptoProvider>) -> Result<Option<Trust>> {
        let Some(certificates) = self.root_certificates()? else { return Ok(None) };
        let (roots, links): (Vec<_>, Vec<_>) = certificates.into_iter().partition(is_self_signed);
        let mut store = RootCertStore::empty();
        store.add_parsable_certificates(roots.iter().cloned());
        let revoked = self.revoked_certificates()?;
        let revocations = !revoked.is_empty();
        let webpki = if store.is_empty() {
            None
        } else {
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(store), Arc::clone(provider))
                .with_crls(revoked)
                .enforce_revocation_expiration();
            Some(builder.build().map_err(|error| {
                Error::file("the revocation lists of sslcrl or sslcrldir cannot be used")
                    .because(error)
                    .help("lists of version 2, with a number, are understood: set crlnumber in openssl.cnf")
            })?)
        };
        Ok(Some(Trust { roots, links, webpki, revocations }))
    }

    fn root_certificates(&self) -> Result<Option<Vec<CertificateDer<'static>>>> {
        if self.system_roots {
            return Ok(Some(rustls_native_certs::load_native_certs().certs));
        }
        if let Some(file) = self.roots.path.as_ref().filter(|file| file.exists()) {
            return certificates(file, "sslrootcert").map(Some);
        }
        if self.mode < Mode::VerifyCa {
            return Ok(None);
        }
        let file = self.roots.path.as_ref().map_or_else(String::new, |file| format!(" {}", file.display()));
        Err(Error::file(format!("the file{file} of certificates to verify the server's with does not exist"))
            .help(
                "name a file with sslrootcert, or verify with the system's certificates: sslrootcert=system",
            ))
    }

    fn revoked_certificates(&self) -> Result<Vec<CertificateRevocationListDer<'static>>> {
        let mut files: Vec<PathBuf> = self.revoked.path.iter().cloned().collect();
        if !self.revoked.named {
            files.retain(|file| file.exists());
        }
        if let Some(directory) = &self.revoked_directory {
            let entries = fs::read_dir(directory).map_err(|error| {
                Error::file(format!("the directory {} of sslcrldir cannot be read", directory.display()))
                    .because(error)
            })?;
            files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()));
        }
        files.sort();
        let mut lists = Vec::new();
        for file in files {
            lists.extend(pem::<CertificateRevocationListDer<'static>>(&file, "sslcrl")?);
        }
        Ok(lists)
    }

    /// The client's own certificate, with its key.
    fn own_certificate(&self, provider: &CryptoProvider) -> Result<Option<CertifiedKey>> {
        if !self.sends_certificate {
            return Ok(None);
        }
        let Some(file) = self.certificate.path.as_ref().filter(|file| file.exists()) else { return Ok(None) };
        let chain = certificates(file, "sslcert")?;
        let key_file =
            self.key.path.as_ref().filter(|key| key.exists() || self.key.named).ok_or_else(|| {
                Error::file(format!("there is a certificate, {}, and no key for it", file.display()))
                    .help("name the key's file with sslkey, or use no certificate: sslcertmode=disable")
            })?;
        let key = provider
            .key_provider
            .load_private_key(private_key(key_file)?)
            .map_err(|error| key_error(key_file, &error))?;
        let of_certificate = chain.first().and_then(public_key);
        if key.public_key().is_some_and(|of_key| of_certificate.is_some_and(|it| it != of_key.as_ref())) {
            return Err(Error::file(format!(
                "the key {} does not belong to the certificate {}",
                key_file.display(),
                file.display()
            ))
            .help("name the key of the certificate with sslkey"));
        }
        Ok(Some(CertifiedKey::new(chain, key)))
    }
}

fn names_to_verify(hosts: &[Option<&str>]) -> Result<Vec<String>> {
    let names: Option<Vec<String>> = hosts.iter().map(|host| host.map(str::to_owned)).collect();
    names.ok_or_else(|| {
        Error::usage("sslmode=verify-full needs the host's name to compare with the certificate's")
            .help("name it with host=…; hostaddr may say its address")
    })
}

/// The versions between `ssl_min_protocol_version` and `ssl_max_protocol_version`.
fn versions(settled: &Settled) -> Result<Vec<&'static SupportedProtocolVersion>> {
    const WORDS: [&str; 4] = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"];
    let version = |name: &str| -> Result<Option<usize>> {
        let Some(value) = settled.get(name) else { return Ok(None) };
        let found = WORDS.iter().position(|word| word.eq_ignore_ascii_case(value));
        let wrong = || {
            Error::usage(format!("{name} is not a version of TLS"))
                .help("one of: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3")
        };
        found.map(Some).ok_or_else(wrong)
    };
    let (first, last) = (version("ssl_min_protocol_version")?, version("ssl_max_protocol_version")?);
    let (first, last) = (first.unwrap_or(2), last.unwrap_or(3));
    if first > last {
        return Err(Error::usage("ssl_min_protocol_version is above ssl_max_protocol_version"));
    }
    if last < 2 {
        return Err(Error::usage("ssl_max_protocol_version below TLSv1.2 is not supported")
            .help("TLS before 1.2 is broken: use TLSv1.2 or TLSv1.3"));
    }
    let all = [(2, &version::TLS12), (3, &version::TLS13)];
    Ok(all.into_iter().filter(|(number, _)| (first..=last).contains(number)).map(|(_, it)| it).collect())
}

fn certificates(file: &Path, parameter: &str) -> Result<Vec<CertificateDer<'static>>> {
    let found = pem::<CertificateDer<'static>>(file, parameter)?;
    if found.is_empty() {
        return Err(unusable(file, parameter, &"there is no certificate in it"));
    }
    Ok(found)
}

fn pem<T: PemObject>(file: &Path, parameter: &str) -> Result<Vec<T>> {
    let text = fs::read(file).map_err(|error| unusable(file, parameter, &error))?;
    T::pem_slice_iter(&text).collect::<Result<_, _>>().map_err(|error| unusable(file, parameter, &error))
}

fn unusable(file: &Path, parameter: &str, error: &dyn fmt::Display) -> Error {
    Error::file(format!("{} of {parameter} cannot be used: {error}", file.display()))
        .help("name a file in PEM form with it")
}

fn key_error(file: &Path, error: &dyn fmt::Display) -> Error {
    Error::file(format!("the key {} cannot be used: {error}", file.display()))
        .help("name a private key in PEM form with sslkey")
}

/// As libpq, refuses a key that others may read.
fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>> {
    let about = fs::metadata(file).map_err(|error| key_error(file, &error))?;
    let (allowed, mode) = if about.uid() == 0 { (0o640, "0640") } else { (0o600, "0600") };
    if about.mode() & 0o777 & !allowed != 0 {
        return Err(Error::file(format!("the key {} may be read by others", file.display()))
            .help(format!("chmod {mode} {}", file.display())));
    }
    let bytes = fs::read(file).map_err(|error| key_error(file, &error))?;
    let text = String::from_utf8_lossy(&bytes);
    if text.contains("ENCRYPTED") {
        return Err(Error::file(format!("the key {} is encrypted, which is not supported", file.display()))
            .help(
                "write it without encryption, readable by its owner only: openssl pkey -in KEY -out PLAIN",
            ));
    }
    if text.contains("-----BEGIN") {
        return PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| key_error(file, &error));
    }
    PrivateKeyDer::try_from(bytes.clone()).map(|key| key.clone_key()).map_err(|error| key_error(file, &error))
}

/// Makes TLS of the driver's sockets, and knows whether it was asked to.
#[derive(Clone)]
pub(super) struct Connector {
    inner: MakeRustlsConnect,
    /// What the driver calls the host. Verification does not look at it.
    pub name: String,
    pub was_used: Arc<AtomicBool>,
}

impl MakeTlsConnect<Socket> for Connector {
    type Stream = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream;
    type TlsConnect = Noticed<<MakeRustlsConnect as MakeTlsConnect<Socket>>::TlsConnect>;
    type Error = <MakeRustlsConnect as MakeTlsConnect<Socket>>::Error;

    fn make_tls_connect(&mut self, _hostname: &str) -> Result<Self::TlsConnect, Self::Error> {
        let inner = MakeTlsConnect::<Socket>::make_tls_connect(&mut self.inner, &self.name)?;
        Ok(Noticed { inner, was_used: Arc::clone(&self.was_used) })
    }
}

/// Notes that the server agreed to TLS.
pub(super) struct Noticed<T> {
    inner: T,
    was_used: Arc<AtomicBool>,
}

impl<T: TlsConnect<Socket>> TlsConnect<Socket> for Noticed<T> {
    type Stream = T::Stream;
    type Error = T::Error;
    type Future = T::Future;

    fn connect(self, stream: Socket) -> Self::Future {
        self.was_used.store(true, Ordering::Relaxed);
        self.inner.connect(stream)
    }
}
