"""The plugins that come with rompy, one a file."""
