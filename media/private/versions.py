"""The pinned libraries, and the refusal of any others."""

from importlib import metadata

from roll_call.errors import MediaError

PINNED_VERSIONS = {"aiortc": "1.16.0", "aioice": "0.13.0", "av": "18.1.0", "pylibsrtp": "1.0.0"}


def check_versions() -> None:
    """Raise ``MediaError("media_versions")`` unless exactly the pinned libraries are installed."""
    for package, wanted in PINNED_VERSIONS.items():
        try:
            found = metadata.version(package)
        except metadata.PackageNotFoundError:
            found = "-"
        if found != wanted:
            raise MediaError("media_versions", package=package, wanted=wanted, found=found)
