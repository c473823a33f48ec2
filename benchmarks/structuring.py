"""Reading and structuring a pipeline file against parsing its YAML alone."""

import tempfile
from pathlib import Path

import yaml
from measure import in_turns, show

from rompy_core import create_plugin_manager, read_pipeline_file

PIPELINE = """\
config:
  run_id: swan-06
  period: {start: 2024-01-01T00:00:00Z, duration: 1D, interval: 1H}
  output_dir: sims
  config:
    model_type: template
    template: template
    vars: {dx: 100, dy: 100, friction: 0.03, title: "a run of 24 hours"}
    expect: {outputs: ["*.nc"], error_files: [Errfile], log_success: ["Normal end"]}
backend:
  type: local
  command: [./swan.exe]
  threads: 4
  timeout: 2H30m
  env_vars: {DATA: /data, LEVEL: "3"}
postprocessor: {type: noop, validate_outputs: true}
pipeline: {cleanup_on_failure: false}
"""


def main() -> None:
    """Measure and print."""
    manager = create_plugin_manager()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "pipeline.yml")
        file.write_text(PIPELINE)
        Path(folder, "template").mkdir()
        subjects = {
            "yaml.load (C loader)": lambda: yaml.load(file.read_text(), yaml.CSafeLoader),
            "read_pipeline_file": lambda: read_pipeline_file(file, plugin_manager=manager),
        }
        show("structuring of a pipeline file", "yaml.load (C loader)", in_turns(subjects, 100), {})
