//! JSON Schemas of the published documents, made from the types that are written.

use crate::demo;
use crate::document::{
    Line, UnusableFile, assess, check, describe, explain, gaps, gate_list, lists, operation, screen,
};
use crate::story;
use crate::stress;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// One line of a stream: an item, or an input that cannot be used. It exists for its schema alone.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code)]
enum StreamLine<T> {
    Item(T),
    Unusable(UnusableFile),
}

/// One line of the stream of `describe`. It exists for its schema alone.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, clippy::large_enum_variant)]
enum DescribeLine {
    Item(Line<'static, describe::ConsignmentItem<'static>>),
    Message(Line<'static, describe::MessageItem<'static>>),
    Unusable(UnusableFile),
}

/// One line of the stream of `assess`. It exists for its schema alone.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[allow(dead_code, clippy::large_enum_variant)]
enum AssessLine {
    Item(Line<'static, assess::AssessedItem>),
    Fact(Line<'static, assess::FactItem>),
    NotTakenIn(Line<'static, assess::NotTakenIn>),
    Unusable(UnusableFile),
}

/// The description of a node's interface (OpenAPI 3.1).
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn openapi() -> Result<String, serde_json::Error> {
    Ok(format!("{}\n", serde_json::to_string_pretty(&web::api::describe())?))
}

/// Every schema (JSON Schema, draft 2020-12) with its short name: `check`, `check-line`, and so on. The
/// title of each is what documents say in `schema`.
pub fn all() -> Vec<(&'static str, String)> {
    vec![
        ("check", of::<check::Document>(check::SCHEMA)),
        ("check-line", of::<StreamLine<Line<'static, check::FoundItem>>>(check::LINE_SCHEMA)),
        ("gaps", of::<gaps::Document>(gaps::SCHEMA)),
        ("gaps-line", of::<StreamLine<Line<'static, gaps::GapsItem>>>(gaps::LINE_SCHEMA)),
        ("describe", of::<describe::Document<'static>>(describe::SCHEMA)),
        ("describe-line", of::<DescribeLine>(describe::LINE_SCHEMA)),
        ("assess", of::<assess::Document>(assess::SCHEMA)),
        ("assess-line", of::<AssessLine>(assess::LINE_SCHEMA)),
        ("screen", of::<screen::ScreenDocument>(screen::SCREEN_SCHEMA)),
        ("screen-line", of::<screen::RowEntry<screen::ScreenItem>>(screen::SCREEN_LINE_SCHEMA)),
        ("compare", of::<screen::CompareDocument>(screen::COMPARE_SCHEMA)),
        ("compare-line", of::<screen::RowEntry<screen::CompareItem>>(screen::COMPARE_LINE_SCHEMA)),
        ("lists-show", of::<lists::ShowDocument>(lists::SHOW_SCHEMA)),
        ("lists-diff", of::<lists::DiffDocument>(lists::DIFF_SCHEMA)),
        ("lists-import", of::<lists::ImportDocument>(lists::IMPORT_SCHEMA)),
        ("explain", of::<explain::Explanation>(explain::SCHEMA)),
        ("gate-list", of::<gate_list::GateList>(gate_list::SCHEMA)),
        ("gate-list-verify", of::<gate_list::VerifiedList>(gate_list::VERIFY_SCHEMA)),
        ("rebuild", of::<operation::RebuiltItem>(operation::REBUILD_SCHEMA)),
        ("audit-verify", of::<operation::VerifiedItem>(operation::VERIFY_SCHEMA)),
        ("audit-proof", of::<operation::ProofItem>(operation::PROOF_SCHEMA)),
        ("audit-export", of::<operation::ExportedItem>(operation::EXPORT_SCHEMA)),
        ("saved", of::<operation::SavedItem>(operation::SAVED_SCHEMA)),
        ("doctor", of::<operation::DoctorItem>(operation::DOCTOR_SCHEMA)),
        ("story", of::<story::document::Document>(story::document::SCHEMA)),
        ("stress", of::<stress::document::StressItem>(stress::document::SCHEMA)),
        ("demo", of::<demo::DemoDocument>(demo::SCHEMA)),
        // Written by hand, since it is read rather than written here.
        ("facts", formats::facts::JSON_SCHEMA.to_owned()),
    ]
}

fn of<T: JsonSchema>(title: &str) -> String {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".to_owned(), title.into());
    // The alternate form is indented; a schema is a JSON value, so that it always can be written.
    format!("{:#}\n", schema.as_value())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_schema_is_one() {
        for (name, text) in all() {
            let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert!(jsonschema::meta::is_valid(&schema), "{name}");
            assert!(
                schema["title"].as_str().is_some_and(|title| title.starts_with("loadgate.")
                    || [formats::facts::SCHEMA, gate_list::SCHEMA].contains(&title)),
                "{name}"
            );
            jsonschema::validator_for(&schema).unwrap();
        }
    }

    #[test]
    fn what_is_always_written_is_required() {
        let schemas = all();
        let (_, assess) = schemas.iter().find(|(name, _)| *name == "assess").unwrap();
        let schema: serde_json::Value = serde_json::from_str(assess).unwrap();
        let required = schema["$defs"]["AssessedItem"]["required"].as_array().unwrap();
        for name in
            ["master", "house", "parent", "cases", "matches", "security_status", "security_basis", "load"]
        {
            assert!(required.iter().any(|field| field == name), "{name}");
        }
    }
}
