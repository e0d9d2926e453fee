"""Checks schemas/json against its meta-schema, and JSON forms of every record against it."""

import argparse
import json
import pathlib
import subprocess
import sys

import jsonschema


def read_schemas(directory):
    """The schemas by file name, each of which is its id too."""
    schemas, problems = {}, []
    for path in sorted(pathlib.Path(directory).glob("*.schema.json")):
        schema = json.loads(path.read_text())
        schemas[path.name] = schema
        if schema.get("$id") != path.name:
            problems.append(f"{path.name}: its $id is not its name")
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            problems.append(f"{path.name}: {error.message}")
    return schemas, problems


def check_form(schemas, name, document):
    """What is wrong with the document; its members must be those that the schema describes."""
    schema = schemas.get(name)
    if schema is None:
        return f"there is no {name}"
    resolver = jsonschema.RefResolver(name, schema, store=schemas)
    validator = jsonschema.Draft202012Validator(schema, resolver=resolver)
    errors = [f"{error.message} at {list(error.path)}" for error in validator.iter_errors(document)]
    if list(document) != list(schema["properties"]):
        errors.append(f"members {list(document)}, described {list(schema['properties'])}")
    return "; ".join(errors)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--schemas", required=True)
    parser.add_argument("program", help="prints a schema's name and a document a line")
    arguments = parser.parse_args()

    schemas, problems = read_schemas(arguments.schemas)
    printed = subprocess.run([arguments.program], capture_output=True, text=True, check=True)
    lines = printed.stdout.splitlines()
    if not schemas or not lines:
        sys.exit("nothing to check")
    for line in lines:
        name, document = line.split(" ", 1)
        problem = check_form(schemas, f"{name}.schema.json", json.loads(document))
        if problem:
            problems.append(f"{name}: {problem}: {document}")
    for problem in problems:
        print(problem)
    print(f"{len(schemas)} schemas, {len(lines)} documents, {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
