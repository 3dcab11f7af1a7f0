//! The address space of VUs: linear memories and fiber stacks cut from a few large mappings.
//!
//! The kernel allows a process 65 530 mappings by default, and every mapping has page tables of its
//! own; one mapping for each VU would stop a run at some ten thousand VUs. So slots of one size
//! share a large lazily committed mapping, which costs one map entry whatever the number of VUs.
//! This folder is the only place with `unsafe` mapping calls.
//!
//! * [`slab`]: slots of one size, handed out and taken back;
//! * [`linear`]: wasmtime's `MemoryCreator` over slabs of several size classes;
//! * [`image`]: the memory of one instance as the first contents of others;
//! * [`stack`]: wasmtime's `StackCreator` over one slab with guard pages.

pub(crate) mod image;
pub(crate) mod linear;
mod mapping;
mod slab;
pub(crate) mod stack;
