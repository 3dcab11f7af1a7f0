//! How the optional exports come about: the attribute macros end in one of these macros, in the
//! user's crate.
//!
//! On Wasm they make a real export, so that a component has `setup` only when its author wrote one.
//! Natively they tell `testing` about the function.

/// `#[setup]`.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_setup {
    ($call:ident) => {
        struct Component;
        impl $crate::__private::bindings::setup::Guest for Component {
            fn setup() -> ::core::result::Result<
                ::core::option::Option<::std::string::String>,
                ::std::string::String,
            > {
                $crate::__private::prepare();
                $call()
            }
        }
        $crate::__private::bindings::setup::__squall_export_setup!(
            Component with_types_in $crate::__private::bindings::setup
        );
    };
}

/// `#[teardown]`.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_teardown {
    ($call:ident) => {
        struct Component;
        impl $crate::__private::bindings::teardown::Guest for Component {
            fn teardown() -> ::core::result::Result<(), ::std::string::String> {
                $crate::__private::prepare();
                $call()
            }
        }
        $crate::__private::bindings::teardown::__squall_export_teardown!(
            Component with_types_in $crate::__private::bindings::teardown
        );
    };
}

/// `#[handle_summary]`.
#[cfg(target_family = "wasm")]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_handle_summary {
    ($call:ident) => {
        struct Component;
        impl $crate::__private::bindings::handle_summary::Guest for Component {
            fn handle_summary(
                data: ::std::string::String,
            ) -> ::core::result::Result<
                ::std::vec::Vec<(::std::string::String, ::std::vec::Vec<u8>)>,
                ::std::string::String,
            > {
                $crate::__private::prepare();
                $call(data)
            }
        }
        $crate::__private::bindings::handle_summary::__squall_export_handle_summary!(
            Component with_types_in $crate::__private::bindings::handle_summary
        );
    };
}

/// `#[setup]`.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_setup {
    ($call:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Lifecycle::Setup($call) }
    };
}

/// `#[teardown]`.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_teardown {
    ($call:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Lifecycle::Teardown($call) }
    };
}

/// `#[handle_summary]`.
#[cfg(not(target_family = "wasm"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __export_handle_summary {
    ($call:ident) => {
        $crate::__private::inventory::submit! { $crate::__private::Lifecycle::HandleSummary($call) }
    };
}
