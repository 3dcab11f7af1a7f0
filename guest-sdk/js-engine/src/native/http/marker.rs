//! Objects that scripts get from `http.file` and `` http.url`...` `` and hand back: they are known
//! by their prototype.

use std::cell::RefCell;

use rquickjs::{Ctx, Object, Persistent, Result, Value};

/// One kind of such objects.
pub(crate) struct Marker(RefCell<Option<Persistent<Object<'static>>>>);

impl Marker {
    pub(crate) const fn new() -> Self {
        Self(RefCell::new(None))
    }

    /// An empty object of this kind.
    pub(crate) fn object<'js>(&self, ctx: &Ctx<'js>) -> Result<Object<'js>> {
        let known = self.0.borrow().clone();
        let prototype = match known {
            Some(known) => known.restore(ctx)?,
            None => {
                let prototype = Object::new(ctx.clone())?;
                *self.0.borrow_mut() = Some(Persistent::save(ctx, prototype.clone()));
                prototype
            }
        };
        Object::new_proto(ctx.clone(), Some(&prototype))
    }

    pub(crate) fn is_on(&self, value: &Value<'_>) -> bool {
        let Some(known) = self.0.borrow().clone() else { return false };
        let prototype = value.as_object().and_then(Object::get_prototype);
        prototype.is_some_and(|prototype| {
            known.restore(value.ctx()).is_ok_and(|known| known == prototype)
        })
    }
}
