"""Classes as they were written for rompy 0.6."""
