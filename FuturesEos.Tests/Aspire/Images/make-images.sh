#!/usr/bin/env bash
# Makes stand-ins for the images that the AppHost asks for, where none can be pulled: Apache Kafka and Debezium from a folder of jars, OpenJDK and
# PostgreSQL from the Debian packages installed here. They carry the names and tags of lib/FuturesEos.Topology/Images.cs and read the same environment
# as the official images. An image of such a name that is no stand-in stays as it is.
#
#   make-images.sh FOLDER    FOLDER holds libs/ (Apache Kafka, Connect) and plugins/debezium-connector-postgres/
#
# Needs a Docker daemon and Debian's packages postgresql and openjdk-17-jre-headless (or newer). Takes seconds; nothing when nothing has changed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd -P)
images=$here/../../../lib/FuturesEos.Topology/Images.cs
kafka=$(cd "${1:?the folder with libs/ and plugins/ is missing}" && pwd -P)
label=org.futures-eos.stand-in
base=futures-eos/stand-in

say() { echo "images: $*" >&2; }

give_up() {
    say "$*"
    exit 3
}

# The value of a constant: the AppHost and this script must not disagree.
constant() { sed -n "s/.* const string $1 = \"\([^\"]*\)\".*/\1/p" "$images" | grep . || give_up "$images has no $1"; }

newest_installed() { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' "$1" 2> /dev/null | sed -n 's/^ii *//p' | sort -V | tail -n 1; }

java=$(newest_installed 'openjdk-[0-9]*-jre-headless') postgres=$(newest_installed 'postgresql-[0-9][0-9]')
[[ $java && $postgres ]] || give_up "needs Debian's openjdk-17-jre-headless and postgresql: apt-get install both"
packages=(base-files bash coreutils dash grep iproute2 libc-bin sed tzdata util-linux "$java" "$postgres")

# What the packages hold, and the libraries of others that their programs load. Not LLVM: 100 MB for a compiler that short queries do not use.
files() {
    local held
    held=$(dpkg -L "${packages[@]}" | grep '^/' | grep -v -E '^/usr/share/(doc|man|info|lintian|locale|bug)/|llvmjit' | sort -u)
    echo "$held"
    # ldd ends with an error where one of them is a script; of each library its name, and what that points to
    { grep -E '/s?bin/|\.so(\.|$)' <<< "$held" | xargs ldd 2> /dev/null || true; } | grep -o -E '/[^ ]+\.so[^ ]*' | grep -v -F /../ | sort -u |
        xargs -I '{}' sh -c 'echo {}; readlink -f {}'
}

make_base() {
    local root
    root=$(mktemp -d)
    trap 'rm -rf "$root"' RETURN
    mkdir -p "$root"/{usr/{bin,sbin,lib,lib64},etc,tmp,run,proc,sys,dev,root,var/lib}
    ln -s usr/bin usr/sbin usr/lib usr/lib64 "$root"
    chmod 1777 "$root/tmp"
    files | sort -u | while read -r file; do [[ ! -e $file || -d $file && ! -L $file ]] || echo "${file#/}"; done |
        tar -C / -c --no-recursion -T - | tar -C "$root" -x --keep-directory-symlink
    printf '%s\n' root:x:0:0::/root:/bin/bash postgres:x:999:999::/var/lib/postgresql:/bin/bash appuser:x:1000:1000::/home/appuser:/bin/bash \
        kafka:x:1001:1001::/kafka:/bin/bash > "$root/etc/passwd"
    printf '%s\n' root:x:0: postgres:x:999: appuser:x:1000: kafka:x:1001: > "$root/etc/group"
    local home
    home=$(dpkg -L "$java" | sed -n 's,/bin/java$,,p' | tail -n 1)
    mkdir "$root/opt" && ln -s "$home" "$root/opt/java"
    tar -C "$root" -c . | docker import - "$base" > /dev/null
}

# An image by what is in it: the same again is not made again.
content=$({
    dpkg-query -W "${packages[@]}"
    cat "$here"/*
    find "$kafka/libs" "$kafka/plugins/debezium-connector-postgres" -name '*.jar' -printf '%f %s\n' | sort
} | sha256sum | cut -c 1-16)

wanted=()
for image in "kafka $(constant Kafka):$(constant KafkaTag)" "connect $(constant Connect):$(constant ConnectTag)" "postgres postgres:$(constant PostgresTag)"; do
    name=${image#* }
    if made=$(docker image inspect -f "{{index .Config.Labels \"$label\"}}" "$name" 2> /dev/null); then
        [[ $made ]] || { say "$name is here, and no stand-in: left as it is" && continue; }
        [[ $made != "$content" ]] || continue
    fi
    wanted+=("$image")
done
if [[ ${#wanted[@]} == 0 ]]; then
    say "all are here"
    exit
fi

say "collecting ${packages[*]}"
make_base
for image in "${wanted[@]}"; do
    say "making ${image#* }"
    # the builder without BuildKit: it needs nothing but the daemon
    built=$(tar -c -C "$here" . -C "$kafka" libs plugins/debezium-connector-postgres |
        DOCKER_BUILDKIT=0 docker build --network none --label "$label=$content" --target "${image%% *}" -t "${image#* }" - 2>&1) ||
        give_up "docker build failed: $built"
done
say "made ${#wanted[@]} images in $SECONDS s"
