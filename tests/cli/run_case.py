"""Runs the commands of one transcript and compares what they print with it.

A transcript has a command a line, each with what it prints:

    # a comment
    $ track show nothing
    ! track: cannot show run 'nothing': no such run
    [exit 2]

Lines of stdout are indented by two spaces, those of stderr begin with "! ", an
empty line is a dot, and an exit code other than 0 stands last. After "% " instead
of "$ " what goes to stdout is checked against its schema and counted, not compared. Commands run in bash, in one directory of
their own. Ids, times and the like are replaced by names such as <run1>.
TRACK_TEST_ACCEPT=1 rewrites the transcript. Every line that `track … --json`
prints is checked against its schema in schemas/json/.
"""

import argparse
import difflib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import jsonschema

# Commands whose first argument is a command too.
NESTED = {"models", "policy", "key"}
# The schema of each command's --json that is not called as the command.
SCHEMA_OF = {
    "approve": "transition",
    "audit": "audit-record",
    "files": "artifact",
    "key-list": "key",
    "key-new": "key",
    "models": "model",
    "policy-check": "policy-report",
    "promote": "promotion",
    "restore": "run-id",
    "revoke": "transition",
    "rm": "run-id",
    "rollback": "promotion",
    "run": "run-command",
    "tag": "tags",
    "waive": "transition",
}
RUN_ID = "[0-9a-hjkmnp-tv-z]{16}"
# Ids are random: one may be all letters, as a word is, or all digits. What the program says of its
# runs is therefore believed whatever it looks like; elsewhere an id is what mixes the two.
SAID_ID = re.compile(rf'\btrack: run ({RUN_ID})\b|"(?:id|run|left|right)":"({RUN_ID})"')
MIXED_ID = re.compile(rf"\b(?=[a-z]*\d)(?=\d*[a-z])({RUN_ID})\b")


def ids_in(text):
    return {"".join(found) for found in SAID_ID.findall(text)} | set(MIXED_ID.findall(text))


class Normaliser:
    """Replaces what differs from one execution to the next."""

    def __init__(self, directory, text, ids):
        """`ids` are the runs known so far; they and those in `text` are numbered as they appear."""
        self.directory = str(directory)
        places = {run: text.find(run[:8]) for run in ids | ids_in(text)}
        self.ids = sorted((run for run in places if places[run] >= 0), key=places.get)

    def apply(self, line):
        before = line
        line = line.replace(self.directory, "<dir>")
        for number, run in enumerate(self.ids, 1):
            line = line.replace(run, f"<run{number}>")
            # Prefixes, as tables and default names show them. Four characters are easily a word
            # or a number of another meaning: they stand behind the program's name only.
            line = re.sub(rf"\b{run[:8]}\b", f"<run{number}:8>", line)
            line = re.sub(rf"(?<=\w-){run[:4]}\b", f"<run{number}:4>", line)
        for pattern, name in PATTERNS:
            line = pattern.sub(name, line)
        # The widths of columns go with what stood in them.
        return re.sub(r"(?<=\S) {2,}", "  ", line) if line != before else line


PATTERNS = [
    (re.compile(r"/tmp/track-replay-\w+"), "<replay>"),
    (re.compile(r"\bb3:[0-9a-f]{64}\b"), "<digest>"),
    (re.compile(r"\bb3:[0-9a-f]{8,}\b"), "<digest>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<hex64>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?"), "<time>"),
    (re.compile(r"\b\d+[smhd] ago\b|(?<!\w)now\b"), "<age>"),
    (re.compile(r"\b\d+(\.\d+)? (ms|s)\b|\b\d+m \d\ds\b"), "<duration>"),
    (re.compile(r'"(user|host)":"[^"]*"'), r'"\1":"<\1>"'),
    (re.compile(r"^(\s+by\s+)\S.* on \S+$"), r"\1<user> on <host>"),
]


def read_transcript(path):
    """The commands, each with the comments and blank lines above it."""
    steps, above = [], []
    for line in path.read_text().splitlines():
        if line.startswith(("$ ", "% ")):
            steps.append((above, line[:2], line[2:]))
            above = []
        elif line == "" or line.startswith("#"):
            above.append(line)
    return steps


def schema_name(command):
    words = re.findall(r"\S+", command)
    if not words or words[0] != "track":
        return None
    plain = [word for word in words[1:] if not word.startswith("-")]
    if not plain:
        return None
    if plain[0] in NESTED and len(plain) > 1:
        name = f"{plain[0]}-{plain[1]}"
    else:
        name = plain[0]
    # Flags that ask for another document.
    for flag, schema in (("--verify", "audit-report"), ("--checkpoint", "audit-checkpoint"),
                         ("--judge", "judge")):
        if flag in words:
            return schema
    return SCHEMA_OF.get(name, name)


