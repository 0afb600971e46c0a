//! The shapes of stored values, as macros. Each takes its type apart without a `..`: a field or variant that is new
//! in the domain does not compile until it stands here.
//!
//! A field keeps its own name unless it says `as "name"`. `or value` is for a field that documents of earlier
//! releases lack: it is left out where it has that value, and a document without it has that value. The value must
//! never be changed.

/// The stored name of a field.
macro_rules! name_of {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident $name:literal) => {
        $name
    };
}

/// Writes a field.
macro_rules! put_field {
    ($out:ident, $field:ident, $name:expr) => {
        $out.field($name, $field);
    };
    ($out:ident, $field:ident, $name:expr, $default:expr) => {
        if *$field != $default {
            $out.key($name);
            super::Stored::put($field, $out);
        }
    };
}

/// Reads a field.
macro_rules! take_field {
    ($fields:ident, $name:expr) => {
        $fields.take($name)?
    };
    ($fields:ident, $name:expr, $default:expr) => {
        $fields.take_or($name, $default)?
    };
}

/// Whether a field is left out.
macro_rules! field_is_absent {
    ($field:ident) => {
        super::Stored::is_absent($field)
    };
    ($field:ident, $default:expr) => {
        *$field == $default
    };
}

/// A struct, as an object. It is left out where all of its fields are.
macro_rules! stored_struct {
    ($type:ty { $($field:ident $(as $name:literal)? $(or $default:expr)?),* $(,)? }) => {
        impl super::Stored for $type {
            fn put(&self, out: &mut super::Writer) {
                let Self { $($field),* } = self;
                out.open();
                $(put_field!(out, $field, name_of!($field $($name)?) $(, $default)?);)*
                out.close();
            }

            fn take(value: &super::Value<'_>) -> Result<Self, super::Wrong> {
                let mut fields = value.fields()?;
                $(let $field = take_field!(fields, name_of!($field $($name)?) $(, $default)?);)*
                fields.end(&[$(name_of!($field $($name)?)),*])?;
                Ok(Self { $($field),* })
            }

            fn is_absent(&self) -> bool {
                let Self { $($field),* } = self;
                $(field_is_absent!($field $(, $default)?))&&*
            }

            fn absent() -> Option<Self> {
                Self::take(&super::Value::Object(Vec::new())).ok()
            }

            #[cfg(test)]
            fn sample(from: &mut super::sample::Sampler) -> Self {
                $(let $field = from.field(stringify!($field));)*
                Self { $($field),* }
            }
        }
    };
}

/// A tuple, as an object with names for its parts.
macro_rules! stored_tuple {
    (($($type:ty),*) { $($field:ident),* }) => {
        impl super::Stored for ($($type),*) {
            fn put(&self, out: &mut super::Writer) {
                let ($($field),*) = self;
                out.open();
                $(out.field(stringify!($field), $field);)*
                out.close();
            }

            fn take(value: &super::Value<'_>) -> Result<Self, super::Wrong> {
                let mut fields = value.fields()?;
                $(let $field = fields.take(stringify!($field))?;)*
                fields.end(&[$(stringify!($field)),*])?;
                Ok(($($field),*))
            }

            #[cfg(test)]
            fn sample(from: &mut super::sample::Sampler) -> Self {
                $(let $field = from.field(stringify!($field));)*
                ($($field),*)
            }
        }
    };
}

/// An enum of words without content.
macro_rules! stored_words {
    ($type:ty { $($variant:ident = $word:literal),* $(,)? }) => {
        impl super::Stored for $type {
            fn put(&self, out: &mut super::Writer) {
                out.word(match self { $(Self::$variant => $word),* });
            }

            fn take(value: &super::Value<'_>) -> Result<Self, super::Wrong> {
                let word = value.text()?;
                #[cfg(test)]
                super::sample::note(stringify!($type), word);
                match word {
                    $($word => Ok(Self::$variant),)*
                    other => Err(super::Wrong::unknown(other, concat!("one of" $(, " ", $word)*))),
                }
            }

            #[cfg(test)]
            fn sample(from: &mut super::sample::Sampler) -> Self {
                let variants = [$(Self::$variant),*];
                variants[from.choose(stringify!($type), variants.len())].clone()
            }
        }
    };
}

/// Writes a variant.
macro_rules! put_variant {
    ($out:ident $word:literal) => {
        $out.word($word)
    };
    ($out:ident $word:literal ($inner:ident)) => {{
        $out.open();
        $out.key($word);
        super::Stored::put($inner, $out);
        $out.close();
    }};
    ($out:ident $word:literal { $($field:ident $(or $default:expr)?),* }) => {{
        $out.open();
        $out.key($word);
        $out.open();
        $(put_field!($out, $field, stringify!($field) $(, $default)?);)*
        $out.close();
        $out.close();
    }};
}

