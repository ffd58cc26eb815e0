#!/bin/sh
# What a model costs to compile: CPU seconds a model, 50 copies of the 26 columns of `image_generations` in one crate,
# debug build, dependencies prebuilt, nothing incremental. An empty crate is subtracted; the best of five runs counts,
# since other work on the machine only ever adds.
#
#   plain    the struct alone
#   clone    the struct with Debug, Clone and PartialEq, to compare with
#   model    the struct with Model, which brings its New struct
#   derive   the same with everything that can be derived: two belongs_to, a has_many and the borrowed twin
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

# name type options-of-the-derive;its-relations
columns() {
    cat <<'EOF'
id i32 primary_key
storyboard_id Option<i32> index(live);belongs_to=Storyboard,on_delete=set_null
drama_id i32 index;belongs_to=Drama,on_delete=cascade
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
// What the relations lead to; it is in the empty crate too.
#[derive(feedstock::Model)]
pub struct Drama { #[model(primary_key)] pub id: i32 }
#[derive(feedstock::Model)]
pub struct Storyboard { #[model(primary_key)] pub id: i32 }
#[derive(feedstock::Model)]
pub struct Asset { #[model(primary_key)] pub id: i32, pub image_gen_id: Option<i32> }
EOF
}

# The source of a variant.
source_of() {
    head_of
    [ "$1" = empty ] && return
    columns | awk -v variant="$1" -v copies="$copies" '
        { name[NR] = $1; type[NR] = $2; split($3, part, ";"); option[NR] = part[1]; relation[NR] = part[2] }
        END { for (copy = 1; copy <= copies; copy++) model("Model" copy) }
        function model(of,   i, derives) {
            derives = derived() ? "feedstock::Model" : variant == "clone" ? "Debug, Clone, PartialEq" : ""
            if (derives != "") print "#[derive(" derives ")]"
            if (derived()) print "#[model(table = \"" of "\", soft_delete = deleted_at)]"
            if (variant == "derive") print "#[model(borrowed)]"
            if (variant == "derive") print "#[model(has_many(assets: Asset, by = image_gen_id))]"
            print "/// An image that a provider was asked to make."
            print "pub struct " of " {"
            for (i = 1; i <= NR; i++) {
                print "    /// What this column holds."
                if (derived() && option[i] != "-") print "    #[model(" option[i] ")]"
                if (variant == "derive" && relation[i] != "") print "    #[model(" relation[i] ")]"
                print "    pub " name[i] ": " type[i] ","
            }
            print "}"
        }
        function derived() { return variant == "model" || variant == "derive" }'
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
variants=${VARIANTS:-plain clone model derive}
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
