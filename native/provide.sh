# Sourced by ../eos: finds the .NET SDK, finds out which package feed there is, provides native libraries where the feed does not.
# Every step says in one line what it does, and is done once. Expects $root, $stamp.

librdkafka_version=2.15.1 # moves with Confluent.Kafka in Directory.Packages.props
librdkafka_package=@confluentinc/kafka-javascript@1.10.1 # carries librdkafka's own sources of that version
librdkafka_integrity=sha512-KVePUBn21EqCVP9mfxzEuM3SYJHHEF7X+iiC2e43QQgDSyEaksInmCGooT3w5q+cNAdkSCrK71j0ICfqoSqZLw==
librdkafka=${XDG_CACHE_HOME:-$HOME/.cache}/futures-eos/librdkafka-$librdkafka_version/librdkafka.so
feed_file=$root/.eos/feed.props
feed_patience=120 # seconds that the feed has to answer

say() { echo "eos: $*" >&2; }

# The command could not reach what it needs: the text names it and the remedy.
unreachable() {
    say "$@"
    exit 3
}

find_sdk() {
    local candidate folder
    for candidate in ${DOTNET_ROOT:+"$DOTNET_ROOT/dotnet"} "$(command -v dotnet || true)" "$HOME/.dotnet/dotnet" \
        /usr/share/dotnet/dotnet /usr/lib/dotnet/dotnet /usr/local/share/dotnet/dotnet; do
        [[ -x $candidate ]] || continue
        dotnet=$candidate
        # what was built finds its runtime by this variable, not by PATH
        [[ ! -L $dotnet ]] || candidate=$(readlink -f "$dotnet")
        folder=${DOTNET_ROOT:-$(dirname "$candidate")}
        # a version manager's shim lies elsewhere than the SDK it starts
        if [[ -z ${DOTNET_ROOT:-} && ! -d $folder/host ]]; then
            folder=$({ "$dotnet" --list-sdks || true; } | sed -n '$s/.*\[\(.*\)[/\\]sdk\]$/\1/p')
        fi
        export DOTNET_ROOT=$folder
        return
    done
    no_sdk "no .NET SDK was found (DOTNET_ROOT, PATH, ~/.dotnet, /usr/share/dotnet)"
}

