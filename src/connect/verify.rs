//! Is the server's certificate to be believed? The answer is OpenSSL's and libpq's, by rustls' means.
//!
//! Chains are verified by rustls (webpki). It refuses some certificates for their form that OpenSSL takes, and that
//! people make by hand: certificates of version 1 (`openssl x509 -req` without extensions, as in Postgres's manual),
//! and one that is an authority and serves by itself (self-signed and its own root). For these, and for nothing else,
//! the chain is followed here. Names are compared as libpq does, with the common name where there is no other.

use std::net::IpAddr;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms};
use rustls::pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, UnixTime,
};
use rustls::{CertificateError, DigitallySignedStruct, Error, SignatureScheme};
use x509_cert::Certificate;
use x509_cert::certificate::Version;
use x509_cert::der::asn1::{Ia5StringRef, PrintableStringRef, TeletexStringRef, Utf8StringRef};
use x509_cert::der::oid::AssociatedOid as _;
use x509_cert::der::oid::db::rfc4519::CN;
use x509_cert::der::oid::db::rfc5280::{ANY_EXTENDED_KEY_USAGE, ID_KP_SERVER_AUTH};
use x509_cert::der::{Decode as _, Encode as _};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::spki::SubjectPublicKeyInfoOwned;

/// How many certificates a chain may have that is followed here.
const LONGEST_CHAIN: usize = 8;

/// Verifies as much as was asked for.
#[derive(Debug)]
pub(super) struct Verifier {
    pub provider: Arc<CryptoProvider>,
    /// Whom to believe; without it every certificate is good.
    pub trust: Option<Trust>,
    /// The names of which the certificate must have one; where there are none, any certificate will do.
    pub names: Vec<String>,
}

/// The certificates of `sslrootcert`.
#[derive(Debug)]
pub(super) struct Trust {
    /// Those that signed themselves: as for OpenSSL, a chain ends with one of them.
    pub roots: Vec<CertificateDer<'static>>,
    /// Those that did not: they may be links of a chain.
    pub links: Vec<CertificateDer<'static>>,
    /// Knows the roots; `None` where there are none that it could use.
    pub webpki: Option<Arc<WebPkiServerVerifier>>,
    /// Are there revocation lists?
    pub revocations: bool,
}

/// Did the holder of the certificate sign it?
pub(super) fn is_self_signed(certificate: &CertificateDer<'_>) -> bool {
    Certificate::from_der(certificate).is_ok_and(|it| it.tbs_certificate.subject == it.tbs_certificate.issuer)
}

/// The public key of a certificate, as DER.
pub(super) fn public_key(certificate: &CertificateDer<'_>) -> Option<Vec<u8>> {
    Certificate::from_der(certificate).ok()?.tbs_certificate.subject_public_key_info.to_der().ok()
}

