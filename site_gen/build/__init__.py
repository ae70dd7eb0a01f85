"""The pipeline from sources to published outputs."""
