"""Make both environments from their lock files; stdlib only, since nothing is installed yet.

``python3 scripts/setup.py [app] [dialogue] [dev]``. An environment whose lock file and Python have
not changed since it was made is left as it is.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
APP, DIALOGUE = PROJECT / ".venv", PROJECT / ".venv-dialogue"
REQUIREMENTS = PROJECT / "requirements"
NO_PYTHON_310 = (
    "setup: the dialogue needs Python 3.10 and none was found. Install it (for example "
    "`pyenv install 3.10` or `uv python install 3.10`), or set PYTHON310=/path/to/python3.10"
)


def main(parts: list[str]) -> None:
    if sys.version_info < (3, 11):
        sys.exit(f"setup: Python 3.11 or newer is needed, this is {sys.version.split()[0]}")
    wanted = parts or ["app", "dialogue"]
    if "app" in wanted or "dev" in wanted:
        locks = [REQUIREMENTS / "app.txt"] + ([REQUIREMENTS / "dev.txt"] if "dev" in wanted else [])
        make_app(locks)
    if "dialogue" in wanted:
        make_dialogue()


def make_app(locks: list[Path]) -> None:
    """The environment of the web and actions processes, with Déclic itself in it."""
    dev = REQUIREMENTS / "dev.txt"
    if (APP / "dev").exists() and dev not in locks:
        locks = [*locks, dev]
    stamp = digest(sys.version, *locks)
    if not is_fresh(APP, stamp):
        with step("application environment (torch, sentence-transformers, FastAPI)"):
            new_environment(APP, sys.executable)
            pip(APP, *(part for lock in locks for part in ("-r", str(lock))))
            if dev in locks:
                (APP / "dev").touch()
            (APP / "stamp").write_text(stamp)
    package = digest(PROJECT / "pyproject.toml")
    if not is_fresh(APP, package, "package"):
        pip(APP, "--no-deps", "--no-build-isolation", "--editable", str(PROJECT))
        (APP / "package").write_text(package)


def make_dialogue() -> None:
    """The environment of the Rasa process; nothing is resolved, the lock file says it all."""
    lock = REQUIREMENTS / "dialogue.txt"
    stamp = digest("3.10", lock)
    if is_fresh(DIALOGUE, stamp):
        return
    python = find_python310()
    if python is None:
        sys.exit(NO_PYTHON_310)
    with step("dialogue environment (Rasa 3.6, Python 3.10)"):
        new_environment(DIALOGUE, python)
        # Some of Rasa's dependencies are old sources that build only with wheel beside them.
        pip(DIALOGUE, "--no-deps", *pinned(lock, {"setuptools", "wheel"}))
        pip(DIALOGUE, "--no-deps", "--no-build-isolation", "-r", str(lock))
        (DIALOGUE / "stamp").write_text(stamp)


def find_python310() -> str | None:
    """A Python 3.10 that really runs: a shim named python3.10 may exist and fail."""
    for candidate in python310_candidates():
        code = "import sys, venv, ensurepip; print(*sys.version_info[:2])"
        try:
            run = subprocess.run(
                [candidate, "-c", code], capture_output=True, text=True, timeout=30, check=False
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if run.returncode == 0 and run.stdout.split() == ["3", "10"]:
            return candidate
    return None


def python310_candidates() -> Iterator[str]:
    for variable in ("PYTHON310", "DECLIC_PYTHON310"):
        if os.environ.get(variable):
            yield os.environ[variable]
    if found := shutil.which("python3.10"):
        yield found
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(pyenv.glob("versions/3.10*/bin/python"), reverse=True))
    if uv := shutil.which("uv"):
        run = subprocess.run(
            [uv, "python", "find", "3.10"], capture_output=True, text=True, check=False
        )
        if run.returncode == 0:
            yield run.stdout.strip()


def new_environment(folder: Path, python: str) -> None:
    """A new virtual environment in ``folder``, without a stamp until it is complete."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([python, "-m", "venv", str(folder)], check=True)


def pip(folder: Path, *arguments: str) -> None:
    """Run ``pip install``, saying how many packages it has come to."""
    command = [str(folder / "bin" / "python"), "-m", "pip", "install", *arguments]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    seen, errors = 0, []
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        for line in process.stdout or ():
            if line.startswith("ERROR"):
                errors.append(line.strip())
            if line.startswith("Installing collected"):
                say("installing what was downloaded")
            elif line.startswith("Collecting"):
                seen += 1
                if seen % 25 == 0:
                    say(f"{seen} packages found")
    if process.returncode != 0:
        sys.exit(f"setup: pip failed in {folder.name}: {'; '.join(errors)[-2000:]}")


def say(what: str) -> None:
    sys.stderr.write(f"setup:   {what}\n")
    sys.stderr.flush()


def pinned(lock: Path, names: set[str]) -> list[str]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.split("==")[0] in names]


def digest(*parts: str | Path) -> str:
    sha = hashlib.sha256()
    for part in parts:
        sha.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return sha.hexdigest()


def is_fresh(folder: Path, stamp: str, name: str = "stamp") -> bool:
    path = folder / name
    return path.exists() and path.read_text() == stamp


class step:
    """Show what is being done and how long it took."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        self.start = time.monotonic()
        sys.stderr.write(f"setup: {self.what}\n")
        sys.stderr.flush()

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            sys.stderr.write(f"setup: done in {time.monotonic() - self.start:.0f} s\n")


if __name__ == "__main__":
    main(sys.argv[1:])
