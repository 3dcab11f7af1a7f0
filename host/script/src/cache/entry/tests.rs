//! The file format: what is written is read, anything else is damage.

use proptest::prelude::*;
use wasmtime::Config;

use super::*;

fn file(key: &Key, content: &[u8]) -> Vec<u8> {
    [&header(key, content)[..], content].concat()
}

#[test]
fn every_kind_of_damage_is_named() {
    let key = Key::of([7; 32]);
    let good = file(&key, b"code");
    assert_eq!(payload(&good, &key), Ok(&b"code"[..]));
    let damaged = |at: usize| {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        payload(&bytes, &key).unwrap_err()
    };
    assert_eq!(damaged(0), Damage::Magic);
    assert_eq!(damaged(8), Damage::Version(FORMAT_VERSION ^ 1));
    assert_eq!(damaged(12), Damage::Key);
    assert_eq!(damaged(44), Damage::Length { found: 4, expected: 5 });
    assert_eq!(damaged(52), Damage::Checksum);
    assert_eq!(damaged(HEADER_BYTES), Damage::Checksum);
    assert_eq!(payload(&good[..10], &key), Err(Damage::CutOff(10)));
    assert_eq!(
        payload(&good[..=HEADER_BYTES], &key),
        Err(Damage::Length { found: 1, expected: 4 })
    );
    assert_eq!(payload(&good, &Key::of([8; 32])), Err(Damage::Key));
}

#[test]
fn names_are_recognised() {
    let name = Key::of([0xab; 32]).file_name();
    assert_eq!(name, format!("{}.cwasm", "ab".repeat(32)));
    assert!(is_file_name(&name));
    for other in ["", ".cwasm", "notes.txt", "x.cwasm", &name.to_uppercase(), &name[1..]] {
        assert!(!is_file_name(other), "{other}");
    }
}

#[test]
fn key_depends_on_component_and_engine() {
    let engine = Engine::default();
    let key = Key::new(&engine, &ComponentDigest::of(b"one"));
    assert_eq!(key, Key::new(&Engine::default(), &ComponentDigest::of(b"one")));
    assert_ne!(key, Key::new(&engine, &ComponentDigest::of(b"two")));
    let mut config = Config::new();
    config.epoch_interruption(true);
    assert_ne!(key, Key::new(&Engine::new(&config).unwrap(), &ComponentDigest::of(b"one")));
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        key in any::<[u8; 32]>(),
        content in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let key = Key::of(key);
        let bytes = file(&key, &content);
        prop_assert_eq!(payload(&bytes, &key), Ok(&content[..]));
    }

    /// One changed byte anywhere is seen, and so is a cut anywhere.
    #[test]
    fn no_change_goes_unseen(
        content in proptest::collection::vec(any::<u8>(), 0..100),
        at in any::<prop::sample::Index>(),
        flip in 1_u8..,
        cut in any::<prop::sample::Index>(),
    ) {
        let key = Key::of([3; 32]);
        let mut bytes = file(&key, &content);
        let cut = cut.index(bytes.len());
        prop_assert!(payload(&bytes[..cut], &key).is_err());
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(payload(&bytes, &key).is_err());
    }
}
