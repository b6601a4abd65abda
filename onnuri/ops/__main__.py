"""Run the command line as `python -m onnuri.ops`: how one process of ours starts another."""

from __future__ import annotations

from onnuri.ops.command import main

if __name__ == "__main__":
    main()
