//! A package must have a library or a binary; the tests are in `main.rs` beside this file.