class Schemas:
    def __init__(self, directory):
        self.by_name, self.by_id = {}, {}
        for path in sorted(pathlib.Path(directory).glob("*.schema.json")):
            schema = json.loads(path.read_text())
            self.by_name[path.name.removesuffix(".schema.json")] = schema
            self.by_id[schema.get("$id", path.name)] = schema
            self.by_id[path.name] = schema

    def check(self, name, line):
        """What is wrong with the line, or None."""
        try:
            document = json.loads(line)
        except ValueError as error:
            return f"not JSON: {error}: {line}"
        if isinstance(document, dict) and set(document) == {"error"}:
            name = "error"
        if name not in self.by_name:
            return f"there is no schemas/json/{name}.schema.json"
        schema = self.by_name[name]
        resolver = jsonschema.RefResolver(schema.get("$id", ""), schema, store=self.by_id)
        kind = jsonschema.validators.validator_for(schema)
        errors = sorted(kind(schema, resolver=resolver).iter_errors(document), key=str)
        return f"{name}: {errors[0].message} at {list(errors[0].path)}: {line}" if errors else None


def environment(directory, program):
    return {
        "PATH": f"{pathlib.Path(program).resolve().parent}:/usr/local/bin:/usr/bin:/bin",
        "HOME": str(directory / "home"),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        "TRACK_STORE": str(directory / "store" / ".track"),
        "GIT_CONFIG_GLOBAL": "/dev/null",
        "GIT_CONFIG_SYSTEM": "/dev/null",
        **{name: value for name, value in os.environ.items()
           if name.endswith("SAN_OPTIONS") or name == "LD_PRELOAD"},
    }


def run_steps(steps, directory, program, schemas):
    work = directory / "here"
    work.mkdir()
    (directory / "home").mkdir()
    results, problems = [], []
    for above, mark, command in steps:
        done = subprocess.run(["bash", "-c", command], cwd=work, timeout=120,
                              env=environment(directory, program), capture_output=True,
                              stdin=subprocess.DEVNULL)
        out = done.stdout.decode(errors="backslashreplace")
        err = done.stderr.decode(errors="backslashreplace")
        name = schema_name(command)
        if name and re.search(r"\s--json(\s|$)", command) and "|" not in command:
            for line in out.splitlines():
                problem = schemas.check(name, line)
                if problem:
                    problems.append(f"{mark}{command}\n  {problem}")
        if mark == "% ":
            out = f"({len(out.splitlines())} documents)\n"
        results.append((above, mark + command, out, err, done.returncode))
    return results, problems


def runs_in_store(directory, program):
    """The ids of all runs, those that were removed too; none where the store cannot be read."""
    ids = set()
    for filters in ([], ["--removed"]):
        done = subprocess.run([pathlib.Path(program).resolve(), "ls", *filters, "--json"],
                              cwd=directory, timeout=120,
                              env=environment(directory, program), capture_output=True, text=True)
        if done.returncode == 0:
            ids |= {json.loads(line)["id"] for line in done.stdout.splitlines()}
    return ids


def format_transcript(results, normaliser):
    lines = []
    for above, command, out, err, code in results:
        lines += above + [command]
        lines += ["  " + (normaliser.apply(line).rstrip() or ".") for line in out.splitlines()]
        lines += ["! " + (normaliser.apply(line).rstrip() or ".") for line in err.splitlines()]
        if code != 0:
            lines.append(f"[exit {code}]")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--schemas", required=True)
    parser.add_argument("transcript", type=pathlib.Path)
    arguments = parser.parse_args()

    steps = read_transcript(arguments.transcript)
    if not steps:
        sys.exit(f"{arguments.transcript}: no commands")
    with tempfile.TemporaryDirectory(prefix="track-cli-") as name:
        directory = pathlib.Path(name).resolve()
        results, problems = run_steps(steps, directory, arguments.program,
                                      Schemas(arguments.schemas))
        text = "\n".join(out + err for _, _, out, err, _ in results)
        ids = runs_in_store(directory, arguments.program)
        found = format_transcript(results, Normaliser(directory, text, ids))
    expected = arguments.transcript.read_text().splitlines()
    if os.environ.get("TRACK_TEST_ACCEPT") == "1":
        arguments.transcript.write_text("\n".join(found) + "\n")
    elif found != expected:
        name = arguments.transcript.name
        print("\n".join(difflib.unified_diff(expected, found, name, "now", lineterm="")))
        problems.append("the output differs; TRACK_TEST_ACCEPT=1 accepts it")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
