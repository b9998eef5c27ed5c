"""Make the virtual environment and install the project in it: ``python tools/bootstrap.py demo|test|dev``.

Needs the standard library alone. Asked again it only compares a stamp, which holds what the last
installation was made from. Whatever goes wrong ends in one line that says what to do.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

OLDEST = (3, 11)
if sys.version_info < OLDEST:  # before the annotations below, which an older Python cannot evaluate
    for minor in range(30, OLDEST[1] - 1, -1):
        newer = shutil.which(f"python3.{minor}")
        # A version manager puts commands on the path that only say that their version is not chosen.
        if newer and subprocess.call([newer, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
            os.execv(newer, [newer, *sys.argv])
    sys.exit(
        f"nexus_commerce needs Python {OLDEST[0]}.{OLDEST[1]} or newer and this is {sys.version.split()[0]}. "
        "Install one, or name it: make PYTHON=/path/to/python3.12"
    )

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1_000_000
# What pip is asked for, and the room that it takes on the disk while it unpacks.
PURPOSES = {
    "demo": (["--editable", f"{ROOT}[demo]"], 500 * MEGABYTE),
    "test": (["--editable", f"{ROOT}[test]", "--group", f"{ROOT}/pyproject.toml:types"], 800 * MEGABYTE),
    "dev": (["--editable", f"{ROOT}[test]", "--group", f"{ROOT}/pyproject.toml:dev"], 900 * MEGABYTE),
}
NO_NETWORK = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "NameResolutionError",
    "ProxyError",
    "Could not fetch URL",
    "SSLError",
)


class Refusal(Exception):
    """One line for the person who asked, instead of a traceback."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in PURPOSES:
        print(f"usage: bootstrap.py {'|'.join(PURPOSES)}", file=sys.stderr)
        return 2
    environment = Path(os.environ.get("NEXUS_VENV") or ROOT / ".venv").absolute()
    try:
        prepare(environment, arguments[0])
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"The environment {environment} cannot be written: {explain(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run goes on from here.", file=sys.stderr)
        return 130
    return 0


def prepare(environment: Path, purpose: str) -> None:
    """Bring the environment to what the purpose needs; do nothing when it is there already."""
    if not runs(environment):
        demand_room(environment, purpose)
        create(environment)
    stamp = environment / f"nexus-{purpose}.stamp"
    wanted = fingerprint(environment)
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return
    demand_room(environment, purpose)
    install(environment, purpose)
    stamp.write_text(wanted, encoding="utf-8")


def python_of(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def runs(environment: Path) -> bool:
    """Tell whether the environment holds a working Python of a supported version."""
    python = python_of(environment)
    if not python.exists():
        return False
    command = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    if found.returncode:
        return False
    version = tuple(int(part) for part in found.stdout.split())
    if version < OLDEST:
        raise Refusal(
            f"{environment} holds Python {version[0]}.{version[1]}; 3.11 or newer is needed. "
            "Delete that folder, or name another: make VENV=/another/folder"
        )
    return True


def create(environment: Path) -> None:
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        raise Refusal(
            f"{sys.executable} cannot make virtual environments. "
            "On Debian and Ubuntu: apt-get install python3-venv; elsewhere install Python with venv and pip."
        )
    if environment.exists() and any(environment.iterdir()) and not (environment / "pyvenv.cfg").exists():
        raise Refusal(f"{environment} is not a virtual environment. Name another: make VENV=/another/folder")
    print(f"Making {environment} with Python {sys.version.split()[0]} ...", flush=True)
    command = [sys.executable, "-m", "venv", "--clear", str(environment)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        raise Refusal(why_it_failed("The virtual environment could not be made", made.stdout + made.stderr))


def demand_room(environment: Path, purpose: str) -> None:
    folder = environment
    while not folder.exists():
        folder = folder.parent
    needed, free = PURPOSES[purpose][1], shutil.disk_usage(folder).free
    if free < needed:
        raise Refusal(
            f"No room on the disk: {folder} has {free // MEGABYTE} MB left and the environment needs "
            f"{needed // MEGABYTE} MB. Free some, or name another place: make VENV=/another/folder"
        )


def install(environment: Path, purpose: str) -> None:
    """Run pip with its output in a file, so that success is one line and failure is its cause."""
    print(f"Installing what {purpose!r} needs; this takes a minute or two ...", flush=True)
    started = time.monotonic()
    python = str(python_of(environment))
    settings = {"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", "PIP_USER": "0"}
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONHOME"} | settings
    log = environment / "nexus-install.log"
    steps = [["-m", "pip", "install", *PURPOSES[purpose][0]]]
    if "--group" in PURPOSES[purpose][0]:  # which a pip of before 2025 does not know
        steps.insert(0, ["-m", "pip", "install", "--upgrade", "pip>=25.1"])
    if subprocess.run([python, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        steps.insert(0, ["-m", "ensurepip", "--upgrade"])
    for step in steps:
        with log.open("w", encoding="utf-8") as output:
            done = subprocess.run(
                [python, *step],
                cwd=ROOT,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if done.returncode:
            text = log.read_text(encoding="utf-8", errors="replace")
            raise Refusal(why_it_failed("The packages could not be installed", text, log))
    print(f"Installed in {time.monotonic() - started:.0f} s.", flush=True)


def why_it_failed(what: str, output: str, log: Path | None = None) -> str:
    """Name the cause in one line where it is a known one, else add the last lines of the output."""
    if "No space left on device" in output:
        return f"{what}: the disk is full. Free some room, or name another place: make VENV=/another/folder"
    if any(word in output for word in NO_NETWORK):
        return f"{what}: the package index cannot be reached. Check the network, the proxy or PIP_INDEX_URL."
    if "returned non-zero exit status" in output and "ensurepip" in output:
        return f"{what}: pip is missing. On Debian and Ubuntu: apt-get install python3-venv"
    lines = [line for line in output.strip().splitlines() if line.strip()][-8:]
    return "\n".join([f"{what}. The last lines{f' of {log}' if log else ''}:", *lines])


def fingerprint(environment: Path) -> str:
    """Describe what an installation is made from: this project's metadata and the Python that holds it."""
    project = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()
    return f"{project}\n{ROOT}\n{(environment / 'pyvenv.cfg').read_text(encoding='utf-8')}"


def explain(error: OSError) -> str:
    return f"{error.strerror or error} ({error.filename})" if error.filename else str(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
