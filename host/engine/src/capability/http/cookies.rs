//! Cookie jars that guests hold.

use std::rc::Rc;

use send_wrapper::SendWrapper;
use squall_net::{SetCookie, SharedJar, Url};
use wasmtime::component::Resource;

use super::wit;
use crate::clock;
use crate::recording::TagPairs;
use crate::state::VuState;

const NS_PER_MS: u64 = 1_000_000;

/// A cookie jar that a guest holds: its own, or the VU's.
#[expect(unreachable_pub, reason = "the generated bindings re-export it")]
pub struct CookieJar(pub(super) SendWrapper<SharedJar>);

fn now_ms() -> i64 {
    (clock::unix_ns() / NS_PER_MS) as i64
}

/// As the host holds it.
fn cookie_of(cookie: wit::SetCookie) -> SetCookie {
    SetCookie {
        name: cookie.name,
        value: cookie.value,
        domain: cookie.domain,
        path: cookie.path,
        max_age: cookie.max_age_s,
        expires_ms: cookie.expires_ms,
        secure: cookie.secure,
        http_only: cookie.http_only,
    }
}

/// As guests get it.
pub(super) fn shown(cookie: SetCookie) -> wit::SetCookie {
    wit::SetCookie {
        name: cookie.name,
        value: cookie.value,
        domain: cookie.domain,
        path: cookie.path,
        max_age_s: cookie.max_age,
        expires_ms: cookie.expires_ms,
        secure: cookie.secure,
        http_only: cookie.http_only,
    }
}

impl VuState {
    pub(super) fn push_jar(&mut self, jar: SharedJar) -> wasmtime::Result<Resource<CookieJar>> {
        Ok(self.table.push(CookieJar(SendWrapper::new(jar)))?)
    }

    pub(super) fn shared_jar(&self, jar: &Resource<CookieJar>) -> wasmtime::Result<SharedJar> {
        Ok(Rc::clone(&self.table.get(jar)?.0))
    }
}

impl wit::HostCookieJar for VuState {
    fn new(&mut self) -> wasmtime::Result<Resource<CookieJar>> {
        self.push_jar(SharedJar::default())
    }

    fn set(
        &mut self,
        jar: Resource<CookieJar>,
        url: String,
        cookie: wit::SetCookie,
    ) -> wasmtime::Result<Result<(), String>> {
        let jar = self.shared_jar(&jar)?;
        let set = |url: Url| jar.borrow_mut().set(&url, &[cookie_of(cookie)], now_ms());
        Ok(Url::parse(&url).map(set))
    }

    fn cookies(
        &mut self,
        jar: Resource<CookieJar>,
        url: String,
    ) -> wasmtime::Result<Result<TagPairs, String>> {
        let jar = self.shared_jar(&jar)?;
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(Url::parse(&url)
            .map(|url| jar.borrow_mut().cookies(&url, now_ms()).into_iter().map(owned).collect()))
    }

    fn clear(
        &mut self,
        jar: Resource<CookieJar>,
        url: String,
    ) -> wasmtime::Result<Result<(), String>> {
        let jar = self.shared_jar(&jar)?;
        Ok(Url::parse(&url).map(|url| jar.borrow_mut().clear(&url, now_ms())))
    }

    fn delete(
        &mut self,
        jar: Resource<CookieJar>,
        url: String,
        name: String,
    ) -> wasmtime::Result<Result<(), String>> {
        let jar = self.shared_jar(&jar)?;
        Ok(Url::parse(&url).map(|url| jar.borrow_mut().delete(&url, &name)))
    }

    fn drop(&mut self, jar: Resource<CookieJar>) -> wasmtime::Result<()> {
        self.table.delete(jar)?;
        Ok(())
    }
}
