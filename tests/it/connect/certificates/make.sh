#!/bin/sh
# Made the certificates of this directory, valid from 2020 to 2120. The tests use them as they are.
set -eu
cd "$(dirname "$0")"
rm -f ./*.crt ./*.key ./*.crl
touch index.txt
echo 1000 >serial
trap 'rm -f index.txt* serial* errors ca.cnf extensions.cnf request.csr [0-9A-F]*.pem' EXIT
cat >ca.cnf <<END
[ca]
default_ca=it
[it]
database=index.txt
unique_subject=no
default_md=sha256
new_certs_dir=.
serial=serial
crlnumber=serial
policy=any
[any]
commonName=supplied
END
end=21200101000000Z

ec() { openssl genpkey -out "$1.key" -algorithm EC -pkeyopt "ec_paramgen_curve:${2:-P-256}"; }

# A certificate: NAME SUBJECT EXTENSIONS OPTIONS
made() {
    name=$1 subject=$2 extensions=$3
    shift 3
    openssl req -new -key "$name.key" -subj "/CN=$subject" -out request.csr
    printf '%b' "$extensions" >extensions.cnf
    openssl ca -batch -config ca.cnf -notext -startdate 20200101000000Z -enddate "$end" -in request.csr \
        -extfile extensions.cnf -out "$name.crt" "$@" 2>errors || { cat errors; exit 1; }
}
self() {
    name=$1 subject=$2 extensions=$3
    shift 3
    made "$name" "$subject" "$extensions" -selfsign -keyfile "$name.key" "$@"
}
signed() {
    name=$1 subject=$2 issuer=$3 extensions=$4
    shift 4
    made "$name" "$subject" "$extensions" -cert "$issuer.crt" -keyfile "$issuer.key" "$@"
}

for name in root wrong link named other wildcard address v1 v1_chain chain expired client_use self self_leaf client \
    stranger revoked; do
    ec "$name"
done
ec sha384 P-384
openssl genpkey -out sha512.key -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null
openssl genpkey -out ed25519.key -algorithm ED25519

authority='basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n'
self root "the root" "$authority"
self wrong "the wrong root" "$authority"
signed link "the link" root "$authority"
signed named nobody root 'subjectAltName=DNS:db.example.com,DNS:localhost\n'
signed other nobody root 'subjectAltName=DNS:other.example.com\n'
signed wildcard nobody root 'subjectAltName=DNS:*.example.com\n'
signed address nobody root 'subjectAltName=IP:127.0.0.1,DNS:elsewhere\n'
signed sha384 nobody root 'subjectAltName=DNS:db.example.com\n' -md sha384
self sha512 nobody 'subjectAltName=DNS:db.example.com\n' -md sha512
signed ed25519 nobody root 'subjectAltName=DNS:db.example.com\n'
signed client_use nobody root 'subjectAltName=DNS:db.example.com\nextendedKeyUsage=clientAuth\n'
signed revoked nobody root 'subjectAltName=DNS:db.example.com\n'
signed chain nobody link 'subjectAltName=DNS:db.example.com\n'
# As Postgres's manual makes them: without extensions, so of version 1.
signed v1 db.example.com root ''
signed v1_chain db.example.com link ''
end=20210101000000Z
signed expired nobody root 'subjectAltName=DNS:db.example.com\n'
end=21200101000000Z
# Each its own root: one that may sign others, as most tools make it, and one that may not.
self self db.example.com 'basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\n'
self self_leaf db.example.com 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:db.example.com\n'
signed client certified root 'extendedKeyUsage=clientAuth\n'
signed stranger certified wrong 'extendedKeyUsage=clientAuth\n'
openssl pkey -in client.key -aes256 -passout pass:sesame -out encrypted.key

: >index.txt
openssl ca -config ca.cnf -keyfile root.key -cert root.crt -revoke revoked.crt 2>/dev/null
openssl ca -config ca.cnf -keyfile root.key -cert root.crt -gencrl -crldays 36500 -out root.crl 2>/dev/null
for name in chain v1_chain; do cat link.crt >>"$name.crt"; done
# These signed all they had to.
rm -f root.key wrong.key link.key
