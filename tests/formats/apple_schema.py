"""Checks a profile against Apple's own payload descriptions: unknown and missing keys, types, ranges of values."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parents[2].parent / "shared" / "apple-profiles"
_TYPES = {"<string>": str, "<integer>": int, "<boolean>": bool, "<array>": list, "<dictionary>": dict, "<real>": float}


@cache
def keys(name: str) -> dict[str, dict]:
    """The keys that ``{name}.yaml`` describes, by key."""
    path = FOLDER / f"{name}.yaml"
    if not path.exists():
        raise AssertionError(f"{path} is missing: Apple's payload descriptions belong beside the repository")
    return {key["key"]: key for key in yaml.safe_load(path.read_text(encoding="utf-8"))["payloadkeys"]}


def faults(profile: dict) -> list[str]:
    """What is wrong with ``profile`` and its payloads; nothing when it is well made."""
    found = _faults(profile, keys("TopLevel"), "profile")
    for payload in profile.get("PayloadContent", []):
        kind = payload.get("PayloadType", "")
        found += _faults(payload, keys("CommonPayloadKeys") | keys(kind), kind)
    return found


def _faults(values: dict, known: dict[str, dict], where: str) -> list[str]:
    found = [f"{where}: unknown key {key}" for key in values.keys() - known.keys()]
    for name, key in known.items():
        if name not in values:
            found += [f"{where}: {name} is missing"] if key.get("presence") == "required" else []
            continue
        value = values[name]
        if type(value) is not _TYPES[key["type"]]:
            found.append(f"{where}: {name} is {type(value).__name__}, not {key['type']}")
        elif "rangelist" in key and value not in key["rangelist"]:
            found.append(f"{where}: {name} may not be {value!r}")
    return found
