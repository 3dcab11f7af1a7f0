//! What the compiler says when the macros are misused. The files in `ui/` are scripts that must not
//! compile, with what is said about them; `TRYBUILD=overwrite cargo test -p squall-sdk --test
//! misuse` writes it anew.

#[test]
fn misuse_is_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
