#!/bin/sh
# What a model costs to compile: CPU seconds a model, 50 copies of the 26 columns of `image_generations` in one crate,
# debug build, dependencies prebuilt, nothing incremental. An empty crate is subtracted; the best of five runs counts,
# since other work on the machine only ever adds.
#
#   plain    the struct alone
#   clone    the struct with Debug, Clone and PartialEq, to compare with
#   derive   the struct with Model
#   metadata what Model says of the table, without reading rows: by hand
#   hand     all that Model gives, by hand
set -eu

copies=${COPIES:-50}
rounds=${ROUNDS:-5}
root=$(cd "$(dirname "$0")/.." && pwd)
work=$root/target/expansion
mkdir -p "$work/src"
cp "$root/Cargo.lock" "$work/Cargo.lock"
cat > "$work/Cargo.toml" <<EOF
[package]
name = "expansion"
version = "0.0.0"
edition = "2024"

[dependencies]
chrono = { version = "0.4", default-features = false, features = ["std"] }
feedstock = { path = "$root", features = ["json"] }

[profile.dev.package."*"]
debug = false

[workspace]
EOF

# name type option-of-the-derive
columns() {
    cat <<'EOF'
id i32 primary_key
storyboard_id Option<i32> index(live)
drama_id i32 index
provider String sql_type="varchar"
prompt String -
negative_prompt Option<String> -
model Option<String> sql_type="varchar"
size Option<String> sql_type="varchar"
quality Option<String> sql_type="varchar"
style Option<String> sql_type="varchar"
steps Option<i32> -
cfg_scale Option<f64> -
seed Option<i32> -
image_url Option<String> sql_type="varchar"
minio_url Option<String> sql_type="varchar"
local_path Option<String> sql_type="varchar"
status Status sql_type="varchar",default=Status::Pending
task_id Option<String> sql_type="varchar"
error_msg Option<String> -
width Option<i32> -
height Option<i32> -
reference_images Option<JsonText<Vec<String>>> -
created_at NaiveDateTime created_at
updated_at NaiveDateTime updated_at
completed_at Option<NaiveDateTime> -
deleted_at Option<NaiveDateTime> -
EOF
}

head_of() {
    cat <<'EOF'
#![allow(unused_imports, dead_code)]
use chrono::NaiveDateTime;
use feedstock::{JsonText, TextEnum, __private as f};
#[derive(Debug, Clone, Copy, PartialEq, TextEnum)]
pub enum Status { Pending, Processing, Completed, Failed }
EOF
}

# The source of a variant.
source_of() {
    head_of
    [ "$1" = empty ] && return
    columns | awk -v variant="$1" -v copies="$copies" '
        { name[NR] = $1; type[NR] = $2; option[NR] = $3 }
        END { for (copy = 1; copy <= copies; copy++) model("Model" copy) }
        function model(of,   i, derives) {
            derives = variant == "derive" ? "feedstock::Model" : variant == "clone" ? "Debug, Clone, PartialEq" : ""
            if (derives != "") print "#[derive(" derives ")]"
            if (variant == "derive") print "#[model(table = \"" of "\", soft_delete = deleted_at)]"
            print "/// An image that a provider was asked to make."
            print "pub struct " of " {"
            for (i = 1; i <= NR; i++) {
                print "    /// What this column holds."
                if (variant == "derive" && option[i] != "-") print "    #[model(" option[i] ")]"
                print "    pub " name[i] ": " type[i] ","
            }
            print "}"
            if (variant == "metadata" || variant == "hand") metadata(of)
            if (variant == "hand") mapper(of)
        }
        function column(i,   said) {
            if (option[i] ~ /sql_type/) said = said ".sql_type(\"varchar\")"
            if (option[i] == "primary_key") said = said ".identity(<i32 as f::Field>::IDENTITY)"
            if (option[i] ~ /default/)
                said = said ".default(f::DeclaredDefault::Literal(|| f::default_literal::<Status, _>(Status::Pending)))"
            if (option[i] ~ /ated_at/)
                said = said ".default(f::DeclaredDefault::Sql(<NaiveDateTime as f::Timestamp>::NOW))"
            return "f::DeclaredColumn::of::<" type[i] ">(\"" name[i] "\", Some(\"What this column holds.\"))" said
        }
        function index_on(key, live) {
            return "f::DeclaredIndex { name: None, method: None, unique: false, keys: &[f::DeclaredIndexKey {" \
                "on: f::IndexOn::Column(\"" key "\"), descending: false, nulls_first: None, opclass: None," \
                "collation: None }], include: &[], live: " live ", predicate: None, nulls_not_distinct: false," \
                "with: None }"
        }
        function metadata(of,   i) {
            print "const _: () = { static DECLARED: f::Declared = f::Declared { module: module_path!(),"
            print "model: \"" of "\", schema: None, table: \"" of "\", renamed_from: None,"
            print "comment: Some(\"An image that a provider was asked to make.\"), columns: &["
            for (i = 1; i <= NR; i++) print column(i) ","
            print "], primary_key: Some(f::DeclaredKey { name: None, columns: &[\"id\"] }), uniques: &[],"
            print "indexes: &[" index_on("storyboard_id", "true") ", " index_on("drama_id", "false") "],"
            print "checks: &[], excludes: &[], foreign_keys: &[], soft_delete: Some(\"deleted_at\"), relations: &[] };"
            print "f::inventory::submit! { f::Entry { declared: &DECLARED } } };"
        }
        function mapper(of,   i) {
            print "impl<\047a> f::Row<\047a> for " of " { const SHAPE: &\047static f::Shape ="
            print "&f::Shape { name: \"" of "\", named: true, fields: &["
            for (i = 1; i <= NR; i++) print "f::ShapeField::of::<" type[i] ">(\"" name[i] "\", \"" type[i] "\"),"
            print "] }; fn from_cells(cells: &mut f::Cells<\047a, \047_>) -> Option<Self> {"
            for (i = 1; i <= NR; i++) print "let c" i " = cells.take();"
            print "if !cells.is_fine() { return None; } Some(Self {"
            for (i = 1; i <= NR; i++) print name[i] ": f::held(c" i "),"
            print "}) } }"
        }'
}

# CPU seconds, user and system, of one build of the crate alone.
seconds() {
    touch "$work/src/lib.rs"
    sh -c 'cargo build --quiet --offline --manifest-path "$1"/Cargo.toml && times' - "$work" |
        awk 'NR == 2 {
            for (i = 1; i <= 2; i++) { split($i, part, /[ms]/); sum += part[1] * 60 + part[2] }
            print sum
        }'
}

best() {
    cp "$work/$1.rs" "$work/src/lib.rs"
    round=0
    while [ "$round" -lt "$rounds" ]; do seconds; round=$((round + 1)); done | sort -n | head -n 1
}

export CARGO_TARGET_DIR="$work/target" CARGO_INCREMENTAL=0
variants=${VARIANTS:-plain clone metadata hand derive}
for variant in empty $variants; do
    source_of "$variant" > "$work/$variant.rs"
done
cp "$work/empty.rs" "$work/src/lib.rs"
cargo build --quiet --manifest-path "$work/Cargo.toml"
empty=$(best empty)
printf '%-10s %s\n' variant 'CPU seconds a model'
for variant in $variants; do
    best "$variant" | awk -v variant="$variant" -v empty="$empty" -v copies="$copies" \
        '{ printf "%-10s %.4f\n", variant, ($1 - empty) / copies }'
done
