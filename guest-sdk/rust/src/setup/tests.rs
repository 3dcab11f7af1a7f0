//! Setup data on its way from `#[setup]` to a function that takes it.

use super::*;
use crate::testing::Host;

#[test]
fn raw_json_goes_through_as_it_is() {
    let host = Host::new();
    assert_eq!(RawJson("[1, 2]".to_owned()).produce(), Ok(Some("[1, 2]".to_owned())));
    host.set_setup_data("[1, 2]");
    assert_eq!(consumed::<RawJson>().unwrap().0, "[1, 2]");
}

#[test]
fn a_value_is_read_once_for_each_type() {
    let host = Host::new();
    host.set_setup_data("\"token\"");
    let first: &'static RawJson = consumed().unwrap();
    let second: &'static RawJson = consumed().unwrap();
    assert!(std::ptr::eq(first, second));
    host.set_setup_data("\"other\"");
    assert_eq!(consumed::<RawJson>().unwrap().0, "\"other\"");
}

#[cfg(feature = "json")]
mod json {
    use super::super::*;
    use crate::testing::Host;

    #[derive(Debug, serde::Serialize, serde::Deserialize)]
    struct Session {
        token: String,
    }

    #[test]
    fn what_setup_returns_comes_back() {
        let host = Host::new();
        let json = produced(&Session { token: "t".to_owned() }).unwrap().unwrap();
        host.set_setup_data(&json);
        assert_eq!(consumed::<Session>().unwrap().token, "t");
        assert_eq!(consumed_if_any::<Session>().unwrap().unwrap().token, "t");
    }

    #[test]
    fn nothing_is_nothing() {
        assert_eq!(produced(&()), Ok(None));
        assert_eq!(produced(&None::<Session>), Ok(None));
        assert_eq!(produced_or_failed::<Session, _>(Err("no token")), Err("no token".to_owned()));
        let _host = Host::new();
        assert!(consumed_if_any::<Session>().unwrap().is_none());
        assert!(consumed::<Session>().unwrap_err().starts_with("there is no setup data: "));
    }

    #[test]
    fn data_of_another_shape_is_shown() {
        let host = Host::new();
        host.set_setup_data("{\"key\":1}");
        let error = consumed::<Session>().unwrap_err();
        assert!(error.contains("does not fit"), "{error}");
        assert!(error.contains("missing field `token`"), "{error}");
        assert!(error.ends_with("#[setup] returned {\"key\":1}"), "{error}");
    }
}
