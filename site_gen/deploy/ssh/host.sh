# What a deployment does at the host, one command a call:
#
#     sh -c "$(cat host.sh)" sh COMMAND FOLDER ...
#
# It asks for `sh`, the usual tools of POSIX, `date +%s`, `readlink` and rsync, and for nothing that
# only GNU's tools have. It ends with one of these, and with 1 where a tool has said what is wrong:
#
#     3 somebody else deploys   4 another release is live   5 `current` is no link
#     6 the folder is not ours  7 the claim is not held     8 something is not whole
#     9 rsync is not installed

command=$1 folder=$2
shift 2
unset CDPATH # by which `cd` would go elsewhere, and say so
umask 022 # a web server is to read it, whoever that is

# A claim is a file that says whose it is, when it began and when its owner was last heard of. It
# lasts a minute, and its owner says every few seconds that it is still there.
lasts_s=60

# One that is damaged, as after a power failure, is nobody's.
read_claim() {
  owner='' began='' heard=''
  { read -r owner began heard; } 2>/dev/null <deploying || :
  case $began in '' | 0* | *[!0-9]*) began=0 ;; esac
  case $heard in '' | 0* | *[!0-9]*) heard=0 ;; esac
}

check_claim() { # TOKEN
  read_claim
  [ "$owner" = "$1" ] || exit 7
}

# Prints `held`, and holds the folder until nobody is at the other end any more: however a
# deployment ends, with its connection ends its claim. Where two take over from one that was cut
# off, at the same moment, both may believe that they hold it; so every step begins with
# `check_claim`.
# A token ends in a dot and the number of an attempt; the next one need not wait for that before.
hold() { # TOKEN
  command -v rsync >/dev/null || exit 9
  mkdir -p -- "$folder" && cd -- "$folder" && look_around && mkdir -p records releases || exit 1
  began_here=$(date +%s) mine=deploying.$1
  echo "$1 $began_here $began_here" >"$mine" || exit 1
  trap 'rm -f "$mine"' EXIT
  trap '' HUP PIPE
  ln "$mine" deploying 2>/dev/null || take_over "$1"
  rm -f "$mine"
  echo held
  while read -r _; do
    check_claim "$1"
    echo "$1 $began_here $(date +%s)" >"$mine" && mv -f "$mine" deploying
  done
  check_claim "$1"
  rm -f deploying
}

take_over() { # TOKEN
  read_claim
  left=$((heard + lasts_s - $(date +%s)))
  if [ "$left" -gt 0 ] && [ "${owner%.*}" != "${1%.*}" ]; then
    echo "$began $left"
    exit 3
  fi
  if [ -e deploying ]; then mv -f deploying "$mine.over" && rm -f "$mine.over"; fi
  ln "$mine" deploying || exit 1
}

# Nothing that is not of a deployment is in the way. The first that deploys makes `records` first, so
# one that looks around meanwhile does not take its folders for somebody else's.
look_around() {
  if [ -e current ] && [ ! -L current ]; then exit 5; fi
  if [ -n "$(ls -A)" ] && [ ! -d records ]; then exit 6; fi
}

# Prints `found`, by which it is known from what a login shell says; what `current` leads to; now,
# and the claim; the releases; what was begun and not finished; the record of the release that is
# live; and those of its files that nobody has touched since. Nothing follows `found` where there is
# no such folder.
look() {
  echo found
  [ -e "$folder" ] || exit 0
  cd -- "$folder" || exit 1
  look_around
  live=$(readlink current) || live=''
  echo "$live"
  read_claim
  echo "$(date +%s) $began $heard"
  for record in records/*.json; do
    id=${record#records/}
    id=${id%.json}
    [ ! -d "releases/$id" ] || printf '%s ' "$id"
  done
  echo
  for part in releases/*.part; do
    [ ! -d "$part" ] || printf '%s ' "${part#releases/}"
  done
  echo
  record=records/${live#releases/}.json
  [ ! -f "$record" ] || cat "$record"
  echo
  [ ! -f "$record" ] || [ ! -d "$live" ] ||
    { cd "$live" && find . -type f ! -newer "../../$record"; }
}

print_record() { # RELEASE
  cat -- "$folder/records/$1.json"
}

# Begins a release with those files of another that it has as well; their paths come in, each ended
# by NUL.
begin() { # TOKEN BASE RELEASE
  cd -- "$folder" || exit 1
  check_claim "$1"
  mkdir -p "releases/$3.part" releases/tmp.part || exit 1
  if [ -n "$2" ]; then
    rsync --files-from=- --from0 --perms --times "--link-dest=../$2" \
      "releases/$2/" "releases/$3.part/" || exit 1 # its own numbers mean other things
  fi
}

# Keeps the record that comes in, of so many bytes. It is newer than the files that it tells of.
keep_record() { # TOKEN RELEASE BYTES
  cd -- "$folder" || exit 1
  check_claim "$1"
  cat >"records/$2.part" || exit 1
  [ "$(wc -c <"records/$2.part")" -eq "$3" ] || exit 8
  mv -f "records/$2.part" "records/$2.json"
}

# Makes a release live where another one is, or where it is already: an answer may have been lost.
switch() { # TOKEN BASE RELEASE FILES
  cd -- "$folder" || exit 1
  check_claim "$1"
  live=$(readlink current) || live=''
  [ "$live" != "releases/$3" ] || exit 0
  [ "${live#releases/}" = "$2" ] || exit 4
  if [ ! -d "releases/$3" ]; then
    found=$(find "releases/$3.part" -type f | wc -l)
    [ "$found" -eq "$4" ] || exit 8
    mv "releases/$3.part" "releases/$3" || exit 1
  fi
  sync # what is live is on the disk, should the power fail
  rm -f current.next
  ln -s "releases/$3" current.next || exit 1
  check_claim "$1"
  exchange
  [ "$(readlink current)" = "releases/$3" ] || {
    echo 'the link "current" could not be exchanged' >&2
    exit 1
  }
}

# Renames the new link to the old one's name, which must not be followed: as GNU's tools do that, as
# BSD's do, and as Perl does.
exchange() {
  mv -fT current.next current 2>/dev/null || mv -fh current.next current 2>/dev/null ||
    perl -e 'rename "current.next", "current" or die "current: $!\n"'
}

# Removes these releases, and what was begun and never finished. What is removed by half is none.
remove() { # TOKEN RELEASE...
  cd -- "$folder" || exit 1
  check_claim "$1"
  shift
  for old in "$@"; do
    rm -f "records/$old.json" || exit 1
    [ ! -d "releases/$old" ] || mv "releases/$old" "releases/$old.part" || exit 1
  done
  rm -rf releases/*.part records/*.part deploying.*.over
}

"$command" "$@"
