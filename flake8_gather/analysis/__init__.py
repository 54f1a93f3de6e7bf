"""The one analysis: pure, on `ast`, frozen values out."""
