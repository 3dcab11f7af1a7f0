//! The options of the run that requests depend on. Read when one is first needed, which is never
//! in a script whose requests all succeed.

use std::cell::RefCell;
use std::rc::Rc;

use rquickjs::{Ctx, Result, Value};

use crate::host::execution;

thread_local! {
    static OPTIONS: RefCell<Option<Rc<RunOptions>>> = const { RefCell::new(None) };
}

/// Options of the run.
#[derive(Debug, Default)]
pub(crate) struct RunOptions {
    /// Failed requests throw.
    pub(crate) throws: bool,
    pub(crate) discards_bodies: bool,
    pub(crate) user_agent: Option<String>,
}

impl RunOptions {
    pub(crate) fn of(ctx: &Ctx<'_>) -> Result<Rc<Self>> {
        if let Some(known) = OPTIONS.with_borrow(Clone::clone) {
            return Ok(known);
        }
        let options = Rc::new(Self::read(ctx)?);
        OPTIONS.set(Some(Rc::clone(&options)));
        Ok(options)
    }

    fn read(ctx: &Ctx<'_>) -> Result<Self> {
        let json: Value = ctx.json_parse(execution::test_options())?;
        let Some(options) = json.as_object() else { return Ok(Self::default()) };
        let is_on = |name: &str| -> Result<bool> {
            Ok(options.get::<_, Option<bool>>(name)?.unwrap_or(false))
        };
        Ok(Self {
            throws: is_on("throw")?,
            discards_bodies: is_on("discardResponseBodies")?,
            user_agent: options.get("userAgent")?,
        })
    }
}
