"""Loads a command with all it stands on, without looking for garbage meanwhile."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from types import ModuleType


def load(name: str) -> ModuleType:
    """Return a module.

    Loading makes some hundred thousand objects, and all of them stay. The collector would look through them again and
    again, for a sixth of the whole start, and afterwards in every full collection, while the loop stands still. So it
    rests until they are loaded, and leaves them out for good.
    """
    if name in sys.modules:
        return sys.modules[name]
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
