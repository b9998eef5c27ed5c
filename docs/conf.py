"""Sphinx configuration; build with ``make docs``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from nexus_commerce import __version__

project = "nexus_commerce"
author = "The nexus_commerce maintainers"
project_copyright = author
release = version = __version__

extensions = ["myst_parser", "sphinx_design", "sphinx_copybutton", "reference_pages"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "reference/generated"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True

html_theme = "furo"
html_title = f"nexus_commerce {version}"
