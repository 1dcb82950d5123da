"""Builds the wheel of twine_shm.py, as PEP 517 asks a backend to: a zip of the module and three small files (PEP 427)."""

import base64
import hashlib
import os
import re
import zipfile

FOLDER = os.path.dirname(os.path.abspath(__file__))
MODULE = "twine_shm.py"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    fields = _project()
    name = fields["name"].replace("-", "_")
    info = f"{name}-{fields['version']}.dist-info"
    with open(os.path.join(FOLDER, MODULE), "rb") as module:
        files = {MODULE: module.read()}
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {fields['name']}",
        f"Version: {fields['version']}",
        f"Summary: {fields['description']}",
        f"Requires-Python: {fields['requires-python']}",
    ]
    files[f"{info}/METADATA"] = _lines(metadata)
    files[f"{info}/WHEEL"] = _lines(
        ["Wheel-Version: 1.0", "Generator: wheel_of_one_module", "Root-Is-Purelib: true", "Tag: py3-none-any"]
    )
    record = [f"{path},sha256={_hash(content)},{len(content)}" for path, content in files.items()]
    files[f"{info}/RECORD"] = _lines([*record, f"{info}/RECORD,,"])
    wheel = f"{name}-{fields['version']}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, wheel), "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), content)
    return wheel


def _project():
    """The fields of [project]: plain texts, one a line. tomllib came with Python 3.11 only."""
    with open(os.path.join(FOLDER, "pyproject.toml"), encoding="utf-8") as file:
        return dict(re.findall(r'^([a-z-]+) = "([^"]*)"$', file.read().split("[project]")[1], re.MULTILINE))


def _lines(lines):
    return ("\n".join(lines) + "\n").encode()


def _hash(content):
    return base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
