# A machine of a test's own, within this one: its own /etc, /opt, /run, /var, processes and services; at the end
# nothing is left. Runs a script, and then another where systemd is the first process, on a network where nothing is
# but this machine itself.
set -euo pipefail
mount --make-rprivate /
room=$(mktemp -d)
mount -t tmpfs tmpfs "$room"
for kept in /etc /usr/local/bin; do
  mkdir -p "$room$kept"
  cp -a "$kept/." "$room$kept/"
  mount --bind "$room$kept" "$kept"
done
for empty in /opt /srv /var/backups /var/lib /var/log /var/spool; do
  mkdir -p "$room$empty"
  mount --bind "$room$empty" "$empty"
done
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir -p /var/lib/nginx /var/log/nginx /var/lib/dpkg
bash -euo pipefail "$1" 2>&1

# of this machine's services none begins by itself, and nothing sets the kernel or the disks that are not the room's
units=/etc/systemd/system
rm -rf "$units"/*.wants
for wanted in /usr/lib/systemd/system/{sysinit,basic,local-fs,sockets,timers}.target.wants/*; do
  case "$wanted" in */systemd-journald*) ;; *) ln -sf /dev/null "$units/${wanted##*/}" ;; esac
done
# as Debian's package does: a cluster where there is none
mkdir -p /var/lib/postgresql /var/log/postgresql /run/postgresql
chown postgres: /var/lib/postgresql /var/log/postgresql /run/postgresql
rm -rf /etc/postgresql/*
version=$(ls /usr/lib/postgresql | sort -V | tail -n 1)
env -u LC_MESSAGES pg_createcluster "$version" main --port 5432 --locale C.UTF-8 -- --no-sync >/dev/null

cat > "$room/machine.sh" <<'FIN'
umount -R -l /sys/fs/cgroup || true
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i PATH="$PATH" container=lxc /usr/lib/systemd/systemd --system --unit=basic.target --log-target=journal --show-status=no
FIN
# a group of its own at the root of the processes' tree: systemd rules what is below it
tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$tree" ] || { echo "no cgroup2 is mounted here: systemd cannot rule processes"; exit 1; }
group=$tree/acquis-${room##*/}
mkdir "$group"
leave() {
  echo 1 > "$group/cgroup.kill"
  for _ in $(seq 50); do
    find "$group" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.1
  done
}
trap leave EXIT
(
  echo "$BASHPID" > "$group/cgroup.procs"
  exec unshare --cgroup --net --pid --fork --kill-child --mount-proc bash "$room/machine.sh" </dev/null
) &
outer=$!
disown "$outer"
until first=$(pgrep -P "$outer") && nsenter -t "$first" -a systemctl is-active -q basic.target 2>/dev/null; do
  kill -0 "$outer"
  sleep 0.2
done
nsenter -t "$first" -a bash -euo pipefail -c '
  ip link set lo up; export HOME=$(mktemp -d -p /srv); cd /; . "$1"' private "$2" 2>&1
