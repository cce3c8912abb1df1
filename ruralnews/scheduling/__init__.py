"""Units by which systemd, cron or launchd start the nights. Pure; the templates are files."""
