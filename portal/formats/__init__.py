"""How dates are written in each language, where Django’s own way is not that of the readers (FORMAT_MODULE_PATH)."""
