"""Roots of Debian in which packages are tried: as a folder for chroot, or booted with systemd.

A root is made once from a mirror of Debian and kept as an archive under the build folder, since that takes
a minute; each test unpacks a fresh one.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

CLEAN = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LC_ALL": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
}
SOURCE = Path(__file__).resolve().parents[2]
# Where packages and roots are kept; run.py says so.
BUILD = Path(os.environ.get("EDO_BUILD", SOURCE / "build"))


def check(command, **options):
    """Runs a command and returns what it wrote; what fails is told with all that it wrote."""
    result = subprocess.run(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
        **options,
    )
    if result.returncode != 0:
        raise AssertionError(f"{command} ended with {result.returncode}:\n{result.stdout[-6000:]}")
    return result.stdout


def wait_for(what, condition, seconds=120, every=0.2):
    """Waits until condition() is true, and returns what it gave."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"gave up waiting after {seconds} s: {what}")
        time.sleep(every)
    return found


def free_port():
    """A port of this machine that nobody listens on; the machines share its network."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def mirror():
    """Where this machine has its packages from."""
    lists = check(
        ["apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)", "Created-By: Packages"]
    )
    own = next(
        line.split("=")[1].strip('"')
        for line in Path("/etc/os-release").read_text().splitlines()
        if line.startswith("VERSION_CODENAME=")
    )
    return next(line.split()[0] for line in lists.splitlines() if line.split()[1] == own), own


def make_package(*words):
    """Makes packages as ./dev package does, but compiled as ./dev build does."""
    check(
        [SOURCE / "packaging/package", *words], env={**os.environ, "QUICK": "1", "BUILD_DIR": str(BUILD)}
    )


def newest_glibc(program, objdump="objdump"):
    """The newest version of the C library's functions that a program or a library asks for, as numbers."""
    versions = re.findall(r"GLIBC_([0-9]+)\.([0-9]+)", check([objdump, "-T", program]))
    return max((int(major), int(minor)) for major, minor in versions)


class Root:
    """A fresh Debian in a folder."""

    def __init__(self, folder, suite=None, packages=()):
        uri, own = mirror()
        suite = suite or own
        kept = BUILD / "packages/roots" / f"{'-'.join([suite, *packages])}.tar"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            making = kept.with_suffix(".making.tar")
            included = [f"--include={','.join(packages)}"] if packages else []
            check(["mmdebstrap", "--variant=minbase", *included, suite, making, uri])
            making.rename(kept)
        self.path = Path(folder)
        self.path.mkdir(parents=True)
        check(["tar", "--extract", "--file", kept, "--directory", self.path, "--exclude=./dev/*"])
        for name in ("hosts", "resolv.conf"):
            shutil.copyfile(f"/etc/{name}", self.path / "etc" / name)
        self.command = [
            "unshare", "--mount", "--pid", "--fork", "--kill-child", f"--mount-proc={self.path}/proc",
            "chroot", self.path,
        ]  # fmt: skip
        for name in ("null", "zero", "full", "random", "urandom", "tty"):
            device = os.stat(f"/dev/{name}").st_rdev
            os.mknod(self.path / "dev" / name, 0o20666, device)
            os.chmod(self.path / "dev" / name, 0o666)

    def run(self, *command):
        return check([*self.command, *command], env=CLEAN)

    def shell(self, line):
        return self.run("/bin/sh", "-ec", line)


class Machine(Root):
    """The same, with systemd running in it. Its network is this machine's."""

    def boot(self):
        log = self.path.parent / "boot.log"
        self.nspawn = subprocess.Popen(
            ["systemd-nspawn", "--keep-unit", "--register=no", "--quiet", "--console=pipe",
             f"--directory={self.path}", "--boot"],
            stdin=subprocess.DEVNULL,
            stdout=os.open(log, os.O_WRONLY | os.O_CREAT),
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            self.leader = wait_for("systemd as process 1", self.find_leader, 60)
            self.command = [
                "nsenter", f"--target={self.leader}", "--mount", "--uts", "--ipc", "--net", "--pid", "--root",
                "--wd",
            ]  # fmt: skip
            wait_for("the end of booting", self.is_up, 120)
        except AssertionError:
            self.halt()
            raise

    def find_leader(self):
        if self.nspawn.poll() is not None:
            raise AssertionError((self.path.parent / "boot.log").read_text())
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(
                    line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line
                )
                is_first = fields["NSpid"].split()[1:] == ["1"]
                if is_first and int(fields["PPid"]) == self.nspawn.pid:
                    return int(fields["Pid"])
            except (OSError, ValueError, KeyError):
                continue
        return None

    def is_up(self):
        result = subprocess.run(
            [*self.command, "systemctl", "is-system-running"], capture_output=True, text=True, check=False
        )
        return result.stdout.strip() in ("running", "degraded")

    def halt(self):
        # To systemd-nspawn: power off.
        self.nspawn.send_signal(signal.SIGTERM)
        try:
            self.nspawn.wait(60)
        except subprocess.TimeoutExpired:
            self.nspawn.kill()
            self.nspawn.wait()


class Postgres:
    """A private server with a database "telemetry" whose tables are there, and a login "edge" that takes
    a password."""

    PASSWORD = "not: so\\simple"

    def __init__(self, folder, replicator):
        self.folder = Path(folder)
        self.server = subprocess.Popen([SOURCE / "tests/support/private-postgres", self.folder])
        wait_for("PostgreSQL", lambda: (self.folder / "url").exists() and (self.folder / "port").read_text())
        self.port = (self.folder / "port").read_text().strip()
        self.url = (self.folder / "url").read_text().strip()
        self.sql("CREATE DATABASE telemetry")
        self.url = self.url.rpartition("/")[0] + "/telemetry"
        check([replicator, "migrate", "--to", self.url, "--roles"])
        quoted = self.PASSWORD.replace("'", "''")
        self.sql(f"CREATE ROLE edge LOGIN PASSWORD '{quoted}' IN ROLE edo_applier, edo_edge, edo_reader")
        rules = self.folder / "data/pg_hba.conf"
        rules.write_text("host all edge all scram-sha-256\n" + rules.read_text())
        self.sql("SELECT pg_reload_conf()")

    def sql(self, statement):
        return check(["psql", "--no-psqlrc", "-Atq", "-d", self.url, "-c", statement]).strip()

    def stop(self):
        self.server.terminate()
        self.server.wait()
