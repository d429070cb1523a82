"""What pyproject.toml cannot say: the library and the golden vectors go into the wheel, and so it is for one platform."""
import os
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from wheel.bdist_wheel import bdist_wheel

HERE = Path(__file__).resolve().parent
PUBLISHED = HERE.parent / "c" / "bin" / "Release" / "net10.0" / "linux-x64" / "publish"
GOLDEN = HERE.parents[2] / "Vectors" / "golden" / "v1"


def copied(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


class BuildWithLibrary(build_py):
    """MXACT_BUILDS names a folder with libmxact.so, and, where there are any, x86-64-v3 and x86-64-v4 builds in folders of these names."""

    def run(self) -> None:
        super().run()
        builds = Path(os.environ.get("MXACT_BUILDS") or PUBLISHED)
        package = Path(self.build_lib) / "mxact"
        libraries = sorted(builds.glob("libmxact.so")) + sorted(builds.glob("x86-64-v[34]/libmxact.so"))
        if not (builds / "libmxact.so").is_file():
            raise SystemExit(f"{builds / 'libmxact.so'} is missing: dotnet publish Conformance/Bindings/c -c Release -r linux-x64")
        for library in libraries:
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
