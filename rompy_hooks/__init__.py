"""The contract between rompy and its plugins."""
