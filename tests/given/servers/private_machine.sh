# A machine of a test's own, within this one: its own /etc, /opt, /run, /var and first process; at the end nothing is left.
# Runs a script, and then another on a network where nothing is but this machine itself.
set -euo pipefail
mount --make-rprivate /
room=$(mktemp -d)
mount -t tmpfs tmpfs "$room"
for kept in /etc /usr/local/bin; do
  mkdir -p "$room$kept"
  cp -a "$kept/." "$room$kept/"
  mount --bind "$room$kept" "$kept"
done
for empty in /opt /run /srv /var/backups /var/lib /var/log /var/spool; do
  mkdir -p "$room$empty"
  mount --bind "$room$empty" "$empty"
done
mkdir -p /var/lib/nginx /var/log/nginx
bash -euo pipefail "$1" 2>&1
unshare --net bash -euo pipefail -c 'ip link set lo up; export HOME=$(mktemp -d -p /srv); cd /; . "$1"' private "$2" 2>&1