/// Reads a variant.
macro_rules! take_variant {
    ($content:ident $type:ident::$variant:ident) => {
        match $content {
            None => Ok($type::$variant),
            Some(_) => Err(super::Wrong::new("it has content where none belongs")),
        }
    };
    ($content:ident $type:ident::$variant:ident ($inner:ident)) => {
        match $content {
            Some(content) => super::Stored::take(content).map($type::$variant),
            None => Err(super::Wrong::new("its content is missing")),
        }
    };
    ($content:ident $type:ident::$variant:ident [$($field:ident),*]) => {
        match $content {
            Some(content) => content.fields().and_then(|mut fields| {
                $(let $field = fields.take(stringify!($field))?;)*
                fields.end(&[$(stringify!($field)),*])?;
                Ok($type::$variant($($field),*))
            }),
            None => Err(super::Wrong::new("its content is missing")),
        }
    };
    ($content:ident $type:ident::$variant:ident { $($field:ident $(or $default:expr)?),* }) => {
        match $content {
            Some(content) => content.fields().and_then(|mut fields| {
                $(let $field = take_field!(fields, stringify!($field) $(, $default)?);)*
                fields.end(&[$(stringify!($field)),*])?;
                Ok($type::$variant { $($field),* })
            }),
            None => Err(super::Wrong::new("its content is missing")),
        }
    };
}

/// Invents a variant.
#[cfg(test)]
macro_rules! sample_variant {
    ($from:ident $type:ident::$variant:ident) => {{
        let _ = $from;
        $type::$variant
    }};
    ($from:ident $type:ident::$variant:ident ($inner:ident)) => {
        $type::$variant($from.field(stringify!($inner)))
    };
    ($from:ident $type:ident::$variant:ident [$($field:ident),*]) => {
        $type::$variant($($from.field(stringify!($field))),*)
    };
    ($from:ident $type:ident::$variant:ident { $($field:ident $(or $default:expr)?),* }) => {
        $type::$variant { $($field: $from.field(stringify!($field))),* }
    };
}

/// An enum: `Word` without content is the word; with content it is an object whose only field has the word for its
/// name. Rows: `Unit = "word";`, `One(content) = "word";`, `Many[first, second] = "word";` for a variant with several
/// unnamed parts, and `Named { field, other } = "word";`.
macro_rules! stored_enum {
    ($type:ident { $($variant:ident $(($inner:ident))? $([$($part:ident),*])? $({ $($field:ident $(or $default:expr)?),* })?
        = $word:literal;)* }) => {
        impl super::Stored for $type {
            fn put(&self, out: &mut super::Writer) {
                match self {
                    $($type::$variant $(($inner))? $(($($part),*))? $({ $($field),* })? => {
                        put_variant!(out $word $(($inner))? $({ $($part),* })? $({ $($field $(or $default)?),* })?)
                    })*
                }
            }

            fn take(value: &super::Value<'_>) -> Result<Self, super::Wrong> {
                let (word, content) = value.variant()?;
                #[cfg(test)]
                super::sample::note(stringify!($type), word);
                let read = match word {
                    $($word => take_variant!(
                        content $type::$variant $(($inner))? $([$($part),*])? $({ $($field $(or $default)?),* })?
                    ),)*
                    other => return Err(super::Wrong::unknown(other, concat!("one of" $(, " ", $word)*))),
                };
                read.map_err(|wrong: super::Wrong| if content.is_some() { wrong.in_field(word) } else { wrong })
            }

            #[cfg(test)]
            fn sample(from: &mut super::sample::Sampler) -> Self {
                let variants: &[fn(&mut super::sample::Sampler) -> Self] = &[$(
                    |from| sample_variant!(
                        from $type::$variant $(($inner))? $([$($part),*])? $({ $($field $(or $default)?),* })?
                    )
                ),*];
                variants[from.choose(stringify!($type), variants.len())](from)
            }
        }
    };
}

/// What is written as its text form, and parsed again. Two lists of samples: texts people write, and others.
macro_rules! stored_text {
    ($type:ty, $expected:literal, $parse:expr, [$($usual:literal),* $(,)?], [$($strange:literal),* $(,)?]) => {
        impl super::Stored for $type {
            fn put(&self, out: &mut super::Writer) {
                out.shown(self);
            }

            fn take(value: &super::Value<'_>) -> Result<Self, super::Wrong> {
                let text = value.text()?;
                #[cfg(test)]
                super::sample::note(stringify!($type), text);
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text).ok_or_else(|| super::Wrong::text(text, $expected))
            }

            #[cfg(test)]
            fn sample(from: &mut super::sample::Sampler) -> Self {
                let text = from.one_of(stringify!($type), &[$($usual),*], &[$($strange),*]);
                let parse: fn(&str) -> Option<Self> = $parse;
                parse(text).expect(concat!("samples are ", $expected))
            }
        }
    };
}

#[cfg(test)]
pub(super) use sample_variant;
pub(super) use {
    field_is_absent, name_of, put_field, put_variant, stored_enum, stored_struct, stored_text, stored_tuple,
    stored_words, take_field, take_variant,
};
