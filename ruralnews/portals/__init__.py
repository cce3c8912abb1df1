"""Portal profiles: one TOML file per portal over a CMS family."""
