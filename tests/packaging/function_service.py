"""Runs a function as AWS Lambda does: AWS's own runtime client in a root that is read-only but for a small
/tmp, against a runtime API of ours; between invocations everything in it is stopped."""

import json
import os
import queue
import signal
import subprocess
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from machines import CLEAN, check, wait_for
from npm import NPM, TOOLS, node

CLIENT = TOOLS / "aws-lambda-ric"

# What Lambda's documentation calls the sandbox's file system.
ENTER = """
  mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && mount -t proc proc "$1/proc"
  mount --bind "$2" "$1/tmp"
  shift; shift
  exec "$@"
"""


def build_client():
    """npm's package brings the client's sources; its headers of Node come with the Node."""
    if (CLIENT / "rapid-client.node").exists():
        return
    env = {**os.environ, "PATH": f"{node(22).parent}:{os.environ['PATH']}", "npm_config_nodedir": str(TOOLS / "node22")}
    check([node(22), NPM / "bin/npm-cli.js", "rebuild", "aws-lambda-ric"], cwd=TOOLS.parent, env=env)


class RuntimeApi:
    """https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html"""

    def __init__(self):
        self.waiting = queue.Queue()
        self.answers = {}
        self.answered = threading.Condition()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                api.give_next(self)

            def do_POST(self):
                api.take_answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def give_next(self, request):
        name, body = self.waiting.get()
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.send_header("Lambda-Runtime-Aws-Request-Id", name)
        request.send_header("Lambda-Runtime-Deadline-Ms", "4102444800000")
        request.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:local:0:function:orders")
        request.end_headers()
        request.wfile.write(body)

    def take_answer(self, request):
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        request.send_response(202)
        request.send_header("Content-Length", "0")
        request.end_headers()
        _, _, name, kind = request.path.rsplit("/", 3)
        with self.answered:
            self.answers[name] = (kind, body)
            self.answered.notify_all()

    def post(self, event):
        name = str(uuid.uuid4())
        self.waiting.put((name, json.dumps(event).encode()))
        return name

    def answer_to(self, name, is_running, seconds=60):
        """The kind of the answer and its text; None if none comes."""
        end = time.monotonic() + seconds
        with self.answered:
            while is_running() and time.monotonic() < end:
                if found := self.answers.get(name) or self.answers.get("init"):
                    return found
                self.answered.wait(0.1)
        return None

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class SmallFolder:
    """512 MB, as Lambda gives it."""

    def __init__(self, path):
        self.path = Path(path)
        self.path.mkdir(parents=True)
        check(["mount", "-t", "tmpfs", "-o", "size=512m,mode=1777", "tmpfs", self.path])

    def close(self):
        check(["umount", self.path])


class Sandbox:
    """`root` has the function in /var/task and this Node in /opt/node22 or so."""

    def __init__(self, root, temporary, version, handler, **environment):
        self.api = RuntimeApi()
        self.log = Path(f"{temporary.path}.log")
        env = {
            **CLEAN,
            "AWS_LAMBDA_RUNTIME_API": self.api.address,
            "AWS_LAMBDA_FUNCTION_NAME": "orders",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/orders",
            "AWS_LAMBDA_LOG_STREAM_NAME": "1",
            "LAMBDA_TASK_ROOT": "/var/task",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "_HANDLER": handler,
            "TZ": ":UTC",
            **environment,
        }
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                ["unshare", "--mount", "--pid", "--fork", "--kill-child", "/bin/sh", "-ec", ENTER, "sh", root.path,
                 temporary.path, "chroot", root.path, f"/opt/node{version}", "/var/runtime/aws-lambda-ric/index.mjs"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=env,
            )  # fmt: skip

    def invoke(self, event):
        answer = self.api.answer_to(self.api.post(event), lambda: self.process.poll() is None)
        if answer is None or answer[0] != "response":
            raise AssertionError(f"the function gave {answer}:\n{self.log.read_text()}")
        return json.loads(answer[1])

    @property
    def leader(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return int(children.split()[0])

    def state(self):
        return Path(f"/proc/{self.leader}/stat").read_text().rpartition(")")[2].split()[0]

    def freeze(self):
        os.kill(self.leader, signal.SIGSTOP)
        wait_for("the sandbox to stop", lambda: self.state() == "T", every=0.01)

    def thaw(self):
        os.kill(self.leader, signal.SIGCONT)

    def kill(self):
        os.kill(self.leader, signal.SIGKILL)
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.kill()
        self.api.close()
