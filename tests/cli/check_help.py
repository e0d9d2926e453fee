"""Checks that the help of every command works and ends in examples."""

import subprocess
import sys


def help_of(program, words):
    done = subprocess.run([program, *words, "--help"], capture_output=True, text=True, timeout=60)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"track {' '.join(words)} --help: exit {done.returncode}: {done.stderr}")
    return done.stdout


def commands_in(text):
    """The commands that a help text lists."""
    names, listing = [], False
    for line in text.splitlines():
        if line == "Subcommands:":
            listing = True
        elif listing and line.startswith("  ") and not line.startswith("   "):
            names.append(line.split()[0])
        elif listing and line and not line.startswith(" "):
            listing = False
    return names


def check(program, words):
    text = help_of(program, words)
    problems, checked = [], 1
    nested = commands_in(text)
    tail = text.rsplit("Examples:\n", 1)
    if len(tail) != 2 or "track " not in tail[1]:
        problems.append(f"track {' '.join(words)} --help does not end in examples")
    elif not all("track" in line for line in tail[1].strip().splitlines()):
        problems.append(f"track {' '.join(words)} --help: text follows the examples")
    for name in nested:
        found, count = check(program, [*words, name])
        problems += found
        checked += count
    return problems, checked


def main():
    problems, checked = check(sys.argv[1], [])
    for problem in problems:
        print(problem)
    print(f"{checked} help texts")
    if checked < int(sys.argv[2]):
        sys.exit(f"at least {sys.argv[2]} commands were expected")
    sys.exit(1 if problems else 0)


main()
