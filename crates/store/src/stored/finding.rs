//! Findings and phrases: codes by their ids, arguments by their names.

#[cfg(test)]
use super::sample::Sampler;
use super::shape::{field_is_absent, name_of, put_field, stored_struct, stored_words, take_field};
use super::{Stored, Value, Writer, Wrong};
use finding::{Args, Code, Finding, Phrase, Position, Severity, recall};

/// By its id. One that this release does not register comes back by its id all the same (`finding::recall`).
impl Stored for Code {
    fn put(&self, out: &mut Writer) {
        out.word(self.id());
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let id = value.text()?;
        #[cfg(test)]
        super::sample::note("Code", id);
        recall::code(id).ok_or_else(|| Wrong::text(id, "the id of a code"))
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        let usual = ["why-stated", "not-acknowledged", "awb-check-digit"];
        recall::code(from.one_of("Code", &usual, &["retired-by-a-later-release"])).expect("samples are ids")
    }
}

/// What a code holds besides itself. A name may come twice, so that they stand in a list of pairs.
struct Arguments<'a>(&'a Args);

impl super::writer::Put for Arguments<'_> {
    fn write(&self, out: &mut Writer) {
        out.pairs(self.0.iter().map(|(name, value)| (*name, value.as_str())));
    }

    fn left_out(&self) -> bool {
        self.0.is_empty()
    }
}

/// Reads the arguments of a code.
fn arguments(code: Code, pairs: Vec<Vec<String>>) -> Result<Args, Wrong> {
    let pair = |(index, pair): (usize, Vec<String>)| {
        let [name, value] = <[String; 2]>::try_from(pair)
            .map_err(|_| Wrong::new("it is not a name and a value").in_item(index))?;
        let known = recall::argument(code, &name);
        let known = known.ok_or_else(|| Wrong::text(&name, "the name of an argument").in_item(index))?;
        Ok((known, value))
    };
    let args: Result<Args, Wrong> = pairs.into_iter().enumerate().map(pair).collect();
    args.map_err(|wrong| wrong.in_field("args"))
}

#[cfg(test)]
fn sample_args(code: Code, from: &mut Sampler) -> Args {
    code.args().iter().map(|name| (*name, from.text())).collect()
}

impl Stored for Phrase {
    fn put(&self, out: &mut Writer) {
        let Self { code, args } = self;
        out.open();
        out.field("code", code);
        out.field("args", &Arguments(args));
        out.close();
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let mut fields = value.fields()?;
        let (code, pairs) = (fields.take("code")?, fields.take("args")?);
        fields.end(&["code", "args"])?;
        Ok(Self { code, args: arguments(code, pairs)? })
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        let code = Code::sample(from);
        Self { code, args: sample_args(code, from) }
    }
}

impl Stored for Finding {
    fn put(&self, out: &mut Writer) {
        let Self { code, severity, message_index, position, path, args } = self;
        out.open();
        out.field("code", code);
        out.field("severity", severity);
        out.field("message_index", message_index);
        out.field("position", position);
        out.field("path", path);
        out.field("args", &Arguments(args));
        out.close();
    }

    fn take(value: &Value<'_>) -> Result<Self, Wrong> {
        let mut fields = value.fields()?;
        let code = fields.take("code")?;
        let severity = fields.take("severity")?;
        let message_index = fields.take("message_index")?;
        let position = fields.take("position")?;
        let path = fields.take("path")?;
        let pairs = fields.take("args")?;
        fields.end(&["code", "severity", "message_index", "position", "path", "args"])?;
        Ok(Self { code, severity, message_index, position, path, args: arguments(code, pairs)? })
    }

    #[cfg(test)]
    fn sample(from: &mut Sampler) -> Self {
        let code = Code::sample(from);
        Self {
            code,
            severity: from.field("severity"),
            message_index: from.field("message_index"),
            position: from.field("position"),
            path: from.field("path"),
            args: sample_args(code, from),
        }
    }
}

stored_words! { Severity { Info = "info", Warning = "warning", Error = "error" } }

stored_struct! { Position { line, column, length } }
