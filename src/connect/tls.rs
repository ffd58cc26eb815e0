//! TLS as libpq's `sslmode` asks for it.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::text::ConnectionString;
use crate::error::{Error, Result};

/// How much of the server's certificate is believed without proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verification {
    /// Everything: `prefer`, `require`.
    None,
    /// Only that the name in it is right: `verify-ca`.
    Issuer { roots: Option<String> },
    /// Nothing: `verify-full`.
    IssuerAndName { roots: Option<String> },
}

impl Verification {
    /// Takes `sslmode` and `sslrootcert` out and leaves the driver a mode that it knows; `None` is no TLS at all.
    pub fn take_from(text: &mut ConnectionString) -> Result<Option<Self>> {
        let mode = text.take("sslmode").unwrap_or_else(|| "prefer".to_owned());
        let roots = text.take("sslrootcert").filter(|roots| roots != "system");
        let (driver, verification) = match mode.as_str() {
            "disable" => ("disable", None),
            "allow" | "prefer" => ("prefer", Some(Verification::None)),
            "require" if roots.is_none() => ("require", Some(Verification::None)),
            "require" | "verify-ca" => ("require", Some(Verification::Issuer { roots })),
            "verify-full" => ("require", Some(Verification::IssuerAndName { roots })),
            _ => {
                return Err(Error::usage(format!("`{mode}` is not an sslmode"))
                    .help("one of: disable, allow, prefer, require, verify-ca, verify-full"));
            }
        };
        text.set("sslmode", driver);
        Ok(verification)
    }

    /// What makes the driver's connections.
    pub fn connector(&self) -> Result<MakeRustlsConnect> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::database("TLS cannot be set up").because(error))?;
        let verifier: Arc<dyn ServerCertVerifier> = match self {
            Verification::None => Arc::new(Lenient { provider, issuer: None }),
            Verification::Issuer { roots } => {
                Arc::new(Lenient { issuer: Some(strict(roots.as_deref(), &provider)?), provider })
            }
            Verification::IssuerAndName { roots } => strict(roots.as_deref(), &provider)?,
        };
        let config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        Ok(MakeRustlsConnect::new(config))
    }
}

/// Was it TLS that failed? The driver does not say so in a type.
pub(super) fn is_to_blame(error: &postgres::Error) -> bool {
    error.to_string().contains("TLS")
}

fn strict(roots: Option<&str>, provider: &Arc<CryptoProvider>) -> Result<Arc<WebPkiServerVerifier>> {
    let store = Arc::new(root_certificates(roots)?);
    WebPkiServerVerifier::builder_with_provider(store, Arc::clone(provider)).build().map_err(|error| {
        Error::database("no certificate to verify the server's with")
            .because(error)
            .help("install the system's certificates (ca-certificates), or name a file with sslrootcert")
    })
}

fn root_certificates(roots: Option<&str>) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    let Some(file) = roots else {
        store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(store);
    };
    let unusable = |error: &dyn std::fmt::Display| {
        Error::file(format!("sslrootcert {file} cannot be used: {error}"))
            .help("name a file with certificates in PEM form")
    };
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| unusable(&error))? {
        let certificate = certificate.map_err(|error| unusable(&error))?;
        store.add(certificate).map_err(|error| unusable(&error))?;
    }
    Ok(store)
}

/// Verifies less than rustls would: no name, and without an issuer's verifier no chain either.
#[derive(Debug)]
struct Lenient {
    provider: Arc<CryptoProvider>,
    issuer: Option<Arc<WebPkiServerVerifier>>,
}

impl ServerCertVerifier for Lenient {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(issuer) = &self.issuer else { return Ok(ServerCertVerified::assertion()) };
        match issuer.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // The name is verified last, so everything else was right.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(mode: &str) -> (String, Option<Verification>) {
        let mut text = ConnectionString::parse(&format!("host=h {mode}")).unwrap();
        let verification = Verification::take_from(&mut text).unwrap();
        (text.take("sslmode").unwrap(), verification)
    }

    #[test]
    fn modes_mean_what_they_mean_to_libpq() {
        let roots = || Some("f".to_owned());
        for (mode, driver, verification) in [
            ("", "prefer", Some(Verification::None)),
            ("sslmode=disable", "disable", None),
            ("sslmode=require", "require", Some(Verification::None)),
            ("sslmode=require sslrootcert=f", "require", Some(Verification::Issuer { roots: roots() })),
            ("sslmode=verify-ca", "require", Some(Verification::Issuer { roots: None })),
            (
                "sslmode=verify-full sslrootcert=f",
                "require",
                Some(Verification::IssuerAndName { roots: roots() }),
            ),
            (
                "sslmode=verify-full sslrootcert=system",
                "require",
                Some(Verification::IssuerAndName { roots: None }),
            ),
        ] {
            assert_eq!(taken(mode), (driver.to_owned(), verification), "{mode}");
        }
    }

    #[test]
    fn every_verification_makes_a_connector() {
        for verification in [
            Verification::None,
            Verification::Issuer { roots: None },
            Verification::IssuerAndName { roots: None },
        ] {
            verification.connector().unwrap();
        }
        let error =
            Verification::Issuer { roots: Some("/no/such/file".to_owned()) }.connector().err().unwrap();
        assert!(error.to_string().contains("/no/such/file"), "{error}");
    }
}
