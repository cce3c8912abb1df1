"""The demo portal: a small news portal that ships with the package, served on loopback."""
