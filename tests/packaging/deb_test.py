"""Builds the Debian packages and does with them what an operator does, in a fresh machine with systemd:
docs/install.md word by word, upgrade, removal, purge.
"""

import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from machines import BUILD, SOURCE, Machine, Postgres, check, free_port, make_package, wait_for

UNITS = ["edo-replicator.service", "edo-replicator-once.service", "edo-apply.service", "edo-serve.service"]
MOST_EXPOSED = 3.0


def commands_of_the_docs():
    text = (SOURCE / "docs/install.md").read_text()
    return re.search(r"```sh\n(.*?)```", text, re.DOTALL)[1].strip().splitlines()


class DebTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_package("deb")
        cls.packages = sorted((BUILD / "packages/out").glob("*.deb"))
        folder = tempfile.TemporaryDirectory(prefix="edo-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.machine = Machine(
            cls.folder / "root", packages=("dbus", "systemd", "systemd-sysv")
        )
        for package in cls.packages:
            (cls.machine.path / "root" / package.name).write_bytes(package.read_bytes())
        cls.machine.boot()
        cls.addClassCleanup(cls.machine.halt)
        cls.machine.run("apt-get", "update")
        cls.postgres = Postgres(
            cls.folder / "pg", BUILD / "packages/deb/source/debian/edo/usr/bin/edo-replicator"
        )
        cls.addClassCleanup(cls.postgres.stop)

    def state(self, unit):
        return check(
            [*self.machine.command, "systemctl", "show", "--property=ActiveState", "--value", unit]
        ).strip()

    def journal(self, unit):
        return self.machine.shell(f"journalctl --no-pager -u {unit} | tail -n 40")

    def wait_for_rows(self, count):
        try:
            wait_for(
                f"{count} invocations at the central database",
                lambda: int(self.postgres.sql(
                    "SELECT count(*) FROM event_detector_observability.invocations")) == count,
                60,
            )  # fmt: skip
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.journal('edo-replicator')}") from error

    # In the order of their names, since each goes on from where the last one ended.

    def test_1_four_commands_of_the_docs(self):
        commands = commands_of_the_docs()
        self.assertEqual(len(commands), 4)
        password = self.postgres.PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
        for command in commands:
            command = command.replace("db.example.com:5432", f"127.0.0.1:{self.postgres.port}")
            command = command.replace("PASSWORD", password)
            # A shell that reads the words as bash does, where echo leaves backslashes alone.
            self.machine.run("/bin/bash", "-ec", f"cd /root; {command}")
        self.assertEqual(self.state("edo-replicator"), "active")
        self.machine.shell("runuser -u edo -- edo demo --store /var/lib/edo/telemetry.db --invocations 20")
        self.wait_for_rows(20)

    def test_2_it_runs_as_its_user_within_its_limits(self):
        pid = self.machine.shell("systemctl show --property=MainPID --value edo-replicator").strip()
        status = self.machine.shell(f"cat /proc/{pid}/status")
        user = self.machine.shell("id -u edo").strip()
        self.assertEqual(re.search(r"^Uid:\t(.*)$", status, re.MULTILINE)[1].split(), [user] * 4)
        self.assertEqual(re.search(r"^CapEff:\t(.*)$", status, re.MULTILINE)[1], "0" * 16)
        self.assertEqual(re.search(r"^NoNewPrivs:\t(.*)$", status, re.MULTILINE)[1], "1")
        self.assertEqual(re.search(r"^Seccomp:\t(.*)$", status, re.MULTILINE)[1], "2")
        self.machine.shell("systemctl reload edo-replicator")
        wait_for("the reload", lambda: "replicator.toml again" in self.journal("edo-replicator"), 20)
        for unit in UNITS:
            limit = self.machine.shell(f"systemctl show --property=MemoryMax --value {unit}")
            self.assertTrue(limit.strip().isdigit(), f"{unit}: {limit}")

    def test_3_units_are_right_and_closed(self):
        check_units = " ".join([*UNITS, "edo-replicator-once.timer"])
        # Everything that is wrong is told, whatever the exit code.
        self.assertEqual(self.machine.shell(f"systemd-analyze verify --man=no {check_units} 2>&1"), "")
        for unit in UNITS:
            listing = self.machine.shell(f"systemd-analyze security --no-pager {unit}")
            exposure = float(re.search(r"Overall exposure level for \S+: ([0-9.]+)", listing)[1])
            print(f"{unit}: {exposure}")
            self.assertLessEqual(exposure, MOST_EXPOSED, listing)

    def test_4_the_other_services_start(self):
        self.machine.shell("echo EDO_ADMIN_SECRET=secret >/etc/edo/serve.env")
        port = free_port()
        self.machine.shell(f"""sed -i '/^#listen = /c listen = "127.0.0.1:{port}"' /etc/edo/serve.toml""")
        self.assertIn(f":{port}", self.machine.shell("cat /etc/edo/serve.toml"))
        self.machine.shell("systemctl start edo-apply edo-serve edo-replicator-once.timer edo-replicator-once")
        for unit in ("edo-apply", "edo-serve", "edo-replicator-once.timer"):
            self.assertEqual(self.state(unit), "active", self.journal(unit))
        # A pattern is what PCRE2 would compile to machine code, which the unit does not allow.
        for path, query in {
            "/healthz": None,
            "/v1/graphql": '{"query": "{ invocations(where: {source_function: {_regex: \\"^[a-z]\\"}}) { id } }"}',
        }.items():
            command = ["curl", "-sf", "-H", "x-hasura-admin-secret: secret", f"http://127.0.0.1:{port}{path}"]
            answer = check(command + (["-d", query] if query else []))
            self.assertNotIn("errors", answer)
            if query:
                self.assertEqual(answer.count('"id"'), 20)
        self.machine.shell("systemctl stop edo-apply edo-serve edo-replicator-once.timer")

    def test_5_files_are_where_and_whose_they_should_be(self):
        listed = self.machine.shell("stat -c '%n %U:%G %a' /etc/edo/* /var/lib/edo /var/lib/edo/*.db")
        for line in [
            "/etc/edo/pgpass edo:edo 600",
            "/etc/edo/replicator.toml root:edo 640",
            "/etc/edo/serve.toml root:edo 640",
            "/var/lib/edo edo:edo 750",
            "/var/lib/edo/telemetry.db edo:edo 600",
        ]:
            self.assertIn(line, listed.splitlines())
        files = self.machine.shell("dpkg -L edo").splitlines()
        for path in [
            "/usr/share/man/man1/edo.1.gz",
            "/usr/share/man/man1/edo-replicator.1.gz",
            "/usr/share/bash-completion/completions/edo.bash",
            "/usr/share/zsh/vendor-completions/_edo",
            "/usr/share/fish/vendor_completions.d/edo.fish",
        ]:
            self.assertIn(path, files)
        self.assertNotIn("not found", self.machine.shell("ldd /usr/bin/edo /usr/bin/edo-replicator"))

    def test_6_an_upgrade_keeps_what_was_changed_and_restarts_what_runs(self):
        before = self.machine.shell("systemctl show --property=MainPID --value edo-replicator")
        self.machine.shell("echo '# mine' >>/etc/edo/replicator.toml; chmod 0600 /etc/edo/serve.toml")
        self.machine.shell("cp /etc/edo/pgpass /root/pgpass.before")
        # The same version again is what an upgrade is to the scripts: configure with an old version.
        newer = self.repacked("0.1.1")
        self.machine.shell(f"apt-get install --yes /root/{newer}")
        self.assertIn("0.1.1", self.machine.shell("dpkg-query -W edo"))
        self.assertIn("# mine", self.machine.shell("cat /etc/edo/replicator.toml"))
        self.assertEqual(self.machine.shell("stat -c %a /etc/edo/serve.toml").strip(), "600")
        self.machine.shell("cmp /etc/edo/pgpass /root/pgpass.before")
        self.assertEqual(self.state("edo-replicator"), "active", self.journal("edo-replicator"))
        self.assertNotEqual(
            self.machine.shell("systemctl show --property=MainPID --value edo-replicator"), before
        )
        self.machine.shell("runuser -u edo -- edo demo --store /var/lib/edo/more.db --invocations 5")
        self.wait_for_rows(25)

    def repacked(self, version):
        package = next(path for path in self.packages if path.name.startswith("edo_"))
        tree = self.folder / "repacked"
        check(["dpkg-deb", "--raw-extract", package, tree])
        control = tree / "DEBIAN/control"
        control.write_text(re.sub(r"(?m)^Version: .*$", f"Version: {version}", control.read_text()))
        name = f"edo_{version}_newer.deb"
        check(["dpkg-deb", "--build", "--root-owner-group", tree, self.machine.path / "root" / name])
        return name

    def test_7_removal_keeps_configuration_and_purge_keeps_stores(self):
        self.machine.shell("apt-get remove --yes edo")
        self.assertEqual(self.state("edo-replicator"), "inactive")
        self.machine.shell("test -e /etc/edo/replicator.toml -a -e /var/lib/edo/telemetry.db -a ! -e /usr/bin/edo")
        told = self.machine.shell("apt-get purge --yes edo")
        self.assertIn("the stores in /var/lib/edo stay", told)
        self.machine.shell("test ! -e /etc/edo -a -e /var/lib/edo/telemetry.db")
        left = self.machine.shell("find / -xdev -iname '*edo*' -not -path '/proc/*' -not -path '/root/*' "
                                  "-not -path '/var/lib/edo*' -not -path '/usr/share/*/torpedo*'")  # fmt: skip
        left = [path for path in left.split() if re.search(r"/_?(edo|libedo)\b", path)]
        self.assertEqual(left, [])

    def test_8_a_purge_without_stores_leaves_nothing(self):
        package = next(path.name for path in self.packages if path.name.startswith("edo_"))
        self.machine.shell("rm -rf /var/lib/edo")
        self.machine.shell(f"apt-get install --yes /root/{package} && apt-get purge --yes edo")
        self.machine.shell("test ! -e /etc/edo -a ! -e /var/lib/edo")

    def test_9_a_host_is_built_with_the_development_package(self):
        names = [path.name for path in self.packages if path.name.startswith("libedo")]
        self.machine.shell(
            f"apt-get install --yes --no-install-recommends {' '.join('/root/' + name for name in names)} "
            "gcc libc6-dev pkg-config"
        )
        host = (SOURCE / "examples/c_host.c").read_bytes()
        (self.machine.path / "root/host.c").write_bytes(host)
        self.machine.shell(
            "cd /root && gcc -std=c11 host.c $(pkg-config --cflags --libs edo) -o host && "
            "./host '{\"store\": \"/root/host.db\"}' && test -s /root/host.db"
        )
