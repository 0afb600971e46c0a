//! Messages that Loadgate writes: text in, text out, nothing else.