impl Trust {
    fn verify(
        &self,
        server: &CertificateDer<'_>,
        sent: &[CertificateDer<'_>],
        algorithms: WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> Result<(), Error> {
        let unknown = || Err(CertificateError::UnknownIssuer.into());
        let Some(webpki) = &self.webpki else { return unknown() };
        let links: Vec<CertificateDer<'_>> = sent.iter().chain(&self.links).cloned().collect();
        // The name is compared by itself; webpki compares it last.
        let any_name = ServerName::IpAddress(IpAddr::from([0, 0, 0, 0]).into());
        match webpki.verify_server_cert(server, &links, &any_name, &[], now) {
            Ok(_) => Ok(()),
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(()),
            Err(Error::InvalidCertificate(CertificateError::Other(form))) if !self.revocations => {
                if Chain::new(&self.roots, &links, algorithms, now).ends_with_a_root(server) {
                    return Ok(());
                }
                Err(Error::InvalidCertificate(CertificateError::Other(form)))
            }
            Err(error) => Err(error),
        }
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if let Some(trust) = &self.trust {
            trust.verify(end_entity, intermediates, self.provider.signature_verification_algorithms, now)?;
        }
        if !self.names.is_empty() {
            let certificate = Certificate::from_der(end_entity).map_err(|_| CertificateError::BadEncoding)?;
            let presented = names(&certificate);
            if !self.names.iter().any(|name| presented.fit(name)) {
                return Err(Error::General(format!(
                    "the server's certificate is for {}, and not for {}",
                    presented.in_words(),
                    self.names.join(", ")
                )));
            }
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let certificate = Certificate::from_der(certificate).map_err(|_| CertificateError::BadEncoding)?;
        let all = self.provider.signature_verification_algorithms;
        let of_scheme = all.mapping.iter().filter(|(scheme, _)| *scheme == signature.scheme);
        let mut algorithms = of_scheme.flat_map(|(_, algorithms)| *algorithms).copied();
        let key = &certificate.tbs_certificate.subject_public_key_info;
        if algorithms.any(|algorithm| is_signed(algorithm, key, message, signature.signature())) {
            return Ok(HandshakeSignatureValid::assertion());
        }
        Err(CertificateError::BadSignature.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // Of the certificate nothing but the key matters here, and webpki does not read all that OpenSSL reads.
        let key = public_key(certificate).ok_or(CertificateError::BadEncoding)?;
        let algorithms = &self.provider.signature_verification_algorithms;
        let key = SubjectPublicKeyInfoDer::from(key);
        rustls::crypto::verify_tls13_signature_with_raw_key(message, &key, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// Is this the key's signature of the message?
fn is_signed(
    algorithm: &dyn SignatureVerificationAlgorithm,
    key: &SubjectPublicKeyInfoOwned,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let Some(bits) = key.subject_public_key.as_bytes() else { return false };
    is_algorithm(&key.algorithm, algorithm.public_key_alg_id().as_ref())
        && algorithm.verify_signature(bits, message, signature).is_ok()
}

/// `wanted` is the inside of an `AlgorithmIdentifier`, without its header.
fn is_algorithm(found: &x509_cert::spki::AlgorithmIdentifierOwned, wanted: &[u8]) -> bool {
    let inside = |der: Vec<u8>| der.get(2..).map(<[u8]>::to_vec);
    found.to_der().ok().and_then(inside).is_some_and(|found| found == wanted)
}

/// A way from the server's certificate to a root.
struct Chain<'a> {
    roots: &'a [CertificateDer<'static>],
    authorities: Vec<(Certificate, bool)>,
    algorithms: WebPkiSupportedAlgorithms,
    now: UnixTime,
}

impl<'a> Chain<'a> {
    fn new(
        roots: &'a [CertificateDer<'static>],
        links: &[CertificateDer<'_>],
        algorithms: WebPkiSupportedAlgorithms,
        now: UnixTime,
    ) -> Self {
        let parsed = |der: &CertificateDer<'_>, is_root| Some((Certificate::from_der(der).ok()?, is_root));
        let known = roots.iter().filter_map(|der| parsed(der, true));
        let authorities = known.chain(links.iter().filter_map(|der| parsed(der, false))).collect();
        Chain { roots, authorities, algorithms, now }
    }

    fn ends_with_a_root(&self, server: &CertificateDer<'_>) -> bool {
        let Ok(certificate) = Certificate::from_der(server) else { return false };
        if !self.holds_now(&certificate) || !is_understood(&certificate) || !may_serve(&certificate) {
            return false;
        }
        self.roots.iter().any(|root| root == server) || self.is_issued(&certificate, 0)
    }

    /// Is there an authority that signed it, and a way on from there? `below` counts the links so far.
    fn is_issued(&self, certificate: &Certificate, below: usize) -> bool {
        below < LONGEST_CHAIN
            && self.authorities.iter().any(|(authority, is_root)| {
                authority.tbs_certificate.subject == certificate.tbs_certificate.issuer
                    && self.holds_now(authority)
                    && is_understood(authority)
                    && may_sign(authority, *is_root, below)
                    && self.signed(authority, certificate)
                    && (*is_root || self.is_issued(authority, below + 1))
            })
    }

    fn signed(&self, authority: &Certificate, certificate: &Certificate) -> bool {
        let Ok(message) = certificate.tbs_certificate.to_der() else { return false };
        let Some(signature) = certificate.signature.as_bytes() else { return false };
        let key = &authority.tbs_certificate.subject_public_key_info;
        certificate.signature_algorithm == certificate.tbs_certificate.signature
            && self.algorithms.all.iter().any(|algorithm| {
                is_algorithm(&certificate.signature_algorithm, algorithm.signature_alg_id().as_ref())
                    && is_signed(*algorithm, key, &message, signature)
            })
    }

    fn holds_now(&self, certificate: &Certificate) -> bool {
        let validity = certificate.tbs_certificate.validity;
        let now = self.now.as_secs();
        validity.not_before.to_unix_duration().as_secs() <= now
            && now <= validity.not_after.to_unix_duration().as_secs()
    }
}

/// Is every extension that must not be passed over one that is looked at here? Constraints of names are not.
fn is_understood(certificate: &Certificate) -> bool {
    const LOOKED_AT: [x509_cert::der::oid::ObjectIdentifier; 6] = [
        AuthorityKeyIdentifier::OID,
        BasicConstraints::OID,
        ExtendedKeyUsage::OID,
        KeyUsage::OID,
        SubjectAltName::OID,
        SubjectKeyIdentifier::OID,
    ];
    let mut extensions = certificate.tbs_certificate.extensions.iter().flatten();
    extensions.all(|extension| !extension.critical || LOOKED_AT.contains(&extension.extn_id))
}

/// May it be a server's?
fn may_serve(certificate: &Certificate) -> bool {
    match certificate.tbs_certificate.get::<ExtendedKeyUsage>() {
        Ok(None) => true,
        Ok(Some((_, uses))) => {
            uses.0.contains(&ID_KP_SERVER_AUTH) || uses.0.contains(&ANY_EXTENDED_KEY_USAGE)
        }
        Err(_) => false,
    }
}

/// May it sign others, with so many links between?
fn may_sign(certificate: &Certificate, is_root: bool, below: usize) -> bool {
    let about = &certificate.tbs_certificate;
    if about.version == Version::V1 {
        return is_root;
    }
    let Ok(Some((_, constraints))) = about.get::<BasicConstraints>() else { return false };
    let signs = match about.get::<KeyUsage>() {
        Ok(None) => true,
        Ok(Some((_, usage))) => usage.key_cert_sign(),
        Err(_) => false,
    };
    constraints.ca && signs && constraints.path_len_constraint.is_none_or(|links| below <= usize::from(links))
}

/// The names of a certificate.
#[derive(Default)]
struct Names {
    dns: Vec<String>,
    addresses: Vec<IpAddr>,
    common: Option<String>,
}

fn names(certificate: &Certificate) -> Names {
    let mut names = Names::default();
    if let Ok(Some((_, SubjectAltName(all)))) = certificate.tbs_certificate.get::<SubjectAltName>() {
        for name in all {
            match name {
                GeneralName::DnsName(name) => names.dns.push(name.to_string()),
                GeneralName::IpAddress(bytes) => names.addresses.extend(address(bytes.as_bytes())),
                _ => {}
            }
        }
    }
    let subject = certificate.tbs_certificate.subject.0.iter().flat_map(|part| part.0.iter());
    // OpenSSL gives libpq the last one that is found from the front, which is the first.
    names.common = subject.filter(|part| part.oid == CN).find_map(|part| text(&part.value));
    names
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

fn text(value: &x509_cert::der::Any) -> Option<String> {
    let text = Utf8StringRef::try_from(value).map(|it| it.as_str().to_owned());
    let text = text.or_else(|_| PrintableStringRef::try_from(value).map(|it| it.as_str().to_owned()));
    let text = text.or_else(|_| Ia5StringRef::try_from(value).map(|it| it.as_str().to_owned()));
    text.or_else(|_| TeletexStringRef::try_from(value).map(|it| it.as_str().to_owned())).ok()
}

impl Names {
    /// Is one of them the host's? The common name counts where the certificate has no name of the host's kind.
    fn fit(&self, host: &str) -> bool {
        let address = host.parse::<IpAddr>().ok();
        let of_its_kind = if address.is_some() { !self.addresses.is_empty() } else { !self.dns.is_empty() };
        self.dns.iter().any(|name| is_name_of(name, host))
            || address.is_some_and(|address| self.addresses.contains(&address))
            || (!of_its_kind && self.common.as_ref().is_some_and(|name| is_name_of(name, host)))
    }

    fn in_words(&self) -> String {
        let addresses = self.addresses.iter().map(ToString::to_string);
        let mut all: Vec<String> = self.dns.iter().cloned().chain(addresses).collect();
        if all.is_empty() {
            all.extend(self.common.clone());
        }
        if all.is_empty() { "no name".to_owned() } else { all.join(", ") }
    }
}

/// `*.example.com` is `db.example.com`, and neither `example.com` nor `a.db.example.com`.
fn is_name_of(name: &str, host: &str) -> bool {
    if name.contains('\0') {
        return false;
    }
    if name.eq_ignore_ascii_case(host) {
        return true;
    }
    let Some(suffix) = name.strip_prefix('*').filter(|suffix| suffix.starts_with('.')) else { return false };
    let Some(place) = host.len().checked_sub(suffix.len()).filter(|place| host.is_char_boundary(*place))
    else {
        return false;
    };
    let (first, rest) = host.split_at(place);
    !first.is_empty() && !first.contains('.') && rest.eq_ignore_ascii_case(suffix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_libpq_does() {
        let names = |dns: &[&str], addresses: &[&str], common: Option<&str>| Names {
            dns: dns.iter().map(ToString::to_string).collect(),
            addresses: addresses.iter().map(|it| it.parse().unwrap()).collect(),
            common: common.map(str::to_owned),
        };
        for (certificate, host, fits) in [
            (names(&["Db.Example.com"], &[], None), "db.example.COM", true),
            (names(&["*.example.com"], &[], None), "db.example.com", true),
            (names(&["*.example.com"], &[], None), "example.com", false),
            (names(&["*.example.com"], &[], None), "a.db.example.com", false),
            (names(&["d*.example.com"], &[], None), "db.example.com", false),
            (names(&[], &[], Some("db")), "db", true),
            (names(&["other"], &[], Some("db")), "db", false),
            (names(&[], &["::1"], Some("db")), "db", true),
            (names(&[], &["::1"], None), "0:0::1", true),
            (names(&["other"], &[], Some("127.0.0.1")), "127.0.0.1", true),
            (names(&["127.0.0.1"], &["::1"], None), "127.0.0.1", true),
            (names(&[], &["::1"], Some("127.0.0.1")), "127.0.0.1", false),
            (names(&[], &[], None), "db", false),
        ] {
            assert_eq!(certificate.fit(host), fits, "{} and {host}", certificate.in_words());
        }
    }
}
