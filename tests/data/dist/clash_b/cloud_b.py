"""Offers a name that another distribution offers, too."""


class Cloud:
    def run(self, model_run):
        return True
