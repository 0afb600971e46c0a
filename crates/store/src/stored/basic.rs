//! Numbers, texts, times, and what is around other values.

#[cfg(test)]
use super::sample::Sampler;
use super::shape::stored_text;
use super::{Stored, Value, Writer, Wrong};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use rust_decimal::Decimal;
use std::sync::Arc;

impl Stored for bool {
    fn put(&self, out: &mut Writer) {
        out.plain(self);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        value.truth()
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        from.choose("bool", 2) == 0
    }
}

macro_rules! stored_number {
    ($($type:ty: $($sample:literal)*;)*) => {$(
        impl Stored for $type {
            fn put(&self, out: &mut Writer) {
                out.plain(self);
            }

            fn take(value: &Value<'_>) -> Result<Self, Wrong> {
                value.number()
            }

            #[cfg(test)]
            fn sample(from: &mut Sampler) -> Self {
                let numbers = [$($sample),*];
                numbers[from.any(numbers.len())]
            }
        }
    )*};
}

// The first of each is what an example shows, the last the largest one.
stored_number! {
    u8: 2 0 255;
    u16: 912 0 65535;
    u32: 4 1 0 4294967295;
    u64: 3 0 18446744073709551615;
    usize: 0 1 2;
    i8: 11 1 -128 127;
    i16: 2027 -1 -32768 32767;
}

impl Stored for String {
    fn put(&self, out: &mut Writer) {
        out.text(self);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        value.text().map(str::to_owned)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        from.text()
    }
}

impl Stored for Arc<str> {
    fn put(&self, out: &mut Writer) {
        out.text(self);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        value.text().map(Into::into)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn absent() -> Option<Self> {
        Some("".into())
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        from.text().into()
    }
}

/// `None` is left out; `Some` of something empty is written, so that both stay apart.
impl<T: Stored> Stored for Option<T> {
    fn put(&self, out: &mut Writer) {
        match self {
            Some(inner) => inner.put(out),
            // A list of options has no way to leave one out; no stored type has one.
            None => debug_assert!(false, "only fields are optional"),
        }
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        T::take(value).map(Some)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        from.is_there().then(|| T::sample(from))
    }
}

impl<T: Stored> Stored for Vec<T> {
    fn put(&self, out: &mut Writer) {
        out.list(self);
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let items = value.items()?.iter().enumerate();
        items.map(|(index, item)| T::take(item).map_err(|wrong| wrong.in_item(index))).collect()
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn absent() -> Option<Self> {
        Some(Self::new())
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        (0..from.length()).map(|_| T::sample(from)).collect()
    }
}

macro_rules! stored_pointer {
    ($($pointer:ident)*) => {$(
        impl<T: Stored> Stored for $pointer<T> {
            fn put(&self, out: &mut Writer) {
                (**self).put(out);
            }

            fn take(value: &Value<'_>) -> Result<Self, Wrong> {
                T::take(value).map($pointer::new)
            }

            fn is_absent(&self) -> bool {
                (**self).is_absent()
            }

            fn absent() -> Option<Self> {
                T::absent().map($pointer::new)
            }

            #[cfg(test)]
            fn sample(from: &mut Sampler) -> Self {
                $pointer::new(T::sample(from))
            }
        }
    )*};
}

stored_pointer! { Arc Box }

stored_text!(
    Timestamp,
    "an instant (2026-11-24T06:00:00Z)",
    |text| text.parse().ok(),
    ["2026-11-24T06:00:00Z", "2026-11-24T07:15:30.25Z"],
    ["1970-01-01T00:00:00Z", "-009999-01-02T01:59:59Z", "9999-12-30T22:00:00.999999999Z"]
);
stored_text!(
    Date,
    "a date (2026-11-24)",
    |text| text.parse().ok(),
    ["2026-11-24", "2028-02-29"],
    ["-009999-01-01", "9999-12-31"]
);
stored_text!(
    Time,
    "a time (14:05:00)",
    |text| text.parse().ok(),
    ["14:05:00", "00:00:00"],
    ["23:59:59.999999999"]
);
stored_text!(
    DateTime,
    "a date and time (2026-11-24T14:05:00)",
    |text| text.parse().ok(),
    ["2026-11-24T14:05:00", "2026-11-24T00:00:00"],
    ["-009999-01-01T00:00:00.000000001"]
);
stored_text!(
    Decimal,
    "a decimal (837.20)",
    |text| Decimal::from_str_exact(text).ok(),
    ["837.20", "200", "0.088"],
    ["0", "79228162514264337593543950335", "0.0000000000000000000000000001", "-1.5"]
);
