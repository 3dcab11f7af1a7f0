//! The code that is written for each attribute.
//!
//! It stands in a constant without a name, so nothing in it can clash with the user's names.
//! Registration and exports need attributes that count as unsafe code (`link_section`,
//! `export_name`), hence the `allow`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, Ident, ItemStatic, Result, Type};

use crate::function::{Function, Returns, SetupData, expect_bare, scenario_name};

pub(crate) fn options(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    expect_bare("options", arguments)?;
    let function = Function::parse("options", item)?;
    function.expect_no_arguments()?;
    let ident = &function.signature().ident;
    let report = quote_spanned! { function.output_span() =>
        ::squall_sdk::__private::OptionsOutcome::report(#ident())
    };
    Ok(beside(
        &function,
        &quote! {
            fn __squall_call()
            -> ::core::result::Result<::std::string::String, ::std::string::String> {
                #report
            }
            ::squall_sdk::__private::inventory::submit! {
                ::squall_sdk::__private::OptionsFunction {
                    call: __squall_call,
                    place: ::core::concat!(::core::file!(), ":", ::core::line!()),
                }
            }
        },
    ))
}

pub(crate) fn setup(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    expect_bare("setup", arguments)?;
    let function = Function::parse("setup", item)?;
    function.expect_no_arguments()?;
    let ident = &function.signature().ident;
    let span = function.output_span();
    let produce = match function.returns() {
        Returns::Nothing => {
            quote! { #ident(); ::core::result::Result::Ok(::core::option::Option::None) }
        }
        Returns::Result => quote_spanned! { span =>
            ::squall_sdk::__private::produced_or_failed(#ident())
        },
        Returns::Value => quote_spanned! { span => ::squall_sdk::__private::produced(&#ident()) },
    };
    Ok(beside(
        &function,
        &quote! {
            fn __squall_call() -> ::core::result::Result<
                ::core::option::Option<::std::string::String>,
                ::std::string::String,
            > {
                #produce
            }
            ::squall_sdk::__export_setup!(__squall_call);
        },
    ))
}

pub(crate) fn scenario(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let name = scenario_name(arguments)?;
    let function = Function::parse("scenario", item)?;
    let call = call_with_setup_data(&function)?;
    let name = match name {
        Some(name) => name.value(),
        None => unraw(&function.signature().ident),
    };
    Ok(beside(
        &function,
        &quote! {
            fn __squall_call() -> ::core::result::Result<(), ::std::string::String> {
                #call
            }
            ::squall_sdk::__private::inventory::submit! {
                ::squall_sdk::__private::Entry {
                    name: #name,
                    run: __squall_call,
                    place: ::core::concat!(::core::file!(), ":", ::core::line!()),
                }
            }
        },
    ))
}

pub(crate) fn teardown(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    expect_bare("teardown", arguments)?;
    let function = Function::parse("teardown", item)?;
    let call = call_with_setup_data(&function)?;
    Ok(beside(
        &function,
        &quote! {
            fn __squall_call() -> ::core::result::Result<(), ::std::string::String> {
                #call
            }
            ::squall_sdk::__export_teardown!(__squall_call);
        },
    ))
}

pub(crate) fn handle_summary(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    expect_bare("handle_summary", arguments)?;
    let function = Function::parse("handle_summary", item)?;
    let argument = function.only_argument("`&Summary`")?;
    let ident = &function.signature().ident;
    let reference = matches!(argument, Type::Reference(_)).then(|| quote! { & });
    let summary = quote_spanned! { argument.span() => #reference ::squall_sdk::Summary::new(data) };
    let span = function.output_span();
    let call = quote_spanned! { span => #ident(#summary) };
    let report = quote_spanned! { span => ::squall_sdk::__private::SummaryOutcome::report(#call) };
    Ok(beside(
        &function,
        &quote! {
            fn __squall_call(data: ::std::string::String) -> ::core::result::Result<
                ::std::vec::Vec<(::std::string::String, ::std::vec::Vec<u8>)>,
                ::std::string::String,
            > {
                #report
            }
            ::squall_sdk::__export_handle_summary!(__squall_call);
        },
    ))
}

pub(crate) fn metric(arguments: &TokenStream, item: TokenStream) -> Result<TokenStream> {
    expect_bare("metric", arguments)?;
    let span = item.span();
    let Ok(item) = syn::parse2::<ItemStatic>(item) else {
        return Err(Error::new(
            span,
            "#[metric] goes on a static: `static LATENCY: Trend = Trend::new(\"latency\").time();`",
        ));
    };
    if let syn::StaticMutability::Mut(token) = &item.mutability {
        return Err(Error::new(token.span(), "a metric needs no `mut`: `add` takes `&self`"));
    }
    let ident = &item.ident;
    let metric = quote_spanned! { item.ty.span() => #ident.metric() };
    Ok(quote! {
        #item

        #[allow(unsafe_code)]
        const _: () = {
            ::squall_sdk::__private::inventory::submit! {
                ::squall_sdk::__private::Declaration {
                    metric: #metric,
                    place: ::core::concat!(::core::file!(), ":", ::core::line!()),
                }
            }
        };
    })
}

/// Calls the function, with the setup data if it takes any, and turns its outcome into a message.
fn call_with_setup_data(function: &Function) -> Result<TokenStream> {
    let ident = &function.signature().ident;
    let span = function.output_span();
    let (read, call) = match function.setup_data()? {
        SetupData::Unused => (TokenStream::new(), quote_spanned! { span => #ident() }),
        SetupData::Needed(data) => (
            quote_spanned! { data.span() =>
                let data = ::squall_sdk::__private::consumed::<#data>()?;
            },
            quote_spanned! { span => #ident(data) },
        ),
        SetupData::Optional(data) => (
            quote_spanned! { data.span() =>
                let data = ::squall_sdk::__private::consumed_if_any::<#data>()?;
            },
            quote_spanned! { span => #ident(data) },
        ),
    };
    let report = quote_spanned! { span => ::squall_sdk::__private::Outcome::report(#call) };
    Ok(quote! { #read #report })
}

fn beside(function: &Function, code: &TokenStream) -> TokenStream {
    let item = &function.item;
    quote! {
        #item

        #[allow(unsafe_code)]
        const _: () = {
            #code
        };
    }
}

/// `r#move` is the scenario `move`.
fn unraw(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map_or_else(|| name.clone(), str::to_owned)
}
