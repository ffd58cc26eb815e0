//! Wrong derives: each file's message, reviewed as prose.

#[test]
fn each_mistake_has_its_message() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
