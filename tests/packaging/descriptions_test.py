"""Man pages and completions name every command and every option that --help names, and shells take
the completions.

usage: descriptions_test.py PROGRAM FOLDER_OF_DESCRIPTIONS
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PROGRAM, FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
NAME = PROGRAM.name


def output(*command, **options):
    result = subprocess.run(
        list(map(str, command)), capture_output=True, text=True, check=False, timeout=60, **options
    )
    if result.returncode != 0 or result.stderr:
        raise AssertionError(f"{command} ended with {result.returncode}: {result.stderr}")
    return result.stdout


def commands():
    listed = re.findall(r"^  ([a-z]+) {2,}\S", output(PROGRAM, "--help"), re.MULTILINE)
    return [name for name in listed if not name.startswith("-")]


def options(command):
    text = output(PROGRAM, command, "--help")
    lines = re.findall(r"^  (-\S+(?:,-\S+)*)", text, re.MULTILINE)
    return [name for line in lines for name in line.split(",")]


class DescriptionsTest(unittest.TestCase):
    def test_the_help_is_understood(self):
        self.assertIn({"edo": "serve", "edo-replicator": "apply"}[NAME], commands())
        for command in commands():
            self.assertIn("--help", options(command))
            self.assertIn("--config", options(command))

    def test_the_manual_has_everything(self):
        text = (FOLDER / f"{NAME}.1").read_text().replace("\\-", "-")
        for command in commands():
            section = text.split(f".SS {NAME} {command}\n")[1].split("\n.SS ")[0]
            for option in options(command):
                self.assertIn(f"\\fB{option}\\fR", section, command)

    def test_the_manual_is_good_roff(self):
        page = FOLDER / f"{NAME}.1"
        if not shutil.which("groff"):
            self.skipTest("there is no groff")
        self.assertEqual(output("groff", "-man", "-Tascii", "-ww", "-z", page), "")
        printed = re.sub(".\x08", "", output("groff", "-man", "-Tascii", page))
        for command in commands():
            self.assertTrue(re.search(rf"^   {NAME} {command}$", printed, re.MULTILINE), command)

    def test_bash_offers_commands_and_options(self):
        script = FOLDER / f"{NAME}.bash"
        function = "_" + NAME.replace("-", "_")

        def complete(*words):
            return output(
                "bash", "-uc",
                f'. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); {function}; '
                'printf "%s\\n" ${COMPREPLY[@]+"${COMPREPLY[@]}"}',
                "-", script, NAME, *words,
            ).split()  # fmt: skip

        self.assertEqual(
            sorted(complete("")), sorted([*commands(), "-h", "--help", "--version"])
        )
        for command in commands():
            self.assertEqual(sorted(complete(command, "-")), sorted(options(command)), command)
        if NAME == "edo-replicator":
            self.assertEqual(complete("run", "--via", ""), ["direct", "inbox"])
            self.assertEqual(complete("run", "--via", "=", "in"), ["inbox"])
            self.assertEqual(complete("run", "--interval", ""), [])
        else:
            self.assertEqual(complete("ls", "ev"), ["events"])
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a b.db").touch()
            self.assertEqual(
                complete(commands()[1], "--config", folder + "/a"), [folder + "/a", "b.db"]
            )

    def check_shell(self, shell, name, *arguments):
        text = (FOLDER / name).read_text()
        for command in commands():
            self.assertIn(command, text)
            for option in options(command):
                self.assertIn(option if shell == "zsh" else option.lstrip("-"), text)
        if not shutil.which(shell):
            self.skipTest(f"there is no {shell}, so only the names were looked for")
        output(shell, *arguments, FOLDER / name)

    def test_zsh_understands_its_file(self):
        self.check_shell("zsh", "_" + NAME, "-n")

    def test_fish_understands_its_file(self):
        self.check_shell("fish", NAME + ".fish", "--no-execute")


unittest.main(argv=["descriptions_test.py"], verbosity=2)
