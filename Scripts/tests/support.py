"""What the tests of the scripts share."""

import contextlib
import importlib.machinery
import importlib.util
import io
import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(SCRIPTS / "lib"))


def load(name):
    """The module in an executable script without a file name extension."""
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(SCRIPTS / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    sys.modules[loader.name] = module
    loader.exec_module(module)
    return module


def run(module, *arguments):
    """Runs a script's `main`; returns exit status, standard output and standard error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = module.main([str(argument) for argument in arguments])
    return status, out.getvalue(), err.getvalue()
