"""Runs pipeline.ipynb from top to bottom, as its test does, and writes it with its outputs.

Run: python3 execute.py OUTPUT.ipynb      (SILOTUNE_NOTEBOOK_MODEL=tiny needs no download)

Streams on stderr, which are Spark's and the JVM's words about the machine, are left out. A cell that fails ends this
with its error. So does an output that names a folder of this machine, unless SILOTUNE_NOTEBOOK_WORK does.
"""

import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

HERE = Path(__file__).resolve().parent
SECONDS_A_CELL = 3600


def private(notebook):
    """Returns the folders of this machine that cells name."""
    places = {str(HERE.parent), str(Path.home()), sys.prefix, tempfile.gettempdir()} - {"/"}
    written = [nbformat.v4.writes(nbformat.v4.new_notebook(cells=[cell])) for cell in notebook.cells if cell.cell_type == "code"]
    return [place for place in sorted(places) for text in written if place + "/" in text]


def main(output):
    notebook = nbformat.read(HERE / "pipeline.ipynb", as_version=4)
    client = NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        coalesce_streams=True,
        resources={"metadata": {"path": str(HERE)}},
    )
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            cell.outputs = [out for out in cell.outputs if out.get("name") != "stderr"]
    notebook.metadata.language_info = {"name": "python"}
    nbformat.write(notebook, output)
    found = private(notebook)
    if found and "SILOTUNE_NOTEBOOK_WORK" not in os.environ:
        raise SystemExit(f"Cannot share {output}: its outputs name {', '.join(found)}; delete them")


if __name__ == "__main__":
    main(sys.argv[1])
