//! What came of a call, for as long as the script holds on to it, and the JavaScript object that
//! it is to the script.
//!
//! The object is of a class of its own, so that a response costs one object and nothing more: each
//! property is made when it is first read, yet all are there for `Object.keys`.

#![expect(unsafe_code, reason = "QuickJS has no safe way to properties that are made when read")]

use std::cell::{Cell, RefCell};
use std::ffi::{c_int, c_void};
use std::ptr::{self, NonNull};

use rquickjs::qjs;
use rquickjs::{Ctx, Error, Exception, Object, Result, Value};

use super::call::{BodyType, Sent};
use super::fields::{self, Field};
use crate::host::http::{Exchange, Response};

/// What came of a call.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) error_code: u16,
    /// None for a call that could not be made.
    pub(crate) response: Option<Response>,
    /// Instead of the response's.
    pub(crate) error: Option<String>,
    /// The call's first request; none when it could not be made.
    pub(crate) sent: Option<Sent>,
    /// The body was checked and is JSON.
    pub(crate) is_json: Cell<bool>,
    /// Values of fields that were read or set, each owned.
    kept: RefCell<Vec<(Field, qjs::JSValue)>>,
    /// One bit for each field that the script has deleted.
    deleted: Cell<u32>,
}

impl Reply {
    fn new(status: u16, error_code: u16) -> Self {
        Self {
            status,
            error_code,
            response: None,
            error: None,
            sent: None,
            is_json: Cell::new(false),
            kept: RefCell::default(),
            deleted: Cell::new(0),
        }
    }

    /// The end of a call.
    pub(crate) fn of(sent: Sent, exchange: Exchange) -> Self {
        Self {
            response: Some(exchange.response),
            sent: Some(sent),
            ..Self::new(exchange.status, exchange.error_code)
        }
    }

    /// A call that could not be made.
    pub(crate) fn refused(error_code: u16, error: String) -> Self {
        Self { error: Some(error), ..Self::new(0, error_code) }
    }

    pub(crate) fn body_type(&self) -> BodyType {
        self.sent.as_ref().map_or_else(BodyType::default, |sent| sent.manner.body_type)
    }

    /// True when no valid response came.
    pub(crate) fn is_failed(&self) -> bool {
        self.status == 0
    }

    fn is_deleted(&self, field: Field) -> bool {
        self.deleted.get() & field.bit() != 0
    }

    /// A value that was kept.
    pub(crate) fn kept<'js>(&self, ctx: &Ctx<'js>, field: Field) -> Option<Value<'js>> {
        let kept = self.kept.borrow();
        let (_, value) = kept.iter().find(|(known, _)| *known == field)?;
        // SAFETY: the value is alive while it is kept, and belongs to the one runtime there is;
        // the new reference is the returned value's own.
        Some(unsafe {
            Value::from_raw(ctx.clone(), qjs::JS_DupValue(ctx.as_raw().as_ptr(), *value))
        })
    }

    /// Keeps a value, which takes the place of an earlier one.
    pub(crate) fn keep(&self, field: Field, value: &Value<'_>) {
        let ctx = value.ctx().as_raw().as_ptr();
        // SAFETY: the value is alive; the new reference belongs to `kept`.
        let owned = unsafe { qjs::JS_DupValue(ctx, value.as_raw()) };
        let mut kept = self.kept.borrow_mut();
        let old = match kept.iter_mut().find(|(known, _)| *known == field) {
            Some((_, known)) => std::mem::replace(known, owned),
            None => {
                kept.push((field, owned));
                return;
            }
        };
        drop(kept);
        // SAFETY: the reference was owned by `kept`, which has let go of it.
        unsafe { qjs::JS_FreeValue(ctx, old) };
    }
}

/// The class of response objects.
#[derive(Clone, Copy)]
struct Class {
    id: qjs::JSClassID,
    /// Names of the fields, by their numbers.
    atoms: [qjs::JSAtom; Field::COUNT],
}

thread_local! {
    static CLASS: Cell<Option<Class>> = const { Cell::new(None) };
}

