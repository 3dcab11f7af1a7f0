//! Files and shared rows.

use super::*;
use crate::testing::Host;

#[test]
fn a_file_is_read_in_parts_and_whole() {
    let host = Host::new();
    let content: Vec<u8> = (0..150_000_u32).map(|index| index as u8).collect();
    host.add_file("big.bin", content.clone());
    let file = open("big.bin").unwrap();
    assert_eq!(file.size_bytes(), 150_000);
    assert_eq!(file.read(1, 3), [1, 2, 3]);
    assert_eq!(file.read(149_999, 100), [content[149_999]]);
    assert!(file.read(150_000, 1).is_empty() && file.read(u64::MAX, 1).is_empty());
    assert_eq!(file.bytes(), content);
}

#[test]
fn text_must_be_text() {
    let host = Host::new();
    host.add_file("good.txt", "grün");
    host.add_file("bad.txt", vec![b'a', 0xff]);
    assert_eq!(open("good.txt").unwrap().text().unwrap(), "grün");
    let error = open("bad.txt").unwrap().text().unwrap_err();
    assert_eq!(error.to_string(), "the file is not UTF-8 text, from byte 1 on");
}

#[test]
fn a_missing_file_is_an_error_at_the_callers_line() {
    let _host = Host::new();
    let error = open("nothing.csv").unwrap_err();
    assert!(error.to_string().contains("`nothing.csv` not found"), "{error}");
    assert!(error.place().file().ends_with("data/tests.rs"), "{error:?}");
}

#[test]
fn rows_are_made_once() {
    let _host = Host::new();
    let mut made = 0;
    for _ in 0..3 {
        let rows = rows("ids", || {
            made += 1;
            Ok(vec![b"one".to_vec(), Vec::new()])
        })
        .unwrap();
        assert_eq!(rows.len(), 2);
        assert!(!rows.is_empty());
        assert_eq!(rows.get(0).as_deref(), Some(b"one".as_slice()));
        assert_eq!(rows.get(1).as_deref(), Some(b"".as_slice()));
        assert_eq!(rows.get(2), None);
    }
    assert_eq!(made, 1);
    assert!(rows("none", || Err(Error::new("no luck"))).is_err());
    assert!(rows("none", || Ok(Vec::new())).unwrap().is_empty(), "a failure publishes nothing");
}

#[cfg(feature = "json")]
#[test]
fn shared_rows_keep_their_type() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct User {
        name: String,
    }
    let _host = Host::new();
    let users = shared("users", || {
        Ok(["ann", "bob"].into_iter().map(|name| User { name: name.to_owned() }).collect())
    })
    .unwrap();
    assert_eq!((users.len(), users.is_empty()), (2, false));
    assert_eq!(users.get(1).unwrap(), User { name: "bob".to_owned() });
    assert!(["ann", "bob"].contains(&&*users.random().unwrap().name));
    assert_eq!(users.get(2).unwrap_err().to_string(), "there is no row 2 of 2");

    let numbers = shared::<u8>("users", || unreachable!("the name is taken")).unwrap();
    assert!(numbers.get(0).unwrap_err().to_string().starts_with("row 0: invalid type"));
    let nothing = shared::<u8>("nothing", || Ok(Vec::new())).unwrap();
    assert_eq!(nothing.random().unwrap_err().to_string(), "there is no row 0 of 0");
}
