//! The pool, on a real disk; crashes are pools that are dropped, and files that are cut or filled with something else.

mod host;
mod http;
mod journal;
mod peers;
mod pool;
mod races;
