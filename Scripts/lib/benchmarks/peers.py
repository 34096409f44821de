"""Other SDKs with the same cases: builds what Benchmarks/Peers/fetch has brought, and says what is missing."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from programs import PACKAGE, Bench, Failure, run

SOURCES = PACKAGE / "Peers"
FETCHED = SOURCES / ".build"
BUILT = FETCHED / "bin"
DEBIAN = FETCHED / "debian"
LIBRARIES = DEBIAN / "usr/lib/x86_64-linux-gnu"


class Missing(Exception):
    """Why a peer is left out."""


@dataclass
class Peer:
    """A program that answers to version, list, time CASE, flood and steady."""

    name: str
    command: list
    # Counts instructions and allocations of a case, or returns (None, None).
    count: object = lambda case: (None, None)
    version: str = ""
    cases: list = field(default_factory=list)

    def __post_init__(self):
        self.version = run(*self.command, "version").strip()
        self.cases = run(*self.command, "list").split()

    def time(self, case, url):
        """Nanoseconds a call: (minimum, median). `url` is a receiver for SDKs that cannot discard."""
        text = run(*self.command, "time", case, env={**os.environ, "PEER_SINK": url})
        result = json.loads(text.strip().splitlines()[-1])
        return result["ns_min"], result["ns_median"]


def need(path):
    if not path.exists():
        raise Missing(f"{path.relative_to(PACKAGE.parent)} is not there; Benchmarks/Peers/fetch brings it")
    return path


def build(what, *command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False, **options)
    if done.returncode != 0:
        raise Missing(f"{what} does not build:\n{done.stdout}{done.stderr}")


def cpp():
    """With Swift's clang and Debian's headers and libraries, which need a C library newer than this machine's."""
    need(DEBIAN / "usr/include/opentelemetry")
    gcc = max((DEBIAN / "usr/lib/gcc/x86_64-linux-gnu").iterdir(), key=lambda path: int(path.name))
    compiler = Path(shutil.which("swift") or "").resolve().with_name("clang")
    if not compiler.exists():
        raise Missing("there is no clang beside swift")
    include = f"-I{PACKAGE / 'Sources/CBench/include'}"
    objects = [BUILT / f"{name}.o" for name in ("allocations", "collect")]
    for built in objects:
        build("C++", compiler, "-O2", "-c", include, PACKAGE / f"Sources/CBench/{built.stem}.c", "-o", built)
    libraries = ["exporter_otlp_http", "trace", "metrics", "common", "resources", "version"]
    linker = [
        "-fuse-ld=lld",
        "-Wl,--allow-shlib-undefined",
        "-Wl,--disable-new-dtags",
        f"-Wl,-rpath,{LIBRARIES}",
        f"-Wl,--dynamic-linker={LIBRARIES / 'ld-linux-x86-64.so.2'}",
        *(f"-lopentelemetry_{library}" for library in libraries),
    ]
    options = ["--driver-mode=g++", "-std=c++17", "-O2", "-DNDEBUG", f"--sysroot={DEBIAN}", f"--gcc-install-dir={gcc}"]
    program = BUILT / "cpp"
    build("C++", compiler, *options, include, SOURCES / "cpp/main.cpp", *objects, *linker, "-o", program)
    return Peer("C++", [program], count=Bench(program).count)


def go():
    """In GOPATH mode, against the library sources that Debian packages."""
    need(DEBIAN / "usr/share/gocode/src/go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp")
    need(DEBIAN / "usr/share/gocode/src/go.opentelemetry.io/otel/sdk/metric")
    root = need(DEBIAN / "usr/lib/go").resolve()
    workspace = FETCHED / "go"
    package = workspace / "src/peer"
    package.mkdir(parents=True, exist_ok=True)
    for source in (SOURCES / "go").glob("*.go"):
        shutil.copy(source, package)
    environment = {
        **os.environ,
        "GOROOT": str(root),
        "GOPATH": f"{workspace}:{DEBIAN / 'usr/share/gocode'}",
        "GOCACHE": str(workspace / "cache"),
        "GO111MODULE": "off",
        "GOTOOLCHAIN": "local",
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    program = BUILT / "go"
    build("Go", root / "bin/go", "build", "-o", program, ".", cwd=package, env=environment)
    return Peer("Go", [program], count=lambda case: (None, json.loads(run(program, "count", case))["allocations"]))


def python():
    return Peer("Python", [need(FETCHED / "python/bin/python"), SOURCES / "python/peer.py"])


def pytracingx():
    program = SOURCES / "python/pytracingx_peer.py"
    return Peer("pytracingx", [need(FETCHED / "pytracingx/bin/python"), program])


def available(say):
    """The peers that build here; `say` gets a line for each that does not."""
    BUILT.mkdir(parents=True, exist_ok=True)
    found = []
    for make in (cpp, go, python, pytracingx):
        try:
            found.append(make())
        except (Missing, Failure) as problem:
            say(f"{make.__name__} is left out: {problem}")
    return found