no_sdk() {
    local wanted
    wanted=$(sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' "$root/global.json")
    unreachable "$1; install .NET SDK ${wanted%.*} ($wanted or newer) from https://dotnet.microsoft.com/download," \
        "or: curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel ${wanted%.*.*}.0"
}

is_restricted() { [[ -f $feed_file && $(< "$feed_file") == *'>restricted<'* ]]; }

# Nothing to find out or to install: cheap enough for every start.
is_provided() {
    [[ -f $feed_file ]] && { ! is_restricted || [[ -f $librdkafka && -z $(missing_packages) ]]; }
}

provide() {
    (cd "$root" && "$dotnet" --version > /dev/null 2>&1) ||
        no_sdk "the .NET SDK at $dotnet is not the one that global.json asks for"
    [[ -f $feed_file ]] || ask_feed
    is_restricted || return 0
    install_packages
    [[ -f $librdkafka ]] || build_librdkafka
}

# The full feed has Aspire and the packages with native libraries; where it lacks them, native/ and Debian stand in.
ask_feed() {
    local log=$root/.eos/feed.log
    say "asking the package feed once what it has"
    if with_patience "$feed_patience" "$dotnet" restore "$root/native/Feed.proj" -p:EosFeed=full -v q -nologo > "$log" 2>&1; then
        say "the package feed is full: Aspire and native libraries come from it"
        write_feed full
    elif grep -q -E 'NU110[123]' "$log"; then
        say "the package feed is restricted: no Aspire; librdkafka is built here, RocksDB comes from Debian"
        write_feed restricted "$librdkafka"
    else
        unreachable "the package feed does not answer: $(grep -m 1 -o -E 'NU[0-9]+: .*' "$log" || echo "nothing within $feed_patience s");" \
            "check the network and 'dotnet nuget list source', then run this again (log: $log)"
    fi
}

write_feed() {
    {
        echo '<Project>'
        echo '  <PropertyGroup>'
        echo "    <EosFeed>$1</EosFeed>"
        [[ $# -lt 2 ]] || echo "    <EosLibrdkafka>$2</EosLibrdkafka>"
        echo '  </PropertyGroup>'
        echo '</Project>'
    } > "$feed_file.new"
    mv "$feed_file.new" "$feed_file"
}

# Runs a command for at most so many seconds: not every system has timeout(1).
with_patience() {
    local seconds=$1 pid watch
    shift
    "$@" &
    pid=$!
    (sleep "$seconds" && kill "$pid") > /dev/null 2>&1 &
    watch=$!
    local result=0
    wait "$pid" || result=$?
    kill "$watch" 2> /dev/null || true
    return $result
}

# Debian packages that are not there, by what they bring.
missing_packages() {
    local -a missing=()
    has_file /usr/lib/*/librocksdb.so.[789]* /usr/local/lib/librocksdb.so* || missing+=(librocksdb7.8)
    has_file /usr/lib/postgresql/*/bin/postgres || command -v postgres > /dev/null || missing+=(postgresql)
    if [[ ! -f $librdkafka ]]; then
        command -v gcc > /dev/null || missing+=(gcc libc6-dev)
        command -v make > /dev/null || missing+=(make)
        command -v npm > /dev/null || missing+=(npm)
        has_file /usr/include/openssl/ssl.h || missing+=(libssl-dev)
        has_file /usr/include/zlib.h || missing+=(zlib1g-dev)
    fi
    echo "${missing[*]-}"
}

has_file() {
    local file
    for file; do [[ ! -e $file ]] || return 0; done
    return 1
}

install_packages() {
    local missing
    missing=$(missing_packages)
    [[ -n $missing ]] || return 0
    command -v apt-get > /dev/null ||
        unreachable "not installed here: $missing (Debian's names); install them with this system's package manager"
    [[ $(id -u) == 0 ]] || unreachable "not installed here: $missing; run: sudo apt-get install -y $missing"
    say "installing from Debian: $missing"
    {
        apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
    } > "$root/.eos/apt.log" 2>&1 || unreachable "apt-get could not install $missing: $(tail -n 1 "$root/.eos/apt.log"); the log: $root/.eos/apt.log"
}

# From its own sources, as an npm package carries them; into a cache for all checkouts of this user, under its version.
build_librdkafka() {
    local folder work log=$root/.eos/librdkafka.log
    folder=$(dirname "$librdkafka")
    mkdir -p "$folder"
    work=$(mktemp -d "$folder/build.XXXXXX")
    if [[ $(id -u) == 0 && ! -e /usr/include/zstd.h ]] && command -v apt-get > /dev/null; then
        apt-get install -y --no-install-recommends libzstd-dev > /dev/null 2>&1 || say "without zstd: libzstd-dev cannot be installed"
    fi
    say "building librdkafka $librdkafka_version from source, once for this user: about half a minute"
    if (cd "$work" && fetch_librdkafka && cd package/deps/librdkafka && ./configure --disable-curl &&
        make -j"$(getconf _NPROCESSORS_ONLN)" -C src librdkafka.so.1 && strip -o "$work/librdkafka.so" src/librdkafka.so.1) \
        > "$log" 2>&1; then
        mv "$work/librdkafka.so" "$librdkafka"
        rm -rf "$work"
    else
        rm -rf "$work"
        unreachable "librdkafka could not be built: $(tail -n 1 "$log"); the log: $log"
    fi
}

fetch_librdkafka() {
    npm pack --silent "$librdkafka_package" || return 1
    local package actual
    package=$(echo *.tgz)
    actual=sha512-$(node -e 'process.stdout.write(require("crypto").createHash("sha512")
        .update(require("fs").readFileSync(process.argv[1])).digest("base64"))' "$package")
    if [[ $actual != "$librdkafka_integrity" ]]; then
        echo "$librdkafka_package has the integrity $actual, expected is $librdkafka_integrity: not used"
        return 1
    fi
    tar -xzf "$package" package/deps/librdkafka
}

build() {
    local log=$root/.eos/build.log start=$SECONDS
    [[ -f $stamp ]] && say "building what has changed" || say "building for the first time: about a minute"
    touch "$stamp.new" # before the build: what is edited meanwhile counts as newer
    if "$dotnet" build "$root/$1" -c Release -v q -nologo -nodeReuse:false > "$log" 2>&1; then
        mv "$stamp.new" "$stamp"
        say "built in $((SECONDS - start)) s"
    elif grep -q 'error NU1301' "$log"; then
        unreachable "the package feed does not answer: $(grep -m 1 -o 'NU1301: .*' "$log"); check the network and run this again"
    else
        grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2
        say "the build failed; all of it: $log"
        exit 1
    fi
}
