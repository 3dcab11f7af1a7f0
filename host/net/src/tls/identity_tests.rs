//! Certificates and keys as people have them. Those that only OpenSSL writes are in `testdata`.

use super::*;

const CERT: &str = include_str!("testdata/client.pem");
const KEY: &str = include_str!("testdata/client.key");
const RSA_CERT: &str = include_str!("testdata/rsa.pem");

fn read(cert: &str, key: &str, password: Option<&str>) -> Result<TlsIdentity, TlsIdentityError> {
    TlsIdentity::from_pem(cert, key, password)
}

#[test]
fn plain_keys_of_every_form() {
    read(CERT, KEY, None).unwrap();
    read(CERT, KEY, Some("")).unwrap();
    read(CERT, include_str!("testdata/client.p8.key"), None).unwrap();
    // With curve parameters in front, and certificate and key in one text.
    read(CERT, include_str!("testdata/client.params.key"), None).unwrap();
    let both = format!("{CERT}{KEY}");
    read(&both, &both, None).unwrap();
    read(RSA_CERT, include_str!("testdata/rsa.p1.key"), None).unwrap();
    // Line ends of another system.
    read(&CERT.replace('\n', "\r\n"), &KEY.replace('\n', "\r\n"), None).unwrap();
}

#[test]
fn encrypted_keys_of_every_form() {
    let ec = [
        include_str!("testdata/client.aes128.key"),
        include_str!("testdata/client.aes192.key"),
        include_str!("testdata/client.aes256.key"),
        include_str!("testdata/client.des3.key"),
        include_str!("testdata/client.p8.aes256.key"),
        include_str!("testdata/client.p8.des3.key"),
        include_str!("testdata/client.p8.scrypt.key"),
    ];
    for key in ec {
        read(CERT, key, Some("secret")).unwrap_or_else(|error| panic!("{error}\n{key}"));
        assert_eq!(read(CERT, key, Some("wrong")), Err(TlsIdentityError::PasswordWrong), "{key}");
        assert_eq!(read(CERT, key, None), Err(TlsIdentityError::PasswordMissing), "{key}");
    }
    let rsa = include_str!("testdata/rsa.p1.aes256.key");
    read(RSA_CERT, rsa, Some("secret")).unwrap();
}

#[test]
fn what_is_wrong_is_told_in_terms_of_the_texts() {
    let message =
        |cert: &str, key: &str, password| read(cert, key, password).unwrap_err().to_string();
    let cases = [
        (message("", KEY, None), "cert: there is no certificate in it, it is empty"),
        (message("x", KEY, None), "cert: there is no certificate in it, it is not PEM"),
        (message(KEY, KEY, None), "only `EC PRIVATE KEY`"),
        (message(CERT, "", None), "key: there is no private key in it, it is empty"),
        (message(CERT, CERT, None), "only `CERTIFICATE`"),
        (message(CERT, KEY, Some("x")), "password: the key is not encrypted"),
        (message(RSA_CERT, KEY, None), "key: it is not the key of the certificate"),
        (message(&CERT.replace("MII", "!!!"), KEY, None), "cert: it is not PEM"),
        (message(&CERT.replace("MIIB", "AIIB"), KEY, None), "cert: certificate number 1"),
        (message(CERT, &KEY.replace("MHc", "AHc"), None), "key: it cannot be used"),
        (message(CERT, &KEY.replace("EC PRIVATE", "DSA PRIVATE"), None), "`DSA PRIVATE KEY`"),
    ];
    for (message, expected) in cases {
        assert!(message.contains(expected), "{message}");
    }
    let unknown = include_str!("testdata/client.aes128.key").replace("AES-128-CBC", "RC2-CBC");
    let message = message(CERT, &unknown, Some("secret"));
    assert!(message.contains("`RC2-CBC,"), "{message}");
}

#[test]
fn equal_certificates_are_equal_and_keys_stay_out_of_logs() {
    let one = read(CERT, KEY, None).unwrap();
    let same = read(CERT, include_str!("testdata/client.p8.key"), None).unwrap();
    let other = read(RSA_CERT, include_str!("testdata/rsa.p1.key"), None).unwrap();
    assert_eq!(one, same);
    assert_ne!(one, other);
    assert_eq!(format!("{one:?}"), "TlsIdentity { chain: 1, .. }");
}

#[test]
fn a_server_gets_the_first_that_it_would_take() {
    let ec = Arc::new(read(CERT, KEY, None).unwrap());
    let rsa = Arc::new(read(RSA_CERT, include_str!("testdata/rsa.p1.key"), None).unwrap());
    let choose = Choose(vec![Arc::clone(&ec), Arc::clone(&rsa)]);
    let all = [SignatureScheme::ECDSA_NISTP256_SHA256, SignatureScheme::RSA_PSS_SHA256];
    let is = |chosen: Option<Arc<CertifiedKey>>, identity: &TlsIdentity| {
        chosen.is_some_and(|key| Arc::ptr_eq(&key, &identity.certified))
    };
    assert!(is(choose.resolve(&[], &all), &ec));
    assert!(is(choose.resolve(&[], &all[1..]), &rsa));
    assert!(is(choose.resolve(&[b"other", &rsa.issuers[0]], &all), &rsa));
    assert!(choose.resolve(&[b"other"], &all).is_none());
    assert!(choose.has_certs() && !Choose(Vec::new()).has_certs());
}
