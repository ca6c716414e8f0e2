"""The site as a whole."""

VERSION = "0.1.0"
