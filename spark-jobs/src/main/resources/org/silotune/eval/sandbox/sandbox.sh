# The inside of a sandbox, run by sh as root of new user, pid, net, ipc, uts and mount namespaces.
# Arguments: mount point, folder of the program, MiB of its files, what is bound read-only (one a
# word), then the limits for prlimit, seconds for timeout, and two command lines: build and run.
set -eu
root=$1 in=$2 files=$3 bound=$4 limits=$5 seconds=$6 build=$7 run=$8

mount -t tmpfs -o size=1m,mode=755,nosuid,nodev tmpfs "$root"
mkdir "$root/proc" "$root/dev" "$root/box" "$root/in" "$root/old"
ln -s box/.tmp "$root/tmp" # a folder of its own: go takes no program in the one for temporary files
for place in $bound; do
  [ -e "$place" ] || continue
  mkdir -p "$root${place%/*}"
  if [ -L "$place" ]; then
    ln -s "$(readlink "$place")" "$root$place"
    continue
  fi
  if [ -d "$place" ]; then mkdir -p "$root$place"; else : > "$root$place"; fi
  mount --rbind "$place" "$root$place"
done
mount --rbind "$in" "$root/in"
while read -r _ _ _ _ place _; do
  case $place in "$root"/*) mount -o remount,bind,ro,nosuid,nodev "$place" ;; esac
done < /proc/self/mountinfo
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t tmpfs -o "size=${files}m,nr_inodes=16384,mode=700,nosuid,nodev" tmpfs "$root/box"
mount -t proc proc "$root/proc"
cd "$root"
pivot_root . old
umount -l /old
rmdir /old
mount -o remount,bind,ro,nosuid,nodev /
mkdir /box/.tmp
cp -r /in/. /box/
cd /box
ulimit -c 0
# One more user namespace, where the program is nobody in particular; no other can be made beside it
# or in it. The first line says what the inside is, before anything of the program runs.
echo 1 > /proc/sys/user/max_user_namespaces
# shellcheck disable=SC2016 # expanded inside
inside='
echo "silotune-sandbox $(readlink /proc/self/ns/user) $(readlink /proc/self/ns/pid)" \
  "$(readlink /proc/self/ns/net) $(readlink /proc/self/ns/mnt) $(id -u)"
if [ -n "$1" ]; then
  # Of what a build says the end is shown, and only where it fails.
  said=$({ eval "$1" 2>&1 && echo && echo silotune-built; } | tail -c 16384)
  case $said in
    *silotune-built) ;;
    *) printf "%s\n" "$said"; exit 1 ;;
  esac
fi
echo silotune-built
eval "$2"'
set +e
# shellcheck disable=SC2086 # the limits are words
unshare --user --map-user=1000 --map-group=1000 \
  setpriv --no-new-privs prlimit $limits timeout --signal=KILL "$seconds" \
  sh -c "$inside" sandbox "$build" "$run" < /dev/null
exit $?
