"""How right the findings are: labelled places in published packages, for the plugin and for WPS476."""
