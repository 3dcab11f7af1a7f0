//! Which settings a host gets; what they do is tested against servers.

use super::*;
use crate::http::request::Target;
use crate::settings::TlsAuth;
use crate::tls::{TlsOverrides, TlsVersions};

const TLS12: TlsVersions = TlsVersions { min: TlsVersion::Tls12, max: TlsVersion::Tls12 };

fn auth(domains: &str) -> TlsAuth {
    let identity = TlsIdentity::from_pem(
        include_str!("testdata/client.pem"),
        include_str!("testdata/client.key"),
        None,
    );
    TlsAuth {
        identity: Arc::new(identity.unwrap()),
        domains: crate::HostnamePatterns::parse(domains.split_whitespace()).unwrap(),
    }
}

fn origin(url: &str, tls: Option<TlsProfile>) -> Rc<Origin> {
    let target = Target::parse(url).unwrap();
    match tls {
        None => target.origin,
        Some(tls) => target.with_tls(Arc::new(tls)).origin,
    }
}

fn versions(versions: TlsVersions) -> TlsProfile {
    TlsProfile { versions: Some(versions), ..TlsProfile::default() }
}

#[test]
fn certificates_for_a_host_come_before_those_for_any_and_those_before_others() {
    let tls_auth = vec![auth("b.test"), auth(""), auth("*.a.test a.test"), auth("c.test a.test")];
    let settings = Settings { tls_auth, ..Settings::default() };
    assert_eq!(identities(&settings, "a.test"), [2, 3, 1, 0]);
    assert_eq!(identities(&settings, "x.A.test"), [2, 1, 0, 3]);
    assert_eq!(identities(&settings, "d.test"), [1, 0, 2, 3]);
    let settings = Settings { tls_auth: vec![auth(""), auth("")], ..Settings::default() };
    assert_eq!(identities(&settings, "a.test"), [0; 0]);
}

#[test]
fn hosts_without_settings_of_their_own_share_one_configuration() {
    let tls_by_host = TlsOverrides::new([("a.test", versions(TLS12))]).unwrap();
    let settings = Settings {
        tls_by_host,
        insecure_skip_tls_verify: true,
        tls_auth: vec![auth("")],
        ..Settings::default()
    };
    let tls = Tls::new(Arc::new(settings));
    let sessions = Sessions::default();
    let of = |url, own| sessions.config(&tls, &origin(url, own)).unwrap();
    let same = |one: &Session, other: &Session| Arc::ptr_eq(&one.1, &other.1);
    let plain = of("https://b.test/", None);
    assert!(same(&plain, &of("https://c.test/", None)));
    assert!(!same(&plain, &of("https://a.test/", None)));
    let own = of("https://b.test/", Some(versions(TLS12)));
    assert!(!same(&plain, &own));
    // Equal settings are the same settings, also on another host.
    assert!(same(&own, &of("https://c.test/", Some(versions(TLS12)))));
    // Another client has the same base, and sessions of its own.
    let others = Sessions::default();
    let other = others.config(&tls, &origin("https://b.test/", None)).unwrap();
    assert!(Rc::ptr_eq(&plain.0, &other.0) && !same(&plain, &other));
}

#[test]
fn the_closest_setting_counts_field_by_field() {
    let of_host = TlsProfile { resumption: Some(false), ..versions(TLS12) };
    let settings = Settings {
        tls_by_host: TlsOverrides::new([("a.test", of_host)]).unwrap(),
        ..Settings::default()
    };
    let choice =
        Choice::of(&settings, &origin("https://a.test/", Some(versions(TlsVersions::ALL))));
    assert_eq!(choice.closest(|profile| profile.versions), Some(TlsVersions::ALL));
    assert_eq!(choice.closest(|profile| profile.resumption), Some(false));
    assert_eq!(choice.closest(|profile| profile.insecure_skip_verify), None);
}

#[test]
fn what_is_kept_has_a_bound() {
    let settings = Settings { insecure_skip_tls_verify: true, ..Settings::default() };
    let tls = Tls::new(Arc::new(settings));
    let sessions = Sessions::default();
    for number in 0..2 * BASES_MAX {
        let server_name = TlsServerName::parse(&format!("n{number}.test")).ok();
        let own = TlsProfile { server_name, ..TlsProfile::default() };
        sessions.config(&tls, &origin("https://a.test/", Some(own))).unwrap();
    }
    assert_eq!(tls.others.borrow().len(), BASES_MAX);
    assert_eq!(sessions.0.borrow().len(), CONFIGS_MAX);
}
