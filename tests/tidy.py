"""The house rules, each a function from source text to findings that say the mend.

Kept apart from test_tidy.py so that every rule can be shown to fail on a small bad sample.
"""

import ast
import re
import sys
from collections.abc import Iterable, Iterator

LINES_MAX = 400

TOP_LEVEL = frozenset(
    {
        # The layout that the user asked for.
        *("pyproject.toml", "README.md", "pipeline", "models", "deploy", "tests"),
        # What every project of its kind keeps beside it.
        *("LICENSE", "CHANGELOG.md", "Makefile", "requirements.lock", "requirements-dev.lock"),
    }
)

# Reaching for one of these is I/O, chance or a clock: none of it belongs in a pure core.
IMPURE = frozenset(
    {
        *("asyncio", "io", "logging", "multiprocessing", "os", "pathlib", "queue", "random"),
        *("secrets", "shutil", "signal", "socket", "sqlite3", "subprocess", "sys", "tempfile"),
        *("threading", "time", "urllib.request"),
    }
)
CLOCKS = frozenset({"now", "utcnow", "today"})

# A character class such as [r] keeps a pattern from finding itself.
_REASON = re.compile(r"\s*[-\u2013\u2014:#]*\s*[^\W\d_]\w*\W.{5,}")
_SILENCED = re.compile(
    r"#\s*(?:noqa|type:\s*ignore)\b"
    r"(?P<codes>\[[\w\-, ]+\]|:\s*[A-Z]+[0-9]+(?:[, ]+[A-Z]+[0-9]+)*)?"
)
_TODO = re.compile(r"\b(?:TOD[O]|FIXM[E])\b(?!\s*\(?#\d+)")
_MACHINE_PATH = re.compile(
    r"(?<![\w.\-~}<*])/(?:work|root|Users/\w+|home/(?!ccm\b)\w+)/|\.\./\.lib[r]ary"
)
_REGISTRY = re.compile(
    r"pypi\.org/simple|files\.pythonhosted\.org|registry\.npmjs\.org|index-url[ =]"
)
_FOREIGN_ASSET = re.compile(
    r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//"
)


def too_long(name: str, source: str) -> Iterator[str]:
    """No module over LINES_MAX lines."""
    count = len(source.splitlines())
    if count > LINES_MAX:
        yield (
            f"{name}: {count} lines, at most {LINES_MAX} are allowed. "
            "Split it along its responsibilities into a package or a neighbouring module."
        )


def prints(name: str, source: str) -> Iterator[str]:
    """No print in library code."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _dotted(node.func) == "print":
            yield (
                f"{name}:{node.lineno}: print() in library code. "
                "Return the text, log it, or move it to pipeline/cli."
            )


def impure_imports(name: str, source: str) -> Iterator[str]:
    """The domain imports the pure part of the standard library, itself and the errors."""
    for line, module in _imports(ast.parse(source)):
        if _is_module_of(module, ("pipeline.domain", "pipeline.errors")):
            continue
        top = module.partition(".")[0]
        if top not in sys.stdlib_module_names:
            yield (
                f"{name}:{line}: the domain imports {module}, which is not the standard library. "
                "Take what it offers as an argument, or move this code up a layer."
            )
        elif _is_module_of(module, IMPURE):
            yield (
                f"{name}:{line}: the domain imports {module}: I/O, chance or a clock. "
                "Hand the value in from outside (time comes in as `as_of`)."
            )


def clock_reads(name: str, source: str) -> Iterator[str]:
    """The domain never reads a clock: time comes in as an argument."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and _reads_clock(node):
            yield (
                f"{name}:{node.lineno}: {ast.unparse(node)} reads a clock. "
                "Take the time as an argument (`as_of`, `now`)."
            )


def missing_docstrings(name: str, source: str) -> Iterator[str]:
    """Every module and every public function and class says what it is for."""
    tree = ast.parse(source)
    if tree.body and ast.get_docstring(tree) is None:
        yield f"{name}:1: no module docstring. Say in one line what the module is for."
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield (
                f"{name}:{node.lineno}: {node.name} has no docstring. "
                "Say what it promises, or make it private."
            )


def unexplained_silence(name: str, source: str) -> Iterator[str]:
    """No silenced checker without its code and a reason."""
    for number, line in enumerate(source.splitlines(), 1):
        for found in _SILENCED.finditer(line):
            rest = line[found.end() :]
            if found["codes"] and _REASON.match(rest):
                continue
            yield (
                f"{name}:{number}: `{line[found.start() :].strip()}` silences a checker without "
                "code or reason. Write e.g. `# no"
                "qa: S608  # the table name is a constant`."
            )


def unowned_todos(name: str, source: str) -> Iterator[str]:
    """Every note of work left to do names the issue where it will be done."""
    for number, line in enumerate(source.splitlines(), 1):
        if _TODO.search(line):
            yield (
                f"{name}:{number}: work left to do without an issue number. "
                "Do it, drop it, or write the number after it, like (#12)."
            )


def machine_paths(name: str, source: str) -> Iterator[str]:
    """Nothing names a path of the machine that it was written on."""
    for number, line in enumerate(source.splitlines(), 1):
        if found := _MACHINE_PATH.search(line):
            yield (
                f"{name}:{number}: {found[0]} is a path of one machine. "
                "Make it relative, a setting, or a temporary directory."
            )


def registry_addresses(name: str, source: str) -> Iterator[str]:
    """Where packages come from is the user's setting, not ours."""
    for number, line in enumerate(source.splitlines(), 1):
        if found := _REGISTRY.search(line):
            yield (
                f"{name}:{number}: {found[0]} names a package registry. "
                "Leave the choice to the user's own pip or uv settings."
            )


def foreign_assets(name: str, source: str) -> Iterator[str]:
    """Pages load nothing from other hosts: assets are vendored."""
    for number, line in enumerate(source.splitlines(), 1):
        if _FOREIGN_ASSET.search(line):
            yield (
                f"{name}:{number}: a page loads an asset from another host. "
                "Vendor it under pipeline/dashboard/static."
            )


def strangers(names: Iterable[str]) -> Iterator[str]:
    """The top level holds what the design says and dot-files, nothing else."""
    for name in sorted(set(names)):
        if name not in TOP_LEVEL and not name.startswith("."):
            yield (
                f"{name}: not a name for the top level. Put it below pipeline/, models/, deploy/ "
                "or tests/, or let .gitignore name it if a program made it."
            )


def _dotted(node: ast.expr) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def _reads_clock(node: ast.Attribute) -> bool:
    owner = _dotted(node.value).rpartition(".")[2]
    return owner == "time" or (node.attr in CLOCKS and owner in {"datetime", "date", "dt"})


def _imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, _origin(node, alias)) for alias in node.names)


def _origin(node: ast.ImportFrom, alias: ast.alias) -> str:
    # `from pipeline import errors` imports a module; `from os import path` counts as os.
    return f"{node.module}.{alias.name}" if node.module == "pipeline" else str(node.module)


def _is_module_of(module: str, packages: Iterable[str]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)
