"""Libraries and fonts of the operating system: found out, installed on Debian as root, or named."""

import os
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from bootstrap.console import SetupError, output_of, pick, run_logged, say

# Debian's and Ubuntu's package for a shared library that a Python wheel or the browser may miss.
DEBIAN_PACKAGE = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libGLESv2.so.2": "libgles2",
    "libX11.so.6": "libx11-6",
    "libXext.so.6": "libxext6",
    "libasound.so.2": "libasound2",
    "libatk-1.0.so.0": "libatk1.0-0",
    "libexpat.so.1": "libexpat1",
    "libfontconfig.so.1": "libfontconfig1",
    "libgbm.so.1": "libgbm1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgobject-2.0.so.0": "libglib2.0-0",
    "libgomp.so.1": "libgomp1",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libnspr4.so": "libnspr4",
    "libnss3.so": "libnss3",
    "libnssutil3.so": "libnss3",
    "libsmime3.so": "libnss3",
    "libstdc++.so.6": "libstdc++6",
    "libxcb.so.1": "libxcb1",
    "libz.so.1": "zlib1g",
}
CJK_FONT = "fonts-wqy-microhei"


def missing_libraries(binaries: Iterable[Path]) -> list[str]:
    """Names of shared libraries that the binaries ask for and the system does not have."""
    if not shutil.which("ldd"):
        return []
    missing: set[str] = set()
    for binary in binaries:
        missing.update(re.findall(r"(\S+) => not found", output_of(["ldd", str(binary)]) or ""))
    return sorted(missing)


def require_libraries(binaries: Iterable[Path]) -> None:
    """Make sure that the binaries find their libraries; install them or name what is missing.

    Raises SetupError when something stays missing.
    """
    binaries = list(binaries)
    missing = missing_libraries(binaries)
    if not missing:
        return
    say(f"  missing system libraries: {' '.join(missing)}", f"  缺少系统库：{' '.join(missing)}")
    unknown = [name for name in missing if name not in DEBIAN_PACKAGE]
    require_debian_packages(sorted({DEBIAN_PACKAGE[n] for n in missing if n not in unknown}))
    still = missing_libraries(binaries)
    if still:
        names = " ".join(still)
        raise SetupError(pick(f"Please install by hand: {names}", f"请手工安装：{names}"))


def can_install() -> bool:
    """Whether we are root on a system with apt."""
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def require_debian_packages(packages: list[str]) -> None:
    """Install packages where we are root on Debian; otherwise say the command and stop."""
    if not packages:
        return
    names = " ".join(packages)
    if not can_install():
        raise SetupError(
            pick(
                f"Please run, then start again:\n  sudo apt-get install -y {names}\n"
                "(on other systems: the packages of the same libraries)",
                f"请先执行以下命令，然后重新开始：\n  sudo apt-get install -y {names}\n"
                "（其他系统请安装相应的软件包）",
            )
        )
    say(f"  installing with apt: {names}", f"  使用 apt 安装：{names}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run_logged("apt", ["apt-get", "update", "-q"], env=quiet)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    run_logged("apt", command, env=quiet)


def has_cjk_font() -> bool:
    """Whether fontconfig knows a font with Chinese letters."""
    return bool((output_of(["fc-list", ":lang=zh"]) or "").strip())


def ensure_cjk_font() -> None:
    """Chinese letters on screenshots need a font; without root only a note is given."""
    if has_cjk_font():
        return
    if can_install():
        require_debian_packages([CJK_FONT, "fontconfig"])
    else:
        say(
            f"  note: no Chinese font; screenshots will show boxes (apt-get install {CJK_FONT})",
            f"  提示：未找到中文字体，截图中的汉字会显示为方框（apt-get install {CJK_FONT}）",
        )
