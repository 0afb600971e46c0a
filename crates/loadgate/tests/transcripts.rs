//! Transcripts: what people see, word by word. `TRYCMD=overwrite cargo test -p loadgate --test transcripts`
//! writes them anew; read the difference before keeping it.

#[test]
fn transcripts_are_what_people_see() {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests");
    std::env::set_current_dir(std::path::Path::new(&own).join("../.."))
        .expect("the crate is in the repository");
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .case("crates/loadgate/tests/cmd/*.trycmd")
        .case("README.md")
        .case("docs/node.md")
        .run();
}
