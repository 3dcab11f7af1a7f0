//! What a function with one of the attributes may look like, and what is said when it does not.

use proc_macro2::{TokenStream, TokenTree};
use syn::parse::Parser;
use syn::spanned::Spanned;
use syn::{
    Error, FnArg, GenericArgument, ItemFn, LitStr, PathArguments, Result, ReturnType, Signature,
    Type,
};

/// A function that can be called without more ado: no generics, not `async`, not a method.
pub(crate) struct Function {
    pub(crate) item: ItemFn,
    attribute: &'static str,
}

/// What a function returns, as far as the words say it. Whether the types fit is the compiler's to
/// say.
pub(crate) enum Returns {
    Nothing,
    Result,
    Value,
}

/// How a function takes the setup data.
pub(crate) enum SetupData<'a> {
    Unused,
    /// `&T`
    Needed(&'a Type),
    /// `Option<&T>`
    Optional(&'a Type),
}

impl Function {
    pub(crate) fn parse(attribute: &'static str, item: TokenStream) -> Result<Self> {
        let span = item.span();
        let Ok(item) = syn::parse2::<ItemFn>(item) else {
            return Err(Error::new(span, format!("#[{attribute}] goes on a function")));
        };
        let function = Self { item, attribute };
        function.check_plain()?;
        Ok(function)
    }

    fn check_plain(&self) -> Result<()> {
        let signature = &self.item.sig;
        let attribute = self.attribute;
        if let Some(token) = &signature.asyncness {
            return Err(Error::new(
                token.span(),
                format!(
                    "a function with #[{attribute}] cannot be `async`: calls that wait park this \
                     VU only; for several requests at once use `http::batch` or `Request::start`"
                ),
            ));
        }
        if let Some(token) = &signature.unsafety {
            return Err(self.cannot_be(token.span(), "`unsafe`"));
        }
        if let Some(abi) = &signature.abi {
            return Err(self.cannot_be(abi.span(), "`extern`"));
        }
        if !signature.generics.params.is_empty() {
            return Err(self.cannot_be(signature.generics.span(), "generic"));
        }
        if let Some(variadic) = &signature.variadic {
            return Err(self.cannot_be(variadic.span(), "variadic"));
        }
        match signature.inputs.iter().find(|input| matches!(input, FnArg::Receiver(_))) {
            Some(receiver) => Err(self.cannot_be(receiver.span(), "a method")),
            None => Ok(()),
        }
    }

    fn cannot_be(&self, span: proc_macro2::Span, what: &str) -> Error {
        Error::new(span, format!("a function with #[{}] cannot be {what}", self.attribute))
    }

    pub(crate) fn signature(&self) -> &Signature {
        &self.item.sig
    }

    pub(crate) fn expect_no_arguments(&self) -> Result<()> {
        match self.signature().inputs.first() {
            Some(input) => Err(Error::new(
                input.span(),
                format!("a function with #[{}] takes no arguments", self.attribute),
            )),
            None => Ok(()),
        }
    }

    /// What the function wants of the setup data.
    pub(crate) fn setup_data(&self) -> Result<SetupData<'_>> {
        let mut inputs = self.signature().inputs.iter();
        let Some(input) = inputs.next() else { return Ok(SetupData::Unused) };
        if let Some(second) = inputs.next() {
            return Err(Error::new(
                second.span(),
                format!(
                    "a function with #[{}] takes the setup data or nothing, not a second argument",
                    self.attribute
                ),
            ));
        }
        let FnArg::Typed(typed) = input else { return Ok(SetupData::Unused) };
        if let Some(inner) = type_argument(&typed.ty, "Option") {
            return Ok(SetupData::Optional(behind_reference(inner)?));
        }
        Ok(SetupData::Needed(behind_reference(&typed.ty)?))
    }

    /// The one argument that the function must take.
    pub(crate) fn only_argument(&self, what: &str) -> Result<&Type> {
        let signature = self.signature();
        match (signature.inputs.first(), signature.inputs.len()) {
            (Some(FnArg::Typed(typed)), 1) => Ok(&typed.ty),
            _ => Err(Error::new(
                signature.paren_token.span.join(),
                format!("a function with #[{}] takes one argument: {what}", self.attribute),
            )),
        }
    }

    pub(crate) fn returns(&self) -> Returns {
        match &self.signature().output {
            ReturnType::Default => Returns::Nothing,
            ReturnType::Type(_, output) => match &**output {
                Type::Tuple(tuple) if tuple.elems.is_empty() => Returns::Nothing,
                Type::Path(path) => match path.path.segments.last() {
                    Some(last) if last.ident == "Result" => Returns::Result,
                    _ => Returns::Value,
                },
                _ => Returns::Value,
            },
        }
    }

    /// The returned type, for the place of an error about it; the name where nothing is returned.
    pub(crate) fn output_span(&self) -> proc_macro2::Span {
        match &self.signature().output {
            ReturnType::Default => self.signature().ident.span(),
            ReturnType::Type(_, output) => type_argument(output, "Result").unwrap_or(output).span(),
        }
    }
}

/// `T` of `&T`, the one form in which setup data is handed over.
fn behind_reference(ty: &Type) -> Result<&Type> {
    match ty {
        Type::Reference(reference) if reference.mutability.is_some() => Err(Error::new(
            reference.span(),
            "setup data is shared by all iterations of a VU: take it as `&T`, not `&mut T`",
        )),
        Type::Reference(reference) if is_str(&reference.elem) => Err(Error::new(
            reference.span(),
            "take text from setup as `&String`, or as `&RawJson` for the JSON text itself",
        )),
        Type::Reference(reference) => Ok(&reference.elem),
        other => Err(Error::new(
            other.span(),
            "setup data comes by reference: write a `&` before the type",
        )),
    }
}

/// `T` of `Name<T>`.
fn type_argument<'a>(ty: &'a Type, name: &str) -> Option<&'a Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == name)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(argument) => Some(argument),
        _ => None,
    })
}

fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("str"))
}

/// For attributes that stand alone.
pub(crate) fn expect_bare(attribute: &str, arguments: &TokenStream) -> Result<()> {
    if arguments.is_empty() {
        return Ok(());
    }
    Err(Error::new(arguments.span(), format!("#[{attribute}] takes no arguments")))
}

/// The `name` of `#[scenario(name = "...")]`.
pub(crate) fn scenario_name(arguments: TokenStream) -> Result<Option<LitStr>> {
    if let Some(TokenTree::Literal(literal)) = arguments.clone().into_iter().next() {
        let message = format!("write #[scenario(name = {literal})]");
        return Err(Error::new(literal.span(), message));
    }
    let mut name = None;
    let parser = syn::meta::parser(|meta| {
        if !meta.path.is_ident("name") {
            return Err(meta.error("#[scenario] knows only `name = \"...\"`"));
        }
        let text: LitStr = meta.value()?.parse()?;
        if text.value().is_empty() {
            return Err(Error::new(text.span(), "the name of a scenario function cannot be empty"));
        }
        name = Some(text);
        Ok(())
    });
    parser.parse2(arguments)?;
    Ok(name)
}
