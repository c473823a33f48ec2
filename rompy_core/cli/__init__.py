"""The command ``rompy``: ``main`` is the way in, ``root`` the group, ``commands`` one file a command."""
