"""Files in and out: predictions.yaml and other people's formats, one file per format."""
