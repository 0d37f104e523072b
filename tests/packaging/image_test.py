"""Builds the image and runs what is in it as a container would: as its user, on a read-only root.
"""

import json
import os
import signal
import subprocess
import tarfile
import tempfile
import unittest
from pathlib import Path

from machines import BUILD, SOURCE, Postgres, check, free_port, make_package, wait_for

class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        make_package("image")
        folder = tempfile.TemporaryDirectory(prefix="edo-", dir="/var/tmp")
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        cls.folder.chmod(0o755)
        cls.root = cls.folder / "root"
        cls.root.mkdir()
        archive = next((BUILD / "packages/out").glob("edo-image-*.tar"))
        with tarfile.open(archive) as image:
            manifest = json.load(image.extractfile("manifest.json"))[0]
            cls.config = json.load(image.extractfile(manifest["Config"]))["config"]
            image.extractall(cls.folder / "layers")
        # What podman and docker do with layers; none of ours deletes anything.
        for layer in manifest["Layers"]:
            check(["tar", "--extract", "--file", cls.folder / "layers" / layer, "--directory", cls.root])
        cls.postgres = Postgres(cls.folder / "pg", cls.root / "usr/bin/edo-replicator")
        cls.addClassCleanup(cls.postgres.stop)

    def container(self, *command, **environment):
        """The command line that runs something as the image says: its user, its variables, read-only
        but for the volume."""
        user, group = self.config["User"].split(":")
        variables = [*self.config["Env"], *(f"{name}={value}" for name, value in environment.items())]
        volume = self.folder / "volume"
        if not volume.exists():
            volume.mkdir()
            os.chown(volume, int(user), int(group))
        mounts = (
            'mount --bind "$1" "$1" && mount --bind "$2" "$1/var/lib/edo" && mount -t proc proc "$1/proc" && '
            'mount -o bind,remount,ro "$1" && root=$1 && shift 2 && '
            f'exec chroot --userspec={user}:{group} --groups="" "$root" env -i "$@"'
        )
        return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", mounts, "-", self.root,
                volume, *variables, *command]  # fmt: skip

    def test_1_it_says_how_it_wants_to_be_run(self):
        self.assertEqual(self.config["User"], "10001:10001")
        self.assertEqual(list(self.config["Volumes"]), ["/var/lib/edo"])
        self.assertEqual(self.config["Healthcheck"]["Test"], ["CMD", "/usr/lib/edo/health"])
        self.assertIn("Inspect and manage", check(self.container(*self.config["Cmd"])))

    def test_2_it_is_not_root_and_its_root_is_read_only(self):
        self.assertEqual(check(self.container("id", "-u")).strip(), "10001")
        result = subprocess.run(
            list(map(str, self.container("touch", "/etc/x"))), capture_output=True, text=True, check=False
        )
        self.assertIn("Read-only file system", result.stderr)

    def test_3_both_programs_work_and_are_well(self):
        port = free_port()
        health = self.container("/usr/lib/edo/health", EDO_HEALTH_PORT=port)
        self.assertEqual(subprocess.run(list(map(str, health)), check=False).returncode, 1)
        url = f"postgresql://edge@127.0.0.1:{self.postgres.port}/telemetry"
        check(self.container("edo", "demo", "--invocations", "12"))
        for words in [
            ["edo", "serve", "--listen", f"0.0.0.0:{port}"],
            ["edo-replicator", "run", "--store", "/var/lib/edo", "--to", url, "--metrics", f"0.0.0.0:{port}"],
        ]:
            program = subprocess.Popen(
                list(map(str, self.container(*words, EDO_ADMIN_SECRET="s", PGPASSWORD=self.postgres.PASSWORD)))
            )
            try:
                wait_for(
                    f"{words[0]} to be well",
                    lambda: subprocess.run(list(map(str, health)), check=False).returncode == 0,
                    30,
                )
                if words[0] == "edo-replicator":
                    wait_for("rows", lambda: self.postgres.sql(
                        "SELECT count(*) FROM event_detector_observability.invocations") == "12", 30)  # fmt: skip
            finally:
                # unshare passes no signals on, so the program itself gets it, as process 1 of a container.
                children = Path(f"/proc/{program.pid}/task/{program.pid}/children").read_text()
                for child in children.split():
                    os.kill(int(child), signal.SIGTERM)
                self.assertEqual(program.wait(30), 0)