/// Makes the class; its objects have the methods of `prototype`.
pub(crate) fn define_class(ctx: &Ctx<'_>, prototype: &Object<'_>) -> Result<()> {
    let raw = ctx.as_raw().as_ptr();
    let methods = Box::new(qjs::JSClassExoticMethods {
        get_own_property: Some(get_own_property),
        get_own_property_names: Some(get_own_property_names),
        delete_property: Some(delete_property),
        define_own_property: None,
        has_property: None,
        get_property: None,
        set_property: Some(set_property),
    });
    let definition = qjs::JSClassDef {
        class_name: c"Response".as_ptr(),
        finalizer: Some(finalize),
        gc_mark: Some(mark),
        call: None,
        // The class lives as long as the program.
        exotic: Box::into_raw(methods),
    };
    let mut id = qjs::JS_INVALID_CLASS_ID;
    // SAFETY: the runtime is alive, `id` is a place for the result, and QuickJS copies the
    // definition; the prototype's new reference becomes the class's.
    let atoms = unsafe {
        let runtime = qjs::JS_GetRuntime(raw);
        qjs::JS_NewClassID(runtime, &raw mut id);
        if qjs::JS_NewClass(runtime, id, &raw const definition) != 0 {
            return Err(Exception::throw_message(ctx, "the class of responses cannot be made"));
        }
        qjs::JS_SetClassProto(raw, id, qjs::JS_DupValue(raw, prototype.as_raw()));
        Field::NAMES.map(|name| qjs::JS_NewAtomLen(raw, name.as_ptr().cast(), name.len() as _))
    };
    CLASS.set(Some(Class { id, atoms }));
    Ok(())
}

fn class(ctx: &Ctx<'_>) -> Result<Class> {
    CLASS.get().ok_or_else(|| Exception::throw_message(ctx, "there is no class of responses"))
}

/// The object that a script gets.
pub(crate) fn object<'js>(ctx: &Ctx<'js>, reply: Reply) -> Result<Value<'js>> {
    let class = class(ctx)?;
    // SAFETY: the class is known to the runtime; the object is new, and what it points to is its
    // own until `finalize`.
    unsafe {
        let object = qjs::JS_NewObjectClass(ctx.as_raw().as_ptr(), class.id);
        if qjs::JS_IsException(object) {
            return Err(Error::Exception);
        }
        qjs::JS_SetOpaque(object, Box::into_raw(Box::new(reply)).cast::<c_void>());
        Ok(Value::from_raw(ctx.clone(), object))
    }
}

/// Calls `read` with the reply behind an object, if it is one of ours.
pub(crate) fn with<T>(object: &Value<'_>, read: impl FnOnce(&Reply) -> T) -> Option<T> {
    let class = CLASS.get()?;
    // SAFETY: QuickJS gives the pointer for objects of our class alone, and the object is alive
    // for as long as `object` is.
    let reply = unsafe { qjs::JS_GetOpaque(object.as_raw(), class.id).cast::<Reply>().as_ref() };
    reply.map(read)
}

/// The field that a name stands for, with the reply of the object.
///
/// # Safety
///
/// `object` must be alive for as long as the reply is used.
unsafe fn find<'r>(object: qjs::JSValue, name: qjs::JSAtom) -> Option<(&'r Reply, Field)> {
    let class = CLASS.get()?;
    let number = class.atoms.iter().position(|atom| *atom == name)?;
    // SAFETY: as in `with`; that the object lives long enough is the caller's promise.
    let reply = unsafe { qjs::JS_GetOpaque(object, class.id).cast::<Reply>().as_ref() }?;
    Some((reply, Field::of(number)))
}

unsafe extern "C" fn get_own_property(
    ctx: *mut qjs::JSContext,
    descriptor: *mut qjs::JSPropertyDescriptor,
    object: qjs::JSValue,
    name: qjs::JSAtom,
) -> c_int {
    // SAFETY: QuickJS holds on to the object during the call.
    let Some((reply, field)) = (unsafe { find(object, name) }) else { return 0 };
    if reply.is_deleted(field) {
        return 0;
    }
    // SAFETY: QuickJS passes null, or a place for the result.
    let Some(descriptor) = (unsafe { descriptor.as_mut() }) else { return 1 };
    if field == Field::STATUS && reply.kept.borrow().is_empty() {
        // What every check asks first.
        *descriptor = descriptor_of(qjs::JS_MKVAL(qjs::JS_TAG_INT, i32::from(reply.status)));
        return 1;
    }
    let Some(ctx) = NonNull::new(ctx) else { return 0 };
    // SAFETY: QuickJS passes its context; the reference to the object is a new one.
    let (ctx, object) = unsafe {
        let object = qjs::JS_DupValue(ctx.as_ptr(), object);
        let ctx = Ctx::from_raw(ctx);
        (ctx.clone(), Value::from_raw(ctx, object))
    };
    match fields::value(&ctx, &object, reply, field) {
        Ok(value) => {
            // SAFETY: the value is alive; the new reference is the descriptor's.
            let owned = unsafe { qjs::JS_DupValue(ctx.as_raw().as_ptr(), value.as_raw()) };
            *descriptor = descriptor_of(owned);
            1
        }
        Err(Error::Exception) => -1,
        Err(error) => {
            // The exception is pending in the context, where QuickJS looks for it.
            drop(Exception::throw_message(&ctx, &error.to_string()));
            -1
        }
    }
}

