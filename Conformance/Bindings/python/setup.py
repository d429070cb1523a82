"""What pyproject.toml cannot say: the library and the golden vectors go into the wheel, and so it is for one platform.

MXACT_BUILDS names the folder of libraries, MXACT_GOLDEN that of the golden vectors where this is not their repository.
"""
import os
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
GOLDEN = Path(os.environ["MXACT_GOLDEN"]) if "MXACT_GOLDEN" in os.environ else HERE.parents[2] / "Vectors" / "golden" / "v1"


def copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class BuildWithLibrary(build_py):
    """MXACT_BUILDS names the folder that c/build.sh filled: libmxact.so, and those for newer processors below it."""

    def run(self) -> None:
        super().run()
        builds = Path(os.environ.get("MXACT_BUILDS") or HERE / "build" / "library")
        if not (builds / "libmxact.so").is_file():
            raise SystemExit(f"no libmxact.so in MXACT_BUILDS ({builds}): Conformance/Bindings/c/build.sh FOLDER makes it")
        package = Path(self.build_lib) / "mxact"
        for library in (builds / "libmxact.so", *sorted(builds.glob("glibc-hwcaps/*/libmxact.so"))):
            copied(library, package / "builds" / library.relative_to(builds))
        for file in sorted(GOLDEN.iterdir()):
            copied(file, package / "golden" / file.name)


class OfOnePlatform(bdist_wheel):
    """Any Python 3, one platform: the library is called by ctypes."""

    def finalize_options(self) -> None:
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self) -> tuple[str, str, str]:
        return "py3", "none", "linux_x86_64"


setup(cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": OfOnePlatform})
