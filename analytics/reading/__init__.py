"""Reading files and downloads into data sets."""
