//! The check of the state finds what is broken.
