"""What packages for npm are tried with: the Nodes and the npm that npm brings, and a registry that has only
our packages."""

import base64
import hashlib
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from machines import BUILD, CLEAN, SOURCE, check

TOOLS = SOURCE / "tests/packaging/node/node_modules"
NPM = TOOLS / "npm"
NODES = (18, 20, 22, 24)
NAME = "event-detector-observability"
OUT = BUILD / "packages/out"


def node(version):
    return TOOLS / f"node{version}/bin/node"


class Registry:
    """Answers as a registry of npm does, for the archives in a folder."""

    def __init__(self, folder):
        self.packages = {}
        for archive in folder.glob("*.tgz"):
            with tarfile.open(archive) as files:
                manifest = json.load(files.extractfile("package/package.json"))
            self.packages[manifest["name"]] = (manifest, archive)
        registry = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                registry.answer(self)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, request):
        name, _, archive = unquote(request.path).strip("/").partition("/-/")
        if name not in self.packages:
            request.send_error(404)
            return
        manifest, file = self.packages[name]
        body = file.read_bytes() if archive else json.dumps(self.describe(manifest, file)).encode()
        request.send_response(200)
        request.send_header("Content-Type", "application/octet-stream" if archive else "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)

    def describe(self, manifest, file):
        digest = base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        version = manifest["version"]
        dist = {"tarball": f"{self.url}/{manifest['name']}/-/{file.name}", "integrity": f"sha512-{digest}"}
        return {
            "name": manifest["name"],
            "dist-tags": {"latest": version},
            "versions": {version: {**manifest, "dist": dist}},
        }

    def install(self, folder, *flags, version=20):
        """Our package into a folder of this machine, by an npm whose PATH has Node and nothing else."""
        env = {**CLEAN, "PATH": str(node(version).parent), "HOME": str(folder), "npm_config_registry": self.url}
        check([node(version), NPM / "bin/npm-cli.js", "install", NAME, *flags], cwd=folder, env=env)

    def close(self):
        self.server.shutdown()
        self.server.server_close()