/// An ordinary property.
fn descriptor_of(value: qjs::JSValue) -> qjs::JSPropertyDescriptor {
    let flags = qjs::JS_PROP_C_W_E as c_int;
    let (getter, setter) = (qjs::JS_UNDEFINED, qjs::JS_UNDEFINED);
    qjs::JSPropertyDescriptor { flags, value, getter, setter }
}

unsafe extern "C" fn get_own_property_names(
    ctx: *mut qjs::JSContext,
    names: *mut *mut qjs::JSPropertyEnum,
    count: *mut u32,
    object: qjs::JSValue,
) -> c_int {
    // SAFETY: the pointers are places for the results; QuickJS frees what `js_malloc` gave and
    // the atoms in it.
    unsafe {
        *names = ptr::null_mut();
        *count = 0;
        let Some(class) = CLASS.get() else { return 0 };
        let Some(reply) = qjs::JS_GetOpaque(object, class.id).cast::<Reply>().as_ref() else {
            return 0;
        };
        let bytes = size_of::<qjs::JSPropertyEnum>() * Field::COUNT;
        let table = qjs::js_malloc(ctx, bytes as _).cast::<qjs::JSPropertyEnum>();
        if table.is_null() {
            return -1;
        }
        let mut filled = 0;
        for (number, &atom) in class.atoms.iter().enumerate() {
            if !reply.is_deleted(Field::of(number)) {
                let atom = qjs::JS_DupAtom(ctx, atom);
                table.add(filled).write(qjs::JSPropertyEnum { is_enumerable: true, atom });
                filled += 1;
            }
        }
        *names = table;
        *count = filled as u32;
    }
    0
}

unsafe extern "C" fn delete_property(
    _ctx: *mut qjs::JSContext,
    object: qjs::JSValue,
    name: qjs::JSAtom,
) -> c_int {
    // SAFETY: QuickJS holds on to the object during the call.
    if let Some((reply, field)) = unsafe { find(object, name) } {
        reply.deleted.set(reply.deleted.get() | field.bit());
    }
    1
}

/// A field is set to a value of the script; other names become properties as with any object.
unsafe extern "C" fn set_property(
    ctx: *mut qjs::JSContext,
    _object: qjs::JSValue,
    name: qjs::JSAtom,
    value: qjs::JSValue,
    receiver: qjs::JSValue,
    _flags: c_int,
) -> c_int {
    // SAFETY: QuickJS holds on to all values during the call, and passes its context; new
    // references are made for what is kept.
    unsafe {
        // What inherits from a response has properties of its own.
        if let (Some((reply, field)), Some(context)) = (find(receiver, name), NonNull::new(ctx)) {
            let value = Value::from_raw(Ctx::from_raw(context), qjs::JS_DupValue(ctx, value));
            reply.keep(field, &value);
            reply.deleted.set(reply.deleted.get() & !field.bit());
            return 1;
        }
        let value = qjs::JS_DupValue(ctx, value);
        qjs::JS_DefinePropertyValue(ctx, receiver, name, value, qjs::JS_PROP_C_W_E as c_int)
    }
}

unsafe extern "C" fn finalize(runtime: *mut qjs::JSRuntime, object: qjs::JSValue) {
    let Some(class) = CLASS.get() else { return };
    // SAFETY: the pointer is the object's own, from `Box::into_raw` in `object`, and this is its
    // last use; the references in `kept` are owned.
    unsafe {
        let reply = qjs::JS_GetOpaque(object, class.id).cast::<Reply>();
        if !reply.is_null() {
            let reply = Box::from_raw(reply);
            for (_, value) in reply.kept.borrow_mut().drain(..) {
                qjs::JS_FreeValueRT(runtime, value);
            }
        }
    }
}

unsafe extern "C" fn mark(
    runtime: *mut qjs::JSRuntime,
    object: qjs::JSValue,
    mark: qjs::JS_MarkFunc,
) {
    let Some(class) = CLASS.get() else { return };
    // SAFETY: as in `with`; the collector runs while nothing else does.
    unsafe {
        if let Some(reply) = qjs::JS_GetOpaque(object, class.id).cast::<Reply>().as_ref()
            && let Ok(kept) = reply.kept.try_borrow()
        {
            for (_, value) in kept.iter() {
                qjs::JS_MarkValue(runtime, *value, mark);
            }
        }
    }
}
