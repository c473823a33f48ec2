"""A run backend, a processor and a pipeline."""


class CustomRunBackend:
    """Runs somewhere else."""

    def run(self, model_run, **kwargs):
        model_run.seen.append(kwargs)
        return True


class AnalysisPostprocessor:
    def process(self, model_run, **kwargs):
        return {"success": True, "message": "analysed", "options": kwargs}


class CloudPipelineBackend:
    def __init__(self, api_key, region="eu"):
        self.api_key = api_key
        self.region = region

    def execute(self, model_run, pipeline_name="main", workspace_dir=None, **kwargs):
        return {
            "success": True,
            "made": [self.api_key, self.region],
            "given": [pipeline_name, str(workspace_dir), kwargs],
        }
